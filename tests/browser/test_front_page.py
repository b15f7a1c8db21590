"""The front page's first screen: a training that can be looked through before Python is there."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Browser, expect

from micrograd import MLP, SGD, datasets, losses
from tests.browser.book_page import RUN, BookPage
from tests.browser.conftest import ONLINE, WIDE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

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
        for seen in (first.output.locator("svg[role=img]"), slider, first.run_button):
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
