"""Which files are read? Notices of the invented series, in as many provinces as are needed, kept in `.cache/speed`.

The same number gives the same texts and DOCX, byte for byte; PDFs are made by LibreOffice, which takes some minutes
the first time.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from samples.render import render_docx, render_pdfs
from samples.series import Written, make_series
from samples.series.__main__ import docx

CACHE = Path(__file__).parents[2] / ".cache" / "speed"
FORMATS = ("docx", "pdf", "txt")
_AT_ONCE = 40  # PDFs in one run of LibreOffice
#: Has all Vietnamese letters, as the fonts of the offices do; some free stand-ins of Times New Roman have not, and
#: their PDFs are read by position, which is slow.
_FONT = "DejaVu Serif"


def written() -> Iterator[Written]:
    """Notices without end, province after province."""
    for copy in count():
        yield from make_series(copy=copy)


def each_in_every_format(notices: int) -> Path:
    """A folder with `docx/`, `pdf/` and `txt/`, each with the same `notices` notices."""
    return _made(f"{notices}-in-every-format", notices, lambda _number: FORMATS)


def formats_in_turn(notices: int) -> Path:
    """A folder with `docx/`, `pdf/` and `txt/` that together hold `notices` notices, each in one format."""
    return _made(f"{notices}-in-turn", notices, lambda number: (FORMATS[number % 3],))


def files(folder: Path) -> list[Path]:
    """All files of a corpus, formats mixed as in an inbox."""
    return sorted(folder.glob("*/*"), key=lambda path: (path.stem, path.suffix))


def fill(inbox: Path, folder: Path) -> int:
    """Copy a corpus into an inbox; gives back the number of files."""
    inbox.mkdir(parents=True)
    found = files(folder)
    for path in found:
        shutil.copyfile(path, inbox / path.name)
    return len(found)


def _made(name: str, notices: int, formats: Callable[[int], Sequence[str]]) -> Path:
    folder = CACHE / name
    if folder.exists():
        return folder
    part = CACHE / f"{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    for suffix in FORMATS:
        (part / suffix).mkdir(parents=True)
    pdfs: list[Written] = []
    for number, notice in enumerate(islice(written(), notices)):
        wanted = formats(number)
        if "txt" in wanted:
            (part / "txt" / f"{notice.name}.txt").write_text(notice.text, encoding="utf-8")
        if "docx" in wanted:
            (part / "docx" / f"{notice.name}.docx").write_bytes(docx(notice))
        if "pdf" in wanted:
            pdfs.append(notice)
    for start in range(0, len(pdfs), _AT_ONCE):
        print(f"\rPDF {start}/{len(pdfs)} of {name}", end="", file=sys.stderr, flush=True)
        some = pdfs[start : start + _AT_ONCE]
        printed = render_pdfs([render_docx(n.text, font=_FONT) for n in some], timeout=1800)
        for notice, data in zip(some, printed, strict=True):
            (part / "pdf" / f"{notice.name}.pdf").write_bytes(data)
    print(f"\r{'':40}\r", end="", file=sys.stderr, flush=True)
    part.rename(folder)
    return folder
