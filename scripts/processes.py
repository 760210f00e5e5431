"""Processes that end with us: started in sessions of their own, stopped with everything they started.

A child that outlives its parent is handed to us (Linux: child subreaper), so that the
last sweep finds it by descent, whatever session it moved to.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 15.0


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_with_parent() -> None:
    """In the child: be told to end when the launcher is killed outright."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Family:
    """The servers, by name, and all that descends from them."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start a server; what it says goes to `NAME.log`."""
        with (self.logs / f"{name}.log").open("ab") as out:
            self.running[name] = subprocess.Popen(  # noqa: S603
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    def fallen(self) -> list[str]:
        """Servers that ended by themselves."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def stop(self, progress: Callable[[int], None] = lambda left: None) -> None:
        """End all: first a request to each server, after the grace SIGKILL to whatever is left."""
        for process in self.running.values():
            _signal(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while (left := self._alive()) and time.monotonic() < deadline:
            progress(len(left))
            if not any(process.poll() is None for process in self.running.values()):
                for pid in left:  # what a server left behind
                    _signal(pid, signal.SIGTERM)
            time.sleep(0.2)
        for _ in range(25):
            if not (left := self._alive()):
                return
            for pid in left:
                _signal(pid, signal.SIGKILL)
            time.sleep(0.1)

    def _alive(self) -> set[int]:
        for process in self.running.values():
            process.poll()
        return descendants(os.getpid(), reap=True)


def descendants(root: int, *, reap: bool = False) -> set[int]:
    """Every living process below `root`, by `/proc`. With `reap`, ended orphans handed to us are buried."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(entry.name)] = int(parent)
            elif reap and int(parent) == root:
                os.waitpid(int(entry.name), os.WNOHANG)
    found: set[int] = set()
    frontier = {root}
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
