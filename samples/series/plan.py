"""Which matter is spoken of in which month, and what is said of it? The life of each matter, and its links.

A `Mention` is one conclusion to be written. The truth about links follows from the lives of the matters; the
order of precedence of the kinds is: closes, cites, hands_over, extends, repeats, continues.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from samples.series.matters import Matter
from samples.series.world import current

KINDS = ("closes", "cites", "hands_over", "extends", "repeats", "continues")
#: Months to the next mention, and how often.
_GAPS, _GAP_WEIGHTS = (1, 2, 3, 4, 5, 7), (46, 24, 14, 8, 5, 3)
#: How often a matter is told again, moved, handed over, finished, dropped, taken further.
_EVENTS = {"repeat": 26, "extend": 24, "hand": 10, "done": 13, "drop": 4, "next": 27}


@dataclass(frozen=True, slots=True)
class Session:
    """One notice to be written. `number` is None where the draft has none yet."""

    index: int
    month: str  # "2023-01"
    held_on: date
    issued: date
    number: str | None
    style: int


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as printed and as meant."""

    text: str
    due: date
    from_: date | None = None


@dataclass(eq=False, slots=True)
class Mention:
    """One conclusion to be written about one matter, or about two that it joins."""

    session: Session
    matters: tuple[Matter, ...]
    event: str  # "open" or a key of _EVENTS
    step: int
    lead: str
    partners: tuple[str, ...]
    due: Due | None = None
    old_lead: str | None = None
    old_due: date | None = None
    cites: Session | None = None
    links: list[tuple[Mention, str, str]] = field(default_factory=list)  # (earlier mention, kind, matter id)
    path: str = ""


@dataclass(eq=False, slots=True)
class _Life:
    matter: Matter
    lead: str
    partners: tuple[str, ...]
    due: date | None
    last: Mention
    next: int = 0
    step: int = 0
    printed_due: Due | None = None
    ended: bool = False


def make_sessions(
    rng: random.Random, count: int, start: tuple[int, int] = (2023, 1), gap: int = 7
) -> tuple[Session, ...]:
    """`count` sessions, month after month, without the month that stands `gap` months after `start`.

    Every ninth notice is a draft that has no number yet.
    """
    made: list[Session] = []
    last, number, i = None, 0, -1
    while len(made) < count:
        i += 1
        if i == gap:
            continue
        year, month = start[0] + (start[1] - 1 + i) // 12, (start[1] - 1 + i) % 12 + 1
        held = date(year, month, rng.randint(24, 28))
        issued = held + timedelta(days=rng.randint(2, 6))
        number = rng.randint(18, 30) if last != issued.year else number + rng.randint(14, 31)
        last = issued.year
        printed = None if len(made) % 9 == 8 else str(number)
        made.append(Session(len(made), f"{year}-{month:02d}", held, issued, printed, len(made)))
    return tuple(made)


def plan(rng: random.Random, matters: Sequence[Matter], sessions: Sequence[Session]) -> list[list[Mention]]:
    """The mentions of each session, 36 to 46 of them, in no particular order."""
    waiting = list(matters)
    rng.shuffle(waiting)
    lives: list[_Life] = []
    months: list[list[Mention]] = []
    for session in sessions:
        target = rng.randint(36, 44)
        due = [life for life in lives if not life.ended and life.next <= session.index]
        due.sort(key=lambda life: (life.next, life.matter.id))
        due = due[: target - 5]
        twins = _twins(due, session)
        mentions = [_go_on(rng, life, session, joined=life in twins) for life in due]
        while waiting and len(mentions) < target:
            lives.append(_open(rng, waiting.pop(), session))
            mentions.append(lives[-1].last)
        months.append(_join(mentions, lives))
    return months


def _open(rng: random.Random, matter: Matter, session: Session) -> _Life:
    keys = [matter.district if k == "district" else k for k in (matter.template.lead, *matter.template.partners)]
    lead, *others = [current(k, session.held_on) for k in keys]
    others = [k for k in dict.fromkeys(others) if k != lead]
    partners = tuple(sorted(rng.sample(others, min(len(others), rng.choice((0, 0, 1, 1, 2)))), key=others.index))
    due = make_due(rng, session, None) if rng.random() < 0.72 else None
    first = Mention(session, (matter,), "open", 0, lead, partners, due)
    life = _Life(matter, lead, partners, due.due if due else None, first, printed_due=due)
    _schedule(rng, life, session)
    return life


def _schedule(rng: random.Random, life: _Life, session: Session) -> None:
    life.next = session.index + rng.choices(_GAPS, _GAP_WEIGHTS)[0]
    if rng.random() < 0.07:
        life.ended = True  # never spoken of again: it stays open


def _twins(due: Sequence[_Life], session: Session) -> list[_Life]:
    """Two matters of one template, step and lead, one pair a month, that one conclusion will tell again together."""
    if session.index % 2:
        return []
    for a, b in combinations(due, 2):
        same = a.matter.template is b.matter.template and (a.step, a.lead) == (b.step, b.lead)
        if same and current(a.lead, session.held_on) == a.lead:
            return [a, b]
    return []


def _go_on(rng: random.Random, life: _Life, session: Session, *, joined: bool) -> Mention:
    event = "repeat" if joined else _choose(rng, life)
    before = life.last
    mention = Mention(session, (life.matter,), event, life.step, life.lead, life.partners, old_due=life.due)
    if event in ("done", "drop"):
        life.ended = True
    else:
        _change(rng, life, mention, session)
    earlier = before.session
    if earlier.number and not joined and rng.random() < 0.16:
        mention.cites = earlier
    mention.links.append((before, _kind(mention, life, before), life.matter.id))
    life.last, life.lead, life.partners = mention, mention.lead, mention.partners
    if not life.ended:
        _schedule(rng, life, session)
    return mention


def _choose(rng: random.Random, life: _Life) -> str:
    weights = dict(_EVENTS)
    if life.step + 1 >= len(life.matter.template.steps):
        weights["next"] = 0
    if life.due is None:
        weights["extend"] = 0
    if life.last.event == "open" and life.step == 0:
        weights["drop"] = 0
    return rng.choices(list(weights), list(weights.values()))[0]


def _change(rng: random.Random, life: _Life, mention: Mention, session: Session) -> None:
    """What the event does to lead, partners, step and deadline."""
    lead = current(life.lead, session.held_on)
    partners = tuple(dict.fromkeys(current(k, session.held_on) for k in life.partners))
    if mention.event == "hand":
        others = [current(k, session.held_on) for k in life.matter.template.partners if k != "district"]
        choices = [k for k in others if k != lead] or ["vp"]
        lead = rng.choice(choices)
    if lead != life.lead:
        mention.old_lead = life.lead
    mention.lead, mention.partners = lead, tuple(k for k in partners if k != lead)
    if mention.event == "extend":
        mention.due = make_due(rng, session, life.due)
    elif mention.event == "next":
        life.step = mention.step = life.step + 1
        mention.due = make_due(rng, session, life.due) if rng.random() < 0.65 else None
        life.due = None
    elif mention.event == "hand":
        mention.due = make_due(rng, session, life.due) if life.due and rng.random() < 0.5 else None
    elif life.last.due and life.last.due.due > session.held_on and rng.random() < 0.4:
        mention.due = life.last.due if life.last.due.text.count("/") > 1 or "năm" in life.last.due.text else None
    if mention.due:
        life.due = mention.due.due


def _kind(mention: Mention, life: _Life, before: Mention) -> str:
    if mention.event in ("done", "drop"):
        return "closes"
    if mention.cites:
        return "cites"
    if mention.old_lead:
        return "hands_over"
    return {"extend": "extends", "next": "continues"}.get(mention.event, "repeats")


def _join(mentions: list[Mention], lives: Sequence[_Life]) -> list[Mention]:
    """Two repeated matters of one template, step and lead become one conclusion with two links."""
    kept: list[Mention] = []
    for mention in mentions:
        twin = next((m for m in kept if _can_join(m, mention)), None)
        if twin is None:
            kept.append(mention)
            continue
        twin.matters += mention.matters
        twin.links += mention.links
        twin.due = None
        for life in lives:
            if life.last is mention:
                life.last = twin
    return kept


def _can_join(a: Mention, b: Mention) -> bool:
    same = a.matters[0].template is b.matters[0].template and (a.step, a.lead) == (b.step, b.lead)
    plain = all(m.event == "repeat" and len(m.matters) == 1 and not m.old_lead and not m.cites for m in (a, b))
    return same and plain


def make_due(rng: random.Random, session: Session, after: date | None) -> Due:
    """A deadline after `session`, and after the day `after`, in one of the ways in which notices print it."""
    day = max(session.held_on, after or session.held_on) + timedelta(days=rng.randint(12, 95))
    form = rng.choices(range(10), (22, 10, 8, 8, 16, 8, 8, 5, 8, 7))[0]
    d, m, y = day.day, day.month, day.year
    if form == 1 and d < 10:
        return Due(f"trước ngày {d}/{m}/{y}", day)
    if form == 2:
        return Due(
            f"trước ngày {d:02d} tháng {m:02d} năm {y}" if m < 3 else f"trước ngày {d:02d} tháng {m} năm {y}", day
        )
    if form == 3:
        return Due(f"trước {d:02d}/{m}/{y}", day)
    if form in (4, 5):
        return _month(f"trong tháng {m}/{y}" if form == 4 else f"trong tháng {m} năm {y}", y, m, 1, 31)
    if form == 6:
        quarter = (m - 1) // 3
        start, end = date(y, quarter * 3 + 1, 1), _month("", y, quarter * 3 + 3, 1, 31).due
        return Due(f"trong Quý {('I', 'II', 'III', 'IV')[quarter]}/{y}", end, start)
    if form == 7:
        part, first, last = rng.choice((("đầu", 1, 10), ("giữa", 11, 20), ("cuối", 21, 31)))
        made = _month(f"{part} tháng {m}/{y}", y, m, first, last)
        if made.due > max(session.held_on, after or session.held_on):
            return made
    if form == 8 and _year_without(session, m) == y:
        return Due(f"trước ngày {d:02d}/{m}", day)
    if form == 9:
        return Due(f"chậm nhất ngày {d:02d}/{m:02d}/{y}", day)
    return Due(f"trước ngày {d:02d}/{m}/{y}", day)


def _month(text: str, year: int, month: int, first: int, last: int) -> Due:
    end = min(last, calendar.monthrange(year, month)[1])
    return Due(text, date(year, month, end), date(year, month, first))


def _year_without(session: Session, month: int) -> int:
    """The year that a day without a year has: the session's, or the next where it lay over six months back."""
    year, at = int(session.month[:4]), int(session.month[5:])
    return year + 1 if at - month > 6 else year
