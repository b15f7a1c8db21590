"""Seconds to the first output, and bytes on the wire: this site, raw Pyodide, stock JupyterLite.

Each start has a fresh profile; the site is served gzipped, as GitHub Pages does, perhaps over a
slow line. Ratios compare starts that alternate in one run.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.renderers import renderers, resident, slowed
from tests.benchmarks.table import Figure, report
from tests.browser import chromium
from tests.browser.page_kernel import SNAPSHOT_SAVED
from tests.browser.site_server import Answer, SiteServer

ROOT = Path(__file__).parents[2]
PAGE = "training-a-classifier/"
LATER_PAGE = "a-neuron-by-hand/"
DRAWING_PAGE = "a-neuron-by-hand/"
REPL = "repl/index.html?kernel=python&toolbar=1&execute=1&code=print(1)"
RAW = "raw-pyodide.html"
RAW_PAGE = """<!doctype html><title>Raw Pyodide</title><script type="module">
window.measure = async () => {
  const begun = performance.now();
  const { loadPyodide } = await import('./pyodide/pyodide.mjs');
  let printed;
  const output = new Promise((resolve) => { printed = resolve; });
  const pyodide = await loadPyodide({ stdout: printed });
  pyodide.runPython('print(1)');
  await output;
  return performance.now() - begun;
};
document.documentElement.dataset.measure = '';
</script>"""
# From the press to the first new output of the page's first cell, in milliseconds.
PRESS_RUN = """() => new Promise((resolve) => {
  const cell = document.querySelector('.live-cell');
  const begun = performance.now();
  const look = () => ['done', 'error'].includes(cell.dataset.state)
    && (watcher.disconnect(), resolve(performance.now() - begun));
  const watcher = new MutationObserver(look);
  watcher.observe(cell, { attributes: true, attributeFilter: ['data-state'] });
  const named = (button) => /^Run cell/.test(button.ariaLabel ?? button.textContent);
  [...cell.querySelectorAll('button')].find(named).click();
})"""
# From the end of the first cell to the picture of its graph, in milliseconds; and by how many
# pixels the height of the cell has changed meanwhile.
DRAW = """() => new Promise((resolve) => {
  const cell = document.querySelector('.live-cell');
  const old = new Set(cell.querySelectorAll('.graph'));
  const heights = [cell.offsetHeight];
  new ResizeObserver(() => heights.push(cell.offsetHeight)).observe(cell);
  let ended;
  const look = () => {
    if (cell.dataset.state === 'done') ended ??= performance.now();
    if (!ended || ![...cell.querySelectorAll('.graph')].some((graph) => !old.has(graph))) return;
    watcher.disconnect();
    const taken = performance.now() - ended;
    requestAnimationFrame(() => requestAnimationFrame(
      () => resolve([taken, Math.max(...heights) - Math.min(...heights)])));
  };
  const watcher = new MutationObserver(look);
  watcher.observe(cell, { subtree: true, childList: true, attributes: true });
  const named = (button) => /^Run cell/.test(button.ariaLabel ?? button.textContent);
  [...cell.querySelectorAll('button')].find(named).click();
})"""
LONG_TASKS = """() => { window.longTasks = 0; new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks += task.duration;
}).observe({ type: 'longtask' }); }"""


@dataclass(frozen=True)
class Line:
    """A connection: megabits a second (0: as fast as it goes) and seconds to a first byte."""

    name: str
    megabits: float = 0
    latency: float = 0


LINES = {
    Line("localhost"): 0.45,
    Line("50 Mbit/s", 50, 0.04): 0.6,
    Line("10 Mbit/s", 10, 0.04): 0.8,
}
"""Each line, and the most that this site's start may take over raw Pyodide's."""


class Wire:
    """All connections of a server share one line; `sent` counts its bytes."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.sent = 0
        self._lock = threading.Lock()
        self._free_at = 0.0

    def carry(self, answer: Answer) -> Answer:
        """Hold an answer back for as long as the line needs for it."""
        size = len(answer.body)
        with self._lock:
            self.sent += size
            now = time.monotonic()
            seconds = size * 8 / (self.line.megabits * 1e6) if self.line.megabits else 0
            self._free_at = max(self._free_at, now) + seconds
            wait = self._free_at - now + self.line.latency
        if wait > 0:
            threading.Event().wait(wait)
        return answer


def stock_jupyterlite(folder: Path) -> None:
    """Build JupyterLite's REPL as it comes, on this site's Pyodide: it installs at its start."""
    kernel = {
        "@jupyterlite/pyodide-kernel-extension:kernel": {"pyodideUrl": "./pyodide/pyodide.mjs"}
    }
    settings = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"litePluginSettings": kernel},
    }
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--apps", "repl"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    shutil.copytree(ROOT / "_site" / "pyodide", folder / "_output" / "pyodide")


def serve(folder: Path) -> SiteServer:
    """Serve a built site with the page of raw Pyodide beside it.

    The browser must not be told to route it: then Playwright takes the browser's cache away.
    """
    body = RAW_PAGE.encode()
    headers = {"Content-Type": "text/html", "Content-Length": str(len(body))}
    server = SiteServer(folder)
    server.break_(f"^{RAW}$", lambda _: Answer(200, headers, body))
    return server


def cold_page(browser: Browser, server: SiteServer, path: str) -> Page:
    """Open a page in a fresh profile, without a service worker that fetches beside the start."""
    page = browser.new_context(service_workers="block").new_page()
    page.set_default_timeout(180_000)
    page.goto(server.url(path), wait_until="load")
    return page


def raw_start(page: Page) -> float:
    """Seconds of `loadPyodide` and a print."""
    page.wait_for_selector("html[data-measure]")
    return float(page.evaluate("measure()")) / 1000


def our_start(page: Page) -> float:
    """Seconds from pressing Run to the end of the first cell."""
    page.wait_for_selector(".live-cell button")
    page.evaluate(LONG_TASKS)
    return float(page.evaluate(PRESS_RUN)) / 1000


def stock_start(page: Page) -> float:
    """Seconds from opening the REPL, told to run a print, to its output."""
    page.wait_for_selector(".jp-OutputArea-output:has-text('1')")
    return float(page.evaluate("performance.now()")) / 1000


@dataclass
class Starts:
    """What one kind of start took, a number for each repeat."""

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    blocked: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)


def measure(
    browser: Browser, line: Line, root: Path, path: str, start: Callable[[Page], float], to: Starts
) -> None:
    """Start once on a line of its own with a fresh profile, and note what it took."""
    server = serve(root)
    wire = Wire(line)
    server.break_("", wire.carry)
    page = cold_page(browser, server, path)
    before = 0 if start is stock_start else wire.sent
    to.seconds.append(start(page))
    to.megabytes.append((wire.sent - before) / 1e6)
    to.blocked.append(float(page.evaluate("window.longTasks ?? 0")))
    page.context.close()
    server.close()


def later_page(browser: Browser) -> tuple[float, float]:
    """Seconds of the start on a second page of one profile: this site's and raw Pyodide's.

    The reader has read the first page for long enough that a snapshot was saved.
    """
    server = serve(ROOT / "_site")
    page = cold_page(browser, server, PAGE)
    our_start(page)
    page.locator(SNAPSHOT_SAVED).wait_for(state="attached")
    page.goto(server.url(LATER_PAGE), wait_until="load")
    ours = our_start(page)
    page.context.close()
    page = cold_page(browser, server, RAW)
    raw_start(page)
    page.goto(server.url(RAW), wait_until="load")
    raw = raw_start(page)
    page.context.close()
    server.close()
    return ours, raw


def prepared_start(browser: Browser) -> float:
    """Seconds from the press to the output where the reader's intent had started Python."""
    server = serve(ROOT / "_site")
    page = cold_page(browser, server, PAGE)
    page.locator(".live-cell").first.hover()
    page.get_by_role("status").filter(has_text="Ready").wait_for()
    seconds = our_start(page)
    page.context.close()
    server.close()
    return seconds


def first_drawing(browser: Browser) -> tuple[float, float]:
    """Milliseconds from the end of a fresh Python's first cell to its drawing; pixels moved."""
    server = serve(ROOT / "_site")
    page = cold_page(browser, server, DRAWING_PAGE)
    page.wait_for_selector(".live-cell button")
    milliseconds, moved = page.evaluate(DRAW)
    page.context.close()
    server.close()
    return float(milliseconds), float(moved)


def page_weight(browser: Browser) -> float:
    """Kilobytes on the wire of a chapter that is only read."""
    server = serve(ROOT / "_site")
    wire = Wire(Line("localhost"))
    server.break_("", wire.carry)
    page = cold_page(browser, server, PAGE)
    page.wait_for_load_state("networkidle")
    page.context.close()
    server.close()
    return wire.sent / 1e3


def first_outputs(browser: Browser, line: Line, bar: float, repeats: int) -> Iterator[Figure]:
    """Start on a line with a cold profile, in turn with raw Pyodide."""
    raw, ours = Starts(), Starts()
    for _ in range(repeats):
        measure(browser, line, ROOT / "_site", RAW, raw_start, raw)
        measure(browser, line, ROOT / "_site", PAGE, our_start, ours)
    name = f"first output, {line.name}"
    yield Figure(f"{name}, raw Pyodide", raw.median, "s")
    yield Figure(f"{name}, this site", ours.median, "s")
    yield Figure(f"{name}, this site over raw", ours.median / raw.median, "x", bar, at_most=True)
    if not line.megabits:
        wire = "on the wire to the first output"
        yield Figure(f"{wire}, raw Pyodide", statistics.median(raw.megabytes), "MB")
        yield Figure(f"{wire}, this site", statistics.median(ours.megabytes), "MB", 5.8, True)
        blocked = statistics.median(ours.blocked)
        yield Figure("main thread blocked by the start", blocked, "ms", 100, True)


def stock_outputs(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Start JupyterLite's REPL as it comes, for comparison."""
    starts = Starts()
    with tempfile.TemporaryDirectory() as temporary:
        stock_jupyterlite(Path(temporary))
        for _ in range(repeats):
            folder = Path(temporary) / "_output"
            measure(browser, Line("localhost"), folder, REPL, stock_start, starts)
    yield Figure("first output, localhost, stock JupyterLite's REPL", starts.median, "s")
    megabytes = statistics.median(starts.megabytes)
    yield Figure("on the wire to the first output, stock JupyterLite", megabytes, "MB")


def later_pages(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Start on the second page of a profile, in turn with raw Pyodide's second visit."""
    ours, raw = zip(*(later_page(browser) for _ in range(repeats)), strict=True)
    yield Figure("a later page, raw's second visit", statistics.median(raw), "s")
    yield Figure("a later page, this site", statistics.median(ours), "s")
    ratio = statistics.median(ours) / statistics.median(raw)
    yield Figure("a later page, this site over raw's second visit", ratio, "x", 0.35, True)


def readings(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Press Run where Python was started before, and weigh a page that is only read."""
    seconds = statistics.median(prepared_start(browser) for _ in range(repeats))
    yield Figure("press to output, Python started before", seconds, "s", 0.1, True)
    yield Figure("a chapter that is only read", page_weight(browser), "kB", 350, True)


def slowed_start(browser: Browser, path: str, start: Callable[[Page], float]) -> float:
    """Seconds of a start where page and worker have a quarter of the time."""
    server = serve(ROOT / "_site")
    page = cold_page(browser, server, path)
    page.wait_for_selector(".live-cell button, html[data-measure]")
    with slowed(renderers(browser.new_browser_cdp_session()), 4):
        seconds = start(page)
    page.context.close()
    server.close()
    return seconds


def against_raw(
    name: str,
    unit: str,
    bar: float,
    repeats: int,
    measure: Callable[[str, Callable[[Page], float]], float],
) -> Iterator[Figure]:
    """Measure this site in turn with raw Pyodide; give both medians and their ratio."""
    raw, ours = [], []
    for _ in range(repeats):
        raw.append(measure(RAW, raw_start))
        ours.append(measure(PAGE, our_start))
    yield Figure(f"{name}, raw Pyodide", statistics.median(raw), unit)
    yield Figure(f"{name}, this site", statistics.median(ours), unit)
    ratio = statistics.median(ours) / statistics.median(raw)
    yield Figure(f"{name}, over raw", ratio, "x", bar, True)


def slowed_outputs(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Start on a machine as slow as a phone."""
    name = "first output, page and worker slowed 4 times"
    yield from against_raw(name, "s", 0.45, repeats, partial(slowed_start, browser))


def memory_of_tab(browser: Browser, path: str, start: Callable[[Page], float]) -> float:
    """Megabytes of the tab's process after its first output."""
    server = serve(ROOT / "_site")
    page = cold_page(browser, server, path)
    start(page)
    megabytes = max(map(resident, renderers(browser.new_browser_cdp_session())))
    page.context.close()
    server.close()
    return megabytes


def memories(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Look at the memory of the tab."""
    name = "memory of the tab after the first output"
    yield from against_raw(name, "MB", 1.1, repeats, partial(memory_of_tab, browser))


def drawings(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Draw a graph in the first cell that a fresh Python runs."""
    taken, moved = zip(*(first_drawing(browser) for _ in range(repeats)), strict=True)
    milliseconds = statistics.median(taken)
    yield Figure("first drawing after its cell has run", milliseconds, "ms", 100, True)
    yield Figure("what is below the cell moves by", max(moved), "px", 8, True)


def figures(repeats: int = 5, parts: Sequence[str] = ()) -> Iterator[Figure]:
    """Measure all starts, or the named parts of them; medians of `repeats`."""
    measured: dict[str, Callable[[Browser], Iterator[Figure]]] = {
        line.name: partial(first_outputs, line=line, bar=bar, repeats=repeats)
        for line, bar in LINES.items()
    }
    measured["slowed"] = partial(slowed_outputs, repeats=repeats)
    measured["memory"] = partial(memories, repeats=repeats)
    measured["stock"] = partial(stock_outputs, repeats=repeats)
    measured["later"] = partial(later_pages, repeats=repeats)
    measured["drawing"] = partial(drawings, repeats=repeats)
    measured["reading"] = partial(readings, repeats=repeats)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.FLAGS
        )
        for part in parts or measured:
            yield from measured[part](browser)
        browser.close()


if __name__ == "__main__":
    # python -m tests.benchmarks.start [REPEATS [PART…]]
    report("start", figures(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:]))
