"""The memory of a started Python that is kept for later pages, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.book_page import START, BookPage
from tests.browser.conftest import ONLINE
from tests.browser.page_kernel import KEPT
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

LATER = "a-neuron-by-hand/"
NAMES = "async () => (await (await caches.open('python-memory')).keys()).map(({ url }) => url)"
SPOIL = """async how => {
  const cache = await caches.open('python-memory');
  const name = (await cache.keys()).find(({ url }) => url.includes('/memory?'));
  const was = await cache.match(name);
  const bytes = await was.arrayBuffer();
  const now = how === 'short' ? bytes.slice(0, -65536) : new ArrayBuffer(bytes.byteLength);
  await cache.put(name, new Response(now, { headers: was.headers }));
}"""


@pytest.fixture
def visit_with() -> dict[str, Any]:
    """Open pages without the service worker, whose own keeping takes the processor."""
    return ONLINE


@pytest.fixture
def kept(book: BookPage) -> BookPage:
    """Run a cell on a page, and stay until the memory is kept."""
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    book.page.locator(KEPT).wait_for(state="attached", timeout=START)
    return book


def archives(site: SiteServer) -> int:
    """Count how often the start's archive was asked for."""
    return sum(path.startswith("boot/start-") for path in site.requests)


def test_a_later_page_begins_with_it(kept: BookPage, site: SiteServer) -> None:
    asked = archives(site)
    kept.open(LATER)
    kept.run_everything()
    assert archives(site) == asked
    assert len(kept.page.evaluate(NAMES)) == 2


@pytest.mark.parametrize("how", ["short", "blank"])
def test_a_spoiled_one_is_let_go_and_python_starts(kept: BookPage, watch: Watch, how: str) -> None:
    watch.allow(r"\(\S+/(pyodide|assets/live)/\S+\)$")
    kept.page.evaluate(SPOIL, how)
    kept.open(LATER)
    kept.cell(1).run()
    kept.expect_done(1)
    kept.page.locator(KEPT).wait_for(state="attached", timeout=START)


def test_where_there_is_no_room_for_it_the_page_goes_on(book: BookPage) -> None:
    tools = book.page.context.new_cdp_session(book.page)
    room = {"origin": book.site.origin, "quotaSize": 20_000_000}
    tools.send("Storage.overrideQuotaForOrigin", room)
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    lost = book.page.locator("html[data-python-memory=lost]")
    expect(lost).to_have_count(1, timeout=START)
    book.cell(1).run()
    book.expect_done(1)
