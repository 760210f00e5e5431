"""What only Elasticsearch has to show: bulk faults, generations behind aliases, more documents than a page holds."""

from __future__ import annotations

import dataclasses
import http.client
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from extractors.model import AgencyMention, Assignment, Conclusion, Kind, Notice, Session, Span
from ketluan.errors import IndexOutdated, IndexUnavailable, KetluanError
from ketluan.index import Differences, open_index, reconcile
from ketluan.index.base import Clause, DocType, Query, Sort
from ketluan.index.elastic import ElasticIndex, open_elastic
from ketluan.index.records import documents
from ketluan.settings import Settings
from ketluan.stored import StoredNotice

Group = list[dict[str, Any]]
HERE = Span(0, 1)
AT_ONCE = (0.05,) * 4


def group(notice: str, *texts: str, month: str = "2023-03") -> Group:
    """The documents of a notice with a conclusion, and an assignment, for each of `texts`."""
    told = Assignment(lead=(AgencyMention("Sở Y tế", "Sở Y tế", HERE),))
    conclusions = tuple(
        Conclusion(path=f"II.{n}", text=text, kind=Kind.DIRECTIVE, span=HERE, assignments=(told,))
        for n, text in enumerate(texts, 1)
    )
    record = Notice(None, None, None, None, None, None, Session(None, month, None), None, None, conclusions=conclusions)
    return documents(StoredNotice(notice, record, "\n".join(texts), ()))


def everything(index: ElasticIndex, doc_type: DocType = DocType.CONCLUSION) -> list[str]:
    found = index.search(Query(doc_type=doc_type, sort=Sort.OLDEST, limit=10_000))
    return [hit.id for hit in found.hits]


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client


@pytest.fixture
def prefix(client: Elasticsearch) -> Iterator[str]:
    """The beginning of names that no other test uses; the indices are taken away afterwards."""
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    yield prefix
    if names := list(client.indices.get(index=f"{prefix}-*")):
        client.indices.delete(index=names)


@pytest.fixture(scope="module")
def shared_prefix(elasticsearch_url: str) -> Iterator[str]:
    """As `prefix`, for indices that several tests share: making one takes longer than most tests."""
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    yield prefix
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        if names := list(client.indices.get(index=f"{prefix}-*")):
            client.indices.delete(index=names)


@pytest.fixture
def index(client: Elasticsearch, prefix: str) -> ElasticIndex:
    return ElasticIndex(client, prefix=prefix, pauses=AT_ONCE)


# -- there or not there


def test_a_missing_index_is_outdated_not_empty(index: ElasticIndex) -> None:
    assert not index.status().exists
    for ask in (lambda: index.search(Query()), index.fingerprints, lambda: index.delete(["x"])):
        with pytest.raises(IndexOutdated, match="ketluan index rebuild"):
            ask()


def test_put_makes_the_index(index: ElasticIndex) -> None:
    assert index.put([group("a", "một", "hai"), group("b", "ba")]) == 2
    assert index.status().counts == {"notice": 2, "conclusion": 3, "assignment": 3}
    assert index.status().size_bytes > 0
    assert not index.status().outdated


def test_an_index_of_another_version_is_refused(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    index.put([group("a", "một")])
    client.indices.put_mapping(index=f"{prefix}-conclusions-v1", meta={"index_version": 0})
    other = ElasticIndex(client, prefix=prefix)
    assert other.status().outdated
    for ask in (lambda: other.search(Query()), lambda: other.put([group("a", "hai")])):
        with pytest.raises(IndexOutdated, match="phiên bản khác"):
            ask()
    other.rebuild([group("a", "hai")])
    assert everything(other) == ["a:II.1"]


def test_an_address_where_nobody_answers() -> None:
    index = open_elastic("http://127.0.0.1:1", timeout_seconds=2)
    for ask in (lambda: index.search(Query()), lambda: index.put([]), index.status, lambda: index.rebuild([])):
        with pytest.raises(IndexUnavailable, match="thử lại"):
            ask()


def test_the_settings_open_it(elasticsearch_url: str, prefix: str) -> None:
    settings = Settings(
        engine="elasticsearch",
        elasticsearch_url=elasticsearch_url,
        elasticsearch_prefix=prefix,
        elasticsearch_username="luutru",
        elasticsearch_password="khong-ai-biet",  # type: ignore[arg-type]
        _env_file=None,
    )
    assert "khong-ai-biet" not in repr(settings)
    index = open_index(settings)
    assert index.put([group("a", "một")]) == 1
    index.close()


# -- notices go in and out whole


def test_a_notice_is_replaced_whole(index: ElasticIndex) -> None:
    index.put([group("a", "một", "hai", "ba"), group("b", "bốn")])
    index.put([group("a", "năm")])
    assert everything(index) == ["a:II.1", "b:II.1"]
    assert everything(index, DocType.ASSIGNMENT) == ["a:II.1:1", "b:II.1:1"]
    index.delete(["a", "unknown"])
    assert everything(index, DocType.NOTICE) == ["b"]
    assert everything(index, DocType.ASSIGNMENT) == ["b:II.1:1"]


def test_the_later_of_two_groups_of_a_notice_counts(index: ElasticIndex) -> None:
    index.put([group("a", "một", "hai"), group("b", "x"), group("a", "ba")])
    assert everything(index) == ["a:II.1", "b:II.1"]
    index.rebuild([group("a", "một", "hai"), group("b", "x"), group("a", "ba")])
    assert everything(index) == ["a:II.1", "b:II.1"]


def test_documents_come_back_as_they_were_put(index: ElasticIndex) -> None:
    put = group("a", "Hoà Bình")
    index.put([put])
    for document in put:
        found = index.search(Query(doc_type=DocType(document["doc_type"])))
        assert [hit.document for hit in found.hits] == [document]


@pytest.mark.parametrize("wrong", [{"unknown_field": 1}, {"due": ["31/9"]}, {"page": "trang hai"}])
def test_a_refused_document_is_raised_and_marked_as_not_there(index: ElasticIndex, wrong: dict[str, Any]) -> None:
    bad = group("b", "hai")
    bad[1].update(wrong)
    with pytest.raises(IndexOutdated, match=r"b:II\.1"):
        index.put([group("a", "một"), bad, group("c", "ba")])
    assert set(everything(index)) == {"a:II.1", "c:II.1"}
    assert "b" not in index.fingerprints(), "reconciling must find it"


# -- what passes is tried again, what does not is not


def block(client: Elasticsearch, prefix: str, on: bool) -> None:
    """What a server with a full disk does: every write is answered 429."""
    client.indices.put_settings(
        index=f"{prefix}-conclusions", settings={"index.blocks.read_only_allow_delete": True if on else None}
    )


def test_429_is_tried_again(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    index.put([group("a", "một")])
    block(client, prefix, True)
    threading.Timer(0.5, block, (client, prefix, False)).start()
    patient = ElasticIndex(client, prefix=prefix, pauses=(0.3,) * 20)
    patient.put([group("b", "hai")])
    assert everything(index) == ["a:II.1", "b:II.1"]


def test_429_without_end_is_unavailable_and_healed_later(
    index: ElasticIndex, client: Elasticsearch, prefix: str
) -> None:
    index.put([group("a", "một")])
    before = index.fingerprints()
    block(client, prefix, True)
    with pytest.raises(IndexUnavailable, match="thử lại"):
        index.put([group("a", "hai"), group("b", "ba")])
    block(client, prefix, False)
    assert index.fingerprints() == before, "nothing claims to be stored"
    index.put([group("a", "hai"), group("b", "ba")])
    assert everything(index) == ["a:II.1", "b:II.1"]


class _Between(ThreadingHTTPServer):
    """Stands before the real server: `answers` (path part → status) are given instead of passing on, each once."""

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Pass)
        self.behind = urlsplit(url)
        self.answers: list[tuple[str, int]] = []
        self.wait = 0.0
        self.seen: list[str] = []


class _Pass(BaseHTTPRequestHandler):
    server: _Between

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(self.path)
        time.sleep(self.server.wait)
        if self.server.answers and self.server.answers[0][0] in self.path:
            _, status = self.server.answers.pop(0)
            return self._answer(status, [("Content-Type", "application/json")], b'{"error":{"type":"made_up"}}')
        link = http.client.HTTPConnection(self.server.behind.hostname or "", self.server.behind.port, timeout=60)
        link.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k != "Host"})
        answer = link.getresponse()
        wanted = [(k, v) for k, v in answer.getheaders() if k.lower() not in ("content-length", "transfer-encoding")]
        self._answer(answer.status, wanted, answer.read())
        return link.close()

    def _answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def between(url: str) -> Iterator[tuple[_Between, str]]:
    server = _Between(url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


BULK_ANSWERS = [
    # statuses before the real server is asked, whether the notice gets in, bulk requests that were made
    ([503], True, 3),
    ([502, 503, 429], True, 5),
    ([500] * 9, False, 5),
    ([400], False, 1),
    ([401], False, 1),
    ([403], False, 1),
    ([413], False, 1),
]


@pytest.mark.parametrize(("statuses", "stored", "requests"), BULK_ANSWERS)
def test_only_429_and_5xx_are_tried_again(
    elasticsearch_url: str, shared_prefix: str, statuses: list[int], stored: bool, requests: int
) -> None:
    prefix = f"{shared_prefix}-faults"
    index = open_elastic(elasticsearch_url, prefix=prefix)
    index.put([group("a", "một")])
    index.delete(["b"])
    with between(elasticsearch_url) as (server, url), Elasticsearch(url, max_retries=0) as client:
        tried = ElasticIndex(client, prefix=prefix, pauses=AT_ONCE)
        server.answers = [("_bulk", status) for status in statuses]
        if stored:
            tried.put([group("b", "hai")])
        else:
            with pytest.raises(KetluanError):
                tried.put([group("b", "hai")])
        assert sum("_bulk" in path for path in server.seen) == requests
    assert ("b" in index.fingerprints()) is stored


def test_a_slow_server_is_unavailable(elasticsearch_url: str, prefix: str, index: ElasticIndex) -> None:
    index.put([group("a", "một")])
    with between(elasticsearch_url) as (server, url):
        slow = open_elastic(url, prefix=prefix, timeout_seconds=0.3)
        server.wait = 1.0
        with pytest.raises(IndexUnavailable, match="không trả lời kịp"):
            slow.search(Query())
        slow.close()


def test_a_server_killed_in_the_middle_comes_back_with_everything(elasticsearch_server: Any) -> None:
    server = elasticsearch_server.Server(elasticsearch_server.prepare())
    try:
        server.start()
        index = open_elastic(server.url, timeout_seconds=5)
        index.put([group("a", "một")])

        def cut_off() -> Iterator[Group]:
            for n in range(60):
                yield group(f"n{n:03}", *["dài " * 200] * 50)
                if n == 50:
                    server.kill()

        with pytest.raises(IndexUnavailable):
            index.put(cut_off())
        for ask in (lambda: index.search(Query()), index.fingerprints, index.status):
            with pytest.raises(IndexUnavailable):
                ask()
        server.start()
        server_is_back = open_elastic(server.url, timeout_seconds=30)
        server_is_back.put([group("b", "hai")])
        stored = server_is_back.fingerprints()
        assert {"a", "b"} <= stored.keys()
        marked = [notice for notice in stored if notice.startswith("n")]
        for notice in marked:  # what is marked as stored is stored whole
            found = server_is_back.search(Query(filters=dataclasses.replace(Query().filters, notices=(notice,))))
            assert found.total == 50
    finally:
        server.stop()


# -- rebuilding


def names(client: Elasticsearch, prefix: str) -> list[str]:
    return sorted(client.indices.get(index=f"{prefix}-*"))


def test_a_rebuild_serves_all_the_time(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    groups = [group(f"n{n:02}", "Hoà Bình", "hòa bình") for n in range(40)]
    index.put(groups)
    faults: list[object] = []
    rounds = 0
    done = threading.Event()

    def read() -> None:
        nonlocal rounds
        reader = ElasticIndex(client, prefix=prefix)
        while not done.is_set():
            try:
                found = reader.search(Query(must=(Clause("hoa binh"),), limit=5))
                counted = len(reader.fingerprints())
            except Exception as exc:  # noqa: BLE001 (any fault is what the test looks for)
                faults.append(exc)
                return
            if (found.total, counted) != (80, 40):
                faults.append((found.total, counted))
            rounds += 1

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(2):
            assert index.rebuild(groups) == 40
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert rounds > 4
    assert names(client, prefix) == sorted(f"{prefix}-{t.value}s-v{n}" for t in DocType for n in (2, 3))


def test_what_is_written_during_a_rebuild_is_kept(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    index.put([group("old", "một", "hai"), group("gone", "ba"), group("same", "bốn")])
    writer = ElasticIndex(client, prefix=prefix)

    def meanwhile() -> Iterator[Group]:
        yield group("old", "một", "hai")
        yield group("gone", "ba")
        writer.put([group("old", "khác"), group("new", "năm")])
        writer.delete(["gone"])
        yield group("same", "bốn")

    index.rebuild(meanwhile())
    assert sorted(everything(index)) == ["new:II.1", "old:II.1", "same:II.1"]
    found = index.search(Query(must=(Clause("khác"),)))
    assert [hit.id for hit in found.hits] == ["old:II.1"]


def test_a_notice_is_whole_though_the_generation_changes_while_it_is_written(
    index: ElasticIndex, client: Elasticsearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.put([group("a", "một")])
    writer = ElasticIndex(client, prefix=prefix)
    bulk, changes = writer._documents.bulk, iter([True])

    def changed_after_the_first(actions: Any, **options: Any) -> Any:
        refused = bulk(actions, **options)
        if next(changes, False):
            index.rebuild([group("a", "một")])
        return refused

    monkeypatch.setattr(writer._documents, "bulk", changed_after_the_first)
    writer.put([group("b", "hai", "ba")])
    assert client.indices.exists_alias(name=f"{prefix}-notices", index=f"{prefix}-notices-v2")
    assert sorted(everything(index)) == ["a:II.1", "b:II.1", "b:II.2"]
    assert set(index.fingerprints()) == {"a", "b"}


def test_writers_are_free_again_after_a_rebuild_that_fails_at_the_last_step(
    index: ElasticIndex, client: Elasticsearch, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.put([group("a", "một")])

    def broken(_: object) -> None:
        raise OSError("the line")

    monkeypatch.setattr(index._versions, "move", broken)
    with pytest.raises(OSError, match="the line"):
        index.rebuild([group("a", "hai")])
    assert index.put([group("b", "ba")]) == 1
    assert sorted(everything(index)) == ["a:II.1", "b:II.1"]


def test_the_first_rebuild_keeps_what_is_put_meanwhile(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    def meanwhile() -> Iterator[Group]:
        yield group("a", "một")
        ElasticIndex(client, prefix=prefix).put([group("b", "hai")])

    index.rebuild(meanwhile())
    assert everything(index) == ["a:II.1", "b:II.1"]


def test_a_rebuild_that_died_is_taken_over_after_a_while(
    index: ElasticIndex, client: Elasticsearch, prefix: str
) -> None:
    index.put([group("a", "một")])
    index._versions.begin()  # and no more: as if the machine had lost its power
    with pytest.raises(IndexUnavailable):
        index.rebuild([group("a", "hai")])
    later = ElasticIndex(client, prefix=prefix, clock=lambda: time.time() + 3600)
    assert later.rebuild([group("a", "hai")]) == 1


def broken(groups: Sequence[Group]) -> Iterator[Group]:
    yield from groups
    raise OSError("the disk")


FAILING: list[tuple[Callable[[], Any], type[Exception]]] = [
    (lambda: broken([group("b", "hai")]), OSError),
    (lambda: [group("b", "hai"), [{**d, "notice": "c"} for d in group("b", "ba")]], IndexUnavailable),  # ids meet
    (lambda: [[{**d, "unknown": 1} for d in group("b", "hai")]], IndexOutdated),
]


@pytest.mark.parametrize(("made", "error"), FAILING)
def test_a_rebuild_that_fails_leaves_the_old_one(
    index: ElasticIndex, client: Elasticsearch, prefix: str, made: Callable[[], Any], error: type[Exception]
) -> None:
    index.put([group("a", "một")])
    before = names(client, prefix)
    with pytest.raises(error):
        index.rebuild(made())
    assert everything(index) == ["a:II.1"]
    assert names(client, prefix) == before


def test_roll_back(index: ElasticIndex, client: Elasticsearch, prefix: str) -> None:
    index.put([group("a", "một")])
    with pytest.raises(IndexOutdated, match="cũ hơn"):
        index.rollback()
    index.rebuild([group("a", "hai")])
    assert index.rollback() == 1
    assert ElasticIndex(client, prefix=prefix).search(Query(must=(Clause("một"),))).total == 1
    index.rebuild([group("a", "ba")])
    assert index.search(Query(must=(Clause("ba"),))).total == 1


# -- many


def test_more_than_ten_thousand(index: ElasticIndex) -> None:
    """Pages, counts and digests of all of them; and what differs from the archive is found and healed."""
    record = Notice(None, None, None, None, None, None, Session(None, "2023-03", None), None, None)
    archived = [StoredNotice(f"n{n:05}", record, f"văn bản {n}", ()) for n in range(10_250)]
    many = len(archived)
    groups = {stored.id: documents(stored) for stored in archived}
    assert index.put(groups.values()) == many
    assert index.fingerprints() == {id: group[0]["fingerprint"] for id, group in groups.items()}
    page = Query(doc_type=DocType.NOTICE, sort=Sort.OLDEST, offset=9_999, limit=3, facets=("month",))
    found = index.search(page)
    assert [hit.id for hit in found.hits] == ["n09999", "n10000", "n10001"]
    assert found.total == many
    assert found.facets == {"month": (("2023-03", many),)}
    assert len(index.search(dataclasses.replace(page, offset=0, limit=20_000)).hits) == many
    # now something is missing, something changed, something orphaned
    index.delete(f"n{n:05}" for n in range(10_200, many))
    changed = dataclasses.replace(archived[10_100], text="bản cũ")
    index.put([documents(changed), documents(StoredNotice("thừa", record, "", ()))])
    missing = tuple(stored.id for stored in archived[10_200:])
    assert reconcile(index, archived, heal=True) == Differences(missing, ("thừa",), ("n10100",))
    assert not reconcile(index, archived)
    assert index.status().counts["notice"] == many


# -- Kibana's free text, which no Python sees


KIBANA = [
    # typed, ids in order
    ("hòa bình", ["a:II.1", "a:II.2"]),  # as typed before alike
    ("Hoà Bình", ["a:II.1", "a:II.2"]),
    ("hoa binh", ["a:II.1", "a:II.2"]),
    ('"kĩ thuật"', ["b:II.1"]),
    ("ho\u0300a bi\u0300nh", ["a:II.1", "a:II.2"]),
    ("khongco", []),
]


@pytest.fixture(scope="module")
def free_text(shared_prefix: str, elasticsearch_url: str) -> str:
    """The alias of conclusions to be asked; not to be written to."""
    index = open_elastic(elasticsearch_url, prefix=f"{shared_prefix}-free")
    index.put([group("a", "Thành phố Hoà Bình nhận vốn", "Thành phố Hóa Bịnh nhận vốn"), group("b", "Kỹ thuật mới")])
    return f"{shared_prefix}-free-conclusions"


@pytest.mark.parametrize(("typed", "ids"), KIBANA)
def test_free_text_without_field_names(client: Elasticsearch, free_text: str, typed: str, ids: list[str]) -> None:
    asked = {"query_string": {"query": typed, "default_operator": "AND"}}
    found = client.search(index=free_text, query=asked)["hits"]["hits"]
    assert sorted(hit["_id"] for hit in found) == ids
    if "ò" in typed:
        assert [hit["_id"] for hit in found] == ids
