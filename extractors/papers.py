"""What kind of paper is it? A notice of conclusions, a letter, a telegram … or another paper of an office.

Told by what the paper itself prints: the line with its kind (tên loại văn bản), the abbreviation in its symbol, and
the subject line of a letter, which has no kind (Decree 30/2020/NĐ-CP, article 7 and Annex III). A paper that gives no
orders (an invitation, a notice about flags) is `other`: its text is kept and found, but it has no conclusions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from extractors.model import Paragraph, Problem, Session
from extractors.zones import Zones, concludes

#: Type → what an archivist calls it.
TYPES: Final[dict[str, str]] = {
    "notice": "thông báo kết luận",
    "letter": "công văn",
    "telegram": "công điện",
    "directive": "chỉ thị",
    "plan": "kế hoạch, chương trình",
    "resolution": "nghị quyết",
    "other": "văn bản khác",
}
#: Types that tell of a meeting; the others have a day of issue only.
_OF_A_MEETING: Final = frozenset(("notice", "letter"))


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper's type, a key of `TYPES`, its kind as printed, and whether its body gives orders."""

    type: str
    printed: str | None
    orders: bool


#: Kind line → type; the first that matches one of the first lines counts.
_KINDS: Final = (
    ("other", re.compile(r"\W*(GIẤY MỜI|THƯ MỜI|THÔNG BÁO MỜI HỌP)\b")),
    ("telegram", re.compile(r"\W*(CÔNG ĐIỆN)\b")),
    ("directive", re.compile(r"\W*(CHỈ THỊ)\W*$")),
    ("resolution", re.compile(r"\W*(NGHỊ QUYẾT)\W*$")),
    ("notice", re.compile(r"\W*(THÔNG BÁO|T H Ô N G\s+B Á O|Thông báo)(?=\W*$|\s+(?:[Ýý] kiến|KẾT|[Kk]ết|[Vv]ề|VỀ))")),
    ("plan", re.compile(r"\W*(KẾ HOẠCH|CHƯƠNG TRÌNH|CHƯƠNG TRÌNH HÀNH ĐỘNG|PHƯƠNG ÁN|ĐỀ ÁN)\W*$")),
    (
        "other",
        re.compile(
            r"\W*(QUYẾT ĐỊNH|TỜ TRÌNH|BÁO CÁO|BIÊN BẢN|HƯỚNG DẪN|QUY CHẾ|QUY ĐỊNH|THÔNG CÁO|GIẤY \w+|PHIẾU \w+"
            r"|HỢP ĐỒNG)\W*$"
        ),
    ),
)
#: Abbreviation in the symbol → type, where no kind line is left (a text without its letterhead).
_SYMBOLS: Final = (
    ("telegram", re.compile(r"/\s*CĐ\s*[-–]")),
    ("notice", re.compile(r"/\s*TB\s*[-–]|[-–]\s*TB\s*/")),
    ("directive", re.compile(r"/\s*CT\s*[-–]|[-–]\s*CT\s*/")),
    ("plan", re.compile(r"/\s*(?:KH|CTr|PA|ĐA)\s*[-–]|[-–]\s*(?:KH|CTr)\s*/")),
    ("resolution", re.compile(r"/\s*NQ\s*[-–]|[-–]\s*NQ\s*/")),
    ("other", re.compile(r"/\s*(?:GM|QĐ|TTr|BC|BB|HD)\s*[-–]|[-–]\s*(?:QĐ|TTr|BC|HD)\s*/")),
)
_NUMBER_LINE = re.compile(r"\W*S[ốỐ]\s*:?[^/]{0,20}[/-]")
_SUBJECT = re.compile(r"\W*V/v\b", re.I)
#: What only papers of offices print; a recipe or a page of a novel has none of it.
_OFFICIAL = re.compile(
    r"CỘNG H[ÒO][AÀ] XÃ HỘI CHỦ NGHĨA|ĐẢNG CỘNG SẢN VIỆT NAM|^\W*Nơi nhận\W*:|^\W*Kính gửi\s*:"
    r"|^\W*(?:UỶ|ỦY) BAN NHÂN DÂN\b|^\W*(?:TM|KT|TL|TUQ)\.\s*[A-ZĐ]"
    r"|,\s*ngày\b.{0,8}\btháng\b.{0,8}\bnăm\b.{0,8}$",
    re.M,
)
_FEWEST_LETTERS: Final = 40


def paper(cut: Zones) -> Paper | None:
    """What kind of paper the zones are of; None where nothing in them is of an office's paper, or next to nothing."""
    top = (*cut.head, *cut.title, *cut.opening[:2])
    lines = [p.text for p in top][:40]
    type, printed = _by_kind_line(lines)
    if type is None:
        type = "letter" if any(map(_SUBJECT.match, lines)) else _by_symbol(lines)
    orders = concludes(cut) if type in (None, "notice", "letter") else type != "other"
    if type in (None, "notice"):
        if not orders and type is None and not _is_official(cut):
            return None
        type = "notice" if orders else "other"
    return Paper(type, printed, orders)


def _by_kind_line(lines: list[str]) -> tuple[str | None, str | None]:
    for line in lines:
        for type, pattern in _KINDS:
            if len(line) < 200 and (match := pattern.match(line)):
                return type, match[1]
    return None, None


def _by_symbol(lines: list[str]) -> str | None:
    for line in lines:
        if _NUMBER_LINE.match(line):
            return next((type for type, pattern in _SYMBOLS if pattern.search(line)), None)
    return None


def _is_official(cut: Zones) -> bool:
    rows: tuple[Paragraph, ...] = (*cut.head, *cut.title, *cut.opening, *cut.body, *cut.closing, *cut.tail)
    text = "\n".join(p.text for p in rows)
    letters = sum(c.isalpha() for c in text)
    numbered = any(_NUMBER_LINE.match(p.text) and _by_symbol([p.text]) for p in rows[:40])
    return letters >= _FEWEST_LETTERS and (numbered or bool(_OFFICIAL.search(text)))


def session_of(paper: Paper, session: Session, issued: str | None) -> tuple[Session, Session]:
    """The meeting that the paper tells of (none, for a plan), and the days that its deadlines count from."""
    if paper.type in _OF_A_MEETING:
        return session, session
    return Session(None, None, None), Session(issued, issued[:7] if issued and len(issued) >= 7 else None, None)


def problems_of(paper: Paper, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems of its header that apply to such a paper, and what an archivist is told of its type."""
    kept = found
    if paper.type not in _OF_A_MEETING:
        kept = tuple(p for p in found if p.code not in ("no_session_date", "session_month"))
    if paper.type == "notice":
        return kept
    name = (paper.printed or TYPES[paper.type]).lower()
    text = f"Đây là văn bản loại “{name}”, không phải thông báo kết luận"
    text += "." if paper.orders else "; chữ trong văn bản vẫn tìm được, nhưng không tách kết luận."
    return (*kept, Problem("paper_type", text))
