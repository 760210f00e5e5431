"""What does a notice say? Bytes in, a `Notice` with spans out; no network, disk, clock or environment.

    extraction = extract(data, name="2021-09.docx")
    extraction.notice.conclusions[0].text

The way: `readers` (bytes → lines) → `text` (lines → healed paragraphs) → `header` and `outline` (what stands
where) → `conclusions` (who must do what, with whom, by when, under which document).
"""

from __future__ import annotations

from extractors.errors import ExtractionError, NotANotice
from extractors.model import Extraction, Notice, SourceText
from extractors.notice import read_notice
from extractors.readers import read
from extractors.text import assemble

__all__ = ["Extraction", "ExtractionError", "NotANotice", "Notice", "SourceText", "extract", "read_notice"]


def extract(data: bytes, *, name: str) -> Extraction:
    """Read one file of a notice.

    `data` are its bytes, `name` its file name (only its ending is looked at, to tell a misnamed
    file). Raises an `ExtractionError` whose `reason` tells an archivist in Vietnamese what to do.
    """
    source = assemble(read(data, name))
    return Extraction(read_notice(source), source)
