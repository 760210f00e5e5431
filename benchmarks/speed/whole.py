"""How fast from the inbox to searchable, beside Tika's text in the same Elasticsearch? And where does the time go?

Ours reads, parses, archives, verifies and indexes conclusions. The peer does what FSCrawler does: the text of each
file, one document a file, in bulk into the same real Elasticsearch; two clients keep both cores at work.
"""

from __future__ import annotations

import http.client
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import Elasticsearch

from benchmarks.speed import corpus, tika
from benchmarks.speed.many import notices
from benchmarks.speed.measure import Timed, by_turns, clocked, seconds
from benchmarks.speed.report import Figure, Row
from extractors import extract
from ketluan.archive import Archive, Incoming
from ketluan.inbox import Inbox
from ketluan.index import open_index
from ketluan.index.base import Query
from ketluan.index.elastic import open_elastic
from ketluan.index.elastic_query import computed
from ketluan.index.records import documents
from ketluan.ingest import catch_up, ingest_inbox
from ketluan.settings import Settings
from ketluan.taking import BATCH_FILES
from ketluan.workers import Limits, Readers

PEER_INDEX = "speed-peer"
_BULK = 100  # documents in a request, FSCrawler's default
_CLIENTS = 2
#: FSCrawler 3.0 on 600 files of 200 notices, measured once on two cores of an AMD EPYC (2026-11-23): files a second,
#: its start included. It cannot be had as a binary everywhere, so it does not run here.
FSCRAWLER = 42.0


def measured(notices: int, rounds: int, url: str) -> Iterator[Row | Figure]:
    """Rows and figures; `notices` in every format, so three times as many files; `url` of an Elasticsearch."""
    folder = corpus.each_in_every_format(notices)
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch, tika.server(_CLIENTS) as port:
        run = _Run(folder, Path(scratch), url, port)
        run.peer()  # warm
        timed = by_turns({"elasticsearch": run.into_elasticsearch, "embedded": run.embedded, "peer": run.peer}, rounds)
        files = run.files
        rate = {name: files / seconds(found) for name, found in timed.items()}
        noise = max(t.foreign for found in timed.values() for t in found)
        yield Row(
            "whole",
            f"{files} files into Elasticsearch",
            "Tika + bulk",
            rate["elasticsearch"],
            rate["peer"],
            "files/s",
            noise,
            target=1.0,
        )
        yield Row(
            "whole",
            f"{files} files into the embedded index",
            "Tika + bulk",
            rate["embedded"],
            rate["peer"],
            "files/s",
            noise,
        )
        yield Row(
            "whole",
            f"{files} files into Elasticsearch",
            "FSCrawler as once measured",
            rate["elasticsearch"],
            FSCRAWLER,
            "files/s",
            noise,
            target=1.5,
        )
        parts = run.parts(rounds)
        for name, found in parts.items():
            yield Figure(
                "whole", f"alone: {name}", f"{files} files", seconds(found), "s", max(t.foreign for t in found)
            )
        total = sum(seconds(found) for found in parts.values())
        yield Row(
            "whole",
            "all steps together",
            "sum of its parts alone",
            seconds(timed["embedded"]),
            total,
            "s",
            noise,
            less=True,
            target=1 / 1.15,
        )


class _Run:
    """One corpus, taken in again and again, each time into an empty home."""

    def __init__(self, folder: Path, scratch: Path, url: str, port: int) -> None:
        self._folder, self._scratch, self._url, self._port = folder, scratch, url, port
        self.paths = corpus.files(folder)
        self.files = len(self.paths)
        self._bytes = [(path.name, path.read_bytes()) for path in self.paths]

    def embedded(self) -> float:
        return self._ours("embedded")

    def into_elasticsearch(self) -> float:
        return self._ours("elasticsearch")

    def _ours(self, engine: str) -> float:
        settings = self._home(engine)
        took = clocked(lambda: ingest_inbox(settings, now=datetime.now(UTC)))
        index = open_index(settings)
        if index.search(Query(limit=0)).total == 0:
            raise RuntimeError("nothing was indexed")
        index.close()
        self._forget()
        return took

    def peer(self) -> float:
        """Two clients send files for their text, and write what comes back in bulk."""
        with Elasticsearch(self._url, request_timeout=60) as client:
            client.options(ignore_status=404).indices.delete(index=PEER_INDEX)
            waiting: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
            for file in self._bytes:
                waiting.put(file)
            work = [threading.Thread(target=self._send, args=(client, waiting)) for _ in range(_CLIENTS)]

            def all_of_it() -> None:
                for thread in work:
                    thread.start()
                for thread in work:
                    thread.join()
                client.indices.refresh(index=PEER_INDEX)

            took = clocked(all_of_it)
            if client.count(index=PEER_INDEX)["count"] != self.files:
                raise RuntimeError("the peer lost files")
        return took

    def _send(self, client: Elasticsearch, waiting: queue.SimpleQueue[tuple[str, bytes]]) -> None:
        tika_server = http.client.HTTPConnection("127.0.0.1", self._port)
        lines: list[dict[str, object]] = []
        while True:
            try:
                name, data = waiting.get_nowait()
            except queue.Empty:
                break
            tika_server.request("PUT", "/", data)
            text = tika_server.getresponse().read().decode()
            lines += [{"index": {"_index": PEER_INDEX}}, {"file": name, "content": text}]
            if len(lines) == 2 * _BULK:
                client.bulk(operations=lines)
                lines = []
        if lines:
            client.bulk(operations=lines)

    def parts(self, rounds: int) -> dict[str, list[Timed]]:
        """Each step alone: reading in two processes, archiving what was read, indexing what is archived."""
        read = [Incoming(data, name, extract(data, name=name)) for name, data in self._bytes]
        now = datetime.now(UTC)

        def archive() -> float:
            settings = self._home("embedded", copy=False)
            kept = Archive(settings.archive)

            took = clocked(lambda: _store(kept, read, now))
            self._forget()
            return took

        settings = self._home("embedded", copy=False)
        kept = Archive(settings.archive)
        _store(kept, read, now)

        def index() -> float:
            shutil.rmtree(settings.index, ignore_errors=True)
            return clocked(lambda: catch_up(settings))

        ways: dict[str, Callable[[], float]] = {"read": self._read, "index": index}
        timed = by_turns(ways, rounds)
        return {
            "reading": timed["read"],
            "archiving": by_turns({"a": archive}, rounds)["a"],
            "indexing": timed["index"],
        }

    def _read(self) -> float:
        settings = self._home("embedded")

        def read_all() -> None:
            seen = Inbox(settings.inbox).look().files
            limits = Limits(settings.read_seconds, settings.read_memory_bytes)
            with Readers(settings.inbox, settings.workers, limits) as readers:
                for reading in readers.in_order(seen):
                    reading.result()

        took = clocked(read_all)
        self._forget()
        return took

    def _home(self, engine: str, *, copy: bool = True) -> Settings:
        home = Path(tempfile.mkdtemp(dir=self._scratch))
        if copy:
            corpus.fill(home / "inbox", self._folder)
        prefix = f"speed-{home.name.replace('_', '-').lower()}"
        return Settings(
            home=home,
            settle_seconds=0,
            workers=len(os.sched_getaffinity(0)),
            engine=engine,  # type: ignore[arg-type]
            elasticsearch_url=self._url,
            elasticsearch_prefix=prefix,
        )

    def _forget(self) -> None:
        for home in self._scratch.iterdir():
            if not (home / "archive").exists() or (home / "inbox").exists():
                shutil.rmtree(home)


def _store(archive: Archive, files: Sequence[Incoming], now: datetime) -> None:
    """As a run does it that waits for no reader."""
    for start in range(0, len(files), BATCH_FILES):
        for stored in archive.store_all(files[start : start + BATCH_FILES], now):
            if isinstance(stored, Exception):
                raise stored


def bulk_loop(url: str, conclusions: int, rounds: int) -> Iterator[Row]:
    """Our indexing into Elasticsearch beside a bare bulk loop over the same ready documents."""
    groups = [documents(stored) for stored in notices(conclusions)]
    index = open_elastic(url, prefix="speed-ours")
    index.rebuild(iter(groups[:1]))
    flat = [{**document, **computed(document)} for group in groups for document in group]
    with Elasticsearch(url, request_timeout=120) as client:
        mappings = {
            name: client.indices.get(index=f"speed-ours-{name}s") for name in ("notice", "conclusion", "assignment")
        }

        def bare() -> float:
            targets = {}
            for name, found in mappings.items():
                (made,) = found.values()
                targets[name] = f"speed-bare-{name}"
                client.options(ignore_status=404).indices.delete(index=targets[name])
                analysis = {"analysis": made["settings"]["index"]["analysis"]}
                client.indices.create(index=targets[name], mappings=made["mappings"], settings=analysis)

            def loop() -> None:
                for start in range(0, len(flat), 1000):
                    lines: list[dict[str, object]] = []
                    for document in flat[start : start + 1000]:
                        lines += [{"index": {"_index": targets[document["doc_type"]], "_id": document["id"]}}, document]
                    if client.bulk(operations=lines)["errors"]:
                        raise RuntimeError("the bare loop met errors")
                client.indices.refresh(index="speed-bare-*")

            return clocked(loop)

        timed = by_turns({"ours": lambda: clocked(lambda: index.rebuild(iter(groups))), "bare": bare}, rounds)
    index.close()
    noise = max(t.foreign for found in timed.values() for t in found)
    rate = {name: len(flat) / seconds(found) for name, found in timed.items()}
    yield Row(
        "whole",
        "indexing ready documents",
        "a bare bulk loop",
        rate["ours"],
        rate["bare"],
        "documents/s",
        noise,
        target=1 / 1.2,
    )
