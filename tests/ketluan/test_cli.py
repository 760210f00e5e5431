"""The command line on a real archive and a real index, in the process and as a program of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import openpyxl
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ketluan.cli import app
from ketluan.cli.manual import manual
from ketluan.export.table import safe_cell

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "samples" / "2021-09-lao-cai.txt"
RUN = CliRunner()
PROGRAM = [sys.executable, "-c", "from ketluan.cli import main\nif __name__ == '__main__': main()"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the sample was taken into by the program itself."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "inbox").mkdir()
    shutil.copyfile(SAMPLE, folder / "inbox" / SAMPLE.name)
    done = program(folder, "ingest", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"] == {"stored": 1, "duplicate": 0, "quarantined": 0, "waiting": 0}
    return folder


@pytest.fixture
def notice(home: Path) -> str:
    found: str = ask(home, "search", "covid")["hits"][0]["notice"]
    return found


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


def program(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "KETLUAN_HOME": str(home), "KETLUAN_SETTLE_SECONDS": "0", "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [*PROGRAM, *words],
        env={**given, **variables},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )


def run(home: Path, *words: str) -> Any:
    return RUN.invoke(app, ["--home", str(home), *words])


def ask(home: Path, *words: str) -> Any:
    result = run(home, *words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def leaves(command: Any, name: str = "ketluan") -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if not children:
        yield name, command
    for child, below in (children or {}).items():
        yield from leaves(below, f"{name} {child}")


LEAVES = dict(leaves(get_command(app)))


@pytest.mark.parametrize("name", LEAVES)
def test_each_command_has_examples_of_itself_and_json(name: str) -> None:
    command = LEAVES[name]
    examples = [line.strip() for line in (command.help or "").partition("Ví dụ:")[2].splitlines() if line.strip()]
    assert examples
    words = name.split()
    assert all(line.split()[0] == "ketluan" and words[-1] in line.split() for line in examples)
    assert name == "ketluan serve" or any("--json" in p.opts for p in command.params)  # a server has no answer
    assert all(p.help for p in command.params if p.name != "help")


def test_each_command_that_the_readme_names_is_there() -> None:
    (row,) = [
        line
        for line in (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `.venv/bin/ketluan --help`")
    ]
    assert set(re.findall(r"`([a-z]+)`", row)) <= {name.split()[1] for name in LEAVES}


def test_the_page_of_commands_is_up_to_date() -> None:
    """Made by `python -m ketluan.cli.manual > docs/cli.md`."""
    assert (PROJECT / "docs" / "cli.md").read_text(encoding="utf-8") == manual()


FOUND = [  # words of the command, paths that must be among the hits
    (["search", "quy hoạch sử dụng đất"], {"II.5"}),
    (["search", "quy hoach su dung dat"], {"II.5"}),
    (["search", '"kế hoạch sử dụng đất"'], {"III.4"}),
    (["search", "--cites", "68/NQ-CP"], {"I-2", "II.2-4"}),
    (["search", "--agency", "Sở Y tế", "--role", "lead", "vacxin"], {"II.2-5"}),
    (["search", "--topic", "covid", "--from", "9/2021", "--to", "2021-09"], {"II.2-2"}),
]


@pytest.mark.parametrize(("words", "paths"), FOUND)
def test_search_finds(home: Path, words: list[str], paths: set[str]) -> None:
    assert paths <= {hit["path"] for hit in ask(home, *words)["hits"]}


def test_a_hit_shows_passage_who_when_notice_and_original(home: Path) -> None:
    shown = run(home, "search", "Methadone").stdout
    for part in ("Methadone", "Sở Lao động - Thương binh và Xã hội", "25/09/2021", "09/2021", "II.9-5", "originals"):
        assert part in shown
    assert Path(ask(home, "search", "Methadone")["hits"][0]["original"]).read_bytes() == SAMPLE.read_bytes()


def test_nothing_found_says_what_to_try(home: Path) -> None:
    result = run(home, "search", "xyzzy")
    assert result.exit_code == 0
    assert "xyzzy" in result.stdout
    assert "Có thể thử" in result.stdout


def test_what_has_most_of_the_words_comes_after_and_says_what_it_lacks(home: Path) -> None:
    found = ask(home, "search", "cai nghiện Methadone xyzzy")
    assert (found["total"], found["partial"]) == (0, len(found["hits"]))
    assert found["hits"][0]["path"] == "II.9-5"
    assert found["hits"][0]["missing"] == ["xyzzy"]
    shown = run(home, "search", "cai nghiện Methadone xyzzy").stdout
    assert "0 kết luận, và 1 kết luận không có đủ các từ" in shown
    assert re.search(r"Thiếu từ +xyzzy", shown)
    assert ask(home, "search", "--strict", "cai nghiện Methadone xyzzy")["hits"] == []


def test_trace_of_a_topic(home: Path) -> None:
    found = ask(home, "trace", "covid")
    assert found["filters"]["topics"] == ["covid"]
    assert found["total"] >= 8
    assert {step["month"] for step in found["steps"]} == {"2021-09"}
    assert found["coverage"]["missing"] == []


def test_trace_names_missing_months(home: Path) -> None:
    assert "10/2021" in run(home, "trace", "covid", "--to", "2021-10").stdout


def test_the_register_of_the_sample(home: Path) -> None:
    found = ask(home, "due", "--as-of", "2021-10-01")
    assert len(found["dated"]) == found["total"]["dated"] == 25
    days = [(date.fromisoformat(e["due"]), e["state"]) for e in found["dated"]]
    assert all((state == "overdue") == (day < date(2021, 10, 1)) for day, state in days)
    shown = run(home, "due", "--as-of", "2021-10-01").stdout
    assert all(e["conclusion"] in shown for e in found["dated"])


def test_the_register_before_the_session_is_empty(home: Path) -> None:
    assert ask(home, "due", "--as-of", "2021-08-30")["total"]["given"] == 0


def test_the_register_as_csv(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    assert run(home, "due", "--as-of", "2021-10-01", "--csv", str(path)).exit_code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert sum(bool(row["Ngày cuối"]) for row in rows) == 25


def test_the_report_by_agency_topic_and_month(home: Path, tmp_path: Path) -> None:
    for by in ("agency", "topic", "month"):
        found = ask(home, "due", "--as-of", "2021-10-01", "--by", by, "--fold")
        total = found["total"]
        assert (found["by"], total["dated"]) == (by, 25)
        assert total["overdue"] + total["not_yet_due"] == 25
        assert sum(row["dated"] for row in found["rows"]) >= 25
        assert f"{found['rows'][0]['name'].split()[0]}" in run(home, "due", "--as-of", "2021-10-01", "--by", by).stdout
    assert [row["key"] for row in found["rows"]] == ["2021-09"]
    path = tmp_path / "bang.csv"
    assert run(home, "due", "--as-of", "2021-10-01", "--by", "agency", "--csv", str(path)).exit_code == 0
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert (rows[-1]["Cơ quan chủ trì"], rows[-1]["Có thời hạn"]) == ("Tổng số nhiệm vụ", "25")


def test_an_agency_by_its_name_of_today(home: Path) -> None:
    """Sở Tài chính took over the work of Sở Kế hoạch và Đầu tư in 2025."""
    asked = ("due", "--as-of", "2021-10-01", "--agency", "Sở Nông nghiệp và Môi trường")
    assert ask(home, *asked)["total"]["given"] == 0
    found = ask(home, *asked, "--fold")
    assert {lead for row in found["dated"] for lead in row["lead"]} >= {"Sở Tài nguyên và Môi trường"}


def test_the_register_as_workbook_and_calendar(home: Path, tmp_path: Path) -> None:
    book, calendar = tmp_path / "so.xlsx", tmp_path / "so.ics"
    done = run(home, "due", "--as-of", "2021-10-01", "--xlsx", str(book), "--ics", str(calendar))
    assert (done.exit_code, done.stdout) == (0, "")
    assert [sheet.max_row for sheet in openpyxl.load_workbook(book)][1:] == [26, 3, 26]
    events = icalendar.Calendar.from_ical(calendar.read_bytes()).events
    assert len(events) == 25


def test_an_archivist_closes_and_reopens(home: Path, notice: str) -> None:
    where = f"{notice}:II.8-1"
    signed = ("--by", "Lê Thị Hà", "--because", "Báo cáo 12/BC")

    def states() -> list[str]:
        found = ask(home, "due", "--as-of", "2021-10-01")["dated"]
        return [row["state"] for row in found if row["conclusion"] == where]

    assert states() == ["overdue", "overdue"]
    shown = run(home, "close", where, "--deadline", "1", "--on", "9/9/2021", *signed).stdout
    assert "đã làm xong, ngày 09/09/2021" in shown
    assert states() == ["done", "overdue"]
    line = next(r for r in ask(home, "due", "--as-of", "2021-10-01")["dated"] if r["state"] == "done")
    assert (line["in_time"], line["ended"]["by"], line["ended"]["said"]) == ("yes", "Lê Thị Hà", "Báo cáo 12/BC")
    assert "Lê Thị Hà ghi" in run(home, "due", "--as-of", "2021-10-01", "--state", "done").stdout
    ask(home, "close", where, "--dropped", "--on", "2021-09-20", *signed)
    assert states() == ["closed", "closed"]  # the last word holds
    ask(home, "reopen", where, "--deadline", "2", "--on", "2021-09-21", *signed)
    assert states() == ["closed", "overdue"]
    for entry in reversed(ask(home, "correct", "list", notice)["corrections"]):
        ask(home, "correct", "undo", entry["id"], *signed)
    assert states() == ["overdue", "overdue"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+84", "'+84"), ("-5", "'-5"), (-5, "-5"), ("@sum", "'@sum"),
        ("\t=1", "'\t=1"), ("＝1", "'＝1"),
        ("Sở Y tế", "Sở Y tế"), ("a=b", "a=b"), (None, ""), (3, "3"),
    ],
)  # fmt: skip
def test_cells_are_no_formulas(cell: object, safe: str) -> None:
    assert safe_cell(cell) == safe


def test_show(home: Path, notice: str) -> None:
    whole = run(home, "show", notice).stdout
    assert all(part in whole for part in ("(để trống)", "II.11-2+1", SAMPLE.name))
    one = run(home, "show", f"{notice}:II.8-1").stdout
    assert "trước ngày 10/9/2021 (10/09/2021): các sở, ngành, địa phương" in one
    assert ask(home, "show", f"{notice}:II.8-1:2")["conclusion"]["path"] == "II.8-1"
    assert ask(home, "show", notice)["notice"]["session"]["month"] == "2021-09"


@pytest.mark.parametrize("form", ["text", "json", "gold"])
def test_extract(tmp_path: Path, form: str) -> None:
    result = run(tmp_path, "extract", str(SAMPLE), "--format", form)
    assert result.exit_code == 0
    assert "III.4" in result.stdout
    if form != "text":
        units = json.loads(result.stdout)["conclusions"]
        assert len(units) == 53


def test_gold_says_whom_a_deadline_binds_only_where_it_does_not_bind_all() -> None:
    units = json.loads(RUN.invoke(app, ["extract", str(SAMPLE), "--format", "gold"]).stdout)["conclusions"]
    bound = {u["path"]: [d.get("for") for d in u["deadlines"]] for u in units if u["deadlines"]}
    assert bound["II.8-1"] == [["các sở, ngành, địa phương"], ["Văn phòng UBND tỉnh"]]
    assert bound["II.4-2"] == [None]


def test_index_and_archive_are_sound(home: Path) -> None:
    assert ask(home, "index", "rebuild") == {"notices": 1}
    assert ask(home, "index", "status")["counts"]["conclusion"] == 53
    assert ask(home, "index", "check")["missing"] == []
    assert ask(home, "verify") == {"sound": True, "findings": []}


def test_a_home_is_backed_up_twice_and_comes_back(home: Path, tmp_path: Path) -> None:
    disks = [tmp_path / "one", tmp_path / "two"]
    for disk in disks:
        disk.mkdir()
    to = [word for disk in disks for word in ("--to", str(disk))]
    made = ask(home, "backup", *to)["backups"]
    assert [one["copied"] > 0 for one in made] == [True, True]
    assert [one["copied"] for one in ask(home, "backup", *to)["backups"]] == [0, 0]
    assert ask(home, "verify", "--backup", str(disks[1])) == {"sound": True, "findings": []}
    new = tmp_path / "new"
    back = ask(home, "restore", *map(str, disks), "--home", str(new))
    assert (back["lost"], back["findings"], back["indexed"]) == ([], [], 1)
    for words in (["search", "quy hoach su dung dat"], ["trace", "covid"], ["due", "--as-of", "2021-10-01"]):
        there, here = ("".join(run(one, *words).stdout.split()) for one in (new, home))  # paths are wrapped
        assert there == here.replace(str(home), str(new))


def test_one_disk_that_is_missing_does_not_cost_the_other(home: Path, tmp_path: Path) -> None:
    disk = tmp_path / "there"
    disk.mkdir()
    result = run(home, "backup", "--to", str(tmp_path / "unplugged"), "--to", str(disk))
    assert result.exit_code == 1
    assert "CHƯA SAO LƯU" in result.stdout
    assert "đã sao lưu bộ" in result.stdout
    assert "Cùng ổ đĩa với kho" in result.stdout


FAILS = [  # words of the command, exit code, what is said
    (["search"], 2, "Hãy nhập từ cần tìm"),
    (["search", "a", "--from", "2021-13"], 2, "2021-13"),
    (["search", "a", "--topic", "không có"], 2, "covid"),
    (["due", "--as-of", "31/2/2021"], 2, "31/2/2021"),
    (["show", "2021-09-khong-co-00000000"], 1, "ketluan search"),
    (["show", "../../etc"], 1, "mã thông báo"),
    (["trace", "2021-09-lao-cai-00000000:II.5"], 1, "ketluan search"),
    (["extract", "khong-co.txt"], 1, "khong-co.txt"),
    (["nonsense"], 2, "nonsense"),
]


@pytest.mark.parametrize(("words", "code", "said"), FAILS)
def test_expected_failures_are_one_message(home: Path, words: list[str], code: int, said: str) -> None:
    result = run(home, *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_no_index_yet_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "search", "covid")
    assert result.exit_code == 1
    assert "ketluan index rebuild" in result.stderr


def test_the_label_of_an_invented_archive_is_on_everything(home: Path, tmp_path: Path) -> None:
    labelled = tmp_path / "home"
    shutil.copytree(home, labelled)
    (labelled / "label.txt").write_text("TỈNH KHÔNG CÓ THẬT\n", encoding="utf-8")
    for words in (["search", "covid"], ["trace", "covid"], ["due"], ["index", "status"], ["verify"]):
        assert run(labelled, *words).stdout.startswith("▌ TỈNH KHÔNG CÓ THẬT\n")
        assert next(iter(ask(labelled, *words).items())) == ("label", "TỈNH KHÔNG CÓ THẬT")


SURROUNDINGS = [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"COLUMNS": "30"}]


@pytest.mark.parametrize("variables", SURROUNDINGS, ids=str)
@pytest.mark.parametrize(
    "words", [["search", "covid"], ["due", "--as-of", "2021-10-01"], ["search", "covid", "--json"]]
)
def test_any_encoding_and_width(home: Path, variables: dict[str, str], words: list[str]) -> None:
    done = program(home, *words, **variables)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if "--json" in words:
        assert json.loads(done.stdout)["total"] > 0


def test_a_hostile_name_reaches_no_terminal(tmp_path: Path) -> None:
    from ketluan.cli.screen import safe

    assert safe("a\x1b[2Jb\u202ec") == "a\ufffd[2Jb\ufffdc"
