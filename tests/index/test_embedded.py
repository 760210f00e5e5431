"""What only the embedded index has: its folder, its locks, its versions, and what happens when they are damaged."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest

from ketluan.errors import IndexOutdated, IndexUnavailable
from ketluan.index import embedded, open_index
from ketluan.index.base import DocType, Query
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.fields import properties
from ketluan.index.records import FIELDS, INDEX_VERSION, documents
from ketluan.settings import Settings
from ketluan.stored import StoredNotice


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "index"


@pytest.fixture
def full(folder: Path, corpus: list[StoredNotice]) -> Path:
    EmbeddedIndex(folder).put(documents(n) for n in corpus)
    return folder


def version(folder: Path) -> Path:
    return folder / json.loads((folder / "current").read_text())["folder"]


def count(index: EmbeddedIndex) -> int:
    return index.search(Query(limit=0)).total


def test_every_field_is_mapped() -> None:
    assert set(properties()) == {name for doc_type in DocType for name in FIELDS[doc_type]}


def test_settings_open_it(tmp_path: Path, corpus: list[StoredNotice]) -> None:
    index = open_index(Settings(home=tmp_path))
    assert not (tmp_path / "index").exists()  # asked for nothing yet
    index.put([documents(corpus[0])])
    assert (tmp_path / "index" / "current").exists()


# ---------------------------------------------------------------- damage


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3 :] = bytes(b ^ 0x5A for b in data[len(data) // 3 :])
    path.write_bytes(data)


DAMAGE: list[tuple[str, Callable[[Path], object]]] = [
    ("the folder is gone", shutil.rmtree),
    ("the version is gone", lambda f: shutil.rmtree(version(f))),
    ("the pointer is gone", lambda f: (f / "current").unlink()),
    ("the pointer is empty", lambda f: _empty(f / "current")),
    ("the pointer is garbage", lambda f: (f / "current").write_bytes(b"\xff\x00[")),
    ("the pointer is a list", lambda f: (f / "current").write_text("[]")),
    ("the pointer leads out", lambda f: (f / "current").write_text('{"folder": "../..", "schema_version": 1}')),
    ("the pointer is of another version", lambda f: _set_version(f, INDEX_VERSION + 1)),
    ("the pointer is of an older version", lambda f: _set_version(f, 0)),
    ("meta.json is gone", lambda f: (version(f) / "meta.json").unlink()),
    ("meta.json is empty", lambda f: _empty(version(f) / "meta.json")),
    ("meta.json is garbage", lambda f: _garble(version(f) / "meta.json")),
    *(
        (f"a .{suffix} file is gone", lambda f, s=suffix: [p.unlink() for p in version(f).glob(f"*.{s}")])
        for suffix in ("store", "term", "idx", "fast")
    ),
    *(
        (f"a .{suffix} file is empty", lambda f, s=suffix: [_empty(p) for p in version(f).glob(f"*.{s}")])
        for suffix in ("store", "term", "idx", "fast", "pos")
    ),
]


def _set_version(folder: Path, number: int) -> None:
    pointer = json.loads((folder / "current").read_text())
    (folder / "current").write_text(json.dumps({**pointer, "schema_version": number}))


@pytest.mark.parametrize(("damage"), [pytest.param(d, id=name) for name, d in DAMAGE])
def test_damage_says_to_rebuild_and_a_rebuild_heals(
    full: Path, corpus: list[StoredNotice], damage: Callable[[Path], object]
) -> None:
    damage(full)
    index = EmbeddedIndex(full)
    with pytest.raises(IndexOutdated, match="ketluan index rebuild"):
        index.search(Query(facets=("topics",)))
    status = index.status()
    assert status.outdated or not status.exists
    assert index.rebuild(documents(n) for n in corpus) == 6
    assert count(index) == 44
    assert not index.status().outdated


def test_a_damaged_index_is_not_written_to(full: Path, corpus: list[StoredNotice]) -> None:
    _empty(version(full) / "meta.json")
    with pytest.raises(IndexOutdated):
        EmbeddedIndex(full).put([documents(corpus[0])])


def test_an_index_of_another_version_is_not_written_to(full: Path, corpus: list[StoredNotice]) -> None:
    _set_version(full, INDEX_VERSION + 1)
    with pytest.raises(IndexOutdated):
        EmbeddedIndex(full).put([documents(corpus[0])])
    assert EmbeddedIndex(full).status().schema_version == INDEX_VERSION + 1


def test_a_write_that_fails_changes_nothing(full: Path, corpus: list[StoredNotice]) -> None:
    index = EmbeddedIndex(full)

    def breaks() -> Iterator[list[dict[str, Any]]]:
        yield documents(corpus[0])[:2]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        index.put(breaks())
    assert count(index) == 44
    index.put([documents(corpus[0])])  # the lock is free again
    assert count(index) == 44


# ---------------------------------------------------------------- more than one


def _put_elsewhere(folder: str, group: list[dict[str, Any]]) -> None:
    EmbeddedIndex(Path(folder)).put([group])


def _rebuild_elsewhere(folder: str, group: list[dict[str, Any]]) -> None:
    EmbeddedIndex(Path(folder)).rebuild([group])


@pytest.mark.parametrize(("write", "expected"), [(_put_elsewhere, 16), (_rebuild_elsewhere, 8)])
def test_what_another_process_wrote_is_seen_at_once(
    folder: Path, corpus: list[StoredNotice], write: Callable[..., None], expected: int
) -> None:
    reader = EmbeddedIndex(folder)
    reader.put([documents(corpus[0])])
    assert count(reader) == 8
    other = multiprocessing.get_context("spawn").Process(target=write, args=(str(folder), documents(corpus[1])))
    other.start()
    other.join(60)
    assert other.exitcode == 0
    assert count(reader) == expected


def test_readers_see_no_gap_while_it_is_rebuilt(full: Path, corpus: list[StoredNotice]) -> None:
    totals: set[int] = set()
    errors: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        index = EmbeddedIndex(full)
        while not done.is_set():
            try:
                totals.add(count(index))
            except BaseException as exc:  # noqa: BLE001 (whatever it is, it fails the test)
                errors.append(exc)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(8):
            EmbeddedIndex(full).rebuild(documents(n) for n in corpus)
    finally:
        done.set()
        for reader in readers:
            reader.join(30)
    assert errors == []
    assert totals == {44}


def test_writers_wait_for_each_other(folder: Path, corpus: list[StoredNotice]) -> None:
    threads = [threading.Thread(target=lambda n=notice: EmbeddedIndex(folder).put([documents(n)])) for notice in corpus]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert count(EmbeddedIndex(folder)) == 44


def test_a_writer_that_waits_too_long_says_so(
    full: Path, corpus: list[StoredNotice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_LOCK_SECONDS", 0.1)
    with filelock.FileLock(full / "writer.lock"):
        with pytest.raises(IndexUnavailable):
            EmbeddedIndex(full).put([documents(corpus[0])])
        assert count(EmbeddedIndex(full)) == 44  # readers need no lock


def test_a_second_rebuild_is_refused(full: Path, corpus: list[StoredNotice]) -> None:
    with filelock.FileLock(full / "rebuild.lock"), pytest.raises(IndexUnavailable):
        EmbeddedIndex(full).rebuild([documents(corpus[0])])
    assert count(EmbeddedIndex(full)) == 44


def test_only_the_version_that_serves_stays(full: Path, corpus: list[StoredNotice]) -> None:
    (full / "v-left-behind").mkdir()
    EmbeddedIndex(full).rebuild(documents(n) for n in corpus)
    assert [p.name for p in full.glob("v-*")] == [version(full).name]


def test_close_and_go_on(full: Path) -> None:
    index = EmbeddedIndex(full)
    assert count(index) == 44
    index.close()
    assert count(index) == 44


def test_more_notices_than_a_page(folder: Path, corpus: list[StoredNotice]) -> None:
    notice = documents(corpus[0])[0]
    index = EmbeddedIndex(folder)
    many = [[{**notice, "id": f"n{n}", "notice": f"n{n}"}] for n in range(12_000)]
    assert index.put(many) == 12_000
    assert len(index.fingerprints()) == 12_000


def test_the_papers_of_more_notices_than_the_engine_counts(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = EmbeddedIndex(full)
    counted = index.papers()
    monkeypatch.setattr(embedded, "_MOST_COUNTED", 1)
    assert sorted(map(str, index.papers())) == sorted(map(str, counted))
    assert len(counted) > 1
