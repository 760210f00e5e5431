"""What a newcomer sees first: the sample notice in an empty inbox, what came in, what can be asked next."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

from airflow_home import PROJECT

from ketluan.settings import Settings

SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
SAYS = {
    "stored": "đã lưu",
    "duplicate": "đã có từ trước",
    "quarantined": "để riêng",
    "waiting": "còn chờ",
}
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
    return any(path.is_file() and not path.name.startswith(".") for path in folder.rglob("*")) if folder.is_dir() else False


def drop_sample(found: Settings) -> bool:
    """Put the sample notice into the inbox where inbox and archive are both empty. True when it was put there."""
    if has_files(found.inbox) or has_files(found.archive):
        return False
    found.inbox.mkdir(parents=True, exist_ok=True)
    partial = found.home / f".{SAMPLE.name}.partial"
    shutil.copyfile(SAMPLE, partial)
    partial.replace(found.inbox / SAMPLE.name)
    return True


def reports(found: Settings) -> dict[str, dict[str, Any]]:
    """All run reports by file name."""
    read = {}
    for path in sorted(found.reports.glob("*.json")):
        read[path.name] = json.loads(path.read_text(encoding="utf-8"))
    return read


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
