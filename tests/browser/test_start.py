"""When Python starts by itself: at the first sign that a reader may run something, never before."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER
from tests.browser.site_server import Answer, SiteServer

OF_PYTHON = ("boot/", "pyodide/", "lite/")
KILOBYTES = 350
# By then the page has seen what it did, and the server what the page asked for.
TWO_FRAMES_AND_A_REQUEST = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); await frame();
  await fetch(location.href);
}"""


def point(page: Page) -> None:
    """Move the pointer over a cell."""
    page.locator(".live-cell").first.hover()


def focus(page: Page) -> None:
    """Reach a cell with the keyboard."""
    page.locator(".live-cell pre").first.focus()


def scroll(page: Page) -> None:
    """Turn the wheel until a cell is near, with the pointer beside the text."""
    page.mouse.move(5, 5)
    page.mouse.wheel(0, 400)


def touch(page: Page) -> None:
    """Put a finger on a cell's output, which does nothing by itself."""
    page.locator(".live-cell .live-output:visible").first.tap()


def asked_for_python(site: SiteServer) -> list[str]:
    """Return the requests of a start of Python."""
    return [path for path in site.requests if path.startswith(OF_PYTHON)]


@pytest.mark.parametrize("visit_with", [{"has_touch": True}], indirect=True, ids=[""])
@pytest.mark.parametrize("gesture", [point, focus, scroll, touch])
def test_python_starts_at_the_first_sign_of_intent(
    chapter: BookPage, gesture: Callable[[Page], None]
) -> None:
    gesture(chapter.page)
    expect(chapter.status).to_have_text(re.compile("Starting|Ready"), timeout=START)


def test_a_page_that_has_only_arrived_is_light_and_starts_nothing(
    book: BookPage, site: SiteServer
) -> None:
    sent = 0

    def weigh(answer: Answer) -> Answer:
        nonlocal sent
        sent += len(answer.body)
        return answer

    site.break_("", weigh)
    book.page.mouse.move(640, 450)
    book.page.goto(site.url(CHAPTER), wait_until="networkidle")
    # As the browser scrolls to where a reader was, and a cell comes to lie under the pointer.
    last = book.page.locator(".live-cell").last
    last.evaluate("cell => cell.scrollIntoView({ block: 'center' })")
    expect(last).to_be_in_viewport()
    book.page.evaluate(TWO_FRAMES_AND_A_REQUEST)
    book.expect_status("Not started")
    assert asked_for_python(site) == []
    assert sent <= KILOBYTES * 1000


def test_a_reader_who_saves_data_starts_python_only_by_running(
    chapter: BookPage, site: SiteServer
) -> None:
    tools = chapter.page.context.new_cdp_session(chapter.page)
    tools.send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    chapter.page.reload()
    for gesture in (scroll, point, focus):
        gesture(chapter.page)
    expect(chapter.page.locator(".cm-editor")).to_have_count(1)
    chapter.page.evaluate(TWO_FRAMES_AND_A_REQUEST)
    chapter.expect_status("Not started")
    assert asked_for_python(site) == []
    chapter.cell(1).run()
    chapter.expect_done(1)
