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
flushed to disk, read back, compared by hash, published by one rename, and entered in the ledger. One process writes
at a time (`Archive.writing`); readers need no lock, because what they see is complete.
`docs/decisions/0002-archive-layout.md` says why.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from extractors.codec import decode, decode_notice, encode, encode_notice
from extractors.model import SCHEMA_VERSION, Extraction, Notice, Problem
from ketluan import bag, corrections, fixity, ledger
from ketluan.errors import ArchiveError, NoticeNotFound
from ketluan.extractor import extractor_version
from ketluan.identity import identity_key, notice_id
from ketluan.renditions import Stated, disagreements, precedence, with_signed
from ketluan.stored import Rendition, StoredNotice

#: The steps of storing a file, in this order; the hook is called after each of them.
STEPS = ("begun", "copied", "verified", "foldered", "published", "settled", "recorded")
Step = Callable[[str], None]

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

LOCK_SECONDS = 600.0

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


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file went: notice, its version now, and whether anything was written."""

    outcome: Outcome
    id: str
    version: int
    sha256: str


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
    """The archive below `root`. Makes the folder with the first notice stored.

    `step` is called with each name of `STEPS` as the work goes on; it is there for tests of what
    a crash leaves behind. Writing raises `OSError` as it comes (disk full, no permission: both
    may pass) and `ArchiveError` where the archive itself is not as it must be.
    """

    def __init__(self, root: Path, *, step: Step | None = None) -> None:
        self.root = root
        self._step = step or (lambda _name: None)
        self._lock = FileLock(root / ".lock", timeout=LOCK_SECONDS)
        self._known: dict[str, str] | None = None
        self._recovered = False

    # -- reading

    def get(self, id: str, version: int | None = None, *, raw: bool = False) -> StoredNotice:
        """The notice with that id, with what archivists have set right in it. Raises `NoticeNotFound`.

        As the extractors read it where `raw`, and where a `version` is asked for.
        """
        folder = self._folder(id)
        numbers = bag.versions(folder)
        if not numbers or (version is not None and version not in numbers):
            raise NoticeNotFound(f"Không có thông báo {id} trong kho. Hãy tìm lại bằng `ketluan search`.")
        stored = _stored(_read(folder / bag.version_name(version or numbers[-1])))
        return stored if raw or version is not None else corrections.replayed(stored, self.correction_log(id))

    def correction_log(self, id: str) -> corrections.Log:
        """What archivists have set right in the notice, all of it."""
        return corrections.read(self._folder(id))

    def seal(self, id: str) -> str:
        """A digest that changes whenever what `get` gives changes; found without reading the record."""
        folder = self._folder(id)
        digest = hashlib.sha256()
        for path in (
            folder / bag.version_name(bag.last_version(folder) or 0) / bag.TAG_MANIFEST,
            folder / corrections.FILE,
        ):
            with suppress(FileNotFoundError):
                digest.update(hashlib.sha256(path.read_bytes()).digest())
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

    def folders(self) -> Iterator[Path]:
        """The folder of each notice, in the order of ids."""
        for year in bag.subfolders(self.root / "notices"):
            yield from bag.subfolders(year)

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
                for path in (folder / bag.version_name(number) / "data" / "originals").glob("*")
            }
        return self._known.get(sha256)

    def original(self, rendition: Rendition) -> Path:
        """Where the file itself lies."""
        return self.root / rendition.original

    def verify(self, progress: fixity.Progress | None = None) -> Iterator[fixity.Finding]:
        """All that is wrong with the archive, every file hashed anew (`fixity.verify`)."""
        return fixity.verify(self.root, progress)

    # -- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the archive for writing; others wait. May be entered again by who holds it.

        Whatever lies in `tmp/` while the lock is ours was left by a crash, and is removed.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as exc:
            raise ArchiveError(
                f"Kho lưu trữ {self.root} đang được tiến trình khác ghi quá lâu. Hãy chờ xong rồi chạy lại."
            ) from exc
        try:
            if self._lock.lock_counter == 1:
                shutil.rmtree(self.root / "tmp", ignore_errors=True)
                self._write_read_me()
            yield
        finally:
            self._lock.release()

    def recover(self) -> None:
        """Enter in the ledger what a crash kept from it. Looks at all folders, once; the caller holds the archive."""
        if self._recovered:
            return
        book = ledger.read(self.root)
        known, corrected = book.known, book.corrected
        versions = {(folder.name, n): folder for folder in self.folders() for n in bag.versions(folder)}
        found = (self._as_published(folder, n) for (id, n), folder in versions.items() if (id, n) not in known)
        events = [version for version in found if version]
        for folder in self.folders():
            events += [e for e in self._corrected(folder) if (e.id, e.correction) not in corrected]
        if missed := events:
            late = len(missed) > 1  # a crash leaves one; else the ledger was lost, or there was none
            ledger.append(self.root, sorted((replace(v, late=late) for v in missed), key=_by_time))
        self._recovered = True

    def _as_published(self, folder: Path, number: int) -> ledger.Version | None:
        """What the ledger says of a version, from the version itself; None where it is damaged: `verify` tells."""
        place = folder / bag.version_name(number)
        try:
            record = _read(place)
            time = max(kept.rendition.added for kept in record.kept)
            return self._event(time, place, number, record.extractor)
        except (ArchiveError, OSError, ValueError):
            return None

    def _event(self, time: str, place: Path, number: int, extractor: str | None) -> ledger.Version:
        """The line of the ledger for a version. Raises `OSError`."""
        fresh = "new" if number == 1 else "version"
        event = fresh if (place / "data" / "originals").is_dir() else "reread"
        manifest = ledger.manifest_of(place)
        by = ledger.actor()
        return ledger.Version(time, place.parent.name, number, manifest, event=event, by=by, extractor=extractor)

    def _corrected(self, folder: Path) -> Iterator[ledger.Version]:
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
        sha256 = hashlib.sha256(data).hexdigest()
        with self.writing():
            self.recover()
            known = self.notice_of(sha256)
            id = known or self._id_of(extraction.notice)
            folder = self._folder(id)
            record = _read(folder / bag.version_name(n)) if (n := bag.last_version(folder)) else None
            if record and any(k.rendition.sha256 == sha256 for k in record.kept):
                self._note(sha256, id)
                return Stored(Outcome.DUPLICATE, id, record.version, sha256)
            version = record.version + 1 if record else 1
            place = folder / bag.version_name(version)
            kept = _kept(data, sha256, name, extraction, now, place.relative_to(self.root))
            new = _next(record, kept, id, version, extraction)
            self._publish(place, _payload(new, kept, extraction, data), _info(new, now), now)
            self._note(sha256, id)
        return Stored(Outcome.VERSION if record else Outcome.NEW, id, version, sha256)

    def _id_of(self, notice: Notice) -> str:
        """The id that the paper has here: of a notice that was read so later on, or what it says by itself."""
        id, identity = notice_id(notice), identity_key(notice)
        if bag.last_version(self._folder(id)) is None:
            for folder in bag.subfolders(self._folder(id).parent):  # another title: same month, same place
                if folder.name[:-8] == id[:-8] and (last := bag.last_version(folder)):
                    with suppress(ArchiveError):  # `verify` tells
                        if identity in _read(folder / bag.version_name(last)).also:
                            return folder.name
        return id

    def revise(self, id: str, readings: Mapping[str, Extraction], now: datetime, *, dry_run: bool = False) -> Revision:
        """Take what the files of a notice say now (SHA-256 → reading); publish a version where that makes a difference.

        A file that is not among `readings` says what it said. The notice keeps its id, whatever is read.
        """
        if dry_run:
            old = self._last(id)
            return Revision(_stored(old), _stored(_anew(old, readings)), False)
        with self.writing():
            self.recover()
            old = self._last(id)
            new = _anew(old, readings)
            changed = replace(new, extractor=old.extractor) != old
            if changed:
                new = replace(new, version=old.version + 1)
                payload = {"notice.json": _json(_as_json(new)), "text.txt": new.text.encode("utf-8")}
                self._publish(self._folder(id) / bag.version_name(new.version), payload, _info(new, now), now)
        return Revision(_stored(old), _stored(new if changed else old), changed)

    def _last(self, id: str) -> _Record:
        last = bag.last_version(self._folder(id))
        if last is None:
            raise NoticeNotFound(f"Không có thông báo {id} trong kho. Hãy tìm lại bằng `ketluan search`.")
        return _read(self._folder(id) / bag.version_name(last))

    def correct(self, id: str, make: Callable[[StoredNotice, corrections.Log], corrections.Entry]) -> corrections.Entry:
        """Enter what `make` gives for the notice as the extractors read it and its corrections; gives it back.

        Nobody else writes meanwhile. Raises `NoticeNotFound` and what `make` raises.
        """
        with self.writing():
            self.recover()
            folder, log = self._folder(id), self.correction_log(id)
            entry = make(self.get(id, raw=True), log)
            self._recovered = False  # until it is written
            corrections.append(folder, log, entry, self.root / "tmp" / corrections.draft_name(), self._step)
            *_, event = self._corrected(folder)
            ledger.append(self.root, [event])
            self._recovered = True
        return entry

    def _note(self, sha256: str, id: str) -> None:
        if self._known is not None:
            self._known[sha256] = id

    def _publish(self, place: Path, payload: dict[str, bytes], info: dict[str, str], now: datetime) -> None:
        draft = self.root / "tmp" / uuid.uuid4().hex
        try:
            self._step("begun")
            bag.write(draft, payload, info)
            self._step("copied")
            if problems := list(bag.check(draft)):
                raise OSError(errno.EIO, f"read back differently: {problems[0]}")
            self._step("verified")
            bag.make_folder(place.parent, below=self.root)
            self._step("foldered")
            draft.rename(place)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)  # a full disk gets its room back
            raise
        self._step("published")
        bag.sync_folder(place.parent)
        self._step("settled")
        self._recovered = False  # until it is written
        extractor = info["Extractor-Version"] or None
        ledger.append(self.root, [self._event(now.isoformat(), place, int(place.name[1:]), extractor)])
        self._recovered = True
        self._step("recorded")

    def _write_read_me(self) -> None:
        path = self.root / "DOC-TRUOC.txt"
        if not path.exists():
            bag.write_file(path, READ_ME.encode())

    def _folder(self, id: str) -> Path:
        if not bag.plain_name(id):
            raise NoticeNotFound(f"{id!r} không phải mã thông báo. Mã có dạng 2021-09-lao-cai-3f9a1c2e.")
        return self.root / "notices" / id[:4] / id


# -- the record on disk


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rendition and what it states by itself."""

    rendition: Rendition
    stated: Stated


@dataclass(frozen=True, slots=True)
class _Record:
    """`notice.json` with its text. `kept[0]` leads."""

    id: str
    version: int
    identity: str
    kept: tuple[_Kept, ...]
    notice: Notice
    text: str
    problems: tuple[Problem, ...] = ()
    extractor: str | None = None  # version of the extractors that read `notice`; None: not recorded
    also: tuple[str, ...] = ()  # identities that later readings gave the same paper


def _kept(data: bytes, sha256: str, name: str, extraction: Extraction, now: datetime, place: Path) -> _Kept:
    format = extraction.source.format
    media_type = MEDIA_TYPES.get(format, extraction.media_type)
    original = place / "data" / "originals" / f"{sha256}.{format}"
    rendition = Rendition(sha256, _text(name), format, media_type, len(data), now.isoformat(), original.as_posix())
    return _Kept(rendition, Stated.by(extraction.notice))


def _next(record: _Record | None, kept: _Kept, id: str, version: int, extraction: Extraction) -> _Record:
    """The record once `kept` has come: led by the best file (`renditions.precedence`)."""
    identity = identity_key(extraction.notice)
    if record is None:
        notice, text = extraction.notice, extraction.source.text
        return _Record(id, version, identity, (kept,), notice, text, extractor=extractor_version())
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


def _anew(record: _Record, readings: Mapping[str, Extraction]) -> _Record:
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


def _of_all(leading: Notice, files: tuple[_Kept, ...]) -> tuple[Notice, tuple[Problem, ...]]:
    """The notice that all `files` together tell of, `leading` being read from the first; what to say about them."""
    notice, told = with_signed(leading, [(k.rendition.name, k.rendition.format, k.stated) for k in files])
    return notice, (*told, *disagreements([(k.rendition.name, k.stated) for k in files]))


def _precedence(kept: _Kept) -> tuple[Any, ...]:
    one = kept.rendition
    return precedence(one.format, kept.stated, datetime.fromisoformat(one.added), one.sha256)


def _payload(record: _Record, kept: _Kept, extraction: Extraction, data: bytes) -> dict[str, bytes]:
    payload = {
        "notice.json": _json(_as_json(record)),
        "text.txt": record.text.encode("utf-8"),
        f"originals/{Path(kept.rendition.original).name}": data,
    }
    if record.kept[0] is not kept:
        payload["extraction/notice.json"] = _json(encode_notice(extraction.notice))
        payload["extraction/text.txt"] = extraction.source.text.encode("utf-8")
    return payload


def _as_json(record: _Record) -> dict[str, Any]:
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


def _info(record: _Record, now: datetime) -> dict[str, str]:
    return {
        "Bagging-Date": now.date().isoformat(),
        "External-Identifier": f"{record.id}/{bag.version_name(record.version)}",
        "External-Description": _text(record.notice.title or ""),
        "Source-Organization": _text(record.notice.issuer or ""),
        "Bag-Group-Identifier": record.id,
        "Extractor-Version": record.extractor or "",
    }


def _by_time(version: ledger.Version) -> tuple[str, str, int]:
    return version.time, version.id, version.version


def _read(place: Path) -> _Record:
    """The record of the version at `place`. Raises `ArchiveError` where it cannot be read."""
    try:
        data = orjson.loads((place / "data" / "notice.json").read_bytes())
        text = (place / "data" / "text.txt").read_bytes().decode("utf-8")
        return _decode(data, text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ArchiveError(
            f"Không đọc được {place}: {exc}. Hãy chạy `ketluan verify`, rồi lấy lại thư mục này từ bản sao lưu."
        ) from exc


def _decode(data: dict[str, Any], text: str) -> _Record:
    notice = decode_notice({"schema_version": data["schema_version"], **data["notice"]})
    kept = tuple(_Kept(decode(Rendition, r), decode(Stated, r["states"])) for r in data["renditions"])
    problems = tuple(decode(Problem, p) for p in data["rendition_problems"])
    later = (data.get("extractor_version"), tuple(data.get("also_identities", ())))
    return _Record(data["id"], data["version"], data["identity"], kept, notice, text, problems, *later)


def _stored(record: _Record) -> StoredNotice:
    notice = replace(record.notice, problems=record.notice.problems + record.problems)
    renditions = tuple(k.rendition for k in record.kept)
    return StoredNotice(record.id, notice, record.text, renditions, record.version, extractor=record.extractor)


def _json(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _text(name: str) -> str:
    """The name as valid Unicode: bytes of a file name that are no UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
