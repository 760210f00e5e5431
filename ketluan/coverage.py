"""What does the archive not know? Said with every answer about a span of months.

An empty month means one of two things: nothing was ordered, or the notice never reached the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ketluan.inbox import REASON_SUFFIX, Shelf, shown
from ketluan.index.base import DocType, Query, SearchIndex


@dataclass(frozen=True, slots=True)
class Coverage:
    """The span (`YYYY-MM`, None in an empty archive), the months in it without a notice, and files not taken in.

    `undated` counts notices whose month is unknown; `quarantined` names files waiting for a person.
    """

    first: str | None
    last: str | None
    missing: tuple[str, ...]
    undated: int = 0
    quarantined: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Is there a notice for each month, and no file left aside?"""
        return bool(self.first) and not (self.missing or self.undated or self.quarantined)


def coverage(
    index: SearchIndex,
    *,
    month_from: str | None = None,
    month_to: str | None = None,
    quarantined: Iterable[str] = (),
) -> Coverage:
    """Coverage of the span asked for; an end left open is the first or last month of the archive.

    Raises `IndexOutdated`, `IndexUnavailable`.
    """
    results = index.search(Query(doc_type=DocType.NOTICE, limit=0, facets=("month",)))
    held = {month for month, _ in results.facets.get("month", ()) if month}
    first, last = month_from or min(held, default=None), month_to or max(held, default=None)
    missing = tuple(m for m in months(first, last) if m not in held) if first and last else ()
    undated = results.total - sum(count for month, count in results.facets.get("month", ()) if month)
    return Coverage(first, last, missing, undated, tuple(quarantined))


def quarantined(inbox: Path) -> tuple[str, ...]:
    """Files that wait in the inbox's quarantine for a person, as paths below it; the notes beside them left out."""
    folder = inbox / Shelf.QUARANTINE
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(shown(str(f)) for f in files if not f.name.startswith(".") and not _is_note(f.name)))


def _is_note(name: str) -> bool:
    return name.endswith(REASON_SUFFIX)


def months(first: str, last: str) -> Iterator[str]:
    """All months from `first` to `last` (`YYYY-MM`), both included; none where they are the wrong way round."""
    year, month = map(int, first.split("-")[:2])
    while (this := f"{year:04d}-{month:02d}") <= last[:7]:
        yield this
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
