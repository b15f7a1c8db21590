"""Compiled graphs in the worker that runs a chapter's cells."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.book_page import BookPage

CELL = Path(__file__).with_name("compiled_cell.py")


def test_compiled_graphs_are_the_engines_in_the_pages_kernel(chapter: BookPage) -> None:
    cell = chapter.cell(1)
    cell.edit(CELL.read_text(encoding="utf-8").split('"""', 2)[2].strip())
    cell.run()
    cell.expect_output("modules that validate:")
    chapter.expect_done(1)
    expect(cell.output).to_contain_text("operations that differ: []")
    expect(cell.output).to_contain_text("graphs that agree: 36 of 36")
    made = re.search(r"validate: (\d+) of (\d+)", cell.output.inner_text())
    assert made is not None
    assert made.group(1) == made.group(2)
    assert int(made.group(2)) >= 50
