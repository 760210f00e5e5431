"""Which words of a notice say nothing about its matter? `words.yaml` has them, and other words by which we compare.

They are left out before two conclusions are compared: what stays is the thing, the place, the plan.
"""

from __future__ import annotations

import re
from importlib.resources import files

import yaml

from extractors.spelling import alternatives
from ketluan.index.fold import norm

_DATA: dict[str, list[str]] = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"))

#: Finds the phrases of office in a text as `fold.norm` spells it, the longest at each place.
FORMULA = re.compile(rf"(?<!\w)(?:{alternatives([norm(p) for p in _DATA['phrases']], ignore_case=False)})(?!\w)")

#: Words that join others.
JOINTS = frozenset(norm(w) for w in _DATA["joints"])
#: Words that say nothing by themselves; the joints among them.
SMALL = JOINTS | frozenset(norm(w) for w in _DATA["small"])
#: Words behind which a number is part of a name.
NUMBERED = frozenset(norm(w) for w in _DATA["numbered"])
#: Words of the kind of a thing: no part of its name.
KINDS = frozenset(norm(w) for w in _DATA["kinds"])
