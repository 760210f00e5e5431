"""The due register as tables: its lines, and the report's tables by agency, topic and month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from extractors.topics import topic_names
from ketluan import printed
from ketluan.due import Entry, InTime, Register, State
from ketluan.export.table import Table
from ketluan.tally import By, Row, tally

STATES = {
    State.OVERDUE: "quá hạn",
    State.SOON: "sắp đến hạn",
    State.OPEN: "còn hạn",
    State.DONE: "đã xong",
    State.CLOSED: "thôi theo dõi",
}
IN_TIME = {InTime.YES: "đúng hạn", InTime.NO: "quá hạn", InTime.UNKNOWN: "chưa rõ ngày xong"}
NAMES = {By.AGENCY: "Theo cơ quan", By.TOPIC: "Theo lĩnh vực", By.MONTH: "Theo tháng giao"}
NOBODY = {By.AGENCY: "(không ghi cơ quan)", By.TOPIC: "(chưa rõ lĩnh vực)", By.MONTH: "(không rõ tháng)"}
_KEYS = {By.AGENCY: "Cơ quan chủ trì", By.TOPIC: "Lĩnh vực", By.MONTH: "Tháng giao"}

#: Heading of a column of the report's table → the number that stands in it (`due.Counts`).
COUNTED = {
    "Nhiệm vụ giao": "given",
    "Có thời hạn": "dated",
    "Xong đúng hạn": "done_in_time",
    "Xong quá hạn": "done_late",
    "Xong, chưa rõ ngày": "done_unknown",
    "Thôi theo dõi": "closed",
    "Chưa đến hạn": "not_yet_due",
    "Quá hạn": "overdue",
    "Đã dời hạn": "extended",
}

_LINE_HEADER = (
    *("Chủ trì", "Phối hợp", "Nơi nhận báo cáo", "Nội dung", "Thời hạn (nguyên văn)", "Ngày cuối", "Tình trạng"),
    *("Số ngày còn lại", "Đã dời hạn từ", "Xong so với hạn", "Ngày xong", "Căn cứ", "Theo", "Định kỳ", "Sự kiện"),
    *("Người đặt ngày", "Tháng", "Thông báo", "Mục", "Mã", "Đã sửa", "Ghi chú"),
)
#: Fields of the index's documents that an archivist may set right.
CORRECTED = {
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "report_to": "nơi nhận báo cáo",
    "due": "thời hạn",
    "from": "ngày đầu của thời hạn",
    "kind": "loại kết luận",
    "topics": "chủ đề",
    "citations": "văn bản viện dẫn",
    "number": "số",
    "symbol": "ký hiệu",
    "issued": "ngày ban hành",
    "title": "trích yếu",
    "issuer": "cơ quan ban hành",
    "place": "nơi ban hành",
    "held_on": "ngày họp",
    "month": "tháng",
    "session": "loại phiên họp",
    "chair": "người chủ trì họp",
    "signer": "người ký",
}


def lines(register: Register, label: str | None) -> Table:
    """The lines that the register lists; `label` in each where the archive carries one."""
    listed = (*register.dated, *register.recurring, *register.events)
    return Table("Danh sách", _LINE_HEADER, tuple(_line(e, label) for e in listed))


def report(register: Register, by: By, *, fold: bool = False) -> Table:
    """The table of the report, the total last."""
    rows = [(row_name(by, row), *_counts(row.counts)) for row in tally(register, by, fold=fold)]
    total = ("Tổng số nhiệm vụ", *_counts(register.total))
    return Table(NAMES[by], (_KEYS[by], *COUNTED), (*rows, total))


def workbook(register: Register, label: str | None, *, first: By = By.AGENCY, fold: bool = False) -> Iterator[Table]:
    """All tables, that of `first` first, the lines last."""
    for by in sorted(By, key=lambda by: by is not first):
        yield report(register, by, fold=fold)
    yield lines(register, label)


def row_name(by: By, row: Row) -> str:
    """What a row of the table is of, for people."""
    if not row.key:
        return NOBODY[by]
    if by is By.TOPIC:
        return topic_names().get(row.key, row.key)
    return printed.day(row.key) if by is By.MONTH else row.key


def _counts(counts: Any) -> tuple[int, ...]:
    return tuple(getattr(counts, name) for name in COUNTED.values())


def _line(entry: Entry, label: str | None) -> tuple[object, ...]:
    d, ended = entry.document, entry.ended
    who = (_names(d.get("lead")), _names(d.get("coordinating")), _names(d.get("report_to")))
    state = STATES[entry.state] if entry.state else None
    before = "; ".join(printed.day(e.due) for e in entry.earlier)
    how = IN_TIME[entry.in_time] if entry.in_time else None
    end = (ended.day, ended.said, ended.by or ended.conclusion) if ended else (None, None, None)
    when = (d.get("deadline"), entry.due, state, None if ended else entry.days_left, before, how, *end)
    where = (printed.day(d.get("month")), d.get("title"), d.get("path"), d.get("conclusion") or d["id"])
    fixed = _names(CORRECTED.get(name, name) for name in d.get("corrected") or ())
    return (*who, d.get("text"), *when, d.get("every"), d.get("event"), entry.outcome.set_by, *where, fixed, label)


def _names(values: Iterable[str] | None) -> str:
    """Names hold commas, so a semicolon stands between them."""
    return "; ".join(values or ())
