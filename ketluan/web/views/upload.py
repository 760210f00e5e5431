"""The form that drops files into the inbox; what it sends is taken by `deposit.py`."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ketluan.web import forms, pages
from ketluan.web.deposit import KINDS


def page(request: Request) -> Response:
    """The form, for whoever is signed in."""
    if forms.user(request) is None:
        raise HTTPException(401)
    return pages.page(request, "upload.html", results=[], kinds=KINDS)
