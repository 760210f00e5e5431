"""Files that are no pages: originals as they came, images of their pages, and our own style, script and fonts."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from ketluan.web import pages, sheets

_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}
_AN_HOUR = {"Cache-Control": "private, max-age=3600"}


def original(request: Request) -> Response:
    """The file itself, byte for byte, to be saved: it is never opened inside the page."""
    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    one = desk.rendition(stored, request.path_params["sha256"])
    name = (
        "".join(c for c in one.name.rpartition("/")[2] if unicodedata.category(c)[0] != "C") or f"van-ban.{one.format}"
    )
    names = f"filename=\"van-ban.{one.format}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": f"attachment; {names}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": f'"{one.sha256}"',
    }
    return FileResponse(desk.archive.original(one), media_type=one.media_type, headers=headers)


def image(request: Request) -> Response:
    """A page of a PDF as an image."""
    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    one = desk.rendition(stored, request.path_params["sha256"])
    if one.format != "pdf":
        raise HTTPException(404)
    try:
        path = sheets.image(desk.archive.original(one), one.sha256, request.path_params["number"], desk.settings.cache)
    except sheets.Undrawable as exc:
        raise HTTPException(404) from exc
    return FileResponse(path, media_type="image/png", headers=_AN_HOUR)


def static(request: Request) -> Response:
    """A file of ours."""
    found = pages.static_files().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    content, media_type = found
    return Response(content, media_type=media_type, headers=_A_YEAR)


def favicon(request: Request) -> Response:
    """Where browsers look for it unasked."""
    return RedirectResponse(pages.static_address("icon.svg"), 308)
