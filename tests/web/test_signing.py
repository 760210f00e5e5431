"""Signing in, and what only who is signed in may do: the cookie, the token, wrong passwords, corrections in place."""

from __future__ import annotations

import http.client
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from ketluan import follow, users
from ketluan.archive import Archive
from ketluan.settings import Settings
from ketluan.web import signing
from tests.waiting import until

pytestmark = pytest.mark.slow

NOW = datetime(2023, 6, 15, tzinfo=UTC)
PASSWORD = "rừng thông đầu nguồn"
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "2021-09-lao-cai.txt"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Any], ingest: Callable[..., Settings]
) -> Any:
    """An archive of its own, because it is set right here."""
    home = tmp_path_factory.mktemp("office")
    (home / "inbox").mkdir()
    shutil.copyfile(SAMPLE, home / "inbox" / SAMPLE.name)
    return serving(ingest(home))


def stored(office: Any) -> Any:
    return next(Archive(office.settings.archive).notices())


def ask(served: Any, method: str, path: str, body: str = "", **headers: str) -> tuple[int, list[tuple[str, str]], str]:
    """Without a browser; the answer's status, headers and text."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    own = {"Origin": served.base, "Content-Type": FORM} if method == "POST" else {}
    connection.request(method, path, body.encode() or None, {**own, **headers})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, [(name.lower(), value) for name, value in answer.getheaders()], text


def cookies(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Cookies that an answer sets, each with its whole line."""
    return {value.partition("=")[0]: value for name, value in headers if name == "set-cookie"}


def token(text: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def let_in(served: Any, password: str = PASSWORD, name: str = "ha.le", **headers: str) -> tuple[int, dict[str, str]]:
    """The status of a sign-in by hand and the cookies that it sets."""
    if not served.settings.users.exists():
        users.add(served.settings.users, "ha.le", "Lê Thị Hà", PASSWORD, now=NOW)
    _, got, text = ask(served, "GET", "/sign-in")
    visit = cookies(got)[signing.VISIT].partition(";")[0]
    body = urlencode({"name": name, "password": password, "token": token(text)})
    status, got, _ = ask(served, "POST", "/sign-in", body, Cookie=visit, **headers)
    return status, cookies(got)


def session(served: Any) -> tuple[str, str]:
    """A cookie that is signed in, and the token of its forms."""
    status, got = let_in(served)
    assert status == 303
    cookie = got[signing.SESSION].partition(";")[0]
    return cookie, token(ask(served, "GET", "/help", Cookie=cookie)[2])


@pytest.fixture(scope="module")
def mine(office: Any) -> tuple[str, str]:
    """A session that tests share which do not end it: each sign-in takes its time, as it should."""
    return session(office)


# ---------------------------------------------------------------- in and out


def test_a_reader_reads_and_changes_nothing(office: Any, page: Page) -> None:
    one = stored(office)
    page.goto(f"{office.base}/notices/{one.id}?at=II.5&correct=lead")
    assert page.locator("main form, .fix").count() == 0
    expect(page.get_by_role("link", name="Đăng nhập")).to_be_visible()


def test_in_by_the_form_and_out_again(office: Any, page: Page, context: BrowserContext) -> None:
    back = f"/notices/{stored(office).id}?at=II.5"
    page.goto(office.base + back)
    page.get_by_role("link", name="Đăng nhập").click()
    assert Axe().run(page).violations_count == 0
    office.sign_in(page, back)
    expect(page.locator(".who")).to_have_text("Lê Thị Hà")
    cookie = next(one for one in context.cookies() if one["name"] == signing.SESSION)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập")).to_be_visible()
    shown = {"Cookie": f"{signing.SESSION}={cookie['value']}"}
    assert "Lê Thị Hà" not in ask(office, "GET", "/help", **shown)[2]  # a copy of the cookie is worth nothing now


def test_nobody_is_told_whether_the_name_or_the_password_was_wrong(office: Any, page: Page, watch: Any) -> None:
    office.sign_in(page)
    page.get_by_role("button", name="Đăng xuất").click()
    said = []
    for name, password in (("ha.le", "sai"), ("ai.do", PASSWORD)):
        page.goto(f"{office.base}/sign-in")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(password)
        page.locator("main").get_by_role("button", name="Đăng nhập").click()
        said.append(page.get_by_role("alert").inner_text())
        expect(page.get_by_label("Mật khẩu")).to_have_value("")
    assert said[0] == said[1]
    watch.errors.clear()  # the browser itself notes a 403


def test_a_cookie_is_for_https_where_the_page_is(office: Any) -> None:
    _, plain = let_in(office)
    _, sure = let_in(office, **{"X-Forwarded-Proto": "https", "Origin": office.base})
    assert "secure" not in plain[signing.SESSION].lower()
    assert "; secure" in sure[signing.SESSION].lower()


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "é", "../../etc"])
def test_no_cookie_of_ones_own_making_lets_in(office: Any, cookie: str) -> None:
    status, _, text = ask(office, "GET", "/upload", Cookie=f"{signing.SESSION}={quote(cookie)}")
    assert status == 401
    assert "/sign-in?next=%2Fupload" in text


def test_a_session_ends_with_the_password_and_with_the_user(serving: Callable[..., Any], tmp_path: Path) -> None:
    served = serving(Settings(home=tmp_path, web_access_log=False))
    for end in (
        lambda file: users.change(file, "ha.le", "mật khẩu khác hẳn", now=NOW),
        lambda file: users.remove(file, "ha.le"),
    ):
        served.settings.users.unlink(missing_ok=True)
        cookie, _ = session(served)
        assert "Lê Thị Hà" in ask(served, "GET", "/help", Cookie=cookie)[2]
        end(served.settings.users)
        assert "Lê Thị Hà" not in ask(served, "GET", "/help", Cookie=cookie)[2]


def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    now = [0.0]
    users.add(tmp_path / "users.json", "ha.le", "Hà", PASSWORD, now=NOW)
    table = signing.Sessions(tmp_path / "users.json", 12, lambda: now[0])
    cookie = table.sign_in("ha.le", PASSWORD, "here")
    now[0] = 12 * 3600 - 1
    assert table.user(cookie)
    now[0] += 2
    assert table.user(cookie) is None
    now[0] = 0
    assert table.user(cookie) is None


def test_wrong_passwords_are_counted_and_forgotten_with_time(tmp_path: Path) -> None:
    now = [0.0]
    users.add(tmp_path / "users.json", "ha.le", "Hà", PASSWORD, now=NOW)
    table = signing.Sessions(tmp_path / "users.json", 12, lambda: now[0])
    for _ in range(5):
        assert table.sign_in("ha.le", "sai", "here") is None
    with pytest.raises(signing.TooMany) as told:
        table.sign_in("ha.le", PASSWORD, "here")  # the right one too: or guessing would only be slower
    assert told.value.minutes == 15
    assert table.sign_in("ha.le", PASSWORD, "elsewhere")
    now[0] = signing.WINDOW + 1
    assert table.sign_in("ha.le", PASSWORD, "here")


def test_wrong_passwords_over_many_addresses_and_names_are_counted_too() -> None:
    wrong = signing.Wrong(lambda: 0.0)
    for n in range(30):
        wrong.note("ha.le", f"10.0.0.{n}")
        wrong.note(f"ai.{n}", "10.9.9.9")
    for name, address in (("ha.le", "10.0.1.1"), ("ai", "10.9.9.9")):
        with pytest.raises(signing.TooMany):
            wrong.check(name, address)
    wrong.check("ai", "10.0.1.1")


def test_too_many_wrong_passwords_are_said_on_the_page(serving: Callable[..., Any], tmp_path: Path) -> None:
    served = serving(Settings(home=tmp_path, web_access_log=False))
    assert [let_in(served, "sai mật khẩu")[0] for _ in range(6)] == [403] * 5 + [429]
    assert let_in(served)[0] == 429


BACK = [
    ("/due?state=overdue", "/due?state=overdue"),
    ("//evil.example/", "/"),
    ("/\\evil.example", "/"),
    ("https://evil.example/", "/"),
    ("javascript:alert(1)", "/"),
    ("/a\r\nX-Evil: 1", "/"),
    ("/sign-out", "/"),
    ("", "/"),
]


@pytest.mark.parametrize(("asked", "goes"), BACK)
def test_after_the_sign_in_one_stays_with_us(office: Any, asked: str, goes: str) -> None:
    from ketluan.web.views.sign_in import ours

    assert ours(asked) == goes
    text = ask(office, "GET", f"/sign-in?next={quote(asked)}")[2]
    assert f'name="next" value="{goes.replace("&", "&amp;")}"' in text


def test_an_address_like_another_machine_gives_no_link_there(office: Any) -> None:
    text = ask(office, "GET", "//evil.example/x")[2]
    assert 'href="//' not in text


PATHS = [
    "/sign-in",
    "/sign-out",
    "/notices/ID/corrections",
    "/notices/ID/corrections/1/undo",
    "/follow?q=dat",
    "/follow/x/remove",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrong", ["no token", "token of another", "another site", "no form", "too long"])
def test_no_form_is_taken_that_is_not_ours(office: Any, mine: tuple[str, str], path: str, wrong: str) -> None:
    cookie, right = mine
    other = token(ask(office, "GET", "/sign-in")[2])
    path = path.replace("ID", stored(office).id)
    fields = {"token": right, "at": "II.5", "field": "lead", "value": "Sở Y tế", "because": "thử"}
    headers = {"Cookie": cookie}
    status = 403
    if wrong == "no token":
        del fields["token"]
    elif wrong == "token of another":
        fields["token"] = other
    elif wrong == "another site":
        headers["Origin"] = "http://evil.example"
    elif wrong == "no form":
        headers["Content-Type"], status = "text/plain", 400
    else:
        fields["because"], status = "x" * 40_000, 413
    assert ask(office, "POST", path, urlencode(fields), **headers)[0] == status
    assert "Lê Thị Hà" in ask(office, "GET", "/help", Cookie=cookie)[2]  # not signed out either
    assert not Archive(office.settings.archive).correction_log(stored(office).id).entries
    assert not follow.read(office.settings).follows


@pytest.mark.parametrize("path", PATHS[1:])
def test_nothing_is_changed_by_who_is_not_signed_in(office: Any, path: str) -> None:
    _, got, text = ask(office, "GET", "/sign-in")
    visit = cookies(got)[signing.VISIT].partition(";")[0]
    fields = {"token": token(text), "at": "II.5", "field": "lead", "value": "Sở Y tế", "because": "thử"}
    path = path.replace("ID", stored(office).id)
    assert ask(office, "POST", path, urlencode(fields), Cookie=visit)[0] == 401


def test_who_is_signed_in_is_noted_and_not_kept_by_the_browser(office: Any, mine: tuple[str, str]) -> None:
    cookie, _ = mine
    _, got, _ = ask(office, "GET", "/?q=ghi+ten", Cookie=cookie)
    assert ("cache-control", "private, no-store") in got
    log = office.settings.access_log / "2023-06.jsonl"

    def noted() -> bool:
        return any('"user": "ha.le"' in line and "ghi ten" in line for line in log.read_text().splitlines())

    until(noted, "not noted")  # the line is written once the answer is out
    assert PASSWORD.encode("unicode_escape").decode() not in log.read_text()


# ---------------------------------------------------------------- setting right


def test_a_lead_is_set_right_in_place_and_found_at_once_and_taken_back(office: Any, page: Page) -> None:
    one = stored(office)
    was = next(c for c in one.notice.conclusions if c.path == "II.5").lead[0].name
    office.sign_in(page, f"/notices/{one.id}?at=II.5")
    page.locator(".fix").get_by_role("link", name="cơ quan chủ trì").click()
    expect(page.get_by_label("Giá trị đúng")).to_be_focused()
    expect(page.get_by_label("Giá trị đúng")).to_have_value(was)
    expect(page.locator(".paper mark").first).to_be_in_viewport()  # the passage stays in sight
    assert Axe().run(page).violations_count == 0
    page.get_by_label("Giá trị đúng").fill("Sở TN&MT; Sở Xây dựng")
    page.get_by_label("Vì sao").fill("<b>Theo bản ký</b>")
    page.get_by_role("button", name="Ghi lại").click()

    expect(page.get_by_role("status")).to_contain_text("Sở Tài nguyên và Môi trường; Sở Xây dựng")
    facts = page.locator(".chosen .facts")
    expect(facts).to_contain_text("Sở Xây dựng")
    history = page.locator(".corrections li").first
    expect(history).to_contain_text("Lê Thị Hà")
    expect(history).to_contain_text("<b>Theo bản ký</b>")
    expect(history).to_contain_text(was)
    assert Axe().run(page).violations_count == 0
    page.goto(f"{office.base}/?agency={quote('Sở Xây dựng')}&role=lead")
    expect(page.locator("article.card").filter(has_text="đã sửa: chủ trì")).to_have_count(1)

    page.goto(f"{office.base}/notices/{one.id}?at=II.5")
    page.get_by_text("Bỏ lần sửa #1").click()
    page.locator(".undoing").get_by_label("Vì sao").fill("sửa nhầm mục")
    page.get_by_role("button", name="Bỏ lần sửa này").click()
    expect(page.get_by_role("status")).to_contain_text("Đã bỏ lần sửa #1")
    assert [e.by for e in Archive(office.settings.archive).correction_log(one.id).entries] == ["Lê Thị Hà"] * 2
    page.goto(f"{office.base}/notices/{one.id}?at=II.5")
    expect(page.locator(".chosen .facts")).to_contain_text(was)
    page.goto(f"{office.base}/?agency={quote('Sở Xây dựng')}&role=lead")
    assert page.locator("article.card").filter(has_text="đã sửa").count() == 0


def test_each_kind_of_field_has_its_form(office: Any, page: Page) -> None:
    """A day, a choice, several choices, names: sent without JavaScript's help as a form is."""
    from extractors.topics import topic_names
    from ketluan.correctable import CONCLUSION

    one = stored(office)
    conclusion = next(c for c in one.notice.conclusions if c.lead and len([d for d in c.deadlines if d.due]) == 1)
    topic = next(t for t in topic_names() if t not in conclusion.topics)
    where = f"/notices/{one.id}?at={quote(conclusion.path)}"
    office.sign_in(page, where)

    def send(field: str, because: str = "theo bản ký") -> None:
        page.get_by_label("Vì sao").first.fill(because)
        page.get_by_role("button", name="Ghi lại").click()
        expect(page.get_by_role("status")).to_contain_text("Đã ghi lần sửa")

    page.goto(f"{office.base}{where}&correct=due")
    page.get_by_label("Giá trị đúng").fill("2021-12-30")
    send("due")
    page.goto(f"{office.base}{where}&correct=kind")
    page.get_by_label("Giá trị đúng").select_option("decision")
    send("kind")
    page.goto(f"{office.base}{where}&correct=topics")
    page.get_by_role("checkbox", name=topic_names()[topic], exact=True).check()
    send("topics")
    page.goto(f"{office.base}{where}&correct=report_to")
    page.get_by_label("Giá trị đúng").fill("UBND tỉnh")
    send("report_to")

    now = next(c for c in stored(office).notice.conclusions if c.path == conclusion.path)
    assert [d.due.isoformat() for d in now.deadlines if d.due] == ["2021-12-30"]
    assert now.kind.value == "decision"
    assert topic in now.topics
    assert CONCLUSION["report_to"].read(now, None)
    page.goto(f"{office.base}/due?as-of=2021-12-31")
    expect(page.locator(".task.overdue").filter(has_text="30/12/2021")).to_have_count(1)


def test_a_field_of_the_notice_is_set_right_from_its_problem(office: Any, page: Page) -> None:
    one = stored(office)
    office.sign_in(page, f"/notices/{one.id}")
    page.locator(".problems").get_by_role("link", name="sửa số văn bản").click()
    page.get_by_label("Giá trị đúng").fill("268")
    page.get_by_label("Vì sao").first.fill("Theo bản ký")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.locator(".noticehead .eyebrow")).to_contain_text("268/TB-VPUBND")
    assert page.locator(".problems").get_by_role("link", name="sửa số văn bản").count() == 0  # settled
    page.goto(f"{office.base}/calendar")
    expect(page.locator(".cell").filter(has_text="Tháng 9")).to_contain_text("268/TB-VPUBND")


def test_what_cannot_be_is_said_and_what_was_typed_stays(office: Any, page: Page, watch: Any) -> None:
    one = stored(office)
    before = len(Archive(office.settings.archive).correction_log(one.id).entries)
    office.sign_in(page, f"/notices/{one.id}?correct=issued")
    page.get_by_label("Giá trị đúng").fill("31/9/2021")
    page.get_by_label("Vì sao").first.fill("Theo bản ký")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.get_by_role("alert")).to_contain_text("không phải ngày có thật")
    expect(page.get_by_label("Giá trị đúng")).to_have_value("31/9/2021")
    expect(page.get_by_label("Vì sao").first).to_have_value("Theo bản ký")
    assert len(Archive(office.settings.archive).correction_log(one.id).entries) == before
    watch.errors.clear()  # the browser itself notes a 400


def test_two_who_set_the_same_right_are_told(office: Any, mine: tuple[str, str]) -> None:
    """The second form was made before the first one was sent."""
    cookie, mark = mine
    one = stored(office)
    where = f"/notices/{one.id}"
    fields = {"token": mark, "field": "place", "old": one.notice.place or "(để trống)", "because": "Theo bản ký"}
    assert ask(office, "POST", f"{where}/corrections", urlencode(fields | {"value": "Sa Pa"}), Cookie=cookie)[0] == 303
    status, _, text = ask(
        office, "POST", f"{where}/corrections", urlencode(fields | {"value": "Bát Xát"}), Cookie=cookie
    )
    assert status == 400
    assert "đã có người sửa" in text
    assert stored(office).notice.place == "Sa Pa"


@pytest.mark.parametrize("at", ["", "II.5", "../..", "x"])
@pytest.mark.parametrize("field", ["", "lead.9", "due.99", "__class__", "../../etc", "<script>"])
def test_no_field_of_ones_own_making(office: Any, mine: tuple[str, str], at: str, field: str) -> None:
    cookie, mark = mine
    fields = {"token": mark, "at": at, "field": field, "value": "x", "because": "thử", "old": ""}
    status, _, text = ask(office, "POST", f"/notices/{stored(office).id}/corrections", urlencode(fields), Cookie=cookie)
    assert status in (404, 409)
    assert "<script>" not in text.replace("<script src", "")
