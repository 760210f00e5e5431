"""Is the office well? What a watchman would look at each morning, each with what to do where it is not.

    run       the last good run is not too old            read      the last run with files read some of them
    month     the notice of last month is there           waiting   no file waits too long in the inbox
    verify    the archive was verified lately, and sound  space     the disk has room
    index     the index was level after the last run      backup    the last backup is not too old, where asked for

Reads reports, notes and folders; changes nothing, asks no server. Limits are settings.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ketluan import ledger, upkeep
from ketluan.archive import Archive
from ketluan.coverage import quarantined
from ketluan.inbox import Inbox, Odd, Seen
from ketluan.settings import Settings

_MOST_REPORTS = 400


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `message` is Vietnamese and says what to do where it is not `good`."""

    name: str
    good: bool
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. `figures` are for graphs: name → number, times in seconds since 1970."""

    time: str  # ISO 8601 with zone
    checks: tuple[Check, ...]
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Is all well?"""
        return all(check.good for check in self.checks)


def look(settings: Settings, now: datetime) -> Health:
    """All checks, in the order of `CHECKS`. `now` is a time with zone. Raises `OSError` where nothing can be read."""
    office = _Office(settings, now)
    checks = [check for one in CHECKS for check in one(office)]
    return Health(now.isoformat(), tuple(checks), dict(_figures(office)))


def prometheus(health: Health) -> str:
    """The same in the text format of Prometheus (version 0.0.4), for its node exporter's textfile collector."""
    lines = ["# HELP ketluan_healthy 1 where every check is good", "# TYPE ketluan_healthy gauge"]
    lines += [f"ketluan_healthy {int(health.good)}", "# HELP ketluan_check 1 where the check is good"]
    lines += ["# TYPE ketluan_check gauge"]
    lines += [f'ketluan_check{{check="{check.name}"}} {int(check.good)}' for check in health.checks]
    for name, value in health.figures.items():
        lines += [f"# HELP ketluan_{name} {FIGURES[name]}", f"# TYPE ketluan_{name} gauge", f"ketluan_{name} {value!r}"]
    return "\n".join(lines) + "\n"


class _Office:
    """What the checks look at, each read once."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings = settings
        self.now = now

    @cached_property
    def runs(self) -> list[dict[str, Any]]:
        """Reports, the latest first."""
        paths = sorted(self.settings.reports.glob("[0-9]*.json"), reverse=True)[:_MOST_REPORTS]
        return [data for path in paths if isinstance(data := upkeep.load(path), dict) and "started" in data]

    @cached_property
    def good_run(self) -> dict[str, Any] | None:
        return next((run for run in self.runs if not run.get("failed")), None)

    @cached_property
    def waiting(self) -> list[tuple[str, float]]:
        """What lies in the inbox, with the hours since it came or was last touched: no copying keeps that time."""
        if not self.settings.inbox.is_dir():
            return []
        inbox = Inbox(self.settings.inbox)
        listing = inbox.look()
        there: tuple[Seen | Odd, ...] = (*listing.files, *listing.odd)
        found = []
        for one in there:
            try:
                status = (self.settings.inbox / one.relative).lstat()
            except FileNotFoundError:
                continue
            found.append((one.shown, (self.now.timestamp() - status.st_ctime) / 3600))
        return found

    @cached_property
    def verified(self) -> upkeep.Verified | None:
        return upkeep.verified(self.settings.state)

    @cached_property
    def backups(self) -> tuple[upkeep.BackedUp, ...]:
        return upkeep.backups(self.settings.state)

    @cached_property
    def free(self) -> int:
        place: Path = self.settings.home.absolute()
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free

    @cached_property
    def began(self) -> str | None:
        """When the first version was archived."""
        return min((version.time for version in ledger.read(self.settings.archive).versions), default=None)


def _run(office: _Office) -> Iterator[Check]:
    most, good = office.settings.health_run_hours, office.good_run
    if good is None:
        yield Check("run", False, "Chưa có lượt nhận văn bản nào thành công. Hãy chạy: ketluan ingest")
        return
    hours = upkeep.since(good["started"], office.now)
    said = f"Lượt nhận văn bản thành công gần nhất cách đây {hours:.0f} giờ"
    cure = f" (quá {most:g} giờ). Hãy kiểm tra Airflow hoặc cron, rồi chạy: ketluan ingest"
    yield Check("run", hours <= most, said + ("." if hours <= most else cure))


def _read(office: _Office) -> Iterator[Check]:
    last = next((run for run in office.runs if run.get("seen")), None)
    if last is None:
        yield Check("read", True, "Chưa có lượt nào có tệp.")
        return
    counts = last.get("counts", {})
    read = sum(counts.get(state, 0) for state in ("stored", "duplicate", "quarantined"))
    good = bool(read) or not last.get("failed")
    cure = "" if good else f" Hãy xem báo cáo reports/{last['run']}.txt và báo người quản trị."
    yield Check("read", good, f"Lượt gần nhất có tệp đã đọc {read} trong {last['seen']} tệp.{cure}")


def _month(office: _Office) -> Iterator[Check]:
    day = office.settings.expected_day
    if day is None:
        return
    first = office.now.replace(day=1)
    months = 1 if office.now.day > day else 2
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    month = f"{first:%Y-%m}"
    if _held(Archive(office.settings.archive), month):
        yield Check("month", True, f"Đã có thông báo của phiên họp tháng {first:%m/%Y}.")
    else:
        said = f"Chưa có thông báo của phiên họp tháng {first:%m/%Y} (hạn: ngày {day} tháng sau)."
        yield Check("month", False, f"{said} Hãy hỏi Văn phòng UBND tỉnh.")


def _held(archive: Archive, month: str) -> bool:
    """Is there a notice of the month's session: by its id, or as archivists have set it right?"""
    if any(id.startswith(month) for id in archive.ids()):
        return True
    corrected = (id for id in archive.ids() if archive.correction_log(id).entries)
    return any(archive.get(id).notice.session.month == month for id in corrected)


def _waiting(office: _Office) -> Iterator[Check]:
    most = office.settings.health_waiting_hours
    late = [name for name, hours in office.waiting if hours > most]
    if late:
        named = ", ".join(late[:3]) + (" …" if len(late) > 3 else "")
        said = f"{len(late)} tệp chờ trong hộp thư đến quá {most:g} giờ: {named}."
        yield Check("waiting", False, f"{said} Hãy xem lý do ở báo cáo mới nhất trong reports/.")
    else:
        yield Check("waiting", True, f"{len(office.waiting)} tệp đang chờ, không tệp nào quá {most:g} giờ.")


def _verify(office: _Office) -> Iterator[Check]:
    most, last = office.settings.health_verify_days, office.verified
    since = last.ended if last else office.began
    if since is None:
        yield Check("verify", True, "Kho còn trống.")
        return
    days = upkeep.since(since, office.now) / 24
    if last and not last.sound:
        said = f"Lần kiểm tra gần nhất thấy kho có {last.findings} sai lệch."
        yield Check("verify", False, f"{said} Hãy chạy: ketluan verify")
    elif days > most:
        yield Check("verify", False, f"Kho chưa được kiểm tra {days:.0f} ngày (quá {most:g}). Hãy chạy: ketluan verify")
    else:
        said = f"Kho nguyên vẹn, kiểm tra cách đây {days:.0f} ngày." if last else "Kho mới, chưa đến hạn kiểm tra."
        yield Check("verify", True, said)


def _space(office: _Office) -> Iterator[Check]:
    least, good = office.settings.min_free_bytes, office.free >= office.settings.min_free_bytes
    said = f"Ổ đĩa còn {office.free / 1e9:.1f} GB"
    cure = f", dưới mức {least / 1e9:.1f} GB: không nhận thêm tệp. Hãy giải phóng chỗ."
    yield Check("space", good, said + ("." if good else cure))


def _index(office: _Office) -> Iterator[Check]:
    state = office.runs[0].get("index", {}) if office.runs else {}
    good = bool(state.get("level", True))
    cure = f"Chỉ mục tìm kiếm chưa theo kịp kho. {state.get('reason') or ''} Lượt sau sẽ bù."
    yield Check("index", good, "Chỉ mục tìm kiếm khớp với kho ở lượt gần nhất." if good else cure)


def _backup(office: _Office) -> Iterator[Check]:
    most = office.settings.health_backup_days
    if most is None:
        return
    ages = [upkeep.since(one.time, office.now) / 24 for one in office.backups if one.sound]
    if ages and min(ages) <= most:
        yield Check("backup", True, f"Sao lưu gần nhất cách đây {min(ages):.0f} ngày.")
    else:
        how = f"Sao lưu gần nhất cách đây {min(ages):.0f} ngày" if ages else "Chưa có bản sao lưu nào nguyên vẹn"
        yield Check("backup", False, f"{how}. Hãy cắm ổ sao lưu rồi chạy: ketluan backup --to <thư mục>")


CHECKS: tuple[Callable[[_Office], Iterator[Check]], ...] = (
    _run, _read, _month, _waiting, _verify, _space, _index, _backup,
)  # fmt: skip

#: Figure → what Prometheus is told of it
FIGURES = {
    "last_good_run_timestamp_seconds": "Start of the last good run",
    "last_verification_timestamp_seconds": "End of the last verification of the archive",
    "verification_findings": "What the last verification found wrong",
    "last_backup_timestamp_seconds": "The last backup",
    "inbox_files": "Files in the inbox",
    "inbox_oldest_hours": "Hours that the file waits that waits longest",
    "quarantined_files": "Files in quarantine",
    "notices": "Notices in the archive",
    "free_bytes": "Room on the disk of the home",
}


def _figures(office: _Office) -> Iterator[tuple[str, float]]:
    if office.good_run:
        yield "last_good_run_timestamp_seconds", datetime.fromisoformat(office.good_run["started"]).timestamp()
    if office.verified:
        yield "last_verification_timestamp_seconds", datetime.fromisoformat(office.verified.ended).timestamp()
        yield "verification_findings", office.verified.findings
    if office.backups:
        last = max(datetime.fromisoformat(one.time).timestamp() for one in office.backups)
        yield "last_backup_timestamp_seconds", last
    yield "inbox_files", len(office.waiting)
    yield "inbox_oldest_hours", max((hours for _, hours in office.waiting), default=0.0)
    yield "quarantined_files", len(quarantined(office.settings.inbox))
    yield "notices", sum(1 for _ in Archive(office.settings.archive).ids())
    yield "free_bytes", office.free
