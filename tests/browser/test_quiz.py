"""A graph to fill in: each field answers by itself, with a nudge as proof, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.book_page import START, BookPage
from tests.browser.conftest import NARROW, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

CHAPTER_2 = "a-neuron-by-hand/"


class Quiz:
    """One quiz of a page: the graph whose root has a label."""

    def __init__(self, within: Locator) -> None:
        self.group = within
        self.words = within.locator(".live-quiz-words")
        self.count = within.locator(".live-quiz-count")

    def field(self, name: str) -> Locator:
        """Return the field for the gradient of a Value."""
        return self.group.get_by_role("textbox", name=f"Gradient of {name}", exact=True)

    def answer(self, name: str, text: str) -> str:
        """Type an answer, press Enter, and return what is said of it."""
        field = self.field(name)
        field.fill(text)
        field.press("Enter")
        expect(self.words).to_contain_text(f"{name}, {text}: ")
        return self.words.inner_text()


@pytest.fixture(scope="module", params=[WIDE, NARROW], ids=["wide", "narrow"])
def page_of_chapter_2(
    request: pytest.FixtureRequest, browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[BookPage]:
    """Open the chapter; no Python is needed to fill in a recorded drawing."""
    with visit(browser, shared_site, outside, viewport=request.param) as (book, _):
        yield book.open(CHAPTER_2)


def quizzes(book: BookPage) -> Locator:
    """Return the quizzes of the page, in order."""
    return book.page.get_by_role("group", name=re.compile("^Quiz: the gradients of "))


def test_the_chapter_s_ladder_ends_with_a_neuron(page_of_chapter_2: BookPage) -> None:
    ladder = quizzes(page_of_chapter_2)
    expect(ladder).to_have_count(7)
    asked = [ladder.nth(i).get_by_role("textbox").count() for i in range(7)]
    # a+b, a*b, (a+b)*c, tanh(a), a*a, a*b+a, and nine gradients of the neuron
    assert asked == [2, 2, 4, 1, 1, 3, 9]


def test_wrong_answers_get_words_and_right_ones_a_nudge_as_proof(
    page_of_chapter_2: BookPage,
) -> None:
    quiz = Quiz(quizzes(page_of_chapter_2).nth(1))  # c = a * b, a = 2, b = -3
    said = quiz.answer("a", "2")
    assert "✗ a, 2: not yet. You multiplied by a itself" in said
    expect(quiz.field("a")).to_have_attribute("aria-invalid", "true")
    expect(quiz.count).to_have_text("0 of 2 gradients")
    assert "Only the sign is wrong." in quiz.answer("a", "3")
    assert "c is no number. Write one such as -1.5" in quiz.answer("a", "c")
    said = quiz.answer("a", "-3")
    assert "✓ a, -3: right. A nudge shows it: a + 0.001 moves c by -0.003" in said
    expect(quiz.field("a")).to_have_attribute("aria-invalid", "false")
    expect(quiz.field("b")).to_be_focused()
    page_of_chapter_2.page.keyboard.type("2")
    page_of_chapter_2.page.keyboard.press("Enter")
    expect(quiz.count).to_have_text("✓ All 2 gradients are right.")


def test_every_gradient_of_the_neuron_can_be_filled_in(page_of_chapter_2: BookPage) -> None:
    quiz = Quiz(quizzes(page_of_chapter_2).nth(6))
    # o = tanh(x1*w1 + x2*w2 + b) is 0.5, so the slope of tanh is 0.75
    answers = {"n": "0.75", "b": "3/4", "x1*w1 + x2*w2": "0.75", "x1*w1": "0.75", "x2*w2": "0.75"}
    answers |= {"x1": "0.75 * 0.5", "w1": "0.75", "x2": ".375", "w2": "\u22121.5"}
    for name, text in answers.items():
        assert ": right. A nudge shows it" in quiz.answer(name, text)
    expect(quiz.count).to_have_text("✓ All 9 gradients are right.")


def test_a_run_asks_about_the_reader_s_own_graph(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside) as (book, _):
        cell = book.open(CHAPTER_2).cell(1)
        cell.edit("from micrograd import Value, quiz\na = Value(2.0, 'a')\nquiz(a**3)")
        cell.run()
        quiz = Quiz(cell.output.get_by_role("group", name=re.compile("^Quiz")))
        expect(quiz.field("a")).to_be_visible(timeout=START)
        assert "12 times as much" in quiz.answer("a", "12")
