"""What several views have in common: a grid of labelled lines, a conclusion's who and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketluan.cli import words
from ketluan.cli.screen import styled

Row = tuple[str, object]


def lines(rows: Iterable[Row], *, indent: int = 0, style: str = "") -> RenderableType:
    """Label and value side by side; a row without a value is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", style=style)
    for label, value in rows:
        if value:
            grid.add_row(label, value if isinstance(value, Text | Table) else styled(value))
    return Padding(grid, (0, 0, 0, indent))


def indented(text: Text, by: int) -> RenderableType:
    """A paragraph moved to the right."""
    return Padding(text, (0, 0, 0, by))


def heading(text: str) -> Text:
    """The first line of an answer."""
    return styled(text, "bold")


def who_and_when(document: dict[str, Any]) -> list[Row]:
    """Who is told to act with whom, to whom it is reported, and by when."""
    when = words.when(document.get("deadline"), document.get("due"))
    return [
        ("Chủ trì", marked(document, words.names(document.get("lead")), "lead")),
        ("Phối hợp", marked(document, words.names(document.get("coordinating")), "coordinating")),
        ("Báo cáo", marked(document, words.names(document.get("report_to")), "report_to")),
        ("Thời hạn", marked(document, when, "due", "from")),
        ("Viện dẫn", marked(document, words.names(document.get("citations")), "citations")),
    ]


def marked(document: dict[str, Any], value: str, *fields: str) -> str:
    """The value of a document's fields, marked where an archivist has set one of them right."""
    return words.marked(value, bool(set(fields) & set(document.get("corrected") or ())))


def where(document: dict[str, Any]) -> list[Row]:
    """The notice that a conclusion stands in, its page, and the id to ask for it by."""
    number = "/".join(str(document[name]) for name in ("number", "symbol") if document.get(name))
    title = document.get("title") or "thông báo không có trích yếu"
    page = f", trang {document['page']}" if document.get("page") else ""
    shown = f"{number}: " if document.get("number") else ""
    return [
        ("Thông báo", marked(document, f"{shown}{title}{page}", "number", "symbol", "title", "month", "held_on")),
        ("Mã", document.get("conclusion") or document["id"]),
    ]


def label_line(document: dict[str, Any], style: str = "bold cyan") -> Text:
    """`09/2021 · II.5 · chỉ đạo`."""
    month = words.day(document.get("month")) or "không rõ tháng"
    kind = marked(document, words.kind(str(document.get("kind"))), "kind")
    return styled(" · ".join((month, str(document.get("path")), kind)), style)


def stack(parts: Sequence[RenderableType]) -> Group:
    """Parts one below the other."""
    return Group(*parts)
