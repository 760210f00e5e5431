"""`make smoke`: the whole stack of docker-compose.yml on this machine, from the build to an answer, then taken away.

Works on a copy of the project in a folder of its own, under a project name of its own: the office's data and secrets
are not touched. Needs Docker with Compose 2, some 8 GB of memory and free ports (8080, 9200, 5601, 8765).
Ends with 0 when every check held.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_api import ENDED, Api, NotReady
from airflow_home import PROJECT
from terminal import Terminal

from ketluan.kibana import boards, objects, provision
from ketluan.kibana.web import Site, Unreachable

NAME = "ketluan-smoke"
PORTS = {8080: "Airflow", 9200: "Elasticsearch", 5601: "Kibana", 8765: "trang tra cứu"}
START_SECONDS = 1800.0  # the first time images are fetched and built
RUN_SECONDS = 600.0
PAUSE_SECONDS = 5.0
LEFT_OUT = shutil.ignore_patterns("var", "var-*", ".venv", ".tools", ".git", ".env", "__pycache__", ".*cache")
INSTALL = (
    "Cần Docker có Compose 2 (docker with compose is needed):\n"
    "  sudo apt-get install -y docker.io docker-compose-v2    # Ubuntu; nơi khác: https://docs.docker.com/engine/install/\n"
    "  sudo usermod -aG docker $USER                          # rồi đăng nhập lại"
)


class Failed(Exception):
    """A check that did not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Container:
    """A service as Docker sees it."""

    service: str
    state: str  # created, running, exited …
    health: str  # healthy, unhealthy, starting; empty where there is no check
    code: int

    @property
    def ready(self) -> bool:
        return (self.state == "exited" and self.code == 0) or (self.state == "running" and self.health == "healthy")

    @property
    def broken(self) -> bool:
        return (self.state == "exited" and self.code != 0) or self.state in ("dead", "removing")


def containers(listed: str) -> list[Container]:
    """What `docker compose ps --all --format json` says: a list, or one object a line, as the version has it."""
    lines = json.loads(listed) if listed.lstrip().startswith("[") else map(json.loads, listed.splitlines())
    return [Container(c["Service"], c["State"], c.get("Health") or "", int(c.get("ExitCode") or 0)) for c in lines]


def main() -> int:
    """Try it all, and tell."""
    terminal = Terminal()
    if wanting := _wanting():
        terminal.say(f"✗ {wanting}")
        return 1
    with tempfile.TemporaryDirectory(prefix=f"{NAME}-", ignore_cleanup_errors=True) as folder:
        stack = Stack(Path(folder) / "project", terminal)
        try:
            stack.start()
            for told in stack.checks():
                terminal.say(f"• {told}")
        except (Failed, NotReady, Unreachable) as error:
            terminal.say(f"✗ {error}")
            stack.logs()
            return 1
        finally:
            stack.stop()
    terminal.say("Mọi bước đều đạt.")
    return 0


def _wanting() -> str:
    """What is missing on this machine, or nothing."""
    for command in (["docker", "compose", "version"], ["docker", "info"]):
        found = shutil.which(command[0])
        if found is None or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
            return f"Không chạy được `{' '.join(command)}`. {INSTALL}"
    taken = [f"{port} ({name})" for port, name in PORTS.items() if _taken(port)]
    return f"Cổng đang có chương trình khác dùng: {', '.join(taken)}. Hãy dừng chương trình ấy." if taken else ""


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Stack:
    """The stack in a folder of its own."""

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        self.folder = folder
        self.terminal = terminal
        self.secrets: dict[str, str] = {}

    def start(self) -> None:
        """Copy, make secrets, build, and wait until every service is well and every one-shot has ended well."""
        shutil.copytree(PROJECT, self.folder, ignore=LEFT_OUT)
        subprocess.run([sys.executable, "scripts/make_secrets.py"], cwd=self.folder, check=True, capture_output=True)
        lines = (self.folder / ".env").read_text(encoding="utf-8").splitlines()
        self.secrets = dict(line.split("=", 1) for line in lines)
        for name in ("inbox", "archive"):
            (self.folder / "var" / name).mkdir(parents=True)
        if self._compose("up", "--detach", "--build").returncode:
            raise Failed("`docker compose up` không xong")
        self._until("khởi động", START_SECONDS, self._ready)

    def _ready(self) -> bool:
        listed = self._compose("ps", "--all", "--format", "json", quiet=True).stdout
        found = containers(listed)
        if broken := [c.service for c in found if c.broken]:
            raise Failed(f"không khởi động được: {', '.join(broken)}")
        return bool(found) and all(c.ready for c in found)

    def checks(self) -> Iterator[str]:
        """Each thing that must hold, told when it does. Raises where one does not."""
        yield "Mọi dịch vụ đều khỏe."
        yield self._notice_taken_in()
        yield elasticsearch_answers(self._site(9200, "elastic", "ELASTIC_PASSWORD"))
        yield archivist_only_reads(self._site(9200, "luu-tru", "ARCHIVIST_PASSWORD"))
        yield kibana_has_everything(self._site(5601, "elastic", "ELASTIC_PASSWORD"))
        yield page_finds("http://127.0.0.1:8765")

    def _site(self, port: int, user: str, password: str) -> Site:
        return Site(f"http://127.0.0.1:{port}", user, self.secrets[password])

    def _notice_taken_in(self) -> str:
        sample = PROJECT / "samples" / "2021-09-lao-cai.txt"
        shutil.copy(sample, self.folder / "var" / "inbox")
        api = Api("http://127.0.0.1:8080", "admin", self.secrets["AIRFLOW_ADMIN_PASSWORD"])
        run = api.start_run("ingest_inbox", {"settle_seconds": 0})
        self._until("nhận văn bản mẫu", RUN_SECONDS, lambda: api.run_state("ingest_inbox", run) in ENDED)
        if (state := api.run_state("ingest_inbox", run)) != "success":
            raise Failed(f"quy trình ingest_inbox: {state}")
        if not list((self.folder / "var" / "inbox" / "done").rglob(sample.name)):
            raise Failed("văn bản mẫu không nằm trong inbox/done")
        return "Airflow đã nhận văn bản mẫu vào kho."

    def logs(self) -> None:
        """The last words of whatever is not well."""
        listed = self._compose("ps", "--all", "--format", "json", quiet=True).stdout
        for service in (c.service for c in containers(listed) if not c.ready):
            self.terminal.say(self._compose("logs", "--tail", "40", service, quiet=True).stdout)

    def stop(self) -> None:
        """Take everything away: containers, volumes, the copy."""
        self._compose("down", "--volumes", "--remove-orphans", quiet=True)

    def _until(self, what: str, seconds: float, done: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not done():
            if (waited := time.monotonic() - began) > seconds:
                raise Failed(f"{what}: chưa xong sau {seconds:.0f} giây")
            self.terminal.progress(what, waited)
            time.sleep(PAUSE_SECONDS)

    def _compose(self, *words: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        command = ["docker", "compose", "--project-name", NAME, *words]
        return subprocess.run(command, cwd=self.folder, capture_output=quiet, text=True, check=False)  # noqa: S603


def elasticsearch_answers(site: Site) -> str:
    """Conclusions are in the index."""
    answer = site.ask("GET", f"/{objects.PREFIX}-conclusions/_count")
    count = answer.body.get("count", 0) if answer.ok else 0
    if not count:
        raise Failed(f"Elasticsearch không có kết luận nào ({answer.status}): {answer.body}")
    return f"Elasticsearch có {count} kết luận."


def archivist_only_reads(site: Site) -> str:
    """The archivists' user finds and may not write."""
    found = site.ask("POST", f"/{objects.PREFIX}-conclusions/_search", {"size": 1})
    written = site.ask("POST", f"/{objects.PREFIX}-conclusions/_doc", {"text": "x"})
    if not found.ok or written.status != 403:
        raise Failed(f"Tài khoản cán bộ: đọc {found.status}, ghi {written.status} (phải là 200 và 403)")
    return "Tài khoản cán bộ chỉ đọc được."


def kibana_has_everything(site: Site, made: Iterable[dict[str, Any]] = ()) -> str:
    """Every object that we bring is there, and none of them is an error."""
    status = site.ask("GET", "/api/status")
    if not status.ok or status.body["status"]["overall"]["level"] != "available":
        raise Failed(f"Kibana chưa sẵn sàng ({status.status})")
    wanted = [{"type": one["type"], "id": one["id"]} for one in made or objects.build()]
    answer = site.ask("POST", f"/s/{provision.SPACE}/api/saved_objects/_bulk_get", wanted)
    held = answer.body.get("saved_objects", []) if answer.ok else []
    lost = [one["id"] for one in held if "error" in one] or ([] if len(held) == len(wanted) else ["?"])
    if lost:
        raise Failed(f"Kibana thiếu {', '.join(lost)} ({answer.status})")
    return f"Kibana có đủ {len(wanted)} đối tượng, trong đó {len(boards.BOARDS)} bảng theo dõi."


def page_finds(base: str) -> str:
    """Our page answers a question with a conclusion of the sample."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{base}/?q=quy+hoach+su+dung+dat", timeout=30) as answer:
            text = answer.read().decode("utf-8")
    except (urllib.error.URLError, OSError) as error:
        raise Failed(f"Trang tra cứu: {error}") from error
    if 'class="card"' not in text:
        raise Failed("Trang tra cứu không tìm thấy kết luận nào")
    return "Trang tra cứu trả lời được."


if __name__ == "__main__":
    sys.exit(main())
