"""The page in English: every text of ours has one, what papers say stays Vietnamese and is marked so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from jinja2 import Environment, FileSystemLoader
from jinja2.ext import extract_from_ast
from playwright.sync_api import Page, expect

from ketluan.archive import Archive
from ketluan.correctable import CONCLUSION, NOTICE
from ketluan.web import app as web_app
from ketluan.web import editing, language, pages, words
from ketluan.web.views import due, search, suggest

TEMPLATES = Path(web_app.__file__).with_name("templates")
ADDRESSES = [
    "/",
    "/?q=dat&from=2023-02&topic=dat_dai",
    "/?q=khongcogi",
    "/trace",
    "/trace?q=giai ngan",
    "/due?as-of=2023-06-15",
    "/calendar",
    "/problems",
    "/runs",
    "RUN",
    "/follow",
    "/help",
    "/sign-in",
    "/khong-co",
    "PDF",
    "TEXT",
]


def messages() -> Iterator[str]:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    for template in sorted(TEMPLATES.glob("*.html")):
        for _, _, text in extract_from_ast(environment.parse(template.read_text(encoding="utf-8"))):
            yield str(text[0] if isinstance(text, tuple) else text)


def of_tables() -> Iterator[str]:
    tables = (words.KINDS, words.ROLES, words.SORTS, words.STATES, words.IN_TIME, words.FIELDS, words.FILE_STATES)
    for table in (*tables, words.INFERRED, words.LINKS, words.EVERY, words.PROBLEMS, words.CORRECTED):
        yield from table.values()
    yield words.NOBODY
    yield from (name for _, name in pages.NAVIGATION)
    yield from (one.label for one in (*NOTICE.values(), *CONCLUSION.values()))
    yield from (heading for _, _, heading in search.FACETS)
    yield from (kind for _, kind, _ in suggest.SOURCES)
    yield from (name for _, name in due._DOWNLOADS)
    yield from editing.HINTS.values()
    for heading, advice in web_app._OF_STATUS.values():
        yield from (heading, advice)
    for _, _, heading, advice in web_app._SAID:
        yield from filter(None, (heading, advice))


def test_each_text_has_its_english() -> None:
    assert sorted({*messages(), *of_tables()} - language.english().keys()) == []


def test_each_english_text_holds_the_values_and_tags_of_its_own() -> None:
    odd = []
    for text, found in language.english().items():
        for one in (found,) if isinstance(found, str) else found:
            named = set(re.findall(r"%\((\w+)\)s", one)) - set(re.findall(r"%\((\w+)\)s", text))
            if named or re.findall(r"</?\w+", one) != re.findall(r"</?\w+", text):
                odd.append(text)
    assert odd == []


def test_one_and_several() -> None:
    token = language.current.set("en")
    try:
        assert language.say("còn %(n)s ngày", n=1) == "1 day left"
        assert language.say("còn %(n)s ngày", n=2) == "2 days left"
        assert language.say("chưa ai dịch") == "chưa ai dịch"
        assert language.markup("Thông báo %(number)s", number="<b>") == "Notice &lt;b&gt;"
    finally:
        language.current.reset(token)


@pytest.mark.slow
@pytest.mark.parametrize("name", ADDRESSES)
def test_no_vietnamese_of_ours_is_left_in_english(series: Any, page: Page, name: str, watch: Any) -> None:
    page.goto(f"{series.base}/help?lang=en")
    stored = {n.renditions[0].format: n for n in Archive(series.settings.archive).notices()}
    named = {
        "PDF": f"/notices/{stored['pdf'].id}?at={quote(stored['pdf'].notice.conclusions[3].path)}",
        "TEXT": f"/notices/{stored['txt'].id}",
        "RUN": f"/runs/{next(series.settings.reports.glob('*.json')).stem}",
    }
    page.goto(series.base + named.get(name, name))
    watch.errors.clear()  # the browser itself notes a 404
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert Axe().run(page).violations_count == 0
    page.evaluate("document.querySelectorAll('body [lang=vi], script').forEach(one => one.remove())")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    left = page.locator("body").inner_text()
    values = page.locator("[aria-label], [placeholder]").evaluate_all(
        "found => found.map(one => `${one.ariaLabel ?? ''} ${one.placeholder ?? ''}`).join(' ')"
    )
    odd = re.findall(r"\S*[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]\S*", f"{left} {values}".lower())
    lines = [line for line in left.splitlines() if any(word in line.lower() for word in odd)]
    assert set(odd) - {"đ", "kết", "luận", "“dịch”,"} == set(), lines


def test_a_page_asked_for_first_in_vietnamese_speaks_english_later() -> None:
    """Texts in a template are no constants, though the template is compiled once."""
    made = pages._templates().from_string('{{ "Tìm" | say }}')
    spoken = [language.current.set("vi") and made.render(), language.current.set("en") and made.render()]
    language.current.set("vi")
    assert spoken == ["Tìm", language.english()["Tìm"]]


@pytest.mark.slow
def test_the_language_is_remembered_and_can_be_changed_back(series: Any, page: Page) -> None:
    page.goto(f"{series.base}/?q=dat&sort=newest")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    assert "sort=newest" in page.get_by_role("link", name="Tiếng Việt").get_attribute("href")  # type: ignore[operator]
    expect(page.locator("#q")).to_have_value("dat")
    assert "lang=" not in page.locator(".facets a").first.get_attribute("href")  # type: ignore[operator]
    page.goto(f"{series.base}/due")
    expect(page.get_by_role("heading", name="Register of deadlines")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    page.goto(f"{series.base}/due")
    expect(page.get_by_role("heading", name="Sổ theo dõi thời hạn")).to_be_visible()
    page.goto(f"{series.base}/due?lang=<script>")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
