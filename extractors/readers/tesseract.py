"""Which words are on a picture of a page? Tesseract, asked more than once.

One reading of a scan has some five words in a hundred wrong, most of them in a mark (`thâm` for `thẩm`), and another
model or another size errs elsewhere. So a page is read up to three times (`_PLAN`); each word is what the readings
agree on, weighed by how sure each is. The other readings stay with the word: `extractors.proofreading` chooses again
among them by what makes sense beside its neighbours.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import Final

from msgspec.structs import replace
from PIL import Image, ImageChops, ImageFilter, ImageOps

from extractors.encodings import is_syllable
from extractors.model import Value
from extractors.readers import programs

DPI: Final = 300
#: Seconds for one reading of one page.
SECONDS: Final = 60.0
#: Page segmentation of Tesseract: one column of text of various sizes; one block of text.
PAGE, BLOCK = 4, 6
#: Model and scale of each reading, the best first: what Debian calls `tesseract-ocr-vie` and `…-script-viet`.
_PLAN: Final = (("vie", 1.0), ("Vietnamese", 0.8), ("vie", 2 / 3))
#: How far the noise of a scan is smoothed, in pixels at `DPI`.
_BLUR: Final = 0.8
#: A sure reading outweighs two unsure ones: weights are confidences to this power.
_POWER: Final = 8
#: Below this a reading of a page is upside down, or no text.
_UPRIGHT: Final = 55.0
#: Below this a word that is no syllable is dirt, a stamp or a signature.
_DIRT: Final = 30.0
#: A line of text has more than this share of words with two letters, or a digit.
_TEXT: Final = 0.3
_LETTERS = re.compile(r"[^\W\d_]{2}|\d")
#: A dash that begins an item of a list, as it is read where dirt or the line below touches it.
DASH = re.compile(r"[-–—_~=]{1,4}")
#: A word of one reading counts as the word at the same place of another where the boxes share so much.
_SAME_PLACE: Final = 0.7
#: Lines of two readings are one printed line where so much of the lower of both overlaps.
_SAME_ROW: Final = 0.5
WHITE: Final = 255
PUNCTUATION: Final = '.,;:()“”"-'


class Word(Value, frozen=True):
    """One word, its box in pixels and how sure Tesseract is of it (0 to 100); `readings`: what each saw there."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: float
    line: tuple[int, ...] = ()
    readings: tuple[tuple[str, float], ...] = ()

    @property
    def agreed(self) -> float:
        """Share of the readings that have this very text; 1 where there was one reading."""
        return sum(text == self.text for text, _ in self.readings) / len(self.readings) if self.readings else 1.0


def text_layer(page: Image.Image) -> Image.Image:
    """`page` in grey, red ink left out: the seal of an office is red and lies over the signature."""
    return page.getchannel("R") if page.mode in ("RGB", "RGBA") else page.convert("L")


def black_layer(page: Image.Image) -> Image.Image:
    """`page` in grey, ink of any colour left out: what was printed, without what was signed."""
    if page.mode not in ("RGB", "RGBA"):
        return page.convert("L")
    red, green, blue = (page.getchannel(c) for c in "RGB")
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def upright(page: Image.Image, budget: programs.Budget) -> tuple[float, list[Word]]:
    """By how many degrees to turn `page` so that it is straight and the right way up, and its words then.

    Raises what `programs` raises.
    """
    best: tuple[float, float, list[Word]] | None = None
    for turn in (0, 180, 90, 270):
        turned = turned_by(page, turn)
        angle = turn + skew(turned)
        words = recognize(turned_by(page, angle), PAGE, budget)
        sure = _text_read(words) / max(sum(len(w.text) for w in words), 1)
        if best is None or sure > best[0]:
            best = sure, angle, words
        if sure >= _UPRIGHT or not words or budget.left() < budget.seconds / 2:
            break
    assert best is not None  # noqa: S101 - the loop ran
    return best[1], best[2]


def turned_by(page: Image.Image, degrees: float) -> Image.Image:
    """`page` turned counter-clockwise, quarters first, so that nothing is cut off."""
    quarters = round(degrees / 90) * 90
    page = page.rotate(quarters, expand=True) if quarters else page
    rest = degrees - quarters
    white = tuple(WHITE for _ in page.getbands())
    return page.rotate(rest, Image.Resampling.BICUBIC, fillcolor=white if len(white) > 1 else WHITE) if rest else page


def skew(page: Image.Image) -> float:
    """By how many degrees to turn the grey `page` (counter-clockwise) so that its lines are level, at most 6.

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


def agreed(
    page: Image.Image, mode: int, budget: programs.Budget, *, first: Sequence[Word] = (), seconds_needed: float = 0
) -> list[Word]:
    """The words on `page`, as up to three readings agree on them; `first` is the first reading where it was made.

    Reading all pages that are left once takes some `seconds_needed`: further readings are left out where there is no
    time for them. Raises what `programs` raises where the first reading fails.
    """
    readings = [list(first) or recognize(page, mode, budget)]
    for model, scale in _PLAN[1:]:
        if model not in models() or budget.left() < 1.5 * seconds_needed * (len(readings) + 1):
            continue
        try:
            readings.append(recognize(page, mode, budget, model=model, scale=scale))
        except programs.ProgramFailed:
            continue
    return _merged(readings)


@cache
def models() -> frozenset[str]:
    """The models of Tesseract on this machine. Raises `ProgramMissing`."""
    command = [programs.find("tesseract"), "--list-langs"]
    return frozenset(programs.run(command, seconds=SECONDS).decode(errors="replace").split())


def recognize(
    page: Image.Image, mode: int, budget: programs.Budget, *, model: str = "vie", scale: float = 1.0
) -> list[Word]:
    """The words that Tesseract sees on the grey `page` made smaller by `scale`, in its order, placed on `page`.

    Raises what `programs` raises.
    """
    tesseract = programs.find("tesseract")
    dots = round(DPI * scale)
    if scale != 1:
        size = round(page.width * scale), round(page.height * scale)
        page = page.resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    page.filter(ImageFilter.GaussianBlur(_BLUR * scale)).save(out, "PNG", compress_level=1)
    command = [tesseract, "stdin", "stdout", "-l", model, "--psm", str(mode), "--dpi", str(dots), "tsv"]
    seconds = max(min(SECONDS, budget.left()), 1)
    table = programs.run(command, seconds=seconds, given=out.getvalue(), variables={"OMP_THREAD_LIMIT": "1"})
    return list(filter(None, (_word(row.split("\t"), scale) for row in table.decode(errors="replace").split("\n"))))


def _word(row: Sequence[str], scale: float) -> Word | None:
    """The word of one row of Tesseract's table; None for rows of pages, blocks and lines."""
    if len(row) != 12 or row[0] != "5" or not row[11].strip():
        return None
    left, top, width, height = (int(value) / scale for value in row[6:10])
    box = round(left), round(top), round(left + width), round(top + height)
    return Word(row[11].strip(), *box, float(row[10]), tuple(map(int, row[2:5])))


def without_dirt(words: Iterable[Word]) -> list[Word]:
    """The words without what is most likely a stamp, a signature, a stain, or tones torn off the letters below."""
    lines = (list(line) for _, line in groupby(words, lambda w: w.line))
    return [
        word
        for line in lines
        if _is_text(line)
        for place, word in enumerate(line)
        if word.sure >= _DIRT or _is_word(word) or (place == 0 and DASH.fullmatch(word.text))
    ]


def _is_text(line: Sequence[Word]) -> bool:
    """Whether a line has words and numbers, not mere signs and single letters (`.^ Z ^< z`)."""
    return sum(bool(_LETTERS.search(word.text)) for word in line) > _TEXT * len(line)


def _is_word(word: Word) -> bool:
    return is_syllable(word.text.strip(PUNCTUATION))


# --- several readings -----------------------------------------------------------------------------------------


def _text_read(words: Iterable[Word]) -> float:
    """How much text was read, and how surely."""
    return sum(w.sure * len(w.text) for w in words if any(c.isalnum() for c in w.text))


def _merged(readings: Sequence[Sequence[Word]]) -> list[Word]:
    """One reading out of several: of each printed line the best, each word as all that see it agree on it.

    Tesseract finds the lines anew at each size, and at each it tears some apart: the tones above the letters become a
    line of their own (`^ ^ .`), and the letters lose them.
    """
    out = []
    for number, row in enumerate(_rows(readings)):
        best = max(row, key=lambda one: _text_read(row[one]))
        others = [_by_place(words) for one, words in row.items() if one != best]
        out += [_agreed_word(replace(word, line=(number, *word.line)), others) for word in row[best]]
    return out


def _rows(readings: Sequence[Sequence[Word]]) -> list[dict[int, list[Word]]]:
    """What each reading (by its place in `readings`) has of each printed line, from top to bottom."""
    lines = [(one, list(line)) for one, words in enumerate(readings) for _, line in groupby(words, lambda w: w.line)]
    lines.sort(key=lambda pair: _middle(pair[1]))
    rows: list[tuple[int, int, dict[int, list[Word]]]] = []
    for one, line in lines:
        top, bottom = _edges(line)
        if rows and min(rows[-1][1], bottom) - max(rows[-1][0], top) > _SAME_ROW * min(
            rows[-1][1] - rows[-1][0], bottom - top
        ):
            first, last, row = rows[-1]
            row.setdefault(one, []).extend(line)
            rows[-1] = (min(first, top), max(last, bottom), row)
        else:
            rows.append((top, bottom, {one: line}))
    return [row for _, _, row in rows]


def _edges(line: Sequence[Word]) -> tuple[int, int]:
    """Top and bottom of most of the words of a line."""
    tops, bottoms = sorted(w.top for w in line), sorted(w.bottom for w in line)
    return tops[len(tops) // 2], bottoms[len(bottoms) // 2]


def _middle(line: Sequence[Word]) -> float:
    return sum(_edges(line)) / 2


def _agreed_word(word: Word, places: Sequence[dict[int, list[Word]]]) -> Word:
    """The word as all readings that see one word at its place agree on it."""
    seen = [word, *filter(None, (_at_place_of(word, rows) for rows in places))]
    votes: dict[str, float] = defaultdict(float)
    for one in seen:
        votes[one.text] += (_worth(one) / 100) ** _POWER
    best = max(votes, key=lambda text: votes[text])
    sure = max(one.sure for one in seen if one.text == best)
    return replace(word, text=best, sure=sure, readings=tuple((one.text, one.sure) for one in seen))


def _by_place(words: Iterable[Word]) -> dict[int, list[Word]]:
    rows: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        rows[(word.top + word.bottom) // 200].append(word)
    return rows


def _at_place_of(word: Word, rows: dict[int, list[Word]]) -> Word | None:
    row = (word.top + word.bottom) // 200
    near = (other for at in (row - 1, row, row + 1) for other in rows.get(at, ()))
    return next((o for o in near if _overlap(word, o) > _SAME_PLACE and abs(len(o.text) - len(word.text)) < 2), None)


def _worth(word: Word) -> float:
    """How good a reading is: its confidence, and something for being a syllable or a number."""
    letters = word.text.strip(PUNCTUATION)
    return max(word.sure, 0) + (10 if is_syllable(letters) or letters.isdigit() else 0)


def _overlap(one: Word, other: Word) -> float:
    """How much of the two boxes together both cover, across and down each."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    wide = max(one.right, other.right) - min(one.left, other.left)
    high = max(one.bottom, other.bottom) - min(one.top, other.top)
    return min(across / wide, 1.4 * down / high)
