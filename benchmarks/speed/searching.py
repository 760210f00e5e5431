"""How long does an answer take, and how large is the index, as the archive grows? Embedded and Elasticsearch.

Every question is asked as the web page asks it: twenty hits, highlights, and the counts of its facets.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.speed.many import CONCLUSIONS, Chain, notices
from benchmarks.speed.measure import Foreign
from benchmarks.speed.report import Figure
from ketluan.index.base import SearchIndex
from ketluan.index.elastic import open_elastic
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.fold import fold
from ketluan.index.records import documents
from ketluan.search import parse_query, search
from ketluan.stored import StoredNotice
from ketluan.trace import trace
from ketluan.web.views.search import COUNTED

FACETS = ("topics", "lead", "kind", "citations", "month")
QUESTIONS = 50
ROUNDS = 6
#: Where an answer takes long, fewer rounds tell as much.
ROUNDS_AT_MOST = {1_000_000: 2}
CLIENTS = (1, 8)
#: (engine, conclusions) → milliseconds that 95 of 100 answers must not take longer than
TARGETS = {
    ("embedded", 100_000): 10.0,
    ("embedded", 1_000_000): 50.0,
    ("elasticsearch", 100_000): 20.0,
    ("elasticsearch", 1_000_000): 100.0,
}
TRACE_TARGETS = {1_000_000: 200.0}

Ask = Callable[[SearchIndex], object]


def figures(sizes: Sequence[int], url: str | None) -> Iterator[Figure]:
    """Build and ask at each size; Elasticsearch too where `url` names one."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="speed-index-") as folder:
            engines: dict[str, SearchIndex] = {"embedded": EmbeddedIndex(Path(folder) / "index")}
            if url:
                engines["elasticsearch"] = open_elastic(url, prefix="speed-search", timeout_seconds=600)
            for name, index in engines.items():
                yield from _engine(name, index, size)
                index.close()


def _engine(name: str, index: SearchIndex, size: int) -> Iterator[Figure]:
    at, rounds = f"{size:,} conclusions, {name}", min(ROUNDS, ROUNDS_AT_MOST.get(size, ROUNDS))
    with Foreign() as machine:
        began = time.perf_counter()
        index.rebuild(documents(stored) for stored in _shown(at, size))
        took = time.perf_counter() - began
    yield Figure("search", "building, texts made meanwhile", at, size / took, "conclusions/s", machine.foreign)
    yield Figure("search", "size of the index", at, index.status().size_bytes / 1e6, "MB")
    for clients in CLIENTS:
        with Foreign() as machine:
            times = _ask(index, questions(), clients, rounds)
        who = f"{at}, {clients} client{'s' if clients > 1 else ''}"
        yield Figure("search", "answer, half of them within", who, _share(times, 0.5), "ms", machine.foreign)
        target = TARGETS.get((name, size)) if clients == 1 else None
        yield Figure("search", "answer, 95 of 100 within", who, _share(times, 0.95), "ms", machine.foreign, target)
    with Foreign() as machine:
        times = _ask(index, traces(), 1, rounds)
    yield Figure(
        "search", "timeline, 95 of 100 within", at, _share(times, 0.95), "ms", machine.foreign, TRACE_TARGETS.get(size)
    )


def _shown(at: str, size: int) -> Iterator[StoredNotice]:
    """The notices, with a word on how far it is."""
    for number, stored in enumerate(notices(size), 1):
        if number % 500 == 0:
            print(f"\r{at}: {number * CONCLUSIONS:,}", end="", file=sys.stderr, flush=True)
        yield stored
    print(f"\r{'':60}\r", end="", file=sys.stderr, flush=True)


def questions() -> list[Ask]:
    """Words, phrases, words without marks, with a month or a topic, and a document's number."""
    rng, chain = random.Random(7), Chain()
    asked: list[Ask] = []
    for number in range(QUESTIONS):
        said = [w.strip(".,;:()“”") for w in chain.sentence(rng).split()]
        start = rng.randrange(len(said) - 4)
        run = " ".join(said[start : start + rng.randint(2, 4)])
        scattered = " ".join(rng.sample(said, 2))
        text, options = [
            (run, {}),
            (f'"{run}"', {}),
            (fold(run), {}),
            (scattered, {"month_from": "2012-01", "month_to": "2014-12"}),
            (f"{rng.randint(1, 3000)}/QĐ-UBND", {}),
        ][number % 5]
        asked.append(_asking(text, options))
    return asked


def traces() -> list[Ask]:
    """Documents cited, and phrases: what is followed through the months."""
    rng, chain = random.Random(11), Chain()
    asked: list[Ask] = []
    for number in range(QUESTIONS // 5):
        said = chain.sentence(rng).split()
        start = rng.randrange(len(said) - 5)
        text = f'"{" ".join(said[start : start + 5])}"' if number % 2 else f"{rng.randint(1, 3000)}/QĐ-UBND"
        asked.append(_tracing(text))
    return asked


def _asking(text: str, options: dict[str, object]) -> Ask:
    return lambda index: search(index, text, facets=FACETS, counted=COUNTED, limit=20, **options)


def _tracing(text: str) -> Ask:
    return lambda index: trace(index, parse_query(text))


def _ask(index: SearchIndex, asked: Sequence[Ask], clients: int, rounds: int) -> list[float]:
    """Milliseconds of each answer, the first round left out; clients ask at once, each in another order."""
    times: list[float] = []

    def client(number: int) -> None:
        order = list(asked)
        random.Random(number).shuffle(order)
        for round_ in range(rounds + 1):
            for ask in order:
                began = time.perf_counter()
                ask(index)
                if round_:
                    times.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]
