"""Which language does the page speak? Vietnamese, or English where it is asked for; what papers say stays as it is.

Texts stand in Vietnamese where they are shown; `english.yaml` has the English of each: a text, or a pair for one and
for several of `n`. `%(name)s` stands for a value. A text that is not in the table stays Vietnamese.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from markupsafe import Markup

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "ketluan_lang"
current: ContextVar[str] = ContextVar("language", default="vi")

Text = str | tuple[str, str]


def say(text: object, **values: object) -> str:
    """The text in the language of the page, values filled in. For texts of ours; escaped like any other."""
    return _pattern(str(text), values) % values if values else _pattern(str(text), values)


def markup(text: str, **values: object) -> Markup:
    """The same for texts of our templates, which may hold tags: only the values are escaped."""
    return Markup(_pattern(text, values)) % values  # noqa: S704  the text is part of a template


def chosen(asked: str | None, remembered: str | None) -> str:
    """The language asked for, else the one remembered, else Vietnamese."""
    return next((one for one in (asked, remembered) if one in LANGUAGES), "vi")


@cache
def english() -> Mapping[str, Text]:
    """The table."""
    import yaml

    with Path(__file__).with_name("english.yaml").open(encoding="utf-8") as file:
        found: dict[str, str | list[str]] = yaml.safe_load(file) or {}
    return {key: (value[0], value[1]) if isinstance(value, list) else value for key, value in found.items()}


def _pattern(text: str, values: Mapping[str, object]) -> str:
    found: Text = text if current.get() == "vi" else english().get(text, text)
    if isinstance(found, tuple):
        return found[0] if str(values.get("n")) == "1" else found[1]
    return found
