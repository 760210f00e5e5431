"""`make screenshots`: every page of the web page as a picture, on a desktop and on a phone, in docs/screenshots.

The archive shown is the invented series, taken into a folder of its own that is removed afterwards; the day is fixed,
so that the same pages give the same pictures. Needs Chromium and LibreOffice.
"""

from __future__ import annotations

import argparse
import io
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from airflow_home import PROJECT
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ketluan import users
from ketluan.settings import Settings
from ketluan.web.app import ZONE, create_app

TODAY = datetime(2024, 6, 15, 9, 0, tzinfo=ZONE)
CHROMIUM = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=vi",
)
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
#: Pixels of the highest picture, and its colours: enough to judge a page by, small enough to be kept in the repository.
HIGHEST = {"desktop": 1300, "phone": 1700}
COLOURS = 40
#: Pictures of what only who is signed in sees.
SIGNED_IN = ("correct", "note", "follow-search", "upload")
NAME, FULL_NAME, PASSWORD = "ha.le", "Lê Thị Hà", secrets.token_urlsafe(16)


def addresses(settings: Settings) -> dict[str, str]:
    """Name of the picture → address. Notices are named by what they show: a PDF, a Word file."""
    from ketluan.archive import Archive

    stored = list(Archive(settings.archive).notices())
    pdf = next(s for s in stored if s.renditions[0].format == "pdf")
    word = next(s for s in stored if s.renditions[0].format == "docx")
    run = next(iter(sorted(settings.reports.glob("*.json")))).stem
    return {
        "home": "/",
        "search": "/?q=giai+ngan",
        "search-filters": "/?q=đất&agency=Sở+Tài+nguyên+và+Môi+trường&role=lead&from=2023-01&to=2024-06",
        "search-nothing": "/?q=tàu+vũ+trụ",
        "notice-pdf": f"/notices/{pdf.id}?at={_dated(pdf)}",
        "notice-text": f"/notices/{word.id}?at={_dated(word)}",
        "correct": f"/notices/{word.id}?at={_dated(word)}&correct=lead#correct",
        "trace-first": "/trace",
        "trace": "/trace?q=trường+mầm+non",
        "due": "/due?as-of=2024-06-15&within=14",
        "note": f"/due?as-of=2024-06-15&note={word.id}:{_dated(word)}:1#correct",
        "calendar": "/calendar",
        "problems": "/problems",
        "runs": "/runs",
        "run": f"/runs/{run}",
        "follow": "/follow",
        "follow-search": "/follow?q=giải+ngân&kind=directive",
        "sign-in": "/sign-in",
        "upload": "/upload",
        "help": "/help",
        "english": "/due?as-of=2024-06-15&within=14&lang=en",
        "error": "/khong-co",
    }


def main() -> int:
    """Take the pictures; `--home` shows another archive (without what needs a sign-in), `--out` writes elsewhere,
    `--only` takes some."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "screenshots")
    parser.add_argument("--only", nargs="*")
    given = parser.parse_args()
    with _home(given.home) as home:
        settings = Settings(home=home, web_access_log=False, settle_seconds=0)
        with _serving(settings) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=list(CHROMIUM))
            given.out.mkdir(parents=True, exist_ok=True)
            for name, address in addresses(settings).items():
                if (not given.only or name in given.only) and not (given.home and name in SIGNED_IN):
                    _take(browser, base, address, name, given.out)
            browser.close()
    return 0


def _dated(stored: object) -> str:
    """The path of the first conclusion with agency, deadline and room to look at."""
    conclusions = stored.notice.conclusions  # type: ignore[attr-defined]
    return str(next(c.path for c in conclusions[4:] if c.lead and any(d.due for d in c.deadlines)))


def _take(browser: Browser, base: str, address: str, name: str, out: Path) -> None:
    for size, (width, height) in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce")
        if name in SIGNED_IN:
            page.goto(f"{base}/sign-in")
            page.locator("[name=name]").fill(NAME)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("main button").click()
        page.goto(f"{base}{address}", wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(tall, height), HIGHEST[size])})
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            out / f"{name}-{size}.png", optimize=True
        )
        page.close()
    sys.stdout.write(f"  {name}\n")


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="ketluan-screenshots-") as folder:
        environment = os.environ | {"KETLUAN_HOME": folder, "KETLUAN_SETTLE_SECONDS": "0"}
        program = [sys.executable, "-c", "from ketluan.cli import main\nif __name__ == '__main__': main()"]
        for command in ([sys.executable, "-m", "samples.series", folder], [*program, "ingest"]):
            subprocess.run(command, check=True, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
        users.add(Settings(home=Path(folder)).users, NAME, FULL_NAME, PASSWORD, now=TODAY)
        yield Path(folder)


@contextmanager
def _serving(settings: Settings) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(settings, clock=lambda: TODAY), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("chromium is missing: apt-get install chromium")
    return found


if __name__ == "__main__":
    sys.exit(main())
