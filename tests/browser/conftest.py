"""One browser for all tests, a fresh profile for each, and the built site behind a plain server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser import chromium
from tests.browser.book_page import SOON, BookPage
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

ROOT = Path(__file__).parents[2]
CHAPTER = "training-a-classifier/"
# The source chapter's sum of squared errors before the first update and after the last. Its own
# engine varies from run to run by some 1e-14 of them.
FIRST_LOSS = 5.528238732749994
LAST_LOSS = 0.015060754626918213
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
# Without the service worker, which keeps the whole book in each fresh profile and hides what the
# server changes.
ONLINE = {"service_workers": "block"}

# Its own patience of five seconds is less than a busy machine may need for an answer of Python.
expect.set_options(timeout=SOON)


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of the built site."""
    folder = ROOT / "_site"
    if not (folder / "index.html").is_file():
        pytest.fail(f"{folder} has no index.html: run `make site` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """Stand in for the rest of the internet."""
    proxy = Outside()
    yield proxy
    proxy.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives the browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, outside: Outside) -> Iterator[Browser]:
    """Start the browser."""
    launched = chromium.launch(playwright, outside.address)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def shared_site(built: Path) -> Iterator[SiteServer]:
    """Serve the site, whole."""
    server = SiteServer(built)
    yield server
    server.close()


@pytest.fixture
def site(built: Path) -> Iterator[SiteServer]:
    """Serve the site for one test, which may break it."""
    server = SiteServer(built)
    yield server
    server.close()


@contextmanager
def visit(
    browser: Browser, site: SiteServer, outside: Outside, **options: Any
) -> Iterator[tuple[BookPage, Watch]]:
    """Open a page in a fresh profile; fail at the end if it did what no page should."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    context.set_default_timeout(SOON)
    watch = Watch(context, site, outside)
    try:
        yield BookPage(context.new_page(), site), watch
    finally:
        context.close()
    assert watch.problems == []


@pytest.fixture
def visit_with(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Options of the browser context; override, or parametrise as `wide` and `dark` do."""
    return getattr(request, "param", {})


@pytest.fixture
def visited(
    browser: Browser, site: SiteServer, outside: Outside, visit_with: dict[str, Any]
) -> Iterator[tuple[BookPage, Watch]]:
    """Give one test a page of its own and the watch over it."""
    with visit(browser, site, outside, **visit_with) as pair:
        yield pair


@pytest.fixture
def book(visited: tuple[BookPage, Watch]) -> BookPage:
    """Give one test a page of its own, not yet opened."""
    return visited[0]


@pytest.fixture
def watch(visited: tuple[BookPage, Watch]) -> Watch:
    """Return the watch over the test's page."""
    return visited[1]


@pytest.fixture
def chapter(book: BookPage) -> BookPage:
    """Open "Training a classifier"."""
    return book.open(CHAPTER)


Visit = Callable[..., Any]
