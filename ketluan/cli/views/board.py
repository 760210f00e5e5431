"""The due register, as a person reads it: counts by agency, then each agency's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ketluan.cli import words
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.due import Counts, Entry, Register
from ketluan.index.base import Hit
from ketluan.search import passage

NOBODY = "(không ghi cơ quan)"
_OWN = {"lead", "coordinating", "report_to", "due", "from"}  # what a task shows, and an archivist may have set right


def register(found: Register) -> Iterator[RenderableType]:
    """Heading, counts, a table by agency, the tasks, and what has no day."""
    yield parts.heading(f"Sổ theo dõi thời hạn, tính đến hết ngày {words.day(found.as_of)}")
    yield from _summary(found)
    if found.total.given:
        yield Text()
        yield _by_agency(found.agencies)
    for name, entries in _groups(found):
        yield Text()
        yield styled(name, "bold cyan")
        yield _tasks(entries)
    yield from _others("Việc định kỳ", found.recurring)
    yield from _others("Hạn theo sự kiện, chưa có ngày", found.events)


def _summary(found: Register) -> Iterator[RenderableType]:
    total = found.total
    if not total.given:
        yield styled("Không có nhiệm vụ nào trong phạm vi này. Hãy bớt bộ lọc, hoặc chọn ngày muộn hơn (--as-of).")
        return
    yield Text.assemble(
        f"{total.given} nhiệm vụ đã giao, {total.dated} thời hạn có ngày: ",
        (f"{total.overdue} quá hạn", words.STATE_STYLES["overdue"]),
        ", ",
        (f"{total.soon} đến hạn trong {found.within} ngày tới", words.STATE_STYLES["soon"]),
        ", ",
        (f"{total.open} còn hạn", words.STATE_STYLES["open"]),
        ".",
    )
    yield styled("“Quá hạn” nghĩa là ngày cuối đã qua; kho chưa biết việc đã làm xong hay chưa.", "dim")


def _by_agency(agencies: Iterable[tuple[str, Counts]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")
    table.caption = styled("Việc giao chung được tính cho từng cơ quan.", "dim")
    table.add_column("Cơ quan chủ trì", overflow="fold")
    for title in ("Giao", "Có ngày", "Đến hạn", "Quá hạn"):
        table.add_column(title, justify="right")
    for name, counts in agencies:
        overdue = styled(counts.overdue or "-", "bold red" if counts.overdue else "")
        dated = (str(counts.given), str(counts.dated or "-"), str(counts.due or "-"))
        table.add_row(styled(name or NOBODY), *dated, overdue)
    return table


def _groups(found: Register) -> list[tuple[str, list[Entry]]]:
    """Each task once, under the first of its leads; agencies in the order of the table."""
    groups: dict[str, list[Entry]] = {name: [] for name, _ in found.agencies}
    for entry in found.dated:
        groups.setdefault(entry.lead[0] if entry.lead else "", []).append(entry)
    return [(name or NOBODY, entries) for name, entries in groups.items() if entries]


def _tasks(entries: Iterable[Entry]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=11)
    table.add_column(overflow="fold")
    for entry in entries:
        state, left = str(entry.state or "open"), entry.days_left or 0
        style = words.STATE_STYLES.get(state, "")
        table.add_row(f"  {words.day(entry.due)}", styled(words.left(left), style), _task(entry))
    return table


def _task(entry: Entry) -> Text:
    document = entry.document
    text = styled(passage(Hit(document["id"], 0.0, document), 160).text)
    beside = [
        f"cùng {words.names(entry.lead[1:])}" if entry.lead[1:] else "",
        f"phối hợp {words.names(document.get('coordinating'))}" if document.get("coordinating") else "",
        f"“{document['deadline']}”{', suy ra ngày' if document.get('inferred') else ''}"
        if document.get("deadline")
        else "",
        "đã sửa" if _OWN & set(document.get("corrected") or ()) else "",
        str(document.get("conclusion") or document["id"]),
    ]
    text.append("\n")
    text.append(styled(" · ".join(b for b in beside if b), "dim"))
    return text


def _others(title: str, entries: Iterable[Entry]) -> Iterator[RenderableType]:
    listed = list(entries)
    if not listed:
        return
    yield Text()
    yield styled(f"{title} ({len(listed)})", "bold cyan")
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=2)
    for entry in listed:
        table.add_row(styled(f"  {words.names(entry.lead) or NOBODY}"), _task(entry))
    yield table
