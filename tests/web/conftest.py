"""A real server on a free port, a real Chromium, and archives that the program itself took in."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from ketluan import users
from ketluan.ingest import ingest_inbox
from ketluan.settings import Settings
from ketluan.web.app import ZONE, create_app
from samples.series.__main__ import main as write_series

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
NAME, FULL_NAME, PASSWORD = "ha.le", "Lê Thị Hà", "rừng thông đầu nguồn"
TODAY = datetime(2023, 6, 15, 9, 0, tzinfo=ZONE)


def take_in(home: Path, **options: Any) -> Settings:
    """Settings over `home`, its inbox taken in."""
    settings = Settings(home=home, settle_seconds=0, workers=1, **options)
    report = ingest_inbox(settings, now=TODAY)
    assert not report.failed
    assert report.index.level
    return settings


@dataclass
class Served:
    """An address, and the settings behind it; `sign_in` lets the archivist in."""

    base: str
    settings: Settings

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def sign_in(self, page: Page, back: str = "/") -> None:
        """As a person does, made a user first where nobody is."""
        if not self.settings.users.exists():
            users.add(self.settings.users, NAME, FULL_NAME, PASSWORD, now=TODAY)
        page.goto(f"{self.base}/sign-in?{urlencode({'next': back})}")
        page.get_by_label("Tên đăng nhập").fill(NAME)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(self.base + back)


@pytest.fixture(scope="session")
def ingest() -> Callable[..., Settings]:
    """Takes the inbox of a home in (`take_in`)."""
    return take_in


@pytest.fixture(scope="session")
def serving() -> Iterator[Callable[..., Served]]:
    """Serves settings on a free port until the tests end."""
    with ExitStack() as stack:

        def serve(settings: Settings, **options: Any) -> Served:
            listening = socket.create_server(("127.0.0.1", 0))
            app = create_app(settings, clock=lambda: TODAY, **options)
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, server_header=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()

            def end() -> None:
                server.should_exit = True
                thread.join(10)
                listening.close()

            stack.callback(end)
            while not server.started:
                time.sleep(0.02)
            return Served(f"http://127.0.0.1:{listening.getsockname()[1]}", settings)

        yield serve


@pytest.fixture(scope="session")
def series(tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Served]) -> Served:
    """Nine months of the invented province (the eighth is missing), as Word, PDF and text."""
    home = tmp_path_factory.mktemp("series")
    assert write_series([str(home), "--months", "9"]) == 0
    (home / "inbox" / "trang-trang.txt").write_text(" \n", encoding="utf-8")  # to lie in quarantine
    return serving(take_in(home))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Served]) -> Served:
    """The one real notice."""
    home = tmp_path_factory.mktemp("sample")
    (home / "inbox").mkdir()
    shutil.copyfile(SAMPLE, home / "inbox" / SAMPLE.name)
    return serving(take_in(home))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Served]) -> Served:
    """An office on its first day."""
    return serving(take_in(tmp_path_factory.mktemp("empty")))


@dataclass
class Watch:
    """What pages asked for, and what went wrong in them."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Note everything that happens in the context."""
        context.on("request", lambda r: self.hosts.add(r.url.split("/")[2].rpartition(":")[0]))
        context.on("weberror", lambda e: self.errors.append(str(e.error)))
        context.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def context(browser: Browser, watch: Watch) -> Iterator[BrowserContext]:
    """A fresh window. At the end: no script failed, and no request left the machine."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN", accept_downloads=True)
    made.set_default_timeout(15_000)
    watch.over(made)
    yield made
    made.close()
    assert watch.hosts <= {"127.0.0.1"}
    assert watch.errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A window without JavaScript."""
    made = browser.new_context(java_script_enabled=False)
    made.set_default_timeout(15_000)
    yield made.new_page()
    made.close()
