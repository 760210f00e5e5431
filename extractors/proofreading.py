"""Which reading of a doubtful word makes sense? In scans a mark is easily misread: `thâm quyền` for `thẩm quyền`.

A word is looked at only where the readings of the scan differ or none is sure. It is left alone where it makes a known
pair with the word before or after it. Else another reading of the scan that does is taken; else the one word that
differs in its marks only and that does, where there is exactly one. Known are the pairs of the vocabulary files, and
for the choice among readings also the pairs that are surely read elsewhere in the same paper.

Nothing is changed silently: each `Mend` says what the machine had read.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from extractors.spelling import level
from extractors.vocabulary import load

#: Vocabulary files whose words and names make the known pairs.
_FILES: Final = ("compounds", "verbs", "topics", "agencies", "laws")
#: A word read with less confidence (0 to 100) is doubtful, whatever the readings agree on.
_SURE: Final = 85.0
_EDGE: Final = ".,;:()[]“”\"'…/-–—!?*"
#: After these signs a new phrase begins: no pair reaches across them.
_BREAKS: Final = '.,;:)”"…!?'


@dataclass(frozen=True, slots=True)
class Doubted:
    """A word with all that a scan's readings had in its place, and how sure the chosen one is."""

    text: str
    readings: tuple[str, ...] = ()
    sure: float = 100.0


@dataclass(frozen=True, slots=True)
class Mend:
    """The word at `index` was read as `read` and is given as `given`; `neighbour` made the difference."""

    index: int
    read: str
    given: str
    seen: bool  # some reading of the scan had it


def proofread(words: Sequence[Doubted]) -> list[Mend]:
    """What is to be changed in the text that `words` make, in their order."""
    texts = [word.text for word in words]
    paper = _sure_pairs(words)
    mends = []
    for index, word in enumerate(words):
        if not _core(word.text).isalpha() or not _is_doubtful(word):
            continue
        before = _neighbour(texts, index, -1)
        after = _neighbour(texts, index, 1)
        found = _better(word, before, after, paper)
        if found is not None:
            given, seen = found
            texts[index] = _in_place_of(word.text, given)
            mends.append(Mend(index, word.text, texts[index], seen))
    return mends


def _better(
    word: Doubted, before: str | None, after: str | None, paper: frozenset[tuple[str, str]]
) -> tuple[str, bool] | None:
    """The word that makes sense between its neighbours, and whether a reading had it; None to leave `word` alone."""
    core = _core(word.text)
    if _fits(core, before, after, paper):
        return None
    for reading in word.readings:
        other = _core(reading)
        if other != core and other.isalpha() and _fits(other, before, after, paper):
            return other, True
    bare = _bare(core)
    firsts, seconds = _variants()
    others = {*seconds.get((before or "", bare), ()), *firsts.get((bare, after or ""), ())} - {core}
    return (others.pop(), False) if len(others) == 1 else None


def _is_doubtful(word: Doubted) -> bool:
    return word.sure < _SURE or any(reading != word.text for reading in word.readings)


def _fits(core: str, before: str | None, after: str | None, paper: frozenset[tuple[str, str]]) -> bool:
    pairs = ((before, core), (core, after))
    return any(a and b and ((a, b) in _pairs() or (a, b) in paper) for a, b in pairs)


def _neighbour(texts: Sequence[str], index: int, step: int) -> str | None:
    """The word before or after, None where a sign parts the two."""
    if not 0 <= index + step < len(texts):
        return None
    left, right = (texts[index - 1], texts[index]) if step < 0 else (texts[index], texts[index + 1])
    if left[-1:] in _BREAKS or right[:1] in '(“"':
        return None
    return _core(texts[index + step])


def _sure_pairs(words: Sequence[Doubted]) -> frozenset[tuple[str, str]]:
    """The pairs that are surely read somewhere in the paper."""
    sure = [None if _is_doubtful(word) else word.text for word in words]
    return frozenset(
        (_core(a), _core(b)) for a, b in pairwise(sure) if a and b and a[-1] not in _BREAKS and b[0] not in '(“"'
    )


def _core(text: str) -> str:
    return level(unicodedata.normalize("NFC", text).strip(_EDGE).lower())


def _bare(core: str) -> str:
    parts = unicodedata.normalize("NFD", core.replace("đ", "d"))
    return "".join(c for c in parts if not unicodedata.combining(c))


def _in_place_of(text: str, core: str) -> str:
    """`core` with the signs around `text`, and with its capitals."""
    inside = text.strip(_EDGE)
    start = text.index(inside)
    if inside.isupper() and len(inside) > 1:
        core = core.upper()
    elif inside[:1].isupper():
        core = core.capitalize()
    return f"{text[:start]}{core}{text[start + len(inside) :]}"


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Every two neighbouring syllables of the vocabulary files."""
    phrases = (phrase for name in _FILES for phrase in _strings(load(name)))
    pairs = (pair for phrase in phrases for pair in pairwise(phrase.split()) if pair[0][-1] not in _BREAKS)
    cores = ((_core(first), _core(second)) for first, second in pairs)
    return frozenset((first, second) for first, second in cores if first.isalpha() and second.isalpha())


@cache
def _variants() -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], set[str]]]:
    """First words by (themselves without marks, second word); second words by (first word, themselves without)."""
    firsts: dict[tuple[str, str], set[str]] = defaultdict(set)
    seconds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for first, second in _pairs():
        firsts[_bare(first), second].add(first)
        seconds[first, _bare(second)].add(second)
    return dict(firsts), dict(seconds)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, Iterable):
        for value in data:
            yield from _strings(value)
