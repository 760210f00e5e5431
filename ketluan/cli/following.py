"""Saved questions: follow add, list, remove, check."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from rich.console import RenderableType

from extractors.codec import encode
from ketluan import evening
from ketluan import follow as following
from ketluan.cli import asking, options, screen, words
from ketluan.cli.app import Commands, app, settings
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.index import open_index

group = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Lưu câu hỏi; thông báo mới nào trả lời thì được báo, một lần, qua nguồn tin Atom và thư điện tử.",
)
app.add_typer(group, name="follow")


@group.command("add")
def add(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="[TỪ]", help="Từ cần tìm, như ở search.")] = "",
    name: Annotated[
        str | None, typer.Option("--name", metavar="TÊN", help="Tên gọi; mặc định là chính câu hỏi.")
    ] = None,
    topic: options.Topics = None,
    agency: options.Agencies = None,
    cites: options.Cites = None,
    mail: Annotated[
        list[str] | None, typer.Option("--mail", metavar="ĐỊA_CHỈ", help="Gửi thư tới đây. Lặp lại được.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Lưu một câu hỏi. Những gì đã có trong kho thì không báo; từ nay thông báo nào mới vào mới báo.

    \b
    Ví dụ:
      ketluan follow add "đường tỉnh 156"
      ketluan follow add --agency "Sở Y tế" --topic covid --name "Sở Y tế, phòng dịch" --mail ha@tinh.example
    """
    chosen = {key: list(value) for key, value in asking.chosen(topic, agency, cites).items() if value}
    said = {"text": text, **chosen}
    called = name or "; ".join(filter(None, (text, *(v for values in chosen.values() for v in values))))
    with closing(open_index(settings(ctx))) as index:
        made = following.add(settings(ctx), index, called, said, now=options.now(), mail=tuple(mail or ()))
    if mail and not settings(ctx).smtp_host:
        screen.note("Chưa đặt KETLUAN_SMTP_HOST nên chưa gửi được thư; nguồn tin Atom vẫn có.")
    if as_json:
        screen.show_json(settings(ctx), encode(made))
    else:
        screen.show(settings(ctx), styled(f"Đã lưu “{made.name}”.", "green"), *_one(made))


@group.command("list")
def listing(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Các câu hỏi đã lưu, tin gần nhất của mỗi câu.

    \b
    Ví dụ:
      ketluan follow list
      ketluan follow list --json
    """
    follows = following.read(settings(ctx)).follows
    if as_json:
        screen.show_json(settings(ctx), {"follows": [encode(one) for one in follows]})
    else:
        shown = [row for one in follows for row in (parts.heading(one.name), *_one(one), styled(""))]
        screen.show(settings(ctx), *(shown or [styled("Chưa có câu hỏi nào. Thêm bằng: ketluan follow add …")]))


@group.command("remove")
def remove(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(metavar="MÃ", help="Mã như follow list in ra, hoặc phần đầu của mã.")],
    as_json: options.Json = False,
) -> None:
    """Thôi theo dõi một câu hỏi.

    \b
    Ví dụ:
      ketluan follow remove 3f9a1c2e
    """
    gone = following.remove(settings(ctx), id)
    if as_json:
        screen.show_json(settings(ctx), encode(gone))
    else:
        screen.show(settings(ctx), styled(f"Đã thôi theo dõi “{gone.name}”.", "green"))


@group.command("check")
def check(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Hỏi lại các câu hỏi đã lưu và gửi thư đang chờ. Sau mỗi lần nhận văn bản, chương trình tự làm việc này.

    \b
    Ví dụ:
      ketluan follow check
    """
    found = evening.tell(settings(ctx), options.now())
    if as_json:
        screen.show_json(settings(ctx), encode(found))
    else:
        said = f"{found.news} tin mới; {found.sent} thư đã gửi, {found.waiting} thư còn chờ."
        screen.show(settings(ctx), styled(said))
        if found.reason:
            screen.note(f"Lần chạy sau sẽ thử lại: {found.reason}")
    if found.reason:
        raise typer.Exit(1)


def _one(one: following.Follow) -> list[RenderableType]:
    news = one.news[0] if one.news else None
    asked = one.query.items()
    said = "; ".join(f"{key}: {value if isinstance(value, str) else words.names(value)}" for key, value in asked)
    lines = [
        ("Mã", one.id[:8]),
        ("Hỏi", said),
        ("Nguồn tin", f"/follow/{one.id}.atom"),
        ("Thư", words.names(one.mail)),
        ("Tin gần nhất", f"{words.day(news.at[:10])}, {news.title}" if news else "chưa có"),
        ("Không chạy được", one.broken),
    ]
    return [parts.lines([(label, value) for label, value in lines if value], indent=2)]
