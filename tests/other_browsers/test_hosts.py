"""Hosts as schools have them, and a page of another origin around the book's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.conftest import CHAPTER
from tests.browser.site_server import SiteServer
from tests.browser.test_hosts import SCHOOL, WASM, typed
from tests.other_browsers.driver import Driver, expect, quoted
from tests.other_browsers.firefox import Firefox
from tests.other_browsers.reader import Reader
from tests.other_browsers.webkit import WebKit


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def pupil(request: pytest.FixtureRequest, built: Path) -> Iterator[Reader]:
    """Start a browser that finds the site's server under a school's name too."""
    with closing(SiteServer(built)) as site:
        driver: Driver = Firefox(site.origin) if request.param == "Firefox" else WebKit(site.origin)
        with closing(driver):
            yield Reader(driver, site)


def test_python_runs_from_plain_http_under_any_name_and_type(pupil: Reader) -> None:
    """There a browser has no locks, caches, service workers, hashes and clipboard."""
    with pupil.site.broken(WASM, lambda answer: typed("text/plain", answer)) as rule:
        pupil.driver.open(pupil.site.url(CHAPTER).replace("127.0.0.1", SCHOOL))
        assert pupil.driver.evaluate("isSecureContext") is False
        pupil.expect_status("Not started")
        pupil.run(1, "print(6 * 7, 'it is')")
        pupil.expect_output(1, "42 it is")
        pupil.press("Restart")
        pupil.expect_status("Ready")
    assert rule.hits


def test_a_page_of_another_origin_gets_no_live_controls(pupil: Reader, built: Path) -> None:
    """It could lay itself over Run, and have the reader press it."""
    address = pupil.site.url(CHAPTER)
    around = f'<iframe src="{address}" width="900" height="900"></iframe>'.encode()
    headers = {"Content-Type": "text/html", "Content-Length": str(len(around))}
    page_around = re.escape("404.html")
    with pupil.site.broken(
        page_around, lambda answer: replace(answer, body=around, headers=headers)
    ):
        # Another host is another origin.
        pupil.driver.open(pupil.site.url("404.html").replace("127.0.0.1", SCHOOL))
    words = "Open this page by itself to run its code"
    found = f"[...document.links].find(link => link.textContent.includes({quoted(words)}))"
    linked = f"{found}?.href === {quoted(address)}"
    expect(pupil.driver, linked, "the frame has a link out of it", in_frame=True)
    buttons = (
        "[...document.querySelectorAll('button')].filter(b => /^(Run|Check)/.test(b.innerText))"
    )
    assert pupil.driver.evaluate_in_frame(f"{buttons}.length") == 0
    recorded = "document.querySelectorAll('.live-output[data-recorded]').length"
    assert pupil.driver.evaluate_in_frame(recorded) > 0
