"""Drawings of graphs: they fit the page, or say that there is more, and move when they change."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.book_page import START, BookPage
from tests.browser.conftest import NARROW, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

CHAPTER_2 = "a-neuron-by-hand/"
CHAIN = """
from micrograd import Value, draw_dot
x2_data = 0.0  # @param {type: "slider", min: -2, max: 2, step: 0.1}
factor = 1.5 + x2_data
x = Value(factor, "first")
for _ in range(12):
    x = (x * factor).tanh()
x.label = "root"
draw_dot(x)
"""
OVERFLOWS = "e => e.scrollWidth > e.clientWidth + 1"
INSIDE = """
box => {
  const [inner, outer] = [box, box.closest('.out-svg')].map(e => e.getBoundingClientRect());
  return inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
}
"""
GRAPHVIZ = "pyodide/graphviz/graphviz.js"
LOADED = "js.performance.getEntriesByType('resource')"
# The heights that each cell with a picture has from now on, by its number.
HEIGHTS = """
() => {
  const heights = {};
  for (const cell of document.querySelectorAll('.live-cell:has(.live-output :is(svg, img))')) {
    const seen = heights[cell.dataset.cell] = [cell.offsetHeight];
    new ResizeObserver(() => seen.push(cell.offsetHeight)).observe(cell);
  }
  return heights;
}
"""
# At every frame: whether a drawing is there, and how far it is scrolled.
WATCH = """
region => {
  window.frames_seen = [];
  const look = () => {
    const drawing = region.querySelector('.out-svg');
    window.frames_seen.push(drawing ? drawing.scrollLeft : null);
    requestAnimationFrame(look);
  };
  look();
}
"""
TEXTS = """output => {
  const texts = [];
  const look = () => texts.push(output.innerText);
  new MutationObserver(look).observe(output, { subtree: true, childList: true });
  return texts;
}"""


def frame_of(book: BookPage, number: int) -> Locator:
    """Return the frame of the drawing that a cell shows."""
    return book.cell(number).output.locator(".out-svg")


def box_of(frame: Locator, label: str) -> Locator:
    """Return the box with a label, in the picture that is shown."""
    text = frame.page.get_by_text(label, exact=True)
    return frame.locator("g.node:visible").filter(has=text)


@pytest.mark.parametrize(
    ("viewport", "along", "size"),
    [(WIDE, "x", "width"), (NARROW, "y", "height")],
    ids=["wide, from left to right", "narrow, upright"],
)
def test_the_neuron_fits_the_page_and_has_its_leaves_and_its_root_in_view(
    browser: Browser,
    shared_site: SiteServer,
    outside: Outside,
    viewport: dict[str, int],
    along: Literal["x", "y"],
    size: Literal["width", "height"],
) -> None:
    with visit(browser, shared_site, outside, viewport=viewport) as (book, _):
        frame = frame_of(book.open(CHAPTER_2), 1)
        frame.scroll_into_view_if_needed()
        assert not frame.evaluate(OVERFLOWS)
        for label in ("x1", "w1", "x2", "w2", "b", "n", "o"):
            assert box_of(frame, label).evaluate(INSIDE), label
        x1, o = (box_of(frame, label).bounding_box() for label in ("x1", "o"))
        assert x1
        assert o
        assert x1[along] + x1[size] < o[along]


def test_a_value_that_is_used_twice_has_two_arrows(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside) as (book, _):
        frame = frame_of(book.open("backward-automatically/"), 2)
        assert frame.locator("> svg g.edge.from-0.to-1").count() == 2
        assert frame.locator("> svg g.edge.from-1.to-2").count() == 2


def test_a_drawing_that_is_too_wide_shows_its_root_and_stays_where_the_reader_scrolled_it(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside) as (book, _):
        book.open(CHAPTER_2)
        with_slider = book.page.locator(".live-cell", has=book.page.get_by_label("x2_data"))
        number = int(with_slider.get_attribute("data-cell") or 0)
        cell = book.cell(number)
        cell.edit(CHAIN)
        cell.run()
        frame = frame_of(book, number)
        expect(box_of(frame, "root")).to_have_count(1, timeout=START)
        book.expect_done(number)
        assert frame.evaluate(OVERFLOWS)
        assert box_of(frame, "root").evaluate(INSIDE)
        assert not box_of(frame, "first").evaluate(INSIDE)

        # From the root, which stands at the right.
        before = frame.evaluate("e => { e.scrollLeft = -600; return e.scrollLeft; }")
        assert before < 0
        cell.output.evaluate(WATCH)
        cell.group.get_by_role("slider", name="x2_data").press("ArrowRight")
        expect(box_of(frame, "first")).to_contain_text("data 1.6", timeout=START)
        book.expect_done(number)
        seen = book.page.evaluate("window.frames_seen")
        assert seen
        assert {before} == set(seen)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_when_cells_show_their_pictures_again(
    browser: Browser, shared_site: SiteServer, outside: Outside, viewport: dict[str, int]
) -> None:
    with visit(browser, shared_site, outside, viewport=viewport) as (book, _):
        book.open(CHAPTER_2)
        heights = book.page.evaluate_handle(HEIGHTS)
        for _ in ("the first drawing of this Python", "drawings by code"):
            book.run_everything()
            drawn = heights.evaluate("cells => Object.values(cells)")
            assert len(drawn) >= 10
            assert max(max(seen) - min(seen) for seen in drawn) <= 8, drawn


def test_graphviz_is_loaded_with_python_on_a_page_with_drawings(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside) as (book, _):
        book.open("neuron-layer-mlp/")
        before = shared_site.requests.count(GRAPHVIZ)
        book.cell(1).run()
        book.expect_done(1)
        assert shared_site.requests.count(GRAPHVIZ) == before

        book.open("training-a-classifier/")
        cell = book.cell(1)
        with book.page.expect_request(f"**/{GRAPHVIZ}", timeout=START):
            cell.edit(f"import js\n[e.name for e in {LOADED} if 'graphviz' in e.name]")
            cell.run()
            book.expect_done(1)
        expect(cell.output).to_contain_text("[]")

        book.open(CHAPTER_2)
        with book.page.expect_request(f"**/{GRAPHVIZ}", timeout=START):
            book.cell(1).run_button.hover()
        book.expect_status("Ready", timeout=START)
        assert book.cell(1).group.get_attribute("data-state") == "recorded"

        cell = book.cell(1)
        cell.edit(
            "import asyncio, js\nwhile not hasattr(js, 'graphviz'):\n    await asyncio.sleep(0)"
        )
        cell.run()
        book.expect_done(1)
        seen = cell.output.evaluate_handle(TEXTS)
        cell.edit("from micrograd import Value, draw_dot\ndraw_dot(Value(2.0, 'two') * 3)")
        cell.run()
        expect(box_of(frame_of(book, 1), "two")).to_have_count(1)
        cell.edit("from graphviz import Digraph\nd = Digraph()\nd.node('a', label='one')\nd")
        cell.run()
        expect(box_of(frame_of(book, 1), "one")).to_have_count(1)
        assert not [text for text in seen.json_value() if "being drawn" in text]
