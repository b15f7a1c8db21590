"""The start of Python in a page, and how a cell is stopped there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.book_page import RUN, BookPage
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch


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


def test_a_stop_before_a_cells_own_code_ends_its_run(chapter: BookPage) -> None:
    first, second = chapter.cell(1), chapter.cell(2)
    # It takes Python longer to read than a reader to press Stop.
    first.edit(f"long = [{'1, ' * 60_000}]\nwhile True:\n    pass")
    first.run()
    chapter.expect_status("Running")
    chapter.stop.click()
    first.expect_output("KeyboardInterrupt")
    chapter.expect_status("Stopped. Variables are kept")
    second.edit("print('still', 'here')")
    second.run()
    second.expect_output("still here")


def test_a_stopped_await_is_a_keyboard_interrupt(chapter: BookPage) -> None:
    first, second = chapter.cell(1), chapter.cell(2)
    first.edit("import asyncio\nkept = 41\nawait asyncio.sleep(600)")
    first.run()
    chapter.expect_status("Running")
    chapter.stop.click()
    first.expect_output("KeyboardInterrupt")
    expect(first.output).not_to_contain_text("CancelledError")
    second.edit("task = asyncio.create_task(asyncio.sleep(0)); task.cancel()\nawait task")
    second.run()
    second.expect_output("CancelledError")


def test_a_stop_that_meets_another_task_is_no_error_of_the_page(chapter: BookPage) -> None:
    first, second = chapter.cell(1), chapter.cell(2)
    first.edit(
        "import asyncio\n"
        "async def count():\n"
        "    while True:\n"
        "        await asyncio.sleep(0)\n"
        "        for number in range(30_000_000):\n"
        "            pass\n"
        "task = asyncio.create_task(count())\n"
        "await asyncio.sleep(600)"
    )
    first.run()
    chapter.expect_status("Running")
    chapter.stop.click()
    first.expect_output("KeyboardInterrupt")
    second.edit("task.cancel()\nprint('still', 'here')")
    second.run()
    # What the task raised is no error on the console: the fixture looks.
    second.expect_output("still here")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(1)", "Python was ended by the code"),
        ("import js; js.self.close()", "Python was ended by the browser"),
    ],
    ids=["exit", "close"],
)
def test_the_end_of_python_is_told_and_restart_works(
    chapter: BookPage, watch: Watch, code: str, reason: str
) -> None:
    watch.allow("Program terminated with exit")
    chapter.cell(1).edit(code)
    chapter.cell(1).run()
    expect(chapter.status).to_contain_text(f"Failed: {reason}", timeout=RUN)
    chapter.restart.click()
    chapter.expect_status("Ready")
