"""Every chapter's notebook runs in JupyterLite and shows what the build recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import lite, outputs
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import visit
from tests.browser.contents import REFERENCE, pages_with_cells
from tests.browser.lite import Notebook
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

# Their outputs are the reader's business: only that they run is the book's.
OF_AN_EXERCISE = {"exercise", "solution", "check"}


@dataclass
class Run:
    """A notebook as the site has it, and as it is after "Run All Cells"."""

    recorded: Notebook
    after: Notebook


# The reference's notebook is made as the others are, and its 45 cells run in its page.
CHAPTERS = [path for path in pages_with_cells() if path != REFERENCE]


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path or "front page")
def run(
    request: pytest.FixtureRequest, browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[Run]:
    """Run a page's notebook in JupyterLite."""
    with visit(browser, shared_site, outside) as (book, _):
        page = book.page
        page.goto(shared_site.url(request.param))
        address = page.locator("#live-page").get_attribute("data-notebook") or ""
        name = parse_qs(urlsplit(address).query)["path"][0]
        file = page.request.get(shared_site.url(f"lite/files/{name}"))
        assert file.ok, f"{name} is not on the site"
        page.goto(shared_site.url(address))
        yield Run(file.json(), lite.run_all(page))


def test_every_cell_of_the_notebook_shows_what_was_recorded(run: Run) -> None:
    recorded, after = lite.code_cells(run.recorded), lite.code_cells(run.after)
    assert [cell["execution_count"] is not None for cell in after] == [True] * len(recorded)
    differences = {
        number: found
        for number, (cell, ran) in enumerate(zip(recorded, after, strict=True), 1)
        if not OF_AN_EXERCISE & set(lite.tags(cell))
        and (found := outputs.differences(lite.outputs(cell), lite.outputs(ran), tolerance(cell)))
    }
    assert differences == {}


def tolerance(cell: dict[str, Any]) -> float:
    """Return how far numbers may be apart: of a cell tagged `random`, any."""
    return math.inf if "random" in lite.tags(cell) else 1e-9


def test_every_check_of_the_notebook_accepts_its_solution(run: Run) -> None:
    refused = {
        "".join(cell["source"]): errors
        for cell in lite.code_cells(run.after)
        if {"solution", "check"} & set(lite.tags(cell))
        and (errors := [o.text for o in lite.outputs(cell) if o.kind == "out-error"])
    }
    assert refused == {}


def test_the_notebook_that_is_opened_has_the_readers_code(chapter: BookPage) -> None:
    chapter.cell(1).edit("xs = 'from the page'")
    chapter.open_as_notebook.click()
    notebook = chapter.page.frame_locator("iframe[src*='lite/notebooks']")
    code = notebook.locator(".jp-CodeCell").first
    expect(code).to_contain_text("xs = 'from the page'", timeout=START)
    expect(notebook.get_by_role("heading", name="Training a classifier").first).to_be_visible()
    chapter.page.get_by_role("button", name="Close notebook").click()
    chapter.cell(1).edit("xs = 'another time'")
    chapter.open_as_notebook.click()
    expect(code).to_contain_text("xs = 'another time'", timeout=START)
    chapter.page.get_by_role("button", name="Close notebook").click()
    chapter.cell(1).reset_button.click()
    chapter.open_as_notebook.click()
    expect(code).to_contain_text("[2.0, 3.0, -1.0]", timeout=START)


def test_the_page_shows_its_notebook_and_a_link_to_it_alone(chapter: BookPage) -> None:
    chapter.open_as_notebook.click()
    notebook = chapter.page.frame_locator("iframe[src*='lite/notebooks']")
    expect(notebook.get_by_role("menuitem", name="Run", exact=True)).to_be_visible(timeout=START)
    heading = notebook.get_by_role("heading", name="Training a classifier")
    expect(heading.first).to_be_visible(timeout=START)
    link = chapter.page.locator("a[href*='lite/notebooks/index.html?path=']").first
    expect(link).to_be_visible()
