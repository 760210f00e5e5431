"""The back ends that keep the contract, and the invented notices that it is tried on.

A back end is one row of `BACKENDS`: its name and a function that gives an empty index, made anew at each call.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import Elasticsearch

from extractors.model import AgencyMention, Assignment, Citation, Conclusion, Deadline, Kind, Notice, Session, Span
from ketluan.index.base import SearchIndex
from ketluan.index.elastic import ElasticIndex, open_elastic
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.records import documents
from ketluan.stored import StoredNotice

MakeIndex = Callable[[], SearchIndex]


def _embedded(request: pytest.FixtureRequest) -> MakeIndex:
    folders = request.getfixturevalue("tmp_path_factory")
    return lambda: EmbeddedIndex(folders.mktemp("embedded") / "index")


def _elasticsearch(request: pytest.FixtureRequest) -> MakeIndex:
    url = request.getfixturevalue("elasticsearch_url")
    prefix = f"contract-{uuid.uuid4().hex[:8]}"

    def clear() -> None:
        with Elasticsearch(url, request_timeout=60) as client:
            if names := list(client.indices.get(index=f"{prefix}-*")):
                client.indices.delete(index=names)

    request.addfinalizer(clear)
    return lambda: open_elastic(url, prefix=f"{prefix}-{uuid.uuid4().hex[:8]}")


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], MakeIndex]] = {
    "embedded": _embedded,
    "elasticsearch": _elasticsearch,
}


@pytest.fixture(scope="session", params=BACKENDS)
def index_factory(request: pytest.FixtureRequest) -> MakeIndex:
    """Makes an empty index of one back end."""
    return BACKENDS[request.param](request)


@pytest.fixture(scope="session")
def opened_again() -> Callable[[SearchIndex], SearchIndex]:
    """The same index as another program would open it."""

    def open_(index: SearchIndex) -> SearchIndex:
        if isinstance(index, EmbeddedIndex):
            return EmbeddedIndex(index._folder)
        assert isinstance(index, ElasticIndex)
        return ElasticIndex(index._client, prefix=index._versions._prefix)

    return open_


@pytest.fixture(scope="session")
def filled(index_factory: MakeIndex, corpus: list[StoredNotice]) -> SearchIndex:
    """An index that holds the corpus; not to be written to."""
    index = index_factory()
    index.put(documents(stored) for stored in corpus)
    return index


@pytest.fixture(scope="session")
def corpus() -> list[StoredNotice]:
    """The invented notices of `corpus.yaml`."""
    data = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text(encoding="utf-8"))
    return [_stored(data, notice) for notice in data["notices"]]


def _stored(data: dict[str, Any], row: dict[str, Any]) -> StoredNotice:
    notice = Notice(
        issuer=data["issuer"],
        place=data["place"],
        number=row["number"],
        symbol="TB-UBND",
        issued=row["month"],
        title=row["title"],
        session=Session(str(row["held_on"]), row["month"], row.get("session", "thường kỳ")),
        chair=None,
        signer=None,
        conclusions=tuple(_conclusion(c) for c in row["conclusions"]),
    )
    text = "\n".join([row["title"], *(c.text for c in notice.conclusions)])
    return StoredNotice(row["id"], notice, text, ())


def _conclusion(row: dict[str, Any]) -> Conclusion:
    here = Span(0, 1)
    text = unicodedata.normalize("NFD" if row.get("nfd") else "NFC", row["text"])
    due = date.fromisoformat(str(row["due"])) if "due" in row else None
    timed = "printed" in row
    deadlines = (Deadline(row["printed"], here, "test", due, every=row.get("every")),) if timed else ()

    def agencies(part: str) -> tuple[AgencyMention, ...]:
        return tuple(AgencyMention(name, name, here) for name in row.get(part, ()))

    group = Assignment(agencies("lead"), agencies("with"), agencies("to"), deadlines)
    return Conclusion(
        path=row["path"],
        text=text,
        kind=Kind(row["kind"]),
        span=here,
        context=tuple(row.get("context", ())),
        assignments=(group,) if group.lead else (),
        deadlines=deadlines,
        citations=tuple(Citation(key, key, here) for key in row.get("cites", ())),
        topics=tuple(row["topics"]),
        section="Nhiệm vụ trong tháng",
        item=row["item"],
    )
