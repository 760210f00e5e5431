"""Number, symbol, place and date of issue, issuer: what the letterhead of a notice says.

What is blank on the paper is None and named in a `Problem`. The issuer of a text without its letterhead
is concluded from the symbol, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from extractors.agencies import canonical
from extractors.model import Paragraph, Problem, Severity
from extractors.spelling import UPPER, level
from extractors.zones import Zones

_CAP = rf"[{UPPER}][\w'\-]*"
_NUMBER = re.compile(
    r"(?:Số|SỐ|sÓ"
    r"|Sô)\s*:?\s*(?P<number>\d[\d.]*[a-z]?)?[\s._…]*/\s*(?P<symbol>[A-ZĐ][\w\-–&]*(?:\s*[-–]\s*[A-ZĐ][\w.&]*)*)"
)
ISSUED = re.compile(
    rf"(?P<place>(?:Thành phố\s+|TP\.\s*)?{_CAP}(?:\s+(?:{_CAP}|\d{{1,2}}"
    rf"|[-–])){{0,5}})\s*,\s*ngày\s*(?P<day>\d{{1,2}})?[\s.…_]*tháng\s*(?P<month>\d{{1,2}})?[\s.…_]*năm\s*(?P<year>\d{{4}})?"
)


def read_number(head: str, cut: Zones, problems: list[Problem]) -> tuple[str | None, str | None]:
    match = _NUMBER.search(head) or _NUMBER.search(flat(cut.title))
    if not match:
        problems.append(Problem("no_symbol", "Không tìm thấy dòng “Số: …/…” ở đầu văn bản.", Severity.WARNING))
        return None, None
    symbol = re.sub(r"\s*[-–]\s*", "-", match["symbol"]).strip("-")
    if not match["number"]:
        problems.append(Problem("number_blank", f"Số văn bản để trống (“Số: …/{symbol}”)."))
    return match["number"], symbol


def read_issued(cut: Zones, problems: list[Problem]) -> tuple[str | None, str | None]:
    for rows in (cut.head, cut.title, cut.opening[:1], cut.tail):
        for row in rows:
            if match := ISSUED.search(row.text):
                return re.sub(r"\s+", " ", match["place"]), _partial(
                    match["year"], match["month"], match["day"], problems
                )
    problems.append(Problem("no_issue_date", "Không tìm thấy địa danh và ngày ban hành."))
    return None, None


def _partial(year: str | None, month: str | None, day: str | None, problems: list[Problem]) -> str | None:
    blank = [name for name, value in (("ngày", day), ("tháng", month), ("năm", year)) if not value]
    if blank:
        problems.append(Problem("issue_date_blank", f"Ngày ban hành để trống: thiếu {', '.join(blank)}."))
    if not year:
        return None
    if not month:
        return year
    if not day:
        return f"{year}-{int(month):02d}"
    return iso(int(year), int(month), int(day)) or f"{year}-{int(month):02d}"


def iso(year: int, month: int, day: int) -> str | None:
    """The day in ISO form; None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


_ISSUER_BY_SYMBOL = (
    (re.compile(r"VPCP"), "Văn phòng Chính phủ"),
    (re.compile(r"VPUBND|VP-?UBND|-VPUB|-VP$"), "Văn phòng UBND tỉnh"),
    (re.compile(r"UBND"), "UBND tỉnh"),
    (re.compile(r"HĐND"), "HĐND tỉnh"),
)
MOTTO = re.compile(r"CỘNG H[ÒO][ÀA]|C[ỘO]NG H|ĐỘC LẬP|Độc lập|ĐẢNG CỘNG SẢN", re.I)
_NOT_ORGAN = re.compile(
    r"(?:Số|SỐ)\s*:|ngày|[_*=\-–]{3,}|Ký bởi|Người ký|Thời gian ký|@|\d{2}[.:]\d{2}|KHẨN|HỎA TỐC|V/v", re.I
)


def read_issuer(cut: Zones, symbol: str | None, problems: list[Problem]) -> str | None:
    organs = [t for row in cut.head for t in row.text.split("\n") if _is_organ(t)]
    name = _organ_name(" ".join(o.strip() for o in organs))
    if name:
        return name
    for pattern, issuer in _ISSUER_BY_SYMBOL:
        if symbol and pattern.search(symbol):
            problems.append(
                Problem("issuer_inferred", f"Văn bản không có tên cơ quan ban hành; suy từ ký hiệu {symbol}: {issuer}.")
            )
            return issuer
    return None


def _is_organ(text: str) -> bool:
    text = text.strip()
    return (
        3 < len(text) < 120
        and text.isupper()
        and not MOTTO.search(text)
        and not _NOT_ORGAN.search(text)
        and bool(_ORGAN.search(level(text).lower()))
    )


_ORGAN = re.compile(
    r"ủy ban|ubnd|văn phòng|tỉnh|thành phố|huyện|xã|phường|chính phủ|hội đồng|sở|bộ|ban|đảng|thị xã|quận"
)
_LEVELS = re.compile(
    r"(?P<unit>tỉnh|thành phố|huyện|thị xã|xã|phường|quận|đặc khu"
    r"|thị trấn)\s+(?P<place>.+?)(?=\s+(?:văn phòng|ubnd|ủy ban)|$)"
)


def _organ_name(joined: str) -> str | None:
    """`ỦY BAN NHÂN DÂN / TỈNH X` → `UBND tỉnh X`; with a second line `VĂN PHÒNG`: `Văn phòng UBND tỉnh X`."""
    text = re.sub(r"\s+", " ", level(joined).lower()).strip()
    if not text:
        return None
    if "văn phòng chính phủ" in text:
        return "Văn phòng Chính phủ"
    office = "văn phòng" in text
    body = (
        "HĐND"
        if "hội đồng nhân dân" in text or "hđnd" in text
        else "UBND"
        if "ủy ban nhân dân" in text or "ubnd" in text
        else None
    )
    unit = _LEVELS.search(text)
    if body and unit:
        name = f"{body} {unit['unit']} {_capitals(unit['place'])}"
    elif body:
        name = f"{body} tỉnh"
    else:
        return canonical(_ministry_case(text)) if len(text) < 80 else None
    return f"Văn phòng {name}" if office else name


def _capitals(place: str) -> str:
    return " ".join(w[:1].upper() + w[1:] for w in place.split())


def _ministry_case(text: str) -> str:
    """`bộ giao thông vận tải` → `Bộ Giao thông vận tải`: the head word and the first word of the matter."""
    head, _, matter = text.partition(" ")
    return f"{head.capitalize()} {matter[:1].upper()}{matter[1:]}".strip()


def flat(rows: Sequence[Paragraph]) -> str:
    return "\n".join(r.text for r in rows)
