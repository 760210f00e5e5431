"""What a newcomer sees first: the sample notice in an empty inbox, what came in, what can be asked next."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from airflow_home import PROJECT

from ketluan.settings import Settings

SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
QUESTIONS = (
    ("Tìm theo nội dung", ("search", "quy hoạch sử dụng đất")),
    ("Không dấu cũng được", ("search", "quy hoach su dung dat")),
    ("Theo dõi một việc qua các tháng", ("trace", "covid")),
    ("Việc đến hạn", ("due", "--as-of", "2021-10-01")),
)


def settings() -> Settings:
    """The settings with an absolute home: servers and tasks run in other folders."""
    found = Settings()
    return found.model_copy(update={"home": _absolute(found.home)})


def _absolute(home: Path) -> Path:
    return home if home.is_absolute() else (PROJECT / home).resolve()


def has_files(folder: Path) -> bool:
    """Is any file in the folder or below? Hidden ones and folders do not count."""
    return any(path.is_file() and not path.name.startswith(".") for path in folder.rglob("*"))


def drop_sample(found: Settings) -> bool:
    """Put the sample notice into the inbox where that and the archive are empty, on a disk. True when it was put."""
    if has_files(found.inbox) or not isinstance(found.archive, Path) or has_files(found.archive):
        return False
    found.inbox.mkdir(parents=True, exist_ok=True)
    partial = found.home / f".{SAMPLE.name}.partial"
    shutil.copyfile(SAMPLE, partial)
    partial.replace(found.inbox / SAMPLE.name)
    return True


def reports(found: Settings) -> dict[str, str]:
    """The report of each run, as the archivist reads it, by the run's name; oldest first."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(found.reports.glob("*.txt"))}


def told(found: Settings, seen: Iterable[str]) -> list[str]:
    """What the runs since `seen` did, and whether there was anything new."""
    fresh = [text for run, text in reports(found).items() if run not in seen]
    lines = [line for text in fresh for line in ["", *text.splitlines()]]
    if found.label:
        lines = ["", found.label, *lines]
    if not any(": 0 = " not in text for text in fresh):
        lines += ["", f"Không có gì mới: hộp thư đến trống. Hãy chép thông báo vào {found.inbox} rồi chạy lại."]
    return lines


def questions(found: Settings) -> list[str]:
    """What can be typed next, word for word."""
    home = os.environ.get("KETLUAN_HOME")
    prefix = f"KETLUAN_HOME={shlex.quote(home)} " if home and found.home != PROJECT / "var" else ""
    lines = ["Có thể hỏi tiếp (chép nguyên dòng lệnh):"]
    for label, words in QUESTIONS:
        lines += [f"  # {label}", f"  {prefix}.venv/bin/ketluan {_quoted(words)}"]
    return lines


def _quoted(words: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)
