"""What happens to the files of the inbox? They are read, archived, put away, indexed, and accounted for.

    planned = plan(settings, now)                        look, wait until files stand still, hash, cut into chunks
    results = ingest_files(settings, planned.chunks[0])  read and archive one chunk
    indexed = catch_up(settings)                         bring the index level with the archive
    report = finish(settings, planned, results, indexed) write the account of every file

`ingest_inbox` does all four. Each argument and result is plain data for `extractors.codec` (`encode`, `decode`),
so that the steps can run in processes apart; each may run again and changes nothing that is done.

A file ends in one of four states (`run_report.State`). What passes (disk full, no permission, still being
written) leaves it in the inbox for the next run; what stays (damaged, encrypted, no notice) goes to quarantine
with its reason. An error of the program itself leaves the file where it is and fails the run at its end: the file
is not to blame, and the next version of the program takes it in. No file stops the run. A run takes no more files when
`settings.run_seconds` are over or the disk is nearly full; those that are left wait.
"""

from __future__ import annotations

import errno
import functools
import logging
import os
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from extractors.errors import DocumentTooLarge, ExtractionError
from extractors.model import Extraction
from ketluan import run_report
from ketluan.archive import Archive, Incoming, Outcome, Stored
from ketluan.errors import ArchiveError, KetluanError
from ketluan.evening import newly_overdue
from ketluan.inbox import Changed, Inbox, Odd, Seen, Shelf, shown
from ketluan.index import open_index
from ketluan.index.base import SearchIndex
from ketluan.level import bring_level, build
from ketluan.run_report import FileResult, IndexState, RunReport, State
from ketluan.settings import Settings
from ketluan.stored import StoredNotice
from ketluan.workers import BugInReader, Limits, Readers, ReadersUnavailable, Reading

log = logging.getLogger(__name__)

#: A chunk is one task of the night's work: a large file is alone in it (docs/decisions/0004-airflow-chunks.md).
CHUNK_FILES = 100
CHUNK_BYTES = 50_000_000
MOST_CHUNKS = 1000
#: At most so many files are archived together, and none of them waits longer than that for the next one (seconds).
BATCH_FILES = 16
BATCH_WAIT = 0.2

T = TypeVar("T")
Extract = Callable[..., Extraction]  # (data: bytes, *, name: str)
Progress = Callable[[int, int, str], None]  # files done, files in all, name of the file

#: code → what an archivist reads about a file that waits
WAITING = {
    "still_written": "Tệp đang được chép vào. Không cần làm gì.",
    "changed": "Tệp thay đổi trong lúc đang nhận. Không cần làm gì.",
    "symlink": "Đây là liên kết, không phải tệp. Hãy chép chính tệp vào hộp thư đến.",
    "not_a_file": "Đây không phải tệp thông thường. Hãy xóa nó khỏi hộp thư đến.",
    "unreadable_folder": "Không mở được thư mục này. Hãy nhờ người quản trị cấp quyền đọc.",
    "time_is_up": "Lượt chạy đã hết thời gian cho phép trước khi tới tệp này. Không cần làm gì: lần chạy sau sẽ nhận.",
    "disk_low": "Ổ đĩa sắp hết chỗ nên không nhận thêm tệp. Hãy giải phóng chỗ trên ổ đĩa; lần chạy sau sẽ nhận.",
    "not_reached": "Chưa xử lý tới tệp này vì một bước bị lỗi. Hãy báo người quản trị.",
    "unexpected_error": "Chương trình gặp lỗi khi xử lý tệp này; tệp vẫn nguyên vẹn. Hãy báo người quản trị",
}
TRANSIENT = {
    "PermissionError": "Không có quyền đọc hoặc chuyển tệp. Hãy nhờ người quản trị cấp quyền",
    "OSError": "Ổ đĩa hoặc mạng gặp trở ngại. Hãy kiểm tra dung lượng trống và kết nối",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to take. `sha256` is None where it is too large to be read."""

    seen: Seen
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files of one run that are taken in one after the other; `now` is ISO 8601 with time zone.

    Those that are not begun by `until` (seconds since 1970, by the clock of the machine) wait for the next run.
    """

    run: str
    now: str
    files: tuple[Entry, ...]
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will take, and what it leaves for the next one."""

    run: str
    now: str
    chunks: tuple[Chunk, ...]
    waiting: tuple[FileResult, ...]
    ignored: tuple[str, ...]

    @property
    def files(self) -> int:
        """Number of files to take."""
        return sum(len(chunk.files) for chunk in self.chunks)


def ingest_inbox(
    settings: Settings,
    *,
    now: datetime,
    progress: Progress | None = None,
    index: SearchIndex | None = None,
    extract: Extract | None = None,
) -> RunReport:
    """Take in what lies in the inbox; gives back what came of every file, also written to `settings.reports`.

    `now` is a time with zone. `index` is the one to bring level, by default that of the settings. A second run
    over the same inbox changes nothing.
    """
    planned = plan(settings, now, progress=progress)
    results: list[FileResult] = []
    with _readers(settings, extract) as readers:  # their start costs as much as thirty files
        for chunk in planned.chunks:
            shifted = _shifted(progress, len(results), planned.files)
            results += _ingest(settings, chunk, readers, progress=shifted)
    return finish(settings, planned, results, catch_up(settings, index))


# -- the steps


def plan(
    settings: Settings,
    now: datetime,
    *,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Plan:
    """List the inbox, wait `settings.settle_seconds` once, and take what stood still meanwhile.

    Files of the same bytes come into one chunk, one after the other. Changes nothing on the disk.
    """
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone")
    until = clock() + settings.run_seconds
    inbox = Inbox(settings.inbox)
    listing = inbox.look()
    if listing.files and settings.settle_seconds:
        wait(settings.settle_seconds)
    entries: list[Entry] = []
    waiting = [_left(odd, odd.code) for odd in listing.odd]
    for number, seen in enumerate(listing.files, 1):
        looked = _look(inbox, seen, settings.max_file_bytes)
        if isinstance(looked, Entry):
            entries.append(looked)
        elif looked:
            waiting.append(looked)
        if progress:
            progress(number, len(listing.files), seen.shown)
    run = f"{now:%Y-%m-%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    chunks = (Chunk(run, now.isoformat(), tuple(files), until) for files in _cut(_same_together(entries)))
    return Plan(run, now.isoformat(), tuple(chunks), tuple(waiting), listing.ignored)


def ingest_files(
    settings: Settings,
    chunk: Chunk,
    *,
    progress: Progress | None = None,
    extract: Extract | None = None,
    step: Callable[[str], None] | None = None,
) -> tuple[FileResult, ...]:
    """Read the files of a chunk in `settings.workers` processes, and archive them in the chunk's order.

    `extract` is `extractors.extract` or one of its form, importable by name; `step` is called between any
    two steps of the work, for tests of what a crash leaves.
    """
    with _readers(settings, extract) as readers:
        return _ingest(settings, chunk, readers, progress=progress, step=step)


def catch_up(settings: Settings, index: SearchIndex | None = None) -> IndexState:
    """Bring the index level with the archive, whatever it missed before. Never raises: the archive is what counts."""
    archive = Archive(settings.archive)
    ours = None
    try:
        index = index or (ours := open_index(settings))
        if not index.status().exists:
            return IndexState(True, written=build(archive, index, settings.cache))
        found = bring_level(archive, index, settings.cache)
        return IndexState(True, len(found.missing) + len(found.outdated), len(found.orphaned))
    except (KetluanError, OSError) as exc:
        log.warning("index is behind: %s", exc)
        return IndexState(False, reason=str(exc))
    except Exception as exc:  # an index is disposable: it must not cost the account of the run
        log.exception("index is behind")
        return IndexState(False, reason=f"{type(exc).__name__}: {exc}", failed=True)
    finally:
        if ours is not None:
            ours.close()


def finish(settings: Settings, planned: Plan, results: Iterable[FileResult], indexed: IndexState) -> RunReport:
    """Account for every file of the plan, and write the report. A file without a result waits and fails the run."""
    done = list(results)
    known = {result.path for result in done}
    missed = (entry.seen for chunk in planned.chunks for entry in chunk.files if entry.seen.path not in known)
    lost = [replace(_left(seen, "not_reached"), failed=True) for seen in missed]
    overdue = newly_overdue(settings, datetime.fromisoformat(planned.now)) if indexed.level else ()
    report = RunReport(planned.run, planned.now, (*done, *lost, *planned.waiting), planned.ignored, indexed, overdue)
    run_report.write(settings.reports, report)
    return report


# -- planning


def _look(inbox: Inbox, seen: Seen, most: int) -> Entry | FileResult | None:
    """The file with its hash; a result where it waits; None where it has gone."""
    try:
        if not inbox.stands_still(seen):
            return _left(seen, "still_written")
        return Entry(seen, inbox.sha256(seen) if seen.size <= most else None)
    except FileNotFoundError:
        return None
    except Changed:
        return _left(seen, "still_written")
    except OSError as exc:
        return _stopped(seen, exc)


def _same_together(entries: Sequence[Entry]) -> list[Entry]:
    """By path, but files of the same bytes right after the first of them."""
    first: dict[str | None, int] = {}
    for number, entry in enumerate(entries):
        first.setdefault(entry.sha256, number)
    places = [number if entry.sha256 is None else first[entry.sha256] for number, entry in enumerate(entries)]
    return [entry for _, entry in sorted(zip(places, entries, strict=True), key=lambda pair: pair[0])]


def _cut(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Chunks by number and bytes; larger ones where there would be too many. The same bytes are never parted."""
    files = max(CHUNK_FILES, 2 * len(entries) // MOST_CHUNKS)
    size = max(CHUNK_BYTES, 2 * sum(entry.seen.size for entry in entries) // MOST_CHUNKS)
    chunk: list[Entry] = []
    total = 0
    for entry in entries:
        same = chunk and entry.sha256 is not None and chunk[-1].sha256 == entry.sha256
        if chunk and not same and (len(chunk) >= files or total + entry.seen.size > size):
            yield chunk
            chunk, total = [], 0
        chunk.append(entry)
        total += entry.seen.size
    if chunk:
        yield chunk


def _stop(settings: Settings, chunk: Chunk) -> str | None:
    """Why no further file may be taken, a key of `WAITING`; None where nothing is in the way."""
    if chunk.until is not None and time.time() > chunk.until:
        return "time_is_up"
    place = settings.archive if isinstance(settings.archive, Path) else settings.home
    with suppress(OSError):  # a share that cannot say how much room it has
        if shutil.disk_usage(place).free < settings.min_free_bytes:
            return "disk_low"
    return None


# -- taking files


def _readers(settings: Settings, extract: Extract | None) -> Readers:
    """Readers of the inbox, none of them started before there is something to read."""
    limits = Limits(settings.read_seconds, settings.read_memory_bytes, settings.ocr_pages)
    return Readers(settings.inbox, settings.workers, limits, extract=extract)


def _ingest(
    settings: Settings,
    chunk: Chunk,
    readers: Readers,
    *,
    progress: Progress | None = None,
    step: Callable[[str], None] | None = None,
) -> tuple[FileResult, ...]:
    stop = functools.partial(_stop, settings, chunk)
    taking = _Taking(Archive(settings.archive, step=step), Inbox(settings.inbox, step=step), chunk, stop, step)
    results: list[FileResult] = []
    for result in taking.results(readers.in_order(taking.to_read)):
        results.append(result)
        _log(result)
        if progress:
            progress(len(results), len(chunk.files), result.name)
    return tuple(results)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with what it says, to be archived."""

    entry: Entry
    extraction: Extraction


class _Taking:
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
                yield _left(entry.seen, self._stopped)
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
            return _left(seen, "changed")
        except FileNotFoundError as exc:
            there = os.path.lexists(self._inbox.root / seen.relative)
            return _stopped(seen, exc) if there else self._gone(entry)
        except (OSError, ArchiveError) as exc:
            return _stopped(seen, exc)
        except ReadersUnavailable as exc:
            left = FileResult(seen.path, seen.shown, State.WAITING, code="readers_unavailable", reason=str(exc))
            return replace(left, failed=True)
        except BugInReader as exc:  # the reader's traceback is in the log
            return _unexpected(seen, str(exc))
        except Exception as exc:  # one file never stops the run
            log.exception("unexpected error at %s", seen.shown)
            return _unexpected(seen, f"{type(exc).__name__}: {exc}")

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


def _left(file: Seen | Odd, code: str) -> FileResult:
    return FileResult(file.path, file.shown, State.WAITING, code=code, reason=WAITING[code])


def _unexpected(seen: Seen, what: str) -> FileResult:
    """A file that waits for a better program."""
    left = _left(seen, "unexpected_error")
    return replace(left, reason=f"{left.reason} ({shown(what)}).", failed=True)


def _stopped(seen: Seen, error: OSError | ArchiveError) -> FileResult:
    """A file that waits for a fault to pass."""
    log.warning("%s waits: %s", seen.shown, error)
    if isinstance(error, ArchiveError):
        return FileResult(seen.path, seen.shown, State.WAITING, code="archive_error", reason=str(error))
    kind = "PermissionError" if isinstance(error, PermissionError) else "OSError"
    code = errno.errorcode.get(error.errno or 0, "EIO")
    return FileResult(seen.path, seen.shown, State.WAITING, code=code, reason=f"{TRANSIENT[kind]} ({code}).")


def _log(result: FileResult) -> None:
    if result.state is State.STORED:
        found = (result.name, result.notice, result.conclusions, result.deadlines)
        log.info("stored %s as %s, %d conclusions, %d deadlines", *found)
    else:
        log.info("%s: %s %s", result.name, result.state, result.code or "")


def _shifted(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Progress of a chunk as progress of the run."""
    if progress is None:
        return None
    report = progress
    return lambda number, _of, name: report(done + number, total, name)


def _raise(error: Exception) -> NoReturn:
    raise error
