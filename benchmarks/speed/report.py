"""How are results kept and shown? As `results.json`, a table, and a picture of the ratios, in `docs/performance/`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs" / "performance"
RESULTS = DOCS / "results.json"

#: Rows measured while others kept more than this many cores busy are marked.
NOISY = 0.35

_PARTS = {
    "reading": "Reading, one core",
    "whole": "The whole way: inbox → searchable, both cores",
    "memory": "Memory",
    "search": "Search",
    "night": "The nightly DAG",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: what, beside what, both values in `unit`, busy cores of others; `less` is better or more."""

    part: str
    what: str
    beside: str
    ours: float
    theirs: float
    unit: str
    foreign: float
    less: bool = False
    target: float | None = None

    @property
    def ratio(self) -> float:
        """How many times better we are (above 1) or worse (below 1)."""
        return self.theirs / self.ours if self.less else self.ours / self.theirs

    @property
    def key(self) -> str:
        """By which a row is found again in another run."""
        return f"{self.part}: {self.what} / {self.beside}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value by itself: a time, a size, a rate, at so many conclusions."""

    part: str
    what: str
    at: str
    value: float
    unit: str
    foreign: float = 0.0
    target: float | None = None

    @property
    def key(self) -> str:
        """As that of a row."""
        return f"{self.part}: {self.what} / {self.at}"


def machine() -> dict[str, str]:
    """What it was measured on."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processor": f"{len(os.sched_getaffinity(0))} cores of {processor}",
        "memory": f"{memory:.0f} GiB",
        "python": platform.python_version(),
        **{name: version(name) for name in ("lxml", "pypdfium2", "tantivy", "elasticsearch")},
    }


def load(path: Path = RESULTS) -> dict[str, Any]:
    """What was kept; empty where nothing was."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def keep(found: Sequence[Row | Figure], *, whole: str | None = None, path: Path = RESULTS) -> dict[str, Any]:
    """Put what was found in the place of what was kept of the same, and write it with its table and picture.

    Where `whole` names a part, `found` is all of it: what else was kept of that part goes.
    """
    before, new = load(path), {one.key for one in found}

    def older(kind: type[Row] | type[Figure], name: str) -> list[dict[str, Any]]:
        return [r for r in before.get(name, []) if kind(**r).key not in new and r["part"] != whole]

    kept = {
        "machine": machine(),
        "rows": older(Row, "rows") + [asdict(one) for one in found if isinstance(one, Row)],
        "figures": older(Figure, "figures") + [asdict(one) for one in found if isinstance(one, Figure)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (path.parent / "table.md").write_text(table(kept), encoding="utf-8")
    (path.parent / "ratios.svg").write_text(picture([Row(**r) for r in kept["rows"]]), encoding="utf-8")
    return kept


def table(kept: dict[str, Any]) -> str:
    """All results as Markdown."""
    lines = ["# Measured", "", "Written by `make bench`; what the rows mean stands in [README.md](README.md).", ""]
    lines += [", ".join(f"{name} {value}" for name, value in kept["machine"].items()) + ".", ""]
    for part, title in _PARTS.items():
        rows = [Row(**r) for r in kept["rows"] if r["part"] == part]
        figures = [Figure(**f) for f in kept["figures"] if f["part"] == part]
        if rows or figures:
            lines += [f"## {title}", ""]
        if rows:
            lines += [
                "| what | ours | beside | theirs | better by | target |",
                "| --- | ---: | --- | ---: | ---: | ---: |",
            ]
            lines += [_line(row) for row in rows] + [""]
        if figures:
            lines += ["| what | at | measured | target |", "| --- | --- | ---: | ---: |"]
            lines += [
                f"| {f.what} | {f.at} | {_number(f.value)} {f.unit}{_noise(f.foreign)} | "
                f"{_number(f.target) + ' ' + f.unit if f.target is not None else ''} |"
                for f in figures
            ] + [""]
    return "\n".join(lines)


def _line(row: Row) -> str:
    target = f"{row.target:g} ×" if row.target is not None else ""
    return (
        f"| {row.what} | {_number(row.ours)} {row.unit} | {row.beside} | {_number(row.theirs)} {row.unit} "
        f"| **{row.ratio:.2f} ×**{_noise(row.foreign)} | {target} |"
    )


def _noise(foreign: float) -> str:
    return f" (others busy: {foreign:.1f} cores)" if foreign > NOISY else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def picture(rows: Sequence[Row]) -> str:
    """Bars of the ratios on a logarithmic scale, with a line where both are equal, as SVG."""
    import math

    height, left, width = 24 * len(rows) + 40, 430, 420
    scale = [math.log10(min(max(row.ratio, 0.05), 200)) for row in rows]
    low, high = min([*scale, -0.5]), max([*scale, 0.5])

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * width

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 90} {height}" role="img" '
        'font-family="sans-serif" font-size="13"><title>How many times better than its peer</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
    ]
    for number, (row, value) in enumerate(zip(rows, scale, strict=True)):
        y = 24 * number + 14
        start, end = sorted((x(0), x(value)))
        colour = "#1f7a4d" if row.ratio >= 1 else "#b3541e"
        label = f"{row.what} / {row.beside}"
        parts.append(f'<text x="{left - 8}" y="{y + 12}" text-anchor="end" fill="#222">{escape(label)}</text>')
        parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="16" fill="{colour}"/>')
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 12}" fill="#222">{row.ratio:.2f} ×</text>')
    line = f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="6" y2="{height - 22}" stroke="#222"/>'
    parts.append(f'{line}<text x="{x(0):.1f}" y="{height - 8}" text-anchor="middle" fill="#222">equal</text></svg>')
    return "\n".join(parts) + "\n"
