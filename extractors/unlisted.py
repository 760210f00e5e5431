"""Where does the name of a body end that is listed nowhere (`Trung tâm Kiểm soát bệnh tật tỉnh`)?

It runs from its head word (`vocabulary/agencies.yaml`: heads, free_heads) to the next verb, preposition or mark, over
the phrases that hold a verb and do not end it (compounds) and the matters that it joins (fields). Texts are levelled.
"""

from __future__ import annotations

import re

from extractors.agency_words import (
    CAP,
    COMPOUND,
    COUNCIL,
    DATA,
    END,
    FIELDS,
    HEAD,
    HEAD_BEGINS,
    PLACE,
    POST_BEGINS,
    QUANTITY,
    STOP,
    UNIT,
    WORD,
)
from extractors.spelling import UPPER, alternatives
from extractors.vocabulary import load

#: the offices of the State that serve several provinces: "Kho bạc Nhà nước khu vực XIV"
AREA = r"[kK]hu vực\s+(?:[IVX]{1,5}|\d{1,2})(?!\w)"
#: `Hội An`, `Vụ Bản`, `Trạm Tấu`: places that begin like a body
PLACE_LIKE_HEAD = re.compile(
    rf"(?:Hội|Vụ|Trạm|Đoàn|Đội|Trường|Viện|Phòng|Quỹ|Tổ|Báo|Đài)\s+{CAP}"
    rf"(?=\s*[,.;:()]|\s*$|\s+{STOP})"
)
_AFTER_UNIT = re.compile(rf"(?<!\w)(?:{UNIT}|tại|ở|đến|từ|qua|đảo|quần đảo|sông|hồ|cầu|chợ|đầm)\s+$")
#: another body that begins inside what may still be the name
_BODY = rf"{HEAD_BEGINS}|{COUNCIL}|{POST_BEGINS}"
NAME_RUN = re.compile(
    rf"{HEAD}(?:\s+(?:{AREA}|(?<!Phòng )(?<!Sở )(?<!Ngành )(?<!Ban ){FIELDS}|{COMPOUND}"
    rf"|-\s+(?!{_BODY}){CAP}|(?!{STOP}){WORD})){{0,14}}"
    rf"(?:(?:,\s+(?!{_BODY}|{QUANTITY}\s){CAP}(?:\s+(?!{STOP}){WORD}){{0,3}})?\s+và\s+(?!{_BODY}|{QUANTITY}\s)"
    rf"(?=[{UPPER}])(?:{COMPOUND}|{CAP})(?:\s+(?:{COMPOUND}|{CAP}|(?!{STOP}|{HEAD_BEGINS}){WORD})){{0,6}})?"
)
_PROVINCES = [province for row in load("places") for province in row]
_PLACE_ENDS = re.compile(
    rf"(?<!\w)(?:{alternatives(_PROVINCES, ignore_case=False)}|tỉnh|huyện|thị xã|thành phố|Việt Nam|Trung ương|{AREA}"
    rf"|(?:khu vực|huyện|quận|thị xã|thành phố|xã|phường|thị trấn)\s+{PLACE})"
    rf"(?!\s+(?:tỉnh|huyện|thành phố|thị xã|xã|phường|số\s+\d){END})(?=\s+[^\W\d_{UPPER}])"
)
_NEEDS = re.compile(
    rf"\s+(?:[{UPPER}\d]|(?:số|cơ sở)\s+\d"
    rf"|(?:tỉnh|huyện|thành phố|thị xã|thị trấn|quận|xã|phường|đặc khu|khu vực|các|cổ phần"
    rf"|dự án|chỉ đạo|quản lý|chuyên môn|chuyên ngành|nhân dân|điện lực|thường trực|thường vụ){END})"
)
_FREE = frozenset(head.lower() for head in DATA["free_heads"])
_LETTERS = re.compile(rf"(?<![\w&])(?:{'|'.join(DATA['letters'])})(?![\w&])")
_SHORT_FORMS = frozenset(DATA["short_forms"])
_VERB_NEXT = re.compile(rf"\s+{STOP}|\s*[,;:.]|\s*$")
_HEAD_RE = re.compile(HEAD)


def unlisted_end(text: str, at: int, *, plural: bool) -> int | None:
    """The character after the unlisted name that begins at `at`; None where none begins there.

    A head word of one syllable needs a name behind it (`Bộ máy` is no ministry); `plural`: `các` stands before it.
    """
    head = _HEAD_RE.match(text, at)
    if not head or not text[at].isupper():
        return None
    match = NAME_RUN.match(text, at)
    end = match.end() if match else head.end()
    single = " " not in head.group().strip()
    if single and PLACE_LIKE_HEAD.match(text, at) and _AFTER_UNIT.search(text, max(0, at - 12), at):
        return None
    if (
        head.group().lower() not in _FREE
        and not _NEEDS.match(text, head.end())
        and (single or not plural)
        and not _stands_alone(head.group(), text, end)
    ):
        return None
    return at + len(_up_to_its_place(text[at:end].rstrip(" .-/"), head.end() - at))


def spelt_out(name: str) -> str:
    """`Ban QLDA ĐTXD huyện` → `Ban Quản lý dự án đầu tư xây dựng huyện`: letters that stand for words in any name."""
    return _LETTERS.sub(lambda m: DATA["letters"][m.group()], name)


def _up_to_its_place(name: str, head: int) -> str:
    """A name ends with its place: what goes on in small letters behind it is what is told (`… tỉnh cắm mốc`)."""
    place = _PLACE_ENDS.search(name, head)
    return name[: place.end()] if place else name


def _stands_alone(head: str, text: str, end: int) -> bool:
    """A head word with nothing after it may be the short form of a name given before: `giao Trung tâm rà soát`."""
    return head in _SHORT_FORMS and bool(_VERB_NEXT.match(text, end))
