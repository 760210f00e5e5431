"""What do the head, the opening and the tail of a notice say?

`zones` cuts the paragraphs into head, title, opening, body, closing and tail, after the layout of
Decree 30/2020/NĐ-CP, Annex I; `read_header` reads number, dates, session, chair, signer … from them.
A zone that is missing (a text without its letterhead) is empty, and what it would
have said is None or concluded from elsewhere with a `Problem` that says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extractors.model import Paragraph, PartialDate, Person, Problem, Session, Severity, Signer
from extractors.outline import marker
from extractors.spelling import UPPER, level


@dataclass(frozen=True, slots=True)
class Zones:
    """The paragraphs of a notice by what they are for."""

    head: tuple[Paragraph, ...] = ()
    title: tuple[Paragraph, ...] = ()
    opening: tuple[Paragraph, ...] = ()
    body: tuple[Paragraph, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    tail: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Everything of a notice that stands outside its body."""

    issuer: str | None
    place: str | None
    number: str | None
    symbol: str | None
    issued: PartialDate | None
    title: str | None
    session: Session
    chair: Person | None
    signer: Signer | None
    agenda: tuple[str, ...]
    attendees: tuple[str, ...]
    recipients: tuple[str, ...]
    problems: tuple[Problem, ...]


_CAP = rf"[{UPPER}][\w'\-]*"
_NAME = rf"{_CAP}(?:\s+{_CAP}){{1,4}}"

# --- zones ---------------------------------------------------------------------------------------------------

_KIND_LINE = re.compile(r"\W*(?:THÔNG BÁO|T H Ô N G\s+B Á O|Thông báo)\W*$")
_KIND_START = re.compile(
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
    r"|[^.]{0,160}(?:trân trọng )?thông báo\s[^.]{0,260}(?:biết|thực hiện)[^.]{0,120}\.?/?\.?\s*$"
    r"|Căn cứ (?:ý kiến|nội dung) (?:chỉ đạo|kết luận) trên"
    r"|Yêu cầu[^.]{0,80}(?:nghiêm túc )?triển khai thực hiện(?: Thông báo này)?\s*\./\.)",
)
_END_MARK = re.compile(r"\./\.\s*$")
_RECIPIENTS = re.compile(r"\W*(?:Nơi nhận|NƠI NHẬN)\s*:?")
_SIGN_LINE = re.compile(
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
        if _RECIPIENTS.match(row.text):
            return _with_signature(rows, index)
    for index in range(len(rows) - 1, max(-1, len(rows) - 9), -1):
        if _END_MARK.search(row_text := rows[index].text) and len(row_text) > 3:
            return index + 1
    return next(
        (
            i
            for i in range(max(0, len(rows) - 8), len(rows))
            if _SIGN_LINE.match(rows[i].text) and len(rows[i].text) < 60
        ),
        len(rows),
    )


def _with_signature(rows: list[Paragraph], index: int) -> int:
    """A signature block printed before the recipients belongs to the tail as well."""
    start = index
    while (
        start > 0
        and len(rows[start - 1].text) < 60
        and (rows[start - 1].text.isupper() or re.fullmatch(rf"\s*{_NAME}\s*", rows[start - 1].text))
    ):
        if marker(rows[start - 1].text):
            break
        start -= 1
    return start if any(_SIGN_LINE.match(r.text) for r in rows[start:index]) else index


def _kind_line(rows: list[Paragraph]) -> int:
    limit = min(len(rows), 40)
    for index in range(limit):
        if _KIND_LINE.match(rows[index].text) or _KIND_START.match(rows[index].text):
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
        kind_line = bool(_KIND_LINE.match(text))
        if index and not kind_line and (_is_opening(text, index) or _is_body(text)):
            break
        if (
            not index
            and not kind_line
            and not _KIND_START.match(text)
            and not _TITLE_START.match(text)
            and not _SUBJECT_LINE.match(text)
        ):
            break
        index += 1
    return index


def _is_opening(text: str, index: int) -> bool:
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
            return index + 1
        if index and _is_body(text):
            return index
    return next((i for i, r in enumerate(rest[:14]) if _is_body(r.text)), 0)


def _closing_start(rest: list[Paragraph], begin: int) -> int:
    for index in range(len(rest) - 1, max(begin - 1, len(rest) - 6), -1):
        if marker(rest[index].text) is None and _CLOSING.match(rest[index].text):
            return index
    return len(rest)


# --- number, symbol, dates -----------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?:Số|SỐ|sÓ"
    r"|Sô)\s*:?\s*(?P<number>\d[\d.]*[a-z]?)?[\s._…]*/\s*(?P<symbol>[A-ZĐ][\w\-–&]*(?:\s*[-–]\s*[A-ZĐ][\w.&]*)*)"
)
_ISSUED = re.compile(
    rf"(?P<place>{_CAP}(?:\s+(?:{_CAP}|\d{{1,2}}"
    rf"|[-–])){{0,5}})\s*,\s*ngày\s*(?P<day>\d{{1,2}})?[\s.…_]*tháng\s*(?P<month>\d{{1,2}})?[\s.…_]*năm\s*(?P<year>\d{{4}})?"
)
_DAY = re.compile(r"ngày\s+(\d{1,2})\s*(?:/|\.|-|\s*tháng\s*)\s*(\d{1,2})\s*(?:/|\.|-|,?\s*năm\s*)\s*(\d{4})", re.I)
_DAY_NO_YEAR = re.compile(r"ngày\s+(\d{1,2})\s*(?:/|\s*tháng\s*)\s*(\d{1,2})(?!\s*[/\d])", re.I)
_MONTH = re.compile(r"tháng\s+(\d{1,2})\s*(?:/|-|,?\s*năm\s+)\s*(\d{4})", re.I)
_KINDS = re.compile(
    r"(?:tại|về|trong|kết thúc|nghe báo cáo tại)\s+(?:các\s+)?(phiên họp|cuộc họp|buổi làm việc"
    r"|buổi họp|buổi tiếp|buổi kiểm tra|hội nghị|hội thảo|phiên giải trình|lễ|chuyến công tác"
    r"|chuyến kiểm tra|cuộc làm việc|kỳ họp|buổi gặp mặt|họp báo)",
    re.I,
)
_KINDS_BARE = re.compile(
    r"(?<!\w)(phiên họp|cuộc họp|buổi làm việc|hội nghị|buổi kiểm tra|kiểm tra|đi kiểm tra|làm việc|họp)(?!\w)", re.I
)


def read_header(cut: Zones, source_text: str) -> Header:
    """Read everything outside the body; what is blank on the paper is None and named in `problems`."""
    problems: list[Problem] = []
    head = _flat(cut.head) or _flat(cut.title[:1])
    number, symbol = _number(head, cut, problems)
    place, issued = _issued(cut, problems)
    title = _title(cut)
    opening = _flat(cut.opening)
    session = _session(title or "", opening, issued, problems)
    signer, recipients = _tail(cut.tail)
    issuer = _issuer(cut, symbol, problems)
    chair = _chair(title or "", opening)
    return Header(
        issuer,
        place,
        number,
        symbol,
        issued,
        title,
        session,
        chair,
        signer,
        _agenda(opening),
        _attendees(opening),
        recipients,
        tuple(problems),
    )


def _flat(rows: Sequence[Paragraph]) -> str:
    return "\n".join(r.text for r in rows)


def _number(head: str, cut: Zones, problems: list[Problem]) -> tuple[str | None, str | None]:
    match = _NUMBER.search(head) or _NUMBER.search(_flat(cut.title))
    if not match:
        problems.append(Problem("no_symbol", "Không tìm thấy dòng “Số: …/…” ở đầu văn bản.", Severity.WARNING))
        return None, None
    symbol = re.sub(r"\s*[-–]\s*", "-", match["symbol"]).strip("-")
    if not match["number"]:
        problems.append(Problem("number_blank", f"Số văn bản để trống (“Số: …/{symbol}”)."))
    return match["number"], symbol


def _issued(cut: Zones, problems: list[Problem]) -> tuple[str | None, str | None]:
    for rows in (cut.head, cut.title, cut.opening[:1], cut.tail):
        for row in rows:
            if match := _ISSUED.search(row.text):
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


# --- title, session, chair -----------------------------------------------------------------------------------


def _title(cut: Zones) -> str | None:
    lines = []
    for row in cut.title:
        text = _KIND_START.sub("", _KIND_LINE.sub("", row.text)).strip(" \t_-–*=.")
        if (
            re.search(r"\w", text)
            and not _MOTTO.search(text)
            and not _ISSUED.search(text)
            and not _ADDRESSEE.match(text)
        ):
            lines.append(text)
    title = re.sub(r"\s+", " ", " ".join(lines)).strip().rstrip(":").strip()
    return title or None


_ADDRESSEE = re.compile(r"Kính gửi\s*:?", re.I)


def _session(title: str, opening: str, issued: str | None, problems: list[Problem]) -> Session:
    held = _first_day(opening, issued) or _first_day(title, issued)
    named = _MONTH.search(re.sub(r"ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", "", title, flags=re.I))
    month = (
        f"{int(named[2]):04d}-{int(named[1]):02d}"
        if named and 1 <= int(named[1]) <= 12
        else (held[:7] if held else None)
    )
    if held and month and held[:7] != month:
        problems.append(
            Problem(
                "session_month",
                f"Phiên họp tháng {month[5:]}/{month[:4]} nhưng họp ngày {held[8:]}/{held[5:7]}/{held[:4]}.",
            )
        )
    if not held:
        problems.append(Problem("no_session_date", "Không tìm thấy ngày họp trong đoạn mở đầu."))
    return Session(held, month, _kind(title, opening))


def _first_day(text: str, issued: str | None) -> str | None:
    if match := _DAY.search(text):
        return iso(int(match[3]), int(match[2]), int(match[1]))
    if issued and (match := _DAY_NO_YEAR.search(text)):
        return iso(int(issued[:4]), int(match[2]), int(match[1]))
    return None


def _kind(title: str, opening: str) -> str | None:
    if "thường kỳ" in title.lower() or "thường kỳ" in level(opening).lower()[:400]:
        return "thường kỳ"
    for text in (title, opening):
        if match := _KINDS.search(text):
            return match[1].lower()
    match = _KINDS_BARE.search(title) or _KINDS_BARE.search(opening)
    return match[1].lower() if match else None


_POST_WORDS = (
    r"(?:(?:Phó |Quyền |Q\. )?Chủ tịch|(?:Phó )?Bí thư|Ủy viên|Uỷ viên|(?:Phó )?Trưởng|(?:Phó )?Giám đốc"
    r"|(?:Phó )?Thủ tướng|Bộ trưởng|Thứ trưởng|(?:Phó )?Chánh)"
)
#: what a person does right after being named as the one who concludes
_ACTS = (
    r"(?:chủ trì|kết luận|có ý kiến|có kết luận|phát biểu|làm việc|kiểm tra|họp|tại|trong|về|yêu cầu"
    r"|trực tiếp|đi kiểm tra|nghe|tiếp|chỉ đạo)"
)
_NEW_CLAUSE = r",\s*(?:cuộc|phiên|hội nghị|buổi|đã|tại|sau khi|cùng|UBND tỉnh)(?!\w)"
_COMRADE = re.compile(
    rf"(?:[Đđ]ồng chí|đ/c|[Ôô]ng|[Bb]à)\s+(?P<name>{_NAME})\s*(?:[-–,:]|\()\s*"
    rf"(?P<position>{_POST_WORDS}(?:(?!{_NEW_CLAUSE})[^.;:()])*?)\s*\)?"
    rf"(?=\s*,?\s*(?:đã\s+)?{_ACTS}(?!\w)|\s*,?\s*và\s+(?:đồng chí|các)|\s*(?:$|[.;:\n])|{_NEW_CLAUSE})"
)
_POST_NAME = re.compile(
    rf"(?P<position>{_POST_WORDS}(?:(?!\s(?:đã|chủ trì|kết luận|họp"
    rf"|tại)\s)[^.;:\n])*?)\s*[,\-–]?\s*(?:đồng chí\s+|ông\s+|bà\s+)?"
    rf"(?P<name>{_NAME})\s*,?\s*(?=(?:đã\s+)?{_ACTS}(?!\w)|$|\n)"
)


def _chair(title: str, opening: str) -> Person | None:
    """Who concluded: the person before `chủ trì` or `kết luận` in the opening, else the one the title names."""
    for text, need in ((opening, "chủ trì"), (opening, "kết luận"), (title, ""), (opening, "")):
        for pattern in (_COMRADE, _POST_NAME):
            for match in pattern.finditer(text):
                following = text[match.end() : match.end() + 24]
                before = text[max(0, match.start() - 60) : match.start()]
                if (
                    not need
                    or need in following
                    or f"{need} của" in before
                    or "sự chủ trì" in before
                    or "sự chủ toạ" in before
                ):
                    return _person(match)
    return None


def _person(match: re.Match[str]) -> Person:
    position = re.sub(r"\s+", " ", match["position"]).strip(" ,-–")
    return Person(re.sub(r"\s+", " ", match["name"]), position)


# --- agenda, attendees ---------------------------------------------------------------------------------------

_AGENDA = re.compile(
    r"(?:bao gồm|gồm|về|với|cho ý kiến(?: về)?|thảo luận(?: về)?|xem xét)\s+(?:các|những"
    r"|một số)\s+nội dung(?:\s+(?:sau|chính|chủ yếu|như sau"
    r"|sau đây))*\s*:\s*(?P<list>[^\n]+?)(?=\.\s+[A-ZĐÁÀ]|\.\s*$|\n|$)",
    re.I,
)
_ATTEND = re.compile(
    r"(?:[Tt]ham dự|[Cc]ùng dự|[Cc]ùng tham dự|[Dd]ự|[Tt]ham gia)\s+(?:phiên họp|cuộc họp|họp|hội nghị"
    r"|buổi làm việc|làm việc)?\s*(?:có|gồm|gồm có"
    r"|còn có)?\s*(?:các\s+)?(?:đồng chí)?\s*(?:có\s+)?:?\s*(?P<list>[^\n]+?)(?=\.\s+[A-ZĐÁÀẢÂ]|\.\s*$"
    r"|\n|$)"
)


def _agenda(opening: str) -> tuple[str, ...]:
    match = _AGENDA.search(opening)
    if not match:
        return ()
    return tuple(p.strip(" .") for p in re.split(rf";\s+(?=[{UPPER}])", match["list"]) if p.strip(" ."))


def _attendees(opening: str) -> tuple[str, ...]:
    match = _ATTEND.search(opening)
    return tuple(p.strip(" .") for p in re.split(r";\s+", match["list"]) if p.strip(" .")) if match else ()


# --- issuer --------------------------------------------------------------------------------------------------

_ISSUER_BY_SYMBOL = (
    (re.compile(r"VPCP"), "Văn phòng Chính phủ"),
    (re.compile(r"VPUBND|VP-?UBND|-VPUB|-VP$"), "Văn phòng UBND tỉnh"),
    (re.compile(r"UBND"), "UBND tỉnh"),
    (re.compile(r"HĐND"), "HĐND tỉnh"),
)
_MOTTO = re.compile(r"CỘNG H[ÒO][ÀA]|C[ỘO]NG H|ĐỘC LẬP|Độc lập|ĐẢNG CỘNG SẢN", re.I)
_NOT_ORGAN = re.compile(
    r"(?:Số|SỐ)\s*:|ngày|[_*=\-–]{3,}|Ký bởi|Người ký|Thời gian ký|@|\d{2}[.:]\d{2}|KHẨN|HỎA TỐC|V/v", re.I
)


def _issuer(cut: Zones, symbol: str | None, problems: list[Problem]) -> str | None:
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
        and not _MOTTO.search(text)
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
        return _sentence_case(text) if len(text) < 80 else None
    return f"Văn phòng {name}" if office else name


def _capitals(place: str) -> str:
    return " ".join(w[:1].upper() + w[1:] for w in place.split())


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- recipients and signature --------------------------------------------------------------------------------

_POSITIONS = {
    "chánh văn phòng": "Chánh Văn phòng",
    "phó chánh văn phòng": "Phó Chánh Văn phòng",
    "chủ tịch": "Chủ tịch",
    "phó chủ tịch": "Phó Chủ tịch",
    "bộ trưởng, chủ nhiệm": "Bộ trưởng, Chủ nhiệm",
    "phó chủ nhiệm": "Phó Chủ nhiệm",
    "ủy ban nhân dân": "Ủy ban nhân dân",
    "giám đốc": "Giám đốc",
    "phó giám đốc": "Phó Giám đốc",
    "thủ tướng": "Thủ tướng",
    "phó thủ tướng": "Phó Thủ tướng",
}
_ON_BEHALF = re.compile(r"\s*(TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s*[./]?\s*(?P<whom>[^\d]+)$")
_NOTE_TAIL = re.compile(r"[;.,]\s*$")
_STAMP = re.compile(r"Ký bởi|Người ký|Thời gian ký|Cơ quan:|@|đã ký|Đã ký|\(ký\)|Ngày ký|Chữ ký|Signature", re.I)


def _tail(rows: Sequence[Paragraph]) -> tuple[Signer | None, tuple[str, ...]]:
    lines: list[str] = []
    posts: list[str] = []
    names: list[str] = []
    in_recipients = False
    for text in (t.strip() for row in rows for t in row.text.split("\n")):
        if not text or _STAMP.search(text):
            continue
        if found := _RECIPIENTS.match(text):
            in_recipients = True
            text = text[found.end() :].strip()
            if not text:
                continue
        if _is_post(text):
            posts.append(text)
            continue
        if (
            re.fullmatch(rf"(?:(?:TS|ThS|PGS|GS|BS)\.?\s*)*{_NAME}", level(text))
            and posts
            and (not in_recipients or _filed(lines) or not text.startswith("-"))
        ):
            names.append(text)
            continue
        if in_recipients and not names:
            _add_line(lines, text)
    return _signer(posts, names), tuple(r for r in map(_recipient, lines) if r)


def _is_post(text: str) -> bool:
    return bool(_ON_BEHALF.match(text) and len(text) < 60) or (
        text.isupper() and 5 < len(text) < 60 and bool(_SIGN_LINE.match(text) or level(text).lower() in _POSITIONS)
    )


def _filed(lines: list[str]) -> bool:
    return any(re.match(r"[-–•+*\s]*Lưu", line) for line in lines)


def _add_line(lines: list[str], text: str) -> None:
    """A line without a dash goes on with the one before it, unless that one had its end mark."""
    for part in re.split(r"(?<=;)\s+(?=[-–]\s*\S)", text):
        begins = re.match(r"\s*[-–•+*]", part) or not lines or lines[-1].rstrip().endswith((";", "."))
        if begins:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part.strip()}"


def _recipient(line: str) -> str:
    return re.sub(r"\s+", " ", _NOTE_TAIL.sub("", re.sub(r"^\s*[-–•+*]\s*", "", line.strip()))).strip()


def _signer(posts: list[str], names: list[str]) -> Signer | None:
    if not posts and not names:
        return None
    on_behalf = next((m["whom"].strip() for p in posts if (m := _ON_BEHALF.match(p))), None)
    position = next((p for p in reversed(posts) if not _ON_BEHALF.match(p)), None)
    return Signer(names[-1] if names else None, _post_case(position), _post_case(on_behalf))


def _post_case(post: str | None) -> str | None:
    if post is None:
        return None
    plain = re.sub(r"\s+", " ", level(post).lower()).strip(" .,")
    return _POSITIONS.get(plain, plain[:1].upper() + plain[1:])
