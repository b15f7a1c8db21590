"""Seconds to the first output in Firefox and WebKit: this site and raw Pyodide, first and later.

Each repeat has a fresh browser and no service worker, as the same figures of Chromium.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

from tests.benchmarks.start import LATER_PAGE, PAGE, PRESS_RUN, RAW, ROOT, serve
from tests.benchmarks.table import Figure, report
from tests.browser.site_server import SiteServer, missing
from tests.other_browsers.driver import Driver, expect
from tests.other_browsers.firefox import Firefox
from tests.other_browsers.webkit import WebKit

BROWSERS: dict[str, Callable[[SiteServer], Driver]] = {
    "Firefox": lambda server: Firefox(server.origin),
    "WebKit": lambda server: WebKit(),
}

BARS = {"Firefox": 0.5, "WebKit": 0.8}
"""The most that this site's first output may take over raw Pyodide's."""


def ours(driver: Driver, server: SiteServer) -> list[float]:
    """Seconds from the press to the output: on a first page, and on one with a snapshot."""
    seconds = []
    for page in (PAGE, LATER_PAGE):
        driver.open(server.url(page))
        expect(driver, "document.querySelector('.live-cell button')", "the page has its buttons")
        seconds.append(float(driver.evaluate(f"({PRESS_RUN})()")) / 1000)
        saved = "document.documentElement.dataset.pythonSnapshot"
        expect(driver, f"{saved} === 'saved'", "the snapshot of Python is saved")
    return seconds


def raw(driver: Driver, server: SiteServer) -> list[float]:
    """Seconds of `loadPyodide` and a print: on a first visit and on a second."""
    seconds = []
    for _ in range(2):
        driver.open(server.url(RAW))
        expect(driver, "'measure' in document.documentElement.dataset", "the page is ready")
        seconds.append(float(driver.evaluate("measure()")) / 1000)
    return seconds


def figures(repeats: int = 3) -> Iterator[Figure]:
    """Measure both browsers; medians of `repeats`."""
    for name, start in BROWSERS.items():
        measured: dict[str, list[list[float]]] = {"this site": [], "raw": []}
        for _ in range(repeats):
            for kind, measure in {"this site": ours, "raw": raw}.items():
                with closing(serve(ROOT / "_site")) as server:
                    server.break_("^service-worker.js$", missing)
                    with closing(start(server)) as driver:
                        measured[kind].append(measure(driver, server))
        for position, visit in enumerate(["first output", "a later page"]):
            medians = {
                kind: statistics.median(seconds[position] for seconds in taken)
                for kind, taken in measured.items()
            }
            yield Figure(f"{name}, {visit}, raw Pyodide", medians["raw"], "s")
            yield Figure(f"{name}, {visit}, this site", medians["this site"], "s")
            ratio = medians["this site"] / medians["raw"]
            bar = BARS[name] if visit == "first output" else None
            yield Figure(f"{name}, {visit}, this site over raw", ratio, "x", bar, at_most=True)


if __name__ == "__main__":
    # python -m tests.benchmarks.other_browsers [REPEATS]
    report("other browsers", figures(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
