"""What does one file say? Its bytes are read into lines, healed into a text, and understood as a notice."""

from __future__ import annotations

from extractors.model import Extraction
from extractors.notice import read_notice
from extractors.readers import read
from extractors.text import assemble


def extract(data: bytes, *, name: str) -> Extraction:
    """Read one file of a notice.

    `data` are its bytes, `name` its file name (only its ending is looked at, to tell a misnamed
    file). Raises an `ExtractionError` whose `reason` tells an archivist in Vietnamese what to do.
    """
    source = assemble(read(data, name))
    return Extraction(read_notice(source), source)
