"""One page of the book in two tabs, and a page that is left and come back to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import chromium
from tests.browser.book_page import BookPage
from tests.browser.conftest import CHAPTER, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

ELSEWHERE = "losses/"


@pytest.fixture
def tabs(book: BookPage) -> tuple[BookPage, BookPage]:
    """Open the chapter twice, as one reader."""
    other = BookPage(book.page.context.new_page(), book.site)
    return book.open(CHAPTER), other.open(CHAPTER)


def test_edits_of_both_tabs_are_kept(tabs: tuple[BookPage, BookPage]) -> None:
    one, other = tabs
    one.cell(1).edit("print('in the ' 'one')")
    expect(other.cell(1).code).to_have_text("print('in the ' 'one')")
    other.cell(2).edit("print('in the ' 'other')")
    expect(one.cell(2).code).to_have_text("print('in the ' 'other')")
    for tab in tabs:
        tab.open(CHAPTER)
        expect(tab.cell(1).code).to_have_text("print('in the ' 'one')")
        expect(tab.cell(2).code).to_have_text("print('in the ' 'other')")


def test_a_cell_that_is_being_written_is_not_overwritten_by_the_other_tab(
    tabs: tuple[BookPage, BookPage],
) -> None:
    one, other = tabs
    one.cell(1).edit("mine")
    other.cell(1).edit("theirs")
    notice = one.cell(1).group.get_by_text("This cell was changed in another tab")
    expect(notice).to_be_visible()
    expect(one.cell(1).code).to_have_text("mine")
    one.page.get_by_role("button", name="Keep this version of cell 1").click()
    expect(notice).to_be_hidden()
    expect(one.cell(1).code).to_have_text("mine")
    one.cell(2).edit("x = 1")  # a focus elsewhere: the first cell is free again
    other.cell(1).edit("theirs again")
    expect(one.cell(1).code).to_have_text("theirs again")


def test_each_tab_has_a_python_of_its_own(tabs: tuple[BookPage, BookPage]) -> None:
    one, other = tabs
    one.cell(1).edit("kept = 1\nprint('kept' in globals())")
    one.cell(1).run()
    one.cell(1).expect_output("True")
    other.cell(2).edit("while True:\n    pass")
    other.cell(2).group.scroll_into_view_if_needed()
    other.cell(1).edit("print('kept' in globals())")
    other.cell(1).run()
    other.cell(1).expect_output("False")
    other.cell(2).run()
    other.expect_status("Running")
    one.cell(1).edit("print(kept + 1)")
    one.cell(1).run()
    one.cell(1).expect_output("2")
    other.expect_status("Running")
    other.stop.click()
    other.expect_status("Stopped")
    one.expect_status("Ready")


@pytest.fixture(params=["remembered", "loaded"])
def going_back(
    request: pytest.FixtureRequest,
    playwright: Playwright,
    browser: Browser,
    site: SiteServer,
    outside: Outside,
) -> Iterator[BookPage]:
    """A page in a browser that puts left pages aside whole, and in one that loads them anew."""
    if request.param == "loaded":
        with visit(browser, site, outside) as (book, _):
            yield book
        return
    remembering = chromium.launch(playwright, outside.address, remember_left_pages=True)
    with visit(remembering, site, outside) as (book, _):
        yield book
    remembering.close()


def go(book: BookPage, pages: int) -> None:
    """Go back or forward. A page that was put aside is there without a load to wait for."""
    with book.page.expect_event("framenavigated"):
        book.page.evaluate(f"void setTimeout(() => history.go({pages}))")


def test_a_page_that_only_was_read_is_come_back_to(going_back: BookPage) -> None:
    going_back.open(CHAPTER)
    going_back.cell(1).edit("print('still ' 'here')")
    going_back.page.goto(going_back.site.url(ELSEWHERE))
    go(going_back, -1)
    going_back.expect_status("Not started|Ready")
    expect(going_back.cell(1).code).to_have_text("print('still ' 'here')")
    going_back.cell(1).run()
    going_back.cell(1).expect_output("still here")


def test_a_page_that_is_left_while_it_runs_is_come_back_to(going_back: BookPage) -> None:
    going_back.open(CHAPTER)
    going_back.cell(1).edit("while True:\n    pass")
    going_back.cell(1).run()
    going_back.expect_status("Running")
    going_back.page.get_by_role("link", name="Losses").first.click()
    going_back.expect_status("Not started")
    going_back.cell(1).run()
    going_back.expect_done(1)
    go(going_back, -1)
    # Python of a page that is left is gone with it, or goes on.
    going_back.expect_status("Not started|Running")
    going_back.cell(1).edit("print('back ' 'again')")
    if going_back.stop.get_attribute("aria-disabled") == "false":
        going_back.stop.click()
        going_back.expect_status("Stopped")
    going_back.cell(1).run()
    going_back.cell(1).expect_output("back again")
    go(going_back, 1)
    going_back.expect_status("Not started|Ready")
