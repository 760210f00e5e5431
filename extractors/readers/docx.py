"""Which lines stand in a DOCX file? What a reader of the accepted, printed text would see, in its order.

python-docx opens the package; its paragraphs' own `.text` leaves out list numbers, text boxes, content controls and
insertions, so the XML (ECMA-376, part 1, 17) is walked here, once. Deleted and hidden text, headers and footers are
left out; the text of footnotes stands at the end, each with its number in brackets (`[1] …`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import error as ZlibError

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from extractors.errors import EncryptedDocument, ScannedDocument, UnreadableDocument
from extractors.model import Break, CellPlace, Line, RawText
from extractors.readers.fonts import to_unicode
from extractors.readers.numbering import Numbering, W, read_numbering

_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TYPE: Final = f"{W}type"
_P: Final = f"{W}p"
_PPR: Final = f"{W}pPr"
_ENDS: Final = (".", ":", ";", "/")
#: What opening a broken or hostile package raises, in zipfile, zlib, lxml and python-docx.
_BROKEN: Final = (
    zipfile.BadZipFile, ZlibError, etree.XMLSyntaxError, OpcError,
    KeyError, ValueError, AttributeError, TypeError, IndexError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read(data: bytes) -> RawText:
    """The lines of the DOCX file `data`.

    Raises `UnreadableDocument` where the package or its XML is damaged, `EncryptedDocument` where its parts are
    locked, `ScannedDocument` where it holds pictures and no text.
    """
    parts = _open(data)
    rendered = _has(parts.body, "lastRenderedPageBreak")
    try:
        problems = to_unicode(parts.styles, parts.body, parts.footnotes)
        walker = _Walker(read_numbering(parts.numbering, parts.styles), rendered=rendered)
        walker.blocks(parts.body)
        walker.end()
        walker.notes(parts.footnotes)
    except (RecursionError, ValueError, TypeError, AttributeError) as exc:  # XML that no Word wrote
        raise UnreadableDocument(f"docx: {type(exc).__name__}: {exc}") from exc
    if not walker.lines and (_has(parts.body, "drawing") or _has(parts.body, "pict")):
        raise ScannedDocument("pictures without text")
    lines, merged = tuple(walker.lines), frozenset(walker.merged)
    return RawText(lines=lines, format="docx", pages=walker.page, problems=problems, merged=merged)


@dataclass(frozen=True, slots=True)
class _Parts:
    body: Any
    styles: Any = None
    numbering: Any = None
    footnotes: Any = None


def _open(data: bytes) -> _Parts:
    try:
        document = docx.Document(io.BytesIO(data))
        parts: dict[str, Any] = {
            rel.reltype.rsplit("/", 1)[-1]: rel.target_part
            for rel in document.part.rels.values()
            if not rel.is_external
        }
        return _Parts(
            body=document.element.body,
            styles=_root(parts.get("styles")),
            numbering=_root(parts.get("numbering")),
            footnotes=_root(parts.get("footnotes")),
        )
    except _BROKEN as exc:
        if "encrypted" in str(exc):  # zipfile's word for a member with a password
            raise EncryptedDocument(f"docx: {exc}") from exc
        raise UnreadableDocument(f"docx: {type(exc).__name__}: {exc}") from exc


def _root(part: Any) -> Any:
    if part is None:
        return None
    if hasattr(part, "element"):
        return part.element
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(part.blob, parser)


def _has(node: Any, name: str) -> bool:
    return next(node.iter(W + name), None) is not None


@dataclass(slots=True)
class _Walker:
    """Goes through the XML in reading order and collects lines."""

    numbering: Numbering
    rendered: bool  # Word left marks where its pages ended; else only manual page breaks count
    lines: list[Line] = field(default_factory=list)
    page: int = 1
    place: CellPlace | None = None
    tables: int = 0
    merged: set[CellPlace] = field(default_factory=set)
    _text: list[str] = field(default_factory=list)  # of the paragraph at hand
    _boxes: list[Any] = field(default_factory=list)
    _start: int = 1  # the page that the paragraph began on
    _notes: dict[str, int] = field(default_factory=dict)

    def blocks(self, parent: Any) -> None:
        """Paragraphs, tables and what may hold them."""
        for child in parent:
            step = _BLOCKS.get(child.tag)
            if step:
                step(self, child)

    def paragraph(self, node: Any) -> None:
        if not self._text:
            self._start = self.page
        properties = node.find(_PPR)
        if properties is not None:
            mark = self.numbering.mark(properties)
            if mark:
                self._text.append(mark)
        self.inline(node)
        if properties is None or properties.find(f"{W}rPr/{W}del") is None:  # else joined to the next one
            self.end()

    def end(self) -> None:
        """Close the paragraph at hand: one line, and one more for each break in it; then its text boxes."""
        text, self._text = "".join(self._text), []
        begins = Break.PARAGRAPH
        for part in text.split("\n"):
            part = part.strip()
            if part:
                self.lines.append(Line(part, page=self._start, begins=begins, table=self.place))
                begins = Break.PARAGRAPH if part.endswith(_ENDS) else Break.LINE
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)

    def table(self, node: Any) -> None:
        number, outer = self.tables, self.place
        self.tables += 1
        for r, row in enumerate(_inside(node, f"{W}tr")):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            column = _count(row.find(f"{W}trPr/{W}gridBefore"), 0)
            for cell in _inside(row, f"{W}tc"):
                self.place = (number, r, column)
                self.blocks(cell)
                down = cell.find(f"{W}tcPr/{W}vMerge")
                if down is not None and down.get(f"{W}val") != "restart":
                    self.merged.add(self.place)
                column += _count(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
        self.place = outer

    def inline(self, parent: Any) -> None:
        """Runs and what may hold them."""
        for child in parent:
            step = _INLINE.get(child.tag)
            if step:
                step(self, child)

    def run(self, node: Any) -> None:
        properties = node.find(f"{W}rPr")
        if properties is not None and _is_on(properties.find(f"{W}vanish")):
            return
        self.inline(node)

    def text(self, node: Any) -> None:
        if node.text:
            self._text.append(node.text.replace("\n", " "))

    def line_break(self, node: Any) -> None:
        if node.get(_TYPE) == "page" and not self.rendered:
            self._new_page()
        self._text.append("\n")

    def page_end(self, _node: Any) -> None:
        self._new_page()

    def _new_page(self) -> None:
        self.page += 1
        if not any(part.strip() for part in self._text):
            self._start = self.page

    def symbol(self, node: Any) -> None:
        code = int(node.get(f"{W}char") or "20", 16)
        self._text.append(chr(code - 0xF000) if 0xF020 <= code <= 0xF07E else chr(code))

    def alternate(self, node: Any) -> None:
        """Both copies say the same; the first choice is the newer one."""
        choice = node.find(f"{_MC}Choice")
        choice = choice if choice is not None else node.find(f"{_MC}Fallback")
        if choice is not None:
            self.inline(choice)

    def alternate_blocks(self, node: Any) -> None:
        choice = node.find(f"{_MC}Choice")
        if choice is not None:
            self.blocks(choice)

    def drawing(self, node: Any) -> None:
        """Text boxes are read after the paragraph that they are fastened to; one inside another is part of it."""
        for box in node.iter(f"{W}txbxContent"):
            if next(box.iterancestors(f"{W}txbxContent"), None) in (None, *self._boxes_above(node)):
                self._boxes.append(box)

    def _boxes_above(self, node: Any) -> Iterator[Any]:
        yield from node.iterancestors(f"{W}txbxContent")

    def note_mark(self, node: Any) -> None:
        self._notes.setdefault(node.get(f"{W}id"), len(self._notes) + 1)

    def notes(self, root: Any) -> None:
        """The texts of the footnotes that the body refers to, in its order."""
        texts = {} if root is None else {note.get(f"{W}id"): note for note in root.iterchildren(f"{W}footnote")}
        for key, number in self._notes.items():
            if key in texts:
                first = len(self.lines)
                self.blocks(texts[key])
                if len(self.lines) > first:
                    line = self.lines[first]
                    self.lines[first] = Line(f"[{number}] {line.text}", page=line.page, begins=Break.PARAGRAPH)


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table, or cells of a row, content controls and the like around them opened."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _count(element: Any, default: int) -> int:
    return default if element is None else int(element.get(f"{W}val") or default)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{W}val") not in ("0", "false", "off")


def _put(text: str) -> Callable[[_Walker, Any], None]:
    return lambda walker, _node: walker._text.append(text)


_WRAPPERS: Final = frozenset(W + n for n in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
#: Element → what to do with it; what is not listed (deletions, properties, field codes) is passed over.
_BLOCKS: Final[dict[str, Callable[[_Walker, Any], None]]] = {
    _P: _Walker.paragraph,
    f"{W}tbl": _Walker.table,
    f"{_MC}AlternateContent": _Walker.alternate_blocks,
    **dict.fromkeys(_WRAPPERS, _Walker.blocks),
}
_INLINE: Final[dict[str, Callable[[_Walker, Any], None]]] = {
    f"{W}r": _Walker.run,
    f"{W}t": _Walker.text,
    f"{W}tab": _put("\t"),
    f"{W}ptab": _put("\t"),
    f"{W}br": _Walker.line_break,
    f"{W}cr": _put("\n"),
    f"{W}noBreakHyphen": _put("-"),
    f"{W}sym": _Walker.symbol,
    f"{W}lastRenderedPageBreak": _Walker.page_end,
    f"{W}drawing": _Walker.drawing,
    f"{W}pict": _Walker.drawing,
    f"{W}object": _Walker.drawing,
    f"{W}footnoteReference": _Walker.note_mark,
    f"{_MC}AlternateContent": _Walker.alternate,
    f"{_MATH}oMath": _Walker.inline,
    f"{_MATH}oMathPara": _Walker.inline,
    f"{_MATH}r": _Walker.inline,
    f"{_MATH}t": _Walker.text,
    **dict.fromkeys((W + n for n in ("hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase")), _Walker.inline),
    **dict.fromkeys(_WRAPPERS, _Walker.inline),
}
