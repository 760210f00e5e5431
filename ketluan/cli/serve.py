"""The web page: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from ketluan.cli import screen
from ketluan.cli.app import app, settings


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ĐỊA_CHỈ", help="Địa chỉ nghe (KETLUAN_WEB_HOST).")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, metavar="CỔNG", help="Cổng (KETLUAN_WEB_PORT).")
    ] = None,
) -> None:
    """Mở trang web trên máy này: tìm, xem bản gốc, theo dõi, thời hạn. Nhấn Ctrl-C để dừng.

    Chỉ máy này mở được; muốn máy khác trong cơ quan mở, đặt KETLUAN_WEB_HOST và KETLUAN_WEB_HOSTS.

    \b
    Ví dụ:
      ketluan serve
      ketluan serve --port 9000
    """
    from ketluan.web.app import serve as serve_page

    given = {name: value for name, value in (("web_host", host), ("web_port", port)) if value is not None}
    chosen = settings(ctx).model_copy(update=given)
    shown = f"[{chosen.web_host}]" if ":" in chosen.web_host else chosen.web_host
    screen.note(f"Trang web: http://{shown}:{chosen.web_port}/   (Ctrl-C để dừng)")
    serve_page(chosen)
