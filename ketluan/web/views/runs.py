"""What came of the last runs, file by file?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby, islice
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ketluan.web import pages, words

SHOWN = 60


def page(request: Request) -> Response:
    """The last runs, newest first."""
    return pages.page(request, "runs.html", runs=list(islice(pages.desk(request).runs(), SHOWN)))


def one(request: Request) -> Response:
    """One run with all its files."""
    report = pages.desk(request).run(request.path_params["run"])
    if report is None:
        raise HTTPException(404)
    order = list(words.FILE_STATES)

    def place(file: Mapping[str, Any]) -> int:
        state = str(file.get("state"))
        return order.index(state) if state in order else len(order)

    files = sorted(report["files"], key=place)
    groups = [(state, list(rows)) for state, rows in groupby(files, key=lambda f: str(f.get("state")))]
    return pages.page(request, "run.html", run=report, groups=groups)
