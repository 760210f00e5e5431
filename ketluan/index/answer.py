"""How is an answer put together from what an engine finds? First all with every word, then those with most of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketluan.errors import QueryError
from ketluan.index import ranking
from ketluan.index.base import Hit, Query, Results
from ketluan.index.conditions import Asked
from ketluan.index.fields import VALUED, properties
from ketluan.index.highlight import highlights, missing


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine finds: how many in all, a page of documents with their scores, facet → value → count."""

    total: int
    page: Sequence[tuple[float, dict[str, Any]]]
    facets: Mapping[str, Mapping[str, int]]


#: Asks an engine: conditions, documents to pass over, documents wanted, facets to count.
Ask = Callable[[Asked, int, int, Sequence[str]], Found]


def answered(query: Query, ask: Ask) -> Results:
    """The answer to `query` of the engine that `ask` asks. Raises `QueryError` for a facet that has no values."""
    for name in query.facets:
        if properties().get(name) not in VALUED:
            raise QueryError(f"Không đếm được theo “{name}”.")
    offset, limit = max(query.offset, 0), max(query.limit, 0)
    found = ask(ranking.asked(query), offset, limit, query.facets)
    hits = tuple(_hit(query, *one) for one in found.page)
    nearly = ranking.nearly(query)
    if nearly is None:
        return Results(hits, found.total, _most_first(found.facets))
    counted = () if found.total else query.facets
    rest = ask(nearly, max(offset - found.total, 0), limit - len(hits), counted)
    hits += tuple(_hit(query, *one, partial=True) for one in rest.page)
    return Results(hits, found.total, _most_first(rest.facets if counted else found.facets), rest.total)


def _hit(query: Query, score: float, document: dict[str, Any], *, partial: bool = False) -> Hit:
    if query.brief:
        return Hit(document["id"], score, {name: value for name, value in document.items() if name != "text"})
    marked = highlights(query, document.get("text") or "")
    return Hit(document["id"], score, document, marked, missing(query, document) if partial else ())


def _most_first(facets: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[tuple[str, int], ...]]:
    return {
        name: tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))) for name, counts in facets.items()
    }
