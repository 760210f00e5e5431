"""How is the body of a notice built? Paragraphs → a tree of units with their paths.

Markers, outermost first: section `I.`, item `1.`, sub-item `2.1.`, letter `a)`, number in brackets `(1)`,
star `*`, dash `-`, plus `+` (`_MARKERS`). A paragraph without a marker is a `~` unit of the level it
stands in. Numbers that skip or repeat stay as printed; the second of two equal paths gets a
prime; a first number that a list lost is restored where the following show it.
Which units are conclusions is asked in `conclusions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.model import Paragraph
from extractors.spelling import UPPER

ROOT, SECTION, ITEM, SUBITEM, LETTER, NUMBER, STAR, DASH, PLUS, PLAIN = range(10)


@dataclass(slots=True)
class Unit:
    """A unit of the outline. `text` has no marker and begins at character `start` of the source text."""

    rank: int
    label: str
    text: str
    start: int
    page: int
    path: str = ""
    children: list[Unit] = field(default_factory=list)
    parent: Unit | None = None

    @property
    def marked(self) -> list[Unit]:
        """Children that carry a marker."""
        return [c for c in self.children if c.rank != PLAIN]

    @property
    def is_heading(self) -> bool:
        """A title rather than a sentence: no end mark, or capitals throughout."""
        text = self.text.rstrip()
        return (
            bool(text) and (text[-1] not in '.;!…,”"' or text.isupper()) and not (text[-1] == ":" and len(text) > 160)
        )

    def walk(self) -> Iterator[Unit]:
        """The unit and all below it, in the order of the paper."""
        yield self
        for child in self.children:
            yield from child.walk()


# rank, pattern; the first group is the label. A row here is all that a new kind of marker needs.
_MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (SECTION, re.compile(r"(?:(?:PHẦN|Phần|MỤC|Mục)\s+(?:thứ\s+)?)?([IVX]{1,5})\s*(?:[.)/:]|\s[-–]|-(?=\s))\s*(?=\S)")),
    (SUBITEM, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\s*(?:[.)]\s*|\s+)(?=[^\d\s%,.)])")),
    (ITEM, re.compile(r"(?:(?:Mục|Điều|Khoản)\s+)?(\d{1,2})\s*(?:[.)]|\s[-–](?=\s)|/(?=\s))\s*(?=[^\d\s,.])")),
    (NUMBER, re.compile(r"\((\d{1,2}|[ivx]{1,4})\)\s*[.:]?\s*(?=\S)")),
    (LETTER, re.compile(r"([a-zđ]|[A-HĐ](?=\)))\s*[.)]\s*(?=\S)")),
    (STAR, re.compile(r"(\*)\s*(?=[^\s*])")),
    (DASH, re.compile(r"([-–—•‑●▪◦·])(?:\s+|(?=[^\W\d_]))(?=\S)")),
    (PLUS, re.compile(r"(\+|[oO](?=\s{2}))\s*(?=[^\s\d])")),
)

_ROMAN = {"I": 1, "V": 5, "X": 10}


def marker(text: str) -> tuple[int, str, int] | None:
    """Rank, label and length (characters) of the marker that `text` begins with; None where there is none."""
    for rank, pattern in _MARKERS:
        if match := pattern.match(text):
            return rank, match.group(1), match.end()
    return None


def build(paragraphs: Sequence[Paragraph]) -> Unit:
    """The tree of the body; the root has no text, its children are in the order of the paper."""
    root = Unit(ROOT, "", "", 0, 1)
    open_: list[Unit] = [root]
    units = [_unit(p) for p in paragraphs]
    _restore_first(units)
    for position, unit in enumerate(units):
        following = units[position + 1] if position + 1 < len(units) else None
        parent = _home_of_plain(open_, unit, following) if unit.rank == PLAIN else _home_of_marked(open_, unit)
        unit.parent = parent
        parent.children.append(unit)
        open_ = open_[: open_.index(parent) + 1] + ([unit] if unit.rank != PLAIN else [])
    _close(root)
    _name(root)
    return root


def _unit(paragraph: Paragraph) -> Unit:
    found = marker(paragraph.text)
    if not found:
        return Unit(PLAIN, "~", paragraph.text, paragraph.span.start, paragraph.span.page)
    rank, label, length = found
    return Unit(rank, label, paragraph.text[length:], paragraph.span.start + length, paragraph.span.page)


def _restore_first(units: list[Unit]) -> None:
    """Give its number back to a first item that lost it: an unmarked title or sentence right before number 2."""
    for rank in (SECTION, ITEM):
        seen_one = False
        for position, unit in enumerate(units):
            if rank == ITEM and unit.rank == SECTION:
                seen_one = False
            if unit.rank != rank:
                continue
            if ordinal(unit.label) == 2 and not seen_one:
                _give_number(units, position, rank, unit.label)
            seen_one = True


def _give_number(units: list[Unit], before: int, rank: int, second: str) -> None:
    first = "I" if second == "II" else "1"
    for candidate in reversed(units[:before]):
        if candidate.rank < rank and candidate.rank != ROOT:
            return
        if candidate.rank == PLAIN:
            if not candidate.text.rstrip().endswith(":") or len(candidate.text) < 90:
                candidate.rank, candidate.label = rank, first
            return


def ordinal(label: str) -> int:
    """The number that a marker's label stands for: `IV` 4, `12` 12, `2.3` 3, `đ` 5, else 0."""
    if label.isdigit():
        return int(label)
    if "." in label:
        return ordinal(label.rsplit(".", 1)[1])
    if label and all(c in _ROMAN for c in label):
        values = [_ROMAN[c] for c in label]
        return sum(-v if v < max(values[i:], default=0) else v for i, v in enumerate(values))
    return "abcdđeghiklmnopqrstuvxy".find(label.lower()) + 1


def _home_of_marked(open_: list[Unit], unit: Unit) -> Unit:
    """The unit that a marked one stands in: the nearest open one of a lower rank.

    A list that begins again at 1 (or `a`) inside a letter or dash stands below it, though
    its rank is lower: the item above it already has another number.
    """
    for depth in range(len(open_) - 1, -1, -1):
        if open_[depth].rank < unit.rank:
            break
    above = open_[depth]
    deeper = open_[depth + 1 :]
    if (
        unit.rank in (ITEM, LETTER)
        and len(deeper) > 1
        and ordinal(unit.label) == 1
        and ordinal(deeper[0].label) >= 1
        and deeper[0].rank == unit.rank
    ):
        return open_[-1]
    inner = [
        u
        for u in deeper
        if any(c.rank == unit.rank and ordinal(c.label) + 1 == ordinal(unit.label) for c in u.children)
    ]
    if (
        unit.rank == ITEM
        and inner
        and deeper
        and deeper[0].rank == ITEM
        and ordinal(deeper[0].label) + 1 != ordinal(unit.label)
    ):
        return inner[-1]
    return above


def _home_of_plain(open_: list[Unit], unit: Unit, following: Unit | None) -> Unit:
    """The unit that an unmarked paragraph stands in."""
    current = open_[-1]
    if current.rank == ROOT or (not current.children and (current.is_heading or current.text.rstrip().endswith(":"))):
        return current
    while current.rank in (SUBITEM, LETTER, NUMBER, STAR, DASH, PLUS) and current.parent is not None:
        same = following is not None and following.rank == current.rank and not unit.text.rstrip().endswith(":")
        if same and not current.marked:
            return current
        if current.is_heading and current.children and not current.marked:
            return current
        current = current.parent
    return current


def _close(root: Unit) -> None:
    """A closing paragraph after the last item belongs to the section, not to the item."""
    for container in list(root.walk()):
        last = next((c for c in reversed(container.children) if c.rank != PLAIN), None)
        if last is None or container.rank > SECTION or last.rank != ITEM or len(container.marked) < 2:
            continue
        plain = [c for c in last.children if c.rank == PLAIN]
        owned = 1 if last.is_heading and not last.marked else 0
        tail = (
            plain[owned:]
            if not last.marked
            else [c for c in plain if last.children.index(c) > last.children.index(last.marked[-1])]
        )
        for unit in tail:
            last.children.remove(unit)
            unit.parent = container
            container.children.append(unit)


def _name(root: Unit) -> None:
    """Write the path of every unit: counters for dashes and plain paragraphs, printed labels for the rest."""
    taken: set[str] = set()
    for container in root.walk():
        counts = {DASH: 0, PLUS: 0, STAR: 0, PLAIN: 0}
        for child in container.children:
            if child.rank in counts:
                counts[child.rank] += 1
            path = _join(container.path, child, counts.get(child.rank, 0))
            while path in taken:
                path += "'"
            taken.add(path)
            child.path = path


def _join(above: str, unit: Unit, count: int) -> str:
    if unit.rank == PLAIN:
        return f"{above}~{count}"
    if unit.rank in (DASH, PLUS, STAR):
        return f"{above}{'+' if unit.rank == PLUS else '*' if unit.rank == STAR else '-'}{count}"
    label = f"({unit.label})" if unit.rank == NUMBER else unit.label
    if unit.rank == SUBITEM and above.split(".")[-1] == label.split(".")[0]:
        label = label.split(".", 1)[1]
    return f"{above}.{label}" if above else label


def title_and_text(unit: Unit, is_party: bool) -> tuple[str | None, int]:
    """The title of an item and where (character of `unit.text`) its own text begins.

    `Về A: Do B …` has the title `Về A`; a heading is all title; an item whose text runs on has none.
    `is_party` says that the words before the first colon are agencies and nothing else.
    """
    text = unit.text
    if unit.is_heading:
        return text.rstrip(" :"), len(text)
    match = _TITLE.match(text)
    if match and (is_party or _TOPIC.match(text)) and not _NAMES_AFTER.match(text, match.end()):
        return match.group(1).rstrip(), match.end()
    return None, 0


_TITLE = re.compile(rf"([^:.;]{{3,300}}?)\s*:\s+(?=[{UPPER}“\"(0-9])")
_TOPIC = re.compile(
    r"(?:Về|Đối với|Liên quan|Nội dung|Công tác|Trong lĩnh vực|Lĩnh vực|Việc|Riêng|Nhiệm vụ|Kiến nghị"
    r"|Đề xuất|Đề nghị của|Tình hình)(?!\w)"
)
# "Đối với các cụm: Phú Thịnh 5 và Phú Thịnh 6, giao …": a list of names follows, no sentence
_NAMES_AFTER = re.compile(
    rf"(?:[{UPPER}]\w*\s+)(?:[{UPPER}]\w*\s+|\d+\s+)*(?:và\s+[{UPPER}]|,\s*[{UPPER}]\w*\s+[{UPPER}\d])"
    rf"|(?:[{UPPER}]\w*\s+){{1,3}}\d*\s*,"
)
