"""Which fields of a record may an archivist set right, and how is what they type understood?

A field is a row of `NOTICE` or `CONCLUSION`: how it is called, read, set, and what may be typed for it. Values are
plain: a string, a tuple of strings, None for blank. Setting a field of a conclusion touches nothing printed: what
an archivist names and the passage does not print has an empty text, and a span of no length where the passage begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from extractors.model import (
    AgencyMention,
    Assignment,
    Citation,
    Conclusion,
    Deadline,
    Kind,
    Notice,
    Person,
    Session,
    Signer,
    Span,
)
from extractors.topics import topic_names
from ketluan.errors import CorrectionError

Value = str | tuple[str, ...] | None
T = TypeVar("T", Notice, Conclusion)
R = TypeVar("R", bound=Notice | Session | Person | Signer | Assignment | Deadline)


class NoTarget(Exception):
    """The record has nothing that the field could be set on: no such deadline, no person to give a post."""


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """A field that may be corrected.

    `read` and `put` take the name of the deadline meant (`named_deadlines`) last; only `due` and `from` heed it.
    `put` raises `NoTarget`, `parse` raises `CorrectionError`. `shown` is the field of the flat documents that shows it,
    empty where none does.
    """

    label: str
    parse: Callable[[str], Value]
    read: Callable[[T, str | None], Value]
    put: Callable[[T, Value, str | None], T]
    shown: str


def _with(record: R, name: str, value: Any) -> R:
    return replace(record, **{name: value})


# -- what is typed


def blank(typed: str) -> bool:
    """Is a field to be left blank? An empty value or a dash."""
    return typed.strip() in ("", "-")


def clean(typed: str) -> str:
    """NFC, one space between words, no control characters."""
    kept = "".join(c for c in unicodedata.normalize("NFC", typed) if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def _text(typed: str) -> Value:
    return clean(typed)


def _number(typed: str) -> Value:
    value = re.sub(r"^số\s*:?\s*", "", clean(typed), flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{1,6}[A-Za-zĐđ]{0,3}", value):
        raise CorrectionError(
            f"“{typed}” không phải số văn bản. Hãy chỉ ghi phần số, ví dụ 268; ký hiệu sau dấu / ghi ở trường symbol."
        )
    return value


def _symbol(typed: str) -> Value:
    value = clean(typed).lstrip("/").replace(" ", "")
    if not re.fullmatch(r"[^\W\d_][\w&./-]*", value):
        raise CorrectionError(f"“{typed}” không phải ký hiệu văn bản. Hãy viết như TB-VPUBND.")
    return value


_DAY = (
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
)
_MONTH = (re.compile(r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})"), re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})"))


def _day(typed: str) -> Value:
    if (found := _as_day(typed)) is None:
        raise CorrectionError(f"“{typed}” không phải một ngày có thật. Hãy viết như 15/10/2021 hoặc 2021-10-15.")
    return found


def _month(typed: str) -> Value:
    if (found := _as_month(typed)) is None:
        raise CorrectionError(f"“{typed}” không phải một tháng. Hãy viết như 10/2021 hoặc 2021-10.")
    return found


def _partial(typed: str) -> Value:
    if (found := _as_day(typed) or _as_month(typed)) is None:
        raise CorrectionError(
            f"“{typed}” không phải ngày có thật. Hãy viết như 15/10/2021; chưa rõ ngày thì chỉ ghi tháng: 10/2021."
        )
    return found


def _as_day(typed: str) -> str | None:
    match = next((m for p in _DAY if (m := p.fullmatch(clean(typed)))), None)
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat() if match else None
    except ValueError:
        return None


def _as_month(typed: str) -> str | None:
    match = next((m for p in _MONTH if (m := p.fullmatch(clean(typed)))), None)
    if match is None or not 1 <= int(match["m"]) <= 12 or int(match["y"]) == 0:
        return None
    return f"{match['y']}-{int(match['m']):02d}"


KINDS = {Kind.ASSESSMENT: "đánh giá", Kind.DIRECTIVE: "chỉ đạo", Kind.DECISION: "quyết định"}


def _kind(typed: str) -> Value:
    return _chosen(typed, {kind.value: name for kind, name in KINDS.items()}, "loại kết luận")


def _topics(typed: str) -> Value:
    return _once(_chosen(one, topic_names(), "chủ đề") for one in _listed(typed))


def _chosen(typed: str, names: dict[str, str], what: str) -> str:
    """The id that is meant by an id or a name, with or without marks."""
    from ketluan.index.fold import fold  # the index itself reads records with their corrections

    wanted = fold(clean(typed))
    found = next((id for id, name in names.items() if wanted in (fold(id), fold(name))), None)
    if found is None:
        known = "; ".join(f"{id} ({name})" for id, name in names.items())
        raise CorrectionError(f"Không có {what} “{typed}”. Hãy chọn trong: {known}.")
    return found


def _agencies(typed: str) -> Value:
    return _once(name for one in _listed(typed) for name in _canonical(one))


def _canonical(typed: str) -> list[str]:
    """Full names where all that was typed is understood, else as typed."""
    from extractors.agencies import find_agencies  # reads the vocabulary, needed only here

    found = find_agencies(typed)
    whole = found and found[0].span.start == 0 and found[-1].span.end == len(typed)
    return [mention.name for mention in found] if whole else [typed]


def _citations(typed: str) -> Value:
    from extractors.citations import find_citations

    keys = []
    for one in _listed(typed):
        found = find_citations(one)
        keys.append(found[0].key if len(found) == 1 else one)
    return _once(keys)


def _listed(typed: str) -> list[str]:
    return [value for part in typed.split(";") if (value := clean(part))]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


# -- fields of the notice


def _of_notice(label: str, parse: Callable[[str], Value], name: str) -> Field[Notice]:
    return Field(
        label,
        parse,
        lambda notice, _: getattr(notice, name),
        lambda notice, value, _: _with(notice, name, value),
        name,
    )


def _of_session(label: str, parse: Callable[[str], Value], name: str, shown: str) -> Field[Notice]:
    return Field(
        label,
        parse,
        lambda notice, _: getattr(notice.session, name),
        lambda notice, value, _: replace(notice, session=_with(notice.session, name, value)),
        shown,
    )


def _of_person(label: str, role: str, name: str, empty: Person | Signer) -> Field[Notice]:
    """A part of `chair` or `signer`. A person without a name is nobody; a post needs somebody who holds it."""

    def put(notice: Notice, value: Value, _: str | None) -> Notice:
        person = getattr(notice, role)
        if person is None and name != "name":
            raise NoTarget
        there: Person | Signer = person or empty
        changed = _with(there, name, value)
        return _with(notice, role, changed if changed.name else None)

    def read(notice: Notice, _: str | None) -> Value:
        person = getattr(notice, role)
        return getattr(person, name) if person else None

    return Field(label, _text, read, put, role)


_NO_CHAIR, _NO_SIGNER = Person(""), Signer(None)

NOTICE: dict[str, Field[Notice]] = {
    "number": _of_notice("số văn bản", _number, "number"),
    "symbol": _of_notice("ký hiệu", _symbol, "symbol"),
    "issued": _of_notice("ngày ban hành", _partial, "issued"),
    "title": _of_notice("trích yếu", _text, "title"),
    "issuer": _of_notice("cơ quan ban hành", _text, "issuer"),
    "place": _of_notice("nơi ban hành", _text, "place"),
    "session.held_on": _of_session("ngày họp", _partial, "held_on", "held_on"),
    "session.month": _of_session("tháng của phiên họp", _month, "month", "month"),
    "session.kind": _of_session("loại phiên họp", _text, "kind", "session"),
    "chair.name": _of_person("người chủ trì họp", "chair", "name", _NO_CHAIR),
    "chair.position": _of_person("chức vụ người chủ trì họp", "chair", "position", _NO_CHAIR),
    "signer.name": _of_person("người ký", "signer", "name", _NO_SIGNER),
    "signer.position": _of_person("chức vụ người ký", "signer", "position", _NO_SIGNER),
    "signer.on_behalf_of": _of_person("ký thay mặt", "signer", "on_behalf_of", _NO_SIGNER),
}


# -- fields of a conclusion


def deadlines(conclusion: Conclusion) -> tuple[Deadline, ...]:
    """Each deadline of the conclusion once, in the order of the text: the numbers of `due.1`, `due.2` …"""
    found = (*conclusion.deadlines, *(d for a in conclusion.assignments for d in a.deadlines))
    return tuple(sorted(dict.fromkeys(found), key=lambda d: (d.span.start, d.span.end)))


def named_deadlines(conclusion: Conclusion) -> dict[str, Deadline]:
    """The deadlines by their printed texts; the second with the same text is `text#2`."""
    named: dict[str, Deadline] = {}
    seen: dict[str, int] = {}
    for deadline in deadlines(conclusion):
        number = seen[deadline.text] = seen.get(deadline.text, 0) + 1
        named[deadline.text if number == 1 else f"{deadline.text}#{number}"] = deadline
    return named


def _start(conclusion: Conclusion) -> Span:
    return Span(conclusion.span.start, conclusion.span.start, conclusion.span.page)


def _printed(conclusion: Conclusion, words: str) -> tuple[str, Span]:
    """`words` as the passage prints them and where; empty where it does not."""
    at = conclusion.text.casefold().find(words.casefold())
    if at < 0 or len(conclusion.text.casefold()) != len(conclusion.text):
        return "", _start(conclusion)
    begin = conclusion.span.start + at
    return conclusion.text[at : at + len(words)], Span(begin, begin + len(words), conclusion.span.page)


def _of_agencies(label: str, role: str) -> Field[Conclusion]:
    def read(conclusion: Conclusion, _: str | None) -> Value:
        return tuple(mention.name for mention in getattr(conclusion, role))

    def put(conclusion: Conclusion, value: Value, _: str | None) -> Conclusion:
        there = (*conclusion.lead, *conclusion.coordinating, *conclusion.report_to)
        known = {mention.name: mention for mention in reversed(there)}
        mentions = tuple(known.get(n) or AgencyMention(n, *_printed(conclusion, n)) for n in value or ())
        return _grouped(conclusion, role, mentions)

    return Field(label, _agencies, read, put, role)


def _grouped(conclusion: Conclusion, role: str, mentions: tuple[AgencyMention, ...]) -> Conclusion:
    """The agencies of a role set: a name stays in the groups that it stands in, a new one joins the first group.

    A group left without a lead is merged into the first, so that none of its deadlines is lost.
    """
    groups = conclusion.assignments or (Assignment(lead=(), deadlines=conclusion.deadlines),)
    if len(groups) > 1:
        names = {mention.name for mention in mentions}
        groups = tuple(_with(g, role, tuple(m for m in getattr(g, role) if m.name in names)) for g in groups)
        if role == "lead" and any(not group.lead for group in groups):
            groups = _merged(groups)
    placed = {mention.name for group in groups[1:] for mention in getattr(group, role)}
    first = {mention.name for mention in getattr(groups[0], role)} if len(groups) > 1 else set()
    own = tuple(m for m in mentions if m.name not in placed or m.name in first)
    changed = replace(conclusion, assignments=(_with(groups[0], role, own), *groups[1:]))
    gone = {m.name for m in conclusion.lead} - {m.name for m in changed.lead}
    return _each_deadline(changed, lambda d: replace(d, for_=tuple(n for n in d.for_ if n not in gone)))


def _merged(groups: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    staying = [group for group in groups if group.lead]
    gone = [group for group in groups if not group.lead]
    if not staying:
        staying, gone = gone[:1], gone[1:]

    def all_of(name: str) -> tuple[object, ...]:
        return tuple(dict.fromkeys(one for group in (staying[0], *gone) for one in getattr(group, name)))

    first = staying[0]
    for name in ("coordinating", "report_to", "deadlines"):
        first = _with(first, name, all_of(name))
    return (first, *staying[1:])


def _each_deadline(conclusion: Conclusion, change: Callable[[Deadline], Deadline]) -> Conclusion:
    """The conclusion with each deadline changed, its own and those of its groups alike."""
    groups = (replace(a, deadlines=tuple(map(change, a.deadlines))) for a in conclusion.assignments)
    return replace(conclusion, assignments=tuple(groups), deadlines=tuple(map(change, conclusion.deadlines)))


def _of_deadline(label: str, name: str, shown: str) -> Field[Conclusion]:
    def read(conclusion: Conclusion, printed: str | None) -> Value:
        found = _meant(conclusion, printed)
        day = getattr(found, name) if found else None
        return day.isoformat() if day else None

    def put(conclusion: Conclusion, value: Value, printed: str | None) -> Conclusion:
        day = date.fromisoformat(value) if isinstance(value, str) else None
        found = _meant(conclusion, printed)
        if found is None:
            if printed or deadlines(conclusion):
                raise NoTarget
            conclusion, found = _with_deadline(conclusion)
        changed = replace(_with(found, name, day), inferred=(), vague=False)
        if changed.from_ and changed.due and changed.from_ > changed.due:
            raise NoTarget
        return _each_deadline(conclusion, lambda d: changed if d == found else d)

    return Field(label, _day, read, put, shown)


def _meant(conclusion: Conclusion, printed: str | None) -> Deadline | None:
    """The deadline with that printed text; the only one where none was printed when it was corrected."""
    named = named_deadlines(conclusion)
    if not printed and len(named) == 1:
        return next(iter(named.values()))
    return named.get(printed or "")


def _with_deadline(conclusion: Conclusion) -> tuple[Conclusion, Deadline]:
    """The conclusion with a deadline that the archivist knows of, binding all of its groups."""
    added = Deadline("", _start(conclusion), "correction")
    groups = tuple(replace(a, deadlines=(added,)) for a in conclusion.assignments)
    return replace(conclusion, assignments=groups, deadlines=(added,)), added


def _note(label: str) -> Field[Conclusion]:
    def put(conclusion: Conclusion, value: Value, printed: str | None) -> Conclusion:
        if printed and _meant(conclusion, printed) is None:
            raise NoTarget
        return conclusion

    return Field(label, _day, lambda conclusion, _: None, put, "")


def _put_topics(conclusion: Conclusion, value: Value, _: str | None) -> Conclusion:
    return replace(conclusion, topics=tuple(value or ()))


def _put_kind(conclusion: Conclusion, value: Value, _: str | None) -> Conclusion:
    return replace(conclusion, kind=Kind(str(value)))


def _put_citations(conclusion: Conclusion, value: Value, _: str | None) -> Conclusion:
    known = {citation.key: citation for citation in reversed(conclusion.citations)}
    keys = tuple(value or ())
    return replace(conclusion, citations=tuple(known.get(k) or Citation(k, *_printed(conclusion, k)) for k in keys))


CONCLUSION: dict[str, Field[Conclusion]] = {
    "kind": Field("loại kết luận", _kind, lambda c, _: c.kind.value, _put_kind, "kind"),
    "lead": _of_agencies("cơ quan chủ trì", "lead"),
    "coordinating": _of_agencies("cơ quan phối hợp", "coordinating"),
    "report_to": _of_agencies("nơi nhận báo cáo", "report_to"),
    "due": _of_deadline("ngày cuối của thời hạn", "due", "due"),
    "from": _of_deadline("ngày đầu của thời hạn", "from_", "from"),
    "topics": Field("chủ đề", _topics, lambda c, _: c.topics, _put_topics, "topics"),
    "citations": Field(
        "văn bản viện dẫn", _citations, lambda c, _: _once(x.key for x in c.citations), _put_citations, "citations"
    ),
}

#: What an archivist may note of a task, with the day on which it was so: nothing of the record changes.
NOTES = {
    "done": _note("đã làm xong"),
    "closed": _note("thôi theo dõi"),
    "open": _note("chưa xong, theo dõi tiếp"),
}
CONCLUSION |= NOTES

#: Fields whose deadline has to be named where a conclusion has several; a note without one is of all its tasks.
OF_A_DEADLINE = ("due", "from", *NOTES)
#: Fields that are a list, blank as an empty one; and those that may not be blank.
LISTS = ("lead", "coordinating", "report_to", "topics", "citations")
NEVER_BLANK = ("kind", *NOTES)

#: field → codes of the problems that are settled once an archivist has set it
SETTLES = {
    "number": ("number_blank", "renditions_number"),
    "symbol": ("no_symbol",),
    "issued": ("issue_date_blank", "no_issue_date", "renditions_issued"),
    "title": ("renditions_title",),
    "issuer": ("issuer_inferred",),
    "session.held_on": ("no_session_date", "session_month"),
    "session.month": ("no_session_date", "session_month"),
}


def understood(name: str, parse: Callable[[str], Value], typed: str) -> Value:
    """The value that `typed` means for the field `name`. Raises `CorrectionError`."""
    if not blank(typed):
        return parse(typed)
    if name in NEVER_BLANK:
        raise CorrectionError("Trường này không để trống được. Hãy ghi giá trị đúng.")
    return () if name in LISTS else None
