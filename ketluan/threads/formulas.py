"""Which words of a notice say nothing about its matter? `words.yaml` has them, and other words by which we compare.

They are left out before two conclusions are compared: what stays is the thing, the place, the plan.
"""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise

import yaml

from extractors.spelling import alternatives
from extractors.vocabulary import load
from ketluan.index.fold import norm

_DATA: dict[str, list[str]] = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"))

#: Finds the phrases of office in a text as `fold.norm` spells it, the longest at each place.
FORMULA = re.compile(rf"(?<!\w)(?:{alternatives([norm(p) for p in _DATA['phrases']], ignore_case=False)})(?!\w)")

#: Pairs of words that papers of an office are full of: how rare they are cannot be seen in a small archive.
KNOWN = frozenset(
    f"{one} {other}"
    for word in load("compounds")["compounds"]
    for one, other in pairwise(re.split(r"[\s,]+", norm(word)))
)

#: Words that join others.
JOINTS = frozenset(norm(w) for w in _DATA["joints"])
#: Words that say nothing by themselves; the joints among them.
SMALL = JOINTS | frozenset(norm(w) for w in _DATA["small"])
#: Words behind which a number is part of a name.
NUMBERED = frozenset(norm(w) for w in _DATA["numbered"])
#: Words of the kind of a thing: no part of its name.
KINDS = frozenset(norm(w) for w in _DATA["kinds"])
#: Of these, syllables that are part of names as well, and pairs of words in capitals that are none.
GIVEN = frozenset(norm(w) for w in _DATA["given"])
NO_NAMES = frozenset(norm(w) for w in _DATA["no_names"]) | KNOWN
#: First words of what is counted.
COUNTED = frozenset(norm(w) for w in _DATA["counted"])
