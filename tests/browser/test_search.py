"""The search finds what the book has, and costs nothing before it is opened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.book_page import BookPage
from tests.browser.conftest import CHAPTER, ONLINE
from tests.browser.site_server import SiteServer

INDEX = "search/search_index.json"


@pytest.mark.parametrize("visit_with", [ONLINE], indirect=True, ids=[""])
def test_the_index_is_fetched_when_the_search_is_opened(book: BookPage, site: SiteServer) -> None:
    book.open(CHAPTER)
    book.page.wait_for_load_state("networkidle")
    assert INDEX not in site.requests
    book.page.keyboard.press("s")
    expect(book.page.get_by_role("textbox", name="Search")).to_be_focused()
    book.page.keyboard.type("overshoot")
    results = book.page.locator(".md-search-result__link")
    expect(results.first).to_be_visible()
    assert site.requests.count(INDEX) == 1


def test_what_was_looked_for_is_marked_on_its_page(book: BookPage) -> None:
    book.open()
    book.page.keyboard.press("s")
    book.page.keyboard.type("retained graph")
    book.page.locator(".md-search-result__link").first.click()
    expect(book.page).to_have_url(re.compile(r"\?h="))
    expect(book.page.get_by_role("main").locator("mark").first).to_be_visible()
