"""What does Airflow cost over the command line, on many files, on an empty night, and when DAGs are looked at?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed import corpus
from benchmarks.speed.measure import Foreign, clocked
from benchmarks.speed.report import Figure, Row

ROOT = Path(__file__).parents[2]
FILES = 2_000
_CLI = [sys.executable, "-c", "from ketluan.cli import main; main()", "ingest", "--json"]
_DAG = [sys.executable, str(ROOT / "scripts" / "demo.py")]
#: The DAG may cost a quarter more than the command line, and a minute.
FACTOR, MINUTE = 1.25, 60.0
EMPTY_SECONDS = 60.0
PARSE_SECONDS = 1.0


def rows(files: int = FILES) -> Iterator[Row | Figure]:
    """The DAG and the command line on the same files; an empty night; what importing the DAGs costs."""
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        homes = {name: Path(folder) / name for name in ("cli", "dag")}
        for home in homes.values():
            corpus.fill(home / "inbox", corpus.formats_in_turn(files))
        with Foreign() as machine:
            cli = clocked(lambda: _run(_CLI, homes["cli"]))
            dag = clocked(lambda: _run(_DAG, homes["dag"]))
        allowed = FACTOR * cli + MINUTE
        yield Figure("night", "command line", f"{files:,} files", cli, "s", machine.foreign)
        yield Figure("night", "DAG, Airflow's start included", f"{files:,} files", dag, "s", machine.foreign, allowed)
        with Foreign() as machine:
            empty = clocked(lambda: _run(_DAG, homes["dag"]))
        yield Figure("night", "DAG", "an empty inbox", empty, "s", machine.foreign, EMPTY_SECONDS)
    with Foreign() as machine:
        bare = min(clocked(lambda: _import("airflow.sdk")) for _ in range(3))
        ours = min(clocked(lambda: _import(*_dags())) for _ in range(3))
    yield Figure(
        "night", "importing all DAGs, over Airflow's own import", "", ours - bare, "s", machine.foreign, PARSE_SECONDS
    )


def _dags() -> list[str]:
    return ["airflow.sdk", *sorted(path.stem for path in (ROOT / "dags").glob("*.py"))]


def _import(*modules: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        _run([sys.executable, "-c", f"import {', '.join(modules)}"], Path(home))


def _run(command: list[str], home: Path) -> None:
    environment = {
        **os.environ,
        "KETLUAN_HOME": str(home),
        "KETLUAN_SETTLE_SECONDS": "0",
        "AIRFLOW_HOME": str(home / "airflow"),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "dags"))),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
