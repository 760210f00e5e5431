"""What is true of the series? Links, look-alikes, and the state of every matter on given days, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from samples.series.plan import Mention, Session


@dataclass(frozen=True, slots=True)
class Written:
    """One notice as written."""

    session: Session
    name: str  # file name without its suffix
    text: str
    gold: dict[str, Any]
    numbering: str
    mentions: tuple[Mention, ...]


Names = dict[int, str]  # index of the session → name of the file


def links(notices: Sequence[Written], copy: str) -> list[dict[str, Any]]:
    """All true links: `from` the later conclusion `to` the nearest earlier one of the same matter."""
    names = _names(notices)
    return [
        {
            "from": _place(m, names),
            "to": _place(earlier, names),
            "kind": kind,
            "thread": f"{copy}/{matter}",
            "split": m.matters[0].split,
        }
        for notice in notices
        for m in notice.mentions
        for earlier, kind, matter in m.links
    ]


def lookalikes(notices: Sequence[Written], limit: int = 400) -> list[dict[str, Any]]:
    """Pairs of conclusions that must not be linked, those nearest in time first, at most `limit` of each type.

    Type `thing`: the same kind of matter and agency, another road, school or plan. Type `place`: the same
    commune, another matter.
    """
    names = _names(notices)
    by_kind: dict[tuple[str, str, str], list[Mention]] = {}
    for m in (m for notice in notices for m in notice.mentions if len(m.matters) == 1):
        matter = m.matters[0]
        by_kind.setdefault(("thing", matter.template.key, m.lead), []).append(m)
        if matter.place:
            by_kind.setdefault(("place", matter.place, matter.split), []).append(m)
    found: dict[str, list[tuple[int, Mention, Mention]]] = {"thing": [], "place": []}
    for (kind, _, _), mentions in by_kind.items():
        for a, b in combinations(mentions, 2):
            other = a.matters[0].template is not b.matters[0].template or kind == "thing"
            if other and a.matters != b.matters and a.session.index != b.session.index:
                found[kind].append((b.session.index - a.session.index, b, a))
    for pairs in found.values():
        pairs.sort(key=lambda p: (p[0], p[1].session.index, p[1].path, p[2].path))
    return [
        {"a": _place(a, names), "b": _place(b, names), "type": kind, "split": a.matters[0].split}
        for kind, pairs in found.items()
        for _, a, b in pairs[:limit]
    ]


def unjudged(notices: Sequence[Written]) -> list[dict[str, Any]]:
    """General remarks that belong to no matter: a link between two of them is neither right nor wrong."""
    return [
        {"notice": n.name, "month": n.session.month, "path": c["path"]}
        for n in notices
        for c in n.gold["conclusions"]
        if c["path"] not in {m.path for m in n.mentions}
    ]


def threads(notices: Sequence[Written], copy: str) -> list[dict[str, Any]]:
    """Each matter with its conclusions in order."""
    names = _names(notices)
    found: dict[str, dict[str, Any]] = {}
    for notice in notices:
        for m in notice.mentions:
            for matter in m.matters:
                entry = found.setdefault(
                    matter.id,
                    {"thread": f"{copy}/{matter.id}", "split": matter.split, "names": matter.names, "conclusions": []},
                )
                due = m.due.due.isoformat() if m.due else None
                entry["conclusions"].append({**_place(m, names), "event": m.event, "lead": m.lead, "due": due})
    return [found[key] for key in sorted(found)]


def states(notices: Sequence[Written], copy: str) -> list[dict[str, Any]]:
    """The state of each matter at the end of every third month: open, overdue, done or dropped.

    `due` is the deadline in force on that day, `extended` how often the task was given a later one.
    """
    by_matter: dict[str, list[Mention]] = {}
    for notice in notices:
        for m in notice.mentions:
            for matter in m.matters:
                by_matter.setdefault(matter.id, []).append(m)
    days = [n.session.issued + timedelta(days=1) for n in notices if n.session.index % 3 == 2]
    return [
        {"as_of": day.isoformat(), "thread": f"{copy}/{key}", **_state(told, day, _names(notices))}
        for day in days
        for key, mentions in sorted(by_matter.items())
        if (told := [m for m in mentions if m.session.issued <= day])
    ]


def _state(told: Sequence[Mention], day: date, names: Names) -> dict[str, Any]:
    due, extended, step = None, 0, 0
    for m in told:
        if m.step != step:
            due, extended, step = None, 0, m.step
        if m.due:
            extended += bool(due and m.due.due > due)
            due = m.due.due
    last = told[-1]
    state = {"done": "done", "drop": "dropped"}.get(last.event) or ("overdue" if due and due < day else "open")
    return {
        "state": state,
        "due": due.isoformat() if due else None,
        "extended": extended,
        "conclusion": _place(last, names),
    }


def _names(notices: Sequence[Written]) -> Names:
    return {n.session.index: n.name for n in notices}


def _place(m: Mention, names: Names) -> dict[str, str]:
    return {"notice": names[m.session.index], "month": m.session.month, "path": m.path}
