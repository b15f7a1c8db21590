"""The playground: frames and steps in a second, and how soon a control shows something new."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.benchmarks.table import Figure, report
from tests.browser import chromium
from tests.browser.book_page import BookPage
from tests.browser.site_server import SiteServer

ROOT = Path(__file__).parents[2]
OBJECTS = Path(__file__).with_name("object_network.js")
HIDDEN, POINTS, BATCH, RATE = [8, 8, 8], 500, 10, 0.03
EPOCHS, FRAMES, ROUNDS = 40, 300, 5
PLENTY = 120_000

# The times of the screen's frames, and how many of them showed a new epoch.
WATCH_FRAMES = """count => new Promise((done) => {
  const epoch = document.querySelector('.pg-epoch');
  const times = [];
  let [shown, fresh] = [epoch.textContent, 0];
  const look = (time) => {
    times.push(time);
    if (epoch.textContent !== shown) fresh += 1;
    shown = epoch.textContent;
    if (times.length <= count) requestAnimationFrame(look);
    else done({ times, fresh });
  };
  requestAnimationFrame(look);
})"""

# Milliseconds from a control to numbers of the program that it wrote, drawn.
CHANGE = """(label) => new Promise((done) => {
  const root = document.querySelector('#live-playground');
  const loss = root.querySelector('.pg-train');
  const button = [...root.querySelectorAll('button')]
    .find((each) => [each.getAttribute('aria-label'), each.textContent].includes(label));
  const begun = performance.now();
  let empty = false;
  const watcher = new MutationObserver(() => {
    empty ||= loss.textContent === '\\u2013';
    if (!empty || loss.textContent === '\\u2013') return;
    watcher.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  watcher.observe(loss, { childList: true, characterData: true, subtree: true });
  button.click();
})"""

STEPS = f"""
import time
train({EPOCHS})
begun = time.perf_counter()
train({EPOCHS})
taken = time.perf_counter() - begun
print('steps', {EPOCHS} * len(batches) / taken, 'loss', view.means()[0])
"""


class Bench:
    """The playground with the large network, whose program has run."""

    def __init__(self, browser: Browser, server: SiteServer, width: int, slowed: int) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(PLENTY)
        self.book = BookPage(self.page, server).open("playground/")
        self.cell = self.book.cell(1)
        self.root = self.page.locator("#live-playground")
        code = self.cell.source().replace("\N{NO-BREAK SPACE}", " ")
        self.code = code.replace("[4, 2, 1]", str([*HIDDEN, 1])).replace(
            "circles(200", f"circles({POINTS}"
        )
        assert str(HIDDEN)[:-1] in self.code
        assert f"circles({POINTS}" in self.code
        self.cell.edit(self.code)
        self.press("Step: train one epoch")
        expect(self.root.locator(".pg-epoch")).to_have_text("Epoch 1", timeout=PLENTY)
        if slowed > 1:
            tools = self.page.context.new_cdp_session(self.page)
            tools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})

    def press(self, name: str) -> None:
        """Press a button of the playground."""
        self.root.get_by_role("button", name=name, exact=True).click()

    def play(self) -> tuple[float, float]:
        """Return new frames in a second, and the 95th percentile of milliseconds between frames."""
        self.press("Play")
        expect(self.root.locator(".pg-epoch")).to_have_text(re.compile(r"\d\d$"), timeout=PLENTY)
        found = self.page.evaluate(WATCH_FRAMES, FRAMES)
        self.press("Pause")
        times = found["times"]
        between = [b - a for a, b in pairwise(times)]
        seconds = (times[-1] - times[0]) / 1000
        return found["fresh"] / seconds, statistics.quantiles(between, n=20)[-1]

    def change(self, label: str, times: int) -> float:
        """Return the median of milliseconds from a button to the first new frame."""
        taken: list[float] = []
        for _ in range(times):
            taken.append(self.page.evaluate(CHANGE, label))
            self.book.expect_status("Ready", timeout=PLENTY)
        return statistics.median(taken)


def steps(bench: Bench) -> tuple[float, float]:
    """Return our steps in a second, and those of a network of objects, in the same browser."""
    bench.cell.edit(bench.code + "\n" + STEPS)
    bench.cell.run()
    expect(bench.cell.output).to_contain_text("steps", timeout=PLENTY)
    said = re.search(r"steps (\S+) loss (\S+)", bench.cell.output.inner_text())
    assert said
    names: dict[str, Any] = {}
    exec(bench.code.replace("view.show()", ""), names)  # the same points
    examples = [[*inputs, target] for inputs, target in names["examples"]]
    script = OBJECTS.read_text(encoding="utf-8")
    task = {"sizes": [2, *HIDDEN, 1], "points": examples, "batch": BATCH, "rate": RATE}
    call = f"measureObjects({json.dumps({**task, 'epochs': EPOCHS})})"
    objects = bench.page.evaluate(f"{script}\n{call}")
    # Both learn, or they did not do the same.
    assert float(said[2]) < 1, said
    assert objects["loss"] < 1, objects
    return float(said[1]), objects["rate"]


def figures() -> Iterator[Figure]:
    """Train the large network on the page, on a wide screen and on a slow phone."""
    server = SiteServer(ROOT / "_site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.FLAGS
        )
        bench = Bench(browser, server, 1280, 1)
        rate, late = bench.play()
        yield Figure(f"{HIDDEN} on {POINTS} points, new frames", rate, "/s", 59)
        yield Figure("95th percentile between frames", late, "ms", 20, True)
        known = bench.change("New weights", ROUNDS)
        yield Figure("control to the first new frame, known shape", known, "ms", 100, True)
        larger = bench.change("One neuron in layer 1 less", 3)
        yield Figure("control to the first new frame, compiled", larger, "ms", 400, True)
        ours, objects = steps(bench)
        yield Figure("steps of training", ours, "/s")
        yield Figure("the same with nodes and links as objects", objects, "/s")
        yield Figure("as many times more", ours / objects, "x", 10)
        bench.page.close()
        phone = Bench(browser, server, 390, 4)
        rate, _ = phone.play()
        yield Figure("390 px, 4 times slowed, new frames", rate, "/s", 30)
        browser.close()
    server.close()


if __name__ == "__main__":
    report("playground", figures())
