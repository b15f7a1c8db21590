"""A page that is used for long: memory over 200 runs and 20 restarts, and how soon Stop stops."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.benchmarks.renderers import renderers, resident
from tests.benchmarks.table import Figure, report
from tests.browser import chromium
from tests.browser.book_page import BookPage
from tests.browser.floods import FLOODS
from tests.browser.site_server import SiteServer

ROOT = Path(__file__).parents[2]
PAGE = "training-a-classifier/"
RUNS, RESTARTS, STOPS = 200, 20, 10
# Before the first look, so that what is made once is not taken for growth.
WARM_UP = 20
MEGABYTE = 1e6

# All kinds of output, and objects that the next run throws away.
WORK = """from IPython.display import HTML, display
from micrograd import Value, draw_dot
kept = [Value(n) * 2.0 for n in range(1_000)]
for n in range(100):
    print('line', n)
display(HTML('<b>bold</b>' * 100))
draw_dot(kept[0])"""
WASM_BYTES = "import pyodide_js\nprint(pyodide_js._module.HEAPU8.length)"
ENDLESS = {
    "a loop": "while True:\n    pass",
    "an await": "import asyncio\nawait asyncio.sleep(1e6)",
}

# Resolves with the milliseconds from the press to the state.
PRESS = """([name, state]) => new Promise((resolve) => {
  const controls = document.querySelector('#live-controls');
  const button = [...controls.querySelectorAll('button')].find((b) => b.textContent === name);
  const begun = performance.now();
  let left = false;
  const watcher = new MutationObserver(() => {
    left ||= controls.dataset.state !== state;
    if (!left || controls.dataset.state !== state) return;
    watcher.disconnect();
    resolve(performance.now() - begun);
  });
  watcher.observe(controls, { attributes: true, attributeFilter: ['data-state'] });
  button.click();
})"""


# Frames that the page draws while a flood goes on: 3 seconds of a page that is free.
FLOOD = 180
DRAW_FRAMES = """count => new Promise(done => {
  const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
  next();
})"""
WATCH_TASKS = """() => {
  const entries = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ type: 'longtask' });
  window.longestTask = () => {
    entries.push(...observer.takeRecords());
    observer.disconnect();
    return Math.max(0, ...entries.map(({ duration }) => duration));
  };
}"""


@dataclass(frozen=True)
class Memory:
    """Megabytes: the page's own heap, Python's memory, and the whole process of both."""

    page: float
    python: float
    process: float


class Bench:
    """A chapter in use."""

    def __init__(self, browser: Browser, server: SiteServer) -> None:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        self.page: Page = page
        self.book = BookPage(page, server).open(PAGE)
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("Performance.enable")
        self.browser_tools = browser.new_browser_cdp_session()

    def run(self, code: str) -> None:
        """Run code in the first cell, to its end."""
        cell = self.book.cell(1)
        cell.edit(code)
        self.again()

    def again(self) -> None:
        """Run the first cell once more."""
        cell = self.book.cell(1)
        cell.group.evaluate("cell => { cell.dataset.state = 'queued'; }")
        cell.run_button.click()
        self.book.expect_done(1)

    def memory(self) -> Memory:
        """Look at the memory, with what is garbage collected."""
        self.run(WASM_BYTES)
        python = float(self.book.cell(1).output.inner_text()) / MEGABYTE
        self.tools.send("HeapProfiler.collectGarbage")
        metrics = self.tools.send("Performance.getMetrics")["metrics"]
        heap = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize") / MEGABYTE
        return Memory(heap, python, self.resident())

    def resident(self) -> float:
        """Megabytes in use of the largest renderer, which has the page and its Python."""
        return max(map(resident, renderers(self.browser_tools)))

    def press(self, name: str, state: str) -> float:
        """Milliseconds from the press of a button of the page to the state."""
        return float(self.page.evaluate(PRESS, [name, state]))


def grown(what: str, before: Memory, after: Memory, most: float) -> list[Figure]:
    """Say how much memory grew; `most` megabytes are let pass for each kind."""
    return [
        Figure(f"{what}, the page's heap grew", after.page - before.page, "MB", most, True),
        Figure(f"{what}, Python's memory grew", after.python - before.python, "MB", most, True),
        Figure(f"{what}, the process grew", after.process - before.process, "MB", 8 * most, True),
    ]


def stop_latency(bench: Bench, code: str) -> float:
    """Milliseconds from pressing Stop to Python being free again: the median of some."""
    times = []
    for _ in range(STOPS):
        bench.book.cell(1).edit(f"print('at', 'work')\n{code}")
        bench.book.cell(1).run()
        # The output of the run before goes as this one begins.
        expect(bench.book.cell(1).group).to_have_attribute("data-state", "running")
        expect(bench.book.cell(1).output).to_contain_text("at work")
        times.append(bench.press("Stop", "stopped"))
    return statistics.median(times)


def flood(bench: Bench, code: str) -> tuple[float, float]:
    """Milliseconds from pressing Stop to Python being free, and of the page's longest task.

    Tasks below 50 ms are none that a browser tells of: they count as 0.
    """
    cell = bench.book.cell(1)
    cell.edit(code)
    bench.page.evaluate(WATCH_TASKS)
    cell.run()
    expect(cell.output).to_contain_text("line")
    bench.page.evaluate(DRAW_FRAMES, FLOOD)
    latency = bench.press("Stop", "stopped")
    return latency, float(bench.page.evaluate("longestTask()"))


def figures() -> Iterator[Figure]:
    """Use a page for long, and look at its memory before and after."""
    server = SiteServer(ROOT / "_site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.FLAGS
        )
        bench = Bench(browser, server)
        for name, code in ENDLESS.items():
            yield Figure(f"Stop, {name}", stop_latency(bench, code), "ms", 500, True)
        for kind, code in FLOODS.items():
            latency, longest = flood(bench, code)
            yield Figure(f"Stop in a flood, {kind}", latency, "ms", 500, True)
            yield Figure(f"longest task in a flood, {kind}", longest, "ms", 100, True)

        bench.run(WORK)
        for _ in range(WARM_UP):
            bench.again()
        before = bench.memory()
        yield Figure("the page's heap", before.page, "MB")
        yield Figure("Python's memory", before.python, "MB")
        yield Figure("the process", before.process, "MB")
        bench.run(WORK)
        for _ in range(RUNS):
            bench.again()
        yield from grown(f"over {RUNS} runs", before, bench.memory(), 5)

        for count in range(RESTARTS):
            bench.press("Restart", "ready")
            if count == 1:
                before = bench.memory()
        yield from grown(f"over {RESTARTS} restarts", before, bench.memory(), 10)
        browser.close()
    server.close()


if __name__ == "__main__":
    report("soak", figures())
