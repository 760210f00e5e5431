"""Which files lie in the inbox, have they stood still, and where do they go afterwards?

    inbox/                       a plain folder, with subfolders if people like
      done/2021-09-30/           taken in; subfolders are kept
      duplicate/2021-09-30/      the same bytes are in the archive; `<name>.ly-do.txt` says where
      quarantine/2021-09-30/     cannot be taken in; `<name>.ly-do.txt` says why and what to do
      .ketluan/                  files being moved right now, so that a crash in between is understood

Time stamps decide nothing: a file is taken once size and mtime stood still, and is known by its content. Links
and what is no regular file are named, never followed. Nothing is overwritten, whatever files are called. Moving
is for who holds the archive (`Archive.writing`): two runs on one inbox never move at the same time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import quote_from_bytes, unquote_to_bytes

REASON_SUFFIX = ".ly-do.txt"
STATE = ".ketluan"
NAME_BYTES = 255  # the longest name that common file systems take
_BLOCK = 1 << 20

#: Never taken: what programs leave while they write, and our own notes. Compared in small letters.
IGNORED_STARTS = (".", "~$")
IGNORED_ENDS = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", "~", REASON_SUFFIX)
IGNORED_NAMES = ("thumbs.db", "desktop.ini")


class Shelf(StrEnum):
    """Where a file lies after the run."""

    DONE = "done"
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"


class Changed(Exception):
    """The file is not the one that was looked at: somebody is still writing it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A regular file of the inbox. `path` is relative, percent-encoded, so that any name fits into JSON."""

    path: str
    size: int  # bytes
    mtime: int  # nanoseconds

    @property
    def relative(self) -> PurePosixPath:
        """The path as the file system has it."""
        return PurePosixPath(from_plain(self.path))

    @property
    def shown(self) -> str:
        """The path for people to read."""
        return shown(str(self.relative))


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that is no file to take; `code` is stable, `path` as in `Seen`."""

    path: str
    code: str

    @property
    def relative(self) -> PurePosixPath:
        """The path as the file system has it."""
        return PurePosixPath(from_plain(self.path))

    @property
    def shown(self) -> str:
        """The path for people to read."""
        return shown(from_plain(self.path))


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in the inbox: files, oddities, and the names passed over (for people to read)."""

    files: tuple[Seen, ...]
    odd: tuple[Odd, ...]
    ignored: tuple[str, ...]


class Inbox:
    """The inbox below `root`; the folder is made where there is none. `step` is for tests of crashes."""

    def __init__(self, root: Path, *, step: Callable[[str], None] | None = None) -> None:
        self.root = root
        self._step = step or (lambda _name: None)
        root.mkdir(parents=True, exist_ok=True)

    # -- looking

    def look(self) -> Listing:
        """All that lies there now, in the order of the names' bytes."""
        files: list[Seen] = []
        odd: list[Odd] = []
        ignored: list[str] = []
        for path, found in self._walk(self.root):
            if found is None:
                ignored.append(shown(self._relative(path)))
            elif isinstance(found, str):
                odd.append(Odd(as_plain(self._relative(path)), found))
            else:
                files.append(self._seen(path, found))
        return Listing(tuple(files), tuple(odd), tuple(ignored))

    def stands_still(self, seen: Seen) -> bool:
        """Is it still the same size and mtime? Raises `FileNotFoundError` where it has gone."""
        return self._seen(self._path(seen), self._path(seen).lstat()) == seen

    def sha256(self, seen: Seen) -> str:
        """The hash of the file, read in blocks. Raises `Changed` or `OSError`."""
        digest = hashlib.sha256()
        for block in self._blocks(seen):
            digest.update(block)
        return digest.hexdigest()

    def read(self, seen: Seen) -> bytes:
        """All bytes of the file. Raises `Changed` or `OSError`."""
        return b"".join(self._blocks(seen))

    # -- moving

    def claim(self, seen: Seen, sha256: str) -> None:
        """Note that the file is about to be archived and moved."""
        self._claims.mkdir(parents=True, exist_ok=True)
        (self._claims / sha256).write_text(_mark(seen), encoding="ascii")

    def claimed(self, seen: Seen, sha256: str) -> bool:
        """Was an earlier run stopped between archiving this file and moving it?"""
        try:
            return (self._claims / sha256).read_text(encoding="ascii") == _mark(seen)
        except FileNotFoundError:
            return False

    def put_away(self, seen: Seen, shelf: Shelf, now: datetime, reason: str | None = None) -> str:
        """Move the file to a shelf, with a note beside it where there is a reason; gives back its path there.

        The path is relative to the inbox, for people to read. Raises `Changed`, with the file back
        in its place, where it is not the file that was looked at.
        """
        if not self.stands_still(seen):  # before anything is made beside its new place
            raise Changed(seen.shown)
        relative = seen.relative
        folder = self.root / shelf / now.date().isoformat() / relative.parent
        folder.mkdir(parents=True, exist_ok=True)
        note = None if reason is None else f"Tệp: {seen.shown}\n\n{reason}\n".encode()
        target = _free(folder, relative.name, note)
        if note is not None:
            _write(_beside(target), note)
            self._step("explained")
        source = self._path(seen)
        source.rename(target)
        if self._seen(source, target.lstat()) != seen:
            target.rename(source)
            raise Changed(seen.shown)
        self._step("moved")
        return shown(self._relative(target))

    def release(self, sha256: str) -> None:
        """The file that was claimed has been moved."""
        with suppress(FileNotFoundError):
            (self._claims / sha256).unlink()
        self._step("released")

    def forget_moved(self) -> None:
        """Take away the claims of files that have left the inbox: a run was stopped right after moving them."""
        claims = list(self._claims.iterdir()) if self._claims.is_dir() else []
        for claim in claims:
            try:
                path, size, mtime = claim.read_text(encoding="ascii").split(" ")
                if self.stands_still(Seen(path, int(size), int(mtime))):
                    continue
            except (OSError, ValueError):
                pass
            claim.unlink(missing_ok=True)

    # -- inside

    @property
    def _claims(self) -> Path:
        return self.root / STATE

    def _path(self, seen: Seen) -> Path:
        return self.root / seen.relative

    def _seen(self, path: Path, status: os.stat_result) -> Seen:
        return Seen(as_plain(self._relative(path)), status.st_size, status.st_mtime_ns)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _walk(self, folder: Path) -> Iterator[tuple[Path, os.stat_result | str | None]]:
        """Each thing below: with its status, with the code of what is odd about it, or None where it is ignored."""
        try:
            entries = sorted(folder.iterdir(), key=os.fsencode)
        except OSError:
            yield folder, "unreadable_folder"
            return
        for path in entries:
            if folder == self.root and path.name in (STATE, *Shelf):
                continue
            try:
                status = path.lstat()
            except FileNotFoundError:  # gone since
                continue
            if is_ignored(path.name):
                yield path, None
            elif stat.S_ISDIR(status.st_mode):
                yield from self._walk(path)
            else:
                yield path, _oddity(status.st_mode) or status

    def _blocks(self, seen: Seen) -> Iterator[bytes]:
        path = self._path(seen)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # never wait for the other end of a pipe
        with os.fdopen(os.open(path, flags), "rb") as file:
            if self._seen(path, os.fstat(file.fileno())) != seen:
                raise Changed(seen.shown)
            while block := file.read(_BLOCK):
                yield block
            if self._seen(path, os.fstat(file.fileno())) != seen:
                raise Changed(seen.shown)


def reason(path: Path) -> str | None:
    """Why a file was put away, as the note beside it says; None where there is none."""
    try:
        return _beside(path).read_text(encoding="utf-8", errors="replace").partition("\n\n")[2].strip() or None
    except OSError:
        return None


def is_ignored(name: str) -> bool:
    """Is a file of that name passed over: hidden, half copied, or a lock of an office program?"""
    small = name.casefold()
    return small.startswith(IGNORED_STARTS) or small.endswith(IGNORED_ENDS) or small in IGNORED_NAMES


def shown(name: str) -> str:
    """The name for people to read: what would hide or reorder letters is written as `\\u202e`, `\\n` as `\\u000a`."""
    return "".join(c if unicodedata.category(c) not in _HIDDEN else f"\\u{ord(c):04x}" for c in name)


def as_plain(relative: str) -> str:
    """Any path as ASCII: what is not a plain letter is percent-encoded, byte for byte."""
    return quote_from_bytes(os.fsencode(relative))


def from_plain(path: str) -> str:
    """The path that `as_plain` encoded."""
    return os.fsdecode(unquote_to_bytes(path))


_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _oddity(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "symlink"
    return None if stat.S_ISREG(mode) else "not_a_file"


def _mark(seen: Seen) -> str:
    return f"{seen.path} {seen.size} {seen.mtime}"


def _free(folder: Path, name: str, note: bytes | None) -> Path:
    """A path that nothing has: `a.pdf`, `a (2).pdf`, … A note left by a crash, without its file, is taken up again."""
    stem, suffix = _split(name)
    number = 1
    while True:
        target = folder / (name if number == 1 else _fitted(stem, f" ({number}){suffix}", room=len(REASON_SUFFIX)))
        if not os.path.lexists(target) and (note is None or _usable(_beside(target), note)):
            return target
        number += 1


def _usable(path: Path, note: bytes) -> bool:
    try:
        return path.read_bytes() == note
    except FileNotFoundError:
        return True


def _beside(target: Path) -> Path:
    return target.with_name(_fitted(target.name, REASON_SUFFIX))


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix; a suffix that is no suffix at all (too long) stays with the stem."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and len(os.fsencode(suffix)) <= 16 else (name, "")


def _fitted(stem: str, end: str, room: int = 0) -> str:
    """`stem` + `end`, the stem cut between letters where `room` more bytes would make the name too long."""
    while len(os.fsencode(stem + end)) > NAME_BYTES - room:
        stem = stem[:-1]
    return stem + end


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.part")
    part.write_bytes(data)
    part.replace(path)
