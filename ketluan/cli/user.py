"""Who may sign in to the web page: user add, user password, user remove, user list."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ketluan import users
from ketluan.cli import options, screen, words
from ketluan.cli.app import Commands, app, settings
from ketluan.cli.screen import styled
from ketluan.errors import UserError
from ketluan.users import User

group = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Người được đăng nhập trang web để sửa chỗ đọc sai và gửi tệp.",
)
app.add_typer(group, name="user")

Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đăng nhập, ví dụ ha.le.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ đầu vào chuẩn, một dòng (dùng trong kịch bản).")
]


@group.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    full_name: Annotated[str, typer.Option("--full-name", metavar="HỌ_TÊN", help="Tên đứng cạnh mỗi lần sửa.")],
    password_stdin: FromInput = False,
    as_json: options.Json = False,
) -> None:
    """Thêm một người; mật khẩu được hỏi hai lần, không hiện trên màn hình.

    \b
    Ví dụ:
      ketluan user add ha.le --full-name "Lê Thị Hà"
    """
    made = users.add(settings(ctx).users, name, full_name, _password(password_stdin), now=options.now())
    _done(ctx, made, f"Đã thêm {made.name} ({made.full_name}). Đăng nhập ở góc trên trang web.", as_json)


@group.command("password")
def password(ctx: typer.Context, name: Name, password_stdin: FromInput = False, as_json: options.Json = False) -> None:
    """Đặt mật khẩu khác; nơi nào đang đăng nhập bằng mật khẩu cũ thì bị đăng xuất.

    \b
    Ví dụ:
      ketluan user password ha.le
    """
    users.known(users.read(settings(ctx).users), name)
    users.change(settings(ctx).users, name, _password(password_stdin), now=options.now())
    one = users.known(users.read(settings(ctx).users), name)
    _done(ctx, one, f"Đã đổi mật khẩu của {name}.", as_json)


@group.command("remove")
def remove(ctx: typer.Context, name: Name, as_json: options.Json = False) -> None:
    """Bỏ một người; nếu đang đăng nhập thì bị đăng xuất. Những lần sửa của người ấy vẫn còn nguyên tên.

    \b
    Ví dụ:
      ketluan user remove ha.le
    """
    gone = users.remove(settings(ctx).users, name)
    _done(ctx, gone, f"Đã bỏ {gone.name} ({gone.full_name}).", as_json)


@group.command("list")
def listing(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Những người được đăng nhập.

    \b
    Ví dụ:
      ketluan user list
    """
    found = users.read(settings(ctx).users).values()
    if as_json:
        screen.show_json(settings(ctx), {"users": [_plain(one) for one in found]})
        return
    if not found:
        screen.show(settings(ctx), styled('Chưa có ai. Thêm: ketluan user add ha.le --full-name "Lê Thị Hà"'))
    for one in found:
        screen.show(
            settings(ctx), styled(f"{one.name}  {one.full_name}  (mật khẩu đặt ngày {words.day(one.since[:10])})")
        )


def _done(ctx: typer.Context, one: User, told: str, as_json: bool) -> None:
    if as_json:
        screen.show_json(settings(ctx), _plain(one))
    else:
        screen.show(settings(ctx), styled(told, "green"))


def _plain(one: User) -> dict[str, str]:
    """Without the hash of the password."""
    return {"name": one.name, "full_name": one.full_name, "since": one.since}


def _password(from_input: bool) -> str:
    """The password typed, or the first line of the input."""
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise UserError("Không có bàn phím để hỏi mật khẩu. Hãy thêm --password-stdin, mật khẩu qua đầu vào chuẩn.")
    typed: str = typer.prompt("Mật khẩu", hide_input=True)
    if typer.prompt("Nhập lại mật khẩu", hide_input=True) != typed:
        raise UserError("Hai lần nhập không giống nhau. Chưa thay đổi gì; hãy chạy lại.")
    return typed
