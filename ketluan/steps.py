"""The steps of a night as an orchestrator hands them on: plain JSON data in, plain JSON data out.

Each calls one function of `ketluan.ingest` with the settings of this machine. Airflow's tasks are these and
nothing more; whoever orchestrates otherwise calls the same four in the same order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from extractors.codec import decode, encode
from ketluan import evening, ingest, run_report, verifying
from ketluan.settings import Settings


def plan(time_zone: str, settle_seconds: float | None = None) -> dict[str, Any]:
    """What is in the inbox now, cut into `chunks`. `settle_seconds` takes the place of the setting."""
    settings = Settings()
    if settle_seconds is not None:
        settings = settings.model_copy(update={"settle_seconds": settle_seconds})
    return dict(encode(ingest.plan(settings, datetime.now(ZoneInfo(time_zone)))))


def ingest_chunk(chunk: dict[str, Any]) -> list[dict[str, Any]]:
    """Read and store the files of one chunk; what became of each."""
    return [encode(result) for result in ingest.ingest_files(Settings(), decode(ingest.Chunk, chunk))]


def index() -> dict[str, Any]:
    """Bring the index level with the archive; an index that does not answer is told, never raised."""
    return dict(encode(ingest.catch_up(Settings())))


def verify(time_zone: str) -> list[str]:
    """Verify the archive, or go on where that was stopped; what was found, a line each."""
    zone = ZoneInfo(time_zone)
    return [f"{f.path}: {f.code}: {f.message}" for f in verifying.verify(Settings(), lambda: datetime.now(zone))]


def report(
    planned: dict[str, Any], results: list[list[dict[str, Any]]], indexed: dict[str, Any]
) -> tuple[dict[str, int], str]:
    """Write the report of the run: its counts, and its text where the program itself failed, else nothing."""
    files = [decode(run_report.FileResult, one) for chunk in results for one in chunk]
    told = ingest.finish(Settings(), decode(ingest.Plan, planned), files, decode(run_report.IndexState, indexed))
    return told.counts, run_report.as_text(told) if told.failed else ""


def tell(planned: dict[str, Any], time_zone: str) -> dict[str, Any]:
    """Tell those who follow a question, and those who get the report; a fault of the mail is told, never raised."""
    return dict(encode(evening.tell(Settings(), datetime.now(ZoneInfo(time_zone)), planned["run"])))
