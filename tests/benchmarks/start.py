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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.table import Figure, report
from tests.browser import chromium
from tests.browser.site_server import Answer, SiteServer

ROOT = Path(__file__).parents[2]
PAGE = "training-a-classifier/"
LATER_PAGE = "a-neuron-by-hand/"
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
    Line("localhost"): 0.7,
    Line("50 Mbit/s", 50, 0.04): 0.85,
    Line("10 Mbit/s", 10, 0.04): 1.0,
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
    (folder / "jupyter-lite.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--apps", "repl"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    shutil.copytree(ROOT / "_site" / "pyodide", folder / "_output" / "pyodide")
    (folder / "_output" / RAW).write_text(RAW_PAGE)


def cold_page(browser: Browser, server: SiteServer, path: str) -> Page:
    """Open a page in a fresh profile, without a service worker that fetches beside the start."""
    page = browser.new_context(service_workers="block").new_page()
    page.set_default_timeout(180_000)
    page.route(f"**/{RAW}", lambda route: route.fulfill(body=RAW_PAGE, content_type="text/html"))
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
    server = SiteServer(root)
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
    """Seconds of the start on a second page of one profile: this site's and raw Pyodide's."""
    server = SiteServer(ROOT / "_site")
    page = cold_page(browser, server, PAGE)
    our_start(page)
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
    server = SiteServer(ROOT / "_site")
    page = cold_page(browser, server, PAGE)
    page.locator(".live-cell").first.hover()
    page.get_by_role("status").filter(has_text="Ready").wait_for()
    seconds = our_start(page)
    page.context.close()
    server.close()
    return seconds


def page_weight(browser: Browser) -> float:
    """Kilobytes on the wire of a chapter that is only read."""
    server = SiteServer(ROOT / "_site")
    wire = Wire(Line("localhost"))
    server.break_("", wire.carry)
    page = cold_page(browser, server, PAGE)
    page.wait_for_load_state("networkidle")
    page.context.close()
    server.close()
    return wire.sent / 1e3


def figures(repeats: int = 5) -> list[Figure]:
    """Measure all starts; medians of `repeats`."""
    got: list[Figure] = []
    site = ROOT / "_site"
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        stock = Path(temporary)
        stock_jupyterlite(stock)
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), headless=True, args=chromium.FLAGS
        )
        for line, bar in LINES.items():
            raw, ours, repl = Starts(), Starts(), Starts()
            for _ in range(repeats):
                measure(browser, line, site, RAW, raw_start, raw)
                measure(browser, line, site, PAGE, our_start, ours)
                if not line.megabits:
                    measure(browser, line, stock / "_output", REPL, stock_start, repl)
            name = f"first output, {line.name}"
            got.append(Figure(f"{name}, raw Pyodide", raw.median, "s"))
            got.append(Figure(f"{name}, this site", ours.median, "s"))
            ratio = ours.median / raw.median
            got.append(Figure(f"{name}, this site over raw", ratio, "x", bar, at_most=True))
            if not line.megabits:
                got.append(Figure(f"{name}, stock JupyterLite's REPL", repl.median, "s"))
                for label, starts, most in (
                    ("raw Pyodide", raw, None),
                    ("this site", ours, 7.5),
                    ("stock JupyterLite's REPL", repl, None),
                ):
                    megabytes = statistics.median(starts.megabytes)
                    title = f"on the wire to the first output, {label}"
                    got.append(Figure(title, megabytes, "MB", most, at_most=True))
                blocked = statistics.median(ours.blocked)
                got.append(Figure("main thread blocked by the start", blocked, "ms", 100, True))
        later = [later_page(browser) for _ in range(repeats)]
        ratio = statistics.median(ours for ours, _ in later) / statistics.median(
            raw for _, raw in later
        )
        got.append(Figure("a later page, this site over raw's second visit", ratio, "x", 0.5, True))
        prepared = statistics.median(prepared_start(browser) for _ in range(repeats))
        got.append(Figure("press to output, Python started before", prepared, "s", 0.1, True))
        got.append(Figure("a chapter that is only read", page_weight(browser), "kB", 350, True))
        browser.close()
    return got


if __name__ == "__main__":
    report("start", figures(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
