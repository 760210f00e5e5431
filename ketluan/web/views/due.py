"""Who owes what by when: the register on a day, by agency, and as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from extractors.topics import topic_names
from ketluan import due
from ketluan.index.base import Filters, Hit, Role
from ketluan.web import charts, pages, words
from ketluan.web.address import MOST_PAGES, Address, Asked, register_parameters
from ketluan.web.views.search import Card, card, chips

SHOWN = 40
_AGENCIES = 14  # seen at once
_DOWNLOADS = (("csv", "Danh sách CSV"), ("xlsx", "Bảng tổng hợp Excel"), ("ics", "Lịch (ICS)"))
_BARS = ("overdue", "soon", "open", "done", "closed")


@dataclass(frozen=True, slots=True)
class Line:
    """A task of the register, ready to be shown."""

    entry: due.Entry
    card: Card


@dataclass(frozen=True, slots=True)
class Row:
    """An agency of the board with its counts, its bars and the address of its own board."""

    name: str
    counts: due.Counts
    bars: list[charts.Bar]
    address: Address | None
    active: bool


def page(request: Request) -> Response:
    """The board."""
    asked, as_of, within, state = register_parameters("/due", request.query_params.multi_items(), _today(request))
    found = _register(request, asked, as_of, within, state)
    start = (asked.page - 1) * SHOWN
    rows = _rows(found, asked)
    return pages.page(
        request,
        "due.html",
        asked=asked,
        register=found,
        state=state,
        rows=rows[:_AGENCIES],
        more=rows[_AGENCIES:],
        lines=_lines(found.dated[start : start + SHOWN]),
        recurring=_lines(found.recurring) if asked.page == 1 else [],
        events=_lines(found.events) if asked.page == 1 else [],
        numbers=pages.pager(len(found.dated), SHOWN, asked.page, MOST_PAGES),
        listed=len(found.dated),
        topics=topic_names(),
        chips=chips(asked),
        downloads=[(name, asked.address.at(f"/due.{kind}")) for kind, name in _DOWNLOADS],
    )


def csv(request: Request) -> Response:
    """The lines as CSV that Excel opens with Vietnamese letters; no cell is taken for a formula."""
    from ketluan.export.register import lines
    from ketluan.export.table import csv_bytes

    _, found = _asked(request)
    data = csv_bytes(lines(found, pages.desk(request).settings.label))
    return _download(data, "text/csv; charset=utf-8", f"so-theo-doi-{found.as_of.isoformat()}.csv")


def xlsx(request: Request) -> Response:
    """The tables of the report by agency, topic and month, and the lines, as a workbook."""
    from ketluan.export.register import workbook
    from ketluan.export.table import xlsx_bytes

    _, found = _asked(request)
    data = xlsx_bytes(workbook(found, pages.desk(request).settings.label))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(data, kind, f"so-theo-doi-{found.as_of.isoformat()}.xlsx")


def ics(request: Request) -> Response:
    """The tasks that have not ended as a calendar, to be taken in once or subscribed to."""
    from ketluan.export.calendar import calendar

    asked, found = _asked(request)
    desk = pages.desk(request)
    name = f"Thời hạn {words.names(asked.agencies)}" if asked.agencies else "Thời hạn nhiệm vụ được giao"
    data = calendar(found.dated, name, desk.clock(), label=desk.settings.label)
    return _download(data, "text/calendar; charset=utf-8", "thoi-han.ics")


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _asked(request: Request) -> tuple[Asked, due.Register]:
    asked, as_of, within, state = register_parameters("/due", request.query_params.multi_items(), _today(request))
    return asked, _register(request, asked, as_of, within, state)


def _today(request: Request) -> date:
    return pages.desk(request).today()


def _register(request: Request, asked: Asked, as_of: date, within: int, state: str) -> due.Register:
    given = asked.filters()
    role = given["role"]
    filters = Filters(**given | {"role": Role.LEAD if asked.agencies and role is Role.ANY else role})
    states = [due.State(state)] if state else []
    desk = pages.desk(request)
    return due.register(desk.index, as_of, within=within, filters=filters, states=states, known=desk.known.get())


def _lines(entries: Iterable[due.Entry]) -> list[Line]:
    return [Line(e, card(Hit(e.document["id"], 0.0, e.document), 260)) for e in entries]


def _rows(found: due.Register, asked: Asked) -> list[Row]:
    most = max((counts.dated for _, counts in found.agencies), default=0)
    return [
        Row(
            name or words.NOBODY,
            counts,
            charts.stacked([(key, getattr(counts, key)) for key in _BARS], most, width=260, height=14),
            asked.address.put("agency", name) if name else None,
            name in asked.agencies,
        )
        for name, counts in found.agencies
        if counts.dated
    ]
