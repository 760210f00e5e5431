"""The conditions of a question as the embedded engine asks them: query objects, never a query string."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import tantivy
from tantivy import FieldType, Occur

from ketluan.index.conditions import Asked, Best, Between, Condition, Every, Fixed, OneOf, Some, Words
from ketluan.index.embedded_fields import filtered, number, schema, searched
from ketluan.index.fields import compact

_LAST = 99_999_999  # later than any day


def compiled(asked: Asked) -> Any:
    """The engine's form of a question."""
    parts = [(Occur.Must, tantivy.Query.const_score_query(translated(c), 0.0)) for c in asked.filters]
    parts += [(Occur.Must, translated(c)) for c in asked.must]
    parts += [(Occur.MustNot, translated(c)) for c in asked.must_not]
    parts += [(Occur.Should, translated(c)) for c in asked.ranking]
    return tantivy.Query.boolean_query(parts)


def translated(condition: Condition) -> Any:
    """The engine's form of a condition."""
    return _FORMS[type(condition)](condition)


def one_of(name: str, values: Iterable[str]) -> Any:
    """Documents with one of `values` in the field `name`."""
    field, spelt = filtered(name, values)
    return tantivy.Query.term_set_query(schema(), field, spelt)


def _words(asked: Words) -> Any:
    field, words = searched(asked.field, exact=asked.exact), asked.words
    if not words:
        return tantivy.Query.empty_query()
    if len(words) == 1:
        found = tantivy.Query.term_query(schema(), field, words[0])
    else:
        found = tantivy.Query.phrase_query(schema(), field, list(words))
    return tantivy.Query.boost_query(found, asked.boost)


def _between(asked: Between) -> Any:
    low, high = compact(asked.first) or 0, compact(asked.last) or _LAST
    return tantivy.Query.range_query(schema(), number(asked.field), FieldType.Unsigned, low, high)


def _every(asked: Every) -> Any:
    if not asked.parts:
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query([(Occur.Must, translated(part)) for part in asked.parts])


def _some(asked: Some) -> Any:
    return tantivy.Query.boolean_query([(Occur.Should, translated(part)) for part in asked.parts], asked.least)


_FORMS: dict[type, Callable[[Any], Any]] = {
    Words: _words,
    OneOf: lambda asked: one_of(asked.field, asked.values),
    Between: _between,
    Every: _every,
    Some: _some,
    Best: lambda asked: tantivy.Query.disjunction_max_query([translated(part) for part in asked.parts]),
    Fixed: lambda asked: tantivy.Query.const_score_query(translated(asked.part), asked.number),
}
