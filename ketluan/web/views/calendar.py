"""Which months does the archive hold, which are missing, and which hold something to look at?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ketluan import coverage
from ketluan.web import pages


@dataclass(frozen=True, slots=True)
class Cell:
    """A month: `state` is held, doubtful (something to look at), missing, or outside of the span."""

    month: str
    state: str
    notices: list[dict[str, Any]]


def page(request: Request) -> Response:
    """A row a year, newest first."""
    desk = pages.desk(request)
    overview = desk.overview.get(newest=True)
    held = overview.by_month()
    undated = held.pop("", [])
    known = coverage.of(overview.notices, quarantined=desk.quarantined())
    return pages.page(
        request,
        "calendar.html",
        years=_years(held, known.missing),
        known=known,
        undated=undated,
        total=len(overview.notices),
        doubtful=sum(bool(n.get("problems")) for n in overview.notices),
    )


def _years(held: dict[str, list[dict[str, Any]]], missing: tuple[str, ...]) -> list[tuple[str, list[Cell]]]:
    years = sorted({month[:4] for month in held}, reverse=True)
    span = [str(y) for y in range(int(years[-1]), int(years[0]) + 1)][::-1] if years else []
    return [(year, [_cell(f"{year}-{n:02d}", held, missing) for n in range(1, 13)]) for year in span]


def _cell(month: str, held: dict[str, list[dict[str, Any]]], missing: tuple[str, ...]) -> Cell:
    notices = held.get(month, [])
    if not notices:
        return Cell(month, "missing" if month in missing else "outside", [])
    return Cell(month, "doubtful" if any(n.get("problems") for n in notices) else "held", notices)
