"""What a form sends: bounded in size and time, from a page of ours, by whoever the page was made for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ketluan.users import User
from ketluan.web.guard import same_origin
from ketluan.web.signing import SESSION, VISIT, Sessions

TOKEN = "token"  # noqa: S105  the name of the field
#: Bytes of a form without files, its fields, and seconds that a sender may be silent.
LARGEST, MOST_FIELDS, SILENT = 30_000, 50, 20.0
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields sent, each with its values, and who is signed in."""

    fields: Mapping[str, tuple[str, ...]]
    user: User | None = None

    def one(self, name: str) -> str:
        """The value of a field; empty where it was not sent."""
        return self.fields.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return self.fields.get(name, ())


def sessions(request: Request) -> Sessions:
    """Who is signed in at this page."""
    found = request.app.state.sessions
    if not isinstance(found, Sessions):
        raise TypeError("the application has no sessions")
    return found


def user(request: Request) -> User | None:
    """Who asks; None for a reader."""
    found = getattr(request.state, "user", None)
    return found if isinstance(found, User) else None


def cookie(request: Request) -> str:
    """What the form's token is bound to: the session, or the visit of somebody who is not signed in."""
    return request.cookies.get(SESSION if user(request) else VISIT, "")


def checked(request: Request, token: str) -> None:
    """Refuse what does not come from a page of ours. Raises `HTTPException` 403."""
    if not (same_origin(request) and sessions(request).genuine(cookie(request), token)):
        raise HTTPException(403)


async def read(request: Request, *, signed_in: bool = True) -> Form:
    """The form. Raises `HTTPException`: 401 not signed in, 403 not from a page of ours, 413 too large, 400 no form."""
    if signed_in and user(request) is None:
        raise HTTPException(401)
    if not same_origin(request):
        raise HTTPException(403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise HTTPException(400)
    data = b"".join([chunk async for chunk in bounded(request, LARGEST)])
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as exc:
        raise HTTPException(400) from exc
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    form = Form(fields, user(request))
    checked(request, form.one(TOKEN))
    return form


async def bounded(request: Request, limit: int, refusal: str | None = None) -> AsyncGenerator[bytes, None]:
    """What is sent, piece by piece. Raises `HTTPException`: 413 beyond `limit` bytes, 408 once the sender is silent."""
    sent, read_bytes = request.stream().__aiter__(), 0
    while True:
        try:
            with anyio.fail_after(SILENT):
                chunk = await anext(sent)
        except StopAsyncIteration:
            return
        except TimeoutError as exc:
            raise HTTPException(408) from exc
        read_bytes += len(chunk)
        if read_bytes > limit:
            raise HTTPException(413, refusal)
        yield chunk
