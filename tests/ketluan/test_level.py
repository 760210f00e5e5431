"""The index is brought level with the archive, and what is kept for speed never hides a difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ketluan import level
from ketluan.archive import Archive
from ketluan.index import Differences, reconcile
from ketluan.index.embedded import EmbeddedIndex
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)


class Home:
    """An archive with its index, and how often a notice was read."""

    def __init__(self, root: Path) -> None:
        self.archive, self.index, self.cache = Archive(root / "archive"), EmbeddedIndex(root / "index"), root / "cache"

    def store(self, said: str) -> str:
        data = said.encode()
        return self.archive.store(data, "a.txt", read(data, name="a.txt"), NOW).id

    def level(self) -> Differences:
        return level.bring_level(self.archive, self.index, self.cache)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    for month in range(1, 5):
        home.store(f"2021-0{month}|phien")
    assert level.build(home.archive, home.index, home.cache) == 4
    return home


@pytest.fixture
def read_ids(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the notices that are read from now on."""
    ids: list[str] = []
    get = Archive.get

    def counted(self: Archive, id: str, *args: int, **options: bool) -> object:
        ids.append(id)
        return get(self, id, *args, **options)

    monkeypatch.setattr(Archive, "get", counted)
    return ids


def test_where_nothing_changed_nothing_is_read(home: Home, read_ids: list[str]) -> None:
    assert not home.level()
    assert read_ids == []


def test_only_what_is_new_is_read(home: Home, read_ids: list[str]) -> None:
    new, other = home.store("2021-05|phien"), home.store("2021-01|phien|7")
    assert home.level() == Differences(missing=(new,), outdated=(other,))
    assert set(read_ids) == {new, other}
    assert not home.level()
    assert not reconcile(home.index, home.archive.notices())


SPOILED: list[tuple[str, Callable[[Home], object]]] = [
    ("kept digests are gone", lambda h: (h.cache / level.FILE).unlink()),
    ("kept digests are no JSON", lambda h: (h.cache / level.FILE).write_bytes(b"{")),
    ("kept digests have another form", lambda h: (h.cache / level.FILE).write_bytes(b'{"program": 1, "notices": []}')),
    ("kept digests cannot be read", lambda h: ((h.cache / level.FILE).unlink(), (h.cache / level.FILE).mkdir())),
    ("a notice is not in the index", lambda h: h.index.delete([next(h.archive.ids())])),
]


@pytest.mark.parametrize("spoil", [row[1] for row in SPOILED], ids=[row[0] for row in SPOILED])
def test_it_ends_level_all_the_same(home: Home, spoil: Callable[[Home], object]) -> None:
    spoil(home)
    home.store("2021-06|phien")
    assert home.level()
    assert not reconcile(home.index, home.archive.notices())


def test_another_program_reads_all_anew(home: Home, read_ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level, "program", lambda: "a later one")
    assert not home.level()
    assert len(read_ids) == 4


def test_a_seal_tells_versions_and_corrections(home: Home) -> None:
    id = next(home.archive.ids())
    seals = [home.archive.seal(id)]
    home.store("2021-01|phien|7")
    seals.append(home.archive.seal(id))
    for text in (b"", b"one", b"two"):
        (home.archive.root / "notices" / id[:4] / id / "corrections.jsonl").write_bytes(text)
        seals.append(home.archive.seal(id))
    assert len(set(seals)) == len(seals)
