"""How is a day or a month written for people?"""

from __future__ import annotations

from datetime import date


def day(value: object) -> str:
    """`2021-09-30` → `30/09/2021`, `2021-09` → `09/2021`; empty for nothing."""
    text = value.isoformat() if isinstance(value, date) else str(value or "")
    return "/".join(reversed(text.split("-")))
