"""Does the web page hold when fifty ask at once, some with hostile questions, and others hold lines open?

    python -m benchmarks.load 120           (`make load SECONDS=120`)

Starts the page as a process of its own over the sample notice, asks it for so many seconds, and prints what came. Ends
with 1 where an answer was no answer (a 5xx, a line cut), or memory grew beyond `MOST_GROWTH`.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from ketluan.ingest import ingest_inbox
from ketluan.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
USERS = 50
SLOW_LINES = 20
MOST_GROWTH = 300_000_000  # bytes, over what it is after a first round of questions

#: What people ask, and what nobody should
QUESTIONS = (
    "quy hoạch sử dụng đất",
    "quy hoach su dung dat",
    "covid",
    '"Sở Y tế" -vacxin',
    "",
    "a" * 3000,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    '"' * 500,
    "((((((((((" * 50,
    "*" * 200,
    "a~9 AND (b OR -c) NOT field:x",
    "../../etc/passwd",
    "\0\u202e\ufeff",
    "%00%0d%0aSet-Cookie: x=1",
    " ".join(f"w{n}" for n in range(500)),
)
PLACES = ("/?q={}", "/search?q={}", "/trace?q={}", "/due", "/suggest?q={}", "/{}")


@dataclass
class Came:
    """What came: answers by status, lines that were cut, seconds of each answer, memory before and after (bytes)."""

    statuses: Counter[int] = field(default_factory=Counter)
    cut: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    before: int = 0
    after: int = 0

    @property
    def errors(self) -> int:
        """Answers that were none."""
        return len(self.cut) + sum(number for status, number in self.statuses.items() if status >= 500)


@contextmanager
def page(home: Path) -> Iterator[tuple[int, int]]:
    """The page over the sample, as a process of its own; gives its port and number."""
    (home / "inbox").mkdir(parents=True)
    shutil.copyfile(SAMPLE, home / "inbox" / SAMPLE.name)
    ingest_inbox(Settings(home=home, settle_seconds=0, min_free_bytes=0), now=datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"KETLUAN_HOME": str(home), "KETLUAN_WEB_PORT": str(port), "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen([sys.executable, "-m", "ketluan.web"], env=os.environ | given, cwd=home)
    try:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def load(home: Path, seconds: float, users: int = USERS) -> Came:
    """Ask the page for so long, by so many at once."""
    with page(home) as (port, process):
        came, lock = Came(), threading.Lock()
        for number in range(len(QUESTIONS) * len(PLACES)):
            _ask(port, number, came, lock)
        came.before = _memory(process)
        end = time.monotonic() + seconds
        work = [threading.Thread(target=_user, args=(port, n, end, came, lock)) for n in range(users)]
        work += [threading.Thread(target=_slow, args=(port, end)) for _ in range(SLOW_LINES)]
        for one in work:
            one.start()
        for one in work:
            one.join()
        _ask(port, 0, came, lock)
        came.after = _memory(process)
    return came


def _user(port: int, seed: int, end: float, came: Came, lock: threading.Lock) -> None:
    chance = random.Random(seed)
    while time.monotonic() < end:
        _ask(port, chance.randrange(len(QUESTIONS) * len(PLACES)), came, lock)


def _ask(port: int, number: int, came: Came, lock: threading.Lock) -> None:
    question, place = QUESTIONS[number % len(QUESTIONS)], PLACES[number // len(QUESTIONS) % len(PLACES)]
    path, began = place.format(quote(question, safe="")), time.monotonic()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        link.request("GET", path)
        answer = link.getresponse()
        answer.read()
        with lock:
            came.statuses[answer.status] += 1
            came.seconds.append(time.monotonic() - began)
    except (OSError, http.client.HTTPException) as exc:
        with lock:
            came.cut.append(f"{path[:80]}: {exc!r}")
    finally:
        link.close()


def _slow(port: int, end: float) -> None:
    """A client that sends a letter a second and never ends its request."""
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            while time.monotonic() < end:
                line.sendall(b"a")
                time.sleep(1)


def _memory(process: int) -> int:
    """Resident memory of a process (bytes)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(seconds: float) -> int:
    """Print what came; gives the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        came = load(Path(scratch, "home"), seconds)
    ordered = sorted(came.seconds)
    for status, number in sorted(came.statuses.items()):
        print(f"answers {status}: {number}")
    print(f"lines cut: {len(came.cut)} {came.cut[:3]}")
    print(f"seconds: median {ordered[len(ordered) // 2]:.3f}, 95 of 100 {ordered[len(ordered) * 95 // 100]:.3f}")
    print(f"memory: {came.before / 1e6:.0f} MB, after {seconds:g} s with {USERS} users {came.after / 1e6:.0f} MB")
    return 1 if came.errors or came.after - came.before > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 120))
