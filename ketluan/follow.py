"""Saved questions: what has come in that answers them, told once?

    add(settings, "Đường tỉnh 156", {"text": "đường tỉnh 156"}, now=…, mail=("ha@tinh.example",))
    check(settings, index, now)        after each run: what is new goes into the feeds and into the outbox

All is kept in one plain file, `follow.json` of the home. A notice is new once: in the first check at which the index
holds it. The file names every notice that was ever looked at, so that neither an index made anew nor a later
extraction, which may change what a notice says, tells it again. Where a question cannot be understood any more, its
owner is told so, once, and what comes in meanwhile is told when it works again. An index that does not answer postpones
the check.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from filelock import FileLock

from extractors.codec import SchemaError, decode, encode
from extractors.topics import topic_names
from ketluan import outbox
from ketluan.errors import FollowError, QueryError
from ketluan.index.base import DocType, Query, Role, SearchIndex, Sort
from ketluan.search import parse_query
from ketluan.settings import Settings
from ketluan.sweep import sweep

FILE = "follow.json"
#: Entries that a feed keeps; passages that an entry tells; letters of a passage.
KEPT = 200
PASSAGES = 20
LONGEST = 600
#: Words of `parse_query` that a file of JSON cannot hold as they are.
_READ: dict[str, Callable[[Any], Any]] = {"role": Role, "due_from": date.fromisoformat, "due_to": date.fromisoformat}


@dataclass(frozen=True, slots=True)
class Found:
    """A conclusion that answers the question."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class News:
    """An entry of a feed: a notice that came in, or (`notice` is None) that the question cannot be understood."""

    id: str  # urn:uuid, the same for ever
    at: str  # ISO 8601 with time zone
    title: str
    notice: str | None = None
    found: tuple[Found, ...] = ()
    more: int = 0  # how many conclusions answer besides those of `found`


@dataclass(frozen=True, slots=True)
class Follow:
    """A saved question. `query` holds the words of `parse_query`; `done` is the number of the last check that it had.

    `broken` says in Vietnamese why it cannot be answered; `mail` lists who gets a letter.
    """

    id: str
    name: str
    query: dict[str, Any]
    made: str
    done: int
    mail: tuple[str, ...] = ()
    broken: str | None = None
    news: tuple[News, ...] = ()  # newest first


@dataclass(frozen=True, slots=True)
class Book:
    """The file. `notices`: id → number of the check at which it was first seen; `check` counts the checks."""

    form: int = 1
    check: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    follows: tuple[Follow, ...] = ()


def read(settings: Settings) -> Book:
    """The saved questions. Raises `FollowError` where the file is damaged."""
    path = settings.home / FILE
    try:
        data = json.loads(path.read_bytes())
        return replace(decode(Book, data), notices=dict(data["notices"]))
    except FileNotFoundError:
        return Book()
    except (ValueError, KeyError, SchemaError, TypeError) as exc:
        raise FollowError(f"Tệp {path} bị hỏng. Hãy lấy lại từ bản sao lưu, hoặc xóa tệp này rồi lưu lại.") from exc


def add(
    settings: Settings,
    index: SearchIndex,
    name: str,
    query: dict[str, Any],
    *,
    now: datetime,
    mail: tuple[str, ...] = (),
) -> Follow:
    """Save a question; what is in the archive already is not told. `now` is a time with zone.

    Raises `QueryError` where it cannot be understood, `FollowError` for an address that is none, and what the index
    raises.
    """
    if bad := next((one for one in mail if not outbox.is_address(one)), None):
        raise FollowError(f"“{bad}” không phải địa chỉ thư điện tử.")
    said = {key: value for key, value in query.items() if value not in ("", None, (), [])}
    ask(said)
    with _changing(settings) as book:
        seen = _look(book.current, index)
        made = Follow(str(uuid.uuid4()), name, said, now.isoformat(timespec="seconds"), seen.check, mail)
        book.current = replace(seen, follows=(*seen.follows, made))
    return made


def remove(settings: Settings, id: str) -> Follow:
    """Forget a question, named by its id or the beginning of it. Raises `FollowError` where there is none."""
    with _changing(settings) as book:
        gone = [f for f in book.current.follows if f.id.startswith(id)] if id else []
        if len(gone) != 1:
            raise FollowError(f"Không có câu hỏi đã lưu mang mã “{id}”. Xem các mã: ketluan follow list")
        book.current = replace(book.current, follows=tuple(f for f in book.current.follows if f is not gone[0]))
    return gone[0]


def check(settings: Settings, index: SearchIndex, now: datetime) -> tuple[tuple[Follow, tuple[News, ...]], ...]:
    """Ask every saved question of what came in since its last check; gives back each with what is new.

    Letters are put into the outbox before the file is written: a crash between the two writes the same letters again.
    Raises `FollowError`; `IndexUnavailable` and `IndexOutdated` change nothing.
    """
    told: list[tuple[Follow, tuple[News, ...]]] = []
    with _changing(settings) as book:
        if not book.current.follows:
            return ()
        seen = _look(book.current, index)
        follows = []
        for one in seen.follows:
            checked, news = _check(one, seen, index, now)
            follows.append(checked)
            told.append((checked, news))
            if news and one.mail:
                outbox.put(settings, _letter(checked, news, settings))
        book.current = replace(seen, follows=tuple(follows))
    return tuple(told)


def ask(said: dict[str, Any]) -> Query:
    """The question as the index takes it. Raises `QueryError`."""
    if gone := [topic for topic in said.get("topics", ()) if topic not in topic_names()]:
        raise QueryError(f"Không còn chủ đề “{gone[0]}”. Hãy lưu lại câu hỏi với chủ đề khác.")
    try:
        read = {name: _READ[name](value) if name in _READ else value for name, value in said.items()}
        return replace(parse_query(**{"text": "", **read}), doc_type=DocType.CONCLUSION, sort=Sort.OLDEST)
    except (TypeError, ValueError) as exc:
        raise QueryError(f"Câu hỏi đã lưu có mục chương trình không biết: {', '.join(said)}.") from exc


# -- one question


def _check(one: Follow, book: Book, index: SearchIndex, now: datetime) -> tuple[Follow, tuple[News, ...]]:
    new = tuple(sorted(id for id, first in book.notices.items() if first > one.done))
    try:
        query = ask(one.query)
    except QueryError as exc:
        return _broken(one, str(exc), now)
    found = [] if not new else [hit for hit in sweep(index, query) if hit.document["notice"] in set(new)]
    news = []
    for notice, group in groupby(found, key=lambda hit: str(hit.document["notice"])):
        hits = list(group)
        title = str(hits[0].document.get("title") or notice)
        shown = tuple(Found(h.id, _short(str(h.document.get("text") or ""))) for h in hits[:PASSAGES])
        at = now.isoformat(timespec="seconds")
        news.append(News(_urn(one, notice), at, title, notice, shown, len(hits) - len(shown)))
    told = tuple(reversed(news))
    kept = (*told, *one.news)[:KEPT]
    return replace(one, done=book.check, broken=None, news=kept), told


def _broken(one: Follow, why: str, now: datetime) -> tuple[Follow, tuple[News, ...]]:
    """Told once for each reason; `done` stays, so that nothing that comes in meanwhile is passed over."""
    if one.broken == why:
        return one, ()
    at = now.isoformat(timespec="seconds")
    told = News(_urn(one, f"{at} {why}"), at, f"Câu hỏi “{one.name}” không chạy được: {why}")
    return replace(one, broken=why, news=(told, *one.news)[:KEPT]), (told,)


def _urn(one: Follow, of: str) -> str:
    return uuid.uuid5(uuid.UUID(one.id), of).urn


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _look(book: Book, index: SearchIndex) -> Book:
    """The book with the notices that the index holds for the first time, numbered by this check."""
    now = book.check + 1
    fresh = {id: now for id in sorted(index.fingerprints()) if id not in book.notices}
    return replace(book, check=now, notices={**book.notices, **fresh})


def _letter(one: Follow, news: tuple[News, ...], settings: Settings) -> outbox.Letter:
    lines = [f"{settings.label}\n"] if settings.label else []
    for entry in news:
        lines.append(entry.title)
        if entry.notice:
            lines.append(f"Mã: {entry.notice}")
        lines += [f"- {found.id.partition(':')[2]}: {found.text}" for found in entry.found]
        if entry.more:
            lines.append(f"… và {entry.more} kết luận nữa.")
        lines.append("")
    lines.append(f"Bạn nhận thư này vì câu hỏi “{one.name}”. Thôi nhận: ketluan follow remove {one.id[:8]}")
    name = uuid.uuid5(uuid.UUID(one.id), " ".join(entry.id for entry in news)).hex
    subject = f"[Kết luận] {one.name}: {len(news)} tin mới"
    return outbox.Letter(name, one.mail, subject, "\n".join(lines))


# -- the file


class _Held:
    def __init__(self, book: Book) -> None:
        self.current = book


@contextmanager
def _changing(settings: Settings) -> Iterator[_Held]:
    """The book, held by nobody else meanwhile; what `current` is at the end is written, whole or not at all."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.state / "follow.lock", timeout=60):
        before = read(settings)
        held = _Held(before)
        yield held
        if held.current == before:
            return
        draft = settings.home / f".{FILE}.{uuid.uuid4().hex}"
        try:
            with draft.open("xb") as out:
                out.write(json.dumps(encode(held.current), ensure_ascii=False, indent=1).encode())
                out.flush()
                os.fsync(out.fileno())
            draft.replace(settings.home / FILE)
        finally:
            draft.unlink(missing_ok=True)
