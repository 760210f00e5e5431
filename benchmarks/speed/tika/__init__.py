"""Apache Tika, warm, as a peer: its own server cannot be had from every repository, so a small program stands for it.

`TikaPeer.java` calls the same parsers. Timed by itself it has no network between it and the files, which is
to Tika's advantage. Java 17 and Maven fetch and compile it into `.cache/speed/tika`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.speed.corpus import CACHE

HERE = Path(__file__).parent
INSTALL = "sudo apt-get install -y openjdk-17-jdk-headless maven"
VERSION = "3.2.2"
_MEMORY = "-Xmx1g"
_MARK = "> "


class Peer:
    """Times passes over a folder in a warm process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def once(self) -> float:
        """Seconds of the processor that one pass takes."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        seconds, characters = _told(self._process).split()
        assert int(characters) > 0
        return float(seconds)


@contextmanager
def passes(folder: Path, *, warm: int) -> Iterator[Peer]:
    """Tika over the files of `folder`, after `warm` passes that do not count."""
    with _running("passes", str(folder), "1000000") as process:
        peer = Peer(process)
        for _ in range(warm):
            peer.once()
        yield peer


@contextmanager
def server(threads: int) -> Iterator[int]:
    """A server on loopback that answers a PUT with the text of its body; gives its port."""
    with _running("serve", str(threads)) as process:
        yield int(_told(process))


def _told(process: subprocess.Popen[str]) -> str:
    """The next line of the program; the libraries write to standard output too."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_MARK):
            return line.removeprefix(_MARK)
    raise RuntimeError("Tika ended without a word")


@contextmanager
def _running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    classes, libraries = prepare()
    command = ["java", _MEMORY, "-cp", f"{classes}:{libraries}/*", "TikaPeer", str(HERE / "tika-config.xml")]
    process = subprocess.Popen(
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def prepare() -> tuple[Path, Path]:
    """The compiled program and its libraries, fetched where they are not there yet."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is needed to run Apache Tika beside us: {INSTALL}")
    home = CACHE / "tika"
    classes, libraries = home / "classes", home / "lib"
    if not libraries.exists():
        part = home / "lib.part"
        fetch = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={part}"], check=True)
        part.rename(libraries)
    compile_ = ["javac", "--release", "17", "-cp", f"{libraries}/*", "-d", str(classes), str(HERE / "TikaPeer.java")]
    subprocess.run(compile_, check=True)
    return classes, libraries
