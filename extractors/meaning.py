"""What does a time phrase mean in days? One function a kind of phrase, from the match of its rule.

Each takes the match of a rule's pattern (its named groups are the contract with
`extractors.phrases`), the session that a missing year leans on, and the text as printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors import days
from extractors.days import Range, Session

_NEVER = Range()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says: days, or an event, or a recurrence."""

    range: Range = _NEVER
    event: str | None = None
    every: str | None = None
    on: str | None = None


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_EVERY = {"ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}
_WEEKS = ("1", "đầu", "nhất", "2", "hai", "02", "3", "ba", "03", "4", "tư", "04", "cuối", "", "")
_NUMBER = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6}


#: the day that the notice bears: `ngày ký Thông báo này`; not the day on which somebody receives it
_OWN_DAY = re.compile(
    r"ngày\s+(?:ký|ban hành|phát hành|ra|có)(?:\s+ban hành)?\s+(?:thông báo|(?:văn bản|kết luận)\s+này)"
    r"(?:\s+kết luận)?(?:\s+này)?"
    r"|ngày\s+(?:thông báo|văn bản|kết luận)(?:\s+kết luận)?(?:\s+này)?\s+(?:được\s+)?(?:ký|ban hành|phát hành)"
    r"(?:\s+ban hành)?"
)


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


def day(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước ngày 15/9/2021 → due 15 September."""
    month = _number(match, "month", "month_d", "month_w") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(Range(None, days.safe_day(year, month, _number(match, "day")), inferred))


def whole_day(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong ngày 15/9 → from and due the same day."""
    found = day(match, session, text).range
    return Meaning(Range(found.due, found.due, found.inferred))


def day_of_session(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước ngày 25 → the 25th of the session's month, which is not printed."""
    return Meaning(Range(None, days.safe_day(session.year, session.month, _number(match, "day")), ("year", "month")))


def day_after_session(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước ngày 10 tháng sau → the 10th of the month after the session's."""
    year, month = session.year, session.month
    if year and month:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return Meaning(Range(None, days.safe_day(year, month, _number(match, "day")), ("year", "month")))


def day_range(match: re.Match[str], session: Session, text: str) -> Meaning:
    """từ ngày 10/9 đến ngày 20/9/2021 → both ends; the first borrows month and year from the second."""
    due = day(match, session, text).range
    month = _number(match, "from_month") or (due.due.month if due.due else None)
    year = _number(match, "from_year") or (due.due.year if due.due else None)
    if due.due and month and month > due.due.month and not match["from_year"]:
        year = due.due.year - 1
    return Meaning(Range(days.safe_day(year, month, _number(match, "from_day")), due.due, due.inferred))


def month_to_day(match: re.Match[str], session: Session, text: str) -> Meaning:
    """từ tháng 4 đến hết ngày 30/11/2026 → from 1 April, due 30 November."""
    return _from_month(match, day(match, session, text).range)


def month_to_month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """từ tháng 4 đến tháng 6/2026 → from 1 April, due 30 June."""
    return _from_month(match, month(match, session, text).range.ending())


def _from_month(match: re.Match[str], due: Range) -> Meaning:
    """The first month borrows its year from the end, and is of the year before where it comes later in the year."""
    first, year = _number(match, "from_month") or 0, _number(match, "from_year")
    if due.due and not year:
        year = due.due.year - (first > due.due.month)
    return Meaning(Range(days.safe_day(year, first, 1), due.due, due.inferred))


def month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong tháng 9/2021 → 1 to 30 September."""
    first = _number(match, "month") or 0
    year, inferred = _year_of(match, session, first)
    return Meaning(days.months(year, first, _number(match, "month2") or first, inferred))


def month_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết tháng 9 → due 30 September."""
    return Meaning(month(match, session, text).range.ending())


def before_month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước tháng 10/2021 → done by 30 September."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    year, month = (year and year - 1, 12) if month == 1 else (year, month - 1)
    return Meaning(Range(None, days.last_day(year, month), inferred))


def session_month(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong tháng này → the session's month."""
    return Meaning(days.months(session.year, session.month or 0, session.month or 0, ("year", "month")))


def month_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """đầu tháng 10 năm 2021 → 1 to 10 October."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(days.days(year, month, match["part"], inferred))


def decade(match: re.Match[str], session: Session, text: str) -> Meaning:
    """thượng tuần tháng 9 → 1 to 10 September, exactly."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    part = {"thượng": "đầu", "trung": "giữa", "hạ": "cuối"}.get(match["decade"]) or match["part"]
    return Meaning(days.days(year, month, part, inferred, vague=False))


def week(match: re.Match[str], session: Session, text: str) -> Meaning:
    """tuần 2 tháng 6 → 8 to 14 June; the last week, the last seven days."""
    month = _number(match, "month") or 0
    year, inferred = _year_of(match, session, month)
    return Meaning(days.week(year, month, _WEEKS.index(match["week"]) // 3 + 1, inferred))


def half_year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong 6 tháng cuối năm 2026 → 1 July to 31 December."""
    first = 1 if match["part"] == "đầu" else 7
    return Meaning(days.months(_stated_year(match), first, first + 5))


def _quarters(match: re.Match[str]) -> tuple[int, int]:
    first, last = (_ROMAN.get(q) or int(q) for q in (match["quarter"], match["quarter2"] or match["quarter"]))
    return first, last


def quarter(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong Quý IV/2021 → 1 October to 31 December."""
    first, last = _quarters(match)
    year, inferred = _year_of(match, session, 3 * first - 2)
    return Meaning(days.months(year, 3 * first - 2, 3 * last, inferred))


def quarter_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết quý III → due 30 September."""
    return Meaning(quarter(match, session, text).range.ending())


def quarter_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """đầu, giữa, cuối quý → its first, second, third month."""
    first, _ = _quarters(match)
    month = 3 * first - 2 + ("đầu", "giữa", "cuối").index(match["part"])
    year, inferred = _year_of(match, session, 3 * first - 2)
    return Meaning(days.months(year, month, month, inferred, vague=True))


def _year_or_session(match: re.Match[str], session: Session) -> tuple[int | None, tuple[str, ...]]:
    stated = _stated_year(match)
    return (stated, ()) if stated else (session.year, ("year",))


def year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong năm 2026 → 1 January to 31 December."""
    year, inferred = _year_or_session(match, session)
    return Meaning(days.months(year, 1, 12, inferred))


def year_end(match: re.Match[str], session: Session, text: str) -> Meaning:
    """hết năm 2021 → due 31 December."""
    return Meaning(year(match, session, text).range.ending())


def before_year(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước năm 2026 → due 31 December 2025."""
    year = _stated_year(match)
    return Meaning(Range(None, days.last_day(year and year - 1, 12)))


def year_part(match: re.Match[str], session: Session, text: str) -> Meaning:
    """cuối năm 2021 → October to December."""
    year, inferred = _year_or_session(match, session)
    return Meaning(days.year_part(year, match["part"], inferred))


def year_span(match: re.Match[str], session: Session, text: str) -> Meaning:
    """2024 - 2030 in a table's column of times."""
    first, last = int(match["from_year"]), int(match["year"])
    return Meaning(Range(days.safe_day(first, 1, 1), days.last_day(last, 12)))


def counted(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trong vòng 10 ngày kể từ ngày 01/9/2021 → due 11 September; so from the notice's day; or the event."""
    unit = re.sub(r"\s+", " ", match["span_unit"])
    of_notice = match["anchor"] and session.issued and _OWN_DAY.fullmatch(match["anchor"].strip())
    if match["day"] or of_notice:
        anchor = Range(None, session.issued, ("issued",)) if of_notice else day(match, session, text).range
        due = days.after(anchor.due, int(match["count"]), unit) if anchor.due else None
        return Meaning(Range(None, due, anchor.inferred + (("holidays",) if "làm việc" in unit else ())))
    if match["anchor"]:
        return Meaning(event=text[match.start("anchor") : match.end("anchor")].strip())
    return Meaning()


def event(match: re.Match[str], session: Session, text: str) -> Meaning:
    """trước kỳ họp HĐND tỉnh cuối năm 2026 → the event; its day is not known here."""
    return Meaning(event=text[match.start("event") : match.end("event")].strip())


def recurring(match: re.Match[str], session: Session, text: str) -> Meaning:
    """định kỳ ngày 20 hằng tháng → every month, on the 20th; 02 tuần/lần → every 2 weeks."""
    unit = _EVERY[match["unit"]]
    count = _group(match, "count")
    number = (_NUMBER.get(count) or int(count)) if count else 1
    every = f"{number} {unit}s" if number > 1 else unit
    found = match.groupdict()
    on = text[match.start("on") : match.end("on")] if found.get("on") else None
    return Meaning(every=every, on=on)


def always(match: re.Match[str], session: Session, text: str) -> Meaning:
    """Thường xuyên → no end and no rhythm."""
    return Meaning(every="always")
