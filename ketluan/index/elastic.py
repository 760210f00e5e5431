"""The index in Elasticsearch: for the whole office, for Kibana, and for scale.

A notice is written in two steps: its conclusions and assignments, then, when all of them are in, its own document
with the fingerprint. A write that was cut off thus leaves an old fingerprint or none, and reconciling finds it.
What was written is seen after the refresh that ends every write.

What is asked of it: `ranking.py`, and in its own words `elastic_query.py`. Reading and writing documents:
`elastic_documents.py`. Generations and aliases: `elastic_versions.py`; making one anew: `elastic_rebuild.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

from ketluan.errors import IndexOutdated
from ketluan.index import elastic_query
from ketluan.index.answer import Found, answered
from ketluan.index.base import PAPER, DocType, IndexStatus, Query, Results
from ketluan.index.conditions import Asked
from ketluan.index.elastic_documents import BATCH_DOCUMENTS, PAUSES, Document, Documents, raise_refused
from ketluan.index.elastic_faults import MISSING, NO_OLDER, NOT_ASKED, OTHER_VERSION, translated
from ketluan.index.elastic_rebuild import Rebuild
from ketluan.index.elastic_versions import Generation, Versions
from ketluan.index.records import INDEX_VERSION

_DEEPEST = 10_000  # `index.max_result_window`
_CHECK_SECONDS = 30.0  # how long a version once seen is believed
_LEFT_ALONE_SECONDS = 10.0  # an address that failed is not asked for so long where there is another


class ElasticIndex:
    """`SearchIndex` over Elasticsearch. Safe for several writers of different notices and any number of readers."""

    def __init__(
        self,
        client: Elasticsearch,
        *,
        prefix: str = "ketluan",
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._versions = Versions(client, prefix, clock)
        self._documents = Documents(client, pauses)
        self._clock = clock
        self._checked = float("-inf")

    # -- asking

    def search(self, query: Query) -> Results:
        """See `SearchIndex.search`."""
        self._check()
        with translated(NOT_ASKED):
            return answered(query, lambda *wanted: self._find(query, *wanted))

    def _find(self, query: Query, asked: Asked, offset: int, limit: int, facets: Sequence[str]) -> Found:
        deep = offset + limit > _DEEPEST
        body: dict[str, Any] = {
            "query": elastic_query.compiled(asked),
            "sort": elastic_query.order(query),
            "source_excludes": [*elastic_query.COMPUTED, *(("text",) if query.brief else ())],
        }
        answer = self._client.search(
            index=self._versions.alias(query.doc_type),
            aggs=elastic_query.facets(facets, query.counted),
            track_total_hits=True,
            allow_partial_search_results=False,
            size=0 if deep else limit,
            from_=0 if deep else offset,
            **body,
        )
        hits = answer["hits"]["hits"]
        if deep:
            alias = self._versions.alias(query.doc_type)
            hits = self._documents.read(lambda every: list(islice(every, offset, offset + limit)), alias, **body)
        page = [(float(hit["_score"] or 0.0), hit["_source"]) for hit in hits]
        counted = answer.get("aggregations", {})
        counts = {name: {str(b["key"]): int(b["doc_count"]) for b in counted[name]["buckets"]} for name in facets}
        return Found(int(answer["hits"]["total"]["value"]), page, counts)

    def papers(self) -> list[dict[str, Any]]:
        """See `SearchIndex.papers`."""
        self._check()
        with translated():
            return self._documents.fields(self._versions.alias(DocType.NOTICE), PAPER)

    def fingerprints(self) -> dict[str, str]:
        """See `SearchIndex.fingerprints`."""
        self._check()
        with translated():
            return self._documents.fingerprints(self._versions.alias(DocType.NOTICE))

    def status(self) -> IndexStatus:
        """See `SearchIndex.status`. Raises `IndexUnavailable` where Elasticsearch does not answer."""
        with translated():
            serving = self._versions.serving()
            if serving is None:
                return IndexStatus(exists=False, schema_version=None)
            counts = {t.value: self._documents.count(name) for t, name in serving.names.items()}
            version = serving.meta.get("index_version")
            return IndexStatus(True, version, counts, version != INDEX_VERSION, self._size(serving))

    # -- writing

    def put(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.put`. The index is made where there is none yet."""
        with translated():
            if self._versions.serving() is None:
                self._versions.move(self._versions.create())
                self._checked = float("-inf")
            self._check()
            targets = {t: self._versions.alias(t) for t in DocType}
            return self._documents.write(documents, targets, serving=self._versions.serving_number)

    def delete(self, notice_ids: Iterable[str]) -> None:
        """See `SearchIndex.delete`."""
        self._check()
        with translated():
            targets = {t: self._versions.alias(t) for t in DocType}
            notices = list(dict.fromkeys(notice_ids))
            for at in range(0, len(notices), BATCH_DOCUMENTS):
                raise_refused(
                    self._documents.bulk(self._documents.removals(targets, notices[at : at + BATCH_DOCUMENTS]))
                )
            self._documents.refresh(targets.values())

    # -- versions

    def rebuild(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.rebuild`. Notices written meanwhile are brought over; a second rebuild is refused."""
        with translated():
            count = Rebuild(self._versions, self._documents).run(documents)
        self._checked = float("-inf")
        return count

    def rollback(self) -> int:
        """Let the generation before the serving one serve again; gives back its number.

        Raises `IndexOutdated` where there is none, or none that this program can read.
        """
        with translated():
            serving = self._versions.serving()
            older = [
                g
                for g in self._versions.generations()
                if g.complete and (serving is None or g.number < serving.number) and g.readable
            ]
            if not older:
                raise IndexOutdated(NO_OLDER)
            self._versions.move(older[-1])
            self._checked = float("-inf")
            return older[-1].number

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._client.close()

    def _check(self) -> None:
        """Raise `IndexOutdated` unless an index of this program's version serves; looked up now and then."""
        if self._clock() - self._checked < _CHECK_SECONDS:
            return
        with translated():
            serving = self._versions.serving()
        if serving is None:
            raise IndexOutdated(MISSING)
        if not serving.readable:
            raise IndexOutdated(OTHER_VERSION)
        self._checked = self._clock()

    def _size(self, generation: Generation) -> int:
        try:
            stats = self._client.indices.stats(index=",".join(generation.names.values()), metric="store")
        except ApiError as exc:
            if exc.status_code == 403:  # a key that may only read and write
                return 0
            raise
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])


def open_elastic(
    url: str,
    *,
    prefix: str = "ketluan",
    api_key: str | None = None,
    basic_auth: tuple[str, str] | None = None,
    ca_certs: Path | None = None,
    timeout_seconds: float = 30.0,
) -> ElasticIndex:
    """The index at `url` (several addresses of one cluster: with commas). Nothing is asked of it yet.

    What one address does not answer is asked of the next; everything asked of it may be asked twice.
    """
    nodes = [part.strip() for part in url.split(",")]
    options: dict[str, Any] = {"request_timeout": timeout_seconds, **_patience(len(nodes) - 1)}
    if api_key:
        options["api_key"] = api_key
    elif basic_auth:
        options["basic_auth"] = basic_auth
    if ca_certs:
        options["ca_certs"] = str(ca_certs)
    options["serializer"] = OrjsonSerializer()
    return ElasticIndex(Elasticsearch(nodes, **options), prefix=prefix)


def _patience(others: int) -> dict[str, Any]:
    """What to do about an address that does not answer: ask the `others`. A refusal is the whole cluster's answer."""
    return {
        "max_retries": 2 * others,  # twice: another thread may have put a dead one in the way
        "retry_on_timeout": others > 0,
        "retry_on_status": (),
        # Both the same: where all have failed, the one that failed first is asked first.
        "dead_node_backoff_factor": _LEFT_ALONE_SECONDS,
        "max_dead_node_backoff": _LEFT_ALONE_SECONDS,
    }
