"""The watchman's look: health."""

from __future__ import annotations

from typing import Annotated

import typer

from extractors.codec import encode
from ketluan import health as watching
from ketluan.cli import options, screen
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled


@app.command()
def health(
    ctx: typer.Context,
    as_prometheus: Annotated[bool, typer.Option("--prometheus", help="In theo dạng văn bản của Prometheus.")] = False,
    as_json: options.Json = False,
) -> None:
    """Hệ thống có ổn không? Không ổn thì mã thoát là 1.

    Xem lượt chạy đêm, tháng thiếu, tệp chờ lâu, kho, chỗ trống, chỉ mục, sao lưu.
    Chỉ xem, không đổi gì. Đặt vào cron hoặc hệ thống giám sát của cơ quan để được báo mỗi sáng.

    \b
    Ví dụ:
      ketluan health
      ketluan health --json
      ketluan health --prometheus > /var/lib/node_exporter/textfile/ketluan.prom
    """
    found = watching.look(settings(ctx), options.now())
    if as_prometheus:
        typer.echo(watching.prometheus(found), nl=False)
    elif as_json:
        screen.show_json(settings(ctx), {"good": found.good, **encode(found)})
    else:
        marks = {True: ("✓", "green"), False: ("✗", "bold red")}
        lines = (styled(f"{marks[c.good][0]} {c.message}", marks[c.good][1]) for c in found.checks)
        screen.show(settings(ctx), *lines)
    if not found.good:
        raise typer.Exit(1)
