"""Which questions must a new index answer before it may serve? They and their answers come from the archive itself.

As documents go by, a few conclusions are kept as samples: `Golden.questions` asks for each of them in every way of
`WAYS` that it has something for, and the conclusion must be among the hits. What is asked is bounded to its notice, so
that a large archive is asked as quickly as a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ketluan.index import fold
from ketluan.index.base import Clause, Filters, Query, Role

Document = dict[str, Any]

SAMPLES = 12
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the documents of which it must find one at least. `what` is said where it does not."""

    what: str
    query: Query
    ids: frozenset[str]


def _phrase(document: Document) -> Query | None:
    run = _run(document)
    return Query(must=(Clause(run, phrase=True, exact=True),)) if run else None


def _unmarked(document: Document) -> Query | None:
    run = _run(document)
    return Query(must=tuple(Clause(fold.fold(word)) for word in run.split())) if run else None


def _document(document: Document) -> Query | None:
    keys = document["citations"]
    return Query(must=(Clause(keys[0], key=True),)) if keys else None


def _agency(document: Document) -> Query | None:
    lead = document["lead"]
    return Query(filters=Filters(agencies=(fold.fold(lead[0]),), role=Role.LEAD)) if lead else None


def _topic(document: Document) -> Query | None:
    topics, month = document["topics"], document["month"]
    return Query(filters=Filters(topics=(topics[0],), month_from=month, month_to=month)) if topics and month else None


def _due(document: Document) -> Query | None:
    due = document["due"]
    day = date.fromisoformat(due[0]) if due else None
    return Query(filters=Filters(due_from=day, due_to=day)) if day else None


#: What is asked → how a conclusion is asked for so; None where it has nothing of the kind.
WAYS: dict[str, Callable[[Document], Query | None]] = {
    "cụm từ có dấu": _phrase,
    "từ không dấu": _unmarked,
    "văn bản viện dẫn": _document,
    "cơ quan chủ trì": _agency,
    "chủ đề trong tháng": _topic,
    "hạn cuối": _due,
}


@dataclass(slots=True)
class Golden:
    """Samples of the conclusions that go by: for each way the first, then ever rarer ones."""

    _samples: dict[str, list[Document]] = field(default_factory=lambda: {way: [] for way in WAYS})
    _seen: int = 0

    def note(self, group: Sequence[Document]) -> None:
        """Look at the documents of a notice; a later group of the same notice takes the place of an earlier."""
        if not group:
            return
        notice = group[0]["notice"]
        for way, samples in self._samples.items():
            self._samples[way] = [s for s in samples if s["notice"] != notice]
        self._seen += 1
        conclusions = [d for d in group if d["doc_type"] == "conclusion"]
        for way, samples in self._samples.items():
            if len(samples) < SAMPLES or self._seen & (self._seen - 1) == 0:  # later ones at powers of two
                fitting = next((d for d in conclusions if WAYS[way](d)), None)
                if fitting:
                    self._samples[way] = [*samples[-(SAMPLES - 1) :], fitting]

    def questions(self) -> Iterator[Question]:
        """What to ask: a table made anew for each archive."""
        for way, samples in self._samples.items():
            for document in samples:
                if query := WAYS[way](document):
                    within = replace(query.filters, notices=(document["notice"],))
                    yield Question(way, replace(query, filters=within), frozenset({document["id"]}))


def _run(document: Document) -> str:
    """The words from the middle of a text: openings are alike."""
    words = fold.words(document["text"])
    middle = max(0, len(words) // 2 - _WORDS // 2)
    return " ".join(words[middle : middle + _WORDS])
