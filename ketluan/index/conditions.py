"""The conditions that a question is made of, in no engine's words: `ranking.py` makes them, each engine translates.

How good a match is, is a number: that of `Words` is BM25 times its boost, and the others say what becomes of those of
their parts. Only which documents come before which is promised, not the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """These words one after the other in the field (`text`, `headings`), spelt as the field spells them.

    `exact`: with their marks (`fold.norm`), else without (`fold.fold`). No words are in no document.
    """

    field: str
    exact: bool
    words: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values in the field, compared as `fields.comparable` spells them; all count the same."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A month or a day from `first` to `last`, both included; an open end is None. At least one end is there."""

    field: str
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts; their numbers are added. Without parts: no document."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least so many of the parts; the numbers of those that match are added."""

    parts: tuple[Condition, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Best:
    """At least one of the parts; the highest number counts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the part matches, all with the same number."""

    part: Condition
    number: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole question: `filters` and `must` are required, `must_not` may not be, `ranking` only ranks.

    Filters count nothing. With nothing required, all documents.
    """

    filters: tuple[Condition, ...]
    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()
    ranking: tuple[Condition, ...] = ()


Condition = Words | OneOf | Between | Every | Some | Best | Fixed
