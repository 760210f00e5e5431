"""How are Kibana and Elasticsearch's security asked? JSON over HTTP with what the standard library has."""

from __future__ import annotations

import base64
import json
import ssl
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ketluan.errors import KetluanError

_TIMEOUT = 60.0  # seconds


class Unreachable(KetluanError):
    """Nobody answers there, or not as expected; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and what came with it: JSON, or nothing."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Site:
    """An address with a sign-in. `ca_certs`: PEM file of the authority that signed its certificate."""

    url: str
    user: str
    password: str = field(repr=False)
    ca_certs: Path | None = None
    api_key: str = field(default="", repr=False)

    def with_key(self, api_key: str) -> Site:
        """The same address, signed in to with an API key (encoded form) instead."""
        return replace(self, api_key=api_key)

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send `body` as JSON. Any status is an answer; raises `Unreachable` where there is none."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json")

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        """Send a file as a form does (RFC 7578)."""
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        data = head.encode() + b"Content-Type: application/ndjson\r\n\r\n" + content + f"\r\n--{edge}--\r\n".encode()
        return self._send("POST", path, data, f"multipart/form-data; boundary={edge}")

    def _send(self, method: str, path: str, data: bytes | None, kind: str) -> Answer:
        if not self.url.startswith(("http://", "https://")):
            raise Unreachable(f"“{self.url}” không phải địa chỉ web. Hãy viết như http://127.0.0.1:5601.")
        asked = urllib.request.Request(self.url.rstrip("/") + path, data, method=method)  # noqa: S310 (checked above)
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        asked.add_header("Authorization", f"ApiKey {self.api_key}" if self.api_key else f"Basic {token}")
        asked.add_header("Content-Type", kind)
        asked.add_header("kbn-xsrf", "ketluan")  # Kibana refuses to write without it
        context = ssl.create_default_context(cafile=str(self.ca_certs)) if self.ca_certs else None
        try:
            with urllib.request.urlopen(asked, timeout=_TIMEOUT, context=context) as answer:  # noqa: S310
                return Answer(answer.status, _json(answer.read()))
        except urllib.error.HTTPError as exc:
            return Answer(exc.code, _json(exc.read()))
        except (OSError, ValueError) as exc:
            raise Unreachable(f"Không kết nối được {self.url} ({exc}). Hãy kiểm tra địa chỉ rồi thử lại.") from exc


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")[:500] or None
