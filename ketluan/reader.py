"""How is one file after the other read in a process apart? `python -P -m ketluan.reader`, started by `ketluan.workers`.

What is read comes from strangers and may kill, stall or bloat whoever reads it. So the reader is a program of its
own that knows nothing of the one that started it: it holds no password (`workers.ENVIRONMENT`), writes to no archive,
and speaks over two pipes only. A frame is four bytes of length, big-endian, and so many bytes of JSON: never
pickle, because the other side must not run what a bad file made of this process.

    ⟶ Setup                    once;  ⟵ {"ready": true}, or {"cannot": "…"}
    ⟶ Seen (`ketluan.inbox`)   a file of the inbox;  ⟵ one of `ANSWERS`

Limits are set with setrlimit(2) by the reader itself before it reads anything. Standard input and output are
moved out of the way first: what a library prints goes to standard error.
"""

from __future__ import annotations

import errno
import importlib
import os
import resource
import select
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from extractors.codec import decode, encode
from extractors.errors import DocumentTooLarge, ExtractionError
from extractors.model import Extraction
from extractors.readers import limits
from ketluan.inbox import Changed, Inbox, Seen, from_plain

#: An answer is larger than this only by mischief (bytes); whoever starts a reader refuses more.
ANSWER_BYTES = 256 << 20
#: Longest file that a reader may write, scratch files of its tools included (bytes).
WRITTEN_BYTES = 1 << 30

#: What an answer may be: its only key → what it holds
ANSWERS = {
    "extraction": "what the file says (`extractors.model.Extraction`)",
    "refused": "code, reason and detail of an `ExtractionError`",
    "changed": "the file is not the one that was looked at",
    "fault": "errno and message of an `OSError`: it may pass",
    "bug": "name and message of any other exception, and its traceback",
    "over": "the limit that was met: a key of `workers.VERDICTS`; the reader ends itself after it",
}

_HEAD = struct.Struct(">I")
Extract = Callable[..., Extraction]  # (data: bytes, *, name: str)
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a reader is told first. `inbox` as `inbox.as_plain`; `extract` is `module:name`; limits: see `workers`."""

    inbox: str
    extract: str
    cpu_seconds: int
    memory_bytes: int
    ocr_pages: int


# -- frames


def send(pipe: IO[bytes], data: Any) -> None:
    """Write one frame. Raises `OSError` where nobody reads, `TypeError` where `data` are no JSON."""
    body = orjson.dumps(data)
    view = memoryview(_HEAD.pack(len(body)) + body)
    while view:
        view = view[pipe.write(view) :]


def receive(read: Callable[[int], bytes], most: int) -> Any:
    """The next frame. `read(n)` gives at most n bytes, none at the end. Raises `EOFError`, `ValueError`."""
    (length,) = _HEAD.unpack(_exactly(read, _HEAD.size))
    if length > most:
        raise ValueError(f"a frame of {length} bytes, the limit is {most}")
    return orjson.loads(_exactly(read, length))


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        block = read(min(size - len(data), 1 << 20))
        if not block:
            raise EOFError("the other side has gone")
        data += block
    return bytes(data)


# -- the program


def main() -> int:
    """Read files until the other side closes the pipe; the exit status."""
    jobs, answers = _channel()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    threading.Thread(target=_end_with_parent, args=(jobs.fileno(), os.getppid()), daemon=True).start()
    setup = decode(Setup, receive(jobs.read, ANSWER_BYTES))
    try:
        _limit(setup)
        inbox, extract = Inbox(Path(from_plain(setup.inbox))), find(setup.extract)
    except Exception as exc:  # noqa: BLE001  whatever it is, no file is to blame
        send(answers, {"cannot": f"{type(exc).__name__}: {exc}"})
        return 1
    send(answers, {"ready": True})
    while True:
        try:
            seen = decode(Seen, receive(jobs.read, ANSWER_BYTES))
        except EOFError:
            return 0
        _limit_cpu(setup.cpu_seconds)
        answer = _answer(inbox, extract, seen)
        send(answers, answer)
        if "over" in answer:
            return 1


def name_of(extract: Extract) -> str:
    """`module:name`, by which a reader finds the function. Raises `ValueError` where it cannot be found so."""
    module, name = extract.__module__, extract.__qualname__
    if module == "__main__" or "<" in name:
        raise ValueError(f"{module}:{name} cannot be imported by a process apart")
    return f"{module}:{name}"


def find(name: str) -> Extract:
    """The function that `name_of` named."""
    module, _, attribute = name.partition(":")
    found: Extract = getattr(importlib.import_module(module), attribute)
    return found


def _answer(inbox: Inbox, extract: Extract, seen: Seen) -> Answer:
    try:
        extraction = extract(inbox.read(seen), name=seen.relative.name)
        return _bounded({"extraction": encode(extraction)})
    except ExtractionError as exc:
        return _refused(exc)
    except Changed:
        return {"changed": seen.path}
    except MemoryError:
        return {"over": "memory"}
    except RecursionError:
        return {"over": "depth"}
    except OSError as exc:
        return _FAULTS.get(exc.errno or 0, {"fault": [exc.errno or errno.EIO, _told(exc.strerror or str(exc))]})
    except Exception as exc:  # noqa: BLE001  told to whoever started this, who logs it
        return {"bug": [_told(f"{type(exc).__name__}: {exc}"[:2000]), _told(traceback.format_exc()[-10_000:])]}


_FAULTS: dict[int, Answer] = {errno.ENOMEM: {"over": "memory"}, errno.EFBIG: {"over": "written"}}


def _refused(error: ExtractionError) -> Answer:
    return {"refused": [error.code, error.reason, _told(str(error)[:10_000])]}


def _told(message: str) -> str:
    """What may hold a name that is no UTF-8, as text that can be sent."""
    return message.encode("utf-8", "backslashreplace").decode()


def _bounded(answer: Answer) -> Answer:
    text = answer["extraction"]["source"]["text"]
    if 4 * len(text) > ANSWER_BYTES:  # far below it, the whole record fits as well
        return _refused(DocumentTooLarge(f"{len(text)} letters"))
    return answer


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes, out of reach of libraries and of the programs they start."""
    jobs, answers = os.dup(0), os.dup(1)  # not inherited by programs started here
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return os.fdopen(jobs, "rb", buffering=0), os.fdopen(answers, "wb", buffering=0)


def _limit(setup: Setup) -> None:
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _set(resource.RLIMIT_AS, setup.memory_bytes)
    limits.PAGES_AT_ONCE = setup.ocr_pages


def _limit_cpu(seconds: int) -> None:
    """So many seconds from now on: the limit counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _set(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _end_with_parent(pipe: int, parent: int) -> None:
    """End this process and those it started, once the one that started it is gone."""
    poll = select.poll()
    poll.register(pipe, 0)  # a closed pipe is always told
    while not poll.poll(2000) and os.getppid() == parent:
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BrokenPipeError, EOFError):  # whoever started this is gone
        sys.exit(1)
