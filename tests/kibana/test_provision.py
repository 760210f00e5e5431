"""Bringing it all to Kibana: against a small stand-in for Kibana's HTTP (Kibana cannot run in the tests), and roles
and keys against a real Elasticsearch with security on."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch
from typer.testing import CliRunner

from ketluan.cli import app
from ketluan.errors import IndexUnavailable
from ketluan.index import Work, open_index
from ketluan.index.base import Clause, DocType, Query
from ketluan.index.elastic import ElasticIndex, open_elastic
from ketluan.index.records import documents
from ketluan.kibana import access, objects, provision
from ketluan.kibana.web import Site, Unreachable
from ketluan.settings import Settings
from ketluan.stored import StoredNotice

PASSWORD = "khong-bi-mat-123"  # of a server that lives for this test only


class Kibana(ThreadingHTTPServer):
    """Answers as Kibana's documentation says. What it was asked is kept; `broken` names an answer to give instead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.starting = 2  # times it says that it is not ready
        self.spaces: set[str] = set()
        self.imported: list[dict[str, Any]] = []
        self.default: Any = None
        self.broken: dict[str, tuple[int, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Kibana

    def do_GET(self) -> None:
        if self.server.starting:
            self.server.starting -= 1
            return self._answer(503, {"status": {"overall": {"level": "unavailable"}}})
        return self._answer(200, {"status": {"overall": {"level": "available"}}})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "kbn-xsrf" not in self.headers:
            return self._answer(400, {"message": "Request must contain a kbn-xsrf header."})
        path = self.path.split("?")[0]
        for part, (status, answer) in self.server.broken.items():
            if part in path:
                return self._answer(status, answer)
        if path == "/api/spaces/space":
            return self._space(json.loads(body)["id"])
        if path == "/s/luu-tru/api/saved_objects/_import":
            return self._import(body)
        if path == "/s/luu-tru/api/data_views/default":
            self.server.default = json.loads(body)["data_view_id"]
            return self._answer(200, {"acknowledged": True})
        return self._answer(404, {"message": "Not Found"})

    def _space(self, id: str) -> None:
        if id in self.server.spaces:
            return self._answer(409, {"message": "A space with the identifier already exists."})
        self.server.spaces.add(id)
        return self._answer(200, {"id": id})

    def _import(self, body: bytes) -> None:
        kind, _, edge = self.headers["Content-Type"].partition("; boundary=")
        _, part, *rest = body.split(b"--" + edge.encode())
        head, _, content = part.partition(b"\r\n\r\n")
        if (
            kind != "multipart/form-data"
            or rest != [b"--\r\n"]
            or b'.ndjson"' not in head
            or b'name="file"' not in head
        ):
            return self._answer(400, {"message": "Invalid file extension"})
        self.server.imported = [json.loads(line) for line in content.strip().split(b"\n")]
        return self._answer(200, {"success": True, "successCount": len(self.server.imported)})

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Roles(_Answers):
    """Elasticsearch's answer to a role."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        return self._answer(200, {"role": {"created": True}})


@pytest.fixture
def kibana() -> Iterator[Kibana]:
    server = Kibana()
    server.RequestHandlerClass = Roles  # both parts at one address
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def plan(server: Kibana, **changed: Any) -> provision.Plan:
    site = Site(server.url, "elastic", PASSWORD)
    return provision.Plan(site, site, **{"patience": 5.0, "pause": 0.01, **changed})


def test_everything_is_brought(kibana: Kibana) -> None:
    told = list(provision.provision(plan(kibana, page="https://luutru.example")))
    assert len(told) == 5
    assert kibana.spaces == {"luu-tru"}
    assert kibana.imported == objects.build(page="https://luutru.example")
    assert kibana.default == "ketluan-conclusions"
    assert kibana.default in {made["id"] for made in kibana.imported}


def test_again_changes_nothing(kibana: Kibana) -> None:
    list(provision.provision(plan(kibana)))
    first = kibana.imported
    list(provision.provision(plan(kibana)))
    assert kibana.imported == first


BROKEN = [
    # what answers → status, body, what is said
    ("_import", 200, {"success": False, "successCount": 3, "errors": [{"id": "ketluan-links"}]}, "ketluan-links"),
    ("_import", 200, {"success": True, "successCount": 3}, "một phần"),
    ("_import", 422, {"message": "belongs to a more recent version of Kibana"}, "more recent"),
    ("_import", 413, {"message": "too large"}, "413"),
    ("spaces", 403, {"message": "Forbidden"}, "403"),
    ("default", 500, None, "500"),
]


@pytest.mark.parametrize(("part", "status", "body", "said"), BROKEN)
def test_what_kibana_does_not_take_is_told(kibana: Kibana, part: str, status: int, body: Any, said: str) -> None:
    kibana.broken[part] = (status, body)
    with pytest.raises(Unreachable, match=said):
        list(provision.provision(plan(kibana)))


def test_kibana_that_never_gets_ready_is_told(kibana: Kibana) -> None:
    kibana.starting = 1_000_000
    with pytest.raises(Unreachable, match=r"chưa sẵn sàng.*unavailable"):
        list(provision.provision(plan(kibana, patience=0.1)))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "file:///etc/hosts", "kibana:5601", "http://"])
def test_an_address_where_nobody_answers_is_told(url: str) -> None:
    with pytest.raises(Unreachable):
        Site(url, "a", "b").ask("GET", "/")


def test_the_commands(kibana: Kibana, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETLUAN_ELASTICSEARCH_URL", kibana.url)
    monkeypatch.delenv("ELASTIC_PASSWORD", raising=False)
    kibana.starting = 0
    run = CliRunner().invoke
    assert run(app, ["kibana", "provision", "--url", kibana.url]).exit_code == 2
    monkeypatch.setenv("ELASTIC_PASSWORD", PASSWORD)
    done = run(app, ["kibana", "provision", "--url", kibana.url])
    assert done.exit_code == 0, done.output
    assert "Khung nhìn mặc định" in done.output
    assert PASSWORD not in done.output
    assert run(app, ["kibana", "key", "admin"]).exit_code == 2
    assert run(app, ["kibana", "export", str(tmp_path / "bang.json")]).exit_code == 2
    assert run(app, ["kibana", "export", str(tmp_path / "bang.ndjson")]).exit_code == 0
    assert (tmp_path / "bang.ndjson").read_text(encoding="utf-8") == objects.FILE.read_text(encoding="utf-8")


# -- security, for real


@pytest.fixture(scope="module")
def secured(elasticsearch_server: Any) -> Iterator[str]:
    """Address of an Elasticsearch that asks who one is."""
    server = elasticsearch_server.Server(elasticsearch_server.prepare(), password=PASSWORD)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


def refused(*ask: Any) -> list[int]:
    """The status of each call, 200 where it was done."""
    statuses = []
    for call in ask:
        try:
            call()
        except ApiError as exc:
            statuses.append(exc.status_code)
        else:
            statuses.append(200)
    return statuses


def test_keys_and_the_role_may_do_their_work_and_no_more(secured: str, series: list[StoredNotice]) -> None:
    admin = Site(secured, "elastic", PASSWORD)
    first, second, third = (documents(stored) for stored in series[:3])

    def opened(kind: Work) -> tuple[ElasticIndex, Elasticsearch]:
        key = access.new_key(admin, kind, "ketluan")
        return open_elastic(secured, api_key=key), Elasticsearch(secured, api_key=key)

    nightly, nightly_client = opened(Work.NIGHTLY)
    rebuild, rebuild_client = opened(Work.REBUILD)
    # the key of the rebuild makes versions
    assert rebuild.rebuild([first]) == 1
    assert rebuild.rebuild([first, second]) == 2
    assert rebuild.rollback() == 1
    assert refused(lambda: rebuild_client.indices.create(index="khac"), lambda: rebuild_client.security.get_user()) == [
        403,
        403,
    ]
    # the key of the night writes and looks
    assert nightly.put([second, third]) == 2
    assert len(nightly.fingerprints()) == 3
    nightly.delete([second[0]["notice"]])
    assert nightly.search(Query(must=(Clause("hoàn thành"),))).total > 0
    assert nightly.status().exists
    with pytest.raises(IndexUnavailable, match="API_KEY"):
        nightly.rebuild([first])
    left = set(rebuild_client.indices.get(index="ketluan-*"))
    assert left == {f"ketluan-{t.value}s-v{n}" for t in DocType for n in (1, 2)}, "nothing half made"
    assert refused(
        lambda: nightly_client.indices.delete(index="ketluan-notices-v1"),
        lambda: nightly_client.search(index=".security-7"),
        lambda: nightly_client.cluster.health(),
    ) == [403, 403, 403]
    # the archivist reads
    access.put_role(admin, "ketluan", "luu-tru")
    with Elasticsearch(secured, basic_auth=("elastic", PASSWORD)) as client:
        client.security.put_user(username="canbo", password=PASSWORD, roles=[access.ARCHIVIST])
        held = client.security.get_role(name=access.ARCHIVIST)[access.ARCHIVIST]
    assert held["applications"][0]["resources"] == ["space:luu-tru"]
    with Elasticsearch(secured, basic_auth=("canbo", PASSWORD)) as reader:
        assert reader.search(index="ketluan-conclusions")["hits"]["total"]["value"] > 0
        assert reader.field_caps(index="ketluan-conclusions", fields="*")["fields"]["month.date"]
        assert refused(
            lambda: reader.index(index="ketluan-conclusions", document={}),
            lambda: reader.indices.delete(index="ketluan-notices-v1"),
            lambda: reader.search(index="khac"),
        ) == [403, 403, 403]


def test_securing_keeps_keys_that_open_and_replaces_those_that_do_not(
    secured: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETLUAN_ELASTICSEARCH_URL", secured)
    for name, value in (("ELASTIC", PASSWORD), ("KIBANA", "kibana-123"), ("ARCHIVIST", "canbo-123")):
        monkeypatch.setenv(f"{name}_PASSWORD", value)
    run, keys = CliRunner().invoke, tmp_path / "keys"
    command = ["kibana", "secure", "--keys", str(keys), "--archivist", "luu-tru", "--json"]

    def secure() -> list[str]:
        done = run(app, command)
        assert done.exit_code == 0, done.output
        assert not any(secret in done.output for secret in (PASSWORD, "kibana-123", "canbo-123"))
        told: list[str] = json.loads(done.stdout)["done"]
        return told

    assert len(secure()) == 6
    made = {path.name: path.read_text() for path in keys.iterdir()}
    assert set(made) == {work.value for work in Work}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o440 for path in keys.iterdir())
    assert len(secure()) == 2, "nothing is made anew"
    (keys / "reader").chmod(0o640)
    (keys / "reader").write_text("hỏng")
    assert len(secure()) == 3
    after = {path.name: path.read_text() for path in keys.iterdir()}
    assert {work for work in made if made[work] != after[work]} == {"reader"}
    assert not Site(secured, "", "").with_key(made["reader"]).ask("GET", "/_security/_authenticate").ok, "withdrawn"
    # the passwords are what was given; the archivist's is kept once it is there
    for user, password in (("kibana_system", "kibana-123"), ("luu-tru", "canbo-123")):
        assert Site(secured, user, password).ask("GET", "/_security/_authenticate").ok
    monkeypatch.setenv("ARCHIVIST_PASSWORD", "another-123")
    secure()
    assert Site(secured, "luu-tru", "canbo-123").ask("GET", "/_security/_authenticate").ok


def test_each_kind_of_work_opens_the_index_with_its_own_key(
    secured: str, tmp_path: Path, series: list[StoredNotice]
) -> None:
    given = {"engine": "elasticsearch", "elasticsearch_url": secured, "elasticsearch_prefix": "van-phong"}
    settings = Settings(home=tmp_path, elasticsearch_keys=tmp_path / "keys", **given, _env_file=None)  # type: ignore[arg-type]
    with pytest.raises(IndexUnavailable, match="ketluan kibana secure"):
        open_index(settings)
    list(access.keep_keys(Site(secured, "elastic", PASSWORD), tmp_path / "keys", "van-phong"))
    reader, nightly, rebuild = (open_index(settings, work) for work in Work)
    group = documents(series[0])
    assert rebuild.rebuild([]) == 0
    assert nightly.put([group]) == 1
    assert reader.search(Query()).total > 0
    assert reader.status().counts["notice"] == 1
    for allowed_to_read in (lambda: reader.put([group]), lambda: reader.delete([series[0].id])):
        with pytest.raises(IndexUnavailable, match="không cho phép"):
            allowed_to_read()
    for allowed_to_write in (reader, nightly):
        with pytest.raises(IndexUnavailable, match="không cho phép"):
            allowed_to_write.rebuild([group])
    assert reader.search(Query()).total > 0
    for index in (reader, nightly, rebuild):
        index.close()


def test_a_wrong_password_is_told(secured: str) -> None:
    with pytest.raises(Unreachable, match="401"):
        access.put_role(Site(secured, "elastic", "sai"), "ketluan", "luu-tru")
