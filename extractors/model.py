"""Every type that says what a notice holds.

The record follows the outline of the paper: a `Notice` has sections and items
(`Heading`) and, at the leaves of the outline, `Conclusion`s. All types are frozen;
all collections are tuples. Offsets count Unicode characters of the extracted text
(NFC), never bytes; pages count from 1; dates are days without a time zone.

A date printed in part stays in part: `"2021-09"` is September 2021, day unknown.
Fields named with a trailing underscore lose it in JSON (`from_` is `"from"`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

#: Version of the JSON form of `Notice`; raised whenever a reader of the old form would err.
SCHEMA_VERSION = 1

#: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: as much of a date as the paper prints.
PartialDate = str


class Kind(StrEnum):
    """What a conclusion does (`docs/record.md`)."""

    ASSESSMENT = "assessment"  # says how things are
    DIRECTIVE = "directive"  # somebody is told to do something
    DECISION = "decision"  # a position taken that tells nobody in particular to act


class Severity(StrEnum):
    """How much a `Problem` matters to an archivist."""

    NOTE = "note"  # worth knowing: a blank number in a draft
    WARNING = "warning"  # should be looked at: two dates disagree


class Value(msgspec.Struct, frozen=True, gc=False, rename=lambda name: name.rstrip("_")):
    """What all types here are: frozen, compared by what they hold; `msgspec.structs.replace` makes a changed copy."""


class Span(Value, frozen=True):
    """Where a finding stands: characters `start:end` of the extracted text, first page `page`."""

    start: int
    end: int
    page: int = 1

    def of(self, text: str) -> str:
        """The passage itself, cut from the extracted `text` that the span was made for."""
        return text[self.start : self.end]


class Problem(Value, frozen=True):
    """Something an archivist should be told; `code` is stable, `message` is Vietnamese."""

    code: str
    message: str
    severity: Severity = Severity.NOTE
    span: Span | None = None


class Person(Value, frozen=True):
    """A person named with a post (chức vụ)."""

    name: str
    position: str | None = None


class Signer(Value, frozen=True):
    """Who signed; `on_behalf_of` is the post after `TM.`, `KT.`, `TL.` or `TUQ.` (Decree 30/2020, Annex I)."""

    name: str | None
    position: str | None = None
    on_behalf_of: str | None = None


class Session(Value, frozen=True):
    """The meeting (phiên họp): `held_on` the day, `month` the `YYYY-MM` it is named for, `kind` as printed."""

    held_on: PartialDate | None
    month: PartialDate | None
    kind: str | None


class Heading(Value, frozen=True):
    """Title of a section or item; `title` is None where the item has text but no title."""

    path: str
    title: str | None
    span: Span


class AgencyMention(Value, frozen=True):
    """An agency (cơ quan) as the record names it, and as printed.

    `name` is the canonical name; a collective or an unknown agency is kept as printed.
    `agency` is the id in `vocabulary/agencies.yaml`, None for one that is not listed there.
    """

    name: str
    text: str
    span: Span
    agency: str | None = None


class Deadline(Value, frozen=True):
    """By when (thời hạn). `text` is the time expression as printed.

    `from_` and `due` are the first and the last day of the range; `due` is None where the
    end is an event (`event`) or where it recurs (`every`, e.g. `month`, with `on`, e.g. `05`).
    `for_` names the leads it binds; empty: all of them. `inferred` lists what was not
    printed but concluded (`year`, `month`); `vague` marks ranges such as `đầu tháng`.
    """

    text: str
    span: Span
    rule: str
    due: date | None = None
    from_: date | None = None
    for_: tuple[str, ...] = ()
    event: str | None = None
    every: str | None = None
    on: str | None = None
    inferred: tuple[str, ...] = ()
    vague: bool = False


class Citation(Value, frozen=True):
    """A cited document. `key` is canonical: `68/NQ-CP`, `09-NQ/TU`, `Luật Đất đai 2013`."""

    key: str
    text: str
    span: Span
    type: str | None = None  # tên loại: Nghị quyết, Kế hoạch …
    issued: PartialDate | None = None
    issuer: str | None = None


class Assignment(Value, frozen=True):
    """One agency group that is told to act: its leads, partners, reporting line and deadlines."""

    lead: tuple[AgencyMention, ...]
    coordinating: tuple[AgencyMention, ...] = ()
    report_to: tuple[AgencyMention, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


class Conclusion(Value, frozen=True):
    """A leaf of the outline (kết luận). `context` holds the lead-ins above it, outermost first."""

    path: str
    text: str
    kind: Kind
    span: Span
    context: tuple[str, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    citations: tuple[Citation, ...] = ()
    topics: tuple[str, ...] = ()
    section: str | None = None  # title of its section
    item: str | None = None  # title of its item

    @property
    def lead(self) -> tuple[AgencyMention, ...]:
        """All agencies told to act, in order of mention, each once."""
        return _once(m for a in self.assignments for m in a.lead)

    @property
    def coordinating(self) -> tuple[AgencyMention, ...]:
        """All agencies after `phối hợp với`, each once."""
        return _once(m for a in self.assignments for m in a.coordinating)

    @property
    def report_to(self) -> tuple[AgencyMention, ...]:
        """All bodies that a result goes to, each once."""
        return _once(m for a in self.assignments for m in a.report_to)


class Notice(Value, frozen=True):
    """A notice of conclusions (thông báo kết luận), as printed. What is blank on the paper is None.

    `type` tells other papers that are kept in the same way: `letter`, `telegram`, … (`extractors.papers.TYPES`).
    """

    issuer: str | None
    place: str | None
    number: str | None
    symbol: str | None
    issued: PartialDate | None
    title: str | None
    session: Session
    chair: Person | None
    signer: Signer | None
    agenda: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sections: tuple[Heading, ...] = ()
    items: tuple[Heading, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    problems: tuple[Problem, ...] = ()
    type: str = "notice"


#: A place in a table: table, row and column, all from 0.
CellPlace = tuple[int, int, int]


class Break(StrEnum):
    """How a line begins, seen from the line before it."""

    PARAGRAPH = "paragraph"  # the format says that a new paragraph begins
    LINE = "line"  # a line break that may be mere wrapping
    PAGE = "page"  # the first line of a page


class Line(Value, frozen=True):
    """One line as a reader found it; `table` is its place where it stands in one."""

    text: str
    page: int = 1
    begins: Break = Break.LINE
    table: CellPlace | None = None


class RawText(Value, frozen=True):
    """What a reader gives: lines in reading order, and what went wrong on the way."""

    lines: tuple[Line, ...]
    format: str  # txt, docx, pdf
    pages: int = 1
    problems: tuple[Problem, ...] = ()
    merged: frozenset[CellPlace] = frozenset()  # empty cells that are one with the cell above them


class Paragraph(Value, frozen=True):
    """A healed paragraph: `text == source.text[span.start:span.end]`."""

    text: str
    span: Span
    table: CellPlace | None = None


class SourceText(Value, frozen=True):
    """The extracted text: paragraphs joined by one line feed. All spans point into `text`."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    format: str
    pages: int = 1
    problems: tuple[Problem, ...] = ()
    merged: frozenset[CellPlace] = frozenset()  # as in `RawText`


class Extraction(Value, frozen=True):
    """A notice together with the text that its spans point into."""

    notice: Notice
    source: SourceText
    media_type: str = "text/plain"


def _once(mentions: Iterable[AgencyMention]) -> tuple[AgencyMention, ...]:
    seen: dict[str, AgencyMention] = {}
    for mention in mentions:
        seen.setdefault(mention.name.casefold(), mention)
    return tuple(seen.values())
