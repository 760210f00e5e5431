"""Is the index level with the archive? Found without reading every notice, and mended.

What the index should hold of a notice is a digest of its documents (`records.fingerprint`), and that takes reading
the notice. The digest is kept beside the index with what it was made from: the seals of the notice (its last
version and its corrections) and the program itself. As long as those are the same, so is the digest. The file may
be deleted at any time. `index.reconcile` compares without it, and is run every week (`dags/verify_archive.py`).
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import orjson

import ketluan
from ketluan.archive import Archive
from ketluan.extractor import extractor_version
from ketluan.index import Differences, compare
from ketluan.index.base import SearchIndex
from ketluan.index.records import documents, fingerprint

FILE = "fingerprints.json"

Kept = dict[str, tuple[str, str]]  # id → seal, fingerprint
_NEW = ("", "")  # not indexed yet: the digest is taken on the way in


def bring_level(archive: Archive, index: SearchIndex, cache: Path) -> Differences:
    """Mend what the index has missing, orphaned or outdated; gives back what that was.

    `cache` is the folder that digests are kept in. Raises what the archive and the index raise.
    """
    indexed = index.fingerprints()
    before = _load(cache / FILE)
    now = {id: _fingerprint(archive, id, before) if id in indexed else _NEW for id in archive.ids()}
    found = compare({id: digest for id, (_, digest) in now.items()}, indexed)
    if found:
        index.delete(found.orphaned)
        index.put(_made(archive, id, now) for id in (*found.missing, *found.outdated))
    if now != before:
        _save(cache / FILE, now)
    return found


def build(archive: Archive, index: SearchIndex, cache: Path) -> int:
    """Make the index anew from the whole archive; gives back how many notices. What is learned is kept as above."""
    kept: Kept = {}
    number = index.rebuild(_made(archive, id, kept) for id in archive.ids())
    _save(cache / FILE, kept)
    return number


@cache
def program() -> str:
    """A digest of all code and data that documents are made with: a new program makes every digest anew."""
    root = Path(ketluan.__file__).parent
    digest = hashlib.sha256(extractor_version().encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _made(archive: Archive, id: str, kept: Kept) -> list[dict[str, Any]]:
    """The documents of a notice; notes their digest."""
    seal, group = archive.seal(id), documents(archive.get(id))
    kept[id] = (seal, group[0]["fingerprint"])
    return group


def _fingerprint(archive: Archive, id: str, before: Kept) -> tuple[str, str]:
    seal = archive.seal(id)
    known = before.get(id)
    return known if known and known[0] == seal else (seal, fingerprint(archive.get(id)))


def _load(path: Path) -> Kept:
    """What was kept by this very program; nothing where that cannot be told."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        data = orjson.loads(path.read_bytes())
        if data["program"] == program():
            return {str(id): (str(seal), str(digest)) for id, (seal, digest) in data["notices"].items()}
    return {}


def _save(path: Path, kept: Kept) -> None:
    """Write it whole or not at all; a disk that is full costs time the next night, nothing else."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(orjson.dumps({"program": program(), "notices": kept}))
        part.replace(path)
