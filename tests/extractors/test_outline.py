"""Paths of an outline: a row is the lines of a body and the paths of its units, in order."""

import pytest

from extractors.markers import marker
from extractors.model import Paragraph, Span
from extractors.outline import build

CASES = [
    ("numbers", ["1. Giao A làm.", "2. Giao B làm."], ["1", "2"]),
    (
        "sections and dashes",
        ["I. Kết quả", "- Một.", "- Hai.", "II. Nhiệm vụ", "1. Về A", "- Ba.", "+ Bốn."],
        ["I", "I-1", "I-2", "II", "II.1", "II.1-1", "II.1-1+1"],
    ),
    ("letters with đ", ["1. Về A", "a) Một.", "b) Hai.", "đ) Ba."], ["1", "1.a", "1.b", "1.đ"]),
    ("unmarked before dashes", ["I. Kết quả", "Tốt.", "Còn hạn chế:", "- Một."], ["I", "I~1", "I~2", "I-1"]),
    ("title and one paragraph", ["1. Về A", "Sở B làm.", "2. Về C", "Sở D làm."], ["1", "1~1", "2", "2~1"]),
    (
        "closing paragraph",
        ["I. Nhiệm vụ", "1. Sở A", "Làm.", "2. Sở B", "Làm.", "Các đơn vị nghiêm túc."],
        ["I", "I.1", "I.1~1", "I.2", "I.2~1", "I~1"],
    ),
    (
        "ordinals in words under the last item",
        ["I. Đánh giá", "1. Được", "Tốt.", "2. Chưa được", "Còn ba việc.", "Một là, chậm.", "Hai là, thiếu."],
        ["I", "I.1", "I.1~1", "I.2", "I.2~1", "I.2~2", "I.2~3"],
    ),
    ("an item that begins with a number", ["7. Giao B.", "8. 20 thôn họp dân."], ["7", "8"]),
    ("a figure is no item", ["7. Giao B.", "8.000 hộ được cấp nước."], ["7", "7~1"]),
    (
        "closing after letters",
        ["1. Sở A", "a) Làm.", "2. Sở B", "a) Làm.", "Các đơn vị nghiêm túc."],
        ["1", "1.a", "2", "2.a", "~1"],
    ),
    ("skipped number", ["5. Một.", "7. Hai."], ["5", "7"]),
    (
        "repeated section",
        ["I. A", "1. Một.", "II. B", "1. Hai.", "II. C", "1. Ba."],
        ["I", "I.1", "II", "II.1", "II'", "II'.1"],
    ),
    ("lost first number", ["Thống nhất tổ chức hội nghị.", "2. Giao B.", "3. Giao C."], ["1", "2", "3"]),
    ("sub-items", ["2. Về A", "2.1. Một.", "2.2. Hai."], ["2", "2.1", "2.2"]),
    ("ordinals in words", ["I. Đánh giá", "Thứ nhất, chậm.", "Thứ hai, thiếu."], ["I", "I~1", "I~2"]),
]


def body(lines: list[str]) -> list[Paragraph]:
    paragraphs, at = [], 0
    for line in lines:
        paragraphs.append(Paragraph(line, Span(at, at + len(line))))
        at += len(line) + 1
    return paragraphs


@pytest.mark.parametrize(("lines", "paths"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_paths(lines: list[str], paths: list[str]) -> None:
    units = list(build(body(lines)).walk())[1:]
    assert sorted(u.path for u in units) == sorted(paths)


def test_every_path_is_unique_and_every_text_is_kept() -> None:
    lines = [line for _, rows, _ in CASES for line in rows]
    units = list(build(body(lines)).walk())[1:]
    assert len({u.path for u in units}) == len(units) == len(lines)
    source = "\n".join(lines)
    assert all(source[u.start : u.start + len(u.text)] == u.text for u in units)


@pytest.mark.parametrize(
    "text",
    [
        "1.500 tỷ đồng",
        "13,6% so với cùng kỳ",
        "31.12.2025",
        "Về A",
        "Thứ nhất, chậm",
        "I đơn vị",
        "2026 là năm bản lề",
        "a là b",
        "+5% so với năm trước",
    ],
)
def test_no_marker(text: str) -> None:
    assert marker(text) is None
