"""A notice in the fields that the archives' circulars prescribe for a document (tài liệu).

`TT02`: Circular 02/2019/TT-BNV, 22 fields with their longest lengths. `TT05`: Circular 05/2025/TT-BNV, in force with
the Archives Law of 2024. What a notice does not say (codes that the archive gives, secrecy, physical state) is left
blank for the archivist; nothing is filled in by guess, nothing is cut: a value longer than allowed is kept and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from extractors.topics import topic_names
from ketluan import printed
from ketluan.export.table import Table
from ketluan.stored import StoredNotice

Field = tuple[str, int | None, Callable[[StoredNotice], str | None]]


def _blank(_: StoredNotice) -> None:
    return None


def _day(stored: StoredNotice) -> str | None:
    """dd/mm/yyyy, only where the whole day is known."""
    issued = stored.notice.issued
    return printed.day(issued) if issued and len(issued) == 10 else None


def _topics(stored: StoredNotice) -> str:
    topics = dict.fromkeys(topic for one in stored.notice.conclusions for topic in one.topics)
    return "; ".join(topic_names().get(topic, topic) for topic in topics)


def _signer(stored: StoredNotice) -> str | None:
    signer = stored.notice.signer
    return " ".join(filter(None, (signer.on_behalf_of, signer.position, signer.name))) or None if signer else None


def _type(stored: StoredNotice) -> str | None:
    return "Thông báo" if stored.notice.type == "notice" else None


def _formats(stored: StoredNotice) -> str:
    return "; ".join(dict.fromkeys(r.format for r in stored.renditions))


def _files(stored: StoredNotice) -> str:
    return "; ".join(r.name for r in stored.renditions)


TT02: tuple[Field, ...] = (
    ("DocCode", 25, _blank),
    ("FileCode", 30, _blank),
    ("Identifier", 13, _blank),
    ("OrganId", 13, _blank),
    ("FileCatalog", 4, _blank),
    ("FileNotation", 20, _blank),
    ("DocOrdinal", 4, _blank),
    ("TypeName", 100, _type),
    ("CodeNumber", 11, lambda s: s.notice.number),
    ("CodeNotation", 30, lambda s: s.notice.symbol),
    ("IssuedDate", 10, _day),
    ("OrganName", 200, lambda s: s.notice.issuer),
    ("Subject", 500, lambda s: s.notice.title),
    ("Language", 100, lambda s: "Tiếng Việt"),
    ("PageAmount", 4, _blank),
    ("Description", 500, lambda s: s.id),
    ("InforSign", 30, _blank),
    ("Keyword", 100, _topics),
    ("Mode", 20, _blank),
    ("ConfidenceLevel", 30, _blank),
    ("Autograph", 2000, _blank),
    ("Format", 50, _formats),
)
TT05: tuple[Field, ...] = (
    ("Mã định danh", None, lambda s: s.id),
    ("Mã lưu trữ", None, _blank),
    ("Tên loại", None, _type),
    ("Số", None, lambda s: s.notice.number),
    ("Ký hiệu", None, lambda s: s.notice.symbol),
    ("Ngày, tháng, năm", None, _day),
    ("Cơ quan ban hành", None, lambda s: s.notice.issuer),
    ("Trích yếu nội dung", None, lambda s: s.notice.title),
    ("Ngôn ngữ", None, lambda s: "Tiếng Việt"),
    ("Người ký", None, _signer),
    ("Bút tích", None, _blank),
    ("Quy trình xử lý", None, _blank),
    ("Chế độ dự phòng", None, _blank),
    ("Từ khóa", None, _topics),
    ("Ký hiệu thông tin", None, _blank),
    ("Tình trạng vật lý", None, _blank),
    ("Tệp", None, _files),
    ("Ghi chú", None, _blank),
)
PROFILES = {"tt02": TT02, "tt05": TT05}


def profile(name: str, notices: Iterable[StoredNotice]) -> Table:
    """The fields of the profile (`PROFILES`), a row for each notice."""
    fields = PROFILES[name]
    rows = tuple(tuple(read(one) for _, _, read in fields) for one in notices)
    return Table(name, tuple(field for field, _, _ in fields), rows)


def too_long(name: str, stored: StoredNotice) -> tuple[str, ...]:
    """Fields whose value is longer than the circular allows."""
    return tuple(field for field, most, read in PROFILES[name] if most and len(read(stored) or "") > most)
