"""What do today's extractors make of the files that are in the archive?

Every original of a notice is read again, in processes apart; the archive publishes a new version where that makes a
difference, and the corrections of archivists are replayed on it as on any other. An original that cannot be read
costs only itself: its notice keeps what it said. Running it again changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from extractors.errors import ExtractionError
from extractors.model import Extraction
from ketluan import bag, changes, corrections
from ketluan.archive import Archive, Revision
from ketluan.changes import Change, What
from ketluan.errors import ArchiveError
from ketluan.extractor import extractor_version
from ketluan.inbox import Changed, Seen, as_plain
from ketluan.index.base import SearchIndex
from ketluan.ingest import catch_up
from ketluan.objects import Place
from ketluan.run_report import IndexState
from ketluan.settings import Settings
from ketluan.stored import Rendition
from ketluan.workers import BugInReader, Limits, Readers

log = logging.getLogger(__name__)

Extract = Callable[..., Extraction]  # (data: bytes, *, name: str)
Progress = Callable[[int, int, str], None]  # notices done, notices in all, id

DAMAGED = "Tệp gốc trong kho bị hỏng. Hãy chạy `ketluan verify`, rồi lấy lại từ bản sao lưu."
FAULT = "Chương trình gặp lỗi khi đọc lại tệp này. Hãy báo người quản trị ({error})."


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read again, or a notice (`file` is None) whose record cannot be."""

    notice: str
    file: str | None
    code: str
    reason: str  # Vietnamese


@dataclass(frozen=True, slots=True)
class Reread:
    """A notice that is read otherwise now. `reads_as`: the notice that its files by themselves would belong to,
    where title, day or place is read otherwise and there is such a notice: likely the same paper, kept twice."""

    notice: str
    version: int  # the version it has now
    changes: tuple[Change, ...]
    conflicts: tuple[str, ...] = ()  # corrections (`ID#N`) that cannot be replayed on it any more
    reads_as: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. `outdated`: notices that were last read by another version of the extractors."""

    extractor: str
    dry_run: bool
    notices: int
    outdated: int
    changed: tuple[Reread, ...]
    failures: tuple[Failure, ...]
    indexed: IndexState | None = None

    def counts(self) -> dict[str, dict[What, int]]:
        """Field → what became of it → how many times, the most frequent field first."""
        found = Counter((c.field, c.what) for one in self.changed for c in one.changes)
        fields = Counter(c.field for one in self.changed for c in one.changes)
        kinds: tuple[What, ...] = ("gained", "lost", "changed")
        return {field: {what: found[field, what] for what in kinds} for field, _ in fields.most_common()}

    def examples(self, field: str, what: What, most: int) -> list[tuple[str, Change]]:
        """The first `most` of such changes, each of another notice as far as there are any: (notice, change)."""
        each = [[(one.notice, c) for c in one.changes if (c.field, c.what) == (field, what)] for one in self.changed]
        ranked = [(number, pair) for mine in each for number, pair in enumerate(mine)]
        return [pair for _, pair in sorted(ranked, key=itemgetter(0))[:most]]


def reextract(
    settings: Settings,
    *,
    now: datetime,
    notices: Iterable[str] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
    index: SearchIndex | None = None,
    extract: Extract | None = None,
) -> Report:
    """Read all notices again, or those with the ids `notices`; with `dry_run` only tell what would change.

    `now` is a time with zone; `index` the one to bring level, by default that of the settings; `extract` as for
    `ingest.ingest_files`. Raises `NoticeNotFound` before anything is read, `ReadersUnavailable`, and `OSError` as
    it comes from writing.
    """
    archive = Archive(settings.archive)
    ids = list(dict.fromkeys(notices)) or list(archive.ids())
    run = _Run(archive, ids, now, dry_run)
    limits = Limits(settings.read_seconds, settings.read_memory_bytes, settings.ocr_pages)
    with Readers(archive.originals, settings.workers, limits, extract=extract) as readers:
        for id, read in groupby(run.read(readers), key=itemgetter(0)):
            run.one(id, [(rendition, result) for _, rendition, result in read])
            if progress:
                progress(run.done, len(ids), id)
    indexed = catch_up(settings, index) if run.changed and not dry_run else None
    return Report(
        extractor_version(), dry_run, len(ids), run.outdated, tuple(run.changed), tuple(run.failures), indexed
    )


_Read = tuple[str, Rendition, Callable[[], Extraction]]


class _Run:
    """One pass over notices; gathers what came of each."""

    def __init__(self, archive: Archive, ids: list[str], now: datetime, dry_run: bool) -> None:
        self._archive, self._ids, self._now, self._dry_run = archive, ids, now, dry_run
        self._all = set(archive.ids())
        self.done = self.outdated = 0
        self.changed: list[Reread] = []
        self.failures: list[Failure] = []
        for id in ids:
            if id not in self._all:
                archive.get(id, raw=True)  # says that it is not there

    def read(self, readers: Readers) -> Iterator[_Read]:
        """Each sound original of each notice, with a function that gives what it says."""
        asked: deque[tuple[str, Rendition]] = deque()
        for reading in readers.in_order(self._files(asked)):
            id, rendition = asked.popleft()
            yield id, rendition, reading.result

    def _files(self, asked: deque[tuple[str, Rendition]]) -> Iterator[Seen]:
        for id in self._ids:
            try:
                stored = self._archive.get(id, raw=True)
            except ArchiveError as exc:
                self.failures.append(Failure(id, None, "archive_error", str(exc)))
                continue
            self.outdated += stored.extractor != extractor_version()
            for rendition in stored.renditions:
                if seen := self._sound(id, rendition):
                    asked.append((id, rendition))
                    yield seen

    def _sound(self, id: str, rendition: Rendition) -> Seen | None:
        path: Place = self._archive.root / rendition.original
        try:
            path = self._archive.original(rendition)
            status = path.lstat()
            if bag.sha256_of(path) == rendition.sha256:
                return Seen(as_plain(rendition.original), status.st_size, status.st_mtime_ns)
        except (OSError, ArchiveError) as exc:
            log.warning("%s: %s", path, exc)
        self.failures.append(Failure(id, rendition.name, "damaged", DAMAGED))
        return None

    def one(self, id: str, read: list[tuple[Rendition, Callable[[], Extraction]]]) -> None:
        """Take what the files of a notice say."""
        readings: dict[str, Extraction] = {}
        for rendition, result in read:
            try:
                readings[rendition.sha256] = result()
            except ExtractionError as exc:
                self.failures.append(Failure(id, rendition.name, exc.code, exc.reason))
            except (Changed, OSError, BugInReader) as exc:
                reason = FAULT.format(error=f"{type(exc).__name__}: {exc}")
                self.failures.append(Failure(id, rendition.name, "unexpected_error", reason))
        self.done += 1
        try:
            revision = self._archive.revise(id, readings, self._now, dry_run=self._dry_run)
        except ArchiveError as exc:
            self.failures.append(Failure(id, None, "archive_error", str(exc)))
            return
        if found := changes.between(revision.before, revision.after):
            self.changed.append(self._reread(id, revision, found))
            log.info("%s: %d changes", id, len(found))

    def _reread(self, id: str, revision: Revision, found: tuple[Change, ...]) -> Reread:
        entered = self._archive.correction_log(id)
        before, after = (
            {c.entry.n for c in corrections.conflicts(s, entered)} for s in (revision.before, revision.after)
        )
        twin = revision.reads_as if revision.reads_as in self._all - {id} else None
        fresh = tuple(f"{id}#{n}" for n in sorted(after - before))
        return Reread(id, revision.after.version, found, fresh, twin)
