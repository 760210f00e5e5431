"""How right are the links? `make score` prints the table, beside BM25 alone and TF-IDF alone.

Series whose links are known: the invented one of `samples/series`, in its tuning and its held-out half, and those
written by hand under `tests/ketluan`, of which one is set aside: measured, its errors never read. Precision, recall,
and the share of right links whose kind is right.
The baselines link each conclusion to the earlier one most like it, above the threshold that is best on the tuning half.

    python -m benchmarks.links [--quick]
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from extractors import extract
from ketluan.index.fold import norm, words
from ketluan.stored import StoredNotice
from ketluan.threads import find_links
from samples.series import make_series, make_truth

#: Row → folder of a series written by hand.
HAND = {
    "by hand, 2024": Path("tests/ketluan/links"),
    "by hand, 2022": Path("tests/ketluan/links-a"),
    "by hand, 2025 (set aside)": Path("tests/ketluan/links-b"),
}
#: Row → half of the invented series, as its truth names it.
HALVES = {"tuning": "tuning", "held out": "heldout"}
Place = tuple[str, str]
Pairs = dict[tuple[Place, Place], str]


@dataclass(slots=True)
class Series:
    """Notices, their true links with kinds, and pairs that are neither right nor wrong."""

    notices: list[StoredNotice]
    truth: Pairs
    half: dict[Place, str] = field(default_factory=dict)
    unjudged: set[tuple[Place, Place]] = field(default_factory=set)
    remarks: set[Place] = field(default_factory=set)


def invented() -> Series:
    """The generated series, read from its text."""
    written = make_series()
    truth = make_truth(written)
    notices = [_stored(w.name, w.text.encode(), f"{w.name}.txt") for w in written]
    half = {_place(c): t["split"] for t in truth["threads"] for c in t["conclusions"]}
    links = {(_place(row["from"]), _place(row["to"])): row["kind"] for row in truth["links"]}
    return Series(notices, links, half, remarks={_place(row) for row in truth["unjudged"]})


def by_hand(folder: Path) -> Series:
    """Notices written by hand."""
    truth = yaml.safe_load((folder / "links.yaml").read_text(encoding="utf-8"))
    notices = [_stored(path.stem, path.read_bytes(), path.name) for path in sorted(folder.glob("*.txt"))]
    links = {(_named(later), _named(earlier)): kind for later, earlier, kind in truth["links"]}
    return Series(notices, links, unjudged={(_named(a), _named(b)) for a, b in truth["unjudged"]})


def found(series: Series) -> Pairs:
    """What our method links."""
    links = find_links(series.notices)
    return {((li.from_.notice, li.from_.path), (li.to.notice, li.to.path)): li.kind.value for li in links}


def score(series: Series, pairs: Pairs, half: str | None = None) -> tuple[float, float, float]:
    """Precision, recall, and the share of right links of the right kind; of one half where it is named."""
    truth = {p: k for p, k in series.truth.items() if half in (None, series.half.get(p[0]))}
    judged = [
        p
        for p in pairs
        if p not in series.unjudged
        and (half is None or p[0] in series.remarks or series.half.get(p[0]) == half)
        and not (p[0] in series.remarks and p[1] in series.remarks)
    ]
    right = [p for p in judged if p in truth]
    kinds = sum(pairs[p] == truth[p] for p in right)
    return len(right) / max(len(judged), 1), len(right) / max(len(truth), 1), kinds / max(len(right), 1)


def likest(series: Series, alike: Callable[[list[list[str]]], Callable[[int, int], float]], least: float) -> Pairs:
    """The baseline: each conclusion with the earlier one most like it, from `least` on; no kinds."""
    texts = [
        (s.notice.session.month or "", s.id, c.path, words(norm(c.text)))
        for s in series.notices
        for c in s.notice.conclusions
    ]
    texts.sort(key=lambda t: t[:2])
    measure = alike([t[3] for t in texts])
    pairs: Pairs = {}
    for place, (month, notice, path, _) in enumerate(texts):
        earlier = [(measure(place, other), other) for other in range(place) if texts[other][0] < month]
        best = max(earlier, default=(0.0, 0))
        if best[0] >= least:
            pairs[(notice, path), (texts[best[1]][1], texts[best[1]][2])] = ""
    return pairs


def bm25(texts: list[list[str]]) -> Callable[[int, int], float]:
    """Okapi BM25 (k1 1.2, b 0.75) of one text as the question to another, as a share of its own score."""
    idf, counts = _idf(texts), [Counter(t) for t in texts]
    mean = sum(map(len, texts)) / len(texts)

    def value(one: int, other: int) -> float:
        size = 1.2 * (0.25 + 0.75 * len(texts[other]) / mean)
        there = counts[other]
        return sum(idf[w] * there[w] * 2.2 / (there[w] + size) for w in counts[one] if w in there)

    own = [value(n, n) for n in range(len(texts))]
    return lambda one, other: value(one, other) / own[one] if own[one] else 0.0


def tf_idf(texts: list[list[str]]) -> Callable[[int, int], float]:
    """Cosine of the words' weights."""
    idf = _idf(texts)
    vectors = [{w: n * idf[w] for w, n in Counter(t).items()} for t in texts]
    sizes = [math.sqrt(sum(v * v for v in vector.values())) or 1.0 for vector in vectors]
    return lambda one, other: (
        sum(v * vectors[other].get(w, 0.0) for w, v in vectors[one].items()) / sizes[one] / sizes[other]
    )


def _idf(texts: list[list[str]]) -> dict[str, float]:
    held = Counter(w for text in texts for w in set(text))
    return defaultdict(float, {w: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for w, n in held.items()})


def _best(series: Series, alike: Callable[[list[list[str]]], Callable[[int, int], float]]) -> float:
    def f1(least: float) -> float:
        precision, recall, _ = score(series, likest(series, alike, least), "tuning")
        return 2 * precision * recall / ((precision + recall) or 1.0)

    return max((0.35, 0.45, 0.55, 0.65), key=f1)


def rows(*, baselines: bool = True) -> Iterable[str]:
    """The lines of the table."""
    series, hands = invented(), {name: by_hand(folder) for name, folder in HAND.items()}
    started = time.process_time()
    ours = found(series)
    spent = time.process_time() - started
    yield from _figures("ketluan", series, ours, {name: found(hand) for name, hand in hands.items()}, hands)
    for name, alike in (("BM25 alone", bm25), ("TF-IDF alone", tf_idf)) if baselines else ():
        least = _best(series, alike)
        by_us = {row: likest(hand, alike, least) for row, hand in hands.items()}
        yield from _figures(name, series, likest(series, alike, least), by_us, hands)
    count = sum(len(s.notice.conclusions) for s in series.notices)
    yield f"{len(series.notices)} notices, {count} conclusions: {spent:.1f} s"


def _figures(
    method: str, series: Series, pairs: Pairs, by_us: Mapping[str, Pairs], hands: Mapping[str, Series]
) -> Iterable[str]:
    parts = {f"invented, {part}": score(series, pairs, half) for part, half in HALVES.items()}
    parts |= {name: score(hands[name], by_us[name]) for name in hands}
    for part, (precision, recall, right) in parts.items():
        kinds = f"   kinds {right:.3f}" if method == "ketluan" else ""
        yield f"{method:13} {part:26} precision {precision:.3f}   recall {recall:.3f}{kinds}"


def _stored(name: str, data: bytes, file: str) -> StoredNotice:
    extraction = extract(data, name=file)
    return StoredNotice(name, extraction.notice, extraction.source.text, ())


def _place(row: dict[str, str]) -> Place:
    return row["notice"], row["path"]


def _named(text: str) -> Place:
    notice, path = text.split(" ")
    return notice, path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without the baselines")
    parser.add_argument("--json", metavar="FOLDER", type=Path, help="the links found in a series by hand")
    options = parser.parse_args()
    if options.json:
        sys.stdout.write(
            json.dumps([[*a, *b, k] for (a, b), k in found(by_hand(options.json)).items()], ensure_ascii=False) + "\n"
        )
        return
    for row in rows(baselines=not options.quick):
        sys.stdout.write(row + "\n")


if __name__ == "__main__":
    main()
