"""Which lines stand in a docx file? Not read yet."""

from __future__ import annotations

from extractors.errors import UnsupportedFormat
from extractors.model import RawText


def read(data: bytes) -> RawText:
    """Refuses the file."""
    raise UnsupportedFormat(f"{len(data)} bytes of docx")
