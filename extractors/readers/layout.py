"""Which printed lines belong together? Told by where they stand on the page: margins, indents, gaps.

Works on lines with positions, whatever found them. What is certain becomes `Break.PARAGRAPH`; the rest is
`Break.LINE`, and the wording decides (`extractors.text`). Coordinates are points from the lower left corner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from extractors.model import Break, CellPlace, Line, Value
from extractors.text import glue, is_marked

#: Left edges closer than this are the same (letters have side bearings of their own).
_SAME: Final = 8.0
#: Share of the page's height at its top and bottom where page numbers and running heads stand.
_BAND: Final = 0.1
#: Letters of a footnote are smaller than this part of the body's.
_NOTE_SIZE: Final = 0.9
#: A line whose middle is farther than this from the middle of the page stands in one of two columns.
_ASIDE: Final = 40.0
_PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:Trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–—])?$", re.I)
_NOTE = re.compile(r"\[?(\d{1,2})\]?(?=\s|[^\W\d_]|$)\s*")
_ENDS = re.compile(r"[.:;!?/”][)\]]*$")


class Printed(Value, frozen=True):
    """One line with where its first letter begins, where its last ends, its baseline and its letters' size."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    table: CellPlace | None = None
    capitals: bool = False  # its font prints small letters as capitals (`extractors.encodings`)


class Sheet(Value, frozen=True):
    """One page, its lines in reading order."""

    number: int
    width: float
    height: float
    lines: tuple[Printed, ...]
    merged: frozenset[CellPlace] = frozenset()  # as in `RawText`


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float  # of lines that go on
    right: float
    size: float  # of the body's letters
    leading: float  # from baseline to baseline


def flow(sheets: Iterable[Sheet]) -> Iterator[Line]:
    """The lines of all pages, without page numbers and running heads, footnotes at the end."""
    sheets = [_in_columns(_unbroken(sheet)) for sheet in _without_heads(list(sheets))]
    margins = _margins(sheets)
    notes: list[tuple[Printed, int]] = []
    body: list[tuple[Printed, int]] = []
    for sheet in sheets:
        lines, footnotes = _split_notes(sheet.lines, margins)
        body += [(line, sheet.number) for line in lines]
        notes += [(line, sheet.number) for line in footnotes]
    yield from _lines(body, margins)
    yield from _note_lines(notes)


def _lines(body: list[tuple[Printed, int]], margins: _Margins) -> Iterator[Line]:
    before: Printed | None = None
    held: Line | None = None
    held_page = 0
    for line, page in body:
        begins = _begins(before, line, margins, turned=page != held_page) if before else Break.PARAGRAPH
        sure = before is not None and begins is Break.LINE and _is_hanging(before, line, margins)
        if held and sure and is_marked(line.text) and not _ENDS.search(held.text):
            held = replace(held, text=glue(held.text, line.text))  # a dash inside the sentence, not a list
        else:
            if held:
                yield held
            held = Line(line.text, page=page, begins=begins, table=line.table)
        before, held_page = line, page
    if held:
        yield held


def _begins(before: Printed, line: Printed, margins: _Margins, *, turned: bool) -> Break:
    """Whether `line` begins a paragraph, as far as its place tells; `turned`: it is the first of its page."""
    if before.table or line.table:
        return Break.LINE if before.table == line.table else Break.PARAGRAPH
    if not turned and _is_centred(before, margins) and _is_centred(line, margins):
        near = 0 < before.baseline - line.baseline < 1.3 * margins.leading
        return Break.LINE if near and not _ENDS.search(before.text) else Break.PARAGRAPH
    if not _is_full(before, line, margins):
        return Break.LINE if not turned and _is_stacked(before, line) else Break.PARAGRAPH
    if line.left > margins.left + _SAME and line.left > before.left - _SAME:
        return Break.PARAGRAPH
    gap = before.baseline - line.baseline
    if not turned and gap > 1.45 * margins.leading and (_ENDS.search(before.text) or gap > 2.5 * margins.leading):
        return Break.PARAGRAPH
    return Break.LINE


def _is_full(before: Printed, line: Printed, margins: _Margins) -> bool:
    """Whether the first word of `line` had no room left on the line before it."""
    word = len(line.text.split(" ", 1)[0]) + 1
    letter = (before.right - before.left) / max(len(before.text), 1)
    return before.right + 0.8 * word * letter > margins.right - 2


def _is_hanging(before: Printed, line: Printed, margins: _Margins) -> bool:
    """Whether `before` is an indented first line and `line` goes on at the margin below it."""
    return line.left + _SAME < before.left < margins.left + 90


def _is_stacked(before: Printed, line: Printed) -> bool:
    """Whether two lines are centred on each other, as those of a subject (V/v …) in a column of the letterhead."""
    near = 0 < before.baseline - line.baseline < 1.6 * max(before.size, line.size)
    middle = abs(before.left + before.right - line.left - line.right) / 2
    return near and middle < 3 and abs(before.left - line.left) > _SAME and not _ENDS.search(before.text)


def _is_centred(line: Printed, margins: _Margins) -> bool:
    left, right = line.left - margins.left, margins.right - line.right
    return left > 2 and abs(left - right) < 12


def _margins(sheets: list[Sheet]) -> _Margins:
    """The margins that the body keeps, on all pages together."""
    lines = [line for sheet in sheets for line in sheet.lines if line.table is None and len(line.text) > 20]
    lines = lines or [line for sheet in sheets for line in sheet.lines]
    if not lines:
        return _Margins(0, 0, 1, 1)
    size = _most(line.size for line in lines)
    long = sorted(lines, key=lambda line: line.right - line.left)[len(lines) // 2 :]
    right = sorted(line.right for line in long)[int(len(long) * 0.9)]
    left = _most(round(line.left / 3) * 3 for line in long if line.right > right - 40)
    steps = (a.baseline - b.baseline for sheet in sheets for a, b in pairwise(sheet.lines))
    leading = _most(round(step) for step in steps if 4 < step < 60)
    return _Margins(left, right, size, leading or 1.3 * size)


def _most(values: Iterable[float]) -> float:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else 0.0


def _without_heads(sheets: list[Sheet]) -> list[Sheet]:
    """The pages without page numbers, and without lines that stand at the edge of three pages or more."""
    edges = Counter(_key(line) for sheet in sheets for line in sheet.lines if _at_edge(line, sheet))
    out = []
    for sheet in sheets:
        kept = tuple(
            line
            for line in sheet.lines
            if not (
                _at_edge(line, sheet)
                and line.table is None
                and (_PAGE_NUMBER.match(line.text.strip()) or edges[_key(line)] >= 3)
            )
        )
        out.append(replace(sheet, lines=kept))
    return out


def _key(line: Printed) -> str:
    return re.sub(r"\d+", "0", line.text.strip())


def _at_edge(line: Printed, sheet: Sheet) -> bool:
    return not _BAND * sheet.height < line.baseline < (1 - _BAND) * sheet.height


def _split_notes(lines: tuple[Printed, ...], margins: _Margins) -> tuple[list[Printed], list[Printed]]:
    """Body and footnotes of a page: small letters below everything else, the first line with a number."""
    small = [i for i, line in enumerate(lines) if line.size < _NOTE_SIZE * margins.size and line.table is None]
    floor = min((line.baseline for i, line in enumerate(lines) if i not in set(small)), default=0.0)
    below = [i for i in small if lines[i].baseline < floor]
    first = next((i for i in below if _NOTE.match(lines[i].text)), None)
    if first is None:
        return list(lines), []
    notes = {i for i in below if i >= first}
    return [line for i, line in enumerate(lines) if i not in notes], [lines[i] for i in sorted(notes)]


def _note_lines(notes: list[tuple[Printed, int]]) -> Iterator[Line]:
    """Each footnote begins with its number; numbers count up."""
    last = 0
    for line, page in notes:
        number = _NOTE.match(line.text)
        if number and (int(number[1]) == last + 1 or last == 0):
            last = int(number[1])
            yield Line(f"[{last}] {line.text[number.end() :]}", page=page, begins=Break.PARAGRAPH)
        else:
            yield Line(line.text, page=page, begins=Break.LINE)


def _unbroken(sheet: Sheet) -> Sheet:
    """Pieces of one printed line put together again: a raised footnote mark ends a piece."""
    out: list[Printed] = []
    for line in sheet.lines:
        before = out[-1] if out else None
        if before and _goes_on(before, line):
            space = " " if line.left - before.right > 0.15 * line.size else ""
            longer = line if len(line.text) > len(before.text) else before
            out[-1] = replace(before, text=f"{before.text}{space}{line.text}", right=line.right, size=longer.size)
        else:
            out.append(line)
    return replace(sheet, lines=tuple(out))


def _goes_on(before: Printed, line: Printed) -> bool:
    level = abs(before.baseline - line.baseline) < 0.3 * max(before.size, line.size)
    gap = line.left - before.right
    return level and before.table is None and line.table is None and -2 < gap < 1.2 * line.size


def _in_columns(sheet: Sheet) -> Sheet:
    """Lines side by side in two columns: first those of the left column, then those of the right one.

    Only where the page was written row by row: a line of the right column between two of the left one. Lines that
    reach across the middle stay where they are.
    """
    middle = sheet.width / 2
    out: list[Printed] = []
    run: list[tuple[Printed, bool]] = []  # each with whether it stands on the right

    def close() -> None:
        if _is_row_by_row([right for _, right in run]):
            run.sort(key=lambda pair: pair[1])
        out.extend(line for line, _ in run)
        run.clear()

    for line in sheet.lines:
        aside = (line.left + line.right) / 2 - middle
        if line.table is None and abs(aside) > _ASIDE:
            run.append((line, aside > 0))
        else:
            close()
            out.append(line)
    close()
    return replace(sheet, lines=tuple(out))


def _is_row_by_row(sides: list[bool]) -> bool:
    """Whether the left column goes on after a line of the right one."""
    return any(right and not after for right, after in pairwise(sides))
