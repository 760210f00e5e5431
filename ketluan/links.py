"""Where are the links kept? In `index/links.json`: derived from the archive, made anew whenever that has changed.

The file says which versions of which notices it was made from. Where that is no longer so, where the method
has changed, or where the file is damaged, all links are found again: for an archive of 24 notices with 45 conclusions
each that takes about as long as reading them (`docs/links.md`), so nothing is recomputed in parts. Written beside and
renamed, so that a reader sees the old file or the new one; a folder that cannot be written costs time, not links.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketluan.archive import Archive
from ketluan.settings import Settings
from ketluan.threads import Evidence, Link, LinkKind, Place, find_links

#: Raised whenever the method changes: links of another version are found again.
LINKS_VERSION = 5

NAME = "links.json"


@dataclass(frozen=True, slots=True)
class Links:
    """All links of an archive, and ways through them."""

    all: tuple[Link, ...] = ()
    before: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)  # conclusion id → links to earlier ones
    threads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # thread → its conclusions in order of time
    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # conclusion id → its threads

    @classmethod
    def made_of(cls, found: Iterable[Link]) -> Links:
        """The links with their threads."""
        every = tuple(found)
        before: dict[str, list[Link]] = defaultdict(list)
        places: dict[str, dict[str, Place]] = defaultdict(dict)
        for link in every:
            before[link.from_.id].append(link)
            for place in (link.to, link.from_):
                places[link.thread][place.id] = place
        of: dict[str, list[str]] = defaultdict(list)
        for thread in sorted(places):
            for id in places[thread]:
                of[id].append(thread)
        return cls(
            all=every,
            before={id: tuple(links) for id, links in before.items()},
            threads={t: tuple(sorted(p, key=lambda id: (p[id].month, p[id].notice))) for t, p in places.items()},
            of={id: tuple(threads) for id, threads in of.items()},
        )


def links(settings: Settings) -> Links:
    """The links of the archive as it is now. Raises `ArchiveError` where a notice cannot be read."""
    archive = Archive(settings.archive)
    state = _state(archive)
    path = settings.index / NAME
    kept = _read(path, state)
    if kept is None:
        kept = find_links(archive.notices())
        with contextlib.suppress(OSError):
            _write(path, state, kept)
    return Links.made_of(kept)


def as_json(link: Link) -> dict[str, Any]:
    """A link as `ketluan links --json` prints it."""
    row = _row(link)
    return {**row, "evidence": {**row["evidence"], "diff": [{"op": e.op, "text": e.text} for e in link.evidence.diff]}}


def _row(link: Link) -> dict[str, Any]:
    """A link as it is kept: what changed between its passages can be found again."""
    return {
        "from": _as_json(link.from_),
        "to": _as_json(link.to),
        "kind": link.kind.value,
        "score": link.score,
        "thread": link.thread,
        "evidence": {"from": link.evidence.later, "to": link.evidence.earlier},
    }


def _as_json(place: Place) -> dict[str, str]:
    return {"notice": place.notice, "month": place.month, "path": place.path, "id": place.id}


def _state(archive: Archive) -> str:
    """A digest of what the archive holds and of the method: another one where any link may be another."""
    lines = [str(LINKS_VERSION), *(f"{id} {archive.seal(id)}" for id in archive.ids())]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path, state: str) -> tuple[Link, ...] | None:
    """The links kept at `path`; None where they were made from another archive, or are no links."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_decode, data["links"])) if data["state"] == state else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _decode(row: dict[str, Any]) -> Link:
    evidence = Evidence(row["evidence"]["from"], row["evidence"]["to"])
    return Link(Place(**row["from"]), Place(**row["to"]), LinkKind(row["kind"]), row["score"], row["thread"], evidence)


def _write(path: Path, state: str, found: tuple[Link, ...]) -> None:
    rows = [_row(link) for link in found]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{NAME}.{uuid.uuid4().hex}")
    try:
        draft.write_text(json.dumps({"state": state, "links": rows}, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
