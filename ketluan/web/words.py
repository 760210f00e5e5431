"""How things are called on the page, in Vietnamese; `language.say` has their English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ketluan.inferred import INFERRED as INFERRED
from ketluan.printed import day as day
from ketluan.problems import PROBLEMS as PROBLEMS
from ketluan.web.language import say

KINDS = {"directive": "Chỉ đạo", "decision": "Quyết định", "assessment": "Đánh giá"}
ROLES = {"any": "có tên", "lead": "chủ trì", "coordinating": "phối hợp", "report_to": "nhận báo cáo"}
SORTS = {"relevance": "sát nhất", "newest": "mới nhất", "oldest": "cũ nhất", "due": "hạn gần nhất"}
STATES = {
    "overdue": "Quá hạn",
    "soon": "Sắp đến hạn",
    "open": "Còn hạn",
    "done": "Đã xong",
    "closed": "Thôi theo dõi",
}
IN_TIME = {"yes": "đúng hạn", "no": "quá hạn", "unknown": "chưa rõ ngày xong"}
FIELDS = {
    "lead": "đổi chủ trì",
    "coordinating": "đổi phối hợp",
    "report_to": "đổi nơi nhận báo cáo",
    "due": "đổi thời hạn",
    "citations": "đổi văn bản viện dẫn",
    "kind": "đổi loại",
}
FILE_STATES = {
    "stored": "đã lưu vào kho",
    "duplicate": "trùng, đã có trong kho",
    "quarantined": "để riêng, chưa nhận được",
    "waiting": "còn chờ trong hộp thư đến",
    "gone": "đã được lấy đi",
}
LINKS = {
    "closes": "kết thúc",
    "cites": "nhắc số thông báo trước",
    "hands_over": "chuyển cơ quan khác",
    "extends": "gia hạn",
    "repeats": "nhắc lại",
    "continues": "bước tiếp theo",
}
EVERY = {"day": "hằng ngày", "week": "hằng tuần", "month": "hằng tháng", "quarter": "hằng quý", "year": "hằng năm"}
CORRECTED = {
    "number": "số",
    "symbol": "ký hiệu",
    "issued": "ngày ban hành",
    "title": "trích yếu",
    "held_on": "ngày họp",
    "month": "tháng họp",
    "kind": "loại",
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "report_to": "nơi nhận báo cáo",
    "due": "thời hạn",
    "from": "thời hạn",
    "topics": "chủ đề",
    "citations": "viện dẫn",
}
NOBODY = "(không ghi cơ quan)"


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline: as printed, and its last day where it has one."""

    text: str
    due: str | None = None


def moment(value: str) -> str:
    """A time in ISO 8601 → `24/11/2026 06:03`; as it is where it is none."""
    try:
        return datetime.fromisoformat(value).strftime("%d/%m/%Y %H:%M")
    except ValueError:
        return value


def kind(value: object) -> str:
    """The kind of a conclusion."""
    return say(KINDS.get(str(value), str(value)))


def names(values: Iterable[str] | None) -> str:
    """Names on a line. Names hold commas, so a semicolon stands between them."""
    return "; ".join(values or ())


def terms(document: Mapping[str, Any]) -> list[Term]:
    """The deadlines of a conclusion or an assignment, each with its last day where that is certain."""
    printed, dues = _listed(document.get("deadline")), _listed(document.get("due"))
    if len(printed) == len(dues):
        return [Term(text, due) for text, due in zip(printed, dues, strict=True)]
    return [Term(text) for text in printed]


def left(days: int) -> str:
    """Days left until the last day."""
    if days < 0:
        return say("quá %(n)s ngày", n=-days)
    return say("hết hạn hôm nay") if days == 0 else say("còn %(n)s ngày", n=days)


def number(document: Mapping[str, Any]) -> str:
    """`22/TB-UBND`; says so where the number is blank."""
    symbol = str(document.get("symbol") or "")
    if not document.get("number"):
        return say("chưa có số") + (f" ({symbol})" if symbol else "")
    return "/".join(filter(None, (str(document["number"]), symbol)))


def value(found: str | Sequence[str] | None) -> str:
    """A value that was set right, as people write it."""
    if isinstance(found, str):
        is_day = re.fullmatch(r"\d{4}-\d\d(-\d\d)?", found)
        return day(found) if is_day else say(KINDS.get(found, found))
    from extractors.topics import topic_names

    return names(topic_names().get(one, one) for one in found or ()) or say("(để trống)")


def size(count: int) -> str:
    """A number of bytes for people: `66 KB`."""
    for unit, least in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= least:
            return f"{count / least:.0f} {unit}"
    return f"{count} byte"


def share(value: float) -> str:
    """0 to 1 → `87 %`, never rounded up to 100."""
    return f"{int(value * 100)}\u00a0%"


def _listed(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
