"""What archivists set right holds, is marked, survives every later reading, and is never lost."""

from __future__ import annotations

import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

from extractors.model import (
    AgencyMention,
    Assignment,
    Citation,
    Conclusion,
    Deadline,
    Extraction,
    Kind,
    Notice,
    Person,
    Problem,
    Session,
    SourceText,
    Span,
)
from ketluan import correcting, due
from ketluan.archive import Archive
from ketluan.cli import app, words
from ketluan.correctable import CONCLUSION, LISTS, NOTES, NOTICE
from ketluan.corrections import FILE, REASONS, content_of
from ketluan.errors import ArchiveError, CorrectionError, NoticeNotFound
from ketluan.index import rebuild
from ketluan.index.base import DocType, Filters, Query, Role
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.records import FIELDS, documents, fingerprint
from ketluan.stored import StoredNotice

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
WHO = {"by": "Lê Thị Hà", "because": "Theo bản ký", "now": NOW}

ONE = "Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính rà soát trang thiết bị trước ngày 15/10/2021."
TWO = "Sở Xây dựng báo cáo trước ngày 20/10; Sở Nội vụ báo cáo trước ngày 25/10."
PLAIN = "Sở Công Thương khẩn trương thực hiện Kế hoạch số 12/KH-UBND."
GROWTH = "Kinh tế tiếp tục tăng trưởng."


def mention(text: str, name: str, offset: int) -> AgencyMention:
    at = text.index(name)
    return AgencyMention(name, name, Span(offset + at, offset + at + len(name)))


def deadline(text: str, printed: str, day: date, offset: int) -> Deadline:
    at = text.index(printed)
    return Deadline(printed, Span(offset + at, offset + at + len(printed)), "before_day", day, inferred=("year",))


def conclusion(path: str, text: str, offset: int) -> Conclusion:
    span = Span(offset, offset + len(text))
    if text == ONE:
        due_day = deadline(text, "trước ngày 15/10/2021", date(2021, 10, 15), offset)
        group = Assignment(
            (mention(text, "Sở Y tế", offset),), (mention(text, "Sở Tài chính", offset),), deadlines=(due_day,)
        )
        return Conclusion(
            path, text, Kind.DIRECTIVE, span, assignments=(group,), deadlines=(due_day,), topics=("y-te",)
        )
    if text == TWO:
        first = deadline(text, "trước ngày 20/10", date(2021, 10, 20), offset)
        second = deadline(text, "trước ngày 25/10", date(2021, 10, 25), offset)
        groups = (
            Assignment((mention(text, "Sở Xây dựng", offset),), deadlines=(first,)),
            Assignment((mention(text, "Sở Nội vụ", offset),), deadlines=(second,)),
        )
        return Conclusion(path, text, Kind.DIRECTIVE, span, assignments=groups, deadlines=(first, second))
    if text == PLAIN:
        group = Assignment((mention(text, "Sở Công Thương", offset),))
        cited = Citation("12/KH-UBND", "Kế hoạch số 12/KH-UBND", Span(offset, offset + 1), "Kế hoạch")
        return Conclusion(path, text, Kind.DIRECTIVE, span, assignments=(group,), citations=(cited,))
    return Conclusion(path, text, Kind.ASSESSMENT, span)


def extraction(*units: tuple[str, str], format: str = "docx", **fields: Any) -> Extraction:
    """A reading of one paper; `units` are (path, text) of its conclusions."""
    units = units or (("I~1", GROWTH), ("II.1", ONE), ("II.2", TWO), ("II.3", PLAIN))
    offset, conclusions = 0, []
    for path, text in units:
        conclusions.append(conclusion(path, text, offset))
        offset += len(text) + 1
    whole = "\n".join(text for _, text in units)
    values: dict[str, Any] = {"number": None, "symbol": "TB-UBND", "issued": "2021-10", "issuer": None, **fields}
    notice = Notice(
        place="Lào Cai",
        title=values.pop("title", "Kết luận phiên họp thường kỳ tháng 10"),
        session=Session("2021-09-30", "2021-10", "thường kỳ"),
        chair=values.pop("chair", Person("Trần Văn Bình", "Chủ tịch UBND tỉnh")),
        signer=None,
        conclusions=tuple(conclusions),
        problems=(Problem("number_blank", "Số văn bản để trống."),),
        **values,
    )
    return Extraction(notice, SourceText(whole, (), format))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def id(archive: Archive) -> str:
    return archive.store(b"draft", "du-thao.docx", extraction(), NOW).id


def at(stored: StoredNotice, path: str) -> Conclusion:
    return next(c for c in stored.notice.conclusions if c.path == path)


def value(stored: StoredNotice, path: str | None, field: str, printed: str | None = None) -> Any:
    if path is None:
        return NOTICE[field].read(stored.notice, None)
    return CONCLUSION[field].read(at(stored, path), printed)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# -- what may be set, and what it then says

SET = [  # path, field, typed, the value it has then
    (None, "number", "268", "268"),
    (None, "number", "Số: 268", "268"),
    (None, "symbol", "/TB-VPUBND", "TB-VPUBND"),
    (None, "issued", "6/10/2021", "2021-10-06"),
    (None, "issued", "2021-10-06", "2021-10-06"),
    (None, "issued", "11/2021", "2021-11"),
    (None, "issued", "", None),
    (None, "title", "  Kết luận \n khác ", "Kết luận khác"),
    (None, "issuer", "UBND tỉnh Lào Cai", "UBND tỉnh Lào Cai"),
    (None, "place", "Sa Pa", "Sa Pa"),
    (None, "session.held_on", "29/09/2021", "2021-09-29"),
    (None, "session.month", "9/2021", "2021-09"),
    (None, "session.kind", "chuyên đề", "chuyên đề"),
    (None, "chair.name", "Nguyễn Thị Mai", "Nguyễn Thị Mai"),
    (None, "chair.position", "Phó Chủ tịch", "Phó Chủ tịch"),
    (None, "chair.name", "-", None),
    (None, "signer.name", "Phạm Văn Nam", "Phạm Văn Nam"),
    ("II.1", "kind", "quyết định", "decision"),
    ("II.1", "kind", "danh gia", "assessment"),
    ("II.1", "kind", "decision", "decision"),
    ("II.1", "lead", "Sở Tài chính", ("Sở Tài chính",)),
    ("II.1", "lead", "Sở KH&ĐT; Sở Y tế", ("Sở Kế hoạch và Đầu tư", "Sở Y tế")),
    ("II.1", "lead", "Tổ công tác 970", ("Tổ công tác 970",)),
    ("II.1", "lead", "", ()),
    ("II.1", "coordinating", "", ()),
    ("II.1", "report_to", "UBND tỉnh", ("UBND tỉnh",)),
    ("II.1", "due", "31/10/2021", "2021-10-31"),
    ("II.1", "due", "", None),
    ("II.1", "from", "2021-10-01", "2021-10-01"),
    ("II.1", "due.1", "31/10/2021", "2021-10-31"),
    ("II.3", "due", "31/10/2021", "2021-10-31"),  # none is printed
    ("II.1", "topics", "covid; Đất đai", ("covid", "dat-dai")),
    ("II.3", "citations", "Quyết định số 5/QĐ-UBND; 12/KH-UBND", ("5/QĐ-UBND", "12/KH-UBND")),
    ("II.3", "citations", "Luật Đất đai 2013", ("Luật Đất đai 2013",)),
    ("I~1", "lead", "Sở Y tế", ("Sở Y tế",)),  # nobody is told anything there
]


@pytest.mark.parametrize(("path", "field", "typed", "expected"), SET)
def test_a_field_is_set(archive: Archive, id: str, path: str | None, field: str, typed: str, expected: Any) -> None:
    where = f"{id}:{path}" if path else id
    entry = correcting.correct(archive, where, field, typed, **WHO)
    base = field if path is None else field.partition(".")[0]
    shown = archive.get(id)
    assert value(shown, path, base, entry.deadline) == expected == entry.new
    (marked,) = shown.corrected
    assert (marked.path, marked.field, marked.n, marked.by) == (path, base, 1, "Lê Thị Hà")
    docs = {d["id"]: d for d in documents(shown)}
    assert docs[where]["corrected"] == [marked.shown]
    assert marked.shown in FIELDS[DocType.CONCLUSION if path else DocType.NOTICE]
    assert archive.get(id, raw=True).notice == archive.get(id, version=1).notice == extraction().notice
    text = shown.text
    for mentioned in (m for c in shown.notice.conclusions for m in (*c.lead, *c.coordinating, *c.report_to)):
        assert mentioned.span.of(text) == mentioned.text


def test_every_field_that_is_marked_has_a_name() -> None:
    shown = {field.shown for table in (NOTICE, CONCLUSION) for name, field in table.items() if name not in NOTES}
    assert shown == set(words.CORRECTED)


def test_every_field_has_a_row() -> None:
    rows = {(path is None, field if path is None else field.partition(".")[0]) for path, field, *_ in SET}
    named = {(True, name) for name in NOTICE} | {(False, name) for name in CONCLUSION if name not in NOTES}
    assert named - rows == {(True, "signer.position"), (True, "signer.on_behalf_of")}  # nobody signed: see below


REFUSED = [  # path, field, typed, what is said
    (None, "number", "268/TB-UBND", "symbol"),
    (None, "number", "hai", "ví dụ 268"),
    (None, "symbol", "??", "TB-VPUBND"),
    (None, "issued", "31/9/2021", "có thật"),
    (None, "issued", "2021-13", "chỉ ghi tháng"),
    (None, "session.month", "13/2021", "không phải một tháng"),
    (None, "signer.position", "Chánh Văn phòng", "signer.name"),
    (None, "lead", "Sở Y tế", "thuộc một kết luận"),
    (None, "colour", "red", "number"),
    (None, "title", "Kết luận phiên họp thường kỳ tháng 10", "Không cần sửa"),
    ("II.1", "title", "x", "thuộc cả thông báo"),
    ("II.1", "kind", "gợi ý", "chỉ đạo"),
    ("II.1", "kind", "", "không để trống"),
    ("II.1", "topics", "đánh cờ", "Không có chủ đề"),
    ("II.1", "due", "30/2/2021", "có thật"),
    ("II.1", "due", "10/2021", "như 15/10/2021"),
    ("II.1", "due.2", "1/11/2021", "due.1: “trước ngày 15/10/2021”"),
    ("II.2", "due", "1/11/2021", "due.2: “trước ngày 25/10”"),
    ("II.1", "from", "16/10/2021", "muộn hơn"),
    ("II.3", "due.2", "1/11/2021", "không có thời hạn"),
    ("II.1", "lead.1", "Sở Y tế", "Các trường sửa được"),
    ("II.9", "lead", "Sở Y tế", "ketluan show"),
]


@pytest.mark.parametrize(("path", "field", "typed", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(
    archive: Archive, id: str, path: str | None, field: str, typed: str, said: str
) -> None:
    with pytest.raises((CorrectionError, NoticeNotFound)) as caught:
        correcting.correct(archive, f"{id}:{path}" if path else id, field, typed, **WHO)
    assert said in str(caught.value)
    assert not archive.correction_log(id).entries


@pytest.mark.parametrize("missing", ["by", "because"])
def test_nothing_is_corrected_without_a_name_and_a_reason(archive: Archive, id: str, missing: str) -> None:
    with pytest.raises(CorrectionError, match=f"--{missing}"):
        correcting.correct(archive, id, "number", "268", **{**WHO, missing: " "})


def test_an_unknown_notice_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoticeNotFound):
        correcting.correct(Archive(tmp_path / "none"), "2021-09-lao-cai-00000000", "number", "1", **WHO)
    assert not (tmp_path / "none").exists()


def test_a_post_may_be_set_once_somebody_holds_it(archive: Archive, id: str) -> None:
    for field, typed in (("name", "Phạm Văn Nam"), ("position", "Chánh Văn phòng"), ("on_behalf_of", "Chủ tịch")):
        correcting.correct(archive, id, f"signer.{field}", typed, **WHO)
    signer = archive.get(id).notice.signer
    assert signer is not None
    assert (signer.name, signer.position, signer.on_behalf_of) == ("Phạm Văn Nam", "Chánh Văn phòng", "Chủ tịch")


# -- groups and deadlines


GROUPS = [  # leads typed for two groups, leads of each group then, number of deadlines kept
    ("Sở Xây dựng; Sở Nội vụ; Sở Y tế", [["Sở Xây dựng", "Sở Y tế"], ["Sở Nội vụ"]], 2),
    ("Sở Nội vụ", [["Sở Nội vụ"]], 2),  # its deadline stays with whoever is left
    ("Sở Y tế", [["Sở Y tế"]], 2),
    ("", [[]], 2),
]


@pytest.mark.parametrize(("typed", "groups", "deadlines"), GROUPS)
def test_no_deadline_of_a_group_is_lost(
    archive: Archive, id: str, typed: str, groups: list[list[str]], deadlines: int
) -> None:
    correcting.correct(archive, f"{id}:II.2", "lead", typed, **WHO)
    found = at(archive.get(id), "II.2")
    assert [[m.name for m in a.lead] for a in found.assignments] == groups
    assert len({d for a in found.assignments for d in a.deadlines}) == deadlines


def test_one_of_two_deadlines_is_meant(archive: Archive, id: str) -> None:
    entry = correcting.correct(archive, f"{id}:II.2", "due.2", "5/11/2021", **WHO)
    assert entry.deadline == "trước ngày 25/10"
    found = at(archive.get(id), "II.2")
    assert [d.due for d in found.deadlines] == [date(2021, 10, 20), date(2021, 11, 5)]
    assert [d.inferred for d in found.deadlines] == [("year",), ()]
    assert found.assignments[1].deadlines == found.deadlines[1:]


# -- nothing that was published changes


def test_versions_folder_and_id_stay_as_they_are(archive: Archive, id: str) -> None:
    before = files(archive.root / "notices")
    for field, typed in (("number", "268"), ("title", "Một tên khác"), ("session.month", "2/2020"), ("place", "Sa Pa")):
        correcting.correct(archive, id, field, typed, **WHO)
    after = files(archive.root / "notices")
    assert {path: after[path] for path in before} == before
    assert [Path(path).name for path in after.keys() - before.keys()] == [FILE]
    assert list(archive.ids()) == [id]
    assert not list(archive.verify())
    again = archive.store(b"signed", "ban-ky.pdf", extraction(format="pdf", number="268"), NOW)
    assert again.id == id


def test_a_settled_problem_is_no_longer_told(archive: Archive, id: str) -> None:
    assert [p.code for p in archive.get(id).notice.problems] == ["number_blank"]
    correcting.correct(archive, id, "number", "268", **WHO)
    assert archive.get(id).notice.problems == ()


# -- replayed on what is read later


def reread(archive: Archive, id: str, read: Extraction) -> None:
    (rendition,) = archive.get(id, raw=True).renditions
    archive.revise(id, {rendition.sha256: read}, NOW)


def conflict(archive: Archive, id: str) -> list[str]:
    codes = [line.conflict.code for line in correcting.listing(archive, id) if line.conflict]
    told = [p for p in archive.get(id).notice.problems if p.code == "correction_conflict"]
    assert len(told) == len(codes)
    return codes


LATER = [  # conclusions as read later, the path of the correction then, code of the conflict
    ((("II.1", ONE),), "II.1", None),
    ((("III.4.a-1", ONE), ("II.1", GROWTH)), "III.4.a-1", None),  # moved
    ((("II.1", ONE.replace(" ", "\n ")),), "II.1", None),  # healed otherwise
    ((("II.1", ONE), ("II.9", ONE)), "II.1", None),  # twice, one where it was
    ((("II.7", ONE), ("II.9", ONE)), None, "passage_twice"),
    ((("II.1", ONE.replace("Sở Tài chính", "Sở Tư pháp")),), None, "passage_gone"),
    ((("II.1", GROWTH),), None, "passage_gone"),
]


@pytest.mark.parametrize(("units", "path", "code"), LATER)
def test_a_correction_follows_its_passage(
    archive: Archive, id: str, units: tuple[tuple[str, str], ...], path: str | None, code: str | None
) -> None:
    correcting.correct(archive, f"{id}:II.1", "lead", "Sở Tài chính", **WHO)
    bare = extraction(*units)
    reread(
        archive,
        id,
        replace(bare, notice=replace(bare.notice, title="Kết luận đọc lại")),
    )
    assert archive.get(id).version == 2
    shown = archive.get(id)
    assert [c.path for c in shown.corrected] == ([path] if path else [])
    if path:
        assert value(shown, path, "lead") == ("Sở Tài chính",)
    assert conflict(archive, id) == ([code] if code else [])
    assert len(archive.correction_log(id).entries) == 1


def test_a_conflict_ends_when_the_passage_is_back_or_the_correction_taken_back(archive: Archive, id: str) -> None:
    correcting.correct(archive, f"{id}:II.1", "lead", "Sở Tài chính", **WHO)
    reread(archive, id, extraction(("II.1", GROWTH)))
    assert conflict(archive, id) == ["passage_gone"]
    reread(archive, id, extraction())
    assert conflict(archive, id) == []
    assert value(archive.get(id), "II.1", "lead") == ("Sở Tài chính",)
    reread(archive, id, extraction(("II.1", GROWTH)))
    correcting.undo(archive, id, 1, **WHO)
    assert conflict(archive, id) == []


DEADLINES_LATER = [  # the conclusion corrected, field, what is read there later, due days then, code
    (PLAIN, "due", PLAIN, [date(2021, 12, 31)], None),
    (ONE, "due", ONE, [date(2021, 12, 31)], None),
]


@pytest.mark.parametrize(("corrected", "field", "later", "days", "code"), DEADLINES_LATER)
def test_a_deadline_is_known_by_what_is_printed(
    archive: Archive, id: str, corrected: str, field: str, later: str, days: list[date], code: str | None
) -> None:
    path = next(c.path for c in archive.get(id).notice.conclusions if c.text == corrected)
    correcting.correct(archive, f"{id}:{path}", field, "31/12/2021", **WHO)
    reread(archive, id, extraction(("V.1", later)))
    assert [d.due for d in at(archive.get(id), "V.1").deadlines] == days
    assert conflict(archive, id) == ([code] if code else [])


def test_a_deadline_that_is_no_longer_read_is_a_conflict(archive: Archive, id: str) -> None:
    correcting.correct(archive, f"{id}:II.2", "due.1", "31/12/2021", **WHO)
    read = extraction()
    bare = tuple(replace(c, deadlines=(), assignments=()) if c.path == "II.2" else c for c in read.notice.conclusions)
    reread(archive, id, replace(read, notice=replace(read.notice, conclusions=bare)))
    assert conflict(archive, id) == ["no_target"]


NUMBERS = [  # number set on the draft, number that the signed copy prints, number shown then, code
    ("268", "268", "268", None),
    ("268", None, "268", None),  # another file that leaves it blank, as the draft did
    ("268", "269", "269", "file_differs"),  # what is printed and signed is not overruled unseen
]


@pytest.mark.parametrize(("typed", "printed", "shown", "code"), NUMBERS)
def test_a_field_of_the_notice_is_bound_to_its_file(
    archive: Archive, id: str, typed: str, printed: str | None, shown: str, code: str | None
) -> None:
    correcting.correct(archive, id, "number", typed, **WHO)
    archive.store(b"signed", "ban-ky.docx", extraction(number=printed), NOW.replace(year=2022))
    assert archive.get(id).renditions[0].name == "ban-ky.docx"
    assert archive.get(id).notice.number == shown
    assert conflict(archive, id) == ([code] if code else [])
    if code:  # looked at again and set again: no conflict any more, and both are kept
        correcting.correct(archive, id, "number", typed, **WHO)
        assert archive.get(id).notice.number == typed
        assert conflict(archive, id) == []
        assert len(archive.correction_log(id).entries) == 2


def test_the_same_file_read_otherwise_does_not_shake_a_correction(archive: Archive, id: str) -> None:
    correcting.correct(archive, id, "title", "Kết luận phiên họp tháng Mười", **WHO)
    reread(archive, id, extraction(title="Kết luận phiên họp thường kỳ tháng 10 năm 2021"))
    assert archive.get(id).notice.title == "Kết luận phiên họp tháng Mười"
    assert conflict(archive, id) == []


def test_every_reason_is_told_with_what_to_do() -> None:
    assert all("Hãy" in reason for reason in REASONS.values())


# -- undo


def test_undo_gives_back_what_was_before(archive: Archive, id: str) -> None:
    for typed in ("268", "269"):
        correcting.correct(archive, id, "number", typed, **WHO)
    correcting.undo(archive, id, 2, **WHO)
    assert archive.get(id).notice.number == "268"
    correcting.undo(archive, id, 1, **WHO)
    assert archive.get(id).notice == archive.get(id, raw=True).notice
    assert archive.get(id).corrected == ()
    assert [line.undone is not None for line in correcting.listing(archive, id)] == [True, True]
    for n, said in ((1, "đã được bỏ"), (3, "không có lần sửa"), (9, "không có lần sửa")):
        with pytest.raises(CorrectionError, match=said):
            correcting.undo(archive, id, n, **WHO)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["number", "lead", "due.1", "due.2", "topics"]), st.integers(0, 2)),
        st.integers(1, 8),  # take that one back
    ),
    max_size=8,
)
TYPED = {
    "number": ["1", "2", ""],
    "lead": ["Sở Y tế", "Sở Y tế; Sở Nội vụ", "Sở Xây dựng; Sở Nội vụ"],
    "due.1": ["1/11/2021", "2/11/2021", ""],
    "due.2": ["1/12/2021", "2/12/2021", ""],
    "topics": ["covid", "", "covid; covid"],
}


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_the_last_correction_that_stands_holds(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        id = archive.store(b"draft", "a.docx", extraction(), NOW).id
        raw = archive.get(id, raw=True)
        done: list[tuple[str, Any] | int] = []
        for step in steps:
            try:
                if isinstance(step, int):
                    done.append(correcting.undo(archive, id, step, **WHO).undoes or 0)
                else:
                    field, number = step
                    where = id if field == "number" else f"{id}:II.2"
                    done.append((field, correcting.correct(archive, where, field, TYPED[field][number], **WHO).new))
            except CorrectionError:
                continue
        undone = {n for n in done if isinstance(n, int)}
        standing = dict(one for n, one in enumerate(done, 1) if not isinstance(one, int) and n not in undone)
        shown = archive.get(id)
        for field in TYPED:
            path = None if field == "number" else "II.2"
            base, printed = (
                field.partition(".")[0],
                {"due.1": "trước ngày 20/10", "due.2": "trước ngày 25/10"}.get(field),
            )
            expected = standing.get(field, value(raw, path, base, printed))
            found = value(shown, path, base, printed)
            assert (set(found or ()) == set(expected or ())) if base in LISTS else found == expected
        assert not standing or shown.corrected
        assert len(archive.correction_log(id).entries) == len(done)
        assert archive.get(id, raw=True) == raw
        assert not list(archive.verify())


@given(st.text(min_size=1), st.data())
def test_content_is_the_same_whatever_the_white_space(text: str, data: st.DataObject) -> None:
    spaced = "".join(c + data.draw(st.sampled_from(["", " ", "\n"])) for c in text)
    one = Conclusion("1", text, Kind.DECISION, Span(0, len(text)))
    assert content_of(one) == content_of(replace(one, text="".join(text.split())))
    assert (content_of(replace(one, text=spaced)) == content_of(one)) or "".join(spaced.split()) != "".join(
        text.split()
    )


# -- crashes, two at once, damage


class Crash(BaseException):
    pass


@pytest.mark.parametrize(("step", "held"), [("corrected", 1), ("entered", 2)])
def test_a_crash_leaves_the_old_file_or_the_new_one(archive: Archive, id: str, step: str, held: int) -> None:
    correcting.correct(archive, id, "number", "268", **WHO)

    def crash(name: str) -> None:
        if name == step:
            raise Crash

    with pytest.raises(Crash):
        correcting.correct(Archive(archive.root, step=crash), id, "number", "269", **WHO)
    assert len(archive.correction_log(id).entries) == held
    assert archive.get(id).notice.number == {1: "268", 2: "269"}[held]
    correcting.correct(archive, id, "number", "270", **WHO)
    assert archive.get(id).notice.number == "270"
    assert not list(archive.verify())


MANY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ketluan import correcting
from ketluan.archive import Archive
root, id, who = sys.argv[1:]
for n in range(15):
    correcting.correct(Archive(Path(root)), id, "number", f"{n + 1}{who}", by=who, because="x", now=datetime.now(UTC))
"""


def test_two_processes_correct_at_once(archive: Archive, id: str) -> None:
    given = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", MANY, str(archive.root), id]
    running = [subprocess.Popen([*command, who], env=given) for who in ("A", "B")]
    assert [process.wait(120) for process in running] == [0, 0]
    log = archive.correction_log(id)
    assert [entry.n for entry in log.entries] == list(range(1, 31))
    for who in ("A", "B"):
        assert [e.new for e in log.entries if e.by == who] == [f"{n + 1}{who}" for n in range(15)]
    for before, after in itertools.pairwise(log.entries):
        assert after.old == before.new
    assert not list(archive.verify())


def _swap(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


DAMAGE: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a value changed": lambda lines: [lines[0].replace(b"268", b"286"), *lines[1:]],
    "the last value changed": lambda lines: [*lines[:-1], lines[-1].replace(b"270", b"207")],
    "the last reason changed": lambda lines: [*lines[:-1], lines[-1].replace(b"Theo", b"Khac")],
    "no chain": lambda lines: [*lines[:-1], lines[-1].split(b',"chain"')[0] + b"}\n"],
    "a line gone": lambda lines: [lines[0], *lines[2:]],
    "the first gone": lambda lines: lines[1:],
    "two swapped": _swap,
    "the end cut": lambda lines: [*lines[:-1], lines[-1][:-20]],
    "no JSON": lambda lines: [*lines, b"???\n"],
    "not an entry": lambda lines: [*lines, b'{"n": 4}\n'],
    "a list": lambda lines: [*lines, b"[]\n"],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_found_and_the_notice_stays_readable(
    archive: Archive, id: str, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    for typed in ("268", "269", "270"):
        correcting.correct(archive, id, "number", typed, **WHO)
    (path,) = archive.root.rglob(FILE)
    path.chmod(0o644)
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True))))
    assert [f.code for f in archive.verify()] == ["bad_corrections"]
    assert "corrections_damaged" in [p.code for p in archive.get(id).notice.problems]
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="sao lưu"):
        correcting.correct(archive, id, "symbol", "TB-VP", **WHO)
    assert path.read_bytes() == before


def test_each_line_is_readable_without_this_program(archive: Archive, id: str) -> None:
    correcting.correct(archive, f"{id}:II.1", "due", "31/10/2021", **WHO)
    (path,) = archive.root.rglob(FILE)
    said = json.loads(path.read_text(encoding="utf-8"))
    assert {name: said[name] for name in ("field", "old", "new", "path", "passage", "deadline", "by", "because")} == {
        "field": "due",
        "old": "2021-10-15",
        "new": "2021-10-31",
        "path": "II.1",
        "passage": ONE,
        "deadline": "trước ngày 15/10/2021",
        "by": "Lê Thị Hà",
        "because": "Theo bản ký",
    }
    assert datetime.fromisoformat(said["at"]) == NOW


# -- seen wherever the record is used


def test_search_and_due_see_the_corrected_value(archive: Archive, id: str, tmp_path: Path) -> None:
    correcting.correct(archive, f"{id}:II.1", "lead", "Sở Khoa học và Công nghệ", **WHO)
    correcting.correct(archive, f"{id}:II.1", "due", "1/9/2021", **WHO)
    index = EmbeddedIndex(tmp_path / "index")
    rebuild(index, archive.notices())
    filters = Filters(agencies=("Sở Khoa học và Công nghệ",), role=Role.LEAD)
    (hit,) = index.search(Query(filters=filters)).hits
    assert (hit.document["path"], hit.document["corrected"]) == ("II.1", ["lead", "due"])
    (entry,) = due.register(index, date(2021, 10, 1), filters=filters).dated
    assert (entry.due, entry.state) == (date(2021, 9, 1), due.State.OVERDUE)
    assert not index.search(Query(filters=Filters(agencies=("Sở Y tế",), role=Role.LEAD))).hits
    index.close()


def test_the_index_notices_a_correction(archive: Archive, id: str) -> None:
    before = fingerprint(archive.get(id))
    correcting.correct(archive, id, "number", "268", **WHO)
    corrected = fingerprint(archive.get(id))
    correcting.undo(archive, id, 1, **WHO)
    assert fingerprint(archive.get(id)) == before != corrected


# -- the command line


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    archive = Archive(tmp_path / "home" / "archive")
    archive.store(b"draft", "du-thao.docx", extraction(), NOW)
    index = EmbeddedIndex(tmp_path / "home" / "index")
    rebuild(index, archive.notices())
    index.close()
    return lambda *words: CliRunner().invoke(app, ["--home", str(tmp_path / "home"), *words])


SIGNED = ("--by", "Lê Thị Hà", "--because", "Theo bản ký")


def test_the_commands(home: Callable[..., Any], tmp_path: Path) -> None:
    (id,) = Archive(tmp_path / "home" / "archive").ids()
    assert home("correct", id, "number", "268", *SIGNED).stdout.startswith("Đã sửa số văn bản: (để trống) → 268.")
    assert home("correct", f"{id}:II.1", "due", "31/10/2021", *SIGNED).exit_code == 0
    listed = home("correct", "list").stdout
    assert f"{id}#2 · 01/10/2021" not in listed  # today's
    assert "ngày cuối của thời hạn “trước ngày 15/10/2021” ở II.1: 15/10/2021 → 31/10/2021" in listed
    shown = home("show", id).stdout
    assert "268 / TB-UBND (đã sửa)" in shown
    assert "trước ngày 15/10/2021 (31/10/2021) (đã sửa)" in shown
    found = json.loads(home("search", "trang thiết bị", "--json").stdout)["hits"][0]
    assert found["corrected"] == ["due", "number"]
    assert "(đã sửa)" in home("search", "trang thiết bị").stdout
    assert "đã sửa" in home("due", "--as-of", "2021-10-02").stdout
    table = tmp_path / "so.csv"
    assert home("due", "--as-of", "2021-10-02", "--csv", str(table)).exit_code == 0
    rows = list(csv.DictReader(table.open(encoding="utf-8-sig", newline="")))
    assert {row["Mục"]: row["Đã sửa"] for row in rows} == {"II.1": "thời hạn; số", "II.2": "số"}
    assert home("correct", "undo", "1", id, *SIGNED).exit_code == 0
    assert home("correct", "undo", f"{id}#2", *SIGNED).exit_code == 0
    assert "(đã sửa)" not in home("show", id).stdout
    states = [c["state"] for c in json.loads(home("correct", "list", id, "--json").stdout)["corrections"]]
    assert states == ["undone", "undone"]
    assert home("correct", "list", "--conflicts").stdout.startswith("Không có lần sửa nào bị vướng")


WRONG = [  # words after `correct`, exit code, what is said
    (["{id}", "number", "x", *SIGNED], 2, "ví dụ 268"),
    (["{id}", "number", "268", "--by", "Hà"], 2, "--because"),
    (["undo", "7", *SIGNED], 2, "correct list"),
    (["undo", "{id}#7", *SIGNED], 2, "không có lần sửa số 7"),
    (["list", "2021-09-khong-co-00000000"], 1, "ketluan search"),
    (["../../etc", "number", "1", *SIGNED], 1, "mã thông báo"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_wrong_commands_are_one_message(
    home: Callable[..., Any], tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (id,) = Archive(tmp_path / "home" / "archive").ids()
    result = home("correct", *(word.format(id=id) for word in words))
    assert (result.exit_code, "Traceback" in result.stderr) == (code, False)
    assert said in result.stderr
