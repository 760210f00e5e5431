"""When was the archive last verified and backed up, and how did it end? What `ketluan health` looks at.

    state/verified.json      the last whole verification
    state/backups.json       the last backup to each destination

Small files that may be deleted: the next verification and the next backup write them anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from extractors.codec import SchemaError, decode, encode
from ketluan.ledger import START

T = TypeVar("T")

_VERIFIED = "verified.json"
_BACKUPS = "backups.json"


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification: when it began and ended (ISO 8601 with zone), notices looked at, findings."""

    began: str
    ended: str
    notices: int
    findings: int
    ledger: str = START  # its last hash then: it must stay in the chain

    @property
    def sound(self) -> bool:
        """Was nothing found?"""
        return self.findings == 0


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: where to, when (ISO 8601 with zone), the name of the set, whether all at the source was sound."""

    destination: str
    time: str
    set: str
    sound: bool


def verified(state: Path) -> Verified | None:
    """The last verification that came to its end; None where there is none."""
    return _decoded(Verified, load(state / _VERIFIED))


def note_verified(state: Path, done: Verified) -> None:
    """Keep it as the last one. Raises `OSError`."""
    save(state / _VERIFIED, encode(done))


def backups(state: Path) -> tuple[BackedUp, ...]:
    """The last backup to each destination."""
    rows = load(state / _BACKUPS)
    found = (_decoded(BackedUp, row) for row in (rows if isinstance(rows, list) else ()))
    return tuple(one for one in found if one)


def note_backup(state: Path, done: BackedUp) -> None:
    """Keep it as the last one to its destination. Raises `OSError`."""
    others = [one for one in backups(state) if one.destination != done.destination]
    save(state / _BACKUPS, [encode(one) for one in (*others, done)])


def since(time: str, now: datetime) -> float:
    """Hours from a time (ISO 8601 with zone) to now."""
    return (now - datetime.fromisoformat(time)).total_seconds() / 3600


def load(path: Path) -> Any:
    """The JSON of the file; None where there is none or it cannot be read."""
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def save(path: Path, data: Any) -> None:
    """Write the file whole or not at all. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _decoded(kind: type[T], data: Any) -> T | None:
    try:
        return decode(kind, data) if isinstance(data, dict) else None
    except SchemaError:
        return None
