"""Which mark does Word print before a paragraph? Counts the automatic lists of a DOCX file.

Word keeps the marks `1.`, `a)`, `-` of its lists outside the text: a paragraph only names a list (`w:numId`) and a
level (`w:ilvl`), itself or through its style, and the marks follow from the definitions in `numbering.xml`
(ECMA-376, part 1, 17.9). One `Numbering` counts through one document; ask it in the order of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec.structs import replace

from extractors.model import Value

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL: Final = f"{W}val"
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DASHES: Final = frozenset("-–—\uf02d\u2010\u2011\u2212")
_PLUS: Final = frozenset("+\uf02b")
_PLACE = re.compile(r"%(\d)")


class Level(Value, frozen=True):
    """One level of a list: how it counts and what it prints (`w:lvl`)."""

    start: int = 1
    form: str = "decimal"  # w:numFmt
    text: str = ""  # w:lvlText: %1 stands for the number of the first level
    restart: int | None = None  # w:lvlRestart: 0 never, n after a paragraph of level n (from 1)
    legal: bool = False  # w:isLgl: print all numbers as decimals
    style: str | None = None  # the paragraph style that this level belongs to


_NO_LEVEL: Final = Level(form="none")


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted.

    Lists (`w:num`) of one definition (`w:abstractNum`) count on together, until one with a start of its own begins.
    """

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by numId
    counts_with: dict[str, str] = field(default_factory=dict)  # numId → abstractNumId
    starts: dict[str, dict[int, int]] = field(default_factory=dict)  # numId → level → w:startOverride
    styles: dict[str, tuple[str, int | None]] = field(default_factory=dict)  # styleId → numId, level
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)

    def mark(self, properties: Any) -> str:
        """The mark of the paragraph with these `w:pPr`, a space after it; empty where it has none."""
        found = self._place(properties)
        if found is None:
            return ""
        num, level = found
        levels = self.levels.get(num)
        if levels is None:
            return ""
        counts = self._count(num, level, levels)
        return _print(level, levels, counts)

    def _place(self, properties: Any) -> tuple[str, int] | None:
        number = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        num, level = _num_of(number) if number is not None else (None, None)
        if num is None and style is not None:
            named = self.styles.get(style.get(_VAL))
            if named:
                num = named[0]
                level = named[1] if level is None else level
                level = self._level_of(num, style.get(_VAL)) if level is None else level
        return None if num in (None, "0") else (str(num), level or 0)

    def _level_of(self, num: str, style: str) -> int | None:
        return next((i for i, level in self.levels.get(num, {}).items() if level.style == style), None)

    def _count(self, num: str, level: int, levels: dict[int, Level]) -> dict[int, int]:
        counts = self._counts.setdefault(self.counts_with.get(num, num), {})
        own = self.starts.get(num, {})
        if level in own and (num, level) not in self._started:
            self._started.add((num, level))
            counts[level] = own[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else levels.get(level, _NO_LEVEL).start
        for above in range(level):
            counts.setdefault(above, own.get(above, levels.get(above, _NO_LEVEL).start))
        for below in [b for b in counts if b > level]:
            restart = levels.get(below, _NO_LEVEL).restart
            if restart is None or level < restart:
                del counts[below]
        return counts


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """The lists of a document from the roots of `numbering.xml` and `styles.xml`; either may be None."""
    found = Numbering()
    if styles is not None:
        found.styles = _style_lists(styles)
    if numbering is None:
        return found
    abstract = {a.get(f"{W}abstractNumId"): a for a in numbering.iterchildren(f"{W}abstractNum")}
    nums = {n.get(f"{W}numId"): n for n in numbering.iterchildren(f"{W}num")}
    for num, node in nums.items():
        definition = _linked(abstract.get(_child(node, "abstractNumId")), abstract, nums, found.styles)
        if definition is None:
            continue
        levels = dict(_levels(definition))
        starts: dict[int, int] = {}
        for override in node.iterchildren(f"{W}lvlOverride"):
            level = _int(override.get(f"{W}ilvl"), 0)
            levels.update(_levels(override))
            start = _child(override, "startOverride")
            if start is not None:
                starts[level] = _int(start, 1)
                levels[level] = replace(levels.get(level, _NO_LEVEL), start=starts[level])
        found.levels[num], found.starts[num] = levels, starts
        found.counts_with[num] = definition.get(f"{W}abstractNumId")
    return found


def _linked(definition: Any, abstract: dict[str | None, Any], nums: dict[str, Any], styles: dict[str, Any]) -> Any:
    """The definition itself, or the one that its list style (`w:numStyleLink`) stands for."""
    link = _child(definition, "numStyleLink") if definition is not None else None
    if link is None or link not in styles:
        return definition
    num = nums.get(styles[link][0])
    return abstract.get(_child(num, "abstractNumId")) if num is not None else definition


def _levels(node: Any) -> Iterator[tuple[int, Level]]:
    for level in node.iterchildren(f"{W}lvl"):
        restart = _child(level, "lvlRestart")
        yield (
            _int(level.get(f"{W}ilvl"), 0),
            Level(
                start=_int(_child(level, "start"), 1),
                form=_child(level, "numFmt") or "decimal",
                text=_child(level, "lvlText") or "",
                restart=None if restart is None else _int(restart, 0),
                legal=level.find(f"{W}isLgl") is not None,
                style=_child(level, "pStyle"),
            ),
        )


def _style_lists(styles: Any) -> dict[str, tuple[str, int | None]]:
    own: dict[str, tuple[str, int | None]] = {}
    based: dict[str, str] = {}
    for style in styles.iterchildren(f"{W}style"):
        name = style.get(f"{W}styleId")
        base = _child(style, "basedOn")
        if base is not None:
            based[name] = base
        number = style.find(f"{W}pPr/{W}numPr")
        if number is not None:
            num, level = _num_of(number)
            if num is not None:
                own[name] = (num, level)
    for name in based:
        at, seen = name, {name}
        while at not in own and at in based and based[at] not in seen:
            at = based[at]
            seen.add(at)
        if at in own:
            own[name] = own[at]
    return own


def _num_of(number: Any) -> tuple[str | None, int | None]:
    level = _child(number, "ilvl")
    return _child(number, "numId"), None if level is None else _int(level, 0)


def _child(node: Any, name: str) -> str | None:
    child = node.find(W + name)
    return None if child is None else child.get(_VAL)


def _int(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(text)
    except ValueError:
        return default


def _print(level: int, levels: dict[int, Level], counts: dict[int, int]) -> str:
    this = levels.get(level, _NO_LEVEL)
    if this.form == "bullet":
        return _bullet(this.text, level, levels)
    if not this.text:
        return ""

    def number(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        form = "decimal" if this.legal else levels.get(at, _NO_LEVEL).form
        return number_text(counts.get(at, levels.get(at, _NO_LEVEL).start), form)

    return f"{_PLACE.sub(number, this.text).strip()} "


def _bullet(sign: str, level: int, levels: dict[int, Level]) -> str:
    """`- ` or `+ `: the two bullets that state papers use; other signs are dashes, or pluses below a bullet."""
    sign = sign.strip()[:1]
    if sign in _PLUS and sign:
        return "+ "
    below = sign not in _DASHES and levels.get(level - 1, _NO_LEVEL).form == "bullet"
    return "+ " if below else "- "


def number_text(value: int, form: str) -> str:
    """`value` as the number format `form` (ECMA-376, 17.18.59) prints it; forms that are not known print digits.

    >>> number_text(4, "upperRoman"), number_text(28, "lowerLetter"), number_text(7, "decimalZero")
    ('IV', 'bb', '07')
    """
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{value:02d}"
    if form in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    if form in ("upperLetter", "lowerLetter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 10)
        return letter.upper() if form == "upperLetter" else letter
    return str(value)


def _roman(value: int) -> str:
    out = ""
    for size, sign in _ROMAN:
        out += sign * (value // size)
        value %= size
    return out
