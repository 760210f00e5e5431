"""Which conclusions of different months speak of one matter? `find_links` gives every link with its evidence.

    profile.py    what a conclusion is about: terms, names, numbers, years, agencies
    weigh.py      do two speak of the same matter: features and their weights
    assemble.py   which form a thread
    kinds.py      what the later does with the matter of the earlier
    lineage.py    which agency took over whose work

`docs/links.md` tells how well that works. `ketluan/links.py` keeps the links beside the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ketluan.stored import StoredNotice
from ketluan.threads.assemble import Joined, assemble
from ketluan.threads.kinds import Link as LinkKind
from ketluan.threads.profile import Profile, profiles
from ketluan.worddiff import Edit, word_diff

__all__ = ["Evidence", "Link", "LinkKind", "Place", "find_links"]


@dataclass(frozen=True, slots=True)
class Place:
    """A conclusion: its notice, the month of that (`YYYY-MM`, empty where unknown), its path, and its id."""

    notice: str
    month: str
    path: str
    id: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a link: both passages, and what changed from the earlier to the later in whole words."""

    later: str
    earlier: str

    @property
    def diff(self) -> tuple[Edit, ...]:
        """`later` against `earlier`."""
        return word_diff(self.earlier, self.later)


@dataclass(frozen=True, slots=True)
class Link:
    """`from_` takes up `to`, the nearest earlier conclusion of its matter. `thread` is the id of the matter's first.

    `score` (0 to 1) says how sure it is that both are of one matter.
    """

    from_: Place
    to: Place
    kind: LinkKind
    score: float
    thread: str
    evidence: Evidence


def find_links(notices: Iterable[StoredNotice]) -> tuple[Link, ...]:
    """All links among the conclusions of `notices`, in order of time; the same whatever order they come in."""
    stored = sorted(notices, key=lambda s: s.id)
    numbered: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in stored:
        if one.notice.number and one.notice.symbol:
            numbered[f"{one.notice.number}/{one.notice.symbol}"].append((one.notice.issued or "", one.id))
    return tuple(_link(joined) for joined in assemble(p for one in stored for p in profiles(one, numbered)))


def _link(joined: Joined) -> Link:
    later, earlier = joined.later.profile, joined.earlier.profile
    evidence = Evidence(later.conclusion.text, earlier.conclusion.text)
    return Link(_place(later), _place(earlier), joined.kind, round(joined.score, 3), joined.thread, evidence)


def _place(profile: Profile) -> Place:
    return Place(profile.notice, profile.month, profile.path, profile.id)
