"""A box, what it finds, and filters that narrow it. Without a question: the archive at a glance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from extractors.topics import topic_names
from ketluan import coverage
from ketluan.errors import QueryError
from ketluan.index.base import Hit, Results, Sort
from ketluan.search import parse_query, passage
from ketluan.web import charts, pages, words
from ketluan.web.address import MOST_PAGES, Address, Asked, asked
from ketluan.web.language import say

SHOWN = 20
_PASSAGE = 420
COUNTED = 300  # months of 25 years; thousands of values that nobody sees would take half of the time
_VALUES = 40  # of a facet; the first `_OPEN` are seen at once
_OPEN = 7
#: parameter of the address, field that is counted, heading; the agencies' field follows the role
FACETS = (
    ("topic", "topics", "Chủ đề"),
    ("agency", "", "Cơ quan"),
    ("kind", "kind", "Loại"),
    ("cites", "citations", "Viện dẫn"),
)
_OF_ROLE = {"any": "agencies", "lead": "lead", "coordinating": "coordinating", "report_to": "report_to"}
EXAMPLES = ("quy hoạch sử dụng đất", "giai ngan dau tu cong", "covid", '"bảo vệ rừng"')


@dataclass(frozen=True, slots=True)
class Card:
    """One conclusion found, ready to be shown."""

    document: dict[str, Any]
    heading: str
    pieces: list[tuple[str, bool]]
    missing: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The notice's page, at the passage."""
        return notice_address(self.document)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: its name, how many there are, and the address with it chosen or taken away."""

    name: str
    count: int
    address: Address
    active: bool


def page(request: Request) -> Response:
    """Search, or the first page."""
    question = asked("/", request.query_params.multi_items())
    if not question.anything:
        return _first(request, question)
    try:
        query = _query(question)
    except QueryError as exc:  # a question of signs alone: what was typed stays in the box
        return _first(request, replace(question, notes=[*question.notes, str(exc)]), status=400)
    results = pages.desk(request).index.search(query)
    return pages.page(
        request,
        "search.html",
        asked=question,
        total=results.total,
        partial=results.partial,
        cards=[card(hit) for hit in results.hits],
        facets=_facets(question, results),
        chips=chips(question),
        chart=_months(request, question, results),
        numbers=pages.pager(results.total + results.partial, SHOWN, question.page, MOST_PAGES),
        topics=topic_names(),
    )


def card(hit: Hit, width: int = _PASSAGE) -> Card:
    """A hit as a card; `width` in letters."""
    part = passage(hit, width)
    document = hit.document
    heading = document.get("item") or document.get("section") or document.get("title") or document["notice"]
    return Card(document, heading, pages.pieces(part.text, part.highlights), hit.missing)


def notice_address(document: dict[str, Any]) -> str:
    """The page of the notice, with the conclusion chosen and its passage in sight."""
    where = Address(f"/notices/{document['notice']}", (("at", str(document["path"])),))
    return f"{where}#passage"


def chips(question: Asked) -> list[tuple[str, Address]]:
    """The filters that are set, in words, each with the address without it."""
    address = question.address
    found = [
        *((say("Chủ đề: %(name)s", name=topic_names()[t]), address.remove("topic", t)) for t in question.topics),
        *((_agency(question.role, a), address.remove("agency", a)) for a in question.agencies),
        *((say("Loại: %(name)s", name=words.kind(k)), address.remove("kind", k)) for k in question.kinds),
        *((say("Viện dẫn: %(name)s", name=c), address.remove("cites", c)) for c in question.cites),
    ]
    spans = (
        ("from", "Từ tháng", question.month_from),
        ("to", "Đến tháng", question.month_to),
        ("due-from", "Hạn từ", question.due_from),
        ("due-to", "Hạn đến", question.due_to),
    )
    return found + [(f"{say(name)} {words.day(value)}", address.put(key, None)) for key, name, value in spans if value]


def _agency(role: str, name: str) -> str:
    return say("Cơ quan %(role)s: %(name)s", role=say(words.ROLES[role]), name=name)


def _query(question: Asked) -> Any:
    fields = [_OF_ROLE[question.role] if key == "agency" else field for key, field, _ in FACETS]
    return parse_query(
        question.text,
        **question.filters(),
        sort=Sort(question.sort),
        offset=(question.page - 1) * SHOWN,
        limit=SHOWN,
        facets=[*fields, "month"],
        counted=COUNTED,
        nearly=True,
    )


def _facets(question: Asked, results: Results) -> list[tuple[str, str, list[Value], list[Value]]]:
    found = []
    for key, field, heading in FACETS:
        counts = results.facets.get(field or _OF_ROLE[question.role], ())
        values = [
            Value(_name(key, value), count, question.address.toggle(key, value), question.address.has(key, value))
            for value, count in counts[:_VALUES]
        ]
        values.sort(key=lambda v: not v.active)
        if values:
            found.append((key, heading, values[:_OPEN], values[_OPEN:]))
    return found


def _name(key: str, value: str) -> str:
    return {"topic": topic_names().get(value, value), "kind": words.kind(value)}.get(key, value)


def _months(request: Request, question: Asked, results: Results) -> list[tuple[charts.Bar, str]]:
    """Hits by month over the span of the archive; each bar leads to its month."""
    counts = {month: n for month, n in results.facets.get("month", ()) if month}
    held = [m for m in pages.desk(request).overview.get().by_month() if m] or list(counts)
    if not held:
        return []
    keys = list(coverage.months(min([*held, *counts]), max([*held, *counts])))[-120:]
    bars = charts.columns(counts, keys, width=max(len(keys) * 9.0, 220.0), height=44.0)
    return [(bar, str(question.address.put("from", bar.key).put("to", bar.key))) for bar in bars]


def _first(request: Request, question: Asked, status: int = 200) -> Response:
    desk = pages.desk(request)
    overview = desk.overview.get()
    months = [m for m in overview.by_month() if m]
    span = coverage.months(min(months), max(months)) if months else ()
    topics = [(topic_names().get(t, t), t, n) for t, n in desk.vocabulary.get().get("topics", ())]
    return pages.page(
        request,
        "home.html",
        status=status,
        asked=question,
        overview=overview,
        span=(min(months, default=None), max(months, default=None)),
        missing=[m for m in span if m not in months],
        latest=[n for n in reversed(overview.notices) if n.get("month")][:4],
        topics=topics[:14],
        examples=EXAMPLES,
        all_topics=topic_names(),
    )
