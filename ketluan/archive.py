"""Where is a notice kept? Plain files, readable without this program.

    archive/
      DOC-TRUOC.txt                         what lies here, for whoever finds it
      notices/2021/2021-09-lao-cai-3f9a1c2e/
        v0001/                              a BagIt bag (RFC 8493), complete and never changed again
          bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
          data/notice.json                  the record as of this version, with its `schema_version`
          data/text.txt                     the text that all positions in the record count in
          data/originals/<sha256>.docx      the file that this version came with, byte for byte
          data/extraction/…                 what that file says, where another file leads
        v0002/                              a later file of the same paper, or the same files read anew
        corrections.jsonl                   what archivists have set right (`ketluan.corrections`), if anything
      ledger.jsonl                          all that was ever written, in a chain of hashes (`ketluan.ledger`)

Every file that arrives makes the next version; nothing is overwritten or deleted. A version is written in `tmp/`,
flushed to disk, read back, compared by hash, published by one rename, and entered in the ledger
(`ketluan.publishing`; in object storage without a rename: `ketluan.uploading`). `ketluan.record` says what
`notice.json` holds. One process writes at a time (`Archive.writing`); readers need no lock, because what they see is
complete.
`docs/decisions/0002-archive-layout.md` says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePosixPath

from filelock import Timeout

from extractors.model import Extraction, Notice
from ketluan import bag, corrections, fixity, ledger, publishing, uploading
from ketluan.errors import ArchiveError, NoticeNotFound
from ketluan.identity import identity_key, notice_id
from ketluan.objects import ObjectPath, Place, children, listed, read_log
from ketluan.record import Record, following, info, kept_of, payload, read, read_anew, stored_notice
from ketluan.stored import Rendition, StoredNotice

READ_ME = """\
KHO LƯU TRỮ THÔNG BÁO KẾT LUẬN

Mỗi thông báo là một thư mục trong notices/<năm>/. Trong đó:
  v0001, v0002 …   các phiên bản, bản có số lớn nhất là bản hiện hành; bản cũ không bao giờ bị xóa
  data/originals/  tệp gốc, giữ nguyên từng byte; tên tệp là mã băm SHA-256 của nội dung
  data/notice.json nội dung đã bóc tách (JSON, UTF-8), có "schema_version"
  data/text.txt    toàn văn (UTF-8)
  manifest-sha256.txt, tagmanifest-sha256.txt   mã băm để kiểm tra, theo chuẩn BagIt (RFC 8493)
  corrections.jsonl  những chỗ cán bộ lưu trữ đã sửa, mỗi dòng một lần sửa: ai, khi nào, vì sao
Sổ ledger.jsonl ghi mọi phiên bản đã lưu, mỗi dòng mang mã băm của dòng trước: thiếu hay sửa dòng nào đều lộ ra.
Kiểm tra không cần chương trình nào: trong thư mục vNNNN, chạy   sha256sum -c manifest-sha256.txt
Không sửa, không đổi tên, không xóa tệp nào trong thư mục này.

This is an archive of plain files. Every vNNNN folder is a BagIt bag (RFC 8493). Do not change anything in it.
"""


class Outcome(StrEnum):
    """What storing a file did."""

    NEW = "new"  # the first file of a notice
    VERSION = "version"  # another file of a notice that was there
    DUPLICATE = "duplicate"  # these bytes were there


@dataclass(frozen=True)
class Incoming:
    """A file to be kept: its bytes, its name as it came, and what was read from it."""

    data: bytes
    name: str
    extraction: Extraction

    @cached_property
    def sha256(self) -> str:
        """Of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file went: notice, its version now, whether anything was written; and the notice as it is now."""

    outcome: Outcome
    id: str
    version: int
    sha256: str
    notice: StoredNotice = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Revision:
    """A notice as its files were read before and as they are read now, both without corrections.

    `reads_as` is the id that the paper would get if it came today.
    """

    before: StoredNotice
    after: StoredNotice
    published: bool

    @property
    def reads_as(self) -> str:
        """The id that what is read now leads to."""
        return notice_id(self.after.notice)


class Archive:
    """The archive below `root`, a folder or a place in object storage. Makes it with the first notice stored.

    `step` is called with each name of `publishing.STEPS` as the work goes on; it is there for tests of what
    a crash leaves behind. Writing raises `OSError` as it comes (disk full, no permission: both
    may pass) and `ArchiveError` where the archive itself is not as it must be.
    """

    def __init__(self, root: Place, *, step: publishing.Step | None = None) -> None:
        self.root = root
        self._step = step or (lambda _name: None)
        self._writer: publishing.Writer = (
            uploading.InStore(root) if isinstance(root, ObjectPath) else publishing.OnDisk(root)
        )
        self._known: dict[str, str] | None = None
        self._recovered = False

    # -- reading

    def get(self, id: str, version: int | None = None, *, raw: bool = False) -> StoredNotice:
        """The notice with that id, with what archivists have set right in it. Raises `NoticeNotFound`.

        As the extractors read it where `raw`, and where a `version` is asked for.
        """
        folder = listed(self._folder(id))
        numbers = bag.versions(folder)
        if not numbers or (version is not None and version not in numbers):
            raise NoticeNotFound(f"Không có thông báo {id} trong kho. Hãy tìm lại bằng `ketluan search`.")
        stored = stored_notice(read(folder / bag.version_name(version or numbers[-1])))
        return stored if raw or version is not None else corrections.replayed(stored, corrections.read(folder))

    def correction_log(self, id: str) -> corrections.Log:
        """What archivists have set right in the notice, all of it."""
        return corrections.read(self._folder(id))

    def seal(self, id: str) -> str:
        """A digest that changes whenever what `get` gives changes; found without reading the record."""
        folder = self._folder(id)
        digest = hashlib.sha256()
        tags = folder / bag.version_name(bag.last_version(folder) or 0) / bag.TAG_MANIFEST
        for read_one in (tags.read_bytes, lambda: read_log(folder / corrections.FILE)):
            with suppress(FileNotFoundError):
                digest.update(hashlib.sha256(read_one()).digest())
            digest.update(b"\0")
        return digest.hexdigest()[:32]

    def notices(self) -> Iterator[StoredNotice]:
        """All notices as they are now, in the order of their ids, one in memory at a time."""
        for id in self.ids():
            yield self.get(id)

    def ids(self) -> Iterator[str]:
        """The ids of all notices, in order."""
        for folder in self.folders():
            if bag.versions(folder):
                yield folder.name

    def folders(self) -> Iterator[Place]:
        """The folder of each notice, in the order of ids."""
        for year in bag.subfolders(self.root / "notices"):
            yield from bag.subfolders(listed(year))

    def contains(self, sha256: str) -> bool:
        """Are these bytes in the archive?"""
        return self.notice_of(sha256) is not None

    def notice_of(self, sha256: str) -> str | None:
        """The id of the notice that holds a file with that hash.

        Looks at the folders once; files stored by another process after that are found when they are stored.
        """
        if self._known is None:
            self._known = {
                path.stem: folder.name
                for folder in self.folders()
                for number in bag.versions(folder)
                for path in _files(folder / bag.version_name(number) / "data" / "originals")
            }
        return self._known.get(sha256)

    def original(self, rendition: Rendition) -> Path:
        """The file itself, on this machine. From object storage it is fetched once: `ArchiveError`, `OSError`."""
        place = self.root / rendition.original
        return place.fetched(rendition.sha256) if isinstance(place, ObjectPath) else place

    def address(self, rendition: Rendition) -> str:
        """Where the file itself lies."""
        return str(self.root / rendition.original)

    @property
    def originals(self) -> Path:
        """The folder that `original` gives paths in."""
        return self.root.store.cache if isinstance(self.root, ObjectPath) else self.root

    def verify(self, progress: fixity.Progress | None = None) -> Iterator[fixity.Finding]:
        """All that is wrong with the archive, every file hashed anew (`fixity.verify`)."""
        return fixity.verify(self.root, progress)

    # -- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive for writing; others wait. May be entered again by who holds it."""
        try:
            self._writer.acquire()
        except Timeout as exc:
            raise ArchiveError(
                f"Kho lưu trữ {self.root} đang được tiến trình khác ghi quá lâu. Hãy chờ xong rồi chạy lại."
            ) from exc
        try:
            self._writer.begin(READ_ME.encode())
            yield
        finally:
            self._writer.release()

    def recover(self) -> None:
        """Enter in the ledger what a crash kept from it. Looks at all folders, once; the caller holds the archive."""
        if self._recovered:
            return
        book = ledger.read(self.root)
        known, corrected = book.known, book.corrected
        self._writer.clear(self.folders(), book)
        versions = {(folder.name, n): folder for folder in self.folders() for n in bag.versions(folder)}
        found = (self._as_published(folder, n) for (id, n), folder in versions.items() if (id, n) not in known)
        missed = [version for version in found if version]
        for folder in self.folders():
            missed += [e for e in self._corrected(folder) if (e.id, e.correction) not in corrected]
        if missed:
            late = len(missed) > 1  # a crash leaves one; else the ledger was lost, or there was none
            ledger.append(self.root, sorted((replace(v, late=late) for v in missed), key=_by_time))
        self._recovered = True

    def _as_published(self, folder: Place, number: int) -> ledger.Version | None:
        """What the ledger says of a version, from the version itself; None where it is damaged: `verify` tells."""
        place = folder / bag.version_name(number)
        try:
            record = read(place)
            time = max(kept.rendition.added for kept in record.kept)
            return publishing.event(place, folder.name, number, time, record.extractor)
        except (ArchiveError, OSError, ValueError):
            return None

    def _corrected(self, folder: Place) -> Iterator[ledger.Version]:
        """The line of the ledger for each correction of a notice, as far as they can be read: `verify` tells."""
        with suppress(OSError):
            log, number = corrections.read(folder), bag.last_version(folder) or 0
            if log.damaged:
                return
            for entry, chain in zip(log.entries, corrections.chains(log), strict=True):
                line = (entry.at, folder.name, number, chain)
                yield ledger.Version(*line, event="corrected", by=ledger.actor(), correction=entry.n)

    def store(self, source: bytes | Path, name: str, extraction: Extraction, now: datetime) -> Stored:
        """Keep a file with what was read from it; gives back where it went.

        `source` is the file or its bytes, `name` its name as it came, `now` a time with zone. The same
        bytes again change nothing. When this returns, all of it is on the disk.
        """
        data = source.read_bytes() if isinstance(source, Path) else source
        (stored,) = self.store_all([Incoming(data, name, extraction)], now)
        if isinstance(stored, Exception):
            raise stored
        return stored

    def store_all(self, files: Sequence[Incoming], now: datetime) -> list[Stored | Exception]:
        """Keep several files as `store` keeps one, in their order, in far less time than one after the other.

        For each, where it went, or what went wrong with it: one that fails costs the others nothing.
        """
        with self.writing():
            self.recover()
            results: list[Stored | Exception] = []
            for file, result in zip(files, self._store_together(files, now), strict=True):
                results.append(result or self.store_all([file], now)[0])
        return results

    def _store_together(self, files: Sequence[Incoming], now: datetime) -> list[Stored | Exception | None]:
        """None for a file of several that has to be stored by itself: another one may be to blame."""
        ahead: dict[str, Record] = {}
        results: list[Stored | Exception | None] = []
        drafts: dict[int, publishing.Draft] = {}
        for number, file in enumerate(files):
            try:
                stored, draft = self._prepare(file, ahead, now)
            except Exception as exc:  # noqa: BLE001  it is that file's result
                results.append(exc)
                continue
            results.append(stored)
            if draft:
                drafts[number] = draft
        failure: Exception | None = None
        try:
            self._publish(list(drafts.values()), now)
        except Exception as exc:  # noqa: BLE001  as above
            failure = exc
        for number, draft in drafts.items():
            if draft.published:
                self._note(files[number].sha256, draft.place.parent.name)
            if not draft.recorded:
                results[number] = failure if draft.published or len(files) == 1 else None
        return results

    def _prepare(
        self, file: Incoming, ahead: dict[str, Record], now: datetime
    ) -> tuple[Stored | None, publishing.Draft | None]:
        """What storing the file will have done, and the version to publish; `ahead` holds the last records to come."""
        if any(kept.rendition.sha256 == file.sha256 for record in ahead.values() for kept in record.kept):
            return None, None
        known = self.notice_of(file.sha256)
        id = known or self._id_of(file.extraction.notice, ahead)
        folder = self._folder(id)
        record = ahead.get(id) or (read(folder / bag.version_name(n)) if (n := bag.last_version(folder)) else None)
        if record and any(k.rendition.sha256 == file.sha256 for k in record.kept):
            self._note(file.sha256, id)
            return Stored(Outcome.DUPLICATE, id, record.version, file.sha256, self._as_now(record)), None
        version = record.version + 1 if record else 1
        place = PurePosixPath(bag.place_of(id)) / bag.version_name(version)
        kept = kept_of(file.data, file.sha256, file.name, file.extraction, now, place)
        new = following(record, kept, id, version, file.extraction)
        ahead[id] = new
        outcome = Outcome.VERSION if record else Outcome.NEW
        draft = publishing.Draft(place, payload(new, kept, file.extraction, file.data), info(new, now))
        return Stored(outcome, id, version, file.sha256, self._as_now(new)), draft

    def _as_now(self, record: Record) -> StoredNotice:
        return corrections.replayed(stored_notice(record), self.correction_log(record.id))

    def _id_of(self, notice: Notice, ahead: Mapping[str, Record]) -> str:
        """The id that the paper has here: of a notice that was read so later on, or what it says by itself."""
        id, identity = notice_id(notice), identity_key(notice)
        if id not in ahead and bag.last_version(self._folder(id)) is None:
            for folder in bag.subfolders(self._folder(id).parent):  # another title: same month, same place
                if folder.name[:-8] == id[:-8] and (last := bag.last_version(folder)):
                    with suppress(ArchiveError):  # `verify` tells
                        if identity in read(folder / bag.version_name(last)).also:
                            return folder.name
        return id

    def revise(self, id: str, readings: Mapping[str, Extraction], now: datetime, *, dry_run: bool = False) -> Revision:
        """Take what the files of a notice say now (SHA-256 → reading); publish a version where that makes a difference.

        A file that is not among `readings` says what it said. The notice keeps its id, whatever is read.
        """
        if dry_run:
            old = self._last(id)
            return Revision(stored_notice(old), stored_notice(read_anew(old, readings)), False)
        with self.writing():
            self.recover()
            old = self._last(id)
            new = read_anew(old, readings)
            changed = replace(new, extractor=old.extractor) != old
            if changed:
                new = replace(new, version=old.version + 1)
                place = PurePosixPath(bag.place_of(id)) / bag.version_name(new.version)
                self._publish([publishing.Draft(place, payload(new), info(new, now))], now)
        return Revision(stored_notice(old), stored_notice(new if changed else old), changed)

    def _last(self, id: str) -> Record:
        last = bag.last_version(self._folder(id))
        if last is None:
            raise NoticeNotFound(f"Không có thông báo {id} trong kho. Hãy tìm lại bằng `ketluan search`.")
        return read(self._folder(id) / bag.version_name(last))

    def correct(self, id: str, make: Callable[[StoredNotice, corrections.Log], corrections.Entry]) -> corrections.Entry:
        """Enter what `make` gives for the notice as the extractors read it and its corrections; gives it back.

        Nobody else writes meanwhile. Raises `NoticeNotFound` and what `make` raises.
        """
        with self.writing():
            self.recover()
            folder, log = self._folder(id), self.correction_log(id)
            entry = make(self.get(id, raw=True), log)
            self._recovered = False  # until it is written
            self._writer.correct(id, log, entry, self._step)
            told = ledger.read(self.root).corrected  # this one, and what a crash of another process kept back
            ledger.append(self.root, [e for e in self._corrected(folder) if (e.id, e.correction) not in told])
            self._recovered = True
        return entry

    def _note(self, sha256: str, id: str) -> None:
        if self._known is not None:
            self._known[sha256] = id

    def _publish(self, drafts: Sequence[publishing.Draft], now: datetime) -> None:
        self._recovered = False  # until all is in the ledger
        self._writer.publish(drafts, now.isoformat(), self._step)
        self._recovered = True

    def _folder(self, id: str) -> Place:
        if not bag.plain_name(id):
            raise NoticeNotFound(f"{id!r} không phải mã thông báo. Mã có dạng 2021-09-lao-cai-3f9a1c2e.")
        return self.root / bag.place_of(id)


def _files(folder: Place) -> Sequence[Place]:
    with suppress(OSError):  # one that cannot be looked into: `verify` tells
        return children(folder)
    return ()


def _by_time(version: ledger.Version) -> tuple[str, str, int]:
    return version.time, version.id, version.version
