"""Which files does a run take, and in which chunks? Nothing on the disk is changed by asking."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ketluan.file_states import left, stopped
from ketluan.inbox import Changed, Inbox, Seen
from ketluan.run_report import FileResult
from ketluan.settings import Settings

#: A chunk is one task of the night's work: a large file is alone in it (docs/decisions/0004-airflow-chunks.md).
CHUNK_FILES = 100
CHUNK_BYTES = 50_000_000
MOST_CHUNKS = 1000

Progress = Callable[[int, int, str], None]  # files done, files in all, name of the file


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
    waiting = [left(odd, odd.code) for odd in listing.odd]
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


def _look(inbox: Inbox, seen: Seen, most: int) -> Entry | FileResult | None:
    """The file with its hash; a result where it waits; None where it has gone."""
    try:
        if not inbox.stands_still(seen):
            return left(seen, "still_written")
        return Entry(seen, inbox.sha256(seen) if seen.size <= most else None)
    except FileNotFoundError:
        return None
    except Changed:
        return left(seen, "still_written")
    except OSError as exc:
        return stopped(seen, exc)


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
