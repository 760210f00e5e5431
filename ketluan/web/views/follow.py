"""Which questions are followed, and what came in for each? As a page, and as a feed for feed readers."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ketluan import follow
from ketluan.export.atom import atom
from ketluan.web import pages


def page(request: Request) -> Response:
    """The followed questions. Who gets letters is not shown."""
    return pages.page(request, "follow.html", follows=follow.read(pages.desk(request).settings).follows)


def feed(request: Request) -> Response:
    """The feed of one question."""
    settings = pages.desk(request).settings
    asked = request.path_params["id"]
    found = next((one for one in follow.read(settings).follows if one.id == asked), None)
    if found is None:
        raise HTTPException(404)
    data = atom(found, str(request.base_url).rstrip("/"), settings.label)
    return Response(data, media_type="application/atom+xml; charset=utf-8")
