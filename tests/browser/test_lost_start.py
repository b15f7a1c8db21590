"""A start of Python that loses a file, or gets a broken one, goes on or says so."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import site_server
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


def integrity(text: str) -> str:
    """Return the hash by which the start knows a file."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
    built: Path,
    file: str,
    interface: str,
    other: str,
) -> None:
    watch.allow(TOLD)
    was = (built / "pyodide" / file).read_text(encoding="utf-8")
    assert interface in was
    now = was.replace(interface, other)

    def as_text(replace: Callable[[str], str]) -> Callable[[Answer], Answer]:
        def fault(answer: Answer) -> Answer:
            body = replace(gzip.decompress(answer.body).decode()).encode()
            headers = {**answer.headers, "Content-Length": str(len(body))}
            return Answer(200, {k: v for k, v in headers.items() if k != "Content-Encoding"}, body)

        return fault

    # The worker knows the other Pyodide's hash, as if the site had been built with it.
    site.break_(r"/kernel-main", as_text(lambda t: t.replace(integrity(was), integrity(now))))
    site.break_(rf"^pyodide/{re.escape(file)}$", as_text(lambda _: now))
    book.open()
    book.cell(1).run()
    book.expect_done(1)
    assert any(path.startswith("pyodide/ipython-") for path in site.requests)
