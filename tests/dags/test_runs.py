"""The DAGs really run, on a real inbox: files come in, bad ones are put aside, a second run finds nothing to do."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"

BAD = {
    "trong.txt": b"",
    "khong-phai-pdf.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "hong.docx": b"PK\x03\x04 cut off here",
    "anh.xyz": b"\x00\x01\x02\x03" * 8,
}


def states(run: Any) -> dict[tuple[str, int], str]:
    return {(task.task_id, task.map_index): str(task.state) for task in run.get_task_instances()}


def reports(home: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((home / "reports").glob("*.json"))]


def test_a_night_with_good_and_bad_files_then_a_night_with_nothing(run: Callable[..., Any], home: Path) -> None:
    shutil.copy(SAMPLE, home / "inbox" / "thông báo tháng 9.txt")
    shutil.copy(SAMPLE, home / "inbox" / "bản sao.txt")
    for name, data in BAD.items():
        (home / "inbox" / name).write_bytes(data)

    first = run("ingest_inbox", settle_seconds=0)
    assert str(first.state) == "success", "a bad file is no failure of the run"
    assert states(first)[("watcher", -1)] == "skipped"
    (report,) = reports(home)
    assert report["counts"] == {"stored": 1, "duplicate": 1, "quarantined": len(BAD), "waiting": 0}
    assert report["seen"] == len(BAD) + 2
    assert report["index"]["level"] is True
    assert Counter(p.suffix for p in (home / "archive" / "notices").rglob("originals/*")) == {".txt": 1}
    assert next((home / "archive").rglob("originals/*")).read_bytes() == SAMPLE.read_bytes()
    assert len(list((home / "inbox" / "quarantine").rglob("*.ly-do.txt"))) == len(BAD)

    second = run("ingest_inbox", settle_seconds=0)
    assert str(second.state) == "success"
    assert states(second)[("ingest", -1)] == "skipped", "nothing to map over"
    assert reports(home)[1]["seen"] == 0
    assert len(list((home / "archive").rglob("originals/*"))) == 1

    from ketluan.index import open_index
    from ketluan.search import search
    from ketluan.settings import Settings

    index = open_index(Settings())
    assert search(index, "quy hoach su dung dat").total > 0
    index.close()


def test_a_chunk_that_fails_turns_the_run_red(
    run: Callable[..., Any], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is written all the same, and names the file that was not reached."""
    shutil.copy(SAMPLE, home / "inbox" / "a.txt")

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("the program is wrong here")

    monkeypatch.setattr("ketluan.ingest.ingest_files", broken)
    failed = run("ingest_inbox", settle_seconds=0)
    assert str(failed.state) == "failed"
    found = states(failed)
    assert found[("ingest", 0)] == "failed"
    assert found[("watcher", -1)] == "failed"
    (report,) = reports(home)
    assert report["counts"]["waiting"] == 1
    assert report["failed"] is True
    assert (home / "inbox" / "a.txt").exists(), "the file waits for the next run"
    tries = {task.task_id: task.try_number for task in failed.get_task_instances()}
    assert tries["ingest"] == 1, "an error of the program is not tried again"


def test_what_may_pass_is_tried_again(run: Callable[..., Any], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ketluan import ingest

    plan, calls = ingest.plan, []

    def once_full(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        return plan(*args, **kwargs)

    monkeypatch.setattr("ketluan.ingest.plan", once_full)
    assert str(run("ingest_inbox", settle_seconds=0).state) == "success"
    assert len(calls) == 2


@pytest.mark.parametrize("seconds", [-1, "soon", 100_000])
def test_a_wrong_parameter_is_refused_before_anything_runs(
    run: Callable[..., Any], home: Path, seconds: object
) -> None:
    with pytest.raises(Exception, match="settle_seconds"):
        run("ingest_inbox", settle_seconds=seconds)
    assert reports(home) == []


def test_the_index_is_made_anew_and_healed_and_the_archive_checked(run: Callable[..., Any], home: Path) -> None:
    shutil.copy(SAMPLE, home / "inbox" / "a.txt")
    run("ingest_inbox", settle_seconds=0)
    shutil.rmtree(home / "index")
    assert str(run("rebuild_index").state) == "success"
    assert str(run("verify_archive").state) == "success"

    (original,) = (home / "archive").rglob("originals/*")
    original.chmod(0o644)
    original.write_bytes(original.read_bytes() + b" ")
    changed = run("verify_archive")
    assert str(changed.state) == "failed"
    assert states(changed)[("verify", -1)] == "failed"
