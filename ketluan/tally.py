"""The table of the report on tasks given: how many by agency, topic or month, and how they stand.

The report on tasks that the Government asks for counts those given, done in time, done late, not yet due and overdue.
Here stand beside them, so that the sum is right and nothing is claimed that nobody said: done on a day that no paper
tells (`due.InTime.UNKNOWN`), and followed no longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from extractors.vocabulary import load
from ketluan.due import Counts, Entry, Register, count
from ketluan.threads.lineage import heirs


class By(StrEnum):
    """What a row of the table is of."""

    AGENCY = "agency"
    TOPIC = "topic"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is an agency's name, a topic's id or a month (`YYYY-MM`); empty for tasks that have none."""

    key: str
    counts: Counts


def tally(register: Register, by: By, *, fold: bool = False) -> tuple[Row, ...]:
    """The rows of the table. A task of two agencies or topics is in the row of each, so that sums may exceed the total.

    With `fold`, an agency that was renamed or merged counts with the one that took over its work (today's name). A task
    counts in the month in which it was first given.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in register.entries:
        for key in dict.fromkeys(_KEYS[by](entry)) or ("",):
            groups[successor(key) if fold and by is By.AGENCY else key].append(entry)
    rows = [Row(key, count(_once(entries))) for key, entries in groups.items()]
    return tuple(sorted(rows, key=_in_order[by]))


def successor(name: str) -> str:
    """The agency that has its work today; the name itself where nobody took it over or several did."""
    last = {heir for heir in heirs(name) if heirs(heir) == {heir}}
    return last.pop() if len(last) == 1 else name


def predecessors(name: str) -> tuple[str, ...]:
    """The agency itself and those whose work it took over."""
    former = (one for row in load("agencies").get("lineage", ()) for one in row["from"])
    return tuple(dict.fromkeys((name, *(one for one in former if name in heirs(one)))))


def _once(entries: list[Entry]) -> list[Entry]:
    return list({e.document["id"]: e for e in entries}.values())


_KEYS: dict[By, Callable[[Entry], Iterable[str]]] = {
    By.AGENCY: lambda e: e.lead,
    By.TOPIC: lambda e: tuple(e.document.get("topics") or ()),
    By.MONTH: lambda e: filter(None, (e.outcome.since or e.document.get("month"),)),
}
_in_order: dict[By, Callable[[Row], tuple[object, ...]]] = {
    By.AGENCY: lambda row: (-row.counts.overdue, -row.counts.dated, -row.counts.given, row.key),
    By.TOPIC: lambda row: (-row.counts.overdue, -row.counts.dated, -row.counts.given, row.key),
    By.MONTH: lambda row: (row.key,),
}
