"""Kibana: bring the dashboards there, write them to a file, make keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ketluan.cli import options, screen
from ketluan.cli.app import Commands, app, settings
from ketluan.cli.screen import styled
from ketluan.index import Work
from ketluan.kibana import access, objects, provision
from ketluan.kibana.web import Site

group = typer.Typer(
    cls=Commands, no_args_is_help=True, rich_markup_mode="rich", help="Kibana: cài bảng theo dõi, vai trò, khóa."
)
app.add_typer(group, name="kibana")

_PASSWORD = "ELASTIC_PASSWORD"  # noqa: S105 (the name of a variable)
_NO_PASSWORD = f"Thiếu mật khẩu quản trị. Hãy đặt biến môi trường {_PASSWORD} (`make secrets` đã ghi vào .env)."

Page = Annotated[str, typer.Option("--page", metavar="ĐỊA_CHỈ", help="Địa chỉ trang tra cứu, để mở thông báo.")]
User = Annotated[str, typer.Option("--user", metavar="TÊN", help="Tài khoản quản trị Elasticsearch.")]


@group.command("provision")
def provision_(
    ctx: typer.Context,
    url: Annotated[str, typer.Option("--url", metavar="ĐỊA_CHỈ", help="Địa chỉ Kibana.")] = "http://127.0.0.1:5601",
    space: Annotated[str, typer.Option("--space", metavar="TÊN", help="Không gian trong Kibana.")] = provision.SPACE,
    page: Page = objects.PAGE,
    user: User = "elastic",
    as_json: options.Json = False,
) -> None:
    """Cài vào Kibana: vai trò chỉ đọc, không gian, bảng theo dõi. Chạy lại được nhiều lần.

    Mật khẩu quản trị lấy từ biến môi trường ELASTIC_PASSWORD.

    \b
    Ví dụ:
      ketluan kibana provision
      ketluan kibana provision --url http://kibana:5601 --page https://luutru.example
    """
    chosen = settings(ctx)
    elasticsearch = _elasticsearch(ctx, user)
    kibana = Site(url, user, elasticsearch.password, chosen.elasticsearch_ca_certs)
    plan = provision.Plan(kibana, elasticsearch, chosen.elasticsearch_prefix, space, page)
    done = []
    for told in provision.provision(plan):
        done.append(told)
        if not as_json:
            screen.show(chosen, styled(f"• {told}"))
    if as_json:
        screen.show_json(chosen, {"done": done})


@group.command()
def secure(
    ctx: typer.Context,
    keys: Annotated[Path, typer.Option("--keys", metavar="THƯ_MỤC", help="Nơi ghi khóa, mỗi việc một tệp.")],
    space: Annotated[str, typer.Option("--space", metavar="TÊN", help="Không gian trong Kibana.")] = provision.SPACE,
    archivist: Annotated[
        str, typer.Option("--archivist", metavar="TÊN", help="Tài khoản chỉ đọc cho cán bộ, nếu chưa có.")
    ] = "luu-tru",
    user: User = "elastic",
    as_json: options.Json = False,
) -> None:
    """Chuẩn bị Elasticsearch có bảo mật: khóa của từng việc, vai trò và tài khoản chỉ đọc. Chạy lại được nhiều lần.

    Mật khẩu lấy từ biến môi trường: ELASTIC_PASSWORD (quản trị), KIBANA_PASSWORD (của Kibana), ARCHIVIST_PASSWORD
    (của cán bộ); không có hai biến sau thì bỏ qua bước ấy. Khóa còn dùng được thì giữ nguyên.

    \b
    Ví dụ:
      ketluan kibana secure --keys keys
    """
    chosen = settings(ctx)
    elasticsearch = _elasticsearch(ctx, user)
    access.put_role(elasticsearch, chosen.elasticsearch_prefix, space)
    done = [f"Vai trò {access.ARCHIVIST}: chỉ đọc, trong không gian “{space}”."]
    if password := os.environ.get("KIBANA_PASSWORD"):
        access.set_password(elasticsearch, access.KIBANA, password)
        done.append(f"Mật khẩu của {access.KIBANA}.")
    if (password := os.environ.get("ARCHIVIST_PASSWORD")) and access.add_archivist(elasticsearch, archivist, password):
        done.append(f"Tài khoản {archivist}: chỉ đọc.")
    made = access.keep_keys(elasticsearch, keys, chosen.elasticsearch_prefix)
    done += [f"Khóa {keys / work.value}." for work in made]
    if as_json:
        screen.show_json(chosen, {"done": done})
    else:
        screen.show(chosen, *(styled(f"• {told}") for told in done))


@group.command()
def key(
    ctx: typer.Context,
    kind: Annotated[Work, typer.Argument(metavar="LOẠI", help="reader (đọc), nightly (nhận) hoặc rebuild (tạo lại).")],
    user: User = "elastic",
    as_json: options.Json = False,
) -> None:
    """Tạo khóa API chỉ đủ quyền cho một việc. Khóa chỉ hiện một lần.

    Mật khẩu quản trị lấy từ biến môi trường ELASTIC_PASSWORD.

    \b
    Ví dụ:
      ketluan kibana key nightly
    """
    chosen = settings(ctx)
    made = access.new_key(_elasticsearch(ctx, user), kind, chosen.elasticsearch_prefix)
    if as_json:
        screen.show_json(chosen, {"kind": kind, "api_key": made})
    else:
        typer.echo(f"KETLUAN_ELASTICSEARCH_API_KEY={made}")


@group.command()
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .ndjson để ghi ra.")],
    page: Page = objects.PAGE,
    as_json: options.Json = False,
) -> None:
    """Ghi bảng theo dõi ra tệp, để nhập vào Kibana bằng tay (Stack Management → Saved Objects → Import).

    \b
    Ví dụ:
      ketluan kibana export ketluan.ndjson
    """
    if file.suffix != ".ndjson":
        raise typer.BadParameter("Tên tệp phải có đuôi .ndjson, nếu không Kibana không nhận.")
    chosen = settings(ctx)
    made = objects.build(chosen.elasticsearch_prefix, page)
    file.write_text(objects.ndjson(made), encoding="utf-8")
    if as_json:
        screen.show_json(chosen, {"file": str(file), "objects": len(made)})
    else:
        screen.show(chosen, styled(f"Đã ghi {len(made)} đối tượng vào {file}."))


def _elasticsearch(ctx: typer.Context, user: str) -> Site:
    chosen = settings(ctx)
    password = os.environ.get(_PASSWORD)
    if not password:
        raise screen.failed(_NO_PASSWORD, 2)
    first = chosen.elasticsearch_url.split(",")[0].strip()
    return Site(first, user, password, chosen.elasticsearch_ca_certs)
