"""Which lines stand in a PDF? Text in reading order, and from the print area what begins a paragraph.

pypdfium2 gives the text of a page in the order that it was written; of each line only the first and the last letter
are measured, because measuring every letter takes three times as long. A page on which it scatters single letters
(a font without Vietnamese glyphs, filled up from another one) is read again by position, with pdfplumber.

Page numbers, running headers and the marks of footnotes are left out; the footnotes stand at the end (`[1] …`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import c_double, c_int, create_string_buffer
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from msgspec.structs import replace
from PIL import Image

from extractors import encodings
from extractors.errors import (
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    ScannedDocument,
    UnreadableDocument,
)
from extractors.model import CellPlace, Problem, RawText, Severity
from extractors.readers import limits, ocr
from extractors.readers.layout import Printed, Sheet, flow
from extractors.readers.rows import whole_rows
from extractors.readers.tesseract import DPI

#: Fewer letters than this on a page full of picture: the text is a stamp, not the document.
_STAMP_LETTERS: Final = 200
#: So does text that covers less than this share of the page; a full page has some 40 %.
_STAMP_AREA: Final = 0.04
#: Share of a page that a picture covers to be a scan of it.
_SCAN_AREA: Final = 0.5
#: Share of one-letter words above which a page's letters are scattered; in Vietnamese prose it is some 2 %.
_SCATTERED: Final = 0.12
#: Lines at the top of the first page that may run across both columns of the letterhead.
_HEAD_LINES: Final = 14
#: A gap of so many times the size of the letters stands between two columns; justified lines have less.
_COLUMN_GAP: Final = 1.8
#: After these a gap is a blank to be filled in by hand: `Số:      /TB-UBND`, `ngày     tháng`.
_BLANK_BEFORE = re.compile(r"(?:Số\s*:?|ngày|tháng|năm)\s*\d*$")
_SPACES = re.compile(r"(?<=\S) +(?=\S)")
#: Heads of the columns of a table of tasks; tables are looked for on such pages only, and where rules are drawn.
_TABLE_HEAD = re.compile(
    r"^[ \t]*(?:S?TT|Số TT)\b|(?:[cC]ơ quan|[đĐ]ơn vị|[sS]ở, ngành)\s+(?:chủ trì|phối hợp|thực hiện)", re.M
)
_FEWEST_RULES: Final = 6
_ONE_LETTER = re.compile(r"(?<!\S)[^\W\d_](?!\S)")
_LINE_HYPHEN = re.compile("[\ufffe\x02]")
#: A letter that may be a code of an old encoding: only such lines are asked for their font.
_OLD_CODE = re.compile(r"[\x80-\xff]")
#: A word with a digit or two at its end, as a footnote's mark is read: `khoáng sản1`.
_GLUED_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}(?![\w/-])|(?<=[”)])\d{1,2}(?![\w/-])")


def read(data: bytes) -> RawText:
    """The lines of the PDF file `data`.

    Pages that are pictures are recognized (`ocr`). Raises `EncryptedDocument` where it asks for a password,
    `UnreadableDocument` where it is damaged, `ScannedDocument` where it has pictures only and Tesseract is missing,
    `EmptyDocument` where it has no text, `DocumentTooLarge` where it has too many pages.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as exc:
        if getattr(exc, "err_code", None) == pdfium_raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocument("pdf: password") from exc
        raise UnreadableDocument(f"pdf: {exc}") from exc
    try:
        return _read(document, data)
    except pdfium.PdfiumError as exc:
        raise UnreadableDocument(f"pdf: {exc}") from exc
    finally:
        document.close()


def _read(document: Any, data: bytes) -> RawText:
    count = len(document)
    if count == 0:
        raise UnreadableDocument("pdf: no pages")
    if count > limits.MAX_PAGES:
        raise DocumentTooLarge(f"pdf: {count} pages")
    sheets: list[Sheet] = []
    scans: list[int] = []
    stamps: list[str] = []
    letters = 0
    for number in range(1, count + 1):
        after_table = bool(sheets and sheets[-1].lines and sheets[-1].lines[-1].table)
        sheet, is_scan = _sheet(document, data, number, after_table=after_table)
        if is_scan:
            scans.append(number)
            stamps += [line.text for line in sheet.lines]
            sheet = replace(sheet, lines=())
        sheets.append(sheet)
        letters += sum(len(line.text) for line in sheet.lines)
        if letters > limits.MAX_CHARACTERS:
            raise DocumentTooLarge(f"pdf: {letters} characters")
    sheets, converted = _to_unicode(sheets)
    problems = (*converted, *_recognize(document, sheets, scans), *_stamp(stamps))
    if not any(sheet.lines for sheet in sheets):
        if scans:
            raise ScannedDocument(f"pdf: {len(scans)} of {count} pages are pictures", reason=ocr.NOTHING)
        raise EmptyDocument(f"pdf: {count} pages without text")
    merged = frozenset(place for sheet in sheets for place in sheet.merged)
    return RawText(lines=tuple(flow(whole_rows(sheets))), format="pdf", pages=count, problems=problems, merged=merged)


def _recognize(document: Any, sheets: list[Sheet], scans: list[int]) -> tuple[Problem, ...]:
    """Put what is recognized on the pages `scans` into `sheets`; what to tell about it.

    Raises `ScannedDocument` where nothing can be recognized on this machine and no page has text of its own.
    """
    try:
        recognized, problems = ocr.recognize(((n, _picture(document, n)) for n in scans), len(scans))
    except ScannedDocument:
        if not any(sheet.lines for sheet in sheets):
            raise
        return (_unread(scans),)
    for number, sheet in zip(scans, recognized, strict=True):
        sheets[number - 1] = sheet
    return problems


def _picture(document: Any, number: int) -> Image.Image:
    """One page as it looks, `DPI` dots an inch."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        scale = min(DPI / 72, (limits.MAX_PIXELS / (width * height)) ** 0.5)
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        return picture
    finally:
        page.close()


def _unread(scans: list[int]) -> Problem:
    pages = ", ".join(map(str, scans))
    text = (
        f"Trang {pages} là ảnh quét, chưa đọc được chữ vì máy chủ thiếu Tesseract tiếng Việt "
        "(apt-get install tesseract-ocr tesseract-ocr-vie). Hãy đối chiếu với bản gốc."
    )
    return Problem("scanned_pages", text, Severity.WARNING)


def _stamp(lines: list[str]) -> Iterator[Problem]:
    """The text layer of a scan says who signed it, and when; it is no part of the paper."""
    if lines:
        yield Problem("scan_stamp", f"Lớp chữ có sẵn của trang quét (thường là chữ ký số): “{' '.join(lines)[:500]}”.")


def _to_unicode(sheets: list[Sheet]) -> tuple[list[Sheet], tuple[Problem, ...]]:
    """The sheets in Unicode, and a problem that says so, where they are in an encoding older than that."""
    text = "\n".join(line.text for sheet in sheets for line in sheet.lines)
    name = encodings.detect(text)
    if name is None:
        return sheets, ()

    def converted(line: Printed) -> Printed:
        text = encodings.with_printed_hyphens(encodings.convert(line.text, name).text, name)
        return replace(line, text=text.upper() if line.capitals else text)

    sheets = [replace(sheet, lines=tuple(map(converted, sheet.lines))) for sheet in sheets]
    return sheets, (encodings.problem([name], encodings.convert(text, name).lost),)


def _sheet(document: Any, data: bytes, number: int, *, after_table: bool) -> tuple[Sheet, bool]:
    """The lines of one page, and whether it is a picture beside which they do not count."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        textpage = page.get_textpage()
        try:
            text = textpage.get_text_range() if textpage.count_chars() else ""
            if _is_scattered(text):
                from extractors.readers import positions  # long to load, and few pages need it

                lines = positions.lines(data, number)
            else:
                exact = len(text) == textpage.count_chars()
                lines = list(_measured(textpage.raw, text, exact=exact, head=number == 1))
            merged: set[CellPlace] = set()
            if (_TABLE_HEAD.search(text) or after_table) and _is_ruled(page):
                from extractors.readers import positions  # as above

                lines, merged = positions.with_tables(lines, data, number)
        finally:
            textpage.close()
        covered = sum((line.right - line.left) * line.size for line in lines)
        is_stamp = len(text) < _STAMP_LETTERS or covered < _STAMP_AREA * width * height
        scan = is_stamp and _is_scan(page, width * height)
    finally:
        page.close()
    return Sheet(number, width, height, tuple(lines), frozenset(merged)), scan


def _is_ruled(page: Any) -> bool:
    """Whether lines are drawn on the page, more than under a letterhead; a table may be one path of many lines."""
    rules = 0
    for count, path in enumerate(page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_PATH], max_depth=3)):
        rules += max(pdfium_raw.FPDFPath_CountSegments(path), 0) // 2
        if rules >= _FEWEST_RULES or count > limits.MAX_OBJECTS:
            return True
    return False


def _is_scattered(text: str) -> bool:
    words = text.split()
    return len(words) > 50 and len(_ONE_LETTER.findall(text)) > _SCATTERED * len(words)


def _is_scan(page: Any, area: float) -> bool:
    for count, image in enumerate(page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        left, bottom, right, top = image.get_bounds() if hasattr(image, "get_bounds") else image.get_pos()
        if (right - left) * (top - bottom) > _SCAN_AREA * area:
            return True
        if count > limits.MAX_OBJECTS:
            break
    return False


def _measured(raw: Any, text: str, *, exact: bool, head: bool) -> Iterator[Printed]:
    """The lines of one page with where they begin and end; `exact`: a letter's place in `text` is its index."""
    if not exact:
        text = "".join(chr(pdfium_raw.FPDFText_GetUnicode(raw, i)) for i in range(pdfium_raw.FPDFText_CountChars(raw)))
    ruler = _Ruler(raw)
    start, count, recipients = 0, 0, False
    for printed in text.split("\r\n"):
        first = start + len(printed) - len(printed.lstrip())
        last = start + len(printed.rstrip()) - 1
        start += len(printed) + 2
        if last < first:
            continue
        count += 1
        line = text[first : last + 1]
        recipients = recipients or line.startswith("Nơi nhận")
        if recipients or (head and count <= _HEAD_LINES):
            yield from _columns(line, first, ruler)
        else:
            yield _printed(line, first, ruler)


class _Ruler:
    """Measures single letters of one page, in points from its lower left corner."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._doubles = [c_double() for _ in range(4)]

    def origin(self, index: int) -> tuple[float, float]:
        """Where the letter begins on its baseline."""
        x, y, *_ = self._doubles
        pdfium_raw.FPDFText_GetCharOrigin(self._raw, index, x, y)
        return x.value, y.value

    def right(self, index: int) -> float:
        """Where the letter's ink ends."""
        left, right, bottom, top = self._doubles
        pdfium_raw.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return right.value

    def size(self, index: int) -> float:
        return float(pdfium_raw.FPDFText_GetFontSize(self._raw, index))

    def prints_capitals(self, index: int) -> bool:
        """Whether the letter's font is one of those that print small letters as capitals."""
        name = create_string_buffer(128)
        pdfium_raw.FPDFText_GetFontInfo(self._raw, index, name, len(name), c_int())
        code = encodings.for_font(name.value.decode("utf-8", errors="replace"))
        return code is not None and code.capitals


def _printed(line: str, first: int, ruler: _Ruler) -> Printed:
    left, baseline = ruler.origin(first)
    size = ruler.size(first + len(line) // 2)  # not that of a footnote mark at either end
    right = ruler.right(first + len(line) - 1)
    if _GLUED_MARK.search(line):
        line = _without_marks(line, first, ruler, size)
    old = _OLD_CODE.search(line) and not encodings.holds_unicode(line)
    capitals = ruler.prints_capitals(first + len(line) // 2) if old else False
    return Printed(_LINE_HYPHEN.sub("-", line), left, right, baseline, size, capitals=capitals)


def _without_marks(line: str, first: int, ruler: _Ruler, size: float) -> str:
    """`line` without footnote marks: digits at a word's end, printed clearly smaller than the line."""
    marks = [m for m in _GLUED_MARK.finditer(line) if ruler.size(first + m.start()) < 0.8 * size]
    for mark in reversed(marks):
        line = line[: mark.start()] + line[mark.end() :]
    return line


def _columns(line: str, first: int, ruler: _Ruler) -> Iterator[Printed]:
    """The line itself, or its parts where it runs across the gap between two columns (letterhead, signature)."""
    size = ruler.size(first)
    begin = 0
    for space in _SPACES.finditer(line):
        gap = ruler.origin(first + space.end())[0] - ruler.right(first + space.start() - 1)
        if (gap > _COLUMN_GAP * size or gap < -_COLUMN_GAP * size) and not _BLANK_BEFORE.search(
            line[begin : space.start()]
        ):
            yield _printed(line[begin : space.start()], first + begin, ruler)
            begin = space.end()
    yield _printed(line[begin:], first + begin, ruler)
