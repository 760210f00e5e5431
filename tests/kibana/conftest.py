"""The invented series in a real Elasticsearch, its deadlines moved so that some are past and some to come."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from extractors import extract
from ketluan.index.elastic import ElasticIndex
from ketluan.index.records import documents
from ketluan.stored import Rendition, StoredNotice
from samples.series import make_series


@pytest.fixture(scope="session")
def series() -> list[StoredNotice]:
    """The 24 invented notices, read as an archive would hold them."""
    made = []
    for number, written in enumerate(make_series()):
        found = extract(written.text.encode(), name=f"{written.name}.txt")
        name = f"{written.name}.txt"
        kept = Rendition(f"{number:064x}", name, "txt", "text/plain", 1, "2026-01-01T00:00:00+00:00", name)
        made.append(StoredNotice(f"{written.name}-{number:08x}", found.notice, found.source.text, (kept,)))
    return made


@pytest.fixture(scope="session")
def prefix() -> str:
    """The beginning of the names of the indices."""
    return f"kibana-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def client(elasticsearch_url: str, prefix: str, series: list[StoredNotice]) -> Iterator[Elasticsearch]:
    """A client of a server that holds the series under `prefix`."""
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        ElasticIndex(client, prefix=prefix).put(moved(documents(stored)) for stored in series)
        yield client
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}-*")))


def moved(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents with their deadlines as far from today as they were from July 2024, the middle of the series."""
    shift = date.today() - date(2024, 7, 1)
    return [{**d, "due": _later(d["due"], shift)} if "due" in d else d for d in group]


def _later(due: Any, shift: timedelta) -> Any:
    if isinstance(due, list):
        return [_later(day, shift) for day in due]
    return (date.fromisoformat(due) + shift).isoformat() if due else due
