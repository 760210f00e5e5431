"""The due register, as a person reads it: counts by agency, then each agency's tasks; and the report's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ketluan.cli import words
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.due import Counts, Entry, Register, State
from ketluan.export import register as tables
from ketluan.export.register import IN_TIME, NAMES, STATES
from ketluan.index.base import Hit
from ketluan.search import passage
from ketluan.tally import By

NOBODY = tables.NOBODY[By.AGENCY]
_SUM = "“Có thời hạn” bằng tổng sáu cột sau nó; việc dời hạn tính một lần, theo ngày mới nhất."
_CAPTIONS = {
    By.AGENCY: f"Việc giao chung được tính cho từng cơ quan. {_SUM}",
    By.TOPIC: f"Việc thuộc nhiều lĩnh vực được tính ở từng lĩnh vực. {_SUM}",
    By.MONTH: f"Tháng là tháng giao lần đầu. {_SUM}",
}
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
    yield styled(
        f"Đã xong {total.done}, thôi theo dõi {total.closed},"
        f" đã dời hạn {total.extended}. “Quá hạn” nghĩa là ngày cuối đã qua mà chưa thông báo nào nói là xong,"
        " cũng chưa ai ghi nhận (ketluan close).",
        "dim",
    )


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
        style = words.STATE_STYLES.get(str(entry.state or "open"), "")
        left = STATES[entry.state] if entry.ended and entry.state else words.left(entry.days_left or 0)
        table.add_row(f"  {words.day(entry.due)}", styled(left, style), _task(entry))
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
    for line in _became(entry):
        text.append("\n")
        text.append(line)
    return text


def _became(entry: Entry) -> Iterator[Text]:
    """What became of the task, and who says so."""
    found, ended = entry.outcome, entry.ended
    if entry.earlier:
        days = ", ".join(words.day(e.due) for e in entry.earlier)
        yield styled(f"đã dời hạn {len(entry.earlier)} lần, trước đó: {days}", "yellow")
    if found.told_again:
        yield styled(f"nhắc lại {len(found.told_again)} lần: {', '.join(found.told_again)}", "dim")
    if found.set_by:
        yield styled(f"ngày do {found.set_by} đặt", "dim")
    if ended:
        in_time = f" ({IN_TIME[entry.in_time]})" if entry.in_time else ""
        said = f"{STATES[State.DONE if ended.done else State.CLOSED]}{in_time}, {words.day(ended.day)}: “{ended.said}”"
        source = f"{ended.by} ghi, {ended.entry}" if ended.by else f"{ended.conclusion}, điểm {ended.score:.2f}"
        yield styled(f"{said} ({source})", "green")
    for link in found.unsure:
        yield styled(f"cần xem: {words.LINKS[link.kind.value]}? {link.from_.id} (điểm {link.score:.2f})", "yellow")


def report(found: Register, by: By, *, fold: bool) -> Iterator[RenderableType]:
    """The table of the report."""
    yield parts.heading(f"Tổng hợp nhiệm vụ {NAMES[by].lower()}, tính đến hết ngày {words.day(found.as_of)}")
    made = tables.report(found, by, fold=fold)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left", show_footer=True)
    for number, title in enumerate(made.header):
        total = str(made.rows[-1][number])
        shown.add_column(
            title,
            styled(total),
            justify="right" if number else "left",
            overflow="fold",
            min_width=None if number else 24,
        )
    for row in made.rows[:-1]:
        shown.add_row(*(styled(cell if number == 0 else cell or "-") for number, cell in enumerate(row)))
    shown.caption = styled(_CAPTIONS[by], "dim")
    yield shown


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
