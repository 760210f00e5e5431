"""Is a conclusion an assessment, a directive or a decision?

`RULES` are tried in order; the first whose test holds gives the kind. A test sees the `Case`: the passage
with its agencies masked, whether somebody is told by the lead-in above, and whether its section assesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractors.masking import ADVERB
from extractors.model import Kind
from extractors.passages import Passage
from extractors.spelling import alternatives
from extractors.vocabulary import load


@dataclass(frozen=True, slots=True)
class Case:
    """A passage and what stands above it."""

    passage: Passage
    told: bool  # a lead-in or heading above names who is to act
    assesses: bool  # its section tells how things are

    @property
    def names_lead(self) -> bool:
        """Does the passage itself name who is to act?"""
        return any(p.lead for p in self.passage.parts)

    @property
    def orders(self) -> bool:
        """Does an order verb (`giao`, `yêu cầu`) name them?"""
        return any(p.orders for p in self.passage.parts if p.lead)


def kind_of(passage: Passage, *, told: bool, assesses: bool) -> Kind:
    """The kind of a conclusion."""
    case = Case(passage, told, assesses)
    return next((kind for kind, holds in RULES if holds(case)), Kind.DECISION)


def assesses_by_title(title: str) -> bool:
    """Does the title of a section announce how things are (`Kết quả …`), and no tasks besides?"""
    return bool(_ASSESSING.match(title)) and not _TASKS.search(title)


def assesses_below(title: str, above: bool) -> bool:
    """The same of an item's title; `above` says it of its section."""
    if assesses_by_title(title):
        return True
    return above and not _NAMES_TASKS.match(title)


def decides(text: str) -> bool:
    """Does a text begin with a position taken (`Thống nhất chủ trương …`)?"""
    return bool(_DECIDES.match(text.strip().lower()))


def describes(text: str) -> bool:
    """Does a text say how things are (`đã`, `còn chậm`), its condition left out (`nếu đã xong thì …`)?"""
    lowered = text.lower()
    condition = _CONDITION.match(lowered)
    return bool(_DESCRIBES.search(lowered, condition.end() if condition else 0))


def is_order(passage: Passage) -> bool:
    """Does a passage begin with an order to whoever is told (`Rà soát …`)?"""
    return bool(_IMPERATIVE.match(passage.masked))


_ASSESSING = re.compile(
    r"(?:về\s+)?(?:đánh giá|kết quả|tình hình|những kết quả|một số kết quả|tồn tại|hạn chế|thực trạng"
    r"|ưu điểm|khó khăn|nhận định|về đánh giá)",
    re.I,
)
_TASKS = re.compile(
    r"(?:,|;|và|-)\s*(?:một số\s+|các\s+|triển khai\s+)?(?:nhiệm vụ|giải pháp|phương hướng|ý kiến"
    r"|kiến nghị|đề xuất|phân công|chỉ đạo)",
    re.I,
)
_NAMES_TASKS = re.compile(
    r"(?:về\s+)?(?:một số\s+|các\s+|những\s+)?(?:nhiệm vụ|giải pháp|phương hướng|công việc|yêu cầu|ý kiến chỉ đạo"
    r"|chỉ đạo|phân công|tổ chức thực hiện|thời gian tới|việc (?:cần|phải) làm)",
    re.I,
)
_OPENING = (
    r"(?:về (?:chủ trương|nguyên tắc)[^,:]{0,80}[,:]\s*|(?:ubnd|ủy ban nhân dân)[^,.;]{0,30}\s"
    r"|\x01++\s*|cơ bản\s+|thường trực[^,.;]{0,30}\s)*(?:cơ bản\s+|cho chủ trương\s+)?"
)
_DECIDES = re.compile(
    _OPENING + r"(?:(?:chưa |không )?(?:thống nhất|nhất trí)(?! (?:đánh giá|nhận định|nhận thức|quan điểm))"
    r"|(?:chưa |không )?(?:đồng ý|chấp thuận|chấp nhận)|tán thành|đồng tình|(?:chưa|không) (?:xem xét|đặt vấn đề)"
    r"|ghi nhận(?:,| và) (?:sẽ )?xem xét|tạm dừng|tiếp tục dừng)"
)
#: what an authority does and an agency may be told to do: a position only where nobody is told
_APPROVES = re.compile(
    _OPENING + r"(?:thông qua|cho phép|phê duyệt|dừng|không (?:tiếp tục|thông qua|phê duyệt|bổ sung))(?!\w)"
)
_DECIDES_ANYWHERE = re.compile(
    r"(?<!\w)(?:thống nhất (?:với|chủ trương|theo|nội dung|về|phương án|đề xuất|chọn|giao|cho)"
    r"|nhất trí|đồng ý|chấp thuận|tiếp tục dừng|tạm dừng|chưa xem xét|không xem xét"
    r"|dừng hoạt động)(?!\w)"
)
_THEN_DECIDES = re.compile(  # read in the text as printed: "Thống Nhất" is a place
    r"(?<!trao đổi)(?<!bàn bạc)[;,.:]\s+(?:UBND tỉnh\s+)?(?:cơ bản\s+)?(?:[Tt]hống nhất|[Nn]hất trí"
    r"|[Đđ]ồng ý|[Cc]hấp thuận)\s+"
    r"(?!đánh giá|nhận định|giao|yêu cầu|với báo cáo)"
)
_DESCRIBES = re.compile(
    r"(?<!\w)(?:đã|còn|chưa|vẫn|đạt|tăng|giảm|cơ bản|ổn định|gặp khó khăn|đang|được kiểm soát|chậm(?! nhất)"
    r"|thấp|cao hơn|ghi nhận|đánh giá cao|biểu dương|hoan nghênh|nhìn nhận|diễn biến|là địa bàn"
    r"|tiềm ẩn|bộc lộ)(?!\w)"
)
_PRAISES = re.compile(
    r"^(?:\W*)(?:\x01++(?:(?:\s*,\s*|\s+và\s+)\x01++)*\s+)?(?:ghi nhận(?!(?:,| và) (?:sẽ )?xem xét)|đánh giá cao"
    r"|biểu dương|(?:nghiêm khắc\s+)?phê bình|hoan nghênh|cảm ơn|nhìn chung|qua báo cáo|trong thời gian qua"
    r"|thời gian qua|tuy nhiên|bên cạnh|đến nay|những tháng)"
)
_CONDITION = re.compile(r"\W*(?:trường hợp|trong trường hợp|nếu|khi|nơi nào|đơn vị nào)(?!\w)[^;.]*?[\s,]thì(?!\w)")
_NORM = re.compile(r"(?<!\w)(?:phải|cần|không được|bắt buộc)(?!\w)")
# words that end a name but begin no order
_NO_ORDER = frozenset(
    ("đã", "đang", "sẽ", "không", "chưa", "hàng", "hằng", "cho", "cấp", "coi", "lấy", "được giao nhiệm vụ", "nhất là")
)
_ORDERS = [verb for verb in load("verbs")["actions"] if verb not in _NO_ORDER]
_FIGURES = re.compile(
    r"(?<!\w)(?:mới đạt|ước đạt|chưa đạt|(?:đạt|tăng|giảm|bằng)\s+(?:trên\s+)?\d|thấp hơn|cao hơn"
    r"|so với cùng kỳ|còn chậm"
    r"|có lúc|còn nhiều|chưa chặt chẽ|chưa cao)(?!\w)"
)
#: what begins like an order and is none: `dự án`, `tính đến`, `thu ngân sách`
_LIKE_AN_ORDER = (
    r"(?!dự (?:án|toán|luật|kiến)|tính (?:đến|từ|chung|riêng|hết)|thu (?:ngân sách|nhập|nội địa)|chi (?:ngân sách|cục)"
    r"|tăng trưởng|giảm nghèo|nhận thức|cấp (?:ủy|xã|huyện|tỉnh|cơ sở)|phòng \x01|hàng hóa|đầu tư công|cho đến)"
)
_IMPERATIVE = re.compile(
    rf"[^\w\x01]*{_LIKE_AN_ORDER}(?:{ADVERB}\s+)?"
    rf"(?:{alternatives(_ORDERS, ignore_case=False)})(?!\w)"
)


def _takes_position(case: Case) -> bool:
    masked = case.passage.masked
    if case.orders or (case.names_lead and not case.assesses):
        return False
    begins = (_DECIDES.match(masked) or (not case.told and _APPROVES.match(masked))) and not _PRAISES.match(masked)
    return bool(begins or _THEN_DECIDES.search(case.passage.text))


def _tells(case: Case) -> bool:
    """Under a title such as `Về kết quả …`; whoever is plainly told to act there is told all the same."""
    return case.assesses and not (case.names_lead and not describes(case.passage.masked))


def _told_to_act(case: Case) -> bool:
    masked = case.passage.masked
    return case.told and bool(_IMPERATIVE.match(masked) or not describes(masked))


RULES: tuple[tuple[Kind, Callable[[Case], object]], ...] = (
    (Kind.DECISION, _takes_position),
    (Kind.ASSESSMENT, lambda c: not c.orders and (_tells(c) or _PRAISES.match(c.passage.masked))),
    (Kind.DIRECTIVE, lambda c: c.names_lead),
    (Kind.DIRECTIVE, _told_to_act),
    (Kind.DIRECTIVE, lambda c: _IMPERATIVE.match(c.passage.masked) and not _FIGURES.search(c.passage.masked)),
    (Kind.DECISION, lambda c: _DECIDES_ANYWHERE.search(c.passage.masked)),
    (Kind.ASSESSMENT, lambda c: _FIGURES.search(c.passage.masked)),
    (Kind.DECISION, lambda c: _NORM.search(c.passage.masked)),
    (Kind.DIRECTIVE, lambda c: c.told),
    (Kind.ASSESSMENT, lambda c: describes(c.passage.masked)),
)
