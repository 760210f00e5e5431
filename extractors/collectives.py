"""Where does a collective end (`các cơ quan, đơn vị, địa phương được giao nhiệm vụ`)?

A collective is kept as printed: its nouns (`vocabulary/agencies.yaml`: groups, group_tails), then what narrows it,
a relative clause (`có rừng`, `chưa hoàn thành chỉ tiêu`) or a few words up to the next verb or mark.
Texts are levelled (`spelling.level`).
"""

from __future__ import annotations

import re

from extractors.agency_words import (
    ADVERB,
    CAP,
    COMPOUND,
    COUNCIL,
    DATA,
    END,
    GROUP,
    HEAD_BEGINS,
    MAIN,
    NAMED,
    ONLY_VERB,
    PLACE,
    QUANTITY,
    SECTOR,
    SECTOR_HEAD,
    STOP,
    TAIL,
    WORD,
)
from extractors.spelling import UPPER, alternatives

_FIXED = re.compile(r"[cC]ác cấp, (?:các )?ngành(?: và (?:các )?địa phương)?(?!\w)")
#: counted, these are things that are built or looked at, not bodies that act: `05 khu tái định cư`
_THING = rf"(?:{alternatives(DATA['things'])}){END}"
#: `các chủ đầu tư, Ban Quản lý dự án …`: with its capital it is a name, not one more noun of the collective
_OWN_NAME = rf"(?=[{UPPER}])(?:{alternatives(h for h in DATA['heads'] if ' ' in h)})\s+(?!{GROUP})\w"
#: `các bệnh viện trực thuộc Bộ`; `các cơ quan giám định trả kết quả`: what reads like a verb before another verb
_IN_ITS_BODY = (
    rf"(?:(?:(?:trực )?thuộc|của)\s+(?:Bộ|Sở|Tổng cục|Cục){END}(?!\s+{CAP})"
    rf"|(?:giám định|thẩm định|kiểm định|thẩm tra|thanh tra|tư vấn|đăng kiểm|thi hành án)"
    rf"(?=\s+(?:{MAIN}|trả|cấp|cung cấp|thông báo|xác minh|giữ|lấy){END}))"
)
_RUN = re.compile(
    rf"(?!\d+\s+{_THING})(?:({QUANTITY})\s+)?{GROUP}(?:(?:\s*,\s*|\s+và\s+|\s*,\s*và\s+"
    rf"|\s*/\s*)(?!{SECTOR_HEAD}\s+{SECTOR}|{NAMED}|{_OWN_NAME}){GROUP})*(?:\s+(?:{_IN_ITS_BODY}|{TAIL}))*(?:(?<=tỉnh)\s+{PLACE})?"
    rf"(?:\s+(?:này{END}|(?:nói\s+)?trên(?=\s+{MAIN}|\s*[,.;:]|\s*$)))?"
)
_JOINED = re.compile(r",|\svà\s|/")
_CLOSED = re.compile(rf"(?:{alternatives(DATA['closing_tails'])})$")
_LEVEL = re.compile(rf"cấp (?:tỉnh|huyện|xã|cơ sở)(?:(?:, | và )(?:tỉnh|huyện|xã|phường|cơ sở))*{END}")
_MORE = re.compile(
    rf"(?:\s+(?:{COMPOUND}|(?!{STOP}|{HEAD_BEGINS}|\d){WORD})){{1,5}}"
    rf"(?:,\s+(?!{STOP}|{GROUP}|{QUANTITY}){WORD}(?=\s+{MAIN})|(?=\s*[,.;:()]|\s*$|\s+{STOP}))"
)
_CLAUSE = rf"(?:(?!\s(?:và|cùng)\s+(?:{COUNCIL}|{HEAD_BEGINS}|các\s))[^,.;:]){{1,90}}?"
_RELATIVE = re.compile(
    r"\s+(?:được (?:giao|phân công)(?: nhiệm vụ)? (?:tại|ở|nêu tại|theo)\s[^.;:]{1,80}?(?:nêu trên|trên đây|này)"
    rf"(?=\s+{MAIN})|(?:được giao|được phân công|là|(?:chưa|đang)(?:\s+{MAIN})?)(?:\s{_CLAUSE})??"
    rf"(?=\s+(?:vẫn\s+|cũng\s+|đều\s+)?{MAIN}|\s+(?:và|cùng)\s+(?:{COUNCIL}|các\s))"
    rf"|(?:nơi\s+)?có\s(?!(?:(?!{COMPOUND}){ONLY_VERB}|báo cáo|văn bản|ý kiến|kế hoạch|phương án"
    rf"|giải pháp|biện pháp|trách nhiệm|kết quả"
    rf"|hướng)(?!\w))[^,.;:]{{1,60}}?(?=\s+(?:{MAIN}|{ADVERB}|{ONLY_VERB})|\s*$|\s*[,;:])"
    rf"|bị\s[^,.;:]{{1,40}}?(?=\s+(?:{STOP})|\s*$|\s*[,.;:]))"
)


def collective_end(text: str, at: int, *, need_quantity: bool) -> int | None:
    """The character after the collective that begins at `at`; None where none begins there.

    `need_quantity`: a noun alone is none (`đơn vị`); it takes `các`, or several of them.
    """
    if fixed := _FIXED.match(text, at):
        return fixed.end()
    match = (None if need_quantity else _LEVEL.match(text, at)) or _RUN.match(text, at)
    if not match:
        return None
    quantity = match.re is _RUN and match.group(1)
    if need_quantity and not quantity and not _JOINED.search(match.group()):
        return None
    end = match.end()
    if relative := _RELATIVE.match(text, end):
        return relative.end()
    if not _CLOSED.search(text, at, end) and (more := _MORE.match(text, end)):
        return more.end()
    return end


def lowered(name: str) -> str:
    """The name of a collective with its first capital lowered; any other name as it is."""
    first = name.split(" ", 1)[0]
    return name[0].lower() + name[1:] if re.fullmatch(QUANTITY, first) or _RUN.match(name) else name
