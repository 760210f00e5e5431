"""The whole way of an archivist, in a real browser: from a file taken in to its passage marked on the page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import icalendar
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ketluan import follow
from ketluan.archive import Archive
from ketluan.index import open_index
from ketluan.settings import Settings
from ketluan.web import words
from ketluan.web.app import ZONE

pytestmark = pytest.mark.slow


def ask(page: Page, text: str) -> None:
    """Type a question and send it."""
    page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first.fill(text)
    page.get_by_role("button", name="Tìm").click()


def total(page: Page) -> int:
    """How many conclusions the page says it found."""
    return int(re.search(r"\d+", page.locator(".total").inner_text())[0])  # type: ignore[index]


def by_format(served: Any, format: str) -> Any:
    """A notice of the archive that leads with a file of that format."""
    found = Archive(served.settings.archive).notices()
    return next(n for n in found if n.renditions[0].format == format)


def dated(stored: Any) -> Any:
    """A conclusion of some length with a lead and a last day."""
    return next(c for c in stored.notice.conclusions if c.lead and any(d.due for d in c.deadlines) and len(c.text) > 60)


# ---------------------------------------------------------------- search


def test_from_the_question_to_the_passage_in_the_original(sample: Any, page: Page) -> None:
    page.goto(sample.base)
    ask(page, "quy hoach su dung dat")
    card = page.locator("article.card").first
    marks = " ".join(card.locator("mark").all_inner_texts()).lower()
    assert all(word in marks for word in ("quy hoạch", "sử dụng", "đất"))
    expect(card).to_contain_text("tháng 09/2021")
    passage = card.locator(".passage").inner_text().strip("… ")
    card.get_by_role("link", name="Xem trong bản gốc").click()
    assert "/notices/2021-09-lao-cai-" in page.url
    marked = page.locator(".paper mark")
    expect(marked.first).to_be_in_viewport()
    text = " ".join(marked.all_inner_texts())
    assert passage[:60] in text
    expect(page.locator(".chosen .passage")).to_contain_text(passage[:60])


def test_words_with_and_without_marks(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=giai ngan")
    plain = total(page)
    page.goto(f"{series.base}/?q=giải ngân")
    assert total(page) == plain > 0
    page.goto(f'{series.base}/?q="giãi ngàn"')
    assert total(page) == 0
    expect(page.get_by_role("heading", name="Không tìm thấy")).to_be_visible()


def test_a_card_says_who_by_when_and_where(series: Any, page: Page) -> None:
    stored = by_format(series, "docx")
    one = dated(stored)
    page.goto(f"{series.base}/?q={quote(chr(34) + one.text[:50] + chr(34))}&from={stored.notice.session.month}")
    card = page.locator("article.card").first
    expect(card).to_contain_text(one.lead[0].name)
    due = next(d.due for d in one.deadlines if d.due)
    expect(card).to_contain_text(due.strftime("%d/%m/%Y"))
    expect(card).to_contain_text(f"{stored.notice.number}/{stored.notice.symbol}")
    expect(card).to_contain_text(one.path)


def test_facets_narrow_and_chips_widen(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=dự án")
    before = total(page)
    first = page.get_by_label("Lọc kết quả").locator("section").filter(has_text="Cơ quan").locator("li a").first
    name, count = first.locator("span").first.inner_text(), int(first.locator(".count").inner_text())
    first.click()
    page.wait_for_url("**agency=**")
    assert total(page) == count < before
    chip = page.get_by_label("Bộ lọc đang dùng").get_by_role("link", name=name)
    chip.click()
    page.wait_for_url(lambda url: "agency" not in url)
    assert total(page) == before


FILTERS = [  # added to the address; what every card must show
    ("from=2023-03&to=2023-04", r"tháng 0[34]/2023"),
    ("kind=decision", "Quyết định"),
    ("agency=Sở Y tế&role=lead", "Chủ trì.*Sở Y tế"),
    ("due-from=2023-05-01&due-to=2023-05-31", r"/05/2023"),
]


@pytest.mark.parametrize(("filters", "shown"), FILTERS)
def test_each_filter_holds_for_every_card(series: Any, page: Page, filters: str, shown: str) -> None:
    page.goto(f"{series.base}/?{filters}")
    texts = page.locator("article.card").all_inner_texts()
    assert texts
    assert [t for t in texts if not re.search(shown, t, re.S)] == []


def test_what_cannot_be_understood_is_said(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=rừng&from=hôm nào")
    expect(page.locator(".note")).to_contain_text("hôm nào")
    assert total(page) > 0


def test_pages_of_results_do_not_overlap(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?kind=directive&sort=newest")
    first = set(page.locator("article.card .source a:first-of-type").evaluate_all("found => found.map(a => a.href)"))
    page.get_by_role("link", name="Sau →").click()
    page.wait_for_url("**page=2**")
    second = set(page.locator("article.card .source a:first-of-type").evaluate_all("found => found.map(a => a.href)"))
    assert len(first) == len(second) == 20
    assert not first & second


@pytest.mark.parametrize("typed", ["so y", "sở y"])
def test_suggestions_while_typing(series: Any, page: Page, typed: str) -> None:
    page.goto(series.base)
    box = page.get_by_role("combobox")
    box.press_sequentially(typed)
    option = page.get_by_role("option").filter(has_text="Sở Y tế").first
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(option).to_be_hidden()
    box.press_sequentially(" t")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "q-list-0")
    box.press("Enter")
    page.wait_for_url("**agency=**")
    assert total(page) > 0


def test_a_slash_leads_to_the_box(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/trace")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


# ---------------------------------------------------------------- a notice and its original


def test_the_passage_is_marked_on_the_page_of_the_pdf(series: Any, page: Page) -> None:
    stored = by_format(series, "pdf")
    one = dated(stored)
    page.goto(f"{series.base}/notices/{stored.id}?at={quote(one.path)}#passage")
    image = page.locator("figure.sheet img")
    expect(image).to_be_visible()
    assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") >= 1000
    boxes = page.locator("figure.sheet rect.marked")
    assert boxes.count() >= 1
    # ink under the marks, and letters enough for the passage
    area = sum(float(b.get_attribute("width") or 0) * float(b.get_attribute("height") or 0) for b in boxes.all())
    assert len(one.text) * 25 < area < len(one.text) * 160
    expect(page.locator(".sheets")).to_contain_text(f"Trang {one.span.page} /")


def test_pages_of_the_pdf_can_be_turned(series: Any, page: Page) -> None:
    stored = by_format(series, "pdf")
    page.goto(f"{series.base}/notices/{stored.id}")
    expect(page.locator(".sheets")).to_contain_text("Trang 1 /")
    page.get_by_role("link", name="Trang sau →").click()
    expect(page.locator(".sheets")).to_contain_text("Trang 2 /")


def test_the_original_is_given_back_byte_for_byte(series: Any, page: Page) -> None:
    stored = by_format(series, "docx")
    page.goto(f"{series.base}/notices/{stored.id}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải về").first.click()
    one = stored.renditions[0]
    assert waiting.value.suggested_filename == one.name
    assert Path(waiting.value.path()).read_bytes() == Archive(series.settings.archive).original(one).read_bytes()


def test_the_outline_holds_every_conclusion_once(sample: Any, page: Page) -> None:
    stored = by_format(sample, "txt")
    page.goto(f"{sample.base}/notices/{stored.id}")
    shown = page.locator(".outline > li").evaluate_all("found => found.map(li => li.id)")
    assert shown == [c.path for c in stored.notice.conclusions]
    titles = page.locator(".record h3").all_inner_texts()
    assert len(titles) == sum(bool(s.title) for s in stored.notice.sections)


def test_citations_lead_to_what_cites_the_same(sample: Any, page: Page) -> None:
    stored = by_format(sample, "txt")
    key = next(c.citations[0].key for c in stored.notice.conclusions if c.citations)
    page.goto(f"{sample.base}/notices/{stored.id}")
    page.locator(".outline").get_by_role("link", name=key, exact=True).first.click()
    page.wait_for_url("**cites=**")
    assert total(page) > 0


# ---------------------------------------------------------------- trace, due, calendar, problems, runs


def test_a_timeline_is_newest_first_and_tells_changes_and_gaps(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/trace?q=giải ngân")
    months = [h.split()[0] for h in page.locator(".timeline h2").all_inner_texts()]
    assert months == sorted(months, key=lambda m: m[3:] + m[:2], reverse=True)
    assert len(set(months)) == len(months) > 3
    expect(page.locator(".coverage")).to_contain_text("08/2023")
    expect(page.locator(".month.gap")).to_contain_text("08/2023")
    expect(page.locator(".coverage")).to_contain_text("để riêng")
    assert page.locator(".diff del, .diff ins").count() > 0
    turns = page.locator(".strip rect[class^=turn-]")
    assert turns.count() > 0
    named = turns.first.get_attribute("class") or ""
    assert page.locator(f".step .{named.replace('turn-', 'link-')}").count() > 0
    expect(page.locator(f".strip .legend .{named}")).to_be_visible()
    kinds = set(page.locator(".step .link").all_inner_texts())
    assert kinds
    assert kinds <= set(words.LINKS.values())


def test_one_conclusion_is_followed_from_its_card(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=giải ngân&sort=newest")
    page.locator("article.card").first.get_by_role("link", name="Theo dõi qua các tháng").click()
    page.wait_for_url("**/trace?id=**")
    assert page.locator(".step.seed").count() == 1


def test_a_question_too_wide_for_a_timeline_is_not_answered_with_one(
    series: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ketluan.web.views.trace.MOST", 5)
    page.goto(f"{series.base}/trace?q=giải ngân")
    expect(page.get_by_role("heading", name="quá rộng")).to_be_visible()
    assert page.locator(".step").count() == 0


def test_the_due_board_counts_what_it_lists(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/due?as-of=2023-06-15")
    overdue = int(page.locator(".states .overdue b").inner_text())
    assert overdue > 0
    page.locator(".states .overdue a").click()
    page.wait_for_url("**state=overdue**")
    expect(page.locator("#tasks")).to_contain_text(f"{overdue} thời hạn")
    days = page.locator(".task time").evaluate_all("found => found.map(t => t.dateTime)")
    assert days == sorted(days)
    assert all(day < "2023-06-15" for day in days)


def test_a_followed_question_has_its_feed(series: Any, page: Page) -> None:
    home, now = series.settings, datetime(2023, 6, 15, 9, tzinfo=ZONE)
    one = follow.add(home, open_index(home), "giải ngân", {"text": "giải ngân"}, now=now)
    page.goto(f"{series.base}/follow")
    page.get_by_role("heading", name="giải ngân").wait_for()
    address = page.get_by_role("link", name="Nguồn tin (Atom)").get_attribute("href")
    answer = page.request.get(f"{series.base}{address}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.body())
    assert (read.bozo, read.feed.id) == (False, f"urn:uuid:{one.id}")
    assert read.feed.links[0].href == f"{series.base}{address}"
    assert page.request.get(f"{series.base}/follow/00000000.atom").status == 404


def test_the_day_of_the_board_is_today_unless_another_is_asked(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/due")
    expect(page.locator("input[name=as-of]")).to_have_value("2023-06-15")


def test_the_board_tells_what_became_of_a_task(series: Any, page: Page) -> None:
    """Done with the sentence that says so and a way to its notice; a day that was moved with the days before."""
    page.goto(f"{series.base}/due?as-of=2024-06-15&state=done")
    told = page.locator(".became.ended").first
    expect(told).to_contain_text("Đã xong")
    assert re.search("hoàn thành|xong", told.inner_text().partition("“")[2])
    told.get_by_role("link").click()
    assert page.locator(".step.seed").count() == 1
    page.goto(f"{series.base}/due?as-of=2024-06-15&state=overdue")
    expect(page.locator(".became.moved").first).to_contain_text(re.compile(r"Đã dời hạn [1-9] lần, trước đó: \d\d/"))


def test_the_board_of_one_agency_and_its_table(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/due?as-of=2023-06-15")
    agency = page.locator(".board tbody th a").first.inner_text()
    page.locator(".board tbody th a").first.click()
    page.wait_for_url("**agency=**")
    leads = page.locator(".task .eyebrow b").all_inner_texts()
    assert leads
    assert all(agency in lead for lead in leads)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Danh sách CSV").click()
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Bảng tổng hợp Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert book.sheetnames == ["Theo cơ quan", "Theo lĩnh vực", "Theo tháng giao", "Danh sách"]
    assert book["Danh sách"].max_row == len(rows) + 1
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Lịch (ICS)").click()
    events = icalendar.Calendar.from_ical(Path(waiting.value.path()).read_bytes()).events
    still = ("quá hạn", "sắp đến hạn", "còn hạn")
    assert len(events) == sum(row["Tình trạng"] in still for row in rows)
    assert all(agency in row["Chủ trì"] for row in rows)
    assert all("GIẢ LẬP" in row["Ghi chú"] for row in rows)


def test_the_calendar_shows_what_is_there_and_what_is_not(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/calendar")
    states = dict(
        page.locator(".cell").evaluate_all(
            "found => found.map(c => [c.querySelector('b').textContent, c.className.replace('cell ', '')])"
        )
    )
    assert states["Tháng 8"] == "missing"
    assert states["Tháng 1"] in ("held", "doubtful")
    assert states["Tháng 12"] == "outside"
    page.locator(".cell.held a").first.click()
    expect(page.locator(".noticehead h1")).to_contain_text("Kết luận")


def test_problems_are_shown_with_their_notice_and_files_left_aside(series: Any, sample: Any, page: Page) -> None:
    page.goto(f"{series.base}/problems")
    aside = page.locator(".list li").filter(has_text="trang-trang.txt")
    expect(aside.locator(".reason")).to_contain_text("Hãy")  # why, and what to do
    page.goto(f"{sample.base}/problems")
    card = page.locator("article.card").first
    expect(card.locator("li").first).to_be_visible()
    card.get_by_role("link", name="Kết luận").first.click()
    expect(page.locator(".problems li").first).to_be_visible()


def test_the_report_of_a_run_names_each_file(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/runs")
    page.locator("tbody th a").first.click()
    expect(page.get_by_text("trang-trang.txt")).to_be_visible()
    expect(page.locator(".reason").first).to_be_visible()
    counted = page.locator(".lede").inner_text()
    numbers = [int(n) for n in re.findall(r"\d+", counted)]
    assert numbers[0] == sum(numbers[1:])


def test_before_the_first_run_the_page_says_what_to_do(
    serving: Callable[..., Any], page: Page, watch: Any, tmp_path: Path
) -> None:
    page.goto(f"{serving(Settings(home=tmp_path, web_access_log=False)).base}/")
    expect(page.locator("h1")).to_have_text("Kho chưa có thông báo nào")
    expect(page.locator("main")).to_contain_text("ketluan ingest")
    watch.errors.clear()  # the browser itself notes a 503


# ---------------------------------------------------------------- everybody, everywhere


ADDRESSES = [
    "/",
    "/?q=dat",
    "/?q=khongcogi",
    "/trace",
    "/trace?q=giai ngan",
    "/due",
    "/due?as-of=2023-06-15",
    "/follow",
    "/calendar",
    "/problems",
    "/runs",
    "/help",
    "/follow",
    "/sign-in",
    "/khong-co",
    "PDF",
    "TEXT",
    "RUN",
]


@pytest.fixture
def resolve(series: Any) -> Callable[[str], str]:
    def address(name: str) -> str:
        if name in ("PDF", "TEXT"):
            stored = by_format(series, {"PDF": "pdf", "TEXT": "txt"}[name])
            return f"{series.base}/notices/{stored.id}?at={quote(dated(stored).path)}"
        if name == "RUN":
            return f"{series.base}/runs/{next(series.settings.reports.glob('*.json')).stem}"
        return series.base + name

    return address


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ADDRESSES)
def test_no_barrier_and_nothing_wider_than_the_screen(
    page: Page, resolve: Callable[[str], str], name: str, width: int, watch: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(resolve(name))
    if name == "/khong-co":
        watch.errors.clear()  # the browser itself notes a 404
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == "vi"
    expect(page.get_by_role("complementary", name="Nhãn của kho")).to_contain_text("GIẢ LẬP")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_everything_is_there_without_javascript(bare: Page, resolve: Callable[[str], str], name: str) -> None:
    bare.goto(resolve(name))
    expect(bare.locator("main")).to_be_visible()
    assert len(bare.locator("main").inner_text()) > 40


def test_search_without_javascript(bare: Page, sample: Any) -> None:
    bare.goto(sample.base)
    bare.get_by_role("searchbox").fill("covid")
    bare.get_by_role("button", name="Tìm").click()
    assert total(bare) > 0
    bare.get_by_role("link", name="Xem trong bản gốc").first.click()
    expect(bare.locator(".paper mark").first).to_be_in_viewport()


@pytest.mark.parametrize(
    "address", ["/", "/?q=dat", "/trace", "/trace?q=dat", "/due", "/calendar", "/problems", "/runs"]
)
def test_an_office_on_its_first_day(empty: Any, page: Page, address: str, watch: Any) -> None:
    answer = page.goto(empty.base + address)
    assert answer is not None
    assert answer.status in (200, 503)
    watch.errors.clear()  # an index that is not there yet is a 503
    expect(page.locator("main")).to_be_visible()
    assert Axe().run(page).violations_count == 0


def test_the_keyboard_reaches_the_content_first(series: Any, page: Page) -> None:
    page.goto(series.base)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_print_leaves_the_controls_out_and_keeps_the_label(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=dat")
    page.emulate_media(media="print")
    expect(page.locator("form").first).to_be_hidden()
    expect(page.locator(".banner")).to_be_visible()
    expect(page.locator("article.card").first).to_be_visible()
