"""The search index: make it anew, look at it, hold it against the archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType

from extractors.codec import encode
from ketluan import index as indexing
from ketluan.archive import Archive
from ketluan.cli import options, screen
from ketluan.cli.app import Commands, app, settings
from ketluan.cli.screen import Report, styled
from ketluan.cli.views import parts
from ketluan.index import Differences, Work
from ketluan.stored import StoredNotice

group = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode="rich", help="Chỉ mục tìm kiếm: tạo lại, xem, so với kho."
)
app.add_typer(group, name="index")

_NAMES = {"notice": "Thông báo", "conclusion": "Kết luận", "assignment": "Nhiệm vụ"}


@group.command()
def rebuild(
    ctx: typer.Context,
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="Chỉ khi chưa có chỉ mục, hoặc nó thuộc phiên bản khác.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Tạo lại chỉ mục từ kho. Chỉ mục cũ vẫn trả lời cho đến khi xong.

    \b
    Ví dụ:
      ketluan index rebuild
      ketluan index rebuild --if-needed
    """
    archive = Archive(settings(ctx).archive)
    index = indexing.open_index(settings(ctx), Work.REBUILD)
    if if_needed and (found := index.status()).exists and not found.outdated:
        if as_json:
            screen.show_json(settings(ctx), {"notices": 0})
        else:
            screen.show(settings(ctx), styled("Đã có chỉ mục, không cần tạo lại."))
        return
    with screen.progress("Tạo lại chỉ mục", quiet=as_json) as report:
        count = indexing.rebuild(index, _counted(archive, report))
    if as_json:
        screen.show_json(settings(ctx), {"notices": count})
    else:
        screen.show(settings(ctx), styled(f"Đã tạo lại chỉ mục từ {count} thông báo."))


@group.command()
def status(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Chỉ mục có gì: số thông báo, kết luận, nhiệm vụ; phiên bản, dung lượng.

    \b
    Ví dụ:
      ketluan index status
      ketluan index status --json
    """
    found = indexing.open_index(settings(ctx)).status()
    if as_json:
        screen.show_json(settings(ctx), encode(found))
    elif not found.exists:
        screen.show(settings(ctx), styled("Chưa có chỉ mục. Hãy chạy `ketluan index rebuild`.", "yellow"))
    else:
        counts = [(_NAMES.get(name, name), str(n)) for name, n in found.counts.items()]
        size = ("Dung lượng", f"{found.size_bytes / 1_000_000:.1f} MB")
        rows = [*counts, ("Phiên bản", str(found.schema_version)), size]
        old = [styled("Thuộc phiên bản khác. Hãy chạy `ketluan index rebuild`.", "yellow")] if found.outdated else []
        screen.show(settings(ctx), parts.lines(rows), *old)
    if found.outdated or not found.exists:
        raise typer.Exit(1)


@group.command()
def check(
    ctx: typer.Context,
    heal: Annotated[bool, typer.Option("--heal", help="Sửa luôn chỉ mục cho khớp với kho.")] = False,
    as_json: options.Json = False,
) -> None:
    """So chỉ mục với kho: thông báo nào thiếu, thừa hoặc cũ. Khác nhau mà không sửa thì mã thoát là 1.

    \b
    Ví dụ:
      ketluan index check
      ketluan index check --heal
    """
    archive = Archive(settings(ctx).archive)
    with screen.progress("So với kho", quiet=as_json) as report:
        found = indexing.reconcile(indexing.open_index(settings(ctx)), _counted(archive, report), heal=heal)
    if as_json:
        screen.show_json(settings(ctx), {**encode(found), "healed": heal and bool(found)})
    else:
        screen.show(settings(ctx), *_differences(found, heal))
    if found and not heal:
        raise typer.Exit(1)


@group.command()
def rollback(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Dùng lại chỉ mục trước đó (Elasticsearch giữ một bản). Dùng khi chỉ mục mới tạo có vấn đề.

    \b
    Ví dụ:
      ketluan index rollback
    """
    number = indexing.rollback(indexing.open_index(settings(ctx), Work.REBUILD))
    if as_json:
        screen.show_json(settings(ctx), {"version": number})
    else:
        told = (
            f"Chỉ mục v{number} được dùng lại. Hãy chạy `ketluan index check --heal` để bổ sung những gì nhận sau đó."
        )
        screen.show(settings(ctx), styled(told))


def _differences(found: Differences, heal: bool) -> Iterator[RenderableType]:
    if not found:
        yield styled("Chỉ mục khớp với kho.", "green")
        return
    for title, ids in (
        ("Có trong kho, thiếu trong chỉ mục", found.missing),
        ("Có trong chỉ mục, không có trong kho", found.orphaned),
        ("Chỉ mục giữ nội dung cũ", found.outdated),
    ):
        if ids:
            yield styled(f"{title} ({len(ids)})", "yellow")
            yield from (styled(f"  - {id}") for id in ids)
    yield styled("Đã sửa." if heal else "Hãy chạy `ketluan index check --heal` để sửa.")


def _counted(archive: Archive, report: Report) -> Iterator[StoredNotice]:
    total = sum(1 for _ in archive.ids())
    for done, stored in enumerate(archive.notices(), 1):
        yield stored
        report(done, total)
