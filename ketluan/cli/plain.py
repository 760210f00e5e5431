"""Answers as plain data: what `--json` prints and what a spreadsheet gets."""

from __future__ import annotations

from typing import Any

from extractors.codec import encode
from ketluan.cli import words
from ketluan.due import Entry, Register
from ketluan.index.base import Hit


def hit(found: Hit) -> dict[str, Any]:
    """A hit: its document, score and highlights, and the words that it lacks."""
    marked = [list(pair) for pair in found.highlights]
    return {**found.document, "score": found.score, "highlights": marked, "missing": list(found.missing)}


def register(answer: Register) -> dict[str, Any]:
    """The due register, whole."""

    def entry(e: Entry) -> dict[str, Any]:
        return {**e.document, "due": encode(e.due), "state": encode(e.state), "days_left": e.days_left}

    return {
        "as_of": answer.as_of.isoformat(),
        "within": answer.within,
        "total": encode(answer.total),
        "agencies": [{"agency": name, **encode(counts)} for name, counts in answer.agencies],
        **{name: [entry(e) for e in getattr(answer, name)] for name in ("dated", "recurring", "events")},
    }


CSV_HEADER = (
    *("Chủ trì", "Phối hợp", "Nơi nhận báo cáo", "Nội dung", "Thời hạn (nguyên văn)", "Ngày cuối", "Tình trạng"),
    *("Số ngày còn lại", "Định kỳ", "Sự kiện", "Tháng", "Thông báo", "Mục", "Mã", "Đã sửa", "Ghi chú"),
)


def csv_rows(answer: Register, label: str | None) -> list[tuple[object, ...]]:
    """The register as rows below `CSV_HEADER`; `label` in each where the archive carries one."""
    rows: list[tuple[object, ...]] = []
    for e in (*answer.dated, *answer.recurring, *answer.events):
        d = e.document
        who = (words.names(d.get("lead")), words.names(d.get("coordinating")), words.names(d.get("report_to")))
        how = (words.day(e.due), words.STATES.get(str(e.state), ""), e.days_left, d.get("every"), d.get("event"))
        where = (words.day(d.get("month")), d.get("title"), d.get("path"), d.get("conclusion") or d["id"])
        fixed = words.names(words.CORRECTED.get(name, name) for name in d.get("corrected") or ())
        rows.append((*who, d.get("text"), d.get("deadline"), *how, *where, fixed, label))
    return rows
