"""`make smoke` where there is no Docker, and what it makes of Docker's words. The stack itself is not started here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))

import smoke  # noqa: E402

LISTED = [
    # service, state, health, code → ready, broken
    (("web", "running", "healthy", 0), True, False),
    (("web", "running", "starting", 0), False, False),
    (("web", "running", "unhealthy", 0), False, False),
    (("airflow-init", "exited", "", 0), True, False),
    (("airflow-init", "exited", "", 1), False, True),
    (("kibana", "created", "", 0), False, False),
    (("kibana", "restarting", "", 1), False, False),
]


@pytest.mark.parametrize("as_lines", [True, False])
def test_what_docker_says_of_each_service(as_lines: bool) -> None:
    rows = [dict(zip(("Service", "State", "Health", "ExitCode"), row, strict=True)) for row, _, _ in LISTED]
    said = "\n".join(map(json.dumps, rows)) if as_lines else json.dumps(rows)
    found = smoke.containers(said)
    assert [(c.ready, c.broken) for c in found] == [(ready, broken) for _, ready, broken in LISTED]
    assert smoke.containers("") == []


def test_without_docker_it_says_how_to_get_it(tmp_path: Path) -> None:
    command = [sys.executable, str(PROJECT / "scripts" / "smoke.py")]
    given = {**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "apt-get install -y docker.io" in done.stdout


class Page(BaseHTTPRequestHandler):
    """A page that answers with its server's `text`."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.text)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_page_without_a_conclusion_is_a_failure(page: ThreadingHTTPServer) -> None:
    base = f"http://127.0.0.1:{page.server_port}"
    page.text = b'<article class="card">'  # type: ignore[attr-defined]
    assert smoke.page_finds(base)
    page.text = b"<p>Kh\xc3\xb4ng</p>"  # type: ignore[attr-defined]
    with pytest.raises(smoke.Failed):
        smoke.page_finds(base)
    with pytest.raises(smoke.Failed):
        smoke.page_finds("http://127.0.0.1:1")
