"""Measure, and write `docs/performance/`: `make bench`, or some parts of it.

python -m benchmarks.speed                       everything
python -m benchmarks.speed reading whole         these parts; the rest stays as it was measured before
python -m benchmarks.speed --check               reading again, quickly, beside the ratios kept: `make bench-check`
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.speed import memory, night, reading, report, searching, whole
from benchmarks.speed.report import Figure, Row
from tests.elasticsearch.server import running

NOTICES, ROUNDS = 200, 3
SIZES = (10_000, 100_000, 1_000_000)
#: In a check a ratio may be this much lower than the one kept: two runs on a shared machine differ by less.
SLACK = 0.75
CHECK_NOTICES, CHECK_ROUNDS = 40, 3

_URL: str | None = None


def _whole() -> Iterator[Row | Figure]:
    with _server() as url:
        yield from whole.measured(NOTICES, ROUNDS, url)
        yield from whole.bulk_loop(url, 30_000, ROUNDS)


def _search() -> Iterator[Figure]:
    with _server() as url:
        yield from searching.figures(SIZES, url)


PARTS: dict[str, Callable[[], Iterator[Row | Figure]]] = {
    "reading": lambda: reading.rows(NOTICES, ROUNDS),
    "whole": _whole,
    "memory": memory.rows,
    "search": _search,
    "night": night.rows,
}


@contextmanager
def _server() -> Iterator[str]:
    """The Elasticsearch that was named, or one of our own."""
    if _URL:
        yield _URL
        return
    with running() as server:
        yield server.url


def measure(parts: list[str]) -> None:
    """Measure these parts and keep each thing as it is found: what was measured outlives a run that is ended."""
    for part in parts:
        began = time.monotonic()
        print(f"-- {part}", flush=True)
        found: list[Row | Figure] = []
        for one in PARTS[part]():
            found.append(one)
            report.keep([one])
            print(_line(one), flush=True)
        report.keep(found, whole=part)
        print(f"-- {part}: {(time.monotonic() - began) / 60:.1f} minutes", flush=True)


def check() -> int:
    """Read a smaller corpus and compare the ratios with those kept; 1 where one is much lower."""
    kept = {row.key: row for row in (Row(**r) for r in report.load().get("rows", []))}
    worse = 0
    for row in reading.rows(CHECK_NOTICES, CHECK_ROUNDS):
        before = kept.get(row.key)
        slower = before is not None and row.ratio < SLACK * before.ratio
        worse += slower
        was = f"   kept {before.ratio:.2f} ×" if before else "   not kept before"
        print(f"{_line(row)}{was}{'   SLOWER' if slower else ''}", flush=True)
    return 1 if worse else 0


def _line(one: Row | Figure) -> str:
    if isinstance(one, Row):
        return f"{one.what:42} {one.ours:10.3g} {one.unit:12} {one.beside:28} {one.theirs:10.3g}   {one.ratio:6.2f} ×"
    return f"{one.what:42} {one.value:10.3g} {one.unit:12} {one.at}"


def main() -> int:
    """The command line."""
    global _URL
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--check", action="store_true", help="compare with the ratios kept")
    parser.add_argument("--url", help="an Elasticsearch that runs; else one is started")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    _URL = options.url
    if options.check:
        return check()
    measure(options.parts or list(PARTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
