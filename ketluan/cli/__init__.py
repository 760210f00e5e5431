"""The command line: parse, one call of the library, show. Nothing is decided here."""

from __future__ import annotations

from ketluan.cli import (
    ask,
    correct,
    deadlines,
    export,
    following,
    health,
    index,
    keep,
    kibana,
    linking,
    reextract,
    serve,
    take,
    user,
)
from ketluan.cli.app import app, run

__all__ = [
    "app",
    "ask",
    "correct",
    "deadlines",
    "export",
    "following",
    "health",
    "index",
    "keep",
    "kibana",
    "linking",
    "main",
    "reextract",
    "serve",
    "take",
    "user",
]


def main() -> None:
    """Entry point of the `ketluan` program."""
    run()
