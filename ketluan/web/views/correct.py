"""A field set right on the notice's page, by whoever is signed in; and taken back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ketluan import correcting
from ketluan.errors import CorrectionError
from ketluan.web import pages
from ketluan.web.address import Address, ours
from ketluan.web.editing import Editing, editing
from ketluan.web.forms import Form
from ketluan.web.language import say

#: Letters of a value and of a reason.
LONGEST_VALUE, LONGEST_REASON = 2000, 500


def made(request: Request, form: Form) -> Response:
    """The correction, then the page with it; or the page with what is wrong."""
    from ketluan.web.views import notice

    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    found = notice.chosen(stored, form.one("at"))
    now = editing(stored, found, form.one("field"), desk.today())
    if now is None or form.user is None:
        raise CorrectionError(say("Không có trường này. Hãy mở lại trang rồi làm lại."))
    tried = replace(now, typed=form.all("value") or ("",), because=form.one("because").strip(), back=form.one("next"))
    if why_not := _refusal(tried, form.one("old")):
        return notice.page(request, tried=replace(tried, why_not=why_not), at=form.one("at"))
    where = f"{stored.id}:{found.path}" if found else stored.id
    try:
        entry = correcting.correct(
            desk.archive,
            where,
            tried.name,
            "; ".join(tried.typed),
            by=form.user.full_name,
            because=tried.because,
            now=desk.clock(),
        )
    except CorrectionError as exc:
        return notice.page(request, tried=replace(tried, why_not=str(exc)), at=form.one("at"))
    return _done(request, stored.id, found.path if found else None, entry.n, tried.back)


def undone(request: Request, form: Form) -> Response:
    """A correction taken back, then the page without it."""
    desk = pages.desk(request)
    stored = desk.notice(request.path_params["id"])
    because = form.one("because").strip()
    if not because or len(because) > LONGEST_REASON or form.user is None:
        raise CorrectionError(say("Hãy ghi vì sao, theo căn cứ nào (không quá %(n)s chữ).", n=LONGEST_REASON))
    n = int(request.path_params["n"])
    entry = correcting.undo(desk.archive, stored.id, n, by=form.user.full_name, because=because, now=desk.clock())
    return _done(request, stored.id, None, entry.n)


def _done(request: Request, id: str, path: str | None, n: int, back: str = "") -> Response:
    """The page from which it was done, or the notice. The index follows at once; where it cannot, the page says so and
    the next run makes up for it."""
    desk = pages.desk(request)
    behind = correcting.refresh(desk.settings, id)
    desk.renew()
    told = [("done", str(n)), *([("behind", "1")] if behind else [])]
    where, _, query = ours(back).partition("?")
    if where == "/due":
        address = Address(where, (*parse_qsl(query), ("noted", id), *told))
    else:
        address = Address(f"/notices/{id}", (*([("at", path)] if path else []), *told))
    return RedirectResponse(f"{address}#done", 303)


def _refusal(tried: Editing, old: str) -> str | None:
    if sum(map(len, tried.typed)) > LONGEST_VALUE:
        return say("Giá trị dài quá %(n)s chữ.", n=LONGEST_VALUE)
    if not tried.because or len(tried.because) > LONGEST_REASON:
        return say("Hãy ghi vì sao, theo căn cứ nào (không quá %(n)s chữ).", n=LONGEST_REASON)
    if old != tried.old:
        return say("Trong lúc đó đã có người sửa trường này; giá trị nay là “%(now)s”. Hãy xem lại.", now=tried.old)
    return None
