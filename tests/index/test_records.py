"""The flat documents: their fields, what they copy, and what changes their fingerprint."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from extractors.model import (
    AgencyMention,
    Assignment,
    Citation,
    Conclusion,
    Deadline,
    Kind,
    Notice,
    Person,
    Session,
    Signer,
    Span,
)
from ketluan.index.base import DocType
from ketluan.index.records import FIELDS, LONGEST_HEADING, documents, fingerprint, headings
from ketluan.stored import Rendition, StoredNotice

HERE = Span(0, 1)
MAPPINGS = Path(__file__).parents[2] / "index_mappings"


def agency(name: str) -> AgencyMention:
    return AgencyMention(name, name, HERE)


def deadline(text: str, due: date | None, **more: object) -> Deadline:
    return Deadline(text, HERE, "test", due, **more)  # type: ignore[arg-type]


EARLY = deadline("trước ngày 10/3/2023", date(2023, 3, 10))
LATE = deadline("trong tháng 4/2023", date(2023, 4, 30), from_=date(2023, 4, 1), inferred=("year",))
MONTHLY = deadline("ngày 05 hằng tháng", None, every="month", on="05")


def conclusion(path: str, *assignments: Assignment, deadlines: tuple[Deadline, ...] = ()) -> Conclusion:
    return Conclusion(
        path=path,
        text="Sở Y tế báo cáo.",
        kind=Kind.DIRECTIVE,
        span=Span(40, 56, 2),
        context=("Về y tế:",),
        assignments=assignments,
        deadlines=deadlines,
        citations=(Citation("7/KH-UBND", "Kế hoạch số 7/KH-UBND", HERE), Citation("7/KH-UBND", "7/KH-UBND", HERE)),
        topics=("y-te",),
        section="Nhiệm vụ",
        item="Y tế",
    )


def stored(*conclusions: Conclusion) -> StoredNotice:
    notice = Notice(
        issuer="UBND tỉnh Sông Mây",
        place="Sông Mây",
        number=None,
        symbol="TB-VPUBND",
        issued="2023-03",
        title="Kết luận phiên họp",
        session=Session("2023-02-27", "2023-03", "thường kỳ"),
        chair=Person("Lê Văn A", "Chủ tịch"),
        signer=Signer("Trần Thị B"),
        conclusions=conclusions,
    )
    rendition = Rendition("ab" * 32, "tb.docx", "docx", "application/x", 10, "2023-03-05T01:00:00+07:00", "originals/x")
    return StoredNotice("2023-03-song-may-00000001", notice, "toàn văn", (rendition,))


TWO_LEADS = Assignment(lead=(agency("Sở Y tế"), agency("Sở Nội vụ")), coordinating=(agency("Sở Tài chính"),))


@pytest.mark.parametrize("doc_type", list(DocType))
def test_every_document_has_exactly_its_fields(doc_type: DocType) -> None:
    group = documents(
        stored(conclusion("II.1", msgspec.structs.replace(TWO_LEADS, deadlines=(EARLY,)), deadlines=(EARLY,)))
    )
    seen = [d for d in group if d["doc_type"] == doc_type]
    assert seen
    assert all(set(d) == set(FIELDS[doc_type]) for d in seen)


def test_documents_are_plain_json_in_order() -> None:
    group = documents(stored(conclusion("II.1", TWO_LEADS), conclusion("II.2")))
    assert json.loads(json.dumps(group)) == group
    assert [d["id"].removeprefix("2023-03-song-may-00000001") for d in group] == ["", ":II.1", ":II.2", ":II.1:1"]
    assert [d["position"] for d in group[1:]] == [0, 1, 0]


def test_the_fields_of_the_notice_are_copied() -> None:
    for document in documents(stored(conclusion("II.1", TWO_LEADS))):
        assert document["month"] == "2023-03"
        assert document["held_on"] == "2023-02-27"
        assert document["issued"] == "2023-03"
        assert document["number"] is None
        assert document["notice"] == "2023-03-song-may-00000001"


def test_a_conclusion() -> None:
    claimed = msgspec.structs.replace(TWO_LEADS, deadlines=(EARLY,), report_to=(agency("UBND tỉnh"),))
    _, found, *_ = documents(stored(conclusion("II.1", claimed, deadlines=(EARLY, LATE))))
    assert found["lead"] == ["Sở Y tế", "Sở Nội vụ"]
    assert found["agencies"] == ["Sở Y tế", "Sở Nội vụ", "Sở Tài chính", "UBND tỉnh"]
    assert found["citations"] == ["7/KH-UBND"]
    assert found["due"] == ["2023-03-10", "2023-04-30"]
    assert found["from"] == ["2023-04-01"]
    assert found["deadline"] == ["trước ngày 10/3/2023", "trong tháng 4/2023"]
    assert found["inferred"] == ["year"]
    assert (found["page"], found["start"], found["end"]) == (2, 40, 56)


ASSIGNMENTS = [
    # assignments, deadlines of the conclusion → (leads, due, every) of each line
    pytest.param((), (), [], id="nobody told, nothing due"),
    pytest.param((TWO_LEADS,), (), [(["Sở Y tế", "Sở Nội vụ"], None, None)], id="no deadline is a line too"),
    pytest.param(
        (msgspec.structs.replace(TWO_LEADS, deadlines=(EARLY, LATE)),),
        (EARLY, LATE),
        [(["Sở Y tế", "Sở Nội vụ"], "2023-03-10", None), (["Sở Y tế", "Sở Nội vụ"], "2023-04-30", None)],
        id="a line for each deadline",
    ),
    pytest.param(
        (msgspec.structs.replace(TWO_LEADS, deadlines=(msgspec.structs.replace(EARLY, for_=("sở nội vụ",)),)),),
        (),
        [(["Sở Nội vụ"], "2023-03-10", None)],
        id="a deadline for one of the leads",
    ),
    pytest.param((), (EARLY,), [([], "2023-03-10", None)], id="a deadline that nobody is bound to is not lost"),
    pytest.param(
        (Assignment(lead=(agency("Sở Y tế"),), deadlines=(MONTHLY,)),),
        (MONTHLY,),
        [(["Sở Y tế"], None, "month")],
        id="recurring",
    ),
]


@pytest.mark.parametrize(("assignments", "deadlines", "lines"), ASSIGNMENTS)
def test_assignments(
    assignments: tuple[Assignment, ...], deadlines: tuple[Deadline, ...], lines: list[tuple[list[str], str, str]]
) -> None:
    group = documents(stored(conclusion("II.1", *assignments, deadlines=deadlines)))[2:]
    assert [(d["lead"], d["due"], d["every"]) for d in group] == lines
    assert all(d["conclusion"] == "2023-03-song-may-00000001:II.1" for d in group)


CHANGES = [
    # what is changed, whether the index has to be written again
    (lambda s: s, False),
    (lambda s: dataclasses.replace(s, text=s.text + "."), True),
    (lambda s: dataclasses.replace(s, version=2), True),
    (lambda s: dataclasses.replace(s, notice=msgspec.structs.replace(s.notice, number="12")), True),
    (lambda s: dataclasses.replace(s, notice=msgspec.structs.replace(s.notice, conclusions=())), True),
    (lambda s: dataclasses.replace(s, notice=msgspec.structs.replace(s.notice, recipients=("Lưu: VT",))), False),
]


@pytest.mark.parametrize(("change", "again"), CHANGES)
def test_fingerprint_changes_with_what_is_indexed(change, again) -> None:  # type: ignore[no-untyped-def]
    before = stored(conclusion("II.1", TWO_LEADS))
    assert (fingerprint(change(before)) != fingerprint(before)) is again


def test_fingerprint_is_in_the_notice_document() -> None:
    notice = stored(conclusion("II.1"))
    assert documents(notice)[0]["fingerprint"] == fingerprint(notice)


def test_headings_leave_out_a_lead_in_that_is_a_paragraph() -> None:
    long = "dịch bệnh " * LONGEST_HEADING
    assert headings({"item": "Y tế", "context": [long, "Sở Y tế:"]}) == ["Y tế", "Sở Y tế:"]
    assert headings({"item": None, "context": []}) == []
    assert headings({}) == []
