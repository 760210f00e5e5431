"""Links: which conclusion takes up which earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from ketluan import links as linking
from ketluan.cli import options, screen, words
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.cli.views.timeline import diff
from ketluan.threads import Link


class Kind(StrEnum):
    """Kinds of links, as options."""

    CLOSES = "closes"
    CITES = "cites"
    HANDS_OVER = "hands_over"
    EXTENDS = "extends"
    REPEATS = "repeats"
    CONTINUES = "continues"


@app.command()
def links(
    ctx: typer.Context,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Chỉ hiện loại này. Lặp lại được.")] = None,
    month_from: options.From = None,
    month_to: options.To = None,
    as_json: options.Json = False,
) -> None:
    """Kết luận nào tiếp nối kết luận nào của tháng trước: nhắc lại, gia hạn, chuyển cơ quan, kết thúc …

    Mỗi dòng nối một kết luận với lần gần nhất trước đó nói về cùng việc, kèm hai đoạn văn và chỗ khác nhau.
    Điểm (0 đến 1) cho biết chắc đến đâu; hãy đọc hai đoạn văn trước khi dùng.

    \b
    Ví dụ:
      ketluan links
      ketluan links --kind extends --from 2021-01 --to 2021-12
      ketluan links --json
    """
    wanted = {k.value for k in kind or ()}
    found = [
        link
        for link in linking.links(settings(ctx)).all
        if (not wanted or link.kind.value in wanted) and (month_from or "") <= link.from_.month <= (month_to or "9999")
    ]
    if as_json:
        screen.show_json(settings(ctx), [linking.as_json(link) for link in found])
    else:
        screen.show(settings(ctx), *_listed(found))


def _listed(found: list[Link]) -> Iterator[RenderableType]:
    yield parts.heading(f"{len(found)} chỗ nối giữa các kết luận")
    for link in found:
        head = f"{words.day(link.from_.month)} {link.from_.path} ← {words.day(link.to.month)} {link.to.path}"
        yield Text()
        yield Text.assemble((head, "bold"), f"  {words.LINKS[link.kind.value]} · điểm {link.score:.2f}")
        yield styled(f"{link.from_.id} ← {link.to.id}", "dim")
        yield parts.indented(diff(link.evidence.diff), 2)
