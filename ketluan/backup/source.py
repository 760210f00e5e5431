"""Which files of a home belong into a set, and what hash must each of them have?

All of it, except what is made anew (`LEFT_OUT`), what is in the archive already (`inbox/done`, `inbox/duplicate`),
links and what is no regular file. A folder that a later version of the program makes is taken without being named here.
The hashes of a version's files come from its manifests, without reading the files: the weekly check reads them. The
manifest itself must be the one that the ledger names.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketluan import bag, ledger
from ketluan.inbox import STATE, Shelf

#: Below the home: what can be made anew, belongs to this machine, or is passing.
LEFT_OUT = (
    "index",
    "cache",
    "airflow",
    "state",
    "archive/tmp",
    "archive/.lock",
    f"inbox/{STATE}",
    f"inbox/{Shelf.DONE}",
    f"inbox/{Shelf.DUPLICATE}",
)
_VERSION = re.compile(r"archive/notices/[^/]+/(?P<id>[^/]+)/v(?P<number>\d{4,})")
_LISTED = re.compile(r"^([0-9a-f]{64})  (\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the home as it was listed. `sha256` is what it must be, None where only reading tells."""

    path: str
    size: int | None  # bytes; None: it should be there and is not
    mtime: int | None = None  # nanoseconds
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a home holds: files, and what is wrong with it (paths) as far as listing shows."""

    files: tuple[File, ...]
    damaged: tuple[str, ...] = ()


def look(home: Path, below: str = "", *, without: Path | None = None) -> Listing:
    """The files of the home, or of the folder `below` in it; whoever wants them to fit together holds the archive.

    `without` is a folder of secrets, which may lie in the home.
    """
    root, secret = home.resolve(), without.resolve() if without else None
    book = ledger.read(home / "archive")
    files: list[File] = []
    damaged: list[str] = []
    expected: dict[str, str] = {}
    for path, status in _walk(home, below):
        if secret and (root / path).is_relative_to(secret):
            continue
        if status is None:  # a folder, before what is in it
            if match := _VERSION.fullmatch(path):
                known = book.known.get((match["id"], int(match["number"])))
                listed, bad = _manifests(home / path, known.manifest if known else None)
                expected |= {f"{path}/{name}": sha256 for name, sha256 in listed.items()}
                damaged += [f"{path}/{name}" for name in bad]
        else:
            files.append(File(path, status.st_size, status.st_mtime_ns, expected.pop(path, None)))
    files += [File(path, None, None, sha256) for path, sha256 in expected.items()]
    if not below:
        there = {os.path.dirname(file.path) for file in files}  # noqa: PTH120  text, not a path of this machine
        gone = (f"archive/notices/{id[:4]}/{id}/{bag.version_name(n)}" for id, n in book.known)
        damaged += [path for path in gone if path not in there]
    return Listing(tuple(files), tuple(damaged))


def _manifests(place: Path, manifest: str | None) -> tuple[dict[str, str], list[str]]:
    """File of the version → the hash it must have; and the manifests that cannot be believed.

    `manifest` is the hash of the manifest by the ledger.
    """
    tags, payload = (_bytes(place / name) for name in (bag.TAG_MANIFEST, bag.MANIFEST))
    said, digest = _lines(tags or b""), hashlib.sha256(payload or b"").hexdigest()
    bad = [] if set(said) == set(bag.TAG_FILES) else [bag.TAG_MANIFEST]
    if payload is None or digest not in (manifest, said.get(bag.MANIFEST)) or manifest not in (digest, None):
        return said, [*bad, bag.MANIFEST]
    return said | _lines(payload), bad


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _lines(data: bytes) -> dict[str, str]:
    return {path: sha256 for sha256, path in _LISTED.findall(data.decode("utf-8", "replace")) if bag.inside(path)}


def _walk(home: Path, below: str) -> Iterator[tuple[str, os.stat_result | None]]:
    """Paths below the home with their status; folders, with None, before what is in them."""
    try:
        entries = sorted((home / below).iterdir(), key=os.fsencode)
    except FileNotFoundError:
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        try:
            status = entry.lstat()
        except FileNotFoundError:  # moved since
            continue
        if path in LEFT_OUT:
            continue
        if stat.S_ISDIR(status.st_mode):
            yield path, None
            yield from _walk(home, path)
        elif stat.S_ISREG(status.st_mode):
            yield path, status
