"""Fifty users at once, hostile questions among theirs, and others that hold lines open. `make load` is longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.load import MOST_GROWTH, PLACES, QUESTIONS, load

pytestmark = pytest.mark.slow


def test_fifty_users_get_answers_while_others_hold_lines_open(tmp_path: Path) -> None:
    came = load(tmp_path / "home", 5)
    assert came.errors == 0, (came.cut[:5], came.statuses)
    assert came.statuses.total() > len(QUESTIONS) * len(PLACES)
    assert came.statuses[200] > 0
    assert came.after - came.before < MOST_GROWTH
