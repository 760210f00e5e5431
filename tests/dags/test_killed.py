"""A run of the DAG that is killed in the middle, then run again beside `ketluan ingest`: nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
NUMBER = 8
pytestmark = pytest.mark.slow

RUN_DAG = """
import sys
from airflow.utils.db import initdb
from airflow.dag_processing.dagbag import BundleDagBag
initdb()
folder = sys.argv[1]
dag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder").dags["ingest_inbox"]
sys.exit(str(dag.test(run_conf={"settle_seconds": 0}).state) != "success")
"""
RUN_CLI = "from ketluan.cli import main\nif __name__ == '__main__': main()"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An office and an Airflow of its own, for processes that may be killed."""
    airflow = tmp_path / "airflow"
    given = {
        "AIRFLOW_HOME": str(airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow / "logs"),
        "KETLUAN_HOME": str(tmp_path / "office"),
        "KETLUAN_SETTLE_SECONDS": "0",
        "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "dags"))),
    }
    return {**os.environ, **given}


def started(script: str, *words: str, environment: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", script, *words]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, cwd=cwd, start_new_session=True, stdout=quiet, stderr=quiet)


def test_killed_and_run_again_beside_the_command_line(tmp_path: Path, environment: dict[str, str]) -> None:
    from ketluan.archive import Archive

    home = tmp_path / "office"
    (home / "inbox").mkdir(parents=True)
    notice = SAMPLE.read_bytes()
    files = {f"{n}.txt": notice + b"\n" * n for n in range(NUMBER)}
    for name, data in files.items():
        (home / "inbox" / name).write_bytes(data)

    dags = str(PROJECT / "dags")
    killed = started(RUN_DAG, dags, environment=environment, cwd=tmp_path)
    while killed.poll() is None and not list((home / "archive").glob("notices/*/*/v0002")):
        time.sleep(0.02)
    assert killed.poll() is None, "the run ended before it could be killed"
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    there = {path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert set(files.values()) <= there, "every file is in the inbox or in the archive"

    again = started(RUN_DAG, dags, environment=environment, cwd=tmp_path)
    beside = started(RUN_CLI, "ingest", environment=environment, cwd=tmp_path)
    assert (again.wait(), beside.wait()) == (0, 0)

    archive = Archive(home / "archive")
    (stored,) = archive.notices()
    assert stored.version == NUMBER
    assert {archive.original(one).read_bytes() for one in stored.renditions} == set(files.values())
    assert not list(archive.verify())
    lying = [path.name for path in (home / "inbox").iterdir() if path.is_file()]
    assert lying == []
    shutil.rmtree(tmp_path / "airflow", ignore_errors=True)
