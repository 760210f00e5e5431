"""Runs that are killed, and what must be there after the next run: the same as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ketluan.archive import Archive
from ketluan.publishing import STEPS

#: Every step of the way of a file, after which a run may be killed.
ALL_STEPS = ("claimed", *STEPS, "explained", "moved", "released")

#: What `verify` may find after a crash, and no more after the next run
PASSING = {"stale_draft", "unrecorded", "missing_ledger", "torn_ledger"}

#: A draft, copies of it, a signed copy, a file that is refused: every way that a file can go
FILES = {
    "a.txt": b"2021-09|a",
    "b.docx": b"2021-09|a|",
    "c.pdf": b"locked",
    "d.txt": b"2021-09|a",
    "e.pdf": b"2021-09|a|68",
}
#: The same for several months
MANY_FILES = {
    f"{month:02}/{name}": data.replace(b"2021-09", f"2021-{month:02}".encode())
    for month in range(1, 7)
    for name, data in FILES.items()
}


@dataclass(frozen=True)
class Outcome:
    """All that a run leaves: the archive byte for byte, and where the files of the inbox lie."""

    archive: dict[str, bytes]
    inbox: list[str]
    seconds: float = 0.0  # that the run took, where it was measured


class Runner:
    """`ingest_runner.py`, to be asked for runs that are killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("ingest_runner.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )

    def run(self, home: Path, **request: object) -> list[int]:
        """How each of the runs ended: 0, or minus the signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"home": str(home), **request}) + "\n")
        self._process.stdin.flush()
        ended: list[int] = json.loads(self._process.stdout.readline())
        return ended

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


@contextmanager
def running() -> Iterator[Runner]:
    runner = Runner()
    try:
        yield runner
    finally:
        runner.close()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def fill(home: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = home / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return home


def outcome(home: Path) -> Outcome:
    lying = [name for name in tree(home / "inbox") if not name.startswith(".ketluan/")]
    return Outcome(tree(home / "archive"), lying)


def unharmed(runner: Runner, home: Path, files: dict[str, bytes]) -> Outcome:
    """What a run leaves that nothing stops."""
    began = time.monotonic()
    assert runner.run(fill(home, files), workers=2) == [0]
    return replace(outcome(home), seconds=time.monotonic() - began)


def wrong(runner: Runner, home: Path, files: dict[str, bytes], wanted: Outcome, **kill: object) -> list[str]:
    """Kill a run over `files` as `kill` says, run again, and say what is not as it must be: nothing."""
    ended = runner.run(fill(home, files), **kill)
    there = {path.read_bytes() for path in home.rglob("*") if path.is_file()}
    found = [f"{name} is neither in the inbox nor in the archive" for name, data in files.items() if data not in there]
    found += [f"right after: {f}" for f in Archive(home / "archive").verify() if f.code not in PASSING]
    if runner.run(home) != [0]:
        found.append("the second run failed")
    found += [f"in the end: {finding}" for finding in Archive(home / "archive").verify()]
    last = outcome(home)
    found += [f"archive differs: {name}" for name in _differing(last.archive, wanted.archive)]
    found += [f"inbox differs: {name}" for name in sorted(set(last.inbox) ^ set(wanted.inbox))]
    found += [f"a claim is left: {path.name}" for path in (home / "inbox" / ".ketluan").glob("*")]
    if "step" in kill and ended != [-9]:
        found.append(f"never came to the step: {ended}")
    return found


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
