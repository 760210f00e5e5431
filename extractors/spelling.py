"""How may one word be spelt? Patterns that match a Vietnamese phrase however it is written.

`level` brings spellings of one length together (hoà/hòa, –/-), so that offsets stay true.
`alternatives` builds one regular expression out of many phrases, as a tree of letters: a
search costs the same for ten phrases and for a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: open syllables whose tone mark stands on either vowel: hoà/hòa, khoẻ/khỏe, uỷ/ủy
_OLD = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_NEW = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_TONES = dict(zip(_OLD, _NEW, strict=True))
_TONES |= {old.capitalize(): new.capitalize() for old, new in _TONES.items()}
_TONES |= {old.upper(): new.upper() for old, new in zip(_OLD, _NEW, strict=True)}
#: what is looked for comes first, so that the search skips to it; most texts hold none
_TONE = re.compile(r"[oOuU][" + "".join({old[1] for old in _TONES}) + r"](?!\w)(?<![qQ]..)")
_SIGNS = {"–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "’": "'", "“": '"', "”": '"', "\xa0": " "}
_SIGN = re.compile("[" + "".join(_SIGNS) + "]")

#: every upper-case letter of Latin script with Vietnamese marks, for use inside a character class
UPPER = "A-Z" + "".join(
    chr(c) for c in range(0xC0, 0x1EFA) if chr(c).isupper() and (c < 0x180 or c in (0x1A0, 0x1AF) or c >= 0x1EA0)
)

#: a person's name: two to five words that begin with a capital
NAME = rf"[{UPPER}][\w'\-]*(?:\s+[{UPPER}][\w'\-]*){{1,4}}"


def level(text: str) -> str:
    """`text` with one spelling for tone marks of open syllables, dashes and quotes; length unchanged."""
    return _TONE.sub(lambda m: _TONES.get(m[0], m[0]), _SIGN.sub(lambda m: _SIGNS[m[0]], text))


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What two spellings of one name share: no capitals, commas, dashes, spaces; `và` for `&`."""
    words = re.sub(r"[\s,.\-/]+", " ", level(text).lower().replace("&", " và ")).split()
    return "".join(w for w in words if w != "và")


def spellings(phrase: str) -> set[str]:
    """The ways in which `phrase` is printed: with `&` for `và`, without its commas, with tight dashes."""
    forms = {level(phrase)}
    forms |= {f.replace(" và ", " & ") for f in forms} | {f.replace(" và ", "&") for f in forms}
    forms |= {f.replace("&", " & ") for f in forms if "&" in f and " & " not in f}
    forms |= {f.replace(", ", " ") for f in forms} | {f.replace(",", ", ") for f in forms if "," in f and ", " not in f}
    return forms | {f.replace(" - ", "-") for f in forms}


def alternatives(phrases: Iterable[str], *, ignore_case: bool = True) -> str:
    """A pattern that matches the longest of `phrases` at a place, spaces of any length between words.

    Phrases are to be matched in levelled text. The pattern has no group; it does not look
    at what follows, so append `(?!\\w)` where a whole word is meant.
    """
    root: dict[str, dict[str, object]] = {}
    for phrase in phrases:
        node: dict[str, dict[str, object]] = root
        for letter in level(phrase).lower() if ignore_case else level(phrase):
            node = node.setdefault(letter, {})  # type: ignore[assignment]
        node[""] = {}
    return _branch(root, ignore_case)


def _branch(node: dict[str, dict[str, object]], ignore_case: bool) -> str:
    ends = "" in node
    parts = []
    for letter, child in sorted(node.items()):
        if letter:
            parts.append(_letter(letter, ignore_case) + _branch(child, ignore_case))  # type: ignore[arg-type]
    if not parts:
        return ""
    if len(parts) == 1 and not ends:
        return parts[0]
    return "(?:" + "|".join(parts) + ")" + ("?" if ends else "")


def _letter(letter: str, ignore_case: bool) -> str:
    if letter == " ":
        return r"\s+"
    upper = letter.upper()
    if ignore_case and upper != letter and len(upper) == 1:
        return f"[{letter}{upper}]"
    return re.escape(letter)
