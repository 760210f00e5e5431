"""Setting right: correct, correct undo, correct list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from extractors.codec import encode
from ketluan import correcting
from ketluan.archive import Archive
from ketluan.cli import options, screen, words
from ketluan.cli.app import Commands, app, settings
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.correctable import CONCLUSION, NOTES, NOTICE
from ketluan.correcting import Line, in_words
from ketluan.corrections import Entry
from ketluan.errors import CorrectionError

_HELP_WORDS = ("-h", "--help")


class Corrections(Commands):
    """A group whose first word may be left out: `correct MÃ …` is `correct set MÃ …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words after `correct`."""
        if args and args[0] not in (*self.commands, *_HELP_WORDS):
            args = ["set", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


group = typer.Typer(
    cls=Corrections,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Sửa những gì máy đọc sai; bỏ một lần sửa; xem các lần sửa.",
)
app.add_typer(group, name="correct")

By = Annotated[str, typer.Option("--by", metavar="HỌ_TÊN", help="Ai sửa.")]
Because = Annotated[str, typer.Option("--because", metavar="LÝ_DO", help="Vì sao, theo căn cứ nào.")]


@group.command("set")
def correct(
    ctx: typer.Context,
    where: Annotated[str, typer.Argument(metavar="MÃ", help="Mã thông báo hoặc mã kết luận, như search in ra.")],
    field: Annotated[str, typer.Argument(metavar="TRƯỜNG", help="Trường cần sửa, ví dụ number, lead, due.")],
    value: Annotated[str, typer.Argument(metavar="GIÁ_TRỊ", help='Giá trị đúng; để trống thì ghi "".')],
    by: By,
    because: Because,
    as_json: options.Json = False,
) -> None:
    """Sửa một trường của thông báo hoặc của một kết luận. Tệp gốc và bản máy đọc vẫn giữ nguyên. Chữ set có thể bỏ.

    Trường của thông báo: number, symbol, issued, title, issuer, place, session.held_on, session.month, session.kind,
    chair.name, chair.position, signer.name, signer.position, signer.on_behalf_of.

    Trường của kết luận: kind, lead, coordinating, report_to, due, from, topics, citations. Nhiều giá trị cách nhau
    bằng dấu chấm phẩy; kết luận có nhiều thời hạn thì ghi due.1, due.2 …

    \b
    Ví dụ:
      ketluan correct set 2021-09-lao-cai-3f9a1c2e number 268 --by "Lê Thị Hà" --because "Theo bản ký"
      ketluan correct set 2021-09-lao-cai-3f9a1c2e:II.5 lead "Sở TN&MT; Sở Xây dựng" --by "Lê Thị Hà" --because "Sót"
      ketluan correct set 2021-09-lao-cai-3f9a1c2e:II.5 due 15/10/2021 --by "Lê Thị Hà" --because "Theo bản ký"
    """
    entry = correcting.correct(
        Archive(settings(ctx).archive), where, field, value, by=by, because=because, now=options.now()
    )
    tell(ctx, where.strip().partition(":")[0], entry, as_json)


@group.command()
def undo(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="MÃ#SỐ | SỐ", help="Lần sửa cần bỏ, như correct list in ra.")],
    by: By,
    because: Because,
    notice: Annotated[str | None, typer.Argument(metavar="[MÃ]", help="Mã thông báo, khi chỉ ghi số.")] = None,
    as_json: options.Json = False,
) -> None:
    """Bỏ một lần sửa: giá trị trước đó có hiệu lực trở lại. Lần sửa vẫn còn trong sổ.

    \b
    Ví dụ:
      ketluan correct undo 2021-09-lao-cai-3f9a1c2e#3 --by "Lê Thị Hà" --because "Sửa nhầm mục"
      ketluan correct undo 3 2021-09-lao-cai-3f9a1c2e --by "Lê Thị Hà" --because "Sửa nhầm mục"
    """
    asked = f"{notice.strip()}#{which.strip()}" if notice else which.strip()
    match = re.fullmatch(r"([^#]+)#([0-9]{1,9})", asked)
    if match is None:
        raise CorrectionError("Hãy ghi mã lần sửa như correct list in ra, ví dụ 2021-09-lao-cai-3f9a1c2e#3.")
    archive = Archive(settings(ctx).archive)
    entry = correcting.undo(archive, match[1], int(match[2]), by=by, because=because, now=options.now())
    tell(ctx, match[1], entry, as_json)


@group.command("list")
def listing(
    ctx: typer.Context,
    notice: Annotated[str | None, typer.Argument(metavar="[MÃ]", help="Chỉ của thông báo này.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Chỉ những lần sửa không áp dụng được nữa.")] = False,
    as_json: options.Json = False,
) -> None:
    """Các lần sửa: ai sửa gì, từ đâu thành đâu, khi nào, vì sao; lần nào đã bỏ, lần nào không áp dụng được nữa.

    \b
    Ví dụ:
      ketluan correct list
      ketluan correct list 2021-09-lao-cai-3f9a1c2e
      ketluan correct list --conflicts
    """
    found = [
        line for line in correcting.listing(Archive(settings(ctx).archive), notice) if line.conflict or not conflicts
    ]
    if as_json:
        screen.show_json(settings(ctx), {"corrections": [_plain(line) for line in found]})
    elif found:
        screen.show(settings(ctx), *_shown(found))
    else:
        screen.show(settings(ctx), styled("Không có lần sửa nào bị vướng." if conflicts else "Chưa có lần sửa nào."))


def tell(ctx: typer.Context, id: str, entry: Entry, as_json: bool) -> None:
    """Bring the index level, and say what was entered."""
    behind = correcting.refresh(settings(ctx), id)
    if behind:
        screen.note(f"Đã ghi vào kho; chỉ mục sẽ theo ở lần nhận tệp sau ({behind}).")
    if as_json:
        screen.show_json(settings(ctx), {"id": f"{id}#{entry.n}", **encode(entry)})
    elif entry.undoes:
        screen.show(settings(ctx), styled(f"Đã bỏ lần sửa {id}#{entry.undoes}.", "green"))
    else:
        did = "ghi" if entry.field in NOTES else "sửa"
        undoing = f"Nếu nhầm: ketluan correct undo {id}#{entry.n} --by … --because …"
        screen.show(settings(ctx), styled(f"Đã {did} {_what(entry)}.", "green"), styled(undoing, "dim"))


def _what(entry: Entry) -> str:
    label = (NOTICE if entry.path is None else CONCLUSION)[str(entry.field)].label
    if entry.field in NOTES:
        which = f" “{entry.deadline}”" if entry.deadline else ""
        return f"{entry.path}{which}: {label}, ngày {words.day(entry.new)}"
    where = f" ở {entry.path}" if entry.path else ""
    which = f" “{entry.deadline}”" if entry.deadline else ""
    return f"{label}{which}{where}: {_value(entry.old)} → {_value(entry.new)}"


def _value(value: Any) -> str:
    """Days as people write them; `09/2021` for a month."""
    day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value)
    return words.day(value) if day else in_words(value)


def _shown(found: list[Line]) -> Iterator[RenderableType]:
    stopped = sum(line.conflict is not None for line in found)
    yield parts.heading(f"{len(found)} lần sửa{f', {stopped} không áp dụng được' if stopped else ''}")
    for line in found:
        entry = line.entry
        yield styled("")
        yield styled(f"{line.notice}#{entry.n} · {words.day(entry.at[:10])} · {entry.by}", "bold cyan")
        yield parts.indented(styled(_known(entry), "dim" if line.undone else ""), 4)
        yield parts.lines([("Lý do", entry.because), *_state(line)], indent=4)
        if line.conflict and entry.passage:
            yield parts.lines([("Đoạn đã sửa", entry.passage)], indent=4)


def _known(entry: Entry) -> str:
    """What was changed; as it stands in the file where this program does not know the field."""
    known = entry.field in (NOTICE if entry.path is None else CONCLUSION)
    return _what(entry) if known else f"{entry.field}: {in_words(entry.old)} → {in_words(entry.new)}"


def _state(line: Line) -> list[parts.Row]:
    undone, conflict = line.undone, line.conflict
    gone = f"{words.day(undone.at[:10])}, {undone.by}: {undone.because}" if undone else None
    stopped = styled(f"{conflict.reason}.", "yellow") if conflict else None
    return [("Đã bỏ", gone), ("Không áp dụng", stopped)]


def _plain(line: Line) -> dict[str, Any]:
    undone, conflict = line.undone, line.conflict
    state = "undone" if undone else "conflict" if conflict else "standing"
    why = {"code": conflict.code, "reason": conflict.reason} if conflict else None
    entry = encode(line.entry)
    return {
        "id": f"{line.notice}#{line.entry.n}",
        "notice": line.notice,
        "state": state,
        **entry,
        "undone": encode(undone) if undone else None,
        "conflict": why,
    }
