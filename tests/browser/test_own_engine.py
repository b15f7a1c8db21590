"""The reader's own engine: written in chapters 1 to 5, at work in chapter 6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from book.chapter import read_chapter
from playwright.sync_api import Browser, expect

from tests.browser import outputs
from tests.browser.book_page import START, BookPage
from tests.browser.conftest import CHAPTER, FIRST_LOSS, LAST_LOSS, visit
from tests.browser.contents import ROOT, path_of
from tests.browser.outputs import Output
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.test_chapters import tolerance

PIECES = ["value", "operators", "backward", "neuron", "layer", "network"]
NOTE = "(Your own engine"
SWITCH = "Run this chapter with my own engine"


def write_piece(book: BookPage, piece: str, change: tuple[str, str] | None = None) -> None:
    """Write a piece in its chapter's exercise, and check it there."""
    for file in sorted((ROOT / "content").glob("0[1-5]*.md")):
        chapter = read_chapter(file)
        for made in chapter.exercises.values():
            if made.piece == piece:
                address = book.site.url(path_of(file))
                if book.page.url != address:
                    book.open(path_of(file))
                exercise = book.cell(made.starter.number)
                code = made.solution.source
                exercise.edit(code.replace(*change) if change else code)
                exercise.group.get_by_role(
                    "button", name=f"Check cell {made.starter.number}", exact=True
                ).click()
                verdict = book.page.locator(f'[data-exercise="{piece}"] .live-verdict')
                expect(verdict).to_contain_text("Right", timeout=START)


def without_notes(shown: list[Output]) -> list[Output]:
    """Leave out what the page says of the reader's engine."""
    told = re.compile(rf"^{re.escape(NOTE)}.*\n?", re.MULTILINE)
    texts = [told.sub("", output.text) for output in shown]
    return [
        replace(output, text=text)
        for output, text in zip(shown, texts, strict=True)
        if text or not output.text
    ]


@pytest.fixture(scope="module")
def reader(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Lend one reader's browser, which keeps what was written, to the tests below, in order."""
    with visit(browser, shared_site, outside) as (book, _):
        yield book


def test_what_is_missing_is_named(reader: BookPage) -> None:
    for piece in PIECES[:3]:
        write_piece(reader, piece)
    reader.open(CHAPTER)
    expect(reader.page.locator(".live-own-engine")).to_have_text(
        "Your own engine still lacks: neuron, layer, network (chapter 5)"
    )
    expect(reader.page.locator(".live-own-engine input")).to_be_disabled()


def test_the_gradients_that_are_compared_are_the_readers_own(reader: BookPage) -> None:
    reader.open("the-same-in-pytorch/")
    switch = reader.page.get_by_role("checkbox", name=SWITCH)
    expect(switch).to_be_checked()
    compared = next(c for c in reader.cells if "from micrograd import Value" in c.source())
    compared.expect_output("Value is the book's")
    recorded = compared.outputs()[0].text.partition("\n")[2]
    reader.run_everything()
    compared.expect_output("Value is your own")
    # The reader's tanh is written in another way: the last digits may differ.
    own = compared.outputs()[0].text.partition("\n")[2]
    assert [*outputs.text_differences("own", recorded, own, 1e-14)] == []
    expect(reader.page.get_by_role("note")).to_contain_text("Computed by your own code")
    switch.uncheck()
    compared.run()
    compared.expect_output("Value is the book's", timeout=START)


def test_the_chapter_is_trained_by_the_readers_own_code(reader: BookPage) -> None:
    for piece in PIECES[3:]:
        write_piece(reader, piece)
    reader.open(CHAPTER)
    recorded = [cell.outputs() for cell in reader.cells]
    reader.page.get_by_role("checkbox", name=SWITCH).check()
    reader.cell(1).edit(reader.cell(1).source() + "\nimport micrograd; micrograd.Value.__module__")
    reader.run_everything()
    expect(reader.page.get_by_role("note")).to_contain_text("Computed by your own code")
    reader.cell(1).expect_output("own_engine")
    shown = [cell.outputs() for cell in reader.cells]
    text = "\n".join(output.text for outs in shown for output in outs)
    assert outputs.holds_number(text, FIRST_LOSS)
    assert outputs.holds_number(text, LAST_LOSS, relative=1e-9)
    assert "compile is the book's: it takes over the graph that your code builds." in text
    # Every printed number is the book's but for rounding; only the drawings' boxes differ.
    for before, after in list(zip(recorded, shown, strict=True))[1:]:
        for one, other in zip(before, after, strict=True):
            if "out-svg" not in one.kind and NOTE not in other.text:
                differences = outputs.text_differences(one.kind, one.text, other.text, 1e-9)
                assert list(differences) == []
    reader.cell(1).reset_button.click()


@pytest.mark.parametrize("path", ["losses/", "learning-rates/", "moons/", "attention/"])
def test_later_chapters_show_the_books_numbers_with_the_readers_own_code(
    reader: BookPage, path: str
) -> None:
    reader.open(path)
    recorded = [cell.outputs() for cell in reader.cells]
    reader.page.get_by_role("checkbox", name=SWITCH).check()
    reader.run_everything()
    expect(reader.page.get_by_role("note")).to_contain_text("Computed by your own code")
    shown = [without_notes(cell.outputs()) for cell in reader.cells]
    differences = {
        number: found
        for number, (before, after) in enumerate(zip(recorded, shown, strict=True), 1)
        if (found := outputs.differences(before, after, tolerance(reader.cell(number))))
    }
    if path == "attention/":
        # The book's softmax has other nodes, so that the boxes below it have other places.
        (drawing,) = differences.values()
        assert all("(out-svg)" in line for line in drawing)
        return
    assert differences == {}


def test_a_gpt_is_trained_by_the_readers_own_code(reader: BookPage) -> None:
    reader.open("a-gpt/")
    cell = next(cell for cell in reader.cells if "steps = 1000" in cell.source())
    cell.edit(
        "model = new_model(seed=0)\n"
        "step = compile(loss_of(model), parameters_of(model))\n"
        "names = [tokens_of('ava'), tokens_of('jo')]\n"
        "print('losses', step.train(names, steps=3, lr=0.1), type(model['up'][0][0]).__module__)"
    )
    switch = reader.page.get_by_role("checkbox", name=SWITCH)
    switch.check()
    cell.run()
    cell.expect_output("own_engine")
    (own,) = without_notes(cell.outputs())
    switch.uncheck()
    cell.run()
    cell.expect_output("micrograd.engine")
    (books,) = cell.outputs()
    own_losses = own.text.replace("own_engine", "micrograd.engine")
    assert list(outputs.text_differences("losses", books.text, own_losses, 1e-9)) == []
    cell.reset_button.click()


SHORTENED = {
    "digits/": [
        (
            "step.train(minibatches(training), steps=140,",
            "step.train(minibatches(training, 3), steps=2,",
        )
    ],
    "better-steps/": [
        ("step(xs, ys)", "None"),
        ("size=300, steps=20", "size=2, steps=2"),
        ("size=30, steps=200", "size=3, steps=2"),
        ("300: {after_all:.3f}    200 steps with 30: {after_few:.3f}", "300"),
    ],
    "one-letter-after-another/": [
        ("step.slices(batches, steps=1500,", "step.slices(batches, steps=2,"),
        ("sum(losses[-100:]) / 100:.2f", "losses"),
    ],
}


@pytest.mark.parametrize("path", SHORTENED)
def test_part_two_is_trained_by_the_readers_own_code(reader: BookPage, path: str) -> None:
    """Its trainings take minutes there: two steps of each."""
    reader.open(path)
    first = SHORTENED[path][0][0]
    cell = next(cell for cell in reader.cells if first in cell.source())
    code = cell.source()
    for given, shorter in SHORTENED[path]:
        assert given in code
        code = code.replace(given, shorter)
    cell.edit(f"{code}\nimport micrograd; print('by', micrograd.Value.__module__)")
    switch = reader.page.get_by_role("checkbox", name=SWITCH)
    shown = {}
    for engine in "own_engine", "micrograd.engine":
        switch.set_checked(engine == "own_engine")
        cell.run()
        cell.expect_output(f"by {engine}", timeout=START)
        reader.expect_status("Ready")
        shown[engine] = [
            replace(output, text=output.text.replace(f"by {engine}", ""))
            for output in without_notes(cell.outputs())
        ]
    own, books = shown.values()
    assert outputs.differences(books, own, 1e-9) == []
    cell.reset_button.click()


def test_chapters_that_the_pieces_cannot_run_do_not_offer_it(reader: BookPage) -> None:
    reader.open("a-gpt/")
    expect(reader.page.get_by_role("checkbox", name=SWITCH)).to_be_visible()
    reader.open("where-to-go-from-here/")
    expect(reader.page.get_by_role("button", name="Run all")).to_be_visible()
    expect(reader.page.get_by_role("checkbox", name=SWITCH)).to_have_count(0)


def test_a_piece_that_differs_is_named(reader: BookPage) -> None:
    """A mistake that no exercise looks for: log's slope is right at 2 only."""
    write_piece(reader, "operators", ("(1 / self.data,), ", "(0.25 * self.data,), "))
    reader.open(CHAPTER)
    reader.page.get_by_role("checkbox", name=SWITCH).check()
    reader.run_all.click()
    note = reader.page.get_by_role("note")
    expect(note).to_contain_text("your piece 'operators' differs from the book's", timeout=START)
    expect(note).to_contain_text(
        "a.log() with a = 0.7, b = -1.3: slope 1 is 0.175, expected 1.4285"
    )
    reader.page.get_by_role("checkbox", name=SWITCH).uncheck()
    expect(note).to_be_hidden()
    reader.expect_status("Ready|Not started")
    reader.cell(1).run()
    reader.expect_done(1)
