"""How do files lie in object storage, where there are keys instead of folders, and no rename?

`ObjectPath` answers what the archive asks of a `Path`, over any file system that fsspec knows (S3 and what speaks its
protocol, Google's, Azure's). What differs from a disk:

- An object is there whole or not at all, so that nothing has to be flushed.
- Objects are only made, never written over: `Store.put_new` asks the store to refuse a key that is taken (S3:
  `If-None-Match: *`), and reads each one back and compares. A put whose answer got lost and that is tried again finds
  its own bytes, which is no clash.
- Each question is a request. `ObjectPath.listed` asks once for all that lies below a folder; whatever is asked of the
  folder afterwards is answered from that.
- A log that grows (`ledger.jsonl`, `corrections.jsonl`) is a folder of that name with an object for each time that
  lines were added, named by the number of its first line; one after the other they are the file.

Credentials and the address of the store come from where its fsspec file system looks for them (S3: `AWS_…`).
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from ketluan.errors import ArchiveError

#: Requests on their way at the same time.
AT_ONCE = 16
#: Between one try to put and the next (seconds); after the last there is none.
_PAUSES = (0.2, 1.0, 0.0)
#: Larger files are read one by one, and not kept in memory (bytes).
LOADED_BYTES = 4 << 20

#: Protocol → what its file system is told
_OPTIONS: dict[str, dict[str, Any]] = {"s3": {"max_concurrency": 1}}  # else each file is asked for its size first

T = TypeVar("T")


class Store:
    """A place in object storage, by its address (`s3://bucket/archive`), below which keys are names with slashes.

    `cache` is the folder on this machine that originals are fetched to. Everything raises `OSError`: the store does
    not answer, or refuses; `FileNotFoundError` where there is no such key.
    """

    def __init__(self, url: str, cache: Path) -> None:
        self.url = url.rstrip("/")
        self.cache = cache
        self._pid = 0
        self._connected: tuple[Any, str] = (None, "")

    def _fs(self) -> tuple[Any, str]:
        """The file system and our place in it; a fork makes its own."""
        if self._pid != os.getpid():
            self._connected = self._connect()
            self._pid = os.getpid()
        return self._connected

    def _connect(self) -> tuple[Any, str]:
        protocol = self.url.partition("://")[0]
        try:
            from fsspec.core import url_to_fs  # here: an archive on a disk needs none of it

            fs, base = url_to_fs(self.url, use_listings_cache=False, **_OPTIONS.get(protocol, {}))
        except (ImportError, ValueError) as exc:
            raise ArchiveError(
                f"Không mở được kho {self.url}: {exc}. Hãy xem lại KETLUAN_ARCHIVE_URL; "
                "với s3:// cần cài thêm: pip install 'ketluan[s3]'"
            ) from exc
        bucket = base.lstrip("/").partition("/")[0]
        with self._told(self.url):
            there = self._exists(fs, base, bucket)
        if not there:  # a wrong address is no empty archive
            raise ArchiveError(f"Không có nơi lưu trữ “{bucket}” của kho {self.url}. Hãy xem lại KETLUAN_ARCHIVE_URL.")
        return fs, base

    @staticmethod
    def _exists(fs: Any, base: str, bucket: str) -> bool:
        try:
            fs.ls(base, detail=False)
            return True
        except FileNotFoundError:  # asked first, because it says what is wrong where nobody answers
            return bool(fs.exists(bucket))

    @contextmanager
    def _told(self, where: str) -> Iterator[None]:
        """Whatever the libraries below raise, as an `OSError` that names the place."""
        try:
            yield
        except FileNotFoundError:
            raise
        except Exception as exc:  # no answer, no address, no rights: each library has its own names for that
            number = exc.errno if isinstance(exc, OSError) and exc.errno else errno.EIO
            raise OSError(number, f"{type(exc).__name__}: {exc}", where) from exc

    def _ask(self, method: str, key: str, *args: Any, **options: Any) -> Any:
        fs, base = self._fs()
        with self._told(f"{self.url}/{key}"):
            return getattr(fs, method)(f"{base}/{key}".rstrip("/"), *args, **options)

    def read(self, key: str) -> bytes:
        """The bytes under the key."""
        return bytes(self._ask("cat_file", key))

    def put_new(self, key: str, data: bytes) -> None:
        """Put the bytes under a key that is free, and read them back.

        Raises `FileExistsError` where other bytes lie there.
        """
        for pause in _PAUSES:
            try:
                self._ask("pipe_file", key, data, mode="create")
                break
            except OSError as exc:  # each store says in its own words that a key is taken: what lies there tells
                if (found := self._found(key)) is not None:
                    if found == data:
                        return
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), f"{self.url}/{key}") from exc
                if not pause:
                    raise
                time.sleep(pause)  # S3 answers with 409 to some of those who ask for one key at once
        if self.read(key) != data:
            raise OSError(errno.EIO, "read back differently", f"{self.url}/{key}")

    def _found(self, key: str) -> bytes | None:
        try:
            return self.read(key)
        except FileNotFoundError:
            return None

    def renew(self, key: str, data: bytes) -> None:
        """Put the bytes under a key, whatever lies there. For locks only."""
        self._ask("pipe_file", key, data)

    def delete(self, key: str) -> None:
        """Take away what lies under the key; nothing where there is none."""
        try:
            self._ask("rm_file", key)
        except FileNotFoundError:
            return

    def modified(self, key: str) -> datetime:
        """When the bytes were put there, by the clock of the store."""
        found: datetime = self._ask("modified", key)
        return found

    def below(self, key: str) -> dict[str, int]:
        """All keys below a folder → sizes in bytes, in one question however deep they lie."""
        fs, base = self._fs()
        found = self._ask("find", key, detail=True)
        start = len(fs._strip_protocol(base)) + 1
        inside = ((name[start:], entry) for name, entry in found.items())
        # a key that is the folder itself, or ends in a slash, is a stand-in that consoles leave
        return {name: int(entry.get("size") or 0) for name, entry in sorted(inside) if _below(name, key)}

    def level(self, key: str) -> dict[str, int | None]:
        """The names in a folder → size in bytes, None for a folder."""
        try:
            found = self._ask("ls", key, detail=True)
        except FileNotFoundError:
            return {}
        # a file is listed as its own content, a stand-in as that of its folder
        own = f"{self._fs()[1]}/{key}".rstrip("/")
        inside = {entry["name"].rstrip("/"): entry for entry in found if entry["name"].rstrip("/") != own}
        return {
            name.rpartition("/")[2]: None if entry["type"] == "directory" else int(entry.get("size") or 0)
            for name, entry in sorted(inside.items())
        }


def _below(name: str, key: str) -> bool:
    return not name.endswith("/") and (not key or name.startswith(f"{key}/"))


def together(work: Callable[[T], object], items: Iterable[T]) -> None:
    """Do the work for all items, some at a time. Raises the first error."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store") as pool:
        list(pool.map(work, items))


class Listing:
    """What lay below a folder when it was asked for."""

    def __init__(self, files: dict[str, int]) -> None:
        self.files = files
        self.contents: dict[str, bytes] = {}  # of those that were read at once (`ObjectPath.loaded`)
        self.folders: dict[str, dict[str, None]] = {}
        for key in files:
            while key:
                parent, _, name = key.rpartition("/")
                siblings = self.folders.setdefault(parent, {})
                if name in siblings:
                    break
                siblings[name] = None
                key = parent


@dataclass(frozen=True, order=True, slots=True)
class ObjectPath:
    """A key, or all that lies below it, asked as a `Path` is asked. `key` is relative to the store's address."""

    store: Store = field(compare=False, repr=False)
    key: str = ""
    _listing: Listing | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.store.url}/{self.key}".rstrip("/")

    def __truediv__(self, name: str) -> ObjectPath:
        return ObjectPath(self.store, f"{self.key}/{name}".strip("/"), self._listing)

    @property
    def name(self) -> str:
        """The last part."""
        return self.key.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The last part without its suffix."""
        return PurePosixPath(self.key).stem

    @property
    def parent(self) -> ObjectPath:
        """What it lies in."""
        return ObjectPath(self.store, self.key.rpartition("/")[0])

    @property
    def parents(self) -> tuple[ObjectPath, ...]:
        """What it lies in, and so on up to the root."""
        return tuple(ObjectPath(self.store, str(p).removeprefix(".")) for p in PurePosixPath(self.key).parents)

    def with_name(self, name: str) -> ObjectPath:
        """Another name in the same place."""
        return self.parent / name

    def relative_to(self, other: ObjectPath) -> PurePosixPath:
        """The way here from `other`."""
        return PurePosixPath(self.key).relative_to(other.key)

    # -- asking

    def listed(self) -> ObjectPath:
        """The same with all that lies below it asked for once."""
        return self if self._listing else ObjectPath(self.store, self.key, Listing(self.store.below(self.key)))

    def loaded(self) -> ObjectPath:
        """As `listed`, and what is not large (`LOADED_BYTES`) has been read, some at a time."""
        path, listing = self, Listing(self.store.below(self.key))

        def read(key: str) -> None:
            with suppress(OSError):  # asking for it will tell
                listing.contents[key] = path.store.read(key)

        together(read, [key for key, size in listing.files.items() if size <= LOADED_BYTES])
        return ObjectPath(self.store, self.key, listing)

    def sizes(self) -> dict[str, int]:
        """All that lies below it: path from here → bytes."""
        listing = self.listed()._listing
        start = f"{self.key}/".lstrip("/")
        found = listing.files if listing else {}
        return {key[len(start) :]: size for key, size in found.items() if key.startswith(start)}

    def _level(self) -> dict[str, int | None]:
        if not self._listing:
            return self.store.level(self.key)
        names = self._listing.folders.get(self.key, {})
        return {name: self._listing.files.get((self / name).key) for name in names}

    def iterdir(self) -> Iterator[ObjectPath]:
        """What lies in it; nothing where there is no such folder."""
        return (self / name for name in self._level())

    def subfolders(self) -> list[ObjectPath]:
        """Folders in it by name."""
        return [self / name for name, size in sorted(self._level().items()) if size is None]

    def is_dir(self) -> bool:
        """Does anything lie below it?"""
        return bool(self._level())

    def is_file(self) -> bool:
        """Is it a key?"""
        if self._listing:
            return self.key in self._listing.files
        return self.store.level(self.key.rpartition("/")[0]).get(self.name) is not None

    def exists(self) -> bool:
        """Is it a key, or does anything lie below it?"""
        return self.is_dir() or self.is_file()

    def is_symlink(self) -> bool:
        """Never: there are none."""
        return False

    def read_bytes(self) -> bytes:
        """The bytes. Raises `OSError`, `FileNotFoundError`."""
        known = self._listing.contents.get(self.key) if self._listing else None
        return self.store.read(self.key) if known is None else known

    def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The same as text."""
        return self.read_bytes().decode(encoding, errors)

    # -- logs

    def log_parts(self) -> list[ObjectPath]:
        """The objects of a log, oldest first."""
        return [self / name for name, size in sorted(self._level().items()) if size is not None]

    def read_log(self) -> bytes:
        """All lines of a log. Raises `FileNotFoundError` where there is none."""
        parts = self.log_parts()
        if not parts:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
        found: dict[str, bytes] = {}
        together(lambda part: found.__setitem__(part.key, part.read_bytes()), parts)
        return b"".join(found[part.key] for part in parts)

    def add_to_log(self, first: int, data: bytes) -> None:
        """Add lines, the first of which is the line `first` (from 1). Raises `FileExistsError` where it is taken."""
        self.store.put_new((self / f"{first:09d}.jsonl").key, data)

    # -- originals

    def fetched(self, sha256: str) -> Path:
        """A copy of an original on this machine, with the hash it has to have. Raises `ArchiveError`, `OSError`."""
        path = self.store.cache / self.key
        if not path.is_file():
            data = self.read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:
                raise ArchiveError(f"Tệp gốc {self} đã bị thay đổi. Hãy chạy: ketluan verify")
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            part.write_bytes(data)
            part.replace(path)
        return path


#: Where something of the archive lies: on a disk or in object storage.
Place = Path | ObjectPath


def listed(folder: Place) -> Place:
    """The folder, with all that lies below it asked for once where each question is a request."""
    return folder.listed() if isinstance(folder, ObjectPath) else folder


def loaded(folder: Place) -> Place:
    """The folder with what lies below it, read in one go where each file is a request of its own."""
    return folder.loaded() if isinstance(folder, ObjectPath) else folder


def read_log(path: Place) -> bytes:
    """All lines of a log that grows. Raises `OSError`, `FileNotFoundError` where there is none."""
    return path.read_log() if isinstance(path, ObjectPath) else path.read_bytes()


def children(folder: Place) -> Sequence[Place]:
    """What lies in a folder, by name; nothing where there is no such folder. Raises `OSError`."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def below(root: Place, path: Place) -> str:
    """The way from `root` to what lies below it, with slashes."""
    if isinstance(path, ObjectPath) and isinstance(root, ObjectPath):
        return path.relative_to(root).as_posix()
    return Path(str(path)).relative_to(str(root)).as_posix()
