"""Papers of other kinds are named and kept; only what no office wrote is refused."""

from __future__ import annotations

import pytest

from extractors.errors import NotANotice
from extractors.model import Break, Line, Notice, RawText, Session
from extractors.notice import read_notice
from extractors.text import assemble

HEAD = ("ỦY BAN NHÂN DÂN", "TỈNH ĐỒNG THÁP", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
DATE = "Đồng Tháp, ngày 05 tháng 3 năm 2024"
BODY = ("1. Giao Sở Y tế rà soát thuốc thiết yếu trước ngày 20/3.", "2. Giao Sở Nội vụ tổng hợp biên chế.")
TAIL = ("Nơi nhận:", "- Như trên;", "- Lưu: VT.", "CHỦ TỊCH", "Trần Thế Vinh")


def read(*rows: str) -> Notice:
    return read_notice(assemble(RawText(tuple(Line(row, begins=Break.PARAGRAPH) for row in rows), "txt")))


PAPERS = [  # number, lines from the kind to the opening, type, has conclusions
    (
        "Số: 45/TB-UBND",
        ("THÔNG BÁO", "Kết luận phiên họp thường kỳ", "Ngày 01/3/2024, Chủ tịch kết luận như sau:"),
        "notice",
        True,
    ),
    (
        "Số: 45/TB-UBND",
        ("THÔNG BÁO", "Về việc treo cờ Tổ quốc", "UBND tỉnh thông báo treo cờ từ ngày 30/4 như sau:"),
        "other",
        False,
    ),
    (
        "Số: 46/TB-UBND",
        ("THÔNG BÁO", "Về việc thụ lý giải quyết khiếu nại", "UBND tỉnh thông báo đã thụ lý đơn."),
        "other",
        False,
    ),
    ("Số: 7/GM-UBND", ("GIẤY MỜI", "Dự họp về phòng cháy", "UBND tỉnh mời dự họp như sau:"), "other", False),
    (
        "Số: 88/UBND-TH",
        ("V/v phòng cháy rừng", "Kính gửi: Các Sở: Y tế, Nội vụ.", "Chủ tịch UBND tỉnh có ý kiến chỉ đạo như sau:"),
        "letter",
        True,
    ),
    (
        "Số: 88/UBND-TH",
        ("V/v trả lời đơn", "Kính gửi: Ông Lê Văn Ba.", "UBND tỉnh đã nhận được đơn của ông."),
        "letter",
        False,
    ),
    (
        "Số: 3/CĐ-UBND",
        ("CÔNG ĐIỆN", "Về việc ứng phó với bão", "Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:"),
        "telegram",
        True,
    ),
    (
        "Số: 4/CT-UBND",
        ("CHỈ THỊ", "Về phòng cháy", "Để chủ động phòng cháy, Chủ tịch UBND tỉnh yêu cầu:"),
        "directive",
        True,
    ),
    (
        "Số: 5/KH-UBND",
        ("KẾ HOẠCH", "Phòng cháy năm 2024", "Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:"),
        "plan",
        True,
    ),
    (
        "Số: 6/NQ-HĐND",
        ("NGHỊ QUYẾT", "Về phòng cháy", "Hội đồng nhân dân tỉnh quyết nghị như sau:"),
        "resolution",
        True,
    ),
    ("Số: 9/QĐ-UBND", ("QUYẾT ĐỊNH", "Về việc khen thưởng", "Chủ tịch quyết định như sau:"), "other", False),
]


@pytest.mark.parametrize(("number", "lines", "type", "has_conclusions"), PAPERS)
def test_types(number: str, lines: tuple[str, ...], type: str, has_conclusions: bool) -> None:
    found = read(*HEAD, number, DATE, *lines, *BODY, *TAIL)
    assert found.type == type
    assert [c.path for c in found.conclusions] == (["1", "2"] if has_conclusions else [])
    codes = {p.code for p in found.problems}
    assert ("paper_type" in codes) is (type != "notice")
    assert "no_conclusion" not in codes


@pytest.mark.parametrize(
    ("number", "type"), [("Số: /KH-UBND", "plan"), ("Số: 2/CĐ-UBND", "telegram"), ("Số: 2/QĐ-UBND", "other")]
)
def test_the_symbol_tells_where_no_kind_is_printed(number: str, type: str) -> None:
    assert read(number, DATE, "Về phòng cháy rừng mùa khô", *BODY, *TAIL).type == type


def test_a_paper_that_tells_of_no_meeting_has_none_and_counts_days_from_its_issue() -> None:
    found = read(
        *HEAD, "Số: 3/CĐ-UBND", DATE, "CÔNG ĐIỆN", "Về bão", "Ngày 01/2/2024 có bão. Chủ tịch yêu cầu:", *BODY, *TAIL
    )
    assert found.session == Session(None, None, None)
    assert [str(d.due) for c in found.conclusions for d in c.deadlines] == ["2024-03-20"]
    assert "no_session_date" not in {p.code for p in found.problems}


NO_PAPERS = [
    ("Canh chua cá lóc", "Cá làm sạch, cắt khúc; me dầm lấy nước.", "1. Phi tỏi thơm.", "2. Cho cá vào xào săn."),
    ("Buổi sáng, bà cụ ra bến sông.", "Con đò nhỏ đã đợi sẵn, khói sương còn giăng trên mặt nước, chưa ai nói gì."),
    ("Kính gửi: A",),
    ("Thông tin",),
]


@pytest.mark.parametrize("rows", NO_PAPERS)
def test_what_no_office_wrote_is_refused(rows: tuple[str, ...]) -> None:
    with pytest.raises(NotANotice):
        read(*rows)
