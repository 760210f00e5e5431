"""Every hit of a question, not only its first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ketluan.index.base import Hit, Query, SearchIndex

_PAGE = 1000


def sweep(index: SearchIndex, query: Query, *, page: int = _PAGE) -> Iterator[Hit]:
    """All hits in the order of `query.sort`; its `offset` and `limit` are not heeded.

    Raises what `SearchIndex.search` raises.
    """
    offset = 0
    while True:
        results = index.search(replace(query, offset=offset, limit=page))
        yield from results.hits
        offset += len(results.hits)
        if not results.hits or offset >= results.total:
            return
