"""The front page's first screen: a training that can be looked through before Python is there."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from micrograd import MLP, SGD, Value, datasets, losses
from tests.browser import axe
from tests.browser.book_page import RUN, BookPage
from tests.browser.conftest import ONLINE, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer, missing
from tests.exercises.test_trained import names_of

PHONE = {"width": 390, "height": 844}
STILL = {"reduced_motion": "reduce", **ONLINE}


def loss_of_step(count: int) -> float:
    """The loss that the step number `count` starts from, by the engine, without the compiler."""
    random.seed(0)
    xs, ys = datasets.moons(100)
    model = MLP(2, [8, 8, 1], output="linear")
    optimizer = SGD(model.parameters(), lr=0.1)
    for _ in range(count):
        loss = losses.hinge([model(x) for x in xs], ys)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.data


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_first_screen_shows_the_picture_and_its_button(
    browser: Browser, shared_site: SiteServer, outside: Outside, size: dict[str, int]
) -> None:
    with visit(browser, shared_site, outside, viewport=size, **STILL) as (book, _):
        book.open("")
        first = book.cell(1)
        slider = first.output.get_by_role("slider", name="Moment of the training")
        wanted = [first.output.locator("svg[role=img]"), slider, first.run_button]
        if size is WIDE:
            wanted.append(book.page.get_by_role("textbox", name="Type the beginning of a name"))
        for seen in wanted:
            expect(seen).to_be_visible()
            box = seen.bounding_box()
            assert box
            assert box["y"] + box["height"] <= size["height"]


def test_the_recorded_training_is_looked_through_and_trained_again(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, **STILL) as (book, _):
        book.open("")
        first = book.cell(1)
        words = first.output.locator(".live-training-words")
        slider = first.output.get_by_role("slider", name="Moment of the training")
        plane = first.output.locator(".live-plane image")
        regions = first.output.locator(".micrograd-regions")
        # Nothing moves by itself for those who do not want it.
        expect(words).to_contain_text("Step 600 of 600")
        expect(plane).to_be_hidden()
        expect(regions).to_be_visible()
        slider.press("Home")
        expect(words).to_contain_text(f"Step 12 of 600, loss {loss_of_step(12):.4g}")
        expect(plane).to_be_visible()
        expect(regions).to_be_hidden()
        begin = plane.get_attribute("href")
        slider.press("ArrowRight")
        assert plane.get_attribute("href") != begin

        picture = first.output.locator("svg[role=img]").bounding_box()
        assert picture
        book.page.mouse.move(picture["x"] + picture["width"] - 1, picture["y"] + 20)
        expect(words).to_contain_text("Step 600 of 600")
        expect(regions).to_be_visible()

        recorded = words.inner_text()
        first.run_button.click()
        book.expect_done(1)
        expect(words).to_have_text(recorded, timeout=RUN)
        slider.press("Home")
        expect(words).to_contain_text("Step 12 of 600")


def test_the_recorded_training_plays_once_by_itself(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        book.open("")
        first = book.cell(1)
        pause = first.output.get_by_role("button", name="Pause", exact=True)
        pause.click()
        words = first.output.locator(".live-training-words")
        expect(words).to_have_text(re.compile("Step \\d+ of 600"))
        play = first.output.get_by_role("button", name="Play", exact=True)
        play.click()
        expect(pause).to_be_visible()
        expect(words).to_contain_text("Step 600 of 600", timeout=RUN)
        expect(play).to_be_visible()


def test_without_a_script_the_picture_is_there(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    with visit(browser, shared_site, outside, java_script_enabled=False) as (book, _):
        page: BookPage = book
        page.page.goto(page.site.url(""))
        cell = page.cell(1)
        expect(cell.output.locator("svg polyline")).to_be_visible()
        cell.group.get_by_text("The program").click()
        expect(cell.group.locator("pre.live-code")).to_contain_text("TrainingView(xs, ys")
        field = page.page.get_by_role("textbox", name="Type the beginning of a name")
        expect(field).to_be_disabled()
        expect(field).to_have_value("mar")
        rows = page.page.locator(".next-letter tbody tr")
        expect(rows).to_have_count(5)
        expect(rows.first).to_contain_text(re.compile(r"^\w+\d+%mar\w+$"))


SCORES = """async ([script, data, beginnings]) => {
  const { scoresAfter } = await import(script);
  const gpt = await (await fetch(data)).json();
  const tokens = (text) => [...`.${text}`].map((letter) => gpt.letters.indexOf(letter));
  return beginnings.map((text) => scoresAfter(tokens(text), gpt));
}"""


def test_a_gpt_goes_on_with_a_beginning(
    browser: Browser, shared_site: SiteServer, outside: Outside
) -> None:
    """Its scores are those of chapter 14's own code with the weights that the build trained."""
    with visit(browser, shared_site, outside, **STILL) as (book, _):
        axe.install(book.page.context)
        asked: list[str] = []
        book.page.on("request", lambda request: asked.append(request.url))
        book.open("")
        widget = book.page.locator(".next-letter")
        field = book.page.get_by_role("textbox", name="Type the beginning of a name")
        words = widget.get_by_role("status")
        rows = widget.locator("tbody tr")
        recorded = rows.all_inner_texts()
        assert not [url for url in asked if "widget" in url]

        field.press("End")
        expect(widget).to_have_attribute("data-open", "")
        # The recorded example is what the script shows of the same beginning.
        assert rows.all_inner_texts() == recorded
        field.press_sequentially("k")
        expect(words).to_have_text(re.compile("^Likeliest: mark\\w*$"))
        expect(rows.last).to_contain_text("mark")
        field.fill("Zoë3")
        expect(words).to_contain_text("after zoe: it knows the letters a to z only")
        field.fill("")
        expect(rows).to_have_count(5)
        field.fill("abcdefghijklmno")
        expect(words).to_have_text("Likeliest: abcdefghijklmno" + rows.first.inner_text()[0])
        field.press("Enter")
        expect(field).to_have_value("abcdefghijklmno")
        assert axe.violations(book.page) == []

        data = next(url for url in asked if "next-letter-" in url)
        script = next(url for url in asked if "/widget-" in url)
        beginnings = ["", "m", "mar", "zyx", "abcdefghijklmno"]
        found = book.page.evaluate(SCORES, [script, data, beginnings])
        given: dict[str, Any] = json.loads(
            book.page.evaluate("async (data) => (await fetch(data)).text()", data)
        )
        names = names_of("14-a-gpt.md", "step = compile")
        model = {
            name: [[Value(number) for number in row] for row in table]
            for name, table in given["tables"].items()
        }
        assert len(names["parameters_of"](model)) == 4192
        for beginning, scores in zip(beginnings, found, strict=True):
            tokens = [names["letters"].index(letter) for letter in f".{beginning}"]
            expected = [score.data for score in names["gpt"](tokens, model)[-1]]
            assert scores == pytest.approx(expected, rel=0, abs=1e-9)
        # It is the trained one: a name with most letters swapped surprises it more.
        surprise = names["loss_of"](model)
        assert surprise([0, 13, 1, 18, 9, 1, 0]).data < 2.3 < surprise([0, 9, 13, 18, 1, 1, 0]).data


def test_a_lost_gpt_is_asked_for_again(
    browser: Browser, site: SiteServer, outside: Outside
) -> None:
    with visit(browser, site, outside, **STILL) as (book, watch):
        book.open("")
        field = book.page.get_by_role("textbox", name="Type the beginning of a name")
        words = book.page.locator(".next-letter").get_by_role("status")
        watch.allow(r"next-letter-\w+\.json")
        site.break_(r"next-letter-\w+\.json", missing)
        field.fill("em")
        expect(words).to_contain_text("It could not be loaded")
        site.mend()
        field.press_sequentially("m")
        expect(words).to_contain_text("Likeliest: emm")
