"""Every file of the inbox is accounted for, whatever it is and wherever the program is stopped."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.codec import decode, encode
from extractors.errors import EncryptedDocument
from ketluan import planning, workers
from ketluan.archive import Archive
from ketluan.ingest import Chunk, Plan, catch_up, finish, ingest_files, ingest_inbox, plan
from ketluan.run_report import FileResult, IndexState, RunReport, as_text
from ketluan.settings import Settings
from tests.ketluan.killing import ALL_STEPS, PASSING, tree
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
LEVEL = IndexState(True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", settle_seconds=0, workers=2, _env_file=None)


@pytest.fixture
def drop(settings: Settings) -> Callable[..., Path]:
    def put(name: str, data: bytes) -> Path:
        path = settings.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return put


def run(settings: Settings, now: datetime = NOW, **options: object) -> RunReport:
    return ingest_inbox(settings, now=now, extract=read, **options)  # type: ignore[arg-type]


def steps(settings: Settings, *, step: Callable[[str], None] | None = None) -> RunReport:
    """One run without the index."""
    planned = plan(settings, NOW)
    results = [r for c in planned.chunks for r in ingest_files(settings, c, extract=read, step=step)]
    return finish(settings, planned, results, LEVEL)


def states(report: RunReport) -> dict[str, str]:
    return {file.name: file.state.value for file in report.files}


def lying(settings: Settings) -> list[str]:
    """What the inbox holds, shelves included, our own state left out."""
    return [name for name in tree(settings.inbox) if not name.startswith(".ketluan/")]


# -- what comes of a file


MIXED = {
    "t9.docx": b"2021-09|phien thang 9",
    "sub/t9 again.docx": b"2021-09|phien thang 9",
    "t10.txt": b"2021-10|phien thang 10",
    "empty.pdf": b"",
    "locked.pdf": b"locked",
    "broken.docx": b"broken",
    "menu.txt": b"menu of the canteen",
    "large.pdf": b"2021-11|" + b"x" * 5000,
    "bug.txt": b"bug in the program",
    "~$t9.docx": b"lock",
    "half.pdf.part": b"half",
}

STATES = {
    "sub/t9 again.docx": "stored",  # the first by name brings the bytes
    "t9.docx": "duplicate",
    "t10.txt": "stored",
    "empty.pdf": "quarantined",
    "locked.pdf": "quarantined",
    "broken.docx": "quarantined",
    "menu.txt": "quarantined",
    "large.pdf": "quarantined",
    "bug.txt": "waiting",
}


def test_every_file_is_accounted_for(settings: Settings, drop: Callable[..., Path]) -> None:
    settings = settings.model_copy(update={"max_file_bytes": 5000})
    for name, data in MIXED.items():
        drop(name, data)
    (settings.inbox / "link.docx").symlink_to(settings.inbox / "t9.docx")
    os.mkfifo(settings.inbox / "pipe.txt")

    report = steps(settings)

    assert states(report) == {**STATES, "link.docx": "waiting", "pipe.txt": "waiting"}
    assert report.seen == len(STATES) + 2 == sum(report.counts.values())
    assert report.ignored == ("half.pdf.part", "~$t9.docx")
    assert report.failed  # by bug.txt only
    assert [f.name for f in report.files if f.failed] == ["bug.txt"]
    assert len(report.new_notices) == 2
    assert sorted(lying(settings)) == sorted(
        [
            *("bug.txt", "half.pdf.part", "~$t9.docx"),
            *("done/2021-10-01/sub/t9 again.docx", "done/2021-10-01/t10.txt"),
            *(f"duplicate/2021-10-01/t9.docx{end}" for end in ("", ".ly-do.txt")),
            *(
                f"quarantine/2021-10-01/{name}{end}"
                for name in ("empty.pdf", "locked.pdf", "broken.docx", "menu.txt", "large.pdf")
                for end in ("", ".ly-do.txt")
            ),
        ]
    )
    note = (settings.inbox / "quarantine/2021-10-01/locked.pdf.ly-do.txt").read_text(encoding="utf-8")
    assert "locked.pdf" in note
    assert EncryptedDocument.reason in note
    assert report.new_notices[0] in (settings.inbox / "duplicate/2021-10-01/t9.docx.ly-do.txt").read_text("utf-8")


def test_the_report_is_written_for_programs_and_for_people(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    drop("b\u202etxt.pdf", b"locked")
    report = steps(settings)
    data = json.loads((settings.reports / f"{report.run}.json").read_text(encoding="utf-8"))
    assert data["counts"] == {"stored": 1, "duplicate": 0, "quarantined": 1, "waiting": 0}
    assert data["seen"] == 2
    assert decode(RunReport, data) == report
    page = (settings.reports / f"{report.run}.txt").read_text(encoding="utf-8")
    assert page == as_text(report)
    assert "2 = 1 đã lưu + 0 trùng + 1 không nhận được + 0 còn chờ" in page
    assert report.new_notices[0] in page
    assert EncryptedDocument.reason in page
    assert "\u202e" not in page


def test_a_second_run_changes_nothing(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    drop("b.txt", b"2021-10|b")
    assert run(settings).counts["stored"] == 2
    before = tree(settings.archive)
    again = run(settings, datetime(2021, 10, 2, tzinfo=UTC))
    assert (again.seen, again.index.written) == (0, 0)
    assert tree(settings.archive) == before
    drop("a again.txt", b"2021-09|a")
    assert run(settings, datetime(2021, 10, 3, tzinfo=UTC)).counts["duplicate"] == 1
    assert tree(settings.archive) == before


def test_one_worker_and_many_give_the_same_archive(tmp_path: Path) -> None:
    archives = []
    for many in (1, 3):
        settings = Settings(home=tmp_path / str(many), settle_seconds=0, workers=many, _env_file=None)
        settings.inbox.mkdir(parents=True)
        for number in range(12):
            (settings.inbox / f"{number:02}.txt").write_bytes(f"2021-{number % 4 + 1:02}|phien|{number // 4}".encode())
        steps(settings)
        archives.append(tree(settings.archive))
    assert archives[0] == archives[1]


HARM = [  # what the file does to its reader, the code of its quarantine
    (b"exit with a status", "reader_crashed"),
    (b"bloat its memory", "reader_out_of_memory"),
    (b"sleep without end", "reader_took_too_long"),
]


def test_a_reader_that_dies_stalls_or_bloats_costs_only_its_file(settings: Settings, drop: Callable[..., Path]) -> None:
    settings = settings.model_copy(update={"read_seconds": 4.0, "read_memory_bytes": 1_000_000_000})
    for number, (data, _) in enumerate(HARM):
        drop(f"{number} good.txt", f"2021-0{number + 1}|phien".encode())
        drop(f"{number} harm.txt", data)
    report = steps(settings)
    assert report.counts == {"stored": len(HARM), "duplicate": 0, "quarantined": len(HARM), "waiting": 0}
    assert [f.code for f in report.files if f.state == "quarantined"] == [code for _, code in HARM]
    assert not report.failed


STARTS = [  # what keeps readers from starting
    ("no interpreter", "executable", "/nowhere/python"),
    ("not our interpreter", "executable", "/bin/false"),
]


@pytest.mark.parametrize(("name", "value"), [row[1:] for row in STARTS], ids=[row[0] for row in STARTS])
def test_no_file_is_to_blame_where_readers_cannot_start(
    settings: Settings, drop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for number in range(5):
        drop(f"{number}.txt", f"2021-09|{number}".encode())
    with monkeypatch.context() as broken:
        broken.setattr(workers.sys, name, value)
        report = steps(settings)
    assert {(f.state.value, f.code) for f in report.files} == {("waiting", "readers_unavailable")}
    assert report.failed
    assert "nguyên vẹn" in as_text(report)
    assert steps(settings).counts["stored"] == 5


def test_a_library_that_cannot_be_imported_is_no_fault_of_a_file(
    settings: Settings, drop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("a.txt", b"2021-09|a")
    monkeypatch.setattr(workers.reader, "name_of", lambda _extract: "no_such_module:read")
    report = steps(settings)
    assert [(f.state.value, f.code) for f in report.files] == [("waiting", "readers_unavailable")]
    assert "no_such_module" in (report.files[0].reason or "")


def test_readers_need_no_guard_in_the_program_that_starts_them(
    settings: Settings, drop: Callable[..., Path], tmp_path: Path
) -> None:
    drop("a.txt", b"2021-09|a")
    script = tmp_path / "no guard.py"
    script.write_text(
        "import datetime, pathlib\n"
        "from ketluan.ingest import ingest_files, plan\n"
        "from ketluan.settings import Settings\n"
        "from tests.ketluan.stand_in import read\n"
        f"settings = Settings(home=pathlib.Path({str(settings.home)!r}), settle_seconds=0)\n"
        "for chunk in plan(settings, datetime.datetime.now(datetime.UTC)).chunks:\n"
        "    print(*(r.state.value for r in ingest_files(settings, chunk, extract=read)))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, script], env=environment, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["stored"]


def test_what_a_library_prints_disturbs_nobody(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"babble 2021-09|a")
    drop("b.txt", b"2021-10|b")
    assert states(steps(settings)) == {"a.txt": "stored", "b.txt": "stored"}


def test_two_bad_copies_are_both_put_away(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a/x.pdf", b"broken")
    drop("b/x.pdf", b"broken")
    assert set(states(steps(settings)).values()) == {"quarantined"}


# -- what passes


FAULTS = [  # where it strikes, the error, the code in the report
    ("begun", OSError(errno.ENOSPC, "disk full"), "ENOSPC"),
    ("copied", OSError(errno.EIO, "disk"), "EIO"),
    ("foldered", PermissionError(errno.EACCES, "no"), "EACCES"),
    ("moved", OSError(errno.EDQUOT, "quota"), "EDQUOT"),
    ("explained", OSError(errno.ENOSPC, "disk full"), "ENOSPC"),
]


@pytest.mark.parametrize(("where", "error", "code"), FAULTS)
def test_a_fault_that_passes_leaves_the_file_for_the_next_run(
    settings: Settings, drop: Callable[..., Path], where: str, error: OSError, code: str
) -> None:
    drop("a.txt", b"2021-09|a")
    drop("b.pdf", b"locked")

    def strike(name: str) -> None:
        if name == where:
            raise error

    report = steps(settings, step=strike)
    hit = [f for f in report.files if f.state == "waiting"]
    assert {f.code for f in hit} == {code}
    assert report.failed == (len(hit) == 2), "one that read nothing has failed"
    assert report.seen == 2
    steps(settings)
    assert [n for n in lying(settings) if n.endswith((".txt", ".pdf")) and "ly-do" not in n] == [
        "done/2021-10-01/a.txt",
        "quarantine/2021-10-01/b.pdf",
    ]
    assert [n.version for n in Archive(settings.archive).notices()] == [1]
    assert not list(Archive(settings.archive).verify())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO], ids=errno.errorcode.get)
def test_a_fault_at_every_step_of_writing_loses_nothing(
    settings: Settings, drop: Callable[..., Path], number: int
) -> None:
    """The n-th file meets the fault at the n-th step; the next run takes in what is left."""
    files = {f"{n:02}.txt": f"20{n:02}-01|phien".encode() for n in range(1, len(ALL_STEPS) + 2)}
    for name, data in files.items():
        drop(name, data)
    drop("locked.pdf", b"locked")
    due = set(ALL_STEPS)

    def strike(name: str) -> None:
        if name in due:
            due.remove(name)
            raise OSError(number, "as the test wants it")

    report = steps(settings, step=strike)
    assert due == set(), "each step has been hit"
    assert report.seen == len(files) + 1
    there = {path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    assert set(files.values()) <= there
    assert [f.code for f in Archive(settings.archive).verify() if f.code not in PASSING] == []
    steps(settings)
    again = steps(settings)
    assert again.seen == 0
    archive = Archive(settings.archive)
    assert not list(archive.verify())
    assert [n.version for n in archive.notices()] == [1] * len(files)
    assert len(list((settings.inbox / "done").rglob("*.txt"))) == len(files)


def test_a_file_still_being_written_waits(settings: Settings, drop: Callable[..., Path]) -> None:
    settings = settings.model_copy(update={"settle_seconds": 1.0})
    growing = drop("growing.txt", b"2021-09|")
    touched = drop("touched.txt", b"2021-08|b")
    drop("still.txt", b"2021-10|c")
    gone = drop("gone.txt", b"2021-10|d")

    def meanwhile(seconds: float) -> None:
        assert seconds == 1.0
        growing.write_bytes(b"2021-09|a title")
        os.utime(touched, (1, 1))
        gone.unlink()

    planned = plan(settings, NOW, wait=meanwhile)
    assert [e.seen.shown for c in planned.chunks for e in c.files] == ["still.txt"]
    assert {(w.name, w.code) for w in planned.waiting} == {
        ("growing.txt", "still_written"),
        ("touched.txt", "still_written"),
    }


@pytest.mark.parametrize("mtime", [0, 1, 4_000_000_000, 946_684_800])
def test_time_stamps_decide_nothing(settings: Settings, drop: Callable[..., Path], mtime: int) -> None:
    os.utime(drop("a.txt", b"2021-09|a"), (mtime, mtime))
    assert states(steps(settings)) == {"a.txt": "stored"}


def test_a_file_that_changes_after_the_plan_waits(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    gone = drop("b.txt", b"2021-10|b")
    planned = plan(settings, NOW)
    drop("a.txt", b"2021-09|another")
    gone.unlink()
    results = ingest_files(settings, planned.chunks[0], extract=read)
    assert [(r.state.value, r.code) for r in results] == [("waiting", "changed"), ("gone", None)]
    assert finish(settings, planned, results, LEVEL).seen == 1


# -- steps in processes of their own


def test_plan_and_results_travel_as_json(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("Thông báo\n\u202ekỳ.txt", b"2021-09|a")
    planned = decode(Plan, json.loads(json.dumps(encode(plan(settings, NOW)))))
    chunk = decode(Chunk, json.loads(json.dumps(encode(planned.chunks[0]))))
    results = [
        decode(FileResult, json.loads(json.dumps(encode(r)))) for r in ingest_files(settings, chunk, extract=read)
    ]
    assert finish(settings, planned, results, LEVEL).counts["stored"] == 1


def test_running_a_step_again_changes_nothing(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    drop("b.txt", b"locked")
    planned = plan(settings, NOW)
    ingest_files(settings, planned.chunks[0], extract=read)
    before = tree(settings.archive)
    again = ingest_files(settings, planned.chunks[0], extract=read)
    assert [(r.name, r.state.value, r.new) for r in again] == [("a.txt", "stored", True), ("b.txt", "gone", False)]
    assert tree(settings.archive) == before


def test_a_file_that_no_step_reached_waits_and_fails_the_run(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    report = finish(settings, plan(settings, NOW), [], LEVEL)
    assert report.failed
    assert [(f.state.value, f.code) for f in report.files] == [("waiting", "not_reached")]


def test_chunks_are_cut_by_bytes_and_number(
    settings: Settings, drop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK_FILES", 3)
    monkeypatch.setattr(planning, "CHUNK_BYTES", 100)
    for number in range(7):
        drop(f"{number}.txt", f"{number}".encode())
    drop("3 large.txt", b"x" * 99)
    drop("z copy of 0.txt", b"0")
    chunks = plan(settings, NOW).chunks
    assert [[e.seen.shown for e in c.files] for c in chunks] == [
        ["0.txt", "z copy of 0.txt", "1.txt"],
        ["2.txt", "3 large.txt"],
        ["3.txt", "4.txt", "5.txt"],
        ["6.txt"],
    ]


# -- the index


class Broken:
    """An index that is down."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError("no route to the index")


def test_an_index_that_is_down_never_stops_archiving(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    report = run(settings, index=Broken())
    assert report.counts["stored"] == 1
    assert not report.index.level
    assert not report.failed
    assert "CHƯA CẬP NHẬT" in as_text(report)
    assert catch_up(settings).written == 1
    assert catch_up(settings) == IndexState(True)


def test_the_index_catches_up_with_later_versions(settings: Settings, drop: Callable[..., Path]) -> None:
    drop("a.txt", b"2021-09|a")
    run(settings)
    drop("a.pdf", b"2021-09|a|68")
    steps(settings)  # archived while the index was not told
    assert catch_up(settings).written == 1
