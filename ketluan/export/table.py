"""Tables for spreadsheets: CSV that Excel opens with Vietnamese letters and without running anything.

UTF-8 with a byte order mark, because Excel takes a CSV without one for the system's code page. A cell that a
spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write the table, whole or not at all; gives back the number of rows. Raises `OSError`."""
    count = 0
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([safe_cell(c) for c in header])
            for row in rows:
                writer.writerow([safe_cell(c) for c in row])
                count += 1
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return count


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula; None is an empty cell."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
