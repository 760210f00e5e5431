"""The printed forms of a notice: same bytes each time, and nothing of the text lost."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest

from samples import render
from samples.paper import LABEL, cut, heal
from samples.render import RenderError, render_docx, render_pdfs

SAMPLE = (Path(__file__).parents[2] / "samples" / "2021-09-lao-cai.txt").read_text(encoding="utf-8")
SMALL = f"""{LABEL}

ỦY BAN NHÂN DÂN
TỈNH THỬ NGHIỆM

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 7/TB-UBND

Thử Nghiệm, ngày 03 tháng 5 năm 2023

THÔNG BÁO

Kết luận tại phiên họp thử

I. Kết quả

- Đường đã thông.

II. Nhiệm vụ

1. Sở Y tế

a) Mua thuốc **trước ngày 10/6/2023**.

b) Sửa trạm y tế.

3. Sở Tài chính

- Cấp tiền.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHÁNH VĂN PHÒNG

Người Ký

{LABEL}
"""


def text_of(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    cells = [p.text for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs]
    return [*(p.text for p in document.paragraphs), *cells]


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text.replace("**", "")))


@pytest.mark.parametrize("text", [SAMPLE, SMALL], ids=["sample", "small"])
def test_typed_docx_holds_every_word(text: str) -> None:
    healed = text.replace("Covid-\n\n19", "Covid-19")
    assert words(" ".join(text_of(render_docx(text)))) == words(healed)


def test_same_text_same_bytes() -> None:
    assert render_docx(SMALL) == render_docx(SMALL)
    assert render_docx(SMALL) != render_docx(SMALL, numbering="automatic")


def test_docx_is_slim_and_has_no_clock() -> None:
    data = render_docx(SAMPLE)
    assert len(data) < 20_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()


def test_page_is_that_of_the_decree() -> None:
    section = docx.Document(io.BytesIO(render_docx(SMALL))).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.different_first_page_header_footer
    assert section.header._element.xpath(".//w:fldSimple")
    assert not section.first_page_header._element.xpath(".//w:fldSimple")


def test_letterhead_only_where_asked_for() -> None:
    assert "CỘNG HÒA" not in " ".join(text_of(render_docx(SAMPLE)))
    printed = " ".join(text_of(render_docx(SAMPLE, letterhead=("UBND TỈNH LÀO CAI", "VĂN PHÒNG"))))
    assert "CỘNG HÒA" in printed
    assert "UBND TỈNH LÀO CAI" in printed


@pytest.mark.parametrize(
    ("numbering", "typed", "counted"),
    [
        ("typed", ["I. Kết quả", "1. Sở Y tế", "b) Sửa trạm y tế.", "3. Sở Tài chính"], []),
        ("automatic", [], ["Kết quả", "Sở Y tế", "Sửa trạm y tế.", "Sở Tài chính", "Cấp tiền."]),
        ("first", ["II. Nhiệm vụ", "b) Sửa trạm y tế.", "- Cấp tiền."], ["Kết quả", "Sở Y tế", "Sở Tài chính"]),
    ],
)
def test_numbering(numbering: render.Numbering, typed: list[str], counted: list[str]) -> None:
    document = docx.Document(io.BytesIO(render_docx(SMALL, numbering=numbering)))
    numbered = {p.text: p._p.pPr.numPr is not None for p in document.paragraphs if p._p.pPr is not None}
    assert [numbered[t] for t in typed] == [False] * len(typed)
    assert [numbered[t] for t in counted] == [True] * len(counted)


def test_bold_can_be_left_out() -> None:
    def bold_runs(data: bytes) -> list[str]:
        body = docx.Document(io.BytesIO(data)).paragraphs
        return [r.text for p in body for r in p.runs if r.bold]

    assert "trước ngày 10/6/2023" in bold_runs(render_docx(SMALL))
    assert "trước ngày 10/6/2023" not in bold_runs(render_docx(SMALL, bold=False))
    assert "**" not in " ".join(text_of(render_docx(SMALL, bold=False)))


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("thuộc các xã", "vùng cao.", "thuộc các xã vùng cao."),
        ("dịch Covid-", "19 còn lan.", "dịch Covid-19 còn lan."),
        ("(kể cả", "UBND xã).", "(kể cả UBND xã)."),
        ("Đã xong.", "còn lại một việc", None),  # a sentence had ended
        ("gồm các việc", "- Mua thuốc.", None),  # a bullet begins
    ],
)
def test_heal(before: str, after: str, joined: str | None) -> None:
    assert heal([before, after]) == ([joined] if joined else [before, after])


def test_text_without_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="THÔNG BÁO"):
        cut("Chỉ là một bức thư.\n\nKính gửi ông.")


def test_missing_libreoffice_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RenderError, match="apt-get install"):
        render_pdfs([render_docx(SMALL)])


def test_libreoffice_that_hangs_is_stopped() -> None:
    with pytest.raises(RenderError, match="more time"):
        render_pdfs([render_docx(SMALL)], timeout=0.01)


def test_pdf_holds_the_text(tmp_path: Path) -> None:
    first, second = render_pdfs([render_docx(SMALL), render_docx(SAMPLE)])
    (tmp_path / "a.pdf").write_bytes(first)
    said = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True, text=True).stdout
    assert " ".join(said.split()).count(LABEL) == 2
    assert "Sửa trạm y tế." in said
    assert second.startswith(b"%PDF")
