"""What code in a cell cannot reach: storage of the origin, other workers, what other pages hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.book_page import BookPage
from tests.browser.conftest import ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

# Tried as Python and JavaScript of a cell can: by name, on prototypes, by classes.
ATTEMPTS = """
js.caches
js.indexedDB
js.Worker
js.SharedWorker
js.BroadcastChannel
js.WebSocket
js.EventSource
js.importScripts
js.navigator.storage
js.navigator.serviceWorker
js.navigator.locks
js.navigator.storageBuckets
js.CacheStorage
js.IDBFactory
js.StorageManager
js.FileSystemDirectoryHandle
js.eval("caches")
js.eval("self['cach' + 'es']")
js.eval("globalThis.__proto__.caches")
js.eval("WorkerGlobalScope.prototype.indexedDB")
js.eval("Object.getPrototypeOf(Object.getPrototypeOf(self)).caches")
js.eval("new (self.Worker)('data:text/javascript,1')")
js.eval("WorkerNavigator.prototype.locks")
js.eval("Reflect.get(WorkerGlobalScope.prototype, 'caches', self)")
js.eval("Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'caches').get.call(self)")
js.eval("new Function('return caches')()")
js.eval("(function* () {}).constructor('return caches')().next().value")
pyodide_js._api.public_api.globals.get("caches")
js.Reflect.get(js.globalThis, "caches")
js.eval("let f = []; for (let o = self; o; o = Object.getPrototypeOf(o)) f.push(...Object.getOwnPropertyNames(o)); f.find(n => /^(caches|indexedDB|Worker)$/.test(n))")
js.eval("let f = []; for (let o = navigator; o; o = Object.getPrototypeOf(o)) f.push(...Object.getOwnPropertyNames(o)); f.find(n => /storage|locks|serviceWorker/i.test(n))")
""".strip().splitlines()  # noqa: E501
TRY = f"""
import js, pyodide_js

reached = []
for attempt in {ATTEMPTS!r}:
    try:
        found = eval(attempt)
    except BaseException:
        continue
    if found is not None and str(found) != "undefined":
        reached.append(attempt)
print("reached {{}} of {len(ATTEMPTS)}".format(len(reached)), reached)
"""
# A module of the kernel that is imported again finds no more than a cell does.
AGAIN = """
import js

async def names(address):
    module = await js.eval(f"import('{address}')")
    return list(js.Object.keys(module))

found = []
for address in ADDRESSES:
    try:
        found += await names(address)
    except BaseException as error:
        print(type(error).__name__)
print("exported", found)
print("realms", [name for name in dir(js) if "Realm" in name])
"""


@pytest.fixture(scope="module")
def started(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open a chapter."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        book.open()
        yield book


def test_a_cell_reaches_nothing_that_outlives_it(started: BookPage) -> None:
    cell = started.cell(1)
    cell.edit(TRY)
    cell.run()
    cell.expect_output(re.compile(r"reached \d+ of"))
    assert f"reached 0 of {len(ATTEMPTS)} []" in cell.output.inner_text()


def test_the_kernel_s_modules_give_nothing_away(started: BookPage, built: Path) -> None:
    scripts = [path.name for path in built.glob("assets/live/kernel-main-*.js")]
    addresses = [
        started.site.url(f"assets/live/{name}{end}") for name in scripts for end in ("", "?again")
    ]
    cell = started.cell(1)
    cell.edit(f"ADDRESSES = {addresses!r}\n{AGAIN}")
    cell.run()
    cell.expect_output("realms []")
    assert "exported []" in cell.output.inner_text()
    cell.edit("print(6 * 7)")
    cell.run()
    cell.expect_output("42")


def test_what_a_cell_posts_to_the_page_does_no_harm(started: BookPage) -> None:
    """Each uncaught error of the page fails the visit."""
    cell = started.cell(1)
    posts = ["None", "1", "'text'", "js.Object.new()", "js.eval('({id: 1, type: 2})')"]
    cell.edit(
        "import js\n"
        + "\n".join(f"js.postMessage({post})" for post in posts)
        + "\nprint('po' 'sted')"
    )
    cell.run()
    cell.expect_output("posted")
    started.expect_done(1)
    started.expect_status("Ready")
