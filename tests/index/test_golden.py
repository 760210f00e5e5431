"""A new index must answer questions made from the archive before it serves; the one before it can be taken back."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from typer.testing import CliRunner

from ketluan.cli import app
from ketluan.errors import IndexUnavailable
from ketluan.index import elastic_versions, embedded_fields
from ketluan.index.base import Query, SearchIndex
from ketluan.index.elastic import ElasticIndex
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.golden import SAMPLES, WAYS, Golden
from ketluan.index.records import documents
from ketluan.stored import StoredNotice


def test_a_whole_index_answers_every_question(filled: SearchIndex, corpus: list[StoredNotice]) -> None:
    golden = Golden()
    for stored in corpus:
        golden.note(documents(stored))
    questions = list(golden.questions())
    assert {question.what for question in questions} == set(WAYS)
    assert len(questions) > len(WAYS) * 3
    for question in questions:
        assert question.ids & {hit.id for hit in filled.search(question.query).hits}, question


def test_samples_stay_few_and_reach_into_the_archive(corpus: list[StoredNotice]) -> None:
    golden = Golden()
    template = documents(corpus[0])
    for number in range(1_000):
        golden.note([{**d, "notice": f"n{number}", "id": f"n{number}{d['id']}"} for d in template])
    notices = {question.query.filters.notices[0] for question in golden.questions()}
    assert len(list(golden.questions())) <= SAMPLES * len(WAYS)
    assert "n511" in notices


def test_the_later_of_two_groups_is_asked_for(corpus: list[StoredNotice]) -> None:
    golden = Golden()
    group = documents(corpus[0])
    golden.note(group)
    golden.note(group[:1])
    assert list(golden.questions()) == []


# -- what a broken index does: each must be refused, and the old one serve on


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client


@pytest.fixture
def prefix(client: Elasticsearch) -> Iterator[str]:
    prefix = f"golden-{uuid.uuid4().hex[:8]}"
    yield prefix
    if names := list(client.indices.get(index=f"{prefix}-*")):
        client.indices.delete(index=names)


def folded_keeps_marks(settings: Any, mappings: Any) -> None:
    settings["analysis"]["analyzer"]["vi_folded"]["char_filter"].remove("vi_strip")


def text_is_not_searched(settings: Any, mappings: Any) -> None:
    mappings["properties"]["text"]["index"] = False
    del mappings["properties"]["text"]["index_options"]


def names_are_not_kept(settings: Any, mappings: Any) -> None:
    mappings["properties"]["lead_folded"]["ignore_above"] = 3


BROKEN = [
    (folded_keeps_marks, "từ không dấu|cụm từ"),
    (text_is_not_searched, "mã 400"),
    (names_are_not_kept, "cơ quan chủ trì"),
]


@pytest.mark.parametrize(("slip", "what"), BROKEN, ids=lambda v: getattr(v, "__name__", ""))
def test_an_index_that_does_not_answer_never_serves(
    client: Elasticsearch,
    prefix: str,
    corpus: list[StoredNotice],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slip: Callable[[Any, Any], None],
    what: str,
) -> None:
    index = ElasticIndex(client, prefix=prefix)
    index.put(documents(stored) for stored in corpus[:1])
    broken = tmp_path / "mappings"
    shutil.copytree(elastic_versions.MAPPINGS, broken)
    settings = json.loads((broken / "settings.json").read_text(encoding="utf-8"))
    mappings = json.loads((broken / "conclusions.json").read_text(encoding="utf-8"))
    slip(settings, mappings)
    (broken / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    (broken / "conclusions.json").write_text(json.dumps(mappings), encoding="utf-8")
    monkeypatch.setattr(elastic_versions, "MAPPINGS", broken)
    with pytest.raises(IndexUnavailable, match=what):
        index.rebuild(documents(stored) for stored in corpus)
    assert set(index.fingerprints()) == {corpus[0].id}
    assert len(client.indices.get(index=f"{prefix}-*")) == 3, "nothing half made"


def test_an_embedded_index_that_does_not_answer_never_serves(
    tmp_path: Path, corpus: list[StoredNotice], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = EmbeddedIndex(tmp_path / "index")
    index.put(documents(stored) for stored in corpus[:1])
    monkeypatch.setattr(embedded_fields, "_spelt", lambda text: (text.lower(), text.lower()))  # marks stay
    with pytest.raises(IndexUnavailable, match=r"từ không dấu|cụm từ"):
        index.rebuild(documents(stored) for stored in corpus)
    assert set(index.fingerprints()) == {corpus[0].id}
    assert len(list((tmp_path / "index").glob("v-*"))) == 1, "nothing half made"


# -- taking back, from the command line


def test_rollback_by_command(
    client: Elasticsearch,
    elasticsearch_url: str,
    prefix: str,
    corpus: list[StoredNotice],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KETLUAN_ENGINE", "elasticsearch")
    monkeypatch.setenv("KETLUAN_ELASTICSEARCH_URL", elasticsearch_url)
    monkeypatch.setenv("KETLUAN_ELASTICSEARCH_PREFIX", prefix)
    index = ElasticIndex(client, prefix=prefix)
    index.rebuild(documents(stored) for stored in corpus[:2])
    run = CliRunner().invoke
    none = run(app, ["index", "rollback"])
    assert none.exit_code == 1
    assert "Không có chỉ mục cũ hơn" in none.output
    index.rebuild(documents(stored) for stored in corpus)
    back = run(app, ["index", "rollback", "--json"])
    assert back.exit_code == 0
    assert json.loads(back.stdout)["version"] == 1
    assert ElasticIndex(client, prefix=prefix).search(Query()).total == 16


def test_the_embedded_index_says_what_to_do_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETLUAN_ENGINE", "embedded")
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "index", "rollback"])
    assert done.exit_code == 1
    assert "ketluan index rebuild" in done.output
