"""A start of Python that loses a file, or gets a broken one, goes on or says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import other_pyodide, site_server
from tests.browser.book_page import START, BookPage
from tests.browser.site_server import Answer, SiteServer
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


FILES = [
    r"^pyodide/pyodide\.asm\.wasm$",
    r"^pyodide/pyodide\.asm\.mjs$",
    r"^pyodide/pyodide\.mjs$",
    r"^pyodide/pyodide-lock\.json$",
    r"^boot/start-",
]
NAMES = ["wasm", "script", "loader", "lock", "archive"]
# What the browser, the start and Pyodide say of a broken file in the console.
TOLD = r"integrity|Failed to load resource|ERR_|Failed to|\(\S+/(pyodide|assets/live)/\S+\)$"


@pytest.mark.parametrize(
    ("file", "fault"),
    [(FILES[0], site_server.alter), *((file, site_server.truncate) for file in FILES)],
    ids=["altered", *NAMES],
)
def test_a_broken_file_is_refused_and_fetched_again(
    book: BookPage,
    watch: Watch,
    site: SiteServer,
    file: str,
    fault: Callable[[Answer], Answer],
) -> None:
    watch.allow(TOLD)
    book.open()
    rule = site.break_(file, fault, times=1)
    book.cell(1).run()
    book.expect_done(1)
    assert rule.hits == 1
    assert not [path for path in site.requests if path.endswith(".whl")]


@pytest.mark.parametrize("file", [FILES[0], r"^boot/start-|^pyodide/python_stdlib"])
def test_what_stays_broken_ends_in_words(
    book: BookPage, watch: Watch, site: SiteServer, file: str
) -> None:
    watch.allow(f"{TOLD}|Python|wasm|Error")
    book.open()
    with site.broken(file, site_server.truncate):
        book.cell(1).run()
        expect(book.status).to_contain_text(re.compile(r"^\s*Failed: "), timeout=START)
    book.restart.click()
    book.expect_status("Ready", timeout=START)


STREAMING = "WebAssembly.instantiateStreaming(n,s)"


@pytest.mark.parametrize(
    ("file", "interface", "other"),
    [
        ("pyodide.mjs", STREAMING, "WebAssembly.instantiate(await(await n).arrayBuffer(),s)"),
        ("pyodide.mjs", "stdLibURL", "stdLibAddress"),
    ],
    ids=["streaming", "standard library"],
)
def test_a_pyodide_without_a_private_interface_starts_plainly(
    book: BookPage,
    watch: Watch,
    site: SiteServer,
    file: str,
    interface: str,
    other: str,
) -> None:
    watch.allow(TOLD)
    other_pyodide.serve_without(site, file, interface, other)
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    assert any(path.startswith("pyodide/ipython-") for path in site.requests)
