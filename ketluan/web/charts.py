"""Where do the parts of a drawing lie? Whole pixels and names; the templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place, and what it stands for."""

    key: str
    count: int
    x: float
    y: float
    width: float
    height: float


def columns(counts: Mapping[str, int], keys: Sequence[str], *, width: float, height: float) -> list[Bar]:
    """A bar standing on the ground for each key, the highest of them `height`; one that counts is never invisible."""
    most = max((counts.get(key, 0) for key in keys), default=0)
    step = width / max(len(keys), 1)
    bars = []
    for place, key in enumerate(keys):
        count = counts.get(key, 0)
        tall = max(count / most * height, 2.0) if count else 0.0
        gap = min(step * 0.2, 3.0)
        bars.append(
            Bar(key, count, round(place * step, 2), round(height - tall, 2), round(step - gap, 2), round(tall, 2))
        )
    return bars


def stacked(parts: Iterable[tuple[str, int]], most: int, *, width: float, height: float) -> list[Bar]:
    """Parts of one lying bar, one after the other; `most` would fill the whole width."""
    bars: list[Bar] = []
    x = 0.0
    for key, count in parts:
        if count:
            wide = max(count / max(most, 1) * width, 2.0)
            bars.append(Bar(key, count, round(x, 2), 0.0, round(wide, 2), height))
            x += wide
    return bars
