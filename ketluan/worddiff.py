"""What changed from one wording to the next, in whole words?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the diff: `same`, `gone` (only in the earlier text) or `new` (only in the later)."""

    op: str
    text: str


def word_diff(earlier: str, later: str) -> tuple[Edit, ...]:
    """`later` against `earlier` in whole words; the `same` and `new` pieces joined are `later`, letter for letter."""
    a, b = _TOKEN.findall(earlier), _TOKEN.findall(later)
    edits: list[Edit] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            edits.append(Edit("same", "".join(b[b1:b2])))
            continue
        if a1 < a2:
            edits.append(Edit("gone", "".join(a[a1:a2])))
        if b1 < b2:
            edits.append(Edit("new", "".join(b[b1:b2])))
    return tuple(_gathered(edits))


def _gathered(edits: list[Edit]) -> Iterator[Edit]:
    """The edits with neighbouring changes as one: the space between two words that changed is no word."""
    gone = new = ""
    for place, edit in enumerate(edits):
        between = bool(gone or new) and not edit.text.strip() and place + 1 < len(edits)
        if edit.op != "same" or between:
            gone += edit.text if edit.op != "new" else ""
            new += edit.text if edit.op != "gone" else ""
            continue
        yield from _changed(gone, new)
        gone = new = ""
        yield edit
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> Iterator[Edit]:
    if gone:
        yield Edit("gone", gone)
    if new:
        yield Edit("new", new)
