"""How is a `Query` asked of the embedded engine, and which hit comes first?

User text arrives as words of `fold` and leaves as term, phrase and boolean queries made as objects; nothing is ever
pasted into a query string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import tantivy
from tantivy import FieldType, Occur

from ketluan.errors import QueryError
from ketluan.index import fold
from ketluan.index.base import Clause, Filters, Query, Role
from ketluan.index.embedded_fields import HEADINGS, HEADINGS_FOLDED, TEXT, TEXT_FOLDED, filtered, number, schema
from ketluan.index.fields import compact


@dataclass(frozen=True, slots=True)
class _Weight:
    """A searched field, whether it keeps marks, and how much a match there counts."""

    field: str
    exact: bool
    boost: float


#: Exact to folded four to one: with it no document that is like the query only without marks came above
#: one that is like it with marks, in 240 queries; a match in a heading counts less than half.
_WEIGHTS = (
    _Weight(TEXT_FOLDED, False, 1.0),
    _Weight(TEXT, True, 4.0),
    _Weight(HEADINGS_FOLDED, False, 0.4),
    _Weight(HEADINGS, True, 1.6),
)
_FOLDED, _EXACT = _WEIGHTS[:2]
_PAIR_FOLDED, _PAIR_EXACT = 2.0, 6.0  # two words that follow each other in the query and in the text
_TIER = 10_000.0  # above every sum of the scores: words that stand as typed with marks; a document that is cited


def compile_query(query: Query) -> Any:
    """The engine's form of `query`; all documents of its type where nothing is asked."""
    return _Compiler(query).compile()


def one_of(name: str, values: Iterable[str]) -> Any:
    """Documents with one of `values` in the field `name`."""
    field, spelt = filtered(name, values)
    return tantivy.Query.term_set_query(schema(), field, spelt)


class _Compiler:
    """A `Query` as the engine's query: required groups, what may not be, filters, and what only ranks."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.groups = [(clause,) for clause in query.must] + [g for g in query.any_of if g]
        typed = [group[0] for group in self.groups]
        self.marked = any(not fold.is_plain(clause.text) for clause in typed if not clause.key)

    def compile(self) -> Any:
        parts = [(Occur.Must, tantivy.Query.const_score_query(q, 0.0)) for q in self._filters()]
        parts += [(Occur.Must, self._group(group)) for group in self.groups]
        parts += [(Occur.MustNot, self._scored(clause)) for clause in self.query.must_not]
        parts += [(Occur.Should, q) for q in self._ranking()]
        return tantivy.Query.boolean_query(parts)

    def _group(self, group: tuple[Clause, ...]) -> Any:
        alternatives = [self._scored(clause) for clause in group]
        return alternatives[0] if len(alternatives) == 1 else tantivy.Query.disjunction_max_query(alternatives)

    def _scored(self, clause: Clause) -> Any:
        """Documents with the clause in some field, scored by where it stands and how it is spelt."""
        if clause.key:
            return tantivy.Query.const_score_query(one_of("citations", (clause.text,)), _TIER)
        exact = (False, True) if self.marked and not clause.exact else (clause.exact,)
        return _all(_scored_run(run, exact) for run in _runs(clause))

    def _ranking(self) -> Iterator[Any]:
        for pair in self._pairs():
            yield tantivy.Query.boost_query(_run(_FOLDED, pair), _PAIR_FOLDED)
            if self.marked:
                yield tantivy.Query.boost_query(_run(_EXACT, pair), _PAIR_EXACT)
        if self.marked:
            yield from (tantivy.Query.const_score_query(_any(map(_as_typed, g)), _TIER) for g in self.groups)

    def _pairs(self) -> list[tuple[str, str]]:
        """Words that follow each other in what was typed."""
        runs = [[w for c in self.query.must if not c.key for w in fold.words(c.text)]]
        runs += [fold.words(group[0].text) for group in self.query.any_of if group and not group[0].key]
        return list(dict.fromkeys(pair for run in runs for pair in pairwise(run)))

    def _filters(self) -> Iterator[Any]:
        wanted = self.query.filters
        yield one_of("doc_type", (self.query.doc_type.value,))
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
                yield one_of(name, values)
        yield from _ranges(wanted)


def _as_typed(clause: Clause) -> Any:
    """Documents with the clause spelt as in the query, marks and all."""
    if clause.key:
        return one_of("citations", (clause.text,))
    return _all(_scored_run(run, (True,)) for run in _runs(clause))


def _runs(clause: Clause) -> list[tuple[str, ...]]:
    """The words of a clause that must follow each other: all of a phrase, else each for itself."""
    words = fold.words(clause.text)
    return [tuple(words)] if clause.phrase else [(word,) for word in words]


def _scored_run(run: Sequence[str], exact: Sequence[bool]) -> Any:
    return _any(tantivy.Query.boost_query(_run(w, run), w.boost) for w in _WEIGHTS if w.exact in exact)


def _run(weight: _Weight, run: Sequence[str]) -> Any:
    """Documents whose field holds these words one after the other."""
    spelt = list(run) if weight.exact else [fold.fold(word) for word in run]
    if len(spelt) == 1:
        return tantivy.Query.term_query(schema(), weight.field, spelt[0])
    return tantivy.Query.phrase_query(schema(), weight.field, list(spelt)) if spelt else tantivy.Query.empty_query()


def _any(queries: Iterable[Any]) -> Any:
    return tantivy.Query.boolean_query([(Occur.Should, q) for q in queries])


def _all(queries: Iterable[Any]) -> Any:
    required = [(Occur.Must, q) for q in queries]
    if not required:
        return tantivy.Query.empty_query()
    return required[0][1] if len(required) == 1 else tantivy.Query.boolean_query(required)


def _ranges(wanted: Filters) -> Iterator[Any]:
    for name, first, last in (
        ("month", wanted.month_from, wanted.month_to),
        ("due", _iso(wanted.due_from), _iso(wanted.due_to)),
    ):
        low, high = _bound(first), _bound(last)
        if low is not None or high is not None:
            field = number(name)
            yield tantivy.Query.range_query(schema(), field, FieldType.Unsigned, low or 0, high or 99_999_999)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _bound(day: str | None) -> int | None:
    found = compact(day)
    if day and (found is None or found > 99_999_999):
        raise QueryError(f"Không hiểu thời gian “{day}”. Hãy viết tháng như 2021-09, ngày như 2021-09-15.")
    return found
