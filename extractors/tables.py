"""Which tables of a paper list tasks, and what does each row say?

A table of tasks has a column of tasks and one of those who lead (`Cơ quan chủ trì`), or of tasks and the time; the
heads are told apart by `extractors.labels`. Its numbering row `(1) (2) …` and heads that a new page repeats are
passed over; a row of one cell (`I. Lĩnh vực y tế`) is the context of those below it; what is merged downwards, or
`như trên`, holds for each row. Any other table stays what it is: text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from extractors.agencies import find_agencies
from extractors.assignments import names_only
from extractors.labels import Cell, Role, column_role
from extractors.markers import ordinal
from extractors.model import Paragraph, SourceText
from extractors.outline import Row


@dataclass(slots=True)
class _Table:
    """What is known of a table as its rows are read, from one page to the next."""

    columns: dict[int, Role]
    sections: list[tuple[int, Cell]] = field(default_factory=list)  # with the rank of their numbers
    above: dict[int, Cell] = field(default_factory=dict)  # the last cell of each column


_Grid = dict[int, dict[int, Cell]]  # row → column → cell; its role is not known yet

#: Heads are looked for in so many rows; a title or a unit (`Đơn vị: triệu đồng`) may stand over them.
_HEAD_ROWS: Final = 3
_ROLES: Final = frozenset((Role.LEAD, Role.COORDINATING, Role.DUE, Role.REPORT))
_COUNTS = re.compile(r"\(?\d{1,2}\)?(?:\s*=.*)?$|\([a-zđ]\)$")
_SAME = re.compile(r"(?:-\s*)?(?:nt|như trên|\"|”|''|-nt-)\s*(?:-|\.)?$", re.I)
_DUTY = re.compile(r"nhiệm vụ|công việc|đầu việc|giải pháp|chỉ đạo|kết luận|giao", re.I)
_TITLE = re.compile(r"\W*(?:phụ lục|phụ biểu|biểu(?: số)?|danh mục|bảng)\b", re.I)
_ENCLOSED = re.compile(r"\(\s*(?:ban hành\s+)?kèm theo", re.I)


def with_rows(source: SourceText, paragraphs: Sequence[Paragraph]) -> list[Paragraph | Row]:
    """`paragraphs` with the rows of tasks in place of their tables; what stands in other tables is left out.

    A table of one column only is a frame around text: its paragraphs stay.
    """
    found: list[Paragraph | Row] = []
    table: _Table | None = None
    for number, group in groupby(paragraphs, key=lambda p: p.table and p.table[0]):
        inside = list(group)
        if number is None:
            found += inside
            table = None
            continue
        grid = _grid(source, inside)
        if max(c for row in grid.values() for c in row) == 0:
            found += inside
            continue
        table = _table(grid, table)
        if table is not None:
            found += _rows(grid, table, {(r, c) for t, r, c in source.merged if t == number})
    return found


def annexed(source: SourceText, paragraphs: Sequence[Paragraph]) -> list[Row]:
    """The rows of tables after the signature, each below the title of its annex."""
    rows: list[Row] = []
    title: tuple[str, ...] = ()
    open_ = False
    for found in with_rows(source, paragraphs):
        if isinstance(found, Row):
            rows.append(Row(found.text, found.start, found.page, found.cells, (*title, *found.context)))
            open_ = False
        elif _TITLE.match(found.text):
            title, open_ = (found.text,), True
        elif open_ and not _ENCLOSED.match(found.text):
            title = (*title, found.text)
    return rows


def _grid(source: SourceText, paragraphs: Sequence[Paragraph]) -> _Grid:
    grid: _Grid = {}
    places: dict[tuple[int, int], list[Paragraph]] = {}
    for paragraph in paragraphs:
        _, row, column = paragraph.table or (0, 0, 0)
        places.setdefault((row, column), []).append(paragraph)
    for (row, column), inside in places.items():
        start, end = inside[0].span.start, inside[-1].span.end
        cell = Cell(Role.OTHER, source.text[start:end], start, inside[0].span.page)
        grid.setdefault(row, {})[column] = cell
    return grid


def _table(grid: _Grid, before: _Table | None) -> _Table | None:
    """How to read the table: by its heads, or as what goes on from the page before."""
    rows = sorted(grid)
    for position, number in enumerate(rows[:_HEAD_ROWS]):
        columns = _columns(grid[number])
        if not columns:
            continue
        below = _columns(grid[rows[position + 1]]) if position + 1 < len(rows) else {}
        if sum(role in _ROLES for role in below.values()) > 1 and len(below) == len(grid[rows[position + 1]]):
            columns |= below  # a second row of heads: `Cơ quan thực hiện` over `chủ trì` and `phối hợp`
        if _lists_tasks(columns, grid[number]):
            return _Table(columns)
    if before is not None and max(max(row) for row in grid.values()) <= max(before.columns):
        return before
    return None


def _columns(row: dict[int, Cell]) -> dict[int, Role]:
    return {column: role for column, cell in row.items() if (role := column_role(cell.text)) is not None}


def _lists_tasks(columns: dict[int, Role], heads: dict[int, Cell]) -> bool:
    roles = set(columns.values())
    if Role.TASK not in roles or Role.MEETING in roles:
        return False
    if Role.LEAD in roles:
        return True
    tasks = [heads[c].text for c, role in columns.items() if role is Role.TASK and c in heads]
    return bool(roles & {Role.DUE, Role.COORDINATING}) and any(map(_DUTY.search, tasks))


def _rows(grid: _Grid, table: _Table, merged: set[tuple[int, int]]) -> Iterator[Row]:
    numbers = sorted(grid)
    for position, number in enumerate(numbers):
        row = grid[number]
        if _is_head(row, table):
            continue
        following = grid[numbers[position + 1]] if position + 1 < len(numbers) else {}
        held = {c for r, c in merged if r == number and c in table.above and c in table.columns}
        if not held and _is_section(row, following, table):
            _enter(row, table)
            continue
        for column in table.columns:
            if column in held or (column in row and _SAME.match(row[column].text)):
                row = {**row, **({column: table.above[column]} if column in table.above else {})}
        table.above |= row
        found = _row(row, table)
        if found is not None:
            yield found


def _is_head(row: dict[int, Cell], table: _Table) -> bool:
    """Heads again, on a new page or in a second row, or the numbers of the columns."""
    if all(_COUNTS.match(cell.text) for cell in row.values()):
        return len(row) > 1
    same = [column_role(cell.text) is table.columns.get(column) for column, cell in row.items()]
    return len(same) > 1 and all(same) and Role.NUMBER in map(table.columns.get, row)


def _number(row: dict[int, Cell], table: _Table) -> str:
    """The label in the row's first column (`I`, `2.1`), else the one that its only cell begins with."""
    numbered = [cell.text for column, cell in row.items() if table.columns.get(column) is Role.NUMBER]
    label = numbered[0] if numbered else next(iter(row.values())).text if row else ""
    match = _LABEL.match(label)
    return match[1] if match and (len(label) < 8 or match[2]) else ""


_LABEL = re.compile(r"\s*([IVX]{1,5}|[A-H]|\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđ])\s*(?:([.)/:-])|$)")


def _rank(label: str) -> int:
    """How deep a label stands: `A` above `I` above `1` above `1.1` above `a` above none."""
    if not label:
        return 9
    if label.isupper():
        return 1 if ordinal(label) and label[0] in "IVX" else 0
    return 2 + label.count(".") if label[0].isdigit() else 8


def _is_section(row: dict[int, Cell], following: dict[int, Cell], table: _Table) -> bool:
    """A row of one text and no agency or time: the heading of the rows below it."""
    texts = [c for c in row if table.columns.get(c) is not Role.NUMBER or len(row[c].text) > 7]
    if len(texts) != 1 or (table.columns.get(texts[0]) in _ROLES and texts[0] != min(row)):
        return False
    rank = _rank(_number(row, table))
    return rank in _HEADING_RANKS or bool(following and _rank(_number(following, table)) > rank)


_HEADING_RANKS = (0, 1, 9)  # A, I, and text without a number


def _enter(row: dict[int, Cell], table: _Table) -> None:
    cell = max(row.values(), key=lambda c: len(c.text))
    rank = _rank(_number(row, table))
    table.sections = [*((r, c) for r, c in table.sections if r < rank), (rank, cell)]


def _row(row: dict[int, Cell], table: _Table) -> Row | None:
    tasks = [row[c] for c, role in sorted(table.columns.items()) if role is Role.TASK and c in row]
    if not tasks:
        return None
    *groups, task = tasks
    cells = [
        replace(row[c], role=role)
        for c, role in sorted(table.columns.items())
        if role in _ROLES and c in row and row[c].text.strip(" -_.")
    ]
    if not any(cell.role is Role.LEAD for cell in cells):
        cells += [replace(c, role=Role.LEAD) for _, c in table.sections if names_only(c.text, find_agencies(c.text))][
            -1:
        ]
    context = (*(c.text for _, c in table.sections), *(cell.text for cell in groups))
    return Row(task.text, task.start, task.page, tuple(cells), context)
