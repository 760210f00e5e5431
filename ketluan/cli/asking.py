"""What the options of a question mean, and the question in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from extractors.topics import topic_names
from ketluan import search as searching
from ketluan import trace as tracing
from ketluan.archive import Archive
from ketluan.cli import words
from ketluan.errors import NoticeNotFound, QueryError
from ketluan.index.base import Filters, Hit, Query, Role
from ketluan.settings import Settings


def chosen(
    topics: Sequence[str] | None = None,
    agencies: Sequence[str] | None = None,
    cites: Sequence[str] | None = None,
    month_from: str | None = None,
    month_to: str | None = None,
) -> dict[str, Any]:
    """The filters of a question, named as `search.parse_query` and `Filters` name them.

    Raises `QueryError` for a topic that is not in the vocabulary.
    """
    return {
        "topics": tuple(_topic(t) for t in topics or ()),
        "agencies": tuple(searching.canonical(name) for name in agencies or ()),
        "citations": tuple(cites or ()),
        "month_from": month_from,
        "month_to": month_to,
    }


def filters(values: Mapping[str, Any], *, role: Role = Role.ANY) -> Filters:
    """What `chosen` gave, as `Filters`."""
    return Filters(role=role, **values)


def _topic(typed: str) -> str:
    found = tracing.topic_of(typed, topic_names().items())
    if found is None:
        known = "\n".join(f"  {id:<14}{name}" for id, name in topic_names().items())
        raise QueryError(f"Không có chủ đề “{typed}”. Hãy chọn một trong các chủ đề sau (mã hoặc tên):\n{known}")
    return found


def in_words(doing: str, text: str, query: Query) -> str:
    """The question in words: what was typed, and each filter."""
    asked = query.filters
    said = [
        f"“{text}”" if text else "",
        *(f"chủ đề {topic_names().get(t, t)}" for t in asked.topics),
        *(f"cơ quan {a}" for a in asked.agencies),
        *(f"loại {words.kind(k)}" for k in asked.kinds),
        *(f"viện dẫn {c}" for c in asked.citations),
        f"từ {words.day(asked.month_from)}" if asked.month_from else "",
        f"đến {words.day(asked.month_to)}" if asked.month_to else "",
        f"hạn từ {words.day(asked.due_from)}" if asked.due_from else "",
        f"hạn đến {words.day(asked.due_to)}" if asked.due_to else "",
    ]
    return f"{doing} {', '.join(s for s in said if s)}"


def originals(settings: Settings, hits: Iterable[Hit]) -> dict[str, str]:
    """Notice id → path of its leading file, for the hits; a notice that has left the archive is left out."""
    archive = Archive(settings.archive)
    found: dict[str, str] = {}
    for id in dict.fromkeys(h.document["notice"] for h in hits):
        try:
            found[id] = archive.address(archive.get(id).renditions[0])
        except NoticeNotFound:
            continue
    return found
