"""After one visit the book is read and run without a network, always in one version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import lite, site_server
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER, ROOT, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

KEPT = "html[data-offline=ready]"
OFFER = "#book-offer"
# A download that its hash refuses is logged by the browser, and so is one that the network lost.
REFUSED = r"integrity|Failed to load resource|ERR_|Failed to fetch"


def keep(page: Page, address: str) -> None:
    """Open a page and wait until the whole book is kept."""
    page.goto(address)
    page.locator(KEPT).wait_for(state="attached", timeout=START)


def version(page: Page) -> str:
    """Return the version of the book that a page is of."""
    content = page.locator('meta[name="book-build"]').get_attribute("content")
    assert content
    return content


def bytes_of(page: Page, path: str) -> str:
    """Return the SHA-256 of a file as the page gets it, or what the fetch failed with."""
    digest: str = page.evaluate(
        """async address => {
            try {
                const raw = await (await fetch(address)).arrayBuffer();
                const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
                return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
            } catch (error) { return error.name; }
        }""",
        path,
    )
    return digest


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
    file = built / "pyodide/pyodide.asm.wasm"
    expected = subprocess.run(["sha256sum", file], check=True, capture_output=True, text=True)
    assert bytes_of(book.page, "pyodide/pyodide.asm.wasm") == expected.stdout.split()[0]


def test_what_stays_broken_is_not_served_and_is_kept_at_a_later_visit(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(REFUSED)
    with site.broken(r"^pyodide/python_stdlib\.zip$", site_server.alter):
        book.page.goto(site.url())
        book.page.locator("html[data-offline=partly]").wait_for(state="attached", timeout=START)
        book.page.reload()
        assert bytes_of(book.page, "pyodide/python_stdlib.zip") == "TypeError"
    keep(book.page, site.url())


@pytest.fixture
def newer(built: Path, tmp_path: Path) -> Path:
    """Build a second version of the site: one word on the front page is another."""
    folder = tmp_path / "newer"
    shutil.copytree(built, folder)
    page = folder / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</h1>", " (newer)</h1>", 1))
    (folder / "pyodide" / "pyodide-lock.json").write_text("{}")
    command = [sys.executable, "-m", "offline", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": "site", "PATH": "/usr/bin"})
    return folder


def test_a_new_version_is_offered_and_taken_by_all_pages_together(
    book: BookPage, site: SiteServer, newer: Path
) -> None:
    keep(book.page, site.url())
    other = book.page.context.new_page()
    other.goto(site.url(CHAPTER))
    old = version(other)
    site.folder = newer
    book.page.goto(site.url())
    assert version(book.page) == old
    offer = book.page.locator(OFFER)
    expect(offer).to_contain_text("A newer version of this book is here", timeout=START)
    offer.get_by_role("button").click()
    for page in (book.page, other):
        expect(page.locator(f'meta[name="book-build"][content="{old}"]')).to_have_count(
            0, timeout=START
        )
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("(newer)")
    assert version(book.page) == version(other)


def test_a_page_never_gets_a_file_of_another_version(
    book: BookPage, watch: Watch, site: SiteServer, newer: Path
) -> None:
    watch.allow(REFUSED)
    with site.broken(r"^pyodide/pyodide-lock\.json$", site_server.drop):
        book.page.goto(site.url())
        book.page.locator("html[data-offline=partly]").wait_for(state="attached", timeout=START)
    site.folder = newer
    book.page.reload()
    assert bytes_of(book.page, "pyodide/pyodide-lock.json") == "TypeError"


def test_a_page_that_is_older_than_its_worker_says_so(
    book: BookPage, site: SiteServer, newer: Path
) -> None:
    book.page.goto(site.url())
    site.folder = newer
    expect(book.page.locator(OFFER)).to_contain_text("updated while it was open", timeout=START)
    book.page.locator(OFFER).get_by_role("button").click()
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("(newer)")


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
