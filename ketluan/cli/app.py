"""The frame of all commands: settings, streams, and what becomes of an error.

Exit codes: 0 done, 1 failed, 2 usage or not understood, 130 stopped with Ctrl-C. An expected failure is one message
on standard error that says what to do next, never a traceback.
"""

from __future__ import annotations

import errno
import logging
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer import core, rich_utils

from extractors.errors import ExtractionError
from ketluan.cli import screen
from ketluan.errors import KetluanError
from ketluan.settings import Settings

rich_utils.ARGUMENTS_PANEL_TITLE = "Đối số"
rich_utils.OPTIONS_PANEL_TITLE = "Tùy chọn"
rich_utils.COMMANDS_PANEL_TITLE = "Lệnh"
rich_utils.ERRORS_PANEL_TITLE = "Lỗi"
rich_utils.REQUIRED_LONG_STRING = "[bắt buộc]"
rich_utils.DEFAULT_STRING = "[mặc định: {}]"


class Commands(core.TyperGroup):
    """A group whose commands end with a message and an exit code where something expected goes wrong."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command named on the line."""
        try:
            return super().invoke(ctx)
        except KetluanError as exc:
            raise screen.failed(str(exc), exc.exit_code) from exc
        except ExtractionError as exc:
            raise screen.failed(exc.reason, 1) from exc
        except ValidationError as exc:
            raise screen.failed(_wrong_settings(exc), 2) from exc
        except OSError as exc:
            if exc.errno == errno.EPIPE:
                raise
            raise screen.failed(_of_the_system(exc), 1) from exc


def _wrong_settings(exc: ValidationError) -> str:
    lines = [f"  KETLUAN_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in exc.errors()]
    return "\n".join(["Thiết lập không đúng. Hãy sửa biến môi trường hoặc tệp .env:", *lines])


#: What the system says → what to do about it.
_SYSTEM = {
    errno.ENOENT: "Không có tệp hoặc thư mục này",
    errno.EACCES: "Không có quyền đọc hoặc ghi. Hãy kiểm tra quyền của tài khoản đang dùng",
    errno.EPERM: "Không có quyền đọc hoặc ghi. Hãy kiểm tra quyền của tài khoản đang dùng",
    errno.EROFS: "Ổ đĩa chỉ cho đọc. Hãy chọn nơi khác",
    errno.ENOSPC: "Hết chỗ trên ổ đĩa. Hãy giải phóng chỗ rồi chạy lại",
    errno.EISDIR: "Đây là thư mục, cần một tệp",
    errno.ENOTDIR: "Một phần của đường dẫn không phải thư mục",
}


def _of_the_system(exc: OSError) -> str:
    said = _SYSTEM.get(exc.errno or 0, exc.strerror or str(exc))
    return f"{said}: {exc.filename}" if exc.filename else said


app = typer.Typer(
    cls=Commands,
    name="ketluan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ketluan {version()}")
        raise typer.Exit


def version() -> str:
    """The version installed."""
    try:
        return metadata.version("ketluan")
    except metadata.PackageNotFoundError:
        return "0+unknown"


@app.callback()
def _frame(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="THƯ_MỤC", help="Thư mục chứa hộp thư đến, kho và chỉ mục (KETLUAN_HOME)."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Ghi thêm nhật ký ra màn hình lỗi.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Cho biết phiên bản rồi thoát.")
    ] = False,
) -> None:
    """Kho kết luận các phiên họp: đọc thông báo, lưu giữ, tìm lại, theo dõi qua các tháng.

    \b
    Ví dụ:
      ketluan ingest                                nhận tệp trong hộp thư đến
      ketluan search "quy hoạch sử dụng đất"        tìm theo nội dung, có dấu hay không dấu
      ketluan trace covid                           một việc qua các tháng
      ketluan due --as-of 2021-10-01                việc nào đến hạn, quá hạn
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(message)s", stream=sys.stderr)
    ctx.obj = Settings() if home is None else Settings(home=home)


def settings(ctx: typer.Context) -> Settings:
    """The settings of this call."""
    found = ctx.obj
    if not isinstance(found, Settings):
        raise TypeError("no settings: a command was run outside of `ketluan`")
    return found


def run() -> None:
    """Run the program on the words of the command line; does not come back."""
    screen.prepare_streams()
    _forget_launcher()
    app(prog_name="ketluan")


def _forget_launcher() -> None:
    """Keep reader processes from running the launcher script again: `multiprocessing` (spawn) imports the file that
    `__main__` names in each of them, and a launcher without the usual guard would start the command anew there."""
    launcher = sys.modules["__main__"]
    if getattr(launcher, "__spec__", None) is None and hasattr(launcher, "__file__"):
        del launcher.__file__
