"""Which lines stand on a PDF page, told by the place of every letter? Slow and sure: for the pages that need it.

pdfplumber looks at each letter's place and so reads pages right whose text was written out of order; it takes forty
times as long as pypdfium2, so it is asked for single pages only.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from extractors.errors import UnreadableDocument
from extractors.model import CellPlace
from extractors.readers.layout import Printed

#: A gap of so many times the size of the letters stands between two columns.
_COLUMN_GAP = 1.8
#: What pdfplumber and pdfminer raise on a page that pypdfium2 could read.
_BROKEN = (PDFException, PdfminerException, ValueError, KeyError, TypeError, IndexError, RecursionError)


def lines(data: bytes, number: int) -> list[Printed]:
    """The lines of page `number` (from 1), top to bottom; one that runs across two columns is two lines."""
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number]) as document:
            page = document.pages[0]
            words = page.extract_words(extra_attrs=["size"], use_text_flow=False, keep_blank_chars=False)
            return list(_lines(words, float(page.height)))
    except _BROKEN as exc:
        raise UnreadableDocument(f"pdf page {number}: {exc}") from exc


def with_tables(printed: Sequence[Printed], data: bytes, number: int) -> tuple[list[Printed], set[CellPlace]]:
    """The lines `printed` of page `number`, those inside ruled tables put in order of their cells.

    And which empty cells are one with the cell above them.
    """
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number]) as document:
            page = document.pages[0]
            tables = [t for t in page.find_tables() if max(len(row.cells) for row in t.rows) > 2]
            found = [(table, table.extract(x_tolerance=2)) for table in tables]
            height = float(page.height)
    except _BROKEN as exc:
        raise UnreadableDocument(f"pdf page {number}: {exc}") from exc
    lines = list(printed)
    merged: set[CellPlace] = set()
    for index, (table, rows) in enumerate(found):
        left, top, right, bottom = table.bbox
        inside = [
            i
            for i, line in enumerate(lines)
            if left - 3 < line.left < right + 3 and height - bottom < line.baseline + 0.3 * line.size < height - top
        ]
        at = inside[0] if inside else len(lines)
        rest = [line for i, line in enumerate(lines) if i not in set(inside)]
        place = number * 100 + index
        lines = [*rest[:at], *_cells(rows, (place, left, right, height - top)), *rest[at:]]
        merged |= {(place, row, column) for row, column in _merged(table)}
    return lines, merged


def _merged(table: Any) -> Iterator[tuple[int, int]]:
    """Row and column of each cell that the one above it reaches down into."""
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            above = next((up.cells[c] for up in reversed(table.rows[:r]) if up.cells[c] is not None), None)
            if cell is None and above is not None and above[3] > row.bbox[3] - 1:
                yield r, c


def _cells(rows: list[list[str | None]], place: tuple[int, float, float, float]) -> Iterator[Printed]:
    table, left, right, top = place
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            for text in (cell or "").split("\n"):
                if text.strip():
                    yield Printed(text.strip(), left, right, top, 0.0, (table, r, c))


def _lines(words: list[dict[str, Any]], height: float) -> Iterator[Printed]:
    row: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda w: (round(w["bottom"]), w["x0"])):
        if row and word["bottom"] - row[0]["bottom"] > 0.4 * word["size"]:
            yield from _row(row, height)
            row = []
        row.append(word)
    if row:
        yield from _row(row, height)


def _row(row: list[dict[str, Any]], height: float) -> Iterator[Printed]:
    row = sorted(row, key=lambda w: w["x0"])
    part = [row[0]]
    for before, word in pairwise(row):
        if word["x0"] - before["x1"] > _COLUMN_GAP * word["size"]:
            yield _printed(part, height)
            part = []
        part.append(word)
    yield _printed(part, height)


def _printed(part: list[dict[str, Any]], height: float) -> Printed:
    text = " ".join(word["text"] for word in part)
    return Printed(text, part[0]["x0"], part[-1]["x1"], height - part[0]["bottom"], part[0]["size"])
