"""Which days does a Vietnamese time phrase mean? Calendar only: no text is read here.

The early, middle and late parts of a month, quarter or year follow office usage (days
1-10, 11-20, 21-end; first, second, third month; January-March, June-July,
October-December) and not the single days of the Civil Code 2015, article 146.
Counting in days follows articles 147 and 148: the first day is not counted.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

#: A month or quarter printed without a year is taken from the next year where it would
#: otherwise lie more than this many months before the session.
MONTHS_BACK = 6

#: Public holidays with a fixed date (Labour Code 2019, article 112): month, day. The lunar ones move.
FIXED_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})


@dataclass(frozen=True, slots=True)
class Range:
    """First and last day of a phrase; what was concluded and not printed; whether its ends are a custom."""

    from_: date | None = None
    due: date | None = None
    inferred: tuple[str, ...] = ()
    vague: bool = False

    def ending(self) -> Range:
        """The same end without a beginning (`hết tháng 9`)."""
        return Range(None, self.due, self.inferred, self.vague)


@dataclass(frozen=True, slots=True)
class Session:
    """What a phrase without a year leans on: year and month of the session, or of the day it was held on.

    `issued` is the day of the notice, from which terms such as `10 ngày kể từ ngày ký Thông báo này` are counted.
    """

    year: int | None = None
    month: int | None = None
    held_on: date | None = None
    issued: date | None = None

    @classmethod
    def of(cls, month: str | None, held_on: date | None, issued: date | None = None) -> Session:
        """`month` is `YYYY-MM` as the title names it; without it the day of the meeting serves."""
        if month and len(month) >= 7 and month[:4].isdigit() and month[5:7].isdigit():
            return cls(int(month[:4]), int(month[5:7]), held_on, issued)
        return cls(held_on.year, held_on.month, held_on, issued) if held_on else cls(issued=issued)

    def year_of(self, month: int) -> int | None:
        """The year of a month printed without one; None where the session is unknown."""
        if self.year is None or self.month is None:
            return None
        return self.year + 1 if self.month - month > MONTHS_BACK else self.year


#: no session is known
UNKNOWN = Session()


def whole_day(printed: str | None) -> date | None:
    """The day of a date in ISO form; None where only its month or year is known, or nothing."""
    return date.fromisoformat(printed) if printed and len(printed) == 10 else None


def safe_day(year: int | None, month: int | None, day: int | None) -> date | None:
    """The day, or None where the calendar has none such (31/9) or a part is unknown."""
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def last_day(year: int | None, month: int) -> date | None:
    """The last day of a month, or None where there is no such month."""
    if year is None or not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def months(year: int | None, first: int, last: int, inferred: tuple[str, ...] = (), *, vague: bool = False) -> Range:
    """From the first day of the month `first` to the last day of the month `last` of one year."""
    return Range(safe_day(year, first, 1), last_day(year, last), inferred, vague)


def days(year: int | None, month: int, part: str, inferred: tuple[str, ...] = (), *, vague: bool = True) -> Range:
    """A third of a month: `đầu` 1-10, `giữa` 11-20, `cuối` 21-end."""
    first, last = {"đầu": (1, 10), "giữa": (11, 20), "cuối": (21, 0)}[part]
    end = safe_day(year, month, last) if last else last_day(year, month)
    return Range(safe_day(year, month, first), end, inferred, vague)


def week(year: int | None, month: int, number: int, inferred: tuple[str, ...] = ()) -> Range:
    """The days 1-7, 8-14, 15-21, 22-28 of a month; number 5 is its last seven days."""
    end = last_day(year, month)
    if end is None:
        return Range(None, None, inferred, True)
    last = end.day if number == 5 else 7 * number
    return Range(end.replace(day=last - 6), end.replace(day=last), inferred, True)


def year_part(year: int | None, part: str, inferred: tuple[str, ...] = ()) -> Range:
    """`đầu năm` January-March, `giữa năm` June-July, `cuối năm` October-December."""
    first, last = {"đầu": (1, 3), "giữa": (6, 7), "cuối": (10, 12)}[part]
    return months(year, first, last, inferred, vague=True)


def after(anchor: date, count: int, unit: str) -> date | None:
    """`count` days, working days, weeks or months after `anchor`, the anchor itself not counted."""
    try:
        if unit == "tháng":
            year, month = divmod(anchor.year * 12 + anchor.month - 1 + count, 12)
            end = last_day(year, month + 1)
            return end and min(end, end.replace(day=min(anchor.day, end.day)))
        if unit == "ngày làm việc":
            return _working_days_after(anchor, count)
        return anchor + timedelta(days=count * (7 if unit == "tuần" else 1))
    except (OverflowError, ValueError):
        return None


def _working_days_after(day: date, count: int) -> date:
    """Saturdays, Sundays and the holidays of fixed date are skipped; the lunar ones are not known here."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS:
            count -= 1
    return day
