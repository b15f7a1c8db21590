"""Everything is done with the keyboard too, and the focus is always seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from tests.browser.book_page import SOON, BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

MANY = 60

# An outline, or a ring of the browser's own, around what has the focus or its editor. While an
# editor takes the place of the page's code, for a moment nothing has it.
SEEN = """() => {
  const marked = document.activeElement.closest('.cm-editor') ?? document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(marked);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open the chapter for a reader without a mouse."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        yield book.open(CHAPTER)


def expect_focus_seen(book: BookPage) -> None:
    """Wait until something has the focus, and shows it."""
    try:
        book.page.wait_for_function(SEEN, timeout=SOON)
    except TimeoutError as error:
        focused = book.page.evaluate("document.activeElement.outerHTML")
        raise AssertionError(f"no visible focus: {focused}") from error


def tab_to(book: BookPage, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus; each stop on the way must be seen."""
    for _ in range(MANY):
        book.page.keyboard.press(key)
        expect_focus_seen(book)
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} is not among the next {MANY} stops")


def test_a_reader_edits_and_runs_without_a_mouse(page: BookPage) -> None:
    cell = page.cell(1)
    tab_to(page, page.run_all)
    # Passing through the editor, Tab goes on.
    tab_to(page, cell.run_button)
    tab_to(page, page.run_all, "Shift+Tab")
    for _ in range(MANY):
        page.page.keyboard.press("Tab")
        if cell.editor.count() and cell.editor.evaluate("e => e === document.activeElement"):
            break
    expect(cell.editor).to_be_focused()
    page.page.keyboard.press("Control+a")
    page.page.keyboard.type("for n in range(3):\nprint('n is', n)")
    page.page.keyboard.press("Shift+Enter")
    cell.expect_output("n is 2")
    expect(page.cell(2).editor).to_be_focused()
    # Shift+Tab out of the next cell's editor, back to the first cell's Reset.
    tab_to(page, cell.reset_button, "Shift+Tab")


def test_tab_indents_at_work_and_escape_lets_go(page: BookPage) -> None:
    cell = page.cell(1)
    cell.code.focus()
    expect(cell.editor).to_be_focused()
    page.page.keyboard.press("Control+a")
    page.page.keyboard.type("x = 1")
    page.page.keyboard.press("Home")
    page.page.keyboard.press("Tab")
    expect(cell.editor).to_have_text("    x = 1")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Tab")
    expect(cell.editor).not_to_be_focused()
    expect(cell.run_button).to_be_focused()
    tab_to(page, cell.reset_button)
    page.page.keyboard.press("Enter")
    expect(cell.reset_button).to_be_hidden()
    expect(cell.run_button).to_be_focused()


def test_stop_and_restart_are_pressed_without_a_mouse(page: BookPage) -> None:
    cell = page.cell(1)
    cell.edit("while True:\n    pass")
    page.page.keyboard.press("Control+Enter")
    page.expect_status("Running")
    page.page.keyboard.press("Escape")
    tab_to(page, page.stop, "Shift+Tab")
    page.page.keyboard.press("Enter")
    page.expect_status("Stopped")
    expect(page.stop).to_be_focused()
    tab_to(page, page.restart)
    page.page.keyboard.press("Space")
    page.expect_status("Ready")


def test_the_menu_opens_and_closes_without_a_mouse(page: BookPage) -> None:
    more = page.page.locator("#live-controls summary")
    item = page.page.get_by_role("button", name="Reset page")
    page.restart.focus()
    tab_to(page, more)
    page.page.keyboard.press("Enter")
    tab_to(page, item)
    page.page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(more).to_be_focused()
    page.page.keyboard.press("Enter")
    tab_to(page, item)
    page.page.keyboard.press("Enter")
    expect(item).to_be_hidden()
    expect(page.cell(1).reset_button).to_be_hidden()


def test_the_notebook_opens_and_closes_without_a_mouse(page: BookPage) -> None:
    page.run_all.focus()
    tab_to(page, page.open_as_notebook)
    page.page.keyboard.press("Enter")
    close = page.page.get_by_role("button", name="Close notebook")
    expect(close).to_be_visible()
    close.focus()
    page.page.keyboard.press("Enter")
    expect(close).to_have_count(0)
    expect(page.open_as_notebook).to_be_focused()
