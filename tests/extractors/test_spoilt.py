"""Spoilt files: those that once made a reader fail, and some fresh ones. `make fuzz` looks for more."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.fuzz import KEPT, outcome, seeds, tries

SPOILT = sorted(path for path in KEPT.glob("*.*") if path.suffix != ".md")


@pytest.mark.parametrize("path", SPOILT, ids=lambda path: path.name)
def test_what_once_made_a_reader_fail_is_read_or_refused(path: Path) -> None:
    assert outcome(path.read_bytes(), path.name)


@pytest.mark.parametrize("kind", seeds())
def test_the_good_files_that_are_spoilt_are_good(kind: str) -> None:
    assert outcome(seeds()[kind], f"a.{kind}") in ("read", "not_a_notice"), "the PDF says one sentence"


def test_sixty_spoilt_files_are_read_or_refused() -> None:
    for kind, data in islice(tries(random.Random(20210930)), 60):
        assert outcome(data, f"a.{kind}")
