"""What the archive keeps of one notice: the record, its text, and the files it came in."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.model import Notice


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a notice: a draft DOCX, the signed PDF, a TXT. `original` is its path below the archive."""

    sha256: str
    name: str  # as it lay in the inbox
    format: str  # txt, docx, pdf
    media_type: str
    size: int  # bytes
    added: str  # ISO 8601 with time zone
    original: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field that an archivist has set right (`ketluan.corrections`): entry `n`, by whom and when (ISO 8601).

    `path` is that of the conclusion, None for a field of the notice; `deadline` the printed text of the deadline meant;
    `shown` the field of the index's documents that shows it; `value` what was set, `because` why.
    """

    path: str | None
    field: str
    shown: str
    n: int
    by: str
    at: str
    deadline: str | None = None
    value: str | tuple[str, ...] | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice of the archive. `renditions[0]` leads: the record and the text are read from it.

    `corrected` lists what archivists have set right in it; `extractor` is the version of the extractors that read it.
    """

    id: str
    notice: Notice
    text: str
    renditions: tuple[Rendition, ...]
    version: int = 1
    corrected: tuple[Corrected, ...] = ()
    extractor: str | None = None


def conclusion_id(notice_id: str, path: str) -> str:
    """The id of a conclusion everywhere (index, command line, links): `2021-09-lao-cai-3f9a1c2e:II.5`."""
    return f"{notice_id}:{path}"
