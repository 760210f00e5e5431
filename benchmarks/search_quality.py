"""How well does the search find what was meant? `make search-quality` prints the table.

`search_quality.yaml` holds the questions and what is relevant. All engines hold the same conclusions: the invented
series and the real sample, as the extraction reads them. `baseline` is what Elasticsearch does when nobody has thought
about Vietnamese: one field, the `standard` analyzer, BM25, any of the words.

nDCG@10: gain 2^grade - 1, discount log2(rank + 1) (Burges et al. 2005), against the best order possible.
MRR: 1 / rank of the first hit with grade 2 among the first 100, 0 where there is none.

    python -m benchmarks.search_quality [--url http://…] [--questions]
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml
from elasticsearch import Elasticsearch

from extractors import extract
from ketluan.index.base import SearchIndex
from ketluan.index.elastic import open_elastic
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.fold import is_plain
from ketluan.index.records import documents
from ketluan.search import search
from ketluan.stored import StoredNotice, conclusion_id
from samples.series import make_series, make_truth

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "samples" / "2021-09-lao-cai.txt"
DEPTH = 100
PREFIX = "search-quality"

Ask = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, and conclusion id → grade."""

    typed: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one question, or the mean of several."""

    ndcg: float
    mrr: float


def notices() -> list[StoredNotice]:
    """The sample and the series, as the extraction reads them."""
    files = [("sample", SAMPLE.read_text(encoding="utf-8"))]
    files += [(written.name, written.text) for written in make_series()]
    read = ((name, extract(text.encode(), name=f"{name}.txt")) for name, text in files)
    return [StoredNotice(name, found.notice, found.source.text, ()) for name, found in read]


def questions() -> list[Question]:
    """The questions with their relevant conclusions. Raises `ValueError` for a row that names nothing."""
    threads = make_truth(make_series())["threads"]
    rows = yaml.safe_load((HERE / "search_quality.yaml").read_text(encoding="utf-8"))
    return [Question(row["ask"], _grades(row, threads)) for row in rows]


def _grades(row: Mapping[str, Any], threads: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    grades: dict[str, int] = {}
    for key, grade in (("also", 1), ("best", 2)):
        for meant in row.get(key, ()):
            ids = list(_meant(meant, threads))
            if not ids:
                raise ValueError(f"{row['ask']}: {meant} names nothing")
            grades |= dict.fromkeys(ids, grade)
    return grades


def _meant(meant: str, threads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    kind, _, words = meant.partition(":")
    if kind == "sample":
        yield conclusion_id("sample", words)
        return
    for thread in threads:
        same = thread["thread"].rpartition("/")[2].rpartition("-")[0] == kind
        if same and any(words in name for name in thread["names"]):
            yield from (conclusion_id(c["notice"], c["path"]) for c in thread["conclusions"])


def score(found: Sequence[str], grades: Mapping[str, int]) -> Score:
    """How good an order of ids is."""
    ideal = _gain(sorted(grades.values(), reverse=True))
    first = next((rank for rank, id in enumerate(found, 1) if grades.get(id) == 2), None)
    return Score(_gain([grades.get(id, 0) for id in found]) / ideal, 1 / first if first else 0.0)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:10], 1))


def ours(index: SearchIndex) -> Ask:
    """The search of the command line and the page over one of our indices."""
    return lambda typed: [hit.id for hit in search(index, typed, limit=DEPTH, nearly=True).hits]


def baseline(client: Elasticsearch, stored: Sequence[StoredNotice]) -> Ask:
    """One text field with the `standard` analyzer."""
    name = f"{PREFIX}-baseline"
    client.indices.create(index=name, mappings={"properties": {"text": {"type": "text", "analyzer": "standard"}}})
    conclusions = [d for s in stored for d in documents(s) if d["doc_type"] == "conclusion"]
    lines = [line for d in conclusions for line in ({"index": {"_id": d["id"]}}, {"text": d["text"]})]
    if client.bulk(index=name, operations=lines, refresh=True)["errors"]:
        raise RuntimeError("the baseline was not filled")

    def ask(typed: str) -> list[str]:
        hits = client.search(index=name, query={"match": {"text": typed}}, size=DEPTH, source=False)["hits"]["hits"]
        return [hit["_id"] for hit in hits]

    return ask


@contextmanager
def engines(url: str, stored: Sequence[StoredNotice]) -> Iterator[dict[str, Ask]]:
    """All engines, filled; what they hold is taken away afterwards."""
    with tempfile.TemporaryDirectory() as folder, Elasticsearch(url, request_timeout=60) as client:
        _clear(client)
        embedded, elastic = EmbeddedIndex(Path(folder) / "index"), open_elastic(url, prefix=PREFIX)
        try:
            for index in (embedded, elastic):
                index.rebuild(documents(s) for s in stored)
            yield {
                "embedded": ours(embedded),
                "elasticsearch": ours(elastic),
                "baseline": baseline(client, stored),
            }
        finally:
            embedded.close()
            elastic.close()
            _clear(client)


def _clear(client: Elasticsearch) -> None:
    if names := list(client.indices.get(index=f"{PREFIX}-*")):
        client.indices.delete(index=names)


def table(asked: Sequence[Question], scores: Mapping[str, Sequence[Score]]) -> str:
    """Means by engine, as Markdown: all questions, then those with and without marks."""
    rows = ["| engine | questions | nDCG@10 | MRR |", "| --- | --- | ---: | ---: |"]
    for label, wanted in (("all", (True, False)), ("with marks", (False,)), ("without marks", (True,))):
        chosen = [n for n, question in enumerate(asked) if is_plain(question.typed) in wanted]
        for engine, each in scores.items():
            ndcg, mrr = fmean(each[n].ndcg for n in chosen), fmean(each[n].mrr for n in chosen)
            rows.append(f"| {engine} | {label} ({len(chosen)}) | {ndcg:.3f} | {mrr:.3f} |")
    return "\n".join(rows)


@contextmanager
def _server(given: str | None) -> Iterator[str]:
    if given:
        yield given
        return
    sys.path.insert(0, str(HERE.parent / "tests" / "elasticsearch"))
    from server import running  # type: ignore[import-not-found]

    with running() as started:
        yield started.url


def main() -> int:
    """Print the table, and where asked each question's scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="an Elasticsearch that runs; else one is started")
    parser.add_argument("--questions", action="store_true", help="print each question too")
    options = parser.parse_args()
    stored, asked = notices(), questions()
    known = {d["id"] for s in stored for d in documents(s)}
    lost = {id for question in asked for id in question.grades} - known
    with _server(options.url) as url, engines(url, stored) as asking:
        scores = {name: [score(ask(q.typed), q.grades) for q in asked] for name, ask in asking.items()}
    if options.questions:
        for n, question in enumerate(asked):
            figures = "  ".join(f"{name} {each[n].ndcg:.2f}/{each[n].mrr:.2f}" for name, each in scores.items())
            print(f"{figures}  {question.typed}")
    print(table(asked, scores))
    print(f"\nRelevant conclusions that the extraction did not give: {len(lost)} (they count as not found).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
