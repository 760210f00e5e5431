"""The conditions of a question as Elasticsearch is asked them, with its orders and counts.

Every word of the user's is a value of a query object; nothing is ever pasted into a query string.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ketluan.index.base import Query, Sort
from ketluan.index.conditions import Asked, Best, Between, Condition, Every, Fixed, OneOf, Some, Words
from ketluan.index.fields import compact, comparable, compared
from ketluan.index.records import headings

Body = dict[str, Any]


def _folded(name: str) -> str:
    """The field with the values as `comparable` spells them."""
    return f"{name}_folded"


#: Fields that only the engine needs: computed on the way in, left out on the way out.
COMPUTED = ("headings", *map(_folded, compared()), "month_number")

_NOTHING: Body = {"match_none": {}}

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
    folded = {_folded(name): [comparable(name, value) for value in document[name]] for name in compared()}
    return {"headings": headings(document), **folded, "month_number": compact(document["month"])}


def compiled(wanted: Asked) -> Body:
    """The `query` of a search: all documents of the index where nothing is asked."""
    parts = {
        "filter": [_translated(c) for c in wanted.filters],
        "must": [_translated(c) for c in wanted.must],
        "must_not": [_translated(c) for c in wanted.must_not],
        "should": [_translated(c) for c in wanted.ranking],
    }
    return {"bool": {**parts, "minimum_should_match": 0}}


def order(query: Query) -> list[Body]:
    """The `sort` of a search."""
    return list(_ORDERS[query.sort])


def facets(names: Sequence[str], most: int) -> Body:
    """The `aggs` of a search; of each the `most` values that most documents have."""
    by = [{"_count": "desc"}, {"_key": "asc"}]
    return {name: {"terms": {"field": name, "size": most, "order": by}} for name in names}


def _translated(condition: Condition) -> Body:
    return _FORMS[type(condition)](condition)


def _words(wanted: Words) -> Body:
    if not wanted.words:
        return _NOTHING
    field = wanted.field if wanted.exact else f"{wanted.field}.folded"
    return {"match_phrase": {field: {"query": " ".join(wanted.words), "boost": wanted.boost}}}


def _one_of(wanted: OneOf) -> Body:
    field = _folded(wanted.field) if wanted.field in compared() else wanted.field
    return {"terms": {field: [comparable(wanted.field, value) for value in wanted.values]}}


def _between(wanted: Between) -> Body:
    ends = {"gte": wanted.first, "lte": wanted.last}
    limits: Body = {side: value for side, value in ends.items() if value is not None}
    if wanted.field == "month":
        return {"range": {"month_number": {side: compact(value) for side, value in limits.items()}}}
    return {"range": {wanted.field: limits}}


def _some(wanted: Some) -> Body:
    return {"bool": {"should": [_translated(p) for p in wanted.parts], "minimum_should_match": wanted.least}}


_FORMS: dict[type, Callable[[Any], Body]] = {
    Words: _words,
    OneOf: _one_of,
    Between: _between,
    Every: lambda wanted: {"bool": {"must": [_translated(p) for p in wanted.parts]}} if wanted.parts else _NOTHING,
    Some: _some,
    Best: lambda wanted: {"dis_max": {"queries": [_translated(p) for p in wanted.parts]}},
    Fixed: lambda wanted: {"constant_score": {"filter": _translated(wanted.part), "boost": wanted.number}},
}
