"""What is a set, and is the list of one whole?

    ketluan-backup 1
    time 2026-11-25T01:30:00+07:00
    ledger <hash of the last line of archive/ledger.jsonl>

    <sha256>  <size>  archive/notices/2021/…/data/notice.json
    …
    end <sha256 of all above>

A list that was cut or changed does not end in its own hash and is no set. `%`, control characters and bytes that are no
UTF-8 stand percent-encoded in paths.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_to_bytes

from ketluan import bag
from ketluan.errors import BackupError

FILES = "files"
SETS = "sets"
_HEAD = "ketluan-backup 1"
_LINE = re.compile(r"([0-9a-f]{64})  (\d+)  (.+)")
_END = re.compile(rb"end ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a set. `path` is below the home, with slashes, as the file system has it."""

    path: str
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class BackupSet:
    """A set: its name, when it was made (ISO 8601 with zone), the last hash of the ledger then, and its files."""

    name: str
    time: str
    ledger: str
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(item.size for item in self.items)


def all_sets(destination: Path) -> list[BackupSet]:
    """All whole sets of the destination, oldest first."""
    found = (read(path) for path in (destination / SETS).glob("[0-9]*.txt"))
    return sorted((one for one in found if one), key=lambda one: (datetime.fromisoformat(one.time), one.name))


def newest(destination: Path, name: str | None = None) -> BackupSet:
    """The last set, or the one named. Raises `BackupError` where there is none."""
    there = [one for one in all_sets(destination) if name in (None, one.name)]
    if not there:
        which = f"bộ sao lưu {name}" if name else "bộ sao lưu nào còn nguyên vẹn"
        raise BackupError(f"Không có {which} trong {destination}. Hãy kiểm tra lại thư mục hoặc dùng bản sao lưu khác.")
    return there[-1]


def read(path: Path) -> BackupSet | None:
    """The set listed in the file; None where the list is not whole."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body, end = data[:-69], data[-69:]
    match = _END.fullmatch(end)
    if match is None or match[1].decode() != hashlib.sha256(body).hexdigest():
        return None
    head, time, ledger, _, *lines = body.decode("utf-8").split("\n")
    found = [_LINE.fullmatch(line) for line in lines[:-1]]
    if head != _HEAD or not all(found):
        return None
    items = tuple(Item(_unwritten(m[3]), m[1], int(m[2])) for m in found if m)
    if not all(_inside(item.path) for item in items):
        return None
    return BackupSet(path.stem, time.removeprefix("time "), ledger.removeprefix("ledger "), items)


def write(destination: Path, now: datetime, ledger: str, items: Iterable[Item]) -> BackupSet:
    """Write the list of a set whose contents are all there; visible whole or not at all. Raises `OSError`."""
    folder = destination / SETS
    name = _free(folder, f"{now:%Y-%m-%dT%H%M%S%z}")
    listed = tuple(sorted(set(items), key=lambda item: os.fsencode(item.path)))
    lines = [_HEAD, f"time {now.isoformat()}", f"ledger {ledger}", ""]
    lines += [f"{item.sha256}  {item.size}  {_written(item.path)}" for item in listed]
    body = "\n".join([*lines, ""]).encode()
    part = folder / f".{name}.part"
    part.unlink(missing_ok=True)
    bag.write_file(part, body + f"end {hashlib.sha256(body).hexdigest()}\n".encode())
    if read(part) is None:
        raise OSError("the list of the set was read back differently")
    part.rename(folder / f"{name}.txt")
    bag.sync_folder(folder)
    return BackupSet(name, now.isoformat(), ledger, listed)


def place(destination: Path, sha256: str) -> Path:
    """Where the content with that hash lies."""
    return destination / FILES / sha256[:2] / sha256


def _free(folder: Path, name: str) -> str:
    """A name that no set has: two backups may fall into one second."""
    number, free = 1, name
    while (folder / f"{free}.txt").exists():
        number += 1
        free = f"{name}-{number}"
    return free


def _written(path: str) -> str:
    return "".join(_encoded(c) if c == "%" or not c.isprintable() else c for c in path)


def _encoded(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(letter))


def _unwritten(path: str) -> str:
    return os.fsdecode(unquote_to_bytes(path))


def _inside(path: str) -> bool:
    """Does the path stay in the home that it is restored to?"""
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\0" not in path and bool(pure.parts)
