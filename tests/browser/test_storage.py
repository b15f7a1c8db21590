"""Where the browser keeps nothing, or no more, the page says so once, and everything runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import chromium
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER
from tests.browser.keeping import partly_kept
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

SAID = re.compile("does not let the book keep your edits")
FILL = """
() => {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try { for (let n = 0; ; n++) localStorage.setItem(`filler ${size} ${n}`, 'x'.repeat(size)); }
    catch (error) { if (error.name !== 'QuotaExceededError') throw error; }
  }
}
"""


@pytest.fixture
def forbidden(
    playwright: Playwright, site: SiteServer, outside: Outside, tmp_path: Path
) -> Iterator[BookPage]:
    """Open a page in a browser whose owner forbids all sites to keep anything."""
    (tmp_path / "Default").mkdir()
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(blocked), encoding="utf-8")
    context = chromium.launch_profile(playwright, tmp_path, outside.address)
    watch = Watch(context, site, outside)
    yield BookPage(context.new_page(), site)
    context.close()
    assert watch.problems == []


def works_from_memory(book: BookPage) -> None:
    """Edit and run cells; the page says once that edits are not kept."""
    book.cell(1).edit("kept = 'in ' 'memory'")
    expect(book.page.get_by_text(SAID)).to_be_visible()
    book.page.get_by_role("button", name="Close message").click()
    book.cell(2).edit("print(kept)")
    expect(book.page.get_by_text(SAID)).to_be_hidden()
    book.cell(2).run()
    book.cell(2).expect_output("in memory")
    expect(book.cell(1).code).to_have_text("kept = 'in ' 'memory'")


def test_full_storage_is_said_once_and_edits_stay_in_the_page(chapter: BookPage) -> None:
    chapter.page.evaluate(FILL)
    works_from_memory(chapter)


def test_edits_are_kept_again_once_there_is_room(chapter: BookPage) -> None:
    chapter.page.evaluate(FILL)
    chapter.cell(1).edit("print('too much')")
    expect(chapter.page.get_by_text(SAID)).to_be_visible()
    chapter.page.evaluate("localStorage.clear()")
    chapter.cell(1).edit("print('fits')")
    chapter.open(CHAPTER)
    expect(chapter.cell(1).code).to_have_text("print('fits')")


def test_forbidden_storage_is_said_once_and_everything_runs(forbidden: BookPage) -> None:
    forbidden.open(CHAPTER)
    refused = forbidden.page.evaluate(
        "(() => { try { localStorage } catch (e) { return e.name } })()"
    )
    assert refused == "SecurityError"
    works_from_memory(forbidden)


def test_a_disk_without_room_for_python_keeps_the_pages(book: BookPage, watch: Watch) -> None:
    watch.allow("Quota")
    tools = book.page.context.new_cdp_session(book.page)
    room = {"origin": book.site.origin, "quotaSize": 25_000_000}
    tools.send("Storage.overrideQuotaForOrigin", room)
    partly_kept(book.page, book.site.url())
    book.open(CHAPTER)
    book.cell(1).run()
    book.expect_done(1)
    book.site.close()
    book.page.goto(book.site.url("glossary/"))
    expect(book.page.get_by_role("heading", level=1)).to_be_visible(timeout=START)
