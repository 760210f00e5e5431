"""Destination → a new home, from one destination or several at once; and: is a destination still what it was?

Each content is hashed as it is copied; where one destination has it damaged, the next is asked. The new home appears by
one rename, when all that could be had is there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ketluan import bag
from ketluan.backup import sets
from ketluan.backup.sets import BackupSet, Item
from ketluan.errors import BackupError

Progress = Callable[[int, int, str], None]  # files done, files in all, path
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """The set that was taken back, and the files (paths below the home) that no source had whole."""

    set: BackupSet
    lost: tuple[str, ...]


def restore(
    sources: Sequence[Path], home: Path, *, name: str | None = None, progress: Progress | None = None
) -> Restored:
    """Take the last set of the first source (or the one named) back into `home`, which must be empty or not there.

    Raises `BackupError`, and `OSError` as it comes; then `home` is as it was. The index is not in a set: make it anew.
    """
    if not sources:
        raise BackupError("Hãy nêu ít nhất một thư mục sao lưu để lấy lại.")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupError(f"{home} đã có dữ liệu. Hãy chọn thư mục mới hoặc thư mục trống; không ghi đè gì cả.")
    taken = sets.newest(sources[0], name)
    draft = home.with_name(f".{home.name}.{uuid.uuid4().hex[:8]}.part")
    lost: list[str] = []
    try:
        draft.mkdir(parents=True)
        for number, item in enumerate(taken.items, 1):
            if not any(_copied(source, item, draft) for source in sources):
                lost.append(item.path)
            if progress:
                progress(number, len(taken.items), item.path)
        for folder, _, _ in os.walk(draft):
            bag.sync_folder(Path(folder))
        if home.exists():
            home.rmdir()
        draft.rename(home)
        bag.sync_folder(home.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Restored(taken, tuple(lost))


def check(destination: Path, progress: Progress | None = None) -> Iterator[str]:
    """What is wrong with a destination, in Vietnamese: every content of every set is hashed anew.

    Raises `BackupError` where it holds no whole set.
    """
    sets.newest(destination)
    for path in sorted((destination / sets.SETS).glob("[0-9]*")):
        if sets.read(path) is None:
            yield f"Danh sách {path.name} không còn nguyên vẹn; các bộ sao lưu khác vẫn dùng được."
    wanted = {item.sha256: item for one in sets.all_sets(destination) for item in one.items}
    for number, (sha256, item) in enumerate(sorted(wanted.items()), 1):
        try:
            if bag.sha256_of(sets.place(destination, sha256)) != sha256:
                yield f"Nội dung bị thay đổi: {item.path} ({sha256})."
        except FileNotFoundError:
            yield f"Thiếu nội dung: {item.path} ({sha256})."
        except OSError as exc:
            yield f"Không đọc được: {item.path} ({errno.errorcode.get(exc.errno or 0, exc)})."
        if progress:
            progress(number, len(wanted), item.path)


def _copied(source: Path, item: Item, home: Path) -> bool:
    """Was the content there, whole? What is not goes away again. Raises `OSError` where `home` cannot be written."""
    target = home / item.path
    try:
        handle = os.open(sets.place(source, item.sha256), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    bag.make_folder(target.parent, below=home)
    digest = hashlib.sha256()
    with os.fdopen(handle, "rb") as reading, target.open("xb") as writing:
        while block := _block(reading.fileno()):
            digest.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
        if digest.hexdigest() == item.sha256:
            if "/v" in item.path and item.path.startswith("archive/notices/"):  # versions are never written again
                with suppress(OSError):
                    os.fchmod(writing.fileno(), 0o444)
            return True
    target.unlink()
    return False


def _block(handle: int) -> bytes:
    """The next block; nothing where the medium cannot give it: then the hash will not be right."""
    try:
        return os.read(handle, _BLOCK)
    except OSError:
        return b""
