"""When do two spellings count as the same word?

Three steps, each used on the indexed text and on the query alike:

    clean(s)   Unicode put in order (NFC), look-alike letters mended, invisible characters dropped
    norm(s)    + small letters, one place for the tone mark (hoà = hòa), one i/y (kỹ = kĩ)
    fold(s)    + no marks at all (đất = dat)

`norm` and `fold` keep the length of an NFC text, character for character, so that offsets found in
a folded text hold in the original. Writers differ
in the place of the tone in open syllables with oa, oe, uy; it is moved in closed ones too (hoàn →
hòan), which does no harm since both sides do it. i and y are one after h, k, l, m, s, t and in quy.

A *word* is a run of letters and digits: `Covid-19` is two words, `68/NQ-CP` three, `TN&MT` two. What the user
typed in one piece is searched as a phrase, so that they are found as they were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng

#: Dropped by `clean`: controls, soft hyphen, zero-width characters, byte order mark.
_INVISIBLE = "\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200d\u2060\ufeff"
_MARKS = "\u0300-\u036f"
_DROP = re.compile(f"[{_INVISIBLE}]+")

#: One for one: letters that only look Vietnamese, odd spaces, odd hyphens.
_MEND = str.maketrans(
    {
        "ƣ": "ư",  # U+01A3, in texts taken from PDFs
        "Ƣ": "Ư",
        "Ð": "Đ",  # U+00D0 ETH
        "ð": "đ",
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
    }
)
_ODD = re.compile("[" + re.escape("".join(map(chr, _MEND))) + "]")


def _variants() -> dict[str, str]:
    """Spelling → the one spelling kept; both of the same length, small letters."""
    table: dict[str, str] = {}

    def toned(letter: str, tone: str) -> str:
        return unicodedata.normalize("NFC", letter + tone)

    for tone in _TONES:
        for first, second in ("oa", "oe", "uy"):
            table[first + toned(second, tone)] = toned(first, tone) + second
        table["q" + toned("u", tone) + "y"] = "qu" + toned("i", tone)
        table["q" + toned("u", tone) + "i"] = "qu" + toned("i", tone)
    for tone in ("", *_TONES):
        for before in ("h", "k", "l", "m", "s", "t", "qu"):
            table[before + toned("y", tone)] = before + toned("i", tone)
    return table


#: The spelling variants, longest first wins; `index_mappings` for Elasticsearch are made from the same table.
VARIANTS: dict[str, str] = _variants()
_VARIANT = re.compile("|".join(sorted(map(re.escape, VARIANTS), key=len, reverse=True)))


def _base_letters() -> dict[int, str]:
    """Every Latin letter with marks → the letter without, one for one."""
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        if len(base) == 1 and base != chr(code):
            table[code] = base
    return table


_STRIP = _base_letters()

#: A word in a cleaned text; and in any text, where marks and invisible characters may stand inside it.
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_RAW_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}{_INVISIBLE}])*")


class Word(NamedTuple):
    """A word of a text: `norm` and `fold` are its two keys, `start:end` where it stands."""

    norm: str
    fold: str
    start: int
    end: int


def clean(text: str) -> str:
    """`text` as it is to be stored or asked: NFC, mended, nothing invisible in it. Length may change."""
    return _mended(unicodedata.normalize("NFC", _DROP.sub("", text)))


def norm(text: str) -> str:
    """The key that keeps marks. The length of `text` is kept."""
    return _VARIANT.sub(lambda m: VARIANTS[m[0]], _lower(_mended(text)))


def fold(text: str) -> str:
    """The key without marks. The length of `text` is kept; for NFC text no Vietnamese mark is left."""
    return norm(norm(text).translate(_STRIP))


def is_plain(text: str) -> bool:
    """Whether `text` holds no Vietnamese mark at all, as typed on a keyboard without them."""
    kept = norm(clean(text))
    return fold(kept) == kept


def words(text: str) -> list[str]:
    """The words of `text`, each as `norm` spells it, in order."""
    return [_norm_word(word) for word in _WORD.findall(clean(text))]


@lru_cache(maxsize=65_536)  # a word is looked up quicker than spelt: an archive has some ten thousand
def fold_word(word: str) -> str:
    """`fold` of one word."""
    return fold(word)


@lru_cache(maxsize=65_536)
def _norm_word(word: str) -> str:
    return norm(word)


def locate(text: str) -> Iterator[Word]:
    """The words of `text` as `words` gives them, with their place in `text` itself (of any Unicode form)."""
    for match in _RAW_WORD.finditer(text):
        kept = _norm_word(clean(match[0]))
        yield Word(kept, fold_word(kept), match.start(), match.end())


def _mended(text: str) -> str:
    return text.translate(_MEND) if _ODD.search(text) else text


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)  # İ would become two characters
