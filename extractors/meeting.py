"""What meeting does a notice tell of: its title, session, chair, agenda and attendees?"""

from __future__ import annotations

import re

from extractors.letterhead import ISSUED, MOTTO, iso
from extractors.model import Person, Problem, Session
from extractors.spelling import NAME, UPPER, level
from extractors.zones import KIND_LINE, KIND_START, Zones

_DAY = re.compile(
    r"(?:ngày|sáng|chiều|tối)\s+(\d{1,2})\s*(?:/|\.|-|\s*tháng\s*)\s*(\d{1,2})\s*(?:/|\.|-|,?\s*năm\s*)\s*(\d{4})", re.I
)
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


def read_title(cut: Zones) -> str | None:
    lines = []
    for row in cut.title:
        text = _RULED.sub("", KIND_START.sub("", KIND_LINE.sub("", row.text))).strip(" \t_*=.")
        if re.search(r"\w", text) and not MOTTO.search(text) and not ISSUED.search(text) and not _ADDRESSEE.match(text):
            lines.append(text)
    title = re.sub(r"\s+", " ", " ".join(lines)).strip().rstrip(":").strip()
    return title or None


#: a rule below a title, or a dash before it; a dash at a line's end belongs to the sentence (`đồng chí A -`)
_RULED = re.compile(r"^[\s_*=.]*[-–]+|[-–_*=.]{2,}[\s_*=.]*$")
_ADDRESSEE = re.compile(r"Kính gửi\s*:?", re.I)


def read_session(title: str, opening: str, issued: str | None, problems: list[Problem]) -> Session:
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
    r"|trực tiếp|có buổi|đi kiểm tra|nghe|tiếp|chỉ đạo)"
)
_NEW_CLAUSE = r",\s*(?:cuộc|phiên|hội nghị|buổi|đã|tại|sau khi|cùng|UBND tỉnh)(?!\w)|\s(?:để|nhằm)\s"
#: "Chủ tịch UBND Tỉnh" names no person
_PERSON = rf"(?<!\w)(?!UBND|HĐND|MTTQ){NAME}"
_COMRADE = re.compile(
    rf"(?:[Đđ]ồng chí|đ/c|[Ôô]ng|[Bb]à)\s+(?P<name>{_PERSON})\s*(?:[-–,:]|\()\s*"
    rf"(?P<position>{_POST_WORDS}(?:(?!{_NEW_CLAUSE})[^.;:()])*?)\s*\)?"
    rf"(?=\s*,?\s*(?:đã\s+)?{_ACTS}(?!\w)|\s*,?\s*và\s+(?:đồng chí|các)|\s*(?:$|[.;:\n])|{_NEW_CLAUSE})"
)
_POST_NAME = re.compile(
    rf"(?P<position>{_POST_WORDS}(?:(?!\s(?:đã|chủ trì|kết luận|họp"
    rf"|tại)\s)[^.;:\n])*?)\s*[,\-–]?\s*(?:đồng chí\s+|ông\s+|bà\s+)?"
    rf"(?P<name>{_PERSON})\s*,?\s*(?=(?:đã\s+)?{_ACTS}(?!\w)|$|\n)"
)


def read_chair(title: str, opening: str) -> Person | None:
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


def read_agenda(opening: str) -> tuple[str, ...]:
    match = _AGENDA.search(opening)
    if not match:
        return ()
    return tuple(p.strip(" .") for p in re.split(rf";\s+(?=[{UPPER}])", match["list"]) if p.strip(" ."))


def read_attendees(opening: str) -> tuple[str, ...]:
    match = _ATTEND.search(opening)
    return tuple(p.strip(" .") for p in re.split(r";\s+", match["list"]) if p.strip(" .")) if match else ()
