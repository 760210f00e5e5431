"""A verification that may be stopped: where was it, and what came of the last one?

    state/verifying.json     how far it is: began, the last notice looked at, what was found so far

`ketluan.fixity` does the looking. One that was stopped (a power cut, a killed task) goes on where it was, within
`RESUME_HOURS`; what it found is kept. What came of it is noted for `ketluan health` (`ketluan.upkeep`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from extractors.codec import SchemaError, decode, encode
from ketluan import fixity, ledger, upkeep
from ketluan.ledger import START
from ketluan.settings import Settings

RESUME_HOURS = 48.0
#: Between two notes of how far it is (seconds): each is flushed to the disk.
NOTE_SECONDS = 15.0

_FILE = "verifying.json"


@dataclass(frozen=True, slots=True)
class _Stand:
    """How far a verification is. `after` is the id of the last notice looked at."""

    began: str
    after: str
    findings: tuple[fixity.Finding, ...]


def verify(
    settings: Settings,
    now: Callable[[], datetime],
    *,
    progress: fixity.Progress | None = None,
    every: float = NOTE_SECONDS,
) -> tuple[fixity.Finding, ...]:
    """All that is wrong with the archive; goes on where an earlier call was stopped. `now` gives times with zone.

    Raises `OSError` where the state cannot be written.
    """
    began, path = now(), settings.state / _FILE
    if not settings.archive.is_dir():
        return ()
    stand = _stand(settings, began) or _Stand(began.isoformat(), "", ())
    found: list[fixity.Finding] = []
    noted, notices = time.monotonic(), 0

    def looked(number: int, total: int, id: str) -> None:
        nonlocal noted, notices
        notices = number
        if time.monotonic() - noted >= every:
            noted = time.monotonic()
            upkeep.save(path, encode(_Stand(stand.began, id, _of_notices((*stand.findings, *found)))))
        if progress:
            progress(number, total, id)

    for finding in fixity.verify(settings.archive, looked, after=stand.after):
        found.append(finding)
    book, before = ledger.read(settings.archive), upkeep.verified(settings.state)
    if before and before.ledger not in (START, *book.hashes):
        found.append(fixity.finding(ledger.FILE, "shortened_ledger"))
    all_found = tuple(dict.fromkeys((*stand.findings, *found)))
    done = upkeep.Verified(stand.began, now().isoformat(), notices, len(all_found), book.last)
    upkeep.note_verified(settings.state, done)
    path.unlink(missing_ok=True)
    return all_found


def _stand(settings: Settings, now: datetime) -> _Stand | None:
    """Where an earlier call was stopped, not too long ago."""
    try:
        stand = decode(_Stand, upkeep.load(settings.state / _FILE))
        return stand if 0 <= upkeep.since(stand.began, now) <= RESUME_HOURS else None
    except (SchemaError, ValueError, TypeError):
        return None


def _of_notices(findings: tuple[fixity.Finding, ...]) -> tuple[fixity.Finding, ...]:
    """Those that looking again does not bring up: all else is looked at anew by whoever goes on."""
    return tuple(finding for finding in findings if finding.path.count("/") > 1)
