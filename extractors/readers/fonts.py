"""Which runs of a Word file are in an encoding older than Unicode, and what do they say?

A `.VnTime` or `VNI-Times` run holds codes that only its font turns into Vietnamese letters. A run's font is resolved
as Word does (ECMA-376, part 1, 17.3.2.26 and 17.7.2): the run itself, its style, the paragraph's style, the defaults.
Font names are often left over from a template, so nothing is converted until what the runs spell confirms the name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from extractors.encodings import FontCode, convert, detect, encodings, for_font, holds_unicode, problem, score
from extractors.model import Problem
from extractors.readers.numbering import W

#: A name is overruled by what the runs spell only where they spell so much.
_SURE: Final = 40
_VAL: Final = f"{W}val"
#: The runs of these hold no text of the paragraph that they stand in.
_CLOSED: Final = frozenset(W + n for n in ("pPr", "del", "moveFrom"))


@dataclass(slots=True)
class _Piece:
    """The text of one element of a run; `node` is where it is written back."""

    node: Any
    text: str
    capitals: bool


@dataclass(slots=True)
class _Group:
    """What stands between two changes of encoding in a paragraph: a letter and its mark may be in two runs."""

    encoding: str
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def to_unicode(styles: Any, *roots: Any) -> tuple[Problem, ...]:
    """Rewrite the runs below `roots` that are in an old encoding; what to tell an archivist about it.

    `styles` is the root of the style sheet, or None. Runs of Unicode are left as they are, whatever their font.
    """
    if not any(for_font(name) for root in (styles, *roots) if root is not None for name in _names(root)):
        return ()
    fonts = _Fonts(styles)
    found: dict[str, list[_Group]] = defaultdict(list)
    for root in roots:
        if root is not None:
            for paragraph in root.iter(f"{W}p"):
                for group in _groups(paragraph, fonts):
                    found[group.encoding].append(group)
    used: dict[str, None] = {}
    lost: Counter[str] = Counter()
    for named, groups in found.items():
        encoding = _confirmed(named, groups)
        if encoding:
            used[encoding] = None
            for group in groups:
                lost += _rewrite(group, encoding)
    return (problem(used, lost),) if used else ()


def _names(root: Any) -> Iterator[str]:
    for fonts in root.iter(f"{W}rFonts"):
        yield from (fonts.get(f"{W}hAnsi") or "", fonts.get(f"{W}ascii") or "")


def _confirmed(named: str, groups: list[_Group]) -> str | None:
    """The encoding that the groups are in: the one their fonts name, another one, or none."""
    text = "\n".join(group.text for group in groups if not holds_unicode(group.text))
    return detect(text, [named]) or (detect(text) if len(text) >= _SURE else None)


def _rewrite(group: _Group, encoding: str) -> Counter[str]:
    if holds_unicode(group.text):
        return Counter()
    whole = convert(group.text, encoding)
    if score(whole.text) < score(group.text):
        return Counter()
    if encodings()[encoding].one_byte:
        for piece in group.pieces:
            text = convert(piece.text, encoding).text
            _write(piece.node, text.upper() if piece.capitals else text)
    else:
        for piece in group.pieces:
            _write(piece.node, whole.text if piece is group.pieces[0] else "")
    return whole.lost


def _write(node: Any, text: str) -> None:
    if node.tag != f"{W}t":  # a soft hyphen or a symbol that stood for a letter
        node.tag = f"{W}t"
    node.text = text


def _groups(paragraph: Any, fonts: _Fonts) -> Iterator[_Group]:
    group: _Group | None = None
    outer = fonts.of_paragraph(paragraph)
    for run in _runs(paragraph):
        code = for_font(fonts.of_run(run) or outer)
        for node in run:
            text = _text(node)
            if text is None or code is None:
                if group and (text or code is None):
                    yield group
                    group = None
                continue
            if group is None or group.encoding != code.encoding:
                if group:
                    yield group
                group = _Group(code.encoding)
            group.pieces.append(_piece(node, text, code))
    if group:
        yield group


def _piece(node: Any, text: str, code: FontCode) -> _Piece:
    plain = "".join(chr(ord(c) - 0xF000) if "\uf020" <= c <= "\uf0ff" else c for c in text)  # a symbol font's codes
    return _Piece(node, plain, code.capitals)


def _text(node: Any) -> str | None:
    """What a run's child puts on the paper, where that may be a letter."""
    if node.tag == f"{W}t":
        return node.text or ""
    if node.tag == f"{W}softHyphen":
        return "\xad"  # in TCVN3 this is the letter ư
    if node.tag == f"{W}sym" and for_font(node.get(f"{W}font")):
        return chr(int(node.get(f"{W}char") or "20", 16))
    return None


def _runs(parent: Any) -> Iterator[Any]:
    """The runs of one paragraph in order, those of text boxes in it left out."""
    for child in parent:
        if child.tag == f"{W}r":
            yield child
        elif child.tag not in _CLOSED and isinstance(child.tag, str) and child.tag != f"{W}p":
            yield from _runs(child)


class _Fonts:
    """Resolves the font in which a run's letters above ASCII are printed."""

    def __init__(self, styles: Any) -> None:
        sheets = [] if styles is None else list(styles.iter(f"{W}style"))
        self._styles = {style.get(f"{W}styleId"): style for style in sheets}
        self._default = next(
            (s.get(f"{W}styleId") for s in sheets if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") == "1"),
            None,
        )
        defaults = None if styles is None else styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._everywhere = _font(defaults)

    def of_run(self, run: Any) -> str | None:
        """The font that the run or its character style names."""
        properties = run.find(f"{W}rPr")
        style = None if properties is None else properties.find(f"{W}rStyle")
        return _font(properties) or (self._of_style(style.get(_VAL)) if style is not None else None)

    def of_paragraph(self, paragraph: Any) -> str | None:
        """The font of a run in this paragraph that names none."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return self._of_style(self._default if style is None else style.get(_VAL)) or self._everywhere

    def _of_style(self, name: str | None) -> str | None:
        for _ in range(20):  # Word allows ten levels; a ring must not hold us
            style = self._styles.get(name)
            if style is None:
                return None
            font = _font(style.find(f"{W}rPr"))
            if font:
                return font
            base = style.find(f"{W}basedOn")
            name = None if base is None else base.get(_VAL)
        return None


def _font(properties: Any) -> str | None:
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    if fonts is None:
        return None
    theme = fonts.get(f"{W}hAnsiTheme")
    name: str | None = theme or fonts.get(f"{W}hAnsi") or fonts.get(f"{W}ascii")
    return name
