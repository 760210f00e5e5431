"""A matter month by month, as a person reads it: newest first, with what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from ketluan.cli import words
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.coverage import Coverage
from ketluan.search import passage
from ketluan.trace import Change, Edit, Step, Timeline

_AROUND = 6  # words kept on each side of what changed


def timeline(asked: str, found: Timeline, *, full: bool = False) -> Iterator[RenderableType]:
    """Heading, months with their steps and the gaps between them, then what the archive does not know."""
    months = len({s.month for s in found.steps})
    yield parts.heading(f"{asked}: {found.total} kết luận trong {months} tháng")
    if len(found.steps) < found.total:
        yield styled(
            f"Chỉ hiện {len(found.steps)} kết luận mới nhất. Hãy thêm từ, hoặc chọn --topic, --from, --to để xem hết.",
            "yellow",
        )
    for month, rows in _rows(found):
        yield Text()
        if not rows:
            yield styled(f"○ {words.day(month)}  chưa có thông báo trong kho", "yellow")
            continue
        yield Text.assemble(("● ", "bold green"), (words.day(month) or "không rõ tháng", "bold green"))
        for step in rows:
            yield from _step(step, full=full)
    yield Text()
    yield from _matters(found)
    yield from coverage(found.coverage)


def _matters(found: Timeline) -> Iterator[RenderableType]:
    """The matters that several of the steps belong to: which of them, oldest first."""
    several = [group for group in found.threads if len(group) > 1]
    if len(several) < 2:
        return
    yield parts.heading(f"{len(several)} việc được nói đến nhiều lần")
    for group in several:
        places = " → ".join(f"{words.day(s.month)} {s.hit.document.get('path')}" for s in reversed(group))
        yield parts.indented(styled(places, "bold"), 2)
        yield parts.indented(Text(passage(group[0].hit, 120).text), 4)
    yield Text()


def coverage(known: Coverage) -> Iterator[RenderableType]:
    """The span, the months missing from it, the files left aside."""
    if not known.first:
        yield styled("Kho chưa có thông báo nào. Hãy chép tệp vào hộp thư đến rồi chạy `ketluan ingest`.", "yellow")
        return
    span = f"Phạm vi của kho: từ {words.day(known.first)} đến {words.day(known.last)}"
    if not known.missing:
        yield styled(f"{span}, tháng nào cũng có thông báo.", "dim")
    else:
        missing = ", ".join(words.day(m) for m in known.missing)
        yield styled(f"{span}. CHƯA CÓ thông báo của {len(known.missing)} tháng: {missing}.", "yellow")
    for gap in known.gaps:
        row = " ".join(filter(None, (gap.symbol, gap.issuer)))
        yield styled(
            f"Số thông báo {row} năm {gap.year}: giữa số {gap.after} và số {gap.before}"
            f" có {gap.missing} số không có trong kho.",
            "dim",
        )
    if known.unnumbered:
        yield styled(f"{known.unnumbered} thông báo chưa có số.", "dim")
    if known.undated:
        yield styled(f"{known.undated} thông báo không rõ tháng.", "yellow")
    if known.quarantined:
        yield styled(f"{len(known.quarantined)} tệp đang để riêng, chưa vào kho (xem inbox/quarantine):", "yellow")
        for name in known.quarantined:
            yield styled(f"  - {name}", "yellow")


def _rows(found: Timeline) -> list[tuple[str, list[Step]]]:
    steps = {month: list(group) for month, group in groupby(found.steps, key=lambda s: s.month or "")}
    held = [m for m in steps if m]
    between = [m for m in found.coverage.missing if held and min(held) < m < max(held)]
    return [(m, steps.get(m, [])) for m in sorted([*steps, *between], reverse=True)]


def _step(step: Step, *, full: bool) -> Iterator[RenderableType]:
    document = step.hit.document
    yield parts.indented(
        Text.assemble(
            styled(str(document.get("path")), "bold"),
            f" · {parts.marked(document, words.kind(str(document.get('kind'))), 'kind')}",
        ),
        2,
    )
    piece = passage(step.hit, 10**9 if full else 320)
    yield parts.indented(styled(piece.text, "", piece.highlights), 4)
    yield parts.lines([*parts.who_and_when(document), *parts.where(document)], indent=4)
    for change in (step.change, *step.also):
        if change:
            yield from _change(change)


def _change(change: Change) -> Iterator[RenderableType]:
    path = change.id.partition(":")[2]
    link = f"{words.LINKS[change.kind]}: " if change.kind else ""
    alike = f"{link}so với {words.day(change.month)}, {path} (giống {change.alike:.0%})"
    alike = alike[0].upper() + alike[1:]
    edits = change.edits
    if all(e.op == "same" for e in edits):
        yield parts.indented(styled(f"{alike}: nhắc lại nguyên văn", "italic"), 4)
        return
    fields = ", ".join(words.FIELDS.get(name, name) for name in change.fields)
    yield parts.indented(styled(f"{alike}{f'; khác: {fields}' if fields else ''}", "italic"), 4)
    yield parts.indented(diff(edits), 6)


def diff(edits: tuple[Edit, ...]) -> Text:
    """What is gone as [-…-], what is new as {+…+}; long stretches that are the same are cut in the middle."""
    text = Text()
    for number, edit in enumerate(edits):
        if edit.op == "same":
            text.append(_shortened(edit.text, first=number == 0, last=number == len(edits) - 1))
            continue
        opening, closing, style = ("[-", "-]", "red") if edit.op == "gone" else ("{+", "+}", "green")
        bare = edit.text.strip()
        before = edit.text[: len(edit.text) - len(edit.text.lstrip())]
        after = edit.text[len(edit.text.rstrip()) :] if bare else ""
        if bare:
            text.append(before)
            text.append(styled(f"{opening}{bare}{closing}", style))
            text.append(after)
        if edit.op == "gone" and bare and not after:
            text.append(" ")
    return text


def _shortened(text: str, *, first: bool, last: bool) -> str:
    pieces = re.findall(r"\s*\S+\s*", text)
    head = [] if first else pieces[:_AROUND]
    tail = [] if last else pieces[-_AROUND:]
    if len(pieces) <= len(head) + len(tail) + 2:
        return text
    return "".join([*head, "… ", *tail]) if not last else "".join([*head, "…"])
