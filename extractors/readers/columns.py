"""Which lines of a printed page stand side by side? Letterhead and signature, told apart into their two columns.

A program that keeps the layout of a page (`pdftotext -layout`) prints both columns on one line, with blanks between:

    BỘ GIAO THÔNG VẬN TẢI               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    Nơi nhận:                                              TL. BỘ TRƯỞNG

Only above the kind of document and below `Nơi nhận` are columns looked for: blanks within a sentence mean nothing.
Lines are put in another order and cut; no letter is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
#: What is left blank on the paper is no gap: `Số:      /TB-UBND`, `ngày      tháng      năm 2024`.
_BLANK = re.compile(r"(?:Số\s*:?|ngày|tháng)\s{3,}\S|\S\s{3,}(?:/|tháng|năm)")
_KIND = re.compile(r"\W*(?:THÔNG BÁO|CÔNG ĐIỆN|CHỈ THỊ|NGHỊ QUYẾT|KẾ HOẠCH|QUYẾT ĐỊNH|CHƯƠNG TRÌNH|GIẤY MỜI)\W*$")
_MOTTO = re.compile(r"CỘNG H[ÒO][ÀA]|ĐẢNG CỘNG SẢN|Độc lập")
_RECIPIENTS = re.compile(r"\W*(?:Nơi nhận|NƠI NHẬN)\s*:?")
_LETTERHEAD_LINES: Final = 14
_SIGNATURE_LINES: Final = 40


def apart(text: str) -> str:
    """`text` with the columns of letterhead and signature one after the other; itself where there are none."""
    if not _GAP.search(text):
        return text
    lines = text.split("\n")
    head = _letterhead(lines)
    tail = _signature(lines, head)
    return "\n".join(
        [*_columns(lines[:head], _MOTTO), *lines[head:tail], *_columns(lines[tail:], _RECIPIENTS)],
    )


def _letterhead(lines: Sequence[str]) -> int:
    """How many lines stand above the kind of document; 0 where it is not among the first."""
    return next((n for n, line in enumerate(lines[:_LETTERHEAD_LINES]) if _KIND.match(line)), 0)


def _signature(lines: Sequence[str], after: int) -> int:
    """Where `Nơi nhận` stands near the end."""
    first = max(after, len(lines) - _SIGNATURE_LINES)
    return next((n for n in range(first, len(lines)) if _RECIPIENTS.match(lines[n])), len(lines))


def _columns(lines: Sequence[str], needs: re.Pattern[str]) -> list[str]:
    """The left column, then the right one. Nothing is changed unless a line with `needs` has both."""
    cuts = [_cut(line) for line in lines]
    if not any(cut and needs.search(line) for line, cut in zip(lines, cuts, strict=True)):
        return list(lines)
    edge = min(cut for cut in cuts if cut)
    left: list[str] = []
    right: list[str] = []
    for line, cut in zip(lines, cuts, strict=True):
        if cut:
            left.append(line[:cut].rstrip())
            right.append(line[cut:])
        elif line.strip() and _indent(line) >= edge - 6:
            right.append(line)
        else:
            left.append(line)
    return [*left, "", *right, ""]


def _cut(line: str) -> int | None:
    """Where the right column begins; None where the line has one only."""
    if line.strip().startswith("|"):  # a row of a table
        return None
    gaps = [gap for gap in _GAP.finditer(line) if not _BLANK.search(line, max(gap.start() - 5, 0), gap.end() + 5)]
    return max(gaps, key=lambda gap: gap.end() - gap.start()).end() if gaps else None


def _indent(line: str) -> int:
    return sum(1 for _ in takewhile(str.isspace, line))
