"""A notice as a BagIt package (RFC 8493): the originals, the record, the text, and its metadata in every form."""

from __future__ import annotations

import shutil
import uuid
from datetime import datetime
from pathlib import Path

import orjson

from extractors.codec import encode, encode_notice
from ketluan import bag
from ketluan.archive import Archive
from ketluan.export.akn import akn
from ketluan.export.profiles import PROFILES, profile
from ketluan.export.table import csv_bytes
from ketluan.stored import StoredNotice


def write_package(archive: Archive, stored: StoredNotice, folder: Path, now: datetime, label: str | None) -> None:
    """Make the bag `folder`, whole or not at all. Raises `FileExistsError` where it is there, `OSError`.

    `originals/` holds the files as they came, by SHA-256; `record.json` says what they were called.
    """
    if folder.exists():
        raise FileExistsError(17, "Thư mục đã có. Hãy chọn nơi khác", str(folder))
    record = {**encode_notice(stored.notice), "renditions": encode(stored.renditions)}
    payload = {
        "record.json": orjson.dumps({**record, "corrected": encode(stored.corrected)}, option=orjson.OPT_INDENT_2),
        "text.txt": stored.text.encode("utf-8", "surrogatepass"),
        "metadata/akn.xml": akn(stored),
        **{f"metadata/{name}.csv": csv_bytes(profile(name, [stored])) for name in PROFILES},
    }
    for one in stored.renditions:
        path = archive.original(one)
        payload[f"originals/{one.sha256}{path.suffix}"] = path.read_bytes()
    info = {
        "Source-Organization": stored.notice.issuer or "",
        "External-Identifier": stored.id,
        "External-Description": " ".join(filter(None, (label, stored.notice.title))),
        "Bagging-Date": now.date().isoformat(),
        "Bag-Software-Agent": "ketluan",
    }
    draft = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        bag.write(draft, payload, info)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
