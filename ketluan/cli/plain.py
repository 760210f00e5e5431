"""Answers as plain data: what `--json` prints."""

from __future__ import annotations

from typing import Any

from extractors.codec import encode
from ketluan.due import Counts, Entry, Register
from ketluan.export.register import row_name
from ketluan.index.base import Hit
from ketluan.tally import By, tally


def hit(found: Hit) -> dict[str, Any]:
    """A hit: its document, score and highlights, and the words that it lacks."""
    marked = [list(pair) for pair in found.highlights]
    return {**found.document, "score": found.score, "highlights": marked, "missing": list(found.missing)}


def register(answer: Register) -> dict[str, Any]:
    """The due register, whole."""

    def entry(e: Entry) -> dict[str, Any]:
        return {
            **e.document,
            "due": encode(e.due),
            "state": encode(e.state),
            "days_left": e.days_left,
            "in_time": encode(e.in_time),
            **_outcome(e),
        }

    return {
        "as_of": answer.as_of.isoformat(),
        "within": answer.within,
        "total": counts(answer.total),
        "agencies": [{"agency": name, **counts(found)} for name, found in answer.agencies],
        **{name: [entry(e) for e in getattr(answer, name)] for name in ("dated", "recurring", "events")},
    }


def counts(found: Counts) -> dict[str, int]:
    """The counts of a register or of a row of its table."""
    return {**encode(found), "not_yet_due": found.not_yet_due}


def report(answer: Register, by: By, *, fold: bool) -> dict[str, Any]:
    """The table of the report."""
    rows = [{"key": row.key, "name": row_name(by, row), **counts(row.counts)} for row in tally(answer, by, fold=fold)]
    return {"as_of": answer.as_of.isoformat(), "by": by.value, "total": counts(answer.total), "rows": rows}


def _outcome(entry: Entry) -> dict[str, Any]:
    """What became of a task: `unsure` are links of which nobody can say that they are of the same task."""
    found = entry.outcome
    return {
        "extended": len(found.earlier),
        "earlier": [encode(e) for e in found.earlier],
        "told_again": list(found.told_again),
        "since": found.since,
        "ended": encode(found.ended) if found.ended else None,
        "set_by": found.set_by,
        "unsure": [{"id": k.from_.id, "kind": k.kind.value, "score": k.score} for k in found.unsure],
    }
