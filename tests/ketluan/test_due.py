"""The due register: states on the days around a deadline, counts, lists of their own for what has no day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ketluan import due
from ketluan.due import State

AS_OF = date(2021, 10, 1)

STATES = [  # last day, as of, within, state
    ("2021-10-01", "2021-10-01", 7, State.SOON),  # the day itself is not overdue
    ("2021-10-01", "2021-10-01", 0, State.SOON),
    ("2021-10-01", "2021-10-02", 7, State.OVERDUE),  # the day after is
    ("2021-10-01", "2021-09-24", 7, State.SOON),
    ("2021-10-01", "2021-09-23", 7, State.OPEN),
    ("2021-10-01", "2021-09-30", 0, State.OPEN),
    ("2024-02-29", "2024-03-01", 7, State.OVERDUE),  # leap year
    ("2022-01-05", "2021-12-30", 7, State.SOON),  # over the turn of the year
]


@pytest.mark.parametrize(("last", "as_of", "within", "expected"), STATES)
def test_state(last: str, as_of: str, within: int, expected: State) -> None:
    assert due.state(date.fromisoformat(last), date.fromisoformat(as_of), within) is expected


def test_every_state_has_a_rule_and_a_row() -> None:
    """But for those that a notice or an archivist gives (`test_outcome.py`)."""
    assert {s for s, _ in due.RULES} == {row[3] for row in STATES} == set(State) - {State.DONE, State.CLOSED}


def task(id: str = "n:I-1:1", **fields: Any) -> dict[str, Any]:
    defaults = {"lead": ["Sở Y tế"], "month": "2021-09", "held_on": "2021-08-31", "due": None, "position": 0}
    return {"id": id, **defaults, **fields}


def test_counts_and_lists() -> None:
    found = due.of_documents(
        [
            task("a", due="2021-09-30"),
            task("b", due="2021-10-01", lead=["Sở Y tế", "Sở Tài chính"]),
            task("c", due="2021-12-31", lead=[]),
            task("d", every="month", on="05"),
            task("e", event="kỳ họp cuối năm"),
            task("f"),  # no time at all: given, listed nowhere
        ],
        AS_OF,
    )
    assert found.total == due.Counts(given=6, dated=3, due=2, overdue=1, soon=1, open=1)
    assert [e.document["id"] for e in found.dated] == ["a", "b", "c"]
    assert [e.days_left for e in found.dated] == [-1, 0, 91]
    assert [e.document["id"] for e in found.recurring] == ["d"]
    assert [e.document["id"] for e in found.events] == ["e"]
    assert [(name, c.given, c.overdue) for name, c in found.agencies] == [
        ("Sở Y tế", 5, 1),
        ("", 1, 0),
        ("Sở Tài chính", 1, 0),
    ]


def test_states_choose_what_is_listed_not_what_is_counted() -> None:
    documents = [task("a", due="2021-09-30"), task("b", due="2021-12-31"), task("c", every="month")]
    found = due.of_documents(documents, AS_OF, states=[State.OVERDUE])
    assert [e.document["id"] for e in found.dated] == ["a"]
    assert found.recurring == ()
    assert found.total.dated == 2


GIVEN = [  # held on, issued, month, as of, given by then?
    ("2021-08-31", None, "2021-09", "2021-08-31", True),
    ("2021-08-31", None, "2021-09", "2021-08-30", False),
    (None, "2021-09-03", "2021-09", "2021-09-02", False),
    (None, "2021-09", "2021-09", "2021-09-01", True),  # the day is not known: its month counts
    (None, None, "2021-09", "2021-08-31", False),
    (None, None, None, "2021-08-31", True),  # nothing known: not left out
]


@pytest.mark.parametrize(("held_on", "issued", "month", "as_of", "expected"), GIVEN)
def test_given_by(held_on: str | None, issued: str | None, month: str | None, as_of: str, expected: bool) -> None:
    document = task(held_on=held_on, issued=issued, month=month)
    assert due.given_by(document, date.fromisoformat(as_of)) is expected
