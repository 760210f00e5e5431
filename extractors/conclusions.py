"""Which units of the outline are conclusions, and what does each say?

The tree is walked from the top. A unit with marked children is a lead-in: its agencies, partners
and deadlines are handed down (`Inherited`) until a child names its own. A leaf is a conclusion.
What kind it is (`_kind`) is decided by who is told, then by the words it begins with, then
by the section it stands in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from extractors.agencies import find_agencies
from extractors.assignments import Part, mask, names_only, read_parts
from extractors.citations import find_citations
from extractors.deadlines import find_deadlines
from extractors.model import (
    AgencyMention,
    Assignment,
    Citation,
    Conclusion,
    Deadline,
    Heading,
    Kind,
    Session,
    SourceText,
    Span,
)
from extractors.outline import ITEM, PLAIN, ROOT, SECTION, SUBITEM, Unit, title_and_text
from extractors.spelling import alternatives, level
from extractors.topics import find_topics
from extractors.vocabulary import load


@dataclass(frozen=True, slots=True)
class Inherited:
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


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text read once: its agencies, parts, deadlines, citations, topics. Spans count from its start."""

    text: str
    masked: str
    mentions: tuple[AgencyMention, ...]
    parts: tuple[Part, ...]
    deadlines: tuple[Deadline, ...]
    citations: tuple[Citation, ...]
    topics: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """What `read_body` found, in the order of the paper."""

    sections: list[Heading]
    items: list[Heading]
    conclusions: list[Conclusion]


class BodyReader:
    """Reads one body. Holds what its many small steps share: the session and the page of each offset."""

    def __init__(self, source: SourceText, session: Session) -> None:
        self._source = source
        self._month = session.month
        self._held_on = date.fromisoformat(session.held_on) if session.held_on and len(session.held_on) == 10 else None
        self._starts = [p.span.start for p in source.paragraphs]
        self._read: dict[str, Passage] = {}

    def read(self, root: Unit, opening: str = "", at: int = 0) -> Outcome:
        """Headings and conclusions of the tree; `opening` is the paragraph before it, from character `at` on."""
        outcome = Outcome([], [], [])
        start = Inherited()
        if opening.strip():
            start = self._hand_down(self._passage(_last_sentence(opening)), start, at + _last_sentence_start(opening))
        self._container(root, start, outcome)
        return outcome

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
            elif (unit.rank not in (SECTION, ROOT) and title and not unit.is_heading) or (
                unit.rank not in (SECTION, ROOT) and title
            ):
                self._leaf(unit, inherited, outcome, unit.path, 0)
            return
        if not unit.marked and not rest and len(unit.children) == 1:
            self._leaf(unit.children[0], below, outcome, unit.path, 0)
            return
        if rest and unit.marked:
            below = self._lead_in(unit, below, outcome, begins)
        elif rest:
            self._own_text_and_more(unit, below, outcome, begins)
            return
        self._container(unit, below, outcome)

    def _own_text_and_more(self, unit: Unit, below: Inherited, outcome: Outcome, begins: int) -> None:
        """`1. Giao Sở A … .` and further paragraphs without marks: `1~1`, `1~2` …"""
        self._leaf(unit, below, outcome, f"{unit.path}~1", begins)
        for number, child in enumerate(unit.children, start=2):
            self._leaf(child, below, outcome, f"{unit.path}~{number}", 0)

    def _title(self, unit: Unit, passage: Passage) -> tuple[str | None, int]:
        if unit.rank in (ITEM, SUBITEM):
            head = unit.text.split(":", 1)[0]
            party = ":" in unit.text and names_only(head, [m for m in passage.mentions if m.span.end <= len(head)])
            return title_and_text(unit, party)
        if unit.children and unit.is_heading:
            return unit.text.rstrip(" :"), len(unit.text)
        return None, 0

    def _note_heading(self, unit: Unit, title: str | None, outcome: Outcome) -> None:
        span = self._span(unit.start, unit.start + len(title or unit.text))
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
            below = replace(
                below, section=title, item=None, assesses=bool(_ASSESSING.match(title)) and not _TASKS.search(title)
            )
        elif unit.rank == ITEM:
            below = replace(below, item=title)
        told = _told_by_heading(title, passage.mentions)
        if told:
            below = replace(below, lead=self._moved_all(told, unit.start), coordinating=(), report_to=())
        elif passage.parts and (
            passage.parts[0].orders or (passage.parts[0].lead and unit.text.rstrip().endswith(":"))
        ):
            below = self._hand_down(passage, below, unit.start)
        if passage.deadlines and _SETS_DEADLINE.search(title):
            below = replace(below, deadlines=self._placed(passage.deadlines, unit.start))
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
        head = passage.text[: _last_sentence_start(passage.text)]
        if passage.text.rstrip().endswith(":") and not head.strip():
            return False
        if inherited.assesses:
            return False
        within = [p for p in passage.parts if p.lead and p.start < len(head)]
        decided = _DECIDES.match(head.strip().lower())
        if passage.text.rstrip().endswith(":"):
            return bool(
                within and any(p.orders or p.start == 0 for p in within) and not _DESCRIBES.search(head.lower())
            ) or bool(decided)
        return bool(within) or bool(_DECIDES.match(passage.text.lower()))

    def _hand_down(self, passage: Passage, inherited: Inherited, offset: int) -> Inherited:
        """`inherited`, and over it what a passage that stands at character `offset` says to those below it."""
        last = next((p for p in reversed(passage.parts) if p.lead or p.coordinating or p.report_to), None)
        begins = _last_sentence_start(passage.text)
        deadlines = tuple(
            d for d in passage.deadlines if d.span.start >= begins and not _AIM.search(passage.text[: d.span.start])
        )
        below = replace(
            inherited,
            deadlines=self._placed(deadlines, offset) or inherited.deadlines,
            topics=passage.topics or inherited.topics,
        )
        if last is None:
            return below
        partners, reports = self._moved_all(last.coordinating, offset), self._moved_all(last.report_to, offset)
        if not last.lead:
            return replace(below, coordinating=partners or below.coordinating, report_to=reports or below.report_to)
        return replace(below, lead=self._moved_all(last.lead, offset), coordinating=partners, report_to=reports)

    # --- leaves ---

    def _leaf(self, unit: Unit, inherited: Inherited, outcome: Outcome, path: str, begins: int) -> None:
        text = unit.text[begins:].strip()
        if not text:
            return
        offset = unit.start + unit.text.index(text, begins)
        passage = self._passage(text)
        assignments, deadlines = self._assign(passage, inherited, offset)
        kind = _kind(passage, assignments, inherited)
        if kind is not Kind.DIRECTIVE:
            assignments, deadlines = (), ()
        outcome.conclusions.append(
            Conclusion(
                path=path,
                text=text,
                kind=kind,
                span=self._span(offset, offset + len(text)),
                context=inherited.context,
                assignments=assignments,
                deadlines=deadlines,
                citations=tuple(replace(c, span=self._shift(c.span, offset)) for c in passage.citations),
                topics=passage.topics or inherited.topics,
                section=inherited.section,
                item=inherited.item,
            )
        )

    def _assign(
        self, passage: Passage, inherited: Inherited, offset: int
    ) -> tuple[tuple[Assignment, ...], tuple[Deadline, ...]]:
        """Assignments of a leaf: one a part; deadlines go to the part they stand in, inherited ones to all."""
        parts = [p for p in passage.parts if p.lead]
        own = self._placed(passage.deadlines, offset)
        if not parts:
            partners = _merged(p.coordinating for p in passage.parts)
            reports = _merged(p.report_to for p in passage.parts)
            deadlines = own or inherited.deadlines
            assignment = Assignment(
                inherited.lead,
                self._moved_all(partners, offset) or inherited.coordinating,
                self._moved_all(reports, offset) or inherited.report_to,
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
                    self._moved_all(part.lead, offset),
                    self._moved_all(_merged([*(p.coordinating for p in before), part.coordinating]), offset),
                    self._moved_all(_merged([*(p.report_to for p in before), part.report_to]), offset),
                    stated,
                )
            )
        ordered = tuple(sorted(deadlines_all, key=lambda d: d.span.start))
        return tuple(assignments), ordered or inherited.deadlines

    # --- small things ---

    def _passage(self, text: str) -> Passage:
        """`text` read; a title, lead-in or sentence is asked for more than once and read once."""
        known = self._read.get(text)
        if known is None:
            spelt = level(text)
            mentions = find_agencies(text, spelt)
            masked = mask(text, mentions, spelt)
            known = self._read[text] = Passage(
                text,
                masked,
                mentions,
                read_parts(text, mentions, masked),
                find_deadlines(text, month=self._month, held_on=self._held_on),
                find_citations(text),
                find_topics(masked),
            )
        return known

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, self._page(start))

    def _page(self, offset: int) -> int:
        index = bisect_right(self._starts, offset) - 1
        return self._source.paragraphs[max(index, 0)].span.page if self._source.paragraphs else 1

    def _shift(self, span: Span, offset: int) -> Span:
        return self._span(span.start + offset, span.end + offset)

    def _moved(self, deadline: Deadline, offset: int) -> Deadline:
        return replace(deadline, span=self._shift(deadline.span, offset))

    def _placed(self, deadlines: tuple[Deadline, ...], offset: int) -> tuple[Deadline, ...]:
        return tuple(self._moved(d, offset) for d in deadlines)

    def _moved_all(self, mentions: tuple[AgencyMention, ...], offset: int) -> tuple[AgencyMention, ...]:
        return tuple(replace(m, span=self._shift(m.span, offset)) for m in mentions)


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


def _merged(groups: Iterator[tuple[AgencyMention, ...]] | list[tuple[AgencyMention, ...]]) -> tuple[AgencyMention, ...]:
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
        sentence = _sentence_begin(passage.text, deadline.span.start)
        trailing = (
            sentence > 0
            and sentence >= parts[-1].start
            and _COMPLETES.match(passage.text, sentence)
            and index == len(parts) - 1
        )
        bound.append(None if trailing and sentence > parts[-1].start else index)
    return bound


_COMPLETES = re.compile(r"(?:Hoàn thành|Thời gian|Thời hạn|Xong|Hạn|Tất cả)(?!\w)")
_SENTENCE = re.compile(
    r"[.!?…]+[”\")]?\s+(?=[^\W\d_a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ])"
)


def _sentence_begin(text: str, before: int) -> int:
    start = 0
    for match in _SENTENCE.finditer(text, 0, before):
        start = match.end()
    return start


def _last_sentence_start(text: str) -> int:
    return _sentence_begin(text, len(text))


def _last_sentence(text: str) -> str:
    return text[_last_sentence_start(text) :]


# --- what kind -----------------------------------------------------------------------------------------------

_ASSESSING = re.compile(
    r"(?:về\s+)?(?:đánh giá|kết quả|tình hình|những kết quả|một số kết quả|tồn tại|hạn chế|thực trạng"
    r"|ưu điểm|khó khăn|nhận định|về đánh giá)",
    re.I,
)
_TASKS = re.compile(
    r"(?:,|;|và|-)\s*(?:một số\s+|các\s+|triển khai\s+)?(?:nhiệm vụ|giải pháp|phương hướng|ý kiến"
    r"|kiến nghị|đề xuất|phân công|chỉ đạo)",
    re.I,
)
_SETS_DEADLINE = re.compile(r"hoàn thành|xong|cần làm|làm ngay|thực hiện ngay|trước ngày|trước \d|chậm nhất", re.I)
_AIM = re.compile(r"(?:mục tiêu|phấn đấu đạt|chỉ tiêu)[^.;]{0,120}$", re.I)
_DECIDES = re.compile(
    r"(?:về (?:chủ trương|nguyên tắc)[^,:]{0,80}[,:]\s*|(?:ubnd|ủy ban nhân dân)[^,.;]{0,30}\s"
    r"|\x01++\s*|cơ bản\s+|thường trực[^,.;]{0,30}\s)*(?:cơ bản\s+"
    r"|cho chủ trương\s+)?(?:thống nhất(?! (?:đánh giá|nhận định|nhận thức|quan điểm))"
    r"|nhất trí(?! (?:đánh giá|nhận định))|đồng ý|chấp thuận|thông qua|cho phép|phê duyệt|tán thành"
    r"|không đồng ý|chưa đồng ý|chưa xem xét|tạm dừng|tiếp tục dừng)"
)
_DECIDES_ANYWHERE = re.compile(
    r"(?<!\w)(?:thống nhất (?:với|chủ trương|theo|nội dung|về|phương án|đề xuất|chọn|giao|cho)"
    r"|nhất trí|đồng ý|chấp thuận|tiếp tục dừng|tạm dừng|chưa xem xét|không xem xét"
    r"|dừng hoạt động)(?!\w)"
)
_THEN_DECIDES = re.compile(  # read in the text as printed: "Thống Nhất" is a place
    r"[;,.:]\s+(?:UBND tỉnh\s+)?(?:cơ bản\s+)?(?:[Tt]hống nhất|[Nn]hất trí|[Đđ]ồng ý|[Cc]hấp thuận)\s+"
    r"(?!đánh giá|nhận định|giao|yêu cầu|với báo cáo)"
)
_DESCRIBES = re.compile(
    r"(?<!\w)(?:đã|còn|chưa|vẫn|đạt|tăng|giảm|cơ bản|ổn định|gặp khó khăn|đang|được kiểm soát|chậm"
    r"|thấp|cao hơn|ghi nhận|đánh giá cao|biểu dương|hoan nghênh|nhìn nhận|diễn biến|là địa bàn"
    r"|tiềm ẩn|bộc lộ)(?!\w)"
)
_PRAISES = re.compile(
    r"^(?:\W*)(?:\x01++(?:(?:\s*,\s*|\s+và\s+)\x01++)*\s+)?(?:ghi nhận|đánh giá cao|biểu dương"
    r"|hoan nghênh|cảm ơn|nhìn chung|qua báo cáo|trong thời gian qua|thời gian qua|tuy nhiên|bên cạnh"
    r"|đến nay|những tháng)"
)
_NORM = re.compile(r"(?<!\w)(?:phải|cần|không được|bắt buộc)(?!\w)")
# words that end a name but begin no order
_NO_ORDER = frozenset(
    ("đã", "đang", "sẽ", "không", "chưa", "hàng", "hằng", "cho", "cấp", "coi", "lấy", "được giao nhiệm vụ", "nhất là")
)
_ORDERS = [verb for verb in load("verbs")["actions"] if verb not in _NO_ORDER]
_FIGURES = re.compile(
    r"(?<!\w)(?:mới đạt|ước đạt|chưa đạt|(?:đạt|tăng|giảm|bằng)\s+(?:trên\s+)?\d|thấp hơn|cao hơn"
    r"|so với cùng kỳ|còn chậm"
    r"|có lúc|còn nhiều|chưa chặt chẽ|chưa cao)(?!\w)"
)
_IMPERATIVE = re.compile(
    rf"[^\w\x01]*(?:(?:{alternatives(load('verbs')['adverbs'], ignore_case=False)})\s+)?"
    rf"(?:{alternatives(_ORDERS, ignore_case=False)})(?!\w)"
)


def _kind(passage: Passage, assignments: tuple[Assignment, ...], inherited: Inherited) -> Kind:
    masked = passage.masked
    own = [p for p in passage.parts if p.lead]
    ordered = any(p.orders for p in own)
    if (
        not ordered
        and (_THEN_DECIDES.search(passage.text) or (_DECIDES.match(masked) and not _PRAISES.match(masked)))
        and not (own and not inherited.assesses)
    ):
        return Kind.DECISION
    if not ordered and (_PRAISES.match(masked) or inherited.assesses):
        return Kind.ASSESSMENT
    if own:
        return Kind.DIRECTIVE
    told = inherited.lead and any(a.lead for a in assignments)
    if told and (_IMPERATIVE.match(masked) or not _DESCRIBES.search(masked)):
        return Kind.DIRECTIVE
    if _IMPERATIVE.match(masked) and not _FIGURES.search(masked):
        return Kind.DIRECTIVE
    if _DECIDES_ANYWHERE.search(masked):
        return Kind.DECISION
    if _FIGURES.search(masked):
        return Kind.ASSESSMENT
    if _NORM.search(masked):
        return Kind.DECISION
    if told:
        return Kind.DIRECTIVE
    if _DESCRIBES.search(masked):
        return Kind.ASSESSMENT
    return Kind.DECISION
