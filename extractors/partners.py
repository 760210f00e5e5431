"""With whom, and to whom is the result reported?

Rows of `_PARTNERS` and `_REPORTS`, read in masked text (`masking`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from extractors.masking import ACTION, AGENCY, LIST, MASK, within
from extractors.model import AgencyMention, Span


class _Cue(NamedTuple):
    """A pattern, and the words one of which it needs: most texts are passed over by these alone."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]


def _cue(words: str, pattern: str) -> _Cue:
    return _Cue(tuple(words.split("|")), re.compile(pattern))


#: is a match none after all? Of the masked text, the match, where its part begins, and the spans of the leads
_Guard = Callable[[str, re.Match[str], int, set[Span]], bool]

CLOSELY = (
    r"(?:\s*,?\s+(?:chặt chẽ|tích cực|kịp thời|đồng bộ|hiệu quả|thường xuyên|chủ động|tốt|nhịp nhàng|có hiệu quả))*"
)
#: up to six words that name no agency and no verb: `bà con các thôn`
OTHERS = rf"(?:(?!{ACTION}|với\s|cùng\s)[^\s,.;:(){MASK}]+(?:\s+(?!{ACTION})[^\s,.;:(){MASK}]+){{0,5}})"
_WITH = r"(?:\s*,?\s+(?:cùng\s+với|với|cùng))?"
#: `Sở B phối hợp`, and nobody after it: B helps whoever leads
HELPS = rf"(?:cùng\s+|tham gia\s+|có trách nhiệm\s+)?phối hợp(?!\w)(?!{CLOSELY}{_WITH}\s+{MASK})"
_PARTNERS = (
    # phối hợp chặt chẽ với Sở A
    _cue(
        "phối hợp|kết hợp",
        rf"(?<!\w)(?:phối hợp|kết hợp|phối kết hợp){CLOSELY}{_WITH}\s+(?:{OTHERS}(?:,|\s+và)\s+)?(?P<list>{LIST})",
    ),
    # chủ trì cùng với các đơn vị
    _cue("chủ trì", rf"(?<!\w)chủ trì\s*,?\s+(?:cùng với|cùng|với)\s+(?P<list>{LIST})"),
    # Sở A chủ trì, Sở B phối hợp kiểm tra
    _cue("chủ trì", rf"(?<!\w)chủ trì[^.;{MASK}]*[,;]\s+(?:và\s+|có\s+)?(?P<list>{LIST})\s+{HELPS}"),
    # - Cùng Sở A kiểm tra …
    _cue("cùng", rf"(?:^|[;:.,])\s*(?:và\s+)?cùng(?:\s+với)?\s+(?P<list>{LIST})"),
    # có sự phối hợp chặt chẽ của Sở A
    _cue(
        " sự ",
        rf"(?<!\w)(?:có|với|cùng|cùng với) sự (?:tham gia|phối hợp|hỗ trợ)"
        rf"(?:(?:\s*,\s*|\s+và\s+|\s+)(?:tham gia|phối hợp|hỗ trợ|chặt chẽ|tích cực))*\s+(?:của|từ)\s+(?P<list>{LIST})",
    ),
    # cơ quan phối hợp là Sở A
    _cue("phối hợp", rf"(?:cơ quan|đơn vị)\s+(?:cùng\s+)?phối hợp\s*(?::|là|gồm)\s*(?P<list>{LIST})"),
)

#: what is sent, before the word that says to whom; what stands after `của` or `do` is somebody else's
_THING = (
    r"(?:(?!(?:của|do|giữa)(?!\w)|từ(?!\s+(?:năm|ngày|tháng|quý|đầu|nay)(?!\w))(?!\w))"
    rf"[^\s,.;:()\x01]+|của\s+{AGENCY})"
)
_ABOUT = rf"(?:{_THING}(?:\s+|,\s+(?!{ACTION}))){{0,14}}?(?<!liên quan )(?<!ảnh hưởng )(?<!tác động )(?<!dẫn )"
_TOWARDS = r"(?:về|cho|đến|tới|lên|với|gửi)"
_SENT_TO = r"(?:về|cho|đến|tới|lên)"
_SESSION = (
    r"(?:(?:tại|ra)\s+)?(?:kỳ họp|phiên họp|cuộc họp|hội nghị)\s+(?:(?:thường lệ|thường kỳ|chuyên đề|bất thường"
    r"|(?:đầu|giữa|cuối) năm|gần nhất|tới|sắp tới|(?:lần )?thứ \w+|tháng \S+)\s+)*(?:của\s+)?"
)
_REPORTS = (
    _cue(
        "báo cáo",
        rf"(?<!\w)báo cáo(?:(?:\s*,\s*|\s+và\s+|\s+)(?:đề xuất|kiến nghị|tham mưu|tham mưu đề xuất"
        rf"|xin ý kiến|giải trình))*"
        rf"\s+(?:(?:kịp thời|ngay|trực tiếp|nhanh|kết quả|thường xuyên|bằng văn bản|cụ thể|định kỳ|đồng gửi"
        rf"|trình)\s+)?(?P<list>{LIST})",
    ),
    _cue("báo cáo", rf"(?<!\w)báo cáo\s+{_ABOUT}{_TOWARDS}\s+(?P<list>{LIST})"),
    _cue("trình", rf"(?<!\w)trình\s+(?:xin ý kiến\s+|{_SESSION})?(?P<list>{LIST})"),
    _cue("trình", rf"(?<!\w)trình\s+(?:[^\s,.;:()\x01]+\s+){{1,8}}?lên\s+(?P<list>{LIST})"),
    _cue(
        "gửi",
        rf"(?<!\w)gửi\s+(?:{_TOWARDS}\s+|(?:để\s+)?(?:lấy|xin)\s+ý kiến\s+(?:của\s+)?|{_ABOUT}{_SENT_TO}\s+)?"
        rf"(?P<list>{LIST})",
    ),
    # gửi vào hộp thư điện tử của Sở A
    _cue(
        "thư|địa chỉ",
        rf"(?<!\w)gửi\s+[^,.;\x01]*?(?:hộp thư|hòm thư|địa chỉ|thư điện tử)[^,.;\x01]*?của\s+(?P<list>{LIST})",
    ),
    _cue("nộp", rf"(?<!\w)nộp\s+{_ABOUT}{_TOWARDS}\s+(?P<list>{LIST})"),
    _cue("qua", rf"\((?:thông qua|qua)\s+(?P<list>{LIST})"),
)
_URGES = re.compile(
    rf"(?:đôn đốc|hướng dẫn|chỉ đạo|yêu cầu|đề nghị|giao|mời|tạo điều kiện(?: cho)?|hỗ trợ|vận động|để"
    rf"|cho)\s+{LIST}(?:\s+\w+){{0,3}}\s*$"
)
_NOUN_BEFORE = re.compile(
    r"(?:chương|công|quá|tờ|quy|lộ|giáo|tiến|hành|lập|các|(?<!văn )(?<!biên )bản|người|tiền|chế độ|công tác)\s*$"
)
#: "với Sở A; Sở B; Sở C rà soát": a list goes on with the mark that it began with
IN_SEMICOLONS = re.compile(rf"(?:với|cùng)\s+{AGENCY}(?:\s*;\s*{AGENCY})+$")
_NEXT_IN_LIST = re.compile(rf"\s*;\s*{AGENCY}")


def partners_of(
    masked: str, begin: int, end: int, mentions: Sequence[AgencyMention], leads: set[Span]
) -> tuple[AgencyMention, ...]:
    """With whom the leads (their spans) are to act in the part `begin:end`, in the order of the text."""
    return _collect(_PARTNERS, masked, begin, end, mentions, leads, _is_urged)


def reports_of(
    masked: str, begin: int, end: int, mentions: Sequence[AgencyMention], leads: set[Span]
) -> tuple[AgencyMention, ...]:
    """To whom the leads (their spans) are to report in the part `begin:end`, in the order of the text."""
    return _collect(_REPORTS, masked, begin, end, mentions, leads, _is_noun)


def _is_urged(masked: str, match: re.Match[str], begin: int, leads: set[Span]) -> bool:
    """Is it somebody else, urged on by the lead, who is to cooperate (`đôn đốc các đơn vị phối hợp với …`)?"""
    urged = _URGES.search(masked, begin, match.start())
    if not urged:
        return False
    end_of_list = urged.start() + urged.group().rfind(MASK) + 1
    return not any(span.end == end_of_list for span in leads)


def _is_noun(masked: str, match: re.Match[str], begin: int, leads: set[Span]) -> bool:
    """`chương trình`, `quá trình`, `các báo cáo`: the word is part of a noun."""
    return bool(_NOUN_BEFORE.search(masked, max(0, match.start() - 12), match.start()))


def _collect(
    cues: Sequence[_Cue],
    masked: str,
    begin: int,
    end: int,
    mentions: Sequence[AgencyMention],
    leads: set[Span],
    guard: _Guard,
) -> tuple[AgencyMention, ...]:
    hits: list[AgencyMention] = []
    for match in _matches(cues, masked, begin, end):
        if not guard(masked, match, begin, leads):
            begins, ends = match.span("list")
            if IN_SEMICOLONS.search(masked, match.start(), ends) and (more := _NEXT_IN_LIST.match(masked, ends)):
                ends = more.end()
            hits += [m for m in within(mentions, (begins, ends)) if m.span not in leads]
    unique = {m.span: m for m in sorted(hits, key=lambda m: m.span.start)}
    return tuple(unique.values())


def _matches(cues: Sequence[_Cue], masked: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    part = masked[begin:end]
    for words, pattern in cues:
        for word in words:
            if word in part:
                yield from pattern.finditer(masked, begin, end)
                break
