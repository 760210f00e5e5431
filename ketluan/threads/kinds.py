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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from extractors.model import Kind
from ketluan.index.fold import norm
from ketluan.threads.profile import Profile
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
    r"kết thúc(?: việc)? theo dõi",
    r"(?:không|thôi)(?: tiếp tục)? theo dõi",
    r"dừng(?: việc)? (?:thực hiện|triển khai)",
    r"không tiếp tục (?:thực hiện|triển khai)",
    r"(?:đưa|rút) .{3,120}? (?:ra )?khỏi (?:danh mục|kế hoạch|danh sách)",
    r"chấm dứt (?:thực hiện|chủ trương|hợp đồng|dự án|việc)",
    r"(?:ghi nhận|công nhận)(?: việc)? (?:đã )?hoàn thành(?: nhiệm vụ)?",
    r"(?:coi|xem) như (?:đã )?hoàn thành",
    r"(?:hủy|hủy bỏ|thu hồi) chủ trương",
)
#: Said of a task that is done, where nobody is told to do anything more.
DONE = _any(
    r"đã (?:cơ bản )?(?:hoàn thành|hoàn tất|thực hiện xong|làm xong|xong|giải quyết xong|xử lí xong|khắc phục xong)",
    r"đã được [^.;]{0,90}?(?:hoàn thành|phê duyệt|ban hành|thông qua|nghiệm thu|khắc phục)",
    r"đã được [^.;]{0,90}?đưa vào (?:sử dụng|vận hành|khai thác)",
    r"đã [^.;,]{1,90}? (?:xong|đầy đủ|thành công|dứt điểm)",
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
    r"thời hạn mới",
    r"mốc [^.;]{0,40}không còn áp dụng",
    r"chốt (?:thời gian|thời hạn|lại thời)",
)
#: The same is told again.
AGAIN = _any(
    r"tiếp tục",
    r"khẩn trương",
    r"nhanh chóng",
    r"(?:một lần nữa|lần thứ (?:hai|ba)|nhiều lần|nhắc lại|đã nhắc|tái)",
    r"như đã (?:giao|chỉ đạo)",
    r"còn chậm|chậm (?:trễ|tiến độ)|việc chậm|quá hạn|vẫn chưa|đến nay chưa",
    r"không để kéo dài",
)
#: What was told before is the ground that the next step stands on.
NEXT = _any(
    r"(?:trên cơ sở|từ|căn cứ)(?: [^.;,]{0,50})? kết quả",
    r"trên cơ sở",
    r"sau khi",
    r"tiếp theo",
    r"bước tiếp theo|giai đoạn tiếp theo|giai đoạn 2|giai đoạn ii",
)
#: The matter changes hands.
GIVEN_OVER = _any(
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
    return bool(DONE.search(text)) and not NOT_DONE.search(text)


#: From this likeness on (cosine of the terms without names) two conclusions tell the same task.
SAME = 0.4


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
    if before and now and before.isdisjoint(now):
        return True
    former = later.profile.about.agencies - now
    return bool(GIVEN_OVER.search(_text(later)) and former & (state.lead | before) and not before <= now)


def _extends(later: Weighed, earlier: Weighed, state: State) -> bool:
    day = last_day(later.profile)
    if GRANTED.search(_text(later)):
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
    if AGAIN.search(text):
        return True
    if NEXT.search(text):
        return False
    return any(_alike(later, told) >= SAME for told in state.told)


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
    if not days and GRANTED.search(norm(conclusion.text)):
        days = [day for text in profile.about.days if (day := _day(text)) and text[:7] >= profile.month]
    return max(days, default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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
