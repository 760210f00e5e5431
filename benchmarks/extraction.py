"""How much of a notice does the extraction get right? `make score` prints the table.

Each `<name>.txt` (or .docx, .pdf) of a folder is read and compared with `<name>.yaml` beside it, annotated by
hand as `docs/record.md` says. A conclusion is found when its first six and last four words are those
of the gold; its agencies, deadlines, citations, kind and path are compared then. F1 of each measure
over all files together; `overall` is the mean of all but `notice`. Behind each figure stands its change against
`extraction.yaml`, the figures of the last release; `--keep` writes them anew when a release is made.

    python -m benchmarks.extraction tests/notices [--show] [--keep]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from extractors import ExtractionError, extract
from ketluan.export.gold import gold

KEPT = Path(__file__).with_suffix(".yaml")
HEAD = "# Figures of the last release, by folder; written by: python -m benchmarks.extraction FOLDER … --keep\n"

SETS = ("lead", "coordinating", "report_to", "deadlines", "citations")
HEADER = ("issuer", "place", "number", "symbol", "issued", "title", "session", "chair", "signer")
MEASURES = ("unit", *SETS, "kind", "path", "notice")


@dataclass(slots=True)
class Count:
    """How many were right, found, and in the gold."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, right: int, found: int, gold: int) -> None:
        """Count some more."""
        self.right, self.found, self.gold = self.right + right, self.found + found, self.gold + gold

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1; 1 where there was nothing to find and nothing found."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 1.0


@dataclass(slots=True)
class Score:
    """All measures of some files, and a line for each difference."""

    counts: dict[str, Count] = field(default_factory=lambda: {m: Count() for m in MEASURES})
    differences: list[str] = field(default_factory=list)

    @property
    def overall(self) -> float:
        """Mean F1 of all measures but the header's."""
        values = [c.f1 for name, c in self.counts.items() if name != "notice"]
        return sum(values) / len(values)

    def figures(self) -> dict[str, float]:
        """The measures by name, `overall` last, to three places."""
        return {**{n: round(c.f1, 3) for n, c in self.counts.items()}, "overall": round(self.overall, 3)}

    def table(self, before: Mapping[str, float]) -> str:
        """The measures as lines of text, each with its change against `before`."""
        rows = [
            f"{n:13} F1 {c.f1:.3f} {_change(c.f1, before.get(n))}   ({c.right} right, {c.found} found, {c.gold} gold)"
            for n, c in self.counts.items()
        ]
        return "\n".join(
            [*rows, f"{'overall':13}    {self.overall:.3f} {_change(self.overall, before.get('overall'))}"]
        )


def _change(now: float, before: float | None) -> str:
    return "      " if before is None else f"{now - before:+.3f}" if abs(now - before) >= 0.0005 else "  =   "


def score(pairs: Iterable[tuple[Path, Path]]) -> Score:
    """Read each document and compare it with its gold file."""
    total = Score()
    for document, gold_file in pairs:
        truth = yaml.safe_load(gold_file.read_text(encoding="utf-8"))
        try:
            found = gold(extract(document.read_bytes(), name=document.name).notice)
        except ExtractionError as error:
            found = {"notice": {}, "conclusions": []}
            total.differences.append(f"{document.name}: {error}")
        compare(total, document.name, truth, found)
    return total


def notices(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The documents of a folder that have a gold file beside them."""
    for gold_file in sorted(folder.glob("*.yaml")):
        yield from ((d, gold_file) for d in sorted(folder.glob(f"{gold_file.stem}.*")) if d.suffix != ".yaml")


def compare(total: Score, name: str, truth: dict[str, Any], found: dict[str, Any]) -> None:
    """Add to `total` how right `found` is, `truth` being the gold, both as `ketluan.export.gold.gold` writes them."""
    left = list(found["conclusions"])
    pairs = [(unit, _take(unit, left)) for unit in truth["conclusions"]]
    total.counts["unit"].add(sum(f is not None for _, f in pairs), len(found["conclusions"]), len(pairs))
    for unit, match in pairs:
        if match is None:
            total.differences.append(f"{name} {unit['path']}: not found: {unit['starts']} …")
        _compare_unit(total, f"{name} {unit['path']}", unit, match or {})
    for extra in left:
        total.differences.append(f"{name} {extra['path']}: in no gold: {extra['text'][:70]}")
        for measure in SETS:
            total.counts[measure].add(0, len(_values(extra, measure)), 0)
    for part in HEADER:
        want, got = truth["notice"].get(part), found["notice"].get(part)
        right = _flat(want) == _flat(got)
        total.counts["notice"].add(right, 1, 1)
        if not right:
            total.differences.append(f"{name} {part}: {want!r}, found {got!r}")


def _compare_unit(total: Score, where: str, unit: dict[str, Any], match: dict[str, Any]) -> None:
    for measure in SETS:
        want, got = _values(unit, measure), _values(match, measure)
        total.counts[measure].add(len(want & got), len(got), len(want))
        if want != got and match:
            total.differences.append(f"{where} {measure}: missed {sorted(want - got)}, invented {sorted(got - want)}")
    for measure in ("kind", "path"):
        right = match.get(measure) == unit[measure]
        total.counts[measure].add(right, bool(match), 1)
        if match and not right:
            total.differences.append(f"{where} {measure}: {unit[measure]}, found {match.get(measure)}")


def _take(unit: dict[str, Any], left: list[dict[str, Any]]) -> dict[str, Any] | None:
    hits = [f for f in left if _same(unit, f)]
    hit = next((f for f in hits if f["path"] == unit["path"]), hits[0] if hits else None)
    if hit is not None:
        left.remove(hit)
    return hit


def _same(unit: dict[str, Any], found: dict[str, Any]) -> bool:
    words, starts, ends = (_plain(t).split(" ") for t in (found["text"], unit["starts"], unit["ends"]))
    return words[: len(starts)] == starts and words[-len(ends) :] == ends


def _values(unit: dict[str, Any], measure: str) -> set[str]:
    values = unit.get(measure) or []
    if measure == "deadlines":
        return {f"{d.get('from')}–{d.get('due')}" for d in values}
    return {_plain(v) for v in values}


def _plain(value: object) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(value)).replace("**", "")).strip().casefold()


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).casefold()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("tests/notices")])
    parser.add_argument("--show", action="store_true", help="a line for each difference")
    parser.add_argument("--keep", action="store_true", help="make these the figures of the release")
    options = parser.parse_args()
    kept: dict[str, dict[str, float]] = yaml.safe_load(KEPT.read_text(encoding="utf-8")) or {}
    for folder in options.folders:
        result = score(notices(folder))
        if options.show:
            sys.stdout.write("\n".join(result.differences) + "\n")
        sys.stdout.write(f"{folder}\n{result.table(kept.get(str(folder), {}))}\n")
        kept[str(folder)] = result.figures()
    if options.keep:
        KEPT.write_text(HEAD + yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
