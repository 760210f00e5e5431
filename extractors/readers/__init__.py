"""Which lines stand in a file? One module a format; to add one, write its module and add its row to `READERS`.

A reader is a function `read(data: bytes) -> RawText` that raises only the errors of `extractors.errors`: what its
library raises is wrapped where it is called. Reading is not understanding: lines are healed into paragraphs by
`extractors.text`, and only the parser knows what a notice is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from extractors.errors import DocumentTooLarge, EmptyDocument
from extractors.model import RawText
from extractors.readers import docx, html, limits, ocr, office, pdf, txt
from extractors.readers.sniff import check_name, sniff, unsupported

#: Kind of file (`sniff.KINDS`) → its reader.
READERS: Final[dict[str, Callable[[bytes], RawText]]] = {
    "txt": txt.read,
    "docx": docx.read,
    "pdf": pdf.read,
    "doc": office.read_doc,
    "rtf": office.read_rtf,
    "odt": office.read_odt,
    "html": html.read,
    "image": ocr.read,
}


def read(data: bytes, name: str) -> RawText:
    """The lines of the file `data`; its kind is told by its bytes, `name` only checked against them.

    Raises, each with a reason for the archivist: `EmptyDocument`, `UnreadableDocument` (damaged, a scan),
    `EncryptedDocument`, `MisnamedDocument`, `UnsupportedFormat`, `DocumentTooLarge`.
    """
    if not data.strip():
        raise EmptyDocument(f"{name}: {len(data)} bytes")
    if len(data) > limits.MAX_BYTES:
        raise DocumentTooLarge(f"{name}: {len(data)} bytes")
    kind = sniff(data)
    check_name(kind, name)
    if kind not in READERS:
        raise unsupported(kind)
    raw = READERS[kind](data)
    letters = sum(len(line.text) for line in raw.lines)
    if letters > limits.MAX_CHARACTERS:
        raise DocumentTooLarge(f"{name}: {letters} characters")
    if not any(c.isalnum() for line in raw.lines for c in line.text):
        raise EmptyDocument(f"{name}: no letters")
    return raw
