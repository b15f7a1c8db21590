"""Part two: its chapters run once, the drawing pad, and the front page's names, offline as well."""

from __future__ import annotations

import pytest

from tests.browser.test_drawing_pad import DIGITS
from tests.other_browsers.driver import expect
from tests.other_browsers.reader import Reader

CHAPTERS = ["better-steps/", "one-letter-after-another/", "attention/", "a-gpt/", "digits/"]
FIELD = '//*[contains(@class, "next-letter")]//input'
PAPER = '//*[starts-with(@aria-label, "Pad: draw")]'
CELL = "document.querySelector('.live-cell:has(.live-pixels)')"


def go_on(reader: Reader, beginning: str) -> None:
    """Type a beginning, and wait until each of the names begins with it."""
    reader.driver.click(FIELD)
    reader.driver.replace(beginning)
    names = "[...document.querySelectorAll('.next-letter tbody tr')].map(r => r.cells[2].innerText)"
    answered = f"({names}).length === 5 && ({names}).every(n => n.startsWith('{beginning}'))"
    expect(reader.driver, answered, f"names that begin with {beginning} are shown")


def test_the_front_pages_gpt_goes_on_with_a_name(reader: Reader) -> None:
    reader.open("")
    go_on(reader, "eli")


@pytest.mark.parametrize("path", CHAPTERS)
def test_every_cell_of_a_chapter_runs(reader: Reader, path: str) -> None:
    reader.open(path)
    reader.press("Run all")
    reader.expect_states("done")
    reader.expect_status("Ready")


def test_a_drawn_digit_is_read(reader: Reader) -> None:
    """In the chapter that was run last."""
    for digit in "1", "0":
        (stroke,) = DIGITS[digit]
        reader.press("Blank page")
        reader.driver.draw(PAPER, stroke)
        said = f"{CELL}.querySelector('.live-output svg')?.getAttribute('aria-label')"
        largest = f"({said} ?? '').includes('the largest first: {digit} ')"
        expect(reader.driver, largest, f"the bars say {digit}")


def test_the_names_need_no_network(reader: Reader) -> None:
    kept = "document.documentElement.dataset.offline === 'ready'"
    expect(reader.driver, kept, "the whole book is kept")
    reader.site.close()
    reader.open("")
    go_on(reader, "jo")


def test_nothing_went_wrong_on_the_way(reader: Reader) -> None:
    assert reader.driver.problems == []
