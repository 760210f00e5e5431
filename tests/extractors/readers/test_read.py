"""Files are told apart by their bytes, and hostile or broken ones are refused with a reason of their own."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Callable

import pytest

from extractors.errors import (
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    ExtractionError,
    MisnamedDocument,
    UnreadableDocument,
    UnsupportedFormat,
)
from extractors.readers import READERS, limits, read
from extractors.readers.sniff import KINDS, SUFFIXES, sniff
from extractors.text import assemble

TEXT = "THÔNG BÁO\nKết luận phiên họp\n".encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def package(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


WORD = package(word__document_xml="<x/>")
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le")
OLD_WORD = OLE + "WordDocument".encode("utf-16-le")
LOCKED_OLD_WORD = OLD_WORD[:512] + b"\xec\xa5" + bytes(9) + b"\x01" + OLD_WORD[524:]

REFUSED = [  # file name, its bytes, error, words of the reason
    ("trong.txt", b"", EmptyDocument, "không có chữ"),
    ("trang.txt", b" \r\n\t\n", EmptyDocument, "không có chữ"),
    ("gach.txt", b"-----\n_____\n", EmptyDocument, "không có chữ"),
    ("bom.txt", b"\xef\xbb\xbf", EmptyDocument, "không có chữ"),
    ("thong-bao.txt", b"%PDF-1.7\n...", MisnamedDocument, ".txt nhưng nội dung là PDF"),
    ("thong-bao.pdf", TEXT, MisnamedDocument, ".pdf nhưng nội dung là văn bản thuần"),
    ("thong-bao.docx", TEXT, MisnamedDocument, "văn bản thuần"),
    ("thong-bao.pdf", WORD, MisnamedDocument, "Word (.docx)"),
    ("thong-bao.docx", package(xl__workbook_xml="<x/>"), MisnamedDocument, "Excel"),
    ("thong-bao.docx", b"{\\rtf1 abc}", MisnamedDocument, "RTF"),
    ("thong-bao.docx", b"<!DOCTYPE html><html></html>", MisnamedDocument, "trang web"),
    ("thong-bao.doc", b"<!DOCTYPE html><html></html>", EmptyDocument, "không có chữ"),
    ("thong-bao.doc", TEXT, MisnamedDocument, "văn bản thuần"),
    ("thong-bao.doc", OLD_WORD, UnreadableDocument, "bị hỏng"),
    ("thong-bao.doc", LOCKED_OLD_WORD, EncryptedDocument, "mật khẩu"),
    ("thong-bao.docx", LOCKED, EncryptedDocument, "mật khẩu"),
    ("anh.jpg", b"\xff\xd8\xff\xe0" + bytes(99), UnreadableDocument, "bị hỏng"),
    ("goi.zip", package(a="b"), UnsupportedFormat, "giải nén"),
    ("so-lieu", bytes(range(256)) * 40, UnsupportedFormat, "chưa được hỗ trợ"),
    ("thong-bao.docx", bytes(range(256)) * 40, UnreadableDocument, "bị hỏng"),
    ("thong-bao.pdf", bytes(5000), UnreadableDocument, "bị hỏng"),
    ("thong-bao.docx", WORD[: len(WORD) // 2], UnreadableDocument, "bị hỏng"),
    ("thong-bao.docx", WORD, UnreadableDocument, "bị hỏng"),  # a package without its relations
    ("thong-bao.pdf", b"%PDF-1.4\ncut off", UnreadableDocument, "bị hỏng"),
]


@pytest.mark.parametrize(("name", "data", "error", "words"), REFUSED, ids=range(len(REFUSED)))  # bytes hold the time
def test_a_file_is_refused_with_its_own_reason(
    name: str, data: bytes, error: type[ExtractionError], words: str
) -> None:
    with pytest.raises(error) as caught:
        read(data, name)
    assert type(caught.value) is error
    assert words in caught.value.reason


def test_a_good_docx_named_pdf_is_refused_and_without_suffix_read(
    docx: Callable[..., bytes], p: Callable[..., str]
) -> None:
    data = docx(p("Kết luận phiên họp"))
    with pytest.raises(MisnamedDocument):
        read(data, "a.PDF")
    assert [line.text for line in read(data, "tep-khong-duoi").lines] == ["Kết luận phiên họp"]


def test_every_kind_has_a_name_and_every_suffix_a_kind() -> None:
    assert set(READERS) <= set(KINDS)
    assert set(SUFFIXES.values()) <= set(KINDS)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(docx: Callable[..., bytes], p: Callable[..., str]) -> None:
    bomb = docx(p("a" * (limits.RATIO_FROM * 2)))
    with pytest.raises(DocumentTooLarge):
        read(bomb, "bomb.docx")


def test_a_package_of_too_many_members_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        for i in range(limits.MAX_MEMBERS):
            archive.writestr(f"word/media/{i}", b"")
    with pytest.raises(DocumentTooLarge):
        read(out.getvalue(), "a.docx")


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    with pytest.raises(DocumentTooLarge):
        read(TEXT, "a.txt")


def test_too_many_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 10)
    with pytest.raises(DocumentTooLarge):
        read(TEXT, "a.txt")


def test_pdf_header_may_stand_behind_a_few_bytes() -> None:
    assert sniff(b"\r\n\r\n%PDF-1.5\n") == "pdf"


def test_entities_are_not_resolved(docx: Callable[..., bytes], p: Callable[..., str], tmp_path: object) -> None:
    prolog = (
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY a "ha">'
        + "".join(
            f'<!ENTITY {n} "{"&" + m + ";"}{"&" + m + ";"}">' for m, n in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]>"
    )
    data = docx(p("Kết luận") + p("&secret;&i;"), prolog=prolog)
    try:
        lines = [line.text for line in read(data, "a.docx").lines]
    except UnreadableDocument:
        return
    assert lines == ["Kết luận"]


@pytest.mark.parametrize("cut", [50, 300, 900])
def test_a_damaged_docx_never_raises_a_library_error(
    docx: Callable[..., bytes], p: Callable[..., str], cut: int
) -> None:
    data = bytearray(docx(p("Kết luận phiên họp " * 20)))
    data[cut : cut + 40] = bytes(40)
    with contextlib.suppress(ExtractionError):
        read(bytes(data), "a.docx")


HOSTILE = {  # texts that a careless pattern or join would take minutes for
    "dashes": "-" * 200_000 + "x",
    "blank lines": "x" + "\n" * 500_000 + "| a |",
    "endless sentence": "\n".join(["giao sở y tế rà soát,"] * 10_000),
    "brackets": "x" + "(" * 100_000 + "\n" + ")" * 100_000,
    "spaces": "x" + " " * 500_000 + "y",
    "asterisks": "**" * 100_000 + "a",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    begun = time.process_time()
    source = assemble(read(text.encode(), "a.txt"))
    assert time.process_time() - begun < 5
    assert len(source.text) > 0


def test_xml_that_no_word_wrote_is_refused_not_raised(docx: Callable[..., bytes], p: Callable[..., str]) -> None:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="many"/></w:tcPr>{p("x")}</w:tc>'
    with pytest.raises(UnreadableDocument):
        read(docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"), "a.docx")
