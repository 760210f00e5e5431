"""How is the body of a notice built? Paragraphs → a tree of units with their paths.

Markers, outermost first: section `I.`, item `1.`, sub-item `2.1.`, letter `a)`, number in brackets `(1)`,
star `*`, dash `-`, plus `+` (`extractors.markers`). A row of a table of tasks is a `#` unit below the one that leads
in the table. A paragraph without a marker is a `~` unit of the level it stands in. Lines made of labels (`Đơn vị chủ
trì: Sở A`) are no units: they are the `cells` of those they belong to. Numbers that skip or repeat stay as printed;
the second of two equal paths gets a prime; a first number that a list lost is restored where the following show it.
Which units are conclusions is asked in `conclusions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.labels import Cell, Role, read_label_line, trailing_labels
from extractors.markers import (
    DASH,
    ITEM,
    LETTER,
    NUMBER,
    PLAIN,
    PLUS,
    ROOT,
    ROW,
    SECTION,
    STAR,
    SUBITEM,
    marker,
    ordinal,
)
from extractors.model import Paragraph, Value
from extractors.spelling import UPPER


class Row(Value, frozen=True):
    """One task of a table: its text, from character `start` on, its other cells and the rows that head it."""

    text: str
    start: int
    page: int
    cells: tuple[Cell, ...]
    context: tuple[str, ...] = ()


#: `Sở Y tế lập kế hoạch; trong đó làm rõ:` is a sentence, `Các Sở; UBND các xã:` names those who are told
_GOES_ON = re.compile(
    r";\s+(?=[^\W\d_])(?=[^A-ZĐ])(?:trong|đồng thời|cụ thể|chú trọng|lưu ý|tập trung|đề nghị|yêu cầu)"
)
_SENTENCE_INSIDE = re.compile(
    rf"(?:[^\W\d_]{{2}}|\d{{4}})\.\s+[{UPPER}]|;\s+(?:[gG]iao|[yY]êu cầu|[đĐ]ề nghị|[đĐ]ồng thời|[tT]rong đó)(?!\w)"
)


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
    cells: tuple[Cell, ...] = ()  # what a table or label lines say of it
    context: tuple[str, ...] = ()  # headings inside its table

    @property
    def marked(self) -> list[Unit]:
        """Children that carry a marker."""
        return [c for c in self.children if c.rank != PLAIN]

    @property
    def is_heading(self) -> bool:
        """A title rather than a sentence: no end mark, or capitals throughout."""
        text = self.text.rstrip()
        if not text or (
            text[-1] == ":" and (len(text) > 160 or _GOES_ON.search(text) or _SENTENCE_INSIDE.search(text))
        ):
            return False
        return text[-1] not in '.;!…,”"' or text.isupper()

    def walk(self) -> Iterator[Unit]:
        """The unit and all below it, in the order of the paper."""
        yield self
        for child in self.children:
            yield from child.walk()


def build(body: Sequence[Paragraph | Row], annexes: Sequence[Row] = ()) -> Unit:
    """The tree of the body; the root has no text, its children are in the order of the paper.

    The rows of `annexes`, which no unit of the body leads in, stand below the root.
    """
    root = Unit(ROOT, "", "", 0, 1)
    open_: list[Unit] = [root]
    units = [_unit(p) for p in body]
    _restore_first(units)
    for position, unit in enumerate(units):
        following = units[position + 1] if position + 1 < len(units) else None
        before = units[position - 1] if position else None
        parent = _home(open_, unit, before, following)
        unit.parent = parent
        parent.children.append(unit)
        open_ = open_[: open_.index(parent) + 1] + ([unit] if unit.rank < ROW else [])
    root.children += [_unit(row) for row in annexes]
    _take_labels(root)
    _close(root)
    _name(root)
    return root


def _unit(paragraph: Paragraph | Row) -> Unit:
    if isinstance(paragraph, Row):
        row = paragraph
        return Unit(ROW, "#", row.text, row.start, row.page, cells=row.cells, context=row.context)
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


def _home(open_: list[Unit], unit: Unit, before: Unit | None, following: Unit | None) -> Unit:
    """The unit that `unit` stands in."""
    if unit.rank == PLAIN:
        return _home_of_plain(open_, unit, following)
    return _home_of_row(open_, before) if unit.rank == ROW else _home_of_marked(open_, unit)


def _home_of_row(open_: list[Unit], before: Unit | None) -> Unit:
    """The unit that leads in a table: the one right before it where it announces something, else its item."""
    current = open_[-1]
    if before is not current or current.is_heading or current.text.rstrip().endswith(":"):
        return current
    return next((u for u in reversed(open_) if u.rank <= ITEM), open_[0])


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


def _take_labels(unit: Unit) -> None:
    """Turn label lines into the cells of the units before them, since the last labels; of `unit` where there are none.

    Labels beside a place or a list of those present are of a meeting's programme: they stay as they are.
    """
    if unit.rank != ROW and not unit.children:
        unit.cells = trailing_labels(unit.text, unit.start, unit.page)
    for child in unit.children:
        _take_labels(child)
    read = [() if c.children or c.rank in (SECTION, ROW) else _label(c) for c in unit.children]
    roles = {cell.role for cells in read for cell in cells}
    if Role.MEETING in roles or not roles & _SAY_WHO_OR_WHEN or (unit.rank == ROOT and read[0]):
        return
    kept: list[Unit] = []
    labelled: list[Unit] = []
    since: list[Unit] = []
    open_ = True  # whether labels may still belong to `labelled`
    for child, cells in zip(unit.children, read, strict=True):
        if not cells:
            since = [child] if not open_ else [*since, child]
            kept.append(child)
            open_ = True
            continue
        if open_:
            labelled = [u for u in since if not u.cells] if since else [unit]
        open_ = False
        for owner in labelled:
            owner.cells += cells
    unit.children = kept


_SAY_WHO_OR_WHEN = frozenset((Role.LEAD, Role.COORDINATING, Role.DUE, Role.REPORT))


def _label(unit: Unit) -> tuple[Cell, ...]:
    return read_label_line(unit.text, unit.start, unit.page)


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
        if last.is_heading and (counted := [n for n, c in enumerate(plain) if _COUNTED.match(c.text)]):
            tail = [c for c in tail if plain.index(c) > counted[-1]]
        for unit in tail:
            last.children.remove(unit)
            unit.parent = container
            container.children.append(unit)


#: ordinals in words count on under their item: `Một là, …`, `Thứ hai, …`
_COUNTED = re.compile(r"(?:(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy) là|Thứ (?:nhất|hai|ba|tư|năm|sáu|bảy))\b")


def _name(root: Unit) -> None:
    """Write the path of every unit: counters for dashes and plain paragraphs, printed labels for the rest."""
    taken: set[str] = set()
    for container in root.walk():
        counts = dict.fromkeys((DASH, PLUS, STAR, ROW, PLAIN), 0)
        for child in container.children:
            if child.rank in counts:
                counts[child.rank] += 1
            path = _join(container.path, child, counts.get(child.rank, 0))
            while path in taken:
                path += "'"
            taken.add(path)
            child.path = path


_SIGNS = {DASH: "-", PLUS: "+", STAR: "*", ROW: "#", PLAIN: "~"}


def _join(above: str, unit: Unit, count: int) -> str:
    if unit.rank in _SIGNS:
        return f"{above}{_SIGNS[unit.rank]}{count}"
    label = f"({unit.label})" if unit.rank == NUMBER else unit.label
    if unit.rank == SUBITEM and above.split(".")[-1] == label.split(".")[0]:
        label = label.split(".", 1)[1]
    return f"{above}.{label}" if above else label
