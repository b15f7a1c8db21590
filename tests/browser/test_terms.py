"""A word of the glossary opens in place: by mouse, by finger and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import axe
from tests.browser.book_page import BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# As content/glossary.md has it.
MEANING = "One input of a data set, with its target."


def example(page: Page) -> Locator:
    """Return the first link to the term "example"."""
    return page.locator("a.term[href$='#example']").first


def note(page: Page) -> Locator:
    """Return the definition that is open."""
    return page.get_by_role("note", name=f"Example: {MEANING}")


def expect_beside(page: Page, link: Locator) -> None:
    """Check that the definition stands just below its word, inside the window."""
    word, shown = link.bounding_box(), note(page).bounding_box()
    assert word
    assert shown
    assert page.viewport_size
    assert 0 <= shown["y"] - (word["y"] + word["height"]) < 20
    assert 0 <= shown["x"] <= page.viewport_size["width"] - shown["width"]


def test_a_click_opens_the_definition_and_another_closes_it(book: BookPage) -> None:
    page = book.open(CHAPTER).page
    link = example(page)
    link.click()
    expect(note(page)).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    expect_beside(page, link)
    assert page.url == book.site.url(CHAPTER)
    link.click()
    expect(note(page)).to_have_count(0)
    link.click()
    page.get_by_role("heading", level=1).click()
    expect(note(page)).to_have_count(0)
    expect(link).to_have_attribute("aria-expanded", "false")


def test_enter_opens_the_definition_and_escape_closes_it(book: BookPage) -> None:
    page = book.open(CHAPTER).page
    link = example(page)
    link.focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(note(page)).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(note(page)).to_have_count(0)


def test_one_definition_is_open_at_a_time(book: BookPage) -> None:
    page = book.open(CHAPTER).page
    example(page).click()
    page.locator("a.term[href$='#target']").first.press("Enter")
    expect(page.locator(".live-term")).to_have_count(1)
    expect(note(page)).to_have_count(0)


@pytest.mark.parametrize("visit_with", [PHONE], indirect=True)
def test_a_tap_opens_the_definition_and_the_page_stays(book: BookPage) -> None:
    page = book.open(CHAPTER).page
    for link in page.locator("article a.term").all()[:6]:
        page.keyboard.press("Escape")  # or the definition lies on the next word
        link.tap()
        shown = page.locator(".live-term")
        expect(shown).to_be_visible()
        box = shown.bounding_box()
        assert box
        assert 0 <= box["x"] <= 360 - box["width"]
    assert page.url == book.site.url(CHAPTER)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


def test_without_javascript_the_link_leads_to_the_glossary(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, java_script_enabled=False) as (book, _):
        book.page.goto(shared_site.url(CHAPTER))
        example(book.page).click()
        expect(book.page).to_have_url(shared_site.url("glossary/#example"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_definition_has_no_violation(
    scheme: str, browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", **ONLINE}
    with visit(browser, shared_site, outside, **options) as (book, _):
        axe.install(book.page.context)
        book.open(CHAPTER)
        example(book.page).click()
        expect(note(book.page)).to_be_visible()
        assert axe.violations(book.page) == []
