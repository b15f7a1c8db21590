"""Numbers in the prose, and outputs below an exercise, follow what the reader runs."""

from __future__ import annotations

import math
import re

from playwright.sync_api import Locator, expect

from tests.browser.book_page import RUN, START, BookPage


def number_after(book: BookPage, words: str, place: int = 0) -> Locator:
    """Return a number of the paragraph that begins with `words`."""
    return book.page.locator(".md-content p", has_text=words).locator(".live-figure").nth(place)


def width_of(place: Locator) -> float:
    """Return how wide it is on the screen."""
    return float(place.evaluate("place => place.getBoundingClientRect().width"))


def test_numbers_in_sentences_follow_the_slider_above_them(book: BookPage) -> None:
    book.open("a-neuron-by-hand/")
    output = number_after(book, "At this x2")
    gradient = (
        book.page.locator(".md-content p", has_text="At this x2").locator(".live-figure").nth(1)
    )
    expect(output).to_have_text("0.7071")
    expect(gradient).to_have_text("0.5000")
    expect(book.page.locator("[data-differs]")).to_have_count(0)
    book.expect_status("Not started")

    slider = book.page.get_by_role("slider", name="x2_data", exact=True)
    cell = book.cell(
        int(slider.locator("xpath=ancestor::*[@data-cell]").get_attribute("data-cell") or 0)
    )
    slider.focus()
    slider.press("End")  # x2 = 2
    # x1 w1 + x2 w2 + b, with the numbers at the chapter's beginning.
    at_two = math.tanh(2.0 * -3.0 + 2.0 * 1.0 + 6.8813735870195432)
    expect(output).to_have_text(f"{at_two:.4f} (in the book: 0.7071)", timeout=START)
    expect(gradient).to_have_text(f"{1 - at_two**2:.4f} (in the book: 0.5000)")
    expect(output).to_have_attribute("data-differs", "")
    # Numbers that stand above the slider's cell are of the run above them.
    expect(number_after(book, "Now chain the local slopes")).to_have_text("0.5")

    note = output.locator(".live-figure-note")
    assert width_of(note) < 2
    output.focus()
    assert width_of(note) > 60
    slider.focus()
    output.hover()
    assert width_of(note) > 60

    book.expect_status("Ready")
    cell.reset_button.click()
    expect(output).to_have_text("0.7071")
    expect(gradient).to_have_text("0.5000")
    expect(book.page.locator("[data-differs]")).to_have_count(0)

    cell.edit("x1, x2, w1, w2, b, x1w1, x2w2, total, n, o = neuron(x2=1.0)\ndel o")
    cell.run()
    expect(output).to_have_text("0.7071 (the book's; your run does not say)", timeout=RUN)
    expect(gradient).to_have_text("0.0000 (in the book: 0.5000)")


def test_outputs_say_that_the_books_solution_made_them(book: BookPage) -> None:
    book.open("values-and-graphs/")
    section = book.page.locator('.live-exercise[data-exercise="value"]')
    exercise = book.cell(int(section.locator("[data-cell]").get_attribute("data-cell") or 0))
    below = book.cell(exercise.number + 1)
    above = book.cell(exercise.number - 1)
    words = f"With the book's solution of cell {exercise.number}"
    below.run()
    book.expect_done(below.number)
    expect(below.group.locator(".live-origin")).to_have_text(words)
    expect(above.group.locator(".live-origin:visible")).to_have_count(0)

    section.locator("details.live-solution > summary").click()
    section.get_by_role("button", name=re.compile("Put the solution into")).click()
    exercise.run()
    book.expect_done(exercise.number)
    below.run()
    book.expect_done(below.number)
    book.expect_status("Ready")
    expect(below.group.locator(".live-origin:visible")).to_have_count(0)
