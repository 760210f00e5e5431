"""What of an item's text is its title? `Về A: Do B …` has the title `Về A`."""

from __future__ import annotations

import re

from extractors.outline import Unit
from extractors.spelling import UPPER


def title_and_text(unit: Unit, is_party: bool) -> tuple[str | None, int]:
    """The title of an item and where (character of `unit.text`) its own text begins.

    `Về A: Do B …` has the title `Về A`; a heading is all title; an item whose text runs on has none.
    `is_party` says that the words before the first colon are agencies and nothing else.
    """
    text = unit.text
    if unit.is_heading:
        return text.rstrip(" :"), len(text)
    match = _TITLE.match(text)
    if match and (is_party or _TOPIC.match(text)) and not _NAMES_AFTER.match(text, match.end()):
        return match.group(1).rstrip(), match.end()
    return None, 0


_TITLE = re.compile(rf"([^:.;]{{3,300}}?)\s*:\s+(?=[{UPPER}“\"(0-9])")
_TOPIC = re.compile(
    r"(?:Về|Đối với|Liên quan|Nội dung|Công tác|Trong lĩnh vực|Lĩnh vực|Việc|Riêng|Nhiệm vụ|Kiến nghị"
    r"|Đề xuất|Đề nghị của|Tình hình"
    r"|(?:Các |Một số |Những )?(?:đề nghị|kiến nghị|đề xuất|nội dung|nhiệm vụ|công việc|vấn đề|ý kiến)"
    r"(?: \w+){0,2}? khác)(?!\w)"
)
# "Đối với các cụm: Phú Thịnh 5 và Phú Thịnh 6, giao …": a list of names follows, no sentence
_NAMES_AFTER = re.compile(
    rf"(?:[{UPPER}]\w*\s+)(?:[{UPPER}]\w*\s+|\d+\s+)*(?:và\s+[{UPPER}]|,\s*[{UPPER}]\w*\s+[{UPPER}\d])"
    rf"|(?:[{UPPER}]\w*\s+){{1,3}}\d*\s*,"
)
