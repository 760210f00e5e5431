"""`make demo`: one run of the nightly DAG in this process, without servers, then the report.

Ends with 0 when the run succeeded, also when there was nothing new to take in.
Airflow's own words go to a log file that is named.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import first_steps
from airflow_home import base_environment
from terminal import Terminal

DAG = "ingest_inbox"


def main() -> int:
    """Run once and tell what came of it."""
    settings = first_steps.settings()
    airflow = settings.home / "airflow" / "demo"
    log = airflow / "demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    terminal = Terminal()
    terminal.say(f"Kho kết luận · thư mục dữ liệu: {settings.home}")
    if first_steps.drop_sample(settings):
        terminal.say(f"• Hộp thư đến còn trống: đã đặt thông báo mẫu {first_steps.SAMPLE.name} vào {settings.inbox}")
    seen = first_steps.reports(settings).keys()
    os.environ.update(base_environment(settings.home, airflow))
    with _quiet(log) as out, _ticking(Terminal(out), f"chạy quy trình {DAG}"):
        state = _run()
    if state != "success":
        terminal.say(f"✗ Quy trình có lỗi ({state}). Xem {log}")
    terminal.say("\n".join(first_steps.told(settings, seen)))
    terminal.say()
    terminal.say("\n".join(first_steps.questions(settings)))
    terminal.say(f"\nNhật ký: {log}")
    return 0 if state == "success" else 1


def _run() -> str:
    """One run in this process; gives its state. Airflow is imported here: it reads the environment once."""
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.utils.db import initdb

    initdb()
    folder = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        return f"import errors: {bag.import_errors}"
    return str(bag.dags[DAG].test(run_conf={"settle_seconds": 0}).state)


@contextmanager
def _quiet(log: Path) -> Iterator[TextIO]:
    """Send what this process and its children write to `log`; yields a stream to the real terminal."""
    sys.stdout.flush()
    kept = [os.dup(1), os.dup(2)]
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    real = os.fdopen(os.dup(kept[0]), "w", encoding="utf-8")
    try:
        yield real
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for target, descriptor in zip((1, 2), kept, strict=True):
            os.dup2(descriptor, target)
            os.close(descriptor)
        real.close()


@contextmanager
def _ticking(terminal: Terminal, text: str) -> Iterator[None]:
    """Show progress while the block runs."""
    began, done = time.monotonic(), threading.Event()

    def tick() -> None:
        while not done.wait(0.5):
            terminal.progress(text, time.monotonic() - began)

    terminal.progress(text, 0)
    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        terminal.clear()


if __name__ == "__main__":
    sys.exit(main())
