"""How is something measured? By turns, several times each, with what else the machine did meanwhile."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Timed:
    """One measurement: seconds by the clock, and busy cores that were not ours (0 on a quiet machine)."""

    seconds: float
    foreign: float


def by_turns(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[Timed]]:
    """Each of `ways` measured `rounds` times, one after the other, so that a busy moment meets all alike.

    A way does the work once and gives back the seconds it took.
    """
    found: dict[str, list[Timed]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            with Foreign() as machine:
                seconds = way()
            found[name].append(Timed(seconds, machine.foreign))
    return found


def seconds(timed: Sequence[Timed]) -> float:
    """The median."""
    return median(t.seconds for t in timed)


def clocked(work: Callable[[], object]) -> float:
    """Seconds by the clock that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spent(work: Callable[[], object]) -> float:
    """Seconds of the processor that `work` takes in this process: what others do meanwhile counts little."""
    began = time.process_time()
    work()
    return time.process_time() - began


class Foreign:
    """Within the block: how many cores did others keep busy (mean)? Ours are this process and its descendants."""

    foreign = 0.0

    def __enter__(self) -> Foreign:
        self._began, self._all, self._ours = time.monotonic(), _busy(), _used()
        return self

    def __exit__(self, *_: object) -> None:
        took = max(time.monotonic() - self._began, 1e-6)
        self.foreign = max((_busy() - self._all) - (_used() - self._ours), 0.0) / took


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this process and those it starts on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[core % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def peak_bytes(pid: int) -> int:
    """Largest resident size that a process had (VmHWM of proc(5)), with those of its living descendants."""
    total = 0
    for one in (pid, *descendants(pid)):
        try:
            lines = Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
    return total


def descendants(pid: int) -> list[int]:
    """Processes started by `pid`, and by those."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in started:
            found += [child, *descendants(child)]
    return found


def _busy() -> float:
    """Seconds in which cores were busy since the machine started."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, soft, steal = (int(f) for f in fields[:8])
    return (user + nice + system + irq + soft + steal) / _TICK


def _used() -> float:
    """Seconds of processors that this process, its ended children and its living descendants have used."""
    times = os.times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in descendants(os.getpid()):
        try:
            fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(f) for f in fields[11:15]) / _TICK
    return total
