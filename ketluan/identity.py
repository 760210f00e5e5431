"""Which paper is this? The id of a notice, the same for every file that the paper comes in.

A draft has no number, a TXT no letterhead, and two people spell one title in two ways. So the id is made of
what each of them prints: the place, the month and the day of the meeting, and the title without
marks, case, spaces and abbreviations. Number, symbol, day of issue and issuer take no part: they are blank
in drafts or missing in plain text.

    2021-09-lao-cai-3f9a1c2e      month, place, first 8 hex digits of SHA-256 over `identity_key`

The folding here is a promise for as long as the archive lasts: an id never changes because searching got
better. That is why it does not share code with the folding of the indexes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from extractors.model import Notice

NO_MONTH = "0000-00"
NO_PLACE = "khong-ro-noi"

#: Written out before comparing; keys and values are folded already.
_ABBREVIATIONS = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ubmttq": "uy ban mat tran to quoc",
    "mttq": "mat tran to quoc",
    "tp": "thanh pho",
    "bch": "ban chap hanh",
    "btv": "ban thuong vu",
}
_PLACE_HEADS = ("tinh ", "thanh pho ")  # `Tỉnh Lào Cai` is `Lào Cai`
_TITLE_HEADS = ("thong bao ",)  # the kind of paper, read into the title or not
_ISSUER_PLACE = re.compile(r"\b(?:tinh|thanh pho|huyen|thi xa|xa|phuong|dac khu)\s+(?P<place>.+)$")
_PLACE_LENGTH = 40


def notice_id(notice: Notice) -> str:
    """The id of the paper, e.g. `2021-09-lao-cai-3f9a1c2e`: ASCII, safe as a folder's name.

    The month is that of the session, else of the meeting, else of issue; `0000-00` where nothing
    is printed. Where no place is printed the issuer's is taken, else `khong-ro-noi`.
    """
    digest = hashlib.sha256(identity_key(notice).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_month(notice)}-{_place(notice)}-{digest[:8]}"


def identity_key(notice: Notice) -> str:
    """What makes the paper this paper, in one line; two papers are one exactly where their keys are equal.

    A paper that prints neither title nor any day or month of a meeting is told apart by its conclusions.
    """
    session = notice.session
    title = _without(_words(notice.title), _TITLE_HEADS)
    parts = [_month(notice), _place(notice), session.held_on or "", title.replace(" ", "")]
    if not title or not (session.held_on or session.month):
        parts.append(_digest(c.text for c in notice.conclusions))
    return "|".join(parts)


def _month(notice: Notice) -> str:
    session = notice.session
    printed = session.month or session.held_on or notice.issued or ""
    return f"{printed[:7]}-00"[:7] if re.match(r"\d{4}(-\d\d)?", printed) else NO_MONTH


def _place(notice: Notice) -> str:
    place = _without(_words(notice.place), _PLACE_HEADS)
    if not place and (found := _ISSUER_PLACE.search(_words(notice.issuer))):
        place = found["place"]
    return place.replace(" ", "-")[:_PLACE_LENGTH].strip("-") or NO_PLACE


def _digest(texts: Iterable[str]) -> str:
    joined = "\n".join(_words(text).replace(" ", "") for text in texts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without(words: str, heads: tuple[str, ...]) -> str:
    return next((words.removeprefix(head) for head in heads if words.startswith(head)), words)


def _words(text: str | None) -> str:
    """Small ASCII letters and digits, one space between words, abbreviations written out."""
    bare = unicodedata.normalize("NFKD", (text or "").casefold().replace("đ", "d"))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", bare)
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)
