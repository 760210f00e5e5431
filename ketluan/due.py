"""Who owes what by when, and how does it stand on a given day?

The register has a line for each assignment: an agency group with one of its deadlines. Lines
with a last day have a state; recurring tasks, and tasks due at an event without a date, stand in lists of
their own; tasks without any time are only counted. Nothing here knows whether a task was done:
"overdue" says that its day has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ketluan.index.base import DocType, Filters, Query, SearchIndex, Sort
from ketluan.sweep import sweep

Document = dict[str, Any]

#: Days before the last one at which a task is "soon due", where nobody says otherwise.
WITHIN = 7


class State(StrEnum):
    """How a dated task stands."""

    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"


#: The first row that holds for (days left until the last day, days that count as soon) gives the state.
#: On the last day itself (0 days left) a task is not overdue; it is from the day after.
RULES: tuple[tuple[State, Callable[[int, int], bool]], ...] = (
    (State.OVERDUE, lambda left, within: left < 0),
    (State.SOON, lambda left, within: left <= within),
    (State.OPEN, lambda left, within: True),
)


def state(due: date, as_of: date, within: int = WITHIN) -> State:
    """State on the day `as_of` of a task whose last day is `due`; `within` in days."""
    left = (due - as_of).days
    return next(found for found, holds in RULES if holds(left, within))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register; `days_left` is negative once overdue. Without a day the last three are None."""

    document: Document
    due: date | None = None
    state: State | None = None
    days_left: int | None = None

    @property
    def lead(self) -> tuple[str, ...]:
        """Agencies told to act, as recorded; empty where the paper names nobody."""
        return tuple(self.document.get("lead") or ())


@dataclass(frozen=True, slots=True)
class Counts:
    """Tasks given; of these dated; whose day has come (due, the day itself included); passed; soon; still open."""

    given: int = 0
    dated: int = 0
    due: int = 0
    overdue: int = 0
    soon: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """The register on the day `as_of`. `dated`: soonest first. An agency's counts hold its joint tasks too,
    so that the sum over `agencies` may exceed `total`."""

    as_of: date
    within: int
    total: Counts
    agencies: tuple[tuple[str, Counts], ...]
    dated: tuple[Entry, ...]
    recurring: tuple[Entry, ...]
    events: tuple[Entry, ...]


def register(
    index: SearchIndex,
    as_of: date,
    *,
    within: int = WITHIN,
    filters: Filters | None = None,
    states: Iterable[State] = (),
) -> Register:
    """The register on the day `as_of`, of what had been ordered by then, of all assignments that pass `filters`.

    With `states`, only dated tasks in one of them are listed; the counts stay those of all.
    Raises `IndexOutdated`, `IndexUnavailable`.
    """
    query = Query(doc_type=DocType.ASSIGNMENT, filters=filters or Filters(), sort=Sort.DUE)
    given = [hit.document for hit in sweep(index, query) if given_by(hit.document, as_of)]
    return of_documents(given, as_of, within=within, states=states)


def of_documents(
    documents: Iterable[Document], as_of: date, *, within: int = WITHIN, states: Iterable[State] = ()
) -> Register:
    """The register of these assignment documents (`ketluan.index.records`)."""
    entries = [_entry(d, as_of, within) for d in documents]
    wanted = set(states)
    dated = [e for e in entries if e.due and (not wanted or e.state in wanted)]
    undated = [] if wanted else [e for e in entries if not e.due]
    return Register(
        as_of=as_of,
        within=within,
        total=_count(entries),
        agencies=_by_agency(entries),
        dated=tuple(sorted(dated, key=_order)),
        recurring=tuple(e for e in undated if e.document.get("every")),
        events=tuple(e for e in undated if e.document.get("event") and not e.document.get("every")),
    )


def given_by(document: Document, as_of: date) -> bool:
    """Had the session been held by that day? By the day it was held; else by the day of issue, else by its month."""
    day = document.get("held_on") or document.get("issued") or document.get("month") or ""
    return str(day)[:10] <= as_of.isoformat()[: len(str(day)[:10])]


def _entry(document: Document, as_of: date, within: int) -> Entry:
    if not document.get("due"):
        return Entry(document)
    due = date.fromisoformat(document["due"])
    return Entry(document, due, state(due, as_of, within), (due - as_of).days)


def _order(entry: Entry) -> tuple[str, str, int, str]:
    document = entry.document
    return str(entry.due), str(document.get("month")), int(document.get("position") or 0), str(document.get("id"))


def _count(entries: Iterable[Entry]) -> Counts:
    listed = list(entries)
    dated = [e for e in listed if e.days_left is not None]
    of_state = {s: sum(e.state is s for e in dated) for s in State}
    return Counts(
        given=len(listed),
        dated=len(dated),
        due=sum(e.days_left is not None and e.days_left <= 0 for e in dated),
        overdue=of_state[State.OVERDUE],
        soon=of_state[State.SOON],
        open=of_state[State.OPEN],
    )


def _by_agency(entries: Iterable[Entry]) -> tuple[tuple[str, Counts], ...]:
    """Counts for each lead, most overdue first, then most dated, then by name; tasks of nobody under an empty name."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in entry.lead or ("",):
            groups.setdefault(name, []).append(entry)
    counted = [(name, _count(group)) for name, group in groups.items()]
    return tuple(sorted(counted, key=lambda pair: (-pair[1].overdue, -pair[1].dated, -pair[1].given, pair[0])))
