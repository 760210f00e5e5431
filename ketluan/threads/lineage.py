"""Who took over whose work? From `lineage` in `extractors/vocabulary/agencies.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from extractors.vocabulary import load


def same_agency(one: Iterable[str], other: Iterable[str]) -> bool:
    """Is an agency of the one also among the other, by its own name or by that of one that took over its work?"""
    return not _family(one).isdisjoint(_family(other))


def _family(names: Iterable[str]) -> set[str]:
    return {heir for name in names for heir in heirs(name)}


@cache
def heirs(name: str) -> frozenset[str]:
    """The agency itself and all that took over its work, one after the other."""
    found, waiting = {name}, [name]
    while waiting:
        here = waiting.pop()
        new = {to for row in load("agencies").get("lineage", ()) if here in row["from"] for to in row["to"]} - found
        found |= new
        waiting += new
    return frozenset(found)
