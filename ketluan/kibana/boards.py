"""Which data views, saved searches and dashboards are there? Tables only; `objects.py` makes saved objects of them.

What is due is told by the day that the paper prints. Whether a task was done stands in no field, so nothing here
claims it: "quá hạn" means that the day is past.
"""

from __future__ import annotations

from dataclasses import dataclass

from ketluan.kibana import lens
from ketluan.kibana.lens import Chart

#: `now/d` is midnight where Kibana's time zone is set to (Asia/Ho_Chi_Minh), `}` leaves today out.
OVERDUE = "due:[* TO now/d}"
SOON = "due:[now/d TO now+30d/d]"
LATER = "due:{now+30d/d TO *]"
UNDATED = "NOT _exists_:due"


@dataclass(frozen=True, slots=True)
class View:
    """A data view over one alias; `time` is the field that the clock at the top of the page acts on."""

    id: str
    name: str
    alias: str  # "conclusions", "assignments", "notices"
    time: str


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search: the columns shown, the Lucene query, the order."""

    id: str
    title: str
    description: str
    view: str
    columns: tuple[str, ...]
    sort: tuple[tuple[str, str], ...]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A thing on a dashboard at `x, y` with `w × h` (the grid is 48 wide): a chart, a saved search or a text."""

    shows: Chart | str  # a chart, or the id of a saved search
    x: int
    y: int
    w: int
    h: int
    view: str = ""  # of a chart


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard. `controls`: (title, field) each, over the data view `view`; `since`, `until`: its span of time."""

    id: str
    title: str
    description: str
    view: str
    text: str
    controls: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]
    until: str = "now"
    since: str = "now-10y"


VIEWS = (
    View("ketluan-conclusions", "Kết luận theo tháng họp", "conclusions", "month.date"),
    View("ketluan-assignments", "Nhiệm vụ theo tháng họp", "assignments", "month.date"),
    View("ketluan-deadlines", "Nhiệm vụ theo hạn cuối", "assignments", "due"),
    View("ketluan-notices", "Thông báo theo tháng họp", "notices", "month.date"),
)
DEFAULT_VIEW = VIEWS[0].id

_TASK = ("due", "deadline", "lead", "text", "month", "notice", "conclusion")
_NOTICE = ("month", "number", "symbol", "title", "problems", "formats", "notice")

SEARCHES = (
    Search(
        "ketluan-search-conclusions",
        "Tra cứu kết luận",
        "Mọi kết luận, tháng mới trước. Gõ từ cần tìm vào ô trên cùng, có dấu hay không dấu.",
        "ketluan-conclusions",
        ("month", "item", "text", "lead", "deadline", "notice", "id"),
        (("month.date", "desc"),),
    ),
    Search(
        "ketluan-search-cited",
        "Kết luận có viện dẫn văn bản",
        'Kết luận nhắc đến văn bản khác, ví dụ citations:"68/NQ-CP".',
        "ketluan-conclusions",
        ("month", "citations", "text", "lead", "notice", "id"),
        (("month.date", "desc"),),
        "_exists_:citations",
    ),
    Search(
        "ketluan-search-overdue",
        "Nhiệm vụ đã qua hạn",
        "Hạn ghi trong văn bản đã qua. Chưa biết việc đã xong hay chưa.",
        "ketluan-deadlines",
        _TASK,
        (("due", "desc"),),
        OVERDUE,
    ),
    Search(
        "ketluan-search-soon",
        "Nhiệm vụ đến hạn trong 30 ngày",
        "Từ hôm nay đến hết 30 ngày tới.",
        "ketluan-deadlines",
        _TASK,
        (("due", "asc"),),
        SOON,
    ),
    Search(
        "ketluan-search-undated",
        "Nhiệm vụ không có ngày hạn",
        "Không ghi hạn, hoặc hạn không quy ra ngày được.",
        "ketluan-assignments",
        ("month", "deadline", "event", "every", "lead", "text", "notice", "conclusion"),
        (("month.date", "desc"),),
        UNDATED,
    ),
    Search(
        "ketluan-search-notices",
        "Danh sách thông báo",
        "Mỗi thông báo một dòng.",
        "ketluan-notices",
        _NOTICE,
        (("month.date", "desc"),),
    ),
    Search(
        "ketluan-search-problems",
        "Thông báo có vấn đề cần xem",
        "Chương trình đọc chưa chắc chắn. Hãy đối chiếu với bản gốc.",
        "ketluan-notices",
        _NOTICE,
        (("month.date", "desc"),),
        "_exists_:problems",
    ),
)

_CONCLUSIONS = lens.count("Số kết luận")
_TASKS = lens.count("Số nhiệm vụ")
_NOTICES = lens.count("Số thông báo")
_READ = "Do chương trình đọc từ văn bản; luôn đối chiếu **bản gốc** (cột “Mở thông báo”)."

TOPICS = Board(
    "ketluan-board-topics",
    "Kết luận theo tháng và chủ đề",
    "Mỗi tháng kết luận những gì",
    "ketluan-conclusions",
    f"### Kết luận các phiên họp\n{_READ} Một kết luận có thể thuộc nhiều chủ đề.",
    (("Chủ đề", "topics"), ("Loại kết luận", "kind"), ("Cơ quan", "agencies")),
    (
        Panel(lens.metric("Kết luận", _CONCLUSIONS), 16, 4, 16, 8, "ketluan-conclusions"),
        Panel(lens.metric("Thông báo", lens.unique("Số thông báo", "notice")), 32, 4, 16, 8, "ketluan-conclusions"),
        Panel(
            lens.bars(
                "Kết luận theo tháng và chủ đề",
                lens.months("Tháng họp", "month.date"),
                _CONCLUSIONS,
                lens.terms("Chủ đề", "topics", 10),
            ),
            *(0, 12, 32, 15),
            "ketluan-conclusions",
        ),
        Panel(
            lens.donut("Loại kết luận", lens.terms("Loại kết luận", "kind", 5), _CONCLUSIONS),
            *(32, 12, 16, 15),
            "ketluan-conclusions",
        ),
        Panel(
            lens.heat(
                "Chủ đề theo quý",
                lens.months("Quý", "month.date", "1q"),
                lens.terms("Chủ đề", "topics", 27),
                _CONCLUSIONS,
            ),
            *(0, 27, 48, 20),
            "ketluan-conclusions",
        ),
        Panel("ketluan-search-conclusions", 0, 47, 48, 24),
    ),
)

AGENCIES = Board(
    "ketluan-board-agencies",
    "Nhiệm vụ theo cơ quan",
    "Ai được giao việc gì, bao nhiêu việc, bao nhiêu việc đã qua hạn",
    "ketluan-assignments",
    f"### Nhiệm vụ theo cơ quan\n{_READ} “Đã qua hạn” là theo ngày ghi trong văn bản, chưa biết việc đã xong hay chưa.",
    (("Cơ quan chủ trì", "lead"), ("Chủ đề", "topics"), ("Phối hợp", "coordinating")),
    (
        Panel(lens.metric("Nhiệm vụ", _TASKS), 16, 4, 16, 8, "ketluan-assignments"),
        Panel(
            lens.metric("Cơ quan chủ trì", lens.unique("Số cơ quan chủ trì", "lead")),
            *(32, 4, 16, 8),
            "ketluan-assignments",
        ),
        Panel(
            lens.table(
                "Cơ quan chủ trì",
                lens.terms("Cơ quan chủ trì", "lead", 50),
                _TASKS,
                lens.count("Có ngày hạn", "_exists_:due", id="d"),
                lens.count("Đã qua hạn", OVERDUE, id="o"),
                lens.count("30 ngày tới", SOON, id="s"),
            ),
            *(0, 12, 24, 20),
            "ketluan-assignments",
        ),
        Panel(
            lens.bars("Việc giao nhiều nhất", lens.terms("Cơ quan chủ trì", "lead", 15), _TASKS, lying=True),
            *(24, 12, 24, 20),
            "ketluan-assignments",
        ),
        Panel(
            lens.bars(
                "Việc giao theo tháng",
                lens.months("Tháng họp", "month.date"),
                _TASKS,
                lens.terms("Cơ quan chủ trì", "lead", 8, other=True),
            ),
            *(0, 32, 24, 15),
            "ketluan-assignments",
        ),
        Panel(
            lens.heat(
                "Cơ quan và chủ đề",
                lens.terms("Chủ đề", "topics", 15, id="p"),
                lens.terms("Cơ quan chủ trì", "lead", 15),
                _TASKS,
            ),
            *(24, 32, 24, 15),
            "ketluan-assignments",
        ),
        Panel("ketluan-search-undated", 0, 47, 48, 20),
    ),
)

DEADLINES = Board(
    "ketluan-board-deadlines",
    "Thời hạn: sắp đến và đã qua",
    "Việc nào đến hạn, việc nào đã qua hạn",
    "ketluan-deadlines",
    f"### Thời hạn\n{_READ} Ở đây chỉ có việc ghi được ngày hạn. Chưa biết việc đã xong hay chưa.",
    (("Cơ quan chủ trì", "lead"), ("Chủ đề", "topics"), ("Loại kết luận", "kind")),
    (
        Panel(lens.metric("Đã qua hạn", _TASKS, OVERDUE), 16, 4, 16, 8, "ketluan-deadlines"),
        Panel(lens.metric("Đến hạn trong 30 ngày", _TASKS, SOON), 32, 4, 16, 8, "ketluan-deadlines"),
        Panel(
            lens.bars(
                "Tình trạng hạn",
                lens.queries("Hạn", (("Đã qua hạn", OVERDUE), ("Trong 30 ngày tới", SOON), ("Sau 30 ngày", LATER))),
                _TASKS,
                lying=True,
            ),
            *(0, 12, 16, 15),
            "ketluan-deadlines",
        ),
        Panel(
            lens.bars("Lịch đến hạn", lens.months("Tháng đến hạn", "due"), _TASKS, lens.terms("Chủ trì", "lead", 8)),
            *(16, 12, 32, 15),
            "ketluan-deadlines",
        ),
        Panel("ketluan-search-soon", 0, 27, 48, 18),
        Panel("ketluan-search-overdue", 0, 45, 48, 24),
    ),
    until="now+2y",
)

NOTICES = Board(
    "ketluan-board-notices",
    "Thông báo và vấn đề cần xem",
    "Kho có những thông báo nào, chỗ nào chương trình đọc chưa chắc",
    "ketluan-notices",
    f"### Thông báo trong kho\n{_READ}",
    (("Vấn đề cần xem", "problems"), ("Cơ quan ban hành", "issuer"), ("Dạng tệp", "formats")),
    (
        Panel(lens.metric("Thông báo", _NOTICES), 16, 4, 16, 8, "ketluan-notices"),
        Panel(lens.metric("Có vấn đề cần xem", _NOTICES, "_exists_:problems"), 32, 4, 16, 8, "ketluan-notices"),
        Panel(
            lens.bars("Thông báo theo tháng họp", lens.months("Tháng họp", "month.date"), _NOTICES),
            *(0, 12, 24, 15),
            "ketluan-notices",
        ),
        Panel(
            lens.table("Vấn đề cần xem", lens.terms("Vấn đề", "problems", 20), _NOTICES),
            *(24, 12, 14, 15),
            "ketluan-notices",
        ),
        Panel(
            lens.table("Dạng tệp", lens.terms("Dạng tệp", "formats", 10), _NOTICES),
            *(38, 12, 10, 15),
            "ketluan-notices",
        ),
        Panel("ketluan-search-problems", 0, 27, 48, 16),
        Panel("ketluan-search-notices", 0, 43, 48, 20),
    ),
)

BOARDS = (TOPICS, AGENCIES, DEADLINES, NOTICES)
