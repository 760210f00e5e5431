"""Who owes what by when: the register on a day, by agency, and as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from extractors.topics import topic_names
from ketluan import correcting, due
from ketluan.errors import NoticeNotFound
from ketluan.index.base import Filters, Hit, Role
from ketluan.web import charts, forms, pages, words
from ketluan.web.address import MOST_PAGES, Address, Asked, register_parameters
from ketluan.web.editing import FIELD_LABELS, Editing, editing, of_task
from ketluan.web.views.notice import chosen, corrections, done
from ketluan.web.views.search import Card, card, chips

SHOWN = 40
_AGENCIES = 14  # seen at once
_DOWNLOADS = (("csv", "Danh sách CSV"), ("xlsx", "Bảng tổng hợp Excel"), ("ics", "Lịch (ICS)"))
#: parameters of the board that are of one task or one moment, not of the question
_PASSING = ("note", "day", "noted", "done", "behind")
_BARS = ("overdue", "soon", "open", "done", "closed")


@dataclass(frozen=True, slots=True)
class Line:
    """A task of the register, ready to be shown."""

    entry: due.Entry
    card: Card

    @property
    def anchor(self) -> str:
        """Where the line stands on the page."""
        return "t-" + sha256(str(self.entry.document["id"]).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Row:
    """An agency of the board with its counts, its bars and the address of its own board."""

    name: str
    counts: due.Counts
    bars: list[charts.Bar]
    address: Address | None
    active: bool


@dataclass(frozen=True, slots=True)
class Noting:
    """The form that is open on a task: to note what became of it, or to set its day."""

    task: str
    notice: str
    editing: Editing


def page(request: Request) -> Response:
    """The board. `note` and `day` open the form on a task to whoever is signed in; `noted`, `done` tell of a note."""
    asked, as_of, within, state = register_parameters("/due", request.query_params.multi_items(), _today(request))
    asked = replace(asked, address=Address("/due", tuple(p for p in asked.address.pairs if p[0] not in _PASSING)))
    found = _register(request, asked, as_of, within, state)
    start = (asked.page - 1) * SHOWN
    rows = _rows(found, asked)
    return pages.page(
        request,
        "due.html",
        asked=asked,
        noting=_noting(request, found, asked.address),
        done=_done(request),
        behind="behind" in request.query_params,
        labels=FIELD_LABELS,
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


def _noting(request: Request, found: due.Register, back: Address) -> Noting | None:
    """The form on the task that the address names; None where there is none such, or nobody is signed in."""
    about = next((name for name in ("note", "day") if name in request.query_params), None)
    if about is None or forms.user(request) is None:
        return None
    wanted = request.query_params[about]
    entry = next((e for e in found.entries if e.document["id"] == wanted), None)
    if entry is None:
        return None
    desk = pages.desk(request)
    stored = desk.notice(str(entry.document["notice"]))
    with suppress(NoticeNotFound):  # the index may be behind
        conclusion = chosen(stored, str(entry.document["path"]))
        which = of_task(conclusion, entry.document) if conclusion else None
        field = "due" if about == "day" else "open" if entry.ended else "done"
        form = None if which is None else editing(stored, conclusion, f"{field}{which}", desk.today())
        return Noting(wanted, stored.id, replace(form, back=str(back))) if form else None
    return None


def _done(request: Request) -> tuple[str, str, correcting.Line] | None:
    """The notice in which something was just noted, what was done there, and the entry."""
    desk = pages.desk(request)
    with suppress(NoticeNotFound):
        stored = desk.notice(request.query_params.get("noted", ""))
        if found := done(corrections(desk, stored), request.query_params.get("done", "")):
            return stored.id, *found
    return None


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
