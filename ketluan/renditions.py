"""Which file of a paper leads, and where do its files disagree?

A paper comes as a draft DOCX, a signed PDF, a TXT. They are renditions of one notice; the record and the text are
read from the one that leads. Of several signed copies (with a number) what they are decides, never which came first:
they are copies of one paper. Of several drafts the one that came last leads: somebody worked on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from extractors.model import Notice, PartialDate, Problem, Severity

#: Which leads, best first: (format, has a number). A PDF with a number is the signed copy.
#: A format that is not listed comes last.
LEADING = (
    ("pdf", True),
    ("docx", True),
    ("docx", False),
    ("doc", True),
    ("doc", False),
    ("pdf", False),
    ("txt", True),
    ("txt", False),
    ("odt", True),
    ("odt", False),
    ("rtf", True),
    ("rtf", False),
    ("html", True),
    ("html", False),
)


#: Codes of problems that say so of a file.
_SCANNED = ("ocr", "ocr_unread", "scanned_pages")


@dataclass(frozen=True, slots=True)
class Stated:
    """What one file says of itself, as far as files of one paper may differ."""

    number: str | None
    issued: PartialDate | None
    title: str | None
    scanned: bool = False  # its text was read from images, letter by letter

    @classmethod
    def by(cls, notice: Notice) -> Stated:
        """What the file that `notice` was read from says."""
        scanned = any(problem.code in _SCANNED for problem in notice.problems)
        return cls(notice.number, notice.issued, notice.title, scanned)


#: field, its name for people, code of the problem; titles of one paper differ in spelling only
_COMPARED = (
    ("number", "Số văn bản", "renditions_number", Severity.WARNING),
    ("issued", "Ngày ban hành", "renditions_issued", Severity.WARNING),
    ("title", "Trích yếu", "renditions_title", Severity.NOTE),
)


def rank(format: str, stated: Stated) -> int:
    """Place in `LEADING`: the lower leads."""
    row = (format, stated.number is not None)
    return LEADING.index(row) if row in LEADING else len(LEADING)


def precedence(format: str, stated: Stated, added: datetime, sha256: str) -> tuple[int, bool, bool, float, str]:
    """Sorts the files of a paper, the leading one first: the same whatever order they were stored in.

    Among files of one rank: text before scans, a whole day of issue before a part of it, drafts by `added` with
    the latest first; and the hash, so that there is always one answer.
    """
    newest = 0.0 if stated.number is not None else -added.timestamp()
    return rank(format, stated), stated.scanned, len(stated.issued or "") < len("2021-09-03"), newest, sha256


def disagreements(files: Sequence[tuple[str, Stated]]) -> tuple[Problem, ...]:
    """A problem for each of number, day of issue and title that the files (name, what it states) print differently.

    What a file leaves blank contradicts nothing; a month agrees with every day in it.
    """
    found = []
    for field, label, code, severity in _COMPARED:
        printed = [(value, name) for name, stated in files if (value := getattr(stated, field))]
        if len({v for v, _ in printed if not _vaguer(v, [w for w, _ in printed], field)}) > 1:
            listed = "; ".join(f"{name}: {value}" for value, name in printed)
            message = f"{label} không giống nhau giữa các tệp ({listed}). Hãy đối chiếu với bản ký."
            found.append(Problem(code, message, severity))
    return tuple(found)


def _vaguer(value: str, others: list[str], field: str) -> bool:
    """Is `value` (a month) merely a part of another value (a day of it)?"""
    return field == "issued" and any(other != value and other.startswith(value + "-") for other in others)
