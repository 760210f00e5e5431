"""One notice: its head, its conclusions in the order of the paper, what to look at, and the original beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from extractors.model import Conclusion, Deadline, Severity, Span
from extractors.topics import topic_names
from ketluan import correcting
from ketluan.correctable import NOTES
from ketluan.errors import NoticeNotFound
from ketluan.stored import Corrected, Rendition, StoredNotice
from ketluan.web import editing as fields
from ketluan.web import forms, pages, sheets
from ketluan.web.address import Address, clean
from ketluan.web.desk import Desk

_PATH = re.compile(r"[\w.'~+*#()-]{1,60}")
#: Pages of a file that does not lead are looked through for the passage up to this one.
_SEARCHED_PAGES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the paper (or None above the first) with the conclusions right below it; `level` 2 or 3."""

    path: str | None
    title: str | None
    level: int
    conclusions: list[Conclusion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Original:
    """The original beside the record: a sheet of a PDF, or the text, with the passage marked."""

    rendition: Rendition
    sheet: sheets.Sheet | None = None
    paragraphs: Sequence[tuple[str | None, list[tuple[str, bool]]]] = ()
    found: bool = False
    drawn: bool = True


def page(request: Request, *, tried: fields.Editing | None = None, at: str | None = None) -> Response:
    """The notice, at the conclusion of `at`; `file` and `page` choose what is shown of the original.

    `correct` opens the form for a field to whoever is signed in; `tried` is one that was sent and is not right.
    """
    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    reading = chosen(stored, clean(request.query_params.get("at", "") if at is None else at))
    span = reading.span if reading else _problem_span(stored, request.query_params.get("problem", ""))
    order = list(stored.notice.conclusions)
    place = order.index(reading) if reading else -1
    editing = tried
    if editing is None and forms.user(request):
        editing = fields.editing(stored, reading, clean(request.query_params.get("correct", "")), desk.today())
    listed = corrections(desk, stored)
    return pages.page(
        request,
        "notice.html",
        status=400 if tried else 200,
        editing=editing,
        corrections=listed,
        done=done(listed, request.query_params.get("done", "")),
        behind="behind" in request.query_params,
        of_conclusion=fields.of_conclusion,
        of_tasks=fields.of_tasks,
        of_notice=fields.of_notice(),
        settles=fields.settling,
        labels=fields.FIELD_LABELS,
        noted=_noted(stored, reading),
        stored=stored,
        notice=stored.notice,
        parts=outline(stored),
        chosen=reading,
        before=order[place - 1] if place > 0 else None,
        after=order[place + 1] if 0 <= place < len(order) - 1 else None,
        original=_original(desk, request, stored, span),
        problems=sorted(enumerate(stored.notice.problems), key=lambda p: p[1].severity is not Severity.WARNING),
        topics=topic_names(),
        number=_number(stored),
        address=Address(f"/notices/{stored.id}", _pairs(request, at)),
        deadlines=deadlines,
        fixed=lambda path: list(dict.fromkeys(one.shown for one in stored.corrected if one.path == path and one.shown)),
    )


def outline(stored: StoredNotice) -> list[Part]:
    """Sections and items in the order of the paper, each with its conclusions."""
    notice = stored.notice
    headings = sorted(
        [(h, 2) for h in notice.sections] + [(h, 3) for h in notice.items if h.title], key=lambda h: h[0].span.start
    )
    parts = [Part(None, None, 2), *(Part(h.path, h.title, level) for h, level in headings)]
    starts = [-1, *(h.span.start for h, _ in headings)]
    for conclusion in notice.conclusions:
        last = max(n for n, start in enumerate(starts) if start <= conclusion.span.start)
        parts[last].conclusions.append(conclusion)
    return [part for part in parts if part.path or part.conclusions]


def deadlines(conclusion: Conclusion) -> list[Deadline]:
    """All deadlines of a conclusion, each once: its own, and those of its assignments."""
    of_groups = (d for a in conclusion.assignments for d in a.deadlines)
    return list(dict.fromkeys((*conclusion.deadlines, *of_groups)))


def chosen(stored: StoredNotice, path: str) -> Conclusion | None:
    """The conclusion of that path; None where none is named. Raises `NoticeNotFound`."""
    if not path:
        return None
    for conclusion in stored.notice.conclusions:
        if conclusion.path == path:
            return conclusion
    raise NoticeNotFound("Thông báo này không có kết luận ở mục đó. Hãy mở thông báo và chọn trong danh sách.")


def _problem_span(stored: StoredNotice, number: str) -> Span | None:
    if re.fullmatch(r"[0-9]{1,4}", number) and int(number) < len(stored.notice.problems):
        return stored.notice.problems[int(number)].span
    return None


def _pairs(request: Request, at: str | None) -> tuple[tuple[str, str], ...]:
    return tuple(request.query_params.multi_items()) if at is None else (("at", at),) if at else ()


def corrections(desk: Desk, stored: StoredNotice) -> list[correcting.Line]:
    """All corrections of the notice, newest first."""
    if not desk.archive.correction_log(stored.id).entries:
        return []
    return list(correcting.listing(desk.archive, stored.id))[::-1]


def _noted(stored: StoredNotice, reading: Conclusion | None) -> list[Corrected]:
    """What archivists last noted of the tasks of the conclusion, each deadline's own."""
    notes = [one for one in stored.corrected if reading and one.path == reading.path and one.field in NOTES]
    standing: dict[str | None, Corrected] = {}
    for one in sorted(notes, key=lambda one: one.n):
        standing = {**(standing if one.deadline else {}), one.deadline: one}  # one of no deadline is of all tasks
    return list(standing.values())


def done(listed: list[correcting.Line], number: str) -> tuple[str, correcting.Line] | None:
    """What was just done (`made` or `undone`), where the address tells of it and it is so."""
    for line in listed:
        if number == str(line.entry.n) and line.undone is None:
            return "made", line
        if line.undone is not None and number == str(line.undone.n):
            return "undone", line
    return None


def _number(stored: StoredNotice) -> dict[str, Any]:
    return {"number": stored.notice.number, "symbol": stored.notice.symbol}


# ---------------------------------------------------------------- the original


def _original(desk: Desk, request: Request, stored: StoredNotice, span: Span | None) -> Original:
    leading = stored.renditions[0]
    wanted = request.query_params.get("file", "")
    rendition = desk.rendition(stored, wanted) if wanted else leading
    if rendition.format != "pdf":
        return Original(rendition, paragraphs=_text(stored, span) if rendition is leading else (), found=bool(span))
    typed = request.query_params.get("page", "")
    number = int(typed) if re.fullmatch(r"[1-9][0-9]{0,3}", typed) else None
    passage = span.of(stored.text) if span else ""
    try:
        sheet = _sheet(desk, rendition, number, passage, span.page if span and rendition is leading else None)
    except sheets.Undrawable:
        text = _text(stored, span) if rendition is leading else ()
        return Original(rendition, paragraphs=text, found=bool(span and text), drawn=False)
    return Original(rendition, sheet=sheet, found=bool(sheet.boxes))


def _sheet(desk: Desk, rendition: Rendition, number: int | None, passage: str, known: int | None) -> sheets.Sheet:
    path = desk.archive.original(rendition)

    def draw(one: int) -> sheets.Sheet:
        return sheets.sheet(path, rendition.sha256, one, passage, desk.settings.cache)

    first = draw(number or known or 1)
    if number or known or not passage or first.boxes:
        return first
    for other in range(2, min(first.count, _SEARCHED_PAGES) + 1):
        if (found := draw(other)).boxes:
            return found
    return first


def _text(stored: StoredNotice, span: Span | None) -> list[tuple[str | None, list[tuple[str, bool]]]]:
    """The paragraphs of the text in pieces; the one in which the passage begins carries its id."""
    found = []
    at = 0
    for paragraph in stored.text.split("\n"):
        end = at + len(paragraph)
        inside = span is not None and span.start < end and span.end > at
        marks = [(max(span.start - at, 0), min(span.end - at, len(paragraph)))] if span and inside else []
        first = span is not None and at <= span.start < end
        if paragraph.strip():
            found.append(("passage" if first else None, pages.pieces(paragraph, marks)))
        at = end + 1
    return found
