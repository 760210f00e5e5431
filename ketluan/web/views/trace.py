"""One matter through the months: the newest state first, what changed each time, and what the archive does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from extractors.topics import topic_names
from ketluan import coverage, trace
from ketluan.errors import QueryError
from ketluan.index.base import Filters, Query
from ketluan.search import parse_query
from ketluan.web import charts, pages
from ketluan.web.address import Asked, asked
from ketluan.web.views.search import Card, card, chips

#: A timeline longer than this is no answer: the page asks to narrow the question instead.
MOST = 300
#: How a step takes up an earlier one, where that changes the matter: what the timeline shows at a glance.
TURNS = ("extends", "hands_over", "closes")
_AROUND = 7  # words kept on each side of what changed
_ID = re.compile(r"[\w-]{1,120}:[\w.'~+-]{1,60}")
EXAMPLES = ("giải ngân vốn đầu tư công", "covid", "bảo vệ rừng", "chuyển đổi số")


@dataclass(frozen=True, slots=True)
class Shown:
    """A step, ready to be shown: its card, the diff to the step before in (operation, words), and how it takes up
    earlier ones where that is known."""

    card: Card
    change: trace.Change | None
    edits: list[tuple[str, str]]
    kinds: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Is it told again word for word?"""
        return self.change is not None and all(op == "same" for op, _ in self.edits)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the timeline; without steps it is one that the archive does not hold."""

    month: str
    steps: list[Shown]


def page(request: Request) -> Response:
    """The timeline of a question or of one conclusion (`id`), or the form alone."""
    question = asked("/trace", request.query_params.multi_items())
    seed = request.query_params.get("id", "")
    if seed and _ID.fullmatch(seed):
        return _shown(request, question, _of_conclusion(request, question, seed), seed)
    if not question.anything:
        return _first(request, question)
    try:
        query = _query(question)
    except QueryError as exc:  # a question of signs alone: what was typed stays in the box
        return _first(request, replace(question, notes=[*question.notes, str(exc)]), status=400)
    total = pages.desk(request).index.search(replace(query, limit=0)).total
    if total > MOST:
        narrow: dict[str, Any] = {"total": total, "most": MOST, "topics": topic_names(), "chips": chips(question)}
        return pages.page(request, "trace_wide.html", asked=question, **narrow)
    desk = pages.desk(request)
    return _shown(
        request,
        question,
        trace.trace(desk.index, query, quarantined=desk.quarantined(), links=desk.known.get().links),
        "",
    )


def _first(request: Request, question: Asked, status: int = 200) -> Response:
    given: dict[str, Any] = {"asked": question, "topics": topic_names(), "examples": EXAMPLES}
    return pages.page(request, "trace_first.html", status=status, **given)


def _query(question: Asked) -> Query:
    """Words that are a topic's name are the topic, as at the command line; in quotes they are words."""
    resolved = None if '"' in question.text else trace.topic_of(question.text, topic_names().items())
    if resolved:
        question = replace(question, text="", topics=(*question.topics, resolved))
    return parse_query(question.text, **question.filters())


def _of_conclusion(request: Request, question: Asked, seed: str) -> trace.Timeline:
    desk = pages.desk(request)
    filters = Filters(**question.filters())
    return trace.trace_conclusion(
        desk.index, seed, filters=filters, quarantined=desk.quarantined(), links=desk.known.get().links
    )


def _shown(request: Request, question: Asked, found: trace.Timeline, seed: str) -> Response:
    return pages.page(
        request,
        "trace.html",
        asked=question,
        seed=seed,
        months=months(found),
        total=found.total,
        shown=len(found.steps),
        coverage=found.coverage,
        chart=_chart(found),
        turns=TURNS,
        topics=topic_names(),
        chips=chips(question),
    )


def months(found: trace.Timeline) -> list[Month]:
    """The months with steps and, between them, those that the archive does not hold; newest first."""
    steps = {month: list(group) for month, group in groupby(found.steps, key=lambda s: s.month or "")}
    held = [m for m in steps if m]
    between = [m for m in found.coverage.missing if held and min(held) < m < max(held)]
    return [Month(m, [_step(s) for s in steps.get(m, [])]) for m in sorted([*steps, *between], reverse=True)]


def _step(step: trace.Step) -> Shown:
    edits = [] if step.change is None else shortened([(e.op, e.text) for e in step.change.edits])
    return Shown(card(step.hit, 600), step.change, edits, _kinds(step))


def _kinds(step: trace.Step) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.kind for c in (step.change, *step.also) if c is not None and c.kind))


def shortened(edits: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The diff with long stretches that stayed the same cut in the middle (`…`)."""
    listed = list(edits)
    return [
        (op, _cut(text, first=n == 0, last=n == len(listed) - 1) if op == "same" else text)
        for n, (op, text) in enumerate(listed)
    ]


def _cut(text: str, *, first: bool, last: bool) -> str:
    found = re.findall(r"\s*\S+\s*", text)
    head = [] if first else found[:_AROUND]
    tail = [] if last else found[-_AROUND:]
    if (first and last) or len(found) <= len(head) + len(tail) + 2:
        return text
    return "".join([*head, "… ", *tail])


def _chart(found: trace.Timeline) -> list[tuple[charts.Bar, bool, list[str]]]:
    """The span as columns: how many steps a month has; True for a month that the archive does not hold; the turns
    that the matter takes in it (`TURNS`)."""
    known = found.coverage
    if not (known.first and known.last):
        return []
    counts: dict[str, int] = {}
    turns: dict[str, set[str]] = {}
    for step in found.steps:
        if step.month:
            counts[step.month] = counts.get(step.month, 0) + 1
            turns.setdefault(step.month, set()).update(_kinds(step))
    keys = list(coverage.months(known.first[:7], known.last[:7]))[-120:]
    bars = charts.columns(counts, keys, width=max(len(keys) * 14.0, 280.0), height=36.0)
    return [(bar, bar.key in known.missing, [k for k in TURNS if k in turns.get(bar.key, ())]) for bar in bars]
