"""Which kind is each field of a flat document, whatever engine keeps it?

`index_mappings/embedded.yaml` says so; the embedded engine makes its schema of it, and Elasticsearch is asked for
counts of the same fields.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

#: Kinds of field that can be counted and filtered by value.
VALUED = ("keyword", "name", "key", "month")


@cache
def properties() -> dict[str, str]:
    """Field → its kind, as `index_mappings/embedded.yaml` lists them."""
    path = Path(__file__).parents[2] / "index_mappings" / "embedded.yaml"
    table: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))["properties"]
    return table


def compact(day: str | None) -> int | None:
    """`2021-09-15` → 20210915, `2021-09` → 202109; None where it is no such date."""
    digits = (day or "").replace("-", "")
    return int(digits) if digits.isdecimal() else None
