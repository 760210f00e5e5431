"""Which file of a paper leads, what does the signed copy add, and where do its files disagree?

A paper comes as a draft DOCX, a signed PDF, a scan, a TXT. They are renditions of one notice; the text and all that is
found in it are read from the one that leads: the best text. A scan is read letter by letter, so any text that was
typed goes before it; yet the signed copy alone knows the number and the day of issue, so these are taken from it
whatever leads (`with_signed`). Of several signed copies (with a number) what they are decides, never which came
first: they are copies of one paper. Of several drafts the one that came last leads: somebody worked on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from extractors.model import Notice, PartialDate, Problem, Severity, Signer

#: Which leads, best first: (format, has a number). A PDF with a number is the signed copy.
#: A format that is not listed comes after these, and after it scans, whatever their format.
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
#: In these formats a signed paper comes.
_SIGNED = ("pdf", "png", "jpg", "tif", "gif")
#: What the signed copy knows that a draft may not, and the code of the problem that says it was asked.
TAKEN = ("number", "issued", "symbol", "signer")
SIGNED = "renditions_signed"
#: What a draft is told for its blanks; no longer true once the signed copy has filled them.
_BLANKS = {"number": ("number_blank",), "issued": ("issue_date_blank", "no_issue_date"), "symbol": ("no_symbol",)}


@dataclass(frozen=True, slots=True)
class Stated:
    """What one file says of itself, as far as files of one paper may differ."""

    number: str | None
    issued: PartialDate | None
    title: str | None
    scanned: bool = False  # its text was read from images, letter by letter
    symbol: str | None = None
    signer: Signer | None = None

    @classmethod
    def by(cls, notice: Notice) -> Stated:
        """What the file that `notice` was read from says."""
        scanned = any(problem.code in _SCANNED for problem in notice.problems)
        return cls(notice.number, notice.issued, notice.title, scanned, notice.symbol, notice.signer)


#: field, its name for people, code of the problem; titles of one paper differ in spelling only
_COMPARED = (
    ("number", "Số văn bản", "renditions_number", Severity.WARNING),
    ("issued", "Ngày ban hành", "renditions_issued", Severity.WARNING),
    ("title", "Trích yếu", "renditions_title", Severity.NOTE),
)


def rank(format: str, stated: Stated) -> int:
    """Place in `LEADING`: the lower leads."""
    row = (format, stated.number is not None)
    if stated.scanned:
        return len(LEADING) + 1
    return LEADING.index(row) if row in LEADING else len(LEADING)


def precedence(format: str, stated: Stated, added: datetime, sha256: str) -> tuple[int, bool, bool, float, str]:
    """Sorts the files of a paper, the leading one first: the same whatever order they were stored in.

    Among files of one rank: those with a number first, a whole day of issue before a part of it, drafts by `added` with
    the latest first; and the hash, so that there is always one answer.
    """
    newest = 0.0 if stated.number is not None else -added.timestamp()
    return rank(format, stated), stated.number is None, len(stated.issued or "") < len("2021-09-03"), newest, sha256


def with_signed(notice: Notice, files: Sequence[tuple[str, str, Stated]]) -> tuple[Notice, tuple[Problem, ...]]:
    """The leading file's `notice` with what the signed copy alone knows, and a problem that says so.

    `files` are (name, format, what it states), the leading one first. Number and day of issue are those of the signed
    copy, unless it has less of a date; symbol and signer only where the leading file has none.
    """
    (_, _, leading), signed = files[0], _signed(files)
    if signed is None or signed == files[0]:
        return notice, ()
    name, _, stated = signed
    taken: dict[str, object] = {}
    for field in TAKEN:
        value, own = getattr(stated, field), getattr(leading, field)
        if value == own or not value or (own and (field not in _BLANKS or field == "symbol")):
            continue
        if field == "issued" and own and _vaguer(value, [own], field):
            continue
        taken[field] = value
    if not taken:
        return notice, ()
    filled = {code for field in taken for code in _BLANKS.get(field, ())}
    kept = tuple(problem for problem in notice.problems if problem.code not in filled)
    listed = ", ".join(_NAMES[field] for field in taken)
    how = ", là bản quét do máy đọc chữ: hãy đối chiếu với ảnh" if stated.scanned else ""
    message = f"Lấy từ bản ký “{name}”{how}: {listed}."
    return replace(notice, problems=kept, **taken), (Problem(SIGNED, message),)


#: Names for people of what a signed copy knows
_NAMES = {"number": "số văn bản", "issued": "ngày ban hành", "symbol": "ký hiệu", "signer": "người ký"}


def _signed(files: Sequence[tuple[str, str, Stated]]) -> tuple[str, str, Stated] | None:
    """The copy that was signed: in a format of such, with a number; text before scans, the leading ones first."""
    copies = [file for file in files if file[1] in _SIGNED and file[2].number]
    return min(copies, key=lambda file: file[2].scanned, default=None)


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
