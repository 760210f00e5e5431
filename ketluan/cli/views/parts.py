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
    return [
        ("Chủ trì", words.names(document.get("lead"))),
        ("Phối hợp", words.names(document.get("coordinating"))),
        ("Báo cáo", words.names(document.get("report_to"))),
        ("Thời hạn", words.when(document.get("deadline"), document.get("due"))),
        ("Viện dẫn", words.names(document.get("citations"))),
    ]


def where(document: dict[str, Any]) -> list[Row]:
    """The notice that a conclusion stands in, its page, and the id to ask for it by."""
    number = "/".join(str(document[name]) for name in ("number", "symbol") if document.get(name))
    title = document.get("title") or "thông báo không có trích yếu"
    page = f", trang {document['page']}" if document.get("page") else ""
    return [
        ("Thông báo", f"{f'{number}: ' if document.get('number') else ''}{title}{page}"),
        ("Mã", document.get("conclusion") or document["id"]),
    ]


def label_line(document: dict[str, Any], style: str = "bold cyan") -> Text:
    """`09/2021 · II.5 · chỉ đạo`."""
    month = words.day(document.get("month")) or "không rõ tháng"
    return styled(" · ".join((month, str(document.get("path")), words.kind(str(document.get("kind"))))), style)


def stack(parts: Sequence[RenderableType]) -> Group:
    """Parts one below the other."""
    return Group(*parts)
