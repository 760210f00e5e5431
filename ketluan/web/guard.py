"""What holds for every answer, whatever was asked: known host, short address, safe headers, a line of the log; and who
asks in which language."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, unquote_plus, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ketluan.settings import Settings
from ketluan.users import User
from ketluan.web import language
from ketluan.web.signing import SESSION, Sessions

log = logging.getLogger(__name__)

LONGEST_ADDRESS = 6000  # bytes
_LANGUAGE = "lang"
_A_YEAR = 31_536_000
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def headers(frame_ancestors: str) -> dict[str, str]:
    """The headers of every answer (OWASP Secure Headers); nothing comes from elsewhere, no code stands in a page."""
    policy = (
        f"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frame_ancestors}"
    )
    safe = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # `no-referrer` would take the origin from our own forms too
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
    return safe | ({"X-Frame-Options": "DENY"} if frame_ancestors == "'none'" else {})


def hosts(settings: Settings) -> frozenset[str]:
    """The names that the page answers to. A page of another site that has its name point here gets nothing."""
    named = [name.strip().lower() for name in (settings.web_hosts or "").split(",")]
    own = settings.web_host.lower()
    return frozenset(filter(None, (*_LOOPBACK, f"[{own}]" if ":" in own else own, *named)))


def same_origin(request: Request) -> bool:
    """Does a browser say that this was sent by a page of ours? Without a word from it: no."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    return origin is not None and origin.partition("://")[2] == request.headers.get("host")


class Guard:
    """The outermost layer. `clock` gives the time with its zone."""

    def __init__(
        self, app: ASGIApp, settings: Settings, clock: Callable[[], datetime], sessions: Sessions | None = None
    ) -> None:
        self._app = app
        self._hosts = hosts(settings)
        self._headers = headers(settings.web_frame_ancestors)
        self._access = AccessLog(settings.access_log, clock) if settings.web_access_log else None
        self._sessions = sessions or Sessions(settings.users, settings.web_session_hours)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500
        asked = unquote_plus(scope["query_string"].decode("ascii", "replace"))
        remember: str | None = None
        user: User | None = None

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    named.setdefault(name, value)
                if remember:
                    named.append("Set-Cookie", remember)
                named.setdefault("Cache-Control", "private, no-store" if user else "private, no-cache")
            await send(message)

        try:
            if refusal := self._refusal(scope):
                await _plain(sent, *refusal)
            else:
                remember = self._spoken(scope)
                user = self._sessions.user(Request(scope).cookies.get(SESSION))
                scope["state"] = {**scope.get("state", {}), "user": user}
                await self._app(scope, receive, sent)
        finally:
            if self._access:
                self._access.note(scope, asked, status, time.monotonic() - began, user.name if user else None)

    def _spoken(self, scope: Scope) -> str | None:
        """Set the language of the answer; the cookie where the address asks for one, which is taken out of it."""
        pairs = parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
        asked = next((value for name, value in pairs if name == _LANGUAGE), None)
        language.current.set(language.chosen(asked, Request(scope).cookies.get(language.COOKIE)))
        if asked is None:
            return None
        scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != _LANGUAGE]).encode()
        if asked not in language.LANGUAGES:
            return None
        return f"{language.COOKIE}={asked}; Max-Age={_A_YEAR}; Path=/; HttpOnly; SameSite=Lax"

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        if len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return 414, "Địa chỉ quá dài. Hãy rút ngắn câu hỏi."
        host = (Headers(scope=scope).get("host") or "").lower()
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name not in self._hosts:
            return 421, "Trang này không mở được bằng tên máy đó. Người quản trị thêm tên vào KETLUAN_WEB_HOSTS."
        return None


class AccessLog:
    """One JSON line for each question: when, from where, what, and how it went. One file a month."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = Lock()

    def note(self, scope: Scope, asked: str, status: int, seconds: float, user: str | None = None) -> None:
        """Write the line. A disk that is full stops nobody from reading; it is said in the program's log."""
        if scope["path"].startswith("/static/"):
            return
        now = self._clock()
        row = {
            "time": now.isoformat(timespec="seconds"),
            "from": (scope.get("client") or ("",))[0],
            "user": user or "",
            "method": scope["method"],
            "path": scope["path"],
            "query": asked,
            "status": status,
            "ms": round(seconds * 1000),
        }
        line = json.dumps({k: v for k, v in row.items() if v != ""}, ensure_ascii=True) + "\n"
        try:
            with self._lock:
                self._folder.mkdir(parents=True, exist_ok=True)
                with (self._folder / f"{now:%Y-%m}.jsonl").open("a", encoding="ascii") as out:
                    out.write(line)
        except OSError as exc:
            log.warning("access log not written: %s", exc)


async def _plain(send: Send, status: int, text: str) -> None:
    body = text.encode()
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
