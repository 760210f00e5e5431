"""Who owes what by when, and how does it stand on a given day?

The register has a line for each task: an agency group with one of its deadlines. A task whose day a later notice moved,
or which it tells again, is one line (`ketluan.outcome`). Lines with a last day have a state; recurring tasks, and
tasks due at an event without a date, stand in lists of their own; tasks without any time are only counted. A task is
done or closed only where a later notice or an archivist says so: "overdue" says that its day has passed and nobody did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from ketluan.index.base import DocType, Filters, Query, SearchIndex, Sort
from ketluan.outcome import Earlier, Ended, Known, Outcome, outcomes
from ketluan.outcome import given_by as given_by
from ketluan.sweep import sweep

Document = dict[str, Any]

#: Days before the last one at which a task is "soon due", where nobody says otherwise.
WITHIN = 7


class State(StrEnum):
    """How a task stands."""

    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"
    DONE = "done"  # a later notice or an archivist says that it is done
    CLOSED = "closed"  # … that it is followed no longer


#: The first row that holds for (days left until the last day, days that count as soon) gives the state of a task
#: that has not ended. On the last day itself (0 days left) a task is not overdue; it is from the day after.
RULES: tuple[tuple[State, Callable[[int, int], bool]], ...] = (
    (State.OVERDUE, lambda left, within: left < 0),
    (State.SOON, lambda left, within: left <= within),
    (State.OPEN, lambda left, within: True),
)


def state(due: date, as_of: date, within: int = WITHIN) -> State:
    """State on the day `as_of` of a task whose last day is `due`; `within` in days."""
    left = (due - as_of).days
    return next(found for found, holds in RULES if holds(left, within))


class InTime(StrEnum):
    """Was a task that is done, done by its last day?"""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # told after its last day, and nobody said on which day it was done


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register; `days_left` is negative once overdue. Without a day, `due` and `days_left` are None."""

    document: Document
    due: date | None = None
    state: State | None = None
    days_left: int | None = None
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def lead(self) -> tuple[str, ...]:
        """Agencies told to act, as recorded; empty where the paper names nobody."""
        return tuple(self.document.get("lead") or ())

    @property
    def ended(self) -> Ended | None:
        """Why it is followed no longer."""
        return self.outcome.ended

    @property
    def earlier(self) -> tuple[Earlier, ...]:
        """The last days that it had before, oldest first."""
        return self.outcome.earlier

    @property
    def in_time(self) -> InTime | None:
        """None where it is not done, or has no last day."""
        if self.due is None or self.ended is None or not self.ended.done:
            return None
        if self.ended.day is None:
            return InTime.UNKNOWN
        if self.ended.day <= self.due:
            return InTime.YES
        return InTime.NO if self.ended.by else InTime.UNKNOWN


@dataclass(frozen=True, slots=True)
class Counts:
    """Tasks given; of these dated; whose day has come (due, the day itself included, ended or not); moved to another
    day. Those dated are overdue, soon, open, done in time, done late, done on a day unknown, or closed."""

    given: int = 0
    dated: int = 0
    due: int = 0
    overdue: int = 0
    soon: int = 0
    open: int = 0
    done_in_time: int = 0
    done_late: int = 0
    done_unknown: int = 0
    closed: int = 0
    extended: int = 0

    @property
    def done(self) -> int:
        """Those that are said to be done."""
        return self.done_in_time + self.done_late + self.done_unknown

    @property
    def not_yet_due(self) -> int:
        """Those that have not ended and whose last day has not passed."""
        return self.soon + self.open


@dataclass(frozen=True, slots=True)
class Register:
    """The register on the day `as_of`. `dated`: soonest first. An agency's counts hold its joint tasks too,
    so that the sum over `agencies` may exceed `total`. `entries`: all lines, those without any time too."""

    as_of: date
    within: int
    total: Counts
    agencies: tuple[tuple[str, Counts], ...]
    dated: tuple[Entry, ...]
    recurring: tuple[Entry, ...]
    events: tuple[Entry, ...]
    entries: tuple[Entry, ...] = ()


def register(
    index: SearchIndex,
    as_of: date,
    *,
    within: int = WITHIN,
    filters: Filters | None = None,
    states: Iterable[State] = (),
    known: Known | None = None,
) -> Register:
    """The register on the day `as_of`, of what had been ordered by then, of all assignments that pass `filters`.

    `known` (`ketluan.outcome.known`) says what became of tasks; without it only their days count.
    With `states`, only tasks in one of them are listed; the counts stay those of all.
    Raises `IndexOutdated`, `IndexUnavailable`.
    """
    query = Query(doc_type=DocType.ASSIGNMENT, sort=Sort.DUE)
    every = [hit.document for hit in sweep(index, query)]
    asked = filters or Filters()
    if asked == Filters():
        return of_documents(every, as_of, within=within, states=states, known=known)
    chosen = {hit.id for hit in sweep(index, Query(doc_type=DocType.ASSIGNMENT, sort=Sort.DUE, filters=asked))}
    return of_documents(every, as_of, within=within, states=states, known=known, chosen=chosen)


def of_documents(
    documents: Iterable[Document],
    as_of: date,
    *,
    within: int = WITHIN,
    states: Iterable[State] = (),
    known: Known | None = None,
    chosen: set[str] | None = None,
) -> Register:
    """The register of these assignment documents (`ketluan.index.records`); lists and counts only those `chosen`."""
    every = list(documents)
    became = outcomes(every, known or Known(), as_of)
    lines = [_entry(d, as_of, within, became[d["id"]]) for d in every if d["id"] in became]
    entries = [
        e
        for e in lines
        if not (e.outcome.moved_to or e.outcome.same_as) and (chosen is None or e.document["id"] in chosen)
    ]
    wanted = set(states)
    listed = [e for e in entries if not wanted or e.state in wanted]
    undated = [e for e in listed if not e.due]
    return Register(
        as_of=as_of,
        within=within,
        total=count(entries),
        agencies=_by_agency(entries),
        dated=tuple(sorted((e for e in listed if e.due), key=_order)),
        recurring=tuple(e for e in undated if e.document.get("every")),
        events=tuple(e for e in undated if e.document.get("event") and not e.document.get("every")),
        entries=tuple(entries),
    )


def _entry(document: Document, as_of: date, within: int, outcome: Outcome) -> Entry:
    ended = None if outcome.ended is None else State.DONE if outcome.ended.done else State.CLOSED
    if not document.get("due"):
        return Entry(document, state=ended, outcome=outcome)
    due = date.fromisoformat(document["due"])
    return Entry(document, due, ended or state(due, as_of, within), (due - as_of).days, outcome)


def _order(entry: Entry) -> tuple[str, str, int, str]:
    document = entry.document
    return str(entry.due), str(document.get("month")), int(document.get("position") or 0), str(document.get("id"))


def count(entries: Iterable[Entry]) -> Counts:
    """The counts of these lines."""
    listed = list(entries)
    dated = [e for e in listed if e.days_left is not None]
    of_state = {s: sum(e.state is s for e in dated) for s in State}
    in_time = {t: sum(e.in_time is t for e in dated) for t in InTime}
    return Counts(
        given=len(listed),
        dated=len(dated),
        due=sum(e.days_left is not None and e.days_left <= 0 for e in dated),
        overdue=of_state[State.OVERDUE],
        soon=of_state[State.SOON],
        open=of_state[State.OPEN],
        done_in_time=in_time[InTime.YES],
        done_late=in_time[InTime.NO],
        done_unknown=in_time[InTime.UNKNOWN],
        closed=of_state[State.CLOSED],
        extended=sum(bool(e.earlier) for e in dated),
    )


def _by_agency(entries: Iterable[Entry]) -> tuple[tuple[str, Counts], ...]:
    """Counts for each lead, most overdue first, then most dated, then by name; tasks of nobody under an empty name."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in entry.lead or ("",):
            groups.setdefault(name, []).append(entry)
    counted = [(name, count(group)) for name, group in groups.items()]
    return tuple(sorted(counted, key=lambda pair: (-pair[1].overdue, -pair[1].dated, -pair[1].given, pair[0])))
