"""Which paragraphs of a notice are its head, title, opening, body, closing and tail?

The order is that of Decree 30/2020/NĐ-CP, Annex I. A zone that is missing (a text without its letterhead)
is empty; every paragraph is in one zone, in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.markers import SECTION, marker
from extractors.model import Paragraph
from extractors.spelling import NAME


@dataclass(frozen=True, slots=True)
class Zones:
    """The paragraphs of a notice by what they are for."""

    head: tuple[Paragraph, ...] = ()
    title: tuple[Paragraph, ...] = ()
    opening: tuple[Paragraph, ...] = ()
    body: tuple[Paragraph, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    tail: tuple[Paragraph, ...] = ()


KIND_LINE = re.compile(
    r"\W*(?:THÔNG BÁO|T H Ô N G\s+B Á O|Thông báo|CÔNG ĐIỆN|CHỈ THỊ|NGHỊ QUYẾT|KẾ HOẠCH|CHƯƠNG TRÌNH|GIẤY MỜI)\W*$"
)
KIND_START = re.compile(
    r"\W*(?:THÔNG BÁO|Thông báo)\s+(?=(?:Ý KIẾN\s+|ý kiến\s+)?(?:KẾT LUẬN|[Kk]ết luận|VỀ|[Vv]ề|TÓM TẮT))"
)
_TITLE_START = re.compile(
    r"\W*(?:Ý kiến\s+)?(?:kết luận|ý kiến kết luận|ý kiến chỉ đạo|nội dung kết luận|về việc|v/v"
    r"|truyền đạt|tóm tắt)(?!\w)",
    re.I,
)
_SUBJECT_LINE = re.compile(r"\s*V/v[\s:.]", re.I)
_OPENING_START = re.compile(
    r"\s*(?:(?:Vào\s+|Trong\s+)?(?:các\s+)?(?:[Hh]ồi|[Ss]áng|[Cc]hiều|[Tt]ối|[Nn]gày|[Tt]ừ ngày"
    r"|[Tt]rong ngày|[Tt]rong hai ngày|[Hh]ôm nay|[Vv]ừa qua)(?!\w)|Thực hiện|Căn cứ|Theo "
    r"|Tại (?:trụ sở|phiên|cuộc|hội|buổi|Trụ)|Sau khi|Xét |Trên cơ sở|Để |UBND|Ủy ban nhân dân"
    r"|Thường trực|Chủ tịch|Đồng chí|Dưới sự|Qua |Kính gửi)"
)
_LEAD_IN = re.compile(
    r"(?:kết luận|chỉ đạo|ý kiến|yêu cầu|giao|thông báo|thống nhất|điện|quyết định|nội dung|nhiệm vụ"
    r"|như sau|kết luận một số nội dung)[^.]{0,160}:\s*$",
    re.I,
)
_CONCLUDES = re.compile(r"(?:kết luận|ý kiến chỉ đạo|ý kiến như sau|chỉ đạo như sau)", re.I)
_CLOSING = re.compile(
    r"\s*(?:Trên đây là|Nay thông báo|Nay,? |Trân trọng thông báo"
    r"|[^.]{0,160}(?:trân trọng )?thông báo\s[^.]{0,260}(?:biết|thực hiện|để (?:tổ chức )?triển khai)[^.]{0,120}"
    r"\.?/?\.?\s*$"
    r"|Căn cứ (?:ý kiến|nội dung) (?:chỉ đạo|kết luận) trên"
    r"|Yêu cầu[^.]{0,80}(?:nghiêm túc )?triển khai thực hiện(?: Thông báo này)?\s*\./\.)",
)
_END_MARK = re.compile(r"\./\.\s*$")
RECIPIENTS = re.compile(r"\W*(?:Nơi nhận|NƠI NHẬN)\s*:?")
SIGN_LINE = re.compile(
    r"\s*(?:(?:TM|KT|TL|TUQ|Q)\s*\.|T/M|K/T|T/L|CHỦ TỊCH|PHÓ CHỦ TỊCH|CHÁNH VĂN PHÒNG"
    r"|PHÓ CHÁNH VĂN PHÒNG|GIÁM ĐỐC|BỘ TRƯỞNG|THỦ TƯỚNG)"
)


def zones(paragraphs: Sequence[Paragraph]) -> Zones:
    """Cut a notice into its parts; every paragraph is in one of them, in order."""
    rows = list(paragraphs)
    tail_at = _tail_start(rows)
    main, tail = rows[:tail_at], rows[tail_at:]
    kind = _kind_line(main)
    head, rest = main[:kind], main[kind:]
    title_end = _title_end(rest)
    opening_end = title_end + _opening_length(rest[title_end:])
    close = _closing_start(rest, opening_end)
    return Zones(
        tuple(head),
        tuple(rest[:title_end]),
        tuple(rest[title_end:opening_end]),
        tuple(rest[opening_end:close]),
        tuple(rest[close:]),
        tuple(tail),
    )


def concludes(cut: Zones) -> bool:
    """Does the paper say that it tells conclusions or directives? A notice about flags or an invitation does not."""
    title = " ".join(p.text for p in cut.title)
    opening = " ".join(p.text for p in cut.opening)
    if (
        re.search(r"(?<!\w)mời(?!\w)", title, re.I)
        or "GIẤY MỜI" in title
        or "GIẤY MỜI" in " ".join(p.text for p in cut.head)
    ):
        return False
    return bool(_CONCLUDES.search(title) or (_CONCLUDES.search(opening) and _LEAD_IN.search(opening)))


def _tail_start(rows: list[Paragraph]) -> int:
    for index, row in enumerate(rows):
        if RECIPIENTS.match(row.text):
            return _with_signature(rows, index)
    for index in range(len(rows) - 1, max(-1, len(rows) - 9), -1):
        if _END_MARK.search(row_text := rows[index].text) and len(row_text) > 3:
            return index + 1
    return next(
        (
            i
            for i in range(max(0, len(rows) - 8), len(rows))
            if SIGN_LINE.match(rows[i].text) and len(rows[i].text) < 60
        ),
        len(rows),
    )


def _with_signature(rows: list[Paragraph], index: int) -> int:
    """A signature block printed before the recipients belongs to the tail as well."""
    start = index
    while (
        start > 0
        and len(rows[start - 1].text) < 60
        and (rows[start - 1].text.isupper() or re.fullmatch(rf"\s*{NAME}\s*", rows[start - 1].text))
    ):
        if marker(rows[start - 1].text):
            break
        start -= 1
    return start if any(SIGN_LINE.match(r.text) for r in rows[start:index]) else index


def _kind_line(rows: list[Paragraph]) -> int:
    limit = min(len(rows), 40)
    for index in range(limit):
        if KIND_LINE.match(rows[index].text) or KIND_START.match(rows[index].text):
            return index
    for index in range(limit):
        if _SUBJECT_LINE.match(rows[index].text) or (
            _TITLE_START.match(rows[index].text)
            and len(rows[index].text) < 400
            and not rows[index].text.rstrip().endswith(":")
        ):
            return index
    return next((i for i in range(limit) if _OPENING_START.match(rows[i].text) and len(rows[i].text) > 120), 0)


def _title_end(rest: list[Paragraph]) -> int:
    index = 0
    while index < min(len(rest), 9):
        text = rest[index].text.strip()
        kind_line = bool(KIND_LINE.match(text))
        if index and not kind_line and (_is_opening(text, index) or _is_body(text)):
            break
        if (
            not index
            and not kind_line
            and not KIND_START.match(text)
            and not _TITLE_START.match(text)
            and not _SUBJECT_LINE.match(text)
        ):
            break
        index += 1
    return index


def _is_opening(text: str, index: int) -> bool:
    if index > 1 and text.endswith("như sau:"):
        return True
    if _OPENING_START.match(text) and (len(text) > 250 or text.endswith((".", ":", ";"))):
        return True
    return len(text) > 120 and text.endswith((".", ":")) and index > 1


def _is_body(text: str) -> bool:
    found = marker(text)
    return bool(found and found[0] <= 2)


def _opening_length(rest: list[Paragraph]) -> int:
    """How many paragraphs lead up to the first conclusion: to the sentence that ends `… kết luận như sau:`."""
    for index, row in enumerate(rest[:14]):
        text = row.text.rstrip()
        if _LEAD_IN.search(text) and not (index and marker(text)):
            return _past_agenda(rest, index) + 1
        if index and _is_body(text):
            return index
    return next((i for i, r in enumerate(rest[:14]) if _is_body(r.text)), 0)


def _past_agenda(rest: list[Paragraph], lead_in: int) -> int:
    """The lead-in itself, or the one after the list that it announces: `… đã xem xét:`, `- …`, `… kết luận:`."""
    if _CONCLUDES.search(_last_clause(rest[lead_in].text)):
        return lead_in
    for index in range(lead_in + 1, min(len(rest), lead_in + _LONGEST_AGENDA)):
        text = rest[index].text.rstrip()
        found = marker(text)
        if found is None:
            concludes = text.endswith(":") and _CONCLUDES.search(text) and index > lead_in + 1
            return index if concludes else lead_in
        if found[0] == SECTION:
            return lead_in
    return lead_in


def _last_clause(text: str) -> str:
    return re.split(r"[.;]\s", text)[-1]


#: a list of what a meeting looked at has fewer rows
_LONGEST_AGENDA = 30


def _closing_start(rest: list[Paragraph], begin: int) -> int:
    for index in range(len(rest) - 1, max(begin - 1, len(rest) - 6), -1):
        if marker(rest[index].text) is None and _CLOSING.match(rest[index].text):
            return index
    return len(rest)
