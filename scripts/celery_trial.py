"""`make celery`: Airflow's CeleryExecutor tried on this machine, as it would run on several.

Starts Redis, api-server, scheduler, dag-processor and two Celery workers of one task each, all on loopback. Three
nights are taken in from one inbox that both workers share; in the third, a worker is killed in the middle of a
chunk. The same files go through `ketluan ingest` in a home of its own. Ends with 0 when both archives and both
indices say the same, the archive verifies, every task went through Celery, and each worker did its part.
The program must not change meanwhile: two versions of it may read one paper differently.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from airflow_api import ENDED, Api, NotReady
from airflow_home import AIRFLOW, PROJECT, USER, free_port, load_secrets, migrate, server_environment
from processes import Family, descendants
from terminal import Terminal

from ketluan.archive import Archive
from ketluan.index import open_index
from ketluan.index.records import fingerprint
from ketluan.settings import Settings
from samples.series import make_series

DAG = "ingest_inbox"
NIGHTS = (220, 12, 220)  # files; 220 make three chunks, which two workers share
WORKERS = ("first", "second")
START_SECONDS = 240.0
RUN_SECONDS = 600.0
KEPT_FROM_WORKERS = (
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
)
INGEST = [sys.executable, "-c", "from ketluan.cli import main; main()", "ingest"]


class Failed(Exception):
    """A check that did not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive and its index say, whenever and wherever it was taken in."""

    notices: dict[str, str]
    versions: dict[str, int]
    indexed: dict[str, str]
    originals: frozenset[str]
    findings: tuple[str, ...]

    def of(self, id: str) -> tuple[object, ...]:
        """What both say of one notice."""
        return self.notices.get(id), self.versions.get(id), self.indexed.get(id)


def main() -> int:
    """Try it, and tell."""
    terminal = Terminal()
    with tempfile.TemporaryDirectory(prefix="ketluan-celery-") as folder:
        trial = Trial(Path(folder), terminal)
        try:
            trial.run()
        except Failed as error:
            terminal.say(f"✗ {error}")
            kept = Path(tempfile.mkdtemp(prefix="ketluan-celery-logs-"))
            shutil.copytree(trial.logs, kept, dirs_exist_ok=True)
            terminal.say(f"  Logs: {kept}")
            return 1
        finally:
            trial.family.stop()
    return 0


class Trial:
    """One run of it, in a folder of its own."""

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        self.home, self.alone = folder / "workers", folder / "alone"
        self.airflow = folder / "airflow"
        self.logs = self.airflow / "logs" / "servers"
        self.logs.mkdir(parents=True)
        self.family = Family(self.logs)
        self._files = 0
        self._say = terminal.say
        self._progress = terminal.progress
        self._keys = load_secrets(self.airflow)
        port, redis = free_port(), free_port(0)
        self._api = Api(f"http://127.0.0.1:{port}", USER, self._keys.password)
        self._redis = redis
        self._broker = f"redis://127.0.0.1:{redis}/0"
        self._environment = os.environ | server_environment(self.home, self.airflow, port, self._keys) | self._celery()

    def _celery(self) -> dict[str, str]:
        """What differs from `make run`. Workers know the broker, the api-server and the secrets, not the database."""
        return {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": self._broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": self._broker.removesuffix("0") + "1",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
            "KETLUAN_WORKERS": "1",
        }

    def run(self) -> None:
        """Raises `Failed` where a check does not hold."""
        *undisturbed, last = _nights()
        self._start()
        self._shares(sum(self._night(night) for night in undisturbed))
        self._compare()
        self._night(last, self._kill_a_busy_worker)
        self._compare()

    # -- servers

    def _start(self) -> None:
        self._say(f"• Logs: {self.logs}")
        bare = ["--bind", "127.0.0.1", "--save", "", "--dir", str(self.airflow)]
        self.family.start("redis", ["redis-server", "--port", str(self._redis), *bare], os.environ)
        if not migrate(self._environment, self.logs / "migrate.log"):
            raise Failed("Airflow's database could not be made")
        servers = {"api-server": ["api-server"], "scheduler": ["scheduler", "-s"], "dag-processor": ["dag-processor"]}
        for name, words in servers.items():
            self.family.start(name, [*AIRFLOW, *words], self._environment)
        for name in WORKERS:
            self.family.start(f"worker-{name}", self._worker(name), self._worker_environment())
        self._wait("Airflow and its workers start", self._ready, START_SECONDS)

    def _worker(self, name: str) -> list[str]:
        words = ["--celery-hostname", name, "--skip-serve-logs", "--without-gossip", "--without-mingle"]
        return [*AIRFLOW, "celery", "worker", *words, "--pid", str(self.airflow / f"{name}.pid")]

    def _worker_environment(self) -> dict[str, str]:
        """As on another machine: without Airflow's database (one that is nowhere) and without its secrets."""
        known = {name: value for name, value in self._environment.items() if name not in KEPT_FROM_WORKERS}
        return {**known, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////nonexistent/airflow.db"}

    def _ready(self) -> bool:
        return not self._api.unhealthy() and len(self._inspect().ping() or {}) == len(WORKERS)

    def _inspect(self) -> Any:
        """Asks the workers themselves."""
        from celery import Celery

        return Celery(broker=self._broker).control.inspect(timeout=3)

    # -- the nights

    def _night(self, files: dict[str, str], meanwhile: Callable[[str], None] = lambda run: None) -> int:
        """Take files in by a run of the DAG, and by the command line elsewhere; gives the number of tasks done."""
        for home in (self.home, self.alone):
            _drop(home / "inbox", files)
        _ingest(self.alone)
        self._files += len(files)
        began = time.monotonic()
        run = self._started()
        meanwhile(run)
        self._wait("the night", lambda: self._api.run_state(DAG, run) in ENDED, RUN_SECONDS)
        states = self._api.task_states(DAG, run)
        if self._api.run_state(DAG, run) != "success":
            raise Failed(f"the night failed: {states}")
        self._say(f"• A night of {len(files)} files: {time.monotonic() - began:.0f} s")
        return sum(state == "success" for _, state in states)

    def _started(self) -> str:
        runs: list[str] = []

        def start() -> bool:
            runs.append(self._api.start_run(DAG, {"settle_seconds": 0}))
            return True

        self._wait("Airflow reads the DAG", start, START_SECONDS)
        return runs[0]

    def _kill_a_busy_worker(self, run: str) -> None:
        """SIGKILL to a worker with all its children, as a power cut would, while it takes in a chunk."""
        victims: list[str] = []

        def found() -> bool:
            if ("ingest", "running") in self._api.task_states(DAG, run):
                busy = self._inspect().active() or {}
                victims.extend(node.partition("@")[2] for node, tasks in busy.items() if "ingest" in _steps(tasks))
            return bool(victims)

        self._wait("a worker takes in a chunk", found, RUN_SECONDS)
        process = self.family.running.pop(f"worker-{victims[0]}")
        for pid in {process.pid, *descendants(process.pid)}:
            os.kill(pid, signal.SIGKILL)
        process.wait()
        self._say(f"• Killed in the middle of a chunk: {victims[0]}")

    def _wait(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        began = time.monotonic()
        while (waited := time.monotonic() - began) < seconds:
            if fallen := self.family.fallen():
                raise Failed(f"ended by themselves: {', '.join(fallen)}")
            try:
                if true():
                    return
            except NotReady:
                pass
            self._progress(what, waited)
            time.sleep(0.5)
        raise Failed(f"not within {seconds:.0f} s: {what}")

    # -- what came of it

    def _compare(self) -> None:
        ours, theirs = _contents(self.home), _contents(self.alone)
        if ours.findings or len(ours.originals) != self._files:
            raise Failed(f"{len(ours.originals)} of {self._files} originals, findings: {ours.findings}")
        if left := [path.name for path in (self.home / "inbox").iterdir() if path.is_file()]:
            raise Failed(f"left in the inbox: {left}")
        if ours != theirs or ours.indexed != ours.notices:
            others = sorted(id for id in ours.notices.keys() | theirs.notices.keys() if ours.of(id) != theirs.of(id))
            raise Failed(f"archive or index is another than the command line's: {', '.join(others[:5]) or 'index'}")
        self._say(
            f"• {self._files} files, {len(ours.notices)} notices: archive and index as the command line makes them"
        )

    def _shares(self, done: int) -> None:
        told = self._inspect().stats() or {}
        shares = {node: sum(one["total"].values()) for node, one in sorted(told.items())}
        if sum(shares.values()) != done or len(shares) < len(WORKERS) or min(shares.values()) < 2:
            raise Failed(f"{done} tasks, of which workers did {shares}")
        self._say(f"• {done} tasks, all through Celery: {shares}")


def _steps(tasks: list[dict[str, Any]]) -> set[str]:
    """The steps of the night that a worker is at: Celery's task has Airflow's, in JSON, as its argument."""
    return {json.loads(task["args"][0])["ti"]["task_id"] for task in tasks}


def _nights() -> list[dict[str, str]]:
    """Names and texts of invented notices; no name and no text comes twice."""
    copies = (notice for copy in range(sum(NIGHTS)) for notice in make_series(copy=copy))
    return [{f"{n.name}.txt": n.text for n in islice(copies, files)} for files in NIGHTS]


def _drop(inbox: Path, night: dict[str, str]) -> None:
    inbox.mkdir(parents=True, exist_ok=True)
    for name, text in night.items():
        (inbox / name).write_text(text, encoding="utf-8")


def _ingest(home: Path) -> None:
    given = {"KETLUAN_HOME": str(home), "KETLUAN_SETTLE_SECONDS": "0", "PYTHONPATH": str(PROJECT)}
    subprocess.run(INGEST, env=os.environ | given, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _contents(home: Path) -> Contents:
    settings = Settings(home=home, _env_file=None)
    archive = Archive(settings.archive)
    notices = list(archive.notices())
    index = open_index(settings)
    indexed = index.fingerprints()
    index.close()
    originals = (archive.original(one) for stored in notices for one in stored.renditions)
    return Contents(
        {stored.id: fingerprint(stored) for stored in notices},
        {stored.id: stored.version for stored in notices},
        indexed,
        frozenset(path.name for path in originals),
        tuple(f"{found.path}: {found.code}" for found in archive.verify()),
    )


if __name__ == "__main__":
    sys.exit(main())
