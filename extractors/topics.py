"""What is a passage about? Cues of `vocabulary/topics.yaml`, looked for outside agency names."""

from __future__ import annotations

import re
from functools import cache

from extractors.spelling import alternatives, key, spellings
from extractors.vocabulary import load


@cache
def topic_names() -> dict[str, str]:
    """Topic id → Vietnamese name, in the order in which they are shown."""
    return {row["id"]: row["name"] for row in load("topics")}


@cache
def _cues() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    owners: dict[str, list[str]] = {}
    forms: set[str] = set()
    for row in load("topics"):
        for cue in row["cues"]:
            forms |= spellings(cue)
            owners.setdefault(key(cue), []).append(row["id"])
    return re.compile(rf"(?<!\w)(?:{alternatives(forms)})(?!\w)"), {k: tuple(v) for k, v in owners.items()}


def find_topics(masked: str) -> tuple[str, ...]:
    """Topic ids of a text whose agencies are masked (`assignments.mask`), in the order of the vocabulary."""
    pattern, owners = _cues()
    found = {topic for cue in set(pattern.findall(masked)) for topic in owners.get(key(cue), ())}
    return tuple(t for t in topic_names() if t in found)
