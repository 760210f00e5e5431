"""What leaves the archive in the forms of others, read back by programs of others."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import icalendar
import openpyxl
import pytest

from ketluan import due
from ketluan.export import register as tables
from ketluan.export.calendar import calendar
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
