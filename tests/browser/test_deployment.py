"""A new version of the site comes while the book is read: it is offered, and taken whole."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import site_server
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER, ROOT
from tests.browser.keeping import REFUSED, digest, keep, partly_kept, version
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

OFFER = "#book-offer"
# One of what the page is, of what starts Python, and of what Python is.
CHANGED = ["index.html", f"{CHAPTER}index.html", "boot/manifest.json", "pyodide/pyodide.mjs"]


@pytest.fixture(scope="module")
def newer(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a second version of the site, whose page, bundle, archives and Pyodide are others."""
    folder = tmp_path_factory.mktemp("deployment") / "newer"
    shutil.copytree(built, folder)
    (bundle,) = (folder / "assets" / "live").glob("live-*.js")
    renamed = bundle.rename(bundle.with_name("live-NEWER.js"))
    renamed.write_text(f"{renamed.read_text(encoding='utf-8')}\n// newer", encoding="utf-8")
    for page in folder.rglob("*.html"):
        old = page.read_text(encoding="utf-8")
        new = old.replace(bundle.name, renamed.name).replace("</h1>", " (newer)</h1>", 1)
        page.write_text(new, encoding="utf-8")
    for name, addition in [("boot/manifest.json", "\n"), ("pyodide/pyodide.mjs", "\n// newer")]:
        file = folder / name
        file.write_text(file.read_text(encoding="utf-8") + addition, encoding="utf-8")
    command = [sys.executable, "-m", "offline", str(folder)]
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": "site", "PATH": path})
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Hash the files that differ between the versions, as they lie on the server."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in CHANGED}


def served(book: BookPage) -> dict[str, str]:
    """Hash the same files as the page gets them."""
    return {name: digest(book.page, book.site.url(name)) for name in CHANGED}


def test_until_the_reader_takes_the_newer_version_all_is_of_the_older(
    book: BookPage, site: SiteServer, built: Path, newer: Path
) -> None:
    keep(book.page, site.url())
    site.folder = newer
    book.open(CHAPTER)
    expect(book.page.locator(OFFER)).to_contain_text("A newer version", timeout=START)
    assert served(book) == digests(built)
    book.cell(1).edit("print('of the ' 'older')")
    book.cell(1).run()
    book.cell(1).expect_output("of the older")
    book.page.locator(OFFER).get_by_role("button").click()
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("(newer)", timeout=START)
    assert served(book) == digests(newer)
    # What the reader wrote is still there, and runs in the newer version.
    expect(book.cell(1).code).to_have_text("print('of the ' 'older')")
    book.cell(1).run()
    book.cell(1).expect_output("of the older")


def test_the_newer_version_is_taken_by_all_pages_together(
    book: BookPage, site: SiteServer, newer: Path
) -> None:
    keep(book.page, site.url())  # its first visit, without a reload since
    other = book.page.context.new_page()
    other.goto(site.url(CHAPTER))
    old = version(other)
    site.folder = newer
    book.page.evaluate("navigator.serviceWorker.getRegistration().then(kept => kept.update())")
    offer = book.page.locator(OFFER)
    expect(offer).to_contain_text("A newer version of this book is here", timeout=START)
    offer.get_by_role("button").click()
    for page in (book.page, other):
        older = page.locator(f'meta[name="book-build"][content="{old}"]')
        expect(older).to_have_count(0, timeout=START)
        expect(page.get_by_role("heading", level=1)).to_contain_text("(newer)")
    assert version(book.page) == version(other)


def test_a_page_never_gets_a_file_of_another_version(
    book: BookPage, watch: Watch, site: SiteServer, newer: Path
) -> None:
    watch.allow(REFUSED)
    with site.broken(r"^pyodide/pyodide\.mjs$", site_server.drop):
        partly_kept(book.page, site.url())
    site.folder = newer
    assert digest(book.page, site.url("pyodide/pyodide.mjs")) == "TypeError"
    book.page.reload()
    assert digest(book.page, site.url("pyodide/pyodide.mjs")) == "TypeError"


def test_a_page_that_is_older_than_its_worker_says_so(
    book: BookPage, site: SiteServer, newer: Path
) -> None:
    book.page.goto(site.url())
    site.folder = newer
    expect(book.page.locator(OFFER)).to_contain_text("updated while it was open", timeout=START)
    book.page.locator(OFFER).get_by_role("button").click()
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("(newer)")


def test_python_that_cannot_start_since_its_files_are_replaced_says_so(
    book: BookPage, watch: Watch, site: SiteServer, newer: Path
) -> None:
    watch.allow(REFUSED)
    watch.allow("Python|standard library")
    watch.allow(r"\(\S+/(pyodide|assets/live)/\S+\)$")  # what the broken start says itself
    book.open(CHAPTER)
    site.folder = newer
    # As a deployment does that has another script for the kernel.
    with site.broken(r"^assets/live/kernel-", site_server.missing):
        book.cell(1).run()
        expect(book.page.locator(OFFER)).to_contain_text("updated while it was open", timeout=START)
    book.page.locator(OFFER).get_by_role("button").click()
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("(newer)", timeout=START)
    book.cell(1).run()
    book.expect_done(1)
