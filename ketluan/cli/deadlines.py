"""The due register: due; and what an archivist notes of a task: close, reopen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ketluan import correcting, outcome
from ketluan import due as due_register
from ketluan.archive import Archive
from ketluan.cli import asking, options, plain, screen, words
from ketluan.cli.app import app, settings
from ketluan.cli.correct import Because, By, tell
from ketluan.cli.views import board
from ketluan.due import Register, State
from ketluan.errors import NoticeNotFound
from ketluan.export import register as tables
from ketluan.export.calendar import calendar
from ketluan.export.table import csv_bytes, write_file, xlsx_bytes
from ketluan.index import open_index
from ketluan.index.base import Role
from ketluan.tally import By as Table
from ketluan.tally import predecessors


def _file(name: str, help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="TỆP", dir_okay=False, help=help_text)
    return option


@app.command()
def due(
    ctx: typer.Context,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=options.day, metavar="NGÀY", help="Tính đến ngày này; mặc định hôm nay."),
    ] = None,
    agency: options.Agencies = None,
    topic: options.Topics = None,
    state: Annotated[
        list[State] | None, typer.Option("--state", help="Chỉ hiện việc ở tình trạng này. Lặp lại được.")
    ] = None,
    within: Annotated[
        int,
        typer.Option("--within", min=0, max=3660, metavar="SỐ_NGÀY", help="Còn từng này ngày thì coi là sắp đến hạn."),
    ] = due_register.WITHIN,
    by: Annotated[
        Table | None, typer.Option("--by", help="In bảng tổng hợp theo cơ quan, lĩnh vực hoặc tháng giao.")
    ] = None,
    fold: Annotated[
        bool, typer.Option("--fold", help="Gộp cơ quan đã đổi tên, sáp nhập vào cơ quan nay làm việc đó.")
    ] = False,
    csv: Annotated[Path | None, _file("--csv", "Ghi bảng ra tệp CSV mở được bằng Excel.")] = None,
    xlsx: Annotated[Path | None, _file("--xlsx", "Ghi các bảng tổng hợp và danh sách ra tệp Excel (XLSX).")] = None,
    ics: Annotated[
        Path | None, _file("--ics", "Ghi lịch các việc chưa xong (iCalendar) cho Outlook, điện thoại.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Sổ theo dõi thời hạn: còn hạn, sắp đến hạn, quá hạn, đã dời hạn mấy lần, đã xong; và bảng tổng hợp để báo cáo.

    Đúng ngày cuối chưa tính là quá hạn; từ ngày hôm sau mới tính. Một việc chỉ được ghi là đã xong khi một thông báo
    sau nói vậy, hoặc cán bộ lưu trữ ghi nhận (ketluan close).

    \b
    Ví dụ:
      ketluan due
      ketluan due --as-of 2021-10-01
      ketluan due --agency "Sở Tài chính" --state overdue
      ketluan due --as-of 2021-12-31 --by agency --fold --xlsx bao-cao.xlsx
      ketluan due --agency "Sở Y tế" --ics so-y-te.ics
    """
    names = [one for name in agency or () for one in (predecessors(_canonical(name)) if fold else (name,))]
    filters = asking.filters(asking.chosen(topic, names), role=Role.LEAD if agency else Role.ANY)
    answer = due_register.register(
        open_index(settings(ctx)),
        as_of or options.now().date(),
        within=within,
        filters=filters,
        states=state or (),
        known=outcome.known(settings(ctx)),
    )
    _write(ctx, answer, by, fold=fold, csv=csv, xlsx=xlsx, ics=ics, name=words.names(agency))
    if as_json:
        found = plain.report(answer, by, fold=fold) if by else plain.register(answer)
        screen.show_json(settings(ctx), found)
    elif not (csv or xlsx or ics):
        screen.show(settings(ctx), *(board.report(answer, by, fold=fold) if by else board.register(answer)))


def _canonical(name: str) -> str:
    return str(asking.chosen(None, [name])["agencies"][0])


def _write(
    ctx: typer.Context,
    answer: Register,
    by: Table | None,
    *,
    fold: bool,
    csv: Path | None,
    xlsx: Path | None,
    ics: Path | None,
    name: str,
) -> None:
    label = settings(ctx).label
    if csv:
        table = tables.report(answer, by, fold=fold) if by else tables.lines(answer, label)
        write_file(csv, csv_bytes(table))
        screen.note(f"Đã ghi {len(table.rows)} dòng vào {csv}")
    if xlsx:
        write_file(xlsx, xlsx_bytes(tables.workbook(answer, label, first=by or Table.AGENCY, fold=fold)))
        screen.note(f"Đã ghi các bảng vào {xlsx}")
    if ics:
        title = f"Thời hạn {name}" if name else "Thời hạn nhiệm vụ được giao"
        write_file(ics, calendar(answer.dated, title, options.now(), label=label))
        screen.note(f"Đã ghi lịch vào {ics}")


Where = Annotated[str, typer.Argument(metavar="MÃ", help="Mã kết luận, như due in ra.")]
Deadline = Annotated[
    int | None,
    typer.Option("--deadline", min=1, metavar="SỐ", help="Chỉ thời hạn thứ mấy của kết luận, khi có nhiều thời hạn."),
]
On = Annotated[
    date | None, typer.Option("--on", parser=options.day, metavar="NGÀY", help="Ngày nào; mặc định hôm nay.")
]


@app.command()
def close(
    ctx: typer.Context,
    where: Where,
    by: By,
    because: Because,
    on: On = None,
    deadline: Deadline = None,
    dropped: Annotated[bool, typer.Option("--dropped", help="Thôi theo dõi mà chưa làm xong.")] = False,
    as_json: options.Json = False,
) -> None:
    """Ghi nhận một việc đã làm xong (hoặc thôi theo dõi): ai ghi, ngày nào, căn cứ gì. Bỏ được bằng correct undo.

    \b
    Ví dụ:
      ketluan close 2021-09-lao-cai-3f9a1c2e:II.5 --on 15/10/2021 --by "Lê Thị Hà" --because "Tờ trình 45/TTr-STC"
      ketluan close 2021-09-lao-cai-3f9a1c2e:II.5 --deadline 2 --by "Lê Thị Hà" --because "Báo cáo 120/BC-SYT"
      ketluan close 2021-09-lao-cai-3f9a1c2e:II.5 --dropped --by "Lê Thị Hà" --because "Dự án đã dừng"
    """
    _note(ctx, where, "closed" if dropped else "done", on, deadline, by, because, as_json)


@app.command()
def reopen(
    ctx: typer.Context,
    where: Where,
    by: By,
    because: Because,
    on: On = None,
    deadline: Deadline = None,
    as_json: options.Json = False,
) -> None:
    """Ghi nhận một việc chưa xong, dù thông báo sau bị hiểu là đã xong: việc trở lại sổ theo dõi.

    \b
    Ví dụ:
      ketluan reopen 2021-09-lao-cai-3f9a1c2e:II.5 --by "Lê Thị Hà" --because "Thông báo sau nói về việc khác"
    """
    _note(ctx, where, "open", on, deadline, by, because, as_json)


def _note(
    ctx: typer.Context,
    where: str,
    name: str,
    on: date | None,
    deadline: int | None,
    by: str,
    because: str,
    as_json: bool,
) -> None:
    notice, colon, _ = where.strip().partition(":")
    if not colon:
        raise NoticeNotFound(f"Hãy ghi mã của một kết luận, không phải của cả thông báo: ketluan show {notice}")
    field = f"{name}.{deadline}" if deadline else name
    day = (on or options.now().date()).isoformat()
    archive = Archive(settings(ctx).archive)
    entry = correcting.correct(archive, where, field, day, by=by, because=because, now=options.now())
    tell(ctx, notice, entry, as_json)
