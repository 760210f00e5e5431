"""Timelines on a real index: order, what is compared with what, and what the archive does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractors.model import Conclusion, Kind, Notice, Session, Span
from ketluan import coverage as covering
from ketluan import trace as tracing
from ketluan.errors import NoticeNotFound
from ketluan.index.base import Filters, Query, SearchIndex
from ketluan.index.embedded import EmbeddedIndex
from ketluan.index.records import documents
from ketluan.stored import StoredNotice

ROAD = "Sở Xây dựng hoàn thành hồ sơ nâng cấp đường từ chợ huyện đến trạm y tế xã"
SCHOOL = "Phòng Giáo dục kiểm tra mái lớp học của các điểm trường trước mùa mưa"
Make = Callable[..., SearchIndex]


def notice(month: str | None, *texts: str, id: str | None = None) -> StoredNotice:
    conclusions = tuple(
        Conclusion(path=f"I-{n}", text=text, kind=Kind.DIRECTIVE, span=Span(0, len(text)), topics=("ha-tang",))
        for n, text in enumerate(texts, 1)
    )
    session = Session(None, month, None)
    plain = dict.fromkeys(("issuer", "place", "number", "symbol", "issued", "title", "chair", "signer"))
    record = Notice(**plain, session=session, conclusions=conclusions)
    return StoredNotice(id or f"{month or '0000'}-thu-00000000", record, "\n".join(texts), ())


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    opened: list[SearchIndex] = []

    def index(*notices: StoredNotice) -> SearchIndex:
        opened.append(EmbeddedIndex(tmp_path / f"index-{len(opened)}"))
        opened[-1].put([documents(n) for n in notices])
        return opened[-1]

    yield index
    for one in opened:
        one.close()


def test_newest_month_first_and_the_order_of_the_paper_in_a_month(make: Make) -> None:
    index = make(notice("2021-03", ROAD), notice("2021-05", SCHOOL, ROAD), notice("2021-04", SCHOOL))
    found = tracing.trace(index, Query())
    assert [(s.month, s.hit.document["path"]) for s in found.steps] == [
        ("2021-05", "I-1"),
        ("2021-05", "I-2"),
        ("2021-04", "I-1"),
        ("2021-03", "I-1"),
    ]


def test_a_step_is_compared_with_the_nearest_month_that_reads_alike(make: Make) -> None:
    later = ROAD.replace("hoàn thành", "khẩn trương hoàn thành")
    index = make(notice("2021-03", ROAD), notice("2021-04", SCHOOL), notice("2021-05", later))
    newest, school, first = tracing.trace(index, Query()).steps
    assert newest.change is not None
    assert newest.change.id == "2021-03-thu-00000000:I-1"
    assert [e.text.strip() for e in newest.change.edits if e.op == "new"] == ["khẩn trương"]
    assert school.change is None
    assert first.change is None


def test_beyond_what_anybody_reads_the_newest_are_shown_and_all_are_counted(make: Make) -> None:
    old, new = (notice(month, *[f"{ROAD} số {n}" for n in range(1, 301)]) for month in ("2021-03", "2021-04"))
    found = tracing.trace(make(old, new), Query())
    assert found.total == 600
    assert len(found.steps) == tracing.MOST_STEPS
    assert [s.month for s in found.steps].count("2021-04") == 300


def test_two_of_one_month_are_not_compared(make: Make) -> None:
    index = make(notice("2021-03", ROAD, ROAD + " và cầu treo"))
    assert [s.change for s in tracing.trace(index, Query()).steps] == [None, None]


def test_a_conclusion_finds_those_that_read_like_it(make: Make) -> None:
    index = make(notice("2021-03", ROAD, SCHOOL), notice("2021-04", SCHOOL), notice("2021-05", ROAD + " trong quý này"))
    found = tracing.trace_conclusion(index, "2021-05-thu-00000000:I-1")
    assert [s.hit.id for s in found.steps] == ["2021-05-thu-00000000:I-1", "2021-03-thu-00000000:I-1"]


@pytest.mark.parametrize("id", ["2021-03-thu-00000000:I-9", "1999-01-thu-00000000:I-1"])
def test_an_unknown_conclusion_is_said_to_be_unknown(make: Make, id: str) -> None:
    with pytest.raises(NoticeNotFound, match="ketluan search"):
        tracing.trace_conclusion(make(notice("2021-03", ROAD)), id)


def test_months_without_a_notice_are_named(make: Make) -> None:
    index = make(notice("2021-11", ROAD), notice("2022-02", SCHOOL), notice(None, SCHOOL))
    known = covering.coverage(index)
    assert (known.first, known.last, known.missing, known.undated) == ("2021-11", "2022-02", ("2021-12", "2022-01"), 1)
    assert not known.complete


def test_the_span_asked_for_is_held_against_the_archive(make: Make) -> None:
    index = make(notice("2021-11", ROAD))
    asked = Query(filters=Filters(month_from="2021-10", month_to="2021-12"))
    assert tracing.trace(index, asked).coverage.missing == ("2021-10", "2021-12")


def test_an_empty_archive_has_no_span(make: Make) -> None:
    known = covering.coverage(make())
    assert (known.first, known.last, known.missing) == (None, None, ())


def test_quarantined_files_are_named_without_their_notes(tmp_path: Path) -> None:
    folder = tmp_path / "quarantine" / "2021-09-30"
    folder.mkdir(parents=True)
    for name in ("hong.pdf", "hong.pdf.ly-do.txt", ".an"):
        (folder / name).write_text("x", encoding="utf-8")
    assert covering.quarantined(tmp_path) == ("2021-09-30/hong.pdf",)
    assert covering.quarantined(tmp_path / "nowhere") == ()


DIFFS = [  # earlier, later, what the diff says
    ("một hai ba", "một hai ba", [("same", "một hai ba")]),
    ("một hai", "một ba hai", [("same", "một "), ("new", "ba "), ("same", "hai")]),
    ("một hai ba", "một ba", [("same", "một "), ("gone", "hai "), ("same", "ba")]),
    ("một hai", "một", [("same", "một"), ("gone", " hai")]),
    ("một hai", "một ba", [("same", "một "), ("gone", "hai"), ("new", "ba")]),
    ("một  hai", "một hai", [("same", "một hai")]),
    (" một", "một ", [("same", "một ")]),
    ("", "một", [("new", "một")]),
    ("một", "", [("gone", "một")]),
    ("", "", []),
]


@pytest.mark.parametrize(("earlier", "later", "expected"), DIFFS)
def test_word_diff(earlier: str, later: str, expected: list[tuple[str, str]]) -> None:
    edits = tracing.word_diff(earlier, later)
    assert [(e.op, e.text) for e in edits] == expected
    assert "".join(e.text for e in edits if e.op != "gone") == later


TOPICS = [("covid", "Phòng chống dịch Covid-19"), ("dat-dai", "Đất đai")]
NAMED = [  # as typed, topic
    ("covid", "covid"),
    ("COVID", "covid"),
    ("dat dai", "dat-dai"),
    ("Đất đai", "dat-dai"),
    ("phòng chống dịch covid-19", "covid"),
    ("đất", None),  # a word of a name is not the name
    ("covid ở chợ", None),
    ("", None),
]


@pytest.mark.parametrize(("typed", "expected"), NAMED)
def test_topic_of(typed: str, expected: str | None) -> None:
    assert tracing.topic_of(typed, TOPICS) == expected
