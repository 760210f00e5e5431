"""The form that drops files into the inbox; what it sends is taken by `deposit.py`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ketluan.web import pages
from ketluan.web.deposit import KINDS


def page(request: Request) -> Response:
    """The form."""
    return pages.page(request, "upload.html", results=[], kinds=KINDS)
