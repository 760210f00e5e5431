"""How things are called on the screen, in Vietnamese."""

from __future__ import annotations

from typing import Any

from ketluan.export.register import CORRECTED as CORRECTED
from ketluan.printed import day as day

KINDS = {"assessment": "đánh giá", "directive": "chỉ đạo", "decision": "quyết định"}
STATE_STYLES = {"overdue": "bold red", "soon": "bold yellow", "open": "green", "done": "dim", "closed": "dim"}
FIELDS = {
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "report_to": "nơi nhận báo cáo",
    "due": "thời hạn",
    "citations": "văn bản viện dẫn",
    "kind": "loại kết luận",
}
#: Kinds of links between conclusions (`ketluan.threads.LinkKind`).
LINKS = {
    "closes": "kết thúc việc",
    "cites": "dẫn thông báo trước",
    "hands_over": "chuyển cơ quan chủ trì",
    "extends": "gia hạn",
    "repeats": "nhắc lại",
    "continues": "bước tiếp theo",
}
FACETS = {
    "topics": "Chủ đề",
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "report_to": "Nơi nhận báo cáo",
    "agencies": "Cơ quan",
    "kind": "Loại",
    "citations": "Văn bản viện dẫn",
    "month": "Tháng",
}


def kind(value: str) -> str:
    """The kind of a conclusion."""
    return KINDS.get(value, value)


def names(values: Any) -> str:
    """A list of names on a line. Names hold commas, so a semicolon stands between them."""
    return "; ".join(values or ())


def marked(value: str, corrected: bool) -> str:
    """The value, and that an archivist has set it right where one has; a blank that is right is said too."""
    return f"{value or '(để trống)'} (đã sửa)" if corrected else value


def when(texts: Any, dues: Any) -> str:
    """Deadlines as printed, with the last day behind where it is known: `trong tháng 9/2021 (30/09/2021)`.

    A deadline that is not printed, but known to an archivist, is its last day alone.
    """
    listed = [texts] if isinstance(texts, str) else list(texts or ())
    days = [dues] if isinstance(dues, str) else list(dues or ())
    if len(days) == len(listed):
        return "; ".join(
            f"{text} ({day(last)})" if text else day(last) for text, last in zip(listed, days, strict=True)
        )
    return "; ".join(text for text in listed if text)


def left(days: int) -> str:
    """Days left until the last day, in words."""
    if days < 0:
        return f"quá {-days} ngày"
    return "hôm nay" if days == 0 else f"còn {days} ngày"
