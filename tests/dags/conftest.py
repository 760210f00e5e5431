"""A real Airflow for the tests: its own folder and database, made once for each test process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="ketluan-airflow-"))

# Airflow reads its environment when it is first imported: before any test module is.
os.environ.update(
    {
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{AIRFLOW_HOME}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(AIRFLOW_HOME / "logs"),
    }
)


@pytest.fixture(scope="session")
def bag() -> Iterator[Any]:
    """The project's DAGs, parsed by Airflow itself."""
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.utils.db import initdb

    initdb()
    yield BundleDagBag(PROJECT / "dags", bundle_path=PROJECT / "dags", bundle_name="dags-folder")
    shutil.rmtree(AIRFLOW_HOME, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office of its own: an empty `KETLUAN_HOME`."""
    home = tmp_path / "office"
    (home / "inbox").mkdir(parents=True)
    monkeypatch.setenv("KETLUAN_HOME", str(home))
    monkeypatch.setenv("KETLUAN_SETTLE_SECONDS", "0")
    return home


@pytest.fixture
def run(bag: Any, home: Path) -> Callable[..., Any]:
    """Run a DAG to its end in this process; gives the DagRun."""
    from datetime import timedelta

    def run_dag(dag_id: str, **conf: Any) -> Any:
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            task.retry_delay = timedelta(0)
            task.retry_exponential_backoff = 0
        return dag.test(run_conf=conf)

    return run_dag
