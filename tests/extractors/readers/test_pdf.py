from __future__ import annotations

import ctypes
import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest

from extractors.errors import DocumentTooLarge, EmptyDocument, EncryptedDocument, ScannedDocument
from extractors.readers import limits, read
from extractors.text import assemble


def paragraphs(data: bytes, name: str) -> list[str]:
    return [p.text for p in assemble(read(data, name)).paragraphs]


@pytest.mark.parametrize("name", ["typed", "automatic"])
def test_the_sample_gives_the_same_paragraphs_in_every_format(
    name: str, sample: str, papers: dict[str, bytes], pdfs: dict[str, bytes]
) -> None:
    printed = paragraphs(sample.encode(), "a.txt")
    assert paragraphs(papers[name], "a.docx") == printed
    assert paragraphs(pdfs[name], "a.pdf") == printed


def test_paragraphs_across_pages_are_whole_and_page_numbers_left_out(
    papers: dict[str, bytes], pdfs: dict[str, bytes]
) -> None:
    raw = read(pdfs["pages"], "a.pdf")
    source = assemble(raw)
    assert raw.pages > 1
    assert [p.text for p in source.paragraphs] == paragraphs(papers["pages"], "a.docx")
    pages = [p.span.page for p in source.paragraphs]
    assert pages == sorted(pages)
    assert set(pages) == set(range(1, raw.pages + 1))


def test_a_document_number_that_a_line_end_cuts_keeps_its_hyphen(pdfs: dict[str, bytes]) -> None:
    raw = read(pdfs["hyphen"], "a.pdf")
    assert any(line.text.endswith("68/NQ-") for line in raw.lines)  # else nothing is tried
    assert [p.text.count("68/NQ-CP của") for p in assemble(raw).paragraphs] == [1] * 12


def test_footnotes_leave_the_sentence_and_stand_at_the_end(papers: dict[str, bytes], pdfs: dict[str, bytes]) -> None:
    found = paragraphs(pdfs["footnote"], "a.pdf")
    assert found == paragraphs(papers["footnote"], "a.docx")
    assert found[0].startswith("Số dự án chậm tiến độ còn nhiều;")


def test_a_ruled_table_gives_its_cells(papers: dict[str, bytes], pdfs: dict[str, bytes]) -> None:
    found = [(p.text, p.table and p.table[1:]) for p in assemble(read(pdfs["table"], "a.pdf")).paragraphs]
    assert found == [
        ("Danh mục nhiệm vụ kèm theo:", None),
        ("TT", (0, 0)),
        ("Nhiệm vụ", (0, 1)),
        ("Cơ quan chủ trì", (0, 2)),
        ("Thời gian", (0, 3)),
        ("1", (1, 0)),
        ("Lập danh mục hồ sơ điện tử của cơ quan theo mẫu chung", (1, 1)),
        ("Sở Nội vụ", (1, 2)),
        ("Quý I/2024", (1, 3)),
        ("2", (2, 0)),
        ("Số hóa hồ sơ tồn đọng", (2, 1)),
        ("Sở Tư pháp Sở Y tế", (2, 2)),
        ("Năm 2024", (2, 3)),
        ("Các đơn vị thực hiện./.", None),
    ]


def test_rows_that_a_page_cuts_are_whole_and_cells_merged_downwards_are_known(
    papers: dict[str, bytes], pdfs: dict[str, bytes]
) -> None:
    typed, printed = read(papers["over pages"], "a.docx"), read(pdfs["over pages"], "a.pdf")
    assert printed.pages > 2
    assert [p.text for p in assemble(printed).paragraphs] == [p.text for p in assemble(typed).paragraphs]
    assert len(typed.merged) == 8
    assert {column for _, _, column in printed.merged} == {2}


# --- PDF files written by hand -----------------------------------------------------------------------------------


def pdf_of(*contents: str, trailer: str = "", objects: str = "") -> bytes:
    """A PDF file of one page for each content stream, in Courier (each letter 0.6 of its size wide)."""
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(contents)))
    parts = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    }
    for i, content in enumerate(contents):
        parts[10 + 2 * i] = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {11 + 2 * i} 0 R >>"
        )
        parts[11 + 2 * i] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    body = "%PDF-1.4\n" + "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in parts.items()) + objects
    return f"{body}trailer << /Root 1 0 R {trailer} >>\n%%EOF\n".encode("latin-1")


def at(x: float, y: float, text: str, size: float = 10) -> str:
    return f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n"


def test_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    body = "".join(at(85, 600 - 14 * i, "Giao " + "x" * 55 + " y." * 3) for i in range(6))
    rows = [("UBND TINH", "CONG HOA"), ("VAN PHONG", "Doc lap"), ("So: 12/TB-VP", "Hai Son, ngay 5")]
    head = "".join(at(90, 780 - 16 * i, left) + at(360, 780 - 16 * i, right) for i, (left, right) in enumerate(rows))
    found = paragraphs(pdf_of(head + body), "a.pdf")
    assert found[:6] == ["UBND TINH", "VAN PHONG", "So: 12/TB-VP", "CONG HOA", "Doc lap", "Hai Son, ngay 5"]


def test_a_page_of_scattered_letters_is_read_by_position() -> None:
    """A font without some letters: those come from another one, after the rest of their line."""
    line = "phien hop gom ba noi dung chinh cua tinh trong thang nay"
    content = ""
    for row in range(8):
        y = 760 - 20 * row
        present = [(i, c) for i, c in enumerate(line) if c not in "aeiou"]
        missing = [(i, c) for i, c in enumerate(line) if c in "aeiou"]
        content += "".join(at(85 + 6 * i, y, c) for i, c in (*present, *missing) if c != " ")
    found = " ".join(paragraphs(pdf_of(content), "a.pdf")).split()
    assert found == line.split() * 8


def test_a_running_head_is_left_out() -> None:
    body = "".join(at(85, 700 - 14 * i, f"dong thu {i} cua trang") for i in range(5))
    pages = [at(85, 815, f"Van ban mat - ban so {n}") + body + at(295, 30, str(n)) for n in range(1, 5)]
    found = "\n".join(paragraphs(pdf_of(*pages), "a.pdf"))
    assert "Van ban mat" not in found
    assert found.count("dong thu 3") == 4


def test_a_password_is_named() -> None:
    locked = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + "11" * 32 + "> /U <" + "22" * 32 + "> >>"
    data = pdf_of(
        at(85, 700, "x"),
        trailer="/Encrypt 9 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
        objects=f"9 0 obj\n{locked}\nendobj\n",
    )
    with pytest.raises(EncryptedDocument):
        read(data, "a.pdf")


def saved(build: Callable[[pdfium.PdfDocument], None]) -> bytes:
    document = pdfium.PdfDocument.new()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(document: pdfium.PdfDocument) -> None:
    """A page that one picture covers."""
    page = document.new_page(595, 842)
    bitmap = pdfium.PdfBitmap.new_native(60, 84, 4)
    ctypes.memset(bitmap.buffer, 200, 60 * 4 * 84)
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(bitmap)
    image.set_matrix(pdfium.PdfMatrix().scale(595, 842))
    page.insert_obj(image)
    page.gen_content()


def test_a_scan_is_named() -> None:
    with pytest.raises(ScannedDocument) as caught:
        read(saved(lambda document: [picture(document) for _ in range(3)] and None), "a.pdf")
    assert "Ảnh không có chữ nào đọc được" in caught.value.reason  # looked at, and nothing was there


def test_one_scanned_page_among_others_is_a_problem() -> None:
    written = pdf_of("".join(at(85, 700 - 14 * i, f"dong thu {i} cua trang") for i in range(20)))

    def build(document: pdfium.PdfDocument) -> None:
        document.import_pages(pdfium.PdfDocument(written))
        picture(document)

    raw = read(saved(build), "a.pdf")
    assert [(problem.code, "Trang 2" in problem.message) for problem in raw.problems] == [("ocr", True)]
    assert raw.lines[0].text == "dong thu 0 cua trang"


def test_empty_pages_are_no_scan() -> None:
    with pytest.raises(EmptyDocument):
        read(saved(lambda document: document.new_page(595, 842) and None), "a.pdf")


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGES", 2)
    with pytest.raises(DocumentTooLarge):
        read(pdf_of(*[at(85, 700, "x")] * 3), "a.pdf")
