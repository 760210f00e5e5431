"""What does a column's head or a label say of what stands under or behind it: the task, who leads, who helps, by when?

One table of words for both: `Cơ quan chủ trì` heads a column and begins a line (`- Cơ quan chủ trì: Sở A`).
"""

from __future__ import annotations

import re
from enum import Enum, auto

from extractors.model import Value


class Role(Enum):
    """What a cell is for."""

    NUMBER = auto()  # số thứ tự
    TASK = auto()  # nhiệm vụ
    LEAD = auto()  # cơ quan chủ trì
    COORDINATING = auto()  # cơ quan phối hợp
    REPORT = auto()  # cấp trình, nơi nhận báo cáo
    DUE = auto()  # thời gian thực hiện
    OTHER = auto()  # ghi chú, kinh phí, sản phẩm
    MEETING = auto()  # địa điểm, thành phần: what a meeting's programme has, and no task


class Cell(Value, frozen=True):
    """A cell of a table, or the words behind a label; `text` begins at character `start` of the source text."""

    role: Role
    text: str
    start: int
    page: int = 1


_BODY = (
    r"(?:(?:các )?(?:cơ quan|đơn vị|sở|ban|ngành|phòng|bộ phận|địa phương|cấp|người|cá nhân|tổ chức)"
    r"(?:(?:,|/| và) ?(?:cơ quan|đơn vị|sở|ban|ngành|địa phương|cá nhân|người))*)"
)
_DOES = (
    r"(?:[ ,/]+(?:và )?(?:chính|chỉ đạo|thực hiện|tham mưu|triển khai|tổ chức|nhiệm vụ|xây dựng|báo cáo|giải quyết"
    r"|trình|soạn thảo|theo dõi|tổng hợp|chủ trì|hoàn thành|đầu mối))*"
)
#: Role → words that are the whole of a label. What is bold in a sentence (`Thực hiện:`) is none.
_LABELS: tuple[tuple[Role, str], ...] = (
    (
        Role.REPORT,
        r"cấp (?:trình|phê duyệt|ban hành|quyết định|có thẩm quyền)[\w /]*|(?:nơi|cơ quan) (?:nhận|gửi)(?: báo cáo)?"
        r"|báo cáo (?:kết quả )?(?:về|cho)",
    ),
    (Role.COORDINATING, rf"(?:{_BODY} )?(?:cùng |tham gia )?phối hợp(?: cùng| với)?{_DOES}"),
    (Role.LEAD, rf"(?:giao )?(?:{_BODY} )?(?:được giao )?(?:chủ trì|chịu trách nhiệm|đầu mối){_DOES}"),
    (Role.LEAD, rf"{_BODY} (?:thực hiện|tham mưu|trình|soạn thảo|được giao|được phân công){_DOES}"),
    (Role.LEAD, rf"(?:phân công|giao)(?: trách nhiệm)? (?:thực hiện|nhiệm vụ){_DOES}|trách nhiệm{_DOES}"),
    (
        Role.DUE,
        r"(?:dự kiến )?(?:thời gian|thời hạn|tiến độ|hạn|mốc thời gian|ngày|kế hoạch)"
        r"(?:[ ,/]+(?:thực hiện|hoàn thành|dự kiến|triển khai|báo cáo|trình|xong|ban hành|yêu cầu|cuối))*"
        r"(?<!ngày)(?<!kế hoạch)|(?:dự kiến )?hoàn thành"
        r"|(?:thời hạn|hạn) (?:trình(?! bày)|gửi|nộp|báo cáo|ban hành|hoàn thành)(?: \w+){1,5}",
    ),
    (
        Role.OTHER,
        r"ghi chú|(?:nguồn )?kinh phí(?: thực hiện)?|nguồn (?:vốn|lực)(?: thực hiện)?|(?:dự kiến )?(?:kết quả|sản phẩm)"
        r"(?:[ ,/(]+(?:và )?(?:kết quả|sản phẩm|đầu ra|hoàn thành|dự kiến|đạt được|thực hiện)\)?)*"
        r"|lãnh đạo[\w ]* (?:phụ trách|chỉ đạo|theo dõi)",
    ),
    (Role.MEETING, r"địa điểm[\w ]*|thành phần[\w ]*"),
)
#: Role → what a column's head begins with, where it is more than a label.
_HEADS: tuple[tuple[Role, str], ...] = (
    (Role.NUMBER, r"(?:s ?tt|tt|số tt|số thứ tự|số)\.?$"),
    (Role.OTHER, r"ghi chú|kinh phí|nguồn|(?:dự kiến )?(?:sản phẩm|kết quả)|lãnh đạo|căn cứ|hình thức|lĩnh vực"),
    (Role.REPORT, r"cấp (?:trình|phê duyệt|ban hành|quyết định)|(?:nơi|cơ quan) nhận"),
    (Role.DUE, r"(?:dự kiến )?(?:thời (?:gian|hạn|điểm)|tiến độ|hạn|(?:ngày )?hoàn thành|mốc)"),
    (
        Role.TASK,
        r"(?:tên |các |nhóm |danh mục |những )*(?:nội dung|nhiệm vụ|công việc|đầu việc|giải pháp|đề án|hoạt động|việc"
        r"|văn bản|vấn đề|ý kiến (?:kết luận|chỉ đạo)|chỉ đạo|kết luận)",
    ),
    (Role.COORDINATING, r"(?!.*chủ trì).*phối hợp"),
    (Role.LEAD, r".*(?:chủ trì|đầu mối|trách nhiệm|được giao|phân công|phụ trách)"),
    (Role.LEAD, rf"{_BODY}(?: thực hiện| tham mưu| trình)?$"),
)
_LABEL_RES = tuple((role, re.compile(pattern, re.I)) for role, pattern in _LABELS)
_HEAD_RES = tuple((role, re.compile(pattern, re.I)) for role, pattern in _HEADS)
_SPACES = re.compile(r"\s+")
_BEFORE_COLON = re.compile(r"(?P<label>[^\W\d_][^:.;()]{2,60}?)\s*:\s*(?=\S)")
#: A further label in one line: `…; cơ quan phối hợp: …`.
_FURTHER = re.compile(r"(?:[;.,]\s+|\s\()(?=[^\W\d_][^:.;,()]{2,60}:\s*\S)")
_LONGEST_VALUE = 400


def column_role(head: str) -> Role | None:
    """What the cells under `head` are for; None where no row of the table knows it."""
    head = _SPACES.sub(" ", head).strip(" :.*")
    if not head or len(head) > 90:
        return None
    return next((r for r, p in _HEAD_RES if p.match(head)), None) or _label_role(head)


def _label_role(label: str) -> Role | None:
    return next((role for role, pattern in _LABEL_RES if pattern.fullmatch(label)), None)


def read_label_line(text: str, start: int, page: int) -> tuple[Cell, ...]:
    """The cells of a line that is made of labels (`Đơn vị chủ trì: Sở A; thời gian: tháng 6`); () where it is none."""
    cells: list[Cell] = []
    at = 0
    while match := _BEFORE_COLON.match(text, at):
        role = _label_role(_SPACES.sub(" ", match["label"]))
        if role is None:
            return ()
        end, following = _value_end(text, match.end())
        value = text[match.end() : end].rstrip(" .;,)/")
        if len(value) > _LONGEST_VALUE or not _is_value(role, value):
            return ()
        cells.append(Cell(role, value, start + match.end(), page))
        at = following
    return tuple(cells) if cells and at >= len(text.rstrip()) else ()


def trailing_labels(text: str, start: int, page: int) -> tuple[Cell, ...]:
    """The cells of labels that a text ends in: `Lập đề án bến cá. Đơn vị chủ trì: Sở A; thời gian: quý IV.`"""
    for cut in _SENTENCE_END.finditer(text):
        cells = read_label_line(text[cut.end() :], start + cut.end(), page)
        if any(cell.role is Role.LEAD for cell in cells):
            return cells
    return ()


_SENTENCE_END = re.compile(r"(?:[.;]\s+|\s\()(?=[^\W\d_][^:.;()]{2,60}:\s)")


def _value_end(text: str, at: int) -> tuple[int, int]:
    """Where a label's words end, and where the next label begins."""
    for cut in _FURTHER.finditer(text, at):
        match = _BEFORE_COLON.match(text, cut.end())
        if match and _label_role(_SPACES.sub(" ", match["label"])) is not None:
            return cut.start(), cut.end()
    return len(text), len(text)


#: who is named without a capital; an order (`Chủ trì: rà soát …`) is no name
_NAMES = ("các ", "đ/c", "đồng chí", "cơ quan ", "đơn vị ")


def _is_value(role: Role, value: str) -> bool:
    if role in (Role.LEAD, Role.COORDINATING):
        return bool(value) and (value[0].isupper() or value.lower().startswith(_NAMES))
    return bool(value)
