"""The backward pass of a drawing, step by step: by keyboard, forwards and backwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.book_page import BookPage
from tests.browser.conftest import NARROW, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

# The neuron of chapter 2: o = tanh(x1*w1 + x2*w2 + b), with gradients that come out round.
GRADIENTS = {"o": "1", "x1": "-1.5", "w1": "1", "x2": "0.5", "w2": "0"}

# Playwright's own box of a drawn line is wider than the line.
SIDES = "e => (({ left, right }) => [left, right])(e.getBoundingClientRect())"


class Scrubber:
    """The drawing that cell N shows, with its controls."""

    def __init__(self, book: BookPage, number: int) -> None:
        self.output = book.cell(number).output
        self.controls = self.output.get_by_role("group", name="Backward pass", exact=True)
        self.slider = self.controls.get_by_role("slider", name="Step of the backward pass")
        self.words = self.controls.locator("p")
        self.current = self.output.locator("g.node.live-current:visible")
        self.added = self.output.locator("g.node.live-added:visible")

    def node(self, label: str) -> Locator:
        """Return the box with a label."""
        boxes = self.output.locator("g.node:visible")
        return boxes.filter(has=self.output.page.get_by_text(re.compile(rf"^{label}$")))

    def press(self, key: str, step: int) -> str:
        """Press a key on the slider; return what is said of the step that it leads to."""
        self.slider.press(key)
        expect(self.words).to_contain_text(re.compile(rf"^{step} of "))
        return self.words.inner_text()


@pytest.fixture(scope="module")
def page_of_chapter_3(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[BookPage]:
    """Open the chapter; no Python is needed to step through a recorded drawing."""
    with visit(browser, shared_site, outside) as (book, _):
        yield book.open("backward-automatically/")


def test_a_neurons_gradients_are_found_step_by_step(page_of_chapter_3: BookPage) -> None:
    scrubber = Scrubber(page_of_chapter_3, 1)
    expect(scrubber.words).to_contain_text("Before the backward pass every gradient is 0.")
    for label in GRADIENTS:
        expect(scrubber.node(label)).to_contain_text(re.compile(r"grad 0\s*$"))
    last = int(scrubber.slider.get_attribute("max") or 0)

    assert "The gradient of o, the root, is 1." in scrubber.press("ArrowRight", 1)
    expect(scrubber.node("o")).to_contain_text("grad 1")
    expect(scrubber.node("o")).to_have_class(re.compile("live-current"))
    said = scrubber.press("ArrowRight", 2)
    # tanh: from o's gradient 1, over the slope 1 - 0.7071² = 0.5, the product 0.5 is added to 0
    assert said.endswith("slope 0.5 times gradient 1 is 0.5; added to 0 that makes 0.5.")
    expect(scrubber.current).to_have_count(1)
    expect(scrubber.current).to_contain_text("o")
    expect(scrubber.added).to_have_count(1)
    expect(scrubber.added).to_contain_text("grad 0.5")

    scrubber.press("End", last)
    for label, gradient in GRADIENTS.items():
        expect(scrubber.node(label)).to_contain_text(re.compile(rf"grad {gradient}\s*$"))
    scrubber.press("ArrowLeft", last - 1)
    scrubber.press("Home", 0)
    for label in GRADIENTS:
        expect(scrubber.node(label)).to_contain_text(re.compile(r"grad 0\s*$"))
    expect(scrubber.current).to_have_count(0)


def test_buttons_step_forwards_and_back(page_of_chapter_3: BookPage) -> None:
    scrubber = Scrubber(page_of_chapter_3, 1)
    scrubber.press("Home", 0)
    forward = scrubber.controls.get_by_role("button", name="Step forward", exact=True)
    back = scrubber.controls.get_by_role("button", name="Step back", exact=True)
    forward.click()
    forward.click()
    expect(scrubber.words).to_contain_text(re.compile("^2 of "))
    back.click()
    expect(scrubber.words).to_contain_text(re.compile("^1 of "))
    back.click()
    back.click()
    expect(scrubber.words).to_contain_text(re.compile("^0 of "))


def test_shares_add_up_where_a_value_is_used_twice(page_of_chapter_3: BookPage) -> None:
    """`b = a + a; c = b + b`: the gradient of a is 4, and comes in two shares of 2."""
    scrubber = Scrubber(page_of_chapter_3, 2)
    show = page_of_chapter_3.page.get_by_role("button", name="Show anyway the output of cell 2")
    if show.is_visible():
        show.click()
    seen = []
    for step in range(1, 6):
        scrubber.press("ArrowRight", step)
        text = scrubber.node("a").text_content() or ""
        seen.append(re.search(r"grad (-?[\d.]+)", text))
    assert [match and match[1] for match in seen] == [
        "0",
        "0",
        "0",
        "2",
        "4",
    ]


def test_a_wrong_way_is_walked_beside_the_right_one(page_of_chapter_3: BookPage) -> None:
    """`d = a * b + a` with a = 3 and b = -2: with `=` the share of 1 is lost, and a ends at -2."""
    scrubber = Scrubber(page_of_chapter_3, 4)
    scrubber.controls.get_by_label("Way").select_option("= in place of +=")
    last = int(scrubber.slider.get_attribute("max") or 0)
    scrubber.press("End", last)
    beside = scrubber.controls.get_by_role("table")
    rows = [row.split() for row in beside.locator("tbody tr").all_inner_texts()]
    assert rows[0][-4:] == ["-1", "3", "1", "1"]
    expect(beside.locator(".live-differs")).to_have_text(["-2, differs"])
    expect(scrubber.node("a")).to_contain_text("grad -2")
    scrubber.press("ArrowLeft", last - 1)
    expect(scrubber.controls.locator("code")).to_have_text("a.grad = -2 * 1  # -2")
    expect(scrubber.words).to_contain_text("the 1 from before is lost")
    scrubber.controls.get_by_label("Way").select_option("the right way")
    expect(beside).to_have_count(0)


def test_the_reader_says_which_node_comes_next(page_of_chapter_3: BookPage) -> None:
    scrubber = Scrubber(page_of_chapter_3, 4)
    scrubber.press("Home", 0)
    scrubber.controls.get_by_role("button", name="Ask me", exact=True).click()
    question = scrubber.controls.get_by_role(
        "group", name="Which node hands on its gradient next?", exact=True
    )
    for label, said in (
        ("a * b", "✗ The walk begins at the root"),
        ("d", "✓ The gradient of d, the root, is 1."),
        ("a", "✗ a is a leaf"),
        ("a * b", "✗ a * b has 0 of its 1 share"),
        ("d", "✓ From d to a"),
        ("d", "✗ d has handed on its gradient already."),
        ("a * b", "✓ From a * b to b"),
    ):
        question.get_by_role("button", name=f"Next: {label}", exact=True).click()
        expect(scrubber.words).to_contain_text(said)
    expect(scrubber.node("a")).to_contain_text("grad -1")
    expect(question.get_by_role("button").first).to_be_disabled()


def test_a_run_draws_it_anew(page_of_chapter_3: BookPage) -> None:
    cell = page_of_chapter_3.cell(2)
    cell.edit(cell.source().replace("c = b + b", "c = b * b"))
    cell.run()
    page_of_chapter_3.expect_done(2)
    page_of_chapter_3.expect_drawn()
    scrubber = Scrubber(page_of_chapter_3, 2)
    scrubber.press("End", int(scrubber.slider.get_attribute("max") or 0))
    # b is 6 and c is b squared: a nudge of a moves c by 2 * 2 * 6
    expect(scrubber.node("a")).to_contain_text("grad 24")


def test_the_arrow_of_a_step_is_marked_and_each_use_has_its_own(
    page_of_chapter_3: BookPage,
) -> None:
    """In `b = a + a` two arrows leave a, and the two last steps walk one each."""
    scrubber = Scrubber(page_of_chapter_3, 2)
    show = page_of_chapter_3.page.get_by_role("button", name="Show anyway the output of cell 2")
    if show.is_visible():
        show.click()
    arrows = scrubber.output.locator("g.edge.live-added:visible")
    seen = []
    for step in (4, 5):
        scrubber.press("End", 5)
        for _ in range(5 - step):
            scrubber.press("ArrowLeft", step)
        expect(arrows).to_have_count(1)
        seen.append(arrows.get_attribute("class"))
    assert seen[0] != seen[1]


def test_a_narrow_page_shows_each_step_whole(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, viewport=NARROW) as (book, _):
        scrubber = Scrubber(book.open("backward-automatically/"), 1)
        frame = scrubber.output.locator(".out-svg")
        expect(scrubber.words).to_be_visible()
        for step in range(1, int(scrubber.slider.get_attribute("max") or 0) + 1):
            scrubber.press("ArrowRight", step)
            left, right = scrubber.added.locator("polygon").first.evaluate(SIDES)
            first, last = frame.evaluate(SIDES)
            assert first <= left
            assert right <= last
