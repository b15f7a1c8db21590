"""A control that is moved while Python is busy: its newest value has its turn, or says why not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.book_page import RUN, START, BookPage, Cell

SLIDER = '{type: "slider", min: 0, max: 9, step: 1}'
# Ends for values above 2 only.
ENDLESS = f"""\
score = 0  # @param {SLIDER}
print("begun", score)
while score < 3:
    pass
print("ended", score)"""
# One call into C, which Python cannot leave.
ONE_CALL = f"""\
score = 0  # @param {SLIDER}
print("begun", score)
sum(range(10**9 if score < 3 else 3))
print("ended", score)"""


@pytest.fixture
def losses(book: BookPage) -> BookPage:
    """Open the chapter whose second cell has a slider."""
    return book.open("losses/")


def slider(cell: Cell) -> Locator:
    """Return the slider of a cell."""
    return cell.group.get_by_role("slider", name="score")


def note(cell: Cell) -> Locator:
    """Return what a cell's controls say of a value that waits."""
    return cell.group.locator(".live-parameters").get_by_role("status")


def begin(losses: BookPage, code: str) -> Cell:
    """Put code into the cell and move its slider to 1, until the code runs."""
    cell = losses.cell(2)
    cell.edit(code)
    slider(cell).press("ArrowRight")
    cell.expect_output("begun 1", timeout=START)
    return cell


def test_a_move_ends_the_run_of_the_value_before(losses: BookPage) -> None:
    cell = begin(losses, ENDLESS)
    slider(cell).fill("5")
    cell.expect_output("ended 5")
    losses.expect_done(2)
    assert "KeyboardInterrupt" not in cell.output.inner_text()
    losses.expect_status("Ready")
    expect(note(cell)).to_be_empty()


def test_one_stop_also_drops_the_value_that_waits(losses: BookPage) -> None:
    cell = begin(losses, ENDLESS)
    slider(cell).fill("2")
    losses.stop.click()
    losses.expect_status("Stopped")
    # What would be left waiting would run before this.
    losses.cell(1).run()
    losses.expect_status("Ready")
    losses.expect_done(1)
    expect(cell.group).to_have_attribute("data-state", re.compile("error|stopped"))


def test_a_value_that_waits_for_a_call_into_c_says_so(losses: BookPage) -> None:
    cell = begin(losses, ONE_CALL)
    slider(cell).fill("5")
    expect(note(cell)).to_have_text(
        "This value waits: what runs now cannot be interrupted at once.", timeout=RUN
    )


def test_a_value_that_waits_for_another_cell_says_so(losses: BookPage) -> None:
    other = losses.cell(1)
    other.edit("print('other')\nwhile True:\n    pass")
    other.run()
    other.expect_output("other", timeout=START)
    cell = losses.cell(2)
    slider(cell).press("ArrowRight")
    expect(note(cell)).to_have_text("This value waits until Python is free.")
    losses.stop.click()
    losses.expect_status("Stopped")
    expect(note(cell)).to_be_empty()


def test_a_value_that_comes_during_a_pause_says_so_and_is_taken_afterwards(book: BookPage) -> None:
    moons = book.open("moons/")
    source = "TrainingView(xs, ys, steps=300)"
    number = next(cell.number for cell in moons.cells if source in cell.source())
    cell = moons.cell(number)
    cell.edit(cell.source().replace("steps=300", "steps=1_000_000"))
    width = cell.group.get_by_role("slider", name="width")
    width.fill("3")
    pause = cell.output.get_by_role("button", name="Pause", exact=True)
    pause.click(timeout=START)
    expect(cell.output.locator(".live-training-words")).to_contain_text("paused", timeout=RUN)
    width.fill("4")
    expect(note(cell)).to_have_text("Python is paused. This value is taken when it goes on.")
    cell.output.get_by_role("button", name="Go on", exact=True).click()
    expect(cell.group.locator(".live-code, .cm-content").first).to_contain_text("width = 4")
    expect(note(cell)).to_be_empty(timeout=RUN)
    moons.stop.click()
    moons.expect_status("Stopped")
