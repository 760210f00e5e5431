"""Which words set a time? The table of phrases: `RULES` for sentences, `CELL_RULES` for a table's cells.

A row names the phrase, spells it (lower case; a blank is any white space, `~` is white space
or nothing), says what it means in days and how strong it is. Of rows that fit at one place the
first counts. A group `lead` is a label (`thời hạn:`) that is no part of the time expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractors import meaning
from extractors.days import Session
from extractors.meaning import Meaning
from extractors.reading import Place, Strength, completes, happened, obliges, reports, told

Resolve = Callable[["re.Match[str]", Session, str], Meaning]
Need = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase. `needs` must all hold where it stands; `strength` names the vetoes that can strike it."""

    name: str
    pattern: re.Pattern[str]
    resolve: Resolve
    strength: Strength
    needs: tuple[Need, ...] = ()


def spell(pattern: str) -> str:
    """A blank is any white space, `~` is white space or nothing."""
    return pattern.replace("~", r"\s*").replace(" ", r"\s+")


_DAY = (
    r"(?P<day>\d{1,2})~(?:/~(?P<month>\d{1,2})(?:~/~(?P<year>\d{4}|\d{2}))?"
    r"|[.-]~(?P<month_d>\d{1,2})~[.-]~(?P<year_d>\d{4})"
    r"|tháng (?P<month_w>\d{1,2})(?:~(?:,?~năm|/) ?(?P<year_w>\d{4}))?)(?![\d/])"
).replace(" ?", "~")
_YEAR = r"(?:~[/.-]~(?P<year>\d{4})|~,?~năm~(?P<year_w>\d{4}))?(?![\d/])"
_MONTH = (
    r"tháng~(?P<month>\d{1,2})(?:~(?:và|,|-|–)~(?:tháng )?(?P<month2>\d{1,2})(?=~/~\d{4}|~năm~\d|~[.,;:)]|~$))?" + _YEAR
)
_QUARTER = (
    r"qu[ýíy] (?P<quarter>iv|iii|ii|i|[1-4])\b(?:~(?:và|,|-|–)~(?:qu[ýíy] )?(?P<quarter2>iv|iii|ii|i|[1-4])\b)?" + _YEAR
)
_IN_YEAR = r"năm(?: (?P<year>(?:19|20)\d\d)(?![\d/-])| nay\b)"
_YEAR_END = r"năm(?: (?P<year>(?:19|20)\d\d)(?![\d/-])| nay\b|(?=~[.,;)]|~$))"
_PART = r"(?P<part>đầu|giữa|cuối)"
_HOUR = r"\d{1,2}~(?:giờ|g|h|:)(?:~\d{2})?(?:~phút)?"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)"
_HOURS = rf"(?:{_HOUR}~,?~(?:của )?)"
_TO_DAY = rf"(?:thời điểm )?(?:(?:ngày )?{_WEEKDAY}~,?~\(?)?(?:ngày~)?"
_LATEST = (
    r"(?:chậm nhất|muộn nhất|(?:thời )?hạn cuối(?: cùng)?|hạn chót|không muộn hơn|không chậm hơn|không trễ hơn"
    r"|trễ nhất|không quá|không để quá)"
)
_LINK = r"(?:~:?~(?:là|đến|vào|trước|hết|trong)\b){0,3}~:?~"
_EACH = r"(?:hằng|hàng|mỗi)"
_UNIT = r"(?P<unit>ngày|tuần|tháng|quý|năm)"
_EVENT = (
    r"(?:(?:kỳ|kì|phiên|cuộc) họp|hội nghị|đại hội|mùa (?:mưa|bão|lũ|khô|đông|lễ)|(?:dịp )?tết|năm học|dịp|"
    r"lễ (?:khai|kỷ|hội)|kỳ thi|"
    r"ngày (?:quốc khánh|giải phóng|thành lập|kỷ niệm|bầu cử|khai|lễ|hội|họp|tổng|diễn ra)|vụ (?:đông|xuân|mùa|hè)|đợt)"
)
_HEAD_STRICT = (
    r"(?P<lead>(?:thời hạn|thời gian|tiến độ|hạn)(?: (?:thực hiện|hoàn thành|báo cáo|dự kiến))*(?:~:~| là | vào ))"
)
_HEAD = (
    r"(?P<lead>(?:(?:thời hạn|thời gian|tiến độ|hạn)(?: (?:thực hiện|hoàn thành|báo cáo|dự kiến))*|hoàn thành|xong)"
    r"(?:~:~| (?:vào )?))"
)
_REST = (
    r"(?:(?! (?:để|phải|nhằm|báo cáo|trình|và (?:báo cáo|chậm nhất|muộn nhất|không)|theo|làm cơ sở)\b)"
    r"[^,.;:()\n]){0,80}"
)


def _rule(name: str, pattern: str, resolve: Resolve, strength: Strength, *needs: Need) -> Rule:
    return Rule(name, re.compile(spell(pattern)), resolve, strength, needs)


def _after(words: re.Pattern[str]) -> Need:
    """The sentence before the phrase must hold one of `words`."""
    return lambda place: bool(words.search(place.before))


_S = Strength
_REPORTS = re.compile(r"\b(?:báo cáo|gửi|tổng hợp|rà soát|đánh giá|kiểm tra|cập nhật)\b[^;:]{0,90}$")
_RUNS = re.compile(
    r"\b(?:thực hiện|triển khai|tổ chức|hoàn thành|ra quân|kiểm tra|lấy ý kiến|thời gian)\b[^,.;]{0,50}$"
)
_HANDED = re.compile(
    r"\b(?:hoàn thành|báo cáo|gửi|nộp|trình|thời gian|thời hạn|phấn đấu|quyết tâm|bàn giao|khởi công|khánh thành"
    r"|khai trương|thông xe|đưa vào|vận hành)\b[^,.;]{0,60}$"
)
#: what is told is not what a range of days tells of: `số liệu từ ngày 15/8 đến ngày 14/9`
_SPANS = re.compile(
    r"\b(?:số liệu|kết quả|tính|giai đoạn|thời kỳ|kỳ báo cáo|phát sinh|xảy ra|vi phạm|lũy kế|diễn ra|được tổ chức"
    r"|ghi nhận|nghỉ|công tác|có hiệu lực)\b[^,.;]{0,40}$"
)
_CONSULTS = re.compile(r"\b(?:lấy ý kiến|lấy phiếu|tiếp nhận|nhận hồ sơ|niêm yết)\b[^,.;]{0,40}$")
_LABEL = re.compile(
    r"\b(?:thời hạn|thời gian (?:hoàn thành|thực hiện|dự kiến|báo cáo|gửi)|hạn (?:hoàn thành|báo cáo|nộp))\b"
    r"(?: (?:hoàn thành|báo cáo|gửi|nộp|dự kiến))?\s*(?:là|:)?\s*$"
    r"|\b(?:thời hạn|hạn) (?:hoàn thành|báo cáo|gửi|nộp|trình)(?: [^\s,.;:]+){1,10} là (?:vào )?$"
)
_STRIVES = re.compile(r"\b(?:phấn đấu|hoàn thành|quyết tâm)\b(?: \w+){0,6} $")
_AT = re.compile(
    r"\b(?:vào|trong|chậm nhất|hoàn thành|xong|vào dịp) $|\b(?:phấn đấu|thông xe|khánh thành|đưa vào)\b[^,.;]* $"
)


def _either(*needs: Need) -> Need:
    """One of `needs` must hold."""
    return lambda place: any(need(place) for need in needs)


def _of_a_task(place: Place) -> bool:
    """Something stands before the days, and no report beside them: `phun thuốc từ ngày 10 đến ngày 14/6`."""
    return not (place.opens or _SPANS.search(place.before) or happened(place))


RULES: tuple[Rule, ...] = (
    # định kỳ trước 16 giờ ngày thứ Sáu hằng tuần
    _rule(
        "every_weekday",
        rf"(?:định kỳ~,?~)?(?:vào |trước |chậm nhất {_LINK}){{0,2}}{_HOURS}?(?:ngày )?(?P<on>{_WEEKDAY})"
        rf"(?: của)? {_EACH} (?P<unit>tuần)",
        meaning.recurring,
        _S.EVERY,
    ),
    # chậm nhất vào ngày 05 hằng tháng; định kỳ trước ngày 15 hàng tháng; trước ngày 20/12 hằng năm
    _rule(
        "every_on_day",
        rf"(?:định kỳ~,?~)?(?:(?:vào|trước|đến) |{_LATEST}{_LINK}){{0,2}}{_HOURS}?"
        rf"ngày (?P<on>\d{{1,2}}(?:~/~\d{{1,2}})?)(?: tháng (?:đầu|cuối)?)?(?: (?:đầu tiên|cuối cùng))?"
        rf"(?: của)? {_EACH} {_UNIT}",
        meaning.recurring,
        _S.EVERY,
    ),
    # định kỳ trước ngày 15 của tháng cuối quý
    _rule(
        "every_quarter_day",
        rf"(?:định kỳ~,?~)?(?:(?:vào|trước|đến) |{_LATEST}{_LINK}){{0,2}}"
        rf"ngày (?P<on>\d{{1,2}} (?:của )?tháng (?:đầu|cuối))(?: tiên| cùng)?(?: của)? (?:{_EACH} )?(?P<unit>quý)",
        meaning.recurring,
        _S.EVERY,
    ),
    # trước 17h00 hằng ngày
    _rule(
        "every_hour",
        rf"(?:định kỳ~,?~)?(?:trước |vào )(?P<on>{_HOUR}) {_EACH} (?P<unit>ngày)",
        meaning.recurring,
        _S.EVERY,
    ),
    # 02 tuần/lần; 06 tháng một lần; 3 tháng 1 lần
    _rule(
        "every_so_often",
        rf"(?:định kỳ~,?~)?(?P<count>\d{{1,2}}|một|hai|ba|sáu) {_UNIT}~(?:/|một |01 |1 )~(?:01 |1 )?lần",
        meaning.recurring,
        _S.EVERY,
    ),
    # 02 lần/tuần; mỗi tuần 01 lần
    _rule("times_a", rf"(?:định kỳ~,?~)?(?P<on>\d{{1,2}} lần)~/~{_UNIT}", meaning.recurring, _S.EVERY),
    _rule("each_times", rf"(?:định kỳ~,?~)?{_EACH} {_UNIT}~,?~(?P<on>\d{{1,2}} lần)", meaning.recurring, _S.EVERY),
    # định kỳ hằng quý; định kỳ 6 tháng; định kỳ hàng năm (trước ngày 10/12)
    _rule(
        "periodically",
        rf"định kỳ~,?~(?:vào )?(?:cuối |đầu )?(?:{_EACH} |(?P<count>\d{{1,2}}|một|hai|ba|sáu) )?{_UNIT}\b"
        rf"(?:~\((?:trước |vào |chậm nhất {_LINK})?(?:ngày )?(?P<on>\d{{1,2}}(?:~/~\d{{1,2}})?)~\))?",
        meaning.recurring,
        _S.EVERY,
    ),
    # hằng tháng (trước ngày 25) báo cáo; hằng tháng, trước ngày 25
    _rule(
        "each_in_brackets",
        rf"{_EACH} {_UNIT}~[(,]~(?:trước|vào|chậm nhất{_LINK}) (?:ngày )?"
        r"(?P<on>\d{1,2}(?:~/~\d{1,2})?)(?![\d/])~\)?",
        meaning.recurring,
        _S.EVERY,
    ),
    # hằng tuần báo cáo; cuối mỗi tháng tổng hợp
    _rule(
        "each_report",
        rf"(?:cuối |đầu )?{_EACH} {_UNIT}(?=~,?~(?:phải |có |gửi |chủ động |thực hiện )?"
        r"(?:tổng hợp|báo cáo|rà soát|đánh giá|kiểm tra|cập nhật|gửi|giao ban|họp|tự kiểm tra|thông báo|công khai|"
        r"thống kê)\b)",
        meaning.recurring,
        _S.EVERY,
    ),
    # báo cáo UBND tỉnh hằng tháng
    _rule("report_each", rf"{_EACH} {_UNIT}\b(?=~[.,;()]|~$)", meaning.recurring, _S.EVERY, _after(_REPORTS)),
    # trong vòng 10 ngày kể từ ngày 01/9/2021; chậm nhất 05 ngày làm việc sau khi nhận hồ sơ
    _rule(
        "counted_from",
        r"(?:(?:trong|sau)(?: (?:vòng|thời hạn|thời gian))?|thời hạn|trước|tối đa|"
        + _LATEST
        + _LINK
        + r"(?:sau )?)~(?P<count>\d{1,3})"
        r"(?:~\((?:\w+~){1,3}\))? (?P<span_unit>ngày làm việc|ngày|tuần|tháng)~,?~"
        r"(?:(?:kể|tính) từ|từ|sau|kể từ sau)(?: khi)? (?:(?:ngày )?" + _DAY + rf"|(?P<anchor>\w{_REST}))",
        meaning.counted,
        _S.DAY,
    ),
    # chậm nhất 05 ngày trước kỳ họp
    _rule(
        "counted_before",
        rf"(?:trước |{_LATEST}{_LINK})?\d{{1,3}} (?:ngày làm việc|ngày|tuần|tháng) trước (?P<event>(?:khi )?\w{_REST})",
        meaning.event,
        _S.EVENT,
    ),
    # trong vòng 10 ngày (from when is not said)
    _rule(
        "counted",
        r"(?:(?:trong|sau) (?:vòng|thời hạn|thời gian)|" + _LATEST + _LINK + r")~(?P<count>\d{1,3})"
        r"(?:~\((?:\w+~){1,3}\))? (?P<span_unit>ngày làm việc|ngày|tuần)(?! (?:qua|đầu|cuối|gần|trước|vừa))"
        r"(?P<day>)(?P<anchor>)",
        meaning.counted,
        _S.DAY,
    ),
    # thực hiện từ ngày 10/9 đến hết ngày 20/9/2021
    _rule(
        "day_range",
        r"từ (?:ngày )?(?P<from_day>\d{1,2})(?:~/~(?P<from_month>\d{1,2})(?:~/~(?P<from_year>\d{4}))?)?"
        r"(?: đến |~-~)(?:hết )?(?:ngày )?" + _DAY,
        meaning.day_range,
        _S.UNTIL,
        _either(_after(_RUNS), _of_a_task),
    ),
    # thời gian: từ tháng 4 đến hết ngày 30/11/2026; thực hiện từ tháng 4 đến tháng 6/2026
    _rule(
        "month_to_day",
        r"từ (?:đầu )?tháng~(?P<from_month>\d{1,2})(?:~/~(?P<from_year>\d{4}))?(?: đến |~-~)(?:hết )?(?:ngày )?" + _DAY,
        meaning.month_to_day,
        _S.UNTIL,
        _after(_RUNS),
    ),
    _rule(
        "month_to_month",
        r"từ (?:đầu )?tháng~(?P<from_month>\d{1,2})(?:~/~(?P<from_year>\d{4}))?(?: đến |~-~)(?:hết |cuối )?" + _MONTH,
        meaning.month_to_month,
        _S.UNTIL | _S.MONTH,
        _after(_RUNS),
    ),
    # chậm nhất 17 giờ ngày 15/9; hạn cuối: 15/9/2021
    _rule("latest_hour", rf"{_LATEST}{_LINK}{_HOURS}{_TO_DAY}{_DAY}", meaning.day, _S.DAY),
    _rule("latest_day", rf"{_LATEST}{_LINK}{_TO_DAY}{_DAY}", meaning.day, _S.DAY),
    _rule("latest_in_month", rf"{_LATEST}~:?~(?:là )?trong {_MONTH}", meaning.month, _S.DAY),
    _rule("latest_in_quarter", rf"{_LATEST}~:?~(?:là )?trong {_QUARTER}", meaning.quarter, _S.DAY),
    _rule("latest_month", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_MONTH}", meaning.month_end, _S.DAY),
    _rule("latest_quarter", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_QUARTER}", meaning.quarter_end, _S.DAY),
    _rule("latest_year", rf"{_LATEST}{_LINK}(?:(?:cuối|hết) )?{_YEAR_END}", meaning.year_end, _S.DAY),
    # trước 15h00 ngày 15/6/2026
    _rule("before_hour", rf"trước {_HOURS}{_TO_DAY}{_DAY}", meaning.day, _S.DAY),
    # trước ngày 15/9/2021; trước 15/9
    _rule("before_day", rf"trước {_TO_DAY}{_DAY}", meaning.day, _S.DAY),
    # trước ngày 25 tháng này; trước ngày 25
    _rule(
        "before_day_only", r"trước ngày (?P<day>\d{1,2})(?: tháng này|(?=~[.,;)]|~$))", meaning.day_of_session, _S.DAY
    ),
    # trước ngày 10 tháng sau
    _rule(
        "before_day_next", r"trước ngày (?P<day>\d{1,2}) tháng (?:sau|tới|kế tiếp)\b", meaning.day_after_session, _S.DAY
    ),
    # 17 giờ ngày 15/9/2021, after a word of completion
    _rule("at_hour", rf"{_HOURS}{_TO_DAY}{_DAY}", meaning.day, _S.UNTIL, completes),
    _rule("before_month", rf"trước {_MONTH}", meaning.before_month, _S.DAY),
    _rule("before_quarter_end", rf"trước (?:cuối|hết) {_QUARTER}", meaning.quarter_end, _S.DAY),
    _rule("before_year", r"trước năm (?P<year>(?:19|20)\d\d)(?![\d/-])", meaning.before_year, _S.DAY),
    # trước ngày khai giảng 05/9; trước lễ Quốc khánh (02/9/2021)
    _rule(
        "before_named_day",
        rf"trước (?:ngày|lễ|ngày lễ) [^\W\d_]+(?: [^\W\d_]+){{0,3}}?(?: ngày)? \(?{_DAY}",
        meaning.day,
        _S.DAY,
    ),
    # trước kỳ họp HĐND tỉnh cuối năm; trước mùa mưa năm 2026
    _rule("before_event", rf"trước (?P<event>{_EVENT}\b{_REST})", meaning.event, _S.EVENT),
    # đến hết ngày 30/9/2021; đến 30/5/2026 phải bàn giao
    _rule("until_hour", rf"đến (?:hết )?{_HOURS}{_TO_DAY}{_DAY}", meaning.day, _S.UNTIL, obliges),
    # từ nay đến hết ngày 30/9 khám cho 12 xã
    _rule(
        "from_now",
        rf"(?P<lead>từ nay (?:cho )?)đến (?:hết )?{_TO_DAY}{_DAY}",
        meaning.day,
        _S.UNTIL,
        _either(obliges, lambda place: not reports(place)),
    ),
    _rule(
        "until_day",
        rf"(?:đến hết|đến|hết) {_TO_DAY}{_DAY}",
        meaning.day,
        _S.UNTIL,
        _either(obliges, _after(_CONSULTS)),
    ),
    _rule("in_day", rf"trong ngày {_DAY}", meaning.whole_day, _S.MONTH, told),
    # báo cáo vào ngày 15/9/2021
    _rule("on_day", rf"vào {_TO_DAY}{_DAY}", meaning.day, _S.UNTIL, _after(_HANDED)),
    # thời hạn: ngày 15/9/2021; thời gian hoàn thành 15/9/2021
    _rule("labelled_day", rf"ngày {_DAY}", meaning.day, _S.UNTIL, _after(_LABEL)),
    # thượng tuần tháng 9; 10 ngày đầu tháng 9
    _rule(
        "decade",
        rf"(?:trong )?(?:(?P<decade>thượng|trung|hạ) tuần|10 ngày {_PART}) (?:của )?{_MONTH}",
        meaning.decade,
        _S.MONTH,
        told,
    ),
    # trong tuần thứ hai tháng 6
    _rule(
        "week_of_month",
        rf"(?:trong )?tuần (?:thứ )?(?P<week>nhất|hai|ba|tư|đầu|cuối|0?[1-4])(?: tiên)? (?:của )?{_MONTH}",
        meaning.week,
        _S.MONTH,
        told,
    ),
    # cuối tháng 9; đầu tháng 10 năm 2021
    _rule("month_part", rf"{_PART} {_MONTH}", meaning.month_part, _S.MONTH, told),
    # hết tháng 9; đến hết tháng 9
    _rule("month_end", rf"(?:đến )?hết {_MONTH}", meaning.month_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("until_month", rf"đến {_MONTH}", meaning.month_end, _S.UNTIL | _S.MONTH, told, obliges),
    # trong tháng 9/2021
    _rule("in_month", rf"trong (?:các )?{_MONTH}", meaning.month, _S.MONTH, told),
    _rule("in_this_month", r"trong tháng(?: này|(?=~[.;)]|~$))", meaning.session_month, _S.MONTH, told, completes),
    _rule("quarter_part", rf"{_PART} {_QUARTER}", meaning.quarter_part, _S.MONTH, told),
    _rule("quarter_end", rf"(?:đến )?hết {_QUARTER}", meaning.quarter_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("until_quarter", rf"đến {_QUARTER}", meaning.quarter_end, _S.UNTIL | _S.MONTH, told, obliges),
    _rule("in_quarter", rf"trong (?:các )?{_QUARTER}", meaning.quarter, _S.MONTH, told),
    # thời hạn hoàn thành: 15/6/2026
    _rule("labelled_date", rf"{_HEAD_STRICT}{_DAY}", meaning.day, _S.UNTIL),
    # thời hạn hoàn thành: tháng 6/2026; hoàn thành tháng 6; tiến độ: quý III/2026; thời gian hoàn thành: năm 2026
    _rule("labelled_month", rf"{_HEAD}{_MONTH}", meaning.month, _S.MONTH),
    _rule("labelled_quarter", rf"{_HEAD}{_QUARTER}", meaning.quarter, _S.MONTH),
    _rule("labelled_year", rf"{_HEAD_STRICT}{_IN_YEAR}", meaning.year, _S.YEAR),
    # hoàn thành trong 6 tháng cuối năm 2026
    _rule(
        "half_year",
        rf"trong (?:0?6|sáu) tháng (?P<part>đầu|cuối) {_IN_YEAR}",
        meaning.half_year,
        _S.YEAR,
        _after(re.compile(r"\b(?:hoàn thành|xong|trình|ban hành|phê duyệt)\b[^,.;]*$")),
    ),
    # đến cuối năm 2021, trước cuối năm
    _rule("until_year_part", rf"(?:đến|trước) cuối {_YEAR_END}", meaning.year_end, _S.UNTIL | _S.YEAR, told, completes),
    # hoàn thành vào cuối năm 2021
    _rule("year_part", rf"{_PART} {_YEAR_END}", meaning.year_part, _S.YEAR, _after(_AT), told, completes),
    # thu ngân sách hết năm 2021 đạt …; đến hết năm 2026 hoàn thành
    _rule("year_end", rf"(?:đến )?hết {_YEAR_END}", meaning.year_end, _S.UNTIL | _S.YEAR, obliges),
    # phấn đấu đến năm 2026 hoàn thành
    _rule("until_year", rf"đến {_IN_YEAR}", meaning.year_end, _S.UNTIL | _S.YEAR, _after(_STRIVES), obliges),
    # hoàn thành trong năm 2026
    _rule("in_year", rf"trong {_YEAR_END}", meaning.year, _S.YEAR, told, completes),
)

#: A cell under `Thời gian thực hiện/hoàn thành` holds the bare time; these come after `RULES`.
CELL_RULES: tuple[Rule, ...] = (
    _rule(
        "cell_always",
        r"(?:thường xuyên|liên tục)(?:~,?~(?:hằng|hàng) năm)?",
        meaning.always,
        _S.EVERY,
    ),
    _rule("cell_every", rf"{_EACH} {_UNIT}", meaning.recurring, _S.EVERY),
    _rule("cell_years", r"(?:giai đoạn )?(?P<from_year>20\d\d)~[-–]~(?P<year>20\d\d)", meaning.year_span, _S.YEAR),
    _rule("cell_day", rf"(?:trước |đến |hết )*(?:ngày )?{_DAY}", meaning.day, _S.DAY),
    _rule("cell_month", rf"(?:trong )?{_MONTH}", meaning.month, _S.MONTH),
    _rule("cell_quarter", rf"(?:trong )?{_QUARTER}", meaning.quarter, _S.MONTH),
    _rule("cell_year", r"(?:trong )?(?:năm )?(?P<year>20\d\d)(?![\d/-])", meaning.year, _S.YEAR),
)
