"""What does the archive not know? Said with every answer about a span of months.

An empty month means one of two things: nothing was ordered, or the notice never reached the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ketluan.inbox import REASON_SUFFIX, Shelf, reason, shown
from ketluan.index.base import SearchIndex


@dataclass(frozen=True, slots=True)
class NumberGap:
    """Two notices of one issuer and year whose numbers follow each other in the archive, but not one upon the other.

    Offices number all their notices in one row, so a gap may hold papers that are no conclusions of a session.
    """

    symbol: str | None  # TB-UBND
    year: str
    after: int
    before: int
    issuer: str | None = None

    @property
    def missing(self) -> int:
        """How many numbers lie between."""
        return self.before - self.after - 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """The span (`YYYY-MM`, None in an empty archive), the months in it without a notice, and files not taken in.

    `undated` counts notices whose month is unknown, `unnumbered` those without a number; `quarantined` names files
    waiting for a person; `gaps` are told for the span.
    """

    first: str | None
    last: str | None
    missing: tuple[str, ...]
    undated: int = 0
    quarantined: tuple[str, ...] = ()
    gaps: tuple[NumberGap, ...] = ()
    unnumbered: int = 0

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
    return of(index.papers(), month_from=month_from, month_to=month_to, quarantined=quarantined)


def of(
    notices: Iterable[Mapping[str, Any]],
    *,
    month_from: str | None = None,
    month_to: str | None = None,
    quarantined: Iterable[str] = (),
) -> Coverage:
    """The same, of all notices of the archive (their documents, or what `SearchIndex.papers` tells of them)."""
    every = list(notices)
    held = {document["month"] for document in every if document.get("month")}
    first, last = month_from or min(held, default=None), month_to or max(held, default=None)
    missing = tuple(m for m in months(first, last) if m not in held) if first and last else ()
    inside = [d for d in every if first and last and first <= (d.get("month") or "") <= last]
    return Coverage(
        first,
        last,
        missing,
        undated=sum(not document.get("month") for document in every),
        quarantined=tuple(quarantined),
        gaps=tuple(number_gaps(inside)),
        unnumbered=sum(not document.get("number") for document in inside),
    )


def number_gaps(notices: Iterable[Mapping[str, Any]]) -> Iterator[NumberGap]:
    """Where the numbers of notices (their documents) of one issuer, symbol and year leave something out, in order."""
    rows: dict[tuple[str, str | None, str | None], set[int]] = {}
    for document in notices:
        number, year = str(document.get("number") or ""), str(document.get("issued") or document.get("month") or "")[:4]
        if number.isdecimal() and year:
            rows.setdefault((year, document.get("symbol"), document.get("issuer")), set()).add(int(number))
    for (year, symbol, issuer), numbers in sorted(rows.items(), key=lambda row: [part or "" for part in row[0]]):
        yield from (NumberGap(symbol, year, a, b, issuer) for a, b in pairwise(sorted(numbers)) if b - a > 1)


def quarantined(inbox: Path) -> tuple[str, ...]:
    """Files that wait in the inbox's quarantine for a person, as paths below it; the notes beside them left out."""
    folder = inbox / Shelf.QUARANTINE
    return tuple(sorted(shown(str(path.relative_to(folder))) for path in _waiting(folder)))


def set_aside(inbox: Path) -> tuple[tuple[str, str | None], ...]:
    """The same, each with the reason that its note gives."""
    folder = inbox / Shelf.QUARANTINE
    return tuple(sorted((shown(str(path.relative_to(folder))), reason(path)) for path in _waiting(folder)))


def _waiting(folder: Path) -> Iterator[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return (path for path in files if not path.name.startswith(".") and not _is_note(path.name))


def _is_note(name: str) -> bool:
    return name.endswith(REASON_SUFFIX)


def months(first: str, last: str) -> Iterator[str]:
    """All months from `first` to `last` (`YYYY-MM`), both included; none where they are the wrong way round."""
    year, month = map(int, first.split("-")[:2])
    while (this := f"{year:04d}-{month:02d}") <= last[:7]:
        yield this
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
