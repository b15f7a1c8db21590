"""A script that is fetched late and lost: fetched again, and what the reader wanted goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import site_server
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import ONLINE
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

TOLD = r"Failed to load resource|ERR_|Failed to fetch"
# With nothing recorded that needs the outputs' script before a run.
PAGE = "values-and-graphs/"
NEEDED_TO_RUN = ["kernel-index", "kernel-main", "outputs"]

pytestmark = pytest.mark.parametrize("visit_with", [ONLINE], indirect=True, ids=[""])


@pytest.mark.parametrize("part", NEEDED_TO_RUN)
def test_a_lost_script_is_told_of_and_retry_runs_the_wanted_cell(
    book: BookPage, watch: Watch, site: SiteServer, part: str
) -> None:
    watch.allow(TOLD)
    book.open(PAGE)
    with site.broken(f"^assets/live/{part}-", site_server.drop) as rule:
        book.cell(1).run()
        book.expect_status(r"Failed: .*(network|connection)", timeout=START)
    assert rule.hits
    book.page.get_by_role("button", name="Retry").click()
    book.expect_done(1)
    book.expect_status("Ready")


@pytest.mark.parametrize("part", ["kernel-index", "outputs"])
def test_a_script_that_is_lost_once_is_not_missed(
    book: BookPage, watch: Watch, site: SiteServer, part: str
) -> None:
    watch.allow(TOLD)
    book.open(PAGE)
    rule = site.break_(f"^assets/live/{part}-", site_server.missing, times=1)
    book.cell(1).run()
    book.expect_done(1)
    assert rule.hits == 1


def test_restart_starts_python_after_a_lost_kernel(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(TOLD)
    book.open(PAGE)
    with site.broken("^assets/live/kernel-index-", site_server.drop):
        book.cell(1).run()
        book.expect_status("Failed", timeout=START)
    book.restart.click()
    book.expect_status("Ready", timeout=START)


def test_without_the_editor_keys_go_into_plain_text(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(TOLD)
    book.open(PAGE)
    cell = book.cell(1)
    stall = site_server.Stall(site_server.missing)
    site.break_("^assets/live/editor-", stall)
    cell.code.click()
    book.page.keyboard.press("Control+a")
    book.page.keyboard.type("print('early")
    stall.release()
    expect(cell.group).to_contain_text("The editor could not be loaded")
    book.page.keyboard.type("' + 'late')\nprint(6 * 7)")
    book.page.keyboard.press("Control+Enter")
    cell.expect_output("earlylate")
    cell.expect_output("42")
    assert cell.source().strip() == "print('early' + 'late')\nprint(6 * 7)"
    cell.reset_button.click()
    expect(cell.reset_button).to_be_hidden()


def test_a_page_without_its_first_script_says_that_cells_cannot_run(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(TOLD)
    site.break_(r"^assets/live/live-[^.]*\.js$", site_server.missing)
    book.page.goto(site.url())
    words = book.page.get_by_role("status").filter(has_text="its cells cannot run now")
    expect(words).to_have_text(re.compile("^Failed: "))
    expect(words).to_be_visible()
