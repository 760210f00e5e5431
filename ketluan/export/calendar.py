"""The due register as a calendar (iCalendar, RFC 5545) that Outlook, Google Calendar and telephones subscribe to.

An event for each task that has a last day and has not ended, on that day, all day long. Its UID is that of the task, so
that a calendar fetched again replaces the old one; nothing of it depends on when it was made but DTSTAMP.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vText

from ketluan.due import Entry

_SUMMARY = 120  # letters


def calendar(entries: Iterable[Entry], name: str, now: datetime, *, label: str | None = None) -> bytes:
    """The calendar `name` of these lines; those without a last day or that have ended are left out. `now` has a zone.

    `label`, where the archive carries one, begins the name of the calendar and of each event.
    """
    made = Calendar()
    made.add("prodid", "-//ketluan//so theo doi thoi han//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{label}: {name}" if label else name)
    made.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    for entry in entries:
        if entry.due and not entry.ended:
            made.add_component(_event(entry, now, label))
    return bytes(made.to_ical())


def _event(entry: Entry, now: datetime, label: str | None) -> Event:
    document = entry.document
    assert entry.due is not None  # noqa: S101  only those with a last day
    event = Event()
    event.add("uid", f"{document['id']}@ketluan")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.due)
    event.add("dtend", entry.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    text = str(document.get("text") or "")
    lead = "; ".join(entry.lead)
    said = ": ".join(filter(None, (label, lead, text)))
    event.add("summary", said if len(said) <= _SUMMARY else f"{said[:_SUMMARY].rstrip()} …")
    where = " · ".join(filter(None, (str(document.get("title") or ""), str(document.get("path") or ""))))
    moved = "; ".join(e.due.strftime("%d/%m/%Y") for e in entry.earlier)
    about = (
        text,
        f"Thời hạn: {document.get('deadline') or entry.due.strftime('%d/%m/%Y')}",
        f"Hạn trước đó: {moved}" if moved else "",
        f"Ngày do {entry.outcome.set_by} đặt" if entry.outcome.set_by else "",
        where,
        str(document.get("conclusion") or document["id"]),
    )
    event.add("description", "\n".join(filter(None, about)))
    if entry.lead:
        event.add("categories", [vText(name) for name in entry.lead])
    return event
