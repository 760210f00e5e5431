"""What came of every file of a run? As data (JSON) and as a page an archivist can read.

N in = N stored + N duplicate + N quarantined + N waiting
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import orjson

from extractors.codec import encode
from ketluan.inbox import shown


class State(StrEnum):
    """What came of a file."""

    STORED = "stored"  # in the archive now, and in done/
    DUPLICATE = "duplicate"  # its bytes were in the archive; in duplicate/
    QUARANTINED = "quarantined"  # cannot be read, today or tomorrow; in quarantine/
    WAITING = "waiting"  # still in the inbox, the next run tries again
    GONE = "gone"  # taken by somebody else meanwhile: not counted


COUNTED = (State.STORED, State.DUPLICATE, State.QUARANTINED, State.WAITING)

READ = (State.STORED, State.DUPLICATE, State.QUARANTINED)

#: Codes of files that wait by themselves, not for a fault to pass.
UNREADY = ("still_written", "changed", "symlink", "not_a_file")

_HEADINGS = {
    State.STORED: "Đã lưu vào kho",
    State.DUPLICATE: "Trùng với tệp đã có trong kho (chuyển vào duplicate/)",
    State.QUARANTINED: "Không nhận được (chuyển vào quarantine/, có tệp lý do bên cạnh)",
    State.WAITING: "Còn chờ trong hộp thư đến, lần chạy sau sẽ thử lại",
    State.GONE: "Không còn trong hộp thư đến khi tới lượt (đã có người hoặc tiến trình khác lấy đi)",
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of one file. `path` is percent-encoded, `name` for people; `reason` is Vietnamese.

    `failed`: an error of the program, not of the file; it stays in the inbox and the run counts as failed.
    """

    path: str
    name: str
    state: State
    code: str | None = None
    reason: str | None = None
    sha256: str | None = None
    notice: str | None = None
    version: int | None = None
    new: bool = False  # the first file of its notice
    conclusions: int = 0
    deadlines: int = 0
    moved_to: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class IndexState:
    """Is the index level with the archive after the run? `reason` says why not, in Vietnamese."""

    level: bool
    written: int = 0
    removed: int = 0
    reason: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Overdue:
    """A task whose last day `due` (ISO) has passed since the run before."""

    conclusion: str
    due: str
    lead: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. `ignored` names what was passed over: hidden files, half copies, office locks."""

    run: str
    started: str  # ISO 8601 with time zone
    files: tuple[FileResult, ...]
    ignored: tuple[str, ...]
    index: IndexState
    overdue: tuple[Overdue, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Number of files by state, those of `COUNTED` only; their sum is `seen`."""
        found = Counter(file.state for file in self.files)
        return {state.value: found[state] for state in COUNTED}

    @property
    def seen(self) -> int:
        """Number of files that were in."""
        return sum(self.counts.values())

    @property
    def failed(self) -> bool:
        """Did the program itself err, or was none of the files read that were ready?

        Quarantined and waiting files are no failure, an index that is down is none.
        """
        return self.index.failed or any(file.failed for file in self.files) or self.read_nothing

    @property
    def read_nothing(self) -> bool:
        """Were files ready, and not one of them read?"""
        ready = [file for file in self.files if file.state in COUNTED and file.code not in UNREADY]
        return bool(ready) and not any(file.state in READ for file in ready)

    @property
    def new_notices(self) -> tuple[str, ...]:
        """Ids of the notices that were not in the archive before."""
        return tuple(dict.fromkeys(f.notice for f in self.files if f.new and f.notice))


def as_json(report: RunReport) -> dict[str, object]:
    """The report as plain data, with its sums."""
    return {
        **encode(report),
        "seen": report.seen,
        "counts": report.counts,
        "new_notices": list(report.new_notices),
        "failed": report.failed,
    }


def as_text(report: RunReport) -> str:
    """The report as a page in Vietnamese."""
    n = report.counts
    lines = [
        f"BÁO CÁO NHẬN VĂN BẢN  {report.run}",
        f"Bắt đầu: {datetime.fromisoformat(report.started):%H:%M ngày %d/%m/%Y}",
        "",
        f"Tổng số tệp: {report.seen} = {n['stored']} đã lưu + {n['duplicate']} trùng"
        f" + {n['quarantined']} không nhận được + {n['waiting']} còn chờ",
        f"Thông báo mới: {len(report.new_notices)}",
        _index_line(report.index),
    ]
    if report.read_nothing:
        lines.append("KHÔNG ĐỌC ĐƯỢC TỆP NÀO: hãy xem lý do ở từng tệp dưới đây và báo người quản trị.")
    elif report.failed:
        lines.append("CÓ LỖI CỦA CHƯƠNG TRÌNH: hãy chuyển báo cáo này cho người quản trị.")
    for state in State:
        if files := [file for file in report.files if file.state == state]:
            lines += ["", f"{_HEADINGS[state]} ({len(files)})", *(line for f in files for line in _file_lines(f))]
    if report.overdue:
        lines += ["", f"Mới quá hạn từ lượt trước ({len(report.overdue)}); chưa thông báo nào nói là xong"]
        lines += [line for one in report.overdue for line in _overdue_lines(one)]
    if report.ignored:
        lines += ["", f"Bỏ qua: tệp ẩn, tệp đang chép dở, tệp khóa ({len(report.ignored)})"]
        lines += [f"  - {name}" for name in report.ignored]
    return "\n".join(lines) + "\n"


def write(folder: Path, report: RunReport) -> Path:
    """Write `<run>.json` and `<run>.txt` below `folder`, each whole or not at all; gives back the JSON file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.run}.json"
    _replace(folder / f"{report.run}.txt", as_text(report).encode())
    _replace(path, orjson.dumps(as_json(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def unreached(report: RunReport, file: FileResult) -> RunReport:
    """The report with a file that no step gave an account of."""
    return replace(report, files=(*report.files, file))


def _file_lines(file: FileResult) -> list[str]:
    lines = [f"  - {file.name}"]
    if file.notice:
        new = " (mới)" if file.new else f" (bản {file.version})" if file.version else ""
        counted = f": {file.conclusions} kết luận, {file.deadlines} thời hạn" if file.state == State.STORED else ""
        lines.append(f"      thông báo {file.notice}{new}{counted}")
    if file.reason:
        lines.append(f"      {file.reason}")
    return lines


def _overdue_lines(one: Overdue) -> list[str]:
    lead = "; ".join(one.lead) or "(không ghi cơ quan)"
    text = one.text if len(one.text) <= 200 else f"{one.text[:200].rsplit(' ', 1)[0]} …"
    return [f"  - {'/'.join(reversed(one.due.split('-')))}  {lead}: {text}", f"      {one.conclusion}"]


def _index_line(index: IndexState) -> str:
    if index.level:
        return f"Chỉ mục tìm kiếm: đã cập nhật ({index.written} thông báo ghi mới)"
    return f"Chỉ mục tìm kiếm: CHƯA CẬP NHẬT, lần chạy sau sẽ bù. {shown(index.reason or '')}".rstrip()


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
