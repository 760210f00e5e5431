"""What does `notice.json` hold? The record of a version with its files, on the disk and in memory.

Every file of a paper is kept with what it states; the one that leads (`ketluan.renditions`) gives notice and text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

import msgspec
import orjson

from extractors.codec import decode, decode_notice, encode, encode_notice
from extractors.model import SCHEMA_VERSION, Extraction, Notice, Problem
from ketluan import bag
from ketluan.errors import ArchiveError
from ketluan.extractor import extractor_version
from ketluan.identity import identity_key
from ketluan.objects import Place
from ketluan.renditions import Stated, disagreements, precedence, with_signed
from ketluan.stored import Rendition, StoredNotice

#: Format, as readers name it → media type (RFC 6838)
MEDIA_TYPES = {
    "txt": "text/plain",
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html",
    "png": "image/png",
    "jpg": "image/jpeg",
    "tif": "image/tiff",
    "gif": "image/gif",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendition and what it states by itself."""

    rendition: Rendition
    stated: Stated


@dataclass(frozen=True, slots=True)
class Record:
    """`notice.json` with its text. `kept[0]` leads."""

    id: str
    version: int
    identity: str
    kept: tuple[Kept, ...]
    notice: Notice
    text: str
    problems: tuple[Problem, ...] = ()
    extractor: str | None = None  # version of the extractors that read `notice`; None: not recorded
    also: tuple[str, ...] = ()  # identities that later readings gave the same paper


def kept_of(data: bytes, sha256: str, name: str, extraction: Extraction, now: datetime, place: PurePath) -> Kept:
    """The file as it will be kept; `place` is the folder of its version below the archive."""
    format = extraction.source.format
    media_type = MEDIA_TYPES.get(format, extraction.media_type)
    original = place / "data" / "originals" / f"{sha256}.{format}"
    rendition = Rendition(sha256, _text(name), format, media_type, len(data), now.isoformat(), original.as_posix())
    return Kept(rendition, Stated.by(extraction.notice))


def following(record: Record | None, kept: Kept, id: str, version: int, extraction: Extraction) -> Record:
    """The record once `kept` has come: led by the best file (`renditions.precedence`)."""
    identity = identity_key(extraction.notice)
    if record is None:
        notice, text = extraction.notice, extraction.source.text
        return Record(id, version, identity, (kept,), notice, text, extractor=extractor_version())
    if identity not in (record.identity, *record.also):
        raise ArchiveError(f"Hai thông báo khác nhau có cùng mã {id}. Hãy báo người quản trị.")
    files = tuple(sorted((kept, *record.kept), key=_precedence))
    leads = files[0] is kept
    notice, problems = _of_all(extraction.notice if leads else record.notice, files)
    return replace(
        record,
        version=version,
        kept=files,
        notice=notice,
        text=extraction.source.text if leads else record.text,
        problems=problems,
        extractor=extractor_version() if leads else record.extractor,
    )


def read_anew(record: Record, readings: Mapping[str, Extraction]) -> Record:
    """The record once its files have been read again; which of them leads is asked anew."""
    read = {k.rendition.sha256: readings[k.rendition.sha256] for k in record.kept if k.rendition.sha256 in readings}
    again = (
        replace(k, stated=Stated.by(read[k.rendition.sha256].notice)) if k.rendition.sha256 in read else k
        for k in record.kept
    )
    files = tuple(sorted(again, key=_precedence))
    leading = read.get(files[0].rendition.sha256)
    if leading is None:  # what the best file says now is not known: nothing is mixed
        return record
    identity = identity_key(leading.notice)
    notice, problems = _of_all(leading.notice, files)
    return replace(
        record,
        kept=files,
        notice=notice,
        text=leading.source.text,
        problems=problems,
        extractor=extractor_version(),
        also=record.also if identity in (record.identity, *record.also) else (*record.also, identity),
    )


def _of_all(leading: Notice, files: tuple[Kept, ...]) -> tuple[Notice, tuple[Problem, ...]]:
    """The notice that all `files` together tell of, `leading` being read from the first; what to say about them."""
    notice, told = with_signed(leading, [(k.rendition.name, k.rendition.format, k.stated) for k in files])
    return notice, (*told, *disagreements([(k.rendition.name, k.stated) for k in files]))


def _precedence(kept: Kept) -> tuple[Any, ...]:
    one = kept.rendition
    return precedence(one.format, kept.stated, datetime.fromisoformat(one.added), one.sha256)


def payload(
    record: Record, kept: Kept | None = None, extraction: Extraction | None = None, data: bytes = b""
) -> dict[str, bytes]:
    """The files of the version that `record` is, below `data/`: with the file `kept` that it came with, if any."""
    files = {"notice.json": _json(_as_json(record)), "text.txt": record.text.encode("utf-8")}
    if kept is None or extraction is None:
        return files
    files[f"originals/{Path(kept.rendition.original).name}"] = data
    if record.kept[0] is not kept:
        files["extraction/notice.json"] = _json(encode_notice(extraction.notice))
        files["extraction/text.txt"] = extraction.source.text.encode("utf-8")
    return files


def _as_json(record: Record) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "id": record.id,
        "version": record.version,
        "identity": record.identity,
        "also_identities": list(record.also),
        "extractor_version": record.extractor,
        "renditions": [{**encode(k.rendition), "states": encode(k.stated)} for k in record.kept],
        "rendition_problems": encode(record.problems),
        "notice": encode(record.notice),
    }


def info(record: Record, now: datetime) -> dict[str, str]:
    """What `bag-info.txt` says of the version."""
    return {
        "Bagging-Date": now.date().isoformat(),
        "External-Identifier": f"{record.id}/{bag.version_name(record.version)}",
        "External-Description": _text(record.notice.title or ""),
        "Source-Organization": _text(record.notice.issuer or ""),
        "Bag-Group-Identifier": record.id,
        "Extractor-Version": record.extractor or "",
    }


def read(place: Place) -> Record:
    """The record of the version at `place`. Raises `ArchiveError` where it cannot be read."""
    try:
        data = orjson.loads((place / "data" / "notice.json").read_bytes())
        text = (place / "data" / "text.txt").read_bytes().decode("utf-8")
        return _decoded(data, text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ArchiveError(
            f"Không đọc được {place}: {exc}. Hãy chạy `ketluan verify`, rồi lấy lại thư mục này từ bản sao lưu."
        ) from exc


def _decoded(data: dict[str, Any], text: str) -> Record:
    notice = decode_notice({"schema_version": data["schema_version"], **data["notice"]})
    kept = tuple(Kept(decode(Rendition, r), decode(Stated, r["states"])) for r in data["renditions"])
    problems = tuple(decode(Problem, p) for p in data["rendition_problems"])
    later = (data.get("extractor_version"), tuple(data.get("also_identities", ())))
    return Record(data["id"], data["version"], data["identity"], kept, notice, text, problems, *later)


def stored_notice(record: Record) -> StoredNotice:
    """The notice as its files were read, without corrections."""
    notice = msgspec.structs.replace(record.notice, problems=record.notice.problems + record.problems)
    renditions = tuple(k.rendition for k in record.kept)
    return StoredNotice(record.id, notice, record.text, renditions, record.version, extractor=record.extractor)


def _json(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _text(name: str) -> str:
    """The name as valid Unicode: bytes of a file name that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
