"""How do versions get to the disk so that a crash leaves each of them whole or not there?

Several at once, because a disk flushes a hundred files in little more than the time of one. For each draft in `tmp/`:
written, flushed, read back and compared by hash; published by one rename; its folder flushed; entered in the ledger.

Before the first rename a note beside the drafts says which versions are about to be published. A run that comes after a
crash enters those of them that were (`finish`), in their order, so that the ledger is as if nothing had happened.
"""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

import orjson
from filelock import FileLock

from extractors.codec import SchemaError, decode, encode
from ketluan import bag, corrections, ledger
from ketluan.objects import Place

#: The steps of storing a file, in this order; the hook is called after each of them.
STEPS = ("begun", "copied", "verified", "foldered", "published", "settled", "recorded")
Step = Callable[[str], None]

LOCK_SECONDS = 600.0
READ_ME = "DOC-TRUOC.txt"

_NOTE = "ledger-next.jsonl"


@dataclass(slots=True)
class Draft:
    """A version to be published at `place` below the archive; the files below `data/`, what `bag-info.txt` says."""

    place: PurePosixPath
    payload: Mapping[str, bytes]
    info: Mapping[str, str]
    folder: Path = field(init=False)  # in `tmp/`, until it is published
    published: bool = False  # others may see it
    recorded: bool = False  # it is flushed and in the ledger


class Writer(Protocol):
    """How an archive is written to: on a disk (`OnDisk`) or in object storage (`uploading.InStore`)."""

    def acquire(self) -> None:
        """Wait until nobody else writes; may be done again by who writes. Raises `filelock.Timeout`."""

    def release(self) -> None:
        """Let others write."""

    def begin(self, read_me: bytes) -> None:
        """Finish or clear away what a crash left, as far as that needs no look at all folders; put `read_me` there."""

    def clear(self, folders: Iterable[Place], book: ledger.Ledger) -> None:
        """Clear away what a crash left in the folders of notices."""

    def publish(self, drafts: Sequence[Draft], time: str, step: Step) -> None:
        """As `publish` below."""

    def correct(self, id: str, log: corrections.Log, entry: corrections.Entry, step: Step) -> None:
        """Add `entry` to the corrections of a notice, which are `log`."""


class OnDisk:
    """Writes an archive in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = FileLock(root / ".lock", timeout=LOCK_SECONDS)

    def acquire(self) -> None:
        """As `Writer`."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()

    def release(self) -> None:
        """As `Writer`."""
        self._lock.release()

    def begin(self, read_me: bytes) -> None:
        """Whatever lies in `tmp/` while the lock is ours was left by a crash, and is removed."""
        if self._lock.lock_counter > 1:
            return
        finish(self._root)
        shutil.rmtree(self._root / "tmp", ignore_errors=True)
        path = self._root / READ_ME
        if not path.exists():
            bag.write_file(path, read_me)

    def clear(self, folders: Iterable[Place], book: ledger.Ledger) -> None:
        """A crash leaves nothing there."""

    def publish(self, drafts: Sequence[Draft], time: str, step: Step) -> None:
        """As `publish`."""
        publish(self._root, drafts, time, step)

    def correct(self, id: str, log: corrections.Log, entry: corrections.Entry, step: Step) -> None:
        """As `corrections.append`."""
        draft = self._root / "tmp" / corrections.draft_name()
        corrections.append(self._root / bag.place_of(id), log, entry, draft, step)


def publish(root: Path, drafts: Sequence[Draft], time: str, step: Step) -> None:
    """Publish the drafts in their order; when this returns all of them are on the disk and in the ledger.

    `time` is ISO 8601 with zone; the caller holds the archive below `root` for writing. Raises what went wrong, with
    those that were published by then settled and recorded, and without a trace of the others.
    """
    if not drafts:
        return
    for draft in drafts:
        draft.folder = root / "tmp" / uuid.uuid4().hex
    try:
        versions = _write(root, drafts, time, step)
        bag.make_folders([root / draft.place.parent for draft in drafts], below=root)
        for _ in drafts:
            step("foldered")
        for draft in drafts:
            draft.folder.rename(root / draft.place)
            draft.published = True
            step("published")
    finally:
        for draft in drafts:
            if not draft.published:
                shutil.rmtree(draft.folder, ignore_errors=True)  # a full disk gets its room back
        if published := [draft for draft in drafts if draft.published]:
            _settle(root, published, versions[: len(published)], step)
        with suppress(FileNotFoundError):
            (root / "tmp" / _NOTE).unlink()


def finish(root: Path) -> None:
    """Enter in the ledger what a crash kept from it after publishing. Raises `OSError`."""
    try:
        lines = (root / "tmp" / _NOTE).read_bytes().splitlines()
    except FileNotFoundError:
        return
    known = ledger.read(root).known
    announced = [version for line in lines if (version := _version(line))]
    missed = [v for v in announced if (v.id, v.version) not in known and _is_published(root, v)]
    if missed:
        ledger.append(root, missed)


def _write(root: Path, drafts: Sequence[Draft], time: str, step: Step) -> list[ledger.Version]:
    """Write and flush all drafts and the note of them, and read them back."""
    written: list[Path] = []
    for draft in drafts:
        step("begun")
        written += bag.write(draft.folder, draft.payload, draft.info)
    versions = [announced(draft, draft.folder, time) for draft in drafts]
    note = root / "tmp" / _NOTE
    note.write_bytes(b"".join(orjson.dumps(encode(version)) + b"\n" for version in versions))
    bag.flush([*written, note, note.parent])
    for _ in drafts:
        step("copied")
    for draft in drafts:
        if problems := list(bag.check(draft.folder)):
            raise OSError(errno.EIO, f"read back differently: {problems[0]}")
        step("verified")
    return versions


def _settle(root: Path, published: Sequence[Draft], versions: Sequence[ledger.Version], step: Step) -> None:
    bag.flush({root / draft.place.parent for draft in published})
    for _ in published:
        step("settled")
    ledger.append(root, versions)
    for draft in published:
        draft.recorded = True
        step("recorded")


def event(place: Place, id: str, number: int, time: str, extractor: str | None) -> ledger.Version:
    """The line of the ledger for the version whose files lie at `place`. Raises `OSError`."""
    fresh = "new" if number == 1 else "version"
    what = fresh if (place / "data" / "originals").is_dir() else "reread"
    manifest = ledger.manifest_of(place)
    return ledger.Version(time, id, number, manifest, event=what, by=ledger.actor(), extractor=extractor)


def announced(draft: Draft, written: Place, time: str) -> ledger.Version:
    """The line of the ledger for a draft whose files lie at `written`. Raises `OSError`."""
    extractor = draft.info["Extractor-Version"] or None
    return event(written, draft.place.parent.name, int(draft.place.name[1:]), time, extractor)


def _version(line: bytes) -> ledger.Version | None:
    try:
        return decode(ledger.Version, orjson.loads(line))
    except (ValueError, SchemaError):  # cut off by the crash: nothing of it was published
        return None


def _is_published(root: Path, version: ledger.Version) -> bool:
    place = root / bag.place_of(version.id) / bag.version_name(version.version)
    try:
        return bag.plain_name(version.id) and ledger.manifest_of(place) == version.manifest
    except OSError:
        return False
