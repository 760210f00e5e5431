"""An archive that an older version wrote is read: one small archive of each schema version that ever was.

Whoever raises `SCHEMA_VERSION` adds `tests/ketluan/schemas/<version>/archive`, written by the program as it is then: a
draft and a signed copy of one notice, and a correction of its number. The older ones are never written again.
"""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors import extract
from extractors.model import SCHEMA_VERSION
from ketluan.archive import Archive, Outcome
from ketluan.index import open_index, rebuild
from ketluan.search import search
from ketluan.settings import Settings

SCHEMAS = Path(__file__).parent / "schemas"
VERSIONS = range(1, SCHEMA_VERSION + 1)


@pytest.fixture(params=VERSIONS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A home with the archive of one version in it."""
    written = SCHEMAS / str(request.param) / "archive"
    assert written.is_dir(), f"schema version {request.param} has no archive in {SCHEMAS}"
    shutil.copytree(written, tmp_path / "archive")
    return Settings(home=tmp_path, _env_file=None)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_is_what_that_version_wrote(version: int) -> None:
    records = list((SCHEMAS / str(version)).rglob("data/notice.json"))
    assert {json.loads(path.read_bytes())["schema_version"] for path in records} == {version}


def test_it_is_sound_and_says_what_it_said(settings: Settings) -> None:
    archive = Archive(settings.archive)
    assert {f.code for f in archive.verify()} <= {"unrecorded"}, "the first ledgers had no corrections"
    (stored,) = archive.notices()
    assert (stored.version, {r.name for r in stored.renditions}) == (2, {"Bản ký.txt", "du thao.txt"})
    assert (stored.notice.number, stored.notice.issued) == ("215", "2021-10-05")
    first, second = stored.notice.conclusions
    assert (first.path, first.deadlines[0].due) == ("1", date(2021, 10, 20))
    assert first.assignments[0].lead[0].name == "Sở Y tế"
    assert second.citations[0].key == "15/NQ-HĐND"
    for conclusion in stored.notice.conclusions:
        assert "".join(stored.text[conclusion.span.start : conclusion.span.end].split()) == "".join(
            conclusion.text.split()
        )
    assert archive.get(stored.id, 1).notice.number == "214"


def test_the_index_is_made_from_it_alone(settings: Settings) -> None:
    with closing(open_index(settings)) as index:
        assert rebuild(index, Archive(settings.archive).notices()) == 1
        assert search(index, "giuong benh tram y te").hits[0].document["notice"] == "2021-09-dai-son-c8bf4ffd"


def test_work_goes_on_in_it(settings: Settings) -> None:
    archive = Archive(settings.archive)
    (id,) = archive.ids()
    again = archive.original(archive.get(id).renditions[0]).read_bytes()
    now = datetime(2021, 11, 1, tzinfo=UTC)
    assert archive.store(again, "lại.txt", extract(again, name="lại.txt"), now).outcome is Outcome.DUPLICATE
    more = again + b"\n"
    assert archive.store(more, "nữa.txt", extract(more, name="nữa.txt"), now).version == 3
    assert archive.get(id).notice.number == "215"
    assert not list(archive.verify())
