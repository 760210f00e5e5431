"""What is stored stays whole: versions, leading files, damage that is found, drafts that are cleared."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from extractors.model import Conclusion, Extraction, Kind, Notice, Problem, Session, SourceText, Span
from ketluan.archive import Archive, Outcome
from ketluan.errors import ArchiveError, NoticeNotFound
from ketluan.fixity import MESSAGES
from ketluan.renditions import LEADING

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
TITLE = "Kết luận phiên họp thường kỳ"


def extraction(format: str = "txt", number: str | None = None, title: str = TITLE, **fields: str | None) -> Extraction:
    text = f"Giao Sở Y tế báo cáo.\nBản {format}."
    conclusions = (Conclusion("1", text[:21], Kind.DIRECTIVE, Span(0, 21)),)
    values = {"issuer": None, "place": "Lào Cai", "symbol": None, "issued": "2021-09", **fields}
    notice = Notice(
        number=number,
        title=title,
        session=Session("2021-08-31", "2021-09", "thường kỳ"),
        chair=None,
        signer=None,
        conclusions=conclusions,
        **values,  # type: ignore[arg-type]
    )
    return Extraction(notice, SourceText(text, (), format))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Two notices, one of them in two versions."""
    archive.store(b"draft", "a.docx", extraction("docx"), NOW)
    archive.store(b"signed", "a.pdf", extraction("pdf", "68"), NOW)
    archive.store(b"other", "b.txt", extraction(title="Kết luận cuộc họp khác"), NOW)
    return archive


def files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_what_is_stored_is_given_back(archive: Archive) -> None:
    read = extraction("docx")
    stored = archive.store(b"bytes", "Thông báo.docx", read, NOW)
    assert (stored.outcome, stored.version) == (Outcome.NEW, 1)
    kept = archive.get(stored.id)
    assert (kept.notice, kept.text, kept.version) == (read.notice, read.source.text, 1)
    (rendition,) = kept.renditions
    assert archive.original(rendition).read_bytes() == b"bytes"
    assert (rendition.name, rendition.size, rendition.added) == ("Thông báo.docx", 5, NOW.isoformat())
    assert rendition.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert archive.contains(rendition.sha256)
    assert [n.id for n in Archive(archive.root).notices()] == [stored.id]
    assert not list(archive.verify())


def test_the_same_bytes_again_change_nothing(filled: Archive) -> None:
    before = files(filled.root)
    again = Archive(filled.root).store(b"draft", "elsewhere.docx", extraction("docx", title="read anew"), NOW)
    assert again.outcome is Outcome.DUPLICATE
    assert files(filled.root) == before


def test_a_later_file_makes_a_version_and_touches_nothing(filled: Archive) -> None:
    before = files(filled.root)
    ledger = before.pop("ledger.jsonl")
    stored = filled.store(b"plain", "a.txt", extraction("txt"), NOW)
    assert (stored.outcome, stored.version) == (Outcome.VERSION, 3)
    after = files(filled.root)
    assert {path: after[path] for path in before} == before
    assert after["ledger.jsonl"].startswith(ledger)
    assert filled.get(stored.id, version=1).text == extraction("docx").source.text
    assert filled.get(stored.id).text == extraction("pdf").source.text


FILES = [("pdf", "68"), ("docx", None), ("pdf", None), ("txt", None)]


@pytest.mark.parametrize("order", list(itertools.permutations(FILES)), ids=str)
def test_the_order_of_arrival_does_not_matter(archive: Archive, order: tuple[tuple[str, str | None], ...]) -> None:
    for format, number in order:
        archive.store(f"{format}{number}".encode(), f"a.{format}", extraction(format, number), NOW)
    (stored,) = archive.notices()
    assert stored.version == 4
    assert [r.format for r in stored.renditions] == ["pdf", "docx", "pdf", "txt"]
    assert stored.notice.number == "68"
    assert stored.text == extraction("pdf").source.text


def test_every_row_of_the_leading_table_beats_the_next(archive: Archive) -> None:
    for row, (format, numbered) in enumerate(reversed(LEADING)):
        archive.store(bytes([row]), f"{row}", extraction(format, "68" if numbered else None), NOW)
        (stored,) = archive.notices()
        assert (stored.renditions[0].format, stored.notice.number is not None) == (format, numbered)


def test_of_two_drafts_the_later_leads(archive: Archive) -> None:
    for number, name in enumerate(("first.docx", "second.docx", "third.docx")):
        stored = archive.store(name.encode(), name, extraction("docx"), NOW + timedelta(days=number))
        assert archive.get(stored.id).renditions[0].name == name


SIGNED = {  # what the files of one signed paper print; the first leads
    "born digital.pdf": {"issued": "2021-09-03"},
    "day unread.pdf": {"issued": "2021-09"},
    "typed out.docx": {"issued": "2021-09-03"},
    "scan.pdf": {"issued": "2021-09-03", "scanned": True},
}


@pytest.mark.parametrize("order", list(itertools.permutations(SIGNED)), ids=str)
def test_of_signed_copies_what_they_are_decides_not_when_they_came(archive: Archive, order: tuple[str, ...]) -> None:
    for number, name in enumerate(order):
        scanned = bool(SIGNED[name].get("scanned"))
        read = extraction(name[-4:].strip("."), "68", issued=str(SIGNED[name]["issued"]))
        problems = (Problem("ocr", "Đọc từ ảnh."),) if scanned else ()
        read = replace(read, notice=replace(read.notice, problems=problems))
        archive.store(name.encode(), name, read, NOW + timedelta(days=number))
    (stored,) = archive.notices()
    assert [r.name for r in stored.renditions] == list(SIGNED)


def test_two_signed_copies_of_equal_worth_lead_the_same_way_in_both_orders(tmp_path: Path) -> None:
    names = ["one.pdf", "two.pdf"]
    led = []
    for order in (names, names[::-1]):
        archive = Archive(tmp_path / order[0])
        for number, name in enumerate(order):
            archive.store(name.encode(), name, extraction("pdf", "68"), NOW + timedelta(days=number))
        led += [stored.renditions[0].name for stored in archive.notices()]
    assert led[0] == led[1]


PROBLEMS = [  # what a second file says otherwise, the problem it makes
    ({"number": "69"}, "renditions_number"),
    ({"issued": "2021-10-01"}, "renditions_issued"),
    ({"title": TITLE.upper()}, "renditions_title"),
    ({"number": None}, None),  # a draft leaves it blank
    ({"issued": None}, None),
    ({"issued": "2021-09"}, None),  # a month agrees with its days
    ({"issuer": "UBND tỉnh Lào Cai"}, None),
]


@pytest.mark.parametrize(("change", "code"), PROBLEMS)
def test_files_that_disagree_make_a_problem(archive: Archive, change: dict[str, str | None], code: str | None) -> None:
    same: dict[str, str | None] = {"number": "68", "issued": "2021-09-03"}
    archive.store(b"1", "a.pdf", extraction("pdf", **same), NOW)  # type: ignore[arg-type]
    stored = archive.store(b"2", "b.txt", extraction("txt", **{**same, **change}), NOW)  # type: ignore[arg-type]
    assert stored.version == 2
    found = [p.code for p in archive.get(stored.id).notice.problems]
    assert found == ([code] if code else [])


@pytest.mark.parametrize("id", ["2021-09-lao-cai-00000000", "../../etc", "", ".", "a/b", "2021"])
def test_what_is_not_there_is_not_found(filled: Archive, id: str) -> None:
    with pytest.raises(NoticeNotFound):
        filled.get(id)


def test_an_archive_that_is_not_there_is_empty(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "none")
    assert list(archive.notices()) == []
    assert not archive.contains("0" * 64)
    assert list(archive.verify()) == []
    assert not archive.root.exists()


def test_a_name_that_is_no_unicode_can_be_stored(archive: Archive) -> None:
    stored = archive.store(b"x", "a\udcff.txt", extraction(), NOW)
    assert archive.get(stored.id).renditions[0].name == "a\ufffd.txt"


def test_two_papers_of_one_id_are_never_mixed(filled: Archive) -> None:
    for folder in filled.folders():
        for place in folder.iterdir():
            path = place / "data/notice.json"
            path.chmod(0o644)
            path.write_text(path.read_text().replace("|2021-08-31|", "|2021-08-30|"))
    with pytest.raises(ArchiveError, match="cùng mã"):
        filled.store(b"new", "new.txt", extraction(), NOW)


def test_a_crash_leaves_a_draft_and_the_next_run_clears_it(filled: Archive) -> None:
    draft = filled.root / "tmp" / "left" / "data"
    draft.mkdir(parents=True)
    (draft / "notice.json").write_text("{")
    assert [f.code for f in filled.verify()] == ["stale_draft"]
    assert len(list(filled.notices())) == 2
    with filled.writing():
        pass
    assert not list(filled.verify())


def test_the_checksums_hold_without_this_program(filled: Archive) -> None:
    for folder in filled.folders():
        for place in folder.iterdir():
            for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
                subprocess.run(["sha256sum", "-c", "--quiet", "--strict", manifest], cwd=place, check=True)
            assert json.loads((place / "data/notice.json").read_bytes())["schema_version"] == 1


# -- damage

V1 = "v0001"
V2 = "v0002"


def _bag_file(path: str) -> Callable[[Path], Path]:
    def find(notice: Path) -> Path:
        return next(iter(sorted(notice.glob(path))))

    return find


def flip(path: Path) -> None:
    """Turn one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")


def empty(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"")


def link(path: Path) -> None:
    target = path.parents[4] / "elsewhere"
    path.rename(target)
    path.symlink_to(target)


def adding(name: str) -> Callable[[Path], None]:
    def add(path: Path) -> None:
        (path / name).write_text("stranger")

    return add


def line(text: str) -> Callable[[Path], None]:
    def add(path: Path) -> None:
        path.chmod(0o644)
        path.write_text(path.read_text() + text + "\n")

    return add


Z = "0" * 64
RECORD = f"{V2}/data/notice.json"
TEXT = f"{V2}/data/text.txt"
ORIGINAL = f"{V1}/data/originals/*"
MANIFEST = f"{V2}/manifest-sha256.txt"
TAGS = f"{V2}/tagmanifest-sha256.txt"
INFO = f"{V2}/bag-info.txt"
DECLARED = f"{V2}/bagit.txt"

DAMAGE = [  # file, what happens to it, a code that must be found
    *((path, flip, "changed_file") for path in (RECORD, TEXT, ORIGINAL, INFO, DECLARED)),
    *((path, cut, "changed_file") for path in (RECORD, TEXT, ORIGINAL, INFO)),
    *((path, grow, "changed_file") for path in (RECORD, TEXT, ORIGINAL, DECLARED)),
    *((path, empty, "changed_file") for path in (RECORD, TEXT, ORIGINAL)),
    *((path, Path.unlink, "missing_file") for path in (RECORD, TEXT, ORIGINAL, INFO, DECLARED, MANIFEST)),
    (TAGS, Path.unlink, "missing_manifest"),
    (MANIFEST, Path.unlink, "missing_manifest"),
    (MANIFEST, flip, "changed_file"),
    (TAGS, cut, "bad_manifest"),
    (TAGS, empty, "unlisted_file"),
    *((MANIFEST, line(f"{Z}  {path}"), "bad_manifest") for path in ("data/../../x", "/etc/passwd", "~/x", "bagit.txt")),
    (MANIFEST, line("not a line"), "bad_manifest"),
    (RECORD, empty, "bad_json"),
    (DECLARED, flip, "bad_declaration"),
    (ORIGINAL, cut, "bad_oxum"),
    (ORIGINAL, Path.unlink, "missing_original"),
    (ORIGINAL, link, "not_a_file"),
    (f"{V2}/data", adding("more.txt"), "extra_file"),
    (f"{V2}/data/originals", adding("more.txt"), "orphan_original"),
    (V2, adding("notes.txt"), "extra_file"),
    ("", adding("notes.txt"), "extra_file"),
    ("..", adding("notes.txt"), "extra_file"),
    ("../..", adding("notes.txt"), "extra_file"),
    ("../../..", adding("notes.txt"), "extra_file"),
    (V1, shutil.rmtree, "missing_version"),
    (V1, shutil.rmtree, "missing_original"),
    (V2, lambda path: path.rename(path.with_name("v0003")), "wrong_record"),
    ("", lambda path: path.rename(path.with_name("2021-09-lao-cai-00000000")), "wrong_record"),
    ("", lambda path: path.rename(path.with_name("2020-09-lao-cai-00000000")), "wrong_folder"),
]


@pytest.mark.parametrize(("path", "damage", "code"), DAMAGE)
def test_damage_is_found_and_named(filled: Archive, path: str, damage: Callable[[Path], object], code: str) -> None:
    notice = next(f for f in filled.folders() if (f / V2).is_dir())
    hit = notice if not path else (notice / path).resolve() if path.startswith("..") else _bag_file(path)(notice)
    damage(hit)
    found = list(filled.verify())
    assert code in {f.code for f in found}
    assert all(f.message.startswith(MESSAGES[f.code]) for f in found)
    if hit.is_file() or code in ("missing_file", "changed_file"):
        assert hit.relative_to(filled.root).as_posix() in {f.path for f in found}


def test_checking_tells_how_far_it_is(filled: Archive) -> None:
    told: list[tuple[int, int]] = []
    assert not list(filled.verify(lambda done, total, _id: told.append((done, total))))
    assert told == [(1, 2), (2, 2)]
