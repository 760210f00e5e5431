"""What does a `Query` require of a document, and which document comes first? The same for every engine.

User text arrives as words of `fold` and leaves as values of conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ketluan.errors import QueryError
from ketluan.index import fold
from ketluan.index.base import Clause, Filters, Query, Role
from ketluan.index.conditions import Asked, Best, Between, Condition, Every, Fixed, OneOf, Some, Words
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
    _Weight("text", False, 1.0),
    _Weight("text", True, 4.0),
    _Weight("headings", False, 0.4),
    _Weight("headings", True, 1.6),
)
_PAIRS = (_Weight("text", False, 2.0), _Weight("text", True, 6.0))  # two words that follow each other in both
_TIER = 10_000.0  # above every sum of the scores: words that stand as typed with marks; a document that is cited

_NO_MONTH = "Không hiểu thời gian “{}”. Hãy viết tháng như 2021-09, ngày như 2021-09-15."


def asked(query: Query) -> Asked:
    """The conditions of `query`, every word required. Raises `QueryError` for a month that is none."""
    return _Reading(query).asked()


def nearly(query: Query) -> Asked | None:
    """The conditions of what has most of the optional words but not all; None where all are needed."""
    return _Reading(query).nearly()


class _Reading:
    """A `Query` with its groups of alternatives: of each group one clause has to match."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.groups = [(clause,) for clause in query.must] + [g for g in query.any_of if g]
        typed = [group[0] for group in self.groups]
        self.marked = any(not fold.is_plain(clause.text) for clause in typed if not clause.key)

    def asked(self) -> Asked:
        return Asked(
            filters=tuple(_filters(self.query)),
            must=tuple(self._group(group) for group in self.groups),
            must_not=tuple(self._scored(clause) for clause in self.query.must_not),
            ranking=tuple(self._ranking()),
        )

    def nearly(self) -> Asked | None:
        optional = [group for group in dict.fromkeys(self.groups) if group[0].optional]
        least = len(optional) // 2 + 1
        if least >= len(optional):
            return None
        parts = tuple(self._group(group) for group in optional)
        return Asked(
            filters=tuple(_filters(self.query)),
            must=(*(self._group(group) for group in self.groups if not group[0].optional), Some(parts, least)),
            must_not=(*(self._scored(clause) for clause in self.query.must_not), Every(parts)),
            ranking=tuple(self._ranking()),
        )

    def _group(self, group: tuple[Clause, ...]) -> Condition:
        alternatives = tuple(self._scored(clause) for clause in group)
        return alternatives[0] if len(alternatives) == 1 else Best(alternatives)

    def _scored(self, clause: Clause) -> Condition:
        """Documents with the clause in some field, scored by where it stands and how it is spelt."""
        if clause.key:
            return Fixed(OneOf("citations", (clause.text,)), _TIER)
        exact = (False, True) if self.marked and not clause.exact else (clause.exact,)
        return _every(_scored_run(run, exact) for run in _runs(clause))

    def _ranking(self) -> Iterator[Condition]:
        for pair in self._pairs():
            yield from (_words(weight, pair) for weight in _PAIRS if self.marked or not weight.exact)
        if self.marked:
            yield from (Fixed(Some(tuple(map(_as_typed, group))), _TIER) for group in self.groups)

    def _pairs(self) -> list[tuple[str, str]]:
        """Words that follow each other in what was typed."""
        runs = [[w for c in self.query.must if not c.key for w in fold.words(c.text)]]
        runs += [fold.words(group[0].text) for group in self.query.any_of if group and not group[0].key]
        return list(dict.fromkeys(pair for run in runs for pair in pairwise(run)))


def _as_typed(clause: Clause) -> Condition:
    """Documents with the clause spelt as in the query, marks and all."""
    if clause.key:
        return OneOf("citations", (clause.text,))
    return _every(_scored_run(run, (True,)) for run in _runs(clause))


def _runs(clause: Clause) -> list[tuple[str, ...]]:
    """The words of a clause that must follow each other: all of a phrase, else each for itself."""
    words = fold.words(clause.text)
    return [tuple(words)] if clause.phrase else [(word,) for word in words]


def _scored_run(run: Sequence[str], exact: Sequence[bool]) -> Condition:
    return Some(tuple(_words(weight, run) for weight in _WEIGHTS if weight.exact in exact))


def _words(weight: _Weight, run: Sequence[str]) -> Words:
    spelt = tuple(run) if weight.exact else tuple(fold.fold(word) for word in run)
    return Words(weight.field, weight.exact, spelt, weight.boost)


def _every(conditions: Iterable[Condition]) -> Condition:
    parts = tuple(conditions)
    return parts[0] if len(parts) == 1 else Every(parts)


def _filters(query: Query) -> Iterator[Condition]:
    wanted = query.filters
    yield OneOf("doc_type", (query.doc_type.value,))
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
            yield OneOf(name, values)
    yield from _ranges(wanted)


def _ranges(wanted: Filters) -> Iterator[Condition]:
    for name, first, last in (
        ("month", wanted.month_from, wanted.month_to),
        ("due", _iso(wanted.due_from), _iso(wanted.due_to)),
    ):
        for end in filter(None, (first, last)):
            if (number := compact(end)) is None or number > 99_999_999:
                raise QueryError(_NO_MONTH.format(end))
        if first or last:
            yield Between(name, first or None, last or None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
