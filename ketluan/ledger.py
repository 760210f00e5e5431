"""What was ever written into the archive? `archive/ledger.jsonl`: a line an event, oldest first; never a line less.

    {"n":7,"time":"2021-10-01T01:00:00+07:00","id":"2021-09-lao-cai-3f9a1c2e","version":1,
     "manifest":"<sha256 of its manifest-sha256.txt>","event":"new","by":"luutru@may-chu","extractor":"0.1.0+3f9a…",
     "previous":"<hash of line 6>","hash":"<of this line>"}

Who, what, when, and which extractors read it. Events: `new` (the first file of a notice), `version` (a further file),
`reread` (the same files read anew), `corrected`: then `correction` is the number of the entry in `corrections.jsonl`
and `manifest` its chain. `by` is the account and the machine; the archivist's name stands in the correction. Lines of
the first form have no `event`, `by` and `extractor`.

A bag proves itself, but a folder that is gone proves nothing: only a list kept outside can tell. `hash` is SHA-256
over the line's JSON without `hash` itself (UTF-8, no spaces, fields in this order), `previous` that of the line
before (64 zeros for the first), so that no line can be changed, cut out or put in without a trace. A version is
written here right after it was published; what a crash kept from being written is made up for by the
next run (`Archive.recover`), with `"late": true` where that is more than the one version a crash can leave. In object
storage it is a log in parts (`ketluan.objects`).
"""

from __future__ import annotations

import hashlib
import os
import pwd
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import orjson

from ketluan import bag
from ketluan.objects import ObjectPath, Place, read_log

FILE = "ledger.jsonl"
START = "0" * 64
_LATER = ("event", "by", "extractor", "correction")  # fields that lines of the first form do not have
_TAIL = 8192  # bytes; many times a line


@dataclass(frozen=True, slots=True)
class Version:
    """What a line says. `time` is ISO 8601 with zone; `manifest` a SHA-256, or a correction's chain."""

    time: str
    id: str
    version: int
    manifest: str
    late: bool = False
    event: str | None = None
    by: str | None = None
    extractor: str | None = None
    correction: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The file as it is. `damaged` holds the numbers of lines, from 1, that are not as written or not in order."""

    versions: tuple[Version, ...] = ()
    damaged: tuple[int, ...] = ()
    lines: int = 0
    last: str = START  # hash of the last line
    whole: int = 0  # bytes up to the end of the last line that ends
    torn: bool = False  # a last line without its end: a crash while it was written
    hashes: tuple[str, ...] = ()  # of each line

    @property
    def known(self) -> dict[tuple[str, int], Version]:
        """What is recorded, by id and version; the first line of each counts."""
        found = (version for version in reversed(self.versions) if version.correction is None)
        return {(version.id, version.version): version for version in found}

    @property
    def corrected(self) -> dict[tuple[str, int], str]:
        """The chain of each correction that is recorded, by id and number of its entry."""
        return {(v.id, v.correction): v.manifest for v in reversed(self.versions) if v.correction is not None}


def read(root: Place) -> Ledger:
    """The ledger of the archive below `root`; an empty one where there is no file. Raises `OSError`."""
    try:
        data = read_log(root / FILE)
    except FileNotFoundError:
        return Ledger()
    versions, damaged, hashes, last = [], [], [], START
    lines = data.split(b"\n")
    rest = lines.pop()
    for n, line in enumerate(lines, 1):
        version, previous, digest = _parsed(line)
        if version is None or previous != last:
            damaged.append(n)
        if version is not None:
            versions.append(version)
        last = digest
        hashes.append(digest)
    whole = len(data) - len(rest)
    return Ledger(tuple(versions), tuple(damaged), len(lines), last, whole, bool(rest), tuple(hashes))


def there(root: Place) -> bool:
    """Is there a ledger: a plain file, or the parts of one in object storage?"""
    path = root / FILE
    if isinstance(path, ObjectPath):
        return bool(path.log_parts())
    return path.is_file() and not path.is_symlink()


def append(root: Place, versions: Iterable[Version]) -> None:
    """Add a line for each, and flush it to the disk; the caller holds the archive for writing. Raises `OSError`.

    A torn last line goes: it was never acknowledged. Where the disk is full nothing is added. In object storage
    `FileExistsError` says that another has written these lines meanwhile.
    """
    lines, last, whole = _end(root)
    data = b""
    for n, version in enumerate(versions, lines + 1):
        line, last = _line(n, version, last)
        data += line + b"\n"
    if isinstance(root, ObjectPath):
        (root / FILE).add_to_log(lines + 1, data)
        return
    with (root / FILE).open("ab") as file:
        try:
            file.truncate(whole)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(whole)
            raise
    if not lines:
        bag.sync_folder(root)


def actor() -> str:
    """Who writes: the account and the machine."""
    try:
        account = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container whose user has no name
        account = str(os.geteuid())
    return f"{account}@{socket.gethostname()}"


def manifest_of(place: Place) -> str:
    """The SHA-256 of the manifest of the version at `place`. Raises `OSError`."""
    return bag.sha256_of(place / bag.MANIFEST)


def _end(root: Place) -> tuple[int, str, int]:
    """Number of lines, hash of the last one, bytes up to its end; from the end of the file where that is sound."""
    try:
        tail, size = _tail(root / FILE)
    except FileNotFoundError:
        return 0, START, 0
    *lines, rest = tail.split(b"\n")
    if lines:
        version, _, digest = _parsed(lines[-1])
        if version is not None:
            return int(orjson.loads(lines[-1])["n"]), digest, size - len(rest)
    ledger = read(root)
    return ledger.lines, ledger.last, ledger.whole


def _tail(path: Place) -> tuple[bytes, int]:
    """The end of the file, and how many bytes end there. Raises `FileNotFoundError`."""
    if isinstance(path, ObjectPath):
        last = path.log_parts()[-1:]
        data = last[0].read_bytes() if last else path.read_log()
        return data, len(data)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        return file.read(), size


def _line(n: int, version: Version, previous: str) -> tuple[bytes, str]:
    said = {
        "n": n,
        "time": version.time,
        "id": version.id,
        "version": version.version,
        "manifest": version.manifest,
        **({"late": True} if version.late else {}),
        **{name: value for name in _LATER if (value := getattr(version, name)) is not None},
        "previous": previous,
    }
    digest = _digest(orjson.dumps(said))
    return orjson.dumps({**said, "hash": digest}), digest


def _parsed(line: bytes) -> tuple[Version | None, str, str]:
    """What the line says (None where it is not as it was written), the hash before it, and the one after it."""
    try:
        said = orjson.loads(line)
        later = (said.get(name) for name in _LATER)
        version = Version(said["time"], said["id"], said["version"], said["manifest"], said.get("late", False), *later)
        written, digest = _line(said["n"], version, said["previous"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, "", _digest(line)
    return (version, said["previous"], digest) if written == line else (None, "", said.get("hash", digest))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
