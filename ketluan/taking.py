"""How does a chunk of files get into the archive, whatever happens to one of them?

What was read is archived, put away on a shelf of the inbox, and accounted for. A file that cannot be read goes to
quarantine with its reason, one that a fault of the disk keeps back waits for the next run, and none stops the others.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from extractors.errors import DocumentTooLarge, ExtractionError
from extractors.model import Extraction
from ketluan.archive import Archive, Incoming, Outcome, Stored
from ketluan.errors import ArchiveError
from ketluan.file_states import left, stopped, unexpected
from ketluan.inbox import Changed, Inbox, Shelf, shown
from ketluan.planning import Chunk, Entry
from ketluan.run_report import FileResult, State
from ketluan.settings import Settings
from ketluan.stored import StoredNotice
from ketluan.workers import BugInReader, ReadersUnavailable, Reading

log = logging.getLogger(__name__)

#: At most so many files are archived together, and none of them waits longer than that for the next one (seconds).
BATCH_FILES = 16
BATCH_WAIT = 0.2

T = TypeVar("T")


def why_stop(settings: Settings, chunk: Chunk) -> str | None:
    """Why no further file may be taken, a key of `file_states.WAITING`; None where nothing is in the way."""
    if chunk.until is not None and time.time() > chunk.until:
        return "time_is_up"
    place = settings.archive if isinstance(settings.archive, Path) else settings.home
    with suppress(OSError):  # a share that cannot say how much room it has
        if shutil.disk_usage(place).free < settings.min_free_bytes:
            return "disk_low"
    return None


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with what it says, to be archived."""

    entry: Entry
    extraction: Extraction


class Taking:
    """Archives the files of one chunk and puts them away."""

    def __init__(
        self,
        archive: Archive,
        inbox: Inbox,
        chunk: Chunk,
        stop: Callable[[], str | None],
        step: Callable[[str], None] | None,
    ) -> None:
        self._files = chunk.files
        self._stop = stop
        self._stopped: str | None = None  # once stopped, what was read ahead is not asked for any more
        self._archive = archive
        self._inbox = inbox
        self._now = datetime.fromisoformat(chunk.now)
        self._step = step or (lambda _name: None)
        with archive.writing():
            archive.recover()
            inbox.forget_moved()
        fresh = [e for e in chunk.files if e.sha256 is not None and not archive.contains(e.sha256)]
        copies = Counter(entry.sha256 for entry in fresh)
        self._shared: dict[str | None, Reading | None] = {}
        self._shared.update((sha256, None) for sha256, number in copies.items() if number > 1)
        read = [e.seen for n, e in enumerate(fresh) if n == 0 or e.sha256 != fresh[n - 1].sha256]
        self.to_read = tuple(read)  # files of new bytes; where several have the same, the first of them
        self._to_read = {seen.path for seen in read}

    def results(self, reading: Iterator[Reading]) -> Iterator[FileResult]:
        """Take the files, whatever happens; `reading` gives what `to_read` says, in order.

        What is read in quick succession is archived together: a disk flushes many files in little more than the time
        of one.
        """
        batch: list[_Read] = []
        for entry in self._files:
            if len(batch) >= BATCH_FILES:
                yield from self._store(batch)
                batch = []
            self._stopped = self._stopped or self._stop()
            read = None if self._stopped else self._reading(entry, reading)
            if not read or not read.within(BATCH_WAIT) or entry.sha256 in self._shared:
                yield from self._store(batch)
                batch = []
            if self._stopped:
                yield left(entry.seen, self._stopped)
                continue
            taken = self._guarded(entry, functools.partial(self._take, entry, read))
            if isinstance(taken, _Read):
                batch.append(taken)
            else:
                yield from self._store(batch)
                batch = []
                yield taken
        yield from self._store(batch)

    def _guarded(self, entry: Entry, work: Callable[[], T]) -> T | FileResult:
        """What `work` gives for the file, or the state that the file is left in by what went wrong."""
        seen = entry.seen
        try:
            return work()
        except Changed:
            return left(seen, "changed")
        except FileNotFoundError as exc:
            there = os.path.lexists(self._inbox.root / seen.relative)
            return stopped(seen, exc) if there else self._gone(entry)
        except (OSError, ArchiveError) as exc:
            return stopped(seen, exc)
        except ReadersUnavailable as exc:
            return left(seen, "readers_unavailable", str(exc), failed=True)
        except BugInReader as exc:  # the reader's traceback is in the log
            return unexpected(seen, str(exc))
        except Exception as exc:  # one file never stops the run
            log.exception("unexpected error at %s", seen.shown)
            return unexpected(seen, f"{type(exc).__name__}: {exc}")

    def _reading(self, entry: Entry, reading: Iterator[Reading]) -> Reading | None:
        """What gives the extraction of the file; None where its bytes were in the archive already."""
        result = next(reading) if entry.seen.path in self._to_read else self._shared.get(entry.sha256)
        if entry.sha256 in self._shared:
            self._shared[entry.sha256] = result
        return result

    def _take(self, entry: Entry, reading: Reading | None) -> FileResult | _Read:
        """A file that is done with, or what it says, to be archived."""
        if entry.sha256 is None:
            with self._archive.writing():
                return self._quarantine(entry, DocumentTooLarge(f"{entry.seen.size} bytes"))
        if reading is None or self._archive.contains(entry.sha256):
            with self._archive.writing():
                return self._known(entry, self._archive.get(self._archive.notice_of(entry.sha256) or ""))
        try:
            return _Read(entry, reading.result())
        except ExtractionError as exc:
            with self._archive.writing():
                return self._quarantine(entry, exc)

    def _store(self, batch: Sequence[_Read]) -> list[FileResult]:
        """Archive files and put them away, nobody else writing meanwhile."""
        if not batch:
            return []
        try:
            with self._archive.writing():
                claimed = [self._guarded(read.entry, functools.partial(self._claim, read)) for read in batch]
                files = [file for file in claimed if isinstance(file, Incoming)]
                stored = iter(self._archive.store_all(files, self._now))
                return [
                    self._guarded(read.entry, functools.partial(self._settle, read.entry, next(stored)))
                    if isinstance(file, Incoming)
                    else file
                    for read, file in zip(batch, claimed, strict=True)
                ]
        except Exception as exc:  # noqa: BLE001  what it is says `_guarded` of each of them
            failed = functools.partial(_raise, exc)
            return [self._guarded(read.entry, failed) for read in batch]

    def _claim(self, read: _Read) -> Incoming:
        entry = read.entry
        file = Incoming(self._inbox.read(entry.seen), entry.seen.relative.name, read.extraction)
        if entry.sha256 is None or file.sha256 != entry.sha256:
            raise Changed(entry.seen.shown)
        self._inbox.claim(entry.seen, entry.sha256)
        self._step("claimed")
        return file

    def _settle(self, entry: Entry, stored: Stored | Exception) -> FileResult:
        if isinstance(stored, Exception):
            raise stored
        if stored.outcome is Outcome.DUPLICATE:  # another process was faster with a copy
            self._inbox.release(stored.sha256)
        return self._known(entry, stored.notice)

    def _known(self, entry: Entry, stored: StoredNotice) -> FileResult:
        """Put away a file whose bytes are in the archive: to done/ if it brought them, else to duplicate/."""
        assert entry.sha256 is not None  # noqa: S101  only files that were hashed are known
        rendition = next(r for r in stored.renditions if r.sha256 == entry.sha256)
        brought = self._inbox.claimed(entry.seen, entry.sha256)
        reason = (
            None if brought else _DUPLICATE.format(id=stored.id, name=shown(rendition.name), added=rendition.added[:10])
        )
        moved = self._inbox.put_away(entry.seen, Shelf.DONE if brought else Shelf.DUPLICATE, self._now, reason)
        if brought:
            self._inbox.release(entry.sha256)
        result = _kept(entry, stored, State.STORED if brought else State.DUPLICATE)
        return replace(result, code=None if brought else "duplicate", reason=reason, moved_to=moved)

    def _gone(self, entry: Entry) -> FileResult:
        """A file that has left the inbox: stored by an earlier try of this very run, or taken by somebody else."""
        if entry.sha256 and (id := self._archive.notice_of(entry.sha256)):
            stored = self._archive.get(id)
            ours = (entry.sha256, self._now.isoformat(), entry.seen.relative.name)
            if any((r.sha256, r.added, r.name) == ours for r in stored.renditions):
                return _kept(entry, stored, State.STORED)
        return FileResult(entry.seen.path, entry.seen.shown, State.GONE)

    def _quarantine(self, entry: Entry, error: ExtractionError) -> FileResult:
        moved = self._inbox.put_away(entry.seen, Shelf.QUARANTINE, self._now, error.reason)
        log.info("%s: %s", entry.seen.shown, error)
        return FileResult(
            entry.seen.path,
            entry.seen.shown,
            State.QUARANTINED,
            code=error.code,
            reason=error.reason,
            sha256=entry.sha256,
            moved_to=moved,
        )


_DUPLICATE = (
    "Nội dung tệp này đã có trong kho: thông báo {id}, nhận từ tệp “{name}” ngày {added}. "
    "Không cần làm gì thêm; có thể xóa tệp này."
)


def _kept(entry: Entry, stored: StoredNotice, state: State) -> FileResult:
    """A file whose bytes are in the archive, with what its notice holds."""
    return FileResult(
        entry.seen.path,
        entry.seen.shown,
        state,
        sha256=entry.sha256,
        notice=stored.id,
        version=stored.version,
        new=state is State.STORED and stored.version == 1,
        conclusions=len(stored.notice.conclusions),
        deadlines=sum(len(c.deadlines) for c in stored.notice.conclusions),
    )


def _raise(error: Exception) -> NoReturn:
    raise error
