"""Browsers that remember a lost script: it is asked for under another address."""

from __future__ import annotations

import pytest

from tests.browser import site_server
from tests.other_browsers.driver import expect
from tests.other_browsers.reader import Reader


@pytest.mark.parametrize("part", ["kernel-index", "kernel-session", "kernel-main", "outputs"])
def test_retry_runs_the_wanted_cell_after_a_lost_script(reader: Reader, part: str) -> None:
    # Offline, the book would come from the browser's own copy.
    reader.site.break_(r"^service-worker\.js$", site_server.missing)
    reader.open("")
    with reader.site.broken(f"^assets/live/{part}-", site_server.missing) as rule:
        reader.press("Run cell 1")
        reader.expect_status("Failed")
    assert rule.hits
    reader.press("Retry")
    reader.expect_states("done", cell=1)


def test_without_the_editor_the_code_is_edited_as_text(reader: Reader) -> None:
    reader.open("")
    with reader.site.broken("^assets/live/editor-", site_server.missing):
        label = "Code of cell 1"
        reader.driver.click(f'//*[@role="textbox" and @aria-label="{label}"]')
        lost = "document.querySelector('.live-editor-lost') !== null"
        expect(reader.driver, lost, "the page says that the editor is lost")
        reader.driver.replace("print(6 * 7, 'as text')")
        reader.press("Run cell 1")
        reader.expect_output(1, "42 as text")


def test_a_page_without_its_first_script_says_that_cells_cannot_run(reader: Reader) -> None:
    with reader.site.broken(r"^assets/live/live-[^.]*\.js$", site_server.missing):
        reader.driver.open(reader.site.url("glossary/"))
        reader.driver.open(reader.site.url(""))
        said = "document.querySelector('#live-controls').textContent.includes('cannot run now')"
        expect(reader.driver, said, "the page says that its cells cannot run")
