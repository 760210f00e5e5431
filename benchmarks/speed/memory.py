"""Does memory grow with the number of files? The peak of a whole run, its readers included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed import corpus
from benchmarks.speed.measure import peak_bytes
from benchmarks.speed.report import Figure, Row

FEW, MANY = 200, 2_000


def rows(few: int = FEW, many: int = MANY) -> Iterator[Row | Figure]:
    """Peak memory of a run over few files and over many."""
    peaks = {files: _peak(files) for files in (few, many)}
    for files, peak in peaks.items():
        yield Figure("memory", "peak of a run with its readers", f"{files:,} files", peak / 1e6, "MB")
    less, more = peaks[few] / 1e6, peaks[many] / 1e6
    yield Row("memory", f"{many:,} files", f"{few:,} files", more, less, "MB", 0.0, less=True, target=1 / 1.2)


def _peak(files: int) -> int:
    """Bytes: the largest sum seen of the peaks of all processes of the run."""
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        home = Path(folder) / "home"
        corpus.fill(home / "inbox", corpus.formats_in_turn(files))
        command = [sys.executable, "-c", "from ketluan.cli import main; main()", "ingest", "--json"]
        environment = {**os.environ, "KETLUAN_HOME": str(home), "KETLUAN_SETTLE_SECONDS": "0"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as run:
            most = 0
            done = threading.Event()

            def watch() -> None:
                nonlocal most
                while not done.wait(0.2):
                    most = max(most, peak_bytes(run.pid))

            watcher = threading.Thread(target=watch)
            watcher.start()
            status = run.wait()
            done.set()
            watcher.join()
        if status:
            raise RuntimeError(f"the run of {files} files ended with {status}")
    return most
