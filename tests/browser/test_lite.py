"""JupyterLite is a part of the book: its colours, its kernel, its Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import lite
from tests.browser.book_page import RUN, START, BookPage
from tests.browser.code_mirror import replace_text
from tests.browser.conftest import visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer


def notebook_address(book: BookPage) -> str:
    """Return the address of the front page's notebook; the front page is open afterwards."""
    book.page.goto(book.site.url())
    address = book.page.locator("#live-page").get_attribute("data-notebook")
    assert address
    return book.site.url(address)


def expect_colours(page: Page, *, dark: bool) -> None:
    """Wait until JupyterLite's theme is dark, or light."""
    body = page.locator("body")
    expect(body).to_have_attribute("data-jp-theme-light", str(not dark).lower(), timeout=START)


@pytest.mark.parametrize(
    "visit_with", [{"color_scheme": "dark"}, {"color_scheme": "light"}], indirect=True
)
def test_a_notebook_has_the_colours_that_the_reader_chose_for_the_book(book: BookPage) -> None:
    system_is_dark = book.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    address = notebook_address(book)
    notebook = book.page.context.new_page()
    notebook.goto(address)
    expect_colours(notebook, dark=system_is_dark)
    to_other = "Switch to light" if system_is_dark else "Switch to dark"
    book.page.get_by_title(to_other).click()
    expect_colours(notebook, dark=not system_is_dark)
    notebook.reload()
    expect_colours(notebook, dark=not system_is_dark)


@dataclass
class Notebook:
    """A notebook that is open in JupyterLite."""

    page: Page

    def cell(self, code: str) -> Locator:
        """Run code in the last cell, wait for its end and return the cell."""
        editor = self.page.locator(".jp-CodeCell .cm-content").last
        editor.click()
        replace_text(editor, f"{code}\nprint('end')")
        expect(editor).to_contain_text("print('end')")
        editor.press("Shift+Enter")
        cell = self.page.locator(".jp-CodeCell").filter(has_text=code[:40]).last
        expect(cell.locator(".jp-OutputArea-output").last).to_contain_text("end", timeout=RUN)
        return cell

    def printed(self, code: str) -> str:
        """Run code and return what it prints, on one line."""
        output = self.cell(code).locator(".jp-OutputArea-output")
        return " ".join("\n".join(output.all_inner_texts()).split()).removesuffix(" end")


@pytest.fixture(scope="module")
def notebook(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[Notebook]:
    """Open the front page's notebook."""
    with visit(browser, shared_site, outside) as (book, _):
        book.page.goto(notebook_address(book))
        lite.wait_for_kernel(book.page)
        yield Notebook(book.page)


def test_the_engine_is_there(notebook: Notebook) -> None:
    code = "from micrograd import Value; print(Value(2.0) * 3)"
    assert notebook.printed(code) == "Value(data=6.0)"


def test_a_graph_is_drawn(notebook: Notebook) -> None:
    code = "from micrograd import draw_dot; display(draw_dot(Value(2.0) * Value(3.0)))"
    drawing = notebook.cell(code).locator(".jp-RenderedSVG svg, .jp-RenderedSVG img")
    expect(drawing).to_be_visible(timeout=RUN)


def test_completion_knows_live_objects_without_jedi(notebook: Notebook) -> None:
    code = "shelf = {'a': 1}; print(get_ipython().complete('shelf.val')[1])"
    assert notebook.printed(code) == "['.values']"


def test_the_start_installs_nothing_and_the_reader_may(notebook: Notebook) -> None:
    code = "from piplite import piplite; print(piplite._PIPLITE_DISABLE_PYPI)"
    assert notebook.printed(code) == "False"


def test_a_package_that_is_not_shipped_has_its_address_elsewhere(notebook: Notebook) -> None:
    code = "import pyodide_js as p; print(p.lockfile.packages.numpy.file_name.split('/')[2])"
    assert notebook.printed(code) == "cdn.jsdelivr.net"


def test_data_sets_are_read(notebook: Notebook) -> None:
    code = "from micrograd.datasets import digits, names; print(len(digits()[1]), names()[0])"
    assert notebook.printed(code) == "1797 aaren"
