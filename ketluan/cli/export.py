"""Exports for other systems: export."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ketluan.archive import Archive
from ketluan.cli import options, screen
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled
from ketluan.errors import QueryError
from ketluan.export.akn import akn
from ketluan.export.package import write_package
from ketluan.export.profiles import profile, too_long
from ketluan.export.table import csv_bytes, write_file
from ketluan.stored import StoredNotice


class Form(StrEnum):
    """Forms of others."""

    AKN = "akn"
    TT05 = "tt05"
    TT02 = "tt02"
    BAGIT = "bagit"


@app.command()
def export(
    ctx: typer.Context,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            "-f",
            help="Akoma Ntoso 3.0; dữ liệu đặc tả theo Thông tư 05/2025 hoặc 02/2019/TT-BNV (CSV); gói BagIt.",
        ),
    ],
    notice: Annotated[str | None, typer.Argument(metavar="[MÃ]", help="Mã thông báo, như search in ra.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="Cả kho.")] = False,
    to: Annotated[
        Path, typer.Option("--to", metavar="THƯ_MỤC", file_okay=False, help="Nơi ghi; mặc định thư mục đang đứng.")
    ] = Path(),
    as_json: options.Json = False,
) -> None:
    """Xuất thông báo cho hệ thống khác. Tệp gốc trong kho vẫn giữ nguyên.

    \b
    Ví dụ:
      ketluan export 2021-09-lao-cai-3f9a1c2e --format akn
      ketluan export 2021-09-lao-cai-3f9a1c2e --format bagit --to /media/usb
      ketluan export --all --format tt05 --to nop-luu
    """
    if whole == bool(notice):
        raise QueryError("Hãy ghi mã một thông báo, hoặc --all để xuất cả kho.")
    archive = Archive(settings(ctx).archive)
    ids = list(archive.ids()) if whole else [(notice or "").strip()]
    to.mkdir(parents=True, exist_ok=True)
    with screen.progress("Xuất", quiet=as_json) as report:

        def notices() -> Iterator[StoredNotice]:
            for number, id in enumerate(ids, 1):
                yield archive.get(id)
                report(number, len(ids), id)

        written, long = _written(ctx, archive, form, notices(), to, ids)
    if as_json:
        screen.show_json(settings(ctx), {"written": [str(path) for path in written], "too_long": long})
        return
    screen.show(settings(ctx), *(styled(str(path)) for path in written))
    for id, fields in long.items():
        screen.note(f"{id}: dài hơn quy định, vẫn giữ nguyên: {', '.join(fields)}")


def _written(
    ctx: typer.Context, archive: Archive, form: Form, notices: Iterator[StoredNotice], to: Path, ids: list[str]
) -> tuple[list[Path], dict[str, list[str]]]:
    """The files or folders made, and the values longer than a profile allows."""
    if form in (Form.TT02, Form.TT05):
        held = list(notices)
        path = to / (f"{form.value}.csv" if len(ids) != 1 else f"{ids[0]}.{form.value}.csv")
        write_file(path, csv_bytes(profile(form.value, held)))
        return [path], {s.id: list(fields) for s in held if (fields := too_long(form.value, s))}
    written = []
    for stored in notices:
        written.append(to / (stored.id if form is Form.BAGIT else f"{stored.id}.akn.xml"))
        if form is Form.BAGIT:
            write_package(archive, stored, written[-1], options.now(), settings(ctx).label)
        else:
            write_file(written[-1], akn(stored))
    return written, {}
