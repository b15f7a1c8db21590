"""The snapshot of a started Python that is saved for later pages, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import other_pyodide
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import ONLINE
from tests.browser.page_kernel import SNAPSHOT_SAVED
from tests.browser.site_server import SiteServer
from tests.browser.test_lost_start import TOLD
from tests.browser.watch import Watch

LATER = "a-neuron-by-hand/"
OTHER_BOOK = "python-memory /another/book/assets/live/"
OPEN = f"""(async () => {{
  const names = await caches.keys();
  const name = names.find(each => each.startsWith('python-memory') && each !== '{OTHER_BOOK}');
  return caches.open(name ?? 'none');
}})()"""
NAMES = f"async () => (await (await {OPEN}).keys()).map(({{ url }}) => url)"
SPOIL = (
    f"async how => {{ const cache = await {OPEN};"
    + """
  const name = (await cache.keys()).find(({ url }) => url.includes('/memory?'));
  const was = await cache.match(name);
  const bytes = await was.arrayBuffer();
  const spoiled = { short: bytes.slice(0, -65536), blank: new ArrayBuffer(bytes.byteLength) };
  const now = spoiled[how] ?? bytes;
  // One byte of a text in it: what a cell with other aims would do.
  if (how === 'altered') new Uint8Array(now)[bytes.byteLength >> 1] ^= 1;
  await cache.put(name, new Response(now, { headers: was.headers }));
}"""
)


# Without a service worker, which takes the processor for the book that it keeps.
quietly = pytest.mark.parametrize("visit_with", [ONLINE], indirect=True, ids=[""])


@pytest.fixture
def saved(book: BookPage) -> BookPage:
    """Run a cell on a page, and stay until the snapshot is saved."""
    book.open()
    put = f"async () => (await caches.open('{OTHER_BOOK}')).put('memory?of=it', new Response('x'))"
    book.page.evaluate(put)
    book.cell(1).run()
    book.expect_done(1)
    book.page.locator(SNAPSHOT_SAVED).wait_for(state="attached", timeout=START)
    return book


def hash_of_a_text(page: BookPage) -> str:
    """Return what differs from start to start, and is the same in one snapshot."""
    page.cell(1).edit("print('it', 'is', hash('text'))")
    page.cell(1).run()
    page.cell(1).expect_output(re.compile(r"it is -?\d+"))
    return page.cell(1).output.inner_text()


def test_later_pages_start_from_it(saved: BookPage) -> None:
    first = hash_of_a_text(saved)
    later = [hash_of_a_text(saved.open(page)) for page in ("losses/", "moons/")]
    assert later[0] == later[1] != first
    saved.open(LATER)
    saved.run_everything()
    others = f"async () => (await (await caches.open('{OTHER_BOOK}')).keys()).length"
    assert saved.page.evaluate(others) == 1, "another book on this origin has lost its own"


@quietly
@pytest.mark.parametrize("how", ["short", "blank", "altered"])
def test_a_spoiled_one_is_deleted_and_python_starts(
    saved: BookPage, watch: Watch, how: str
) -> None:
    watch.allow(r"\(\S+/(pyodide|assets/live)/\S+\)$")
    saved.page.evaluate(SPOIL, how)
    saved.open(LATER)
    saved.cell(1).run()
    saved.expect_done(1)
    saved.page.locator(SNAPSHOT_SAVED).wait_for(state="attached", timeout=START)


@quietly
def test_where_there_is_no_room_for_it_the_page_goes_on(book: BookPage) -> None:
    tools = book.page.context.new_cdp_session(book.page)
    room = {"origin": book.site.origin, "quotaSize": 20_000_000}
    tools.send("Storage.overrideQuotaForOrigin", room)
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    failed = book.page.locator("html[data-python-snapshot=failed]")
    expect(failed).to_have_count(1, timeout=START)
    book.cell(1).run()
    book.expect_done(1)


@quietly
def test_a_pyodide_that_restores_no_snapshot_starts_from_the_archives(
    saved: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(TOLD)
    told: list[str] = []
    saved.page.context.on("console", lambda message: told.append(message.text))
    other_pyodide.serve_without(site, "pyodide.mjs", "_loadSnapshot", "_otherSnapshot")
    # The browser has today's worker and Pyodide in its cache.
    saved.page.context.new_cdp_session(saved.page).send("Network.clearBrowserCache")
    saved.open(LATER)
    saved.cell(1).edit("import statistics\nprint('the' ' mean', statistics.mean([1, 2, 6]))")
    saved.cell(1).run()
    saved.cell(1).expect_output("the mean 3")
    assert any("does not use _loadSnapshot as it did" in text for text in told)


@quietly
def test_a_pyodide_that_takes_no_snapshot_runs_all_the_same(
    book: BookPage, site: SiteServer
) -> None:
    other_pyodide.serve_without(site, "pyodide.asm.mjs", "makeMemorySnapshot", "makeNoSnapshot")
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    failed = book.page.locator("html[data-python-snapshot=failed]")
    expect(failed).to_have_count(1, timeout=START)
    assert book.page.evaluate(NAMES) == []
