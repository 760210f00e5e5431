"""How are files read at the same time, and what if a file kills, stalls or bloats its reader?

A reader is a process of its own (`ketluan.reader`) that reads one file after the other. Results come in the order
of the files, whichever was read first. A reader that dies, does not answer or goes over a limit costs only the file
it had: that one is tried once more, in a fresh process while nothing else is being read, and given up
where it does the same again. A reader that cannot even start is no fault of a file: `ReadersUnavailable`.
"""

from __future__ import annotations

import logging
import math
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import extractors
from extractors.codec import SchemaError, decode, encode
from extractors.errors import DocumentTooLarge, ExtractionError
from extractors.model import Extraction
from ketluan import reader
from ketluan.errors import KetluanError
from ketluan.inbox import Changed, Seen, as_plain

log = logging.getLogger(__name__)

#: A cold disk may take long to give the libraries (seconds).
START_SECONDS = 120.0
#: So many readers in a row that cannot start, and no more are started.
MOST_FAILED_STARTS = 3
#: So many files for each reader are read before what was read is asked for.
READ_AHEAD = 8

#: What a reader is given of the environment: never a password or a key.
ENVIRONMENT = (
    *("PATH", "HOME", "USER", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"),
    *("LD_LIBRARY_PATH", "TESSDATA_PREFIX", "OMP_THREAD_LIMIT", "PYTHONUTF8", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"),
)


class ReaderCrashed(ExtractionError):
    """The file ends the process that reads it. Twice."""

    code = "reader_crashed"
    reason = (
        "Chương trình đọc bị dừng đột ngột khi đọc tệp này (đã thử hai lần). "
        "Hãy mở tệp, lưu lại dưới tên khác rồi gửi lại; nếu vẫn bị, hãy báo người quản trị."
    )


class ReaderTookTooLong(ExtractionError):
    """The file keeps the process that reads it busy without end. Twice."""

    code = "reader_took_too_long"
    reason = (
        "Đọc tệp này quá lâu nên đã phải dừng (đã thử hai lần). Hãy mở tệp, lưu lại dưới tên khác hoặc "
        "tách nhỏ rồi gửi lại; nếu vẫn bị, hãy báo người quản trị."
    )


class ReaderOutOfMemory(ExtractionError):
    """The file needs more memory than a reader may take. Twice."""

    code = "reader_out_of_memory"
    reason = (
        "Đọc tệp này cần quá nhiều bộ nhớ nên đã phải dừng (đã thử hai lần). Hãy mở tệp, lưu lại dưới tên khác "
        "hoặc bỏ bớt ảnh rồi gửi lại; nếu vẫn bị, hãy báo người quản trị."
    )


#: How a reader ended → what that says of a file that does it twice
VERDICTS: dict[str, type[ExtractionError]] = {
    "died": ReaderCrashed,
    "depth": ReaderCrashed,  # nested deeper than any document: RecursionError
    "time": ReaderTookTooLong,
    "memory": ReaderOutOfMemory,
    "written": DocumentTooLarge,
}


class ReadersUnavailable(KetluanError):
    """No reader can be started. Says nothing of the file."""


class BugInReader(Exception):
    """The extractors raised what they never should; the message names it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds by the clock (and of computing), bytes of address space, programs for OCR."""

    seconds: float
    memory_bytes: int
    ocr_pages: int = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read: `result` waits for what it says; is it there `within` so many seconds?"""

    result: Callable[[], Extraction]
    within: Callable[[float], bool]


class Readers:
    """At most `workers` processes that read files of `inbox`; a context manager.

    `extract` is `extractors.extract` or a function of its form, importable by name.
    """

    def __init__(
        self, inbox: Path, workers: int, limits: Limits, *, extract: Callable[..., Extraction] | None = None
    ) -> None:
        name = reader.name_of(extract) if extract else "extractors:extract"
        cpu = math.ceil(limits.seconds) + 5
        self._setup = reader.Setup(as_plain(str(inbox.absolute())), name, cpu, limits.memory_bytes, limits.ocr_pages)
        self._seconds = limits.seconds
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader")
        self._permits = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._all: set[_Process] = set()
        self._idle: list[_Process] = []
        self._failed_starts = 0
        self._closed = False

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            processes = list(self._all)
        for process in processes:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in processes:
            process.close()

    def in_order(self, files: Iterable[Seen]) -> Iterator[Reading]:
        """For each file, in order, what gives what it says or raises what went wrong.

        `Reading.result` raises `ExtractionError`, `Changed`, `OSError`, `BugInReader` or `ReadersUnavailable`. Only a
        few files are read ahead of the one asked for, so that results do not pile up.
        """
        ahead: deque[tuple[Seen, Future[reader.Answer]]] = deque()
        for seen in files:
            ahead.append((seen, self._threads.submit(self._first, seen)))
            if len(ahead) > READ_AHEAD * self._workers:
                yield self._waiting(*ahead.popleft())
        while ahead:
            yield self._waiting(*ahead.popleft())

    def _waiting(self, seen: Seen, first: Future[reader.Answer]) -> Reading:
        def result() -> Extraction:
            try:
                return _result(first.result())
            except _Ended as exc:
                log.warning("%s: reader ended (%s), trying once more", seen.shown, exc)
            with self._alone():
                try:
                    return _result(self._read(seen, self._start()))
                except _Ended as exc:
                    raise VERDICTS[exc.how](str(exc)) from exc

        return Reading(result, lambda seconds: bool(wait([first], seconds).done))

    def _first(self, seen: Seen) -> reader.Answer:
        with self._permits:
            return self._read(seen, self._take())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nothing else is being read."""
        for _ in range(self._workers):
            self._permits.acquire()
        try:
            yield
        finally:
            self._permits.release(self._workers)

    def _read(self, seen: Seen, process: _Process) -> reader.Answer:
        try:
            answer = process.ask(encode(seen), self._seconds)
        except BaseException:
            self._drop(process)
            raise
        with self._lock:
            self._idle.append(process)
        return answer

    def _take(self) -> _Process:
        """A reader that has nothing to do; a new one where there is none."""
        while True:
            with self._lock:
                process = self._idle.pop() if self._idle else None
            if process is None:
                return self._start()
            if process.alive():
                return process
            self._drop(process)

    def _start(self) -> _Process:
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise ReadersUnavailable(_UNAVAILABLE.format(why="đã thử nhiều lần"))
        try:
            process = _Process()
            with self._lock:
                self._all.add(process)
                closed = self._closed
            if closed:
                self._drop(process)
                raise _Ended("died", "the readers are closed")
            ready = process.ask(encode(self._setup), START_SECONDS)
            if "ready" not in ready:
                self._drop(process)
                raise OSError(str(ready.get("cannot", ready)))
        except (OSError, _Ended) as exc:
            self._failed_starts += 1
            log.error("a reader cannot be started: %s", exc)
            raise ReadersUnavailable(_UNAVAILABLE.format(why=exc)) from exc
        self._failed_starts = 0
        return process

    def _drop(self, process: _Process) -> None:
        process.kill()
        process.close()
        with self._lock:
            self._all.discard(process)


_UNAVAILABLE = "Không khởi động được chương trình đọc tệp ({why}). Tệp vẫn nguyên vẹn; hãy báo người quản trị."


class _Ended(Exception):
    """A reader ended before it answered; `how` is a key of `VERDICTS`."""

    def __init__(self, how: str, detail: str) -> None:
        super().__init__(detail)
        self.how = how


class _Process:
    """One reader and the pipes to it. In a session of its own: what it started ends with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-P", "-m", "ketluan.reader"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=_environment(),
        )

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, job: Any, seconds: float) -> reader.Answer:
        """Its answer. Raises `_Ended` where there is none within `seconds`, or none that is allowed."""
        assert self._process.stdin is not None  # noqa: S101  both are pipes
        try:
            reader.send(self._process.stdin, job)
            answer: reader.Answer = reader.receive(self._reading(seconds), reader.ANSWER_BYTES)
        except TimeoutError as exc:
            raise _Ended("time", f"no answer within {seconds:g} s") from exc
        except (EOFError, OSError) as exc:
            raise self._obituary() from exc
        except (ValueError, RecursionError, MemoryError) as exc:
            raise _Ended("died", f"no answer of ours: {exc}") from exc
        if "over" in answer:
            raise _Ended(answer["over"] if answer["over"] in VERDICTS else "died", f"over the limit: {answer['over']}")
        return answer

    def kill(self) -> None:
        """End it and whatever it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait until it has gone, and let go of its pipes; after `kill`, and not while another thread asks it."""
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _reading(self, seconds: float) -> Callable[[int], bytes]:
        """Reads of the answer, all of them together within `seconds`."""
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101  it is a pipe
        until = time.monotonic() + seconds

        def read(size: int) -> bytes:
            with selectors.DefaultSelector() as selector:
                selector.register(pipe, selectors.EVENT_READ)
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise TimeoutError
            return os.read(pipe.fileno(), size)

        return read

    def _obituary(self) -> _Ended:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        status = self._process.poll()
        return _Ended("time" if status == -signal.SIGXCPU else "died", f"the reader ended with status {status}")


def _result(answer: reader.Answer) -> Extraction:
    """What the file says, or the exception that the answer stands for."""
    match answer:
        case {"extraction": data}:
            try:
                return decode(Extraction, data)
            except SchemaError as exc:
                raise BugInReader(f"SchemaError: {exc}") from exc
        case {"refused": [code, reason, detail]}:
            error = ExtractionError(str(detail), reason=str(reason))
            error.code = str(code)
            raise error
        case {"changed": path}:
            raise Changed(str(path))
        case {"fault": [int(number), message]}:
            raise OSError(number, str(message))
        case {"bug": [name, trace]}:
            log.error("in a reader: %s", trace)
            raise BugInReader(str(name))
        case _:
            raise BugInReader(f"unknown answer {sorted(answer)}")


def _environment() -> dict[str, str]:
    given = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    ours = (str(Path(extractors.__file__).parent.parent), str(Path(__file__).parent.parent))
    folders = dict.fromkeys((*ours, *(str(Path(path).absolute()) for path in sys.path if path)))
    return {**given, "PYTHONPATH": os.pathsep.join(folders)}
