"""A series of invented notices, month after month, with the truth beside them as data.

An invented province issues the notices; matters are told, repeated, moved to a later day, handed to another
agency, taken further and closed. Every notice says that it is invented. The same seed gives the same bytes.
"""

from __future__ import annotations

import random
import unicodedata
from typing import Any

from samples.series import truth
from samples.series.layout import write
from samples.series.matters import make_matters
from samples.series.plan import make_sessions, plan
from samples.series.truth import Written
from samples.series.world import make_world

__all__ = ["Written", "make_series", "make_truth"]


def make_series(*, months: int = 24, seed: int = 2023, copy: int = 0) -> tuple[Written, ...]:
    """`months` notices of one invented province; `copy` (0, 1, …) picks another province with other matters.

    One month within the span has no notice, so that statements of coverage have something to say.
    """
    rng = random.Random(f"{seed}/{copy}")  # noqa: S311 - a reproducible series, no secret
    world = make_world(rng, copy)
    sessions = make_sessions(rng, months)
    matters = make_matters(rng, world)
    made = []
    for session, mentions in zip(sessions, plan(rng, matters, sessions), strict=True):
        text, gold, style = write(rng, world, session, mentions)
        name = (
            f"{_slug(world.province)}-{copy:03d}-{session.month}"
            if copy
            else f"{_slug(world.province)}-{session.month}"
        )
        made.append(Written(session, name, text, gold, style.numbering, tuple(mentions)))
    return tuple(made)


def make_truth(notices: tuple[Written, ...], copy: int = 0) -> dict[str, Any]:
    """What is true of the notices beyond each one: `links`, `lookalikes`, `unjudged`, `threads`, `states`."""
    tag = f"{copy:03d}"
    return {
        "links": truth.links(notices, tag),
        "lookalikes": truth.lookalikes(notices),
        "unjudged": truth.unjudged(notices),
        "threads": truth.threads(notices, tag),
        "states": truth.states(notices, tag),
    }


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(" ", "-")
