"""What does a conclusion do with the matter of an earlier one? The first kind that fits.

closes      says that it is finished, or that it is followed no longer
cites       names the earlier notice by its number
hands_over  gives it to another lead; a merged department is another one too
extends     the same task with a later date, granted or set anew
repeats     the same task again, no later date
continues   the next step of the same matter
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from extractors.model import Kind
from ketluan.index.fold import norm
from ketluan.threads.profile import Profile, written_out
from ketluan.threads.weigh import Weighed


class Link(StrEnum):
    """Kinds of links, in the order in which they are tried."""

    CLOSES = "closes"
    CITES = "cites"
    HANDS_OVER = "hands_over"
    EXTENDS = "extends"
    REPEATS = "repeats"
    CONTINUES = "continues"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(norm(p) for p in patterns)})(?!\w)")


#: Said of a matter that nobody needs to follow any longer, whatever else is said.
ENDED = _any(
    r"(?:kết thúc|chấm dứt|dừng|ngừng|thôi)(?: việc)? theo dõi",
    r"không(?: còn)?(?: phải)?(?: tiếp tục)? (?:theo dõi|báo cáo thêm|kiểm điểm)",
    r"(?:đóng|khép lại) (?:nội dung|nhiệm vụ|việc|vụ việc)",
    r"(?:không|thôi) (?:thực hiện|giao|nêu|đặt ra|xem xét)[^.;,]{0,60}? nữa",
    r"kết thúc (?:việc này|nhiệm vụ|nội dung)",
    r"không (?:tiếp tục )?(?:đưa|nêu|kiểm điểm) [^.;]{0,30}?(?:vào|trong|tại)"
    r" (?:nội dung|danh mục|báo cáo|chương trình|thông báo)",
    r"dừng(?: việc)? (?:thực hiện|triển khai)",
    r"không tiếp tục (?:thực hiện|triển khai)",
    r"(?:đưa|rút) .{3,120}? (?:ra )?khỏi (?:danh mục|kế hoạch|danh sách)",
    r"chấm dứt (?:thực hiện|chủ trương|hợp đồng|dự án|việc)",
    r"(?:ghi nhận|công nhận)(?: việc)? (?:đã )?hoàn thành(?: nhiệm vụ)?",
    r"(?:coi|xem)(?: như| là)+(?: đã)? (?:hoàn thành|xong)",
    r"(?:hủy|hủy bỏ|thu hồi) chủ trương",
)
#: Said of a task that is done, where nobody is told to do anything more.
DONE = _any(
    r"đã (?:cơ bản )?(?:hoàn thành|hoàn tất|thực hiện xong|làm xong|xong|giải quyết xong|xử lí xong|khắc phục xong)",
    r"đã được [^.;]{0,90}?(?:hoàn thành|phê duyệt|ban hành|thông qua|nghiệm thu|khắc phục)",
    r"đã (?:đi vào|ổn định|được giải quyết|chi trả hết|nhận đủ)",
    r"đã được [^.;]{0,90}?đưa vào (?:sử dụng|vận hành|khai thác)",
    r"đã [^.;,]{1,90}? (?:xong|đủ|đầy đủ|thành công|dứt điểm)",
    r"đã [^.;]{0,60}?(?:phê duyệt|ban hành|thông qua|nghiệm thu|thông xe|khánh thành|bàn giao|khai trương)",
    r"đã (?:trình|nộp|gửi) [^.;]{3,90}?(?=[.;])",
    r"(?:hoàn thành|xong) (?:toàn bộ|100%|đúng hạn|trước hạn)",
    r"đã đưa [^.;]{2,90}? vào (?:sử dụng|vận hành|khai thác|hoạt động)",
)
#: Takes `DONE` back.
NOT_DONE = _any(
    r"(?:sau khi|khi|nếu|trên cơ sở|từ) [^.;,]{0,80}?đã",
    r"chưa [^.;,]{0,20}(?:hoàn thành|xong|đạt|bàn giao|trình)",
    r"mới (?:đạt|hoàn thành|được)",
)
#: A later date is granted.
GRANTED = _any(
    r"gia hạn",
    r"lùi (?:thời|tiến|hạn|mốc|đến|sang|lại)",
    r"kéo dài (?:thời gian|thời hạn)(?: thực hiện| hoàn thành)?",
    r"(?:điều chỉnh|dời|chuyển|cho phép chậm) [^.;,]{0,30}?(?:thời hạn|thời gian|mốc|tiến độ|hạn)",
    r"được (?:điều chỉnh|dời|chuyển|lùi) (?:sang|đến|tới) (?:ngày|tháng|quý|năm|hết|cuối)",
    r"thời hạn mới",
    r"mốc [^.;]{0,40}không còn áp dụng",
    r"(?:đồng ý|chấp thuận|thống nhất|cho phép)[^.;]{0,80}? (?:chậm nhất|đến hết|sang tháng|sang quý|lùi)",
    r"thêm \d+ (?:ngày|tháng|tuần)",
    r"(?:tạm )?hoãn",
    r"(?:ấn định|xác định|đặt) lại (?:thời|mốc|hạn)",
    r"chốt (?:thời gian|thời hạn|lại thời)",
)
#: The date stays as it was.
_KEPT = _any(r"không (?:lùi|gia hạn|điều chỉnh|đề xuất điều chỉnh|kéo dài|chậm)", r"giữ nguyên", r"phải giữ")
#: It was not done as told.
LATE = _any(
    r"(?:còn|quá|rất|bị|đã|là|do|việc|lý do|để|vẫn|không) chậm",
    r"chậm (?:trễ|tiến độ|so với|hơn|trình|nộp|gửi)",
    r"(?:trễ|quá) hạn|trễ hẹn|đúng hẹn|lỡ hẹn",
    r"(?:vẫn |đến nay |hiện |còn )?chưa (?:được )?"
    r"(?:trình|nộp|gửi|báo cáo|có|thực hiện|triển khai|hoàn thành|xong|đạt|bàn giao|khởi công|giải ngân)",
    r"(?:trình|làm|lập|tổ chức|chọn|đấu giá|đấu thầu|thẩm định|báo cáo|hoàn thiện) lại",
    r"không (?:thành|đạt|kịp|hoàn thành)",
    r"(?:còn thiếu|phải bổ sung)",
)
#: The same is told again.
AGAIN = _any(
    r"tiếp tục",
    r"khẩn trương",
    r"nhanh chóng",
    r"(?:một lần nữa|lần thứ (?:hai|ba)|nhiều lần|nhắc lại|đã nhắc|tái diễn|tái phạm)",
    r"như đã (?:giao|chỉ đạo)",
    r"còn chậm|chậm (?:trễ|tiến độ)|việc chậm|quá hạn|vẫn chưa|đến nay chưa",
    r"không để kéo dài",
    r"(?:theo )?đúng (?:thời hạn|hạn|mốc|tiến độ) (?:đã|được) giao",
    r"(?:phê bình|nhắc nhở|rút kinh nghiệm)",
)
#: What was told before is the ground that the next step stands on.
NEXT = _any(
    r"(?:trên cơ sở|từ|căn cứ)(?: [^.;,]{0,50})? kết quả",
    r"trên cơ sở",
    r"sau khi",
    r"tiếp theo",
    r"bước tiếp theo|giai đoạn tiếp theo|giai đoạn 2|giai đoạn ii",
)
#: Stages of a work, one after the other: a task of a later stage is another task.
STAGES = (
    _any(r"khảo sát|đề xuất|lập|xây dựng (?:phương án|đề án|kế hoạch)"),
    _any(r"thẩm định|trình|phê duyệt"),
    _any(r"đấu thầu|(?:lựa )?chọn (?:nhà thầu|nhà đầu tư|chủ đầu tư)|công bố|ban hành|kí hợp đồng"),
    _any(r"khởi công|thi công|đấu giá"),
    _any(r"nghiệm thu|khánh thành|đưa [^.;,]{0,40}?vào (?:hoạt động|sử dụng|vận hành|khai thác)"),
    _any(r"quyết toán"),
)
#: The matter changes hands.
GIVEN_OVER = _any(
    r"chuyển [^.;,]{3,60}? (?:chủ trì|thực hiện|xử lí|điều tra|làm)",
    r"kế thừa",
    r"chuyển (?:nhiệm vụ|việc|giao)[^.;]{0,60}? (?:từ|sang|cho)",
    r"thay (?:thế )?(?:cho )?",
    r"tiếp nhận (?:nhiệm vụ|công việc|việc|hồ sơ)",
    r"giao lại",
)


def closes(profile: Profile) -> bool:
    """Does it say that its matter is finished, or is followed no longer?"""
    text = norm(profile.conclusion.text)
    if ENDED.search(text):
        return True
    conclusion = profile.conclusion
    if conclusion.kind is Kind.DIRECTIVE and (conclusion.assignments or conclusion.deadlines):
        return False
    return bool(DONE.search(text)) and not NOT_DONE.search(text) and not _goes_on(profile, text)


def _goes_on(profile: Profile, text: str) -> bool:
    """Is an agency told what comes next, once something is done?"""
    told = tuple(norm(name) for name in (*profile.about.agencies, *_ORDERS) if name not in ("UBND tỉnh", "HĐND tỉnh"))
    return any(clause.strip().startswith(told) for clause in re.split(r"[;.]", text)[1:])


_ORDERS = ("giao", "yêu cầu", "đề nghị")


#: From this likeness on (cosine of the terms without names) two conclusions tell the same task.
SAME = 0.3
#: From this likeness on they do, though the later one names a ground or a later stage of the work.
PLAINLY_SAME = 0.7


@dataclass(frozen=True, slots=True)
class State:
    """How a thread stands before its next conclusion: who leads, the date in force, what has been told of this step."""

    lead: frozenset[str] = frozenset()
    due: date | None = None
    told: tuple[Weighed, ...] = ()

    def after(self, next: Weighed, kind: Link | None) -> State:
        """The state once `next` was said."""
        fresh = kind is Link.CONTINUES
        due, told = (None, ()) if fresh else (self.due, self.told)
        return State(_leads(next.profile) or self.lead, last_day(next.profile) or due, (*told, next))


def kind_of(later: Weighed, earlier: Weighed, state: State) -> Link:
    """The kind of the link from `later` to `earlier`, the nearest one of its thread, which stands as `state` says."""
    return next(kind for kind, fits in _KINDS if fits(later, earlier, state))


def _closes(later: Weighed, earlier: Weighed, state: State) -> bool:
    return closes(later.profile)


def _cites(later: Weighed, earlier: Weighed, state: State) -> bool:
    return earlier.profile.notice in later.profile.cites


def _hands_over(later: Weighed, earlier: Weighed, state: State) -> bool:
    before, now = _leads(earlier.profile) or state.lead, _leads(later.profile)
    if before and now and not _some_same(before, now):
        return True
    named = later.profile.about.agencies
    if now:
        return bool(GIVEN_OVER.search(_text(later)) and (named - now) & (state.lead | before) and not before <= now)
    return bool(GIVEN_OVER.search(_text(later)) and before and named - before)


def _some_same(one: Iterable[str], other: Iterable[str]) -> bool:
    """Is an agency among both, written short in one (Ban QLDA, UBND thành phố) or not?"""
    mine, theirs = (sorted(norm(written_out(name)) for name in names) for names in (one, other))
    return any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _extends(later: Weighed, earlier: Weighed, state: State) -> bool:
    day = last_day(later.profile)
    if GRANTED.search(_text(later)) and not _KEPT.search(_text(later)):
        return True
    return bool(day and (state.due is None or day > state.due) and _same_task(later, state))


def _repeats(later: Weighed, earlier: Weighed, state: State) -> bool:
    return _same_task(later, state)


def _continues(later: Weighed, earlier: Weighed, state: State) -> bool:
    return True


_KINDS: tuple[tuple[Link, Callable[[Weighed, Weighed, State], bool]], ...] = (
    (Link.CLOSES, _closes),
    (Link.CITES, _cites),
    (Link.HANDS_OVER, _hands_over),
    (Link.EXTENDS, _extends),
    (Link.REPEATS, _repeats),
    (Link.CONTINUES, _continues),
)


def _same_task(later: Weighed, state: State) -> bool:
    text = _text(later)
    if AGAIN.search(text) or LATE.search(text) or _KEPT.search(text):
        return True
    if DONE.search(text):
        return False
    likeness = max((_alike(later, told) for told in state.told), default=0.0)
    if likeness >= PLAINLY_SAME:
        return True
    if NEXT.search(text):
        return False
    if _stage(text) > max(map(_stage, map(_text, state.told)), default=len(STAGES)):
        return False
    if state.due and last_day(later.profile) == state.due:
        return True
    return likeness >= SAME


def _stage(text: str) -> int:
    """The furthest stage of the work that is told of; -1 where none is."""
    return max((n for n, stage in enumerate(STAGES) if stage.search(text)), default=-1)


def _alike(one: Weighed, other: Weighed) -> float:
    """Cosine of the terms, those of the names left out: whether the same is to be done."""
    gone = {w for name in (*one.names, *other.names) for w in (name, *name.split())}
    mine, theirs = _without(one, gone), _without(other, gone)
    dot = sum(w * theirs[t] for t, w in mine.items() if t in theirs)
    size = math.sqrt(sum(w * w for w in mine.values()) * sum(w * w for w in theirs.values()))
    return dot / size if size else 0.0


def _without(one: Weighed, names: set[str]) -> dict[str, float]:
    about = one.profile.about.terms
    return {t: w for t, w in one.terms.items() if t in about and names.isdisjoint((t, *t.split()))}


def _leads(profile: Profile) -> frozenset[str]:
    """Its leads; a collective (`các chủ đầu tư`) is nobody whom a task could be taken from."""
    return frozenset(name for name in profile.lead if not name[:1].islower())


def _text(one: Weighed) -> str:
    return norm(one.profile.conclusion.text)


def last_day(profile: Profile) -> date | None:
    """The last day that it sets; where a date is granted in words that were not understood, the last day printed."""
    conclusion = profile.conclusion
    found = (*conclusion.deadlines, *(d for a in conclusion.assignments for d in a.deadlines))
    days = [d.due for d in found if d.due]
    if not days:
        days = [day for day in _printed(conclusion.text) if day.isoformat()[:7] >= profile.month]
    return max(days, default=None)


_ENDS = re.compile(r"(?<![\d/])(?:(\d{1,2})\s*/\s*)?(?:tháng\s+)?(\d{1,2})\s*(?:/|năm)\s*(\d{4})(?!\d)", re.I)
_QUARTERS = re.compile(r"quý\s+(iv|i{1,3}|[1-4])\s*(?:/|năm)\s*(\d{4})(?!\d)", re.I)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _printed(text: str) -> Iterator[date]:
    """All days printed; of a month or a quarter, the last."""
    ends = [(d, int(m), int(y)) for d, m, y in _ENDS.findall(text)]
    ends += [("", 3 * (_ROMAN.get(q.lower()) or int(q)), int(y)) for q, y in _QUARTERS.findall(text)]
    for day, month, year in ends:
        with suppress(ValueError):
            yield date(year, month, int(day) if day else monthrange(year, month)[1])


def general(profile: Profile) -> bool:
    """Is it a remark on how things are, or on the notice itself, that belongs to no matter?"""
    text = norm(profile.conclusion.text)
    if _THE_NOTICE.search(text):
        return True
    about = profile.about
    conclusion = profile.conclusion
    assessed = bool(_ASSESSMENT.match(norm(conclusion.section or ""))) and conclusion.kind is not Kind.DIRECTIVE
    assessing = (conclusion.kind is Kind.ASSESSMENT or assessed) and not closes(profile)
    return assessing and not (about.names or about.numbers or profile.keys or profile.cites)


_ASSESSMENT = re.compile(norm(r"(?:về )?(?:đánh giá|tình hình|kết quả)"))
_THE_NOTICE = _any(r"(?:thực hiện|theo|tại|nêu trong) thông báo (?:kết luận )?này")
