"""Of which kind are these bytes? Decided by what the bytes say, never by the file's name.

The name is compared afterwards (`check_name`): a file whose name promises another kind is refused, because whoever
sent it meant something else.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath
from typing import Final
from zlib import error as ZlibError

from extractors.errors import (
    DocumentTooLarge,
    EncryptedDocument,
    MisnamedDocument,
    UnreadableDocument,
    UnsupportedFormat,
)
from extractors.readers import limits

#: Kind → what an archivist calls it.
KINDS: Final[dict[str, str]] = {
    "txt": "văn bản thuần (.txt)",
    "docx": "Word (.docx)",
    "pdf": "PDF (.pdf)",
    "doc": "Word 97-2003 (.doc)",
    "rtf": "RTF (.rtf)",
    "odt": "OpenDocument (.odt)",
    "html": "trang web (.html)",
    "xml": "dữ liệu XML (.xml)",
    "xlsx": "Excel (.xlsx)",
    "pptx": "PowerPoint (.pptx)",
    "image": "ảnh (.jpg, .png, .tif)",
    "zip": "tệp nén (.zip)",
    "archive": "tệp nén (.rar, .7z, .gz)",
    "program": "chương trình (.exe)",
    "ole": "tệp Office 97-2003",
    "unknown": "một loại không nhận ra",
}

#: Suffix → the kind that it promises; a suffix that is not listed promises nothing.
SUFFIXES: Final[dict[str, str]] = {
    ".txt": "txt",
    ".md": "txt",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".pdf": "pdf",
    ".doc": "doc",
    ".dot": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".htm": "html",
    ".html": "html",
    ".xml": "xml",
    ".xlsx": "xlsx",
    ".pptx": "pptx",
    ".zip": "zip",
    ".rar": "archive",
    ".7z": "archive",
    ".gz": "archive",
    ".jpg": "image",
    ".jpeg": "image",
    ".png": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".gif": "image",
}

#: Kinds that programs have always written under the suffix of another, and Word opens without a word.
_PASS_FOR: Final[dict[str | None, frozenset[str]]] = {"doc": frozenset(("docx", "rtf", "html"))}

#: First bytes of a file → kind (the formats' own specifications; for OLE: MS-CFB 2.2).
_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "image"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
)
#: A member's name in a zip package → kind.
_MEMBERS: Final[tuple[tuple[str, str], ...]] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
)
#: A stream's name in an OLE file (UTF-16) → kind.
_STREAMS: Final[tuple[tuple[bytes, str], ...]] = (
    ("EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("WordDocument".encode("utf-16-le"), "doc"),
)
_CONTROLS: Final = bytes(c for c in range(32) if c not in b"\t\n\r\f")
_BLANK: Final = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
#: Kinds that are not read, with a reason of their own.
REASONS: Final[dict[str, str]] = {
    "zip": "Đây là tệp nén. Hãy giải nén rồi gửi từng văn bản.",
    "archive": "Đây là tệp nén. Hãy giải nén rồi gửi từng văn bản.",
}


def sniff(data: bytes) -> str:
    """The kind of `data`, a key of `KINDS`; `txt` for whatever looks like no other kind.

    Raises `EncryptedDocument` for a Word file that a password protects, `DocumentTooLarge` for a zip package over
    the limits, `UnreadableDocument` for a zip package that is cut off.
    """
    head = data[:1024]
    if b"%PDF-" in head:  # ISO 32000-1, annex H: readers accept the header within the first 1,024 bytes
        return "pdf"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return _INSIDE[kind](data) if kind in _INSIDE else kind
    start = head.lstrip(_BLANK)[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    return "txt" if _is_text(data) else "unknown"


def check_name(kind: str, name: str) -> None:
    """Refuse a file whose name promises another kind than its bytes are.

    Raises `MisnamedDocument`, naming both kinds; `UnreadableDocument` where a Word or PDF name stands over bytes
    that are of no known kind.
    """
    suffix = PurePath(name).suffix.lower()
    promised = SUFFIXES.get(suffix)
    if promised in (None, kind) or kind in _PASS_FOR.get(promised, ()):
        return
    if kind == "unknown":
        raise UnreadableDocument(f"{name}: no {promised}, nor anything known")
    reason = (
        f"Tên tệp có đuôi {suffix} nhưng nội dung là {KINDS[kind]}. "
        "Hãy kiểm tra xem đây có đúng là văn bản cần gửi; nếu đúng, hãy đổi lại đuôi tên tệp rồi gửi lại."
    )
    raise MisnamedDocument(f"{name}: named {promised}, is {kind}", reason=reason)


def unsupported(kind: str) -> UnsupportedFormat:
    """The error for a kind that no reader reads."""
    reason = f"Loại tệp {KINDS[kind]} chưa được hỗ trợ. Hãy lưu lại thành DOCX, PDF hoặc TXT rồi gửi lại."
    return UnsupportedFormat(f"kind {kind}", reason=REASONS.get(kind, reason))


def _is_text(data: bytes) -> bool:
    """Whether some encoding of Vietnamese can be behind `data`: few control characters, NUL only in UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    if 0 in sample:
        return 0.3 < sample.count(0) / len(sample) <= 0.5  # UTF-16 without a mark: one zero byte in two letters or so
    return len(sample.translate(None, _CONTROLS)) >= 0.95 * len(sample)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            names = {m.filename for m in members}
            mimetype = _short(package, "mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as exc:
        raise UnreadableDocument(f"zip package: {exc}") from exc
    kind = next((k for member, k in _MEMBERS if member in names), None)
    if kind is None:
        return "odt" if b"opendocument.text" in mimetype else "zip"
    _check_size(members)
    return kind


def _short(package: zipfile.ZipFile, member: str) -> bytes:
    with package.open(member) as stream:
        return stream.read(64)


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > limits.MAX_MEMBERS:
        raise DocumentTooLarge(f"{len(members)} members")
    if sum(m.file_size for m in members) > limits.MAX_UNPACKED:
        raise DocumentTooLarge("unpacked size")
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > limits.MAX_XML or (member.file_size > limits.RATIO_FROM and ratio > limits.MAX_RATIO):
            raise DocumentTooLarge(f"{member.filename}: {member.file_size} bytes unpacked, ratio {ratio:.0f}")


def _ole_kind(data: bytes) -> str:
    kind = next((k for stream, k in _STREAMS if stream in data), "ole")
    if kind == "encrypted":
        raise EncryptedDocument("OLE file with an EncryptedPackage stream")
    return kind


_INSIDE: Final = {"zip": _zip_kind, "ole": _ole_kind}
