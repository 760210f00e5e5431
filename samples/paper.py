"""Which part of a paper is each paragraph of a notice's plain text?

Plain text means: paragraphs apart by a blank line, lines of one paragraph apart by a line feed, `**bold**`
marks allowed. The parts are those of Decree 30/2020/NĐ-CP, Annex I, Part I (thể thức văn bản).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Stands above the letterhead and at the end of every invented notice, and in `label.txt` of its archive.
LABEL = "VĂN BẢN GIẢ LẬP ĐỂ THỬ NGHIỆM – KHÔNG PHẢI VĂN BẢN CỦA CƠ QUAN NHÀ NƯỚC"

_NATION = re.compile(r"CỘNG H[ÒO][AÀ] XÃ HỘI CHỦ NGHĨA VIỆT NAM")
_NUMBER = re.compile(r"Số\s*:")
_DATED = re.compile(r"[^\n]{2,40}, ngày\s+(?:\d{1,2}\s+)?tháng")
_KIND = re.compile(r"[A-ZÀ-ỸĐ][A-ZÀ-ỸĐ ]{4,30}")
_MARKER = re.compile(r"(?:[-+*•]|[IVX]+\.|\d{1,2}\.|[a-zđ]\))\s")
_ENDS_SENTENCE = re.compile(r"[.:;…!?”/][*)]*$")


@dataclass(frozen=True, slots=True)
class Paper:
    """A notice cut into the parts that are laid out differently. Lines keep their `**bold**` marks."""

    label: str | None
    issuer: tuple[str, ...]  # tên cơ quan ban hành, one level a line
    motto: tuple[str, ...]  # Quốc hiệu, Tiêu ngữ
    number: str | None  # Số: 12/TB-UBND
    dated: str | None  # địa danh, ngày tháng năm
    kind: str | None  # THÔNG BÁO
    title: tuple[str, ...]  # trích yếu
    body: tuple[str, ...]
    recipients: tuple[str, ...]  # Nơi nhận, first line included
    signature: tuple[str, ...]  # quyền hạn, chức vụ; last the name
    end_label: str | None


def cut(text: str) -> Paper:
    """The parts of the notice `text`; what it lacks is empty or None.

    Raises `ValueError` where no line such as `THÔNG BÁO` names the kind of document.
    """
    rest = paragraphs(text)
    label = rest.pop(0) if rest and rest[0] == LABEL else None
    end_label = rest.pop() if rest and rest[-1] == LABEL else None
    kind_at = next(
        (
            i
            for i, p in enumerate(rest[:12])
            if _KIND.fullmatch(p)
            and p == p.upper()
            and i + 1 < len(rest)
            and rest[i + 1].startswith(("Kết luận", "Về ", "KẾT LUẬN"))
        ),
        None,
    )
    if kind_at is None:
        raise ValueError("no line names the kind of document (THÔNG BÁO) above its title")
    head, kind, title, tail = rest[:kind_at], rest[kind_at], rest[kind_at + 1], rest[kind_at + 2 :]
    body, recipients, signature = _ending(tail)
    number = next((p for p in head if _NUMBER.match(p)), None)
    dated = next((p for p in head if _DATED.match(p)), None)
    motto = next((p for p in head if _NATION.match(p)), None)
    issuer = next((p for p in head if p not in (number, dated, motto)), None)
    return Paper(
        label,
        _lines(issuer),
        _lines(motto),
        number,
        dated,
        kind,
        _lines(title),
        tuple(heal(body)),
        recipients,
        signature,
        end_label,
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, without the white space around them."""
    return [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]


def heal(body: Sequence[str]) -> list[str]:
    """The paragraphs with sentences joined that a page break of the printed paper had cut in two."""
    whole: list[str] = []
    for paragraph in body:
        if whole and _goes_on(whole[-1], paragraph):
            whole[-1] += ("" if whole[-1].endswith("-") else " ") + paragraph
        else:
            whole.append(paragraph)
    return whole


def _goes_on(before: str, after: str) -> bool:
    if _MARKER.match(after) or _ENDS_SENTENCE.search(before):
        return False
    return after[0].islower() or after[0].isdigit() or before.count("(") > before.count(")")


def _ending(tail: list[str]) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    at = next((i for i, p in enumerate(tail) if p.replace("*", "").startswith("Nơi nhận")), len(tail))
    recipients = [line for p in tail[at:] if p.startswith(("Nơi nhận", "*", "-")) for line in p.split("\n")]
    signature = [line for p in tail[at:] if not p.startswith(("Nơi nhận", "*", "-")) for line in p.split("\n")]
    return tail[:at], tuple(recipients), tuple(signature)


def _lines(paragraph: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in paragraph.split("\n") if line.strip()) if paragraph else ()
