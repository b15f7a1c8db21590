"""Find a Chromium to test with, and start it so that nothing but the site is reached."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

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


def launch(playwright: Playwright, proxy: str, *, remember_left_pages: bool = False) -> Browser:
    """Start the installed browser, or else Playwright's own (`playwright install chromium`).

    Playwright has the browser load left pages anew; `remember_left_pages` lets it put them aside
    whole, as it does for a reader.
    """
    return playwright.chromium.launch(
        ignore_default_args=["--disable-back-forward-cache"] if remember_left_pages else None,
        **options(proxy),
    )


def launch_profile(playwright: Playwright, profile: Path, proxy: str) -> BrowserContext:
    """Start the browser with a profile of its own, which may hold settings."""
    return playwright.chromium.launch_persistent_context(profile, **options(proxy))


def options(proxy: str) -> dict[str, Any]:
    """Return what every start of the browser has in common."""
    return {
        "executable_path": installed(),
        "headless": True,
        "args": FLAGS,
        "proxy": {"server": proxy, "bypass": "127.0.0.1"},
    }
