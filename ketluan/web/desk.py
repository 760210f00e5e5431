"""What all views share: the archive, the index, and lists over the whole archive that are made anew every few seconds.

What a request names (a notice, a file, a run) is looked up in lists of what is there; it never becomes a path.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ketluan.settings import Settings

if TYPE_CHECKING:
    from ketluan.archive import Archive
    from ketluan.index.base import SearchIndex
    from ketluan.outcome import Known
    from ketluan.stored import Rendition, StoredNotice

T = TypeVar("T")

#: Seconds that a list over the whole archive may be old.
FRESH = 20.0
_MOST_RUNS = 200


class Fresh(Generic[T]):
    """A value that is made anew when it is older than `seconds`; one thread makes it, the others wait."""

    def __init__(self, make: Callable[[], T], seconds: float = FRESH) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = Lock()
        self._made: tuple[float, T] | None = None

    def get(self, *, newest: bool = False) -> T:
        """The value; with `newest`, one made less than a second ago."""
        with self._lock:
            allowed = 1.0 if newest else self._seconds
            if self._made is None or time.monotonic() - self._made[0] > allowed:
                self._made = (time.monotonic(), self._make())
            return self._made[1]

    def forget(self) -> None:
        """Make it anew when it is next asked for."""
        with self._lock:
            self._made = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The archive at a glance. `notices`: the flat documents without their text, oldest month first."""

    notices: tuple[dict[str, Any], ...]
    conclusions: int

    def by_month(self) -> dict[str, list[dict[str, Any]]]:
        """Month (`YYYY-MM`, empty where unknown) → its notices."""
        months: dict[str, list[dict[str, Any]]] = {}
        for notice in self.notices:
            months.setdefault(notice.get("month") or "", []).append(notice)
        return months


class Desk:
    """One for the program. `clock` gives the time in the office's zone."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.clock = clock
        self.overview: Fresh[Overview] = Fresh(self._overview)
        self.vocabulary: Fresh[dict[str, tuple[tuple[str, int], ...]]] = Fresh(self._vocabulary)
        self.known: Fresh[Known] = Fresh(self._known)
        self._ids: Fresh[frozenset[str]] = Fresh(lambda: frozenset(self.archive.ids()))

    @cached_property
    def archive(self) -> Archive:
        """The truth."""
        from ketluan.archive import Archive

        return Archive(self.settings.archive)

    @cached_property
    def index(self) -> SearchIndex:
        """The index that the settings name."""
        from ketluan.index import Work, open_index

        return open_index(self.settings, Work.READER)

    def renew(self) -> None:
        """Something was set right: no list over the archive holds any longer."""
        for fresh in (self.overview, self.vocabulary, self.known):
            fresh.forget()

    def today(self) -> date:
        """The day in the office."""
        return self.clock().date()

    def notice(self, id: str) -> StoredNotice:
        """The notice with that id. Raises `NoticeNotFound`."""
        from ketluan.errors import NoticeNotFound

        if id not in self._ids.get() and id not in self._ids.get(newest=True):
            raise NoticeNotFound("Kho không có thông báo này.")
        return self.archive.get(id)

    def rendition(self, stored: StoredNotice, sha256: str) -> Rendition:
        """The file of a notice with that hash. Raises `NoticeNotFound`."""
        from ketluan.errors import NoticeNotFound

        for one in stored.renditions:
            if one.sha256 == sha256:
                return one
        raise NoticeNotFound("Thông báo này không có tệp đó.")

    def quarantined(self) -> tuple[str, ...]:
        """Files that wait for a person, for people to read."""
        from ketluan.coverage import quarantined

        return quarantined(self.settings.inbox)

    def runs(self) -> Iterator[dict[str, Any]]:
        """The reports of the last runs, newest first; one that cannot be read is passed over."""
        for path in sorted(self.settings.reports.glob("*.json"), reverse=True)[:_MOST_RUNS]:
            if (report := _report(path)) is not None:
                yield report

    def run(self, name: str) -> dict[str, Any] | None:
        """The report of that run, or None."""
        known = {path.stem: path for path in self.settings.reports.glob("*.json")}
        return _report(known[name]) if name in known else None

    def _overview(self) -> Overview:
        from ketluan.index.base import DocType, Query, Sort
        from ketluan.sweep import sweep

        query = Query(doc_type=DocType.NOTICE, sort=Sort.OLDEST, brief=True)
        notices = tuple(hit.document for hit in sweep(self.index, query))
        return Overview(notices, self.index.search(Query(limit=0)).total)

    def _known(self) -> Known:
        from ketluan.outcome import known

        return known(self.settings)

    def _vocabulary(self) -> dict[str, tuple[tuple[str, int], ...]]:
        from ketluan.index.base import Query

        return self.index.search(Query(limit=0, facets=("agencies", "citations", "topics"))).facets


def _report(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return {"overdue": [], **data} if isinstance(data, dict) and "counts" in data and "files" in data else None
