"""Takes in an inbox in processes that may be killed: one request a line on standard input, one answer a line.

A request is JSON: `home`, `archive` (its place in object storage), `times` (so many runs at once), `workers`, `lease`
(how long a lock in object storage is honoured), and when to kill: at the `nth` time of the `step`, or `after` so many
seconds. The answer lists how each run ended: 0, or minus the signal. The libraries are
imported once; each run is a fork of this program, which has one thread only.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ketluan import lease
from ketluan.extractor import extractor_version
from ketluan.ingest import finish, ingest_files, plan
from ketluan.run_report import IndexState
from ketluan.settings import Settings
from tests.ketluan.stand_in import read

NOW = datetime(2021, 10, 1, 1, 0, tzinfo=UTC)


def killer(step: str | None, nth: int) -> Callable[[str], None]:
    left = nth

    def strike(name: str) -> None:
        nonlocal left
        if name == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return strike


def run(request: dict[str, Any]) -> None:
    workers, home = request.get("workers", 1), Path(request["home"])
    lease.LEASE_SECONDS = request.get("lease", lease.LEASE_SECONDS)
    settings = Settings(
        home=home,
        archive_url=request.get("archive"),
        settle_seconds=0,
        workers=workers,
        read_seconds=10,
        _env_file=None,
    )
    planned = plan(settings, NOW)
    step = killer(request.get("step"), request.get("nth", 1))
    results = [r for chunk in planned.chunks for r in ingest_files(settings, chunk, extract=read, step=step)]
    finish(settings, planned, results, IndexState(True))


def start(request: dict[str, Any]) -> int:
    if child := os.fork():
        return child
    os.dup2(2, 1)
    code = 1
    try:
        run(request)
        code = 0
    finally:
        os._exit(code)


def answer(request: dict[str, Any]) -> list[int]:
    children = [start(request) for _ in range(request.get("times", 1))]
    if after := request.get("after"):
        select.select([], [], [], after)
        for child in children:
            os.kill(child, signal.SIGKILL)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # these runs have no index, and say so each time
    extractor_version()  # once for all runs, so that they can be compared byte for byte
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201  the answer
