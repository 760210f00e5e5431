"""Head, opening and tail of a notice: factories give a whole notice, a row changes what it is about."""

from __future__ import annotations

import pytest

from extractors.model import Break, Line, Notice, Person, RawText, Session, Signer
from extractors.notice import read_notice
from extractors.text import assemble

HEAD = ("ỦY BAN NHÂN DÂN", "TỈNH ĐỒNG THÁP", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
NUMBER = "Số: 45/TB-UBND"
DATE = "Đồng Tháp, ngày 05 tháng 3 năm 2024"
TITLE = "Kết luận của Chủ tịch UBND tỉnh tại phiên họp thường kỳ tháng 02 năm 2024"
OPENING = (
    "Ngày 29/02/2024, đồng chí Lê Hữu Phước - Chủ tịch UBND tỉnh chủ trì phiên họp. Sau khi nghe các ý kiến, "
    "đồng chí Lê Hữu Phước - Chủ tịch UBND tỉnh kết luận như sau:"
)
BODY = ("1. Giao Sở Y tế rà soát thuốc thiết yếu.", "2. Giao Sở Nội vụ tổng hợp biên chế.")
CLOSING = "Trên đây là kết luận của Chủ tịch UBND tỉnh, thông báo để các đơn vị biết, thực hiện./."
TAIL = ("Nơi nhận:", "- Như trên;", "- Lưu: VT, TH.", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Trần Thế Vinh")


def notice(
    *,
    head: tuple[str, ...] = HEAD,
    number: str = NUMBER,
    date: str = DATE,
    title: str = TITLE,
    opening: str = OPENING,
    tail: tuple[str, ...] = TAIL,
) -> Notice:
    rows = [*head, number, date, "THÔNG BÁO", title, opening, *BODY, CLOSING, *tail]
    lines = tuple(Line(text, begins=Break.PARAGRAPH) for text in rows if text)
    return read_notice(assemble(RawText(lines, "txt")))


def test_whole() -> None:
    found = notice()
    assert (found.issuer, found.place, found.number, found.symbol, found.issued) == (
        "UBND tỉnh Đồng Tháp",
        "Đồng Tháp",
        "45",
        "TB-UBND",
        "2024-03-05",
    )
    assert found.title == TITLE
    assert found.session == Session("2024-02-29", "2024-02", "thường kỳ")
    assert found.chair == Person("Lê Hữu Phước", "Chủ tịch UBND tỉnh")
    assert found.signer == Signer("Trần Thế Vinh", "Chánh Văn phòng", "Chủ tịch")
    assert found.recipients == ("Như trên", "Lưu: VT, TH")
    assert [c.path for c in found.conclusions] == ["1", "2"]


NUMBERS = [
    ("Số: 660 /TB-UBND", "660", "TB-UBND"),
    ("Số:173    /TB-UBND", "173", "TB-UBND"),
    ("Số:      /TB-VP", None, "TB-VP"),
    ("Số: …/TB-VPUBND", None, "TB-VPUBND"),
    ("Số: 12/TB - VPCP", "12", "TB-VPCP"),
]


@pytest.mark.parametrize(("line", "number", "symbol"), NUMBERS)
def test_number(line: str, number: str | None, symbol: str) -> None:
    found = notice(number=line)
    assert (found.number, found.symbol) == (number, symbol)
    assert ("number_blank" in {p.code for p in found.problems}) is (number is None)


DATES = [
    ("Đồng Tháp, ngày 05 tháng 3 năm 2024", "2024-03-05"),
    ("Đồng Tháp, ngày     tháng 3 năm 2024", "2024-03"),
    ("Đồng Tháp, ngày        tháng       năm 2024", "2024"),
    ("Đồng Tháp, ngày 10 tháng 01năm 2026", "2026-01-10"),
    ("Đồng Tháp, ngày 31 tháng 02 năm 2024", "2024-02"),  # no such day: the month stays
]


@pytest.mark.parametrize(("line", "issued"), DATES)
def test_issued(line: str, issued: str) -> None:
    assert notice(date=line).issued == issued


ISSUERS = [
    (("UBND TỈNH ĐỒNG THÁP", "VĂN PHÒNG"), NUMBER, "Văn phòng UBND tỉnh Đồng Tháp"),
    (("VĂN PHÒNG CHÍNH PHỦ",), "Số: 9/TB-VPCP", "Văn phòng Chính phủ"),
    (("UỶ BAN NHÂN DÂN", "THÀNH PHỐ CẦN THƠ"), NUMBER, "UBND thành phố Cần Thơ"),
    ((), "Số: /TB-VPUBND", "Văn phòng UBND tỉnh"),  # no letterhead: from the symbol, and said so
]


@pytest.mark.parametrize(("head", "number", "issuer"), ISSUERS)
def test_issuer(head: tuple[str, ...], number: str, issuer: str) -> None:
    found = notice(head=head, number=number)
    assert found.issuer == issuer
    assert ("issuer_inferred" in {p.code for p in found.problems}) is (not head)


CHAIRS = [
    (
        "Ngày 03/5/2025, Phó Chủ tịch UBND tỉnh Đào Minh Sang chủ trì cuộc họp; kết luận như sau:",
        "Đào Minh Sang",
        "Phó Chủ tịch UBND tỉnh",
    ),
    (
        "Sáng ngày 03/5/2025, dưới sự chủ trì của đồng chí Đào Minh Sang, Phó Chủ tịch UBND tỉnh, "
        "cuộc họp kết luận như sau:",
        "Đào Minh Sang",
        "Phó Chủ tịch UBND tỉnh",
    ),
    (
        "Ngày 03/5/2025, UBND tỉnh họp. Đồng chí Đào Minh Sang - Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh kết luận:",
        "Đào Minh Sang",
        "Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh",
    ),
]


@pytest.mark.parametrize(("opening", "name", "position"), CHAIRS)
def test_chair(opening: str, name: str, position: str) -> None:
    assert notice(opening=opening, title="Kết luận cuộc họp về phòng cháy").chair == Person(name, position)


SIGNERS = [
    (("CHÁNH VĂN PHÒNG", "Võ Tấn Lực"), Signer("Võ Tấn Lực", "Chánh Văn phòng", None)),
    (
        ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Võ Tấn Lực"),
        Signer("Võ Tấn Lực", "Phó Chánh Văn phòng", "Chủ tịch"),
    ),
    (("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Võ Tấn Lực"), Signer("Võ Tấn Lực", "Phó Chủ tịch", "Chủ tịch")),
    (("TL.CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Võ Tấn Lực"), Signer("Võ Tấn Lực", "Chánh Văn phòng", "Chủ tịch")),
]


@pytest.mark.parametrize(("lines", "signer"), SIGNERS)
def test_signer(lines: tuple[str, ...], signer: Signer) -> None:
    assert notice(tail=("Nơi nhận:", "- Như trên;", "- Lưu: VT.", *lines)).signer == signer


def test_a_recipient_wrapped_over_lines_is_one() -> None:
    tail = (
        "Nơi nhận:",
        "- Các Sở: Y tế, Tư pháp và Giáo dục",
        "và Đào tạo;",
        "- Lưu: VT.",
        "CHÁNH VĂN PHÒNG",
        "Võ Tấn Lực",
    )
    assert notice(tail=tail).recipients == ("Các Sở: Y tế, Tư pháp và Giáo dục và Đào tạo", "Lưu: VT")


MINISTRY = ("BỘ XÂY DỰNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def test_a_ministry_bears_the_name_that_is_listed() -> None:
    assert notice(head=MINISTRY, number="Số: 12/TB-BXD").issuer == "Bộ Xây dựng"


def test_a_council_is_no_person() -> None:
    opening = (
        "Ngày 29/02/2024, Chủ tịch UBND tỉnh Lê Hữu Phước đã chủ trì phiên họp. Chủ tịch UBND Tỉnh có ý kiến kết luận:"
    )
    assert notice(opening=opening).chair == Person("Lê Hữu Phước", "Chủ tịch UBND tỉnh")


def test_a_dash_at_the_end_of_a_line_stays_in_the_title() -> None:
    found = notice(title="Kết luận của đồng chí Lê Hữu Phước -\nChủ tịch UBND tỉnh tại cuộc họp về nhà ở")
    assert found.title == "Kết luận của đồng chí Lê Hữu Phước - Chủ tịch UBND tỉnh tại cuộc họp về nhà ở"


def test_the_day_of_a_meeting_that_began_in_the_afternoon() -> None:
    opening = "Chiều 29/02/2024, Chủ tịch UBND tỉnh chủ trì phiên họp thường kỳ và kết luận như sau:"
    assert notice(opening=opening).session.held_on == "2024-02-29"


CLOSINGS = [  # the last paragraph, whether it closes the notice
    ("Văn phòng UBND tỉnh xin thông báo tới các cơ quan, địa phương để triển khai./.", True),
    ("Giao Sở Y tế thông báo danh sách đơn vị chậm triển khai.", False),
]


@pytest.mark.parametrize(("last", "closes"), CLOSINGS)
def test_closing(last: str, closes: bool) -> None:
    assert (last in _told(OPENING, *BODY, last)) is not closes


def test_what_the_meeting_looked_at_is_no_conclusion() -> None:
    rows = ("Phiên họp đã xem xét các nội dung sau:", "- Báo cáo tháng 2;", "- Dự thảo giá nước.", "Chủ tịch kết luận:")
    assert _told(*rows, *BODY) == _told(OPENING, *BODY)


def test_what_is_told_in_dashes_stays_told() -> None:
    rows = ("Chủ tịch yêu cầu thực hiện các nội dung sau:", "- Giao Sở Y tế vớt bèo.", "Sở Nội vụ kiểm tra.")
    assert _told(*rows) == ["Giao Sở Y tế vớt bèo.", "Sở Nội vụ kiểm tra."]


def _told(*rows: str) -> list[str]:
    """The conclusions of a notice with these paragraphs below its title."""
    paragraphs = (*HEAD, NUMBER, DATE, "THÔNG BÁO", TITLE, *rows, *TAIL)
    lines = tuple(Line(text, begins=Break.PARAGRAPH) for text in paragraphs)
    return [c.text for c in read_notice(assemble(RawText(lines, "txt"))).conclusions]
