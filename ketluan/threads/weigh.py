"""Do two conclusions speak of the same matter? Named features of a pair, and a weight for each.

The weights are a table that a person can read. They were fitted by logistic regression on the tuning half of the
invented series and on the series by hand of 2022 and 2024, each drawn towards a first guess (ridge regression).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketluan.threads.formulas import JOINTS, KNOWN
from ketluan.threads.lineage import same_agency
from ketluan.threads.profile import Profile

#: In a small archive every word is rare: it is weighed as if there were this many conclusions.
FEWEST = 400

#: Share of all conclusions that a pair of words of every office is taken to stand in, besides those of the archive.
USUAL = 0.01

#: How much a term of a heading above counts, against one of the text.
HEADING = 0.4

#: Feature → its weight for a pair of which both name something, and for any other pair.
WEIGHTS: dict[str, tuple[float, float]] = {
    "bias": (-3.9, -3.2),
    "covered": (1.0, 1.8),  # share of the lighter text's terms that both have
    "cosine": (0.4, 1.0),
    "rarest": (1.2, 2.0),  # how rare the two rarest shared terms are, 0 to 1
    "names": (2.8, 0.5),  # share of the names of the one with fewer that both have
    "names_apart": (-2.3, 0.0),  # both name things or places, and none is the same
    "same_slot": (-1.2, 0.0),  # … though the same words stand before the names: ward X, ward Y
    "one_named": (0.0, -2.3),  # only one of them names something
    "heads": (1.6, 0.5),  # what bears the shared names is the same kind of thing
    "heads_apart": (-1.7, 0.0),  # … another: the temple and the waterfall of one village
    "districts": (1.4, 0.8),  # the same district
    "districts_apart": (-1.0, -2.5),
    "counts": (0.4, 1.5),  # the same number of the same things: 640 teachers
    "numbers": (0.6, 1.5),  # a road, ward or lot of the same number
    "numbers_apart": (-5.5, -6.0),
    "years_apart": (-2.5, -3.1),  # plans of other years
    "lead": (0.2, 0.1),  # the same lead, or its successor
    "lead_apart": (-0.1, -0.9),
    "agencies": (0.7, 0.5),  # an agency that both name, or its successor
    "agencies_apart": (-0.1, -0.4),
    "cites": (0.7, 1.1),  # the later names the earlier's notice by its number
    "cites_other": (0.2, 0.1),  # … another notice of the archive
    "keys": (0.5, 0.5),  # another document that both cite
    "day": (0.1, 0.5),  # the later names a day that the earlier sets
    "run": (0.5, 0.3),  # the longest row of words in common
    "slot": (-0.1, -1.8),  # behind the same word each has a rare word of its own: the same order for another thing
    "unshared": (-0.1, 0.4),  # how rare the rarest term is that only one has, the smaller of the two sides
    "left_over": (-0.5, -0.5),  # share of the heavier text's terms that the other does not have
}
FEATURES = tuple(WEIGHTS)
#: What tells look-alikes apart, whatever else they share: roads of other numbers, ward X and ward Y.
_LOOK_ALIKE = tuple(FEATURES.index(name) for name in ("numbers_apart", "same_slot"))
#: Odds of look-alikes.
NEVER = -20.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A profile with the weight of each of its terms and names."""

    profile: Profile
    terms: Mapping[str, float]
    names: Mapping[str, float]
    total: float
    norm: float

    @classmethod
    def of(cls, profile: Profile, terms: Mapping[str, float], names: Mapping[str, float]) -> Weighed:
        """With its sums."""
        return cls(profile, terms, names, sum(terms.values()), math.sqrt(sum(w * w for w in terms.values())))

    def without(self, terms: Iterable[str]) -> Weighed:
        """The same without these terms and names."""
        gone = frozenset(terms)
        return Weighed.of(
            self.profile,
            {t: w for t, w in self.terms.items() if t not in gone},
            {n: w for n, w in self.names.items() if n not in gone},
        )


class Rarity:
    """How rare terms and names are among all conclusions of an archive."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.count = max(len(profiles), FEWEST)
        self.of: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        for profile in profiles:
            self.of.update(profile.about.terms | profile.above.terms)
            capital.update(profile.about.names | profile.above.names)
        self._most = math.log(1 + self.count)
        self._usual = USUAL * self.count
        # what is printed without capitals somewhere else is the kind of a thing, not its name
        self._no_name = {name for name, times in capital.items() if times < 0.7 * self.of[name]}

    def weight(self, term: str) -> float:
        """0 to 1: 1 for a term met once, less the more conclusions have it. A single word weighs half of a pair."""
        often = self._usual if term in KNOWN else 0.0
        weight = math.log(1 + self.count / max(self.of[term] + often, 1)) / self._most
        return weight if " " in term else weight * 0.5

    def weigh(self, profile: Profile) -> Weighed:
        """The profile with its weights."""
        about, above = profile.about, profile.above
        terms = {t: self.weight(t) for t in sorted(about.terms)}
        terms |= {t: self.weight(t) * HEADING for t in sorted(above.terms - about.terms)}
        names = (about.names or above.names) - self._no_name
        return Weighed.of(profile, terms, {n: self.weight(n) for n in sorted(names)})


def features(later: Weighed, earlier: Weighed) -> tuple[float, ...]:
    """The features of a pair, in the order of `FEATURES`."""
    a, b = later.profile, earlier.profile
    mine, theirs = later.terms, earlier.terms
    shared = mine.keys() & theirs.keys()
    both = sorted((min(mine[t], theirs[t]) for t in shared), reverse=True)
    weight = sum(both)
    dot = sum(mine[t] * theirs[t] for t in shared)
    lighter, heavier = sorted((later.total, earlier.total))
    named, apart, one_named, heads, slot = _names(later, earlier)
    districts = _compared(a.places, b.places)
    numbers = _compared(a.about.numbers or a.above.numbers, b.about.numbers or b.above.numbers)
    years = _compared(a.about.years, b.about.years)
    return (
        1.0,
        weight / lighter if lighter else 0.0,
        dot / (later.norm * earlier.norm) if dot else 0.0,
        sum(both[:2]) / 2,
        named,
        float(apart),
        float(apart and slot),
        float(one_named),
        float(named > 0 and heads),
        float(named > 0 and not heads),
        *_yes_no(districts),
        float(not a.about.counts.isdisjoint(b.about.counts)),
        *_yes_no(numbers),
        _yes_no(years)[1],
        *_yes_no(_lead(a, b)),
        *_yes_no(_agencies(a, b)),
        float(b.notice in a.cites),
        float(bool(a.cites) and b.notice not in a.cites),
        float(bool(a.keys & b.keys)),
        float(bool(a.about.days & b.about.days)),
        _run(later, earlier),
        _slot(later, earlier),
        min(_rarest(mine, theirs), _rarest(theirs, mine)),
        1 - weight / heavier if heavier else 1.0,
    )


def odds(later: Weighed, earlier: Weighed) -> float:
    """The weighted sum of the features: above 0 where a pair is likelier of one matter than not (a logit)."""
    seen = features(later, earlier)
    if any(seen[place] for place in _LOOK_ALIKE):
        return NEVER
    case = 0 if later.names and earlier.names else 1
    return sum(w[case] * v for w, v in zip(WEIGHTS.values(), seen, strict=True))


def score(odds: float) -> float:
    """The odds as a number from 0 to 1."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, odds))))


def _compared(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Is something the same? None where one side says nothing."""
    return not one.isdisjoint(other) if one and other else None


def _yes_no(answer: bool | None) -> tuple[float, float]:
    return float(answer is True), float(answer is False)


def _agencies(a: Profile, b: Profile) -> bool | None:
    return same_agency(a.agencies, b.agencies) if a.agencies and b.agencies else None


def _lead(a: Profile, b: Profile) -> bool | None:
    """The same lead? None where one has none."""
    if not a.lead or not b.lead:
        return None
    return same_agency(a.lead, b.lead)


def _names(later: Weighed, earlier: Weighed) -> tuple[float, bool, bool, bool, bool]:
    """Share of names in common; both have some and none is common; only one has; same kind of thing; same slot?

    A number that both bear counts as a name of both.
    """
    a, b = later.profile, earlier.profile
    numbers = dict.fromkeys((a.about.numbers or a.above.numbers) & (b.about.numbers or b.above.numbers), 1.0)
    mine, theirs = {**later.names, **numbers}, {**earlier.names, **numbers}
    if not mine or not theirs:
        return 0.0, False, bool(mine) != bool(theirs), False, False
    shared = mine.keys() & theirs.keys()
    if not shared:
        some = any(n in b.places for n in mine) or any(n in a.places for n in theirs)
        return 0.0, not some, False, False, _slots(a, mine) & _slots(b, theirs) != set()
    weight = sum(mine[n] for n in shared) / min(sum(mine.values()), sum(theirs.values()))
    heads = bool(numbers) or any(_alike(_heads(a, n), _heads(b, n)) for n in shared)
    return weight, False, False, heads, False


def _slots(profile: Profile, names: Iterable[str]) -> set[str]:
    """The words right before the names."""
    return {words[-1] for name in names if (words := _heads(profile, name))}


def _heads(profile: Profile, name: str) -> tuple[str, ...]:
    return profile.about.heads.get(name) or profile.above.heads.get(name) or ()


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Do two rows of words have one in common, or is one of them short for words of the other (MN, mầm non)?"""
    return not set(one).isdisjoint(other) or _short_for(one, other) or _short_for(other, one)


def _short_for(one: Sequence[str], other: Sequence[str]) -> bool:
    initials = "".join(w[0] for w in other)
    return any(2 <= len(w) <= 5 and w in initials for w in one)


def _slot(later: Weighed, earlier: Weighed) -> float:
    """How rare the words are that stand behind the same word, each in one of the texts only."""
    mine, theirs = later.profile.about.next, earlier.profile.about.next
    most = 0.0
    for word in mine.keys() & theirs.keys():
        if mine[word].isdisjoint(theirs[word]):
            one = max((later.terms.get(w, 0.0) for w in mine[word] if w not in earlier.terms), default=0.0)
            other = max((earlier.terms.get(w, 0.0) for w in theirs[word] if w not in later.terms), default=0.0)
            most = max(most, min(one, other))
    return 2 * most


def _run(later: Weighed, earlier: Weighed) -> float:
    """The heaviest row of pairs of words that stands in both, in pairs that are met once."""
    most = 0.0
    for run in later.profile.about.runs:
        weight = 0.0
        for one, other in pairwise(run):
            pair = f"{one} {other}"
            if pair in earlier.terms:
                weight += later.terms.get(pair, 0.0)
            elif not (one in JOINTS or other in JOINTS) or not (one in earlier.terms and other in earlier.terms):
                weight = 0.0
            most = max(most, weight)
    return most


def _rarest(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return max((w for t, w in one.items() if t not in other), default=0.0)
