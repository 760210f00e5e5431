"""The watchman says all is well only where it is, and what to do where it is not."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.codec import encode
from ketluan import correcting, health, upkeep
from ketluan.archive import Archive
from ketluan.cli import app
from ketluan.ingest import finish, ingest_files, plan
from ketluan.run_report import FileResult, IndexState, RunReport, State, write
from ketluan.settings import Settings
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 16, 7, 0, tzinfo=UTC)
LEVEL = IndexState(True)


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


def ran(settings: Settings, hours: float, *states: State, index: IndexState = LEVEL, failed: bool = False) -> None:
    """A report of a run so many hours ago, with a file of each state."""
    started = NOW - timedelta(hours=hours)
    files = tuple(FileResult(f"{n}", f"{n}", state, code="EIO", failed=failed) for n, state in enumerate(states))
    write(settings.reports, RunReport(f"{started:%Y-%m-%dT%H%M%S}-abcdef", started.isoformat(), files, (), index))


def verified(settings: Settings, days: float, findings: int = 0) -> None:
    upkeep.note_verified(settings.state, upkeep.Verified(ago(days * 24), ago(days * 24), 1, findings))


def backed_up(settings: Settings, days: float, *, sound: bool = True) -> None:
    upkeep.note_backup(settings.state, upkeep.BackedUp("/media/a", ago(days * 24), "x", sound))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An office where all is well: September's notice is there, a run last night, verified on Sunday."""
    given = {"expected_day": 15, "health_backup_days": 7, "min_free_bytes": 1000}
    settings = Settings(home=tmp_path, **given, _env_file=None)  # type: ignore[arg-type]
    data = b"2021-09|phien thang 9"
    Archive(settings.archive).store(data, "a.txt", read(data, name="a.txt"), NOW - timedelta(days=30))
    settings.inbox.mkdir()
    ran(settings, 6, State.STORED)
    verified(settings, 5)
    backed_up(settings, 2)
    return settings


def drop(settings: Settings, name: str = "a.txt") -> Path:
    path = settings.inbox / name
    path.write_bytes(b"x")
    return path


def late(settings: Settings) -> None:
    """The check asks the file system when a file came, and that cannot be set: so the limit is."""
    drop(settings)
    rough(settings, health_waiting_hours=-1e9)


def empty(settings: Settings) -> None:
    shutil.rmtree(settings.reports)


def older(settings: Settings) -> None:
    empty(settings)
    ran(settings, 29.5, State.STORED)


def failing_since(settings: Settings) -> None:
    older(settings)
    ran(settings, 6, State.STORED, failed=True)


def nothing_read(settings: Settings) -> None:
    ran(settings, 5, State.WAITING, State.WAITING)


def without_month(settings: Settings) -> None:
    shutil.rmtree(settings.archive / "notices")
    data = b"2021-08|phien thang 8"
    Archive(settings.archive).store(data, "b.txt", read(data, name="b.txt"), NOW - timedelta(days=60))


def never_verified(settings: Settings) -> None:
    shutil.rmtree(settings.state)
    backed_up(settings, 1)


def rough(settings: Settings, **changed: object) -> None:
    """Change settings in place, though they are frozen."""
    for name, value in changed.items():
        object.__setattr__(settings, name, value)


WRONG: list[tuple[str, Callable[[Settings], object], set[str]]] = [  # what is wrong, the checks that must say so
    ("nothing", lambda s: None, set()),
    ("an empty night", lambda s: ran(s, 1), set()),
    ("a file quarantined", lambda s: ran(s, 1, State.QUARANTINED), set()),
    ("a file in the inbox", drop, set()),
    ("no run ever", empty, {"run"}),
    ("the last run too old", older, {"run"}),
    ("runs that fail since", failing_since, {"run"}),
    ("one failed run", lambda s: ran(s, 1, State.STORED, failed=True), set()),
    ("0 of 2 files read", nothing_read, {"read"}),
    ("0 of 2, then an empty night", lambda s: (nothing_read(s), ran(s, 1)), {"read"}),
    ("0 of 2, then some", lambda s: (nothing_read(s), ran(s, 1, State.STORED)), set()),
    ("a month is missing", without_month, {"month"}),
    ("a file waits too long", late, {"waiting"}),
    ("damage", lambda s: verified(s, 1, findings=3), {"verify"}),
    ("verified too long ago", lambda s: verified(s, 8.1), {"verify"}),
    ("never verified", never_verified, {"verify"}),
    ("the disk is nearly full", lambda s: rough(s, min_free_bytes=1 << 60), {"space"}),
    ("the index is behind", lambda s: ran(s, 1, index=IndexState(False, reason="Elasticsearch …")), {"index"}),
    ("no backup for too long", lambda s: backed_up(s, 7.1), {"backup"}),
    ("a backup of a damaged archive only", lambda s: backed_up(s, 1, sound=False), {"backup"}),
    ("a note that is no JSON", lambda s: (s.state / "verified.json").write_text("{"), {"verify"}),
    ("a report that is no JSON", lambda s: (s.reports / "2021-10-16T065900-x.json").write_text("{"), set()),
]


@pytest.mark.parametrize(("spoil", "wrong"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said(settings: Settings, spoil: Callable[[Settings], object], wrong: set[str]) -> None:
    spoil(settings)
    found = health.look(settings, NOW)
    assert {check.name for check in found.checks if not check.good} == wrong
    assert found.good is not bool(wrong)
    assert {check.name for check in found.checks} == {name.__name__.strip("_") for name in health.CHECKS}


MONTHS = [  # today, the month whose notice is wanted
    ("2021-10-16", "09/2021"),
    ("2021-10-15", "08/2021"),
    ("2021-11-15", "09/2021"),
    ("2022-01-01", "11/2021"),
    ("2022-01-16", "12/2021"),
    ("2024-03-31", "02/2024"),
]


@pytest.mark.parametrize(("today", "month"), MONTHS)
def test_the_month_that_is_due(settings: Settings, today: str, month: str) -> None:
    found = health.look(settings, datetime.fromisoformat(f"{today}T07:00:00+07:00"))
    assert f"tháng {month}" in next(check.message for check in found.checks if check.name == "month")


def test_a_month_that_was_set_right_counts(settings: Settings) -> None:
    without_month(settings)
    archive = Archive(settings.archive)
    (id,) = archive.ids()
    correcting.correct(archive, id, "session.month", "2021-09", by="Hà", because="In nhầm", now=NOW)
    assert health.look(settings, NOW).good


def test_what_is_not_asked_for_is_not_checked(settings: Settings) -> None:
    rough(settings, expected_day=None, health_backup_days=None)
    assert {"month", "backup"}.isdisjoint(check.name for check in health.look(settings, NOW).checks)


def test_it_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "none", _env_file=None)
    assert not health.look(settings, NOW).good
    assert not settings.home.exists()


def test_prometheus_can_read_it(settings: Settings) -> None:
    nothing_read(settings)
    text = health.prometheus(health.look(settings, NOW))
    line = re.compile(r'ketluan_[a-z_]+(\{check="[a-z]+"\})? -?\d+(\.\d+)?(e[-+]\d+)?')
    values = [row for row in text.splitlines() if not row.startswith("# ")]
    assert all(line.fullmatch(row) for row in values)
    assert "ketluan_healthy 0" in values
    assert 'ketluan_check{check="read"} 0' in values
    assert "ketluan_notices 1" in values
    assert f"ketluan_last_good_run_timestamp_seconds {(NOW - timedelta(hours=6)).timestamp()!r}" in values


def test_the_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketluan.cli.options.now", lambda: NOW)
    run, words = CliRunner(), ["--home", str(settings.home), "health"]
    good = run.invoke(app, words)
    assert good.exit_code == 0, good.stdout
    assert good.stdout.count("✓") == 6
    ran(settings, 1, State.WAITING)
    shutil.rmtree(settings.state)
    bad = run.invoke(app, [*words, "--json"])
    assert bad.exit_code == 1
    told = json.loads(bad.stdout)
    assert told["good"] is False
    assert [c["name"] for c in told["checks"] if not c["good"]] == ["read", "verify"]
    assert run.invoke(app, [*words, "--prometheus"]).exit_code == 1


# -- the nightly watch


@pytest.fixture
def full_inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Six files that are archived one by one, so that what a file takes is known before the next one."""
    monkeypatch.setattr("ketluan.taking.BATCH_FILES", 1)
    settings = Settings(home=tmp_path / "home", settle_seconds=0, workers=2, _env_file=None)
    settings.inbox.mkdir(parents=True)
    for number in range(1, 7):
        (settings.inbox / f"{number}.txt").write_bytes(f"2021-0{number}|phien".encode())
    return settings


def night(settings: Settings, step: Callable[[str], None] | None = None) -> RunReport:
    planned = plan(settings, NOW)
    results = [r for c in planned.chunks for r in ingest_files(settings, c, extract=read, step=step)]
    return finish(settings, planned, results, LEVEL)


def test_a_run_out_of_time_leaves_the_rest_for_the_next(full_inbox: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("ketluan.taking.time.time", lambda: clock[0])
    planned = plan(full_inbox, NOW, clock=lambda: clock[0])

    def later(name: str) -> None:
        clock[0] += 5000.0 * (name == "released")  # a file takes 5000 s

    results = [r for c in planned.chunks for r in ingest_files(full_inbox, c, extract=read, step=later)]
    report = finish(full_inbox, planned, results, LEVEL)
    assert report.counts == {"stored": 3, "duplicate": 0, "quarantined": 0, "waiting": 3}
    assert {f.code for f in report.files if f.state is State.WAITING} == {"time_is_up"}
    assert not report.failed
    assert night(full_inbox).counts["stored"] == 3
    assert not list(Archive(full_inbox.archive).verify())


def test_a_disk_nearly_full_takes_no_more(full_inbox: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [4.5e9]
    usage = shutil.disk_usage(full_inbox.home)
    monkeypatch.setattr("ketluan.taking.shutil.disk_usage", lambda _path: usage._replace(free=int(free[0])))

    def fills(name: str) -> None:
        free[0] -= 1e9 * (name == "released")

    report = night(full_inbox, fills)
    assert report.counts == {"stored": 4, "duplicate": 0, "quarantined": 0, "waiting": 2}
    assert {f.code for f in report.files if f.state is State.WAITING} == {"disk_low"}
    again = night(full_inbox)
    assert again.read_nothing, "0 of 2"
    assert again.failed
    assert "KHÔNG ĐỌC ĐƯỢC TỆP NÀO" in (full_inbox.reports / f"{again.run}.txt").read_text(encoding="utf-8")
    free[0] = 9e9
    assert night(full_inbox).counts["stored"] == 2


NOTHING = [  # what waits and why, beside what was read; has the run read nothing?
    ([], False),
    ([(State.WAITING, "EIO")], True),
    ([(State.WAITING, "symlink"), (State.WAITING, "still_written")], False),
    ([(State.WAITING, "symlink"), (State.WAITING, "ENOSPC")], True),
    ([(State.WAITING, "EIO"), (State.QUARANTINED, "empty_document")], False),
    ([(State.WAITING, "EIO"), (State.DUPLICATE, "duplicate")], False),
    ([(State.GONE, None)], False),
]


@pytest.mark.parametrize(("files", "nothing"), NOTHING)
def test_a_run_that_read_none_of_its_files_failed(files: list[tuple[State, str | None]], nothing: bool) -> None:
    results = tuple(FileResult(str(n), str(n), state, code=code) for n, (state, code) in enumerate(files))
    report = RunReport("x", NOW.isoformat(), results, (), LEVEL)
    assert (report.read_nothing, report.failed) == (nothing, nothing)
    assert encode(report)
