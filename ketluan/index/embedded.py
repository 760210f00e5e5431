"""The index inside the program: tantivy, one folder, no service.

    index/
    ├── current           names the version that serves and the schema version it was made with
    ├── writer.lock       held by the one that writes; readers need none
    ├── rebuild.lock      held by the one that rebuilds
    └── v-<time>-<…>/     one version (tantivy's own files)

A reader looks at `current` before each search (one `stat`) and at the version's last commit, so that what
another process wrote is seen by the next search. A rebuild fills a new version beside the old one and
then replaces `current` by rename: a search is answered by the one or by the other, never by half a one.

What becomes of a document: `embedded_fields.py`. What is asked of it: `ranking.py`, and in
its own words `embedded_query.py`.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import orjson
import tantivy
from tantivy import Order

from ketluan.errors import IndexOutdated, IndexUnavailable, KetluanError
from ketluan.index import ranking
from ketluan.index.answer import Found, answered
from ketluan.index.base import MOST_VALUES, PAPER, DocType, IndexStatus, Query, Results, Sort
from ketluan.index.conditions import Asked
from ketluan.index.embedded_fields import PAPERS, entry, raw, schema
from ketluan.index.embedded_query import compiled, one_of
from ketluan.index.gate import Gate
from ketluan.index.records import INDEX_VERSION, Document

_WRITER_BYTES = 50_000_000
_LOCK_SECONDS = 600.0
#: The engine counts no more values than some 65,000.
_MOST_COUNTED = 60_000

_MISSING = "Chưa có chỉ mục tìm kiếm. Hãy chạy `ketluan index rebuild` để tạo từ kho lưu trữ."
_OTHER_VERSION = "Chỉ mục tìm kiếm thuộc phiên bản khác. Hãy chạy `ketluan index rebuild` để tạo lại từ kho lưu trữ."
_DAMAGED = "Chỉ mục tìm kiếm bị hỏng. Hãy chạy `ketluan index rebuild` để tạo lại; kho lưu trữ không bị ảnh hưởng."
_UNWRITTEN = "Không ghi được chỉ mục. Hãy kiểm tra dung lượng đĩa và quyền ghi rồi chạy lại; kho lưu trữ vẫn đầy đủ."
_BUSY = "Chỉ mục đang được một tiến trình khác ghi. Hãy đợi vài phút rồi thử lại."
_REBUILDING = "Chỉ mục đang được tạo lại bởi một tiến trình khác. Hãy đợi tiến trình đó xong."

_SORTED: dict[Sort, tuple[str | None, Any]] = {
    Sort.RELEVANCE: (None, Order.Desc),
    Sort.NEWEST: ("newest", Order.Desc),
    Sort.OLDEST: ("oldest", Order.Asc),
    Sort.DUE: ("soonest", Order.Asc),
}


@contextmanager
def _engine(failed: KetluanError | None = None) -> Iterator[None]:
    """Turns what the engine raises on damaged files into `IndexOutdated`, or into `failed`."""
    try:
        yield
    except (ValueError, OSError) as exc:
        raise failed or IndexOutdated(_DAMAGED) from exc
    except BaseException as exc:
        if type(exc).__name__ == "PanicException":  # pyo3: not an Exception, no importable name
            raise failed or IndexOutdated(_DAMAGED) from exc
        raise


class _Version:
    """One version on disk, open for reading and writing."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        with _engine():
            if create:
                folder.mkdir(parents=True)
                self._index = tantivy.Index(schema(), path=str(folder))
            else:
                self._index = tantivy.Index.open(str(folder))
            words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("words", words)
            self._index.config_reader("manual", 0)
        self._seen: tuple[int, int] | None = None

    def searcher(self) -> Any:
        """A view of the last commit, whoever made it."""
        with _engine():
            commit = (self.folder / "meta.json").stat()
            if (commit.st_ino, commit.st_mtime_ns) != self._seen:
                self._index.reload()
                self._seen = (commit.st_ino, commit.st_mtime_ns)
            return self._index.searcher()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A writer whose changes become visible all at once, at the end; none of them after an error."""
        with _engine(IndexUnavailable(_UNWRITTEN)):
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        try:
            yield writer
        except BaseException:
            writer.rollback()
            writer.wait_merging_threads()
            raise
        with _engine(IndexUnavailable(_UNWRITTEN)):
            writer.commit()
            writer.wait_merging_threads()


class EmbeddedIndex:
    """`SearchIndex` over tantivy in `folder`. Safe for one writer and any number of readers, across processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version: _Version | None = None

    # -- asking

    def search(self, query: Query) -> Results:
        """See `SearchIndex.search`."""
        searcher = self._searcher()
        with _engine():
            return answered(query, lambda *wanted: _find(searcher, query, *wanted))

    def papers(self) -> list[dict[str, Any]]:
        """See `SearchIndex.papers`."""
        searcher = self._searcher()
        with _engine():
            wanted = one_of("doc_type", (DocType.NOTICE.value,))
            number = searcher.search(wanted, 1, count=True).count
            if number > _MOST_COUNTED:
                found = searcher.search(wanted, number).hits
                return [{name: document.get(name) for name in PAPER} for document in _documents(searcher, found)]
            counted = _terms(searcher, wanted, {PAPERS: PAPERS}, max(number, 1))[PAPERS]
        return [dict(zip(PAPER, orjson.loads(paper), strict=True)) for paper, n in counted.items() for _ in range(n)]

    def fingerprints(self) -> dict[str, str]:
        """See `SearchIndex.fingerprints`."""
        searcher = self._searcher()
        with _engine():
            found = searcher.search(one_of("doc_type", (DocType.NOTICE.value,)), max(searcher.num_docs, 1))
            stored = _documents(searcher, found.hits)
            return {document["id"]: document.get("fingerprint", "") for document in stored}

    def status(self) -> IndexStatus:
        """See `SearchIndex.status`."""
        pointer = self._read_pointer()
        if pointer is None:
            return IndexStatus(exists=False, schema_version=None)
        size = sum(f.stat().st_size for f in self._folder.rglob("*") if f.is_file())
        try:
            searcher = self._searcher()
            counts = dict.fromkeys((t.value for t in DocType), 0)
            with _engine():
                counts |= _counts(searcher, tantivy.Query.all_query(), ("doc_type",))["doc_type"]
        except IndexOutdated:
            return IndexStatus(
                exists=True, schema_version=pointer.get("schema_version"), outdated=True, size_bytes=size
            )
        return IndexStatus(True, pointer["schema_version"], counts, False, size)

    # -- writing

    def put(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.put`. The index is made where there is none yet."""
        with self._lock("writer.lock", _LOCK_SECONDS, _BUSY):
            if self._read_pointer() is None:
                self._publish(self._new_version())
            return _fill(self._current(), documents)

    def delete(self, notice_ids: Iterable[str]) -> None:
        """See `SearchIndex.delete`."""
        with self._lock("writer.lock", _LOCK_SECONDS, _BUSY), self._current().writing() as writer:
            for notice in notice_ids:
                writer.delete_documents_by_term(raw("notice"), notice)

    def rebuild(self, documents: Iterable[Sequence[Document]]) -> int:
        """See `SearchIndex.rebuild`. Writers wait until it is done; a second rebuild is refused."""
        with (
            self._lock("rebuild.lock", 0, _REBUILDING),
            self._lock("writer.lock", _LOCK_SECONDS, _BUSY),
        ):
            version = self._new_version()
            try:
                gate = Gate()
                count = _fill(version, gate.watch(documents))
                searcher = version.searcher()
                with _engine():
                    gate.check(lambda doc_type: _by_notice(searcher, doc_type), lambda query: _ids(searcher, query))
            except BaseException:
                shutil.rmtree(version.folder, ignore_errors=True)
                raise
            self._publish(version)
            return count

    def close(self) -> None:
        """See `SearchIndex.close`."""
        self._version = None

    # -- versions

    def _searcher(self) -> Any:
        """A view of what serves now; asked again where a rebuild has just taken the old version away."""
        while True:
            pointer = self._read_pointer()
            try:
                return self._current().searcher()
            except IndexOutdated:
                if self._read_pointer() == pointer:
                    raise

    def _current(self) -> _Version:
        """The version that serves, opened again where another has taken its place."""
        pointer = self._read_pointer()
        if pointer is None:
            raise IndexOutdated(_MISSING)
        if pointer.get("schema_version") != INDEX_VERSION:
            raise IndexOutdated(_OTHER_VERSION)
        if self._version is None or self._version.folder.name != pointer["folder"]:
            self._version = _Version(self._folder / str(pointer["folder"]))
        return self._version

    def _read_pointer(self) -> dict[str, Any] | None:
        try:
            data = json.loads((self._folder / "current").read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError:
            return {"schema_version": None, "folder": ""}
        return data if isinstance(data, dict) and "folder" in data else {"schema_version": None, "folder": ""}

    def _new_version(self) -> _Version:
        return _Version(self._folder / f"v-{uuid.uuid4().hex[:12]}", create=True)

    def _publish(self, version: _Version) -> None:
        """Make `version` the one that serves; take away all others."""
        draft = self._folder / "current.new"
        draft.write_text(json.dumps({"folder": version.folder.name, "schema_version": INDEX_VERSION}))
        draft.replace(self._folder / "current")
        self._version = version
        for other in self._folder.glob("v-*"):
            if other.name != version.folder.name:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def _lock(self, name: str, seconds: float, message: str) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self._folder / name, timeout=seconds):
                yield
        except filelock.Timeout as exc:
            raise IndexUnavailable(message) from exc


def _fill(version: _Version, documents: Iterable[Sequence[Document]]) -> int:
    count = 0
    with version.writing() as writer:
        for group in documents:
            for notice in {document["notice"] for document in group}:
                writer.delete_documents_by_term(raw("notice"), notice)
            for document in group:
                writer.add_document(entry(document))
            count += bool(group)
    return count


def _find(searcher: Any, query: Query, asked: Asked, offset: int, limit: int, facets: Sequence[str]) -> Found:
    wanted, (field, order) = compiled(asked), _SORTED[query.sort]
    offset, limit = min(offset, searcher.num_docs), min(limit, max(searcher.num_docs, 1))
    found = searcher.search(wanted, max(limit, 1), count=True, order_by_field=field, offset=offset, order=order)
    page = [(float(score) if field is None else 0.0, _document(searcher, at)) for score, at in found.hits[:limit]]
    return Found(found.count, page, _counts(searcher, wanted, facets, query.counted))


def _document(searcher: Any, at: Any) -> Document:
    document: Document = orjson.loads(bytes(searcher.doc(at).get_first("document")))
    return document


def _documents(searcher: Any, hits: Iterable[tuple[Any, Any]]) -> Iterator[Document]:
    return (_document(searcher, at) for _, at in hits)


def _ids(searcher: Any, query: Query) -> set[str]:
    found = searcher.search(compiled(ranking.asked(query)), max(searcher.num_docs, 1))
    return {_document(searcher, at)["id"] for _, at in found.hits}


def _by_notice(searcher: Any, doc_type: DocType) -> dict[str, int]:
    every = max(searcher.num_docs, 1)
    return _counts(searcher, one_of("doc_type", (doc_type.value,)), ("notice",), every)["notice"]


def _counts(searcher: Any, wanted: Any, names: Sequence[str], most: int = MOST_VALUES) -> dict[str, dict[str, int]]:
    return _terms(searcher, wanted, {name: raw(name) for name in names}, most) if names else {}


def _terms(searcher: Any, wanted: Any, fields: Mapping[str, str], most: int) -> dict[str, dict[str, int]]:
    """Name → value → how many have it, of the engine's field that the name stands for; the `most` of each."""
    sizes = {"size": most, "segment_size": max(most, MOST_VALUES)}
    counted = searcher.aggregate(wanted, {name: {"terms": {"field": field, **sizes}} for name, field in fields.items()})
    return {name: {str(b["key"]): int(b["doc_count"]) for b in counted[name]["buckets"]} for name in fields}
