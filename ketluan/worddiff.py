"""What changed from one wording to the next, in whole words?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the diff: `same`, `gone` (only in the earlier text) or `new` (only in the later)."""

    op: str
    text: str


def word_diff(earlier: str, later: str) -> tuple[Edit, ...]:
    """`later` against `earlier` in whole words; the `same` and `new` pieces joined are `later`, letter for letter.

    White space belongs to the word before it, and is no change by itself.
    """
    a, b = _Words(earlier), _Words(later)
    edits: list[Edit] = []
    matcher = SequenceMatcher(None, a.words, b.words, autojunk=False)
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            edits.append(Edit("same", b.text(b1, b2)))
            continue
        if a1 < a2:
            edits.append(Edit("gone", a.text(a1, a2) if b1 < len(b.words) else a.text_with_space_before(a1, a2)))
        if b1 < b2:
            edits.append(Edit("new", b.text(b1, b2)))
    if not b.words and later:
        edits.append(Edit("new", later))
    return tuple(edits)


class _Words:
    """The words of a text, and the text of some of them in a row with the white space behind each."""

    def __init__(self, text: str) -> None:
        self._text = text
        spans = [match.span() for match in _WORD.finditer(text)]
        self.words = [text[begin:end] for begin, end in spans]
        self._begins = [0, *(begin for begin, _ in spans[1:]), len(text)]
        self._ends = [0, *(end for _, end in spans)]

    def text(self, first: int, last: int) -> str:
        return self._text[self._begins[first] : self._begins[last]]

    def text_with_space_before(self, first: int, last: int) -> str:
        """The last words of a text, which stand behind one that ends without white space."""
        return self._text[self._ends[first] : self._ends[last]]
