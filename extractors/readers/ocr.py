"""Which lines stand on a page that is a picture? Recognized by Tesseract with its Vietnamese models, with positions.

The picture is turned straight first: at two degrees of skew whole lines get lost. The halves of the letterhead and of
the block of recipients and signature are recognized one by one, because a line must not run across both. What is
recognized is a reading, not the text: the mean confidence, what could not be read, and each word that was chosen by
the words around it (`extractors.proofreading`), is told in problems.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, pairwise, takewhile
from typing import Final

from msgspec.structs import replace
from PIL import Image, ImageOps, ImageSequence

from extractors.errors import DocumentTooLarge, EmptyDocument, ScannedDocument, UnreadableDocument
from extractors.model import Problem, RawText, Severity, Value
from extractors.proofreading import Doubted, proofread
from extractors.readers import limits, programs
from extractors.readers.layout import Printed, Sheet, flow
from extractors.readers.marks import roman_numbers, with_letters
from extractors.readers.tesseract import (
    BLOCK,
    DASH,
    DPI,
    PAGE,
    SECONDS,
    WHITE,
    Word,
    agreed,
    black_layer,
    text_layer,
    turned_by,
    upright,
    without_dirt,
)

#: Seconds for all pages of a file: the reader of a file is ended after 300.
SECONDS_ALL: Final = 240.0
MISSING: Final = (
    "Tệp là ảnh quét; muốn đọc chữ trong ảnh, máy chủ cần Tesseract với tiếng Việt. Người quản trị hãy cài bằng lệnh: "
    "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-script-viet, rồi đưa tệp vào lại. "
    "Hoặc gửi bản DOCX, hoặc PDF có chữ chọn được."
)
NOTHING: Final = "Ảnh không có chữ nào đọc được. Hãy kiểm tra ảnh: có đúng trang văn bản, đủ sáng, đủ nét không."
#: Below this what stands for a number or a day, written by hand as a rule, is not believed.
_SURE: Final = 60.0
#: Nor where fewer of the readings than this agree on it.
_MAJORITY: Final = 0.5
#: An archivist should look at all of a text below this.
_GOOD: Final = 85.0
#: A gap of so many times the size of the letters stands between two columns.
_COLUMN_GAP: Final = 2.5
_FORMATS: Final = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "TIFF": "tif", "GIF": "gif"}
_A4_INCHES: Final = 8.27

_RECIPIENTS = re.compile(r"\W*N[ơo]i nh[ậâạ]n\b", re.I)
#: A number or a day between the words that are printed around it.
_FILLED_IN: Final = (
    (re.compile(r"S[ốổôo6]\s*[:.]\s*(?P<value>[^/]*?)\s*/\s*[A-ZĐ]"), re.compile(r"\d{1,5}[a-z]?"), "số"),
    (re.compile(r"ngày\s*(?P<value>[^,]*?)\s*tháng", re.I), re.compile(r"0?[1-9]|[12]\d|3[01]"), "ngày"),
)


class _Page(Value, frozen=True):
    """The lines recognized on one page, in pixels; `lines` is None where there was no time to read it."""

    number: int
    width: int
    height: int
    lines: list[list[Word]] | None = None
    letters: float = 1.0  # their height
    dirt: int = 0  # words left out


@dataclass(slots=True)
class Reading:
    """What was recognized on the pages of one file, for those who should check it."""

    pages: list[int] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    dirt: int = 0
    unread: list[str] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    mends: dict[int, list[str]] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        """Mean confidence of all words, 0 to 100."""
        return sum(self.sure) / len(self.sure) if self.sure else 0.0

    def problems(self) -> Iterator[Problem]:
        """What an archivist should know about it."""
        if self.pages:
            pages = ", ".join(map(str, self.pages))
            text = (
                f"Trang {pages} là ảnh, chữ được nhận dạng bằng máy (OCR), độ tin cậy trung bình "
                f"{self.confidence:.0f} %. Hãy đối chiếu với ảnh gốc trước khi dùng."
            )
            text += f" Đã bỏ qua {self.dirt} vết không thành chữ (con dấu, chữ ký, vết bẩn)." if self.dirt else ""
            yield Problem("ocr", text, Severity.NOTE if self.confidence >= _GOOD else Severity.WARNING)
        for text in self.unread:
            yield Problem("ocr_unread", text, Severity.WARNING)
        for page, mends in self.mends.items():
            text = (
                f"Trang {page}: {len(mends)} chữ máy đọc không chắc, đã chọn theo chữ đứng cạnh (máy đọc → đã chọn): "
                f"{'; '.join(mends)}. Hãy đối chiếu với ảnh gốc."
            )
            yield Problem("ocr_mended", text)
        if self.late:
            pages = ", ".join(map(str, self.late))
            text = f"Trang {pages} là ảnh, chưa đọc vì hết thời gian. Hãy tách tệp thành nhiều phần rồi gửi lại."
            yield Problem("scanned_pages", text, Severity.WARNING)


def read(data: bytes) -> RawText:
    """The lines of a picture file (PNG, JPEG, TIFF of several pages).

    Raises `UnreadableDocument` where the picture is damaged, `ScannedDocument` where Tesseract is missing,
    `EmptyDocument` where nothing can be recognized, `DocumentTooLarge` for too many pixels or pages.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            name = _FORMATS.get(picture.format or "", "png")
            count = _check(picture)
            frames = ((n, _as_page(frame)) for n, frame in enumerate(ImageSequence.Iterator(picture), 1))
            sheets, problems = recognize(frames, count)
    except Image.DecompressionBombError as exc:
        raise DocumentTooLarge(f"picture: {exc}") from exc
    except (OSError, SyntaxError, ValueError, EOFError) as exc:
        raise UnreadableDocument(f"picture: {exc}") from exc
    if not any(page.lines for page in sheets):
        raise EmptyDocument("picture: nothing recognized", reason=NOTHING)
    return RawText(tuple(flow(sheets)), name, pages=len(sheets), problems=problems)


def _check(picture: Image.Image) -> int:
    """How many pages it has."""
    frames = int(getattr(picture, "n_frames", 1))
    if frames > limits.MAX_PAGES or picture.width * picture.height > limits.MAX_PIXELS:
        raise DocumentTooLarge(f"picture: {frames} frames of {picture.width} x {picture.height}")
    return frames


def _as_page(frame: Image.Image) -> Image.Image:
    """The picture on white, as many pixels wide as a page has at `DPI`."""
    page = ImageOps.exif_transpose(frame).convert("RGBA")
    white = Image.new("RGBA", page.size, "white")
    page = Image.alpha_composite(white, page).convert("RGB")
    scale = DPI * _A4_INCHES / min(page.size)
    return page if 0.7 < scale < 1.4 else page.resize((round(page.width * scale), round(page.height * scale)))


def recognize(
    pages: Iterable[tuple[int, Image.Image]], count: int, *, seconds: float | None = None
) -> tuple[list[Sheet], tuple[Problem, ...]]:
    """The lines recognized on `pages` (number and picture of `DPI` dots an inch; `count` of them), in their order.

    Pages are read at the same time (`limits.PAGES_AT_ONCE`), and are taken from `pages` only when it is their turn.
    After `seconds` (`SECONDS_ALL`) no page is begun. Raises `ScannedDocument` where Tesseract or its Vietnamese
    model is missing.
    """
    budget = programs.Budget(SECONDS_ALL if seconds is None else seconds)
    read_pages: list[_Page] = []
    waiting: deque[Future[_Page]] = deque()
    with ThreadPoolExecutor(limits.PAGES_AT_ONCE) as pool:
        for index, (number, page) in enumerate(pages):
            left = -(-(count - index) // limits.PAGES_AT_ONCE)
            waiting.append(pool.submit(_page, page, number, budget, left, head=index == 0 and number == 1))
            if len(waiting) >= limits.PAGES_AT_ONCE:
                read_pages.append(waiting.popleft().result())
        read_pages += [one.result() for one in waiting]
    reading = Reading()
    read_pages = _with_romans(_proofread(read_pages, reading), reading)
    sheets = [_sheet(page, reading) for page in read_pages]
    return sheets, tuple(reading.problems())


def _page(page: Image.Image, number: int, budget: programs.Budget, pages_left: int, *, head: bool) -> _Page:
    """One page: turned upright, read as often as time allows, its words in lines."""
    unread = _Page(number, page.width, page.height)
    if budget.left() < 1:
        return unread
    grey = text_layer(page)
    time_left = budget.left()
    try:
        angle, first = upright(grey, budget)
    except programs.ProgramMissing as exc:
        raise ScannedDocument(f"page {number}: {exc}", reason=MISSING) from exc
    except programs.ProgramFailed as exc:
        if "traineddata" in str(exc):
            raise ScannedDocument(f"page {number}: {exc}", reason=MISSING) from exc
        return unread
    took = time_left - budget.left()
    grey, black = turned_by(grey, angle), turned_by(black_layer(page), angle)
    words = agreed(grey, PAGE, budget, first=first, seconds_needed=took * pages_left)
    lines = _by_zones(grey, black, words, budget, head=head)
    dirt = len(words) - len(without_dirt(words))
    return _Page(number, grey.width, grey.height, lines, _letter_height(words), dirt)


def _proofread(pages: list[_Page], reading: Reading) -> list[_Page]:
    """The pages with doubtful words chosen by what makes sense in the whole paper; each choice is told."""
    places = [
        (p, i, j) for p, page in enumerate(pages) for i, line in enumerate(page.lines or ()) for j in range(len(line))
    ]
    lines = [[list(line) for line in page.lines or ()] for page in pages]
    words = [lines[p][i][j] for p, i, j in places]
    for mend in proofread([Doubted(w.text, tuple(text for text, _ in w.readings), w.sure) for w in words]):
        p, i, j = places[mend.index]
        lines[p][i][j] = replace(words[mend.index], text=mend.given)
        reading.mends.setdefault(pages[p].number, []).append(f"“{mend.read}” → “{mend.given}”")
    return [page if page.lines is None else replace(page, lines=lines[p]) for p, page in enumerate(pages)]


def _with_romans(pages: list[_Page], reading: Reading) -> list[_Page]:
    """The pages with the Roman numbers of headings set right, each told."""
    places = [(p, i) for p, page in enumerate(pages) for i in range(len(page.lines or ()))]
    lines = [list(page.lines or ()) for page in pages]
    for mend in roman_numbers([_joined(lines[p][i]) for p, i in places]):
        p, i = places[mend.index]
        first, *rest = lines[p][i]
        lines[p][i] = [replace(first, text=mend.given), *rest]
        reading.mends.setdefault(pages[p].number, []).append(f"“{mend.read}” → “{mend.given}”")
    return [page if page.lines is None else replace(page, lines=lines[p]) for p, page in enumerate(pages)]


def _sheet(page: _Page, reading: Reading) -> Sheet:
    """The page for `layout`; what was found out goes to `reading`."""
    size = page.width * 72 / DPI, page.height * 72 / DPI
    if page.lines is None:
        reading.late.append(page.number)
        return Sheet(page.number, *size, ())
    reading.pages.append(page.number)
    reading.dirt += page.dirt
    reading.sure += [word.sure for line in page.lines for word in line]
    lines = [_with_dash(line, page.number, reading) for line in page.lines]
    texts = list(with_letters([_text(line, reading, head=page.number == 1) for line in lines]))
    printed = (_printed(text, line, page.height, page.letters) for text, line in zip(texts, lines, strict=True))
    return Sheet(page.number, *size, tuple(p for p in printed if p.text.strip()))


# --- from words to lines --------------------------------------------------------------------------------------


def _by_zones(
    page: Image.Image, black: Image.Image, words: list[Word], budget: programs.Budget, *, head: bool
) -> list[list[Word]]:
    """Lines of words in reading order, the letterhead and the foot of the paper in halves.

    The foot is read without coloured ink (`black`): signatures stand on printed names. At the head a number may be
    written in blue.
    """
    lines = _in_lines(without_dirt(words))
    gap = _COLUMN_GAP * _letter_height(words)
    top = _head_ends(lines, page.width, gap) if head else 0
    foot = next((i for i, line in enumerate(lines) if _RECIPIENTS.match(_joined(line))), None)
    bottom = min((w.top for w in lines[foot]), default=page.height) - 10 if foot is not None else page.height
    above = _halves(page, (0, top), budget) if top else None
    below = _halves(black, (bottom, page.height), budget) if bottom < page.height else None
    body = [
        line
        for line in lines
        if not (above is not None and line[0].bottom <= top) and not (below is not None and line[0].top >= bottom)
    ]
    return [*(above or []), *(part for line in body for part in _split(line, gap)), *(below or [])]


def _head_ends(lines: Sequence[list[Word]], width: int, gap: float) -> int:
    """Where the two columns at the top end: above the first line that runs through the middle without a gap."""
    top, columns = 0, 0
    for line in lines[:12]:
        if len(_split(line, gap)) > 1:
            columns += 1
            top = max(top, *(w.bottom for w in line))
        elif line[0].left < width / 2 < line[-1].right and columns:
            return min(w.top for w in line) - 5
    return top + 10 if columns else 0


def _halves(page: Image.Image, rows: tuple[int, int], budget: programs.Budget) -> list[list[Word]] | None:
    """The lines of the left half of these rows, then those of the right one; None where nothing parts them."""
    strip = page.crop((0, max(rows[0], 0), page.width, rows[1]))
    gutter = _gutter(strip)
    if gutter is None or budget.left() < SECONDS or strip.height < 40:
        return None
    out = []
    for left, right in ((0, gutter), (gutter, page.width)):
        half = ImageOps.expand(strip.crop((left, 0, right, strip.height)), 20, fill=WHITE)
        try:
            words = agreed(half, BLOCK, budget)
        except programs.ProgramFailed:
            return None
        moved = [_moved(w, left - 20, rows[0] - 20) for w in without_dirt(words)]
        out += _in_lines(moved)
    return out


def _moved(word: Word, x: int, y: int) -> Word:
    return replace(word, left=word.left + x, right=word.right + x, top=word.top + y, bottom=word.bottom + y)


def _gutter(strip: Image.Image) -> int | None:
    """The middle of the widest stretch without ink between the halves; None where there is none."""
    ink = strip.point([255 if v < 140 else 0 for v in range(256)]).resize((strip.width, 1), Image.Resampling.BOX)
    columns = ink.tobytes()
    first, last = round(strip.width * 0.3), round(strip.width * 0.7)
    best, start = (0, 0), None
    for x in range(first, last + 1):
        if x < last and columns[x] <= 1:
            start = x if start is None else start
        elif start is not None:
            best = max(best, (x - start, start))
            start = None
    width, start_at = best
    return start_at + width // 2 if width > strip.width * 0.012 else None


def _in_lines(words: Iterable[Word]) -> list[list[Word]]:
    return [sorted(line, key=lambda w: w.left) for _, line in groupby(words, key=lambda w: w.line)]


def _split(line: list[Word], gap: float) -> list[list[Word]]:
    parts = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > gap:
            parts.append([])
        parts[-1].append(word)
    return parts


def _letter_height(words: Sequence[Word]) -> float:
    """The size of most letters in pixels; a word's box holds its marks above and below."""
    heights = sorted(w.bottom - w.top for w in words if len(w.text) > 1) or [50]
    return heights[len(heights) // 2] * 1.1


def _joined(line: Iterable[Word]) -> str:
    return " ".join(w.text for w in line)


# --- from lines to text ---------------------------------------------------------------------------------------


def _text(line: list[Word], reading: Reading, *, head: bool) -> str:
    """The line; a number or day that was filled in by hand and not surely read is a blank (`…`), and told."""
    text = _joined(line).replace("—", "–")  # Tesseract knows no other wide dash; offices print the shorter one
    for pattern, form, name in _FILLED_IN if head else ():
        found = pattern.search(text)
        value = found["value"] if found else ""
        if not found or not value or set(value) <= set(". …_"):
            continue
        printed = list(_words_at(line, *found.span("value")))
        sure = all(word.sure >= _SURE and word.agreed > _MAJORITY for word in printed)
        if form.fullmatch(value) and printed and sure:
            continue
        text = f"{text[: found.start('value')]}…{text[found.end('value') :]}"
        reading.unread.append(
            f"Phần {name} trên ảnh (thường viết tay) không đọc chắc được, máy đọc là “{value}”, nên để trống. "
            f"Hãy xem ảnh gốc và điền {name} đúng."
        )
    return text


def _words_at(line: list[Word], start: int, end: int) -> Iterator[Word]:
    """The words that stand between these places of the joined line."""
    at = 0
    for word in line:
        if at < end and at + len(word.text) > start:
            yield word
        at += len(word.text) + 1


def _with_dash(line: list[Word], page: int, reading: Reading) -> list[Word]:
    """The line, what stands before a capital and was surely a dash (`__-`, `_ -`, `~`) made one."""
    marks = list(takewhile(lambda w: DASH.fullmatch(w.text), line))
    rest = line[len(marks) :]
    if not marks or not rest or not rest[0].text[0].isupper() or [m.text for m in marks] in (["-"], ["–"], ["—"]):
        return line
    reading.mends.setdefault(page, []).append(f"“{_joined(marks)}” → “-”")
    return [replace(marks[-1], text="-", left=marks[0].left), *rest]


def _printed(text: str, line: list[Word], page_height: int, letter_height: float) -> Printed:
    """The line with its place in points from the lower left corner; all letters count as of one size."""
    scale = 72 / DPI
    bottom = sorted(w.bottom for w in line)[len(line) // 2]
    return Printed(
        text, line[0].left * scale, line[-1].right * scale, (page_height - bottom) * scale, letter_height * scale
    )
