"""The training view: it is redrawn while training runs, and its button holds the training."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.book_page import RUN, START, BookPage, Cell
from tests.browser.conftest import NARROW, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

# Long enough to be paused, in steps that are counted by Python itself.
TRAINING = """
from micrograd import TrainingView, datasets

xs, ys = datasets.moons(20, noise=0.1, seed=0)
view = TrainingView(xs, ys, steps=400)
for step in range(400):
    view.update([1 / (step + 1)], lambda point: point[0] - point[1])
print("all", step + 1, "steps")
"""
FRAMES = """
count => new Promise(done => {
  const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
  next();
})
"""


@pytest.fixture(scope="module")
def moons(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open the chapter."""
    with visit(browser, shared_site, outside) as (book, _):
        yield book.open("moons/")


@pytest.fixture
def training(moons: BookPage) -> Iterator[Cell]:
    """Begin a long training in the first cell."""
    cell = moons.cell(1)
    cell.edit(TRAINING)
    cell.run()
    expect(cell.output.locator(".live-training-words")).to_contain_text("Step", timeout=START)
    yield cell
    moons.expect_status("Ready|Stopped")


def shown(cell: Cell) -> int:
    """Return the number of the step that is shown."""
    return int(cell.output.locator(".live-training-words").inner_text().split()[1])


def test_pause_holds_the_training_and_it_goes_on_to_its_end(
    moons: BookPage, training: Cell
) -> None:
    words = training.output.locator(".live-training-words")
    training.output.get_by_role("button", name="Pause", exact=True).click()
    expect(words).to_contain_text(", paused", timeout=RUN)
    moons.expect_status("Running")
    expect(moons.status).to_contain_text("paused")
    held = shown(training)
    assert held < 400
    moons.page.evaluate(FRAMES, 60)
    assert shown(training) == held
    assert "all 400 steps" not in training.output.inner_text()

    training.output.get_by_role("button", name="Go on", exact=True).click()
    expect(words).to_contain_text("Step 400 of 400, loss 0.002500", timeout=RUN)
    training.expect_output("all 400 steps")
    moons.expect_done(1)
    expect(training.output.get_by_role("button", name="Pause", exact=True)).to_have_count(0)


def test_a_training_that_has_ended_can_be_looked_through(moons: BookPage, training: Cell) -> None:
    words = training.output.locator(".live-training-words")
    moons.expect_done(1)
    slider = training.output.get_by_role("slider", name="Moment of the training")
    plane = training.output.locator(".live-plane image")
    slider.press("Home")
    expect(words).to_contain_text("Step 1 of 400, loss 1.000")
    first = plane.get_attribute("href")
    # This model never changes.
    slider.press("ArrowRight")
    assert plane.get_attribute("href") == first
    slider.press("End")
    expect(words).to_contain_text("Step 400 of 400, loss 0.002500")
    expect(plane).to_be_hidden()


def test_a_paused_training_can_be_stopped(moons: BookPage, training: Cell) -> None:
    training.output.get_by_role("button", name="Pause", exact=True).click()
    expect(training.output).to_contain_text(", paused", timeout=RUN)
    moons.stop.click()
    moons.expect_status("Stopped")
    expect(training.output.get_by_role("button")).to_have_count(0)


def test_the_chapters_training_is_drawn_with_its_boundary(moons: BookPage) -> None:
    moons.cell(1).reset_button.click()
    source = "TrainingView(xs, ys, steps=300)"
    number = next(cell.number for cell in moons.cells if source in cell.source())
    cell = moons.cell(number)
    cell.run()
    moons.expect_done(number)
    words = cell.output.locator(".live-training-words")
    expect(words).to_contain_text("Step 300 of 300")
    expect(words).to_contain_text("100 % right")
    expect(cell.output.locator("svg polyline")).to_have_count(1)
    expect(cell.output.locator("svg > g circle")).to_have_count(50)


def test_the_plots_of_a_training_stand_one_below_the_other_on_a_narrow_page(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, viewport=NARROW) as (book, _):
        book.open("moons/")
        source = "TrainingView(xs, ys, steps=300)"
        number = next(cell.number for cell in book.cells if source in cell.source())
        picture = book.cell(number).output.locator("svg[role=img]")
        whole, boundary = picture.bounding_box(), picture.locator("> g").bounding_box()
        assert whole
        assert boundary
        assert boundary["y"] > whole["y"] + whole["height"] / 2
        assert boundary["width"] > whole["width"] / 2
        book.page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
        expect(picture).to_have_attribute("viewBox", "0 0 960 300")
