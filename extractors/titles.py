"""What of an item's text is its title? `Về A: Do B …` has the title `Về A`."""

from __future__ import annotations

import re
from collections.abc import Callable

from extractors.outline import Unit
from extractors.spelling import UPPER


def title_and_text(unit: Unit, is_title: Callable[[str, int], bool]) -> tuple[str | None, int]:
    """The title of an item and where (character of `unit.text`) its own text begins.

    `Về A: Do B …` has the title `Về A`; a heading is all title; an item whose text runs on has none. Of words before a
    colon that name no topic plainly, `is_title` says whether they are one; it gets them and where the text begins.
    """
    text = unit.text
    if unit.is_heading:
        return text.rstrip(" :"), len(text)
    match = _TITLE.match(text)
    if match and not _NAMES_AFTER.match(text, match.end()) and (_TOPIC.match(text) or is_title(match[1], match.end())):
        return match[1].rstrip(), match.end()
    return None, 0


_TITLE = re.compile(r"([^:.;]{3,300}?)\s*:\s+(?=\S)")
_TOPIC = re.compile(
    r"(?:Về|Đối với|Liên quan|Nội dung|Công tác|Trong lĩnh vực|Lĩnh vực|Việc|Riêng|Nhiệm vụ|Kiến nghị"
    r"|Đề xuất|Đề nghị của|Tình hình|Đề án|Dự án|Dự thảo|Tờ trình|Quy hoạch|Phương án|Chương trình|Kế hoạch|Chủ trương"
    r"|(?:Các |Một số |Những )?(?:đề nghị|kiến nghị|đề xuất|nội dung|nhiệm vụ|công việc|vấn đề|ý kiến)"
    r"(?: \w+){0,2}? khác)(?!\w)"
)
# "Đối với các cụm: Phú Thịnh 5 và Phú Thịnh 6, giao …": a list of names follows, no sentence
_NAMES_AFTER = re.compile(
    rf"(?:[{UPPER}]\w*\s+)(?:[{UPPER}]\w*\s+|\d+\s+)*(?:và\s+[{UPPER}]|,\s*[{UPPER}]\w*\s+[{UPPER}\d])"
    rf"|(?:[{UPPER}]\w*\s+){{1,3}}\d*\s*,"
)
