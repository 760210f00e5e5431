"""A page of a PDF as an image, and where a passage stands on it.

PDFs come from outside. They are opened in a process of its own with limits on time and memory, so that a
hostile or broken one costs its own picture and nothing else. Images are kept in the cache by content hash.

The passage is looked for by its letters alone: marks, case, spaces and line ends do not count. Where it cannot be
found, nothing is marked.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

#: Pixels across; a page higher than `HIGHEST` is drawn smaller.
WIDTH = 1240
HIGHEST = 2600
SECONDS = 15
_MEMORY = 2 << 30  # bytes of address space
_CHUNK = 24  # letters looked for at a time where the whole passage is not found in one piece
_LONGEST = 20_000  # letters of a passage


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of a line, in points from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its number, how many there are, its size in points, and where the passage stands."""

    number: int
    count: int
    width: float
    height: float
    boxes: tuple[Box, ...] = ()


#: Left, bottom, right, top of a letter, in points from the bottom left.
Quad = tuple[float, float, float, float]


class Undrawable(Exception):
    """The page cannot be drawn: damaged, locked, too slow, or not there."""


def image(original: Path, sha256: str, number: int, cache: Path) -> Path:
    """The image (PNG) of page `number` (from 1), drawn where it is not in the cache. Raises `Undrawable`."""
    target = _cached(cache, sha256, number)
    if not target.exists():
        sheet(original, sha256, number, "", cache)
    return target


def sheet(original: Path, sha256: str, number: int, passage: str, cache: Path) -> Sheet:
    """Page `number` (from 1), its image drawn into the cache, with the places of `passage`. Raises `Undrawable`."""
    return _sheet(original, sha256, number, passage[:_LONGEST], cache)


@lru_cache(maxsize=256)
def _sheet(original: Path, sha256: str, number: int, passage: str, cache: Path) -> Sheet:
    target = _cached(cache, sha256, number)
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ketluan.web.sheets", str(original), str(number), str(target)]
    try:
        done = subprocess.run(command, input=passage.encode(), capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as exc:
        raise Undrawable(str(number)) from exc
    boxes = tuple(Box(*box) for box in found.pop("boxes"))
    return Sheet(**found, boxes=boxes)


def _cached(cache: Path, sha256: str, number: int) -> Path:
    return cache / "pages" / sha256 / f"{number}-{WIDTH}.png"


# ---------------------------------------------------------------- in the process of its own


def main(arguments: list[str]) -> int:
    """Draw the page, tell its measures: `FILE NUMBER IMAGE`, the passage on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    passage = sys.stdin.buffer.read().decode()
    sys.stdout.write(json.dumps(_drawn(arguments[0], int(arguments[1]), Path(arguments[2]), passage)))
    return 0


def _drawn(original: str, number: int, target: Path, passage: str) -> dict[str, Any]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(original)
    page = document[number - 1] if 1 <= number <= len(document) else None
    if page is None:
        raise SystemExit(3)
    width, height = page.get_size()
    if not target.exists():
        scale = min(WIDTH / width, HIGHEST / height)
        draft = target.with_name(f".{target.name}.{id(page)}.part")
        page.render(scale=scale, grayscale=False).to_pil().quantize(64).save(draft, "PNG", optimize=True)
        draft.replace(target)
    boxes = [] if page.get_rotation() or not passage else list(_boxes(page, height, passage))
    return {"number": number, "count": len(document), "width": width, "height": height, "boxes": boxes}


def _boxes(page: Any, height: float, passage: str) -> Iterator[tuple[float, float, float, float]]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    letters = ((i, bare(chr(raw.FPDFText_GetUnicode(text, i)))) for i in range(text.count_chars()))
    printed = [(text.get_charbox(i, loose=True), letter) for i, parts in letters for letter in parts]
    wanted = "".join(bare(passage))
    whole = wanted in "".join(letter for _, letter in printed)
    printed = printed if whole else as_read(printed)
    left, bottom, _, _ = page.get_cropbox()
    line: list[float] = []
    for start, end in places("".join(c for _, c in printed), wanted):
        for (x0, y0, x1, y1), _ in printed[start:end]:
            if line and abs(y0 - line[1]) > 0.4 * max(y1 - y0, 1):
                yield _box(line, left, bottom, height)
                line = []
            line = (
                [min(line[0], x0), min(line[1], y0), max(line[2], x1), max(line[3], y1)] if line else [x0, y0, x1, y1]
            )
        if line:
            yield _box(line, left, bottom, height)
            line = []


def _box(line: list[float], left: float, bottom: float, height: float) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = line
    return round(x0 - left, 1), round(height - (y1 - bottom), 1), round(x1 - x0, 1), round(y1 - y0, 1)


def bare(text: str) -> list[str]:
    """The letters and digits of a text, small and without their marks, one by one."""
    split = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return [c for c in split if c.isalnum()]


def as_read(letters: Iterable[tuple[Quad, str]]) -> list[tuple[Quad, str]]:
    """Letters line by line from the top, each line from the left: some programs write those with marks apart."""
    lines: list[tuple[float, list[tuple[Quad, str]]]] = []
    for quad, letter in sorted(letters, key=lambda one: -(one[0][1] + one[0][3])):
        middle = (quad[1] + quad[3]) / 2
        if not lines or lines[-1][0] - middle > 0.35 * (quad[3] - quad[1]):
            lines.append((middle, []))
        lines[-1][1].append((quad, letter))
    return [one for _, line in lines for one in sorted(line, key=lambda one: one[0][0])]


def places(page: str, passage: str) -> list[tuple[int, int]]:
    """Where the letters of `passage` stand among those of `page`, as ranges.

    A passage that runs over from or to another page, or that a footnote's mark interrupts, is found in parts.
    """
    if not passage:
        return []
    if (at := page.find(passage)) >= 0:
        return [(at, at + len(passage))]
    return _joined(_parts(page, passage))


def _parts(page: str, passage: str) -> Iterator[tuple[int, int]]:
    after = 0
    for start in range(0, len(passage), _CHUNK):
        chunk = passage[start : start + _CHUNK]
        if len(chunk) < _CHUNK and start:
            start, chunk = len(passage) - _CHUNK, passage[-_CHUNK:]
        at = page.find(chunk, max(after - _CHUNK, 0))
        if at >= 0 and len(chunk) >= min(_CHUNK, 12):
            begun, ended = at, at + len(chunk)
            while begun > after and start > 0 and page[begun - 1] == passage[start - 1]:
                begun, start = begun - 1, start - 1
            yield begun, ended
            after = ended


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        if found and start <= found[-1][1] + 3:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif not found or start - found[-1][1] < 400:
            found.append((start, end))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
