"""A notice or one of its conclusions, whole, as a person reads it. Nothing is cut here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from extractors.model import Conclusion, Notice, Problem, Severity
from ketluan.cli import words
from ketluan.cli.screen import styled
from ketluan.cli.views import parts
from ketluan.export.gold import every_deadline
from ketluan.inferred import INFERRED
from ketluan.objects import Place
from ketluan.stored import Corrected, StoredNotice

BLANK = "(để trống)"


#: What archivists have set right.
Fixes = tuple[Corrected, ...]


def notice(record: Notice, topics: Mapping[str, str], fixes: Fixes = ()) -> Iterator[RenderableType]:
    """Header, then sections, items and conclusions with who, when and what is cited; problems last."""
    yield from header(record, fixes)
    titles = {h.path: h.title for h in (*record.sections, *record.items)}
    told: set[str] = set()
    for conclusion in record.conclusions:
        for path in _above(conclusion.path, titles):
            if path not in told:
                told.add(path)
                yield Text()
                yield styled(f"{path}. {titles[path] or ''}".rstrip(), "bold" if path in _paths(record) else "bold dim")
        yield from _conclusion(conclusion, topics, fixes)
    yield from problems(record.problems)


def header(record: Notice, fixes: Fixes = ()) -> Iterator[RenderableType]:
    """What stands above and below the body of the paper."""
    own = {one.shown for one in fixes if one.path is None}

    def said(value: str, *fields: str) -> str:
        return words.marked(value, bool(own & set(fields)))

    yield parts.heading(said(record.title or "Thông báo không có trích yếu", "title"))
    session, chair, signer = record.session, record.chair, record.signer
    yield parts.lines(
        [
            ("Cơ quan", said(record.issuer or "", "issuer")),
            ("Số, ký hiệu", said(f"{record.number or BLANK} / {record.symbol or BLANK}", "number", "symbol")),
            (
                "Ban hành",
                said(", ".join(p for p in (record.place, words.day(record.issued) or BLANK) if p), "place", "issued"),
            ),
            ("Phiên họp", said(_session(session.kind, session.month, session.held_on), "session", "month", "held_on")),
            ("Chủ trì họp", said(_person(chair.name, chair.position) if chair else "", "chair")),
            ("Người ký", said(_person(signer.name, signer.position) if signer else "", "signer")),
            ("Nội dung họp", "\n".join(f"- {a}" for a in record.agenda)),
            ("Nơi nhận", words.names(record.recipients)),
        ]
    )


def conclusion(stored: StoredNotice, path: str, root: Place, topics: Mapping[str, str]) -> Iterator[RenderableType]:
    """One conclusion of a kept notice with its context, page and original."""
    found = next(c for c in stored.notice.conclusions if c.path == path)
    kind = words.marked(words.kind(found.kind), "kind" in _of(stored.corrected, path))
    yield parts.heading(f"Kết luận {path} · {kind}")
    yield Text()
    for text in (found.section, found.item, *found.context):
        if text:
            yield styled(text, "dim")
    yield styled(found.text)
    yield Text()
    yield parts.lines(
        [
            *_facts(found, topics, stored.corrected),
            ("Thông báo", stored.notice.title),
            ("Tháng", words.day(stored.notice.session.month)),
            ("Trang", str(found.span.page)),
            ("Mã", f"{stored.id}:{path}"),
        ]
    )
    yield from _inside(stored.notice.problems, found)
    yield from files(stored, root)


def files(stored: StoredNotice, root: Place) -> Iterator[RenderableType]:
    """The files that a notice came in, the leading one first."""
    yield Text()
    yield styled(f"Tệp gốc (phiên bản {stored.version} của {stored.id})", "bold")
    for number, one in enumerate(stored.renditions, 1):
        lead = " · bản chính" if number == 1 and len(stored.renditions) > 1 else ""
        yield styled(f"  {number}. {one.name} ({one.format}, {one.size:,} byte, nhận {one.added[:10]}){lead}")
        yield parts.indented(styled(root / one.original, "dim"), 5)


def problems(found: tuple[Problem, ...]) -> Iterator[RenderableType]:
    """What an archivist should look at; warnings first."""
    if not found:
        return
    yield Text()
    yield styled(f"Cần lưu ý ({len(found)})", "bold yellow")
    for one in sorted(found, key=lambda p: p.severity is not Severity.WARNING):
        page = f" (trang {one.span.page})" if one.span else ""
        yield styled(f"  {'!' if one.severity is Severity.WARNING else '-'} {one.message}{page}")


def _conclusion(found: Conclusion, topics: Mapping[str, str], fixes: Fixes) -> Iterator[RenderableType]:
    kind = words.marked(words.kind(found.kind), "kind" in _of(fixes, found.path))
    yield Text()
    yield parts.indented(Text.assemble(styled(found.path, "bold cyan"), f" · {kind} · trang {found.span.page}"), 2)
    yield parts.indented(styled(found.text), 4)
    yield parts.lines(_facts(found, topics, fixes), indent=4)


def _facts(found: Conclusion, topics: Mapping[str, str], fixes: Fixes) -> list[parts.Row]:
    rows = (
        ("Chủ trì", words.names(m.name for m in found.lead), {"lead"}),
        ("Phối hợp", words.names(m.name for m in found.coordinating), {"coordinating"}),
        ("Báo cáo", words.names(m.name for m in found.report_to), {"report_to"}),
        ("Thời hạn", "\n".join(_deadlines(found)), {"due", "from"}),
        ("Viện dẫn", words.names(dict.fromkeys(c.key for c in found.citations)), {"citations"}),
        ("Chủ đề", words.names(topics.get(t, t) for t in found.topics), {"topics"}),
    )
    fixed = _of(fixes, found.path)
    return [(label, words.marked(value, bool(fixed & fields))) for label, value, fields in rows]


def _of(fixes: Fixes, path: str) -> set[str]:
    """The fields of one conclusion that an archivist has set right."""
    return {one.shown for one in fixes if one.path == path}


def _deadlines(found: Conclusion) -> Iterator[str]:
    leads = {m.name for m in found.lead}
    for deadline, bound in every_deadline(found):
        last = words.day(deadline.due)
        last = f" ({last})" if last and deadline.text else last
        guessed = (
            "; suy ra " + ", ".join(INFERRED.get(code, code) for code in deadline.inferred) if deadline.inferred else ""
        )
        bound_to = f": {words.names(bound)}" if bound and set(bound) != leads else ""
        yield f"{deadline.text}{last}{guessed}{bound_to}"


def _inside(found: tuple[Problem, ...], where: Conclusion) -> Iterator[RenderableType]:
    span = where.span
    yield from problems(tuple(p for p in found if p.span and span.start <= p.span.start < span.end))


def _above(path: str, titles: Mapping[str, str | None]) -> list[str]:
    """Paths of the headings over a conclusion, outermost first."""
    return [p for p in sorted(titles, key=len) if titles[p] and (path == p or _below(path, p))]


def _below(path: str, above: str) -> bool:
    return path.startswith(above) and not path[len(above)].isalnum() and path[len(above)] != "'"


def _paths(record: Notice) -> set[str]:
    return {h.path for h in record.sections}


def _session(kind: str | None, month: str | None, held_on: str | None) -> str:
    parts_of = (
        kind or "",
        f"tháng {words.day(month)}" if month else "",
        f"họp ngày {words.day(held_on)}" if held_on else "",
    )
    return ", ".join(p for p in parts_of if p) or BLANK


def _person(name: str | None, position: str | None) -> str:
    return ", ".join(p for p in (name, position) if p)
