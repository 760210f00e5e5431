"""Whatever files do to their readers, and whenever a run is killed: every file is accounted for, every good one kept.

`make chaos` does the same 200 times and prints a table (`benchmarks/killed.py`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ketluan.archive import Archive
from ketluan.ingest import finish, ingest_files, plan
from ketluan.run_report import IndexState
from ketluan.settings import Settings
from tests.ketluan.ingest_runner import NOW
from tests.ketluan.killing import ALL_STEPS, FILES, MANY_FILES, Outcome, Runner, running, unharmed, wrong
from tests.ketluan.stand_in import HARM, read

#: What a file does to its reader: how many of the hundred, and the code of its quarantine (None: the run's fault)
MIX = {
    b"bloat": (4, "reader_out_of_memory"),
    b"exit": (4, "reader_crashed"),
    b"quit": (2, "reader_crashed"),
    b"kill": (3, "reader_crashed"),
    b"crash": (2, "reader_crashed"),
    b"deep": (3, "reader_crashed"),
    b"sleep": (2, "reader_took_too_long"),
    b"spin": (1, "reader_took_too_long"),
    b"write": (1, "document_too_large"),
    b"locked": (2, "encrypted_document"),
    b"broken": (2, "unreadable_document"),
    b"menu of the canteen": (1, "not_a_notice"),
    b"bug": (2, None),
}
HUNDRED = 100


def test_a_hundred_files_and_every_one_is_accounted_for(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        settle_seconds=0,
        workers=2,
        read_seconds=5,
        read_memory_bytes=1_000_000_000,
        _env_file=None,
    )
    harm = {f"{word.decode()} {n}.txt": (word, n, code) for word, (many, code) in MIX.items() for n in range(many)}
    good = {f"good {n}.txt": f"20{n:02}-01|phien".encode() for n in range(HUNDRED - len(harm))}
    files = {**{name: word + b" %d" % n if word in HARM else word for name, (word, n, _) in harm.items()}, **good}
    names = random.Random(7).sample(sorted(files), len(files))
    settings.inbox.mkdir()
    for number, name in enumerate(names):
        (settings.inbox / f"{number:03} {name}").write_bytes(files[name])

    planned = plan(settings, NOW)
    results = [r for chunk in planned.chunks for r in ingest_files(settings, chunk, extract=read)]
    report = finish(settings, planned, results, IndexState(True))

    got = {file.name[4:]: (file.state.value, file.code) for file in report.files}
    assert len(got) == report.seen == HUNDRED
    wanted = {name: ("quarantined", code) for name, (_, _, code) in harm.items()}
    wanted.update((name, ("waiting", "unexpected_error")) for name, (_, _, code) in harm.items() if code is None)
    assert got == {**wanted, **dict.fromkeys(good, ("stored", None))}
    archive = Archive(settings.archive)
    assert sum(1 for _ in archive.ids()) == len(good)
    assert not list(archive.verify())


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with running() as runner:
        yield runner


@pytest.fixture(scope="module")
def few(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return unharmed(runner, tmp_path_factory.mktemp("few"), FILES)


@pytest.fixture(scope="module")
def many(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return unharmed(runner, tmp_path_factory.mktemp("many"), MANY_FILES)


STEPS = [*((name, 1) for name in ALL_STEPS), ("published", 2), ("settled", 2), ("recorded", 3), ("moved", 3)]


@pytest.mark.parametrize(("step", "nth"), STEPS)
def test_killed_at_any_step_and_run_again_it_ends_the_same(
    tmp_path: Path, runner: Runner, few: Outcome, step: str, nth: int
) -> None:
    assert wrong(runner, tmp_path, FILES, few, step=step, nth=nth) == []


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_and_run_again_it_ends_the_same(
    tmp_path: Path, runner: Runner, many: Outcome, seed: int
) -> None:
    after = random.Random(seed).uniform(0.2, 1.1) * many.seconds
    assert wrong(runner, tmp_path, MANY_FILES, many, after=after, workers=2) == []


@pytest.mark.parametrize("times", [2, 4])
def test_runs_at_once_on_one_inbox_end_the_same(tmp_path: Path, runner: Runner, few: Outcome, times: int) -> None:
    assert wrong(runner, tmp_path, FILES, few, times=times) == []


def test_two_runs_killed_at_once_end_the_same(tmp_path: Path, runner: Runner, many: Outcome) -> None:
    assert wrong(runner, tmp_path, MANY_FILES, many, times=2, after=0.7 * many.seconds) == []
