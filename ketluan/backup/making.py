"""Home → destination: contents first, each read back from where it was written; the list of the set last."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ketluan import bag, ledger
from ketluan.archive import Archive
from ketluan.backup import sets, source
from ketluan.backup.sets import BackupSet, Item
from ketluan.errors import BackupError
from ketluan.settings import Settings

Progress = Callable[[int, int, str], None]  # files done, files in all, path
Step = Callable[[str], None]

READ_ME = """\
BẢN SAO LƯU KHO LƯU TRỮ THÔNG BÁO KẾT LUẬN

  sets/    mỗi lần sao lưu là một danh sách: mã băm SHA-256, kích thước, đường dẫn của từng tệp
  files/   nội dung các tệp; tên tệp là mã băm SHA-256 của nội dung, hai chữ số đầu là tên thư mục
Lấy lại:             ketluan restore <thư mục này> --home <thư mục mới>
Kiểm tra:            ketluan verify --backup <thư mục này>
Không cần chương trình cũng lấy lại được (thay <danh sách> bằng tên một tệp trong sets/):
  grep -E '^[0-9a-f]{64}  ' sets/<danh sách> | while read -r h s p; do
    mkdir -p "khoi-phuc/$(dirname "$p")"; cp "files/$(echo $h | cut -c1-2)/$h" "khoi-phuc/$p"; done
Không sửa, không đổi tên, không xóa tệp nào trong thư mục này.

A backup of plain files, each named by its SHA-256. Do not change anything in it.
"""
_BLOCK = 1 << 20
_TEMPORARY = ".part-"
LOCK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Made:
    """A set that was made, what it cost, and what was found wrong at the source on the way (paths below the home)."""

    set: BackupSet
    copied: int  # contents that were not there yet
    copied_bytes: int
    damaged: tuple[str, ...]
    same_disk: bool  # the destination lies on the disk of the home: it dies with it
    passed_over: tuple[str, ...]  # being written just then: the next backup takes them


def back_up(
    settings: Settings,
    destination: Path,
    now: datetime,
    *,
    full: bool = False,
    progress: Progress | None = None,
    step: Step | None = None,
) -> Made:
    """Make a set of the home at the destination, a folder that is there; gives back what was made.

    `full` reads the contents that are there already and replaces those that are damaged; else their size is compared.
    Others may work meanwhile: the archive is held only while it is listed and its growing files are copied. `step` is
    for tests of what a crash leaves. Raises `BackupError`, and `OSError` as it comes (disk full, pulled out).
    """
    if not isinstance(settings.archive, Path):
        raise BackupError(
            f"Kho nằm ở {settings.archive}, không phải trên ổ đĩa này, nên lệnh này chưa sao lưu được. "
            "Hãy bật lưu nhiều phiên bản (versioning) và sao chép sang nơi khác (replication) ở dịch vụ lưu trữ đó."
        )
    _suitable(settings.home, destination)
    with _alone(destination):
        copying = _Copying(settings.home, destination, full, step or (lambda _name: None))
        copying.prepare()
        for file in source.look(settings.home, "inbox").files:  # so that the archive is held for a moment only
            copying.copy(file)
        with Archive(settings.archive).writing():
            listing = source.look(settings.home, without=settings.elasticsearch_keys)
            book = ledger.read(settings.archive)
            growing = [file for file in listing.files if file.sha256 is None]
            for file in growing:
                copying.copy(file)
        written = [file for file in listing.files if file.sha256 is not None]
        for number, file in enumerate(written, 1):
            copying.copy(file)
            if progress:
                progress(number, len(written), file.path)
        copying.flush()
        items = [copying.items[file] for file in listing.files if file in copying.items]
        heads = {one.ledger for one in sets.all_sets(destination)} - {ledger.START, *book.hashes}
        made = sets.write(destination, now, book.last, items)
    cut = [f"archive/{ledger.FILE}"] if heads else []  # an earlier set knows lines that are gone
    damaged = tuple(sorted({*listing.damaged, *copying.damaged, *cut}))
    same_disk = settings.home.stat().st_dev == destination.stat().st_dev
    passed_over = tuple(sorted(copying.passed_over))
    return Made(made, copying.copied, copying.copied_bytes, damaged, same_disk, passed_over)


def _suitable(home: Path, destination: Path) -> None:
    """Refuse what would be no backup. Raises `BackupError`."""
    if not home.is_dir():
        raise BackupError(f"Không có thư mục dữ liệu {home}. Hãy kiểm tra --home hoặc KETLUAN_HOME.")
    if not destination.is_dir():
        raise BackupError(
            f"Không thấy thư mục {destination}. Hãy cắm ổ sao lưu rồi chạy lại; nếu là ổ mới, hãy tạo thư mục này."
        )
    here, there = home.resolve(), destination.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise BackupError(f"{destination} và thư mục dữ liệu {home} nằm trong nhau. Hãy chọn thư mục ở ổ khác.")


@contextmanager
def _alone(destination: Path) -> Iterator[None]:
    """One backup to a destination at a time."""
    lock = FileLock(destination / ".lock", timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout as exc:
        raise BackupError(f"Đang có một lần sao lưu khác ghi vào {destination}. Hãy chờ xong rồi chạy lại.") from exc
    try:
        yield
    finally:
        lock.release()


class _Copying:
    """Brings contents to one destination."""

    def __init__(self, home: Path, destination: Path, full: bool, step: Step) -> None:
        self._home = home
        self._destination = destination
        self._full = full
        self._step = step
        self._touched: set[Path] = set()
        self.items: dict[source.File, Item] = {}
        self.damaged: set[str] = set()
        self.passed_over: set[str] = set()
        self.copied = 0
        self.copied_bytes = 0

    def prepare(self) -> None:
        """Make the folders; take away what a crash left."""
        for name in (sets.FILES, sets.SETS):
            bag.make_folder(self._destination / name, below=self._destination)
        for left in (self._destination / sets.FILES).glob(f"{_TEMPORARY}*"):
            left.unlink()
        for left in (self._destination / sets.SETS).glob(".*.part"):
            left.unlink()
        read_me = self._destination / "DOC-TRUOC.txt"
        if not read_me.exists():
            bag.write_file(read_me, READ_ME.encode())

    def copy(self, file: source.File) -> None:
        """Bring the content of the file over, where it is not there yet, and note it for the list."""
        if file in self.items:
            return
        try:
            if file.sha256 is not None and (size := self._there(file.sha256, file.size)) is not None:
                self._note(file, file.sha256, size)
                return
            self._note(file, *self._brought(file))
        except _Unreadable:
            self.damaged.add(file.path)
        except _Passing:
            self.passed_over.add(file.path)

    def flush(self) -> None:
        """Flush the names of all new contents to the disk."""
        for folder in self._touched:
            bag.sync_folder(folder)
        self._step("flushed")

    def _note(self, file: source.File, sha256: str, size: int) -> None:
        if file.sha256 not in (sha256, None) or file.size is None:
            self.damaged.add(file.path)
        self.passed_over.discard(file.path)
        self.items[file] = Item(file.path, sha256, size)

    def _there(self, sha256: str, size: int | None) -> int | None:
        """The size of a content that the destination has; one of another size than the source's is not trusted."""
        path = sets.place(self._destination, sha256)
        try:
            status = path.lstat()
            whole = stat.S_ISREG(status.st_mode) and size in (None, status.st_size)
            if whole and self._full:
                whole = bag.sha256_of(path) == sha256
        except OSError:  # not there, or the medium cannot give it
            return None
        return status.st_size if whole else None

    def _brought(self, file: source.File) -> tuple[str, int]:
        """Hash and size of the file as it was copied. Raises `OSError`."""
        draft = self._destination / sets.FILES / f"{_TEMPORARY}{uuid.uuid4().hex}"
        try:
            sha256, size = self._drafted(file, draft)
            self._step("drafted")
            if bag.sha256_of(draft) != sha256:
                raise OSError(errno.EIO, "read back differently", str(draft))
            self._step("verified")
            final = sets.place(self._destination, sha256)
            if self._there(sha256, size) is None:
                bag.make_folder(final.parent, below=self._destination)
                draft.rename(final)
                self._touched.add(final.parent)
                self.copied += 1
                self.copied_bytes += size
                self._step("kept")
            return sha256, size
        finally:
            draft.unlink(missing_ok=True)

    def _drafted(self, file: source.File, draft: Path) -> tuple[str, int]:
        """Write the content to `draft` and push it out of memory, so that reading it back asks the disk."""
        digest, size = hashlib.sha256(), 0
        with draft.open("xb") as writing:
            for block in _blocks(self._home / file.path, file):
                digest.update(block)
                writing.write(block)
                size += len(block)
            writing.flush()
            os.fsync(writing.fileno())
            with suppress(OSError):  # shares that know no modes
                os.fchmod(writing.fileno(), 0o444)
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(writing.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return digest.hexdigest(), size


class _Passing(Exception):
    """The file is not the one that was listed: it is being written, or was taken in meanwhile."""


class _Unreadable(Exception):
    """The source cannot give what must be there."""


def _blocks(path: Path, file: source.File) -> Iterator[bytes]:
    """The content of the file at the source. Raises `_Passing`, `_Unreadable`; any `OSError` left is the target's."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as reading:
            while block := reading.read(_BLOCK):
                yield block
            status = os.fstat(reading.fileno())
    except FileNotFoundError as exc:
        raise (_Passing if file.sha256 is None else _Unreadable)(str(path)) from exc
    except OSError as exc:
        raise _Unreadable(str(path)) from exc
    if file.sha256 is None and (status.st_size, status.st_mtime_ns) != (file.size, file.mtime):
        raise _Passing(str(path))
