"""The ledger knows every version, shows what was done to it, and is made whole by the next run."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.model import Extraction
from ketluan import correcting, ledger
from ketluan.archive import Archive
from ketluan.extractor import extractor_version
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)


def said(month: str, number: str = "") -> tuple[bytes, str, Extraction]:
    data = f"{month}|phien|{number}".encode()
    return data, f"{month}.txt", read(data, name=f"{month}.txt")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three notices, the first of them in two versions."""
    archive = Archive(tmp_path / "archive")
    for month, number in (("2021-01", ""), ("2021-01", "7"), ("2021-02", ""), ("2021-03", "")):
        archive.store(*said(month, number), NOW)
    return archive


def lines(archive: Archive) -> list[bytes]:
    return (archive.root / ledger.FILE).read_bytes().splitlines(keepends=True)


def write(archive: Archive, kept: list[bytes]) -> None:
    (archive.root / ledger.FILE).write_bytes(b"".join(kept))


def found(archive: Archive) -> list[tuple[str, str]]:
    return [(finding.path.replace(ids(archive), "…"), finding.code) for finding in archive.verify()]


def ids(archive: Archive) -> str:
    return next(iter(archive.ids()), "none")


def test_each_version_has_a_line(archive: Archive) -> None:
    said = [json.loads(line) for line in lines(archive)]
    assert [(s["n"], s["id"][:7], s["version"]) for s in said] == [
        (1, "2021-01", 1),
        (2, "2021-01", 2),
        (3, "2021-02", 1),
        (4, "2021-03", 1),
    ]
    assert [s["previous"] for s in said] == [ledger.START, *(s["hash"] for s in said[:-1])]
    assert not any("late" in s for s in said)
    assert [s["event"] for s in said] == ["new", "version", "new", "new"]
    assert {s["by"] for s in said} == {ledger.actor()}
    assert {s["extractor"] for s in said} == {extractor_version()}
    assert found(archive) == []


def folder(archive: Archive, number: int) -> Path:
    return list(archive.folders())[number]


def edited(archive: Archive, n: int, old: bytes, new: bytes) -> None:
    kept = lines(archive)
    assert old in kept[n]
    write(archive, [*kept[:n], kept[n].replace(old, new), *kept[n + 1 :]])


DAMAGE: list[tuple[str, Callable[[Archive], object], list[str]]] = [  # what was done, what `verify` finds
    ("nothing", lambda a: None, []),
    ("a notice is gone", lambda a: shutil.rmtree(folder(a, 1)), ["missing_notice"]),
    ("the last notice is gone", lambda a: shutil.rmtree(folder(a, 2)), ["missing_notice"]),
    ("a year is gone", lambda a: shutil.rmtree(a.root / "notices" / "2021"), ["missing_notice"] * 3),
    ("all notices are gone", lambda a: shutil.rmtree(a.root / "notices"), ["missing_notice"] * 3),
    ("the last version is gone", lambda a: shutil.rmtree(folder(a, 0) / "v0002"), ["missing_version"]),
    ("the first version is gone", lambda a: shutil.rmtree(folder(a, 0) / "v0001"), ["missing_version"]),
    ("the ledger is gone", lambda a: (a.root / ledger.FILE).unlink(), ["missing_ledger"]),
    ("a line is edited", lambda a: edited(a, 1, b"2021-10-01", b"2021-10-02"), ["broken_ledger", "unrecorded"]),
    ("the last line is edited", lambda a: edited(a, 3, b"2021-10-01", b"2021-10-02"), ["broken_ledger", "unrecorded"]),
    ("a blank is put in", lambda a: edited(a, 2, b'"n":3,', b'"n": 3,'), ["broken_ledger", "unrecorded"]),
    ("a line is cut out", lambda a: write(a, lines(a)[:1] + lines(a)[2:]), ["broken_ledger", "unrecorded"]),
    ("the first line is cut out", lambda a: write(a, lines(a)[1:]), ["broken_ledger", "unrecorded"]),
    ("lines change places", lambda a: write(a, [lines(a)[n] for n in (0, 2, 1, 3)]), ["broken_ledger"] * 3),
    ("the end is cut off", lambda a: write(a, lines(a)[:-1]), ["unrecorded"]),
    ("half a line is cut off", lambda a: write(a, [*lines(a)[:-1], lines(a)[-1][:60]]), ["torn_ledger", "unrecorded"]),
    ("the ledger is emptied", lambda a: write(a, []), ["unrecorded"] * 4),
    ("it is no text", lambda a: write(a, [b"\xff\0\n" * 4]), ["broken_ledger"] * 4 + ["unrecorded"] * 4),
]


@pytest.mark.parametrize(("do", "codes"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_what_is_done_to_it_is_found(archive: Archive, do: Callable[[Archive], object], codes: list[str]) -> None:
    do(archive)
    assert sorted(finding.code for finding in archive.verify() if "original" not in finding.code) == sorted(codes)


def test_a_correction_that_is_cut_off_is_found(archive: Archive) -> None:
    id = next(archive.ids())
    for number in ("8", "9"):
        correcting.correct(archive, id, "number", number, by="Hà", because="theo bản ký", now=NOW)
    assert [json.loads(line).get("correction") for line in lines(archive)[-2:]] == [1, 2]
    assert found(archive) == []
    path = folder(archive, 0) / "corrections.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)
    path.chmod(0o644)
    path.write_bytes(kept[0])
    assert [code for _, code in found(archive)] == ["missing_correction"]
    path.unlink()
    assert [code for _, code in found(archive)] == ["missing_correction"] * 2


def test_a_correction_that_a_crash_kept_from_it_is_made_up_for(archive: Archive) -> None:
    correcting.correct(archive, next(archive.ids()), "number", "8", by="Hà", because="theo bản ký", now=NOW)
    whole = lines(archive)
    write(archive, whole[:-1])
    assert [code for _, code in found(archive)] == ["unrecorded"]
    Archive(archive.root).store(*said("2021-04"), NOW)
    assert lines(archive)[: len(whole)] == whole
    assert found(archive) == []


def test_a_manifest_made_anew_is_found(archive: Archive) -> None:
    place = folder(archive, 2) / "v0001"
    shutil.rmtree(place)
    shutil.copytree(folder(archive, 1) / "v0001", place)
    assert (f"notices/2021/{folder(archive, 2).name}/v0001/manifest-sha256.txt", "changed_manifest") in found(archive)


@pytest.mark.parametrize("cut", [0, 1, 60, -1], ids=lambda n: f"{n} bytes of the line")
def test_what_a_crash_kept_from_it_is_made_up_for(archive: Archive, cut: int) -> None:
    whole = lines(archive)
    write(archive, [*whole[:-1], whole[-1][:cut]])
    Archive(archive.root).store(*said("2021-04"), NOW)
    assert lines(archive)[:4] == whole
    assert found(archive) == []


def test_a_lost_ledger_is_made_anew_and_says_so(archive: Archive) -> None:
    (archive.root / ledger.FILE).unlink()
    Archive(archive.root).store(*said("2021-04"), NOW)
    assert [json.loads(line).get("late", False) for line in lines(archive)] == [True] * 4 + [False]
    assert found(archive) == []


def test_a_notice_that_is_gone_stays_known(archive: Archive) -> None:
    shutil.rmtree(folder(archive, 1))
    Archive(archive.root).store(*said("2021-04"), NOW)
    assert [finding.code for finding in archive.verify()] == ["missing_notice"]


def test_a_damaged_line_stays_to_be_seen(archive: Archive) -> None:
    edited(archive, 1, b"2021-10-01", b"2021-10-02")
    Archive(archive.root).store(*said("2021-04"), NOW)
    assert [finding.code for finding in archive.verify()] == ["broken_ledger"]
    assert len(lines(archive)) == 6


def test_a_full_disk_leaves_no_half_line(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lines(archive)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "disk full")

    with monkeypatch.context() as context:
        context.setattr(ledger.os, "fsync", full)
        with pytest.raises(OSError, match="disk full"):
            ledger.append(archive.root, [ledger.Version("2021", "x", 1, "0")])
    assert lines(archive) == before
    assert (archive.root / ledger.FILE).stat().st_size == sum(map(len, before))
