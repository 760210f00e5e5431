"""Is a time phrase a deadline where it stands, or does it only describe?

A `Place` shows a phrase in its sentence. Two kinds of tables judge it: `VETOES` are the
contexts that make a description of it whatever else is said; `needs_…` are what a weak
phrase (`trong năm 2026`, `đến ngày 30/9`) must have beside it to count at all. `trước
ngày 30/9` is strong: it counts unless a veto speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import cache, cached_property


class Strength(Flag):
    """What a phrase is, seen from the vetoes: each names the phrases that it can strike."""

    DAY = auto()  # trước ngày 15/9, chậm nhất …
    UNTIL = auto()  # đến ngày 30/9, hết tháng 9
    MONTH = auto()  # trong tháng 9, trong Quý IV, đầu tháng 10
    YEAR = auto()  # trong năm 2026, cuối năm
    EVENT = auto()  # trước mùa mưa
    EVERY = auto()  # định kỳ hằng tháng
    PERIOD = MONTH | YEAR
    DATED = DAY | UNTIL | MONTH | YEAR
    ALL = DATED | EVENT | EVERY


@dataclass(frozen=True)
class Place:
    """A phrase `start:end` of lower-cased `text`."""

    text: str
    start: int
    end: int

    @cached_property
    def _sentence(self) -> tuple[int, int]:
        stops = [stop.end() for stop in _STOP.finditer(self.text, 0, self.start)]
        begins = stops[-1] if stops else 0
        stop = _STOP.search(self.text, self.end)
        return begins, stop.start() if stop else len(self.text)

    @cached_property
    def before(self) -> str:
        """The sentence up to the phrase."""
        return self.text[self._sentence[0] : self.start].replace("\n", " ")

    @cached_property
    def behind(self) -> str:
        """The sentence after the phrase."""
        return self.text[self.end : self._sentence[1]].replace("\n", " ")

    @cached_property
    def opens(self) -> bool:
        """Whether the phrase opens its sentence (after a number, dash or bracket)."""
        return not _LETTER.search(self.before)


@dataclass(frozen=True, slots=True)
class Veto:
    """A context that makes a description of a phrase.

    `before` ends at the phrase and is looked for in the last `reach` characters before it, `behind`
    begins after it; `unless` anywhere before it takes the veto back. One of `cues` is in all that
    `before` can match: most vetoes are passed over by these alone.
    """

    name: str
    strikes: Strength
    before: re.Pattern[str] | None = None
    behind: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    reach: int = 60
    cues: tuple[str, ...] = ("",)

    def strikes_at(self, place: Place) -> bool:
        """Whether every pattern of the row is found."""
        text = place.before
        for cue in self.cues:
            if cue in text:
                break
        else:
            return False
        if self.before is not None and not self.before.search(text, max(0, len(text) - self.reach)):
            return False
        if self.behind is not None and not self.behind.match(place.behind):
            return False
        return self.unless is None or not self.unless.search(text)


_STOP = re.compile(r"[.!?;…]+(?=\s|$)|\n\s*(?=[-+•])")
_LETTER = re.compile(r"[^\W\d_]")

#: Things that are done, not bodies that do them: what follows them describes (`các dự án dự kiến hoàn thành …`).
THINGS = (
    "dự án|công trình|nhiệm vụ|đề án|tuyến|hạng mục|gói thầu|mô hình|chương trình|tiêu chí|"
    "chỉ tiêu|sản phẩm|hồ sơ|nội dung|khoản|nguồn vốn|văn bản|tài liệu|đối tượng|trường hợp|thửa đất|hợp đồng|"
    "giấy chứng nhận|giấy phép|kiến nghị|phân cấp|thí điểm|hoạt động|kết quả|số liệu"
)
#: Bodies as they are named inside a purpose clause.
BODIES = (
    "ubnd|hđnd|ủy ban|uỷ ban|hội đồng|sở|ban|bộ|cục|chi cục|phòng|công ty|tập đoàn|nhà đầu tư|nhà thầu|chủ đầu tư|"
    "văn phòng|trung tâm|huyện|thành phố|thị xã|xã|phường|tỉnh|các (?:cơ quan|đơn vị|địa phương|sở|huyện|xã|nhà)|đơn vị"
)
#: Bodies that the told one works for: `tham mưu văn bản để UBND tỉnh ban hành trong tháng 6` binds the one who drafts.
_ABOVE = "(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|hđnd) tỉnh"
#: Words that take a clause up again after a purpose clause: the date behind them binds the one who is told.
_RESUMES = r"(?:,|\)) *(?:và )?(?:phải )?(?:xong|hoàn thành|báo cáo|trình|gửi|thời gian|thời hạn|chậm nhất)"
#: Attributes with `đã` that say nothing of the time: `nội dung đã giao`.
_GIVEN = r"(?:được )?(?:giao|phê duyệt|đề ra|thống nhất|cam kết|ký|có|chỉ đạo|duyệt|nêu|phân công|xác định|đăng ký)"
_TARGET = re.compile(r"phấn đấu|quyết tâm|(?:bảo|đảm) (?:đảm|bảo)|yêu cầu|phải ")
_DONE = re.compile(
    r"hoàn thành|hoàn thiện|hoàn tất|\bxong\b|dứt điểm|kết thúc|ban hành|trình |báo cáo|giải ngân|phê duyệt|bàn giao|"
    r"khánh thành|khởi công|đưa vào|thông xe|gửi |nộp |thẩm định|phấn đấu|quyết tâm|phải |chậm nhất"
)
_TOLD = re.compile(
    r"\b(?:giao|yêu cầu|đề nghị|phải|hoàn thành|hoàn thiện|khẩn trương|trình|báo cáo|tham mưu|ban hành|tổ chức|"
    r"rà soát|xây dựng|gửi|chủ trì|triển khai|thực hiện|phấn đấu|tập trung|bàn giao|lập|cần|bảo đảm|đảm bảo|kiểm tra|"
    r"tổng hợp)\b"
)
#: Words of a report: what they stand with has happened.
_REPORTED = (
    rf"đã(?! {_GIVEN}\b)|ước đạt|đạt được|mới (?:đạt|giải ngân|có)|toàn tỉnh (?:có|còn|mới)|với sự|vẫn còn|"
    r"cơ bản được|lũy kế|luỹ kế|chưa (?:thực hiện|đạt|hoàn thành|có)"
)
#: `hồ sơ đã nộp` is a kind of file
_HAPPENED = re.compile(rf"{''.join(f'(?<!{t} )' for t in THINGS.split('|'))}\b(?:{_REPORTED})\b")
_TELLS_HOW_IT_IS = re.compile(rf"\b(?:{_REPORTED}|tình hình|diễn biến|tăng|giảm|so với|so cùng kỳ)\b")


#: a heading over tasks: `Các nhiệm vụ thực hiện trong tháng 5`
_HEADS_TASKS = (
    r"^\W*(?:các |những |một số )?(?:nhiệm vụ|việc|công việc)(?: \w+){0,3}? (?:cần )?(?:thực hiện|triển khai) $"
)


def _veto(
    name: str,
    strikes: Strength,
    *,
    cue: str = "",
    before: str = "",
    behind: str = "",
    unless: str = "",
    reach: int = 60,
) -> Veto:
    return Veto(
        name,
        strikes,
        re.compile(rf"(?:{before})$") if before else None,
        re.compile(rf"\s*{behind}") if behind else None,
        re.compile(unless) if unless else None,
        reach,
        tuple(cue.split("|")),
    )


#: Each row: its name, the phrases it strikes, what stands before, what stands behind.
VETOES: tuple[Veto, ...] = (
    # trong tháng 8 và 8 tháng đầu năm
    _veto("reported_period", Strength.PERIOD, behind=r"(?:,|và|-) (?:\d+|những|các|mấy) (?:tháng|quý|ngày)"),
    # 8 tháng đầu năm, những tháng cuối năm, quý cuối năm, dịp cuối năm
    _veto("months_of_year", Strength.PERIOD, before=r"\b(?:tháng|quý|dịp|từ|như|so với|hồi) ", reach=15),
    # từ nay đến cuối năm, tập trung …: the time that a heading looks at
    _veto("from_now", Strength.PERIOD, cue="từ nay|thời gian tới", before=r"\b(?:từ nay|thời gian tới) ", reach=25),
    # tính đến hết tháng 8; lũy kế đến ngày 31/8
    _veto(
        "as_of",
        Strength.UNTIL,
        cue="tính|kế|cập nhật|số liệu|kể từ",
        before=r"\b(?:tính|lũy kế|luỹ kế|cập nhật|số liệu|kể từ) (?:từ )?",
        reach=25,
    ),
    # có hiệu lực đến hết ngày; kéo dài đến hết năm; áp dụng đến …
    _veto(
        "run_time",
        Strength.UNTIL | Strength.PERIOD,
        cue="hiệu lực|kéo dài|gia hạn|áp dụng|thời gian thực hiện|có giá trị|duy trì",
        before=r"\b(?:hiệu lực|kéo dài|gia hạn(?! (?:thời gian|thời hạn|tiến độ))|áp dụng|"
        r"thời gian thực hiện|có giá trị|duy trì)[^,.;:]{0,30}",
    ),
    # nhiệm vụ trọng tâm trong tháng 9, the title of a section
    _veto(
        "tasks_of_period",
        Strength.PERIOD,
        cue="nhiệm vụ|công tác|chủ yếu|trọng tâm|giải pháp",
        before=r"\b(?:nhiệm vụ|công tác|chủ yếu|trọng tâm|giải pháp) (?:của )?",
        unless="hoàn thành",
        reach=30,
    ),
    # vụ việc phát sinh trong tháng; bắt đầu triển khai trong quý IV
    _veto(
        "took_place",
        Strength.PERIOD,
        cue="phát sinh|xảy ra|diễn ra|ghi nhận|vụ việc|bắt đầu",
        before=r"\b(?:phát sinh|xảy ra|diễn ra|ghi nhận|vụ việc|bắt đầu(?: thực hiện| triển khai)?) ",
        reach=40,
    ),
    # các xã dự kiến hoàn thành trong năm 2021
    _veto("expected", Strength.DATED, cue="dự kiến", before=r"\w,? (?<!thời gian )(?:được |đã )?dự kiến [^,.;:]{0,40}"),
    # kỳ họp HĐND tỉnh vào cuối năm 2021
    _veto("session_date", Strength.PERIOD, cue=" họp", before=r"\b(?:kỳ|kì) họp\b[^,.;:]{0,45}"),
    _veto(
        "meeting_date",
        Strength.PERIOD,
        cue=" họp|hội nghị|đại hội|lễ",
        before=r"\b(?:tại|trình|cho|phục vụ|chuẩn bị) (?:các |buổi )?(?:phiên họp|hội nghị|cuộc họp|đại hội|lễ)\b"
        r"[^,.;:]{0,45}",
        reach=90,
    ),
    # đã triển khai xong trong quý II; đã hoàn thành trước ngày 30/6
    _veto(
        "done_already",
        Strength.DATED,
        cue="đã",
        before=rf"\bđã (?!{_GIVEN}\b)(?:(?!hoàn thành|báo cáo|trình|gửi|xong|phải)[^,.;:()])*",
        # cung cấp hồ sơ của các lô đất đã tách …; hộ đã nhận tiền mà chưa đi thì vận động …
        unless=r"\bcủa (?:các |những )?[^,.;:]{1,30} đã [^,.;:]*$|\bđã [^,.;:]*\bthì [^,.;:]*$",
        reach=160,
    ),
    _veto(
        "done_before",
        Strength.DATED,
        cue="đã",
        before=r"\bđã (?:được |cơ bản )?(?:hoàn thành|báo cáo|trình|gửi)[^,.;:()]*",
        reach=160,
    ),
    # các dự án được phê duyệt trước ngày 01/01/2025; hồ sơ tiếp nhận trước ngày …
    _veto(
        "attribute",
        Strength.DATED,
        cue="được|phát sinh|tiếp nhận|khởi công",
        before=rf"\b(?:{THINGS})(?: \w+){{0,3}}? (?:được(?! giao| phân công)|phát sinh|tiếp nhận|khởi công)"
        r"(?: (?!báo|trình|hoàn|gửi|phải)\w+){0,3} ",
        unless=_TARGET.pattern,
        reach=80,
    ),
    # các cống chưa thể hoàn thành trong năm 2022
    _veto(
        "not_done",
        Strength.PERIOD,
        cue="chưa",
        before=r"\bchưa (?:thể |kịp |được )?(?:hoàn thành|thực hiện|triển khai|xong|bàn giao|khởi công)(?: \w+){0,3} ",
    ),
    # các công trình hoàn thành trong năm 2026
    _veto(
        "described_thing",
        Strength.PERIOD,
        cue="hoàn thành|thực hiện|triển khai|khởi công|đưa vào",
        before=rf"\b(?:các|những|danh mục)(?: \w+)? (?:{THINGS})(?: \w+){{0,3}}? "
        r"(?:hoàn thành|thực hiện|triển khai|khởi công|đưa vào \w+ \w+) ",
        unless=rf"{_TARGET.pattern}|{_HEADS_TASKS}",
        reach=80,
    ),
    # nếu nộp hồ sơ trước ngày …; bảo đảm điều kiện khởi công trước ngày …
    _veto(
        "condition",
        Strength.DATED,
        cue="nếu|trường hợp|điều kiện",
        before=r"(?:(?:^|[,;:(] ?)(?:nếu|(?:đối với |với )?(?:các )?trường hợp)|\bnếu|"
        r"\b(?:với|đủ|bảo đảm|đảm bảo) (?:các )?điều kiện)\b"
        r"(?:(?!báo cáo|phải|trình)[^,.;])*",
        reach=200,
    ),
    # vốn của các dự án đến hết ngày 30/9 chưa giải ngân: how a thing stands on a day
    _veto(
        "state_on_day",
        Strength.UNTIL,
        before=rf"\b(?:{THINGS}|đơn vị|địa phương|chủ đầu tư|khối lượng)(?: \w+){{0,2}}? ",
        behind=r"(?:mà |vẫn |còn )*(?:chưa|không|(?:giải ngân|đạt|thực hiện)(?: \w+){0,2} (?:dưới|thấp|chưa))\b",
    ),
    # để kịp làm việc với Bộ vào đầu năm 2027: what the work is to be in time for
    _veto("in_time_for", Strength.PERIOD, cue="để kịp", before=r"\bđể kịp [^.;]{0,120}", reach=150),
    # phân bổ chỉ tiêu hoàn thành đến năm 2030
    _veto(
        "target_of_plan",
        Strength.UNTIL | Strength.YEAR,
        cue="chỉ tiêu|mục tiêu|lộ trình",
        before=r"\b(?:phân bổ|xác định|xây dựng|giao|đề ra|cụ thể hóa)(?: các| các nhóm)? "
        r"(?:chỉ tiêu|mục tiêu|lộ trình)(?: \w+){0,4} ",
    ),
    # hộ sử dụng đất trước ngày 15/10/1993
    _veto(
        "in_use_since",
        Strength.DAY,
        cue="sử dụng đất|tồn tại|cư trú|sinh",
        before=r"\b(?:sử dụng đất|tồn tại|cư trú|(?:người|trẻ|em|công dân|thanh niên|cán bộ) sinh)(?: \w+){0,2} ",
        unless=r"hoàn thành|báo cáo|gửi|trình |xong",
    ),
    # đơn vị nào chưa xong trước ngày 15/12 thì dừng: when the condition is met
    _veto("when_then", Strength.DATED, behind=r"(?:mà )?thì\b"),
    # trước ngày 01/7/2025 là ngày … có hiệu lực
    _veto("in_force", Strength.DAY, behind=r"[^,.;]{0,40}có hiệu lực"),
    # để đảm bảo thời gian UBND xã A hoàn thành … trong tháng 4
    _veto(
        "purpose_of_another",
        Strength.DATED,
        cue="để|nhằm|giúp|tạo điều kiện",
        before=r"\S (?:để|nhằm|giúp|tạo điều kiện cho) (?:(?:bảo đảm|đảm bảo|kịp)(?: (?:thời gian|tiến độ))? )?"
        rf"(?:cho )?(?!{_ABOVE})(?:{BODIES})\b(?:(?!{_RESUMES}).)*",
        reach=300,
    ),
    # thí điểm thực hiện trong năm 2022: when a proposed thing would run
    _veto(
        "proposed_run",
        Strength.PERIOD,
        cue="thí điểm|đề xuất|dự toán",
        before=r"\b(?:thí điểm|đề xuất|dự toán)[^,.;:]{0,40}\b(?:thực hiện|triển khai|áp dụng) ",
        reach=75,
    ),
    # không thực hiện báo cáo tuần
    _veto(
        "negated",
        Strength.ALL,
        cue="không|thôi|dừng|miễn|bãi bỏ",
        before=r"\b(?:không|thôi|dừng|miễn|bãi bỏ) (?:phải |cần |còn |thực hiện |chế độ |tiếp tục )*"
        r"(?:báo cáo )?(?:định kỳ )?",
    ),
    # trình bày trước hội nghị, chịu trách nhiệm trước kỳ họp
    _veto(
        "in_front_of",
        Strength.EVENT,
        before=r"\b(?:trình bày|phát biểu|trách nhiệm|giải trình|trả lời|chất vấn|công khai)[^,.;]{0,20}",
    ),
    # đến hết năm 2030, tầm nhìn đến năm 2050
    _veto("plan_term", Strength.UNTIL | Strength.YEAR, behind=r"[,;]? *(?:và )?(?:định hướng|tầm nhìn)"),
    _veto(
        "within_term",
        Strength.UNTIL | Strength.YEAR,
        cue="tầm nhìn|giai đoạn|thời kỳ|định hướng|lộ trình",
        before=r"\b(?:tầm nhìn|giai đoạn|thời kỳ|định hướng|lộ trình)\b[^,.;:]{0,40}",
    ),
)


def survives(place: Place, strength: Strength) -> bool:
    """Whether no veto strikes the phrase."""
    return not any(veto.strikes_at(place) for veto in _striking(strength))


@cache
def _striking(strength: Strength) -> tuple[Veto, ...]:
    return tuple(veto for veto in VETOES if veto.strikes & strength)


def told(place: Place) -> bool:
    """A phrase that opens its sentence needs an order behind it and no report: `Trong tháng 9, giao Sở A …`."""
    if not place.opens:
        return True
    return not place.behind.strip(" ).,*") or bool(_TOLD.search(place.behind) and not reports(place))


def completes(place: Place) -> bool:
    """A word of completion in the phrase's own clause, or a target right behind (`hết năm 2021 đạt …`)."""
    return bool(_DONE.search(_clause(place.before)) or _TARGET.search(place.before) or _AIMS.match(place.behind))


def obliges(place: Place) -> bool:
    """A duty, a target or completion around a date after `đến`: `đến 30/5/2026 phải bàn giao`."""
    if happened(place):
        return False
    return bool(_DONE.search(place.before) or _TARGET.search(place.before) or _AIMS.match(place.behind))


def reports(place: Place) -> bool:
    """Does what stands behind the phrase tell how things are: `từ nay đến ngày 30/6 tình hình còn phức tạp`?"""
    return bool(_TELLS_HOW_IT_IS.search(place.behind))


def happened(place: Place) -> bool:
    """A report beside the phrase: `từ ngày 01/8 đến ngày 15/8 đã có 12 vụ`."""
    return bool(_HAPPENED.search(place.behind) or _HAPPENED.search(_clause(place.before)))


_AIMS = re.compile(
    r"\s*,? ?(?:\S+ ){0,6}?(?:phải|đạt|hoàn thành|hoàn thiện|bảo đảm|đảm bảo|cơ bản xong|xong|giải ngân|bàn giao)\b"
)
_CLAUSE = re.compile(r"[,:(–]")


def _clause(before: str) -> str:
    """What stands between the last comma, colon or bracket and the phrase; all of it where that is a mere scrap."""
    cuts = [cut.end() for cut in _CLAUSE.finditer(before)]
    cut = cuts[-1] if cuts else 0
    return before[cut:] if len(before) - cut > 12 else before
