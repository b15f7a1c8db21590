"""Every cell of every page runs in the page and shows what the build recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, JSHandle

from tests.browser import outputs
from tests.browser.book_page import BookPage, Cell
from tests.browser.conftest import CHAPTER, FIRST_LOSS, LAST_LOSS, visit
from tests.browser.contents import pages_with_cells
from tests.browser.outputs import Output
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer


@dataclass
class Run:
    """A page on which "Run all" was pressed, and what it had recorded before."""

    book: BookPage
    recorded: list[list[Output]]
    recorded_elements: JSHandle


@pytest.fixture(scope="module", params=pages_with_cells(), ids=lambda path: path or "front page")
def run(
    request: pytest.FixtureRequest, browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[Run]:
    """Press "Run all" on a page and wait until it is through."""
    with visit(browser, shared_site, outside) as (book, _):
        book.open(request.param)
        recorded = [cell.outputs() for cell in book.cells]
        elements = book.page.evaluate_handle(
            "[...document.querySelectorAll('[data-recorded] .out')]"
        )
        book.run_everything()
        yield Run(book, recorded, elements)


def test_every_cell_shows_what_was_recorded(run: Run) -> None:
    differences = {
        cell.number: found
        for cell, recorded in zip(run.book.cells, run.recorded, strict=True)
        if (found := outputs.differences(recorded, cell.outputs(), tolerance(cell)))
    }
    assert differences == {}


def tolerance(cell: Cell) -> float:
    """Return how far numbers may be apart: of a cell tagged `random`, any."""
    return math.inf if "random" in (cell.group.get_attribute("data-tags") or "").split() else 1e-9


def test_numbers_in_sentences_stay_the_books_when_its_code_runs(run: Run) -> None:
    """Where a cell is tagged `random`, numbers may differ."""
    if any("random" in (cell.group.get_attribute("data-tags") or "") for cell in run.book.cells):
        return
    assert run.book.page.locator("[data-differs]").all_inner_texts() == []


def test_a_traceback_names_the_cell_by_its_number_on_the_page(run: Run) -> None:
    for cell, recorded in zip(run.book.cells, run.recorded, strict=True):
        for output in [*recorded, *cell.outputs()]:
            if "out-error" in output.kind:
                assert output.text.lstrip().startswith(f"Cell {cell.number}, line")


def test_no_recorded_output_is_left_in_the_page(run: Run) -> None:
    left = run.recorded_elements.evaluate(
        "all => all.filter(element => element.isConnected).length"
    )
    assert left == 0


def test_the_source_chapters_losses_are_computed_in_the_page(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside) as (book, _):
        book.open(CHAPTER)
        # What was recorded at build time must not be what is found.
        book.page.evaluate(
            "document.querySelectorAll('[data-recorded]').forEach(r => { r.textContent = '' })"
        )
        book.run_everything()
        shown = "\n".join(o.text for cell in book.cells for o in cell.outputs())
        assert outputs.holds_number(shown, FIRST_LOSS)
        assert outputs.holds_number(shown, LAST_LOSS)
