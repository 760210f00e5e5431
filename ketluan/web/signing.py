"""Who is signed in? A table of sessions in memory: each ends by itself, when somebody signs out, when the user is
removed or their password changes, and when the program ends.

The cookie holds 256 random bits and nothing else; the table holds their SHA-256. So there is nothing in a cookie to
forge, and nothing in the memory that would open a session.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock

from ketluan import users
from ketluan.errors import UserError
from ketluan.users import User, Users

log = logging.getLogger(__name__)

SESSION, VISIT = "ketluan_session", "ketluan_visit"
MOST_SESSIONS = 1000
#: Wrong passwords within `WINDOW` seconds: for one name from one address, for one name, from one address.
WINDOW = 900.0
MOST_WRONG = {"name and address": 5, "name": 30, "address": 30}
_MOST_REMEMBERED = 10_000
_AT_ONCE = 2  # passwords that are checked at the same time: each takes memory and a processor


class TooMany(Exception):
    """Too many wrong passwords: `minutes` until the next may be tried."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True, slots=True)
class _Session:
    user: User
    until: float


@dataclass(slots=True)
class Wrong:
    """Wrong passwords of the last minutes. Bounded: the oldest are forgotten first."""

    clock: Callable[[], float]
    _times: dict[Hashable, list[float]] = field(default_factory=dict)

    def check(self, name: str, address: str) -> None:
        """Raises `TooMany`."""
        since = self.clock() - WINDOW
        for kind, key in _counted(name, address):
            times = [t for t in self._times.get(key, ()) if t > since]
            if len(times) >= MOST_WRONG[kind]:
                raise TooMany(max(-int((since - times[0]) // 60), 1))

    def note(self, name: str, address: str) -> None:
        """One more."""
        now = self.clock()
        for _, key in _counted(name, address):
            times = [t for t in self._times.pop(key, ()) if t > now - WINDOW]
            self._times[key] = [*times, now]
        while len(self._times) > _MOST_REMEMBERED:
            del self._times[next(iter(self._times))]

    def forget(self, name: str, address: str) -> None:
        """The right password came: the name may err again from there, and this time counts for nobody."""
        for _, key in _counted(name, address):
            self._times[key] = self._times.get(key, [])[:-1]
        self._times.pop((name, address), None)


class Sessions:
    """One for the program. `clock` gives seconds that only grow."""

    def __init__(self, file: Path, hours: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self.seconds = int(hours * 3600)
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._open: dict[str, _Session] = {}
        self._wrong = Wrong(clock)
        self._lock = Lock()
        self._checking = BoundedSemaphore(_AT_ONCE)
        self._known: tuple[object, Users] = (None, {})

    def users(self) -> Users:
        """Who may sign in, as the file says now; nobody where it cannot be read."""
        try:
            found = self._file.stat()
            state = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._known[0] != state:
                self._known = (state, users.read(self._file))
        except FileNotFoundError:
            self._known = (None, {})
        except (OSError, UserError) as exc:
            log.error("users not read: %s", exc)
            self._known = (None, {})
        return self._known[1]

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """The cookie of a new session, or None. Raises `TooMany`."""
        with self._checking:
            with self._lock:
                self._wrong.check(name, address)
                self._wrong.note(name, address)  # counted before it is checked, so that many at once do not slip by
            user = users.verified(self.users(), name, password)
        if user is None:
            return None
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            self._wrong.forget(name, address)
            now = self._clock()
            self._open = {key: one for key, one in self._open.items() if one.until > now}
            while len(self._open) >= MOST_SESSIONS:
                del self._open[next(iter(self._open))]
            self._open[_digest(cookie)] = _Session(user, now + self.seconds)
        return cookie

    def user(self, cookie: str | None) -> User | None:
        """Who shows this cookie."""
        key = _digest(cookie or "")
        with self._lock:
            found = self._open.get(key)
            if found is None:
                return None
            if found.until > self._clock() and self.users().get(found.user.name) == found.user:
                return found.user
            del self._open[key]
            return None

    def sign_out(self, cookie: str | None) -> None:
        """End the session."""
        with self._lock:
            self._open.pop(_digest(cookie or ""), None)

    def token(self, cookie: str) -> str:
        """What a form carries to show that it came from a page of ours, made for whoever holds the cookie."""
        return hmac.new(self._key, cookie.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def genuine(self, cookie: str, token: str) -> bool:
        """Is it that token?"""
        return bool(cookie) and hmac.compare_digest(self.token(cookie).encode(), token.encode("utf-8", "surrogatepass"))


def new_visit() -> str:
    """The cookie of somebody who is about to sign in."""
    return secrets.token_urlsafe(32)


def _counted(name: str, address: str) -> tuple[tuple[str, Hashable], ...]:
    return ("name and address", (name, address)), ("name", name), ("address", (None, address))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
