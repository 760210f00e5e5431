"""How fast are files read, and read into records, beside Apache Tika's mere text and the naive way?

Each in one process on one core, in seconds of the processor with all its threads.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import docx
import pdfplumber

from benchmarks.speed import corpus, tika
from benchmarks.speed.measure import by_turns, on_core, peak_bytes, seconds, spent
from benchmarks.speed.report import Row
from extractors import extract
from extractors.readers import read
from extractors.text import assemble

NAIVE_FILES = 20  # the naive way is slow: a sample of the same files
WARM = 4

Files = list[tuple[str, bytes]]


def rows(notices: int, rounds: int) -> Iterator[Row]:
    """The rows of the table; `notices` of each format."""
    folder = corpus.each_in_every_format(notices)
    with on_core(0):
        for suffix in corpus.FORMATS:
            yield from _format(folder / suffix, suffix, rounds)
        yield _memory(folder)


def _format(folder: Path, suffix: str, rounds: int) -> Iterator[Row]:
    files: Files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    with ExitStack() as stack:
        peer = stack.enter_context(tika.passes(folder, warm=WARM))
        ways: dict[str, Callable[[], float]] = {
            "read": lambda: _each(files, lambda name, data: assemble(read(data, name))),
            "records": lambda: _each(files, lambda name, data: extract(data, name=name)),
            "tika": peer.once,
        }
        if suffix in _NAIVE:
            ways["naive"] = lambda: _each(files[:NAIVE_FILES], lambda _, data: _NAIVE[suffix](data))
        timed = by_turns(ways, rounds)
    rate = {name: len(files) / seconds(found) for name, found in timed.items()}
    noise = max(t.foreign for found in timed.values() for t in found)
    yield Row("reading", f"{suffix}: text", "Tika's text", rate["read"], rate["tika"], "files/s", noise)
    yield Row("reading", f"{suffix}: records", "Tika's text", rate["records"], rate["tika"], "files/s", noise)
    if "naive" in rate:
        rate["naive"] *= NAIVE_FILES / len(files)
        yield Row(
            "reading", f"{suffix}: records", _NAIVE_NAME[suffix], rate["records"], rate["naive"], "files/s", noise
        )


def _each(files: Files, work: Callable[[str, bytes], object]) -> float:
    """Seconds of the processor for `work` on each file; what it gives is let go, as a reader lets it go."""

    def all_of_them() -> None:
        for name, data in files:
            work(name, data)

    return spent(all_of_them)


def _memory(folder: Path) -> Row:
    """Peak memory of one process that reads all files into records, beside Tika's with the same files."""
    program = "import sys; from benchmarks.speed.reading import read_all; read_all(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE) as ours:
        assert ours.stdout is not None
        ours.stdout.readline()
        mine = peak_bytes(ours.pid)
        ours.kill()
    theirs = 0
    for suffix in corpus.FORMATS:
        with tika.passes(folder / suffix, warm=2) as peer:
            theirs = max(theirs, peak_bytes(peer.pid))
    return Row("reading", "peak memory of a reader", "Tika's", mine / 1e6, theirs / 1e6, "MB", 0.0, less=True)


def read_all(folder: str) -> None:
    """Read every file into a record, say so, and stay to be looked at."""
    for path in corpus.files(Path(folder)):
        extract(path.read_bytes(), name=path.name)
    print("read", flush=True)
    sys.stdin.read()


def _docx_naively(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def _pdf_naively(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


_NAIVE: dict[str, Callable[[bytes], str]] = {"docx": _docx_naively, "pdf": _pdf_naively}
_NAIVE_NAME = {"docx": "python-docx's text", "pdf": "pdfplumber's text"}
