"""Starts the real Elasticsearch without Docker, for tests and for trying things by hand.

    python tests/elasticsearch/server.py         # prints its address, stays until Ctrl-C

The server is the build that Elastic publishes at Maven Central for integration tests; it needs Java 17 and
Maven and is kept in `.cache/`. That build lacks the analysis module of the full server, so the plugin in `shim/` is
compiled against it and installed. Each run has folders of its own (data, configuration, logs), free ports on
loopback, and a user without rights when started as root; nothing of it is left at the end.
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHIM = Path(__file__).parent / "shim"
CACHE = Path(__file__).parents[2] / ".cache" / "elasticsearch"
#: Where the server is unpacked when the project lies in a folder that only root may enter.
OPEN_CACHE = Path("/var/tmp/ketluan-elasticsearch")
INSTALL = "sudo apt-get install -y openjdk-17-jdk-headless maven"
USER = "nobody"  # Elasticsearch refuses to run as root
HEAP = "512m"
#: C1 only: a server that lives for minutes spends more on compiling well than it gains by it.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1"
#: Memory that looks like a disk: index creation waits for the disk several times each.
QUICK = Path("/dev/shm")
QUICK_BYTES = 1_000_000_000
PREFIX = "ketluan-elasticsearch-"
SECURED = {
    "xpack.security.enabled": "true",
    "xpack.security.autoconfiguration.enabled": "false",
    "xpack.security.http.ssl.enabled": "false",
    "xpack.security.transport.ssl.enabled": "false",
}
START_SECONDS = 240.0
STOP_SECONDS = 30.0


class CannotStart(RuntimeError):
    """The server does not come up; the message says what to do."""


class Server:
    """One Elasticsearch process with a folder of its own. `url` and `transport` are known once it has started."""

    def __init__(
        self, home: Path, *, settings: dict[str, str] | None = None, password: str | None = None, heap: str = HEAP
    ) -> None:
        """With a `password` (of the user `elastic`) security is on. `settings` may change between two starts."""
        self.home = home
        self.url = ""
        self.transport = ""  # where other nodes reach it
        self.settings = (SECURED if password else {}) | (settings or {})
        self._password = password
        self._heap = heap
        self._process: subprocess.Popen[bytes] | None = None
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        (self._folder / "owner").write_text(str(os.getpid()))
        for name in ("logs", "tmp"):
            (self._folder / name).mkdir()
        self._ports = self._folder / "logs" / "http.ports"
        self._data = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_data_root()))
        (self._data / "owner").write_text(str(os.getpid()))
        shutil.copytree(home / "config", self._folder / "config")
        _hand_over(self._folder)
        _hand_over(self._data)
        if password:
            self._keep_password(password)

    def start(self) -> None:
        """Start and wait until it answers; a second start finds the same data at the same addresses."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start, and `wait` later: several at the same time."""
        self._ports.unlink(missing_ok=True)
        self._configure(self.url.rpartition(":")[2] or "0", self.transport.rpartition(":")[2] or "0")
        with (self._folder / "logs" / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [str(self.home / "bin" / "elasticsearch")],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=self._folder,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **_unprivileged(),  # type: ignore[call-overload]
            )

    def wait(self) -> None:
        """Until it answers `_cluster/health` (this build answers 405 to `/`)."""
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise CannotStart(f"Elasticsearch ended at once:\n{self.log()}")
            if self._ports.exists() and (address := self._ports.read_text().split()):
                self.url = f"http://{address[0]}"
                self.transport = self._ports.with_name("transport.ports").read_text().split()[0]
                if _answers(f"{self.url}/_cluster/health", self._password):
                    return
            time.sleep(0.2)
        raise CannotStart(f"Elasticsearch did not answer within {START_SECONDS:.0f} s:\n{self.log()}")

    def stop(self) -> None:
        """End it and take its folder away."""
        self._end(signal.SIGTERM)
        for folder in (self._folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def kill(self) -> None:
        """End it at once, as a power cut would; `start` brings it back."""
        self._end(signal.SIGKILL)

    def log(self) -> str:
        """The last lines it wrote."""
        try:
            return (self._folder / "logs" / "console.log").read_text(errors="replace")[-3000:]
        except FileNotFoundError:
            return ""

    def _configure(self, port: str, transport: str) -> None:
        values = {
            "cluster.name": "ketluan-test",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": port,
            "transport.port": transport,
            "node.portsfile": "true",  # writes logs/http.ports and transport.ports: no race for a free port
            "path.data": str(self._data / "data"),
            "path.logs": str(self._folder / "logs"),
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self.settings,
        }
        lines = "".join(f"{name}: {value}\n" for name, value in values.items())
        (self._folder / "config" / "elasticsearch.yml").write_text(lines, encoding="utf-8")

    def _keep_password(self, password: str) -> None:
        command = [str(self.home / "bin" / "elasticsearch-keystore"), "add", "-x", "-f", "bootstrap.password"]
        subprocess.run(
            command,
            input=password.encode(),
            env=self._environment(),
            cwd=self._folder,
            check=True,
            capture_output=True,
            **_unprivileged(),  # type: ignore[call-overload]
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "ES_JAVA_HOME": str(_java_home()),
            "ES_JAVA_OPTS": f"-Xms{self._heap} -Xmx{self._heap} {JAVA_OPTIONS}",
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_TMPDIR": str(self._folder / "tmp"),
        }

    def _end(self, how: signal.Signals) -> None:
        """The start script runs the server as its child, in one process group of their own."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign, patience in ((how, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            try:
                os.killpg(process.pid, sign)
                process.wait(patience)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        _wait_for_group(process.pid)


@contextmanager
def running(**settings: str) -> Iterator[Server]:
    """A server that is up, ended when the block is left."""
    server = Server(prepare(), settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def prepare() -> Path:
    """The unpacked server with the plugin in it; fetched and compiled where it is not there yet."""
    CACHE.mkdir(parents=True, exist_ok=True)
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SHIM.iterdir()))).hexdigest()[:8]
    with FileLock(CACHE / "lock"):
        root = CACHE if _enterable(CACHE) else OPEN_CACHE
        home = root / f"{VERSION}-{stamp}"
        if not home.exists():
            _build(_download(), home)
    return home


def shared(folder: Path, owner: int) -> str:
    """Address of the one server of a test run of several processes; it ends when the process `owner` ends."""
    note = folder / "elasticsearch.url"
    with FileLock(folder / "elasticsearch.lock"):
        if not note.exists():
            command = [sys.executable, str(Path(__file__)), "--owner", str(owner), "--note", str(note)]
            keeper = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
            while not note.exists():
                if keeper.poll() is not None:
                    raise CannotStart("Elasticsearch did not start; `python tests/elasticsearch/server.py` says why")
                time.sleep(0.2)
        return note.read_text(encoding="utf-8")


def _download() -> Path:
    archive = CACHE / f"elasticsearch-{VERSION}.zip"
    if not archive.exists():
        fetched = CACHE / "download"
        _run(_tool("mvn"), "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={fetched}")
        (fetched / archive.name).replace(archive)
        fetched.rmdir()
    return archive


def _build(archive: Path, home: Path) -> None:
    """Unpack, compile and install beside the final place, then rename: a broken attempt is never used."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="unpack-") as scratch:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(scratch)
        fresh = Path(scratch) / f"elasticsearch-{VERSION}"
        _install_shim(fresh)
        for script in (fresh / "bin").iterdir():
            script.chmod(0o755)
        _run("chmod", "-R", "a+rX", str(fresh))
        fresh.rename(home)


def _install_shim(home: Path) -> None:
    plugin = home / "plugins" / "ketluan-analysis-shim"
    classes = home / "shim-classes"
    plugin.mkdir(parents=True)
    sources = [str(path) for path in sorted(SHIM.glob("*.java"))]
    _run(_tool("javac"), "--release", "17", "-cp", f"{home}/lib/*", "-d", str(classes), *sources)
    with zipfile.ZipFile(plugin / "shim.jar", "w") as jar:
        for path in sorted(classes.rglob("*.class")):
            jar.write(path, path.relative_to(classes).as_posix())
    shutil.rmtree(classes)
    shutil.copy(SHIM / "plugin-descriptor.properties", plugin)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotStart(f"{name} is needed to run Elasticsearch in the tests: {INSTALL}")
    return found


def _java_home() -> Path:
    return Path(os.environ.get("JAVA_HOME") or Path(_tool("java")).resolve().parents[1])


def _unprivileged() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    who = pwd.getpwnam(USER)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _hand_over(folder: Path) -> None:
    """Make the folder the server's own."""
    if os.geteuid() != 0:
        return
    who = pwd.getpwnam(USER)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, who.pw_uid, who.pw_gid)


def _data_root() -> Path:
    """Where data lie: in memory where there is room, else where temporary files are."""
    try:
        roomy = os.access(QUICK, os.W_OK) and shutil.disk_usage(QUICK).free > QUICK_BYTES
    except OSError:
        roomy = False
    return QUICK if roomy else Path(tempfile.gettempdir())


def _sweep() -> None:
    """Take away the folders of runs that were killed before they could do so themselves."""
    roots = {Path(tempfile.gettempdir()), QUICK}
    for owner in (owner for root in roots for owner in root.glob(f"{PREFIX}*/owner")):
        try:
            left = not _alive(int(owner.read_text()))
        except (OSError, ValueError):
            continue  # being made or taken away just now, or another user's
        if left:
            shutil.rmtree(owner.parent, ignore_errors=True)


def _enterable(folder: Path) -> bool:
    """Whether the user that runs the server may read there."""
    command = [_tool("test"), "-x", str(folder)]
    return subprocess.run(command, check=False, **_unprivileged()).returncode == 0  # type: ignore[call-overload, no-any-return]


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, however it dies (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _answers(url: str, password: str | None) -> bool:
    """Whether the server is up, and knows its users where security is on: that takes it a moment longer."""
    request = urllib.request.Request(url)
    if password:
        signed = base64.b64encode(f"elastic:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {signed}")
    try:
        with urllib.request.urlopen(request, timeout=2):
            return True
    except OSError:
        return False


def _wait_for_group(group: int) -> None:
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    """Run until Ctrl-C, or until the process `--owner` ends; `--note` names a file for the address."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owner", type=int, help="end when this process ends")
    parser.add_argument("--note", type=Path, help="write the address into this file")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with running() as server:
        if asked.note:
            part = asked.note.with_suffix(".part")
            part.write_text(server.url, encoding="utf-8")
            part.replace(asked.note)
        else:
            print(server.url, flush=True)  # noqa: T201
        try:
            while asked.owner is None or _alive(asked.owner):
                time.sleep(0.5)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
