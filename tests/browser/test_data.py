"""Digits and names are files of the site, fetched when Python first asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import site_server
from tests.browser.page_kernel import Start, page_kernel
from tests.browser.site_server import SiteServer

ASK = """from micrograd import datasets
images, labels = datasets.digits()
names = datasets.names()
print(len(images), labels[:3], sum(images[0]) * 16, len(names), names[0])"""
# 294 is the sum of the first row of scikit-learn's digits.csv.
ANSWER = "1797 [0, 1, 2] 294.0 8403 aaren\n"
DATA = "^pyodide/data/"


@pytest.mark.parametrize("start", ["archives", "snapshot", "plain"])
def test_data_sets_are_read_however_python_started(
    browser: Browser, built: Path, start: Start
) -> None:
    site = SiteServer(built)
    rule = site.break_(DATA, site_server.whole)
    with page_kernel(browser, site, built, start) as kernel:
        assert rule.hits == 0
        assert kernel.printed(ASK) == ANSWER
        assert kernel.printed(ASK) == ANSWER
        assert rule.hits == 2  # once for each of the files
    site.close()


def test_a_data_set_that_cannot_be_loaded_says_what_to_do(browser: Browser, built: Path) -> None:
    site = SiteServer(built)
    with page_kernel(browser, site, built) as kernel:
        for fault in (site_server.missing, site_server.drop):
            with site.broken(DATA, fault):
                error = kernel.error(ASK)
            assert "digits.txt could not be loaded from the book's site" in error
            assert "Run the cell again" in error
        assert kernel.printed(ASK) == ANSWER
    site.close()
