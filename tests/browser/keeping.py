"""The book kept for reading offline: wait for it, and see what is served from it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.book_page import START

# A download that its hash refuses is logged by the browser, and so is one that the network lost.
REFUSED = r"integrity|Failed to load resource|ERR_|Failed to fetch"


def keep(page: Page, address: str) -> None:
    """Open a page and wait until the whole book is kept."""
    page.goto(address)
    page.locator("html[data-offline=ready]").wait_for(state="attached", timeout=START)


def partly_kept(page: Page, address: str) -> None:
    """Open a page and wait until all is kept but what could not be had."""
    page.goto(address)
    page.locator("html[data-offline=partly]").wait_for(state="attached", timeout=START)


def version(page: Page) -> str:
    """Return the version of the book that a page is of."""
    content = page.locator('meta[name="book-build"]').get_attribute("content")
    assert content
    return content


def digest(page: Page, address: str) -> str:
    """Return the SHA-256 of a file as the page gets it, or what the fetch failed with."""
    found: str = page.evaluate(
        """async address => {
            try {
                const raw = await (await fetch(address)).arrayBuffer();
                const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
                return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
            } catch (error) { return error.name; }
        }""",
        address,
    )
    return found
