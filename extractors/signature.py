"""Who signed, and who receives: the tail of a notice (Decree 30/2020/NĐ-CP, Annex I)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.model import Paragraph, Signer
from extractors.spelling import NAME, level
from extractors.zones import RECIPIENTS, SIGN_LINE

_POSITIONS = {
    "chánh văn phòng": "Chánh Văn phòng",
    "phó chánh văn phòng": "Phó Chánh Văn phòng",
    "chủ tịch": "Chủ tịch",
    "phó chủ tịch": "Phó Chủ tịch",
    "bộ trưởng, chủ nhiệm": "Bộ trưởng, Chủ nhiệm",
    "phó chủ nhiệm": "Phó Chủ nhiệm",
    "ủy ban nhân dân": "Ủy ban nhân dân",
    "giám đốc": "Giám đốc",
    "phó giám đốc": "Phó Giám đốc",
    "thủ tướng": "Thủ tướng",
    "phó thủ tướng": "Phó Thủ tướng",
}
#: `TM. ỦY BAN NHÂN DÂN` over `KT. CHỦ TỊCH` is for the chairman; `TL. CHỦ TỊCH` over `KT. CHÁNH VĂN PHÒNG` is too
_RANK = {"TL": 0, "TUQ": 0, "Q": 0, "KT": 1, "TM": 2}
_ON_BEHALF = re.compile(r"\s*(TM|KT|TL|TUQ|Q|T/M|K/T|T/L)\s*[./]?\s*(?P<whom>[^\d]+)$")
_NOTE_TAIL = re.compile(r"[;.,]\s*$")
_STAMP = re.compile(r"Ký bởi|Người ký|Thời gian ký|Cơ quan:|@|đã ký|Đã ký|\(ký\)|Ngày ký|Chữ ký|Signature", re.I)


def read_tail(rows: Sequence[Paragraph]) -> tuple[Signer | None, tuple[str, ...]]:
    lines: list[str] = []
    posts: list[str] = []
    names: list[str] = []
    in_recipients = False
    for text in (t.strip() for row in rows for t in row.text.split("\n")):
        if not text or _STAMP.search(text):
            continue
        if found := RECIPIENTS.match(text):
            in_recipients = True
            text = text[found.end() :].strip()
            if not text:
                continue
        if _is_post(text):
            posts.append(text)
            continue
        if (
            re.fullmatch(rf"(?:(?:TS|ThS|PGS|GS|BS)\.?\s*)*{NAME}", level(text))
            and posts
            and (not in_recipients or _filed(lines) or not text.startswith("-"))
        ):
            names.append(text)
            continue
        if in_recipients and not names:
            _add_line(lines, text)
    return _signer(posts, names), tuple(r for r in map(_recipient, lines) if r)


def _is_post(text: str) -> bool:
    return bool(_ON_BEHALF.match(text) and len(text) < 60) or (
        text.isupper() and 5 < len(text) < 60 and bool(SIGN_LINE.match(text) or level(text).lower() in _POSITIONS)
    )


def _filed(lines: list[str]) -> bool:
    return any(re.match(r"[-–•+*\s]*Lưu", line) for line in lines)


def _add_line(lines: list[str], text: str) -> None:
    """A line without a dash goes on with the one before it, unless that one had its end mark."""
    for part in re.split(r"(?<=;)\s+(?=[-–]\s*\S)", text):
        begins = re.match(r"\s*[-–•+*]", part) or not lines or lines[-1].rstrip().endswith((";", "."))
        if begins:
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part.strip()}"


def _recipient(line: str) -> str:
    return re.sub(r"\s+", " ", _NOTE_TAIL.sub("", re.sub(r"^\s*[-–•+*]\s*", "", line.strip()))).strip()


def _signer(posts: list[str], names: list[str]) -> Signer | None:
    if not posts and not names:
        return None
    named = [(m[1].replace("/", ""), m["whom"].strip()) for p in posts if (m := _ON_BEHALF.match(p))]
    on_behalf = min(named, key=lambda one: _RANK.get(one[0], 0), default=(None, None))[1]
    position = next((p for p in reversed(posts) if not _ON_BEHALF.match(p)), None)
    return Signer(names[-1] if names else None, _post_case(position), _post_case(on_behalf))


def _post_case(post: str | None) -> str | None:
    if post is None:
        return None
    plain = re.sub(r"\s+", " ", level(post).lower()).strip(" .,")
    return _POSITIONS.get(plain, plain[:1].upper() + plain[1:])
