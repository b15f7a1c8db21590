"""Each browser is started once, with a server of its own that goes away at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.conftest import built
from tests.browser.site_server import SiteServer
from tests.other_browsers.driver import Driver
from tests.other_browsers.firefox import Firefox
from tests.other_browsers.reader import Reader
from tests.other_browsers.webkit import WebKit

__all__ = ["built"]


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def reader(request: pytest.FixtureRequest, built: Path) -> Iterator[Reader]:
    """Start the browser, with the site behind a plain server."""
    with closing(SiteServer(built)) as site:
        driver: Driver = Firefox(site.origin) if request.param == "Firefox" else WebKit()
        with closing(driver):
            yield Reader(driver, site)
