"""A stand-in for the extractors that readers of the tests run: a notice is one line, `month|title|number`.

Some contents do harm to whoever reads them. Imported by name in processes of their own, so it imports little.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable

from extractors.errors import EmptyDocument, EncryptedDocument, NotANotice, UnreadableDocument
from extractors.model import Conclusion, Extraction, Kind, Notice, Session, SourceText, Span

#: Contents of a file → what reading it does
BAD = {
    b"": EmptyDocument,
    b"locked": EncryptedDocument,
    b"broken": UnreadableDocument,
    b"menu of the canteen": NotANotice,
}


def _bug() -> None:
    raise ZeroDivisionError("a bug")


def _deep() -> None:
    _deep()


def _bloat() -> None:
    kept = []
    while True:
        kept.append(bytearray(64 << 20))


def _babble() -> None:
    print("{" * 100_000)  # noqa: T201  a library that prints must not disturb the pipes
    sys.stdout.flush()
    os.write(1, b"\0\0\0\1{")


def _write() -> None:
    os.ftruncate(os.memfd_create("scratch"), 2 << 30)


def _spin() -> None:
    while True:
        pass


#: First word of a file → the harm it does
HARM: dict[bytes, Callable[[], object]] = {
    b"exit": lambda: os._exit(9),
    b"quit": lambda: sys.exit(0),
    b"kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"crash": lambda: ctypes.string_at(0),
    b"sleep": lambda: time.sleep(3600),
    b"spin": _spin,
    b"deep": _deep,
    b"bloat": _bloat,
    b"write": _write,
    b"interrupt": lambda: os.kill(os.getpid(), signal.SIGTERM),
    b"bug": _bug,
}


def read(data: bytes, *, name: str) -> Extraction:
    """What the one line says, after the harm it does."""
    if data in BAD:
        raise BAD[data]("as the test wants it")
    word = data.split(b" ")[0]
    if word in HARM:
        HARM[word]()
    if word == b"babble":
        _babble()
        data = data.partition(b" ")[2]
    month, title, number, *_ = [*data.decode().split("|"), "", ""]
    text = f"Giao Sở Y tế báo cáo về {title}."
    session = Session(f"{month}-02", month, "thường kỳ")
    conclusion = Conclusion("1", text, Kind.DIRECTIVE, Span(0, len(text)))
    notice = Notice(
        None, "Lào Cai", number or None, "TB-UBND", month, title, session, None, None, conclusions=(conclusion,)
    )
    return Extraction(notice, SourceText(text, (), name.rpartition(".")[2].lower()))
