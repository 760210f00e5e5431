"""Two nodes with the data and a replica of each index on the other: one is killed in the middle of searching and of an
indexing run. No search fails, no notice is lost, and when it is back the other one may be killed.

The node that dies first is the worst one: the master, with every primary shard on it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from msgspec.structs import replace

from extractors.model import Extraction
from ketluan.archive import Archive, Incoming
from ketluan.index import Differences, open_index, reconcile
from ketluan.index.base import Clause, DocType, Query, SearchIndex, Sort
from ketluan.index.elastic import ElasticIndex
from ketluan.ingest import catch_up
from ketluan.run_report import IndexState
from ketluan.settings import Settings
from tests.elasticsearch.cluster import FIRST, Cluster, running
from tests.ketluan.stand_in import read
from tests.waiting import until

pytestmark = pytest.mark.slow

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
PREFIX = "cum"
CONCLUSIONS = 100  # of one notice; ten notices make a bulk request
FILLED, ADDED = 10, 60  # notices before the first node dies, and in the run that it dies in
PATIENCE = 60.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def settings(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An office that knows both addresses."""
    home = tmp_path_factory.mktemp("cluster")
    given = {"engine": "elasticsearch", "elasticsearch_url": cluster.urls, "elasticsearch_prefix": PREFIX}
    return Settings(home=home, _env_file=None, **given)


def store(settings: Settings, first: int, last: int) -> None:
    """Notices of these numbers, in the archive."""
    Archive(settings.archive).store_all([_notice(number) for number in range(first, last)], NOW)


def _notice(number: int) -> Incoming:
    name = f"2021-{number % 12 + 1:02}|phiên {number}|{number}"
    found = read(name.encode(), name=f"{number}.txt")
    (one,) = found.notice.conclusions
    many = tuple(replace(one, path=str(n + 1)) for n in range(CONCLUSIONS))
    notice = replace(found.notice, conclusions=many)
    return Incoming(name.encode(), f"{number}.txt", Extraction(notice, found.source, found.media_type))


@dataclass
class Readers:
    """Some who ask without a pause, through one index as the threads of the web page do."""

    index: SearchIndex
    answers: list[tuple[float, float, int]] = field(default_factory=list)  # when, after how long, how many notices
    failures: list[str] = field(default_factory=list)

    def ask(self, end: threading.Event) -> None:
        questions = (
            Query(must=(Clause("báo cáo"),), facets=("month", "topics")),
            Query(must=(Clause("giao"),), sort=Sort.NEWEST, offset=500),
            Query(doc_type=DocType.NOTICE),
        )
        for question in cycle(questions):
            if end.wait(0.02):
                return
            began = time.monotonic()
            try:
                total = self.index.search(question).total
            except Exception as exc:  # noqa: BLE001  whatever it is, it must not be
                self.failures.append(f"{question.doc_type}: {exc!r} from {exc.__cause__!r}")
                continue
            notices = total if question.doc_type is DocType.NOTICE else total // CONCLUSIONS
            if notices < FILLED:
                self.failures.append(f"{question}: {total} hits")
            self.answers.append((time.monotonic(), time.monotonic() - began, notices))

    def wait_for_answers(self, since: float) -> None:
        """Until enough were given to what was asked after the moment `since`."""
        until(lambda: sum(when - took > since for when, took, _ in self.answers) > 150, "few answers after the death")


@contextmanager
def asking(settings: Settings) -> Iterator[Readers]:
    """Three who ask, as long as the block lasts: whatever happens, each gets the answer."""
    end = threading.Event()
    index = open_index(settings)
    readers = Readers(index)
    threads = [threading.Thread(target=readers.ask, args=(end,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        end.set()
        for thread in threads:
            thread.join()
        index.close()
    assert readers.failures == []


def wait_for_green(node: Any) -> None:
    """Until each shard has its replica."""
    with Elasticsearch(node.url, request_timeout=2 * PATIENCE) as client:
        health = client.cluster.health(index=f"{PREFIX}-*", wait_for_status="green", timeout=f"{PATIENCE:.0f}s")
        assert not health["timed_out"], health


def primaries(node: Any) -> set[str]:
    """The nodes that hold primary shards of ours."""
    with Elasticsearch(node.url) as client:
        shards = client.cat.shards(index=f"{PREFIX}-*", format="json")
        return {shard["node"] for shard in shards if shard["prirep"] == "p"}


def differences(settings: Settings) -> Differences:
    """As `ketluan index check` finds them."""
    with closing(open_index(settings)) as index:
        return reconcile(index, Archive(settings.archive).notices())


def test_each_of_the_two_may_die(cluster: Cluster, settings: Settings) -> None:
    second = cluster.nodes["second"]
    store(settings, 0, FILLED)
    assert catch_up(settings).written == FILLED
    wait_for_green(second)
    store(settings, FILLED, FILLED + ADDED)
    with asking(settings) as readers:
        first_dies_in_the_middle_of_a_run(cluster, settings, readers)
        assert not differences(settings)
        cluster.bring_back(FIRST)
        wait_for_green(second)
        assert primaries(second) == {"second"}
        second_dies_while_all_is_read(cluster, settings, readers)
        assert not differences(settings)
        assert catch_up(settings).written == 0


def first_dies_in_the_middle_of_a_run(cluster: Cluster, settings: Settings, readers: Readers) -> None:
    """The run waits until there is a master again, and ends well: this night, not the next."""
    states: list[IndexState] = []
    run = threading.Thread(target=lambda: states.append(catch_up(settings)))
    run.start()
    until(lambda: any(seen > FILLED for _, _, seen in readers.answers), "nothing of the run is seen")
    assert run.is_alive(), "it is in its middle"
    killed = time.monotonic()
    cluster.kill(FIRST)
    run.join()
    assert states == [IndexState(level=True, written=ADDED)]
    readers.wait_for_answers(killed)


def second_dies_while_all_is_read(cluster: Cluster, settings: Settings, readers: Readers) -> None:
    """A view of more than a page lives on its node: where that dies, all is read again from the other."""
    killed: list[float] = []

    def take(hits: Iterator[dict[str, Any]]) -> set[str]:
        ids = {next(hits)["_id"]}
        if not killed:
            killed.append(time.monotonic())
            cluster.kill("second")
        return ids | {hit["_id"] for hit in hits}

    with closing(open_index(settings)) as index:
        assert isinstance(index, ElasticIndex)
        every = {"query": {"match_all": {}}, "source": False}
        found = index._documents.read(take, index._versions.alias(DocType.CONCLUSION), **every)
    assert len(found) == (FILLED + ADDED) * CONCLUSIONS
    readers.wait_for_answers(killed[0])
