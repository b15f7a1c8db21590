"""Lighthouse's marks for the front page and a chapter, as a phone on a slow line sees them.

These are Lighthouse's own default settings: a simulated phone, four times slower than this machine,
at 1.6 Mbit/s.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.benchmarks.table import Figure, report
from tests.browser import chromium
from tests.browser.site_server import SiteServer

ROOT = Path(__file__).parents[2]
PAGES = {"front page": "", "a chapter": "training-a-classifier/"}
BARS = {"accessibility": 100, "best-practices": 100, "performance": 95}


def browser_path() -> str:
    """The installed Chromium, else Playwright's."""
    if path := chromium.installed():
        return path
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def audit(url: str) -> dict[str, Any]:
    """Lighthouse's report on one page."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        command = [
            str(ROOT / "site" / "node_modules" / ".bin" / "lighthouse"),
            url,
            f"--only-categories={','.join(BARS)}",
            "--output=json",
            f"--output-path={written}",
            f"--chrome-path={browser_path()}",
            f"--chrome-flags=--headless=new {' '.join(chromium.FLAGS)}",
            "--quiet",
        ]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(written.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def faults(audited: dict[str, Any]) -> list[str]:
    """What keeps a page from full marks, a line each."""
    lines = []
    for category in BARS:
        for part in audited["categories"][category]["auditRefs"]:
            found = audited["audits"][part["id"]]
            if part["weight"] and found["score"] is not None and found["score"] < 0.9:
                shown = found.get("displayValue", "")
                lines.append(f"{category}: {found['title']} {shown}".rstrip())
    return lines


def figures(repeats: int = 5) -> list[Figure]:
    """The median of each mark, from 0 to 100, of each page."""
    got = []
    server = SiteServer(ROOT / "_site")
    for name, path in PAGES.items():
        audits = [audit(server.url(path)) for _ in range(repeats)]
        for category, bar in BARS.items():
            marks = [audited["categories"][category]["score"] * 100 for audited in audits]
            title = f"Lighthouse, {category.replace('-', ' ')}, {name}"
            got.append(Figure(title, statistics.median(marks), "of 100", bar))
        for fault in faults(audits[-1]):
            print(f"{name}: {fault}", file=sys.stderr)
    server.close()
    return got


if __name__ == "__main__":
    report("lighthouse", figures(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
