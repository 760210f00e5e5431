"""Following a search from its results: offered to all, done by who is signed in, told in the feed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ketluan import follow
from ketluan.index import open_index
from ketluan.settings import Settings
from samples.series.__main__ import main as write_series

pytestmark = pytest.mark.slow

NOW = datetime(2023, 6, 16, 1, 0, tzinfo=UTC)
SEARCH = "/?q=quyết+toán&kind=directive&agency=Sở+Tài+chính&role=lead&from=2023-01&to=2030-12"


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., Any], ingest: Callable[..., Settings]
) -> Any:
    """A month of the invented province; the second lies ready to come in."""
    home = tmp_path_factory.mktemp("following")
    assert write_series([str(home), "--months", "2"]) == 0
    later = sorted(home.glob("inbox/*2023-02*"))
    assert later
    for path in later:
        path.rename(home / path.name)
    return serving(ingest(home, web_access_log=False))


def test_a_search_is_followed_told_of_once_and_dropped(
    office: Any, page: Page, ingest: Callable[..., Settings]
) -> None:
    office.sign_in(page)
    page.goto(office.base + SEARCH)
    page.get_by_role("link", name="Theo dõi tìm kiếm này").click()
    name = page.get_by_label("Tên gọi")
    expect(name).to_have_value(re.compile("quyết toán; .*Sở Tài chính"))
    assert Axe().run(page).violations_count == 0
    name.fill("<b>Vốn</b> của Sở Tài chính")
    page.locator("main").get_by_role("button", name="Theo dõi", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đang theo dõi câu hỏi này")
    expect(page.locator("h2").filter(has_text="<b>Vốn</b> của Sở Tài chính")).to_have_count(1)
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Tìm trong cả kho").click()
    assert page.locator(".chips li").count() == 5  # four filters, and a way out of all

    page.goto(office.base + SEARCH)
    page.get_by_role("link", name="Theo dõi tìm kiếm này").click()
    expect(page.get_by_role("status")).to_contain_text("đang được theo dõi rồi")
    assert page.get_by_label("Tên gọi").count() == 0

    for path in office.settings.home.glob("*2023-02*"):
        path.rename(office.settings.inbox / path.name)
    settings = ingest(office.settings.home)
    follow.check(settings, open_index(settings), NOW)
    page.locator("nav").get_by_role("link", name="Tin mới").click()
    expect(page.locator(".list li")).to_have_count(1)
    page.locator(".list a").click()
    expect(page.locator("h1")).to_contain_text("tháng 2 năm 2023")

    page.goto(f"{office.base}/follow")
    page.get_by_text("Thôi theo dõi câu hỏi này").click()
    page.get_by_role("button", name="Bỏ câu hỏi này").click()
    expect(page.locator(".empty")).to_contain_text("Chưa có câu hỏi nào")


def test_a_reader_is_offered_to_sign_in_also_where_nothing_is_found(office: Any, page: Page) -> None:
    page.goto(f"{office.base}/?q=qwerty")
    page.get_by_role("link", name="Theo dõi tìm kiếm này").click()
    assert page.locator("main form").count() == 0
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Đăng nhập để theo dõi").click()
    expect(page.locator("[name=next]").last).to_have_value("/follow?q=qwerty")


@pytest.mark.parametrize("address", ['/?q="("', "/trace?q=!!!"])
def test_a_question_of_signs_alone_stays_in_the_box(office: Any, page: Page, watch: Any, address: str) -> None:
    page.goto(office.base + address)
    expect(page.get_by_role("status").first).to_contain_text("Hãy nhập từ cần tìm")
    expect(page.locator("#q")).to_have_value(address.partition("q=")[2])
    watch.errors.clear()  # the browser itself notes a 400


def test_a_list_that_is_damaged_is_said_without_its_path(
    serving: Callable[..., Any], ingest: Callable[..., Settings], page: Page, watch: Any, tmp_path: Path
) -> None:
    served = serving(ingest(tmp_path, web_access_log=False))
    (tmp_path / follow.FILE).write_text("{")
    page.goto(f"{served.base}/follow")
    expect(page.locator("main")).to_contain_text("lấy lại tệp follow.json từ bản sao lưu")
    assert str(tmp_path) not in page.content()
    watch.errors.clear()  # the browser itself notes a 500
