from __future__ import annotations

import io
from collections.abc import Callable

import docx as python_docx
import pytest

from extractors.errors import ScannedDocument
from extractors.readers import read
from extractors.text import assemble

Docx = Callable[..., bytes]
Make = Callable[..., str]


def lines(data: bytes) -> list[str]:
    return [line.text for line in read(data, "a.docx").lines]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


INLINE = [  # what stands in the paragraph, what is read
    (run("Giao ") + run("Sở ") + run("Y tế"), ["Giao Sở Y tế"]),
    (run("Số") + "<w:r><w:tab/></w:r>" + run("12"), ["Số\t12"]),
    (run("68/NQ") + "<w:r><w:noBreakHyphen/></w:r>" + run("CP"), ["68/NQ-CP"]),
    (run("kế") + "<w:r><w:softHyphen/></w:r>" + run(" hoạch"), ["kế hoạch"]),
    (f"<w:ins>{run('thêm ')}</w:ins><w:del><w:r><w:delText>bớt</w:delText></w:r></w:del>{run('vào')}", ["thêm vào"]),
    (f"<w:moveFrom>{run('chuyển')}</w:moveFrom><w:moveTo>{run('đến')}</w:moveTo>", ["đến"]),
    (run("thấy") + run("ẩn", "<w:vanish/>"), ["thấy"]),
    (run("thấy") + run(" cả", '<w:vanish w:val="0"/>'), ["thấy cả"]),
    (f"<w:hyperlink>{run('cổng thông tin')}</w:hyperlink>", ["cổng thông tin"]),
    (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('tháng 9')}</w:sdtContent></w:sdt>", ["tháng 9"]),
    (f"<w:smartTag>{run('Hải Sơn')}</w:smartTag>", ["Hải Sơn"]),
    ('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText></w:r>' + run("7"), ["7"]),
    (run("ỦY BAN") + "<w:r><w:br/></w:r>" + run("TỈNH"), ["ỦY BAN", "TỈNH"]),
    (run("mục lục"), ["mục lục"]),
    ("<w:bookmarkStart/><w:proofErr/>", []),
]


@pytest.mark.parametrize(("content", "expected"), INLINE)
def test_inline(docx: Docx, content: str, expected: list[str]) -> None:
    found = [line.text for line in read(docx(f"<w:p>{content}</w:p><w:p>{run('hết')}</w:p>"), "a.docx").lines]
    assert found == [*expected, "hết"]


def test_a_text_box_is_read_once(docx: Docx, p: Make) -> None:
    box = f"<w:txbxContent>{p('HỎA TỐC')}</w:txbxContent>"
    new = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
    old = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    body = f"<w:p><w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>{run('THÔNG BÁO')}</w:p>"
    assert lines(docx(body)) == ["THÔNG BÁO", "HỎA TỐC"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs(docx: Docx) -> None:
    first = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('Giao Sở ')}</w:p>"
    assert lines(docx(f"{first}<w:p>{run('Y tế')}</w:p>")) == ["Giao Sở Y tế"]


def test_footnotes_stand_at_the_end_and_leave_no_mark(papers: dict[str, bytes]) -> None:
    found = lines(papers["footnote"])
    assert found[0].startswith("Số dự án chậm tiến độ còn nhiều;")
    assert found[-1] == "[1] Theo báo cáo tại cuộc họp giao ban"


def test_letterhead_and_signature_tables_are_read_cell_by_cell(docx: Docx, p: Make, tbl: Make) -> None:
    head = tbl(("ỦY BAN NHÂN DÂN|TỈNH HẢI SƠN", "CỘNG HÒA|Độc lập"), ("Số: /TB-UBND", "Hải Sơn, ngày tháng"))
    foot = tbl(("Nơi nhận:|- Như trên;", "CHỦ TỊCH||Lê Văn Tám"))
    found = [(line.text, line.table) for line in read(docx(head + p("THÔNG BÁO") + foot), "a.docx").lines]
    assert found == [
        ("ỦY BAN NHÂN DÂN", (0, 0, 0)),
        ("TỈNH HẢI SƠN", (0, 0, 0)),
        ("CỘNG HÒA", (0, 0, 1)),
        ("Độc lập", (0, 0, 1)),
        ("Số: /TB-UBND", (0, 1, 0)),
        ("Hải Sơn, ngày tháng", (0, 1, 1)),
        ("THÔNG BÁO", None),
        ("Nơi nhận:", (1, 0, 0)),
        ("- Như trên;", (1, 0, 0)),
        ("CHỦ TỊCH", (1, 0, 1)),
        ("Lê Văn Tám", (1, 0, 1)),
    ]


def test_columns_count_merged_cells(docx: Docx, p: Make) -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("rộng")}</w:tc>'
    body = f"<w:tbl><w:tr>{wide}<w:tc>{p('hẹp')}</w:tc></w:tr></w:tbl>{p('hết')}"
    assert [line.table for line in read(docx(body), "a.docx").lines] == [(0, 0, 0), (0, 0, 2), None]


@pytest.mark.parametrize(
    ("mark", "pages"),
    [
        ('<w:r><w:br w:type="page"/></w:r>', [1, 2]),
        ("<w:r><w:lastRenderedPageBreak/></w:r>", [1, 2]),
        ('<w:r><w:br w:type="page"/><w:lastRenderedPageBreak/></w:r>', [1, 2]),  # one page end, marked twice
        ("", [1, 1]),
    ],
)
def test_pages(docx: Docx, p: Make, mark: str, pages: list[int]) -> None:
    raw = read(docx(f"{p('một')}<w:p>{mark}{run('hai')}</w:p>"), "a.docx")
    assert [line.page for line in raw.lines] == pages
    assert raw.pages == pages[-1]


def test_pictures_without_text_are_a_scan(docx: Docx) -> None:
    with pytest.raises(ScannedDocument):
        read(docx("<w:p><w:r><w:drawing/></w:r></w:p>"), "a.docx")


def test_a_file_written_by_python_docx() -> None:
    document = python_docx.Document()
    document.add_paragraph("THÔNG BÁO")
    document.add_paragraph("Sở Y tế", style="List Number")
    document.add_paragraph("Sở Nội vụ", style="List Number")
    document.add_paragraph("rà soát", style="List Bullet")
    document.sections[0].header.paragraphs[0].text = "không đọc đầu trang"
    document.sections[0].footer.paragraphs[0].text = "không đọc chân trang"
    out = io.BytesIO()
    document.save(out)
    assert lines(out.getvalue()) == ["THÔNG BÁO", "1. Sở Y tế", "2. Sở Nội vụ", "- rà soát"]


def test_sentences_broken_over_word_paragraphs_are_healed(docx: Docx, p: Make) -> None:
    body = p("- Sở Y tế chủ trì, phối hợp với các địa phương") + p("tổ chức tiêm chủng.") + p("- Sở Nội vụ")
    found = [q.text for q in assemble(read(docx(body), "a.docx")).paragraphs]
    assert found == ["- Sở Y tế chủ trì, phối hợp với các địa phương tổ chức tiêm chủng.", "- Sở Nội vụ"]
