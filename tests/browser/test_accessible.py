"""The book is for everyone: axe-core finds nothing, on any page and in any state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.book_page import RUN, BookPage
from tests.browser.conftest import CHAPTER, NARROW, ONLINE, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.test_edits import link

LIGHT, DARK = "default", "slate"
LOOKS = [("light", LIGHT), ("dark", DARK)]
# The least size of a target for a finger, and of a button that is pressed often.
TARGET, MAIN_TARGET = 24, 44

SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.scrollingElement;
  return scrollWidth > clientWidth;
}"""
SMALL_TARGETS = """least => [...document.querySelectorAll('.live-button, #live-controls summary')]
  .filter(control => control.checkVisibility())
  .map(control => [control.textContent.trim(), control.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < least)
  .map(([name]) => name)"""


def every_page(built: Path) -> list[str]:
    """Return the paths of all pages of the book, the generated ones too; not of JupyterLite."""
    files = (file.relative_to(built).parent for file in built.rglob("index.html"))
    paths = sorted(path for path in files if not {"lite", "pyodide"} & set(path.parts))
    return ["" if path == Path() else f"{path.as_posix()}/" for path in paths]


def test_no_page_has_a_violation(
    browser: Browser, shared_site: SiteServer, outside: Outside, built: Path
) -> None:
    """Light and wide, dark and narrow: what depends on one of the two is found."""
    pages = every_page(built)
    assert {"", CHAPTER, "glossary/", "licences/"} <= set(pages)
    found: list[str] = []
    for (colours, scheme), viewport in zip(LOOKS, (WIDE, NARROW), strict=True):
        options = {
            "color_scheme": colours,
            "viewport": viewport,
            "reduced_motion": "reduce",
            **ONLINE,
        }
        with visit(browser, shared_site, outside, **options) as (book, _):
            axe.install(book.page.context)
            for path in pages:
                book.page.goto(shared_site.url(path))
                expect(book.page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
                found += [f"{path} {colours}: {line}" for line in axe.violations(book.page)]
                if book.page.evaluate(SIDEWAYS):
                    found.append(f"{path} at {viewport['width']} pixels: scrolls sideways")
    assert found == []


@pytest.fixture(scope="module", params=LOOKS, ids=[colours for colours, _ in LOOKS])
def looked_at(
    request: pytest.FixtureRequest, browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[BookPage]:
    """Open the chapter and start its Python, in light colours and in dark ones."""
    colours, scheme = request.param
    options = {"color_scheme": colours, "reduced_motion": "reduce", **ONLINE}
    with visit(browser, shared_site, outside, **options) as (book, _):
        axe.install(book.page.context)
        book.open(CHAPTER)
        expect(book.page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        book.run_everything()
        yield book


def test_a_page_that_has_run_has_no_violation(looked_at: BookPage) -> None:
    assert axe.violations(looked_at.page) == []


def test_a_running_page_has_no_violation(looked_at: BookPage) -> None:
    cell = looked_at.cell(1)
    cell.edit("import sys\nprint('out')\nprint('err', file=sys.stderr)\nwhile True:\n    pass")
    cell.run()
    looked_at.expect_status("Running")
    cell.expect_output("err")
    assert axe.violations(looked_at.page) == []
    looked_at.stop.click()
    looked_at.expect_status("Stopped")
    assert axe.violations(looked_at.page) == []


def test_an_error_has_no_violation(looked_at: BookPage) -> None:
    cell = looked_at.cell(1)
    cell.edit("import json\n\ndef f(text):\n    return json.loads(text)\n\nf('{')")
    cell.run()
    cell.expect_output("JSONDecodeError")
    cell.output.locator("summary").first.click()
    looked_at.page.locator("#live-controls summary").click()
    assert axe.violations(looked_at.page) == []
    looked_at.page.keyboard.press("Escape")


def test_help_in_the_editor_has_no_violation(looked_at: BookPage) -> None:
    cell = looked_at.cell(1)
    cell.edit("import math")
    cell.run()
    looked_at.expect_done(1)
    cell.edit("")
    cell.editor.press_sequentially("math.fl")
    expect(looked_at.page.get_by_role("option").first).to_be_visible()
    assert axe.violations(looked_at.page) == []
    cell.editor.press("Escape")
    cell.edit("math.floor")
    cell.editor.press("Shift+Tab")
    expect(looked_at.page.locator(".live-documentation")).to_be_visible()
    assert axe.violations(looked_at.page) == []


def test_a_question_and_a_restart_have_no_violation(looked_at: BookPage) -> None:
    cell = looked_at.cell(1)
    cell.edit("name = input('Your name? ')")
    cell.run()
    expect(cell.output.get_by_role("textbox", name="Your name?")).to_be_focused()
    assert axe.violations(looked_at.page) == []
    looked_at.restart.click()
    looked_at.expect_status("Ready")
    expect(looked_at.page.get_by_role("button", name="Run the same cells again")).to_be_visible()
    assert axe.violations(looked_at.page) == []


def test_code_from_a_link_has_no_violation(looked_at: BookPage) -> None:
    name = looked_at.cell(1).group.get_attribute("data-id") or ""
    payload = {"chapter": CHAPTER.rstrip("/"), "cells": {name: "print(1)"}}
    looked_at.page.goto(looked_at.site.url(link(payload)))
    expect(looked_at.page.locator(".live-notice")).to_contain_text("Code of someone else")
    assert axe.violations(looked_at.page) == []


def test_a_finger_finds_the_buttons(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    options = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
    with visit(browser, shared_site, outside, **options) as (book, _):
        book.open(CHAPTER)
        assert book.page.evaluate(SMALL_TARGETS, MAIN_TARGET) == []


def test_a_mouse_finds_the_buttons(chapter: BookPage) -> None:
    assert chapter.page.evaluate(SMALL_TARGETS, TARGET) == []


@pytest.mark.parametrize("visit_with", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_a_reader_who_wants_that(chapter: BookPage) -> None:
    cell = chapter.cell(1)
    cell.edit("while True:\n    pass")
    cell.run()
    chapter.expect_status("Running")
    moving = "document.getAnimations().filter(a => a.effect.getTiming().duration > 1).length"
    assert chapter.page.evaluate(moving) == 0
    chapter.stop.click()


def test_what_a_run_came_to_is_announced_politely(chapter: BookPage) -> None:
    announcer = chapter.page.locator("[aria-live=polite]").filter(has_text="Cell 1")
    chapter.cell(1).edit("print('said aloud')")
    chapter.cell(1).run()
    expect(announcer).to_have_text("Cell 1 has run. said aloud", timeout=RUN)
    chapter.cell(1).edit("1 / 0")
    chapter.cell(1).run()
    expect(announcer).to_have_text("Cell 1 raised ZeroDivisionError: division by zero")
