"""What did one reading of a notice find that another did not, field by field?

Conclusions are paired by their passage, wherever it stands; then, what is left of both, by its path. Of a list each
entry that came is gained and each that went is lost; of a single value, gained is one where none was, lost none where
one was. Everything that differs is told: what no named field shows is `other`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from extractors.codec import encode
from extractors.model import Conclusion, Notice
from ketluan.correctable import deadlines
from ketluan.corrections import content_of
from ketluan.stored import StoredNotice

What = Literal["gained", "lost", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `path` of the conclusion, None for the notice's own fields; values for people to read."""

    field: str
    what: What
    path: str | None
    old: str | None
    new: str | None


def _post(person: Any) -> str | None:
    return ", ".join(filter(None, encode(person).values())) if person else None


_NOTICE: dict[str, Callable[[Notice], Any]] = {
    **{
        name: lambda n, name=name: getattr(n, name)  # type: ignore[misc]
        for name in ("issuer", "place", "number", "symbol", "issued", "title", "agenda", "attendees", "recipients")
    },
    **{f"session.{name}": lambda n, name=name: getattr(n.session, name) for name in ("held_on", "month", "kind")},  # type: ignore[misc]
    "chair": lambda n: _post(n.chair),
    "signer": lambda n: _post(n.signer),
    "headings": lambda n: tuple(f"{h.path}. {h.title or ''}".rstrip() for h in (*n.sections, *n.items)),
    "problems": lambda n: tuple(f"{p.code}: {p.message}" for p in n.problems),
}


def _deadlines(conclusion: Conclusion) -> tuple[str, ...]:
    def end(d: Any) -> str:
        return "/".join(str(part) for part in (d.from_, d.due, d.event, d.every, d.on) if part)

    return tuple(f"{d.text} [{end(d)}]" for d in deadlines(conclusion))


_CONCLUSION: dict[str, Callable[[Conclusion], Any]] = {
    "path": lambda c: c.path,
    "text": lambda c: c.text,
    "kind": lambda c: c.kind.value,
    "lead": lambda c: tuple(m.name for m in c.lead),
    "coordinating": lambda c: tuple(m.name for m in c.coordinating),
    "report_to": lambda c: tuple(m.name for m in c.report_to),
    "deadlines": _deadlines,
    "citations": lambda c: tuple(dict.fromkeys(x.key for x in c.citations)),
    "topics": lambda c: c.topics,
    "context": lambda c: c.context,
    "section": lambda c: c.section,
    "item": lambda c: c.item,
}


def between(before: StoredNotice, after: StoredNotice) -> tuple[Change, ...]:
    """What `after` has otherwise than `before`, two readings of one notice; empty exactly where they are equal."""
    found = list(_fields(_NOTICE, before.notice, after.notice, None))
    alike: list[tuple[Conclusion, Conclusion]] = []
    for old, new in _pairs(before.notice.conclusions, after.notice.conclusions):
        if old and new:
            alike.append((old, new))
            found += _fields(_CONCLUSION, old, new, new.path)
        elif old:
            found.append(Change("conclusions", "lost", old.path, old.text, None))
        elif new:
            found.append(Change("conclusions", "gained", new.path, None, new.text))
    leads = (before.renditions[0], after.renditions[0])
    if leads[0] != leads[1]:
        found.append(Change("leading_file", "changed", None, leads[0].name, leads[1].name))
    if before.text != after.text:
        found.append(Change("text", "changed", None, f"{len(before.text)} ký tự", f"{len(after.text)} ký tự"))
    if not found and replace(before, version=0, extractor=None) != replace(after, version=0, extractor=None):
        found += _others(alike) or [Change("other", "changed", None, None, None)]
    return tuple(found)


def _others(alike: list[tuple[Conclusion, Conclusion]]) -> list[Change]:
    """Conclusions that differ in what no field shows: positions, groups of agencies."""
    return [Change("other", "changed", new.path, None, None) for old, new in alike if old != new]


def _pairs(
    before: tuple[Conclusion, ...], after: tuple[Conclusion, ...]
) -> Iterator[tuple[Conclusion | None, Conclusion | None]]:
    old_ones, new_ones = list(before), list(after)
    for key in (lambda c: (content_of(c), c.path), content_of, lambda c: c.path):
        there: dict[Any, list[Conclusion]] = {}
        for old in old_ones:
            there.setdefault(key(old), []).append(old)
        left = []
        for new in new_ones:
            if found := there.get(key(new)):
                old = found.pop(0)
                old_ones.remove(old)
                yield old, new
            else:
                left.append(new)
        new_ones = left
    yield from ((old, None) for old in old_ones)
    yield from ((None, new) for new in new_ones)


def _fields(table: dict[str, Callable[[Any], Any]], old: Any, new: Any, path: str | None) -> Iterator[Change]:
    for name, read in table.items():
        before, after = read(old), read(new)
        if before == after:
            continue
        if not isinstance(before, tuple):
            what: What = "gained" if before is None else "lost" if after is None else "changed"
            yield Change(name, what, path, before, after)
            continue
        gone = [one for one in before if one not in after]
        come = [one for one in after if one not in before]
        yield from (Change(name, "lost", path, one, None) for one in gone)
        yield from (Change(name, "gained", path, None, one) for one in come)
        if not gone and not come:  # another order, or another number of the same
            yield Change(name, "changed", path, "; ".join(before), "; ".join(after))
