"""Which lines stand in a web page? Mail programs and old web sites hand those out as `.doc`.

Block elements end a line, cells of a table keep their place; scripts, styles and comments are left out. Nothing that
the page refers to is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from extractors.encodings import decode
from extractors.errors import EmptyDocument, UnreadableDocument
from extractors.model import Break, CellPlace, Line, RawText

_BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_LEFT_OUT: Final = frozenset(("script", "style", "head", "template", "noscript", "object", "svg"))
#: No cell covers more columns or rows than this, whatever a hostile page says.
_WIDEST: Final = 500
_SPACES = re.compile(r"[ \t\r\n\f]+")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes) -> RawText:
    """The lines of the page `data`, in whatever encoding; raises `UnreadableDocument` where it is no page at all."""
    text, problems = (data.decode("utf-16", errors="replace"), ()) if data.startswith(_UTF16) else decode(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses a declared encoding in decoded text
    try:
        parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError) as exc:
        raise UnreadableDocument(f"html: {exc}") from exc
    page = _Page()
    try:
        page.walk(root)
    except RecursionError as exc:
        raise UnreadableDocument("html: too deep") from exc
    page.end()
    if not page.lines:
        raise EmptyDocument("html: no text")
    return RawText(lines=tuple(page.lines), format="html", problems=problems, merged=frozenset(page.merged))


class _Page:
    """Goes through the elements in reading order and collects lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._begins = Break.PARAGRAPH
        self._at: list[_Table] = []  # the tables around the place at hand
        self._tables = 0
        self.merged: set[CellPlace] = set()

    def walk(self, node: Any) -> None:
        if not isinstance(node.tag, str) or node.tag in _LEFT_OUT:
            return
        is_block = node.tag in _BLOCKS
        if is_block:
            self.end()
        self._enter(node)
        self._text.append(node.text or "")
        for child in node:
            self.walk(child)
            self._text.append(child.tail or "")
        if is_block:
            self.end()
        if node.tag == "table":
            self._at.pop()

    def _enter(self, node: Any) -> None:
        if node.tag == "br":
            self.end(Break.LINE)
        elif node.tag == "table":
            self._at.append(_Table(self._tables))
            self._tables += 1
        elif node.tag == "tr" and self._at:
            self._at[-1].next_row()
        elif node.tag in ("td", "th") and self._at:
            self.merged.update(self._at[-1].next_cell(_span(node, "colspan"), _span(node, "rowspan")))

    def end(self, next_begins: Break = Break.PARAGRAPH) -> None:
        """Close the line at hand; what follows begins with `next_begins`."""
        text = _SPACES.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        if text:
            self.lines.append(Line(text, begins=self._begins, table=self._place()))
        if text or next_begins is Break.PARAGRAPH:
            self._begins = next_begins

    def _place(self) -> CellPlace | None:
        return self._at[-1].place if self._at else None


@dataclass(slots=True)
class _Table:
    """Where the next cell of a table stands, past those that cells above it reach down into."""

    number: int
    row: int = -1
    place: CellPlace | None = None
    _column: int = 0
    _reach: dict[int, int] = field(default_factory=dict)  # column → the last row that a cell above it reaches

    def next_row(self) -> None:
        self.row, self._column = self.row + 1, 0

    def next_cell(self, width: int, height: int) -> list[CellPlace]:
        """Go on to a cell of so many columns and rows; the places below it that it covers."""
        row = max(self.row, 0)
        while self._reach.get(self._column, -1) >= row:
            self._column += 1
        first = self._column
        self.place = (self.number, row, first)
        self._column += width
        if height > 1:
            self._reach |= dict.fromkeys(range(first, self._column), row + height - 1)
        return [(self.number, row + down, first) for down in range(1, height)]


def _span(node: Any, name: str) -> int:
    value = str(node.get(name) or "1").strip()
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() else 1
