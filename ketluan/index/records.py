"""Which flat documents does a notice give to an index?

One for the notice, one for each conclusion, and one for each assignment: an agency group with one of its
deadlines, a line of the due register. The notice's fields are copied into all of them, because
Kibana cannot aggregate over nested documents. All values are plain: strings, whole numbers, booleans,
None, and lists of strings; days are `YYYY-MM-DD`, months `YYYY-MM`, a date printed in part stays in part.

In a conclusion `due`, `from`, `deadline`, `event`, `every` and `on` are lists, one entry a deadline at most and
in the order of the text; in an assignment each is one value or None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import orjson

from extractors.model import AgencyMention, Assignment, Conclusion, Deadline
from ketluan.index.base import DocType
from ketluan.stored import StoredNotice, conclusion_id

#: Raised whenever the documents or the analysis of their text change: an index of another version must be rebuilt.
INDEX_VERSION = 4

#: Characters.
LONGEST_HEADING = 200

Document = dict[str, Any]
T = TypeVar("T")

_ALL = (
    *("id", "doc_type", "notice", "text", "topics", "lead", "coordinating", "report_to", "agencies", "citations"),
    "corrected",  # names of the fields that an archivist has set right
)
_OF_THE_NOTICE = ("type", "month", "held_on", "session", "issued", "number", "symbol", "title", "issuer", "place")
_OF_A_CONCLUSION = ("path", "position", "context", "section", "item", "kind", "page", "start", "end")
_WHEN = ("due", "from", "deadline", "event", "every", "on", "vague", "inferred")

#: The fields of each type of document, all of them always there.
FIELDS: dict[DocType, tuple[str, ...]] = {
    DocType.NOTICE: (
        *_ALL,
        *_OF_THE_NOTICE,
        *("chair", "signer", "problems", "formats", "files", "conclusions", "version", "fingerprint"),
    ),
    DocType.CONCLUSION: (*_ALL, *_OF_THE_NOTICE, *_OF_A_CONCLUSION, *_WHEN),
    DocType.ASSIGNMENT: (*_ALL, *_OF_THE_NOTICE, *_OF_A_CONCLUSION, *_WHEN, "conclusion"),
}


def documents(stored: StoredNotice) -> list[Document]:
    """The documents of a notice: itself first, then its conclusions, then their assignments.

    A deadline that no agency is bound to gives an assignment without agencies, an agency group without
    a deadline one without a date: the due register loses neither.
    """
    shared = _shared(stored)
    conclusions = [_conclusion(stored, c, n, shared) for n, c in enumerate(stored.notice.conclusions)]
    assignments = [
        document
        for base, conclusion in zip(conclusions, stored.notice.conclusions, strict=True)
        for document in _assignments(base, conclusion)
    ]
    notice = _notice(stored, shared, conclusions)
    notice["fingerprint"] = _digest([notice, *conclusions, *assignments])
    return [notice, *conclusions, *assignments]


def headings(document: Document) -> list[str]:
    """What is searched besides the text: the title of the item and the lead-ins above, but for those too long.

    A lead-in beyond `LONGEST_HEADING` is a paragraph about many things; all below it would be found by each of them.
    """
    above = (document.get("item"), *(document.get("context") or ()))
    return [heading for heading in above if heading and len(heading) <= LONGEST_HEADING]


def fingerprint(stored: StoredNotice) -> str:
    """A digest of all that the index keeps of a notice: equal exactly where nothing needs to be written again."""
    return str(documents(stored)[0]["fingerprint"])


def _shared(stored: StoredNotice) -> Document:
    notice = stored.notice
    return {
        "notice": stored.id,
        "type": notice.type,
        "month": notice.session.month,
        "held_on": notice.session.held_on,
        "session": notice.session.kind,
        "issued": notice.issued,
        "number": notice.number,
        "symbol": notice.symbol,
        "title": notice.title,
        "issuer": notice.issuer,
        "place": notice.place,
    }


def _notice(stored: StoredNotice, shared: Document, conclusions: list[Document]) -> Document:
    notice = stored.notice
    gathered = ("topics", "lead", "coordinating", "report_to", "agencies", "citations")
    return {
        "id": stored.id,
        "doc_type": DocType.NOTICE.value,
        "text": stored.text,
        **shared,
        **{name: _once(value for c in conclusions for value in c[name]) for name in gathered},
        "corrected": _corrected(stored, None),
        "chair": notice.chair.name if notice.chair else None,
        "signer": notice.signer.name if notice.signer else None,
        "problems": _once(p.code for p in notice.problems),
        "formats": _once(r.format for r in stored.renditions),
        "files": _once(r.name for r in stored.renditions),
        "conclusions": len(conclusions),
        "version": stored.version,
    }


def _conclusion(stored: StoredNotice, conclusion: Conclusion, position: int, shared: Document) -> Document:
    return {
        "id": conclusion_id(stored.id, conclusion.path),
        "doc_type": DocType.CONCLUSION.value,
        "path": conclusion.path,
        "position": position,
        "text": conclusion.text,
        "context": list(conclusion.context),
        "section": conclusion.section,
        "item": conclusion.item,
        "kind": conclusion.kind.value,
        "topics": list(conclusion.topics),
        **_agencies(conclusion.lead, conclusion.coordinating, conclusion.report_to),
        "citations": _once(c.key for c in conclusion.citations),
        "corrected": _once((*_corrected(stored, conclusion.path), *_corrected(stored, None))),
        **_when_all(_once((*conclusion.deadlines, *_claimed(conclusion)))),
        **shared,
        "page": conclusion.span.page,
        "start": conclusion.span.start,
        "end": conclusion.span.end,
    }


def _corrected(stored: StoredNotice, path: str | None) -> list[str]:
    return _once(one.shown for one in stored.corrected if one.path == path and one.shown)


def _assignments(base: Document, conclusion: Conclusion) -> Iterator[Document]:
    for number, (assignment, deadline) in enumerate(_pairs(conclusion), 1):
        yield {
            **base,
            "id": f"{base['id']}:{number}",
            "doc_type": DocType.ASSIGNMENT.value,
            "conclusion": base["id"],
            **_agencies(_bound(assignment, deadline), assignment.coordinating, assignment.report_to),
            **_when(deadline),
        }


def _pairs(conclusion: Conclusion) -> Iterator[tuple[Assignment, Deadline | None]]:
    """Every agency group with each of its deadlines; then the deadlines that no group claims."""
    for assignment in conclusion.assignments:
        yield from ((assignment, deadline) for deadline in assignment.deadlines or (None,))
    claimed = _claimed(conclusion)
    nobody = Assignment(lead=())
    yield from ((nobody, deadline) for deadline in conclusion.deadlines if deadline not in claimed)


def _claimed(conclusion: Conclusion) -> tuple[Deadline, ...]:
    return tuple(_once(d for a in conclusion.assignments for d in a.deadlines))


def _bound(assignment: Assignment, deadline: Deadline | None) -> tuple[AgencyMention, ...]:
    """The leads that the deadline names, or all of the group."""
    named = {name.casefold() for name in deadline.for_} if deadline else set()
    return tuple(m for m in assignment.lead if m.name.casefold() in named) or assignment.lead


def _agencies(
    lead: Iterable[AgencyMention], coordinating: Iterable[AgencyMention], report_to: Iterable[AgencyMention]
) -> Document:
    parts = {
        "lead": _once(m.name for m in lead),
        "coordinating": _once(m.name for m in coordinating),
        "report_to": _once(m.name for m in report_to),
    }
    return {**parts, "agencies": _once(name for names in parts.values() for name in names)}


def _when(deadline: Deadline | None) -> Document:
    if deadline is None:
        return {**dict.fromkeys(_WHEN), "vague": False, "inferred": []}
    return {
        "due": deadline.due.isoformat() if deadline.due else None,
        "from": deadline.from_.isoformat() if deadline.from_ else None,
        "deadline": deadline.text,
        "event": deadline.event,
        "every": deadline.every,
        "on": deadline.on,
        "vague": deadline.vague,
        "inferred": list(deadline.inferred),
    }


def _when_all(deadlines: Iterable[Deadline]) -> Document:
    each = [_when(d) for d in deadlines]
    lists = {name: [w[name] for w in each if w[name] is not None] for name in _WHEN[:6]}
    return {**lists, "vague": any(w["vague"] for w in each), "inferred": _once(i for w in each for i in w["inferred"])}


def _once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def _digest(group: list[Document]) -> str:
    return hashlib.sha256(orjson.dumps([INDEX_VERSION, group], option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
