"""Which rows of a printed table go on overleaf? A row that a page cuts in two is made whole.

A table that goes on begins its page with the first row's heads again, or with the rest of a row: without the number
that every row has, and in the middle of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from extractors.readers.layout import Printed, Sheet

_Rows = dict[int, list[Printed]]  # row → its lines, in the order of its cells


def whole_rows(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The `sheets` with the rest of each cut row moved to where it begins, and repeated heads left out."""
    done: list[Sheet] = []
    heads: _Rows = {}
    for sheet in sheets:
        last = _table(done[-1].lines[-1:]) if done else None
        first = _table(sheet.lines[:1])
        if first is None or last is None:
            heads = {}
        else:
            before, rows = _rows(done[-1], last), _rows(sheet, first)
            heads = heads or before
            again = _repeated(heads, rows)
            rest = rows.get(again, [])
            gone = {id(line) for row in range(again) for line in rows.get(row, [])}
            if _is_rest(before[max(before)], rest):
                gone |= {id(line) for line in rest}
                done[-1] = _with(done[-1], (last, max(before)), rest)
            sheet = replace(sheet, lines=tuple(line for line in sheet.lines if id(line) not in gone))
        done.append(sheet)
    return done


def _table(lines: tuple[Printed, ...]) -> int | None:
    return lines[0].table[0] if lines and lines[0].table else None


def _rows(sheet: Sheet, table: int) -> _Rows:
    rows: _Rows = {}
    for line in sheet.lines:
        if line.table and line.table[0] == table:
            rows.setdefault(line.table[1], []).append(line)
    return rows


def _repeated(heads: _Rows, rows: _Rows) -> int:
    """How many rows at the top are those that the table begins with."""
    count = 0
    while count in rows and _texts(heads.get(count, [])) == _texts(rows[count]):
        count += 1
    return count


def _texts(lines: list[Printed]) -> list[tuple[int, str]]:
    return [(line.table[2] if line.table else 0, line.text) for line in lines]


def _is_rest(row: list[Printed], rest: list[Printed]) -> bool:
    if not rest or not row or _columns(rest)[0] == 0 or _columns(row)[0] != 0:
        return False
    begins = {line.table[2]: line.text for line in reversed(rest) if line.table}
    return any(not text[0].isupper() for text in begins.values()) or len(begins) < len(set(_columns(row)))


def _columns(lines: list[Printed]) -> list[int]:
    return sorted(line.table[2] for line in lines if line.table)


def _with(sheet: Sheet, place: tuple[int, int], rest: list[Printed]) -> Sheet:
    """The sheet with the lines of `rest` in the cells of the row at `place` (table and row)."""
    moved = [replace(line, table=(*place, line.table[2])) for line in rest if line.table]
    row = [line for line in sheet.lines if line.table and line.table[:2] == place]
    others = [line for line in sheet.lines if line not in row]  # the row is the last of its page
    return replace(sheet, lines=(*others, *sorted((*row, *moved), key=lambda line: line.table or ())))
