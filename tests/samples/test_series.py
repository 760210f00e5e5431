"""The invented series: the same each time, labelled everywhere, and its truth borne out by its texts."""

import io
import json
import re
import subprocess
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from samples.paper import LABEL
from samples.series import Written, make_series, make_truth
from samples.series.__main__ import docx as as_docx
from samples.series.__main__ import main
from samples.series.layout import STYLES
from samples.series.matters import TEMPLATES
from samples.series.plan import KINDS
from samples.series.world import AGENCIES


@pytest.fixture(scope="module")
def series() -> tuple[Written, ...]:
    return make_series()


@pytest.fixture(scope="module")
def truth(series: tuple[Written, ...]) -> dict[str, Any]:
    return make_truth(series)


def paragraphs(notice: Written) -> list[str]:
    return notice.text.replace("**", "").split("\n\n")


def conclusion(series: tuple[Written, ...], place: dict[str, str]) -> dict[str, Any]:
    notice = next(n for n in series if n.name == place["notice"])
    return next(c for c in notice.gold["conclusions"] if c["path"] == place["path"])


def test_same_seed_same_series(series: tuple[Written, ...], truth: dict[str, Any]) -> None:
    again = make_series()
    assert [n.text for n in again] == [n.text for n in series]
    assert json.dumps(make_truth(again)) == json.dumps(truth)
    assert [n.text for n in make_series(seed=7)] != [n.text for n in series]


def test_months_and_numbers(series: tuple[Written, ...]) -> None:
    months = [n.session.month for n in series]
    assert len(months) == 24
    assert months == sorted(set(months))
    assert (months[0], months[-1]) == ("2023-01", "2025-01")
    assert "2023-08" not in months  # the gap that coverage has to name
    assert sum(n.session.number is None for n in series) == 2  # drafts
    for year in ("2023", "2024"):
        numbers = [int(n.session.number) for n in series if n.session.number and str(n.session.issued.year) == year]
        assert numbers == sorted(set(numbers))


def test_whole_notices(series: tuple[Written, ...]) -> None:
    for notice in series:
        assert 40 <= len(notice.gold["conclusions"]) <= 60, notice.name
        assert notice.text.count("THÔNG BÁO\n") == 1
        assert "CHÁNH VĂN PHÒNG" in notice.text


def test_every_layout_occurs(series: tuple[Written, ...]) -> None:
    assert len(series) >= len(STYLES)
    paths = {c["path"] for n in series for c in n.gold["conclusions"]}
    for form in (
        r"I~3",
        r"II\.\d+-\d",
        r"II\.\d+\.đ",
        r"II\.\d+-\d\+\d",
        r"II\.\d+\.a-\d",
        r"III\.1",
        r"II~2",
        r"II\.\d+",
    ):
        assert any(re.fullmatch(form, p) for p in paths), form


def test_gold_stands_in_the_text_in_order(series: tuple[Written, ...]) -> None:
    for notice in series:
        left = iter(paragraphs(notice))
        for unit in notice.gold["conclusions"]:
            hit = next((p for p in left if unit["starts"] in p and p.endswith(unit["ends"])), None)
            assert hit, (notice.name, unit["path"], unit["starts"])


def test_deadlines_are_printed_and_valid(series: tuple[Written, ...]) -> None:
    found = 0
    for notice in series:
        for unit in notice.gold["conclusions"]:
            for deadline in unit["deadlines"]:
                found += 1
                assert deadline["text"] in notice.text.replace("**", "")
                due = date.fromisoformat(deadline["due"])
                assert due > notice.session.held_on
                assert deadline["from"] is None or date.fromisoformat(deadline["from"]) <= due
    assert found > 300


def test_agencies_are_canonical(series: tuple[Written, ...]) -> None:
    known = {names[0] for names in AGENCIES.values()}
    known |= {"UBND tỉnh", "Thường trực Tỉnh ủy", "Ban Thường vụ Tỉnh ủy", "các đơn vị liên quan"}
    known.add("các cơ quan, đơn vị, địa phương")
    for notice in series:
        for unit in notice.gold["conclusions"]:
            named = [*unit["lead"], *unit["coordinating"], *unit["report_to"]]
            assert {n for n in named if not n.startswith("UBND huyện")} <= known
            assert bool(unit["lead"]) == (unit["kind"] == "directive")


def test_citations_name_an_earlier_notice(series: tuple[Written, ...]) -> None:
    issued = {f"{n.session.number}/TB-UBND": n for n in series if n.session.number}
    cited = [(n, key) for n in series for c in n.gold["conclusions"] for key in c["citations"]]
    assert cited
    for notice, key in cited:
        assert key in issued
        assert f"số {key}" in notice.text


def test_links(series: tuple[Written, ...], truth: dict[str, Any]) -> None:
    counts = Counter((link["kind"], link["split"]) for link in truth["links"])
    assert all(counts[kind, split] >= 20 for kind in KINDS for split in ("tuning", "heldout")), counts
    for link in truth["links"]:
        assert link["to"]["month"] < link["from"]["month"]
        later, earlier = conclusion(series, link["from"]), conclusion(series, link["to"])
        if link["kind"] == "closes":
            assert later["kind"] in ("assessment", "decision")
        else:
            assert later["kind"] == earlier["kind"] == "directive"
        if link["kind"] == "hands_over":
            assert later["lead"] != earlier["lead"]
        if link["kind"] in ("extends", "repeats", "continues"):
            assert later["lead"] == earlier["lead"]
        if link["kind"] == "cites":
            assert later["citations"]
        if link["kind"] == "extends":
            assert later["deadlines"]
            assert not earlier["deadlines"] or later["deadlines"][0]["due"] > earlier["deadlines"][0]["due"]
        if link["kind"] == "repeats" and later["deadlines"]:
            assert later["deadlines"][0]["due"] == earlier["deadlines"][0]["due"]


def test_joins_and_long_gaps(truth: dict[str, Any]) -> None:
    joined = Counter((link["from"]["notice"], link["from"]["path"]) for link in truth["links"])
    assert sum(n > 1 for n in joined.values()) >= 5
    apart = [
        12 * (int(link["from"]["month"][:4]) - int(link["to"]["month"][:4]))
        + int(link["from"]["month"][5:])
        - int(link["to"]["month"][5:])
        for link in truth["links"]
    ]
    assert sum(months >= 4 for months in apart) >= 20


def test_lookalikes_are_never_linked(series: tuple[Written, ...], truth: dict[str, Any]) -> None:
    thread: dict[tuple[str, str], set[str]] = {}
    for entry in truth["threads"]:
        for place in entry["conclusions"]:
            thread.setdefault((place["notice"], place["path"]), set()).add(entry["thread"])
    counts = Counter((pair["type"], pair["split"]) for pair in truth["lookalikes"])
    assert all(counts[kind, split] >= 50 for kind in ("thing", "place") for split in ("tuning", "heldout")), counts
    for pair in truth["lookalikes"]:
        a, b = pair["a"], pair["b"]
        assert not thread[a["notice"], a["path"]] & thread[b["notice"], b["path"]]


def test_enough_matters_in_two_halves(truth: dict[str, Any]) -> None:
    assert len(truth["threads"]) >= 150
    halves: dict[str, set[str]] = {}
    for entry in truth["threads"]:
        template = entry["thread"].split("/")[1].rsplit("-", 1)[0]
        halves.setdefault(template, set()).add(entry["split"])
    assert all(len(split) == 1 for split in halves.values())  # no wording is met in both halves
    assert Counter(entry["split"] for entry in truth["threads"]).most_common()[-1][1] >= 75


def test_every_conclusion_is_judged_or_said_not_to_be(series: tuple[Written, ...], truth: dict[str, Any]) -> None:
    judged = {(p["notice"], p["path"]) for entry in truth["threads"] for p in entry["conclusions"]}
    general = {(p["notice"], p["path"]) for p in truth["unjudged"]}
    assert not judged & general
    assert judged | general == {(n.name, c["path"]) for n in series for c in n.gold["conclusions"]}


def test_states(truth: dict[str, Any]) -> None:
    assert {s["state"] for s in truth["states"]} == {"open", "overdue", "done", "dropped"}
    for state in truth["states"]:
        if state["state"] == "overdue":
            assert state["due"] < state["as_of"]
        if state["state"] == "open" and state["due"]:
            assert state["due"] >= state["as_of"]


def test_wordings_of_one_step_differ() -> None:
    for template in TEMPLATES:
        assert len(set(template.names)) == len(template.names) >= 3
        for step in template.steps:
            assert len(set(step.orders)) >= 2, (template.key, step.noun)


def test_label_stands_in_text_and_docx(series: tuple[Written, ...]) -> None:
    for notice in series:
        assert notice.text.startswith(LABEL)
        assert notice.text.rstrip().endswith(LABEL)
        document = docx.Document(io.BytesIO(as_docx(notice)))
        assert [p.text for p in document.paragraphs].count(LABEL) == 2


def test_other_copies_are_other_provinces() -> None:
    first, second = make_series(months=2, copy=0), make_series(months=2, copy=1)
    assert first[0].gold["notice"]["issuer"] != second[0].gold["notice"]["issuer"]
    assert not {n.name for n in first} & {n.name for n in second}
    assert len({make_series(months=1, copy=i)[0].name for i in range(84)}) == 84


def test_command_fills_a_home(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--months", "3", "--scale", "2"]) == 0
    assert (tmp_path / "label.txt").read_text(encoding="utf-8").strip() == LABEL
    files = sorted((tmp_path / "inbox").iterdir())
    assert Counter(f.suffix for f in files) == {".docx": 2, ".pdf": 2, ".txt": 2}
    for pdf in (tmp_path / "inbox").glob("*.pdf"):
        said = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True, text=True).stdout
        assert " ".join(said.split()).count(LABEL) == 2
    for file in files:
        gold = json.loads((tmp_path / "truth" / f"{file.stem}.json").read_text(encoding="utf-8"))
        assert gold["file"] == file.name
    assert {"links.json", "lookalikes.json", "states.json", "threads.json", "unjudged.json"} <= {
        f.name for f in (tmp_path / "truth").iterdir()
    }


def test_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="odt"):
        main([str(tmp_path), "--formats", "odt"])


def test_text_and_docx_within_ten_seconds() -> None:
    start = time.monotonic()
    for notice in make_series():
        as_docx(notice)
    assert time.monotonic() - start < 10
