"""Which units of the outline are conclusions, and what does each say?

The tree is walked from the top. A unit with marked children is a lead-in: its agencies, partners
and deadlines are handed down (`Inherited`) until a child names its own. A leaf is a conclusion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from msgspec.structs import replace

from extractors import days
from extractors.assignments import names_only
from extractors.duties import CellReader, Given, Inherited, Places, assign
from extractors.kinds import assesses_below, assesses_by_title, decides, describes, is_order, kind_of
from extractors.markers import ITEM, PLAIN, ROOT, ROW, SECTION, SUBITEM
from extractors.model import AgencyMention, Conclusion, Heading, Kind, SourceText, Span
from extractors.outline import Unit
from extractors.passages import Passage, PassageReader, last_sentence, last_sentence_start
from extractors.titles import title_and_text


@dataclass(slots=True)
class Outcome:
    """What `read_body` found, in the order of the paper."""

    sections: list[Heading]
    items: list[Heading]
    conclusions: list[Conclusion]


class BodyReader:
    """Reads one body. Holds what its many small steps share: the session and the place of each offset."""

    def __init__(self, source: SourceText, session: days.Session) -> None:
        self._places = Places(source)
        self._passage = PassageReader(session)
        self._cells = CellReader(session)

    def read(self, root: Unit, opening: str = "", at: int = 0) -> Outcome:
        """Headings and conclusions of the tree; `opening` is the paragraph before it, from character `at` on."""
        outcome = Outcome([], [], [])
        start = Inherited()
        if opening.strip():
            start = self._opened(self._passage(last_sentence(opening)), at + last_sentence_start(opening))
        self._container(root, start, outcome)
        return outcome

    def _opened(self, passage: Passage, offset: int) -> Inherited:
        """What the opening hands down: whom it orders; not who chaired the meeting and concludes."""
        below = self._hand_down(passage, Inherited(), offset)
        return below if any(p.orders for p in passage.parts) else Inherited(topics=below.topics)

    # --- walking ---

    def _container(self, unit: Unit, inherited: Inherited, outcome: Outcome) -> None:
        """Read the children of a unit; an unmarked paragraph that ends in a colon leads in the marked ones after it."""
        lead_in = inherited
        children = unit.children
        for index, child in enumerate(children):
            following = children[index + 1] if index + 1 < len(children) else None
            if child.rank == PLAIN:
                if child.text.rstrip().endswith(":") and following is not None and following.rank != PLAIN:
                    lead_in = self._lead_in(child, inherited, outcome)
                else:
                    self._leaf(child, inherited, outcome, child.path, 0)
                    lead_in = inherited
            else:
                self._marked(child, lead_in, outcome)

    def _marked(self, unit: Unit, inherited: Inherited, outcome: Outcome) -> None:
        if unit.rank == ROW:
            self._leaf(unit, self._in_table(unit, inherited), outcome, unit.path, 0)
            return
        if unit.cells and unit.children:
            inherited = inherited.with_given(self._cells(unit.cells))
        passage = self._passage(unit.text)
        title, begins = (unit.text.rstrip(" :"), len(unit.text)) if unit.rank == SECTION else self._title(unit, passage)
        self._note_heading(unit, title, outcome)
        if unit.rank == SECTION and not unit.children and not unit.is_heading:
            title, begins = None, 0
        below = self._below_heading(unit, title, inherited)
        rest = unit.text[begins:].strip()
        if not unit.children:
            if rest:
                self._leaf(unit, below, outcome, unit.path, begins)
            elif unit.rank not in (SECTION, ROOT) and title:
                self._leaf(unit, inherited, outcome, unit.path, 0)
            return
        if not unit.marked and not rest and len(unit.children) == 1 and unit.rank != SECTION:
            self._leaf(unit.children[0], below, outcome, unit.path, 0)
            return
        if rest and unit.marked:
            below = self._lead_in(unit, below, outcome, begins)
        elif rest:
            self._own_text_and_more(unit, below, outcome, begins)
            return
        self._container(unit, below, outcome)

    def _in_table(self, row: Unit, inherited: Inherited) -> Inherited:
        """What holds for a row of a table: the headings inside the table are its context."""
        if not row.context:
            return inherited
        topics = next((t for text in reversed(row.context) if (t := self._passage(text).topics)), inherited.topics)
        return replace(inherited, context=(*inherited.context, *row.context), topics=topics)

    def _own_text_and_more(self, unit: Unit, below: Inherited, outcome: Outcome, begins: int) -> None:
        """`1. Giao Sở A … .` and further paragraphs without marks: `1~1`, `1~2` …"""
        self._leaf(unit, below, outcome, f"{unit.path}~1", begins)
        for number, child in enumerate(unit.children, start=2):
            self._leaf(child, below, outcome, f"{unit.path}~{number}", 0)

    def _title(self, unit: Unit, passage: Passage) -> tuple[str | None, int]:
        if unit.rank in (ITEM, SUBITEM):
            return title_and_text(unit, lambda head, begins: self._is_title(head, passage, begins))
        if unit.children and unit.is_heading:
            return unit.text.rstrip(" :"), len(unit.text)
        return None, 0

    def _is_title(self, head: str, passage: Passage, begins: int) -> bool:
        """Are the words before a colon a title: `Sở Y tế`, `Quốc phòng, an ninh`, but not `Rà soát hai nội dung`?"""
        if _HEAD_WORD.fullmatch(head) or any(m.span.start < begins < m.span.end for m in passage.mentions):
            return False  # "Các Viện: Pasteur Nha Trang, …": the names follow
        if names_only(head, [m for m in passage.mentions if m.span.end <= len(head)]):
            return True
        if len(head) > _LONGEST_TITLE or head[0].islower() or decides(head):
            return False
        if any(part.lead and part.start < begins for part in passage.parts):
            return False
        told_behind = any(part.lead and part.start <= begins + _NEAR for part in passage.parts)
        return told_behind or not is_order(self._passage(head))

    def _note_heading(self, unit: Unit, title: str | None, outcome: Outcome) -> None:
        span = self._places.span(unit.start, unit.start + len(title or unit.text))
        if unit.rank == SECTION:
            outcome.sections.append(Heading(unit.path, title, span))
        elif unit.rank == ITEM:
            outcome.items.append(Heading(unit.path, title, span))

    # --- handing down ---

    def _below_heading(self, unit: Unit, title: str | None, inherited: Inherited) -> Inherited:
        """What holds under a heading: its topics, the deadline it sets, its agencies where it is made of them."""
        if title is None:
            return inherited
        passage = self._passage(title)
        below = replace(inherited, topics=passage.topics or inherited.topics)
        if unit.rank == SECTION:
            below = replace(below, section=title, item=None, assesses=assesses_by_title(title))
        elif unit.rank == ITEM:
            below = replace(below, item=title, assesses=assesses_below(title, inherited.assesses))
        told = _told_by_heading(title, passage.mentions)
        if told:
            below = replace(below, lead=self._places.mentions(told, unit.start), coordinating=(), report_to=())
        elif any(p.orders or (p.lead and unit.text.rstrip().endswith(":")) for p in passage.parts):
            below = self._hand_down(passage, below, unit.start)
        if passage.deadlines and (_SETS_DEADLINE.search(title) or (unit.rank == ITEM and _TASKS_OF.search(title))):
            below = replace(below, deadlines=self._places.deadlines(passage.deadlines, unit.start))
        return below

    def _lead_in(self, unit: Unit, inherited: Inherited, outcome: Outcome, begins: int = 0) -> Inherited:
        """What a lead-in hands down. One that says something complete before its last clause is a conclusion too."""
        text = unit.text[begins:]
        passage = self._passage(text)
        if self._is_complete(passage, inherited):
            self._leaf(unit, inherited, outcome, unit.path, begins)
        return replace(
            self._hand_down(passage, inherited, unit.start + begins), context=(*inherited.context, text.strip())
        )

    def _is_complete(self, passage: Passage, inherited: Inherited) -> bool:
        head = passage.text[: last_sentence_start(passage.text)]
        if passage.text.rstrip().endswith(":") and not head.strip():
            return self._orders_before_its_list(passage)
        if inherited.assesses:
            return False
        within = [p for p in passage.parts if p.lead and p.start < len(head)]
        decided = decides(head)
        if passage.text.rstrip().endswith(":"):
            ordered = any(p.orders and p.start == 0 for p in within)
            named = any(p.orders or p.start == 0 for p in within) and not describes(head)
            return ordered or named or decided
        told = [p for p in passage.parts if p.lead] if not _ANNOUNCES.search(passage.text) else within
        return bool(told) or decides(passage.text)

    def _orders_before_its_list(self, passage: Passage) -> bool:
        """`Sở A kiểm tra …, báo cáo UBND tỉnh trước ngày 30/9, trong đó tập trung:` is an order of its own."""
        clause = max(passage.text.rfind(","), passage.text.rfind(";"))
        if passage.text[clause : clause + 1] == ";" and decides(passage.text[:clause]):
            return True
        first = passage.parts[0] if passage.parts else None
        lists = passage.text[clause : clause + 1] == ";" or _LISTS_PARTS.match(passage.text, clause + 1)
        if first is None or not first.lead or not lists:
            return False
        return bool(first.report_to) or any(d.span.end <= clause for d in passage.deadlines)

    def _hand_down(self, passage: Passage, inherited: Inherited, offset: int) -> Inherited:
        """`inherited`, and over it what a passage that stands at character `offset` says to those below it."""
        last = next((p for p in reversed(passage.parts) if p.lead or p.coordinating or p.report_to), None)
        begins = last_sentence_start(passage.text)
        first, aims = begins, begins
        if last is not None and last.lead:  # what its agencies are told before the last sentence holds below too
            first = min(begins, last.start)
            aims = last.start if _SO_THAT.match(passage.text, begins) else begins
        deadlines = tuple(
            d
            for d in passage.deadlines
            if d.span.start >= first
            and not begins <= d.span.start < aims
            and not _AIM.search(passage.text[: d.span.start])
        )
        below = replace(
            inherited,
            deadlines=self._places.deadlines(deadlines, offset) or inherited.deadlines,
            topics=passage.topics or inherited.topics,
        )
        if last is None:
            return below
        partners, reports = (
            self._places.mentions(last.coordinating, offset),
            self._places.mentions(last.report_to, offset),
        )
        if not last.lead:
            return replace(below, coordinating=partners or below.coordinating, report_to=reports or below.report_to)
        return replace(below, lead=self._places.mentions(last.lead, offset), coordinating=partners, report_to=reports)

    # --- leaves ---

    def _leaf(self, unit: Unit, inherited: Inherited, outcome: Outcome, path: str, begins: int) -> None:
        text = unit.text[begins:].strip()
        if not text:
            return
        offset = unit.start + unit.text.index(text, begins)
        passage = self._passage(text)
        given = self._cells(unit.cells) if unit.cells else Given()
        assignments, deadlines = assign(passage, inherited, given, self._places, offset)
        told = bool(inherited.lead or given.lead)
        kind = Kind.DIRECTIVE if given.lead else kind_of(passage, told=told, assesses=inherited.assesses)
        if kind is not Kind.DIRECTIVE:
            assignments, deadlines = (), ()
        outcome.conclusions.append(
            Conclusion(
                path=path,
                text=text,
                kind=kind,
                span=self._places.span(offset, offset + len(text)),
                context=inherited.context,
                assignments=assignments,
                deadlines=deadlines,
                citations=tuple(replace(c, span=self._places.shifted(c.span, offset)) for c in passage.citations),
                topics=passage.topics or inherited.topics,
                section=inherited.section,
                item=inherited.item,
            )
        )


def _told_by_heading(title: str, mentions: tuple[AgencyMention, ...]) -> tuple[AgencyMention, ...]:
    """The agencies that a heading is made of; none where it says anything else.

    A board's name may hold commas (`Ban Chỉ đạo phòng, chống thiên tai`): a heading that begins with an
    unlisted agency and goes on without a verb or another agency is its name as a whole.
    """
    if names_only(title, mentions):
        return mentions
    first = mentions[0] if mentions else None
    if (
        first
        and first.span.start == 0
        and first.agency is None
        and len(mentions) == 1
        and _NAME_GOES_ON.fullmatch(title, first.span.end)
    ):
        name = title.rstrip(" :.;")
        return (AgencyMention(name, name, Span(0, len(name))),)
    return ()


_NAME_GOES_ON = re.compile(r"(?:,| và)\s+[^:;.]{3,120}[:.;]?")


_HEAD_WORD = re.compile(r"(?:Các|Những|UBND các|Chủ tịch UBND các)\s+\w+")
_LONGEST_TITLE = 100  # characters
_NEAR = 12  # characters: `UBND tỉnh giao Sở A`, `Trước mắt, Sở A`
_SETS_DEADLINE = re.compile(r"hoàn thành|xong|cần làm|làm ngay|thực hiện ngay|trước ngày|trước \d|chậm nhất", re.I)
#: `2. Các nhiệm vụ thực hiện trong tháng 5`; over a whole section the month only says which session it is
_TASKS_OF = re.compile(r"(?:thực hiện|triển khai) trong (?:tháng|quý)", re.I)
#: `Để trở thành thị xã trước năm 2025, đề nghị UBND huyện …:` names an aim before it tells anybody anything
_SO_THAT = re.compile(r"\s*(?:Để|Nhằm|Với mục tiêu)\s")
_AIM = re.compile(r"(?:mục tiêu|phấn đấu đạt|chỉ tiêu)[^.;]{0,120}$", re.I)
#: ends of a sentence after which a list is announced, whatever its end mark: `như sau.`
_ANNOUNCES = re.compile(r"(?<!\w)(?:sau|sau đây|cụ thể|trọng tâm|chủ yếu|gồm)\W*$|[^.;!]\s*$")
_LISTS_PARTS = re.compile(r"\s*(?:trong đó|cụ thể|gồm|bao gồm|tập trung|chú trọng|lưu ý)(?!\w)")
