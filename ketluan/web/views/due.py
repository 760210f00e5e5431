"""Who owes what by when: the register on a day, by agency, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from extractors.topics import topic_names
from ketluan import due
from ketluan.export.table import safe_cell
from ketluan.index.base import Filters, Hit, Role
from ketluan.web import charts, pages, words
from ketluan.web.address import MOST_PAGES, Address, Asked, register_parameters
from ketluan.web.views.search import Card, card, chips

SHOWN = 40
_AGENCIES = 14  # seen at once


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
        table=asked.address.at("/due.csv"),
    )


def table(request: Request) -> Response:
    """The same as CSV that Excel opens with Vietnamese letters; no cell is taken for a formula."""
    from ketluan.cli import plain

    asked, as_of, within, state = register_parameters("/due", request.query_params.multi_items(), _today(request))
    found = _register(request, asked, as_of, within, state)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (plain.CSV_HEADER, *plain.csv_rows(found, pages.desk(request).settings.label)):
        writer.writerow([safe_cell(cell) for cell in row])
    headers = {"Content-Disposition": f'attachment; filename="so-theo-doi-{as_of.isoformat()}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _today(request: Request) -> date:
    return pages.desk(request).today()


def _register(request: Request, asked: Asked, as_of: date, within: int, state: str) -> due.Register:
    given = asked.filters()
    role = given["role"]
    filters = Filters(**given | {"role": Role.LEAD if asked.agencies and role is Role.ANY else role})
    states = [due.State(state)] if state else []
    return due.register(pages.desk(request).index, as_of, within=within, filters=filters, states=states)


def _lines(entries: Iterable[due.Entry]) -> list[Line]:
    return [Line(e, card(Hit(e.document["id"], 0.0, e.document), 260)) for e in entries]


def _rows(found: due.Register, asked: Asked) -> list[Row]:
    most = max((counts.dated for _, counts in found.agencies), default=0)
    return [
        Row(
            name or words.NOBODY,
            counts,
            charts.stacked(
                (("overdue", counts.overdue), ("soon", counts.soon), ("open", counts.open)), most, width=260, height=14
            ),
            asked.address.put("agency", name) if name else None,
            name in asked.agencies,
        )
        for name, counts in found.agencies
        if counts.dated
    ]
