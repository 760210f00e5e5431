"""Which characters of a text answer a query? The same answer for every engine.

A clause marks its words, a phrase the whole phrase. Where the text holds a clause with the
marks as typed, only those places are marked; else the places that are alike without marks. Marked
places that only white space parts are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ketluan.index import fold
from ketluan.index.base import Clause, Query
from ketluan.index.fields import comparable
from ketluan.index.records import headings

Range = tuple[int, int]

_STRAY = re.compile("[\u0300-\u036f]")


def highlights(query: Query, text: str) -> tuple[Range, ...]:
    """The `(start, end)` ranges of `text` to mark, in order, none overlapping; offsets are those of `text` itself."""
    clauses = [c for c in (*query.must, *(c for group in query.any_of for c in group)) if not c.key]
    if not clauses or not text:
        return ()
    typed = (*query.must, *(group[0] for group in query.any_of if group))
    marked = any(not fold.is_plain(clause.text) for clause in typed if not clause.key)
    cleaned, places = _prepared(text)
    kept = fold.norm(cleaned)
    bare = fold.fold(kept)
    found = sorted({r for clause in clauses for r in _matches(clause, kept, bare, marked)})
    ranges = _joined(found, cleaned)
    return tuple(ranges if places is None else ((places[s], places[e - 1] + 1) for s, e in ranges))


def missing(query: Query, document: dict[str, Any]) -> tuple[str, ...]:
    """What was typed, may be missing, and stands neither in the text of a flat document nor in its headings."""
    kept = [fold.norm(_prepared(text)[0]) for text in (document.get("text") or "", *headings(document))]
    bare = [fold.fold(text) for text in kept]
    groups = dict.fromkeys([*((clause,) for clause in query.must), *(group for group in query.any_of if group)])
    optional = [group for group in groups if group[0].optional]
    return tuple(group[0].text for group in optional if not any(_stands(one, document, kept, bare) for one in group))


def _stands(clause: Clause, document: dict[str, Any], kept: list[str], bare: list[str]) -> bool:
    if clause.key:
        wanted = comparable("citations", clause.text)
        return any(comparable("citations", key) == wanted for key in document["citations"])
    exact, folded = _patterns(clause)
    patterns, texts = (exact, kept) if clause.exact else (folded, bare)
    return bool(patterns) and all(any(pattern.search(text) for text in texts) for _, pattern in patterns)


def _prepared(text: str) -> tuple[str, list[int] | None]:
    """`text` cleaned, and where each character of it comes from; None where nothing had to be cleaned."""
    if fold.clean(text) == text and not _STRAY.search(text):
        return text, None
    cleaned: list[str] = []
    places: list[int] = []
    last = 0
    for word in fold.locate(text):
        gap = text[last : word.start]
        cleaned += (gap, word.norm)
        places += range(last, word.start)
        places += [min(word.start + n, word.end - 1) for n in range(len(word.norm) - 1)] + [word.end - 1]
        last = word.end
    return "".join(cleaned), places


def _matches(clause: Clause, kept: str, bare: str, marked: bool) -> Iterator[Range]:
    exact, folded = _patterns(clause)
    tries = ((exact, kept),) * (marked or clause.exact) + ((folded, bare),) * (not clause.exact)
    for patterns, text in tries:
        found = [[m.span() for m in pattern.finditer(text)] if first in text else [] for first, pattern in patterns]
        if found and all(found):
            yield from (span for spans in found for span in spans)
            return


_Pattern = tuple[str, re.Pattern[str]]  # and its first word, which is looked for before


@lru_cache(maxsize=512)
def _patterns(clause: Clause) -> tuple[tuple[_Pattern, ...], tuple[_Pattern, ...]]:
    kept = fold.words(clause.text)
    runs = [kept] if clause.phrase and kept else [[word] for word in kept]
    return tuple(map(_pattern, runs)), tuple(_pattern([fold.fold(word) for word in run]) for run in runs)


def _pattern(words: list[str]) -> _Pattern:
    return words[0], re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])")


def _joined(found: list[Range], text: str) -> list[Range]:
    ranges: list[Range] = []
    for start, end in found:
        if ranges and (start <= ranges[-1][1] or text[ranges[-1][1] : start].isspace()):
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges
