"""The index in Elasticsearch: for the whole office, for Kibana, and for scale.

    ketluan-notices      → ketluan-notices-v3          one alias for each type of document,
    ketluan-conclusions  → ketluan-conclusions-v3      each over one index of the same generation;
    ketluan-assignments  → ketluan-assignments-v3      generation 2 stays for `rollback`

A notice is written in two steps: its conclusions and assignments, then, when all of them are in, its own document
with the fingerprint. A write that was cut off thus leaves an old fingerprint or none, and reconciling finds it.
What was written is seen after the refresh that ends every write. A rebuild fills a new generation under aliases
that end in `-building`, which are its lock too, brings over what was written meanwhile, and moves the aliases
in one step.

The client is asked for nothing that would hide an error: each item of a bulk request is looked at, and only
429 and 5xx are tried again.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from elastic_transport import ConnectionError, ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch

from ketluan.errors import IndexOutdated, IndexUnavailable, QueryError
from ketluan.index import elastic_query
from ketluan.index.base import DocType, Hit, IndexStatus, Query, Results
from ketluan.index.highlight import highlights
from ketluan.index.records import INDEX_VERSION

log = logging.getLogger(__name__)

Document = dict[str, Any]
T = TypeVar("T")

MAPPINGS = Path(__file__).parents[2] / "index_mappings" / "elasticsearch"

_BATCH_DOCUMENTS = 1_000
_BATCH_CHARACTERS = 4_000_000
_PAGE = 2_000
_DEEPEST = 10_000  # `index.max_result_window`
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between tries
_CHECK_SECONDS = 30.0  # how long a version once seen is believed
_BEAT_SECONDS = 30.0
_ABANDONED_SECONDS = 600.0  # a rebuild that gave no sign for so long is dead
_BUILDING = "-building"
_KEEP_ALIVE = "2m"

_MISSING = "Chưa có chỉ mục tìm kiếm trên Elasticsearch. Hãy chạy `ketluan index rebuild` để tạo từ kho lưu trữ."
_OTHER_VERSION = "Chỉ mục tìm kiếm thuộc phiên bản khác. Hãy chạy `ketluan index rebuild` để tạo lại từ kho lưu trữ."
_REBUILDING = "Chỉ mục đang được tạo lại bởi một tiến trình khác. Hãy đợi tiến trình đó xong."
_DOWN = "Không kết nối được Elasticsearch ({}). Kho lưu trữ không bị ảnh hưởng; hãy thử lại sau ít phút."
_SLOW = "Elasticsearch không trả lời kịp. Hãy thử lại sau ít phút."
_CERTIFICATE = "Không tin được chứng thư của Elasticsearch. Hãy kiểm tra KETLUAN_ELASTICSEARCH_CA_CERTS."
_FORBIDDEN = "Elasticsearch không cho phép. Hãy kiểm tra KETLUAN_ELASTICSEARCH_API_KEY (hoặc tên và mật khẩu)."
_OVERLOADED = "Elasticsearch từ chối ghi vì đang quá tải hoặc đĩa gần đầy. Hãy thử lại sau ít phút."
_BUSY = "Elasticsearch đang quá tải hoặc gặp sự cố (mã {}). Hãy thử lại sau ít phút."
_NOT_ASKED = "Elasticsearch không hiểu câu hỏi này. Hãy viết ngắn hơn."
_REFUSED = "Elasticsearch từ chối {} tài liệu, ví dụ {}: {}. Hãy chạy `ketluan index rebuild`."
_SHORT = "Chỉ mục mới không đủ ({} thay vì {} {}); chỉ mục cũ vẫn được dùng. Hãy chạy lại `ketluan index rebuild`."
_NO_OLDER = "Không có chỉ mục cũ hơn để quay lại."


@dataclass(frozen=True, slots=True)
class _Generation:
    """The indices of one number, and what is known of them."""

    number: int
    names: Mapping[DocType, str]
    serving: frozenset[DocType]
    building: bool
    meta: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        return len(self.names) == len(DocType) and not self.building


@dataclass(frozen=True, slots=True)
class _Action:
    """One line of a bulk request."""

    name: str  # index or delete
    target: str
    id: str
    notice: str
    source: Document | None = None


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What Elasticsearch will not take however often it is asked, and why."""

    action: _Action
    reason: str


@dataclass(slots=True)
class _Tally:
    """What a rebuild has sent, so that what arrived can be compared: notice → documents of each type."""

    sent: dict[str, dict[DocType, int]] = field(default_factory=dict)

    def note(self, group: Sequence[Document]) -> None:
        for document in group:
            self.sent[document["notice"]] = dict.fromkeys(DocType, 0)
        for document in {d["id"]: d for d in group}.values():
            self.sent[document["notice"]][DocType(document["doc_type"])] += 1

    def total(self, doc_type: DocType) -> int:
        return sum(counts[doc_type] for counts in self.sent.values())


class ElasticIndex:
    """`SearchIndex` over Elasticsearch. Safe for several writers of different notices and any number of readers."""

    def __init__(
        self,
        client: Elasticsearch,
        *,
        prefix: str = "ketluan",
        pauses: Sequence[float] = _PAUSES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._pauses = tuple(pauses)
        self._clock = clock
        self._checked = float("-inf")
        self._beaten = float("-inf")

    # -- asking

    def search(self, query: Query) -> Results:
        """See `SearchIndex.search`."""
        self._check()
        offset, limit = max(query.offset, 0), max(query.limit, 0)
        deep = offset + limit > _DEEPEST
        body: dict[str, Any] = {
            "query": elastic_query.compiled(query),
            "sort": elastic_query.order(query),
            "source_excludes": list(elastic_query.COMPUTED),
        }
        with _translated(_NOT_ASKED):
            answer = self._client.search(
                index=self._alias(query.doc_type),
                aggs=elastic_query.facets(query),
                track_total_hits=True,
                allow_partial_search_results=False,
                size=0 if deep else limit,
                from_=0 if deep else offset,
                **body,
            )
            found = answer["hits"]["hits"]
            if deep:
                every = self._walk(self._alias(query.doc_type), **body)
                found = list(islice(every, offset, offset + limit))
        counted = answer.get("aggregations", {})
        facets = {name: _counts(counted[name]["buckets"]) for name in query.facets}
        return Results(tuple(_hit(query, hit) for hit in found), int(answer["hits"]["total"]["value"]), facets)

    def fingerprints(self) -> dict[str, str]:
        """See `SearchIndex.fingerprints`."""
        self._check()
        with _translated():
            return self._fingerprints(self._alias(DocType.NOTICE))

    def status(self) -> IndexStatus:
        """See `SearchIndex.status`. Raises `IndexUnavailable` where Elasticsearch does not answer."""
        with _translated():
            serving = self._serving()
            if serving is None:
                return IndexStatus(exists=False, schema_version=None)
            counts = {t.value: self._count(name) for t, name in serving.names.items()}
            version = serving.meta.get("index_version")
            return IndexStatus(True, version, counts, version != INDEX_VERSION, self._size(serving))

    # -- writing

    def put(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.put`. The index is made where there is none yet."""
        with _translated():
            if self._serving() is None:
                self._move(self._create())
            self._check()
            return self._write(documents, {t: self._alias(t) for t in DocType})

    def delete(self, notice_ids: Iterable[str]) -> None:
        """See `SearchIndex.delete`."""
        self._check()
        with _translated():
            targets = {t: self._alias(t) for t in DocType}
            notices = list(dict.fromkeys(notice_ids))
            for at in range(0, len(notices), _BATCH_DOCUMENTS):
                _raise_refused(self._bulk(self._removals(targets, notices[at : at + _BATCH_DOCUMENTS])))
            self._refresh(targets.values())

    # -- versions

    def rebuild(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.rebuild`. Notices written meanwhile are brought over; a second rebuild is refused."""
        with _translated():
            new = self._begin()
            try:
                seen = self._state_of(self._serving())
                count = self._fill(new, documents)
                old = self._serving()
                seen = self._bring_over(old, new, seen)
                self._move(new)
            except BaseException:
                self._discard(new)
                raise
            self._bring_over(old, new, seen)  # written between the last look and the move
            self._tidy(new, old)
            return count

    def rollback(self) -> int:
        """Let the generation before the serving one serve again; gives back its number.

        Raises `IndexOutdated` where there is none, or none that this program can read.
        """
        with _translated():
            serving = self._serving()
            older = [
                g
                for g in self._generations()
                if g.complete and (serving is None or g.number < serving.number) and _readable(g)
            ]
            if not older:
                raise IndexOutdated(_NO_OLDER)
            self._move(older[-1])
            return older[-1].number

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._client.close()

    # -- names and generations

    def _alias(self, doc_type: DocType) -> str:
        return f"{self._prefix}-{doc_type.value}s"

    def _generations(self) -> list[_Generation]:
        """All there are, oldest first."""
        names = ",".join(f"{self._alias(t)}-v*" for t in DocType)
        found = self._client.indices.get(index=names, filter_path="*.aliases,*.mappings._meta")
        numbered: dict[int, dict[DocType, tuple[str, Mapping[str, Any]]]] = {}
        for name, about in found.items():
            for doc_type in DocType:
                if match := re.fullmatch(rf"{re.escape(self._alias(doc_type))}-v(\d+)", name):
                    numbered.setdefault(int(match[1]), {})[doc_type] = (name, about)
        return [self._generation(number, parts) for number, parts in sorted(numbered.items())]

    def _generation(self, number: int, parts: Mapping[DocType, tuple[str, Mapping[str, Any]]]) -> _Generation:
        aliases = {t: set(about.get("aliases", {})) for t, (_, about) in parts.items()}
        metas = [about.get("mappings", {}).get("_meta", {}) for _, about in parts.values()]
        return _Generation(
            number=number,
            names={t: name for t, (name, _) in parts.items()},
            serving=frozenset(t for t, held in aliases.items() if self._alias(t) in held),
            building=any(self._alias(t) + _BUILDING in held for t, held in aliases.items()),
            meta=min(metas, key=lambda meta: int(meta.get("index_version", 0))),
        )

    def _serving(self) -> _Generation | None:
        """The generation that all three aliases stand for."""
        return next((g for g in self._generations() if len(g.serving) == len(DocType)), None)

    def _next_number(self) -> int:
        return max((g.number for g in self._generations()), default=0) + 1

    def _check(self) -> None:
        """Raise `IndexOutdated` unless an index of this program's version serves; looked up now and then."""
        if self._clock() - self._checked < _CHECK_SECONDS:
            return
        with _translated():
            serving = self._serving()
        if serving is None:
            raise IndexOutdated(_MISSING)
        if not _readable(serving):
            raise IndexOutdated(_OTHER_VERSION)
        self._checked = self._clock()

    def _create(self) -> _Generation:
        """A new, empty generation under the building aliases; refused where another process makes it just now."""
        number = self._next_number()
        settings = json.loads((MAPPINGS / "settings.json").read_text(encoding="utf-8"))
        names = {t: f"{self._alias(t)}-v{number}" for t in DocType}
        for doc_type, name in names.items():
            mappings = json.loads((MAPPINGS / f"{doc_type.value}s.json").read_text(encoding="utf-8"))
            try:
                self._client.indices.create(
                    index=name,
                    settings=settings,
                    mappings={**mappings, "_meta": self._meta()},
                    aliases={self._alias(doc_type) + _BUILDING: {}},
                )
            except ApiError as exc:
                if exc.error == "resource_already_exists_exception":
                    raise IndexUnavailable(_REBUILDING) from exc
                raise
        return _Generation(number, names, frozenset(), True, self._meta())

    def _meta(self) -> dict[str, Any]:
        return {"index_version": INDEX_VERSION, "alive": int(self._clock())}

    def _begin(self) -> _Generation:
        """A generation to fill; refused while another rebuild is at work."""
        for generation in self._generations():
            if generation.building:
                if self._clock() - float(generation.meta.get("alive", 0)) < _ABANDONED_SECONDS:
                    raise IndexUnavailable(_REBUILDING)
                log.warning("rebuild v%d was abandoned; taken away", generation.number)
                self._discard(generation)
        return self._create()

    def _fill(self, new: _Generation, documents: Iterable[Sequence[Document]]) -> int:
        """Write all, then see whether all of it is there: the gate before anything serves."""
        tally = _Tally()
        targets = {t: self._alias(t) + _BUILDING for t in DocType}

        def noted() -> Iterator[Sequence[Document]]:
            for group in documents:
                tally.note(group)
                self._beat(new)
                yield group

        count = self._write(noted(), targets)
        for doc_type, name in new.names.items():
            arrived, sent = self._count(name), tally.total(doc_type)
            if arrived != sent:
                raise IndexUnavailable(_SHORT.format(arrived, sent, doc_type.value))
        return count

    def _beat(self, new: _Generation) -> None:
        """Leave a sign that this rebuild is alive."""
        if self._clock() - self._beaten > _BEAT_SECONDS:
            self._beaten = self._clock()
            for name in new.names.values():
                self._client.indices.put_mapping(index=name, meta=self._meta())

    def _state_of(self, old: _Generation | None) -> dict[str, str]:
        if old is None or not _readable(old):
            return {}
        return self._fingerprints(old.names[DocType.NOTICE])

    def _bring_over(self, old: _Generation | None, new: _Generation, seen: dict[str, str]) -> dict[str, str]:
        """Repeat in `new` what was written to `old` since `seen`; gives back what was seen this time."""
        now = self._state_of(old)
        changed = [notice for notice, mark in now.items() if seen.get(notice) != mark]
        gone = [notice for notice in seen if notice not in now]
        if old is not None and (changed or gone):
            targets = dict(new.names)
            self._write((self._group(old, notice) for notice in changed), targets, aliased=False)
            _raise_refused(self._bulk(self._removals(targets, gone), aliased=False))
            self._refresh(new.names.values())
        return now

    def _group(self, generation: _Generation, notice: str) -> list[Document]:
        """The documents of a notice as they were put."""
        found = self._walk(
            ",".join(generation.names.values()),
            query={"term": {"notice": notice}},
            source_excludes=list(elastic_query.COMPUTED),
        )
        return [hit["_source"] for hit in found]

    def _move(self, new: _Generation) -> None:
        """Let `new` serve in the place of whatever does: one request, all or nothing."""
        actions: list[dict[str, Any]] = []
        for doc_type, name in new.names.items():
            alias = self._alias(doc_type)
            actions += [
                {"remove": {"index": f"{alias}-v*", "alias": alias, "must_exist": False}},
                {"remove": {"index": name, "alias": alias + _BUILDING, "must_exist": False}},
                {"add": {"index": name, "alias": alias}},
            ]
        self._client.indices.update_aliases(actions=actions)
        self._checked = float("-inf")
        log.info("generation v%d serves", new.number)

    def _discard(self, generation: _Generation) -> None:
        """Take the indices of a generation away; a fault is logged, as another one may be on its way up."""
        try:
            self._client.indices.delete(index=",".join(generation.names.values()), ignore_unavailable=True)
        except (ApiError, TransportError) as exc:
            log.warning("could not take away v%d: %s", generation.number, exc)

    def _tidy(self, *kept: _Generation | None) -> None:
        numbers = {g.number for g in kept if g}
        for generation in self._generations():
            if generation.number not in numbers and not generation.building and not generation.serving:
                self._discard(generation)

    # -- documents

    def _write(
        self, groups: Iterable[Sequence[Document]], targets: Mapping[DocType, str], *, aliased: bool = True
    ) -> int:
        """Write groups in batches of whole notices. What is refused is raised after all the others are in."""
        count = 0
        refused: list[_Refusal] = []
        for batch in _batches(groups):
            refused += self._write_batch(batch, targets, aliased)
            count += len(batch)
        self._refresh(targets.values())
        _raise_refused(refused)
        return count

    def _write_batch(
        self, batch: Mapping[str, Sequence[Document]], targets: Mapping[DocType, str], aliased: bool
    ) -> list[_Refusal]:
        """What depends on the notices first, the notices last, as the mark that all the rest is in."""
        actions = [
            _Action("index", targets[DocType(d["doc_type"])], d["id"], notice, {**d, **elastic_query.computed(d)})
            for notice, group in batch.items()
            for d in group
        ]
        stale = self._removals(targets, list(batch), keep=frozenset(action.id for action in actions))
        notices = [a for a in actions if a.target == targets[DocType.NOTICE]]
        others = [a for a in actions if a.target != targets[DocType.NOTICE]]
        refused = self._bulk([*others, *stale], aliased=aliased)
        wanting = {refusal.action.notice for refusal in refused}
        return refused + self._bulk([a for a in notices if a.notice not in wanting], aliased=aliased)

    def _removals(
        self, targets: Mapping[DocType, str], notices: Sequence[str], *, keep: frozenset[str] = frozenset()
    ) -> list[_Action]:
        """Deletions of all documents of these notices whose ids are not in `keep`."""
        if not notices:
            return []
        self._refresh(targets.values())
        return [
            _Action("delete", target, hit["_id"], hit["_source"]["notice"])
            for target in targets.values()
            for hit in self._walk(target, query={"terms": {"notice": list(notices)}}, source=["notice"])
            if hit["_id"] not in keep
        ]

    def _bulk(self, actions: Sequence[_Action], *, aliased: bool = True) -> list[_Refusal]:
        """Do all of it: what is refused for now is tried again; what is refused for good is given back."""
        waiting = list(actions)
        refused: list[_Refusal] = []
        for pause in (*self._pauses, None):
            waiting, never = self._bulk_once(waiting, aliased)
            refused += never
            if not waiting:
                break
            if pause is None:
                raise IndexUnavailable(_OVERLOADED)
            time.sleep(pause)
        return refused

    def _bulk_once(self, actions: list[_Action], aliased: bool) -> tuple[list[_Action], list[_Refusal]]:
        """One request: the actions to try again, and those refused for good."""
        if not actions:
            return [], []
        try:
            answer = self._client.bulk(operations=list(_lines(actions)), require_alias=aliased)
        except ApiError as exc:
            if _passing(exc.status_code):
                return actions, []
            raise
        results = [(action, item[action.name]) for action, item in zip(actions, answer["items"], strict=True)]
        again = [action for action, result in results if _passing(result["status"])]
        return again, [_Refusal(action, _reason(result)) for action, result in results if _refused(action, result)]

    def _walk(self, index: str, **asked: Any) -> Iterator[dict[str, Any]]:
        """Every hit, however many, from one unchanging view."""
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
            self._client.close_point_in_time(id=view)

    def _fingerprints(self, index: str) -> dict[str, str]:
        hits = self._walk(index, query={"match_all": {}}, source=["fingerprint"])
        return {hit["_id"]: str(hit["_source"].get("fingerprint") or "") for hit in hits}

    def _refresh(self, names: Iterable[str]) -> None:
        self._client.indices.refresh(index=",".join(names))

    def _count(self, name: str) -> int:
        return int(self._client.count(index=name)["count"])

    def _size(self, generation: _Generation) -> int:
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
    """The index at `url` (several addresses of one cluster: with commas). Nothing is asked of it yet."""
    options: dict[str, Any] = {"request_timeout": timeout_seconds, "max_retries": 0, "retry_on_timeout": False}
    if api_key:
        options["api_key"] = api_key
    elif basic_auth:
        options["basic_auth"] = basic_auth
    if ca_certs:
        options["ca_certs"] = str(ca_certs)
    return ElasticIndex(Elasticsearch([part.strip() for part in url.split(",")], **options), prefix=prefix)


@contextmanager
def _translated(misunderstood: str | None = None) -> Iterator[None]:
    """Turns what the client raises into our errors; a 400 means a bad question where one was asked."""
    try:
        yield
    except ConnectionTimeout as exc:
        raise IndexUnavailable(_SLOW) from exc
    except TlsError as exc:
        raise IndexUnavailable(_CERTIFICATE) from exc
    except ConnectionError as exc:
        raise IndexUnavailable(_DOWN.format(exc.message)) from exc
    except TransportError as exc:
        raise IndexUnavailable(_DOWN.format(exc.message)) from exc
    except ApiError as exc:
        raise _meant(exc, misunderstood) from exc


def _meant(exc: ApiError, misunderstood: str | None) -> Exception:
    status = exc.status_code
    if status in (401, 403):
        return IndexUnavailable(_FORBIDDEN)
    if status == 404:
        return IndexOutdated(_MISSING)
    if status == 400 and misunderstood:
        return QueryError(misunderstood)
    return IndexUnavailable(_BUSY.format(status))


def _passing(status: int) -> bool:
    """Whether trying again later may help."""
    return status == 429 or status >= 500


def _refused(action: _Action, result: Mapping[str, Any]) -> bool:
    status = int(result["status"])
    gone_already = action.name == "delete" and status == 404
    return status >= 400 and not _passing(status) and not gone_already


def _reason(result: Mapping[str, Any]) -> str:
    error = result.get("error") or {}
    return f"{error.get('type', result['status'])}: {error.get('reason', '')}"[:300]


def _raise_refused(refused: Sequence[_Refusal]) -> None:
    if refused:
        raise IndexOutdated(_REFUSED.format(len(refused), refused[0].action.id, refused[0].reason))


def _readable(generation: _Generation) -> bool:
    return bool(generation.meta.get("index_version") == INDEX_VERSION)


def _batches(groups: Iterable[Sequence[Document]]) -> Iterator[dict[str, Sequence[Document]]]:
    """Groups by notice, as many as make a request of fair size; the last of two groups of one notice counts."""
    batch: dict[str, Sequence[Document]] = {}
    documents = characters = 0
    for group in groups:
        if not group:
            continue
        notice = group[0]["notice"]
        if notice in batch or documents >= _BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, documents, characters = {}, 0, 0
        batch[notice] = group
        documents += len(group)
        characters += sum(len(d.get("text") or "") for d in group)
    if batch:
        yield batch


def _lines(actions: Iterable[_Action]) -> Iterator[dict[str, Any]]:
    for action in actions:
        yield {action.name: {"_index": action.target, "_id": action.id}}
        if action.source is not None:
            yield action.source


def _hit(query: Query, hit: Mapping[str, Any]) -> Hit:
    document = dict(hit["_source"])
    marked = highlights(query, document.get("text") or "")
    return Hit(document["id"], float(hit["_score"] or 0.0), document, marked)


def _counts(buckets: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    pairs = ((str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
