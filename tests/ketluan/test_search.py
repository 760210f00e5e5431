"""What a question means, and which passage of a hit is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.vocabulary import load
from ketluan.errors import QueryError
from ketluan.index.base import Clause, Filters, Hit, Query, Role
from ketluan.index.fold import words
from ketluan.index.highlight import highlights
from ketluan.search import MOST_WORDS, canonical, parse_query, passage


def said(query: Query) -> str:
    """A query in short: +must -must_not (one|other), "phrases", =exact, #key."""

    def clause(c: Clause) -> str:
        return ("=" if c.exact else "") + ("#" if c.key else "") + (f'"{c.text}"' if c.phrase else c.text)

    parts = [f"+{clause(c)}" for c in query.must]
    parts += [f"({'|'.join(map(clause, group))})" for group in query.any_of]
    parts += [f"-{clause(c)}" for c in query.must_not]
    return " ".join(parts)


QUESTIONS = [
    # typed → understood
    ("thuê đất", "+thuê +đất"),
    ("  thuê\t đất\n", "+thuê +đất"),
    ('"thuê đất"', '+="thuê đất"'),
    ('"thue dat"', '+"thue dat"'),
    ("“thuê đất” nợ", '+="thuê đất" +nợ'),
    ('"đất"', "+=đất"),
    ("đất -thuê", "+đất -=thuê"),
    ("đất -thue", "+đất -thue"),
    ('đất -"thuê kho"', '+đất -="thuê kho"'),
    ("hai-ba", '+"hai-ba"'),
    ("- đất", "+đất"),
    ("đất-", "+đất"),
    ("13,6%", '+"13,6%"'),
    ("(nợ!)", "+nợ"),
    # documents
    ("76/NQ-CP", '("76/NQ-CP"|#76/NQ-CP)'),
    ("76/NQ-CP.", '("76/NQ-CP"|#76/NQ-CP)'),
    ("09-NQ/TU", '("09-NQ/TU"|#09-NQ/TU|#9-NQ/TU)'),
    ("5/QĐ-UBND", '(="5/QĐ-UBND"|#5/QĐ-UBND|#05/QĐ-UBND)'),
    ("45/2013/QH13", '("45/2013/QH13"|#45/2013/QH13)'),
    ("30/2020/NĐ-CP", '(="30/2020/NĐ-CP"|#30/2020/NĐ-CP)'),
    ("3578/UBND-TH", '("3578/UBND-TH"|#3578/UBND-TH)'),
    ('"76/NQ-CP"', '("76/NQ-CP"|#76/NQ-CP)'),
    ("-76/NQ-CP đất", '+đất -"76/NQ-CP" -#76/NQ-CP'),
    ("15/9/2021", '+"15/9/2021"'),  # a day is no document
    ("2021-2025", '+"2021-2025"'),
    ("km/h", '+"km/h"'),
    # abbreviations, both ways
    ("UBND", '(UBND|"Ủy ban nhân dân")'),
    ("ubnd", '(ubnd|"Ủy ban nhân dân")'),
    ("Uỷ ban nhân dân xã", '+xã (Uỷ ban nhân dân|"UBND")'),
    ("uy ban nhan dan", '(uy ban nhan dan|"UBND")'),
    ("TU", '(=TU|"Tỉnh ủy")'),
    ("tu", "+tu"),  # a word like any other
    ("Tỉnh ủy", "+Tỉnh +ủy"),  # asks for no "tu"
    ("QH", '(=QH|"Quốc hội")'),  # ambiguous: the first reading
    ("quy hoạch", "+quy +hoạch"),  # asks for no QH
    ("BVTV", '(BVTV|"bảo vệ thực vật")'),
    ("giải phóng mặt bằng", '(giải phóng mặt bằng|"GPMB")'),
    ('"giải phóng mặt bằng"', '+="giải phóng mặt bằng"'),  # quoted: as it is
    ("GTVT-XD", '("GTVT-XD"|"Giao thông vận tải - Xây dựng"|"GTVTXD")'),
    ("-HTX đất", '+đất -HTX -="hợp tác xã"'),
    # spellings
    ("Sapa", '("Sa Pa"|"Sapa")'.replace('"Sa Pa"|"Sapa"', 'Sapa|"Sa Pa"')),
    ("virus lạ", '+lạ (virus|"vi rút")'),
    ("vi-rút", '("vi-rút"|"virus")'),
    ("vi ruốc", "+vi +ruốc"),
]


@pytest.mark.parametrize(("typed", "meant"), QUESTIONS)
def test_question(typed: str, meant: str) -> None:
    assert said(parse_query(typed)) == meant


@pytest.mark.parametrize("typed", ["", "   ", "…", '""', '"', "-", "--", "🙂", "%", "*:*", "\x00", "\u200b"])
def test_a_question_without_a_word_is_refused_but_for_filters(typed: str) -> None:
    with pytest.raises(QueryError, match="Hãy nhập"):
        parse_query(typed)
    with pytest.raises(QueryError):
        parse_query(typed, role=Role.LEAD)
    assert parse_query(typed, topics=["covid"]) == Query(filters=Filters(topics=("covid",)))


@given(st.text(max_size=80) | st.text(st.sampled_from('"“”-/&. ađĐUBND68'), max_size=40))
def test_nothing_typed_is_an_error(typed: str) -> None:
    try:
        query = parse_query(typed)
    except QueryError:
        assert not words(typed)
    else:
        assert query.must or query.any_of or query.must_not


def test_a_pasted_page_is_cut() -> None:
    query = parse_query("nước " * 5000)
    assert sum(len(words(c.text)) for c in query.must) == MOST_WORDS


def test_agencies_are_asked_by_their_full_name() -> None:
    assert parse_query("", agencies=["Sở KH&ĐT"]).filters.agencies == ("Sở Kế hoạch và Đầu tư",)
    assert canonical("một cơ quan lạ") == "một cơ quan lạ"


def test_vocabulary_rows_are_what_they_must_be() -> None:
    data = load("abbreviations")
    for row in data["abbreviations"]:
        assert row.keys() <= {"short", "full", "ambiguous"}
        for spelling in (row["short"], row["full"]):
            assert all(words(s) for s in ([spelling] if isinstance(spelling, str) else spelling))
    shorts = [s for r in data["abbreviations"] for s in ([r["short"]] if isinstance(r["short"], str) else r["short"])]
    assert len(shorts) == len(set(shorts))
    assert all(len(spellings) > 1 for spellings in data["groups"].values())


@pytest.mark.parametrize(
    "short",
    [
        s
        for row in load("abbreviations")["abbreviations"]
        for s in ([row["short"]] if isinstance(row["short"], str) else row["short"])
    ],
)
def test_every_abbreviation_asks_for_what_it_stands_for(short: str) -> None:
    (group,) = parse_query(short).any_of
    assert group[0].text == short
    assert len(group) > 1


LONG = (
    "Câu mở đầu nói về thời tiết. Sở Nội vụ rà soát biên chế của các đơn vị sự nghiệp trên toàn địa bàn; "
    "báo cáo trước tháng sau. Câu thứ ba dài dòng kể về mùa màng và chợ phiên ở vùng cao, không liên quan. "
    "Cuối cùng là lời nhắc về biên chế."
)

PASSAGES = [
    # question, width → what is shown
    (
        "biên chế",
        120,
        "… Sở Nội vụ rà soát biên chế của các đơn vị sự nghiệp trên toàn địa bàn; báo cáo trước tháng sau. …",
    ),
    ("biên chế", 1000, LONG),
    ("thời tiết", 40, "Câu mở đầu nói về thời tiết. …"),
    ("lời nhắc", 60, "… Cuối cùng là lời nhắc về biên chế."),
    ("xyzzy", 60, "Câu mở đầu nói về thời tiết. …"),
]


def hit(typed: str, text: str) -> Hit:
    return Hit("x", 1.0, {"text": text}, highlights(parse_query(typed), text))


@pytest.mark.parametrize(("typed", "width", "shown"), PASSAGES)
def test_passage(typed: str, width: int, shown: str) -> None:
    assert passage(hit(typed, LONG), width).text == shown


def test_passage_marks_what_the_hit_marks() -> None:
    found = passage(hit("biên chế", LONG), 120)
    assert [found.text[s:e] for s, e in found.highlights] == ["biên chế"]


@given(st.text(st.sampled_from("aăđ .;\n"), max_size=200), st.data(), st.integers(1, 120))
def test_passage_is_a_part_of_the_text_and_marks_the_same(text: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = passage(Hit("x", 1.0, {"text": text}, ((start, end),) if start < end else ()), width)
    assert found.text.removeprefix("… ").removesuffix(" …") in text
    assert len(found.text) <= width + 4 or len(text) <= width
    for s, e in found.highlights:
        assert 0 <= s < e <= len(found.text)
        assert found.text[s:e] in text[start:end]


def test_passage_of_a_text_without_spaces() -> None:
    found = passage(Hit("x", 1.0, {"text": "đ" * 1000}, ((500, 510),)), 50)
    assert len(found.text) <= 54
    assert [found.text[s:e] for s, e in found.highlights] == ["đ" * 10]
