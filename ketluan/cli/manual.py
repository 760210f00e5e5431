"""The page `docs/cli.md`, made from the commands themselves: `python -m ketluan.cli.manual > docs/cli.md`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from enum import EnumType
from typing import Any, get_args

from typer.main import get_command

from ketluan.cli import app

_INTRO = """\
# Lệnh `ketluan`

Trang này được tạo từ chính các lệnh: `python -m ketluan.cli.manual > docs/cli.md`. Mỗi lệnh có `--help`.

Mã thoát: 0 xong, 1 không xong, 2 gõ sai hoặc không hiểu, 130 dừng bằng Ctrl-C. Kết quả ở đầu ra chuẩn, lời nhắc và
tiến độ ở đầu ra lỗi. Với `--json`, đầu ra chuẩn chỉ có JSON; kho mang nhãn thì có thêm `label`.
"""


def manual() -> str:
    """The whole page, Markdown."""
    return "\n".join([_INTRO, *_sections(get_command(app), "ketluan")]).rstrip() + "\n"


def _sections(command: Any, name: str) -> Iterator[str]:
    yield f"## `{name}`\n"
    yield from _help(command.help or "")
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield "| | |\n| --- | --- |"
        yield from rows
        yield ""
    for child, below in sorted(getattr(command, "commands", {}).items()):
        yield from _sections(below, f"{name} {child}")


def _help(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        title, _, rest = paragraph.partition("\n")
        if title == "\b":
            example, _, lines = rest.partition("\n")
            yield f"{example}\n\n```sh\n{inspect.cleandoc(lines)}\n```\n"
        else:
            yield f"{paragraph}\n"


def _row(parameter: Any) -> str | None:
    help_text = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    if parameter.param_type_name == "argument":
        return f"| `{(parameter.metavar or parameter.name).replace('|', '/')}` | {help_text} |"
    kinds = [k for k in _inside(parameter.type_descriptor.annotation) if isinstance(k, EnumType)]
    values = " / ".join(value for kind in kinds for value in _values(kind)) or parameter.metavar
    names = ", ".join(parameter.opts)
    shown = names if parameter.is_flag else f"{names} {values or ''}".rstrip()
    return f"| `{shown}` | {help_text} |"


def _values(kind: Any) -> list[str]:
    return [str(choice.value) for choice in kind]


def _inside(annotation: Any) -> Iterator[Any]:
    """The type itself and what it is made of: `list[State] | None` holds `State`."""
    yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


if __name__ == "__main__":
    sys.stdout.write(manual())
