"""From a file sent in the browser to its passage on the page; the same page on Elasticsearch; a quick start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from ketluan.archive import Archive
from ketluan.index import open_index, rebuild
from ketluan.settings import Settings

pytestmark = pytest.mark.slow

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH LÀO CAI
Số: 31/TB-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Lào Cai, ngày 06 tháng 6 năm 2023
THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh tại phiên họp UBND tỉnh thường kỳ tháng 5 năm 2023
Ngày 29 tháng 5 năm 2023, UBND tỉnh họp phiên thường kỳ tháng 5 năm 2023. Chủ tịch UBND tỉnh kết luận như sau:
I. Nhiệm vụ
1. Về trồng rừng: Giao Sở Nông nghiệp và Phát triển nông thôn chuẩn bị cây giống cho vụ thu, báo cáo UBND tỉnh trước \
ngày 20/7/2023.
2. Về bến thuyền: Giao Sở Giao thông vận tải kiểm tra phao cứu sinh ở các bến thuyền ngang sông.
"""


def test_from_a_file_sent_to_its_passage_on_the_page(
    serving: Callable[..., Any], ingest: Callable[..., Settings], page: Page, tmp_path: Path
) -> None:
    sent = tmp_path / "tb thang 5.txt"
    sent.write_text(NOTICE, encoding="utf-8")
    served = serving(ingest(tmp_path / "home"))
    served.sign_in(page, "/upload")
    page.get_by_label("Tệp thông báo").set_input_files(sent)
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("status")).to_contain_text("tb thang 5.txt")

    ingest(tmp_path / "home")  # the night; the page keeps running

    page.goto(f"{served.base}/?q=cay giong")
    card = page.locator("article.card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Sở Nông nghiệp và Phát triển nông thôn")
    expect(card).to_contain_text("20/07/2023")
    expect(card).to_contain_text("31/TB-UBND")
    card.get_by_role("link", name="Xem trong bản gốc").click()
    expect(page.locator(".paper mark")).to_contain_text("chuẩn bị cây giống cho vụ thu")
    expect(page.locator(".paper mark")).to_be_in_viewport()
    page.goto(f"{served.base}/due?as-of=2023-07-21")
    expect(page.locator(".task.overdue")).to_contain_text("quá 1 ngày")


# ---------------------------------------------------------------- the same on Elasticsearch


@pytest.fixture(scope="module")
def on_elasticsearch(series: Any, serving: Callable[..., Any], elasticsearch_url: str) -> Iterator[Any]:
    """The invented series, asked through Elasticsearch."""
    given = {"elasticsearch_url": elasticsearch_url, "elasticsearch_prefix": f"web-{uuid.uuid4().hex[:8]}"}
    settings = Settings(home=series.settings.home, engine="elasticsearch", web_access_log=False, **given)
    index = open_index(settings)
    rebuild(index, Archive(settings.archive).notices())
    yield serving(settings)
    index.close()


@pytest.mark.parametrize("address", ["/?q=giai+ngan", "/?q=trường&kind=directive&from=2023-02&to=2023-05"])
def test_search_is_the_same_on_both_engines(series: Any, on_elasticsearch: Any, page: Page, address: str) -> None:
    seen = []
    for served in (series, on_elasticsearch):
        page.goto(served.base + address)
        seen.append((page.locator(".total").inner_text(), page.locator(".facets .count").all_inner_texts()[:3]))
        assert page.locator("article.card mark").count() > 0
    assert seen[0] == seen[1]


def test_what_lacks_words_stands_below_and_says_so(series: Any, on_elasticsearch: Any, page: Page) -> None:
    for served in (series, on_elasticsearch):
        page.goto(f"{served.base}/?q=giải+ngân+vốn+qwerty")
        expect(page.locator(".total")).to_contain_text("0 kết luận có đủ các từ")
        expect(page.locator(".partial")).to_contain_text("không kết luận nào có đủ")
        assert set(page.locator(".missing").all_inner_texts()) == {"Thiếu từ: qwerty"}


@pytest.mark.parametrize("address", ["/", "/trace?q=giai+ngan", "/due?as-of=2023-06-15", "/calendar", "/problems"])
def test_pages_are_the_same_on_both_engines(series: Any, on_elasticsearch: Any, page: Page, address: str) -> None:
    shown = []
    for served in (series, on_elasticsearch):
        page.goto(served.base + address)
        shown.append(page.locator("main h2").all_inner_texts())
    assert shown[0] == shown[1]


# ---------------------------------------------------------------- the start


def test_the_page_listens_before_the_vocabulary_is_read() -> None:
    """What takes a second to import is imported after the start, in a thread."""
    program = (
        "import sys, ketluan.web.app; "
        "sys.exit(', '.join(m for m in ('extractors', 'tantivy', 'pypdfium2', 'typer') if m in sys.modules) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_module_serves_by_itself(empty: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    given = os.environ | {"KETLUAN_HOME": str(empty.settings.home), "KETLUAN_WEB_PORT": str(port)}
    running = subprocess.Popen([sys.executable, "-m", "ketluan.web"], env=given)
    try:
        for _ in range(200):
            try:
                with urlopen(f"http://127.0.0.1:{port}/help", timeout=10) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                time.sleep(0.05)
        else:
            pytest.fail("never listened")
    finally:
        running.terminate()
        assert running.wait(15) in (0, -15)
