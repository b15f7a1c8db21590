"""The start of Python in a page, and how a cell is stopped there."""

from __future__ import annotations

from tests.browser.book_page import BookPage
from tests.browser.site_server import SiteServer


def test_a_start_takes_one_archive_and_no_wheel(chapter: BookPage, site: SiteServer) -> None:
    chapter.cell(1).run()
    chapter.expect_done(1)
    asked = [path for path in site.requests if path.startswith(("boot/", "pyodide/"))]
    assert any(path.startswith("boot/start-") for path in asked)
    assert not [path for path in asked if path.endswith(".whl")]


def test_a_stopped_sleep_keeps_the_variables(chapter: BookPage) -> None:
    first, second = chapter.cell(1), chapter.cell(2)
    first.edit("import time\nkept = 41\ntime.sleep(600)")
    first.run()
    chapter.expect_status("Running")
    chapter.stop.click()
    chapter.expect_status("Stopped")
    second.edit("print(kept + 1)")
    second.run()
    second.expect_output("42")
