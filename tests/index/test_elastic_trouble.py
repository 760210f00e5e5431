"""Whatever Elasticsearch does in the night: the archive is complete, the report says what is the matter and what to do,
and the next run makes up for it. A real server of its own, because most of this would disturb other tests.

Each trouble is a row: how it is made, how it ends, and what an archivist reads meanwhile.
"""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch, TransportError

from ketluan.archive import Archive
from ketluan.index.base import SearchIndex
from ketluan.index.elastic import ElasticIndex
from ketluan.ingest import catch_up
from ketluan.level import build
from ketluan.settings import Settings
from tests.index.test_elastic import between, block
from tests.ketluan.stand_in import read
from tests.waiting import until

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
PASSWORD = "chi-dung-de-thu"
QUICK = (0.05,) * 3
SOON = {"cluster.info.update.interval": "10s"}


@dataclass
class Place:
    """An office, its server, and the address that the office knows."""

    settings: Settings
    client: Elasticsearch
    url: str
    server: Any
    work: Path
    options: dict[str, Any]

    @property
    def prefix(self) -> str:
        return self.settings.elasticsearch_prefix

    def store(self, month: str) -> None:
        data = f"{month}|phien".encode()
        Archive(self.settings.archive).store(data, f"{month}.txt", read(data, name=f"{month}.txt"), NOW)


@pytest.fixture(scope="module")
def server(elasticsearch_server: Any) -> Iterator[Any]:
    server = elasticsearch_server.Server(elasticsearch_server.prepare(), settings=SOON, password=PASSWORD)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def place(server: Any, tmp_path: Path) -> Iterator[Place]:
    """Two notices, both in the index; a third in the archive only."""
    settings = Settings(home=tmp_path / "home", elasticsearch_prefix=f"t-{uuid.uuid4().hex[:8]}", _env_file=None)
    admin = {"basic_auth": ("elastic", PASSWORD)}
    with Elasticsearch(server.url, request_timeout=60, **admin) as client:
        place = Place(settings, client, server.url, server, tmp_path, {**admin, "request_timeout": 30})
        place.store("2021-07")
        place.store("2021-08")
        build(Archive(settings.archive), ElasticIndex(client, prefix=place.prefix), settings.cache)
        place.store("2021-09")
        yield place
        client.indices.delete(index=list(client.indices.get(index=f"{place.prefix}-*")))


@contextmanager
def down(place: Place) -> Iterator[None]:
    place.url = "http://127.0.0.1:1"
    yield


@contextmanager
def killed_in_a_bulk(place: Place) -> Iterator[None]:
    """The server dies at the first bulk request that reaches it."""
    with between(place.url) as (proxy, url):
        told = threading.Event()

        def watch() -> None:
            while not told.wait(0.005):
                if any("_bulk" in path for path in proxy.seen):
                    place.server.kill()
                    return

        proxy.wait = 0.1
        watcher = threading.Thread(target=watch)
        watcher.start()
        place.url = url
        yield
        told.set()
        watcher.join()
        place.server.start()
        _until(lambda: _knows_us(place))


def _knows_us(place: Place) -> bool:
    """Has the server found its own users again? It answers before that."""
    try:
        patient = place.client.options(ignore_status=(401, 503))
        return patient.cluster.health(wait_for_status="yellow").get("status") in ("yellow", "green")
    except TransportError:
        return False


@contextmanager
def read_only(place: Place) -> Iterator[None]:
    block(place.client, place.prefix, True)
    yield
    block(place.client, place.prefix, False)


@contextmanager
def flooded(place: Place) -> Iterator[None]:
    """The disk is above the flood-stage watermark: the server itself blocks every index on it, and lifts that again."""
    kinds = ("low", "high", "flood_stage")
    marks = {f"cluster.routing.allocation.disk.watermark.{kind}": "900tb" for kind in kinds}
    marks["cluster.routing.allocation.disk.threshold_enabled"] = "true"
    place.client.cluster.put_settings(persistent=marks)
    _until(lambda: _blocked(place))
    yield
    place.client.cluster.put_settings(persistent=dict.fromkeys(marks))
    _until(lambda: not _blocked(place))


def _blocked(place: Place) -> bool:
    found = place.client.indices.get_settings(index=f"{place.prefix}-*", flat_settings=True)
    return any(one["settings"].get("index.blocks.read_only_allow_delete") == "true" for one in found.values())


def _until(true: Callable[[], bool]) -> None:
    until(true, "the server does not look at its disk", seconds=120, pause=0.5)


def answering(status: int) -> Callable[[Place], Any]:
    """Every bulk request is refused with that status."""

    @contextmanager
    def refusing(place: Place) -> Iterator[None]:
        with between(place.url) as (proxy, url):
            proxy.answers = [("_bulk", status)] * 50
            place.url = url
            yield

    return refusing


@contextmanager
def slow(place: Place) -> Iterator[None]:
    with between(place.url) as (proxy, url):
        proxy.wait = 1.0
        place.url, place.options["request_timeout"] = url, 0.3
        yield


@contextmanager
def plain_where_tls_is_expected(place: Place) -> Iterator[None]:
    place.url = place.url.replace("http:", "https:")
    yield


@contextmanager
def certificate_of_a_stranger(place: Place) -> Iterator[None]:
    key, cert = place.work / "key.pem", place.work / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*words, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    stranger = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    stranger.socket = context.wrap_socket(stranger.socket, server_side=True)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    place.url = f"https://127.0.0.1:{stranger.server_port}"
    yield
    stranger.shutdown()
    stranger.server_close()


@contextmanager
def key_expired(place: Place) -> Iterator[None]:
    made = place.client.security.create_api_key(name="night", expiration="1s")
    time.sleep(1.5)
    place.options = {"api_key": made["encoded"], "request_timeout": 30}
    yield


@contextmanager
def key_unknown(place: Place) -> Iterator[None]:
    place.options = {"api_key": "a2hvbmc6Y28=", "request_timeout": 30}
    yield


@contextmanager
def key_without_rights(place: Place) -> Iterator[None]:
    nothing = {"none": {"indices": [{"names": ["other-*"], "privileges": ["read"]}]}}
    made = place.client.security.create_api_key(name="reader", role_descriptors=nothing)
    place.options = {"api_key": made["encoded"], "request_timeout": 30}
    yield


AGAIN = "thử lại"
KEY = "KETLUAN_ELASTICSEARCH_.*API_KEY"
CERTIFICATE = "KETLUAN_ELASTICSEARCH_CA_CERTS"

TROUBLES: list[tuple[str, Callable[[Place], Any], str]] = [  # what it is, how it is made, what is said
    ("down", down, AGAIN),
    ("read-only block", read_only, f"đĩa gần đầy.*{AGAIN}"),
    ("flood-stage watermark", flooded, f"đĩa gần đầy.*{AGAIN}"),
    ("429", answering(429), AGAIN),
    ("503", answering(503), AGAIN),
    ("slow", slow, f"không trả lời kịp.*{AGAIN}"),
    ("no TLS where it is expected", plain_where_tls_is_expected, CERTIFICATE),
    ("certificate of a stranger", certificate_of_a_stranger, CERTIFICATE),
    ("expired key", key_expired, KEY),
    ("unknown key", key_unknown, KEY),
    ("key without rights", key_without_rights, KEY),
    ("killed in the middle of a bulk", killed_in_a_bulk, AGAIN),
]


def opened(place: Place) -> SearchIndex:
    options = {**place.options, "max_retries": 0, "retry_on_timeout": False}
    return ElasticIndex(Elasticsearch(place.url, **options), prefix=place.prefix, pauses=QUICK)


def level(place: Place) -> bool:
    """Does the index hold the archive, notice by notice?"""
    index = ElasticIndex(place.client, prefix=place.prefix)
    place.client.indices.refresh(index=f"{place.prefix}-*")
    return set(index.fingerprints()) == set(Archive(place.settings.archive).ids())


@pytest.mark.parametrize(("trouble", "said"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_the_archive_is_complete_the_state_is_said_and_the_next_run_heals(
    place: Place, trouble: Callable[[Place], Any], said: str
) -> None:
    url, options = place.url, dict(place.options)
    with ExitStack() as stack:
        stack.enter_context(trouble(place))
        state = catch_up(place.settings, opened(place))
        assert not state.level
        assert not state.failed, "trouble outside is no error of the program"
        assert re.search(said, state.reason or ""), state.reason
    archive = Archive(place.settings.archive)
    assert len(list(archive.ids())) == 3
    assert not list(archive.verify())
    place.url, place.options = url, options
    assert catch_up(place.settings, opened(place)).level
    assert level(place)
    assert catch_up(place.settings, opened(place)).written == 0, "and the one after it finds nothing to do"


def test_an_index_of_another_shape_is_made_anew(place: Place) -> None:
    """No run can heal a mapping: the message names the command that does."""
    (name,) = place.client.indices.get(index=f"{place.prefix}-conclusions")
    shape = place.client.indices.get(index=name)[name]
    properties = {**shape["mappings"]["properties"], "text": {"type": "date"}}
    analysis = shape["settings"]["index"]["analysis"]
    place.client.indices.delete(index=name)
    place.client.indices.create(
        index=name,
        settings={"analysis": analysis},
        mappings={**shape["mappings"], "properties": properties},
        aliases={f"{place.prefix}-conclusions": {}},
    )
    state = catch_up(place.settings, opened(place))
    assert not state.level
    assert "ketluan index rebuild" in (state.reason or "")
    archive = Archive(place.settings.archive)
    assert not list(archive.verify())
    assert build(archive, opened(place), place.settings.cache) == 3
    assert level(place)
    assert catch_up(place.settings, opened(place)).level
