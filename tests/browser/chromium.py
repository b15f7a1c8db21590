"""Find a Chromium to test with, and start it so that nothing but the site is reached."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = [
    "--no-sandbox",  # containers and CI have no user namespaces
    # what a browser asks of its maker, which is not the site's doing
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]


def installed() -> str | None:
    """Return the path of an installed Chromium: `CHROMIUM` if set, else the first found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, INSTALLED)), None)


def launch(playwright: Playwright, proxy: str) -> Browser:
    """Start the installed browser, or else Playwright's own (`playwright install chromium`)."""
    return playwright.chromium.launch(
        executable_path=installed(),
        headless=True,
        args=FLAGS,
        proxy={"server": proxy, "bypass": "127.0.0.1"},
    )
