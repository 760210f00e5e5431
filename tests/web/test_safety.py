"""What a stranger may try: texts and names that are code, addresses that are paths, other hosts, foreign forms."""

from __future__ import annotations

import http.client
import json
import re
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from ketluan import users
from ketluan.archive import Archive
from ketluan.inbox import Inbox
from ketluan.settings import Settings
from ketluan.web import app as web_app

pytestmark = pytest.mark.slow

PASSWORD = "rừng thông đầu nguồn"
HOSTILE = '<script>document.title="hỏng"</script><img src=x onerror="document.title=\'hỏng\'">'
NAME = '<img src=x onerror=alert(1)> "tb".txt'
NOTICE = f"""ỦY BAN NHÂN DÂN
TỈNH LÀO CAI
Số: 12/TB-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Lào Cai, ngày 05 tháng 5 năm 2023
THÔNG BÁO
Kết luận {HOSTILE} tại phiên họp UBND tỉnh thường kỳ tháng 4 năm 2023
Ngày 27 tháng 4 năm 2023, UBND tỉnh họp phiên thường kỳ tháng 4 năm 2023 và kết luận như sau:
I. Đánh giá {HOSTILE}
- Việc thu gom rác thải {HOSTILE} còn chậm.
II. Nhiệm vụ
1. Về môi trường: Giao Sở Tài nguyên và Môi trường {HOSTILE} rà soát bãi rác, hoàn thành trước ngày 30/6/2023.
2. Về chợ: =cmd|' /C calc'!A0 giao Sở Công Thương kiểm tra chợ đầu mối trước ngày 15/6/2023.
"""


def get(served: Any, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask without a browser, the path exactly as given."""
    return send(served, "GET", path, b"", headers)


def send(served: Any, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in ({"Content-Length": str(len(body))} if body else {}).items() | headers.items():
        connection.putheader(name, value)
    connection.endheaders(body or None)
    answer = connection.getresponse()
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        found.setdefault(name.lower(), value)
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, found, text


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Any], ingest: Callable[..., Settings]
) -> Any:
    """An archive whose one notice is full of code."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "inbox").mkdir()
    (home / "inbox" / NAME).write_text(NOTICE, encoding="utf-8")
    (home / "inbox" / "<script>x.pdf").write_bytes(b"%PDF-1.4 no")
    (home / "label.txt").write_text(HOSTILE, encoding="utf-8")
    return serving(ingest(home))


# ---------------------------------------------------------------- texts


EVERYWHERE = [
    "/",
    "/?q=rác",
    "/trace?q=rác",
    "/due?as-of=2023-06-01",
    "/calendar",
    "/problems",
    "/runs",
    "RUN",
    "NOTICE",
]


@pytest.mark.parametrize("name", EVERYWHERE)
def test_code_in_texts_and_names_stays_text(hostile: Any, page: Page, name: str) -> None:
    stored = next(Archive(hostile.settings.archive).notices())
    named = {
        "RUN": f"/runs/{next(hostile.settings.reports.glob('*.json')).stem}",
        "NOTICE": f"/notices/{stored.id}?at={quote(stored.notice.conclusions[-2].path)}",
    }
    page.goto(hostile.base + named.get(name, name))
    assert "hỏng" not in page.title() or "<script>" in page.title()  # as text of a title it may stand there
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("img[src=x]").count() == 0
    expect(page.locator(".banner")).to_contain_text("<script>")


@pytest.mark.parametrize(
    "typed", [HOSTILE, '"><script>x</script>', "{{ 7*7 }}", "' OR 1=1 --", "*:* AND text:[* TO *]"]
)
@pytest.mark.parametrize("path", ["/?q=", "/trace?q=", "/?agency=", "/?cites=", "/due?agency=", "/problems?code="])
def test_code_in_a_question_stays_text(series: Any, path: str, typed: str) -> None:
    status, _, text = get(series, path + quote(typed))
    assert status == 200
    assert "<script>x" not in text
    assert "<img src=x" not in text
    assert ">49<" not in text


def test_no_cell_of_the_table_is_a_formula(hostile: Any) -> None:
    status, headers, text = get(hostile, "/due.csv?as-of=2023-06-01")
    assert status == 200
    assert headers["content-type"].startswith("text/csv")
    assert "attachment" in headers["content-disposition"]
    assert re.search(r'(^|,)"?[=+@-]', text.partition("\n")[2], re.MULTILINE) is None


def test_a_hostile_name_stays_inside_its_header(hostile: Any) -> None:
    stored = next(Archive(hostile.settings.archive).notices())
    status, headers, text = get(hostile, f"/notices/{stored.id}/files/{stored.renditions[0].sha256}")
    assert status == 200
    assert text == NOTICE
    assert headers["content-type"].startswith("text/plain")
    assert headers["content-disposition"].startswith("attachment; filename=\"van-ban.txt\"; filename*=UTF-8''")
    assert "<" not in headers["content-disposition"]
    assert "sandbox" in headers["content-security-policy"]


# ---------------------------------------------------------------- paths


PATHS = [
    "/notices/../../../etc/passwd",
    "/notices/%2e%2e%2f%2e%2e%2fetc",
    "/notices/..%5c..%5cetc",
    "/notices/2021-09-lao-cai-00000000",
    "/notices/nope%00",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static//etc/passwd",
    "/runs/..%2f..%2fetc%2fpasswd",
    "/runs/..",
    "/notices/NOTICE/files/../../../../etc/passwd",
    "/notices/NOTICE/files/%2e%2e%2f%2e%2e",
    "/notices/NOTICE/files/0000",
    "/notices/NOTICE/files/0000/1.png",
    "/notices/NOTICE/files/SHA/1.png",  # a text file has no sheets
    "/notices/NOTICE?at=..%2f..%2fetc",
    "/notices/NOTICE?file=..%2f..%2fetc",
    "/khong-co",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_of_a_request_reaches_the_disk(sample: Any, path: str) -> None:
    stored = next(Archive(sample.settings.archive).notices())
    asked = path.replace("NOTICE", stored.id).replace("SHA", stored.renditions[0].sha256)
    status, _, text = get(sample, asked)
    assert status == 404
    assert "root:" not in text
    assert "Traceback" not in text
    assert str(sample.settings.home) not in text
    assert 'lang="vi"' in text


def test_a_page_that_a_pdf_does_not_have(series: Any) -> None:
    stored = next(n for n in Archive(series.settings.archive).notices() if n.renditions[0].format == "pdf")
    address = f"/notices/{stored.id}/files/{stored.renditions[0].sha256}"
    assert get(series, f"{address}/999.png")[0] == 404
    assert get(series, f"{address}/0.png")[0] == 404
    status, headers, _ = get(series, f"{address}/1.png")
    assert (status, headers["content-type"]) == (200, "image/png")


# ---------------------------------------------------------------- every answer


@pytest.mark.parametrize(
    "path", ["/", "/?q=dat", "/khong-co", "/suggest?q=so", "/static/ketluan.css", "/due.csv", "/due.xlsx", "/due.ics"]
)
def test_headers_of_every_answer(series: Any, path: str) -> None:
    _, headers, _ = get(series, path)
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


def test_a_site_that_may_show_the_page_in_a_frame(series: Any, serving: Callable[..., Any]) -> None:
    allowed = series.settings.model_copy(update={"web_frame_ancestors": "http://127.0.0.1:8080"})
    _, headers, _ = get(serving(allowed), "/help")
    assert "frame-ancestors http://127.0.0.1:8080" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_no_inline_code_in_any_template() -> None:
    folder = Path(web_app.__file__).with_name("templates")
    for template in folder.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|javascript:|\|\s*safe\b", text) is None, (
            template
        )


HOSTS = [("kho.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("localhost", 200), ("LOCALHOST:1", 200)]


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_only_known_names_are_answered(sample: Any, host: str, status: int) -> None:
    assert get(sample, "/help", Host=host)[0] == status


@pytest.mark.parametrize(
    ("path", "status"), [("/?q=" + "x" * 501, 400), ("/?q=" + "x" * 7000, 414), ("/?page=999999", 200)]
)
def test_what_is_asked_is_bounded(sample: Any, path: str, status: int) -> None:
    assert get(sample, path)[0] == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/due", "/runs", "/notices/x"])
def test_the_page_only_reads(sample: Any, method: str, path: str) -> None:
    assert send(sample, method, path, b"", {})[0] in (404, 405)


def test_too_slow_is_said_without_a_trace(
    sample: Any, serving: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "_call", lambda *_: time.sleep(3))
    status, _, text = get(serving(sample.settings, seconds=0.2), "/help")
    monkeypatch.undo()
    assert status == 503
    assert "Traceback" not in text


def test_a_broken_view_is_a_page_without_a_trace(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("bí mật")

    monkeypatch.setattr("ketluan.web.views.guide.page", broken)
    status, headers, text = get(sample, "/help")
    assert status == 500
    assert "bí mật" not in text
    assert "Traceback" not in text
    assert "báo người quản trị" in text
    assert "content-security-policy" in headers


# ---------------------------------------------------------------- the log


def test_who_asked_what_is_noted(series: Any) -> None:
    get(series, "/?q=" + quote("sạt lở"))
    time.sleep(0.3)  # the line is written once the answer is out
    rows = [json.loads(line) for line in (series.settings.access_log / "2023-06.jsonl").read_text().splitlines()]
    row = next(r for r in reversed(rows) if r["path"] == "/" and "sạt lở" in r.get("query", ""))
    assert row["from"] == "127.0.0.1"
    assert row["status"] == 200
    assert row["time"].startswith("2023-06-15T09:00:00+07:00")
    assert not any(r["path"].startswith("/static/") for r in rows)


def test_the_log_can_be_switched_off(serving: Callable[..., Any], tmp_path: Path) -> None:
    quiet = serving(Settings(home=tmp_path, web_access_log=False))
    assert get(quiet, "/help")[0] == 200
    assert not (tmp_path / "logs").exists()


# ---------------------------------------------------------------- files from the browser


def form(name: str, data: bytes, token: str) -> tuple[bytes, str]:
    """A form with one file, and its content type."""
    head = f'--XX\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
    head += f'--XX\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + data + b"\r\n--XX--\r\n", "multipart/form-data; boundary=XX"


def post(served: Any, name: str, data: bytes, token: str | None = None, **headers: str) -> tuple[int, str]:
    cookie, own_token = signed_in(served)
    body, kind = form(name, data, own_token if token is None else token)
    own = {"Origin": served.base, "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    status, _, text = send(served, "POST", "/upload", body, {"Content-Type": kind, **own, **headers})
    return status, text


_SESSIONS: dict[int, tuple[str, str]] = {}


def signed_in(served: Any) -> tuple[str, str]:
    """The cookie of a session at that server, and the token of its forms."""
    if served.port not in _SESSIONS:
        _SESSIONS[served.port] = _sign_in(served)
    return _SESSIONS[served.port]


def _sign_in(served: Any) -> tuple[str, str]:
    if not served.settings.users.exists():
        users.add(served.settings.users, "ha.le", "Lê Thị Hà", PASSWORD, now=datetime.now(UTC))
    _, headers, text = get(served, "/sign-in")
    visit = headers["set-cookie"].partition(";")[0]
    body = urlencode({"name": "ha.le", "password": PASSWORD, "token": token_of(text)}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": served.base}
    status, headers, _ = send(served, "POST", "/sign-in", body, kind | {"Cookie": visit})
    assert status == 303
    cookie = headers["set-cookie"].partition(";")[0]
    return cookie, token_of(get(served, "/help", Cookie=cookie)[2])


def token_of(text: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def inbox(served: Any) -> list[str]:
    return sorted(p.name for p in served.settings.inbox.iterdir() if p.is_file())


def test_files_are_sent_in_the_browser(sample: Any, page: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "Thông báo số 5.txt", tmp_path / "lương.xls"
    good.write_text("THÔNG BÁO", encoding="utf-8")
    bad.write_bytes(b"x")
    sample.sign_in(page, "/upload")
    page.get_by_label("Tệp thông báo").set_input_files([good, bad])
    page.get_by_role("button", name="Gửi").click()
    shown = page.get_by_role("status")
    expect(shown).to_contain_text("đã vào hộp thư đến Thông báo số 5.txt")
    expect(shown).to_contain_text("chưa nhận")
    assert "Thông báo số 5.txt" in inbox(sample)
    assert "lương.xls" not in inbox(sample)
    names = [unicodedata.normalize("NFD", "..\\\u202eSố 6\n.ly-do.txt"), "tb.txt.part", "ố" * 125 + ".txt"]
    page.get_by_label("Tệp thông báo").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": name.encode()} for name in names]
    )
    page.get_by_role("button", name="Gửi").click()
    expect(shown).to_contain_text("đã vào hộp thư đến Số 6 .ly-do_.txt")
    expect(shown).to_contain_text("chưa nhận tb.txt.part")
    seen = [one.shown for one in Inbox(sample.settings.inbox).look().files]
    assert {"Số 6 .ly-do_.txt", "ố" * 58 + ".txt"} <= set(seen)


def test_a_file_never_takes_the_place_of_another(sample: Any) -> None:
    assert post(sample, "../../trùng.txt", "một".encode())[0] == 200
    assert post(sample, "trùng.txt", b"hai")[0] == 200
    assert (sample.settings.inbox / "trùng.txt").read_text(encoding="utf-8") == "một"
    assert (sample.settings.inbox / "trùng (2).txt").read_text(encoding="utf-8") == "hai"
    assert [n for n in inbox(sample) if n.startswith(".")] == []


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://kho.example"},
    {"Origin": "null"},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_site_cannot_send_files(sample: Any, headers: dict[str, str]) -> None:
    before = inbox(sample)
    assert post(sample, "la.txt", b"abc", **headers)[0] == 403
    assert inbox(sample) == before


def test_a_file_too_large_is_refused(serving: Callable[..., Any], tmp_path: Path) -> None:
    small = serving(Settings(home=tmp_path, max_file_bytes=1000))
    status, text = post(small, "to.txt", b"x" * 200_000)
    assert status == 413
    assert "hộp thư đến" in text
    assert not small.settings.inbox.exists() or inbox(small) == []
    cookie, token = signed_in(small)
    body, kind = form("to.txt", b"x" * 200_000, token)
    lying = {"Content-Type": kind, "Content-Length": "10", "Origin": small.base, "Cookie": cookie}
    assert send(small, "POST", "/upload", body[:10], lying)[0] in (400, 403)
    assert not small.settings.inbox.exists() or inbox(small) == []


def test_nobody_sends_files_who_is_not_signed_in(sample: Any) -> None:
    before = inbox(sample)
    assert get(sample, "/upload")[0] == 401
    assert post(sample, "la.txt", b"abc", Cookie="ketluan_session=x")[0] == 401
    assert post(sample, "la.txt", b"abc", token="0" * 64)[0] == 403
    assert inbox(sample) == before
    assert "/upload" not in get(sample, "/")[2]


def test_nobody_sends_files_where_it_is_switched_off(series: Any, serving: Callable[..., Any]) -> None:
    closed = serving(series.settings.model_copy(update={"web_upload": False}))
    assert get(closed, "/upload")[0] == 404
    assert post(closed, "a.txt", b"abc")[0] == 404
