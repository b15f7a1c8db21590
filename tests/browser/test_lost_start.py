"""A start of Python that loses a file says so, and the next try works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import site_server
from tests.browser.book_page import START, BookPage
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

PHASES = [
    r"^lite/jupyter-lite\.json$",
    r"^pyodide/pyodide\.asm\.wasm$|^boot/.*wasm",
    r"^pyodide/(ipython-|python_stdlib)|^boot/start-",
]


@pytest.mark.parametrize("phase", PHASES, ids=["settings", "interpreter", "packages"])
def test_a_reader_whose_network_goes_is_told_and_can_try_again(
    book: BookPage, watch: Watch, site: SiteServer, phase: str
) -> None:
    watch.allow(r"Failed to load resource|ERR_|Failed to fetch|Python|standard library")
    watch.allow(r"\(\S+/(pyodide|assets/live)/\S+\)$")  # what the broken start says itself
    book.open()
    with site.broken(phase, site_server.drop) as rule:
        book.cell(1).run()
        failed = re.compile(r"^\s*Failed: .*could not be loaded")
        expect(book.status).to_contain_text(failed, timeout=START)
    assert rule.hits
    book.cell(1).run()
    book.expect_done(1)
