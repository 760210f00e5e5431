"""Who is told to act, with whom, and to whom is the result reported?

The text is read with its agencies masked, so that a rule speaks of "an agency" and never trips over
the words inside a name (`Giao thông`, `Y tế`). A *part* is a stretch of the text with one
group of leads: it begins where an order (`giao …`, `yêu cầu …`) or a subject (`Sở Y tế chủ trì …`)
begins and ends before the next. Cues are rows of `_PARTNERS` and `_REPORTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from extractors.model import AgencyMention, Span, Value
from extractors.spelling import alternatives, level
from extractors.vocabulary import load

_MASK = "\x01"
_A = rf"{_MASK}++"  # possessive: an agency is never given back letter by letter
_LIST = (
    rf"{_A}(?:(?:\s*\([^()]{{0,80}}\))?(?:\s*,\s*và\s+|\s*[,/+]\s*|\s+và\s+|\s*,?\s+cùng\s+"
    rf"|\s*;\s*(?={_A}\s*[;,.]?\s*{_MASK})){_A})*"
)
_VERBS = load("verbs")
_ACTION = rf"(?:{alternatives(_VERBS['actions'], ignore_case=False)})(?!\w)"
_MAIN = rf"(?:{alternatives(_VERBS['mains'], ignore_case=False)})(?!\w)"
_ADVERB = rf"(?:{alternatives(_VERBS['adverbs'], ignore_case=False)})(?!\w)"


class _How(Enum):
    """How a text tells who leads."""

    SUBJECT = auto()  # Sở A chủ trì
    ORDER = auto()  # giao Sở A
    BY = auto()  # do Sở A chủ trì


#: where a group of leads begins, who they are, how they are told
_Lead = tuple[int, tuple[AgencyMention, ...], _How]


class Part(Value, frozen=True):
    """A stretch of text (characters `start:end`) with one group of leads; none where the subject is not printed."""

    start: int
    end: int
    lead: tuple[AgencyMention, ...]
    coordinating: tuple[AgencyMention, ...] = ()
    report_to: tuple[AgencyMention, ...] = ()
    orders: bool = False  # an order verb names the leads
    by: bool = False  # named in passing (`do Sở A chủ trì`): they lead where nobody else is told


def mask(text: str, mentions: Sequence[AgencyMention], levelled: str | None = None) -> str:
    """`text`, levelled and in lower case, with every agency blotted out; length unchanged."""
    spelt = level(text) if levelled is None else levelled
    lowered = spelt.lower()
    if len(lowered) != len(text):  # a letter such as İ is two in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in spelt)
    pieces, at = [], 0
    for mention in mentions:
        start, end = mention.span.start, mention.span.end
        pieces += [lowered[at:start], _MASK * (end - start)]
        at = end
    return "".join((*pieces, lowered[at:]))


def read_parts(text: str, mentions: Sequence[AgencyMention], masked: str | None = None) -> tuple[Part, ...]:
    """The parts of `text`, from its first character to its last; the first may have no lead.

    `masked` is `mask(text, mentions)` where the caller has it already.
    """
    if not mentions:
        return (Part(0, len(text), ()),) if text.strip(" ,;.:-–") else ()
    masked = mask(text, mentions) if masked is None else masked
    starts = _lead_starts(masked, text, mentions)
    bounds: list[_Lead] = [(0, (), _How.SUBJECT), *starts] if not starts or starts[0][0] > 0 else starts
    parts = []
    for index, (begin, lead, how) in enumerate(bounds):
        end = bounds[index + 1][0] if index + 1 < len(bounds) else len(text)
        leads = {m.span for m in lead}
        partners = _collect(_PARTNERS, masked, begin, end, mentions, skip=leads, guard=_is_urged)
        reports = _collect(_REPORTS, masked, begin, end, mentions, skip=leads, guard=_is_noun)
        parts.append(Part(begin, end, tuple(lead), partners, reports, how is _How.ORDER, how is _How.BY))
    return tuple(p for p in parts if p.lead or p.coordinating or p.report_to or text[p.start : p.end].strip(" ,;.:-–"))


def names_only(text: str, mentions: Sequence[AgencyMention]) -> bool:
    """Is `text` a heading made of agencies and nothing else (`Sở Y tế và các địa phương:`, `Đối với Sở Y tế`)?"""
    return bool(mentions) and bool(_ONLY.fullmatch(mask(text, mentions)))


_ONLY = re.compile(
    rf"\s*(?:(?:đối với|trách nhiệm của|nhiệm vụ của|giao|yêu cầu|đề nghị"
    rf"|về phía)\s+)?{_LIST}(?:\s*;\s*{_LIST})*(?:\s*\([^()]*\))?\s*[:.;]?\s*"
)

# --- who leads -----------------------------------------------------------------------------------------------

_ORDER = re.compile(
    rf"(?<!\w)(?P<verb>giao(?:\s+nhiệm vụ|\s+trách nhiệm)?(?:\s+cho)?|yêu cầu|đề nghị|phân công|ủy quyền(?:\s+cho)?)\s+"
    rf"(?:(?:riêng|đồng chí|đ/c)\s+)?(?P<lead>{_LIST})"
)
_SUBJECT = re.compile(
    rf"(?P<lead>{_LIST})(?:\s*\([^()]{{0,120}}\))?(?:\s*:|\s*,?\s+(?:theo (?:chức năng|thẩm quyền"
    rf"|nhiệm vụ|phân công|lĩnh vực)[^,.;]{{0,60}},?\s+|căn cứ [^,.;]{{0,90}},\s+"
    rf"|trên cơ sở [^,.;]{{0,90}},\s+|(?:trước|trong|chậm nhất|đến|từ) [^,.;]{{1,40}},\s+"
    rf"|(?:trước|trong|chậm nhất) (?:là )?(?:ngày|tháng|quý|tuần|năm) [^,.;\x01]{{1,30}}?\s+(?={_ACTION})"
    rf"|thường xuyên |tiếp tục )?(?P<next>[^\W\d_][^\s]*(?:\s+\w+)?))"
)
# after these words a subject is described, or orders others, but is not told to act
_NOT_TOLD = re.compile(
    rf"\s*(?:\([^()]*\)\s*)?,?\s*(?:đã|đang|còn|chưa|vẫn|là(?! (?:cơ quan |đơn vị |tổ chức )?(?:chủ trì|đầu mối"
    rf"|thường trực|chịu trách nhiệm))|của|đạt|được|cơ bản|ghi nhận|đánh giá cao"
    rf"|biểu dương|nhận thấy|nêu|nào|sẽ|thống nhất (?:đánh giá|nhận định|nhận thức|cho rằng|với)|đồng ý"
    rf"|nhất trí|chấp thuận|kết luận|tại"
    rf"|trong thời gian qua|thời gian qua|hoan nghênh|chia sẻ|cảm ơn|có (?:nhiều|trên|\d+)"
    rf"|(?:giao|yêu cầu|đề nghị|phân công|ủy quyền)\s+(?:cho\s+)?(?:riêng\s+|đồng chí\s+)?{_MASK})(?!\w)"
)
#: what a council does is a position; a department that does it is told to (`Sở A, Sở B thống nhất số liệu`)
_AGREES = re.compile(r"\s*(?:\([^()]*\)\s*)?,?\s*(?:cơ bản\s+)?thống nhất(?!\w)")
_CLAUSE = re.compile(
    r"(?:^|[.;:!?…]\s+|[.;:!?]”?\s+|^[-–+]\s*|,\s+)(?:đồng thời,?\s+|trước mắt,?\s+|trước hết,?\s+"
    r"|riêng\s+|do đó,?\s+|vì vậy,?\s+)?(?:(?:đồng chí|đ/c)\s+)?(?=\x01)"
)
_SENTENCE = re.compile(r"[.!?…]+[”\")]?\s+(?=\S)|;\s+|:\s+(?=\x01)")
#: a superior who blames, praises or reminds is not told to act
_JUDGES = re.compile(
    r"\s*(?:cũng |đã |rất )*(?:nghiêm khắc )?"
    r"(?:phê bình|nhắc nhở|khen|khen ngợi|tuyên dương|ghi nhận|lưu ý|chúc mừng)(?!\w)"
)
#: words that may stand right before an order verb; after others it is part of what is told ("khẩn trương giao …")
_BEFORE_ORDER = re.compile(
    r"(?:^|[.;:,)\]”\"–\-(]|\x01|(?<!\w)(?:và|đồng thời|trước mắt|nay|thống nhất|đồng ý|nhất trí|cũng"
    r"|thì|chấp thuận|tiếp tục|trước hết|kính|hiện nay|trong đó|do đó|vì vậy|do vậy|chủ trương))\s*$"
)
_SUPERIOR = re.compile(
    r"(?:^|\s)(?:UBND|HĐND|Chủ tịch|Phó Chủ tịch|Thường trực|Thủ tướng|Chính phủ|Bộ trưởng|Thứ trưởng|Tỉnh ủy"
    r"|Ban Thường vụ|Ban Chỉ đạo|Trưởng)"
)


def _lead_starts(masked: str, text: str, mentions: Sequence[AgencyMention]) -> list[_Lead]:
    """Where each group of leads begins, with its agencies, in the order of the text."""
    found: dict[int, _Lead] = {}
    for match in _ORDER.finditer(masked):
        sentence = _sentence_start(masked, match.start())
        if _is_order(masked, match, sentence, text, mentions, bool([k for k in found if k >= sentence])):
            found[match.start()] = (match.start(), _leads(mentions, match, masked), _How.ORDER)
    for match in _CLAUSE.finditer(masked):
        at = match.end()
        subject = _SUBJECT.match(masked, at)
        if not subject or _NOT_TOLD.match(masked, subject.end("lead")) or _agrees(masked, subject, mentions):
            continue
        if _JUDGES.match(masked, subject.end("lead")) and _SUPERIOR.match(text, subject.start("lead")):
            continue
        if not _goes_on_with_list(masked, match) and _is_subject(masked, match, subject, found, mentions):
            found[at] = (at, _leads(mentions, subject, masked), _How.SUBJECT)
    if not found and (by := _LED_BY.search(masked)) and not _IN_THE_PAST.search(masked, 0, by.start()):
        return [(by.start("lead"), _leads(mentions, by, masked), _How.BY)]
    kept: list[_Lead] = []
    for start in sorted(found):
        lead = found[start][1]
        if lead and not (kept and lead[0].span.start < max(m.span.end for m in kept[-1][1])):
            kept.append(found[start])
    return kept


#: "Thành lập Tổ công tác do Sở Nội vụ chủ trì"; a meeting or a team that somebody leads is none of it
_LED_BY = re.compile(
    rf"(?<!cuộc họp )(?<!hội nghị )(?<!phiên họp )(?<!\w)do\s+(?P<lead>{_LIST})"
    rf"\s+(?:chủ trì(?! (?:cuộc|phiên|buổi|hội nghị|soạn thảo|xây dựng|biên soạn|trình))"
    rf"|làm (?:cơ quan |đơn vị )?(?:đầu mối|chủ trì)"
    r"|chịu trách nhiệm)(?!\w)"
)
_IN_THE_PAST = re.compile(
    r"(?<!\w)(?:đã|đang|vừa qua|thời gian qua|(?:đoàn|cuộc) (?:công tác|kiểm tra|thanh tra|liên ngành))(?!\w)"
)


def _agrees(masked: str, subject: re.Match[str], mentions: Sequence[AgencyMention]) -> bool:
    if not _AGREES.match(masked, subject.end("lead")):
        return False
    return any(_SUPERIOR.search(m.name) or "thành viên" in m.name for m in _within(mentions, subject.span("lead")))


def _sentence_start(masked: str, before: int) -> int:
    start = 0
    for match in _SENTENCE.finditer(masked, 0, before):
        start = match.end()
    return start


def _is_order(
    masked: str, match: re.Match[str], sentence: int, text: str, mentions: Sequence[AgencyMention], has_lead: bool
) -> bool:
    before = masked[sentence : match.start()]
    if not _BEFORE_ORDER.search(before):
        return False
    if before.rstrip().endswith(_MASK):
        giver = [m for m in mentions if m.span.end <= match.start()][-1]
        return bool(_SUPERIOR.search(giver.name))
    if has_lead or _subject_before(masked, sentence, match.start()):
        return (match["verb"].startswith("giao") and not before.rstrip().endswith(",")) or bool(
            re.search(r"(?:đồng thời|trước mắt|;|:)\s*,?\s*$", before)
        )
    return True


def _subject_before(masked: str, sentence: int, at: int) -> bool:
    """Does the sentence begin with a subject that is itself told to act?"""
    subject = _SUBJECT.match(masked, sentence)
    return bool(subject and subject.end() < at and not _NOT_TOLD.match(masked, subject.end("lead")))


def _goes_on_with_list(masked: str, clause: re.Match[str]) -> bool:
    """`với Sở A, Sở B rà soát`: B is in A's list. `của UBND tỉnh, Sở B rà soát`: B is a subject."""
    if clause.group().startswith(";") and _IN_SEMICOLONS.search(masked, 0, clause.start()):
        return True
    if not clause.group().startswith(",") or masked[clause.start() - 1] != _MASK:
        return False
    sentence = _sentence_start(masked, clause.start())
    if _ADVERBIAL.match(masked, sentence, clause.start()) and not _AT_REQUEST.match(masked, sentence):
        return False
    return not _OF_AGENCY.search(masked, 0, clause.start())


def _names_and_does(masked: str, subject: re.Match[str], mentions: Sequence[AgencyMention]) -> bool:
    """`… . Sở A phát cỏ`: agencies by their names and right behind them a word that can only be a verb."""
    named = all(m.name[0].isupper() for m in _within(mentions, subject.span("lead")))
    gap = masked[subject.end("lead") : subject.start("next")]
    return named and gap == " " and bool(_DOES_AT.match(masked, subject.start("next")))


def _is_subject(
    masked: str,
    clause: re.Match[str],
    subject: re.Match[str],
    found: dict[int, _Lead],
    mentions: Sequence[AgencyMention],
) -> bool:
    following = subject["next"]
    after_comma = clause.group().startswith(",")
    if following is None:  # "Sở Y tế và các địa phương:" introduces what follows
        return not after_comma
    verb = _VERB_AT.match(masked, subject.start("next"))
    if not after_comma:
        return bool(verb) or clause.end() == 0 or _names_and_does(masked, subject, mentions)
    sentence = _sentence_start(masked, clause.start() + 1)
    if verb and _EACH_ITS_OWN.search(masked, sentence, clause.start()):
        return True
    if any(sentence <= start < clause.start() for start in found) or _subject_before(
        masked, sentence, clause.start() + 1
    ):
        return False
    if _ADVERBIAL.match(masked, sentence, clause.start()):
        simple = not re.search(rf"[,{_MASK}]", masked[sentence : clause.start()])
        return bool(verb) or (simple and bool(_WORD_AT.match(masked, subject.start("next"))))
    return bool(_MAIN_AT.match(masked, subject.start("next"))) and not _PURPOSE.search(
        masked[sentence : clause.start()]
    )


#: "Giao Sở A thẩm định, Sở B thẩm tra": each with a short task of its own, which names nobody
_EACH_ITS_OWN = re.compile(
    rf"{_MASK}\s+(?:{_ACTION})"
    rf"(?:(?!\s(?:với|cùng|cho|của|giữa|đến|tại|gửi|các|những|phối hợp)\s)[^,;:{_MASK}]){{0,40}}$"
)
#: "với Sở A; Sở B; Sở C rà soát": a list goes on with the mark that it began with
_IN_SEMICOLONS = re.compile(rf"(?:với|cùng)\s+{_A}(?:\s*;\s*{_A})+$")
_NEXT_IN_LIST = re.compile(rf"\s*;\s*{_A}")
_AT_REQUEST = re.compile(
    r"\s*(?:theo|trên cơ sở|xét)\s+(?:các\s+)?(?:đề nghị|đề xuất|báo cáo|ý kiến|kiến nghị|tham mưu)(?!\w)"
)
_OF_AGENCY = re.compile(rf"(?:của|theo)\s+{_A}$")
#: a sentence may begin with these, and its subject follow after a comma: "Để bảo đảm tiến độ, Sở A …"
_ADVERBIAL = re.compile(
    r"\s*(?:theo|thực hiện|căn cứ|nhằm|để|thay|trước|trong (?:tháng|quý|năm|thời gian|quá trình|khi)"
    r"|từ|sau khi|trên cơ sở|đối với|về|riêng|định kỳ|hằng|hàng"
    r"|với|khi|trường hợp|nếu|do|vì|tại|qua|cùng với|bên cạnh|ngoài|tiếp nhận|chậm nhất|đồng thời|liên quan)(?!\w)"
)
_VERB_AT = re.compile(rf"{_ACTION}|là (?:cơ quan|đơn vị|đầu mối)(?!\w)")
#: a new sentence whose verb is not listed ("Sở A phát cỏ"): any small word that is no preposition and tells no state
_DOES_AT = re.compile(
    r"(?!(?:và|hoặc|cùng|của|với|trong|ở|do|để|cho|về|như|có|cũng|không|là|nên|thì|bị|được|đều|vì|tại|từ|theo|hiện|mới"
    r"|gặp|trên|dưới|bằng|cao|thấp|khác|này|đó|nào|nói|ngoài|sau|trước|khi|đến|vào|lại|luôn|rất|nhưng|nếu|gồm|thuộc|vừa)"
    r"(?!\w))[^\W\d_]{2,}(?=\s)"
)
_WORD_AT = re.compile(r"(?!và\b|hoặc\b|cùng\b)[^\W\d_]")
_MAIN_AT = re.compile(rf"(?:{_ADVERB}\s+)?(?:{_MAIN})")
_PURPOSE = re.compile(r"(?:^|\s)(?:để|nhằm|theo đề nghị|đề nghị)(?:\s|$)")


def _within(mentions: Sequence[AgencyMention], span: tuple[int, int]) -> tuple[AgencyMention, ...]:
    return tuple(m for m in mentions if span[0] <= m.span.start < span[1])


def _leads(mentions: Sequence[AgencyMention], match: re.Match[str], masked: str) -> tuple[AgencyMention, ...]:
    """Those whom the group `lead` names; in brackets stands a short form or a part (`Công an tỉnh (Phòng A)`)."""
    return tuple(m for m in _within(mentions, match.span("lead")) if masked[m.span.start - 1 : m.span.start] != "(")


# --- with whom, and to whom ----------------------------------------------------------------------------------

_CLOSELY = r"(?:\s+(?:chặt chẽ|tích cực|kịp thời|đồng bộ|hiệu quả|thường xuyên|chủ động|tốt|nhịp nhàng|có hiệu quả))*"
_WITH = r"(?:\s*,?\s+(?:cùng\s+với|với|cùng))?"


class _Cue(NamedTuple):
    """A pattern, and the words one of which it needs: most texts are passed over by these alone."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]


def _cue(words: str, pattern: str) -> _Cue:
    return _Cue(tuple(words.split("|")), re.compile(pattern))


_PARTNERS = (
    _cue(
        "phối hợp|kết hợp", rf"(?<!\w)(?:phối hợp|kết hợp){_CLOSELY}{_WITH}\s+(?P<list>{_LIST})"
    ),  # phối hợp chặt chẽ với Sở A
    _cue("chủ trì", rf"(?<!\w)chủ trì\s*,?\s+(?:cùng với|cùng|với)\s+(?P<list>{_LIST})"),  # chủ trì cùng với các đơn vị
    _cue("cùng", rf"(?:^|[;:.,])\s*(?:và\s+)?cùng(?:\s+với)?\s+(?P<list>{_LIST})"),  # - Cùng Sở A kiểm tra …
    _cue(" sự ", rf"(?<!\w)(?:có|với) sự (?:tham gia|phối hợp) của\s+(?P<list>{_LIST})"),
)
_ABOUT = r"(?:(?!của(?!\w)|do(?!\w)|từ(?!\w)|giữa(?!\w))[^\s,.;:()\x01]+\s+){0,10}?"
_TOWARDS = r"(?:về|cho|đến|tới|lên|với|gửi)"
_SENT_TO = r"(?:về|cho|đến|tới|lên)"
_REPORTS = (
    _cue(
        "báo cáo",
        rf"(?<!\w)báo cáo(?:(?:\s*,\s*|\s+và\s+|\s+)(?:đề xuất|kiến nghị|tham mưu|tham mưu đề xuất"
        rf"|xin ý kiến|giải trình))*"
        rf"\s+(?:(?:kịp thời|ngay|trực tiếp|nhanh|kết quả|thường xuyên|bằng văn bản|cụ thể|định kỳ|đồng gửi"
        rf"|trình)\s+)?(?P<list>{_LIST})",
    ),
    _cue("báo cáo", rf"(?<!\w)báo cáo\s+{_ABOUT}{_TOWARDS}\s+(?P<list>{_LIST})"),
    _cue(
        "trình",
        rf"(?<!\w)trình\s+(?:xin ý kiến\s+|(?:tại\s+)?(?:kỳ họp|phiên họp|cuộc họp)\s+(?:thường lệ\s+"
        rf"|chuyên đề\s+|thứ \w+\s+)?(?:của\s+)?)?(?P<list>{_LIST})",
    ),
    _cue("gửi", rf"(?<!\w)gửi\s+(?:{_TOWARDS}\s+|{_ABOUT}{_SENT_TO}\s+)?(?P<list>{_LIST})"),
    _cue("nộp", rf"(?<!\w)nộp\s+{_ABOUT}{_TOWARDS}\s+(?P<list>{_LIST})"),
    _cue("qua", rf"\((?:thông qua|qua)\s+(?P<list>{_LIST})"),
)
_URGES = re.compile(
    rf"(?:đôn đốc|hướng dẫn|chỉ đạo|yêu cầu|đề nghị|giao|mời|tạo điều kiện(?: cho)?|hỗ trợ|vận động|để"
    rf"|cho)\s+{_LIST}(?:\s+\w+){{0,3}}\s*$"
)
_NOUN_BEFORE = re.compile(
    r"(?:chương|công|quá|tờ|quy|lộ|giáo|tiến|hành|lập|các|(?<!văn )bản|người|tiền|chế độ|công tác)\s*$"
)


def _is_urged(masked: str, match: re.Match[str], begin: int, skip: set[Span]) -> bool:
    """Is it somebody else, urged on by the lead, who is to cooperate (`đôn đốc các đơn vị phối hợp với …`)?"""
    urged = _URGES.search(masked, begin, match.start())
    if not urged:
        return False
    end_of_list = urged.start() + urged.group().rfind(_MASK) + 1
    return not any(getattr(span, "end", -1) == end_of_list for span in skip)


def _is_noun(masked: str, match: re.Match[str], begin: int, skip: set[Span]) -> bool:
    """`chương trình`, `quá trình`, `các báo cáo`: the word is part of a noun."""
    return bool(_NOUN_BEFORE.search(masked, max(0, match.start() - 12), match.start()))


def _collect(
    cues: Sequence[_Cue],
    masked: str,
    begin: int,
    end: int,
    mentions: Sequence[AgencyMention],
    *,
    skip: set[Span],
    guard: object,
) -> tuple[AgencyMention, ...]:
    hits: list[AgencyMention] = []
    for match in _matches(cues, masked, begin, end):
        if not guard(masked, match, begin, skip):  # type: ignore[operator]
            begins, ends = match.span("list")
            if _IN_SEMICOLONS.search(masked, match.start(), ends) and (more := _NEXT_IN_LIST.match(masked, ends)):
                ends = more.end()
            hits += [m for m in _within(mentions, (begins, ends)) if m.span not in skip]
    unique = {m.span: m for m in sorted(hits, key=lambda m: m.span.start)}
    return tuple(unique.values())


def _matches(cues: Sequence[_Cue], masked: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    part = masked[begin:end]
    for words, pattern in cues:
        for word in words:
            if word in part:
                yield from pattern.finditer(masked, begin, end)
                break
