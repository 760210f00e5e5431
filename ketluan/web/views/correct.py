"""A field set right on the notice's page, by whoever is signed in; and taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from extractors.model import Conclusion, Problem
from extractors.topics import topic_names
from ketluan import correcting
from ketluan.correctable import CONCLUSION, KINDS, NOTICE, OF_A_DEADLINE, SETTLES, Value, named_deadlines
from ketluan.errors import CorrectionError
from ketluan.stored import StoredNotice
from ketluan.web import pages
from ketluan.web.address import Address
from ketluan.web.forms import Form
from ketluan.web.language import say

#: Letters of a value and of a reason.
LONGEST_VALUE, LONGEST_REASON = 2000, 500
#: field → how it is typed; others are a line of text
_INPUTS = {"kind": "choice", "topics": "choices", "due": "date", "from": "date", "session.month": "month"}
_HINTS = {
    "lead": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    "coordinating": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    "report_to": "Nhiều cơ quan cách nhau bằng dấu chấm phẩy; viết tắt cũng được.",
    "citations": "Nhiều văn bản cách nhau bằng dấu chấm phẩy, ví dụ 68/NQ-CP.",
    "issued": "Viết như 15/10/2021; chưa rõ ngày thì chỉ ghi tháng: 10/2021.",
    "session.held_on": "Viết như 15/10/2021; chưa rõ ngày thì chỉ ghi tháng: 10/2021.",
}


#: field → how it is called
FIELD_LABELS = {name: one.label for name, one in NOTICE.items()} | {name: one.label for name, one in CONCLUSION.items()}


@dataclass(frozen=True, slots=True)
class Editing:
    """A field about to be set right. `path`: of the conclusion, None for the notice's own; `now`: its value, `old`:
    that in words, to tell whether somebody else has set it right meanwhile; `typed`: what the form holds."""

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


def editing(stored: StoredNotice, found: Conclusion | None, name: str) -> Editing | None:
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
    return _editing(name, base, CONCLUSION[base].label, deadline, found.path, old)


def of_conclusion(found: Conclusion) -> list[tuple[str, str, str]]:
    """Name, label and deadline of each field of a conclusion that may be set right."""
    named = list(named_deadlines(found))
    fields = []
    for base, field in CONCLUSION.items():
        if base in OF_A_DEADLINE and len(named) > 1:
            fields += [(f"{base}.{n}", field.label, printed) for n, printed in enumerate(named, 1)]
        else:
            fields.append((base, field.label, ""))
    return fields


def of_notice() -> list[tuple[str, str, str]]:
    """The same for the notice itself."""
    return [(name, field.label, "") for name, field in NOTICE.items()]


def settling(problem: Problem) -> str | None:
    """The field of the notice that settles a problem once it is set right."""
    return next((field for field, codes in SETTLES.items() if problem.code in codes), None)


def made(request: Request, form: Form) -> Response:
    """The correction, then the page with it; or the page with what is wrong."""
    from ketluan.web.views import notice

    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    found = notice.chosen(stored, form.one("at"))
    now = editing(stored, found, form.one("field"))
    if now is None or form.user is None:
        raise CorrectionError(say("Không có trường này. Hãy mở lại trang rồi làm lại."))
    tried = replace(now, typed=form.all("value") or ("",), because=form.one("because").strip())
    if why_not := _refusal(tried, form.one("old")):
        return notice.page(request, tried=replace(tried, why_not=why_not), at=form.one("at"))
    where = f"{stored.id}:{found.path}" if found else stored.id
    try:
        entry = correcting.correct(
            desk.archive,
            where,
            tried.name,
            "; ".join(tried.typed),
            by=form.user.full_name,
            because=tried.because,
            now=desk.clock(),
        )
    except CorrectionError as exc:
        return notice.page(request, tried=replace(tried, why_not=str(exc)), at=form.one("at"))
    return _done(request, stored.id, found.path if found else None, entry.n)


def undone(request: Request, form: Form) -> Response:
    """A correction taken back, then the page without it."""
    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    because = form.one("because").strip()
    if not because or len(because) > LONGEST_REASON or form.user is None:
        raise CorrectionError(say("Hãy ghi vì sao, theo căn cứ nào (không quá %(n)s chữ).", n=LONGEST_REASON))
    n = int(request.path_params["n"])
    entry = correcting.undo(desk.archive, stored.id, n, by=form.user.full_name, because=because, now=desk.clock())
    return _done(request, stored.id, None, entry.n)


def _done(request: Request, id: str, path: str | None, n: int) -> Response:
    """The index follows at once; where it cannot, the page says so and the next run makes up for it."""
    desk = pages.desk(request)
    behind = correcting.refresh(desk.settings, id)
    desk.renew()
    pairs = [*([("at", path)] if path else []), ("done", str(n)), *([("behind", "1")] if behind else [])]
    return RedirectResponse(f"{Address(f'/notices/{id}', tuple(pairs))}#done", 303)


def _refusal(tried: Editing, old: str) -> str | None:
    if sum(map(len, tried.typed)) > LONGEST_VALUE:
        return say("Giá trị dài quá %(n)s chữ.", n=LONGEST_VALUE)
    if not tried.because or len(tried.because) > LONGEST_REASON:
        return say("Hãy ghi vì sao, theo căn cứ nào (không quá %(n)s chữ).", n=LONGEST_REASON)
    if old != tried.old:
        return say("Trong lúc đó đã có người sửa trường này; giá trị nay là “%(now)s”. Hãy xem lại.", now=tried.old)
    return None


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
        _HINTS.get(base, ""),
        tuple(choices.items()),
        old,
        correcting.in_words(old),
        typed,
    )
