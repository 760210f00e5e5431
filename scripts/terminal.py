"""How the scripts speak to the archivist: short Vietnamese lines, and progress that moves in place."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TextIO


class Terminal:
    """Lines and one moving line of progress. A terminal that is gone is no error: nobody reads then."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.moves = self.out.isatty() and os.environ.get("TERM") != "dumb"
        self._pending = False
        self._last = ""
        self._last_time = 0.0

    def say(self, text: str = "") -> None:
        """One line or several."""
        self._write(("\r\x1b[K" if self._pending else "") + text + "\n")
        self._pending, self._last = False, ""

    def progress(self, text: str, seconds: float) -> None:
        """Show how far it is. Moves in place on a terminal; elsewhere a line when the words change, and each 15 s."""
        line = f"  … {text} ({seconds:.0f} giây)"
        if self.moves:
            self._write("\r\x1b[K" + line)
            self._pending = True
        elif text != self._last or time.monotonic() - self._last_time > 15:
            self._write(line + "\n")
            self._last, self._last_time = text, time.monotonic()

    def clear(self) -> None:
        """Take the moving line away."""
        if self._pending:
            self._write("\r\x1b[K")
        self._pending = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.out.write(text)
            self.out.flush()
