"""Which questions are followed, and what came in for each? As a page, and as a feed for feed readers; a search becomes
one by whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ketluan import follow
from ketluan.errors import QueryError
from ketluan.export.atom import atom
from ketluan.web import pages
from ketluan.web.address import Address, Asked, asked
from ketluan.web.forms import Form
from ketluan.web.language import say
from ketluan.web.views.search import chips

LONGEST_NAME = 200
#: word of a saved question → parameter of an address
_PARAMETERS = {
    "text": "q",
    "topics": "topic",
    "agencies": "agency",
    "role": "role",
    "kinds": "kind",
    "citations": "cites",
    "month_from": "from",
    "month_to": "to",
    "due_from": "due-from",
    "due_to": "due-to",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with the search that asks it of the whole archive, and its filters in words."""

    follow: follow.Follow
    address: Address
    filters: list[str]


def page(request: Request) -> Response:
    """The followed questions; with a search in the address, the form to follow it. Who gets letters is not shown."""
    question = asked("/follow", request.query_params.multi_items())
    follows = follow.read(pages.desk(request).settings).follows
    saved = _saved(question)
    return pages.page(
        request,
        "follow.html",
        asked=question,
        name=_name(question),
        already=next((one for one in follows if question.anything and one.query == saved), None),
        follows=[_shown(one) for one in follows],
        made=request.query_params.get("made", ""),
    )


def added(request: Request, form: Form) -> Response:
    """The search of the address is followed from now on."""
    desk = pages.desk(request)
    question = asked("/follow", request.query_params.multi_items())
    name = " ".join(form.one("name").split()) or _name(question)
    if not question.anything:
        raise QueryError(say("Hãy tìm trước, rồi bấm “Theo dõi tìm kiếm này” ở trang kết quả."))
    if len(name) > LONGEST_NAME:
        raise QueryError(say("Tên dài quá %(n)s chữ.", n=LONGEST_NAME))
    saved = _saved(question)
    there = next((one for one in follow.read(desk.settings).follows if one.query == saved), None)
    made = there or follow.add(desk.settings, desk.index, name, saved, now=desk.clock())
    return RedirectResponse(f"/follow?made={made.id}#f-{made.id[:8]}", 303)


def removed(request: Request, form: Form) -> Response:
    """The question is followed no longer."""
    settings = pages.desk(request).settings
    found = _found(request)
    follow.remove(settings, found.id)
    return RedirectResponse("/follow", 303)


def feed(request: Request) -> Response:
    """The feed of one question."""
    data = atom(_found(request), str(request.base_url).rstrip("/"), pages.desk(request).settings.label)
    return Response(data, media_type="application/atom+xml; charset=utf-8")


def _found(request: Request) -> follow.Follow:
    wanted = request.path_params["id"]
    found = next((one for one in follow.read(pages.desk(request).settings).follows if one.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def _saved(question: Asked) -> dict[str, Any]:
    """The question as `follow.add` keeps it."""
    said = {"text": question.text, **question.filters()}
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in said.items()}
    listed = {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}
    return {key: str(value) if key == "role" else value for key, value in listed.items() if value and value != "any"}


def _name(question: Asked) -> str:
    return "; ".join(filter(None, (question.text, *(words for words, _ in chips(question)))))[:LONGEST_NAME]


def _shown(one: follow.Follow) -> Shown:
    pairs = []
    for key, value in one.query.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(_PARAMETERS[key], str(each)) for each in values if key in _PARAMETERS]
    question = asked("/", pairs)
    text = [f"“{question.text}”"] if question.text else []
    return Shown(one, Address("/", (*pairs, ("sort", "newest"))), [*text, *(words for words, _ in chips(question))])
