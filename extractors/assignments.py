"""Who is told to act, with whom, and to whom is the result reported?

The text is read with its agencies masked, so that a rule speaks of "an agency" and never trips over
the words inside a name (`Giao thông`, `Y tế`). A *part* is a stretch of the text with one
group of leads: it begins where an order (`giao …`, `yêu cầu …`) or a subject (`Sở Y tế chủ trì …`)
begins and ends before the next. Who helps and who is reported to is asked in `partners`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from extractors.masking import ACTION, ADVERB, AGENCY, LIST, MAIN, MASK, STATE, mask, within
from extractors.model import AgencyMention, Value
from extractors.partners import CLOSELY, HELPS, IN_SEMICOLONS, OTHERS, partners_of, reports_of


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
        partners = partners_of(masked, begin, end, mentions, leads)
        reports = reports_of(masked, begin, end, mentions, leads)
        parts.append(Part(begin, end, tuple(lead), partners, reports, how is _How.ORDER, how is _How.BY))
    return tuple(p for p in parts if p.lead or p.coordinating or p.report_to or text[p.start : p.end].strip(" ,;.:-–"))


def names_only(text: str, mentions: Sequence[AgencyMention]) -> bool:
    """Is `text` a heading made of agencies and nothing else (`Sở Y tế và các địa phương:`, `Đối với Sở Y tế`)?"""
    return bool(mentions) and bool(_ONLY.fullmatch(mask(text, mentions)))


_ONLY = re.compile(
    rf"\s*(?:(?:đối với|trách nhiệm của|nhiệm vụ của|giao|yêu cầu|đề nghị"
    rf"|về phía)\s+)?{LIST}(?:\s*;\s*{LIST})*(?:\s*\([^()]*\))?\s*[:.;]?\s*"
)

# --- who leads -----------------------------------------------------------------------------------------------

_ORDER = re.compile(
    rf"(?<!\w)(?P<verb>giao(?:\s+nhiệm vụ|\s+trách nhiệm)?(?:\s+cho)?|yêu cầu|đề nghị|phân công|ủy quyền(?:\s+cho)?"
    rf"|lưu ý(?=\s+{LIST}\s+{ACTION})"
    rf"|cử(?=\s+{LIST}\s+(?:làm|tham gia|chủ trì|phụ trách|theo dõi|thường trực)(?!\w)))\s+"
    rf"(?:(?:riêng|đồng chí|đ/c)\s+)?(?P<lead>{LIST})"
)
_SUBJECT = re.compile(
    rf"(?P<lead>{LIST})(?:\s*\([^()]{{0,120}}\))?"
    rf"(?:\s+do\s+{AGENCY}[^,.;:{MASK}]{{0,60}}?\s(?:phụ trách|làm (?:tổ|đội|nhóm) trưởng|đứng đầu|quản lý|chỉ đạo))?"
    rf"(?:\s*:|\s*,?\s+(?:theo (?:chức năng|thẩm quyền"
    rf"|nhiệm vụ|phân công|lĩnh vực)[^,.;]{{0,60}},?\s+|căn cứ [^,.;]{{0,90}},\s+"
    rf"|trên cơ sở [^,.;]{{0,90}},\s+|(?:trước|trong|chậm nhất|đến|từ) [^,.;]{{1,40}},\s+"
    rf"|(?:trước|trong|chậm nhất) (?:là )?(?:ngày|tháng|quý|tuần|năm) [^,.;\x01]{{1,30}}?\s+(?={ACTION})"
    rf"|thường xuyên |tiếp tục |(?:vẫn|cũng|đều) (?=(?:phải|tiếp tục|cần)(?!\w)))?(?P<next>[^\W\d_][^\s]*(?:\s+\w+)?))"
)
#: what one is told to have; any other verb after `có` tells that it was done
_PLAN = r"(?:báo cáo|văn bản|ý kiến|kế hoạch|phương án|giải pháp|biện pháp|kết quả|trách nhiệm|nhiệm vụ)"
#: `Sở A được giao chủ trì …`, unless the sentence goes on to tell how that went
_CHARGE = (
    r"\s+(?:đề nghị|yêu cầu|(?:giao|phân công|ủy quyền)(?:\s+(?:nhiệm vụ|trách nhiệm))?"
    rf"(?![^.;]{{0,150}}\s(?:đã|còn|chưa|chậm(?! nhất))(?!\w)))\s+{ACTION}"
)
# after these words a subject is described, or orders others, but is not told to act
_NOT_TOLD = re.compile(
    rf"\s*(?:\([^()]*\)\s*)?,?\s*(?:đã|đang|còn|chưa|vẫn(?! (?:phải|tiếp tục|cần)(?!\w))"
    r"|là(?! (?:cơ quan |đơn vị |tổ chức )?(?:chủ trì|đầu mối|thường trực|chịu trách nhiệm))"
    rf"|của|thuộc|đạt|được(?!{_CHARGE})|(?:phải|cần) được|{STATE}|chậm(?! nhất)|cơ bản"
    r"|(?:phát hiện|bắt giữ|bắt|thu giữ|triệt phá|xử phạt|khởi tố)(?: được)? \d+"
    r"|ghi nhận|đánh giá cao"
    r"|biểu dương|nhận thấy|nêu(?! (?:cao|gương|rõ)(?!\w))|nào"
    rf"|sẽ|thống nhất (?:đánh giá|nhận định|nhận thức|cho rằng|với)|đồng ý"
    rf"|nhất trí|chấp thuận|kết luận|tại"
    rf"|trong thời gian qua|thời gian qua|hoan nghênh|chia sẻ|cảm ơn|có (?:nhiều|trên|\d+)|có (?!{_PLAN}){ACTION}"
    rf"|(?:giao|yêu cầu|đề nghị|phân công|ủy quyền)\s+(?:cho\s+)?(?:riêng\s+|đồng chí\s+)?{MASK})(?!\w)"
)
#: what a council does is a position; a department that does it is told to (`Sở A, Sở B thống nhất số liệu`)
_AGREES = re.compile(r"\s*(?:\([^()]*\)\s*)?,?\s*(?:cơ bản\s+)?thống nhất(?!\w)")
_CLAUSE = re.compile(
    rf"(?:^|[.;:!?…]\s+|[.;:!?]”?\s+|^[-–+]\s*|,\s+"
    rf"|\sthì\s+(?={AGENCY}\s+(?!chịu trách nhiệm|phải chịu|kiểm điểm|xem xét|quyết định)))"
    r"(?:\(?(?:[ivx]+|\d|[a-zđ])\)\s+)?"
    r"(?:(?:đồng thời|trước mắt|trước hết|riêng|do đó|vì vậy|sau đó|trên cơ sở đó|theo đó|khi đó|từ đó|tiếp đó"
    r"|ngoài ra|bên cạnh đó|song song đó|thứ (?:nhất|hai|ba|tư|năm|sáu|bảy)|(?:một|hai|ba|bốn|năm) là"
    r"|sau (?:thời điểm|thời hạn|thời gian) (?:này|đó|trên|nêu trên)),?\s+)?(?:(?:đồng chí|đ/c)\s+)?(?=\x01)"
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
        if _judges(masked, subject, mentions) or _helps(masked, subject):
            continue
        if not _goes_on_with_list(masked, match) and _is_subject(masked, match, subject, found, mentions):
            found[at] = (at, _leads(mentions, subject, masked), _How.SUBJECT)
    for pattern, how in _TOLD_OTHERWISE:
        for match in pattern.finditer(masked):
            found.setdefault(match.start("lead"), (match.start("lead"), _leads(mentions, match, masked), how))
    for match in _CHARGED.finditer(masked):
        if not _HOW_IT_WENT.match(masked, match.end()):
            how = _How.SUBJECT if found else _How.BY
            found.setdefault(match.start("lead"), (match.start("lead"), _leads(mentions, match, masked), how))
    by = None if found else _LED_BY.search(masked) or _NORM_FOR.search(masked)
    if by and not _IN_THE_PAST.search(masked, 0, by.start()):
        return [(by.start("lead"), _leads(mentions, by, masked), _How.BY)]
    kept: list[_Lead] = []
    for start in sorted(found):
        lead = found[start][1]
        if lead and not (kept and lead[0].span.start < max(m.span.end for m in kept[-1][1])):
            kept.append(found[start])
    return kept


#: other ways to tell who is to act, and how strongly each tells it
_TOLD_OTHERWISE = (
    # "Hồ sơ phải được Sở A rà soát"; what a superior must allow is a condition
    (
        re.compile(
            rf"(?<!\w)(?:phải|cần) được\s+(?P<lead>{LIST})\s+(?!(?:chấp thuận|đồng ý|phê duyệt|duyệt|cho phép|thông qua"
            rf"|cho ý kiến|thống nhất|chấp nhận|xác nhận|thẩm định|công nhận|ủy quyền|giao)(?!\w))"
            rf"(?=(?:{ADVERB}\s+)?{ACTION})"
        ),
        _How.ORDER,
    ),
    # "Phần việc còn lại để cho Sở A lo"
    (re.compile(rf"(?<!\w)để\s+(?:cho\s+)?(?P<lead>{LIST})\s+(?:lo|lo liệu|đảm nhận|đảm nhiệm)(?!\w)"), _How.ORDER),
    # "thống nhất giao hệ thống này cho Sở A quản lý"; what a contractor is handed is no order
    (
        re.compile(
            rf"(?:^|[.;:]\s+|(?<!\w)(?:thống nhất|đồng ý|nhất trí|chấp thuận|quyết định)\s+(?:chủ trương\s+|việc\s+)?)"
            rf"giao\s+(?!(?:cho|đất|mặt bằng|rừng)(?!\w))(?:[^\s,.;:(){MASK}]+\s+){{1,12}}?cho\s+(?P<lead>{LIST})"
            rf"\s+(?=(?:{ADVERB}\s+)?{ACTION})"
        ),
        _How.ORDER,
    ),
)
#: "Kinh phí do Sở A cân đối", "Việc in ấn do Sở A đảm nhiệm"; "Giá đất do Sở A công bố phải …"
_CHARGED = re.compile(
    rf"(?:^|[.;:,]\s+)(?:(?:việc|phần việc|phần|nội dung|nhiệm vụ|kinh phí|nguồn kinh phí|công tác|khâu|thủ tục)(?!\w)"
    rf"[^.;:{MASK}]{{0,120}}?\s?do\s+(?P<lead>{LIST})\s+(?:chủ trì|đảm nhiệm|đảm nhận|phụ trách|lo|chịu trách nhiệm"
    rf"|thực hiện|cân đối|bố trí|bảo đảm|đảm bảo|chi trả|cấp|làm đầu mối|tổ chức|triển khai)(?!\w))"
)
_NORM_FOR = re.compile(rf"(?<!\w)do\s+(?P<lead>{LIST})\s+(?:{ACTION})[^.;:,{MASK}]{{0,40}}?\s(?:phải|cần)\s")
_HOW_IT_WENT = re.compile(r"[^.;]{0,120}?\s(?:đã|đang|còn|chưa|chậm(?! nhất)|đạt)(?!\w)")
#: "Thành lập Tổ công tác do Sở Nội vụ chủ trì"; a meeting or a team that somebody leads is none of it
_LED_BY = re.compile(
    rf"(?<!cuộc họp )(?<!hội nghị )(?<!phiên họp )(?<!\w)do\s+(?P<lead>{LIST})"
    rf"\s+(?:chủ trì(?! (?:cuộc|phiên|buổi|hội nghị|soạn thảo|xây dựng|biên soạn|trình))"
    rf"|làm (?:cơ quan |đơn vị )?(?:đầu mối|chủ trì)"
    r"|chịu trách nhiệm)(?!\w)"
)
_IN_THE_PAST = re.compile(
    r"(?<!\w)(?:đã|đang|vừa qua|thời gian qua|(?:đoàn|cuộc) (?:công tác|kiểm tra|thanh tra|liên ngành))(?!\w)"
)


def _judges(masked: str, subject: re.Match[str], mentions: Sequence[AgencyMention]) -> bool:
    """A superior who blames, praises or reminds."""
    first = within(mentions, subject.span("lead"))[0]
    return bool(_JUDGES.match(masked, subject.end("lead")) and _SUPERIOR.search(first.name))


def _helps(masked: str, subject: re.Match[str]) -> bool:
    """`Sở A chủ trì, Sở B phối hợp kiểm tra`: B helps, A leads."""
    if not _THEN_HELPS.match(masked, subject.end("lead")):
        return False
    return "chủ trì" in masked[_sentence_start(masked, subject.start()) : subject.start()]


_THEN_HELPS = re.compile(rf"\s+{HELPS}")


def _agrees(masked: str, subject: re.Match[str], mentions: Sequence[AgencyMention]) -> bool:
    if not _AGREES.match(masked, subject.end("lead")):
        return False
    return any(_SUPERIOR.search(m.name) or "thành viên" in m.name for m in within(mentions, subject.span("lead")))


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
    if before.rstrip().endswith(MASK):
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
    if clause.group().startswith(";") and IN_SEMICOLONS.search(masked, 0, clause.start()):
        return True
    if not clause.group().startswith(",") or masked[clause.start() - 1] != MASK:
        return False
    sentence = _sentence_start(masked, clause.start())
    if _ASKED_OF.search(masked, sentence, clause.start()) and _DOES_SO.match(masked, sentence):
        return True
    if _ADVERBIAL.match(masked, sentence, clause.start()) and not _AT_REQUEST.match(masked, sentence):
        return False
    return not _OF_AGENCY.search(masked, 0, clause.start())


def _names_and_does(masked: str, subject: re.Match[str], mentions: Sequence[AgencyMention]) -> bool:
    """`… . Sở A phát cỏ`: agencies by their names and right behind them a word that can only be a verb."""
    named = all(m.name[0].isupper() for m in within(mentions, subject.span("lead")))
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
    if verb and (
        _EACH_ITS_OWN.search(masked, sentence, clause.start())
        or _AFTER_DECISION.match(masked, sentence, clause.start())
    ):
        return True
    if any(sentence <= start < clause.start() for start in found) or _subject_before(
        masked, sentence, clause.start() + 1
    ):
        return False
    if _ADVERBIAL.match(masked, sentence, clause.start()):
        simple = not re.search(rf"[,{MASK}]", masked[sentence : clause.start()])
        return bool(verb) or (simple and bool(_WORD_AT.match(masked, subject.start("next"))))
    if _WITH_OTHERS.search(masked, sentence, clause.start()):
        return False
    return bool(_MAIN_AT.match(masked, subject.start("next"))) and not _PURPOSE.search(
        masked[sentence : clause.start()]
    )


#: "Giao Sở A thẩm định, Sở B thẩm tra": each with a short task of its own, which names nobody
_EACH_ITS_OWN = re.compile(
    rf"{MASK}\s+(?:{ACTION})(?:(?!\s(?:với|cùng|cho|của|giữa|đến|tại|gửi|các|những|phối hợp)\s)"
    rf"(?:[^,;:{MASK}]|,(?=\s+{ACTION}))){{0,60}}$"
)
#: "Không đồng ý gia hạn, các hộ thực hiện đúng thời hạn": a position that names nobody, then who acts on it
_AFTER_DECISION = re.compile(
    rf"\s*(?:cơ bản |không |chưa )?(?:thống nhất|nhất trí|đồng ý|chấp thuận)(?!\w)[^,;:{MASK}]*$"
)
#: "Phối hợp với bà con, Sở A": the list began with somebody who is no agency
_WITH_OTHERS = re.compile(rf"phối hợp{CLOSELY}\s+(?:với|cùng)\s+{OTHERS}$")
_AT_REQUEST = re.compile(
    r"\s*(?:theo|trên cơ sở|xét)\s+(?:các\s+)?(?:đề nghị|đề xuất|báo cáo|ý kiến|kiến nghị|tham mưu)(?!\w)"
)
#: "Thực hiện rà soát … để kiến nghị Cục A, Bộ B xem xét": a sentence that begins with its verb, and a list
_ASKED_OF = re.compile(rf"(?<!\w)(?:kiến nghị|đề nghị|đề xuất|báo cáo|trình|gửi|tham mưu|với|cùng|cho|giữa)\s+{LIST}$")
_DOES_SO = re.compile(r"\s*(?:thực hiện|tiếp nhận|đồng thời)(?!\w)")
_OF_AGENCY = re.compile(rf"(?:của|theo)\s+{AGENCY}$")
#: a sentence may begin with these, and its subject follow after a comma: "Để bảo đảm tiến độ, Sở A …"
_ADVERBIAL = re.compile(
    r"\s*(?:theo|thực hiện|căn cứ|nhằm|để|thay|trước|trên (?:tinh thần|nguyên tắc)"
    r"|trong (?:tháng|quý|năm|thời gian|quá trình|khi|lúc|trường hợp|dịp|đợt|tuần|giai đoạn)"
    r"|nhân dịp|ngoài ra|hiện nay|song song|quá thời hạn|sau (?:ngày|thời gian|đợt|thời điểm)|ngay sau|kể từ"
    r"|muộn nhất|bằng"
    r"|từ|sau khi|trên cơ sở|đối với|về|riêng|định kỳ|hằng|hàng"
    r"|với|khi|trường hợp|nếu|do|vì|tại|qua|cùng với|bên cạnh|ngoài|tiếp nhận|chậm nhất|đồng thời|liên quan)(?!\w)"
)
_VERB_AT = re.compile(rf"{ACTION}|là (?:cơ quan|đơn vị|đầu mối)(?!\w)|được{_CHARGE}")
#: a new sentence whose verb is not listed ("Sở A phát cỏ"): any small word that is no preposition and tells no state
_DOES_AT = re.compile(
    r"(?!(?:và|hoặc|cùng|của|với|trong|ở|do|để|cho|về|như|có|cũng|không|là|nên|thì|bị|được|đều|vì|tại|từ|theo|hiện|mới"
    r"|gặp|trên|dưới|bằng|cao|thấp|khác|này|đó|nào|nói|ngoài|sau|trước|khi|đến|vào|lại|luôn|rất|nhưng|nếu|gồm|thuộc|vừa)"
    r"(?!\w))[^\W\d_]{2,}(?=\s)"
)
_WORD_AT = re.compile(r"(?!và\b|hoặc\b|cùng\b)[^\W\d_]")
_MAIN_AT = re.compile(rf"(?:{ADVERB}\s+)?(?:{MAIN})")
_PURPOSE = re.compile(r"(?:^|\s)(?:để|nhằm|theo đề nghị|đề nghị)(?:\s|$)")


def _leads(mentions: Sequence[AgencyMention], match: re.Match[str], masked: str) -> tuple[AgencyMention, ...]:
    """Those whom the group `lead` names; in brackets stands a short form or a part (`Công an tỉnh (Phòng A)`)."""
    named = [m for m in within(mentions, match.span("lead")) if masked[m.span.start - 1 : m.span.start] != "("]
    if len(named) > 1 and named[-1].name[0].islower() and _EXPLAINS.match(masked, named[-1].span.end):
        named.pop()  # "Công ty A, chủ đầu tư chợ B, hoàn thiện hồ sơ": who A is
    return tuple(named)


_EXPLAINS = re.compile(rf"\s+(?!{ACTION})[^,.;:{MASK}]{{3,80}},\s+(?:{ADVERB}\s+)?{ACTION}")
