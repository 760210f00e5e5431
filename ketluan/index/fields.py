"""Which kind is each field of a flat document, whatever engine keeps it, and when are two values of it the same?

`index_mappings/embedded.yaml` says of which kind; the embedded engine makes its schema of it, and Elasticsearch
is asked for counts of the same fields.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import yaml

from ketluan.index import fold

#: Kinds of field that can be counted and filtered by value.
VALUED = ("keyword", "name", "key", "month")

#: Kind → how its values are spelt to be compared; those of other kinds as they stand.
_SPELT: dict[str, Callable[[str], str]] = {
    "name": lambda value: fold.fold(fold.clean(value)),
    "key": lambda value: fold.clean(value).casefold(),
}


@cache
def properties() -> dict[str, str]:
    """Field → its kind, as `index_mappings/embedded.yaml` lists them."""
    path = Path(__file__).parents[2] / "index_mappings" / "embedded.yaml"
    table: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))["properties"]
    return table


@cache
def compared() -> tuple[str, ...]:
    """Fields whose values are compared by another spelling than their own."""
    return tuple(name for name, kind in properties().items() if kind in _SPELT)


@lru_cache(maxsize=16_384)  # a few hundred agencies and documents are named over and over
def comparable(name: str, value: str) -> str:
    """A value of the field `name` as it is compared: the same for all spellings that mean the same."""
    return _SPELT.get(properties()[name], fold.clean)(value)


def compact(day: str | None) -> int | None:
    """`2021-09-15` → 20210915, `2021-09` → 202109; None where it is no such date."""
    digits = (day or "").replace("-", "")
    return int(digits) if digits.isdecimal() else None
