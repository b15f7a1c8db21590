"""Browsers that remember a lost script: it is asked for under another address.

In this order in one page: what has been fetched once comes from the browser's own cache.
"""

from __future__ import annotations

import time

from tests.browser import site_server
from tests.browser.site_server import Rule
from tests.other_browsers.driver import PATIENCE, expect
from tests.other_browsers.reader import Reader

PARTS = ["kernel-index", "kernel-main", "outputs"]


def expect_asked(rule: Rule, hits: int) -> None:
    """Wait until a broken file has been asked for more than `hits` times."""
    end = time.monotonic() + PATIENCE
    while rule.hits <= hits:
        assert time.monotonic() < end, f"{rule.pattern.pattern} is not asked for again"
        time.sleep(0.05)


def test_a_page_without_its_first_script_says_that_cells_cannot_run(reader: Reader) -> None:
    # The service worker would answer from the browser's own copy of the book.
    reader.site.break_(r"^service-worker\.js$", site_server.missing)
    with reader.site.broken(r"^assets/live/live-[^.]*\.js$", site_server.missing):
        reader.driver.open(reader.site.url(""))
        said = "document.querySelector('#live-controls').textContent.includes('cannot run now')"
        expect(reader.driver, said, "the page says that its cells cannot run")


def test_retry_goes_on_after_each_lost_script(reader: Reader) -> None:
    # A page with nothing that needs the outputs' script before a run.
    reader.open("values-and-graphs/")
    *kernel, outputs = (
        reader.site.break_(f"^assets/live/{part}-", site_server.missing) for part in PARTS
    )
    for button, rule in zip(["Run cell 1", "Retry"], kernel, strict=True):
        hits = rule.hits
        reader.press(button)
        expect_asked(rule, hits)
        reader.expect_status("Failed")
        reader.site.rules.remove(rule)
    reader.press("Retry")
    reader.expect_status("Failed: The page could not load what shows outputs")
    assert outputs.hits
    reader.site.rules.remove(outputs)
    reader.press("Retry")
    reader.expect_states("done", cell=1)
    reader.expect_status("Ready")


def test_without_the_editor_the_code_is_edited_as_text(reader: Reader) -> None:
    with reader.site.broken("^assets/live/editor-", site_server.missing):
        label = "Code of cell 1"
        reader.driver.click(f'//*[@role="textbox" and @aria-label="{label}"]')
        lost = "document.querySelector('.live-editor-lost') !== null"
        expect(reader.driver, lost, "the page says that the editor is lost")
        reader.driver.replace("print(6 * 7, 'as text')")
        reader.press("Run cell 1")
        reader.expect_output(1, "42 as text")


def test_what_is_typed_before_the_editor_is_there_is_kept(reader: Reader) -> None:
    reader.open("a-neuron-by-hand/")
    stall = site_server.Stall()
    with reader.site.broken("^assets/live/editor-", stall):
        reader.driver.click('//*[@role="textbox" and @aria-label="Code of cell 1"]')
        reader.driver.replace("print(6 * 7, 'early')")
        assert stall.reached.wait(PATIENCE)
        stall.release()
        # A press while the editor takes its place could meet what moves below it.
        there = """document.querySelector('[data-cell="1"] .cm-editor') !== null"""
        expect(reader.driver, there, "the editor is there")
        reader.press("Run cell 1")
        reader.expect_output(1, "42 early")
