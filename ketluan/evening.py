"""What is told after a run: to those who follow a question, and to those who get the report. It never fails the run.

What could not be told tonight is told next night: the questions are asked again, letters wait in the outbox.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ketluan import due, follow, outbox, outcome
from ketluan.errors import KetluanError
from ketluan.index import open_index
from ketluan.index.base import DocType, Filters, Query
from ketluan.run_report import Overdue
from ketluan.settings import Settings

log = logging.getLogger(__name__)

MOST_OVERDUE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """How many news the followed questions had, how many letters went out and wait; `reason` says what went wrong."""

    news: int = 0
    sent: int = 0
    waiting: int = 0
    reason: str = ""


def tell(settings: Settings, now: datetime, run: str | None = None) -> Told:
    """Ask the followed questions, write the letters (that of the report of `run` too), send what waits."""
    news, reason = 0, ""
    try:
        index = open_index(settings)
        try:
            news = sum(len(new) for _, new in follow.check(settings, index, now))
        finally:
            index.close()
        if run and (letter := _report(settings, run)):
            outbox.put(settings, letter)
    except (KetluanError, OSError) as exc:
        reason = str(exc)
    except Exception as exc:  # the archive is what counts
        log.exception("nothing told")
        reason = f"{type(exc).__name__}: {exc}"
    sent = outbox.send(settings, now)
    if reason:
        log.warning("follow-ups: %s", reason)
    return Told(news, sent.sent, sent.waiting, reason or sent.reason)


def newly_overdue(settings: Settings, now: datetime) -> tuple[Overdue, ...]:
    """Tasks whose last day has passed since the day of the last run before; never raises."""
    yesterday = now.date() - timedelta(days=1)
    try:
        since = _last_run(settings) or yesterday
        passed = Filters(due_from=since, due_to=yesterday)
        index = open_index(settings)
        try:
            if not index.search(Query(doc_type=DocType.ASSIGNMENT, filters=passed, limit=0)).total:
                return ()  # what became of tasks, all links of the archive, is not asked in vain
            found = due.register(index, now.date(), states=[due.State.OVERDUE], known=outcome.known(settings))
        finally:
            index.close()
        new = [e for e in found.dated if e.due and e.due >= since]
        return tuple(
            Overdue(str(e.document["conclusion"]), str(e.due), e.lead, str(e.document.get("text") or ""))
            for e in new[:MOST_OVERDUE]
        )
    except (KetluanError, OSError) as exc:
        log.warning("overdue not told: %s", exc)
    except Exception:  # the account of the run must not fail for it
        log.exception("overdue not told")
    return ()


def _last_run(settings: Settings) -> date | None:
    for path in sorted(settings.reports.glob("*.json"), reverse=True):
        try:
            return datetime.fromisoformat(json.loads(path.read_bytes())["started"]).date()
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def _report(settings: Settings, run: str) -> outbox.Letter | None:
    """The report of the run as a letter, to whom the settings name."""
    to = tuple(filter(outbox.is_address, (a.strip() for a in (settings.smtp_report_to or "").split(","))))
    path = settings.reports / f"{run}.txt"
    if not to or not path.exists():
        return None
    label = f"{settings.label}\n\n" if settings.label else ""
    return outbox.Letter(f"report-{run}", to, f"[Kết luận] Báo cáo nhận văn bản {run}", label + path.read_text("utf-8"))
