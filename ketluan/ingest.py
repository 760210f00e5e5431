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

import functools
import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from extractors.model import Extraction
from ketluan import run_report
from ketluan.archive import Archive
from ketluan.errors import KetluanError
from ketluan.evening import newly_overdue
from ketluan.file_states import left
from ketluan.inbox import Inbox
from ketluan.index import open_index
from ketluan.index.base import SearchIndex
from ketluan.level import bring_level, build
from ketluan.planning import Chunk as Chunk
from ketluan.planning import Plan as Plan
from ketluan.planning import Progress as Progress
from ketluan.planning import plan as plan
from ketluan.run_report import FileResult, IndexState, RunReport, State
from ketluan.settings import Settings
from ketluan.taking import Taking, why_stop
from ketluan.workers import Limits, Readers

log = logging.getLogger(__name__)

Extract = Callable[..., Extraction]  # (data: bytes, *, name: str)


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
    lost = [left(seen, "not_reached", failed=True) for seen in missed]
    overdue = newly_overdue(settings, datetime.fromisoformat(planned.now)) if indexed.level else ()
    report = RunReport(planned.run, planned.now, (*done, *lost, *planned.waiting), planned.ignored, indexed, overdue)
    run_report.write(settings.reports, report)
    return report


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
    stop = functools.partial(why_stop, settings, chunk)
    taking = Taking(Archive(settings.archive, step=step), Inbox(settings.inbox, step=step), chunk, stop, step)
    results: list[FileResult] = []
    for result in taking.results(readers.in_order(taking.to_read)):
        results.append(result)
        _log(result)
        if progress:
            progress(len(results), len(chunk.files), result.name)
    return tuple(results)


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
