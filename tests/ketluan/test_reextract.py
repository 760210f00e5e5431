"""Reading the archive again: what it tells, what it writes, and what it leaves alone. And one paper in many files."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from extractors import extract
from extractors.errors import UnreadableDocument
from extractors.model import AgencyMention, Assignment, Conclusion, Extraction, Kind, Notice, Session, SourceText, Span
from ketluan import correcting, extractor, reextract
from ketluan.archive import Archive
from ketluan.changes import between
from ketluan.cli import app
from ketluan.identity import notice_id
from ketluan.index import rebuild
from ketluan.index.base import Query
from ketluan.index.embedded import EmbeddedIndex
from ketluan.reextract import Report
from ketluan.settings import Settings
from samples.render import render_docx, render_pdfs

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
LATER = datetime(2022, 1, 1, 1, 0, tzinfo=UTC)
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "2021-09-lao-cai.txt"
WHO = {"by": "Lê Thị Hà", "because": "Theo bản ký", "now": NOW}


def read(data: bytes, *, name: str, better: bool = False) -> Extraction:
    """A stand-in for the extractors: `title|lead,lead|number`, a line a conclusion after it. The better one reads
    leads that the other leaves out, and no file that says `broken`."""
    if better and b"broken" in data:
        raise UnreadableDocument("as the test wants it")
    head, *lines = data.decode().split("\n")
    title, leads, number, *_ = [*head.split("|"), "", ""]
    named = tuple(AgencyMention(n, "", Span(0, 0)) for n in leads.split(",") if n)[: None if better else 1]
    conclusions, offset = [], 0
    for n, text in enumerate(lines, 1):
        groups = (Assignment(named),) if named else ()
        span = Span(offset, offset + len(text))
        conclusions.append(Conclusion(str(n), text, Kind.DIRECTIVE, span, assignments=groups))
        offset += len(text) + 1
    if better:
        conclusions = [c for c in conclusions if not c.text.startswith("Trên đây")]
        title = title.replace("@", "thường kỳ")
    session = Session("2021-09-30", "2021-10", "thường kỳ")
    notice = Notice(None, "Lào Cai", number or None, "TB-UBND", "2021-10", title, session, None, None,
                    conclusions=tuple(conclusions))  # fmt: skip
    return Extraction(notice, SourceText("\n".join(lines), (), name.rpartition(".")[2]))


def read_better(data: bytes, *, name: str) -> Extraction:
    return read(data, name=name, better=True)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", workers=1, _env_file=None)


PAPERS = {
    "a.txt": "Kết luận một|Sở Y tế,Sở Nội vụ\nRà soát biên chế.\nTrên đây là kết luận.",
    "b.txt": "Kết luận hai|Sở Xây dựng\nKiểm tra công trình.",
    "c.txt": "Kết luận ba|Sở Y tế,Sở Tư pháp\nRà soát văn bản, broken.",
}


@pytest.fixture
def archive(home: Settings) -> Archive:
    made = Archive(home.archive)
    for name, text in PAPERS.items():
        made.store(text.encode(), name, read(text.encode(), name=name), NOW)
    return made


def id_of(archive: Archive, name: str) -> str:
    return next(n.id for n in archive.notices() if n.renditions[0].name == name)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def run(home: Settings, **options: Any) -> Report:
    return reextract.reextract(home, now=LATER, extract=options.pop("extract", read_better), **options)


def test_the_same_extractors_change_nothing(home: Settings, archive: Archive) -> None:
    before = files(home.archive / "notices")
    report = run(home, extract=read)
    assert (report.notices, report.outdated, report.changed, report.failures) == (3, 0, (), ())
    assert files(home.archive / "notices") == before


def test_what_is_read_otherwise_becomes_a_version_and_is_told(home: Settings, archive: Archive) -> None:
    before = files(home.archive / "notices")
    told: list[tuple[int, int]] = []
    report = run(home, progress=lambda done, total, _id: told.append((done, total)))
    a = id_of(archive, "a.txt")
    assert told[-1] == (3, 3)
    assert [(one.notice, one.version) for one in report.changed] == [(a, 2)]
    assert report.counts() == {
        "conclusions": {"gained": 0, "lost": 1, "changed": 0},
        "lead": {"gained": 1, "lost": 0, "changed": 0},
    }
    ((notice, example),) = report.examples("lead", "gained", 3)
    assert (notice, example.path, example.new) == (a, "1", "Sở Nội vụ")
    assert [(f.notice, f.file, f.code) for f in report.failures] == [
        (id_of(archive, "c.txt"), "c.txt", UnreadableDocument.code)
    ]
    after = files(home.archive / "notices")
    assert {path: after[path] for path in before} == before
    assert not [path for path in after.keys() - before.keys() if f"{a}/v0002/" not in path]
    assert [m.name for m in archive.get(a).notice.conclusions[0].lead] == ["Sở Y tế", "Sở Nội vụ"]
    assert not list(archive.verify())


def test_running_it_again_finds_nothing_to_do(home: Settings, archive: Archive) -> None:
    run(home)
    before = files(home.archive / "notices")
    assert run(home).changed == ()
    assert files(home.archive / "notices") == before


def test_a_dry_run_writes_nothing(home: Settings, archive: Archive) -> None:
    before = files(home.home)
    report = run(home, dry_run=True)
    assert len(report.changed) == 1
    assert report.counts()["lead"]["gained"] == 1
    assert report.indexed is None
    assert files(home.home) == before


def test_only_the_notices_asked_for(home: Settings, archive: Archive) -> None:
    b = id_of(archive, "b.txt")
    report = run(home, notices=[b])
    assert (report.notices, report.changed, report.failures) == (1, (), ())


def test_a_later_file_still_joins_a_notice_whose_title_is_read_otherwise_now(home: Settings) -> None:
    archive = Archive(home.archive)
    draft, signed = (f"Kết luận phiên @|Sở Y tế|{n}\nRà soát.".encode() for n in ("", "268"))
    id = archive.store(draft, "a.docx", read(draft, name="a.docx"), NOW).id
    (changed,) = run(home).changed
    assert changed.reads_as is None
    assert archive.get(id).notice.title == "Kết luận phiên thường kỳ"
    later = read_better(signed, name="a.pdf")
    assert Archive(home.archive).store(signed, "a.pdf", later, LATER).id == id
    assert list(archive.ids()) == [id]
    assert archive.get(id).notice.number == "268"


def test_a_paper_kept_twice_is_told(home: Settings) -> None:
    archive = Archive(home.archive)
    papers = [f"Kết luận phiên {kind}||\nRà soát.".encode() for kind in ("@", "thường kỳ")]
    twice, whole = (archive.store(data, "a.txt", read(data, name="a.txt"), NOW).id for data in papers)
    (changed,) = run(home).changed
    assert (changed.notice, changed.reads_as) == (twice, whole)
    assert sorted(archive.ids()) == sorted([twice, whole])


def test_the_index_follows(home: Settings, archive: Archive) -> None:
    index = EmbeddedIndex(home.index)
    rebuild(index, archive.notices())
    index.close()
    report = run(home)
    assert report.indexed is not None
    assert report.indexed.level
    index = EmbeddedIndex(home.index)
    assert {h.document["notice"] for h in index.search(Query()).hits if "Sở Nội vụ" in h.document["lead"]} == {
        id_of(archive, "a.txt")
    }
    index.close()


def test_corrections_hold_and_conflicts_are_told(home: Settings, archive: Archive) -> None:
    a = id_of(archive, "a.txt")
    correcting.correct(archive, f"{a}:1", "lead", "Sở Tài chính", **WHO)
    correcting.correct(archive, f"{a}:2", "kind", "đánh giá", **WHO)
    (changed,) = run(home).changed
    assert changed.conflicts == (f"{a}#2",)
    assert [m.name for m in archive.get(a).notice.conclusions[0].lead] == ["Sở Tài chính"]
    assert [c.field for c in archive.get(a).corrected] == ["lead"]
    assert run(home).changed == ()


def test_a_damaged_original_costs_only_itself(home: Settings, archive: Archive) -> None:
    b = archive.get(id_of(archive, "b.txt"))
    path = archive.original(b.renditions[0])
    path.chmod(0o644)
    path.write_bytes(b"x")
    report = run(home)
    assert ("b.txt", "damaged") in [(f.file, f.code) for f in report.failures]
    assert len(report.changed) == 1
    assert archive.get(b.id).notice == b.notice


def test_a_damaged_record_costs_only_itself(home: Settings, archive: Archive) -> None:
    b = id_of(archive, "b.txt")
    path = home.archive / "notices" / b[:4] / b / "v0001/data/notice.json"
    path.chmod(0o644)
    path.write_text("{")
    report = run(home)
    assert (b, None, "archive_error") in [(f.notice, f.file, f.code) for f in report.failures]
    assert len(report.changed) == 1


def test_records_say_who_read_them(home: Settings, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(n.extractor == extractor.extractor_version() for n in archive.notices())
    a = id_of(archive, "a.txt")
    info = (home.archive / "notices" / a[:4] / a / "v0001/bag-info.txt").read_text(encoding="utf-8")
    assert f"Extractor-Version: {extractor.extractor_version()}\n" in info
    monkeypatch.setattr(reextract, "extractor_version", lambda: "9.9.9+000000000000")
    assert run(home, dry_run=True).outdated == 3


def test_any_file_of_the_extractors_makes_a_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Package:
        __file__ = str(tmp_path / "__init__.py")

    monkeypatch.setattr(extractor, "extractors", Package)
    seen = set()
    for name, text in (("__init__.py", ""), ("a.py", "1"), ("a.py", "2"), ("words/b.yaml", "1"), ("a.txt", "1")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        seen.add(extractor.extractor_version.__wrapped__())
    assert len(seen) == 4  # a.txt is none of ours


# -- what is told of a difference


def one(text: str = "Rà soát.", path: str = "1", leads: tuple[str, ...] = ("Sở Y tế",), **fields: Any) -> Conclusion:
    groups = (Assignment(tuple(AgencyMention(n, "", Span(0, 0)) for n in leads)),)
    return Conclusion(path, text, fields.pop("kind", Kind.DIRECTIVE), Span(0, len(text)), assignments=groups, **fields)


DIFFERENCES: list[tuple[tuple[Conclusion, ...], tuple[Conclusion, ...], list[tuple[str, str]]]] = [
    ((one(),), (one(),), []),
    ((one(),), (one(path="I.1"),), [("path", "changed")]),
    ((one(),), (one("Rà  soát."),), [("text", "changed")]),
    ((one(),), (one("Rà soát lại."),), [("text", "changed")]),
    ((one(),), (one(leads=("Sở Nội vụ",)),), [("lead", "lost"), ("lead", "gained")]),
    ((one(leads=("A", "B")),), (one(leads=("B", "A")),), [("lead", "changed")]),
    ((one(),), (one(kind=Kind.DECISION),), [("kind", "changed")]),
    ((one(),), (one(section="Y tế"),), [("section", "gained")]),
    ((one(topics=("covid",)),), (one(),), [("topics", "lost")]),
    ((one(),), (), [("conclusions", "lost")]),
    ((one(),), (one(), one("Khác.", "2")), [("conclusions", "gained")]),
    ((one(), one(path="2")), (one(), one(path="2")), []),
    ((one(),), (one(path="2"), one("Chèn vào.", "1")), [("path", "changed"), ("conclusions", "gained")]),
]


@pytest.mark.parametrize(("before", "after", "found"), DIFFERENCES)
def test_differences(
    tmp_path: Path, before: tuple[Conclusion, ...], after: tuple[Conclusion, ...], found: list[tuple[str, str]]
) -> None:
    archive = Archive(tmp_path)

    def reading(conclusions: tuple[Conclusion, ...]) -> Extraction:
        session = Session("2021-09-30", "2021-10", None)
        notice = Notice(None, "Lào Cai", None, None, None, "Kết luận", session, None, None, conclusions=conclusions)
        return Extraction(notice, SourceText("x" * 100, (), "txt"))

    id = archive.store(b"x", "a.txt", reading(before), NOW).id
    (rendition,) = archive.get(id).renditions
    revision = archive.revise(id, {rendition.sha256: reading(after)}, LATER)
    told = between(revision.before, revision.after)
    assert [(c.field, c.what) for c in told] == found
    assert revision.published is bool(found)


def test_what_no_field_shows_is_told_too(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    data = "Kết luận||\nRà soát.".encode()
    read_once = read(data, name="a.txt")
    id = archive.store(data, "a.txt", read_once, NOW).id
    stored = archive.get(id)
    moved = msgspec.structs.replace(stored.notice.conclusions[0], span=Span(1, 8))
    after = replace(stored, notice=msgspec.structs.replace(stored.notice, conclusions=(moved,)))
    assert [(c.field, c.path) for c in between(stored, after)] == [("other", "1")]


# -- the command line, with the extractors themselves


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    home = Settings(home=tmp_path / "home", _env_file=None)
    archive = Archive(home.archive)
    data = SAMPLE.read_bytes()
    found = extract(data, name=SAMPLE.name)
    fewer = msgspec.structs.replace(
        found, notice=msgspec.structs.replace(found.notice, conclusions=found.notice.conclusions[1:])
    )
    id = archive.store(data, SAMPLE.name, fewer, NOW).id

    def command(*words: str) -> Any:
        return CliRunner().invoke(app, ["--home", str(home.home), "reextract", *words])

    told = command("--dry-run")
    assert told.exit_code == 0, told.stderr
    assert "1 sẽ khác trước" in told.stdout
    assert f"kết luận, thêm · {id}:I~1" in told.stdout
    said = json.loads(command("--json").stdout)
    assert said["fields"]["conclusions"] == {"gained": 1, "lost": 0, "changed": 0}
    assert archive.get(id).notice == found.notice
    assert "0 khác trước" in command("--notice", id).stdout
    assert command("--notice", "2021-09-khong-co-00000000").exit_code == 1


# -- one paper, four files, all orders


@pytest.fixture(scope="module")
def renditions() -> dict[str, bytes]:
    """The sample as a draft and as text with a blank number, and signed twice, rendered in two sizes of type."""
    text = SAMPLE.read_text(encoding="utf-8")
    signed = text.replace("Số: /TB-", "Số: 268/TB-", 1).replace("ngày tháng 9", "ngày 06 tháng 9", 1)
    head = ("UBND TỈNH LÀO CAI", "VĂN PHÒNG")
    large, small = (render_docx(signed, letterhead=head, size=size) for size in (14, 13))
    other = signed.replace("Số: 268/", "Số: 269/", 1)
    first, second, third = render_pdfs([large, small, render_docx(other, letterhead=head)])
    draft = render_docx(text, letterhead=head)
    pdfs = {"signed.pdf": first, "copy.pdf": second, "other.pdf": third}
    return {"draft.docx": draft, **pdfs, "plain.txt": text.encode()}


@pytest.fixture(scope="module")
def readings(renditions: dict[str, bytes]) -> dict[str, Extraction]:
    return {name: extract(data, name=name) for name, data in renditions.items()}


SETS = {  # the files that come, the codes of problems that only their disagreement makes
    ("draft.docx", "signed.pdf", "plain.txt", "copy.pdf"): [],
    ("draft.docx", "signed.pdf", "plain.txt", "other.pdf"): ["renditions_number"],
}


@pytest.mark.parametrize(("names", "codes"), SETS.items())
def test_all_orders_of_arrival_give_one_notice_with_one_record(
    tmp_path: Path,
    renditions: dict[str, bytes],
    readings: dict[str, Extraction],
    names: tuple[str, ...],
    codes: list[str],
) -> None:
    led: set[tuple[str, ...]] = set()
    records = []
    for number, order in enumerate(itertools.permutations(names)):
        archive = Archive(tmp_path / str(number))
        for name in order:
            archive.store(renditions[name], name, readings[name], NOW)
        (stored,) = archive.notices()
        led.add(tuple(r.name for r in stored.renditions))
        records.append((stored.id, stored.notice, stored.text))
    assert number == 23
    assert len(led) == 1
    assert all(record == records[0] for record in records)
    leading, *_, last = led.pop()
    assert (leading[-4:], last) == (".pdf", "plain.txt")
    notice = records[0][1]
    assert notice.issued == "2021-09-06"
    assert len(notice.conclusions) == 53
    assert [p.code for p in notice.problems if p.code.startswith("renditions_")] == codes


def test_two_notices_of_one_month_stay_two(tmp_path: Path, readings: dict[str, Extraction]) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    title = "tại phiên họp UBND tỉnh thường kỳ tháng 9 năm 2021"
    other = text.replace(title, "tại cuộc họp về công tác phòng, chống dịch tháng 9 năm 2021", 1)
    held = text.replace("Ngày 31 tháng 8 năm 2021", "Ngày 28 tháng 8 năm 2021", 1)
    archive = Archive(tmp_path)
    for name, data in (("a.txt", text), ("b.txt", other), ("c.txt", held)):
        archive.store(data.encode(), name, extract(data.encode(), name=name), NOW)
    assert len(list(archive.ids())) == 3
    assert {notice_id(reading.notice) for reading in readings.values()} == {id_of(archive, "a.txt")}
