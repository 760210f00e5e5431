"""What should a person look at? Problems of notices, and files that could not be taken in."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from extractors.model import Severity
from ketluan.coverage import set_aside
from ketluan.web import pages
from ketluan.web.address import MOST_PAGES, Address, asked, clean
from ketluan.web.editing import FIELD_LABELS, settling

SHOWN = 20


def page(request: Request) -> Response:
    """Notices with problems, newest first; `code` shows one kind of problem only."""
    desk = pages.desk(request)
    question = asked("/problems", request.query_params.multi_items())
    concerned = [n for n in reversed(desk.overview.get(newest=True).notices) if n.get("problems")]
    codes = Counter(code for n in concerned for code in n["problems"])
    wanted = clean(request.query_params.get("code", ""))
    listed = [n for n in concerned if wanted not in codes or wanted in n["problems"]]
    start = (question.page - 1) * SHOWN
    shown = [desk.archive.get(n["id"]) for n in listed[start : start + SHOWN]]
    return pages.page(
        request,
        "problems.html",
        asked=question,
        stored=[
            (one, sorted(enumerate(one.notice.problems), key=lambda p: p[1].severity is not Severity.WARNING))
            for one in shown
        ],
        codes=[(code, n, Address("/problems", (("code", code),)), code == wanted) for code, n in codes.most_common()],
        total=len(listed),
        wanted=wanted if wanted in codes else "",
        settles=settling,
        labels=FIELD_LABELS,
        aside=set_aside(desk.settings.inbox),
        numbers=pages.pager(len(listed), SHOWN, question.page, MOST_PAGES),
    )
