"""How do documents get into indices and out of them, each item's answer looked at?

The client is asked for nothing that would hide an error: each item of a bulk request is looked at, and only
429 and 5xx are tried again.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from ketluan.errors import IndexOutdated, IndexUnavailable
from ketluan.index import elastic_query
from ketluan.index.base import DocType
from ketluan.index.elastic_faults import BUSY, OVERLOADED, REFUSED, passing

log = logging.getLogger(__name__)

Document = dict[str, Any]
_Hit = dict[str, Any]
_Taken = TypeVar("_Taken")

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries
BATCH_DOCUMENTS = 1_000
_BATCH_CHARACTERS = 4_000_000
_PAGE = 2_000
_KEEP_ALIVE = "2m"
_VIEW_LOST = "search_context_missing"  # how the names of such errors begin
#: What is wanted of the answer to a bulk request.
_TOLD = ("errors", "items.*.status", "items.*.error")


@dataclass(frozen=True, slots=True)
class Action:
    """One line of a bulk request."""

    name: str  # index or delete
    target: str
    id: str
    notice: str
    source: Document | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Elasticsearch will not take however often it is asked, and why."""

    action: Action
    reason: str


class Documents:
    """Reads and writes documents of whatever indices it is told, through one client."""

    def __init__(self, client: Elasticsearch, pauses: Sequence[float]) -> None:
        self._client = client
        self._pauses = tuple(pauses)

    def write(
        self,
        groups: Iterable[Sequence[Document]],
        targets: Mapping[DocType, str],
        *,
        aliased: bool = True,
        empty: bool = False,
        serving: Callable[[], object] = lambda: None,
    ) -> int:
        """Write groups in batches of whole notices. What is refused is raised after all the others are in.

        Where the indices are `empty` to begin with, only a notice that comes twice is looked for in them.
        `serving` tells what the targets stand for: a batch during which that changed is written once more, so that no
        notice lies with one half in one generation and the other half in another.
        """
        count = 0
        refused: list[Refusal] = []
        written: set[str] = set()
        for batch in _batches(groups):
            there = [notice for notice in batch if notice in written] if empty else list(batch)
            write = functools.partial(self._write_batch, batch, targets, aliased, there)
            refused += _steadily(write, serving)
            if empty:
                written.update(batch)
            count += len(batch)
        self.refresh(targets.values())
        raise_refused(refused)
        return count

    def _write_batch(
        self,
        batch: Mapping[str, Sequence[Document]],
        targets: Mapping[DocType, str],
        aliased: bool,
        there: Sequence[str],
    ) -> list[Refusal]:
        """What depends on the notices first, the notices last, as the mark that all the rest is in.

        `there` are the notices that the indices may hold documents of already.
        """
        actions = [
            Action("index", targets[DocType(d["doc_type"])], d["id"], notice, {**d, **elastic_query.computed(d)})
            for notice, group in batch.items()
            for d in group
        ]
        stale = self.removals(targets, there, keep=frozenset(action.id for action in actions))
        notices = [a for a in actions if a.target == targets[DocType.NOTICE]]
        others = [a for a in actions if a.target != targets[DocType.NOTICE]]
        refused = self.bulk([*others, *stale], aliased=aliased)
        wanting = {refusal.action.notice for refusal in refused}
        return refused + self.bulk([a for a in notices if a.notice not in wanting], aliased=aliased)

    def removals(
        self, targets: Mapping[DocType, str], notices: Sequence[str], *, keep: frozenset[str] = frozenset()
    ) -> list[Action]:
        """Deletions of all documents of these notices whose ids are not in `keep`."""
        if not notices:
            return []
        self.refresh(targets.values())
        asked = {"query": {"terms": {"notice": list(notices)}}, "source": ["notice"]}
        return [
            Action("delete", target, id, notice)
            for target in targets.values()
            for id, notice in self.read(
                lambda hits: [(hit["_id"], hit["_source"]["notice"]) for hit in hits], target, **asked
            )
            if id not in keep
        ]

    def bulk(self, actions: Sequence[Action], *, aliased: bool = True) -> list[Refusal]:
        """Do all of it: what is refused for now is tried again; what is refused for good is given back."""
        waiting = list(actions)
        refused: list[Refusal] = []
        for pause in (*self._pauses, None):
            waiting, never = self._bulk_once(waiting, aliased)
            refused += never
            if not waiting:
                break
            if pause is None:
                raise IndexUnavailable(OVERLOADED)
            time.sleep(pause)
        return refused

    def _bulk_once(self, actions: list[Action], aliased: bool) -> tuple[list[Action], list[Refusal]]:
        """One request: the actions to try again, and those refused for good."""
        if not actions:
            return [], []
        try:
            lines: Any = _lines(actions)
            answer = self._client.bulk(operations=lines, require_alias=aliased, filter_path=_TOLD)
        except ApiError as exc:
            if passing(exc.status_code):
                return actions, []
            raise
        results = [(action, item[action.name]) for action, item in zip(actions, answer["items"], strict=True)]
        again = [action for action, result in results if passing(result["status"])]
        return again, [Refusal(action, _reason(result)) for action, result in results if _refused(action, result)]

    def read(self, take: Callable[[Iterator[_Hit]], _Taken], index: str, **asked: Any) -> _Taken:
        """What `take` makes of every hit of a query, however many, from one unchanging view.

        The view lives on nodes of the cluster: where one of them dies meanwhile, all is read again, once.
        """
        try:
            return take(self._walk(index, **asked))
        except NotFoundError as exc:
            if not exc.error.startswith(_VIEW_LOST):
                raise
            log.warning("a node left while %s was read: read again", index)
            return take(self._walk(index, **asked))

    def _walk(self, index: str, **asked: Any) -> Iterator[_Hit]:
        order = asked.pop("sort", None) or [{"_shard_doc": "asc"}]
        view = self._client.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE)["id"]
        after: list[Any] | None = None
        try:
            while True:
                answer = self._client.search(
                    pit={"id": view, "keep_alive": _KEEP_ALIVE},
                    sort=order,
                    size=_PAGE,
                    search_after=after,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                    **asked,
                )
                view, hits = answer["pit_id"], answer["hits"]["hits"]
                yield from hits
                if len(hits) < _PAGE:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):  # left alone, it ends after `_KEEP_ALIVE`
                self._client.close_point_in_time(id=view)

    def fingerprints(self, index: str) -> dict[str, str]:
        """Notice id → fingerprint of what is stored for it."""
        return self.read(
            lambda hits: {hit["_id"]: str(hit["_source"].get("fingerprint") or "") for hit in hits},
            index,
            query={"match_all": {}},
            source=["fingerprint"],
        )

    def fields(self, index: str, names: Sequence[str]) -> list[Document]:
        """These fields of every document."""
        return self.read(
            lambda hits: [{name: hit["_source"].get(name) for name in names} for hit in hits],
            index,
            query={"match_all": {}},
            source=list(names),
        )

    def ids(self, index: str, query: Document) -> set[str]:
        """The ids of all documents that a query finds."""
        found = self._client.search(index=index, query=query, source=False, size=_PAGE, track_total_hits=False)
        if len(found["hits"]["hits"]) == _PAGE:
            return self.read(_ids, index, query=query, source=False)
        return _ids(found["hits"]["hits"])

    def by_notice(self, index: str) -> dict[str, int]:
        """Notice id → how many documents of it the index holds."""
        counts: dict[str, int] = {}
        after: Document = {}
        while True:
            pages = {"size": _PAGE, "sources": [{"notice": {"terms": {"field": "notice"}}}], **after}
            found = self._client.search(index=index, size=0, aggs={"notices": {"composite": pages}})
            notices = found["aggregations"]["notices"]
            counts |= {bucket["key"]["notice"]: int(bucket["doc_count"]) for bucket in notices["buckets"]}
            if "after_key" not in notices:
                return counts
            after = {"after": notices["after_key"]}

    def refresh(self, names: Iterable[str]) -> None:
        """Let what was written be seen; tried again for a while, as `bulk` is. Raises `IndexUnavailable` after that."""
        index = ",".join(names)
        for pause in (*self._pauses, None):
            if self._refresh_once(index):
                return
            if pause is None:
                raise IndexUnavailable(BUSY.format(503))
            time.sleep(pause)

    def _refresh_once(self, index: str) -> bool:
        """Whether every shard did it. A cluster that just lost its master answers 503 until it has another one."""
        try:
            return not self._client.indices.refresh(index=index)["_shards"]["failed"]
        except ApiError as exc:
            if passing(exc.status_code):
                return False
            raise

    def count(self, name: str) -> int:
        """How many documents an index holds."""
        return int(self._client.count(index=name)["count"])


def _ids(hits: Iterable[_Hit]) -> set[str]:
    return {hit["_id"] for hit in hits}


def _steadily(write: Callable[[], list[Refusal]], serving: Callable[[], object]) -> list[Refusal]:
    """Write, and once more as long as what serves has changed meanwhile."""
    now = serving()
    while True:
        before, refused, now = now, write(), serving()
        if now == before:
            return refused


def _refused(action: Action, result: Mapping[str, Any]) -> bool:
    status = int(result["status"])
    gone_already = action.name == "delete" and status == 404
    return status >= 400 and not passing(status) and not gone_already


def _reason(result: Mapping[str, Any]) -> str:
    error = result.get("error") or {}
    return f"{error.get('type', result['status'])}: {error.get('reason', '')}"[:300]


def raise_refused(refused: Sequence[Refusal]) -> None:
    """Raise `IndexOutdated` where something was refused for good."""
    if refused:
        raise IndexOutdated(REFUSED.format(len(refused), refused[0].action.id, refused[0].reason))


def _batches(groups: Iterable[Sequence[Document]]) -> Iterator[dict[str, Sequence[Document]]]:
    """Groups by notice, as many as make a request of fair size; the last of two groups of one notice counts."""
    batch: dict[str, Sequence[Document]] = {}
    documents = characters = 0
    for group in groups:
        if not group:
            continue
        notice = group[0]["notice"]
        if notice in batch or documents >= BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, documents, characters = {}, 0, 0
        batch[notice] = group
        documents += len(group)
        characters += sum(len(d.get("text") or "") for d in group)
    if batch:
        yield batch


def _lines(actions: Iterable[Action]) -> list[bytes]:
    """The body of a bulk request, ready for the wire: the client's own JSON takes several times as long."""
    lines: list[bytes] = []
    for action in actions:
        lines.append(orjson.dumps({action.name: {"_index": action.target, "_id": action.id}}))
        if action.source is not None:
            lines.append(orjson.dumps(action.source))
    return lines
