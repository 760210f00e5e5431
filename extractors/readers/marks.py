"""Which list mark was meant where a scan's reading makes none? `H.` for `II.`, `8)` for `a)`, told by the marks around.

Single letters are what recognition errs on most, and a lost `II.` puts all that follows below the wrong heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_ALPHABET: Final = "abcdđeghiklmn"
_LETTER_MARK = re.compile(r"(?P<mark>[^\s()]{1,2})\)(?=\s)")
#: What stands for the strokes of a Roman number, and what it looks like.
_STROKES: Final = str.maketrans({"H": "II", "l": "I", "1": "I", "|": "I", "J": "I"})
_ROMAN_LIKE = re.compile(r"[HIVXl1|J]{1,5}[.,]")
_DECIMAL = re.compile(r"(\d{1,2})\.")
_ROMANS: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ENDS = re.compile(r"[.;:/!?”\"]$")


@dataclass(frozen=True, slots=True)
class MarkMend:
    """The first word of the line at `index` is `given`, not `read`."""

    index: int
    read: str
    given: str


def with_letters(texts: Sequence[str]) -> Iterator[str]:
    """The lines of a page, marks such as `8)` and `©)` read as the letter that the marks around them ask for."""
    marks = [(i, m["mark"]) for i, text in enumerate(texts) if (m := _LETTER_MARK.match(text))]
    fixed: dict[int, str] = {}
    for n, (index, mark) in enumerate(marks):
        if mark in _ALPHABET or (mark.isalnum() and len(mark) > 1):
            continue
        before = _ALPHABET.find(marks[n - 1][1]) if n else -1
        after = _ALPHABET.find(marks[n + 1][1]) if n + 1 < len(marks) else -1
        letter = _ALPHABET[after - 1] if after > 0 else _ALPHABET[before + 1] if 0 <= before < 12 else None
        if letter and len(marks[n - 1][1] if n else mark) == 1:
            fixed[index] = f"{letter}){texts[index][len(mark) + 1 :]}"
    for index, text in enumerate(texts):
        yield fixed.get(index, text)


def roman_numbers(texts: Sequence[str]) -> list[MarkMend]:
    """Which lines of a paper begin with a misread Roman number: the one that is next, after the end of a sentence.

    `H.` is `II.` after `I.`, `HI.` is `III.` after `II.`. Where the first one found is `II.`, a `1.` above that counts
    nothing (no `2.` follows it) is `I.`
    """
    mends: list[MarkMend] = []
    expected = 1
    decimals: list[tuple[int, int]] = []
    for index, text in enumerate(texts):
        mark, _, rest = text.partition(" ")
        if not rest[:1].isupper():
            continue
        if found := _DECIMAL.fullmatch(mark):
            decimals.append((index, int(found[1])))
        if index and not _ENDS.search(texts[index - 1]) and not texts[index - 1].isupper():
            continue
        value = _value(mark)
        if value == 2 and expected == 1 and (first := _uncounted(decimals)) is not None:
            mends.append(MarkMend(first, texts[first].split(" ", 1)[0], "I."))
            expected = 2
        if value == expected:
            given = f"{_ROMANS[value]}."
            mends += [MarkMend(index, mark, given)] if given != mark else []
            expected, decimals = expected + 1, []
    return mends


def _value(mark: str) -> int | None:
    """The number that a mark with the look of a Roman one stands for; None for others, and for `1.` and `11.`."""
    if not _ROMAN_LIKE.fullmatch(mark) or mark[:-1].isdigit():
        return None
    roman = mark[:-1].translate(_STROKES)
    return _ROMANS.index(roman) if roman in _ROMANS else None


def _uncounted(decimals: Sequence[tuple[int, int]]) -> int | None:
    """The line of the first `1.` where no `2.` goes on from it."""
    numbers = [number for _, number in decimals]
    return decimals[0][0] if numbers[:1] == [1] and numbers[1:2] in ([], [1]) else None
