"""By when must a told thing be done? `find_deadlines` for a sentence, `read_due_cell` for a table's cell.

The phrases are the table of `extractors.phrases`, their meaning in days is
`extractors.meaning`. Finding dates is the small part: a notice is full of
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
from collections.abc import Iterable, Iterator
from datetime import date

from extractors.days import UNKNOWN, Session
from extractors.meaning import Meaning
from extractors.model import Deadline, Problem, Severity, Span
from extractors.phrases import CELL_RULES, RULES, Rule, spell
from extractors.reading import Place, Strength, survives

#: The words that a phrase can begin with, by first letter. Nearly all of a text is left here, before any rule is tried.
_BEGINS = re.compile(
    spell(
        r"\b(?:"
        r"t(?:rước |rễ nhất|rong (?:các )?(?:tháng|qu[ýíy]|năm|ngày|vòng|thời|\d|thượng|trung|hạ|tuần|sáu)"
        r"|hời (?:hạn|gian)(?: |:)|iến độ(?: |:)|ối đa|hứ |uần (?:thứ|đầu|cuối|\d)"
        r"|ừ (?:ngày|nay|đầu tháng|tháng|\d)|(?:hượng|rung) tuần)"
        r"|đ(?:ến (?:\d|ngày|hết|thứ|tháng|qu[ýíy]|năm|cuối)|ầu (?:tháng|qu[ýíy]|năm|hằng|hàng|mỗi)|ịnh kỳ)"
        r"|c(?:hậm nhất|uối (?:tháng|qu[ýíy]|năm|hằng|hàng|mỗi)|hủ nhật)"
        r"|h(?:oàn thành~:?~(?:vào )?(?:tháng|qu[ýíy]) |ết (?:\d|ngày|thứ|tháng|qu[ýíy]|năm)|ạn c|ạ tuần"
        r"|[àằ]ng (?:tuần|tháng|quý|năm|ngày)|ai )"
        r"|m(?:uộn nhất|ỗi |ột )|không (?:muộn|chậm|trễ|quá|để quá)|s(?:au (?:vòng|thời|\d)|áu )"
        r"|ba |vào |ngày (?:\d|thứ|chủ)|giữa (?:tháng|qu[ýíy]|năm)|\d{1,3}~(?:g|h|:\d|ngày|tuần|tháng|quý|năm|lần))"
    )
)
_NAMED = re.compile(r"\(\?P<\w+>")
#: All patterns in one: which rule is the first to match at a place?
_ANY = re.compile("|".join(f"({_NAMED.sub('(?:', rule.pattern.pattern)})" for rule in RULES))


def find_deadlines(text: str, session: Session = UNKNOWN) -> tuple[Deadline, ...]:
    """The deadlines that `text` (NFC) sets, in order; spans count from its first character.

    `session` is what a date without a year and a term without a printed start lean on; where it does not know, such a
    date stays open. A text without any deadline, or of any other kind, gives an empty tuple; nothing is raised.
    """
    lowered = _lower(text)
    return tuple(
        deadline
        for rule, match in _matches(lowered)
        if not _over(
            deadline := _deadline(text, _start(match), match.end(), rule, rule.resolve(match, session, text)),
            rule,
            session,
        )
    )


def _over(deadline: Deadline, rule: Rule, session: Session) -> bool:
    """A month, quarter or year that was over at the meeting describes; so does a day of years ago."""
    if deadline.due is None:
        return False
    if deadline.due.year < (session.year or 0) - OUT_OF_REACH:
        return True
    return (
        session.held_on is not None
        and deadline.due < session.held_on
        and rule.strength in (Strength.MONTH, Strength.YEAR)
    )


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
    if text[end : end + 1] == ")" and "(" in text[start:end] and ")" not in text[start:end]:
        end += 1  # trước thứ Sáu (ngày 15/5/2026)
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


def read_due_cell(text: str, session: Session = UNKNOWN) -> tuple[Deadline, ...]:
    """The deadlines of a cell that holds nothing but a time: `Tháng 8/2024`, `Thường xuyên`, `2024 - 2030`.

    Here a bare month or year counts, because the column's heading says what it is. A cell of
    whole sentences is read as `find_deadlines` reads it.
    """
    lowered = _lower(text)
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
