"""A night without Elasticsearch: all is archived, the run says that the index is behind, the next one catches up."""

from __future__ import annotations

import shutil
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from ketluan import run_report
from ketluan.archive import Archive
from ketluan.index import open_index
from ketluan.index.base import Query
from ketluan.ingest import ingest_inbox
from ketluan.settings import Settings

SAMPLE = Path(__file__).parents[2] / "samples" / "2021-09-lao-cai.txt"


@pytest.fixture
def office(tmp_path: Path, elasticsearch_url: str) -> Iterator[dict[str, Any]]:
    """Settings of an office that asks Elasticsearch; its indices are taken away afterwards."""
    prefix = f"nights-{uuid.uuid4().hex[:8]}"
    (tmp_path / "inbox").mkdir()
    yield {
        "home": tmp_path, "settle_seconds": 0, "workers": 1, "engine": "elasticsearch",
        "elasticsearch_url": elasticsearch_url, "elasticsearch_prefix": prefix, "_env_file": None,
    }  # fmt: skip
    with Elasticsearch(elasticsearch_url) as client:
        if names := list(client.indices.get(index=f"{prefix}-*")):
            client.indices.delete(index=names)


def nobody() -> str:
    """An address where nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def test_a_night_without_elasticsearch_loses_nothing(office: dict[str, Any]) -> None:
    up, down = Settings(**office), Settings(**{**office, "elasticsearch_url": nobody()})
    shutil.copy(SAMPLE, up.inbox / "mot.txt")
    assert ingest_inbox(up, now=datetime(2026, 1, 1, 1, tzinfo=UTC)).index.level
    (up.inbox / "hai.txt").write_text(SAMPLE.read_text(encoding="utf-8").replace("tháng 9", "tháng 10"), "utf-8")
    night = ingest_inbox(down, now=datetime(2026, 1, 2, 1, tzinfo=UTC))
    assert night.counts["stored"] == 1
    assert not night.failed, "archiving is what counts"
    assert not night.index.level
    assert "Elasticsearch" in run_report.as_text(night)
    assert sorted(path.name for path in up.inbox.glob("*.txt")) == []
    archived = set(Archive(up.archive).ids())
    assert len(archived) == 2
    index = open_index(up)
    assert len(index.fingerprints()) == 1
    after = ingest_inbox(up, now=datetime(2026, 1, 3, 1, tzinfo=UTC))
    assert (after.index.level, after.index.written) == (True, 1)
    assert set(index.fingerprints()) == archived
    assert index.search(Query()).total > 53
    index.close()
