"""The options that commands share, and how months and days may be written."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

#: The offices are in Vietnam, wherever the machine stands.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_MONTH = (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})"), re.compile(r"(?P<m>\d{1,2})/(?P<y>\d{4})"))
_DAY = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
)


def month(value: str) -> str:
    """`2021-09`, `2021-9` or `9/2021` as `2021-09`. Raises `typer.BadParameter`."""
    for pattern in _MONTH:
        if (match := pattern.fullmatch(value.strip())) and 1 <= int(match["m"]) <= 12:
            return f"{match['y']}-{int(match['m']):02d}"
    raise typer.BadParameter(f"“{value}” không phải một tháng. Hãy viết như 2021-09 hoặc 9/2021.")


def day(value: str) -> date:
    """`2021-10-01` or `1/10/2021`. Raises `typer.BadParameter`."""
    for pattern in _DAY:
        if match := pattern.fullmatch(value.strip()):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                break
    raise typer.BadParameter(f"“{value}” không phải một ngày. Hãy viết như 2021-10-01 hoặc 1/10/2021.")


def now() -> datetime:
    """The time in Vietnam."""
    return datetime.now(ZONE)


Json = Annotated[bool, typer.Option("--json", help="In JSON để chương trình khác đọc.")]
Topics = Annotated[
    list[str] | None, typer.Option("--topic", metavar="CHỦ_ĐỀ", help="Chủ đề (mã hoặc tên). Lặp lại được.")
]
Agencies = Annotated[
    list[str] | None,
    typer.Option("--agency", metavar="CƠ_QUAN", help="Cơ quan, tên đầy đủ hoặc viết tắt. Lặp lại được."),
]
Cites = Annotated[
    list[str] | None,
    typer.Option("--cites", metavar="SỐ_KÝ_HIỆU", help="Có viện dẫn văn bản này, ví dụ 68/NQ-CP. Lặp lại được."),
]
From = Annotated[str | None, typer.Option("--from", parser=month, metavar="THÁNG", help="Từ tháng, ví dụ 2021-01.")]
To = Annotated[str | None, typer.Option("--to", parser=month, metavar="THÁNG", help="Đến hết tháng, ví dụ 2021-12.")]
DueFrom = Annotated[
    date | None, typer.Option("--due-from", parser=day, metavar="NGÀY", help="Thời hạn từ ngày này, ví dụ 2021-09-01.")
]
DueTo = Annotated[date | None, typer.Option("--due-to", parser=day, metavar="NGÀY", help="Thời hạn đến hết ngày này.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, metavar="SỐ", help="Số kết quả hiện ra.")]
