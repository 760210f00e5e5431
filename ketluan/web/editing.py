"""Which form does a field have that may be set right, and which deadline of a conclusion is meant where several are?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from extractors.model import Conclusion, Problem
from extractors.topics import topic_names
from ketluan.correctable import CONCLUSION, KINDS, NOTES, NOTICE, OF_A_DEADLINE, SETTLES, Value, named_deadlines
from ketluan.correcting import in_words
from ketluan.stored import StoredNotice

Document = dict[str, Any]

#: field → how it is typed; others are a line of text
_INPUTS = {
    "kind": "choice",
    "topics": "choices",
    "due": "date",
    "from": "date",
    "session.month": "month",
    **dict.fromkeys(NOTES, "note"),
}
HINTS = {
    "lead": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    "coordinating": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    "report_to": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    **dict.fromkeys(NOTES, "Ngày việc xong theo căn cứ, hoặc ngày thôi theo dõi, theo dõi lại."),
    "citations": "Nhiều văn bản cách nhau bằng dấu chấm phẩy, ví dụ 68/NQ-CP.",
    "issued": "Viết như 15/10/2021; chưa rõ ngày thì chỉ ghi tháng: 10/2021.",
    "session.held_on": "Viết như 15/10/2021; chưa rõ ngày thì chỉ ghi tháng: 10/2021.",
}


#: field → how it is called
FIELD_LABELS = {name: one.label for name, one in NOTICE.items()} | {name: one.label for name, one in CONCLUSION.items()}


@dataclass(frozen=True, slots=True)
class Editing:
    """A field about to be set right. `path`: of the conclusion, None for the notice's own; `now`: its value, `old`:
    that in words, to tell whether somebody else has set it right meanwhile; `typed`: what the form holds.

    A note of a task (`input` is `note`) may be any of `choices`, is of no day after `today`, and holds for all `bound`.
    `back`: the page that the form was opened on, where it is not the notice's.
    """

    name: str
    label: str
    deadline: str
    path: str | None
    input: str
    hint: str
    choices: tuple[tuple[str, str], ...]
    now: Value
    old: str
    typed: tuple[str, ...]
    because: str = ""
    why_not: str | None = None
    today: str = ""
    bound: tuple[str, ...] = ()
    back: str = ""


def editing(stored: StoredNotice, found: Conclusion | None, name: str, today: date) -> Editing | None:
    """The field of that name with what it is now; None where there is no such field."""
    base, _, number = name.partition(".") if name not in NOTICE else (name, "", "")
    if found is None:
        if name not in NOTICE:
            return None
        return _editing(name, name, NOTICE[name].label, "", None, NOTICE[name].read(stored.notice, None))
    if base not in CONCLUSION or (number and base not in OF_A_DEADLINE):
        return None
    named = list(named_deadlines(found)) if base in OF_A_DEADLINE else []
    if number and not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(named)):
        return None
    if len(named) > 1 and not number:
        return None
    deadline = named[int(number or 1) - 1] if named else ""
    old = CONCLUSION[base].read(found, deadline)
    made = _editing(name, base, CONCLUSION[base].label, deadline, found.path, old)
    if base not in NOTES:
        return made
    day, after = today.isoformat(), name.removeprefix(base)
    choices = tuple((f"{note}{after}", field.label) for note, field in NOTES.items())
    return replace(made, choices=choices, typed=(day,), today=day, bound=bound(found, deadline))


def bound(found: Conclusion, deadline: str) -> tuple[str, ...]:
    """The agencies for whom a note of that deadline holds; of all tasks where it names none."""
    meant = named_deadlines(found).get(deadline)
    if meant is None:
        return tuple(mention.name for mention in found.lead)
    groups = [group for group in found.assignments if meant in group.deadlines]
    names = [mention.name for group in groups for mention in group.lead]
    return meant.for_ or tuple(dict.fromkeys(names))


def of_task(found: Conclusion, task: Document) -> str | None:
    """What follows the name of a field to mean the deadline of a line of the register: nothing, or `.2`; None where
    the conclusion has no such deadline (any more)."""
    named = list(named_deadlines(found).values())
    if len(named) < 2:
        return ""
    meant = (task.get("deadline"), task.get("due"))
    places = (n for n, d in enumerate(named, 1) if (d.text, d.due.isoformat() if d.due else None) == meant)
    return next((f".{n}" for n in places), None)


def of_conclusion(found: Conclusion) -> list[tuple[str, str, str]]:
    """Name, label and deadline of each field of a conclusion that may be set right."""
    return _listed(found, {base: field.label for base, field in CONCLUSION.items() if base not in NOTES})


def of_tasks(found: Conclusion) -> list[tuple[str, str, str]]:
    """The same for what may be noted of the conclusion's tasks: one form a deadline."""
    tasked = found.assignments or named_deadlines(found)
    return _listed(found, {"done": "đã xong, thôi theo dõi hoặc theo dõi tiếp"}) if tasked else []


def _listed(found: Conclusion, labels: dict[str, str]) -> list[tuple[str, str, str]]:
    named = list(named_deadlines(found))
    fields = []
    for base, label in labels.items():
        if base in OF_A_DEADLINE and len(named) > 1:
            fields += [(f"{base}.{n}", label, printed) for n, printed in enumerate(named, 1)]
        else:
            fields.append((base, label, ""))
    return fields


def of_notice() -> list[tuple[str, str, str]]:
    """The same for the notice itself."""
    return [(name, field.label, "") for name, field in NOTICE.items()]


def settling(problem: Problem) -> str | None:
    """The field of the notice that settles a problem once it is set right."""
    return next((field for field, codes in SETTLES.items() if problem.code in codes), None)


def _editing(name: str, base: str, label: str, deadline: str, path: str | None, old: Value) -> Editing:
    listed = tuple(old) if isinstance(old, tuple) else (old or "",)
    choices: dict[str, str] = {}
    if base == "kind":
        choices = {kind.value: word for kind, word in KINDS.items()}
    elif base == "topics":
        choices = dict(topic_names())
    typed = listed if base == "topics" else ("; ".join(listed),)
    return Editing(
        name,
        label,
        deadline,
        path,
        _INPUTS.get(base, "text"),
        HINTS.get(base, ""),
        tuple(choices.items()),
        old,
        in_words(old),
        typed,
    )
