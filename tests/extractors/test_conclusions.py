"""Which units are conclusions, and what lead-ins hand down: a row is a body and what each conclusion says.

A line of the outcome is path, text, who leads, who helps, to whom it is reported, by when.
"""

from __future__ import annotations

import pytest

from tests.extractors.said import conclusions

ORDER = "Giao Sở Y tế vớt bèo."
CASES: list[tuple[str, list[str], list[str]]] = [
    # units
    ("a section of one paragraph", ["I. ĐÁNH GIÁ", "Chợ còn bẩn."], ["I~1 | Chợ còn bẩn."]),
    ("an item of one paragraph", ["1. Về chợ", ORDER], ["1 | Giao Sở Y tế vớt bèo. | Sở Y tế"]),
    ("an item with a title before its text", ["1. Về chợ: " + ORDER], ["1 | Giao Sở Y tế vớt bèo. | Sở Y tế"]),
    ("a title with a small letter behind it", ["1. Đề án bến cá: chưa xem xét."], ["1 | chưa xem xét."]),
    ("a title that names a matter", ["1. Đò ngang, bến bãi: Sở Y tế vớt bèo."], ["1 | Sở Y tế vớt bèo. | Sở Y tế"]),
    ("a title like an order", ["1. Dọn chợ: Sở Y tế vớt bèo."], ["1 | Sở Y tế vớt bèo. | Sở Y tế"]),
    ("an order before a colon is no title", ["1. Rà soát hai việc: bèo và cỏ."], ["1 | Rà soát hai việc: bèo và cỏ."]),
    ("nor a head word", ["1. Các chợ: A, B mở đến khuya."], ["1 | Các chợ: A, B mở đến khuya."]),
    ("nor is a decision", ["1. Thống nhất chủ trương: vớt bèo."], ["1 | Thống nhất chủ trương: vớt bèo."]),
    ("a heading alone is what it says", ["1. Dọn chợ"], ["1 | Dọn chợ"]),
    (
        "a paragraph more",
        ["1. " + ORDER, "Giao Sở Nội vụ phát cỏ."],
        ["1~1 | Giao Sở Y tế vớt bèo. | Sở Y tế", "1~2 | Giao Sở Nội vụ phát cỏ. | Sở Nội vụ"],
    ),
    (
        "an item that tells how things are, and one of tasks, in one section",
        ["I. Kết quả và việc cần làm", "1. Đánh giá chung", "Chợ phải dọn hai lần.", "2. Nhiệm vụ", ORDER],
        ["I.1 | Chợ phải dọn hai lần.", "I.2 | Giao Sở Y tế vớt bèo. | Sở Y tế"],
    ),
    # lead-ins
    (
        "an order in the lead-in holds for each child",
        [
            "1. Giao Sở Y tế phối hợp với Sở Nội vụ báo cáo UBND tỉnh trước ngày 09/9/2026:",
            "- Vớt bèo.",
            "- Phát cỏ.",
        ],
        [
            "1-1 | Vớt bèo. | Sở Y tế | Sở Nội vụ | UBND tỉnh | 2026-09-09",
            "1-2 | Phát cỏ. | Sở Y tế | Sở Nội vụ | UBND tỉnh | 2026-09-09",
        ],
    ),
    (
        "a child that names its own takes over no partner, but the day",
        [
            "1. Giao Sở Y tế phối hợp với Sở Nội vụ, xong trước ngày 09/9/2026:",
            "- Vớt bèo.",
            "- Giao Công an tỉnh trực.",
        ],
        [
            "1-1 | Vớt bèo. | Sở Y tế | Sở Nội vụ |  | 2026-09-09",
            "1-2 | Giao Công an tỉnh trực. | Công an tỉnh |  |  | 2026-09-09",
        ],
    ),
    (
        "an unmarked lead-in",
        ["I. Nhiệm vụ", "Yêu cầu các sở, ngành thực hiện:", "1. Vớt bèo.", "2. Phát cỏ."],
        ["I.1 | Vớt bèo. | các sở, ngành", "I.2 | Phát cỏ. | các sở, ngành"],
    ),
    (
        "who leads an item stands in its heading",
        ["1. Sở Y tế, Sở Nội vụ", "- Vớt bèo.", "2. Đối với Công an tỉnh:", "- Trực chốt."],
        ["1-1 | Vớt bèo. | Sở Y tế, Sở Nội vụ", "2-1 | Trực chốt. | Công an tỉnh"],
    ),
    (
        "a heading with a semicolon",
        ["1. Giám đốc các Sở; Chủ tịch UBND các xã, phường:", "- Trực chốt."],
        ["1-1 | Trực chốt. | Giám đốc các Sở, Chủ tịch UBND các xã, phường"],
    ),
    (
        "a board whose name holds a comma",
        ["1. Ban Chỉ đạo phòng, chống bão, lũ lụt", "- Trực chốt."],
        ["1-1 | Trực chốt. | Ban Chỉ đạo phòng, chống bão, lũ lụt"],
    ),
    (
        "a heading that names an agency among other words tells nobody",
        ["1. Kiến nghị của Sở Y tế", "- Chợ còn bẩn."],
        ["1-1 | Chợ còn bẩn."],
    ),
    (
        "a day in the heading",
        ["I. VIỆC CẦN LÀM NGAY TRONG THÁNG 9/2026", "1. " + ORDER],
        ["I.1 | Giao Sở Y tế vớt bèo. | Sở Y tế |  |  | 2026-09-30"],
    ),
    (
        "a month that a heading only names",
        ["I. NHIỆM VỤ TRỌNG TÂM THÁNG 9/2026", "1. " + ORDER],
        ["I.1 | Giao Sở Y tế vớt bèo. | Sở Y tế"],
    ),
    (
        "the aim of a programme is no day for its parts",
        ["1. Giao Sở Y tế thực hiện mục tiêu sạch bèo trong năm 2026:", "- Vớt bèo."],
        ["1-1 | Vớt bèo. | Sở Y tế"],
    ),
    # lead-ins that say something whole
    (
        "a sentence before the list",
        ["1. Sở Y tế vớt bèo trước ngày 09/9/2026. Trong đó lưu ý:", "- Bèo tây."],
        [
            "1 | Sở Y tế vớt bèo trước ngày 09/9/2026. Trong đó lưu ý: | Sở Y tế |  |  | 2026-09-09",
            "1-1 | Bèo tây. | Sở Y tế |  |  | 2026-09-09",
        ],
    ),
    (
        "an aim before the order",
        ["1. Để thành thị xã trước năm 2030, đề nghị UBND huyện Ba Tri:", "- Vớt bèo."],
        ["1-1 | Vớt bèo. | UBND huyện Ba Tri"],
    ),
    (
        "a title of what is left",
        ["1. Các nội dung khác: Giao Sở Y tế vớt bèo."],
        ["1 | Giao Sở Y tế vớt bèo. | Sở Y tế"],
    ),
    (
        "a decision before the order",
        ["1. Đồng ý mở chợ; giao Sở Y tế:", "a) Vớt bèo."],
        ["1 | Đồng ý mở chợ; giao Sở Y tế: | Sở Y tế", "1.a | Vớt bèo. | Sở Y tế"],
    ),
    (
        "an order with plus signs below it",
        ["- Giao Sở Y tế vớt bèo.", "+ Bèo tây."],
        ["-1 | Giao Sở Y tế vớt bèo. | Sở Y tế", "-1+1 | Bèo tây. | Sở Y tế"],
    ),
    (
        "an order before the list, though it tells of what is not yet done",
        ["1. Yêu cầu các xã rà soát nơi chưa vớt bèo. Cụ thể như sau:", "a) Sở Y tế phát cỏ."],
        [
            "1 | Yêu cầu các xã rà soát nơi chưa vớt bèo. Cụ thể như sau: | các xã",
            "1.a | Sở Y tế phát cỏ. | Sở Y tế",
        ],
    ),
    ("an order that only announces", ["1. Giao Sở Y tế làm như sau.", "- Vớt bèo."], ["1-1 | Vớt bèo. | Sở Y tế"]),
    ("a mere announcement", ["1. Giao Sở Y tế:", "- Vớt bèo."], ["1-1 | Vớt bèo. | Sở Y tế"]),
    # several agencies, several days
    (
        "each agency its day",
        ["1. Sở Y tế vớt bèo trước ngày 09/9/2026; Sở Nội vụ phát cỏ trước ngày 10/9/2026."],
        [
            "1 | Sở Y tế vớt bèo trước ngày 09/9/2026; Sở Nội vụ phát cỏ trước ngày 10/9/2026. | Sở Y tế, Sở Nội vụ"
            " |  |  | 2026-09-09, 2026-09-10"
        ],
    ),
    # what a section says of how things are ends at an item of tasks
    (
        "tasks under a section that assesses",
        ["I. TÌNH HÌNH THÁNG 7", "1. Đánh giá", "Chợ còn bẩn.", "2. Nhiệm vụ", "a) Sở Y tế vớt bèo còn sót."],
        ["I.1 | Chợ còn bẩn.", "I.2.a | Sở Y tế vớt bèo còn sót. | Sở Y tế"],
    ),
    (
        "a sentence in the passive beats the lead-in",
        ["1. Giao Sở Y tế:", "- Vớt bèo.", "- Chợ phải được Sở Nội vụ rà soát.", "- Sân do Công an tỉnh quản lý."],
        [
            "1-1 | Vớt bèo. | Sở Y tế",
            "1-2 | Chợ phải được Sở Nội vụ rà soát. | Sở Nội vụ",
            "1-3 | Sân do Công an tỉnh quản lý. | Sở Y tế",
        ],
    ),
    # what the lead is to demand of others is the lead's task; a collective that is told first hands nothing down
    (
        "a demand under a named lead",
        [
            "1. Sở Y tế:",
            "- Yêu cầu các đơn vị vớt bèo.",
            "- Đề nghị Công an tỉnh trực chốt.",
            "- Giao các trạm rà soát.",
        ],
        [
            "1-1 | Yêu cầu các đơn vị vớt bèo. | Sở Y tế",
            "1-2 | Đề nghị Công an tỉnh trực chốt. | Công an tỉnh",
            "1-3 | Giao các trạm rà soát. | các trạm",
        ],
    ),
    (
        "a demand under a collective",
        ["1. Các địa phương thực hiện:", "- Yêu cầu các chủ rừng tuần tra."],
        ["1-1 | Yêu cầu các chủ rừng tuần tra. | các chủ rừng"],
    ),
    # the opening
    ("who chaired the meeting is told nothing", ["1. Vớt bèo ở hồ."], ["1 | Vớt bèo ở hồ."]),
]


@pytest.mark.parametrize(("body", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_conclusions(body: list[str], expected: list[str]) -> None:
    assert conclusions(*body) == expected
