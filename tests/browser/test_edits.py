"""What a reader wrote is kept, beside newer code of the chapter and beside a link's code."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest
from book.chapter import read_chapter
from playwright.sync_api import Browser, Locator, expect

from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.contents import ROOT
from tests.browser.outside import Outside
from tests.browser.site_server import Answer, SiteServer

FOREIGN = "Code of someone else"


@pytest.fixture
def visit_with() -> dict[str, object]:
    """Visit without a service worker, and let the page copy."""
    return {**ONLINE, "permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def visitor(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Give a second reader, with a profile of their own, a page."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        yield book


def menu(book: BookPage, item: str) -> None:
    """Choose an item of "More"."""
    book.page.locator("#live-controls summary").click()
    book.page.get_by_role("button", name=item, exact=True).click()


def notice(book: BookPage, number: int) -> Locator:
    """Find the notice above a cell's code."""
    return book.cell(number).group.locator(".live-notice")


def copied(book: BookPage) -> str:
    """Return the link that the page has put on the clipboard."""
    expect(book.page.locator(".live-message")).to_contain_text("Link copied")
    text: str = book.page.evaluate("navigator.clipboard.readText()")
    return text


def link(payload: object, chapter: str = CHAPTER) -> str:
    """Make a link as anyone can: a path with JSON, or any bytes, packed into its fragment."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(raw) + packer.flush()
    return f"{chapter}#code={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def cell_id(book: BookPage, number: int) -> str:
    """Return the name that links have for a cell."""
    found = book.cell(number).group.get_attribute("data-id")
    assert found
    return found


def test_an_edit_outlives_a_reload_until_it_is_reset(chapter: BookPage) -> None:
    cell = chapter.cell(1)
    original = cell.source().rstrip()
    cell.edit("kept = 1")
    chapter.page.reload()
    expect(cell.code).to_have_text("kept = 1")
    cell.reset_button.click()
    assert cell.source().rstrip() == original
    chapter.page.reload()
    chapter.expect_status("Not started")
    assert cell.source().rstrip() == original


def code(book: BookPage, number: int) -> str:
    """Return a cell's code without blanks: the editor has its own way to show an empty line."""
    return "".join(book.cell(number).source().split())


def test_reset_page_takes_every_edit_back(chapter: BookPage) -> None:
    before = [code(chapter, n) for n in (1, 2)]
    for n in (1, 2):
        chapter.cell(n).edit(f"mine = {n}")
    menu(chapter, "Reset page")
    assert [code(chapter, n) for n in (1, 2)] == before
    chapter.page.reload()
    chapter.expect_status("Not started")
    assert [code(chapter, n) for n in (1, 2)] == before


def changed_chapter(answer: Answer) -> Answer:
    """Serve the chapter as its author changed it: with another first number in its first cell."""
    body = answer.body
    # As the cell's source has it, and as it is coloured.
    for text in (b"[%s, 3.0, -1.0]", b'<span class="mf">%s</span>'):
        assert text % b"2.0" in body
        body = body.replace(text % b"2.0", text % b"2.5", 1)
    return replace(answer, body=body, headers={**answer.headers, "Content-Length": str(len(body))})


def reopen_changed(book: BookPage, site: SiteServer) -> None:
    """Edit cell 1, and come back when the chapter has other code in it."""
    book.cell(1).edit("xs = 'mine'")
    site.break_(rf"^{CHAPTER}$", changed_chapter)
    book.page.set_extra_http_headers({"Accept-Encoding": "identity", "Cache-Control": "no-cache"})
    book.page.reload()
    expect(notice(book, 1)).to_contain_text("The chapter's code has changed since you edited")
    expect(book.cell(1).code).to_have_text("xs = 'mine'")


def test_newer_code_of_the_chapter_is_shown_beside_the_edit(
    chapter: BookPage, site: SiteServer
) -> None:
    reopen_changed(chapter, site)
    notice(chapter, 1).get_by_text("Show the difference").click()
    expect(notice(chapter, 1).locator("del")).to_have_text(re.compile("xs = 'mine'"))
    expect(notice(chapter, 1).locator("ins").nth(1)).to_contain_text("[2.5, 3.0, -1.0]")
    chapter.page.get_by_role("button", name="Keep my version of cell 1").click()
    expect(notice(chapter, 1)).to_have_count(0)
    chapter.page.reload()
    expect(chapter.cell(1).code).to_have_text("xs = 'mine'")
    expect(notice(chapter, 1)).to_have_count(0)


def test_newer_code_of_the_chapter_can_be_taken(chapter: BookPage, site: SiteServer) -> None:
    reopen_changed(chapter, site)
    chapter.page.get_by_role("button", name="Take the new version of cell 1").click()
    expect(chapter.cell(1).code).to_contain_text("[2.5, 3.0, -1.0]")
    expect(notice(chapter, 1)).to_have_count(0)
    chapter.page.reload()
    expect(chapter.cell(1).code).to_contain_text("[2.5, 3.0, -1.0]")


def test_the_notebook_that_is_downloaded_has_the_edits(chapter: BookPage) -> None:
    untouched = chapter.cell(2).source().rstrip()
    chapter.cell(1).edit("xs = 'from the page'")
    with chapter.page.expect_download() as downloading:
        menu(chapter, "Download as notebook")
    assert downloading.value.suggested_filename == "training-a-classifier.ipynb"
    notebook = nbformat.read(downloading.value.path(), as_version=4)
    nbformat.validate(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert "xs = 'from the page'" in sources
    assert untouched in [source.rstrip() for source in sources]


def test_a_link_to_a_cell_brings_its_code_and_runs_nothing(
    chapter: BookPage, visitor: BookPage
) -> None:
    chapter.cell(2).edit("print('from a friend')")
    chapter.page.get_by_role("button", name="Copy link to cell 2", exact=True).click()
    address = copied(chapter).replace(chapter.site.origin, visitor.site.origin)
    asked_before = len(visitor.site.requests)
    visitor.page.goto(address, wait_until="networkidle")
    expect(visitor.cell(2).code).to_have_text("print('from a friend')")
    expect(notice(visitor, 2)).to_contain_text(FOREIGN)
    visitor.expect_status("Not started")
    asked = visitor.site.requests[asked_before:]
    assert [path for path in asked if path.startswith(("pyodide/", "boot/"))] == []
    # Nor is it run along with others.
    visitor.run_all.click()
    expect(visitor.cell(2).editor).to_be_focused()
    for n in (1, 2):
        expect(visitor.cell(n).group).to_have_attribute("data-state", "recorded")
    # Once the visitor wants it, it runs as any code.
    visitor.cell(2).run()
    visitor.cell(2).expect_output("from a friend")


def test_a_link_to_a_page_brings_all_edits_and_keeps_the_visitors_own(
    chapter: BookPage, visitor: BookPage
) -> None:
    for n in (1, 2):
        chapter.cell(n).edit(f"theirs = {n}")
    menu(chapter, "Copy link to this page")
    address = copied(chapter).replace(chapter.site.origin, visitor.site.origin)

    visitor.open(CHAPTER)
    visitor.cell(1).edit("own = 1")
    # The address of the page that is open already: a browser then loads nothing.
    visitor.page.goto(address)
    for n in (1, 2):
        expect(visitor.cell(n).code).to_have_text(f"theirs = {n}")
        expect(notice(visitor, n)).to_contain_text(FOREIGN)
    visitor.cell(1).edit("theirs = 'changed'")
    visitor.page.get_by_role("button", name="Back to my code in cell 1").click()
    expect(visitor.cell(1).code).to_have_text("own = 1")
    visitor.page.goto(visitor.site.url())
    visitor.open(CHAPTER)
    expect(visitor.cell(1).code).to_have_text("own = 1")
    expect(visitor.cell(2).code).not_to_contain_text("theirs")


def test_the_links_code_can_be_kept(visitor: BookPage) -> None:
    visitor.open(CHAPTER)
    cells = {cell_id(visitor, 1): "theirs = 1"}
    visitor.page.goto(visitor.site.url(link({"chapter": CHAPTER.rstrip("/"), "cells": cells})))
    visitor.page.get_by_role("button", name="Keep it as mine in cell 1").click()
    expect(notice(visitor, 1)).to_have_count(0)
    visitor.page.goto(visitor.site.url())
    visitor.open(CHAPTER)
    expect(visitor.cell(1).code).to_have_text("theirs = 1")


def test_a_links_code_runs_only_at_a_press_on_its_own_cell(visitor: BookPage) -> None:
    """Not when a slider moves, its own neither, nor at a Retry or "Run the same cells again"."""
    page, theirs = visitor.page, "print('ran', 'it')"
    visitor.open()
    chapter = page.locator("#live-page").get_attribute("data-chapter")
    slider_cell = visitor.cell(2).source()
    for number in (2, 3, 4):
        visitor.cell(number).run()
        visitor.expect_done(number)
    follower = {cell_id(visitor, 3): theirs}
    page.goto(visitor.site.url(link({"chapter": chapter, "cells": follower}, "")))
    expect(notice(visitor, 3)).to_contain_text(FOREIGN)

    def expect_refused(number: int, words: str = "ran it") -> None:
        visitor.expect_status("Ready")
        expect(visitor.status).to_contain_text(f"Cell {number} holds code from a link")
        expect(visitor.cell(number).output).not_to_contain_text(words)

    slider = page.get_by_role("slider", name="a", exact=True)
    slider.press("ArrowLeft")
    expect_refused(3)
    visitor.restart.click()
    visitor.expect_status("Ready")
    page.get_by_role("button", name="Run the same cells again").click()
    expect_refused(3)
    visitor.cell(3).run()
    visitor.cell(3).expect_output("ran it")
    # Having run once, it is still the link's.
    visitor.cell(3).edit("print('ran', 'twice')")
    visitor.cell(4).run()
    visitor.expect_done(4)
    slider.press("ArrowLeft")
    expect_refused(3, "ran twice")
    page.get_by_role("button", name="Keep it as mine in cell 3").click()
    slider.press("ArrowLeft")
    visitor.cell(3).expect_output("ran twice")

    with_slider = slider_cell.replace("draw_dot(c)", theirs)
    assert with_slider != slider_cell
    own = {cell_id(visitor, 2): with_slider}
    page.goto(visitor.site.url(link({"chapter": chapter, "cells": own}, "")))
    expect(notice(visitor, 2)).to_contain_text(FOREIGN)
    slider.press("ArrowLeft")
    expect_refused(2)
    expect(notice(visitor, 2)).to_contain_text(FOREIGN)


def test_a_links_solution_is_the_readers_only_once_it_is_kept(visitor: BookPage) -> None:
    page = visitor.page
    visitor.open("values-and-graphs/")
    section = page.locator('.live-exercise[data-exercise="value"]')
    group = section.locator("[data-cell]")
    number = int(group.get_attribute("data-cell") or 0)
    chapter = read_chapter(ROOT / "content" / "01-values-and-graphs.md")
    source = chapter.exercises["value"].solution.source
    cells = {cell_id(visitor, number): source}
    page.goto(
        visitor.site.url(
            link({"chapter": "values-and-graphs", "cells": cells}, "values-and-graphs/")
        )
    )
    check = page.get_by_role("button", name=f"Check cell {number}", exact=True)
    verdict = section.locator(".live-verdict")
    check.click()
    expect(verdict).to_contain_text("It is code from a link", timeout=START)
    done = page.locator(".live-exercises")
    expect(done).to_contain_text("0 of")
    page.get_by_role("button", name=f"Keep it as mine in cell {number}").click()
    check.click()
    expect(verdict).to_have_attribute("data-verdict", "done", timeout=START)
    expect(done).to_contain_text("1 of")


UNREADABLE = {
    "not-base64": f"{CHAPTER}#code=%%%<img src=x onerror=alert(1)>",
    "not-packed": f"{CHAPTER}#code=aGVsbG8",
    "not-json": link(b"print(1)"),
    "other-shape": link({"chapter": CHAPTER.rstrip("/"), "cells": {"a": {"toString": 1}}}),
    "null": link(None),
    "huge": link(b" " * 100_000_000),
}


@pytest.fixture(scope="module")
def hostile(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Give the tests of hostile links one profile."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        yield book


@pytest.mark.parametrize("address", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_link_that_cannot_be_read_is_ignored_with_a_word(hostile: BookPage, address: str) -> None:
    hostile.page.goto("about:blank")
    hostile.page.goto(hostile.site.url(address))
    expect(hostile.page.locator(".live-message")).to_contain_text("could not be read")
    hostile.expect_status("Not started")
    expect(hostile.page.locator(".live-notice, [data-edited]")).to_have_count(0)


def test_a_link_for_other_cells_is_ignored_with_a_word(hostile: BookPage) -> None:
    for payload in (
        {"chapter": "no-such-chapter", "cells": {"a": "print(1)"}},
        {"chapter": CHAPTER.rstrip("/"), "cells": {"__proto__": "x", "no-such-cell": "print(1)"}},
    ):
        hostile.page.goto("about:blank")
        hostile.page.goto(hostile.site.url(link(payload)))
        expect(hostile.page.locator(".live-message")).to_contain_text("not in this chapter")
        expect(hostile.page.locator(".live-notice, [data-edited]")).to_have_count(0)


def test_markup_in_a_link_is_only_text(hostile: BookPage) -> None:
    markup = "</code></pre><img src=x onerror='window.injected = 1'><script>injected = 2</script>"
    hostile.open(CHAPTER)
    cells = {cell_id(hostile, 1): markup}
    hostile.page.goto(hostile.site.url(link({"chapter": CHAPTER.rstrip("/"), "cells": cells})))
    expect(notice(hostile, 1)).to_contain_text(FOREIGN)
    expect(hostile.cell(1).code).to_have_text(markup)
    hostile.cell(1).code.click()
    expect(hostile.cell(1).editor).to_have_text(markup)
    expect(hostile.page.locator("img[src=x]")).to_have_count(0)
    assert hostile.page.evaluate("window.injected") is None


def test_an_edited_cell_says_that_the_recorded_output_is_not_its_own(chapter: BookPage) -> None:
    cell = chapter.cell(1)
    words = cell.group.locator(".live-recorded")
    second = chapter.cell(2).group.locator(".live-recorded")
    chapter.cell(2).edit("print('mine')")
    expect(second).to_have_text("Recorded with the book's code; run yours to see what it shows")
    chapter.page.reload()
    expect(second).to_have_text("Recorded with the book's code; run yours to see what it shows")
    chapter.cell(2).reset_button.click()
    expect(second).to_have_text("Recorded when the book was built")
    expect(words).to_have_count(0)  # the first cell shows nothing
    chapter.cell(2).run()
    chapter.expect_done(2)
    expect(second).to_have_text("From your run")


def test_an_output_says_that_its_code_was_changed_since(chapter: BookPage) -> None:
    cell = chapter.cell(1)
    cell.edit("print('before')")
    cell.run()
    cell.expect_output("before")
    chapter.expect_done(1)
    cell.edit("print('after')")
    expect(cell.group).to_contain_text("Changed since it ran")
    cell.edit("print('before')")
    expect(cell.group).not_to_contain_text("Changed since it ran")
    cell.edit("print('after')")
    cell.run()
    cell.expect_output("after")
    expect(cell.group).not_to_contain_text("Changed since it ran")
