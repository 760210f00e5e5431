"""`make run`: Airflow on this machine without Docker, the inbox taken in once, then on duty until Ctrl-C.

Starts api-server, scheduler, dag-processor and triggerer on SQLite, and the web page, all on the
loopback address. Ends with every process it started: on Ctrl-C, on TERM, when the terminal
closes, and when one of the five ends by itself.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import first_steps
from airflow_api import ENDED, Api, NotReady
from airflow_home import AIRFLOW, USER, Secrets, base_environment, free_port, load_secrets, migrate, server_environment
from processes import Family
from terminal import Terminal

from ketluan.settings import Settings

DAG = "ingest_inbox"
START_SECONDS = 240.0
RUN_SECONDS = 3600.0
SERVERS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "-s"],  # -s: no log server on a port of its own
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "-s"],
}
PAGE = "web"
STEPS = {
    "plan": "xem hộp thư đến",
    "ingest": "đọc và lưu văn bản",
    "index": "lập chỉ mục",
    "report": "viết báo cáo",
    "watcher": "kết thúc",
}


class Stop(Exception):
    """Asked to end."""


class Broken(Exception):
    """Cannot go on; the text says why, for the archivist."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this launcher works."""

    settings: Settings
    airflow: Path
    logs: Path
    terminal: Terminal

    @classmethod
    def make(cls) -> Place:
        settings = first_steps.settings()
        airflow = settings.home / "airflow"
        logs = airflow / "logs" / "servers"
        logs.mkdir(parents=True, exist_ok=True)
        return cls(settings, airflow, logs, Terminal())


def main() -> int:
    """Run until asked to end. 0 when asked, 1 when something broke."""
    place = Place.make()
    say = place.terminal.say
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    family = Family(place.logs)
    try:
        with _only_one(place.airflow):
            _serve(place, family)
    except Stop:
        return 0
    except Broken as error:
        say(f"✗ {error}")
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _end(place.terminal, family)
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


@contextmanager
def _only_one(airflow: Path) -> Iterator[None]:
    """Two launchers on one home would share one database: the second one says so and ends."""
    with (airflow / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Broken(f"Hệ thống đang chạy rồi với thư mục này ({airflow.parent}). Hãy dùng cửa sổ kia.") from None
        yield


def _serve(place: Place, family: Family) -> None:
    say = place.terminal.say
    keys = load_secrets(place.airflow)
    port = free_port()
    say(f"Kho kết luận · thư mục dữ liệu: {place.settings.home}")
    say(f"• Nhật ký của Airflow: {place.logs}")
    place.terminal.progress("chuẩn bị cơ sở dữ liệu của Airflow", 0)
    page_port = free_port(place.settings.web_port)
    shown = {"KETLUAN_WEB_ADDRESS": f"http://127.0.0.1:{page_port}/"}
    environment = os.environ | server_environment(place.settings.home, place.airflow, port, keys) | shown
    bare = os.environ | base_environment(place.settings.home, place.airflow)
    if not migrate(bare | {"AIRFLOW__CORE__FERNET_KEY": keys.fernet_key}, place.logs / "migrate.log"):
        raise Broken(f"Không chuẩn bị được cơ sở dữ liệu của Airflow. Xem {place.logs / 'migrate.log'}")
    for name, arguments in SERVERS.items():
        family.start(name, [*AIRFLOW, *arguments], environment)
    api = Api(f"http://127.0.0.1:{port}", USER, keys.password)
    _wait_healthy(place, family, api)
    _greet(place, api, keys)
    page = _start_page(place, family, page_port, port)
    _first_run(place, family, api)
    say()
    say(f"Trang web để tìm và xem bản gốc: {page}  (trong Airflow: mục “Kho kết luận”)")
    say("Hệ thống chạy tiếp và tự nhận hộp thư đến lúc 01:00 mỗi đêm. Nhấn Ctrl-C để dừng.")
    while True:
        _check(place, family)
        time.sleep(1)


def _start_page(place: Place, family: Family, port: int, airflow_port: int) -> str:
    """Start the web page at `port`, to be shown inside Airflow too; gives its address."""
    own = place.settings.web_frame_ancestors.replace("'none'", "")
    given = {
        "KETLUAN_HOME": str(place.settings.home),
        "KETLUAN_WEB_HOST": "127.0.0.1",
        "KETLUAN_WEB_PORT": str(port),
        "KETLUAN_WEB_FRAME_ANCESTORS": f"{own} http://127.0.0.1:{airflow_port} http://localhost:{airflow_port}".strip(),
    }
    family.start(PAGE, [sys.executable, "-m", "ketluan.web"], os.environ | given)
    return f"http://127.0.0.1:{port}/"


def _check(place: Place, family: Family) -> None:
    for name in family.fallen():
        raise Broken(
            f"{'Trang' if name == PAGE else 'Airflow'} {name} đã dừng bất thường. Xem {place.logs / f'{name}.log'}"
        )


def _wait_healthy(place: Place, family: Family, api: Api) -> None:
    began = time.monotonic()
    while (waited := time.monotonic() - began) < START_SECONDS:
        _check(place, family)
        try:
            missing = api.unhealthy()
        except NotReady:
            missing = ["api-server"]
        if not missing:
            return
        place.terminal.progress("khởi động Airflow", waited)
        time.sleep(0.5)
    raise Broken(f"Airflow không sẵn sàng sau {START_SECONDS:.0f} giây. Xem {place.logs}")


def _greet(place: Place, api: Api, keys: Secrets) -> None:
    say = place.terminal.say
    say(f"• Airflow đã chạy: {api.base}  (chỉ mở được trên máy này)")
    if keys.fresh:
        say(f"  Tên đăng nhập: {USER}   Mật khẩu: {keys.password}   (chỉ hiện một lần; hãy ghi lại)")
    else:
        say(f"  Tên đăng nhập: {USER}   Mật khẩu: đã hiện ở lần chạy đầu, giữ trong {place.airflow / 'passwords.json'}")


def _first_run(place: Place, family: Family, api: Api) -> None:
    """Take the inbox in now, and tell what came of it."""
    say = place.terminal.say
    if first_steps.drop_sample(place.settings):
        say(f"• Hộp thư đến còn trống: đã đặt thông báo mẫu {first_steps.SAMPLE.name} vào {place.settings.inbox}")
    seen = first_steps.reports(place.settings).keys()
    state = _run(place, family, api)
    say(f"• Lượt nhận văn bản {'đã xong' if state == 'success' else 'CÓ LỖI, xem ' + api.base}")
    say("\n".join(first_steps.told(place.settings, seen)))
    say()
    say("\n".join(first_steps.questions(place.settings)))


def _run(place: Place, family: Family, api: Api) -> str:
    began = time.monotonic()
    run_id, step = "", "chờ Airflow nạp quy trình"
    while (waited := time.monotonic() - began) < RUN_SECONDS:
        _check(place, family)
        try:
            run_id = run_id or api.start_run(DAG, {"settle_seconds": 0})
            if (state := api.run_state(DAG, run_id)) in ENDED:
                return state
            step = _step(api.task_states(DAG, run_id))
        except NotReady:
            pass  # not yet, or busy: the step before still holds
        place.terminal.progress(f"nhận văn bản: {step}", waited)
        time.sleep(0.5)
    raise Broken(f"Lượt nhận văn bản chưa xong sau {RUN_SECONDS:.0f} giây. Xem {api.base}")


def _step(tasks: list[tuple[str, str]]) -> str:
    """The step that the run is at, in words."""
    chunks = [state for task, state in tasks if task == "ingest"]
    open_steps = {task for task, state in tasks if state not in ("success", "failed", "skipped", "upstream_failed")}
    for task, words in STEPS.items():
        if task in open_steps:
            done = sum(state == "success" for state in chunks)
            return f"{words}, phần {done + 1}/{len(chunks)}" if task == "ingest" and len(chunks) > 1 else words
    return "kết thúc"


def _end(terminal: Terminal, family: Family) -> None:
    if not family.running:
        return
    began = time.monotonic()
    family.stop(lambda left: terminal.progress("đang dừng Airflow", time.monotonic() - began))
    terminal.say("• Đã dừng. Không còn tiến trình nào chạy.")


if __name__ == "__main__":
    sys.exit(main())
