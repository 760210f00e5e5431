"""What every DAG promises before it runs: it loads, says what it does, never overlaps, and is light to parse."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DAGS = PROJECT / "dags"

# id, cron in Asia/Ho_Chi_Minh (None: on demand only)
EXPECTED = [
    ("ingest_inbox", "0 1 * * *"),
    ("rebuild_index", None),
    ("verify_archive", "0 4 * * 0"),
]
IDS = [dag_id for dag_id, _ in EXPECTED]
TAGS = {"ketluan", "nightly", "weekly", "on-demand"}


def test_every_dag_loads(bag: Any) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == sorted(IDS)


@pytest.mark.parametrize(("dag_id", "cron"), EXPECTED)
def test_it_runs_when_the_office_sleeps(bag: Any, dag_id: str, cron: str | None) -> None:
    timetable = bag.dags[dag_id].timetable
    if cron is None:
        assert bag.dags[dag_id].schedule is None
        return
    assert timetable.expression == cron
    assert str(timetable.timezone) == "Asia/Ho_Chi_Minh"
    # Without it, a first start in the small hours would make up for a night before the office existed.
    assert timetable.run_immediately == timedelta(0)


@pytest.mark.parametrize("dag_id", IDS)
def test_runs_never_pile_up(bag: Any, dag_id: str) -> None:
    dag = bag.dags[dag_id]
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert dag.max_active_tasks <= 4, "above core.parallelism surplus tasks fail in the queue"
    assert timedelta(minutes=10) <= dag.dagrun_timeout <= timedelta(hours=23)


@pytest.mark.parametrize("dag_id", IDS)
def test_it_explains_itself(bag: Any, dag_id: str) -> None:
    dag = bag.dags[dag_id]
    assert dag.doc_md == ast.get_docstring(ast.parse((DAGS / f"{dag_id}.py").read_text("utf-8")), clean=False)
    for heading in ("When it runs", "What it does", "Running it again"):
        assert heading in dag.doc_md
    assert set(dag.tags) <= TAGS
    assert "ketluan" in dag.tags


@pytest.mark.parametrize("dag_id", IDS)
def test_only_what_may_pass_is_tried_again(bag: Any, dag_id: str) -> None:
    from airflow.sdk import RetryAction

    from ketluan.errors import ArchiveError, IndexUnavailable

    for task in bag.dags[dag_id].tasks:
        assert task.execution_timeout, task.task_id
        if task.task_id == "watcher":
            assert task.retries == 0
            continue
        assert task.retries == 2, task.task_id
        actions = {
            type(error): task.retry_policy.evaluate(error, 1, 3).action
            for error in (IndexUnavailable(), OSError(28, "disk full"), TimeoutError(),
                          PermissionError(), FileNotFoundError(), ArchiveError(), ValueError(), KeyError("x"))
        }  # fmt: skip
        assert {error for error, action in actions.items() if action is RetryAction.RETRY} == {
            IndexUnavailable, OSError, TimeoutError,
        }, task.task_id  # fmt: skip
        assert RetryAction.DEFAULT not in actions.values()


@pytest.mark.parametrize("dag_id", IDS)
def test_a_failed_step_turns_the_run_red(bag: Any, dag_id: str) -> None:
    """The state of a run is that of its leaves: one that always runs would hide a failure."""
    dag = bag.dags[dag_id]
    leaves = {task.task_id for task in dag.tasks if not task.downstream_task_ids}
    always = {task.task_id for task in dag.tasks if task.trigger_rule in ("all_done", "always")}
    assert not leaves & always
    if always:
        watcher = dag.get_task("watcher")
        assert watcher.trigger_rule == "one_failed"
        assert watcher.upstream_task_ids == {task.task_id for task in dag.tasks} - {"watcher"}


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.name)
def test_it_is_wiring_only(path: Path) -> None:
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    docstring = ast.get_docstring(tree, clean=False) or ""
    code = [line for line in source.replace(docstring, "").splitlines() if line.strip()]
    assert len(code) < 60
    at_top = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    tops = {name.split(".")[0] for name in at_top}
    assert tops <= {"airflow", "pendulum", "house"} | sys.stdlib_module_names
    assert {name for name in at_top if name.startswith("airflow")} <= {"airflow.sdk", "airflow.sdk.exceptions"}


@pytest.mark.parametrize("dag_id", IDS)
def test_parsing_is_light(dag_id: str) -> None:
    """The file is parsed every half minute, and again by every task."""
    program = (
        "import sys, runpy; import airflow.sdk, airflow.sdk.exceptions; before = set(sys.modules);"
        f"sys.path.insert(0, {str(DAGS)!r}); runpy.run_path({str(DAGS / dag_id)!r} + '.py');"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=PROJECT)
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {
        "extractors",
        "tantivy",
        "elasticsearch",
        "docx",
        "lxml",
        "pypdfium2",
        "pdfplumber",
        "yaml",
        "typer",
        "rich",
    }
    assert {name.split(".")[0] for name in loaded} & heavy == set()
    # The exceptions that are tried again are named in house.py, and looked up by Airflow.
    assert {name for name in loaded if name.startswith("ketluan")} <= {"ketluan", "ketluan.errors"}
