"""What a cell says of slips that a notebook or the page itself makes hard to understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.book_page import RUN, BookPage
from tests.browser.conftest import ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.words import ERRORS, RICH, SHOWN


@pytest.fixture(scope="module")
def started(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open a chapter."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, watch):
        watch.allow(
            "inline event handler"
        )  # that markup is parsed, in a document that runs nothing
        book.open("losses/")
        yield book


def test_what_a_translator_made_of_the_page_is_not_run(started: BookPage) -> None:
    cell = started.cell(2)
    recorded = cell.output.inner_text()
    cell.group.locator("pre.live-code code").evaluate(
        "code => { code.innerHTML = '<font>de</font> micrograd <font>importar</font>'; }"
    )
    cell.run()
    started.expect_done(2)
    assert cell.output.inner_text() == recorded
    expect(cell.group.get_by_role("button", name="Reset cell 2")).to_be_hidden()
    cell.edit("print('edited', 'again')")
    cell.run()
    cell.expect_output("edited again")


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_an_error_and_says_what_is_wrong(started: BookPage, kind: str) -> None:
    code, words = ERRORS[kind]
    cell = started.cell(1)
    cell.edit(code)
    cell.run()
    expect(cell.group).to_have_attribute("data-state", "error", timeout=RUN)
    cell.expect_output(words)
    assert cell.output.inner_text().count(words) == 1
    assert "site-packages" not in cell.output.inner_text()
    started.expect_status("Ready")


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_written_past_the_usual_way_is_shown_once(started: BookPage, kind: str) -> None:
    code, words = SHOWN[kind]
    cell = started.cell(1)
    cell.edit(code)
    cell.run()
    started.expect_done(1)
    cell.expect_output(words)
    assert cell.output.inner_text().count(words) == 1
    assert "already loaded" not in cell.output.inner_text()
    assert "Traceback" not in cell.output.inner_text()


def test_a_line_of_stdin_is_asked_for(started: BookPage) -> None:
    cell = started.cell(1)
    cell.edit("import sys\nprint(sys.stdin.readline().upper())")
    cell.run()
    field = cell.output.get_by_role("textbox")
    field.fill("ada")
    field.press("Enter")
    cell.expect_output("ADA")


GRADIENT = """<svg width="20" height="20">
<defs><linearGradient id="g"><stop stop-color="{}"/></linearGradient></defs>
<rect fill="url(#g)" width="9" height="9"/></svg>"""


def test_two_drawings_with_one_id_keep_their_own_gradients(started: BookPage) -> None:
    cell = started.cell(1)
    drawings = [GRADIENT.format(colour) for colour in ("red", "lime")]
    cell.edit(f"from IPython.display import SVG, display\ndisplay(*map(SVG, {drawings!r}))")
    cell.run()
    started.expect_done(1)
    colours = cell.output.evaluate(
        """region => [...region.querySelectorAll('rect')].map(shape => {
            const id = /#([^"')]+)/.exec(shape.getAttribute('fill'))[1];
            return document.getElementById(id).querySelector('stop').getAttribute('stop-color');
        })"""
    )
    assert colours == ["red", "lime"]


@pytest.mark.parametrize("kind", RICH)
def test_rich_output_is_shown(started: BookPage, kind: str) -> None:
    code, selector = RICH[kind]
    cell = started.cell(1)
    cell.edit(f"from IPython.display import Latex, Markdown, Math\n{code}")
    cell.run()
    started.expect_done(1)
    expect(cell.output.locator(f".out-rich :is({selector})").first).to_be_attached()


def test_markdown_runs_nothing(started: BookPage) -> None:
    cell = started.cell(1)
    harm = "<img src=x: onerror=hit()> <script>hit()</script> [a](javascript:hit())"
    cell.edit(f"from IPython.display import Markdown\nMarkdown({harm!r})")
    cell.run()
    started.expect_done(1)
    rich = cell.output.locator(".out-rich")
    expect(rich).to_contain_text("a")
    assert not any(word in rich.inner_html() for word in ("script", "onerror", "hit()"))


def test_json_is_laid_out(started: BookPage) -> None:
    cell = started.cell(1)
    data = {"application/json": {"a": [1, "<b>"]}, "text/plain": "no"}
    cell.edit(f"from IPython.display import display\ndisplay({data!r}, raw=True)")
    cell.run()
    cell.expect_output('"<b>"')
