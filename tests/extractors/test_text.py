from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Break, Line, RawText
from extractors.readers import read
from extractors.text import assemble, clean

SAMPLE = Path(__file__).parents[2] / "samples" / "2021-09-lao-cai.txt"
P, L, G = Break.PARAGRAPH, Break.LINE, Break.PAGE


def healed(*lines: tuple[str, Break], form: str = "txt") -> list[str]:
    raw = RawText(lines=tuple(Line(text, begins=begins) for text, begins in lines), format=form)
    return [p.text for p in assemble(raw).paragraphs]


JOINED = [  # line, next line, how it begins, healed
    ("phòng, chống dịch Covid-", "19 tại các chợ đầu mối.", P, "phòng, chống dịch Covid-19 tại các chợ đầu mối."),
    ("theo Nghị định số 15/2022/NĐ-", "CP của Chính phủ", P, "theo Nghị định số 15/2022/NĐ-CP của Chính phủ"),
    ("- Sở Xây dựng rà soát các cơ", "sở nhà đất công.", P, "- Sở Xây dựng rà soát các cơ sở nhà đất công."),
    ("đã nêu (gửi kèm hồ sơ trình", "HĐND huyện xem xét).", P, "đã nêu (gửi kèm hồ sơ trình HĐND huyện xem xét)."),
    ("Giao Sở Y tế phối hợp với", "Sở Tài chính lập dự toán", P, "Giao Sở Y tế phối hợp với Sở Tài chính lập dự toán"),
    ("hoàn thành trước ngày", "15. Các đơn vị báo cáo", P, "hoàn thành trước ngày 15. Các đơn vị báo cáo"),
    ("dự toán ngân sách năm", "2024. Các đơn vị rà soát", P, "dự toán ngân sách năm 2024. Các đơn vị rà soát"),
    ("giai đoạn 2022", "- 2025 của tỉnh", L, "giai đoạn 2022 - 2025 của tỉnh"),
    ("phát triển kinh tế", "- xã hội năm 2023", L, "phát triển kinh tế - xã hội năm 2023"),
    ("do ông Lê Văn Tám", "- Chánh Thanh tra chủ trì", L, "do ông Lê Văn Tám - Chánh Thanh tra chủ trì"),
    ("họp bàn về đầu tư. Giao", "Sở Công Thương tổng hợp", L, "họp bàn về đầu tư. Giao Sở Công Thương tổng hợp"),
    ("theo đúng quy định tại khoản", "3 - Điều 61 của Luật", L, "theo đúng quy định tại khoản 3 - Điều 61 của Luật"),
    ("II. NHIỆM VỤ TRỌNG TÂM", "VÀ GIẢI PHÁP CỤ THỂ", L, "II. NHIỆM VỤ TRỌNG TÂM VÀ GIẢI PHÁP CỤ THỂ"),
    ("- Các Sở: Tài chính, Nội vụ,", "Tư pháp, Xây dựng;", P, "- Các Sở: Tài chính, Nội vụ, Tư pháp, Xây dựng;"),
    ("các đơn vị biết, thực hiện", "./.", P, "các đơn vị biết, thực hiện./."),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT", "NAM", L, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
]

APART = [  # line, next line, how it begins
    ("1. Sở Công Thương", "- Chủ trì theo dõi giá cả", P),
    ("4. Về thu ngân sách", "- Cục Thuế rà soát nợ đọng", L),
    ("- Sở Nội vụ rà soát biên chế", "+ Báo cáo kết quả sắp xếp", P),
    ("a) Giao Sở Tư pháp thẩm định", "b) Giao Sở Y tế tổng hợp", P),
    ("a) Giao Sở Tư pháp thẩm định", "đ) Giao Sở Y tế tổng hợp", L),
    ("Các đơn vị tập trung thực hiện:", "đẩy nhanh tiến độ", P),
    ("Việc này đã xong.", "2. Việc tiếp theo", L),
    ("theo dõi việc thực hiện Thông báo này.", "Trên đây là kết luận của Chủ tịch UBND tỉnh", L),
    ("II. Nhiệm vụ 6 tháng cuối năm", "1. Giao Sở Nội vụ lập danh sách", P),
    ("II. Nhiệm vụ 6 tháng cuối năm", "1. Giao Sở Nội vụ lập danh sách", L),
    ("II. KẾT LUẬN", "đánh giá chung", P),
    ("ỦY BAN NHÂN DÂN", "TỈNH HẢI SƠN", L),
    ("Số: 12/TB-UBND", "ngày 05 tháng 02 năm 2024", P),
    ("Hải Sơn, ngày 05 tháng 02 năm 2024", "về việc họp giao ban", P),
    ("Nơi nhận:", "- Như trên;", P),
    ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", L),
    ("CHÁNH VĂN PHÒNG", "Lê Văn Tám", L),
    ("Phần mềm quản lý văn bản", "Điều 3. Tổ chức thực hiện", L),
    ("Còn ba hạn chế", "Thứ nhất, giải ngân chậm", L),
    ("Sở Y tế đã báo cáo xong", "Sở Nội vụ chưa báo cáo", P),
]


@pytest.mark.parametrize(("line", "following", "begins", "expected"), JOINED)
def test_a_cut_sentence_is_healed(line: str, following: str, begins: Break, expected: str) -> None:
    assert healed((line, P), (following, begins)) == [expected]


@pytest.mark.parametrize(("line", "following", "begins"), APART)
def test_what_begins_something_of_its_own_is_not_joined(line: str, following: str, begins: Break) -> None:
    assert healed((line, P), (following, begins)) == [line, following]


def test_a_page_number_inside_a_sentence_drops_out() -> None:
    lines = [("các đơn vị phải cùng", P), ("2", L), ("vào cuộc quyết liệt", L)]
    assert healed(*lines) == ["các đơn vị phải cùng vào cuộc quyết liệt"]


def test_a_number_that_counts_no_pages_stays() -> None:
    assert healed(("Chỉ tiêu được giao", P), ("45", P), form="pdf") == ["Chỉ tiêu được giao 45"]
    assert healed(("hoàn thành trước ngày", P), ("2", L), ("tháng 9", L)) == ["hoàn thành trước ngày 2 tháng 9"]


def test_cells_of_a_table_are_never_joined() -> None:
    cells = (Line("Sở Nội vụ", table=(0, 0, 0)), Line("trong năm 2024", table=(0, 0, 1)), Line("và sau đó"))
    found = assemble(RawText(lines=cells, format="docx")).paragraphs
    assert [(p.text, p.table) for p in found] == [
        ("Sở Nội vụ", (0, 0, 0)),
        ("trong năm 2024", (0, 0, 1)),
        ("và sau đó", None),
    ]


def test_a_paragraph_keeps_the_page_that_it_began_on() -> None:
    lines = (Line("Giao Sở Y tế rà", page=1, begins=P), Line("soát thuốc.", page=2, begins=G), Line("Hết", 2, P))
    source = assemble(RawText(lines=lines, format="pdf", pages=2))
    assert [(p.text, p.span.page) for p in source.paragraphs] == [("Giao Sở Y tế rà soát thuốc.", 1), ("Hết", 2)]


CLEANED = [  # as in the file, as stored
    (unicodedata.normalize("NFD", "Ủy ban nhân dân"), "Ủy ban nhân dân"),
    ("Văn thƣ Lƣu trữ", "Văn thư Lưu trữ"),
    ("Ðiều động cán bộ", "Điều động cán bộ"),
    ("Reykjavík: Ð, ð", "Reykjavík: Ð, ð"),  # no Vietnamese: left alone
    ("Số:\u00a0\u202f 12", "Số: 12"),
    ("kế\u00ad hoạch\u200b", "kế hoạch"),
    ("68/NQ\u2010CP, 10\u2011KH", "68/NQ-CP, 10-KH"),
    ("tab\tvà  hai   dấu cách", "tab và hai dấu cách"),
    ("một\nhai", "một\nhai"),
    ("nửa chữ \ud83d ở đây", "nửa chữ \ufffd ở đây"),  # what no file and no answer could hold
]


@pytest.mark.parametrize(("printed", "stored"), CLEANED)
def test_clean(printed: str, stored: str) -> None:
    assert clean(printed) == stored


def test_the_five_page_breaks_of_the_sample_are_healed() -> None:
    source = assemble(read(SAMPLE.read_bytes(), SAMPLE.name))
    for passage in (
        "phòng chống dịch Covid-19 trên địa bàn",
        "đầu tư xây dựng cơ bản, yêu cầu",
        "trình kỳ họp HĐND tỉnh cuối năm 2021).",
        "các địa phương đánh giá hiệu quả",
        "thủy điện: Yêu cầu Sở Công Thương",
    ):
        assert passage in source.text
    assert "**" not in source.text
    blocks = [line for line in SAMPLE.read_text(encoding="utf-8").split("\n") if line.strip()]
    assert len(source.paragraphs) == len(blocks) - 5


WORDS = st.sampled_from(
    ("Giao", "tế,", "(phối", "với", "quan.", "1.", "-", "+", "a)", "ngày", "15", "TỈNH;", "Covid-", "19", "./.", "___")
)
LINES = st.lists(
    st.builds(
        Line,
        st.lists(WORDS, max_size=8).map(" ".join),
        page=st.just(1),
        begins=st.sampled_from(Break),
        table=st.sampled_from([None, None, (0, 0, 0), (0, 0, 1)]),
    ),
    max_size=12,
)


@given(LINES)
def test_no_letter_is_lost_and_every_span_quotes_its_paragraph(lines: list[Line]) -> None:
    source = assemble(RawText(lines=tuple(lines), format="docx"))
    before = [c for line in lines for c in line.text if c.isalnum()]
    assert [c for c in source.text if c.isalnum()] == before
    assert all(p.span.of(source.text) == p.text for p in source.paragraphs)
    assert source.text == "\n".join(p.text for p in source.paragraphs)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_clean_is_idempotent(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
