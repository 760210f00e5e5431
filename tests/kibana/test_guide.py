"""Every query of the archivists' guide is understood by Elasticsearch, and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ketluan.kibana import boards, replay

GUIDE = (Path(__file__).parents[2] / "docs" / "huong-dan-kibana.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| [^|]+ \| (`.+) \|$", GUIDE.partition("## 3.")[2].partition("## 4.")[0], re.MULTILINE)
#: What is written for Kibana's own language cannot be asked here.
LUCENE = [query for row in ROWS for query, said in re.findall(r"`([^`]+)`( \(KQL\))?", row) if not said]


def test_the_guide_has_queries_for_both_languages() -> None:
    assert len(LUCENE) >= 12
    assert GUIDE.count("(KQL)") >= 2


@pytest.mark.parametrize("query", LUCENE)
def test_each_query_is_understood(client: Elasticsearch, prefix: str, query: str) -> None:
    found = client.search(index=f"{prefix}-conclusions", query=replay.lucene(query))
    assert found["_shards"]["failed"] == 0


FOUND = [
    # typed → whether the invented series has any
    ('"kế hoạch sử dụng đất"', True),
    ('"ke hoach su dung dat"', True),
    ("topics:covid", True),
    ('agencies:"Sở Y tế"', True),
    ("month:2023*", True),
    ("month:1999*", False),
    ("kind:directive", True),
    ('"không có cụm từ này"', False),
]


@pytest.mark.parametrize(("query", "some"), FOUND)
def test_what_is_there_is_found(client: Elasticsearch, prefix: str, query: str, some: bool) -> None:
    assert bool(client.count(index=f"{prefix}-conclusions", query=replay.lucene(query))["count"]) is some


def test_the_guide_names_every_dashboard() -> None:
    assert [board.title for board in boards.BOARDS if f"| {board.title} |" not in GUIDE] == []
