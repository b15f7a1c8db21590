"""The drawing pad: mouse, finger, pen and keyboard put pixels into the code; the cell answers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.book_page import RUN, BookPage, Cell

PATH = "digits/"
Place = tuple[float, float]


def arc(x: float, y: float, rx: float, ry: float, begin: float, end: float) -> list[Place]:
    """Return places on an ellipse, in parts of the pad; angles clockwise from the right."""
    angles = [math.radians(begin + (end - begin) * k / 20) for k in range(21)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in angles]


DIGITS: dict[str, list[list[Place]]] = {
    "0": [arc(0.3, 0.35, 0.12, 0.17, -90, 270)],  # small, in a corner
    "1": [[(0.4, 0.3), (0.52, 0.15), (0.52, 0.85)]],
    "2": [[*arc(0.5, 0.32, 0.2, 0.18, -170, 40), (0.3, 0.82), (0.72, 0.82)]],
    "4": [[(0.55, 0.15), (0.3, 0.6), (0.75, 0.6)], [(0.62, 0.35), (0.6, 0.88)]],
}


class Pad:
    """The pad of a page, its cell, and what it draws with."""

    def __init__(self, book: BookPage) -> None:
        self.book, self.page = book.open(PATH), book.page
        self.group = self.page.get_by_role("group", name="pixels", exact=True)
        expect(self.group).to_be_visible()
        number = self.group.locator("xpath=ancestor::*[@data-cell]").get_attribute("data-cell")
        self.cell = Cell(self.page, int(number or 0))
        self.paper = self.group.get_by_role("img")
        self.paper.scroll_into_view_if_needed()
        self.bars = self.cell.output.get_by_role("img")

    def at(self, place: Place) -> Place:
        """Return where a place of the pad is in the window."""
        box = self.paper.bounding_box()
        assert box
        return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]

    def draw(self, strokes: Sequence[Sequence[Place]]) -> None:
        """Draw with the mouse."""
        for stroke in strokes:
            self.page.mouse.move(*self.at(stroke[0]))
            self.page.mouse.down()
            for place in stroke[1:]:
                self.page.mouse.move(*self.at(place), steps=3)
            self.page.mouse.up()

    def button(self, name: str) -> Locator:
        """Return one of the pad's buttons."""
        return self.group.get_by_role("button", name=name, exact=True)

    def pixels(self) -> list[int]:
        """Return the pixels of the code."""
        code = self.cell.source()
        rows = code[code.index("= [") : code.index("\n]")].partition("\n")[2]
        return [int(number) for number in re.findall(r"\d+", rows)]

    def pixel(self, row: int, column: int) -> Locator:
        """Return a pixel of the grid, counted from 1."""
        return self.group.get_by_role("gridcell", name=f"row {row}, column {column}:")

    def expect_answer(self, digit: str) -> None:
        """Wait until a digit has the largest bar."""
        words = re.compile(f"the largest first: {digit} ")
        expect(self.bars).to_have_attribute("aria-label", words, timeout=RUN)


@pytest.fixture
def pad(book: BookPage) -> Pad:
    """Open the chapter with the pad."""
    return Pad(book)


def test_digits_that_are_drawn_are_read(pad: Pad) -> None:
    pad.expect_answer("3")  # as recorded
    for digit, strokes in DIGITS.items():
        pad.button("Blank page").click()
        pad.draw(strokes)
        pad.expect_answer(digit)
        pixels = pad.pixels()
        assert len(pixels) == 64
        # As the data were: from the first row to the last, nothing at the sides, 312 fine pixels.
        assert sum(pixels[:8])
        assert sum(pixels[-8:])
        assert 280 < sum(pixels) < 345
        assert sum(pixels[0::8]) + sum(pixels[7::8]) < 12
    pad.book.expect_status("Ready")


def test_a_stroke_begins_a_page_and_more_strokes_add_to_it(pad: Pad) -> None:
    first, second = DIGITS["4"]
    pad.draw([first])
    expect(pad.paper.locator("polyline")).to_have_count(1)
    expect(pad.paper.locator("rect")).to_have_count(0)  # the book's digit is gone
    pad.draw([second])
    expect(pad.paper.locator("polyline")).to_have_count(2)
    pad.expect_answer("4")


def test_a_finger_and_a_pen_draw(pad: Pad) -> None:
    pad.cell.run()  # what the cells above show may take another height than what was recorded
    pad.book.expect_done(pad.cell.number)
    pad.paper.scroll_into_view_if_needed()
    tools = pad.page.context.new_cdp_session(pad.page)

    def point(place: Place) -> dict[str, Any]:
        x, y = pad.at(place)
        return {"x": x, "y": y}

    def finger(kind: str, places: Sequence[Place]) -> None:
        points = [point(place) for place in places]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(kind: str, place: Place) -> None:
        event = {"type": kind, "button": "left", "buttons": 1, "pointerType": "pen", **point(place)}
        tools.send("Input.dispatchMouseEvent", {**event, "clickCount": 1})

    down, *rest = DIGITS["1"][0]
    top = pad.page.evaluate("scrollY")
    finger("touchStart", [down])
    for place in rest:
        finger("touchMove", [place])
    finger("touchEnd", [])
    pad.expect_answer("1")
    assert pad.page.evaluate("scrollY") == top
    pad.button("Blank page").click()
    down, *rest = DIGITS["0"][0]
    pen("mousePressed", down)
    for place in rest:
        pen("mouseMoved", place)
    pen("mouseReleased", rest[-1])
    pad.expect_answer("0")


def test_the_eraser_takes_strokes_away_and_a_blank_page_all(pad: Pad) -> None:
    pad.draw(DIGITS["4"])
    pad.button("Eraser").click()
    expect(pad.button("Eraser")).to_have_attribute("aria-pressed", "true")
    pad.draw([DIGITS["4"][1]])  # along the second stroke, which crosses the first
    pad.button("Eraser").click()
    expect(pad.paper.locator("polyline")).not_to_have_count(0)
    drawn = pad.pixels()
    assert sum(drawn)
    pad.draw([DIGITS["1"][0]])
    pad.button("Blank page").click()
    expect(pad.paper.locator("polyline")).to_have_count(0)
    expect(pad.pixel(1, 1)).to_have_accessible_name("row 1, column 1: 0 of 16")
    assert set(pad.pixels()) == {0}


def test_the_keyboard_moves_over_the_pixels_and_puts_ink(pad: Pad) -> None:
    pad.button("Blank page").focus()
    pad.page.keyboard.press("Enter")
    pad.page.keyboard.press("Tab")  # to the eraser
    pad.page.keyboard.press("Tab")
    expect(pad.pixel(1, 1)).to_be_focused()
    for _ in range(3):
        pad.page.keyboard.press("ArrowRight")
    pad.page.keyboard.press("ArrowUp")  # there is no row above
    expect(pad.pixel(1, 4)).to_be_focused()
    for row in range(1, 9):
        pad.page.keyboard.press("Space")
        expect(pad.pixel(row, 4)).to_have_accessible_name(f"row {row}, column 4: 16 of 16")
        pad.page.keyboard.press("ArrowDown")
    pad.page.keyboard.press("-")
    pad.page.keyboard.press("-")
    pad.page.keyboard.press("+")
    expect(pad.pixel(8, 4)).to_have_accessible_name("row 8, column 4: 12 of 16")
    pad.expect_answer("1")
    assert [pixel for pixel in pad.pixels() if pixel] == [16] * 7 + [12]
    pad.page.keyboard.press("Space")
    pad.page.keyboard.press("Space")
    pad.page.keyboard.press("Home")
    expect(pad.pixel(8, 1)).to_be_focused()


def test_the_pad_shows_what_is_written_into_the_code(pad: Pad) -> None:
    code = pad.cell.source()
    pad.cell.edit(re.sub(r"\b\d+,", "0,", code, count=64))
    expect(pad.paper.locator("rect")).to_have_count(0)
    pad.cell.edit(code.replace("16,", "99,", 1))
    expect(pad.group).to_contain_text("its list has something else than numbers from 0 to 16")
    pad.draw(DIGITS["1"])
    expect(pad.group).not_to_contain_text("something else")
    pad.expect_answer("1")


def test_of_many_moves_the_newest_picture_is_what_is_answered(pad: Pad) -> None:
    pad.cell.run()
    pad.book.expect_done(pad.cell.number)
    pad.draw(DIGITS["2"])
    pad.expect_answer("2")
    pad.book.expect_status("Ready")
    shown = pad.bars.get_attribute("aria-label")
    pad.cell.run()
    pad.book.expect_status("Ready")
    assert pad.bars.get_attribute("aria-label") == shown
