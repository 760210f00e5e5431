"""Write `.env` with fresh secrets for docker-compose.yml, readable by its owner only; an existing one stays.

All values are safe in an address, in JSON and in a shell: letters, digits, `-` and `_`.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable

from airflow_home import PROJECT, write_private

# name: what makes its value
SECRETS: dict[str, Callable[[], str]] = {
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(24),
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_urlsafe(64),
    "AIRFLOW_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "AIRFLOW_ADMIN_PASSWORD": lambda: secrets.token_urlsafe(12),
    "ELASTIC_PASSWORD": lambda: secrets.token_urlsafe(24),
    "KIBANA_PASSWORD": lambda: secrets.token_urlsafe(24),
    "ARCHIVIST_PASSWORD": lambda: secrets.token_urlsafe(12),
    "KIBANA_ENCRYPTION_KEY": lambda: secrets.token_hex(32),
}
# What is no secret, but belongs to the machine: files of the archive belong to whoever starts the stack.
MACHINE: dict[str, Callable[[], str]] = {"AIRFLOW_UID": lambda: str(os.getuid())}


def main() -> int:
    """Write the file, and say what to do next."""
    path = PROJECT / ".env"
    lines = [f"{name}={make()}" for name, make in (SECRETS | MACHINE).items()]
    try:
        write_private(path, "\n".join(lines) + "\n")
    except FileExistsError:
        sys.stdout.write(f"• {path} đã có sẵn, giữ nguyên.\n")
        return 0
    sys.stdout.write(f"• Đã tạo {path} (chỉ chủ tệp đọc được). Tiếp theo: docker compose up -d --build\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
