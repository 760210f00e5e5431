"""How do versions get into object storage, where nothing can be renamed?

What `ketluan.publishing` does on a disk: for each draft every file is put under its final name, none over another, and
read back; the last one is `tagmanifest-sha256.txt`, which proves the others. A version counts once that is there
(`bag.versions`). A run that is stopped earlier leaves files that count for nothing: `verify` calls them a draft, and
the next run takes them away (`InStore.clear`) before it writes the version anew. It also enters in the ledger what was
published without its line (`Archive.recover`).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence

from ketluan import bag, corrections, ledger
from ketluan.lease import Lease
from ketluan.objects import ObjectPath, Place, together
from ketluan.publishing import LOCK_SECONDS, READ_ME, Draft, Step, announced


class InStore:
    """Writes an archive in object storage (`publishing.Writer`)."""

    def __init__(self, root: ObjectPath) -> None:
        self._root = root
        self._lease = Lease(root, ledger.actor(), timeout=LOCK_SECONDS)

    def acquire(self) -> None:
        """Wait for the lock. Raises `filelock.Timeout`, `OSError`."""
        self._lease.acquire()

    def release(self) -> None:
        """Give the lock back."""
        self._lease.release()

    def begin(self, read_me: bytes) -> None:
        """See to `DOC-TRUOC.txt`; what a crash left takes a look at all folders (`clear`)."""
        path = self._root / READ_ME
        if self._lease.lock_counter == 1 and not path.is_file():
            self._root.store.put_new(path.key, read_me)

    def clear(self, folders: Iterable[Place], book: ledger.Ledger) -> None:
        """Take away what broken runs have left in the folders of notices: versions that never counted.

        A version that the ledger knows stays as it is, whatever it lacks, and so does one that is not the next in its
        folder; where the ledger is damaged, all does. That is damage, and `verify` tells.
        """
        known = book.known
        for folder in folders if not book.damaged else ():
            after = (bag.last_version(folder) or 0) + 1
            if after in bag.begun_versions(folder) and (folder.name, after) not in known:
                self._take_away(self._root / bag.place_of(folder.name) / bag.version_name(after))

    def _take_away(self, left: ObjectPath) -> None:
        self._lease.hold()
        together(self._root.store.delete, [(left / name).key for name in left.sizes()])

    def publish(self, drafts: Sequence[Draft], time: str, step: Step) -> None:
        """Publish the drafts in their order; when this returns all of them are in the ledger.

        `time` is ISO 8601 with zone; the caller holds the archive for writing. Raises what went wrong, with those that
        were published by then recorded; of the others files may be left, for `clear`.
        """
        versions: list[ledger.Version] = []
        proofs: list[bytes] = []
        try:
            for draft in drafts:
                step("begun")
                files = bag.contents(draft.payload, draft.info)
                proofs.append(files.pop(bag.TAG_MANIFEST))
                versions.append(self._put(draft, files, time, step))
            for draft, proof in zip(drafts, proofs, strict=True):
                self._make_it_count(draft, proof)
                step("published")
        finally:
            if published := [draft for draft in drafts if draft.published]:
                self._record(published, versions, step)

    def _put(self, draft: Draft, files: Mapping[str, bytes], time: str, step: Step) -> ledger.Version:
        """Put all files but the last, each read back; gives back the line for the ledger."""
        place = self._root / str(draft.place)
        self._lease.hold()
        together(self._put_one, [((place / name).key, data) for name, data in files.items()])
        step("copied")
        if odd := files.keys() ^ place.sizes().keys():
            raise OSError(errno.EIO, "not what was put there", str(place / min(odd)))
        step("verified")
        return announced(draft, place, time)

    def _put_one(self, file: tuple[str, bytes]) -> None:
        self._root.store.put_new(*file)

    def _make_it_count(self, draft: Draft, proof: bytes) -> None:
        tags = self._root / str(draft.place) / bag.TAG_MANIFEST
        self._lease.hold()
        self._root.store.put_new(tags.key, proof)
        draft.published = True

    def _record(self, published: Sequence[Draft], versions: Sequence[ledger.Version], step: Step) -> None:
        step("settled")
        self._lease.hold()
        ledger.append(self._root, versions[: len(published)])
        for draft in published:
            draft.recorded = True
            step("recorded")

    def correct(self, id: str, log: corrections.Log, entry: corrections.Entry, step: Step) -> None:
        """As `corrections.enter`."""
        self._lease.hold()
        corrections.enter(self._root / bag.place_of(id), log, entry, step)
