"""Which lines stand on a page that is a picture? Recognized by Tesseract with its Vietnamese model, with positions.

The picture is turned straight first: at two degrees of skew whole lines get lost. The halves of the letterhead and of
the block of recipients and signature are recognized one by one, because a line must not run across both. What is
recognized is a reading, not the text: the mean confidence, and what could not be read, is told in problems.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Final

from PIL import Image, ImageFilter, ImageOps, ImageSequence

from extractors.encodings import is_syllable
from extractors.errors import DocumentTooLarge, EmptyDocument, ScannedDocument, UnreadableDocument
from extractors.model import Problem, RawText, Severity
from extractors.readers import limits, programs
from extractors.readers.layout import Printed, Sheet, flow

DPI: Final = 300
#: Seconds for one page, and for all pages of a file: the reader of a file is ended after 300.
SECONDS: Final = 60.0
SECONDS_ALL: Final = 240.0
#: Page segmentation of Tesseract: one column of text of various sizes; one block of text.
_PAGE, _BLOCK = 4, 6
MISSING: Final = (
    "Tệp là ảnh quét; muốn đọc chữ trong ảnh, máy chủ cần Tesseract với tiếng Việt. Người quản trị hãy cài bằng lệnh: "
    "apt-get install tesseract-ocr tesseract-ocr-vie, rồi đưa tệp vào lại. "
    "Hoặc gửi bản DOCX, hoặc PDF có chữ chọn được."
)
NOTHING: Final = "Ảnh không có chữ nào đọc được. Hãy kiểm tra ảnh: có đúng trang văn bản, đủ sáng, đủ nét không."
#: Below this a reading is upside down, or no text.
_UPRIGHT: Final = 55.0
#: Below this a word that is no syllable is dirt, a stamp or a signature.
_DIRT: Final = 30.0
#: Below this what stands for a number or a day, written by hand as a rule, is not believed.
_SURE: Final = 60.0
#: An archivist should look at all of a text below this.
_GOOD: Final = 85.0
#: A gap of so many times the size of the letters stands between two columns.
_COLUMN_GAP: Final = 2.5
_FORMATS: Final = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "TIFF": "tif", "GIF": "gif"}
#: Scale of the second reading; how far the noise of a scan is smoothed, in pixels.
_SMALLER: Final = 2 / 3
_BLUR: Final = 0.8
_A4_INCHES: Final = 8.27
_WHITE: Final = 255

_RECIPIENTS = re.compile(r"\W*N[ơo]i nh[ậâạ]n\b", re.I)
#: A number or a day between the words that are printed around it.
_FILLED_IN: Final = (
    (re.compile(r"S[ốổôo6]\s*[:.]\s*(?P<value>[^/]*?)\s*/\s*[A-ZĐ]"), re.compile(r"\d{1,5}[a-z]?"), "số"),
    (re.compile(r"ngày\s*(?P<value>[^,]*?)\s*tháng", re.I), re.compile(r"0?[1-9]|[12]\d|3[01]"), "ngày"),
)
_ALPHABET: Final = "abcdđeghiklmn"
_LETTER_MARK = re.compile(r"(?P<mark>[^\s()]{1,2})\)(?=\s)")


@dataclass(frozen=True, slots=True)
class _Word:
    """One word, its box in pixels and how sure Tesseract is of it (0 to 100)."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: float
    line: tuple[int, ...] = ()


@dataclass(slots=True)
class Reading:
    """What was recognized on the pages of one file; passed from page to page."""

    budget: programs.Budget = field(default_factory=lambda: programs.Budget(SECONDS_ALL))
    pages: list[int] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    dirt: int = 0
    unread: list[str] = field(default_factory=list)
    late: list[int] = field(default_factory=list)

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
        if self.late:
            pages = ", ".join(map(str, self.late))
            text = f"Trang {pages} là ảnh, chưa đọc vì hết thời gian. Hãy tách tệp thành nhiều phần rồi gửi lại."
            yield Problem("scanned_pages", text, Severity.WARNING)


def read(data: bytes) -> RawText:
    """The lines of a picture file (PNG, JPEG, TIFF of several pages).

    Raises `UnreadableDocument` where the picture is damaged, `ScannedDocument` where Tesseract is missing,
    `EmptyDocument` where nothing can be recognized, `DocumentTooLarge` for too many pixels or pages.
    """
    reading = Reading()
    sheets: list[Sheet] = []
    name = "png"
    try:
        with Image.open(io.BytesIO(data)) as picture:
            name = _FORMATS.get(picture.format or "", "png")
            _check(picture)
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                sheets.append(sheet(_as_page(frame), number, reading))
    except Image.DecompressionBombError as exc:
        raise DocumentTooLarge(f"picture: {exc}") from exc
    except (OSError, SyntaxError, ValueError, EOFError) as exc:
        raise UnreadableDocument(f"picture: {exc}") from exc
    if not any(page.lines for page in sheets):
        raise EmptyDocument("picture: nothing recognized", reason=NOTHING)
    return RawText(tuple(flow(sheets)), name, pages=len(sheets), problems=tuple(reading.problems()))


def _check(picture: Image.Image) -> None:
    frames = getattr(picture, "n_frames", 1)
    if frames > limits.MAX_PAGES or picture.width * picture.height > limits.MAX_PIXELS:
        raise DocumentTooLarge(f"picture: {frames} frames of {picture.width} x {picture.height}")


def _as_page(frame: Image.Image) -> Image.Image:
    """The picture in grey, as many pixels wide as a page has at `DPI`."""
    page = ImageOps.exif_transpose(frame).convert("RGBA")
    white = Image.new("RGBA", page.size, "white")
    grey = Image.alpha_composite(white, page).convert("L")
    scale = DPI * _A4_INCHES / min(grey.size)
    return grey if 0.7 < scale < 1.4 else grey.resize((round(grey.width * scale), round(grey.height * scale)))


def sheet(page: Image.Image, number: int, reading: Reading) -> Sheet:
    """The lines recognized on the grey picture `page` of `DPI` dots an inch; what was found out goes to `reading`.

    Raises `ScannedDocument` where Tesseract or its Vietnamese model is missing, or fails on the first page.
    """
    size = page.width * 72 / DPI, page.height * 72 / DPI
    if reading.budget.left() < 1:
        reading.late.append(number)
        return Sheet(number, *size, ())
    try:
        page, words = _upright(page, reading.budget)
    except programs.ProgramMissing as exc:
        raise ScannedDocument(f"page {number}: {exc}", reason=MISSING) from exc
    except programs.ProgramFailed as exc:
        if "traineddata" in str(exc):
            raise ScannedDocument(f"page {number}: {exc}", reason=MISSING) from exc
        reading.late.append(number)
        return Sheet(number, *size, ())
    words = _surer(words, _again(page, reading.budget))
    lines = _by_zones(page, words, reading.budget, head=number == 1)
    reading.pages.append(number)
    reading.dirt += sum(word.text != "" for word in words) - sum(word.text != "" for word in _clean(words))
    reading.sure += [word.sure for line in lines for word in line]
    texts = list(_with_letters([_text(line, reading, head=number == 1) for line in lines]))
    height = _letter_height(words)
    printed = (_printed(text, line, page.height, height) for text, line in zip(texts, lines, strict=True))
    return Sheet(number, page.width * 72 / DPI, page.height * 72 / DPI, tuple(p for p in printed if p.text.strip()))


# --- from picture to words ------------------------------------------------------------------------------------


def _upright(page: Image.Image, budget: programs.Budget) -> tuple[Image.Image, list[_Word]]:
    """The page straight and the right way up, and the words on it."""
    best: tuple[float, Image.Image, list[_Word]] | None = None
    for turn in (0, 180, 90, 270):
        turned = page.rotate(turn, expand=True) if turn else page
        turned = turned.rotate(skew(turned), Image.Resampling.BICUBIC, fillcolor=_WHITE)
        words = _recognize(turned, _PAGE, budget)
        sure = sum(w.sure * len(w.text) for w in words) / max(sum(len(w.text) for w in words), 1)
        if best is None or sure > best[0]:
            best = sure, turned, words
        if sure >= _UPRIGHT or not words or budget.left() < SECONDS_ALL / 2:
            break
    assert best is not None  # noqa: S101 - the loop ran
    return best[1], best[2]


def skew(page: Image.Image) -> float:
    """By how many degrees to turn the page (counter-clockwise) so that its lines are level, at most 6.

    Where lines are level, rows of the picture are either full of ink or empty: their differences are largest.
    """
    width = 500
    small = ImageOps.invert(page.resize((width, max(round(page.height * width / page.width), 1))))
    small = small.point([0 if v < 60 else v for v in range(256)])
    small = small.crop((width // 20, small.height // 30, width - width // 20, small.height - small.height // 30))

    def contrast(angle: float) -> int:
        turned = small.rotate(angle, Image.Resampling.BILINEAR)
        rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
        return sum((a - b) ** 2 for a, b in pairwise(rows))

    coarse = max((a / 2 for a in range(-12, 13)), key=lambda a: (contrast(a), -abs(a)))
    fine = max((coarse + a / 10 for a in range(-4, 5)), key=lambda a: (contrast(a), -abs(a)))
    return fine if abs(fine) > 0.15 else 0.0


def _recognize(page: Image.Image, mode: int, budget: programs.Budget, *, dots: int = DPI) -> list[_Word]:
    """The words that Tesseract sees, in its order. Raises what `programs` raises."""
    tesseract = programs.find("tesseract")
    out = io.BytesIO()
    page.filter(ImageFilter.GaussianBlur(_BLUR * dots / DPI)).save(out, "PNG", compress_level=1)
    command = [tesseract, "stdin", "stdout", "-l", "vie", "--psm", str(mode), "--dpi", str(dots), "tsv"]
    seconds = max(min(SECONDS, budget.left()), 1)
    table = programs.run(command, seconds=seconds, given=out.getvalue(), variables={"OMP_THREAD_LIMIT": "1"})
    rows = (row.split("\t") for row in table.decode("utf-8", errors="replace").split("\n"))
    words = []
    for row in rows:
        if len(row) == 12 and row[0] == "5" and row[11].strip():
            left, top, width, height = map(int, row[6:10])
            line = tuple(map(int, row[2:5]))
            words.append(_Word(row[11].strip(), left, top, left + width, top + height, float(row[10]), line))
    return words


def _again(page: Image.Image, budget: programs.Budget) -> list[_Word]:
    """The words seen on the page made smaller: marks that one size blurs another one shows."""
    if budget.left() < SECONDS_ALL / 3:
        return []
    small = page.resize((round(page.width * _SMALLER), round(page.height * _SMALLER)), Image.Resampling.LANCZOS)
    try:
        words = _recognize(small, _PAGE, budget, dots=round(DPI * _SMALLER))
    except programs.ProgramFailed:
        return []
    return [
        replace(w, **{side: round(getattr(w, side) / _SMALLER) for side in ("left", "top", "right", "bottom")})
        for w in words
    ]


def _surer(words: Sequence[_Word], others: Sequence[_Word]) -> list[_Word]:
    """The words, each as the surer of two readings has it where both see one word at its place."""
    rows: dict[int, list[_Word]] = defaultdict(list)
    for other in others:
        rows[(other.top + other.bottom) // 200].append(other)
    out = []
    for word in words:
        row = (word.top + word.bottom) // 200
        near = (o for at in (row - 1, row, row + 1) for o in rows[at])
        same = next((o for o in near if _overlap(word, o) > 0.7 and abs(len(o.text) - len(word.text)) < 2), None)
        out.append(replace(word, text=same.text, sure=same.sure) if same and _worth(same) > _worth(word) else word)
    return out


def _worth(word: _Word) -> float:
    """How good a reading is: its confidence, and something for being a syllable or a number."""
    letters = word.text.strip('.,;:()“”"-')
    return word.sure + (10 if is_syllable(letters) or letters.isdigit() else 0)


def _overlap(one: _Word, other: _Word) -> float:
    """How much of the two boxes together both cover, across and down each."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    wide = max(one.right, other.right) - min(one.left, other.left)
    high = max(one.bottom, other.bottom) - min(one.top, other.top)
    return min(across / wide, 1.4 * down / high)


def _clean(words: Iterable[_Word]) -> list[_Word]:
    return [w for w in words if w.sure >= _DIRT or is_syllable(w.text.strip('.,;:()“”"-'))]


# --- from words to lines --------------------------------------------------------------------------------------


def _by_zones(page: Image.Image, words: list[_Word], budget: programs.Budget, *, head: bool) -> list[list[_Word]]:
    """Lines of words in reading order, the letterhead and the foot of the paper in halves."""
    lines = _in_lines(_clean(words))
    gap = _COLUMN_GAP * _letter_height(words)
    top = _head_ends(lines, page.width, gap) if head else 0
    foot = next((i for i, line in enumerate(lines) if _RECIPIENTS.match(_joined(line))), None)
    bottom = min((w.top for w in lines[foot]), default=page.height) - 10 if foot is not None else page.height
    above = _halves(page, (0, top), budget) if top else None
    below = _halves(page, (bottom, page.height), budget) if bottom < page.height else None
    body = [
        line
        for line in lines
        if not (above is not None and line[0].bottom <= top) and not (below is not None and line[0].top >= bottom)
    ]
    return [*(above or []), *(part for line in body for part in _split(line, gap)), *(below or [])]


def _head_ends(lines: Sequence[list[_Word]], width: int, gap: float) -> int:
    """Where the two columns at the top end: above the first line that runs through the middle without a gap."""
    top, columns = 0, 0
    for line in lines[:12]:
        if len(_split(line, gap)) > 1:
            columns += 1
            top = max(top, *(w.bottom for w in line))
        elif line[0].left < width / 2 < line[-1].right and columns:
            return min(w.top for w in line) - 5
    return top + 10 if columns else 0


def _halves(page: Image.Image, rows: tuple[int, int], budget: programs.Budget) -> list[list[_Word]] | None:
    """The lines of the left half of these rows, then those of the right one; None where nothing parts them."""
    strip = page.crop((0, max(rows[0], 0), page.width, rows[1]))
    gutter = _gutter(strip)
    if gutter is None or budget.left() < SECONDS or strip.height < 40:
        return None
    out = []
    for left, right in ((0, gutter), (gutter, page.width)):
        half = ImageOps.expand(strip.crop((left, 0, right, strip.height)), 20, fill=_WHITE)
        try:
            words = _recognize(half, _BLOCK, budget)
        except programs.ProgramFailed:
            return None
        moved = [_moved(w, left - 20, rows[0] - 20) for w in _clean(words)]
        out += _in_lines(moved)
    return out


def _moved(word: _Word, x: int, y: int) -> _Word:
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


def _in_lines(words: Iterable[_Word]) -> list[list[_Word]]:
    return [sorted(line, key=lambda w: w.left) for _, line in groupby(words, key=lambda w: w.line)]


def _split(line: list[_Word], gap: float) -> list[list[_Word]]:
    parts = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > gap:
            parts.append([])
        parts[-1].append(word)
    return parts


def _letter_height(words: Sequence[_Word]) -> float:
    """The size of most letters in pixels; a word's box holds its marks above and below."""
    heights = sorted(w.bottom - w.top for w in words if len(w.text) > 1) or [50]
    return heights[len(heights) // 2] * 1.1


def _joined(line: Iterable[_Word]) -> str:
    return " ".join(w.text for w in line)


# --- from lines to text ---------------------------------------------------------------------------------------


def _text(line: list[_Word], reading: Reading, *, head: bool) -> str:
    """The line; a number or day that was filled in by hand and not surely read is a blank (`…`), and told."""
    text = _joined(line).replace("—", "–")  # Tesseract knows no other wide dash; offices print the shorter one
    for pattern, form, name in _FILLED_IN if head else ():
        found = pattern.search(text)
        value = found["value"] if found else ""
        if not found or not value or set(value) <= set(". …_"):
            continue
        sure = min(_sureness(line, *found.span("value")), default=0.0)
        if form.fullmatch(value) and sure >= _SURE:
            continue
        text = f"{text[: found.start('value')]}…{text[found.end('value') :]}"
        reading.unread.append(
            f"Phần {name} trên ảnh (thường viết tay) không đọc chắc được, máy đọc là “{value}”, nên để trống. "
            f"Hãy xem ảnh gốc và điền {name} đúng."
        )
    return text


def _sureness(line: list[_Word], start: int, end: int) -> Iterator[float]:
    """The confidence of each word that stands between these places of the joined line."""
    at = 0
    for word in line:
        if at < end and at + len(word.text) > start:
            yield word.sure
        at += len(word.text) + 1


def _with_letters(texts: list[str]) -> Iterator[str]:
    """The lines, marks such as `8)` and `©)` read as the letter that the marks around them ask for."""
    marks = [(i, m["mark"]) for i, text in enumerate(texts) if (m := _LETTER_MARK.match(text))]
    fixed: dict[int, str] = {}
    for n, (index, mark) in enumerate(marks):
        if mark in _ALPHABET or (mark.isalnum() and len(mark) > 1):
            continue
        before = _ALPHABET.find(marks[n - 1][1]) if n else -1
        after = _ALPHABET.find(marks[n + 1][1]) if n + 1 < len(marks) else -1
        letter = _ALPHABET[after - 1] if after > 0 else _ALPHABET[before + 1] if 0 <= before < 12 else None
        if letter and len(marks[n - 1][1] if n else mark) == 1:
            fixed[index] = f"{letter}){texts[index][len(mark) + 1 :]}"
    for index, text in enumerate(texts):
        yield fixed.get(index, text)


def _printed(text: str, line: list[_Word], page_height: int, letter_height: float) -> Printed:
    """The line with its place in points from the lower left corner; all letters count as of one size."""
    scale = 72 / DPI
    bottom = sorted(w.bottom for w in line)[len(line) // 2]
    return Printed(
        text, line[0].left * scale, line[-1].right * scale, (page_height - bottom) * scale, letter_height * scale
    )
