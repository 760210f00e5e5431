"""What have archivists set right in a notice, and what does the record look like with it?

    notices/2021/2021-09-lao-cai-3f9a1c2e/corrections.jsonl      one entry a line, oldest first; never a line less

An entry says who set which field of which passage from what to what, when and why; another kind of entry takes an
earlier one back. The file lies beside the versions, outside of every bag, and is replayed at every reading, so that
no later extraction loses it. An entry is bound to content, not to a place: for a conclusion to the SHA-256 of
its passage without white space, for the notice's own fields to that of the file they were read from. Where that is
gone, the entry is a conflict: kept, shown, and not guessed at. `docs/decisions/0007-corrections.md` says why.

Each line ends in `chain`: the SHA-256 of the `chain` of the line before (nothing before the first) followed by
the line's own JSON without `chain`. A line that was changed, left out or moved is noticed by whoever checks.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import orjson

from extractors.model import Conclusion, Notice, Problem, Severity
from ketluan import bag
from ketluan.correctable import CONCLUSION, NOTICE, SETTLES, NoTarget, Value
from ketluan.errors import ArchiveError
from ketluan.objects import ObjectPath, Place, read_log
from ketluan.renditions import SIGNED, TAKEN
from ketluan.stored import Corrected, StoredNotice

FILE = "corrections.jsonl"
FORM = 1  # of a line; raised whenever a reader of the old form would err
_CHAINED = re.compile(rb'(\{.*),"chain":"([0-9a-f]{64})"\}\n')


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file; `n` is its number, from 1. Either a correction, or the taking back of entry `undoes`."""

    n: int
    at: str  # ISO 8601 with time zone
    by: str
    because: str
    field: str | None = None
    old: Value = None
    new: Value = None
    content: str | None = None  # SHA-256: of the passage, or of the leading file
    path: str | None = None  # of the conclusion as it was then; None: a field of the notice
    passage: str | None = None  # its text, for whoever reads the file
    deadline: str | None = None  # as printed, where the conclusion has one; empty where it has none
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """The entries of a notice. `damaged` holds the numbers of lines that are not what was written."""

    entries: tuple[Entry, ...] = ()
    damaged: tuple[int, ...] = ()
    data: bytes = b""

    @property
    def standing(self) -> tuple[Entry, ...]:
        """Corrections that nobody has taken back."""
        undone = {entry.undoes for entry in self.entries if entry.undoes}
        return tuple(entry for entry in self.entries if entry.field and entry.n not in undone)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A correction that cannot be replayed: `code` is a key of `REASONS`."""

    entry: Entry
    code: str

    @property
    def reason(self) -> str:
        """Vietnamese, with what to do."""
        return REASONS[self.code]


REASONS = {
    "passage_gone": "không còn đoạn văn này trong bản đang dùng. Hãy xem lại thông báo, sửa ở đoạn mới rồi bỏ mục cũ",
    "passage_twice": "đoạn văn này nay có ở nhiều chỗ. Hãy sửa lại ở đúng mục rồi bỏ mục cũ",
    "file_differs": "tệp chính nay ghi giá trị khác. Hãy đối chiếu với tệp gốc, sửa lại hoặc bỏ mục cũ",
    "no_target": "không còn thời hạn hoặc người mà mục này sửa. Hãy xem lại thông báo, sửa lại rồi bỏ mục cũ",
    "unknown_field": "phiên bản chương trình này không biết trường đó. Hãy báo người quản trị",
}


def content_of(conclusion: Conclusion) -> str:
    """What a correction of the conclusion is bound to: SHA-256 of its text, NFC, without white space."""
    text = "".join(unicodedata.normalize("NFC", conclusion.text).split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# -- the file


def read(folder: Place) -> Log:
    """The entries of the notice in `folder`; none where nobody corrected it. Raises `OSError`."""
    try:
        data = read_log(folder / FILE)
    except FileNotFoundError:
        return Log()
    entries, damaged, chain = [], [], b""
    for n, line in enumerate(data.splitlines(keepends=True), 1):
        body, given = _parts(line)
        entry = _entry(body)
        if entry is None or entry.n != n or given != _chained(chain, body):
            damaged.append(n)
        if entry is not None and entry.n == n:
            entries.append(entry)
        chain = given
    return Log(tuple(entries), tuple(damaged), data)


def chains(log: Log) -> list[str]:
    """The chain of each line, as it stands there; empty where a line has none."""
    return [_parts(line)[1].decode() for line in log.data.splitlines(keepends=True)]


def append(folder: Path, log: Log, entry: Entry, draft: Path, step: Callable[[str], None]) -> None:
    """Add `entry` to the file in `folder`, which holds `log`; the caller holds the archive for writing.

    The whole file is written anew in `draft` (on the same disk), flushed, and put in the place of the old by one
    rename: a crash leaves the old file or the new one. Raises `ArchiveError` where the file is damaged.
    """
    _demand_whole(folder, log)
    draft.parent.mkdir(parents=True, exist_ok=True)
    bag.write_file(draft, log.data + _line(entry, log.data))
    step("corrected")
    draft.replace(folder / FILE)
    step("entered")
    bag.sync_folder(folder)


def enter(folder: ObjectPath, log: Log, entry: Entry, step: Callable[[str], None]) -> None:
    """The same in object storage, where the line is an object of its own.

    Raises `FileExistsError` where another has entered a line meanwhile.
    """
    _demand_whole(folder, log)
    step("corrected")
    (folder / FILE).add_to_log(entry.n, _line(entry, log.data))
    step("entered")


def _demand_whole(folder: Place, log: Log) -> None:
    if log.damaged:
        raise ArchiveError(
            f"Tệp sửa đổi {folder / FILE} bị hỏng ở dòng {log.damaged[0]}. Hãy lấy lại tệp này từ bản sao lưu."
        )


def draft_name() -> str:
    """A name that no other draft has."""
    return f"{uuid.uuid4().hex}.jsonl"


def _line(entry: Entry, before: bytes) -> bytes:
    blank = () if entry.undoes else ("old", "new")  # a blank is a value too
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    said = {name: value for name, value in values.items() if value is not None or name in blank}
    body = orjson.dumps({"form": FORM, **said})
    last = before.splitlines(keepends=True)[-1:]
    return b'%s,"chain":"%s"}\n' % (body[:-1], _chained(_parts(last[0])[1] if last else b"", body))


def _parts(line: bytes) -> tuple[bytes, bytes]:
    """The entry's JSON and its chain; the whole line and nothing where it has none."""
    found = _CHAINED.fullmatch(line)
    return (found[1] + b"}", found[2]) if found else (line, b"")


def _chained(before: bytes, body: bytes) -> bytes:
    return hashlib.sha256(before + body).hexdigest().encode()


def _entry(body: bytes) -> Entry | None:
    """The entry; None where it cannot be read."""
    try:
        said = orjson.loads(body)
        entry = Entry(**{name: _plain(said[name]) for name in Entry.__slots__ if name in said})
        return entry if _whole(entry) else None
    except (ValueError, TypeError, AttributeError):
        return None


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _whole(entry: Entry) -> bool:
    texts = (entry.at, entry.by, entry.because)
    return isinstance(entry.n, int) and all(isinstance(t, str) for t in texts) and bool(entry.field or entry.undoes)


# -- replaying


def replayed(stored: StoredNotice, log: Log) -> StoredNotice:
    """The notice with its corrections: the record set right, `corrected` listing the fields, conflicts as problems."""
    if not log.data:
        return stored
    notice, corrected, found = _replay(stored, log)
    settled = {code for one in corrected if one.path is None for code in SETTLES.get(one.field, ())}
    problems = [p for p in notice.problems if p.code not in settled]
    problems += [_problem(stored.id, conflict) for conflict in found]
    if log.damaged:
        text = f"Tệp sửa đổi bị hỏng ở dòng {', '.join(map(str, log.damaged))}. Hãy lấy lại từ bản sao lưu."
        problems.append(Problem("corrections_damaged", text, Severity.WARNING))
    return replace(stored, notice=msgspec.structs.replace(notice, problems=tuple(problems)), corrected=corrected)


def conflicts(stored: StoredNotice, log: Log) -> tuple[Conflict, ...]:
    """The corrections of `stored` (as the machine reads it) that stand and cannot be replayed."""
    return _replay(stored, log)[2]


def _replay(stored: StoredNotice, log: Log) -> tuple[Notice, tuple[Corrected, ...], tuple[Conflict, ...]]:
    notice = stored.notice
    done: dict[tuple[str | None, str, str | None], Corrected] = {}
    failed: list[Conflict] = []
    for entry in log.standing:
        try:
            path, notice = _apply(stored, notice, entry, log)
        except _Fails as exc:
            failed.append(Conflict(entry, exc.code))
            continue
        field = str(entry.field)
        shown = (NOTICE if path is None else CONCLUSION)[field].shown
        signed = (entry.n, entry.by, entry.at)
        said = Corrected(path, field, shown, *signed, entry.deadline, entry.new, entry.because)
        done[path, field, entry.deadline] = said
    still = tuple(c for c in failed if not (c.entry.path is None and _later(c.entry, done.values())))
    return notice, tuple(done.values()), still


def _later(entry: Entry, done: Iterable[Corrected]) -> bool:
    """Was the notice's field set again afterwards, with success?"""
    return any(one.path is None and one.field == entry.field and one.n > entry.n for one in done)


class _Fails(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _apply(stored: StoredNotice, notice: Notice, entry: Entry, log: Log) -> tuple[str | None, Notice]:
    """The path that the entry finds its passage at, and the notice with it. Raises `_Fails`."""
    name = str(entry.field)
    if name not in (NOTICE if entry.path is None else CONCLUSION):
        raise _Fails("unknown_field")
    try:
        if entry.path is None:
            return None, _apply_to_notice(stored, notice, entry, log)
        found = _passage(notice, entry)
        changed = CONCLUSION[name].put(found, entry.new, entry.deadline)
    except (NoTarget, ValueError, TypeError) as exc:
        raise _Fails("no_target") from exc
    conclusions = tuple(changed if c is found else c for c in notice.conclusions)
    return found.path, msgspec.structs.replace(notice, conclusions=conclusions)


def _apply_to_notice(stored: StoredNotice, notice: Notice, entry: Entry, log: Log) -> Notice:
    """From the file that it was read from then the archivist's word holds, whatever is read from it now. From
    another file it holds where that says what an archivist has seen before: a value set, replaced, or none. Number and
    day may be those of another file although the same one leads (`renditions.with_signed`)."""
    field = NOTICE[str(entry.field)]
    signed = str(entry.field).split(".", 1)[0] in TAKEN and any(p.code == SIGNED for p in stored.notice.problems)
    if signed or stored.renditions[0].sha256 != entry.content:
        seen = [e for e in log.entries if e.path is None and e.field == entry.field]
        known = {_bare(value) for e in seen for value in (e.old, e.new)}
        if _bare(field.read(stored.notice, None)) not in known:
            raise _Fails("file_differs")
    return field.put(notice, entry.new, None)


def _bare(value: Value) -> str:
    """For comparing: without case and white space."""
    return "".join(unicodedata.normalize("NFC", str(value or "")).casefold().split())


def _passage(notice: Notice, entry: Entry) -> Conclusion:
    found = [c for c in notice.conclusions if content_of(c) == entry.content]
    if not found:
        raise _Fails("passage_gone")
    same = [c for c in found if c.path == entry.path]
    if len(found) > 1 and len(same) != 1:
        raise _Fails("passage_twice")
    return (same or found)[0]


def _problem(id: str, conflict: Conflict) -> Problem:
    entry = conflict.entry
    where = f" {entry.path}" if entry.path else ""
    text = f"Lần sửa {id}#{entry.n} ({entry.field}{where}, {entry.by}) không áp dụng được: {conflict.reason}."
    return Problem("correction_conflict", text, Severity.WARNING)
