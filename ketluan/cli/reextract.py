"""Reading anew: reextract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table

from extractors.codec import encode
from ketluan import reextract as rereading
from ketluan.changes import Change, What
from ketluan.cli import options, screen
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.reextract import Report

FIELDS = {
    "conclusions": "kết luận",
    "text": "toàn văn",
    "path": "mục",
    "kind": "loại kết luận",
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "report_to": "nơi nhận báo cáo",
    "deadlines": "thời hạn",
    "citations": "viện dẫn",
    "topics": "chủ đề",
    "context": "ngữ cảnh",
    "section": "phần",
    "item": "tiêu đề mục",
    "problems": "điều cần lưu ý",
    "leading_file": "tệp chính",
    "other": "vị trí, nhóm cơ quan",
}
KINDS: dict[What, str] = {"gained": "thêm", "lost": "mất", "changed": "đổi"}
_EXAMPLES = 3
_LONGEST = 100


@app.command()
def reextract(
    ctx: typer.Context,
    notice: Annotated[
        list[str] | None, typer.Option("--notice", metavar="MÃ", help="Chỉ đọc lại thông báo này. Lặp lại được.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho biết sẽ khác gì, không ghi vào kho.")] = False,
    as_json: options.Json = False,
) -> None:
    """Đọc lại mọi tệp gốc trong kho bằng bộ đọc hiện nay, và kể từng trường thêm gì, mất gì, đổi gì.

    Thông báo nào đọc ra khác thì có thêm một phiên bản; bản cũ vẫn còn, những chỗ đã sửa vẫn có hiệu lực. Tệp nào
    không đọc lại được thì thông báo giữ nguyên như cũ, và mã thoát là 1.

    \b
    Ví dụ:
      ketluan reextract --dry-run
      ketluan reextract
      ketluan reextract --notice 2021-09-lao-cai-3f9a1c2e
    """
    with screen.progress("Đọc lại", quiet=as_json) as report:
        found = rereading.reextract(
            settings(ctx), now=options.now(), notices=notice or (), dry_run=dry_run, progress=report
        )
    if as_json:
        screen.show_json(settings(ctx), {**encode(found), "fields": found.counts()})
    else:
        screen.show(settings(ctx), *_shown(found))
    if found.failures:
        raise typer.Exit(1)


def _shown(found: Report) -> Iterator[RenderableType]:
    would = "sẽ " if found.dry_run else ""
    yield parts.heading(f"Đã đọc lại {found.notices} thông báo: {len(found.changed)} {would}khác trước")
    yield styled(f"Bộ đọc {found.extractor}; trước đó {found.outdated} thông báo do bộ đọc khác đọc.", "dim")
    if found.changed:
        yield styled("")
        yield _table(found)
        yield from _examples(found)
    yield from _warnings(found)


def _table(found: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Trường")
    for title in KINDS.values():
        table.add_column(title.capitalize(), justify="right")
    for field, counts in found.counts().items():
        table.add_row(FIELDS.get(field, field), *(str(counts[what] or "-") for what in KINDS))
    return table


def _examples(found: Report) -> Iterator[RenderableType]:
    for field in found.counts():
        for what, name in KINDS.items():
            for notice, change in found.examples(field, what, _EXAMPLES):
                where = f"{notice}:{change.path}" if change.path else notice
                yield styled(f"{FIELDS.get(field, field)}, {name} · {where}", "cyan")
                yield parts.indented(styled(_values(change)), 4)


def _values(change: Change) -> str:
    old, new = (_short(value) for value in (change.old, change.new))
    return " → ".join(value for value in (old, new) if value)


def _short(value: Any) -> str:
    text = str(value or "")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


def _warnings(found: Report) -> Iterator[RenderableType]:
    for one in found.changed:
        for id in one.conflicts:
            yield styled(f"! Lần sửa {id} không áp dụng được nữa. Xem: ketluan correct list --conflicts", "yellow")
        if one.reads_as:
            yield styled(f"! {one.notice} nay đọc ra giống {one.reads_as}: có thể là cùng một văn bản.", "yellow")
    for failure in found.failures:
        file = f", tệp {failure.file}" if failure.file else ""
        yield styled(f"✗ {failure.notice}{file}: {failure.reason}", "red")
    if found.indexed and not found.indexed.level:
        yield styled(f"! Chỉ mục chưa theo kịp: {found.indexed.reason} Chạy: ketluan index check --heal", "yellow")
