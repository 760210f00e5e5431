"""How does all of it get into Kibana? Each step may be repeated: running again sets right what was changed.

Role, then waiting until Kibana is ready, space, objects, the data view that comes first. A partial import, which
Kibana answers with 200 too, is an error.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ketluan.kibana import access, boards, check, objects
from ketluan.kibana.web import Answer, Site, Unreachable

log = logging.getLogger(__name__)

SPACE = "luu-tru"
_NAME = "Lưu trữ kết luận"
_PATIENCE = 300.0  # seconds until Kibana must be ready
_PAUSE = 3.0

_NOT_READY = "Kibana ở {} chưa sẵn sàng sau {:.0f} giây ({}). Hãy xem nhật ký của Kibana rồi chạy lại lệnh này."
_REFUSED = "Kibana không nhận {} (mã {}): {}."
_PARTIAL = "Kibana chỉ nhận một phần ({} trên {}). Lỗi đầu tiên: {}."
_BROKEN = "Tệp cho Kibana không hợp lệ: {}. Đây là lỗi của chương trình, hãy báo người phát triển."


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes where: `prefix` begins the indices' names, `page` is the address of our web page."""

    kibana: Site
    elasticsearch: Site
    prefix: str = objects.PREFIX
    space: str = SPACE
    page: str = objects.PAGE
    patience: float = _PATIENCE
    pause: float = _PAUSE


def provision(plan: Plan) -> Iterator[str]:
    """Do it step by step; each step done is told in a line. Raises `Unreachable` where one fails."""
    made = objects.build(plan.prefix, plan.page)
    if wrong := check.faults(made):
        raise Unreachable(_BROKEN.format(wrong[0]))
    access.put_role(plan.elasticsearch, plan.prefix, plan.space)
    yield f"Vai trò {access.ARCHIVIST}: chỉ đọc, trong không gian “{plan.space}”."
    _wait(plan)
    yield f"Kibana ở {plan.kibana.url} đã sẵn sàng."
    _space(plan)
    yield f"Không gian “{plan.space}”."
    _import(plan, made)
    yield f"{len(made)} đối tượng: bảng theo dõi, mục tìm đã lưu, khung nhìn dữ liệu."
    default = {"data_view_id": boards.DEFAULT_VIEW, "force": True}
    _held(plan.kibana.ask("POST", f"/s/{plan.space}/api/data_views/default", default), "khung nhìn mặc định")
    yield f"Khung nhìn mặc định: {boards.VIEWS[0].name}."


def _wait(plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
    """Until Kibana says that it is available."""
    end = clock() + plan.patience
    while True:
        try:
            answer = plan.kibana.ask("GET", "/api/status")
            said = _level(answer)
        except Unreachable as exc:
            said = str(exc)
        if said == "available":
            return
        if clock() > end:
            raise Unreachable(_NOT_READY.format(plan.kibana.url, plan.patience, said))
        log.info("Kibana: %s", said)
        time.sleep(plan.pause)


def _level(answer: Answer) -> str:
    body: Any = answer.body
    try:
        return str(body["status"]["overall"]["level"])
    except (KeyError, TypeError):
        return str(answer.status)


def _space(plan: Plan) -> None:
    about = {"id": plan.space, "name": _NAME, "description": "Do chương trình tạo", "disabledFeatures": []}
    answer = plan.kibana.ask("POST", "/api/spaces/space", about)
    if answer.status != 409:  # 409: there already
        _held(answer, f"không gian “{plan.space}”")


def _import(plan: Plan, made: list[dict[str, Any]]) -> None:
    path = f"/s/{plan.space}/api/saved_objects/_import?overwrite=true"
    answer = plan.kibana.upload(path, "ketluan.ndjson", objects.ndjson(made).encode())
    _held(answer, "các đối tượng")
    body = answer.body if isinstance(answer.body, dict) else {}
    if body.get("success") is not True or body.get("successCount") != len(made):
        first = (body.get("errors") or [body])[0]
        raise Unreachable(_PARTIAL.format(body.get("successCount", 0), len(made), str(first)[:300]))


def _held(answer: Answer, what: str) -> None:
    if not answer.ok:
        raise Unreachable(_REFUSED.format(what, answer.status, str(answer.body)[:300]))
