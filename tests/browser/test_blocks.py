"""What a chapter asks of its reader: to predict, to write, to move a slider.

Each page is walked with one Python. What is expected comes from the chapter's source, read as its
author wrote it, and from `reader.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from book.blocks import Prediction
from book.chapter import Chapter, read_chapter
from playwright.sync_api import Browser, Locator, expect

from tests.browser import outputs
from tests.browser.book_page import RUN, START, BookPage, Cell
from tests.browser.conftest import visit
from tests.browser.contents import ROOT, path_of
from tests.browser.outside import Outside
from tests.browser.reader import RIGHT_CHOICES
from tests.browser.site_server import SiteServer
from tests.exercises.answers import ANSWERS, Wrong, edited

PARAMETER = re.compile(r"^(?P<name>\w+) = (?P<value>[^#\n]+?)  # @param (?P<options>.+)$", re.M)
FILES = [*sorted((ROOT / "content").glob("[0-9]*.md")), ROOT / "content" / "index.md"]
CHAPTERS = [read_chapter(file) for file in FILES]
COUNT_RUNS = """
cell => {
  cell.dataset.runs = 0;
  new MutationObserver(changes => changes.forEach(({ target }) => {
    if (target.dataset.state === 'running') target.dataset.runs = Number(target.dataset.runs) + 1;
  })).observe(cell, { attributeFilter: ['data-state'] });
}
"""
BURST = """
(slider, values) => values.forEach(value => {
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})
"""


@dataclass
class Walk:
    """A page that is open, and its source."""

    book: BookPage
    chapter: Chapter

    def cell(self, exercise: str) -> Cell:
        """Return the cell of an exercise."""
        return self.book.cell(self.chapter.exercises[exercise].starter.number)


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda chapter: chapter.name)
def walk(
    request: pytest.FixtureRequest, browser: Browser, shared_site: SiteServer, outside: Outside
) -> Iterator[Walk]:
    """Open a page for the tests below."""
    with visit(browser, shared_site, outside) as (book, _):
        yield Walk(book.open(path_of(request.param.path)), request.param)


def plain(markdown: str) -> str:
    """Return a line of Markdown as it is read."""
    return markdown.replace("`", "")


def test_each_choice_of_a_prediction_gets_its_own_answer(walk: Walk) -> None:
    page = walk.book.page
    predictions = [block for block in walk.chapter.blocks if isinstance(block, Prediction)]
    expect(page.locator(".live-prediction")).to_have_count(len(predictions))
    for prediction in predictions:
        section = page.locator(f'.live-prediction[data-prediction="{prediction.name}"]')
        following = section.locator("xpath=following::*[@data-cell][1]").get_attribute("data-cell")
        cell = walk.book.cell(int(following or 0))
        group = section.get_by_role("group", name=plain(prediction.question))
        verdict = section.locator(".live-verdict")
        right = RIGHT_CHOICES[prediction.name]
        assert right in [choice.text for choice in prediction.choices]
        for place, choice in enumerate(prediction.choices):
            radio = group.get_by_role("radio", name=plain(choice.text), exact=True)
            if place == 0:
                radio.focus()
                radio.press("Space")
            else:  # as a keyboard goes through real radio buttons
                page.keyboard.press("ArrowDown")
            expect(radio).to_be_checked()
            expect(verdict).to_have_text("Your prediction stands. Run the next cell to see.")
            expect(section.locator("[data-why]:visible")).to_have_count(0)
            cell.run()
            words = (
                f"✓ As you predicted: {right}."
                if choice.text == right
                else f"You predicted “{plain(choice.text)}”; the answer is “{right}”."
            )
            expect(verdict).to_have_text(words, timeout=START)
            expect(section.locator("[data-why]:visible")).to_have_text([plain(choice.why)])
            radio.focus()


def test_each_exercise_can_be_got_wrong_and_solved(walk: Walk) -> None:
    page = walk.book.page
    exercises = list(walk.chapter.exercises)
    expect(page.locator(".live-exercise")).to_have_count(len(exercises))
    hints = walk.chapter.source.count("<summary>Hint ")
    expect(page.locator("details.live-hint")).to_have_count(hints)
    for done, name in enumerate(exercises, 1):
        section = page.locator(f'.live-exercise[data-exercise="{name}"]')
        cell, verdict = walk.cell(name), section.locator(".live-verdict")
        check = cell.group.get_by_role("button", name=f"Check cell {cell.number}", exact=True)
        open_hints_one_at_a_time(section)
        expect(section.locator("details.live-solution > :not(summary)").first).to_be_hidden()

        def judged(state: str, verdict: Locator = verdict, check: Locator = check) -> str:
            check.click()
            expect(verdict).to_have_attribute("data-verdict", state, timeout=START)
            return verdict.inner_text()

        starter = walk.chapter.exercises[name].starter
        refusal = judged("wrong")
        assert len(refusal) > 20, refusal
        assert ("blank" in refusal) == ("____" in starter.source)

        solution = walk.chapter.exercises[name].solution.source
        for answer in ANSWERS[name]:
            cell.edit(edited(solution, answer))
            if isinstance(answer, Wrong):
                assert answer.words in judged("wrong"), answer
            else:
                assert "Right" in judged("done"), answer

        cell.edit(solution)
        assert "Right" in judged("done")
        expect(page.locator(".live-exercises")).to_have_text(count_of(done, len(exercises)))
        tick = page.locator("a.md-nav__link--active .live-tick").first
        expect(tick).to_contain_text("✓" if done == len(exercises) else f"{done}/{len(exercises)}")

        cell.reset_button.click()
        section.locator("details.live-solution > summary").click()
        section.get_by_role("button", name=f"Put the solution into cell {cell.number}").click()
        assert without_blank_lines(cell.source()) == without_blank_lines(solution)


def count_of(done: int, total: int) -> str:
    """Return how the page says how many exercises are done."""
    return f"{done} of {total} {'exercise' if total == 1 else 'exercises'} done"


def without_blank_lines(code: str) -> list[str]:
    """Return the lines; an editor's text has more or fewer empty ones between them."""
    return [line for line in code.splitlines() if line.strip()]


def open_hints_one_at_a_time(section: Locator) -> None:
    """Open each hint; the next one is offered only then."""
    hints = section.locator("details.live-hint")
    for place in range(hints.count()):
        expect(hints.locator("visible=true").locator("> summary")).to_have_count(place + 1)
        hints.nth(place).locator("summary").click()
        expect(hints.nth(place).locator(":not(summary)").first).to_be_visible()


def test_each_control_rewrites_the_code_and_runs_it(walk: Walk) -> None:
    page = walk.book.page
    found = 0
    for source in walk.chapter.cells:
        cell = walk.book.cell(source.number)
        parameters = list(PARAMETER.finditer(source.source))
        found += len(parameters)
        followers = [
            walk.book.cell(c.number)
            for c in walk.chapter.cells
            if c.follow and c.number > source.number
        ]
        controls = page.get_by_role("group", name=f"Controls of cell {cell.number}", exact=True)
        for parameter in parameters:
            name, old = parameter["name"], parameter["value"]
            before = [outputs.read(c.output) for c in (cell, *followers)]
            forget(cell, *followers)
            if parameter["options"].startswith("["):
                control = controls.get_by_role("combobox", name=name, exact=True)
                other = next(
                    text
                    for text in control.locator("option").all_inner_texts()
                    if text != old.strip('"')
                )
                control.select_option(other)
                written = f'"{other}"'
            elif "boolean" in parameter["options"]:
                control = controls.get_by_role("checkbox", name=name, exact=True)
                control.focus()
                control.press("Space")
                written = "False" if old == "True" else "True"
            elif "string" in parameter["options"]:
                control = controls.get_by_role("textbox", name=name, exact=True)
                control.fill("")
                control.press_sequentially("sof#")  # the cell takes letters only
                written = '"sof#"'
            elif "point" in parameter["options"]:
                control = controls.get_by_role("slider", name=f"{name}, x", exact=True)
                control.focus()
                control.press("ArrowRight")
                written = f"[{control.input_value()}, "
            elif "drawing" in parameter["options"]:
                control = controls.get_by_role("group", name=name, exact=True)
                pixel = control.get_by_role("gridcell").first
                pixel.focus()
                pixel.press("Space")
                expect(pixel).to_have_accessible_name("row 1, column 1: 16 of 16")
                written = old
            else:
                control = controls.get_by_role("slider", name=name, exact=True)
                control.focus()
                at_its_end = float(old) == float(control.get_attribute("max") or 0)
                control.press("ArrowLeft" if at_its_end else "ArrowRight")
                written = control.input_value()
                assert float(written) != float(old)
                expect(control.locator("xpath=following-sibling::*")).to_have_text(written)
            expect(cell.code).to_contain_text(f"{name} = {written}")
            for ran in (cell, *followers):
                expect_run_again(ran)
            walk.book.expect_status("Ready")
            walk.book.expect_drawn()
            after = [outputs.read(c.output) for c in (cell, *followers)]
            same = [new == earlier for new, earlier in zip(after, before, strict=True)]
            assert not any(same), f"{name} = {written} leaves what cell {cell.number} shows"
    expect(page.locator(".live-parameter")).to_have_count(found)


def forget(*cells: Cell) -> None:
    """Mark what the cells show as old."""
    for cell in cells:
        cell.output.evaluate("r => r.querySelectorAll('.out').forEach(o => (o.dataset.old = ''))")


def expect_run_again(cell: Cell) -> None:
    """Wait until all that was marked as old has made place for something new."""
    expect(cell.output.locator("[data-old]")).to_have_count(0, timeout=START)
    expect(cell.output.locator(".out").first).to_be_attached(timeout=RUN)
    expect(cell.group).to_have_attribute("data-state", "done", timeout=RUN)


def test_a_slider_that_is_dragged_runs_its_newest_value_and_queues_none(walk: Walk) -> None:
    page = walk.book.page
    for slider in page.locator(".live-parameters").get_by_role("slider").all()[:1]:
        group = slider.locator("xpath=ancestor::*[@data-cell]")
        cell = walk.book.cell(int(group.get_attribute("data-cell") or 0))
        low, high, step = (float(slider.get_attribute(a) or 0) for a in ("min", "max", "step"))
        places = [low + k * step for k in range(round((high - low) / step))][:30]
        cell.run()
        walk.book.expect_done(cell.number)
        walk.book.expect_status("Ready")
        group.evaluate(COUNT_RUNS)
        slider.evaluate(BURST, places)
        expect(group).to_have_attribute("data-runs", "2", timeout=RUN)
        walk.book.expect_status("Ready")
        expect(group).to_have_attribute("data-runs", "2")  # the first value's and the newest's
        row = slider.locator("xpath=parent::*")
        name, opened = (
            row.locator("code").inner_text(),
            "[" if row.locator("input").count() > 1 else "",
        )
        expect(cell.code).to_contain_text(f"{name} = {opened}{slider.input_value()}")


def test_what_is_done_is_kept(walk: Walk) -> None:
    """Runs last: it leaves the page's Python behind."""
    page = walk.book.page
    exercises = list(walk.chapter.exercises)
    page.reload()
    walk.book.expect_status("Not started")
    for name in exercises:
        verdict = page.locator(f'.live-exercise[data-exercise="{name}"] .live-verdict')
        expect(verdict).to_have_text("✓ You have solved this exercise.")
    kept = count_of(len(exercises), len(exercises)) if exercises else ""
    expect(page.locator(".live-exercises")).to_have_text(kept)
    edited = page.locator(".live-cell[data-edited]")
    assert edited.count() >= len(exercises)


def test_every_prediction_has_its_reader() -> None:
    blocks = [block for chapter in CHAPTERS for block in chapter.blocks]
    assert {b.name for b in blocks if isinstance(b, Prediction)} == set(RIGHT_CHOICES)


def test_a_start_is_dragged_in_the_picture(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    """The picture's edges are -10 and 10, -3 and 3; the start stays within its own range."""
    with visit(browser, shared_site, outside) as (book, _):
        book.open("better-steps/")
        chapter = next(chapter for chapter in CHAPTERS if chapter.name == "better-steps")
        source = next(cell for cell in chapter.cells if "start = [" in cell.source)
        cell, follower = book.cell(source.number), book.cell(source.number + 1)
        plane = cell.output.locator(".micrograd-plane")
        plane.scroll_into_view_if_needed()
        expect(cell.output).to_have_attribute("data-point", "")
        box = plane.bounding_box()
        assert box
        left, top, width, height = box["x"], box["y"], box["width"], box["height"]
        mouse = book.page.mouse
        mouse.move(left + 0.75 * width, top + 0.25 * height)
        mouse.down()
        expect(cell.code).to_contain_text("start = [5, 1.5]")
        mouse.move(left + 0.25 * width, top + 0.75 * height)
        mouse.up()
        expect(cell.code).to_contain_text("start = [-5, -1.5]")
        mouse.move(left + 0.5 * width, top + 0.5 * height)
        picture = cell.output.get_by_role("img")
        expect(picture).to_have_accessible_name(
            re.compile(r"Adam from \(-5, -1\.5\)"), timeout=START
        )
        for ran in (cell, follower):
            expect(ran.group).to_have_attribute("data-state", "done", timeout=RUN)
        sideways = cell.group.get_by_role("slider", name="start, x", exact=True)
        expect(sideways).to_have_value("-5")
        sideways.press("ArrowRight")
        expect(cell.code).to_contain_text("start = [-4.9, -1.5]")
        expect(picture).to_have_accessible_name(
            re.compile(r"Adam from \(-4\.9, -1\.5\)"), timeout=RUN
        )
        box = plane.bounding_box()
        assert box
        mouse.click(box["x"] + 1, box["y"] + 1)
        expect(cell.code).to_contain_text("start = [-9.5, 2.5]")
