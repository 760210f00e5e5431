"""PDF pages printed in fonts older than Unicode."""

from __future__ import annotations

from extractors.readers import read
from extractors.vocabulary import load


def encode(text: str) -> bytes:
    codes = {k: bytes.fromhex(v) for k, v in load("encodings/tcvn3")["letters"].items()}
    return b"".join(codes.get(c) or codes.get(c.lower()) or c.encode() for c in text)


def pdf(*lines: tuple[bytes, bytes]) -> bytes:
    """One page of lines, each in the font `.VnTime` (A) or `.VnTimeH` (H), neither of which is embedded."""
    content = b" ".join(b"/%s 12 Tf (%s) Tj T*" % line for line in lines)
    stream = b"BT 14 TL 72 780 Td " + content + b" ET"
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /A 5 0 R /H 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font % b".VnTime",
        font % b".VnTimeH",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )


def test_tcvn3_with_its_capitals_and_its_letter_printed_as_a_hyphen() -> None:
    heading, text = "thông báo của trường nghề", "Giao Sở Nội vụ rà soát biên chế của trường nghề trước ngày lễ."
    raw = read(pdf((b"H", encode(heading)), (b"A", encode(text)), (b"A", b"Theo 68/NQ-CP, kinh-")), "a.pdf")
    assert [line.text for line in raw.lines] == [heading.upper(), text, "Theo 68/NQ-CP, kinh-"]
    assert [problem.code for problem in raw.problems] == ["legacy_encoding"]


def test_western_text_stays() -> None:
    text = "Le comité a décidé à Genève que l'été serait très long."
    raw = read(pdf((b"H", text.encode("cp1252"))), "a.pdf")
    assert [line.text for line in raw.lines] == [text]
    assert not raw.problems
