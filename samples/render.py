"""How is the plain text of a notice printed? As DOCX in the layout of Decree 30/2020/NĐ-CP, and from that as PDF.

The DOCX holds only the parts that it needs (a few kilobytes) and fixed time stamps, so that the same text
always gives the same bytes. LibreOffice makes the PDF; nothing else in the project needs it.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from samples.paper import Paper, cut

#: `typed`: the marks are plain text; `automatic`: Word counts them; `first`: Word counts only the first
#: number of each list and the rest is typed, as happens in papers that several hands wrote.
Numbering = Literal["typed", "automatic", "first"]

MISSING = (
    "LibreOffice (soffice) is not installed; install it with: apt-get install -y libreoffice-writer fonts-liberation2"
)

_CM = 567  # twips
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r"(?P<roman>[IVX]+)\. |(?P<decimal>\d{1,2})\. |(?P<letter>[a-z])\) |(?P<dash>-) |(?P<plus>\+) ")
#: Form, text and Word's number format of each level; a paragraph's level is its place in this table.
_LEVELS = (
    ("roman", "%1.", "upperRoman"),
    ("decimal", "%2.", "decimal"),
    ("letter", "%3)", "lowerLetter"),
    ("dash", "-", "bullet"),
    ("plus", "+", "bullet"),
)


class RenderError(RuntimeError):
    """LibreOffice is missing, failed, or took too long; the message says what to do."""


def render_docx(
    text: str,
    *,
    letterhead: Sequence[str] | None = None,
    numbering: Numbering = "typed",
    bold: bool = True,
    size: float = 14,
    font: str = "Times New Roman",
) -> bytes:
    """The notice `text` (see `samples.paper`) as the bytes of a DOCX file.

    `letterhead` gives the issuer's lines where the text has none (`("ỦY BAN NHÂN DÂN", "TỈNH …")`), and the
    national motto with them; without it a text without letterhead is printed as it is. `bold=False` prints
    what stands between `**` marks in ordinary type. `size` is that of the body in points (13 or 14), `font`
    the family that Word asks for.
    Raises `ValueError` where the text names no kind of document.
    """
    paper = cut(text)
    counter = _Counter(numbering)
    body = "".join(_body_paragraph(p, counter, bold=bold, size=size) for p in paper.body)
    document = (
        f"{_XML}<w:document {_W} {_R}><w:body>{_label(paper.label)}{_head(paper, tuple(letterhead or ()))}"
        f"{_title(paper, size)}{body}{_foot(paper, size)}{_label(paper.end_label)}{_SECTION}</w:body></w:document>"
    )
    return _zip(document, counter.part(), font)


def render_pdfs(files: Sequence[bytes], *, timeout: float = 300) -> list[bytes]:
    """The DOCX `files` as PDF; see `convert`."""
    return convert(files, "pdf", timeout=timeout)


def convert(files: Sequence[bytes], suffix: str, *, timeout: float = 300) -> list[bytes]:
    """The DOCX `files` as pdf, odt, doc, rtf or html, in the same order, by one run of LibreOffice (`timeout` in s).

    Raises `RenderError` where LibreOffice is not installed, fails, or does not finish in time.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise RenderError(MISSING)
    with tempfile.TemporaryDirectory(prefix="render-") as folder:
        names = [Path(folder) / f"{i:05d}.docx" for i in range(len(files))]
        for name, data in zip(names, files, strict=True):
            name.write_bytes(data)
        if names:
            _run_office(program, names, Path(folder), suffix, timeout)
        made = [name.with_suffix(f".{suffix}") for name in names]
        missing = [file.name for file in made if not file.exists()]
        if missing:
            raise RenderError(f"LibreOffice made no {', '.join(missing)}; is another soffice running, or disk full?")
        return [file.read_bytes() for file in made]


def _run_office(program: str, names: list[Path], folder: Path, suffix: str, timeout: float) -> None:
    # A profile of its own: LibreOffice refuses to start twice on one profile.
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", suffix, "--outdir", str(folder), *map(str, names)]
    try:
        done = subprocess.run(  # noqa: S603 - the program found on the path, files of our own
            command,
            capture_output=True,
            timeout=timeout,
            check=False,
            text=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800", "TZ": "UTC"},
        )
    except subprocess.TimeoutExpired as exc:
        raise RenderError(
            f"LibreOffice did not finish {len(names)} files in {timeout:.0f} s; give it more time"
        ) from exc
    if done.returncode:
        raise RenderError(f"LibreOffice failed with exit code {done.returncode}: {done.stderr.strip()[-500:]}")


# --- parts of the page -------------------------------------------------------------------------------------------


def _run(text: str, *, bold: bool = False, italic: bool = False, size: float | None = None) -> str:
    style = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    style += f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>' if size else ""
    return f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def _centred(text: str, *, bold: bool = False, italic: bool = False, size: float | None = None, after: int = 0) -> str:
    spacing = f'<w:spacing w:before="0" w:after="{after}"/><w:ind w:firstLine="0"/><w:jc w:val="center"/>'
    return _paragraph(_run(text, bold=bold, italic=italic, size=size), spacing)


def _rule(indent_cm: float) -> str:
    """A short line below a block, drawn as the top border of an empty paragraph."""
    side = int(indent_cm * _CM)
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
    place = f'<w:spacing w:before="40" w:after="0"/><w:ind w:left="{side}" w:right="{side}" w:firstLine="0"/>'
    return _paragraph("", f"{border}{place}")


def _label(text: str | None) -> str:
    return _centred(text, bold=True, size=10, after=120) if text else ""


def _table(widths_cm: Sequence[float], rows: Sequence[Sequence[str]]) -> str:
    """A table without borders; each cell is its paragraphs."""
    grid = "".join(f'<w:gridCol w:w="{int(w * _CM)}"/>' for w in widths_cm)
    body = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{int(w * _CM)}" w:type="dxa"/></w:tcPr>{cell or _paragraph("")}</w:tc>'
            for w, cell in zip(widths_cm, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    layout = f'<w:tblW w:w="{int(sum(widths_cm) * _CM)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{layout}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _head(paper: Paper, letterhead: tuple[str, ...]) -> str:
    issuer = paper.issuer or letterhead
    motto = paper.motto or (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc") if letterhead else ())
    rows: list[tuple[str, str]] = []
    if issuer or motto:
        left = "".join(_centred(line, bold=line is issuer[-1], size=13) for line in issuer) + _rule(2.2)
        right = "".join(_centred(line, bold=True, size=12.5) for line in motto) + _rule(2.4)
        rows.append((left, right))
    if paper.number or paper.dated:
        rows.append((_centred(paper.number or "", size=13), _centred(paper.dated or "", italic=True, size=13)))
    return _table((6.2, 9.8), rows) if rows else ""


def _title(paper: Paper, size: float) -> str:
    kind = _paragraph(
        _run(paper.kind or "", bold=True, size=size),
        '<w:spacing w:before="240" w:after="0"/><w:ind w:firstLine="0"/><w:jc w:val="center"/>',
    )
    return kind + "".join(_centred(line, bold=True, size=size) for line in paper.title) + _rule(6)


def _body_paragraph(text: str, counter: _Counter, *, bold: bool, size: float) -> str:
    heading = bool(re.match(r"(?:[IVX]+|\d{1,2})\. [^.:;]*:?$", text.replace("**", "")))
    mark, rest = counter.mark(text)
    pieces = rest.split("**")
    runs = "".join(
        _run(piece, bold=heading or (bold and i % 2 == 1), size=size) for i, piece in enumerate(pieces) if piece
    )
    return _paragraph(runs, mark)


def _foot(paper: Paper, size: float) -> str:
    if not paper.recipients and not paper.signature:
        return ""
    first, *others = paper.recipients or ("",)
    flush = '<w:spacing w:before="0" w:after="0"/><w:ind w:firstLine="0"/><w:jc w:val="left"/>'
    left = _paragraph(_run(first.strip("*"), bold=True, italic=True, size=12), flush)
    left += "".join(_paragraph(_run(line, size=11), flush) for line in others)
    *posts, name = paper.signature or ("",)
    right = "".join(_centred(line, bold=True, size=size) for line in posts)
    right += _centred("", size=size) * 4 + _centred(name, bold=True, size=size)
    return _table((8.6, 7.4), [(left, right)])


@dataclass
class _Counter:
    """Which paragraphs Word numbers itself; remembers one `w:num` for each list it had to start."""

    numbering: Numbering
    starts: list[tuple[int, int]] = field(default_factory=list)  # (level, start) of num 1, 2, …
    last: dict[int, int] = field(default_factory=dict)  # level → value last seen
    num: dict[int, int] = field(default_factory=dict)  # level → num in use

    def mark(self, text: str) -> tuple[str, str]:
        """Paragraph properties that make Word print the mark, and the text left to type."""
        found = _MARK.match(text)
        if self.numbering == "typed" or not found or found.lastgroup is None:
            return "", text
        level = [name for name, _, _ in _LEVELS].index(found.lastgroup)
        value = _value(found.lastgroup, found[found.lastgroup])
        begins = level >= 3 or value != self.last.get(level, 0) + 1 or level not in self.num
        for deeper in range(level + 1, len(_LEVELS)):
            self.last.pop(deeper, None)
            self.num.pop(deeper, None)
        self.last[level] = value
        if self.numbering == "first" and not (begins and level < 3):
            self.num[level] = self.num.get(level, 0)
            return "", text
        if begins and not (level >= 3 and level in self.num):
            self.starts.append((level, value))
            self.num[level] = len(self.starts)
        return (
            f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{self.num[level]}"/></w:numPr>',
            text[found.end() :],
        )

    def part(self) -> str | None:
        """`word/numbering.xml`, None where no paragraph needs it."""
        if not self.starts:
            return None
        levels = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:suff w:val="space"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:firstLine="720"/></w:pPr></w:lvl>'
            for i, (_, text, fmt) in enumerate(_LEVELS)
        )
        nums = "".join(
            f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="{level}">'
            f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            for n, (level, start) in enumerate(self.starts, 1)
        )
        levels = f'<w:multiLevelType w:val="multilevel"/>{levels}'
        abstract = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        return f"{_XML}<w:numbering {_W}>{abstract}{nums}</w:numbering>"


def _value(form: str, mark: str) -> int:
    if form == "roman":
        digits = [{"I": 1, "V": 5, "X": 10}[c] for c in mark]
        return sum(-d if d < max(digits[i:]) else d for i, d in enumerate(digits))
    if form == "decimal":
        return int(mark)
    return ord(mark) - ord("a") + 1 if form == "letter" else 1


# --- the package -------------------------------------------------------------------------------------------------

_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:headerReference w:type="first" r:id="rId3"/>'
    f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{2 * _CM}" w:right="{2 * _CM}" w:bottom="{2 * _CM}" '
    f'w:left="{3 * _CM}" w:header="{_CM}" w:footer="{_CM}" w:gutter="0"/><w:titlePg/></w:sectPr>'
)
_PAGE_NUMBER = (
    f'{_XML}<w:hdr {_W}><w:p><w:pPr><w:ind w:firstLine="0"/><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p></w:hdr>'
)
_NO_NUMBER = f"{_XML}<w:hdr {_W}><w:p/></w:hdr>"
_FONTS = (
    f'{_XML}<w:fonts {_W}><w:font w:name="Times New Roman"><w:altName w:val="Liberation Serif"/>'
    '<w:family w:val="roman"/></w:font></w:fonts>'
)


def _styles(font: str) -> str:
    return (
        f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'
        '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr>'
        f'<w:spacing w:before="60" w:after="60"/><w:ind w:firstLine="{int(1.27 * _CM)}"/><w:jc w:val="both"/>'
        "</w:pPr></w:style></w:styles>"
    )


def _zip(document: str, numbering: str | None, font: str) -> bytes:
    parts = {
        "word/document.xml": (document, "document.main", None),
        "word/styles.xml": (_styles(font), "styles", "styles"),
        "word/header1.xml": (_PAGE_NUMBER, "header", "header"),
        "word/header2.xml": (_NO_NUMBER, "header", "header"),
        "word/fontTable.xml": (_FONTS, "fontTable", "fontTable"),
    }
    if numbering:
        parts["word/numbering.xml"] = (numbering, "numbering", "numbering")
    types = "".join(
        f'<Override PartName="/{n}" ContentType="{_MIME}.{kind}+xml"/>' for n, (_, kind, _) in parts.items()
    )
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{_REL}/{rel}" Target="{name.removeprefix("word/")}"/>'
        for i, (name, (_, _, rel)) in enumerate(parts.items())
        if rel
    )
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/'
    files = {
        "[Content_Types].xml": f'{_XML}<Types {space}content-types">{defaults}{types}</Types>',
        "_rels/.rels": f'{_XML}<Relationships {space}relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{_XML}<Relationships {space}relationships">{related}</Relationships>',
        **{name: content for name, (content, _, _) in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode("utf-8"))
    return out.getvalue()
