"""What must be done with whom and by when, under one unit? From its own words, its cells and what is handed down.

Cells are those of a table's row, or what labels say of a unit (`Đơn vị chủ trì: Sở A`). Who leads there leads,
whatever agency the text names besides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from msgspec.structs import replace

from extractors import days
from extractors.agencies import find_agencies
from extractors.assignments import Part
from extractors.deadlines import read_due_cell
from extractors.labels import Cell, Role
from extractors.model import AgencyMention, Assignment, Deadline, SourceText, Span, Value
from extractors.passages import Passage, sentence_begin


class Given(Value, frozen=True):
    """What the cells of a unit say; spans are those of the source text."""

    lead: tuple[AgencyMention, ...] = ()
    coordinating: tuple[AgencyMention, ...] = ()
    report_to: tuple[AgencyMention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


class Inherited(Value, frozen=True):
    """What the lead-ins above a unit hand down to it."""

    lead: tuple[AgencyMention, ...] = ()
    coordinating: tuple[AgencyMention, ...] = ()
    report_to: tuple[AgencyMention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    context: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    section: str | None = None
    item: str | None = None
    assesses: bool = False

    def with_given(self, given: Given) -> Inherited:
        """This, and over it what the cells of a unit say to those below it."""
        below = replace(
            self,
            coordinating=given.coordinating or (() if given.lead else self.coordinating),
            report_to=given.report_to or (() if given.lead else self.report_to),
            deadlines=given.deadlines or self.deadlines,
        )
        return replace(below, lead=given.lead) if given.lead else below


class Places:
    """Where findings of a passage stand in the source text: on which page, from which character on."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._starts = [p.span.start for p in source.paragraphs]

    def span(self, start: int, end: int) -> Span:
        """The span with the page that it begins on."""
        index = bisect_right(self._starts, start) - 1
        page = self._source.paragraphs[max(index, 0)].span.page if self._source.paragraphs else 1
        return Span(start, end, page)

    def shifted(self, span: Span, offset: int) -> Span:
        """The `span` of a passage that begins at character `offset`."""
        return self.span(span.start + offset, span.end + offset)

    def deadlines(self, deadlines: Iterable[Deadline], offset: int) -> tuple[Deadline, ...]:
        """The `deadlines` of a passage that begins at character `offset`."""
        return tuple(replace(d, span=self.shifted(d.span, offset)) for d in deadlines)

    def mentions(self, mentions: Iterable[AgencyMention], offset: int) -> tuple[AgencyMention, ...]:
        """The `mentions` of a passage that begins at character `offset`."""
        return tuple(replace(m, span=self.shifted(m.span, offset)) for m in mentions)


class CellReader:
    """Reads the cells of units, for one notice."""

    def __init__(self, session: days.Session) -> None:
        self._session = session

    def __call__(self, cells: Iterable[Cell]) -> Given:
        """What `cells` say; a cell of who leads may name who helps as well (`Sở A; phối hợp: Sở B`)."""
        lead: list[AgencyMention] = []
        partners: list[AgencyMention] = []
        reports: list[AgencyMention] = []
        deadlines: list[Deadline] = []
        for cell in cells:
            if cell.role is Role.DUE:
                deadlines += self._due(cell)
            elif cell.role is Role.LEAD:
                leads, helpers = _split(cell)
                lead += _bodies(leads)
                partners += _bodies(helpers) if helpers else []
            elif cell.role is Role.COORDINATING:
                partners += _bodies(cell)
            elif cell.role is Role.REPORT:
                reports += _bodies(cell)
        return Given(_merged([lead]), _merged([partners]), _merged([reports]), tuple(deadlines))

    def _due(self, cell: Cell) -> Iterable[Deadline]:
        for found in read_due_cell(cell.text, self._session):
            span = Span(found.span.start + cell.start, found.span.end + cell.start, cell.page)
            yield replace(found, span=span)


_HELPS = re.compile(r"[,;.]?\s*\(?(?:và\s+)?[pP]hối hợp(?:\s+với)?\s*:?\s*")
_PIECES = re.compile(r"[^;\n]+")
_LABEL = re.compile(r"\s*(?:[-+*]\s*)?(?:[cC]hủ trì|[cC]ơ quan chủ trì|[đĐ]ơn vị chủ trì)\s*:\s*")


def _split(cell: Cell) -> tuple[Cell, Cell | None]:
    label = _LABEL.match(cell.text)
    begin = label.end() if label else 0
    cut = _HELPS.search(cell.text, begin)
    if cut is None or not cell.text[cut.end() :].strip():
        return replace(cell, text=cell.text[begin:], start=cell.start + begin), None
    leads = replace(cell, text=cell.text[begin : cut.start()], start=cell.start + begin)
    return leads, replace(cell, text=cell.text[cut.end() :], start=cell.start + cut.end())


def _bodies(cell: Cell) -> list[AgencyMention]:
    """The agencies that a cell names; words in which none is known are kept as printed."""
    found = find_agencies(cell.text)
    limits = (*(m.span.start for m in found[1:]), len(cell.text))
    out = [_whole(cell, mention, limit) for mention, limit in zip(found, limits, strict=False)]
    for piece in _PIECES.finditer(cell.text):
        text = piece.group().strip(" -+*.,()")
        known = any(m.span.start < piece.end() and m.span.end > piece.start() for m in found)
        if not known and (text[:1].isupper() or (text and not found)):
            start = cell.text.index(text, piece.start())
            out.append(AgencyMention(text, text, _at(cell, start, start + len(text))))
    return sorted(out, key=lambda m: m.span.start)


def _whole(cell: Cell, mention: AgencyMention, limit: int) -> AgencyMention:
    """A collective of a cell goes on to the end of its piece: no verb follows it (`các tổ chức khai thác cát`)."""
    end = mention.span.end
    rest = _REST.match(cell.text, end, limit)
    if mention.agency is None and mention.name[0].islower() and rest:
        more = _DANGLING.sub("", rest.group())
        return AgencyMention(mention.name + more, mention.text + more, _at(cell, mention.span.start, end + len(more)))
    return replace(mention, span=_at(cell, mention.span.start, end))


_DANGLING = re.compile(r"(?:\s*,|\s+và)*\s*$")
_REST = re.compile(r",? [^\W\d_A-ZĐ][^;\n.()]*(?=[;\n.(]|$)")


def _at(cell: Cell, start: int, end: int) -> Span:
    return Span(cell.start + start, cell.start + end, cell.page)


def assign(
    passage: Passage, inherited: Inherited, given: Given, places: Places, offset: int
) -> tuple[tuple[Assignment, ...], tuple[Deadline, ...]]:
    """The assignments of a leaf whose passage begins at character `offset`, and its deadlines."""
    if given == Given():
        return _assign(passage, inherited, places, offset)
    if not given.lead:
        assignments, deadlines = _assign(passage, inherited.with_given(given), places, offset)
        assignments = tuple(
            replace(
                a,
                coordinating=given.coordinating or a.coordinating,
                report_to=_merged([a.report_to, given.report_to]),
                deadlines=_also(given.deadlines, a.deadlines),
            )
            for a in assignments
        )
        return assignments, _also(given.deadlines, deadlines)
    own = tuple(replace(d, for_=()) for d in places.deadlines(passage.deadlines, offset))
    deadlines = _also(given.deadlines, own) or inherited.deadlines
    partners = given.coordinating or places.mentions(_merged(p.coordinating for p in passage.parts), offset)
    reports = places.mentions(_merged(p.report_to for p in passage.parts), offset)
    leads = {m.name for m in given.lead}
    partners = tuple(m for m in partners if m.name not in leads)
    return (Assignment(given.lead, partners, _merged([given.report_to, reports]), deadlines),), deadlines


def _also(given: tuple[Deadline, ...], own: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """The deadlines of the cells, and those of the text that say another day."""
    said = {(d.due, d.every, d.event) for d in given}
    return (*given, *(d for d in own if (d.due, d.every, d.event) not in said))


def _assign(
    passage: Passage, inherited: Inherited, places: Places, offset: int
) -> tuple[tuple[Assignment, ...], tuple[Deadline, ...]]:
    """Assignments of a leaf: one a part; deadlines go to the part they stand in, inherited ones to all."""
    parts = [p for p in passage.parts if p.lead and not (inherited.lead and _is_aside(passage, p, inherited))]
    own = places.deadlines(passage.deadlines, offset)
    if not parts:
        partners = _merged(p.coordinating for p in passage.parts)
        reports = _merged(p.report_to for p in passage.parts)
        deadlines = own or inherited.deadlines
        assignment = Assignment(
            inherited.lead,
            places.mentions(partners, offset) or inherited.coordinating,
            places.mentions(reports, offset) or inherited.report_to,
            deadlines,
        )
        useful = assignment.lead or assignment.coordinating or assignment.report_to or deadlines
        return ((assignment,) if useful else ()), deadlines
    bound = _bind(passage, parts)
    everyone = {m.name for p in parts for m in p.lead}
    assignments: list[Assignment] = []
    deadlines_all: list[Deadline] = []
    for index, part in enumerate(parts):
        names = tuple(dict.fromkeys(m.name for m in part.lead))
        mine = tuple(
            replace(d, for_=() if set(names) == everyone or bound[i] is None else names)
            for i, d in enumerate(own)
            if bound[i] is None or bound[i] == index
        )
        deadlines_all += [d for d in mine if d not in deadlines_all]
        stated = mine or (inherited.deadlines if not own else ())
        before = [p for p in passage.parts if not p.lead and p.start < part.start] if index == 0 else []
        assignments.append(
            Assignment(
                places.mentions(part.lead, offset),
                places.mentions(_merged([*(p.coordinating for p in before), part.coordinating]), offset),
                places.mentions(_merged([*(p.report_to for p in before), part.report_to]), offset),
                stated,
            )
        )
    ordered = tuple(sorted(deadlines_all, key=lambda d: d.span.start))
    return tuple(assignments), ordered or inherited.deadlines


def _is_aside(passage: Passage, part: Part, inherited: Inherited) -> bool:
    """Does a part leave the task with those above it: named in passing, or a demand that they are to make?

    `Sở A:` / `- Yêu cầu các đơn vị lắp trạm cân`: it is Sở A that demands.
    """
    if part.by:
        return True
    demands = part.orders and _DEMANDS.match(passage.masked, part.start)
    return (
        bool(demands)
        and all(m.agency is None and m.name[0].islower() for m in part.lead)
        and all(m.name[0].isupper() for m in inherited.lead)
    )


_DEMANDS = re.compile(r"(?:yêu cầu|đề nghị)(?!\w)")


def _merged(groups: Iterable[Iterable[AgencyMention]]) -> tuple[AgencyMention, ...]:
    seen: dict[str, AgencyMention] = {}
    for group in groups:
        for mention in group:
            seen.setdefault(mention.name, mention)
    return tuple(seen.values())


def _bind(passage: Passage, parts: list[Part]) -> list[int | None]:
    """For each deadline the part that it binds; None for a last sentence (`Hoàn thành trước …`), which binds all."""
    bound: list[int | None] = []
    for deadline in passage.deadlines:
        index = max((i for i, p in enumerate(parts) if p.start <= deadline.span.start), default=0)
        sentence = sentence_begin(passage.text, deadline.span.start)
        trailing = (
            sentence > 0
            and sentence >= parts[-1].start
            and _COMPLETES.match(passage.text, sentence)
            and index == len(parts) - 1
        )
        bound.append(None if trailing and sentence > parts[-1].start else index)
    return bound


_COMPLETES = re.compile(r"(?:Hoàn thành|Thời gian|Thời hạn|Xong|Hạn|Tất cả)(?!\w)")
