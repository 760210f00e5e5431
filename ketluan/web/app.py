"""Which address is answered by which view? Each answer has a time limit, each error is a page that says what to do.

Views run in threads and are imported when they are first asked for, in a thread that begins right after the start:
the page listens in less than a second, while the vocabulary is still being read.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from typing import Any, cast
from zoneinfo import ZoneInfo

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ketluan.errors import (
    ArchiveError,
    CorrectionError,
    FollowError,
    IndexOutdated,
    IndexUnavailable,
    KetluanError,
    NoticeNotFound,
    QueryError,
)
from ketluan.settings import Settings
from ketluan.web import forms, pages
from ketluan.web.desk import Desk
from ketluan.web.forms import Form
from ketluan.web.guard import Guard
from ketluan.web.language import say
from ketluan.web.signing import Sessions

log = logging.getLogger(__name__)

#: The offices are in Vietnam, wherever the machine stands.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: Longest time for one answer (seconds), and how many are worked on at the same time.
SECONDS = 20.0
THREADS = 8

Answer = Callable[[Request], Awaitable[Response]]

#: address, module below `views` and its function
ROUTES = (
    ("/", "search", "page"),
    ("/suggest", "suggest", "answer"),
    ("/notices/{id}", "notice", "page"),
    ("/notices/{id}/files/{sha256}", "files", "original"),
    ("/notices/{id}/files/{sha256}/{number:int}.png", "files", "image"),
    ("/trace", "trace", "page"),
    ("/due", "due", "page"),
    ("/due.csv", "due", "csv"),
    ("/due.xlsx", "due", "xlsx"),
    ("/due.ics", "due", "ics"),
    ("/follow", "follow", "page"),
    ("/follow/{id}.atom", "follow", "feed"),
    ("/calendar", "calendar", "page"),
    ("/problems", "problems", "page"),
    ("/runs", "runs", "page"),
    ("/runs/{run}", "runs", "one"),
    ("/help", "guide", "page"),
    ("/sign-in", "sign_in", "page"),
    ("/static/{name:path}", "files", "static"),
    ("/favicon.ico", "files", "favicon"),
)

#: address, module below `views` and its function that is also given the form, must somebody be signed in?
POSTED = (
    ("/sign-in", "sign_in", "opened", False),
    ("/sign-out", "sign_in", "closed", True),
    ("/follow", "follow", "added", True),
    ("/follow/{id}/remove", "follow", "removed", True),
    ("/notices/{id}/corrections", "correct", "made", True),
    ("/notices/{id}/corrections/{n:int}/undo", "correct", "undone", True),
)

#: error → status, heading, what to do; None: the message of the error itself is meant for people
_SAID: tuple[tuple[type[KetluanError], int, str, str | None], ...] = (
    (NoticeNotFound, 404, "Không tìm thấy", None),
    (QueryError, 400, "Chưa hiểu câu hỏi", None),
    (CorrectionError, 409, "Chưa sửa được", None),
    (
        FollowError,
        500,
        "Danh sách câu hỏi đang theo dõi không đọc được",
        "Kho vẫn nguyên vẹn. Hãy báo người quản trị lấy lại tệp follow.json từ bản sao lưu.",
    ),
    (
        IndexOutdated,
        503,
        "Chỉ mục tìm kiếm chưa sẵn sàng",
        "Kho vẫn nguyên vẹn. Người quản trị chạy `ketluan index rebuild` (vài phút), rồi mở lại trang này.",
    ),
    (
        IndexUnavailable,
        503,
        "Chỉ mục tìm kiếm tạm thời không trả lời",
        "Kho vẫn nguyên vẹn. Hãy thử lại sau vài phút; nếu vẫn vậy, báo người quản trị.",
    ),
    (
        ArchiveError,
        500,
        "Một bản ghi trong kho không đọc được",
        "Hãy báo người quản trị chạy `ketluan verify`: lệnh này chỉ rõ tệp nào cần lấy lại từ bản sao lưu.",
    ),
)
#: Before the first run there is nothing that an index could be made of.
_FIRST = (
    "Chép tệp thông báo (DOCX, PDF, TXT) vào thư mục hộp thư đến; chương trình nhận vào lúc 01:00 mỗi đêm, "
    "hoặc ngay khi chạy `ketluan ingest`."
)
_OF_STATUS = {
    404: ("Không tìm thấy trang này", "Địa chỉ có thể đã gõ nhầm. Hãy bắt đầu lại từ trang tìm kiếm."),
    400: ("Chưa hiểu câu hỏi", "Hãy quay lại trang trước và thử lại."),
    401: ("Cần đăng nhập", "Hãy đăng nhập rồi làm lại. Chưa có gì thay đổi."),
    405: ("Không làm được ở địa chỉ này", "Hãy quay lại trang trước và thử lại."),
    413: ("Tệp quá lớn", "Hãy chép tệp thẳng vào thư mục hộp thư đến."),
    403: ("Không được phép", "Trang gửi đi đã cũ hoặc không phải của chương trình này. Hãy mở lại trang rồi làm lại."),
    408: ("Gửi quá chậm", "Đường truyền bị ngắt giữa chừng. Chưa có gì thay đổi; hãy gửi lại."),
}


def now() -> datetime:
    """The time in Vietnam."""
    return datetime.now(ZONE)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = now, seconds: float = SECONDS) -> ASGIApp:
    """The page over the home that the settings name. Nothing is read before the first question."""
    limiter = anyio.CapacityLimiter(THREADS)
    sessions = Sessions(settings.users, settings.web_session_hours)

    async def called(module: str, name: str, *given: Any) -> Response:
        with anyio.fail_after(seconds):
            return await anyio.to_thread.run_sync(_call, module, name, *given, abandon_on_cancel=True, limiter=limiter)

    def view(module: str, name: str) -> Answer:
        return _unbroken(lambda request: called(module, name, request))

    def post(module: str, name: str, signed_in: bool) -> Answer:
        async def answer(request: Request) -> Response:
            form: Form = await forms.read(request, signed_in=signed_in)
            return await called(module, name, request, form)

        return _unbroken(answer)

    routes = [Route(path, view(module, name), methods=["GET"]) for path, module, name in ROUTES]
    routes += [Route(path, post(module, name, signed), methods=["POST"]) for path, module, name, signed in POSTED]
    if settings.web_upload:
        from ketluan.web.deposit import receive

        routes += [Route("/upload", view("upload", "page"), methods=["GET"])]
        routes += [Route("/upload", _unbroken(receive), methods=["POST"])]
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _refused, KetluanError: _told, TimeoutError: _late},
        lifespan=_warm,
    )
    app.state.desk = Desk(settings, clock)
    app.state.sessions = sessions
    return Guard(app, settings, clock, sessions)


def serve(settings: Settings) -> None:
    """Serve until asked to end (Ctrl-C, TERM)."""
    import uvicorn

    uvicorn.run(
        create_app(settings),
        host=settings.web_host,
        port=settings.web_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        limit_concurrency=200,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=32_768,
    )


def _unbroken(answer: Answer) -> Answer:
    """`answer`, with a page for what nobody expected; the program goes on."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except (HTTPException, KetluanError, TimeoutError):
            raise
        except Exception as exc:  # noqa: BLE001
            return await anyio.to_thread.run_sync(_broken, request, exc)

    return answered


def _call(module: str, name: str, *given: Any) -> Response:
    view = cast(Callable[..., Response], getattr(import_module(f"ketluan.web.views.{module}"), name))
    return view(*given)


@asynccontextmanager
async def _warm(app: Starlette) -> AsyncIterator[None]:
    """Import the views in a thread, so that the first question does not wait for it."""
    threading.Thread(target=_import_views, daemon=True).start()
    yield


def _import_views() -> None:
    for module in dict.fromkeys(module for _, module, _ in ROUTES):
        import_module(f"ketluan.web.views.{module}")


# ---------------------------------------------------------------- errors as pages


def _told(request: Request, exc: Exception) -> Response:
    if isinstance(exc, IndexOutdated) and not any(True for _ in pages.desk(request).archive.ids()):
        return pages.error(request, 503, say("Kho chưa có thông báo nào"), say(_FIRST))
    for kind, status, heading, advice in _SAID:
        if isinstance(exc, kind):
            if status >= 500:
                log.error("%s %s", type(exc).__name__, exc)
            return pages.error(request, status, say(heading), say(advice) if advice else str(exc))
    return _broken(request, exc)


def _refused(request: Request, exc: Exception) -> Response:
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    heading, advice = _OF_STATUS.get(status, ("Không trả lời được", "Hãy thử lại."))
    detail = exc.detail if isinstance(exc, HTTPException) and exc.detail.startswith("Tệp") else advice
    return pages.error(request, status, say(heading), say(detail))


def _late(request: Request, exc: Exception) -> Response:
    log.warning("too slow: %s", request.url.path)
    heading, advice = "Câu hỏi này mất quá nhiều thời gian", "Hãy thêm điều kiện lọc, rồi thử lại."
    return pages.error(request, 503, say(heading), say(advice))


def _broken(request: Request, exc: Exception) -> Response:
    log.error("broken: %s", request.url.path, exc_info=exc)
    advice = "Lỗi đã được ghi lại. Kho không bị ảnh hưởng. Hãy thử lại; nếu vẫn vậy, báo người quản trị giờ xảy ra lỗi."
    return pages.error(request, 500, say("Chương trình gặp lỗi"), say(advice))
