"""A verification that is stopped goes on where it was, and misses nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ketluan import ledger, upkeep, verifying
from ketluan.archive import Archive
from ketluan.settings import Settings
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)


class Stopped(Exception):
    """The power is cut."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Six notices; the second and the fifth are damaged, and a stranger lies beside them."""
    settings = Settings(home=tmp_path, _env_file=None)
    archive = Archive(settings.archive)
    for month in range(1, 7):
        data = f"2021-0{month}|phien".encode()
        archive.store(data, "a.txt", read(data, name="a.txt"), NOW)
    folders = list(archive.folders())
    for number in (1, 4):
        (folders[number] / "v0001" / "data" / "text.txt").unlink()
    (settings.archive / "stranger").touch()
    return settings


def verify(settings: Settings, hours: float = 0, stop_at: int = 0) -> tuple[list[str], list[int]]:
    """The codes found, and the notices looked at."""
    looked: list[int] = []

    def progress(number: int, _total: int, _id: str) -> None:
        looked.append(number)
        if number == stop_at:
            raise Stopped

    found = verifying.verify(settings, lambda: NOW + timedelta(hours=hours), progress=progress, every=0)
    return sorted(f"{f.code} {f.path.split('/')[-1]}" for f in found), looked


WHOLE = ["bad_oxum bag-info.txt", "bad_oxum bag-info.txt", "extra_file stranger"]
WHOLE = sorted([*WHOLE, "missing_file text.txt", "missing_file text.txt"])


def test_it_goes_on_where_it_was_stopped(settings: Settings) -> None:
    assert verify(settings, hours=100) == (WHOLE, [1, 2, 3, 4, 5, 6])
    for stop in range(1, 7):
        with pytest.raises(Stopped):
            verify(settings, stop_at=stop)
        found, looked = verify(settings, hours=3)
        assert found == WHOLE
        assert looked == list(range(stop + 1, 7))
        last = upkeep.verified(settings.state)
        assert last
        assert (last.began, last.findings, last.sound) == (NOW.isoformat(), len(WHOLE), False)


def test_one_that_was_stopped_long_ago_begins_anew(settings: Settings) -> None:
    with pytest.raises(Stopped):
        verify(settings, stop_at=4)
    assert verify(settings, hours=49)[1] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("left", ["", "{", "[]", '{"began": 3}', '{"began": "x", "after": "", "findings": []}'])
def test_a_note_that_is_no_note_is_passed_over(settings: Settings, left: str) -> None:
    settings.state.mkdir()
    (settings.state / "verifying.json").write_text(left)
    assert verify(settings)[1] == [1, 2, 3, 4, 5, 6]
    assert not (settings.state / "verifying.json").exists()


def test_no_archive_is_nothing_to_verify(tmp_path: Path) -> None:
    assert verify(Settings(home=tmp_path / "none", _env_file=None)) == ([], [])
    assert not (tmp_path / "none").exists()


def test_a_ledger_cut_together_with_its_notice_is_found(settings: Settings) -> None:
    """Nothing in the archive tells; the hash that was noted at the last verification does."""
    verify(settings)
    shutil.rmtree(list(Archive(settings.archive).folders())[-1])
    path = settings.archive / ledger.FILE
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert set(verify(settings)[0]) - set(WHOLE) == {"shortened_ledger ledger.jsonl"}
