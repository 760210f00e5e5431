"""What does an address ask, and which addresses ask the next question?

Values that cannot be understood are left out, and said so on the page (`Asked.notes`); nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from ketluan.errors import QueryError
from ketluan.web.language import say

#: Letters of a question; values of one filter; pages of results that can be turned.
LONGEST_QUESTION = 500
MOST_VALUES = 20
MOST_PAGES = 400

Pairs = tuple[tuple[str, str], ...]
T = TypeVar("T")

_MONTH = (re.compile(r"(?P<y>[12]\d{3})-(?P<m>\d{1,2})"), re.compile(r"(?P<m>\d{1,2})/(?P<y>[12]\d{3})"))
_DAY = (
    re.compile(r"(?P<y>[12]\d{3})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>[12]\d{3})"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
#: Pages of ours: a path, never another machine.
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")


@dataclass(frozen=True, slots=True)
class Address:
    """A path of ours with its parameters, in order. Methods give the address with one thing changed, on page one."""

    path: str
    pairs: Pairs = ()

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.pairs)}" if self.pairs else self.path

    def values(self, key: str) -> tuple[str, ...]:
        """All values of a parameter."""
        return tuple(value for name, value in self.pairs if name == key)

    def has(self, key: str, value: str) -> bool:
        """Is the parameter set to this value?"""
        return (key, value) in self.pairs

    def toggle(self, key: str, value: str) -> Address:
        """With the value where it was not, without it where it was."""
        return self.remove(key, value) if self.has(key, value) else self.add(key, value)

    def add(self, key: str, value: str) -> Address:
        """With one more value of the parameter."""
        return Address(self.path, (*self._kept("page"), (key, value)))

    def remove(self, key: str, value: str) -> Address:
        """Without this value of the parameter."""
        return Address(self.path, tuple(p for p in self._kept("page") if p != (key, value)))

    def put(self, key: str, value: object) -> Address:
        """With this as the only value of the parameter; None takes it out."""
        new = () if value is None else ((key, str(value)),)
        return Address(self.path, (*self._kept("page", key), *new))

    def with_(self, key: str, value: str) -> Address:
        """The same page with this parameter too."""
        return Address(self.path, (*self.pairs, (key, value)))

    def keep(self, *names: str) -> Address:
        """With these parameters only."""
        return Address(self.path, tuple(p for p in self.pairs if p[0] in names))

    def at(self, path: str) -> Address:
        """The same parameters at another path."""
        return Address(path, self._kept("page"))

    def hidden(self, *names: str) -> Pairs:
        """What a form has to carry along: all parameters but those with a field of their own."""
        return self._kept("page", *names)

    def _kept(self, *names: str) -> Pairs:
        return tuple(p for p in self.pairs if p[0] not in names)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a question, understood."""

    address: Address
    text: str = ""
    topics: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    role: str = "any"
    kinds: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    month_from: str | None = None
    month_to: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    sort: str = "relevance"
    page: int = 1
    notes: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Is anything asked at all?"""
        lists = (self.topics, self.agencies, self.kinds, self.cites)
        return bool(self.text or any(lists) or any((self.month_from, self.month_to, self.due_from, self.due_to)))

    def filters(self) -> dict[str, Any]:
        """The filters as `search.parse_query` names them."""
        from ketluan.index.base import Role

        return {
            "topics": self.topics,
            "agencies": self.agencies,
            "role": Role(self.role),
            "kinds": self.kinds,
            "citations": self.cites,
            "month_from": self.month_from,
            "month_to": self.month_to,
            "due_from": self.due_from,
            "due_to": self.due_to,
        }


def asked(path: str, pairs: Iterable[tuple[str, str]]) -> Asked:
    """What the parameters ask. Raises `QueryError` where there is too much of it."""
    from extractors.topics import topic_names
    from ketluan.web import words

    given = tuple((key, cleaned) for key, value in pairs if (cleaned := clean(value)))
    reader = _Reader(Address(path, given))
    if len(text := reader.last("q")) > LONGEST_QUESTION:
        raise QueryError(f"Câu hỏi dài quá {LONGEST_QUESTION} chữ. Hãy chỉ nhập vài từ cần tìm.")
    if any(len(reader.address.values(key)) > MOST_VALUES for key, _ in given):
        raise QueryError(f"Chọn nhiều quá {MOST_VALUES} giá trị cho một bộ lọc. Hãy bỏ bớt.")
    months = [reader.month(name) for name in ("from", "to")]
    days = [reader.day(name) for name in ("due-from", "due-to")]
    found = Asked(
        address=reader.address,
        text=text,
        topics=reader.chosen("topic", topic_names(), "chủ đề"),
        agencies=reader.address.values("agency"),
        role=reader.one("role", words.ROLES, "any"),
        kinds=reader.chosen("kind", words.KINDS, "loại"),
        cites=reader.address.values("cites"),
        month_from=months[0],
        month_to=months[1],
        due_from=days[0],
        due_to=days[1],
        sort=reader.one("sort", words.SORTS, "relevance"),
        page=reader.number("page", 1, 1, MOST_PAGES),
        notes=reader.notes,
    )
    if (found.month_from and found.month_to and found.month_from > found.month_to) or (
        found.due_from and found.due_to and found.due_from > found.due_to
    ):
        found.notes.append(say("Khoảng thời gian đang ngược: đầu sau cuối, nên không có gì nằm trong đó."))
    return found


def clean(value: str) -> str:
    """A value without control characters and blanks around it."""
    return _CONTROL.sub(" ", value).strip()


def ours(address: str) -> str:
    """The address where it is one of ours, else the first page."""
    return address if _OURS.fullmatch(address) and not address.startswith("/sign-") else "/"


def month_of(value: str) -> str | None:
    """`2021-09` or `9/2021` as `2021-09`; None for what is no month."""
    for pattern in _MONTH:
        if (match := pattern.fullmatch(value)) and 1 <= int(match["m"]) <= 12:
            return f"{match['y']}-{int(match['m']):02d}"
    return None


def day_of(value: str) -> date | None:
    """`2021-10-01` or `1/10/2021`; None for what is no day."""
    for pattern in _DAY:
        if match := pattern.fullmatch(value):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
    return None


class _Reader:
    """Reads the parameters one by one, noting what it could not understand."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.notes: list[str] = []

    def last(self, key: str) -> str:
        return self.address.values(key)[-1] if self.address.values(key) else ""

    def month(self, key: str) -> str | None:
        return self._read(key, month_of, "không phải một tháng. Hãy viết như 2021-09 hoặc 9/2021.")

    def day(self, key: str) -> date | None:
        return self._read(key, day_of, "không phải một ngày. Hãy viết như 2021-10-01 hoặc 1/10/2021.")

    def number(self, key: str, default: int, least: int, most: int) -> int:
        typed = self.last(key)
        return min(max(int(typed), least), most) if re.fullmatch(r"[0-9]{1,6}", typed) else default

    def one(self, key: str, known: Iterable[str], default: str) -> str:
        typed = self.last(key)
        return typed if typed in known else default

    def chosen(self, key: str, known: Iterable[str], name: str) -> tuple[str, ...]:
        listed = set(known)
        typed = self.address.values(key)
        self.notes += [
            say("Không có %(name)s “%(value)s”, đã bỏ qua.", name=say(name), value=value)
            for value in typed
            if value not in listed
        ]
        return tuple(value for value in typed if value in listed)

    def _read(self, key: str, read: Callable[[str], T | None], complaint: str) -> T | None:
        typed = self.last(key)
        found = read(typed) if typed else None
        if typed and found is None:
            self.notes.append(f"“{typed}” {say(complaint)} {say('Đã bỏ qua.')}")
        return found


def register_parameters(path: str, pairs: Iterable[tuple[str, str]], today: date) -> tuple[Asked, date, int, str]:
    """What the due board asks: the question, the day, the days that count as soon, and the state."""
    from ketluan.web import words

    found = asked(path, pairs)
    reader = _Reader(found.address)
    as_of = reader.day("as-of") or today
    found.notes.extend(reader.notes)
    return found, as_of, reader.number("within", 7, 0, 3660), reader.one("state", words.STATES, "")
