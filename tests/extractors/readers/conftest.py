"""Documents to read, made here: Word packages from a few lines of XML, and their PDFs from LibreOffice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from samples.render import render_docx, render_pdfs

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SPACES = (
    f"{W} "
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SAMPLE = Path(__file__).parents[3] / "samples" / "2021-09-lao-cai.txt"

MakeDocx = Callable[..., bytes]


def make_docx(body: str, *, numbering: str = "", styles: str = "", footnotes: str = "", prolog: str = "") -> bytes:
    """A DOCX file whose `w:body` holds `body`; the other parts are there where they are given."""
    parts = {"document": f"{prolog}<w:document {SPACES}><w:body>{body}</w:body></w:document>"}
    for name, inner in (("numbering", numbering), ("styles", styles), ("footnotes", footnotes)):
        if inner:
            parts[name] = f"<w:{name} {W}>{inner}</w:{name}>"
    types = "".join(
        f'<Override PartName="/word/{name}.xml" '
        f'ContentType="{MIME}.{"document.main" if name == "document" else name}+xml"/>'
        for name in parts
    )
    related = "".join(
        f'<Relationship Id="r{i}" Type="{REL}/{name}" Target="{name}.xml"/>'
        for i, name in enumerate(parts)
        if name != "document"
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{REL}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    """A ruled table; the paragraphs of a cell are apart by `|`, a cell `^` is one with the cell above it."""
    body = ""
    for above, row in enumerate(rows, start=1):
        below = rows[above] if above < len(rows) else ()
        body += "<w:tr>" + "".join(_cell(c, below[i : i + 1] == ("^",)) for i, c in enumerate(row)) + "</w:tr>"
    sides = "".join(
        f'<w:{s} w:val="single" w:sz="4"/>' for s in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "<w:gridCol w:w='2300'/>" * len(rows[0])
    return f"<w:tbl><w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _cell(text: str, reaches_down: bool) -> str:
    merge = "<w:vMerge/>" if text == "^" else '<w:vMerge w:val="restart"/>' if reaches_down else ""
    inside = "".join(paragraph(p) for p in text.removeprefix("^").split("|"))
    return f"<w:tc><w:tcPr>{merge}</w:tcPr>{inside}</w:tc>"


@pytest.fixture(scope="session")
def docx() -> MakeDocx:
    return make_docx


@pytest.fixture(scope="session")
def p() -> Callable[..., str]:
    return paragraph


@pytest.fixture(scope="session")
def tbl() -> Callable[..., str]:
    return table


@pytest.fixture(scope="session")
def sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


LONG = (
    "Giao Sở Nội vụ chủ trì, phối hợp với các cơ quan liên quan rà soát toàn bộ biên chế của các đơn vị sự nghiệp, "
    "tổng hợp khó khăn, vướng mắc và đề xuất hướng giải quyết"
)
FOOTNOTE = (
    '<w:footnote w:id="2"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="16"/></w:rPr>'
    '<w:footnoteRef/></w:r><w:r><w:rPr><w:sz w:val="16"/></w:rPr><w:t xml:space="preserve"> Theo báo cáo tại cuộc '
    "họp giao ban</w:t></w:r></w:p></w:footnote>"
)
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
MARKED = (
    '<w:p><w:r><w:t xml:space="preserve">Số dự án chậm tiến độ</w:t></w:r>'
    f'<w:r>{RAISED}<w:footnoteReference w:id="2"/></w:r>'
    '<w:r><w:t xml:space="preserve"> còn nhiều; các chủ đầu tư phải báo cáo.</w:t></w:r></w:p>'
)


@pytest.fixture(scope="session")
def papers(sample: str) -> dict[str, bytes]:
    """Word files that are also printed as PDF."""
    indent = '<w:ind w:firstLine="720"/><w:jc w:val="both"/>'
    pages = "".join(paragraph(f"{n}. {LONG} trước ngày {n}/11/2023.", indent) for n in range(1, 29))
    tasks = table(
        ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"),
        ("1", "Lập danh mục hồ sơ điện tử của cơ quan theo mẫu chung", "Sở Nội vụ", "Quý I/2024"),
        ("2", "Số hóa hồ sơ tồn đọng", "Sở Tư pháp|Sở Y tế", "Năm 2024"),
    )
    over_pages = table(
        ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"),
        *((str(n), LONG, "Sở Nội vụ" if n % 2 else "^", f"Trước ngày {n}/11/2023") for n in range(1, 17)),
    )
    number = "và tiếp tục triển khai các nhiệm vụ được giao tại Nghị quyết số 68/NQ-CP của Chính phủ."
    return {
        "hyphen": make_docx("".join(paragraph(f"Thực hiện {'đ ' * n}{number}") for n in range(12))),
        "typed": render_docx(sample),
        "automatic": render_docx(sample, numbering="automatic"),
        "pages": make_docx(pages),
        "footnote": make_docx(MARKED + paragraph(LONG + "."), footnotes=FOOTNOTE),
        "over pages": make_docx(paragraph("Các việc:") + over_pages + paragraph("Các đơn vị thực hiện./.")),
        "table": make_docx(paragraph("Danh mục nhiệm vụ kèm theo:") + tasks + paragraph("Các đơn vị thực hiện./.")),
    }


@pytest.fixture(scope="session")
def pdfs(papers: dict[str, bytes]) -> dict[str, bytes]:
    """The same papers printed; LibreOffice runs once for all."""
    return dict(zip(papers, render_pdfs(list(papers.values())), strict=True))
