"""What may be meant by the letters typed so far? Agencies, topics and document keys of this archive, as JSON.

Letters without marks find names with marks; letters with marks find only what is spelt so. Each suggestion is an
address of its own; without the script nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extractors.topics import topic_names
from ketluan.index import fold
from ketluan.search import canonical
from ketluan.web import pages
from ketluan.web.address import Address, clean
from ketluan.web.language import say

MOST = 8
_LONGEST = 80

#: parameter of the address, name of the kind, facet it comes from
SOURCES = (("agency", "Cơ quan", "agencies"), ("topic", "Chủ đề", "topics"), ("cites", "Văn bản", "citations"))


@dataclass(frozen=True, slots=True)
class Known:
    """A name that can be suggested."""

    key: str
    kind: str
    value: str
    name: str
    count: int


def answer(request: Request) -> Response:
    """`[{kind, name, count, address}]`, the most likely first."""
    typed = clean(request.query_params.get("q", ""))[:_LONGEST]
    facets = pages.desk(request).vocabulary.get()
    names = topic_names()
    known = (
        Known(key, kind, value, names.get(value, value) if key == "topic" else value, count)
        for key, kind, field in SOURCES
        for value, count in facets.get(field, ())
    )
    found = suggestions(typed, known) if typed else []
    rows = [
        {"kind": say(k.kind), "name": k.name, "count": k.count, "address": str(Address("/", ((k.key, k.value),)))}
        for k in found
    ]
    return JSONResponse(rows)


def suggestions(typed: str, known: Iterable[Known]) -> list[Known]:
    """Those whose name holds all words typed, the last one perhaps only begun; a known abbreviation comes first."""
    meant = canonical(typed)
    ranked = sorted((rank, -one.count, one.name, one) for one in known for rank in _ranks(typed, meant, one))
    return [one for _, _, _, one in ranked[:MOST]]


def _ranks(typed: str, meant: str, one: Known) -> Iterator[int]:
    """0 for the agency that an abbreviation means, 1 for a name that begins so, 2 for one that holds it; or nothing."""
    if one.key == "agency" and one.name == meant != typed:
        yield 0
        return
    exact = not fold.is_plain(typed)
    wanted = _parts(typed, exact)
    name = _parts(one.name, exact)
    if (one.key == "cites" and one.name.casefold().startswith(typed.casefold())) or (wanted and _begins(name, wanted)):
        yield 1
    elif wanted and any(_begins(name[n:], wanted) for n in range(1, len(name))):
        yield 2


@lru_cache(maxsize=20_000)
def _parts(text: str, exact: bool) -> tuple[str, ...]:
    kept = fold.norm(fold.clean(text))
    return tuple(fold.words(kept if exact else fold.fold(kept)))


def _begins(name: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    *whole, last = wanted
    size = len(whole)
    return len(name) > size and list(name[:size]) == whole and name[size].startswith(last)
