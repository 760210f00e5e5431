"""How does a record look in the form that hand-made annotations have?

Names only for agencies, keys only for citations, ISO days; a deadline is listed where it has a last day, and
`for` only where it does not bind every lead. `docs/record.md` says what each field means.
"""

from __future__ import annotations

from typing import Any

from extractors.codec import encode
from extractors.model import AgencyMention, Conclusion, Deadline, Heading, Notice


def gold(notice: Notice) -> dict[str, Any]:
    """`{"notice": …, "conclusions": […]}`, plain JSON data."""
    return {"notice": _notice(notice), "conclusions": [_conclusion(c) for c in notice.conclusions]}


def _notice(notice: Notice) -> dict[str, Any]:
    plain = ("issuer", "place", "number", "symbol", "issued", "title", "session", "chair", "signer")
    lists = ("agenda", "attendees", "recipients")
    return {
        **{name: encode(getattr(notice, name)) for name in (*plain, *lists)},
        "sections": [_heading(h) for h in notice.sections],
        "items": [_heading(h) for h in notice.items],
        "warnings": [p.message for p in notice.problems],
    }


def _heading(heading: Heading) -> dict[str, Any]:
    return {"path": heading.path, "title": heading.title}


def _conclusion(conclusion: Conclusion) -> dict[str, Any]:
    leads = _names(conclusion.lead)
    deadlines = every_deadline(conclusion)
    return {
        "path": conclusion.path,
        "text": conclusion.text,
        "kind": conclusion.kind.value,
        "lead": leads,
        "coordinating": _names(conclusion.coordinating),
        "report_to": _names(conclusion.report_to),
        "deadlines": [_deadline(d, bound, leads) for d, bound in deadlines if d.due],
        "recurring": [{"text": d.text, "every": d.every, "on": d.on} for d, _ in deadlines if d.every],
        "citations": list(dict.fromkeys(c.key for c in conclusion.citations)),
    }


def every_deadline(conclusion: Conclusion) -> list[tuple[Deadline, list[str]]]:
    """Each deadline of the conclusion once, in the order of the text, with the leads that it binds."""
    bound: dict[Deadline, list[str]] = {d: list(d.for_) for d in conclusion.deadlines}
    for assignment in conclusion.assignments:
        for deadline in assignment.deadlines:
            names = bound.setdefault(deadline, [])
            names += [n for n in deadline.for_ or _names(assignment.lead) if n not in names]
    return sorted(bound.items(), key=lambda pair: (pair[0].span.start, pair[0].span.end))


def _deadline(deadline: Deadline, bound: list[str], leads: list[str]) -> dict[str, Any]:
    shown = {"text": deadline.text, "from": encode(deadline.from_), "due": encode(deadline.due)}
    return {**shown, "for": bound} if bound and set(bound) != set(leads) else shown


def _names(mentions: tuple[AgencyMention, ...]) -> list[str]:
    return [m.name for m in mentions]
