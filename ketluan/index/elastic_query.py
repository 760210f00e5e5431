"""How is a `Query` asked of Elasticsearch, and which hit comes first?

The same questions in the same weights as the embedded engine is asked (`embedded_query.py`). Every word of the
user's is a value of a query object; nothing is ever pasted into a query string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from ketluan.errors import QueryError
from ketluan.index import fold
from ketluan.index.base import Clause, Filters, Query, Role, Sort
from ketluan.index.fields import VALUED, compact, properties
from ketluan.index.records import headings

Body = dict[str, Any]

MOST_VALUES = 10_000  # of a facet
#: Fields that only the engine needs: computed on the way in, left out on the way out.
FOLDED = ("lead", "coordinating", "report_to", "agencies")
KEYED = ("citations",)
COMPUTED = ("headings", *(f"{name}_folded" for name in (*FOLDED, *KEYED)), "month_number")

_NOTHING: Body = {"match_none": {}}


@dataclass(frozen=True, slots=True)
class _Weight:
    """A searched field, whether it keeps marks, and how much a match there counts."""

    field: str
    exact: bool
    boost: float


_WEIGHTS = (
    _Weight("text.folded", False, 1.0),
    _Weight("text", True, 4.0),
    _Weight("headings.folded", False, 0.4),
    _Weight("headings", True, 1.6),
)
_FOLDED, _EXACT = _WEIGHTS[:2]
_PAIR_FOLDED, _PAIR_EXACT = 2.0, 6.0  # two words that follow each other in the query and in the text
_TIER = 10_000.0  # above every sum of the scores: words that stand as typed with marks; a document that is cited

#: Ties are broken by the place in the archive, so that pages never overlap.
_IN_PLACE: tuple[Body, ...] = (
    {"notice": "asc"},
    {"position": {"order": "asc", "unmapped_type": "integer"}},
    {"id": "asc"},
)
_ORDERS: dict[Sort, tuple[Body, ...]] = {
    Sort.RELEVANCE: ({"_score": "desc"}, *_IN_PLACE),
    Sort.NEWEST: ({"month_number": {"order": "desc", "missing": "_last"}}, *_IN_PLACE),
    Sort.OLDEST: ({"month_number": {"order": "asc", "missing": "_last"}}, *_IN_PLACE),
    Sort.DUE: (
        {"due": {"order": "asc", "mode": "min", "missing": "_last", "unmapped_type": "date"}},
        {"month_number": {"order": "asc", "missing": "_last"}},
        *_IN_PLACE,
    ),
}


def computed(document: Body) -> Body:
    """The fields of a document that only the engine needs, with no value where there is none."""
    folded = {f"{name}_folded": [_name(value) for value in document[name]] for name in FOLDED}
    keyed = {f"{name}_folded": [_key(value) for value in document[name]] for name in KEYED}
    return {
        "headings": headings(document),
        **folded,
        **keyed,
        "month_number": compact(document["month"]),
    }


def compiled(query: Query) -> Body:
    """The `query` of a search: all documents of the index where nothing is asked."""
    return _Compiler(query).compile()


def order(query: Query) -> list[Body]:
    """The `sort` of a search."""
    return list(_ORDERS[query.sort])


def facets(query: Query) -> Body:
    """The `aggs` of a search, every value counted. Raises `QueryError` for a field that has no values to count."""
    for name in query.facets:
        if properties().get(name) not in VALUED:
            raise QueryError(f"Không đếm được theo “{name}”.")
    by = [{"_count": "desc"}, {"_key": "asc"}]
    return {name: {"terms": {"field": name, "size": MOST_VALUES, "order": by}} for name in query.facets}


class _Compiler:
    """A `Query` as the engine's query: required groups, what may not be, filters, and what only ranks."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.groups = [(clause,) for clause in query.must] + [g for g in query.any_of if g]
        typed = [group[0] for group in self.groups]
        self.marked = any(not fold.is_plain(clause.text) for clause in typed if not clause.key)

    def compile(self) -> Body:
        parts = {
            "filter": list(self._filters()),
            "must": [self._group(group) for group in self.groups],
            "must_not": [self._scored(clause) for clause in self.query.must_not],
            "should": list(self._ranking()) if self.groups else [],
        }
        return {"bool": {**parts, "minimum_should_match": 0}}

    def _group(self, group: tuple[Clause, ...]) -> Body:
        alternatives = [self._scored(clause) for clause in group]
        return alternatives[0] if len(alternatives) == 1 else {"dis_max": {"queries": alternatives}}

    def _scored(self, clause: Clause) -> Body:
        """Documents with the clause in some field, scored by where it stands and how it is spelt."""
        if clause.key:
            return _constant(_one_of("citations", (clause.text,)))
        exact = (False, True) if self.marked and not clause.exact else (clause.exact,)
        return _all(_scored_run(run, exact) for run in _runs(clause))

    def _ranking(self) -> Iterator[Body]:
        for pair in self._pairs():
            yield _run(_FOLDED, pair, _PAIR_FOLDED)
            if self.marked:
                yield _run(_EXACT, pair, _PAIR_EXACT)
        if self.marked:
            yield from (_constant(_any(map(_as_typed, group))) for group in self.groups)

    def _pairs(self) -> list[tuple[str, str]]:
        """Words that follow each other in what was typed."""
        runs = [[w for c in self.query.must if not c.key for w in fold.words(c.text)]]
        runs += [fold.words(group[0].text) for group in self.query.any_of if group and not group[0].key]
        return list(dict.fromkeys(pair for run in runs for pair in pairwise(run)))

    def _filters(self) -> Iterator[Body]:
        wanted = self.query.filters
        yield _one_of("doc_type", (self.query.doc_type.value,))
        role = "agencies" if wanted.role is Role.ANY else wanted.role.value
        for name, values in (
            ("topics", wanted.topics),
            (role, wanted.agencies),
            ("kind", wanted.kinds),
            ("citations", wanted.citations),
            ("notice", wanted.notices),
            ("path", wanted.paths),
        ):
            if values:
                yield _one_of(name, values)
        yield from _ranges(wanted)


def _as_typed(clause: Clause) -> Body:
    """Documents with the clause spelt as in the query, marks and all."""
    if clause.key:
        return _one_of("citations", (clause.text,))
    return _all(_scored_run(run, (True,)) for run in _runs(clause))


def _runs(clause: Clause) -> list[tuple[str, ...]]:
    """The words of a clause that must follow each other: all of a phrase, else each for itself."""
    words = fold.words(clause.text)
    return [tuple(words)] if clause.phrase else [(word,) for word in words]


def _scored_run(run: Sequence[str], exact: Sequence[bool]) -> Body:
    return _any(_run(w, run, w.boost) for w in _WEIGHTS if w.exact in exact)


def _run(weight: _Weight, run: Sequence[str], boost: float) -> Body:
    """Documents whose field holds these words one after the other; none where there is no word."""
    spelt = run if weight.exact else [fold.fold(word) for word in run]
    return {"match_phrase": {weight.field: {"query": " ".join(spelt), "boost": boost}}} if spelt else _NOTHING


def _any(queries: Iterable[Body]) -> Body:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _all(queries: Iterable[Body]) -> Body:
    required = list(queries)
    if not required:
        return _NOTHING
    return required[0] if len(required) == 1 else {"bool": {"must": required}}


def _constant(query: Body) -> Body:
    return {"constant_score": {"filter": query, "boost": _TIER}}


def _one_of(name: str, values: Sequence[str]) -> Body:
    """Documents with one of `values` in the field `name`; all of them count the same."""
    if name in FOLDED:
        return {"terms": {f"{name}_folded": [_name(value) for value in values]}}
    if name in KEYED:
        return {"terms": {f"{name}_folded": [_key(value) for value in values]}}
    return {"terms": {name: [fold.clean(value) for value in values]}}


def _ranges(wanted: Filters) -> Iterator[Body]:
    months = {"gte": _month(wanted.month_from), "lte": _month(wanted.month_to)}
    days = {"gte": _day(wanted.due_from), "lte": _day(wanted.due_to)}
    for name, bounds in (("month_number", months), ("due", days)):
        limits = {side: value for side, value in bounds.items() if value is not None}
        if limits:
            yield {"range": {name: limits}}


def _month(month: str | None) -> int | None:
    number = compact(month)
    if month and (number is None or number > 99_999_999):
        raise QueryError(f"Không hiểu thời gian “{month}”. Hãy viết tháng như 2021-09, ngày như 2021-09-15.")
    return number


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _name(value: str) -> str:
    return fold.fold(fold.clean(value))


def _key(value: str) -> str:
    return fold.clean(value).casefold()
