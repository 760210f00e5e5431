"""Which mark does a paragraph begin with: `I.`, `1.`, `2.1.`, `a)`, `(1)`, `-` …, and how deep does it stand?"""

from __future__ import annotations

import re

#: How deep a unit of the outline stands, outermost first; rows of tables and unmarked paragraphs bear no mark.
ROOT, SECTION, ITEM, SUBITEM, LETTER, NUMBER, STAR, DASH, PLUS, ROW, PLAIN = range(11)

# rank, pattern; the first group is the label. A row here is all that a new kind of marker needs.
_MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (SECTION, re.compile(r"(?:(?:PHẦN|Phần|MỤC|Mục)\s+(?:thứ\s+)?)?([IVX]{1,5})\s*(?:[.)/:]|\s[-–]|-(?=\s))\s*(?=\S)")),
    (SUBITEM, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\s*(?:[.)]\s*|\s+)(?=[^\d\s%,.)])")),
    (
        ITEM,
        re.compile(
            r"(?:(?:Mục|Điều|Khoản)\s+)?(\d{1,2})\s*(?:[.)]|\s[-–](?=\s)|/(?=\s))(?:\s*(?=[^\d\s,.])|\s+(?=\d{1,3}\s+[^\W\d_]{2}))"
        ),
    ),
    (NUMBER, re.compile(r"\((\d{1,2}|[ivx]{1,4})\)\s*[.:]?\s*(?=\S)")),
    (LETTER, re.compile(r"([a-zđ]|[A-HĐ](?=\)))\s*[.)]\s*(?=\S)")),
    (STAR, re.compile(r"(\*)\s*(?=[^\s*])")),
    (DASH, re.compile(r"([-–—•‑●▪◦·])(?:\s+|(?=[^\W\d_]))(?=\S)")),
    (PLUS, re.compile(r"(\+|[oO](?=\s{2}))\s*(?=[^\s\d])")),
)

_ROMAN = {"I": 1, "V": 5, "X": 10}


def marker(text: str) -> tuple[int, str, int] | None:
    """Rank, label and length (characters) of the marker that `text` begins with; None where there is none."""
    for rank, pattern in _MARKERS:
        if match := pattern.match(text):
            return rank, match.group(1), match.end()
    return None


def ordinal(label: str) -> int:
    """The number that a marker's label stands for: `IV` 4, `12` 12, `2.3` 3, `đ` 5, else 0."""
    if label.isdigit():
        return int(label)
    if "." in label:
        return ordinal(label.rsplit(".", 1)[1])
    if label and all(c in _ROMAN for c in label):
        values = [_ROMAN[c] for c in label]
        return sum(-v if v < max(values[i:], default=0) else v for i, v in enumerate(values))
    return "abcdđeghiklmnopqrstuvxy".find(label.lower()) + 1
