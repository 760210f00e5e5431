"""A text with its agencies blotted out, and the patterns that speak of "an agency" there.

Rules that read masked text never trip over the words inside a name (`Giao thông`, `Y tế`).
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.agency_words import ACTION as ACTION
from extractors.agency_words import ADVERB as ADVERB
from extractors.agency_words import END, VERBS
from extractors.agency_words import MAIN as MAIN
from extractors.model import AgencyMention
from extractors.spelling import alternatives, level

MASK = "\x01"
AGENCY = rf"{MASK}++"  # possessive: an agency is never given back letter by letter
LIST = (
    rf"{AGENCY}(?:(?:\s*\([^()]{{0,80}}\))?(?:\s*,\s*và\s+|\s*[,/+]\s*|\s+và\s+|\s*,?\s+cùng\s+"
    rf"|\s*;\s*(?={AGENCY}\s*[;,.]?\s*{MASK})){AGENCY})*"
)
#: what tells how a body is or does, and orders nothing
STATE = rf"(?:{alternatives(VERBS['states'], ignore_case=False)}){END}"


def mask(text: str, mentions: Sequence[AgencyMention], levelled: str | None = None) -> str:
    """`text`, levelled and in lower case, with every agency blotted out; length unchanged."""
    spelt = level(text) if levelled is None else levelled
    lowered = spelt.lower()
    if len(lowered) != len(text):  # a letter such as İ is two in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in spelt)
    pieces, at = [], 0
    for mention in mentions:
        start, end = mention.span.start, mention.span.end
        pieces += [lowered[at:start], MASK * (end - start)]
        at = end
    return "".join((*pieces, lowered[at:]))


def within(mentions: Sequence[AgencyMention], span: tuple[int, int]) -> tuple[AgencyMention, ...]:
    """The mentions that begin in the characters `span`."""
    return tuple(m for m in mentions if span[0] <= m.span.start < span[1])
