"""How the page is used, in a few words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ketluan.web import pages


def page(request: Request) -> Response:
    """The guide."""
    return pages.page(request, "help.html")
