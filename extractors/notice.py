"""From the extracted text to the notice: header, outline and conclusions put together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from extractors import citations, days, deadlines
from extractors.citations import with_law_years
from extractors.conclusions import BodyReader, Outcome
from extractors.errors import NotANotice
from extractors.header import Header, read_header
from extractors.model import Conclusion, Heading, Notice, Problem, Session, Severity, SourceText
from extractors.outline import build
from extractors.papers import paper, problems_of, session_of
from extractors.tables import annexed, with_rows
from extractors.zones import Zones, zones


def read_notice(source: SourceText) -> Notice:
    """The notice that `source` is, or another paper of an office, with its `type`.

    Raises `NotANotice` where nothing in it is of an office's paper.
    """
    cut = zones(source.paragraphs)
    kind = paper(cut)
    if kind is None:
        raise NotANotice("no kind, symbol, letterhead or signature of an office's paper")
    header = read_header(cut)
    session, counted_from = session_of(kind, header.session, header.issued)
    counted = days.Session.of(counted_from.month, days.whole_day(counted_from.held_on), days.whole_day(header.issued))
    outcome = _outcome(source, cut, counted) if kind.orders else Outcome([], [], [])
    conclusions = _with_law_years(outcome.conclusions)
    problems = (
        *source.problems,
        *problems_of(kind, header.problems),
        *_heading_months(outcome.sections, header),
        *(_nothing_found(conclusions, cut) if kind.orders else ()),
        *_doubtful(conclusions, session),
    )
    return Notice(
        issuer=header.issuer,
        place=header.place,
        number=header.number,
        symbol=header.symbol,
        issued=header.issued,
        title=header.title,
        session=session,
        chair=header.chair,
        signer=header.signer,
        agenda=header.agenda,
        attendees=header.attendees,
        recipients=header.recipients,
        sections=tuple(outcome.sections),
        items=tuple(outcome.items),
        conclusions=conclusions,
        problems=problems,
        type=kind.type,
    )


def _outcome(source: SourceText, cut: Zones, session: days.Session) -> Outcome:
    tree = build(with_rows(source, cut.body), annexed(source, (*cut.closing, *cut.tail)))
    last = cut.opening[-1] if cut.opening else None
    return BodyReader(source, session).read(tree, last.text if last else "", last.span.start if last else 0)


_MONTH = re.compile(r"trong tháng (\d{1,2})(?!\d)", re.I)


def _heading_months(sections: list[Heading], header: Header) -> list[Problem]:
    """A heading of tasks that names the month before the session's is likely a slip: say so, change nothing."""
    month = header.session.month
    problems = []
    for section in sections:
        match = _MONTH.search(section.title or "")
        if month and match and "nhiệm vụ" in (section.title or "").lower() and int(match[1]) == int(month[5:]) - 1:
            text = f"Tiêu đề mục {section.path} ghi “{match[0]}” nhưng đây là phiên họp tháng {month[5:]}/{month[:4]}."
            problems.append(Problem("heading_month", text, Severity.WARNING, section.span))
    return problems


def _with_law_years(conclusions: Sequence[Conclusion]) -> tuple[Conclusion, ...]:
    """A law that is cited without its year takes the year that the notice gives it elsewhere."""
    dated = with_law_years([c.citations for c in conclusions])
    return tuple(
        c if c.citations == found else replace(c, citations=found) for c, found in zip(conclusions, dated, strict=True)
    )


def _doubtful(conclusions: Sequence[Conclusion], session: Session) -> list[Problem]:
    """What the conclusions say that an archivist should look at: dates no calendar has, symbols misprinted."""
    day = days.whole_day(session.held_on)
    found: list[Problem] = []
    for conclusion in conclusions:
        found += deadlines.problems(conclusion.deadlines, held_on=day)
        found += citations.problems(conclusion.citations)
    return found


def _nothing_found(conclusions: Sequence[Conclusion], cut: Zones) -> list[Problem]:
    if conclusions or not cut.body:
        return []
    return [Problem("no_conclusion", "Không tách được kết luận nào từ phần nội dung.", Severity.WARNING)]
