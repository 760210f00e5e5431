"""Which conclusions form one thread? Those that fit best are put together first, until nothing fits any more.

Each conclusion is held against the earlier ones that share rare terms with it (an inverted index: no pair without
a rare term in common is looked at). Threads then grow by joining, the surest first; how well two threads fit is told
by their best pair and by all pairs together. A thread takes two conclusions of one notice only where that is nearly
certain. A conclusion that names the things of two threads joins both.

Everything is made anew from all conclusions: cheap (`benchmarks/links.py`), and the same for any order of arrival.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketluan.index.fold import norm
from ketluan.threads.kinds import Link, State, closes, general, kind_of
from ketluan.threads.profile import Profile
from ketluan.threads.weigh import Rarity, Weighed, odds, score

#: Odds (logit) from which on two threads are one.
SURE = 0.25
#: Odds from which on a conclusion belongs to a second thread, by the part of it that the first has not.
ALSO = 0.5
#: So much (in weights of terms) a conclusion must share with each of two threads, and not with the other, to join both.
OWN = 1.2
#: How much all pairs of two threads count against their best pair, 0 to 1.
WHOLE = 0.4
#: Odds of a pair that was not looked at, or that speaks clearly against.
FLOOR = -5.0
#: Odds taken where a thread would go on after it was closed, and where it would hold two conclusions of one notice.
CLOSED = 3.0
TWICE = 4.0
#: Odds of a pair that are as clear a no as there is, and what such a pair takes from the fit of its threads.
NO, BRIDGED = -4.5, 8.0
#: A term in more conclusions than this leads to no candidates.
COMMON = 60
#: So many earlier conclusions are looked at closely.
LOOKED_AT = 12
#: What the odds of a pair become beside its rivals: pairs of the same conclusion with others of the same notice.
RIVALS = {
    "bias": -1.13,
    "odds": 0.88,
    "ahead_earlier": 0.24,  # by how much it is ahead of the next best conclusion of the earlier notice …
    "ahead_later": 0.37,  # … and of the later notice
    "cited": 1.25,  # the best of a notice that the later names by its number
}
#: More than this much ahead, or behind, is as much.
REACH = 3.0

#: (earlier, later) → odds that both are of one matter.
Pairs = dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Joined:
    """A conclusion that takes up the nearest earlier one of its thread: how sure, and the thread's first conclusion."""

    later: Weighed
    earlier: Weighed
    kind: Link
    thread: str
    score: float


def assemble(profiles: Iterable[Profile]) -> list[Joined]:
    """All conclusions that take up an earlier one, in order of time. Any order of `profiles` gives the same."""
    ordered = sorted(profiles, key=lambda p: p.order)
    rarity = Rarity(ordered)
    weighed = [rarity.weigh(p) for p in ordered if not general(p)]
    pairs = _pairs(weighed, rarity)
    threads = _Threads(weighed, pairs)
    threads.grow()
    return sorted(_links(weighed, threads), key=lambda j: (j.later.profile.order, j.earlier.profile.order))


def _pairs(weighed: Sequence[Weighed], rarity: Rarity) -> Pairs:
    """Odds of each pair (earlier, later) that is looked at."""
    of_term: dict[str, list[int]] = defaultdict(list)
    pairs: Pairs = {}
    for place, one in enumerate(weighed):
        found: dict[int, float] = defaultdict(float)
        for term, weight in one.terms.items():
            for other in of_term.get(term, ()):
                found[other] += weight * weighed[other].terms[term]
        others = ((-w, o) for o, w in found.items() if weighed[o].profile.notice != one.profile.notice)
        near = heapq.nsmallest(LOOKED_AT, others)
        for _, other in near:
            pairs[other, place] = odds(one, weighed[other])
        for term in one.terms:
            if rarity.of[term] <= COMMON:
                of_term[term].append(place)
    return {pair: max(FLOOR, value) for pair, value in against_rivals(pairs, weighed).items()}


def against_rivals(pairs: Pairs, weighed: Sequence[Weighed]) -> Pairs:
    """The odds of each pair, seen beside those of its rivals: of one notice seldom two are of one matter."""
    seen = rivals(pairs, weighed)
    return {pair: sum(w * v for w, v in zip(RIVALS.values(), seen[pair], strict=True)) for pair in pairs}


def rivals(pairs: Pairs, weighed: Sequence[Weighed]) -> dict[tuple[int, int], tuple[float, ...]]:
    """The features of a pair beside its rivals, in the order of `RIVALS`."""
    best: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
    for (a, b), value in pairs.items():
        for one, other in ((a, b), (b, a)):
            best[one, weighed[other].profile.notice].append((value, other))
    made: dict[tuple[int, int], tuple[float, ...]] = {}
    for (a, b), value in pairs.items():
        earlier, later = weighed[a].profile, weighed[b].profile
        ahead = _ahead(value, a, best[b, earlier.notice])
        cited = earlier.notice in later.cites and ahead >= 0
        made[a, b] = (1.0, value, ahead, _ahead(value, b, best[a, later.notice]), float(cited))
    return made


def _ahead(value: float, place: int, found: Sequence[tuple[float, int]]) -> float:
    """By how much a pair is ahead of the next best of the same notice; less than 0 where it is behind."""
    other = max((v for v, p in found if p != place), default=FLOOR)
    return max(-REACH, min(REACH, value - max(other, FLOOR)))


class _Threads:
    """Threads as sets of places, grown by joining the two that fit best."""

    def __init__(self, weighed: Sequence[Weighed], pairs: dict[tuple[int, int], float]) -> None:
        self._weighed = weighed
        self.pairs = pairs
        self.members: dict[int, list[int]] = {place: [place] for place in range(len(weighed))}
        self._sums: dict[int, dict[int, float]] = defaultdict(dict)  # thread → thread → sum of odds above FLOOR
        self._best: dict[int, dict[int, float]] = defaultdict(dict)
        self._worst: dict[int, dict[int, float]] = defaultdict(dict)
        for (a, b), value in pairs.items():
            for one, other in ((a, b), (b, a)):
                self._sums[one][other] = value - FLOOR
                self._best[one][other] = self._worst[one][other] = value
        self._closed = [closes(w.profile) for w in weighed]

    def grow(self) -> None:
        """Join until nothing fits."""
        near = [(a, b) for a in self._best for b in self._best[a] if a < b]
        heap: list[tuple[float, int, int]] = [(-fit, a, b) for a, b in near if (fit := self.fit(a, b)) > SURE]
        heapq.heapify(heap)
        while heap:
            said, a, b = heapq.heappop(heap)
            if a not in self.members or b not in self.members or -said != self.fit(a, b):
                continue
            self._join(a, b)
            for c in self._best[a]:
                if (fit := self.fit(a, c)) > SURE:
                    heapq.heappush(heap, (-fit, min(a, c), max(a, c)))

    def fit(self, a: int, b: int) -> float:
        """Odds that two threads are one."""
        ours, theirs = self.members[a], self.members[b]
        mean = self._sums[a].get(b, 0.0) / (len(ours) * len(theirs)) + FLOOR
        total = (1 - WHOLE) * self._best[a].get(b, FLOOR) + WHOLE * mean
        total -= BRIDGED if self._worst[a].get(b, 0.0) <= NO else 0.0
        return total - CLOSED * self._reopened(ours, theirs) - TWICE * self._twice(ours, theirs)

    def _join(self, a: int, b: int) -> None:
        self.members[a] = sorted(self.members[a] + self.members.pop(b))
        for c, value in self._sums.pop(b, {}).items():
            self._sums[c].pop(b, None)
            best, worst = self._best[c].pop(b), self._worst[c].pop(b)
            if c == a:
                continue
            for one, other in ((a, c), (c, a)):
                self._sums[one][other] = self._sums[one].get(other, 0.0) + value
                self._best[one][other] = max(self._best[one].get(other, FLOOR), best)
                self._worst[one][other] = min(self._worst[one].get(other, worst), worst)
        self._best.pop(b, None)
        self._worst.pop(b, None)

    def _reopened(self, ours: list[int], theirs: list[int]) -> bool:
        every = sorted(ours + theirs)
        own = {x for m in (ours, theirs) for x in m[:-1]}
        return any(self._closed[x] for x in every[:-1] if x not in own and self._month(x) < self._month(every[-1]))

    def _twice(self, ours: list[int], theirs: list[int]) -> int:
        return len({self._weighed[x].profile.notice for x in ours} & {self._weighed[x].profile.notice for x in theirs})

    def _month(self, place: int) -> tuple[str, str]:
        return self._weighed[place].profile.order[:2]


_WORD = re.compile(r"\w+")
#: Words on each side of an "and" in which what is joined must be named.
_REACH = 6


def _side_by_side(text: str, one: set[str], other: set[str]) -> bool:
    """Does an "and" stand between words of the one and words of the other?"""
    words = _WORD.findall(text)
    for place in (n for n, word in enumerate(words) if word == "và"):
        before, after = _neighbours(words[:place][-_REACH:]), _neighbours(words[place + 1 :][:_REACH])
        if (before & one and after & other) or (before & other and after & one):
            return True
    return False


def _neighbours(words: list[str]) -> set[str]:
    return {f"{one} {other}" for one, other in pairwise(words)}


def _links(weighed: Sequence[Weighed], threads: _Threads) -> Iterator[Joined]:
    seconds = list(_seconds(weighed, threads))
    sure = {(place, thread): fit for place, thread, fit in seconds}
    for place, thread, _ in seconds:
        threads.members[thread] = sorted([*threads.members[thread], place])
    for thread, members in threads.members.items():
        state = State()
        for number, place in enumerate(members):
            before = [m for m in members[:number] if weighed[m].profile.notice != weighed[place].profile.notice]
            kind = kind_of(weighed[place], weighed[before[-1]], state) if before else None
            state = state.after(weighed[place], kind)
            if kind:
                best = max(threads.pairs.get((m, place), FLOOR) for m in before)
                fit = score(sure.get((place, thread), best))
                yield Joined(weighed[place], weighed[before[-1]], kind, weighed[members[0]].profile.id, fit)


def _seconds(weighed: Sequence[Weighed], threads: _Threads) -> Iterator[tuple[int, int, float]]:
    """Conclusions that take up a second thread besides their own: which, and with what odds."""
    home = {place: thread for thread, members in threads.members.items() for place in members}
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in threads.pairs:
        near[a].add(home[b])
        near[b].add(home[a])
    for place, one in enumerate(weighed):
        mine = [m for m in threads.members[home[place]] if m != place]
        others = [t for t in sorted(near[place] - {home[place]}) if mine and _open(place, threads.members[t], weighed)]
        fits = [(_part(one, mine, threads.members[t], weighed), -t) for t in others]
        if fits and max(fits)[0] > ALSO:
            yield place, -max(fits)[1], max(fits)[0]


def _open(place: int, theirs: Sequence[int], weighed: Sequence[Weighed]) -> bool:
    """May a conclusion belong to a thread: does it begin before or after it, and have none of the same notice?"""
    return all(weighed[t].profile.notice != weighed[place].profile.notice for t in theirs)


def _part(one: Weighed, mine: Sequence[int], theirs: Sequence[int], weighed: Sequence[Weighed]) -> float:
    """Odds that the part of a conclusion which its own thread does not know belongs to another thread."""
    ours = {t for m in mine for t in one.terms if t in weighed[m].terms}
    others = {t for m in theirs for t in one.terms if t in weighed[m].terms}
    if any(sum(one.terms[t] for t in only) < OWN for only in (ours - others, others - ours)):
        return FLOOR
    if not _side_by_side(norm(one.profile.conclusion.text), ours - others, others - ours):
        return FLOOR
    part = one.without(ours - others)
    return max(odds(part, weighed[m]) for m in theirs)
