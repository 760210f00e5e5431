"""How does an archivist set a field right, take that back, and see what was set right?

    correct(archive, "2021-09-lao-cai-3f9a1c2e:II.5", "due", "15/10/2021", by=…, because=…, now=…)
    undo(archive, "2021-09-lao-cai-3f9a1c2e", 3, by=…, because=…, now=…)
    listing(archive)

What is wrong with a request is a `CorrectionError` in Vietnamese. The index follows with `refresh`; what it misses is
healed by the next run, because a notice's fingerprint changes with its corrections.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from extractors.model import Conclusion
from ketluan import printed
from ketluan.archive import Archive
from ketluan.correctable import (
    CONCLUSION,
    NOTES,
    NOTICE,
    OF_A_DEADLINE,
    NoTarget,
    Value,
    clean,
    named_deadlines,
    understood,
)
from ketluan.corrections import Conflict, Entry, Log, conflicts, content_of, replayed
from ketluan.errors import CorrectionError, KetluanError, NoticeNotFound
from ketluan.index import open_index
from ketluan.index.records import documents
from ketluan.settings import Settings
from ketluan.stored import StoredNotice


@dataclass(frozen=True, slots=True)
class Line:
    """A correction as it stands: in force, taken back by entry `undone`, or in conflict."""

    notice: str
    entry: Entry
    undone: Entry | None = None
    conflict: Conflict | None = None


def correct(archive: Archive, where: str, name: str, typed: str, *, by: str, because: str, now: datetime) -> Entry:
    """Set the field `name` of `where` (the id of a notice or of a conclusion) to what `typed` means.

    Of several deadlines the field names one: `due.2`. `now` is a time with zone. Gives back the entry written.
    Raises `CorrectionError` and `NoticeNotFound`; `ArchiveError` where the file of corrections is damaged.
    """
    id, _, rest = where.strip().partition(":")
    path = rest.partition(":")[0] or None  # the id of an assignment ends in its number
    by, because = _signed(by, because)
    archive.get(id, raw=True)  # nothing is made for an id that is not there

    def make(stored: StoredNotice, log: Log) -> Entry:
        signed = Entry(len(log.entries) + 1, now.isoformat(timespec="seconds"), by, because)
        shown = replayed(stored, log)
        if path is None:
            return _of_notice(signed, shown, name, typed)
        found = next((c for c in shown.notice.conclusions if c.path == path), None)
        if found is None:
            raise NoticeNotFound(f"Thông báo {id} không có kết luận “{path}”. Xem các mã: ketluan show {id}")
        return _of_conclusion(signed, found, name, typed)

    return archive.correct(id, make)


def undo(archive: Archive, id: str, n: int, *, by: str, because: str, now: datetime) -> Entry:
    """Take back correction `n` of the notice; what was there before it holds again. Raises as `correct` does."""
    by, because = _signed(by, because)
    archive.get(id, raw=True)

    def make(_: StoredNotice, log: Log) -> Entry:
        taken = next((entry for entry in log.entries if entry.n == n), None)
        if taken is None or taken.undoes:
            raise CorrectionError(f"Thông báo {id} không có lần sửa số {n}. Xem: ketluan correct list {id}")
        if taken not in log.standing:
            raise CorrectionError(f"Lần sửa {id}#{n} đã được bỏ từ trước. Không cần làm gì.")
        return Entry(len(log.entries) + 1, now.isoformat(timespec="seconds"), by, because, undoes=n)

    return archive.correct(id, make)


def listing(archive: Archive, id: str | None = None) -> Iterator[Line]:
    """All corrections of one notice, or of all notices, oldest first within a notice. Raises `NoticeNotFound`."""
    for one in [id] if id else archive.ids():
        stored, log = archive.get(one, raw=True), archive.correction_log(one)
        undone = {entry.undoes: entry for entry in log.entries if entry.undoes}
        failed = {conflict.entry.n: conflict for conflict in conflicts(stored, log)}
        for entry in log.entries:
            if entry.field:
                yield Line(one, entry, undone.get(entry.n), failed.get(entry.n))


def refresh(settings: Settings, id: str) -> str | None:
    """Bring the index level with the notice; gives back why it could not be. The next run makes up for it."""
    try:
        index = open_index(settings)
        try:
            status = index.status()
            if not status.exists or status.outdated:
                return "Chưa có chỉ mục dùng được"
            index.put([documents(Archive(settings.archive).get(id))])
        finally:
            index.close()
    except (KetluanError, OSError) as exc:
        return str(exc)
    return None


def _signed(by: str, because: str) -> tuple[str, str]:
    if not (who := clean(by)):
        raise CorrectionError('Hãy cho biết ai sửa: --by "Họ và tên".')
    if not (why := clean(because)):
        raise CorrectionError('Hãy cho biết vì sao sửa: --because "Theo bản ký".')
    return who, why


def _of_notice(signed: Entry, shown: StoredNotice, name: str, typed: str) -> Entry:
    field = NOTICE.get(name)
    if field is None:
        hint = " Trường này thuộc một kết luận: hãy ghi cả mục, ví dụ MÃ:II.5." if _base(name) in CONCLUSION else ""
        raise CorrectionError(f"Thông báo không có trường “{name}”.{hint} Các trường sửa được: {', '.join(NOTICE)}.")
    new, old = understood(name, field.parse, typed), field.read(shown.notice, None)
    try:
        field.put(shown.notice, new, None)
    except NoTarget:
        raise CorrectionError(
            f"Chưa có tên người để ghi chức vụ. Hãy sửa {name.partition('.')[0]}.name trước."
        ) from None
    content = shown.renditions[0].sha256
    return replace(_changed(signed, old, new), field=name, content=content)


def _of_conclusion(signed: Entry, found: Conclusion, name: str, typed: str) -> Entry:
    base = _base(name)
    field = CONCLUSION.get(base)
    if field is None or (base != name and base not in OF_A_DEADLINE):
        hint = " Trường này thuộc cả thông báo: hãy bỏ phần mục sau dấu hai chấm." if name in NOTICE else ""
        raise CorrectionError(f"Kết luận không có trường “{name}”.{hint} Các trường sửa được: {', '.join(CONCLUSION)}.")
    deadline = _deadline(found, name) if base in OF_A_DEADLINE else None
    new, old = understood(base, field.parse, typed), field.read(found, deadline)
    if base in NOTES and str(new) > signed.at[:10]:
        raise CorrectionError(f"Ngày {printed.day(new)} chưa đến. Ngày ghi nhận muộn nhất là hôm nay.")
    try:
        field.put(found, new, deadline)
    except NoTarget:
        raise CorrectionError("Ngày đầu (from) muộn hơn ngày cuối (due). Hãy sửa ngày kia trước.") from None
    entry = _changed(signed, old, new)
    content, path, passage = content_of(found), found.path, found.text
    return replace(entry, field=base, deadline=deadline, content=content, path=path, passage=passage)


def _changed(signed: Entry, old: Value, new: Value) -> Entry:
    if old == new:
        raise CorrectionError(f"Giá trị đang là như vậy rồi: {in_words(old)}. Không cần sửa.")
    return replace(signed, old=old, new=new)


def _base(name: str) -> str:
    return name if name in NOTICE else name.partition(".")[0]


def _deadline(found: Conclusion, name: str) -> str:
    """The name of the deadline that `due`, `due.1`, `due.2` … means; empty for a new one where there is none, and
    for a note of all tasks."""
    named = list(named_deadlines(found))
    base, _, number = name.partition(".")
    if base in NOTES and not number:
        return ""
    if not named and number in ("", "1"):
        return ""
    if not number and len(named) == 1:
        return named[0]
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(named):
        return named[int(number) - 1]
    listed = "; ".join(f"{base}.{n}: “{text}”" for n, text in enumerate(named, 1)) or "không có thời hạn nào"
    raise CorrectionError(f"Hãy chỉ rõ thời hạn nào cần sửa ({listed}).")


def in_words(value: Value) -> str:
    """A value for people: lists with semicolons, `(để trống)` for nothing."""
    shown = "; ".join(value) if isinstance(value, tuple) else value
    return shown or "(để trống)"
