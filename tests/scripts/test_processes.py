"""Whatever a server started ends with the launcher, wherever it moved and whatever it ignores."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

# what the server does (shell), in a line each
SERVERS = {
    "plain": "sleep 300",
    "with a child": "sleep 300 & wait",
    "leaves an orphan in another session": "setsid sh -c 'sleep 300' & sleep 0.3",
    "orphan of an orphan": "(setsid sh -c 'sleep 300 & sleep 300' &) ; sleep 300",
    "ignores TERM": "trap '' TERM; sleep 300; sleep 300",
}

PROGRAM = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import processes
processes.GRACE_SECONDS = 1.0
family = processes.Family(Path(sys.argv[2]))
family.start("server", ["sh", "-c", sys.argv[3]], os.environ)
time.sleep(0.8)
before = processes.descendants(os.getpid())
family.stop()
print(len(before), len(processes.descendants(os.getpid())))
"""


@pytest.mark.parametrize("does", SERVERS.values(), ids=SERVERS)
def test_nothing_is_left(does: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(PROJECT / "scripts"), str(tmp_path), does]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    before, after = map(int, done.stdout.split())
    assert before >= 1
    assert after == 0


def test_a_server_that_ended_is_named(tmp_path: Path) -> None:
    program = PROGRAM.replace("family.stop()", "print(family.fallen())").rsplit("print", 1)[0]
    command = [sys.executable, "-c", program, str(PROJECT / "scripts"), str(tmp_path), "exit 3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "['server']\n"
