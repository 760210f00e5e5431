"""`make run` from its start to its end, as a person at a terminal has it. Slow: real servers start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

PROJECT = Path(__file__).resolve().parents[2]
READY = "Nhấn Ctrl-C để dừng."

pytestmark = pytest.mark.slow


class Launcher:
    """The launcher as a process, with what it said so far."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.parent / f"{home.name}-{time.monotonic_ns()}.out"
        environment = {key: os.environ[key] for key in ("PATH", "LANG", "SSL_CERT_FILE") if key in os.environ}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(PROJECT / "scripts" / "serve.py")],
                env=environment | {"KETLUAN_HOME": str(home), "HOME": str(home.parent / "nobody")},
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 240) -> str:
        end = time.monotonic() + seconds
        while text not in self.said:
            assert self.process.poll() is None, f"ended early:\n{self.said}"
            assert time.monotonic() < end, f"never said {text!r}:\n{self.said}"
            time.sleep(0.2)
        return self.said

    def ended(self, seconds: float = 60) -> int:
        return self.process.wait(seconds)

    def family(self) -> set[int]:
        """All processes below the launcher."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
        found: set[int] = set()
        frontier = {self.process.pid}
        while frontier := {pid for pid, parent in parents.items() if parent in frontier} - found:
            found |= frontier
        return found

    def pid_of(self, server: str) -> int:
        for pid in self.family():
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if re.search(rf"airflow {server}|airflow.* {server}", command):
                return pid
        raise AssertionError(f"no {server} among {self.family()}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the whole story: the first start, then a later one."""
    return tmp_path_factory.mktemp("serve") / "office"


@pytest.fixture
def launch(office: Path) -> Iterator[Callable[[], Launcher]]:
    started: list[Launcher] = []

    def start() -> Launcher:
        started.append(Launcher(office))
        return started[-1]

    yield start
    for launcher in started:
        if launcher.process.poll() is None:
            family = launcher.family()
            launcher.process.kill()
            for pid in family:
                if Path(f"/proc/{pid}").exists():
                    os.kill(pid, signal.SIGKILL)


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    running = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.add(pid)
        except OSError:
            continue
    return running


def port_of(said: str) -> int:
    match = re.search(r"http://127\.0\.0\.1:(\d+)", said)
    assert match, said
    return int(match[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def listeners(pids: set[int]) -> set[str]:
    """Addresses in /proc/net/tcp (hexadecimal) on which these processes listen."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if match := re.fullmatch(r"socket:\[(\d+)\]", target):
                inodes.add(match[1])
    rows = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}


def inside_airflow(browser: Browser, airflow: str, password: str, page: str) -> None:
    """Airflow lists the page, and shows it in a frame that works: sign in, open, search."""
    shown = browser.new_page()
    shown.goto(airflow)
    shown.locator("input[name=username]").fill("admin")
    shown.locator("input[name=password]").fill(password)
    shown.locator("button[type=submit]").click()
    shown.wait_for_url(lambda url: "login" not in url)
    listed = shown.request.get(f"{airflow}/api/v2/plugins").json()["plugins"]
    views = {view["name"]: view for plugin in listed for view in plugin["external_views"]}
    assert views["Kho kết luận"]["href"] == page
    shown.get_by_role("link", name="Kho kết luận").click()
    frame = shown.frame_locator("iframe")
    frame.get_by_role("searchbox").or_(frame.get_by_role("combobox")).first.fill("dat")
    frame.get_by_role("button", name="Tìm").click()
    expect(frame.locator("article.card mark").first).to_be_visible(timeout=30_000)
    shown.close()


def test_first_start_takes_the_sample_in_and_ctrl_c_leaves_nothing(
    launch: Callable[[], Launcher], office: Path, browser: Browser
) -> None:
    launcher = launch()
    said = launcher.wait_for(READY)
    assert "đã đặt thông báo mẫu" in said
    assert re.search(r"Mật khẩu: \S{12,}", said)
    assert "Lượt nhận văn bản đã xong" in said
    assert "đã lưu" in said
    assert (office / "archive").is_dir()
    assert not list((office / "inbox").glob("*.txt")), "the sample left the inbox"
    for name in ("secrets.json", "passwords.json"):
        assert (office / "airflow" / name).stat().st_mode & 0o777 == 0o600
    assert not (office.parent / "nobody").exists(), "nothing is written to the user's home"

    port, family = port_of(said), launcher.family()
    assert len(family) >= 4
    page = re.search(r"Trang web .*: (http://127\.0\.0\.1:(\d+)/)", said)
    assert page, said
    expected = {f"0100007F:{number:04X}" for number in (port, int(page[2]))}
    assert listeners(family) == expected, "Airflow and the page, each on the loopback address"
    with urllib.request.urlopen(f"{page[1]}?q=dat", timeout=30) as answer:
        assert "<mark>đất</mark>" in answer.read().decode()

    password = re.search(r"Mật khẩu: (\S{12,})", said)
    assert password
    inside_airflow(browser, f"http://127.0.0.1:{port}", password[1], page[1])

    command = re.search(r"^  (KETLUAN_HOME=\S+ )?(\.venv/bin/ketluan search .*)$", said, re.MULTILINE)
    assert command, said
    asked = subprocess.run(["sh", "-c", command[0]], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    assert "đất" in asked.stdout

    launcher.process.send_signal(signal.SIGINT)
    assert launcher.ended() == 0
    assert "Không còn tiến trình nào" in launcher.said
    assert alive(family) == set()
    assert not is_open(port)
    assert not is_open(int(page[2]))


def test_second_start_keeps_the_password_and_says_when_a_server_falls(launch: Callable[[], Launcher]) -> None:
    launcher = launch()
    said = launcher.wait_for(READY)
    assert not re.search(r"Mật khẩu: \S{12,} ", said)
    assert "thông báo mẫu" not in said
    port, family = port_of(said), launcher.family()

    twin = launch()
    assert twin.ended() == 1
    assert "đang chạy rồi" in twin.said

    os.kill(launcher.pid_of("triggerer"), signal.SIGKILL)
    assert launcher.ended() == 1
    assert "triggerer đã dừng bất thường" in launcher.said
    assert alive(family) == set()
    assert not is_open(port)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_closing_the_terminal_while_it_starts_leaves_nothing(launch: Callable[[], Launcher], number: int) -> None:
    launcher = launch()
    launcher.wait_for("khởi động Airflow")
    time.sleep(2)
    family = launcher.family()
    assert family
    launcher.process.send_signal(number)
    assert launcher.ended() == 0
    assert alive(family) == set()
