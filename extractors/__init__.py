"""What does a notice say? Bytes in, a `Notice` with spans out; no network, disk, clock or environment.

    extraction = extract(data, name="2021-09.docx")
    extraction.notice.conclusions[0].text

The way: `readers` (bytes → lines) → `text` (lines → healed paragraphs) → `header` and `outline` (what stands
where) → `conclusions` (who must do what, with whom, by when, under which document).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractors.errors import ExtractionError, NotANotice
from extractors.model import Extraction, Notice, SourceText

if TYPE_CHECKING:
    from extractors.extraction import extract
    from extractors.notice import read_notice

__all__ = ["Extraction", "ExtractionError", "NotANotice", "Notice", "SourceText", "extract", "read_notice"]


def __getattr__(name: str) -> Any:
    """`extract` and `read_notice`, once asked for: whoever needs only the types does not wait for all the rules."""
    if name == "extract":
        from extractors.extraction import extract

        return extract
    if name == "read_notice":
        from extractors.notice import read_notice

        return read_notice
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
