"""What reaches the terminal: text, JSON, progress, messages. Safe in pipes, without colour, in any encoding.

Letters that the terminal's encoding lacks are shown without their marks (`Sở` → `So`). Control characters of a
document never reach the terminal, where they could move the cursor or hide text.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from ketluan.settings import Settings

_PIPE_WIDTH = 100
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PLAIN = {"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "·": "-"}


class Report(Protocol):
    """Called as long work goes on, with what is done, how much there is, and what is in hand."""

    def __call__(self, done: int, total: int, name: str = "", /) -> None: ...


def prepare_streams() -> None:
    """Let the standard streams show what their encoding can, and the bare letter where it cannot."""
    codecs.register_error("ketluan.bare", _bare)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="ketluan.bare")


def _bare(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    letters = (_PLAIN.get(c) or unicodedata.normalize("NFKD", c)[:1] for c in lost)
    return "".join(c if c.isascii() else "?" for c in letters), error.end


def console(*, error: bool = False) -> Console:
    """A console on the stream as it is now."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def safe(text: object) -> str:
    """The text with each control character (and each mark that turns the direction) made visible as `�`."""
    return _CONTROL.sub("\ufffd", str(text))


def styled(text: object, style: str = "", marks: Sequence[tuple[int, int]] = ()) -> Text:
    """Text for the console; `marks` are highlighted: by colour, or by ‹ › where there is none."""
    made = Text(safe(text), style=style)
    for start, end in marks:
        made.stylize("bold yellow", start, end)
    return made


def show(settings: Settings, *parts: RenderableType) -> None:
    """Print the parts, below the label of an archive that is not of real papers."""
    out = console()
    label = [styled(f"▌ {settings.label}", "bold magenta"), styled("")] if settings.label else []
    if out.is_terminal:
        out.print(*label, *parts, sep="\n")
        return
    with out.capture() as captured:  # no blanks at the ends of lines in a file or pipe
        out.print(*label, *parts, sep="\n")
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def show_json(settings: Settings, data: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print plain JSON, `label` first where the archive carries one; of a list, in each of its rows."""
    label = {"label": settings.label} if settings.label else {}
    labelled = {**label, **data} if isinstance(data, dict) else [{**label, **row} for row in data]
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "").replace("_", "")
    typer.echo(json.dumps(labelled, ensure_ascii=not encoding.startswith("utf"), indent=2))


def note(message: str) -> None:
    """A remark on standard error, beside the answer."""
    console(error=True).print(styled(message, "dim"))


def failed(message: str, code: int) -> typer.Exit:
    """Say on standard error what went wrong; gives back the exception to raise."""
    out = console(error=True)
    out.print(Text.assemble(("Lỗi: ", "bold red"), safe(message)), soft_wrap=True)
    return typer.Exit(code)


@contextmanager
def progress(doing: str, *, quiet: bool = False) -> Iterator[Report]:
    """Gives a `Report`. A bar on a terminal, else a line for each tenth of the way; nothing where `quiet`."""
    out = console(error=True)
    if quiet:
        yield _silent
    elif out.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=out, transient=True) as bar:
            yield _bar(bar, doing)
    else:
        yield _lines(out, doing)


def _silent(done: int, total: int, name: str = "", /) -> None:
    return None


def _bar(bar: Progress, doing: str) -> Report:
    task = bar.add_task(doing, total=None)

    def report(done: int, total: int, name: str = "", /) -> None:
        bar.update(task, completed=done, total=total)

    return report


def _lines(out: Console, doing: str) -> Report:
    told = 0

    def report(done: int, total: int, name: str = "", /) -> None:
        nonlocal told
        tenth = done * 10 // total if total else 10
        if tenth > told:
            told = tenth
            out.print(styled(f"{doing}: {done}/{total}"))

    return report
