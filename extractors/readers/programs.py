"""How does a reader run a program that is not Python? LibreOffice and Tesseract, each as a child with a time limit.

The only module of the extractors that starts programs, makes temporary files and looks at a clock. A child gets a
process group of its own, which is ended as a whole: LibreOffice's launcher starts a second process that would live on.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class ProgramMissing(Exception):
    """None of the programs asked for is installed."""


class ProgramFailed(Exception):
    """It took too long, or ended with an error."""


def find(*names: str) -> str:
    """The path of the first of the programs `names` that is installed; raises `ProgramMissing`."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise ProgramMissing(f"{' or '.join(names)} is not installed")
    return found


def run(
    command: Sequence[str], *, seconds: float, given: bytes = b"", variables: Mapping[str, str] | None = None
) -> bytes:
    """What `command` writes to its standard output, `given` being its input and `variables` added to its environment.

    Raises `ProgramFailed` where it does not end within `seconds`, or ends with an error.
    """
    with subprocess.Popen(  # noqa: S603 - a program found on the path, its arguments our own
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(variables or {})},
        start_new_session=True,
    ) as child:
        try:
            out, err = child.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired as exc:
            raise ProgramFailed(f"{command[0]}: not done after {seconds:.0f} s") from exc
        finally:
            with suppress(ProcessLookupError):  # also what it started itself
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode:
        raise ProgramFailed(
            f"{command[0]}: exit code {child.returncode}: {err.decode(errors='replace').strip()[-300:]}"
        )
    return out


class Budget:
    """How much time is left of `seconds`, from now on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds; never less than 0."""
        return max(self._end - time.monotonic(), 0.0)


class Folder:
    """A temporary folder, as a context: its files are gone when the context ends."""

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory(prefix="ketluan-read-", ignore_cleanup_errors=True)
        return Path(self._folder.__enter__())

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
