"""How does a printed page look when it comes back from a scanner? Pages of a PDF as worn pictures, and those as a PDF.

Everything is drawn from a seed: the same page and the same wear always give the same picture.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter


@dataclass(frozen=True, slots=True)
class Wear:
    """What a scanner and years in a binder do to a page. `skew` in degrees, `blur` in pixels at 300 dots an inch."""

    dpi: int = 300
    skew: float = 0.0
    blur: float = 0.6
    noise: int = 0  # how far a grey value strays, 0 to 255
    specks: int = 0  # dots of dirt
    paper: int = 255  # grey of the paper
    stamp: bool = False  # a round seal over the signature
    quality: int = 85  # of the JPEG


#: How offices scan: well, as usual, and badly.
GOOD = Wear(skew=0.4, noise=6, paper=250)
USUAL = Wear(dpi=200, skew=-0.9, noise=10, specks=150, paper=242, stamp=True, quality=70)
POOR = Wear(dpi=150, skew=1.6, noise=16, specks=300, paper=232, stamp=True, quality=55)


def scan(pdf: bytes, wear: Wear, *, seed: int = 1) -> bytes:
    """The printed `pdf` as a PDF of pictures, a page each, as `wear` tells."""
    return as_pdf([worn(page, wear, seed=seed + n) for n, page in enumerate(pages(pdf))], wear)


def pages(pdf: bytes, dpi: int = 300) -> list[Image.Image]:
    """Its pages as clean grey pictures."""
    with pdfium.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def worn(page: Image.Image, wear: Wear, *, seed: int = 1) -> Image.Image:
    """The clean `page` (300 dots an inch) as the scanner delivers it."""
    pick = random.Random(seed)  # noqa: S311 - dirt, not secrets
    if wear.stamp:
        page = _stamped(page)
    page = page.rotate(wear.skew, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(wear.blur))
    page = page.resize((page.width * wear.dpi // 300, page.height * wear.dpi // 300), Image.Resampling.BOX)
    page = page.point([round(40 + v * (wear.paper - 40) / 255) for v in range(256)])
    draw = ImageDraw.Draw(page)
    for _ in range(wear.specks):
        x, y = pick.randrange(page.width), pick.randrange(page.height)
        draw.ellipse((x, y, x + pick.randrange(3), y + pick.randrange(3)), fill=pick.randrange(60, 200))
    return _noisy(page, wear.noise, pick)


def as_pdf(scans: Sequence[Image.Image], wear: Wear) -> bytes:
    """The pictures as one PDF, compressed as JPEG."""
    out = io.BytesIO()
    first, *others = scans
    first.save(out, "PDF", resolution=wear.dpi, save_all=True, append_images=others, quality=wear.quality)
    return out.getvalue()


def _noisy(page: Image.Image, noise: int, pick: random.Random) -> Image.Image:
    if not noise:
        return page
    grain = Image.frombytes("L", page.size, pick.randbytes(page.width * page.height))
    grain = grain.point([round(128 + (v - 128) * noise / 128) for v in range(256)])
    return ImageChops.add(page, grain, scale=1.0, offset=-128)


def _stamped(page: Image.Image) -> Image.Image:
    """A round seal, as grey as red is, over the lower right of the page."""
    seal = Image.new("L", page.size, 255)
    draw = ImageDraw.Draw(seal)
    x, y, radius = round(page.width * 0.62), round(page.height * 0.8), round(page.width * 0.075)
    for size, width in ((1.0, 7), (0.72, 4)):
        r = radius * size
        draw.ellipse((x - r, y - r, x + r, y + r), outline=150, width=width)
    for n in range(24):
        turn = math.tau * n / 24
        at = x + 0.86 * radius * math.cos(turn), y + 0.86 * radius * math.sin(turn)
        draw.rectangle((at[0] - 7, at[1] - 7, at[0] + 7, at[1] + 7), outline=150, width=4)
    return ImageChops.multiply(page, seal)
