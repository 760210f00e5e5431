"""Tables of tasks and lines made of labels: a row is what stands on the paper and what each conclusion says."""

from __future__ import annotations

import pytest

from extractors.labels import Role, column_role, read_label_line
from tests.extractors.said import Block, conclusions

HEADS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian thực hiện")
TABLES: list[tuple[str, list[Block], list[str]]] = [
    (
        "each row is a conclusion under the unit that leads in the table",
        [
            "I. Nhiệm vụ",
            "1. Yêu cầu các sở, ngành làm các việc sau:",
            [HEADS, ("1", "Vớt bèo", "Sở Y tế", "Sở Nội vụ", "9/9")],
        ],
        ["I.1#1 | Vớt bèo | Sở Y tế | Sở Nội vụ |  | 2026-09-09"],
    ),
    (
        "a body without units",
        [[HEADS, ("1", "Vớt bèo", "Sở Y tế", "", "Quý IV/2026"), ("2", "Phát cỏ", "Công an tỉnh", "", "")]],
        ["#1 | Vớt bèo | Sở Y tế |  |  | 2026-12-31", "#2 | Phát cỏ | Công an tỉnh"],
    ),
    (
        "a second table under the same unit goes on counting",
        ["1. Các việc:", [HEADS, ("1", "Vớt bèo", "Sở Y tế")], "Ngoài ra:", [HEADS, ("1", "Phát cỏ", "Sở Nội vụ")]],
        ["1#1 | Vớt bèo | Sở Y tế", "1#2 | Phát cỏ | Sở Nội vụ"],
    ),
    (
        "a table after a sentence that announces nothing belongs to the item",
        ["1. Giao các sở:", "- Rà soát sổ sách.", [HEADS, ("1", "Vớt bèo", "Sở Y tế")]],
        ["1-1 | Rà soát sổ sách. | các sở", "1#1 | Vớt bèo | Sở Y tế"],
    ),
    (
        "the numbering row and repeated heads are no tasks",
        [
            [
                HEADS,
                ("(1)", "(2)", "(3)", "(4)", "(5)"),
                ("1", "Vớt bèo", "Sở Y tế"),
                HEADS,
                ("2", "Phát cỏ", "Sở Nội vụ"),
            ]
        ],
        ["#1 | Vớt bèo | Sở Y tế", "#2 | Phát cỏ | Sở Nội vụ"],
    ),
    (
        "như trên",
        [[HEADS, ("1", "Vớt bèo", "Sở Y tế", "", "9/9"), ("2", "Phát cỏ", "Như trên", "", "nt")]],
        ["#1 | Vớt bèo | Sở Y tế |  |  | 2026-09-09", "#2 | Phát cỏ | Sở Y tế |  |  | 2026-09-09"],
    ),
    (
        "an arabic number over dotted ones heads its rows",
        [[HEADS, ("1", "Vệ sinh"), ("1.1", "Vớt bèo", "Sở Y tế"), ("1.2", "Phát cỏ", "Sở Nội vụ"), ("2", "Trực ban")]],
        ["#1 | Vớt bèo | Sở Y tế", "#2 | Phát cỏ | Sở Nội vụ", "#3 | Trực ban"],
    ),
    (
        "a heading made of an agency leads where no cell does",
        [[("STT", "Nội dung công việc", "Thời hạn"), ("I", "Sở Y tế", ""), ("1", "Vớt bèo cho giao thông", "9/9")]],
        ["#1 | Vớt bèo cho giao thông | Sở Y tế |  |  | 2026-09-09"],
    ),
    (
        "without a lead's cell the unit above leads",
        ["1. Giao Sở Y tế thực hiện:", [("TT", "Nhiệm vụ", "Thời gian"), ("1", "Vớt bèo", "Trước 9/9")]],
        ["1#1 | Vớt bèo | Sở Y tế |  |  | 2026-09-09"],
    ),
    (
        "heads in two rows",
        [
            [
                ("TT", "Nội dung", "Cơ quan thực hiện", "", "Tiến độ"),
                ("", "", "Chủ trì", "Phối hợp"),
                ("1", "Vớt bèo", "Sở Y tế", "Sở Nội vụ", "9/9"),
            ]
        ],
        ["#1 | Vớt bèo | Sở Y tế | Sở Nội vụ |  | 2026-09-09"],
    ),
    (
        "one column for who leads and who helps",
        [[("STT", "Nhiệm vụ", "Cơ quan chủ trì/phối hợp"), ("1", "Vớt bèo", "Chủ trì: Sở Y tế; phối hợp: Sở Nội vụ")]],
        ["#1 | Vớt bèo | Sở Y tế | Sở Nội vụ"],
    ),
    (
        "who leads is kept as printed where no agency is known in it",
        [[HEADS, ("1", "Vớt bèo", "Đ/c Trần Văn Bình|Tổ vớt bèo", "Hội làm vườn", "Theo lịch")]],
        ["#1 | Vớt bèo | Đ/c Trần Văn Bình, Tổ vớt bèo | Hội làm vườn"],
    ),
    (
        "a collective goes on to the end of its piece",
        [[HEADS, ("1", "Vớt bèo", "Sở Y tế", "Các tổ chức, cá nhân khai thác cát; Công an tỉnh")]],
        ["#1 | Vớt bèo | Sở Y tế | các tổ chức, cá nhân khai thác cát, Công an tỉnh"],
    ),
    (
        "whom the text names besides does not lead; whom it reports to is kept",
        [
            [
                HEADS,
                ("1", "Yêu cầu các hộ di dời, báo cáo UBND tỉnh trước ngày 01/9/2026.", "Sở Y tế", "", "Quý IV/2026"),
            ]
        ],
        [
            "#1 | Yêu cầu các hộ di dời, báo cáo UBND tỉnh trước ngày 01/9/2026. | Sở Y tế |  | UBND tỉnh"
            " | 2026-12-31, 2026-09-01"
        ],
    ),
    (
        "to whom the result goes has its own column",
        [[("TT", "Tên văn bản", "Cơ quan tham mưu", "Cấp trình"), ("1", "Đề án bến cá", "Sở Y tế", "HĐND tỉnh")]],
        ["#1 | Đề án bến cá | Sở Y tế |  | HĐND tỉnh"],
    ),
    (
        "several paragraphs in a cell are one task",
        [[HEADS, ("1", "Vớt bèo:|- Ở hồ;|- Ở sông.", "Sở Y tế")]],
        ["#1 | Vớt bèo:/- Ở hồ;/- Ở sông. | Sở Y tế"],
    ),
    (
        "a table that goes on after a page without its heads",
        [[HEADS, ("1", "Vớt bèo", "Sở Y tế")], [("2", "Phát cỏ", "Sở Nội vụ", "", "9/9")]],
        ["#1 | Vớt bèo | Sở Y tế", "#2 | Phát cỏ | Sở Nội vụ |  |  | 2026-09-09"],
    ),
    (
        "a frame of one column is text",
        [[("1. Giao Sở Y tế vớt bèo.",), ("2. Giao Sở Nội vụ phát cỏ.",)]],
        ["1 | Giao Sở Y tế vớt bèo. | Sở Y tế", "2 | Giao Sở Nội vụ phát cỏ. | Sở Nội vụ"],
    ),
    # what is no table of tasks
    (
        "figures",
        [
            "1. Giao Sở Y tế rà soát.",
            [("TT", "Tên dự án", "Chủ đầu tư", "Kế hoạch vốn"), ("1", "Bến cá", "Sở Y tế", "9")],
        ],
        ["1 | Giao Sở Y tế rà soát. | Sở Y tế"],
    ),
    (
        "a programme",
        [[("Thời gian", "Nội dung", "Người thực hiện", "Địa điểm"), ("8h00", "Khai mạc", "Văn phòng", "Hội trường A")]],
        [],
    ),
    ("a programme without a place", [[("Thời gian", "Nội dung"), ("8h00 ngày 9/9", "Khai mạc")]], []),
]


@pytest.mark.parametrize(("body", "expected"), [t[1:] for t in TABLES], ids=[t[0] for t in TABLES])
def test_tables(body: list[Block], expected: list[str]) -> None:
    assert conclusions(*body) == expected


def test_cells_merged_downwards_hold_for_each_row_and_blank_ones_do_not() -> None:
    rows = [HEADS, ("1", "Vớt bèo", "Sở Y tế", "Sở Nội vụ", "9/9"), ("2", "Phát cỏ"), ("3", "Trực ban")]
    found = conclusions("1. Các việc:", rows, merged=((0, 2, 2), (0, 2, 4)))
    assert found[1:] == ["1#2 | Phát cỏ | Sở Y tế |  |  | 2026-09-09", "1#3 | Trực ban"]


def test_an_annex_after_the_signature_is_read_under_its_title() -> None:
    rows = [HEADS, ("I", "Môi trường"), ("1", "Vớt bèo", "Sở Y tế")]
    annex = ("PHỤ LỤC", "Danh mục nhiệm vụ", "(Kèm theo Thông báo số 9/TB-UBND)", rows)
    assert conclusions("1. Giao Sở Nội vụ phát cỏ.", tail=annex) == [
        "1 | Giao Sở Nội vụ phát cỏ. | Sở Nội vụ",
        "#1 | Vớt bèo | Sở Y tế",
    ]


LABELS: list[tuple[str, list[str], list[str]]] = [
    (
        "labels under an item",
        [
            "1. Lập đề án bến cá.",
            "- Đơn vị chủ trì: Sở Y tế.",
            "- Đơn vị phối hợp: Sở Nội vụ; Công an tỉnh.",
            "- Thời gian hoàn thành: Quý IV/2026.",
        ],
        ["1 | Lập đề án bến cá. | Sở Y tế | Sở Nội vụ, Công an tỉnh |  | 2026-12-31"],
    ),
    (
        "a label that says what is handed in",
        ["1. Lập đề án bến cá.", "- Chủ trì: Sở Y tế.", "- Thời hạn trình dự thảo: trước ngày 09/9/2026."],
        ["1 | Lập đề án bến cá. | Sở Y tế |  |  | 2026-09-09"],
    ),
    (
        "under a heading of its own",
        ["2.1. Bến cá", "- Cơ quan chủ trì thực hiện: Sở Y tế", "- Thời gian thực hiện: Tháng 9/2026"],
        ["2.1 | Bến cá | Sở Y tế |  |  | 2026-09-30"],
    ),
    (
        "after bullets they are of the bullets",
        [
            "1. Bến cá",
            "- Nạo vét luồng.",
            "- Lắp phao.",
            "- Trách nhiệm chỉ đạo thực hiện: Sở Y tế.",
            "- Thời hạn: trước 9/9.",
        ],
        ["1-1 | Nạo vét luồng. | Sở Y tế |  |  | 2026-09-09", "1-2 | Lắp phao. | Sở Y tế |  |  | 2026-09-09"],
    ),
    (
        "after each bullet they are of that one",
        [
            "1. Bến cá",
            "- Nạo vét luồng.",
            "Chủ trì: Sở Y tế.",
            "- Lắp phao.",
            "Chủ trì: Sở Nội vụ.",
            "2. Giao Sở Y tế trực.",
        ],
        ["1-1 | Nạo vét luồng. | Sở Y tế", "1-2 | Lắp phao. | Sở Nội vụ", "2 | Giao Sở Y tế trực. | Sở Y tế"],
    ),
    (
        "several in one line",
        [
            "a) Nạo vét luồng.",
            "- Cơ quan chủ trì: Sở Y tế; cơ quan phối hợp: Sở Nội vụ; thời gian: tháng 9/2026.",
            "b) Lắp phao.",
        ],
        ["a | Nạo vét luồng. | Sở Y tế | Sở Nội vụ |  | 2026-09-30", "b | Lắp phao."],
    ),
    (
        "beside a product and its money",
        [
            "1. Nạo vét luồng.",
            "- Chủ trì: Sở Y tế.",
            "- Sản phẩm: Kế hoạch của UBND tỉnh.",
            "- Kinh phí: Ngân sách tỉnh.",
        ],
        ["1 | Nạo vét luồng. | Sở Y tế"],
    ),
    (
        "who leads by label leads, whatever the text names",
        ["1. Yêu cầu các hộ di dời.", "- Chủ trì: Sở Y tế.", "- Phối hợp: Sở Nội vụ."],
        ["1 | Yêu cầu các hộ di dời. | Sở Y tế | Sở Nội vụ"],
    ),
    (
        "the text's own lead stays where labels name only a time",
        ["1. Giao Sở Y tế chủ trì, phối hợp với Sở Nội vụ nạo vét luồng.", "- Thời gian hoàn thành: trước 9/9."],
        ["1 | Giao Sở Y tế chủ trì, phối hợp với Sở Nội vụ nạo vét luồng. | Sở Y tế | Sở Nội vụ |  | 2026-09-09"],
    ),
    (
        "at the end of the item's own text",
        [
            "1. Nạo vét luồng. Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Sở Nội vụ.",
            "2. Lắp phao (chủ trì: Công an tỉnh).",
        ],
        [
            "1 | Nạo vét luồng. Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Sở Nội vụ. | Sở Y tế | Sở Nội vụ",
            "2 | Lắp phao (chủ trì: Công an tỉnh). | Công an tỉnh",
        ],
    ),
    # what is no label
    (
        "an order after a colon",
        ["1. Sở Y tế", "- Chủ trì: nạo vét luồng, lắp phao.", "- Thực hiện: vớt bèo."],
        ["1-1 | Chủ trì: nạo vét luồng, lắp phao. | Sở Y tế", "1-2 | Thực hiện: vớt bèo. | Sở Y tế"],
    ),
    (
        "a meeting to be held",
        ["1. Giao Sở Y tế mời họp:", "- Thời gian: 8 giờ ngày 9/9.", "- Địa điểm: Hội trường A."],
        ["1-1 | Thời gian: 8 giờ ngày 9/9. | Sở Y tế", "1-2 | Địa điểm: Hội trường A. | Sở Y tế"],
    ),
]


@pytest.mark.parametrize(("body", "expected"), [t[1:] for t in LABELS], ids=[t[0] for t in LABELS])
def test_label_lines(body: list[str], expected: list[str]) -> None:
    assert conclusions(*body) == expected


HEADS_OF_COLUMNS = [
    ("Số TT", Role.NUMBER),
    ("Tên nhiệm vụ", Role.TASK),
    ("Nội dung thực hiện", Role.TASK),
    ("Nhiệm vụ được giao", Role.TASK),
    ("Sở, ngành chủ trì tham mưu", Role.LEAD),
    ("Đơn vị thực hiện", Role.LEAD),
    ("Cơ quan, đơn vị chịu trách nhiệm", Role.LEAD),
    ("Phân công thực hiện", Role.LEAD),
    ("Cơ quan chủ trì, phối hợp", Role.LEAD),
    ("Đơn vị phối hợp thực hiện", Role.COORDINATING),
    ("Thời gian thực hiện/ hoàn thành", Role.DUE),
    ("Tiến độ", Role.DUE),
    ("Hạn hoàn thành", Role.DUE),
    ("Cấp trình", Role.REPORT),
    ("Sản phẩm dự kiến", Role.OTHER),
    ("Ghi chú", Role.OTHER),
    ("Tên dự án", None),
    ("Chủ đầu tư", None),
    ("Tổng mức đầu tư", None),
    ("Họ và tên", None),
]


@pytest.mark.parametrize(("head", "role"), HEADS_OF_COLUMNS)
def test_heads_of_columns(head: str, role: Role | None) -> None:
    assert column_role(head) is role


@pytest.mark.parametrize(
    "line",
    [
        "Giao Sở Y tế: rà soát thuốc.",
        "Kết quả: đạt.",
        "Thời gian qua: còn chậm.",
        "Thời gian trình bày tham luận: mười phút.",
        "Chủ trì: phối hợp với Sở A",
        "Sở Y tế",
    ],
)
def test_lines_that_are_no_labels(line: str) -> None:
    roles = {cell.role for cell in read_label_line(line, 0, 1)}
    assert not roles & {Role.LEAD, Role.COORDINATING, Role.DUE, Role.REPORT}
