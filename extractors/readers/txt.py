"""Which lines stand in a text file? Finds the encoding, drops what Markdown adds, and says which lines are wrapped.

Three layouts are met: a blank line between paragraphs, one line a paragraph, and lines wrapped at a fixed width.
In a wrapped text a line ends a paragraph for sure where the first word of the next would still have fitted on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from extractors.encodings import decode, mend
from extractors.errors import UnreadableDocument
from extractors.model import Break, Line, Problem, RawText
from extractors.readers.columns import apart

#: A text whose longest lines are longer than this is not wrapped for a page or a screen.
_WIDEST_WRAP: Final = 130
#: Share of the lines that reach near the wrapping width in a wrapped text.
_FULL_LINES: Final = 0.3
_ENDED = re.compile(r"[.;:]\s*$")
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

_FRONT_MATTER = re.compile(r"\A\s*---\n(?:[^\n]*\n){1,60}?---\n")
_MARKDOWN = re.compile(r"\A\s*---\n\w+:|\*\*\S|^#{1,6} \S|^[ \t]*\|.*\|[ \t]*$|^[ \t]*```", re.M)
#: Emphasis, heading marks, fences and backslashes of Markdown; `* ` at the start of a line is a bullet and stays.
_RESIDUE = re.compile(
    r"\*{2,3}|^#{1,6} +|^```\w*$|\\(?=[-\\`*_{}\[\]()#+.!|])|(?<=[^\s*])\*(?!\w)|(?<!\w)\*(?=[^\s*])", re.M
)
_ROW = re.compile(r"\s*\|(.*)\|\s*$")
_ROW_RULE = re.compile(r"[\s|:-]+$")
#: Blanks part what stood one below the other, but for those that wait to be filled in: `Số:      /TB-UBND`.
_CELL_BREAK = re.compile(r"<br\s*/?>|\s-{3,}\s?|(?<=[^\s:])\s{5,}+(?!/|tháng|năm)")


def read(data: bytes) -> RawText:
    """The lines of the text file `data`, in whatever encoding; raises `UnreadableDocument` for broken UTF-16."""
    text, problems = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\u2028", "\n")
    if _MARKDOWN.search(text):
        text = _RESIDUE.sub("", _FRONT_MATTER.sub("", text))
    lines = tuple(_lines(apart(text)))
    return RawText(lines=lines, format="txt", pages=max((line.page for line in lines), default=1), problems=problems)


def _decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else _utf16(data)
    if encoding is None:
        return decode(data)
    try:
        return mend(data.decode(encoding))
    except UnicodeDecodeError as exc:
        raise UnreadableDocument(f"not {encoding}: {exc}") from exc


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: the high bytes of Vietnamese are 00, 01, 03, 1E and 20, at even or at odd places."""
    sample = data[:4096]
    if sample.count(0) < 0.2 * len(sample):
        return None
    high = frozenset(b"\x00\x01\x03\x1e\x20")
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        places = sample[start::2]
        if places and sum(b in high for b in places) > 0.97 * len(places):
            return name
    return None


def _lines(text: str) -> Iterator[Line]:
    begins, page, table, row, in_table = Break.PARAGRAPH, 1, -1, 0, False
    full, indented = _full_from(text), _indented_from(text)
    previous = ""
    for printed in text.split("\n"):
        if "\f" in printed:
            page, begins = page + printed.count("\f"), Break.PAGE
        line = printed.replace("\f", "").strip()
        if not line:
            begins, in_table = Break.PAGE if begins is Break.PAGE else Break.PARAGRAPH, False
            continue
        if cells := _cells(line):
            table, row = (table, row + 1) if in_table else (table + 1, 0)
            yield from _row(cells, page, (table, row))
            in_table, begins, previous = True, Break.PARAGRAPH, ""
            continue
        if in_table and _ROW_RULE.match(line):
            continue
        if begins is Break.LINE and (
            not (0 < full <= _with_first_word(previous, line)) or 0 < indented <= _indent(printed) < 2 * indented + 8
        ):
            begins = Break.PARAGRAPH
        yield Line(line, page=page, begins=begins)
        begins, previous, in_table = Break.LINE, line, False


def _full_from(text: str) -> float:
    """How long a line is with the next line's first word, at least, where it was wrapped; 0: nothing is wrapped.

    Learnt from the pairs that are surely one sentence, because the second line begins with a small letter: a fixed
    width gives one sharp limit, a printed page (wide and narrow letters) a lower one.
    """
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    lengths = sorted(map(len, lines))
    if len(lengths) < 8:
        return 0
    width = lengths[int(len(lengths) * 0.98) - 1]
    if width > _WIDEST_WRAP or sum(length > 0.8 * width for length in lengths) < _FULL_LINES * len(lengths):
        return 0
    pairs = sorted(_with_first_word(a, b) for a, b in pairwise(lines) if b[0].islower())
    learnt = pairs[len(pairs) * 15 // 100] if len(pairs) >= 5 else 0.9 * width  # titles and page numbers are shorter
    return max(0.6 * width, learnt)


def _indented_from(text: str) -> int:
    """How far (characters) the first line of a paragraph stands in, in a page whose layout was kept; 0: it does not.

    Most lines then begin at one margin, and those that follow the end of a sentence stand in by one and the same step.
    """
    lines = [line for line in text.replace("\f", "").split("\n") if line.strip()]
    margins = Counter(map(_indent, lines)).most_common(1)
    if not margins or margins[0][1] < 0.5 * len(lines):
        return 0
    margin = margins[0][0]
    begun = Counter(
        _indent(line) - margin for before, line in pairwise(lines) if _ENDED.search(before) and _indent(line) >= margin
    ).most_common(1)
    return begun[0][0] + margin if begun and begun[0][0] >= 3 and begun[0][1] >= 3 else 0


def _indent(line: str) -> int:
    line = line.lstrip("\f")
    return len(line) - len(line.lstrip(" "))


def _with_first_word(line: str, following: str) -> int:
    return len(line) + 1 + len(following.split(" ", 1)[0])


def _cells(line: str) -> list[str] | None:
    found = _ROW.match(line) if "|" in line else None
    if not found:
        return None
    return [] if _ROW_RULE.match(line) else [cell.strip() for cell in found[1].split("|")]


def _row(cells: list[str], page: int, place: tuple[int, int]) -> Iterator[Line]:
    for column, cell in enumerate(cells):
        for part in _CELL_BREAK.split(cell):
            if part.strip(" -_"):
                yield Line(part.strip(), page=page, begins=Break.PARAGRAPH, table=(*place, column))
