"""What happens in another thread or process is waited for, not guessed at."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(true: Callable[[], bool], what: str, *, seconds: float = 60.0, pause: float = 0.02) -> None:
    """Wait until it is `true`; fails with `what` where it is not after so many seconds, asked anew after each pause."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(pause)
