"""Hosts as schools have them, and pages of others around the book's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import chromium
from tests.browser.book_page import BookPage
from tests.browser.conftest import CHAPTER
from tests.browser.outside import Outside
from tests.browser.site_server import Answer, SiteServer

SCHOOL = "school.test"
WASM = r"\.wasm$"


def typed(kind: str, answer: Answer) -> Answer:
    """Serve a file under another type."""
    return replace(answer, headers={**answer.headers, "Content-Type": kind})


def test_python_runs_from_plain_http_under_any_name(
    playwright: Playwright, site: SiteServer, outside: Outside
) -> None:
    """There a browser has no locks, caches, service workers, hashes and clipboard."""
    options = chromium.options(outside.address)
    options["args"] = [*options["args"], f"--host-resolver-rules=MAP {SCHOOL} 127.0.0.1"]
    options["proxy"] = {**options["proxy"], "bypass": f"127.0.0.1,{SCHOOL}"}
    browser = playwright.chromium.launch(**options)
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    with site.broken(WASM, lambda answer: typed("application/octet-stream", answer)):
        page.goto(site.url(CHAPTER).replace("127.0.0.1", SCHOOL))
        assert page.evaluate("isSecureContext") is False
        book = BookPage(page, site)
        book.cell(1).edit("print(6 * 7)")
        book.cell(1).run()
        book.cell(1).expect_output("42")
        page.get_by_role("button", name="Copy link to cell 1", exact=True).click()
        expect(page.locator(".live-message")).to_contain_text("does not let the page copy")
        book.restart.click()
        book.expect_status("Ready")
    assert problems == []
    browser.close()


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain"])
def test_a_host_may_serve_webassembly_under_any_type(
    book: BookPage, site: SiteServer, kind: str
) -> None:
    with site.broken(WASM, lambda answer: typed(kind, answer)) as rule:
        book.open()
        book.cell(1).run()
        book.expect_done(1)
    assert rule.hits


def test_a_page_of_another_origin_gets_no_live_controls(
    browser: Browser, site: SiteServer, built: Path
) -> None:
    """It could lay itself over Run, and have the reader press it."""
    page, other = browser.new_page(), SiteServer(built)
    around = f'<iframe src="{site.url(CHAPTER)}" width="900" height="900"></iframe>'.encode()
    headers = {"Content-Type": "text/html", "Content-Length": str(len(around))}
    # Another port is another origin.
    page_around = re.escape("404.html")
    with other.broken(page_around, lambda answer: replace(answer, body=around, headers=headers)):
        page.goto(other.url("404.html"))
    frame = page.frame_locator("iframe")
    link = frame.get_by_role("link", name="Open this page by itself to run its code")
    expect(link).to_have_attribute("href", site.url(CHAPTER))
    expect(frame.get_by_role("button", name=re.compile("^(Run|Check)"))).to_have_count(0)
    recorded = frame.locator(".live-output[data-recorded]").filter(has_text="loss")
    expect(recorded.first).to_be_visible()
    page.close()
    other.close()
