"""Taking in: ingest, extract."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from extractors import extract as read_record
from extractors.codec import encode_notice
from extractors.errors import DocumentTooLarge
from extractors.model import Extraction
from extractors.topics import topic_names
from ketluan import evening, run_report
from ketluan import ingest as taking
from ketluan.cli import options, screen
from ketluan.cli.app import app, settings
from ketluan.cli.screen import styled
from ketluan.cli.views import record
from ketluan.export.gold import gold


class Format(StrEnum):
    """Forms that a record is printed in."""

    TEXT = "text"
    JSON = "json"
    GOLD = "gold"


@app.command()
def ingest(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Nhận tệp trong hộp thư đến: đọc, lưu vào kho, cập nhật chỉ mục, báo cáo từng tệp.

    Chạy lại bao nhiêu lần cũng được: tệp được nhận biết theo nội dung.

    \b
    Ví dụ:
      ketluan ingest
      ketluan --home /srv/ketluan ingest --json
    """
    with screen.progress("Nhận tệp", quiet=as_json) as report:
        run = taking.ingest_inbox(settings(ctx), now=options.now(), progress=report)
    told = evening.tell(settings(ctx), options.now(), run.run)
    if told.reason:
        screen.note(f"Chưa báo tin được, lần chạy sau sẽ thử lại: {told.reason}")
    if as_json:
        screen.show_json(settings(ctx), run_report.as_json(run))
    else:
        screen.show(settings(ctx), styled(run_report.as_text(run).rstrip()))
    if run.failed:
        raise typer.Exit(1)


@app.command()
def extract(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", dir_okay=False, help="Thông báo: TXT, DOCX hoặc PDF.")],
    form: Annotated[
        Format, typer.Option("--format", "-f", help="Dạng in ra: để đọc, JSON đầy đủ, hoặc JSON đối chiếu.")
    ] = Format.TEXT,
    as_json: options.Json = False,
) -> None:
    """Đọc một tệp và in ra những gì đọc được; không lưu gì.

    \b
    Ví dụ:
      ketluan extract thong-bao.docx
      ketluan extract thong-bao.pdf --format json
      ketluan extract thong-bao.txt --format gold > doi-chieu.json
    """
    if file.stat().st_size > settings(ctx).max_file_bytes:
        raise DocumentTooLarge(str(file))
    found = read_record(file.read_bytes(), name=file.name)
    if form is Format.GOLD:
        screen.show_json(settings(ctx), gold(found.notice))
    elif as_json or form is Format.JSON:
        screen.show_json(settings(ctx), _whole(found))
    else:
        screen.show(settings(ctx), *record.notice(found.notice, topic_names()))


def _whole(found: Extraction) -> dict[str, Any]:
    source = found.source
    about = {"format": source.format, "media_type": found.media_type, "pages": source.pages, "text": source.text}
    return {**encode_notice(found.notice), **about}
