"""Tables for spreadsheets: CSV and XLSX that Excel opens with Vietnamese letters and without running anything.

CSV is UTF-8 with a byte order mark, because Excel takes one without for the system's code page. A cell that a
spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"). In XLSX each cell says
whether it is text, a number or a day; such a text carries the mark that the apostrophe leaves (`quotePrefix`), so that
it stays text when somebody edits the cell.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What a cell of a workbook can hold: letters, and no control characters (ECMA-376, ST_Xstring).
_LONGEST_CELL = 32_767
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDEST = 60  # letters
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Table:
    """A named table. Days are `date`, numbers are `int`; all else is shown as text, None as an empty cell."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def csv_bytes(table: Table) -> bytes:
    """The table as a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (table.header, *table.rows):
        writer.writerow([safe_cell(c) for c in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(tables: Iterable[Table]) -> bytes:
    """A workbook with a sheet for each table: the header stays in view and filters, days are days."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "formula": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        "number": book.add_format({"valign": "top"}),
    }
    for table in tables:
        sheet = book.add_worksheet(_NO_SHEET_NAME.sub(" ", table.name)[:31])
        for row, cells in enumerate((table.header, *table.rows)):
            for column, value in enumerate(cells):
                _put(sheet, row, column, value, styles, head=row == 0)
        for column in range(len(table.header)):
            sheet.set_column(column, column, _width(table, column))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), max(len(table.header) - 1, 0))
    book.close()
    return out.getvalue()


def write_file(path: Path, data: bytes) -> None:
    """Write the file, whole or not at all. Raises `OSError`."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula; days as people write them, None is an empty cell."""
    text = value.strftime("%d/%m/%Y") if isinstance(value, date) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else text


def _put(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    styles: dict[str, xlsxwriter.format.Format],
    *,
    head: bool,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(row, column, value, styles["day"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, styles["number"])
    else:
        text = _CONTROL.sub("\ufffd", str(value))
        text = text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 2]} …"
        style = "head" if head else "formula" if text.startswith(_FORMULA) else "text"
        sheet.write_string(row, column, text, styles[style])


def _width(table: Table, column: int) -> int:
    longest = max((len(safe_cell(row[column])) for row in (table.header, *table.rows)), default=0)
    return min(max(longest + 2, 9), _WIDEST)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
