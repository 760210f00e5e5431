"""Every file of the inbox is accounted for, whatever it is and wherever the program is stopped."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.codec import decode, encode
from extractors.errors import EmptyDocument, EncryptedDocument, NotANotice, UnreadableDocument
from extractors.model import Conclusion, Extraction, Kind, Notice, Session, SourceText, Span
from ketluan import ingest
from ketluan.archive import STEPS, Archive
from ketluan.ingest import Chunk, Plan, catch_up, finish, ingest_files, ingest_inbox, plan
from ketluan.run_report import FileResult, IndexState, RunReport, as_text
from ketluan.settings import Settings

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)
LEVEL = IndexState(True)

#: Contents of a file → what reading it does
BAD = {
    b"": EmptyDocument,
    b"locked": EncryptedDocument,
    b"broken": UnreadableDocument,
    b"menu of the canteen": NotANotice,
}


def read(data: bytes, *, name: str) -> Extraction:
    """A stand-in for the extractors: a notice is one line, `month|title|number`; some contents do harm."""
    if data in BAD:
        raise BAD[data]("as the test wants it")
    if data == b"kill the reader":
        os._exit(9)
    if data == b"never end":
        time.sleep(3600)
    if data == b"bug in the program":
        raise ZeroDivisionError("a bug")
    month, title, number, *_ = [*data.decode().split("|"), "", ""]
    text = f"Giao Sở Y tế báo cáo về {title}."
    span = Span(0, len(text))
    return Extraction(
        Notice(
            *(None, "Lào Cai", number or None, "TB-UBND", month, title, Session(f"{month}-02", month, "thường kỳ")),
            *(None, None),
            conclusions=(Conclusion("1", text, Kind.DIRECTIVE, span),),
        ),
        SourceText(text, (), name.rpartition(".")[2].lower()),
    )


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


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


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
    for workers in (1, 3):
        settings = Settings(home=tmp_path / str(workers), settle_seconds=0, workers=workers, _env_file=None)
        settings.inbox.mkdir(parents=True)
        for number in range(12):
            (settings.inbox / f"{number:02}.txt").write_bytes(f"2021-{number % 4 + 1:02}|phien|{number // 4}".encode())
        steps(settings)
        archives.append(tree(settings.archive))
    assert archives[0] == archives[1]


def test_a_reader_that_dies_costs_only_its_file(settings: Settings, drop: Callable[..., Path]) -> None:
    for number in range(6):
        drop(f"{number}.txt", f"2021-0{number + 1}|phien".encode())
    drop("2 bad.txt", b"kill the reader")
    report = steps(settings)
    assert report.counts == {"stored": 6, "duplicate": 0, "quarantined": 1, "waiting": 0}
    assert [f.code for f in report.files if f.state == "quarantined"] == ["reader_crashed"]


def test_a_reader_that_hangs_costs_only_its_file(
    settings: Settings, drop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "READ_SECONDS", 3.0)
    drop("a.txt", b"2021-01|phien")
    drop("b.txt", b"never end")
    drop("c.txt", b"2021-02|phien")
    assert states(steps(settings)) == {"a.txt": "stored", "b.txt": "quarantined", "c.txt": "stored"}


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
    assert not report.failed
    assert report.seen == 2
    steps(settings)
    assert [n for n in lying(settings) if n.endswith((".txt", ".pdf")) and "ly-do" not in n] == [
        "done/2021-10-01/a.txt",
        "quarantine/2021-10-01/b.pdf",
    ]
    assert [n.version for n in Archive(settings.archive).notices()] == [1]
    assert not list(Archive(settings.archive).verify())


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
    monkeypatch.setattr(ingest, "CHUNK_FILES", 3)
    monkeypatch.setattr(ingest, "CHUNK_BYTES", 100)
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


# -- crashes

ALL_STEPS = ["claimed", *STEPS, "explained", "moved", "released"]

CRASH = """
    import os, signal, sys
    from datetime import datetime
    from pathlib import Path
    from ketluan.ingest import ingest_files, plan
    from ketluan.settings import Settings
    sys.path.insert(0, {folder!r})
    from {module} import read

    if __name__ == "__main__":
        settings = Settings(home=Path({home!r}), settle_seconds=0, workers=1, _env_file=None)
        left = int({nth})
        def step(name):
            global left
            if name == {name!r}:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        for chunk in plan(settings, datetime.fromisoformat("2021-10-01T01:00:00+00:00")).chunks:
            ingest_files(settings, chunk, extract=read, step=step)
"""


def crash(settings: Settings, tmp_path: Path, name: str, nth: int = 1) -> int:
    """Run the way in a process of its own that is killed at the nth time of a step; gives back how it ended."""
    here = Path(__file__)
    script = tmp_path / "crash.py"
    values = {"folder": str(here.parent), "module": here.stem, "home": str(settings.home), "nth": nth, "name": name}
    script.write_text(textwrap.dedent(CRASH).format(**values), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(here.parents[2])}
    return subprocess.run([sys.executable, str(script)], env=environment, timeout=120, check=False).returncode


CRASH_FILES = {
    "a.txt": b"2021-09|a",
    "b.docx": b"2021-09|a|",
    "c.pdf": b"locked",
    "d.txt": b"2021-09|a",
    "e.pdf": b"2021-09|a|68",
}


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[str]]:
    """Archive and inbox after a run that nothing stopped."""
    settings = Settings(home=tmp_path_factory.mktemp("unharmed"), settle_seconds=0, workers=1, _env_file=None)
    settings.inbox.mkdir()
    for name, data in CRASH_FILES.items():
        (settings.inbox / name).write_bytes(data)
    steps(settings)
    return tree(settings.archive), lying(settings)


@pytest.mark.parametrize(("name", "nth"), [*((name, 1) for name in ALL_STEPS), ("published", 2), ("moved", 3)])
def test_killed_at_any_step_and_run_again_it_ends_the_same(
    settings: Settings,
    drop: Callable[..., Path],
    tmp_path: Path,
    unharmed: tuple[dict[str, bytes], list[str]],
    name: str,
    nth: int,
) -> None:
    for file, data in CRASH_FILES.items():
        drop(file, data)

    assert crash(settings, tmp_path, name, nth) == -9

    whole = [p.read_bytes() for p in settings.home.rglob("*") if p.is_file()]
    assert all(data in whole for data in CRASH_FILES.values())  # in the inbox or in the archive, never in neither
    assert not [f for f in Archive(settings.archive).verify() if f.code != "stale_draft"]
    steps(settings)
    assert tree(settings.archive) == unharmed[0]
    assert lying(settings) == unharmed[1]
    assert not list(Archive(settings.archive).verify())
    assert not list((settings.inbox / ".ketluan").iterdir())


def test_two_processes_on_one_inbox_give_the_result_of_one(
    settings: Settings, drop: Callable[..., Path], tmp_path: Path, unharmed: tuple[dict[str, bytes], list[str]]
) -> None:
    for file, data in CRASH_FILES.items():
        drop(file, data)
    here = Path(__file__)
    script = tmp_path / "run.py"
    values = {"folder": str(here.parent), "module": here.stem, "home": str(settings.home), "nth": 0, "name": ""}
    script.write_text(textwrap.dedent(CRASH).format(**values), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(here.parents[2])}
    both = [subprocess.Popen([sys.executable, str(script)], env=environment) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert tree(settings.archive) == unharmed[0]
    assert lying(settings) == unharmed[1]
