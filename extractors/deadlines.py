"""By when must a told thing be done? `find_deadlines` for a sentence, `read_due_cell` for a table's cell.

A rule is one row of `RULES`: a name, a pattern over the lower-cased text, what a match
means in days, and how strong it is. Finding dates is the small part: a notice is full of
them, and few are deadlines. `trong tháng 8 và 8 tháng đầu năm` is what was reported on,
`các xã dự kiến hoàn thành trong năm 2021` describes communes. Whether a phrase counts
where it stands is judged by the tables of `extractors.reading`.

`trước ngày D` is due on D; a month, quarter or year runs from its first to its last day,
and its early, middle and late parts are `vague`. A recurring duty has no due day but
`every` and `on`; one that hangs on an event has `event`. A day that no calendar knows
(31/9) keeps its text with due None. `problems` says what an archivist should look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from extractors import days
from extractors.days import Range, Session
from extractors.model import Deadline, Problem, Severity, Span
from extractors.reading import Place, Strength, completes, obliges, survives, told

_NEVER = Range()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says: days, or an event, or a recurrence."""

    range: Range = _NEVER
    event: str | None = None
    every: str | None = None
    on: str | None = None


Resolve = Callable[["re.Match[str]", Session, str], Meaning]
Need = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase. `needs` must all hold where it stands; `strength` names the vetoes that can strike it."""

    name: str
    pattern: re.Pattern[str]
    resolve: Resolve
    strength: Strength
    needs: tuple[Need, ...] = ()


def _spell(pattern: str) -> str:
    """A blank is any white space, `~` is white space or nothing."""
    return pattern.replace("~", r"\s*").replace(" ", r"\s+")


# ---------------------------------------------------------------- building blocks

_DAY = (
    r"(?P<day>\d{1,2})~(?:/~(?P<month>\d{1,2})(?:~/~(?P<year>\d{4}|\d{2}))?"
    r"|[.-]~(?P<month_d>\d{1,2})~[.-]~(?P<year_d>\d{4})"
    r"|tháng (?P<month_w>\d{1,2})(?:~(?:,?~năm|/) ?(?P<year_w>\d{4}))?)(?![\d/])"
).replace(" ?", "~")
_YEAR = r"(?:~[/.-]~(?P<year>\d{4})|~,?~năm~(?P<year_w>\d{4}))?(?![\d/])"
_MONTH = (
    r"tháng~(?P<month>\d{1,2})(?:~(?:và|,|-|–)~(?:tháng )?(?P<month2>\d{1,2})(?=~/~\d{4}|~năm~\d|~[.,;:)]|~$))?" + _YEAR
)
_QUARTER = (
    r"qu[ýíy] (?P<quarter>iv|iii|ii|i|[1-4])\b(?:~(?:và|,|-|–)~(?:qu[ýíy] )?(?P<quarter2>iv|iii|ii|i|[1-4])\b)?" + _YEAR
)
_IN_YEAR = r"năm(?: (?P<year>(?:19|20)\d\d)(?![\d/-])| nay\b)"
_YEAR_END = r"năm(?: (?P<year>(?:19|20)\d\d)(?![\d/-])| nay\b|(?=~[.,;)]|~$))"
_PART = r"(?P<part>đầu|giữa|cuối)"
_HOUR = r"\d{1,2}~(?:giờ|g|h|:)(?:~\d{2})?(?:~phút)?"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)"
_HOURS = rf"(?:{_HOUR}~,?~(?:của )?)"
_TO_DAY = rf"(?:thời điểm )?(?:(?:ngày )?{_WEEKDAY}~,?~\(?)?(?:ngày )?"
_LATEST = r"(?:chậm nhất|muộn nhất|hạn cuối(?: cùng)?|hạn chót|không muộn hơn|không chậm hơn|không quá)"
_LINK = r"(?:~:?~(?:là|đến|vào|trước|hết|trong)\b)*~:?~"
_EACH = r"(?:hằng|hàng|mỗi)"
_UNIT = r"(?P<unit>ngày|tuần|tháng|quý|năm)"
_EVENT = (
    r"(?:(?:kỳ|kì|phiên|cuộc) họp|hội nghị|đại hội|mùa (?:mưa|bão|lũ|khô|đông|lễ)|(?:dịp )?tết|năm học|dịp|"
    r"lễ (?:khai|kỷ|hội)|kỳ thi|"
    r"ngày (?:quốc khánh|giải phóng|thành lập|kỷ niệm|bầu cử|khai|lễ|hội|họp|tổng|diễn ra)|vụ (?:đông|xuân|mùa|hè)|đợt)"
)
_HEAD_STRICT = (
    r"(?P<lead>(?:thời hạn|thời gian|tiến độ|hạn)(?: (?:thực hiện|hoàn thành|báo cáo|dự kiến))*(?:~:~| là | vào ))"
)
_HEAD = (
    r"(?P<lead>(?:(?:thời hạn|thời gian|tiến độ|hạn)(?: (?:thực hiện|hoàn thành|báo cáo|dự kiến))*|hoàn thành|xong)"
    r"(?:~:~| (?:vào )?))"
)
_REST = r"(?:(?! (?:để|phải|nhằm|báo cáo|trình|và báo cáo|theo|làm cơ sở)\b)[^,.;:()\n]){0,80}"

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_EVERY = {"ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}
_WEEKS = ("1", "đầu", "nhất", "2", "hai", "02", "3", "ba", "03", "4", "tư", "04", "cuối", "", "")
_NUMBER = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6}


# ---------------------------------------------------------------- what a match means


def _group(match: re.Match[str], *names: str) -> str | None:
    found = match.groupdict()
    return next((found[name] for name in names if found.get(name)), None)


def _number(match: re.Match[str], *names: str) -> int | None:
    text = _group(match, *names)
    return int(text) if text else None


def _stated_year(match: re.Match[str]) -> int | None:
    year = _number(match, "year", "year_d", "year_w")
    return year + 2000 if year is not None and year < 100 else year


def _year_of(match: re.Match[str], session: Session, month: int) -> tuple[int | None, tuple[str, ...]]:
    stated = _stated_year(match)
    return (stated, ()) if stated else (session.year_of(month), ("year",))


def _day(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước ngày 15/9/2021 → due 15 September."""
    month = _number(match, "month", "month_d", "month_w") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(Range(None, days.safe_day(year, month, _number(match, "day")), inferred))


def _whole_day(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong ngày 15/9 → from and due the same day."""
    found = _day(match, session, text).range
    return Meaning(Range(found.due, found.due, found.inferred))


def _day_of_session(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước ngày 25 → the 25th of the session's month, which is not printed."""
    return Meaning(Range(None, days.safe_day(session.year, session.month, _number(match, "day")), ("year", "month")))


def _day_range(match: re.Match[str], session: Session, text: str) -> Meaning:
    """từ ngày 10/9 đến ngày 20/9/2021 → both ends; the first borrows month and year from the second."""
    due = _day(match, session, text).range
    month = _number(match, "from_month") or (due.due.month if due.due else None)
    year = _number(match, "from_year") or (due.due.year if due.due else None)
    if due.due and month and month > due.due.month and not match["from_year"]:
        year = due.due.year - 1
    return Meaning(Range(days.safe_day(year, month, _number(match, "from_day")), due.due, due.inferred))


def _month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong tháng 9/2021 → 1 to 30 September."""
    first = _number(match, "month") or 0
    year, inferred = _year_of(match, session, first)
    return Meaning(days.months(year, first, _number(match, "month2") or first, inferred))


def _month_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết tháng 9 → due 30 September."""
    return Meaning(_month(match, session, text).range.ending())


def _before_month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước tháng 10/2021 → done by 30 September."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    year, month = (year and year - 1, 12) if month == 1 else (year, month - 1)
    return Meaning(Range(None, days.last_day(year, month), inferred))


def _session_month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong tháng này → the session's month."""
    return Meaning(days.months(session.year, session.month or 0, session.month or 0, ("year", "month")))


def _month_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """đầu tháng 10 năm 2021 → 1 to 10 October."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(days.days(year, month, match["part"], inferred))


def _decade(match: re.Match[str], session: Session, text: str) -> Meaning:
    """thượng tuần tháng 9 → 1 to 10 September, exactly."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    part = {"thượng": "đầu", "trung": "giữa", "hạ": "cuối"}.get(match["decade"]) or match["part"]
    return Meaning(days.days(year, month, part, inferred, vague=False))


def _week(match: re.Match[str], session: Session, text: str) -> Meaning:
    """tuần 2 tháng 6 → 8 to 14 June; the last week, the last seven days."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(days.week(year, month, _WEEKS.index(match["week"]) // 3 + 1, inferred))


def _half_year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong 6 tháng cuối năm 2026 → 1 July to 31 December."""
    first = 1 if match["part"] == "đầu" else 7
    return Meaning(days.months(_stated_year(match), first, first + 5))


def _quarters(match: re.Match[str]) -> tuple[int, int]:
    first, last = (_ROMAN.get(q) or int(q) for q in (match["quarter"], match["quarter2"] or match["quarter"]))
    return first, last


def _quarter(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong Quý IV/2021 → 1 October to 31 December."""
    first, last = _quarters(match)
    year, inferred = _year_of(match, session, 3 * first - 2)
    return Meaning(days.months(year, 3 * first - 2, 3 * last, inferred))


def _quarter_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết quý III → due 30 September."""
    return Meaning(_quarter(match, session, text).range.ending())


def _quarter_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """đầu, giữa, cuối quý → its first, second, third month."""
    first, _ = _quarters(match)
    month = 3 * first - 2 + ("đầu", "giữa", "cuối").index(match["part"])
    year, inferred = _year_of(match, session, 3 * first - 2)
    return Meaning(days.months(year, month, month, inferred, vague=True))


def _year_or_session(match: re.Match[str], session: Session) -> tuple[int | None, tuple[str, ...]]:
    stated = _stated_year(match)
    return (stated, ()) if stated else (session.year, ("year",))


def _year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong năm 2026 → 1 January to 31 December."""
    year, inferred = _year_or_session(match, session)
    return Meaning(days.months(year, 1, 12, inferred))


def _year_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết năm 2021 → due 31 December."""
    return Meaning(_year(match, session, text).range.ending())


def _before_year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước năm 2026 → due 31 December 2025."""
    year = _stated_year(match)
    return Meaning(Range(None, days.last_day(year and year - 1, 12)))


def _year_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """cuối năm 2021 → October to December."""
    year, inferred = _year_or_session(match, session)
    return Meaning(days.year_part(year, match["part"], inferred))


def _year_span(match: re.Match[str], session: Session, text: str) -> Meaning:
    """2024 - 2030 in a table's column of times."""
    first, last = int(match["from_year"]), int(match["year"])
    return Meaning(Range(days.safe_day(first, 1, 1), days.last_day(last, 12)))


def _counted(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong vòng 10 ngày kể từ ngày 01/9/2021 → due 11 September; from an event: the event."""
    unit = re.sub(r"\s+", " ", match["span_unit"])
    if match["day"]:
        anchor = _day(match, session, text).range
        due = days.after(anchor.due, int(match["count"]), unit) if anchor.due else None
        return Meaning(Range(None, due, anchor.inferred + (("holidays",) if "làm việc" in unit else ())))
    if match["anchor"]:
        return Meaning(event=text[match.start("anchor") : match.end("anchor")].strip())
    return Meaning()


def _event(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước kỳ họp HĐND tỉnh cuối năm 2026 → the event; its day is not known here."""
    return Meaning(event=text[match.start("event") : match.end("event")].strip())


def _recurring(match: re.Match[str], session: Session, text: str) -> Meaning:
    """định kỳ ngày 20 hằng tháng → every month, on the 20th; 02 tuần/lần → every 2 weeks."""
    unit = _EVERY[match["unit"]]
    count = _group(match, "count")
    number = (_NUMBER.get(count) or int(count)) if count else 1
    every = f"{number} {unit}s" if number > 1 else unit
    found = match.groupdict()
    on = text[match.start("on") : match.end("on")] if found.get("on") else None
    return Meaning(every=every, on=on)


# ---------------------------------------------------------------- the rules, first match wins at one place


def _rule(name: str, pattern: str, resolve: Resolve, strength: Strength, *needs: Need) -> Rule:
    return Rule(name, re.compile(_spell(pattern)), resolve, strength, needs)


def _after(words: re.Pattern[str]) -> Need:
    """The sentence before the phrase must hold one of `words`."""
    return lambda place: bool(words.search(place.before))


_S = Strength
_REPORTS = re.compile(r"\b(?:báo cáo|gửi|tổng hợp|rà soát|đánh giá|kiểm tra|cập nhật)\b[^;:]{0,90}$")
_RUNS = re.compile(
    r"\b(?:thực hiện|triển khai|tổ chức|hoàn thành|ra quân|kiểm tra|lấy ý kiến|thời gian)\b[^,.;]{0,50}$"
)
_HANDED = re.compile(r"\b(?:hoàn thành|báo cáo|gửi|nộp|trình|thời gian|thời hạn)\b[^,.;]{0,60}$")
_LABEL = re.compile(
    r"\b(?:thời hạn|thời gian (?:hoàn thành|thực hiện|dự kiến|báo cáo|gửi)|hạn (?:hoàn thành|báo cáo|nộp))\b"
    r"(?: (?:hoàn thành|báo cáo|gửi|nộp|dự kiến))?\s*(?:là|:)?\s*$"
)
_STRIVES = re.compile(r"\b(?:phấn đấu|hoàn thành|quyết tâm)\b(?: \w+){0,6} $")
_AT = re.compile(r"\b(?:vào|trong|chậm nhất|hoàn thành|xong|vào dịp) $")

RULES: tuple[Rule, ...] = (
    # định kỳ trước 16 giờ ngày thứ Sáu hằng tuần
    _rule(
        "every_weekday",
        rf"(?:định kỳ~,?~)?(?:vào |trước |chậm nhất {_LINK})*{_HOURS}?(?:ngày )?(?P<on>{_WEEKDAY})(?: của)? {_EACH} "
        r"(?P<unit>tuần)",
        _recurring,
        _S.EVERY,
    ),
    # chậm nhất vào ngày 05 hằng tháng; định kỳ trước ngày 15 hàng tháng; trước ngày 20/12 hằng năm
    _rule(
        "every_on_day",
        rf"(?:định kỳ~,?~)?(?:(?:vào|trước|đến) |{_LATEST}{_LINK})*{_HOURS}?ngày (?P<on>\d{{1,2}}(?:~/~\d{{1,2}})?)"
        rf"(?: tháng (?:đầu|cuối)?)?(?: (?:đầu tiên|cuối cùng))?(?: của)? {_EACH} {_UNIT}",
        _recurring,
        _S.EVERY,
    ),
    # định kỳ trước ngày 15 của tháng cuối quý
    _rule(
        "every_quarter_day",
        rf"(?:định kỳ~,?~)?(?:(?:vào|trước|đến) |{_LATEST}{_LINK})*ngày (?P<on>\d{{1,2}} (?:của )?tháng (?:đầu|cuối))"
        rf"(?: tiên| cùng)?(?: của)? (?:{_EACH} )?(?P<unit>quý)",
        _recurring,
        _S.EVERY,
    ),
    # trước 17h00 hằng ngày
    _rule(
        "every_hour", rf"(?:định kỳ~,?~)?(?:trước |vào )(?P<on>{_HOUR}) {_EACH} (?P<unit>ngày)", _recurring, _S.EVERY
    ),
    # 02 tuần/lần; 06 tháng một lần; 3 tháng 1 lần
    _rule(
        "every_so_often",
        rf"(?:định kỳ~,?~)?(?P<count>\d{{1,2}}|một|hai|ba|sáu) {_UNIT}~(?:/|một |01 |1 )~(?:01 |1 )?lần",
        _recurring,
        _S.EVERY,
    ),
    # 02 lần/tuần; mỗi tuần 01 lần
    _rule("times_a", rf"(?:định kỳ~,?~)?(?P<on>\d{{1,2}} lần)~/~{_UNIT}", _recurring, _S.EVERY),
    _rule("each_times", rf"(?:định kỳ~,?~)?{_EACH} {_UNIT}~,?~(?P<on>\d{{1,2}} lần)", _recurring, _S.EVERY),
    # định kỳ hằng quý; định kỳ 6 tháng; định kỳ hàng năm (trước ngày 10/12)
    _rule(
        "periodically",
        rf"định kỳ~,?~(?:vào )?(?:cuối |đầu )?(?:{_EACH} |(?P<count>\d{{1,2}}|một|hai|ba|sáu) )?{_UNIT}\b"
        rf"(?:~\((?:trước |vào |chậm nhất {_LINK})?(?:ngày )?(?P<on>\d{{1,2}}(?:~/~\d{{1,2}})?)~\))?",
        _recurring,
        _S.EVERY,
    ),
    # hằng tuần báo cáo; cuối mỗi tháng tổng hợp
    _rule(
        "each_report",
        rf"(?:cuối |đầu )?{_EACH} {_UNIT}(?=~,?~(?:phải |có |gửi |chủ động |thực hiện )?"
        r"(?:tổng hợp|báo cáo|rà soát|đánh giá|kiểm tra|cập nhật|gửi|giao ban|họp|tự kiểm tra|thông báo|công khai|"
        r"thống kê)\b)",
        _recurring,
        _S.EVERY,
    ),
    # báo cáo UBND tỉnh hằng tháng
    _rule("report_each", rf"{_EACH} {_UNIT}\b(?=~[.,;()]|~$)", _recurring, _S.EVERY, _after(_REPORTS)),
    # trong vòng 10 ngày kể từ ngày 01/9/2021; chậm nhất 05 ngày làm việc sau khi nhận hồ sơ
    _rule(
        "counted_from",
        r"(?:(?:trong|sau)(?: (?:vòng|thời hạn|thời gian))?|thời hạn|trước|tối đa|"
        + _LATEST
        + _LINK
        + r"(?:sau )?)~(?P<count>\d{1,3})"
        r"(?:~\((?:\w+~){1,3}\))? (?P<span_unit>ngày làm việc|ngày|tuần|tháng)~,?~"
        r"(?:(?:kể|tính) từ|từ|sau|kể từ sau)(?: khi)? (?:(?:ngày )?" + _DAY + rf"|(?P<anchor>\w{_REST}))",
        _counted,
        _S.DAY,
    ),
    # chậm nhất 05 ngày trước kỳ họp
    _rule(
        "counted_before",
        rf"(?:trước |{_LATEST}{_LINK})?\d{{1,3}} (?:ngày làm việc|ngày|tuần|tháng) trước (?P<event>(?:khi )?\w{_REST})",
        _event,
        _S.EVENT,
    ),
    # trong vòng 10 ngày (from when is not said)
    _rule(
        "counted",
        r"(?:(?:trong|sau) (?:vòng|thời hạn|thời gian)|" + _LATEST + _LINK + r")~(?P<count>\d{1,3})"
        r"(?:~\((?:\w+~){1,3}\))? (?P<span_unit>ngày làm việc|ngày|tuần)(?! (?:qua|đầu|cuối|gần|trước|vừa))"
        r"(?P<day>)(?P<anchor>)",
        _counted,
        _S.DAY,
    ),
    # thực hiện từ ngày 10/9 đến hết ngày 20/9/2021
    _rule(
        "day_range",
        r"từ (?:ngày )?(?P<from_day>\d{1,2})(?:~/~(?P<from_month>\d{1,2})(?:~/~(?P<from_year>\d{4}))?)?"
        r"(?: đến |~-~)(?:hết )?(?:ngày )?" + _DAY,
        _day_range,
        _S.UNTIL,
        _after(_RUNS),
    ),
    # chậm nhất 17 giờ ngày 15/9; hạn cuối: 15/9/2021
    _rule("latest_hour", rf"{_LATEST}{_LINK}{_HOURS}{_TO_DAY}{_DAY}", _day, _S.DAY),
    _rule("latest_day", rf"{_LATEST}{_LINK}{_TO_DAY}{_DAY}", _day, _S.DAY),
    _rule("latest_month", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_MONTH}", _month_end, _S.DAY),
    _rule("latest_quarter", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_QUARTER}", _quarter_end, _S.DAY),
    _rule("latest_year", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_YEAR_END}", _year_end, _S.DAY),
    # trước 15h00 ngày 15/6/2026
    _rule("before_hour", rf"trước {_HOURS}{_TO_DAY}{_DAY}", _day, _S.DAY),
    # trước ngày 15/9/2021; trước 15/9
    _rule("before_day", rf"trước {_TO_DAY}{_DAY}", _day, _S.DAY),
    # trước ngày 25 tháng này; trước ngày 25
    _rule("before_day_only", r"trước ngày (?P<day>\d{1,2})(?: tháng này|(?=~[.,;)]|~$))", _day_of_session, _S.DAY),
    # 17 giờ ngày 15/9/2021, after a word of completion
    _rule("at_hour", rf"{_HOURS}{_TO_DAY}{_DAY}", _day, _S.UNTIL, completes),
    _rule("before_month", rf"trước {_MONTH}", _before_month, _S.DAY),
    _rule("before_quarter_end", rf"trước (?:cuối|hết) {_QUARTER}", _quarter_end, _S.DAY),
    _rule("before_year", r"trước năm (?P<year>(?:19|20)\d\d)(?![\d/-])", _before_year, _S.DAY),
    # trước kỳ họp HĐND tỉnh cuối năm; trước mùa mưa năm 2026
    _rule("before_event", rf"trước (?P<event>{_EVENT}\b{_REST})", _event, _S.EVENT),
    # đến hết ngày 30/9/2021; đến 30/5/2026 phải bàn giao
    _rule("until_hour", rf"đến (?:hết )?{_HOURS}{_TO_DAY}{_DAY}", _day, _S.UNTIL, obliges),
    _rule("until_day", rf"(?:đến hết|đến|hết) {_TO_DAY}{_DAY}", _day, _S.UNTIL, obliges),
    _rule("in_day", rf"trong ngày {_DAY}", _whole_day, _S.MONTH, told),
    # báo cáo vào ngày 15/9/2021
    _rule("on_day", rf"vào {_TO_DAY}{_DAY}", _day, _S.UNTIL, _after(_HANDED)),
    # thời hạn: ngày 15/9/2021; thời gian hoàn thành 15/9/2021
    _rule("labelled_day", rf"ngày {_DAY}", _day, _S.UNTIL, _after(_LABEL)),
    # thượng tuần tháng 9; 10 ngày đầu tháng 9
    _rule(
        "decade",
        rf"(?:trong )?(?:(?P<decade>thượng|trung|hạ) tuần|10 ngày {_PART}) (?:của )?{_MONTH}",
        _decade,
        _S.MONTH,
        told,
    ),
    # trong tuần thứ hai tháng 6
    _rule(
        "week_of_month",
        rf"(?:trong )?tuần (?:thứ )?(?P<week>nhất|hai|ba|tư|đầu|cuối|0?[1-4])(?: tiên)? (?:của )?{_MONTH}",
        _week,
        _S.MONTH,
        told,
    ),
    # cuối tháng 9; đầu tháng 10 năm 2021
    _rule("month_part", rf"{_PART} {_MONTH}", _month_part, _S.MONTH, told),
    # hết tháng 9; đến hết tháng 9
    _rule("month_end", rf"(?:đến )?hết {_MONTH}", _month_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("until_month", rf"đến {_MONTH}", _month_end, _S.UNTIL | _S.MONTH, told, obliges),
    # trong tháng 9/2021
    _rule("in_month", rf"trong (?:các )?{_MONTH}", _month, _S.MONTH, told),
    _rule("in_this_month", r"trong tháng(?: này|(?=~[.;)]|~$))", _session_month, _S.MONTH, told, completes),
    _rule("quarter_part", rf"{_PART} {_QUARTER}", _quarter_part, _S.MONTH, told),
    _rule("quarter_end", rf"(?:đến )?hết {_QUARTER}", _quarter_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("until_quarter", rf"đến {_QUARTER}", _quarter_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("in_quarter", rf"trong (?:các )?{_QUARTER}", _quarter, _S.MONTH, told),
    # thời hạn hoàn thành: tháng 6/2026; hoàn thành tháng 6; tiến độ: quý III/2026; thời gian hoàn thành: năm 2026
    _rule("labelled_month", rf"{_HEAD}{_MONTH}", _month, _S.MONTH),
    _rule("labelled_quarter", rf"{_HEAD}{_QUARTER}", _quarter, _S.MONTH),
    _rule("labelled_year", rf"{_HEAD_STRICT}{_IN_YEAR}", _year, _S.YEAR),
    # hoàn thành trong 6 tháng cuối năm 2026
    _rule(
        "half_year",
        rf"trong (?:0?6|sáu) tháng (?P<part>đầu|cuối) {_IN_YEAR}",
        _half_year,
        _S.YEAR,
        _after(re.compile(r"\b(?:hoàn thành|xong|trình|ban hành|phê duyệt)\b[^,.;]*$")),
    ),
    # đến cuối năm 2021, trước cuối năm
    _rule("until_year_part", rf"(?:đến|trước) cuối {_YEAR_END}", _year_end, _S.UNTIL | _S.YEAR, told, completes),
    # hoàn thành vào cuối năm 2021
    _rule("year_part", rf"{_PART} {_YEAR_END}", _year_part, _S.YEAR, _after(_AT), told, completes),
    # thu ngân sách hết năm 2021 đạt …; đến hết năm 2026 hoàn thành
    _rule("year_end", rf"(?:đến )?hết {_YEAR_END}", _year_end, _S.UNTIL | _S.YEAR, obliges),
    # phấn đấu đến năm 2026 hoàn thành
    _rule("until_year", rf"đến {_IN_YEAR}", _year_end, _S.UNTIL | _S.YEAR, _after(_STRIVES), obliges),
    # hoàn thành trong năm 2026
    _rule("in_year", rf"trong {_IN_YEAR}", _year, _S.YEAR, told, completes),
)


# ---------------------------------------------------------------- finding

#: The words that a phrase can begin with, by first letter. Nearly all of a text is left here, before any rule is tried.
_BEGINS = re.compile(
    _spell(
        r"\b(?:"
        r"t(?:rước |rong (?:các )?(?:tháng|qu[ýíy]|năm|ngày|vòng|thời|\d|thượng|trung|hạ|tuần|sáu)"
        r"|hời (?:hạn|gian) |iến độ(?: |:)|ối đa|hứ |uần (?:thứ|đầu|cuối|\d)"
        r"|ừ (?:ngày|\d)|(?:hượng|rung) tuần)"
        r"|đ(?:ến (?:\d|ngày|hết|thứ|tháng|qu[ýíy]|năm|cuối)|ầu (?:tháng|qu[ýíy]|năm|hằng|hàng|mỗi)|ịnh kỳ)"
        r"|c(?:hậm nhất|uối (?:tháng|qu[ýíy]|năm|hằng|hàng|mỗi)|hủ nhật)"
        r"|h(?:oàn thành~:?~(?:vào )?(?:tháng|qu[ýíy]) |ết (?:\d|ngày|thứ|tháng|qu[ýíy]|năm)|ạn c|ạ tuần"
        r"|[àằ]ng (?:tuần|tháng|quý|năm|ngày)|ai )"
        r"|m(?:uộn nhất|ỗi |ột )|không (?:muộn|chậm|quá)|s(?:au (?:vòng|thời|\d)|áu )|ba |vào |ngày (?:\d|thứ|chủ)"
        r"|giữa (?:tháng|qu[ýíy]|năm)|\d{1,3}~(?:g|h|:\d|ngày|tuần|tháng|quý|năm|lần))"
    )
)
_NAMED = re.compile(r"\(\?P<\w+>")
#: All patterns in one: which rule is the first to match at a place?
_ANY = re.compile("|".join(f"({_NAMED.sub('(?:', rule.pattern.pattern)})" for rule in RULES))


def find_deadlines(text: str, *, month: str | None = None, held_on: date | None = None) -> tuple[Deadline, ...]:
    """The deadlines that `text` (NFC) sets, in order; spans count from its first character.

    `month` (`YYYY-MM`) is the session's month as its title names it, `held_on` the day of the
    meeting: what a date without a year leans on. Without either such a date stays open. A text
    without any deadline, or of any other kind, gives an empty tuple; nothing is raised.
    """
    lowered = _lower(text)
    session = Session.of(month, held_on)
    found = (
        _deadline(text, _start(match), match.end(), rule, rule.resolve(match, session, text))
        for rule, match in _matches(lowered)
    )
    earliest = (session.year or 0) - OUT_OF_REACH
    return tuple(deadline for deadline in found if deadline.due is None or deadline.due.year >= earliest)


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _matches(lowered: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    """Matches that count, none inside another; inside one that only lacks something the search goes on."""
    position = 0
    while begin := _BEGINS.search(lowered, position):
        position = begin.start() + 1
        hit = _ANY.match(lowered, begin.start())
        if hit is None:
            continue
        rule = RULES[(hit.lastindex or 1) - 1]
        match = rule.pattern.match(lowered, hit.start())
        place = Place(lowered, _start(match) if match else hit.start(), hit.end())
        if not survives(place, rule.strength):
            position = hit.end()
        elif match and all(need(place) for need in rule.needs):
            yield rule, match
            position = hit.end()


def _start(match: re.Match[str]) -> int:
    """Where the time expression begins: behind the label (`thời hạn:`), where the rule has one."""
    return match.end("lead") if "lead" in match.re.groupindex else match.start()


def _deadline(text: str, start: int, end: int, rule: Rule, meaning: Meaning) -> Deadline:
    end = start + len(text[start:end].rstrip())
    days_ = meaning.range
    return Deadline(
        text=text[start:end],
        span=Span(start, end),
        rule=rule.name,
        due=days_.due,
        from_=days_.from_ if days_.due else None,
        event=meaning.event,
        every=meaning.every,
        on=meaning.on,
        inferred=days_.inferred,
        vague=days_.vague,
    )


# ---------------------------------------------------------------- tables of tasks

#: A cell under `Thời gian thực hiện/hoàn thành` holds the bare time; these come after `RULES`.
CELL_RULES: tuple[Rule, ...] = (
    _rule(
        "cell_always",
        r"(?:thường xuyên|liên tục)(?:~,?~(?:hằng|hàng) năm)?",
        lambda m, s, t: Meaning(every="always"),
        _S.EVERY,
    ),
    _rule("cell_every", rf"{_EACH} {_UNIT}", _recurring, _S.EVERY),
    _rule("cell_years", r"(?:giai đoạn )?(?P<from_year>20\d\d)~[-–]~(?P<year>20\d\d)", _year_span, _S.YEAR),
    _rule("cell_day", rf"(?:trước |đến |hết )*(?:ngày )?{_DAY}", _day, _S.DAY),
    _rule("cell_month", rf"(?:trong )?{_MONTH}", _month, _S.MONTH),
    _rule("cell_quarter", rf"(?:trong )?{_QUARTER}", _quarter, _S.MONTH),
    _rule("cell_year", r"(?:trong )?(?:năm )?(?P<year>20\d\d)(?![\d/-])", _year, _S.YEAR),
)


def read_due_cell(text: str, *, month: str | None = None, held_on: date | None = None) -> tuple[Deadline, ...]:
    """The deadlines of a cell that holds nothing but a time: `Tháng 8/2024`, `Thường xuyên`, `2024 - 2030`.

    Here a bare month or year counts, because the column's heading says what it is. A cell of
    whole sentences is read as `find_deadlines` reads it.
    """
    lowered, session = _lower(text), Session.of(month, held_on)
    found: list[Deadline] = []
    position = 0
    while position < len(lowered):
        hit = next((h for rule in (*RULES, *CELL_RULES) if (h := _at(rule, lowered, position))), None)
        if hit is None:
            position = _next_word(lowered, position)
            continue
        rule, match = hit
        found.append(_deadline(text, _start(match), match.end(), rule, rule.resolve(match, session, text)))
        position = match.end()
    return tuple(found)


def _at(rule: Rule, lowered: str, position: int) -> tuple[Rule, re.Match[str]] | None:
    match = rule.pattern.match(lowered, position)
    return (rule, match) if match else None


def _next_word(lowered: str, position: int) -> int:
    found = _WORD.search(lowered, position)
    return found.end() if found else len(lowered)


_WORD = re.compile(r"\w+\W*|\W+")


# ---------------------------------------------------------------- what to look at

#: A year this far before the session's is no slip of the pen: `đất sử dụng ổn định từ trước ngày 01/7/2014`.
OUT_OF_REACH = 3
#: A due day this many days before the meeting is a slip of the pen or a date of something else.
LONG_PAST = 62


def problems(deadlines: Iterable[Deadline], *, held_on: date | None = None) -> tuple[Problem, ...]:
    """What an archivist should look at: days that do not exist, days gone by at the meeting, terms without a start."""
    return tuple(problem for deadline in deadlines for problem in _problem(deadline, held_on))


def _problem(deadline: Deadline, held_on: date | None) -> Iterator[Problem]:
    if deadline.due is None and deadline.event is None and deadline.every is None:
        code, message = _OPEN.get(deadline.rule, _OPEN[""])
        yield Problem(code, message.format(deadline.text), Severity.WARNING, deadline.span)
    elif deadline.due and held_on and (held_on - deadline.due).days > 0:
        severity = Severity.WARNING if (held_on - deadline.due).days > LONG_PAST else Severity.NOTE
        message = f"Thời hạn “{deadline.text}” đã qua vào ngày họp {held_on:%d/%m/%Y}; đề nghị đối chiếu bản gốc."
        yield Problem("deadline_past", message, severity, deadline.span)


_OPEN = {
    "counted": ("deadline_open", "Thời hạn “{}” không ghi tính từ ngày nào; đề nghị đối chiếu bản gốc."),
    "": ("deadline_unreadable", "Không xác định được ngày của thời hạn “{}”; đề nghị đối chiếu bản gốc."),
}
