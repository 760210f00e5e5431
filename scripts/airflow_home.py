"""How Airflow is set up on one machine without Docker: its folder, its secrets, its environment.

Everything lies below `KETLUAN_HOME/airflow`. Secrets are made once, into files that only
the owner may read; Airflow's own files stay as it writes them.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
AIRFLOW = (sys.executable, "-m", "airflow")
PORT = 8080
PARALLELISM = 4
USER = "admin"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What Airflow must know and nobody else; `fresh` says that they were made just now."""

    fernet_key: str
    jwt_secret: str
    secret_key: str
    password: str
    fresh: bool = False


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read. Raises FileExistsError where it is already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def load_secrets(home: Path) -> Secrets:
    """Read `secrets.json` below Airflow's folder; make it first where there is none."""
    home.mkdir(parents=True, exist_ok=True)
    store = home / "secrets.json"
    try:
        return Secrets(**json.loads(store.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    values = {
        "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_secret": secrets.token_urlsafe(64),
        "secret_key": secrets.token_urlsafe(48),
        "password": secrets.token_urlsafe(12),
    }
    passwords_file(home).unlink(missing_ok=True)
    write_private(passwords_file(home), json.dumps({USER: values["password"]}))
    write_private(store, json.dumps(values, indent=1))
    return Secrets(**values, fresh=True)


def passwords_file(home: Path) -> Path:
    """Where the sign-in name and its password stand."""
    return home / "passwords.json"


def free_port(preferred: int = PORT) -> int:
    """The preferred port of the loopback address, or any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # As the server itself does: a port in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def base_environment(ketluan_home: Path, airflow_home: Path) -> dict[str, str]:
    """What servers and the run without servers share: folders, no examples, DAGs not paused."""
    return {
        "KETLUAN_HOME": str(ketluan_home),
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow_home}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow_home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def server_environment(ketluan_home: Path, airflow_home: Path, port: int, keys: Secrets) -> dict[str, str]:
    """The environment of the four servers: LocalExecutor on SQLite, loopback only.

    `API__BASE_URL` must name the port too: tasks report to that address, not to `API__PORT`.
    """
    return base_environment(ketluan_home, airflow_home) | {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__FERNET_KEY": keys.fernet_key,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords_file(airflow_home)),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__SECRET_KEY": keys.secret_key,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": keys.jwt_secret,
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "20",
    }


def migrate(environment: dict[str, str], log: Path) -> bool:
    """Make or upgrade Airflow's own database; its words go to `log`. False when it failed."""
    with log.open("ab") as out:
        command = [*AIRFLOW, "db", "migrate"]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)  # noqa: S603
    return done.returncode == 0
