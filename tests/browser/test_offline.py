"""After one visit the book is read and run without a network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser import lite, site_server
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER, visit
from tests.browser.keeping import REFUSED, digest, keep, partly_kept
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

GIVEN_UP = """async () => {
    const kept = () => navigator.serviceWorker.getRegistration();
    while (await kept()) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def offline(built: Path, browser: Browser, outside: Outside) -> Iterator[BookPage]:
    """Visit the front page, wait until all is kept, and take the network away."""
    site = SiteServer(built)
    with visit(browser, site, outside) as (book, _):
        keep(book.page, site.url())
        site.close()
        yield book


def test_every_page_is_there_without_a_network(offline: BookPage, built: Path) -> None:
    names = {file.parent.name for file in built.glob("*/index.html")} - {"lite"}
    for name in sorted(names):
        offline.page.goto(offline.site.url(f"{name}/"))
        expect(offline.page.get_by_role("heading", level=1).first).to_be_visible()


def test_a_cell_runs_without_a_network(offline: BookPage) -> None:
    offline.open()
    offline.cell(1).run()
    offline.expect_done(1)


def test_data_sets_are_read_without_a_network(offline: BookPage) -> None:
    offline.open()
    cell = offline.cell(1)
    cell.edit("from micrograd.datasets import names\nlen(names())")
    cell.run()
    cell.expect_output("8403")


def test_a_notebook_runs_without_a_network(offline: BookPage) -> None:
    offline.page.goto(offline.site.url())
    address = offline.page.locator("#live-page").get_attribute("data-notebook")
    assert address
    offline.page.goto(offline.site.url(address))
    ran = lite.run_all(offline.page)
    assert all(cell["execution_count"] for cell in lite.code_cells(ran))


def test_the_book_can_be_installed_as_an_app(book: BookPage, site: SiteServer) -> None:
    keep(book.page, site.url())
    tools = book.page.context.new_cdp_session(book.page)
    assert tools.send("Page.getAppManifest")["errors"] == []
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' profile is a private one, and that is all that stands in the way.
    assert {error["errorId"] for error in errors} <= {"in-incognito"}


@pytest.mark.parametrize("fault", [site_server.truncate, site_server.alter, site_server.drop])
def test_a_broken_download_is_refused_and_fetched_again(
    book: BookPage, watch: Watch, site: SiteServer, built: Path, fault: site_server.Fault
) -> None:
    watch.allow(REFUSED)
    rule = site.break_(r"^pyodide/pyodide\.asm\.wasm$", fault, times=1)
    keep(book.page, site.url())
    assert rule.hits == 1
    book.page.reload()
    site.close()
    wasm = "pyodide/pyodide.asm.wasm"
    assert digest(book.page, wasm) == hashlib.sha256((built / wasm).read_bytes()).hexdigest()


def test_what_stays_broken_is_not_served_and_is_kept_at_a_later_visit(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(REFUSED)
    with site.broken(r"^pyodide/python_stdlib\.zip$", site_server.alter):
        partly_kept(book.page, site.url())
        book.page.reload()
        assert digest(book.page, "pyodide/python_stdlib.zip") == "TypeError"
    keep(book.page, site.url())


def test_a_network_that_goes_while_pages_are_kept_leaves_the_page_as_it_is(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(REFUSED)
    stall = site_server.Stall(then=site_server.drop)
    site.break_(r"^glossary/", stall, times=1)  # only the worker asks for it
    book.open()
    assert stall.reached.wait(timeout=START / 1000)
    lost = site.break_(r"", site_server.drop)
    stall.release()
    book.page.evaluate(GIVEN_UP)
    assert lost.hits
    book.cell(1).edit("print('never' 'mind')")
    book.expect_status("Not started|Failed")
    site.mend()
    keep(book.page, site.url())
    site.close()
    book.open()
    book.cell(1).run()
    book.expect_done(1)


def test_code_that_is_put_into_a_page_is_not_run(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow("Content Security Policy")
    book.page.goto(site.url(CHAPTER))
    book.page.evaluate(
        """() => {
            const refused = [];
            addEventListener('securitypolicyviolation', event => {
                refused.push(event.violatedDirective);
                document.body.dataset.refused = refused.sort().join(' ');
            });
            document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror="hit = 1">');
            const script = document.createElement('script');
            script.textContent = 'hit = 2';
            document.body.append(script);
        }"""
    )
    refused = "img-src script-src-attr script-src-elem"
    expect(book.page.locator("body")).to_have_attribute("data-refused", refused)
    assert book.page.evaluate("typeof hit") == "undefined"


PLANT = """async ([address, text, type]) => {
    let planted = 0;
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            if (request.url.split('?')[0] !== address) continue;
            const headers = { 'Content-Type': type, Refresh: '0; url=/' };
            await cache.put(request, new Response(text, { headers }));
            planted += 1;
        }
    }
    return planted;
}"""


def plant(page: Page, address: str, text: str, kind: str) -> None:
    """Put `text` into the service worker's cache, as any page of the same origin can."""
    assert page.evaluate(PLANT, [address, text, kind]) == 1


def test_what_others_write_into_the_cache_is_not_served(
    book: BookPage, watch: Watch, site: SiteServer, built: Path
) -> None:
    watch.allow(REFUSED)
    keep(book.page, site.url())
    large = "pyodide/pyodide.asm.wasm"
    script = next(path.name for path in built.glob("assets/live/live-*.js"))
    plant(book.page, site.url("index.html"), "<h1>planted</h1>", "text/html")
    plant(
        book.page,
        site.url(f"assets/live/{script}"),
        "document.title = 'planted'",
        "text/javascript",
    )
    plant(book.page, site.url(large), "planted", "application/wasm")
    book.page.goto(site.url())
    book.expect_status("Not started")
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("Watch a network")
    assert book.page.title() != "planted"
    assert digest(book.page, large) == hashlib.sha256((built / large).read_bytes()).hexdigest()

    # Where there is no network, nothing is shown rather than what was planted.
    plant(book.page, site.url("glossary/index.html"), "<h1>planted</h1>", "text/html")
    with site.broken("", site_server.drop):
        other = book.page.context.new_page()
        with pytest.raises(Error, match="ERR_"):
            other.goto(site.url("glossary/"))
        other.close()
        book.page.goto(site.url())
        book.expect_status("Not started")
    book.page.goto(site.url("glossary/"))
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("Glossary")
