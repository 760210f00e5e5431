"""One id for every file of one paper, and another for every other paper."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from extractors.model import Conclusion, Kind, Notice, Session, Span
from ketluan.identity import identity_key, notice_id

TITLE = "Kết luận của Chủ tịch UBND tỉnh tại cuộc họp về thủy lợi Hòa Bình"
PAPER = Notice(
    issuer="UBND tỉnh Lào Cai",
    place="Lào Cai",
    number="68",
    symbol="TB-VPUBND",
    issued="2021-09-03",
    title=TITLE,
    session=Session("2021-08-31", "2021-09", "thường kỳ"),
    chair=None,
    signer=None,
)


def conclusion(text: str) -> Conclusion:
    return Conclusion("1", text, Kind.DIRECTIVE, Span(0, len(text)))


def test_an_id_says_month_and_place() -> None:
    assert re.fullmatch(r"2021-09-lao-cai-[0-9a-f]{8}", notice_id(PAPER))


SAME = {
    "a draft without number": {"number": None},
    "another number": {"number": "69"},
    "a draft without day": {"issued": "2021-09"},
    "a draft without any date of issue": {"issued": None},
    "a TXT without letterhead": {"issuer": None, "symbol": None},
    "a place only in the letterhead": {"place": None},
    "a place with its kind": {"place": "Tỉnh Lào Cai"},
    "a place in capitals": {"place": "LÀO CAI"},
    "abbreviations written out": {"title": TITLE.replace("UBND", "Ủy ban nhân dân")},
    "the other place of the tone mark": {"title": TITLE.replace("thủy", "thuỷ").replace("Hòa", "Hoà")},
    "all capitals": {"title": TITLE.upper()},
    "marks apart from their letters": {"title": unicodedata.normalize("NFD", TITLE)},
    "lines broken elsewhere": {"title": TITLE.replace(" ", "\n ")},
    "the kind of paper read into the title": {"title": f"THÔNG BÁO {TITLE}"},
    "an end mark": {"title": f"{TITLE}./."},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_all_files_of_a_paper_have_one_id(change: dict[str, str | None]) -> None:
    assert notice_id(replace(PAPER, **change)) == notice_id(PAPER)  # type: ignore[arg-type]


OTHER = {
    "another title": {"title": f"{TITLE} giai đoạn 2"},
    "another place": {"place": "Lai Châu"},
    "another day of the meeting": {"session": Session("2021-08-30", "2021-09", "thường kỳ")},
    "another month": {"session": Session("2021-08-31", "2021-08", "thường kỳ")},
    "another year": {"session": Session("2020-08-31", "2020-09", "thường kỳ")},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_other_papers_have_other_ids(change: dict[str, object]) -> None:
    assert notice_id(replace(PAPER, **change)) != notice_id(PAPER)  # type: ignore[arg-type]


MONTHS = [  # session's month, day held, issued, month of the id
    ("2021-09", "2021-08-31", "2021-10-01", "2021-09"),
    (None, "2021-08-31", "2021-10-01", "2021-08"),
    (None, None, "2021-10-01", "2021-10"),
    (None, None, "2021", "2021-00"),
    (None, None, None, "0000-00"),
]


@pytest.mark.parametrize(("month", "held_on", "issued", "expected"), MONTHS)
def test_the_month_is_the_best_that_is_printed(
    month: str | None, held_on: str | None, issued: str | None, expected: str
) -> None:
    assert notice_id(replace(PAPER, session=Session(held_on, month, None), issued=issued))[:7] == expected


def test_papers_that_print_too_little_are_told_apart_by_their_text() -> None:
    bare = replace(PAPER, title=None, session=Session(None, None, None), place=None, issuer=None)
    one = replace(bare, conclusions=(conclusion("Giao Sở Y tế báo cáo."),))
    two = replace(bare, conclusions=(conclusion("Giao Sở Y tế kiểm tra."),))
    respelt = replace(bare, conclusions=(conclusion("Giao  SỞ Y TẾ báo cáo"),))
    assert notice_id(one) != notice_id(two)
    assert notice_id(one) == notice_id(respelt)
    assert notice_id(one).startswith("2021-09-khong-ro-noi-")


@given(st.text(), st.text(), st.text(max_size=12))
def test_any_print_gives_a_plain_name(title: str, place: str, month: str) -> None:
    odd = replace(PAPER, title=title, place=place, session=Session(None, month, None))
    assert re.fullmatch(r"\d{4}-\d\d-[a-z0-9-]+-[0-9a-f]{8}", notice_id(odd), re.ASCII)
    assert "\n" not in identity_key(odd)
    respelt = replace(odd, title=unicodedata.normalize("NFD", title), number=None, symbol=None)
    assert notice_id(respelt) == notice_id(odd)
