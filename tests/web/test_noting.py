"""What an archivist notes of a task on the page: done, closed, open after all, the day of an event; on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from ketluan.archive import Archive
from ketluan.index import open_index, rebuild

pytestmark = pytest.mark.slow

#: For what does not depend on the engine.
EMBEDDED = pytest.mark.parametrize("office", ["embedded"], indirect=True)

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH AN SƠN
Số: 77/TB-UBND
An Sơn, ngày 05 tháng 6 năm 2023
THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh tại phiên họp thường kỳ tháng 5 năm 2023
Ngày 31/5/2023, UBND tỉnh họp phiên thường kỳ tháng 5. Chủ tịch UBND tỉnh kết luận như sau:
1. Giao Sở Y tế hoàn thành việc sửa chữa Trạm Y tế xã Nà Lạng trước ngày 10/6/2023.
2. Giao Sở Tài chính chủ trì, trình phương án phân bổ vốn trước kỳ họp HĐND tỉnh cuối năm.
3. Giao Sở Nội vụ lập danh sách trước ngày 20/6/2023, báo cáo kết quả rà soát trước ngày 30/6/2023.
4. Giao Sở Công Thương, Sở Xây dựng kiểm tra các chợ trước ngày 12/6/2023.
"""


@pytest.fixture(params=["embedded", "elasticsearch"])
def office(
    request: pytest.FixtureRequest, tmp_path: Any, serving: Callable[..., Any], ingest: Callable[..., Any]
) -> Iterator[Any]:
    """An archive of one notice, asked through either engine."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "tb.txt").write_text(NOTICE, encoding="utf-8")
    settings = ingest(tmp_path, web_access_log=False)
    if request.param == "embedded":
        yield serving(settings)
        return
    url = request.getfixturevalue("elasticsearch_url")
    given = {"elasticsearch_url": url, "elasticsearch_prefix": f"note-{uuid.uuid4().hex[:8]}"}
    settings = settings.model_copy(update={"engine": "elasticsearch", **given})
    index = open_index(settings)
    rebuild(index, Archive(settings.archive).notices())
    yield serving(settings)
    index.close()


def task(page: Page, words: str) -> Locator:
    """The line of the board with these words."""
    return page.locator(".task").filter(has_text=words)


def log(office: Any) -> list[tuple[str | None, object, str]]:
    """What was entered: field, value, reason."""
    archive = Archive(office.settings.archive)
    return [(e.field, e.new, e.because) for e in archive.correction_log(next(iter(archive.ids()))).entries]


def note(page: Page, state: str, day: str, because: str) -> None:
    page.get_by_label(state, exact=True).check()
    page.get_by_label("Ngày", exact=True).fill(day)
    page.get_by_label("Vì sao").fill(because)
    page.get_by_role("button", name="Ghi lại").click()


def test_a_task_is_noted_done_and_open_again_on_the_board(office: Any, page: Page) -> None:
    board = "/due?as-of=2023-06-15&state=overdue"
    office.sign_in(page, board)
    task(page, "Trạm Y tế").get_by_role("link", name="Ghi nhận đã xong").click()
    expect(page.get_by_label("Ngày", exact=True)).to_have_value("2023-06-15")
    assert Axe().run(page).violations_count == 0
    note(page, "đã làm xong", "2023-06-09", "<b>Báo cáo 9/BC-SYT</b>")

    expect(page.get_by_role("status")).to_contain_text("đã làm xong 09/06/2023")
    assert "state=overdue" in page.url  # where it was
    expect(task(page, "Trạm Y tế")).to_have_count(0)
    assert Axe().run(page).violations_count == 0
    page.goto(f"{office.base}/due?as-of=2023-06-15")
    done = task(page, "Trạm Y tế")
    expect(done).to_contain_text("Đã xong (đúng hạn), 09/06/2023: “<b>Báo cáo 9/BC-SYT</b>” Lê Thị Hà ghi nhận")
    page.goto(f"{office.base}/due?as-of=2023-06-08")
    expect(task(page, "Trạm Y tế")).not_to_contain_text("Đã xong")  # not yet on that day

    page.goto(f"{office.base}/due?as-of=2023-06-15")
    done.get_by_role("link", name="Ghi nhận lại").click()
    expect(page.get_by_label("chưa xong, theo dõi tiếp")).to_be_checked()
    note(page, "chưa xong, theo dõi tiếp", "2023-06-14", "Mới xong phần mái")
    expect(task(page, "Trạm Y tế")).to_contain_text("quá 5 ngày")
    assert [(field, day) for field, day, _ in log(office)] == [("done", "2023-06-09"), ("open", "2023-06-14")]


def test_an_event_gets_its_day_and_a_deadline_another(office: Any, page: Page) -> None:
    office.sign_in(page, "/due?as-of=2023-06-15")
    task(page, "phương án phân bổ vốn").get_by_role("link", name="Đặt ngày").click()
    assert Axe().run(page).violations_count == 0
    page.get_by_label("Giá trị đúng").fill("2023-06-18")
    page.get_by_label("Vì sao").fill("Giấy mời kỳ họp thứ mười")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.locator("#events")).to_have_count(0)
    dated = page.locator(".task.soon").filter(has_text="phương án phân bổ vốn")
    expect(dated).to_contain_text("18/06/2023")
    expect(dated).to_contain_text("Ngày do Lê Thị Hà đặt: “kỳ họp HĐND tỉnh cuối năm”")

    task(page, "12/6/2023").get_by_role("link", name="Sửa ngày").click()
    page.get_by_label("Giá trị đúng").fill("2023-08-12")
    page.get_by_label("Vì sao").fill("Theo bản ký")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.locator(".task.open").filter(has_text="12/08/2023")).to_have_count(1)
    page.goto(f"{office.base}/?q=kiểm tra các chợ&due-from=2023-08-01")
    expect(page.locator("article.card").filter(has_text="đã sửa: thời hạn")).to_contain_text("12/08/2023")


@EMBEDDED
def test_of_two_deadlines_the_one_chosen_is_noted(office: Any, page: Page) -> None:
    where = f"/notices/{next(iter(Archive(office.settings.archive).ids()))}?at=3"
    office.sign_in(page, where)
    page.locator(".fix").get_by_role("link", name="trước ngày 30/6/2023").first.click()
    expect(page.locator(".correcthead")).to_contain_text("Ghi nhận tình trạng “trước ngày 30/6/2023”")
    assert Axe().run(page).violations_count == 0
    note(page, "thôi theo dõi", "2023-06-14", "Sở Nội vụ rút")
    expect(page.locator(".chosen .ended")).to_contain_text("Thôi theo dõi, 14/06/2023 (“trước ngày 30/6/2023”)")
    expect(page.locator(".chosen .fixed")).to_have_count(0)  # nothing of the record was read wrongly
    page.goto(f"{office.base}/due?as-of=2023-06-15")
    expect(page.locator(".task.closed")).to_have_count(1)
    expect(page.locator(".task.closed .day")).to_contain_text("30/06/2023")
    expect(page.locator(".task.soon")).to_contain_text("20/06/2023")


@EMBEDDED
def test_what_only_who_is_signed_in_sees_fits_a_phone(office: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    office.sign_in(page, "/due?as-of=2023-06-15")
    task(page, "12/6/2023").get_by_role("link", name="Ghi nhận đã xong").click()
    id = next(iter(Archive(office.settings.archive).ids()))
    for address in (page.url, f"{office.base}/notices/{id}?at=3", f"{office.base}/upload", f"{office.base}/follow?q=x"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


@EMBEDDED
def test_a_note_for_several_agencies_says_so_and_a_day_to_come_is_refused(office: Any, bare: Page) -> None:
    """Without JavaScript."""
    office.sign_in(bare, "/due")
    task(bare, "12/6/2023").get_by_role("link", name="Ghi nhận đã xong").click()
    expect(bare.locator(".correcthead")).to_contain_text("Ghi nhận chung cho: Sở Công Thương; Sở Xây dựng")
    bare.locator(".correcting").evaluate("form => form.noValidate = true")
    note(bare, "đã làm xong", "2023-06-16", "Công văn 5/SCT")
    expect(bare.get_by_role("alert")).to_contain_text("Ngày 16/06/2023 chưa đến")
    expect(bare.get_by_label("Vì sao").first).to_have_value("Công văn 5/SCT")
    assert log(office) == []
    note(bare, "đã làm xong", "2023-06-12", "Công văn 5/SCT")
    expect(bare.get_by_role("status")).to_contain_text("đã làm xong 12/06/2023")
    assert bare.url.startswith(f"{office.base}/due?")  # still where it began
    assert len(log(office)) == 1


def test_a_reader_sees_no_form_whatever_the_address(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/due?as-of=2023-06-15")
    expect(page.get_by_role("link", name="Đăng nhập để ghi nhận")).to_be_visible()
    line = page.locator(".task .source a").first.get_attribute("href") or ""
    page.goto(f"{series.base}/due?as-of=2023-06-15&note={line.partition('id=')[2]}%3A1")
    assert page.locator(".correcting, .task .fix").count() == 0


@pytest.mark.parametrize("odd", ["note=x", "day=../../etc", f"noted={quote('../x')}&done=1", "noted=x&done=x", "note="])
def test_an_address_of_ones_own_making_opens_nothing(series: Any, page: Page, odd: str) -> None:
    series.sign_in(page, "/due")
    page.goto(f"{series.base}/due?{odd}")
    expect(page.locator("h1")).to_have_text("Sổ theo dõi thời hạn")
    assert page.locator(".correcting, #done").count() == 0
