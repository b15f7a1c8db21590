"""`python -m tests.browser.screenshots FOLDER`: the README's pictures, from the built site."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

CHAPTER = "training-a-classifier/"


def take(folder: Path, built: Path) -> Path:
    """Write `chapter.png`, the middle of a chapter at twice the pixels, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "chapter.png"
    outside, site = Outside(), SiteServer(built)
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright, outside.address)
            page = browser.new_page(
                viewport={"width": 1100, "height": 760}, color_scheme="light", device_scale_factor=2
            )
            page.goto(site.url(CHAPTER), wait_until="networkidle")
            page.evaluate("document.fonts.ready.then(() => true)")
            page.screenshot(path=target)
            browser.close()
    finally:
        site.close()
        outside.close()
    return target


if __name__ == "__main__":
    print(take(Path(sys.argv[1]), Path("_site")))
