from __future__ import annotations

import textwrap
import unicodedata

import pytest

from extractors.model import Break
from extractors.readers import read
from extractors.text import assemble
from extractors.vocabulary import load

PARAGRAPHS = [
    "THÔNG BÁO",
    "Kết luận phiên họp thường kỳ tháng 3 năm 2023",
    "I. ĐÁNH GIÁ CHUNG",
    "Trong quý I năm 2023, kinh tế của tỉnh giữ được đà tăng trưởng; thu ngân sách đạt khá so với cùng kỳ, tuy nhiên "
    "giải ngân vốn đầu tư công còn chậm, nhất là các dự án khởi công mới trong năm.",
    "II. NHIỆM VỤ",
    "1. Giao Sở Tài chính chủ trì, phối hợp với Kho bạc Nhà nước tỉnh và các chủ đầu tư rà soát số vốn chưa giải ngân, "
    "đề xuất điều chuyển sang các dự án có khả năng hấp thụ vốn.",
    "- Sở Y tế khẩn trương hoàn thành việc mua sắm thuốc, vật tư y tế cho các bệnh viện tuyến huyện, báo cáo kết quả "
    "trước ngày 15/4/2023.",
    "+ Bệnh viện đa khoa tỉnh lập dự trù chi tiết theo từng khoa, từng loại bệnh gửi về Sở Y tế tổng hợp chung.",
    "2. Các sở, ngành khác tiếp tục thực hiện nhiệm vụ đã được giao tại các kết luận trước đây của Ủy ban tỉnh.",
    "Nơi nhận:",
    "- Như trên;",
    "- Lưu: VT.",
    "CHỦ TỊCH",
]
PLAIN = "\n".join(PARAGRAPHS)


def paragraphs(data: bytes, name: str = "a.txt") -> list[str]:
    return [p.text for p in assemble(read(data, name)).paragraphs]


def wrapped(width: int, between: str) -> str:
    return between.join(textwrap.fill(p, width, break_on_hyphens=False) for p in PARAGRAPHS)


LAYOUTS = {
    "one line a paragraph": PLAIN,
    "blank lines": "\n\n".join(PARAGRAPHS),
    "wrapped at 60": wrapped(60, "\n"),
    "wrapped at 80": wrapped(80, "\n"),
    "wrapped, blank lines": wrapped(72, "\n\n"),
    "Windows line ends": wrapped(72, "\n\n").replace("\n", "\r\n"),
    "Markdown": PLAIN.replace("I. ĐÁNH", "### I. ĐÁNH").replace("15/4/2023", "**15/4/2023**").replace("CHỦ", "**CHỦ"),
    "front matter": f"---\ntitle: x\n---\n{PLAIN}",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_gives_the_same_paragraphs(text: str) -> None:
    assert paragraphs(text.encode()) == PARAGRAPHS


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_unicode_encodings(encoding: str) -> None:
    assert paragraphs(PLAIN.encode(encoding)) == PARAGRAPHS


def test_utf8_of_combining_marks() -> None:
    assert paragraphs(unicodedata.normalize("NFD", PLAIN).encode()) == PARAGRAPHS


def windows_1258(text: str) -> bytes:
    """Vowels with their hats precomposed, tones as marks of their own, as Windows writes it."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", parts.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


def test_windows_1258_is_read_and_reported() -> None:
    raw = read(windows_1258(PLAIN), "a.txt")
    assert [p.text for p in assemble(raw).paragraphs] == PARAGRAPHS
    assert [problem.code for problem in raw.problems] == ["legacy_encoding"]


def test_form_feeds_count_pages() -> None:
    raw = read("Giao Sở Y tế rà\n\fsoát thuốc.\n\fHết trang".encode(), "a.txt")
    source = assemble(raw)
    assert raw.pages == 3
    assert [(p.text, p.span.page) for p in source.paragraphs] == [("Giao Sở Y tế rà soát thuốc.", 1), ("Hết trang", 3)]


def test_table_rows_of_markdown_are_cells() -> None:
    text = "Danh mục:\n\n| TT | Nhiệm vụ | Cơ quan |\n|---|:--:|---|\n| 1 | Lập kế hoạch | Sở Y tế |\n\nHết."
    found = [(p.text, p.table) for p in assemble(read(text.encode(), "a.md")).paragraphs]
    assert found == [
        ("Danh mục:", None),
        ("TT", (0, 0, 0)),
        ("Nhiệm vụ", (0, 0, 1)),
        ("Cơ quan", (0, 0, 2)),
        ("1", (0, 1, 0)),
        ("Lập kế hoạch", (0, 1, 1)),
        ("Sở Y tế", (0, 1, 2)),
        ("Hết.", None),
    ]


def test_asterisks_of_a_plain_text_stay() -> None:
    assert paragraphs("* Giải pháp: 3*4 và a*b\n* Khác".encode()) == ["* Giải pháp: 3*4 và a*b", "* Khác"]


@pytest.mark.parametrize("name", ["tcvn3", "vni", "vps", "viscii"])
@pytest.mark.parametrize("form", ["bytes", "utf-8-sig", "utf-16"])
def test_old_encodings_give_the_same_paragraphs(name: str, form: str) -> None:
    """As bytes, and as a program left them that took them for windows-1252 and saved them as Unicode."""
    codes = {k: bytes.fromhex(v) for k, v in load(f"encodings/{name}")["letters"].items()}
    data = b"".join(codes.get(c) or codes.get(c.lower()) or c.encode() for c in PLAIN)
    if form != "bytes":
        data = data.decode("latin-1").encode(form)
    raw = read(data, "a.txt")
    no_capital = "Ủy ban" if name == "tcvn3" else ""  # TCVN3 has none with a tone
    expected = [p.replace(no_capital, no_capital.lower()) if no_capital else p for p in PARAGRAPHS]
    assert [p.text for p in assemble(raw).paragraphs] == expected
    assert [problem.code for problem in raw.problems] == ["legacy_encoding"]


INDENTED = """\
        1. Giao Sở Nội vụ rà soát biên chế của các đơn vị sự nghiệp công lập, báo
cáo UBND tỉnh xem xét trong phiên họp tới; đồng thời hướng dẫn các địa phương lập
danh sách gửi về.
        Văn phòng tổng hợp ý kiến của các thành viên dự họp, hoàn thiện văn bản.
        2. Giao Sở Tài chính bố trí kinh phí từ nguồn dự phòng ngân sách tỉnh năm
nay để thực hiện nhiệm vụ đã nêu tại mục 1, ưu tiên các xã còn khó khăn và các xã
vừa chịu thiệt hại.
        Các đơn vị báo cáo kết quả về Văn phòng trước khi trình cấp có thẩm quyền.
        3. Giao Sở Y tế lập danh sách các trạm cần sửa chữa trước mùa mưa bão năm
nay, gửi Sở Tài chính thẩm định trước khi trình UBND tỉnh xem xét, quyết định mức
hỗ trợ cho từng trạm.
"""


def test_an_indented_line_begins_a_paragraph_where_a_page_kept_its_layout() -> None:
    begun = [line.text for line in read(INDENTED.encode(), "a.txt").lines if line.begins is not Break.LINE]
    assert [text.split(" ")[0] for text in begun] == ["1.", "Văn", "2.", "Các", "3."]
