"""From a template and what a view found to the answer: everything is escaped, nothing undefined passes unseen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ketluan.web import forms, language, words
from ketluan.web.address import Address
from ketluan.web.desk import Desk

_HERE = Path(__file__).parent

#: address, name, name for narrow screens
NAVIGATION = (
    ("/", "Tìm kiếm"),
    ("/trace", "Theo dõi"),
    ("/due", "Thời hạn"),
    ("/follow", "Tin mới"),
    ("/calendar", "Lịch"),
    ("/problems", "Cần xem lại"),
    ("/runs", "Lượt nhận"),
)


def desk(request: Request) -> Desk:
    """What all views share."""
    found = request.app.state.desk
    if not isinstance(found, Desk):
        raise TypeError("the application has no desk")
    return found


def page(request: Request, template: str, *, status: int = 200, cookie: str | None = None, **given: Any) -> Response:
    """The template as an answer. `given` are its variables, besides those of every page; its forms are bound to
    `cookie`, by default that of whoever asks."""
    settings = desk(request).settings
    user = forms.user(request)
    navigation = NAVIGATION + ((("/upload", "Gửi tệp"),) if settings.web_upload and user else ())
    spoken = language.current.get()
    html = (
        _templates()
        .get_template(template)
        .render(
            label=settings.label,
            navigation=navigation,
            language=spoken,
            other=next(one for one in language.LANGUAGES.items() if one[0] != spoken),
            here=_here(request),
            user=user,
            token=forms.sessions(request).token(cookie or forms.cookie(request)),
            token_name=forms.TOKEN,
            words=words,
            static=static_address,
            **given,
        )
    )
    return HTMLResponse(html, status)


def _here(request: Request) -> Address:
    """The page that one is on, as an address of ours; the one with the form where something was sent."""
    path = quote(re.sub(r"/(?:corrections(?:/.*)?|[^/]*/remove)$", "", request.url.path).lstrip("/\\"))
    return Address(f"/{path}", tuple(request.query_params.multi_items()))


def error(request: Request, status: int, heading: str, advice: str) -> Response:
    """A page that says what went wrong and what to do; nothing of the program shows."""
    return page(request, "error.html", status=status, heading=heading, advice=advice, unknown=status == 401)


def pieces(text: str, marks: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, in order, each with whether it is marked. `marks` are in order and do not overlap."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in marks:
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start:end], True))
        at = end
    if at < len(text):
        found.append((text[at:], False))
    return found


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Name below `static/` → content and media type. Read once: no path of a request ever reaches the disk."""
    folder = _HERE / "static"
    types = {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
        ".txt": "text/plain; charset=utf-8",
        ".ico": "image/x-icon",
        ".png": "image/png",
    }
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in types)
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), types[path.suffix]) for path in files}


def static_address(name: str) -> str:
    """The address of a file of ours; it changes with the content, so that browsers may keep it for good."""
    content, _ = static_files()[name]
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def pager(total: int, shown: int, number: int, most: int) -> Sequence[int]:
    """The numbers of the pages to offer around `number`, first and last included; 0 stands for a gap."""
    last = min(max(-(-total // shown), 1), most)
    near = sorted({1, last, *(n for n in range(number - 2, number + 3) if 1 <= n <= last)})
    listed: list[int] = []
    for one in near:
        if listed and one - listed[-1] > 1:
            listed.append(0)
        listed.append(one)
    return listed


@pass_context
def _say(_context: Context, text: object, **values: object) -> str:
    """`language.say`; with the context, or a literal would be put into words once, for whoever asks first."""
    return language.say(text, **values)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.policies["ext.i18n.trimmed"] = True
    found.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the extension
    found.globals |= {"gettext": language.markup}
    found.filters |= {
        "say": _say,
        "day": words.day,
        "moment": words.moment,
        "kind": words.kind,
        "names": words.names,
        "number": words.number,
        "size": words.size,
        "share": words.share,
        "left": words.left,
        "terms": words.terms,
        "value": words.value,
    }
    return found
