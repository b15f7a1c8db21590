"""A page is complete for a reader who runs nothing, and for one without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser import outputs
from tests.browser.book_page import UNFOLD, BookPage
from tests.browser.conftest import CHAPTER, FIRST_LOSS, LAST_LOSS, visit
from tests.browser.contents import pages, pages_with_cells
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

PHONE: ViewportSize = {"width": 360, "height": 740}
# Adds up what moves while the page arrives, in shares of the window, by the browser's own count.
WATCH_SHIFTS = """
    window.shift = 0;
    new PerformanceObserver(list => list.getEntries().forEach(({ value }) => { shift += value; }))
        .observe({ type: 'layout-shift', buffered: true });
"""
WITHOUT_SCRIPT = {"java_script_enabled": False}


@pytest.mark.parametrize("path", pages_with_cells(), ids=lambda path: path or "front page")
def test_cells_and_outputs_are_there_without_javascript(
    path: str, browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, **WITHOUT_SCRIPT) as (book, _):
        book.page.goto(shared_site.url(path))
        cells = book.page.locator(".live-cell")
        assert cells.count() > 0
        for cell in cells.all():
            code = cell.locator("pre code")
            code.evaluate(UNFOLD)
            expect(code).to_be_visible()
            assert code.inner_text().strip()
            region = cell.locator("[data-recorded]")
            assert region.count() == 1
            if region.get_attribute("hidden") is None:
                expect(region.locator(".out").first).to_be_visible()
        # nothing that only a script can serve
        expect(book.page.get_by_role("button", name="Run")).to_have_count(0)


def test_the_chapter_shows_its_figures_and_drawings_without_javascript(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, **WITHOUT_SCRIPT) as (book, _):
        book.page.goto(shared_site.url(CHAPTER))
        article = book.page.get_by_role("main")
        assert outputs.holds_number(article.inner_text(), FIRST_LOSS)
        assert outputs.holds_number(article.inner_text(), LAST_LOSS)
        expect(article.locator(".live-output svg").first).to_be_visible()


@pytest.mark.parametrize("path", ["nothing", "moons/nothing/", "no/such/page.html"])
def test_an_address_without_a_page_shows_the_way_into_the_book(
    path: str, book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow("404")
    book.page.goto(site.url(path))
    expect(book.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    paper = book.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert paper == "rgb(255, 253, 249)"
    book.page.locator("base").wait_for(state="attached")
    book.page.get_by_role("link", name="6 Training a classifier").click()
    book.expect_status("Not started")
    assert book.page.url == site.url(CHAPTER)


@pytest.mark.parametrize("path", pages(), ids=lambda path: path or "front page")
def test_a_page_that_is_only_read_stands_still_and_loads_no_python_and_no_editor(
    path: str, book: BookPage, site: SiteServer, watch: Watch
) -> None:
    book.page.set_viewport_size(PHONE)
    book.page.add_init_script(WATCH_SHIFTS)
    book.page.goto(site.url(path), wait_until="networkidle")
    assert book.page.evaluate("shift") < 0.01
    heavy = [asked for asked in site.requests if asked.startswith(("pyodide/", "lite/"))]
    assert heavy == []
    assert book.page.locator(".cm-editor").count() == 0
    expect(book.page.get_by_role("heading", level=1)).to_have_count(1)
