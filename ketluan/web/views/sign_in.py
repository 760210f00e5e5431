"""Signing in and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ketluan.web import forms, pages, signing
from ketluan.web.address import ours
from ketluan.web.forms import Form
from ketluan.web.language import say


def page(request: Request) -> Response:
    """The form; it goes back to where one came from."""
    return _form(request, request.query_params.get("next", ""))


def opened(request: Request, form: Form) -> Response:
    """A session, or the form again with what is wrong."""
    name, back = form.one("name").strip().lower(), form.one("next")
    try:
        cookie = forms.sessions(request).sign_in(name, form.one("password"), _address(request))
    except signing.TooMany as exc:
        why = say("Sai mật khẩu quá nhiều lần. Hãy đợi %(n)s phút rồi thử lại.", n=exc.minutes)
        return _form(request, back, name, why, 429)
    if cookie is None:
        return _form(request, back, name, say("Tên đăng nhập hoặc mật khẩu không đúng."), 403)
    answer = RedirectResponse(ours(back), 303)
    forms.sessions(request).sign_out(request.cookies.get(signing.SESSION))
    _set(request, answer, signing.SESSION, cookie, forms.sessions(request).seconds)
    answer.delete_cookie(signing.VISIT, path="/", httponly=True, samesite="strict")
    return answer


def closed(request: Request, form: Form) -> Response:
    """The session ends, here and in the table."""
    forms.sessions(request).sign_out(request.cookies.get(signing.SESSION))
    answer = RedirectResponse(ours(form.one("next")), 303)
    answer.delete_cookie(signing.SESSION, path="/", httponly=True, samesite="strict")
    return answer


def _form(request: Request, back: str, name: str = "", why: str | None = None, status: int = 200) -> Response:
    visit = request.cookies.get(signing.VISIT) or signing.new_visit()
    someone = bool(forms.sessions(request).users())
    answer = pages.page(
        request,
        "sign_in.html",
        status=status,
        cookie=None if forms.user(request) else visit,
        next=ours(back),
        name=name,
        why=why,
        someone=someone,
    )
    if forms.user(request) is None:
        _set(request, answer, signing.VISIT, visit, None)
    return answer


def _set(request: Request, answer: Response, name: str, value: str, seconds: int | None) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="strict", secure=secure)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
