"""A list of cells ends the same, however Python was started."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.page_kernel import Message, Start, page_kernel
from tests.browser.site_server import SiteServer

CELLS = Path(__file__).with_name("hundred-cells.txt").read_text(encoding="utf-8").split("# %%\n")
# Addresses in memory, and the names that displays get by chance.
BY_CHANCE = re.compile(r"\b0x[0-9a-f]+|\b[0-9a-f]{32}\b")


def ends(browser: Browser, site: SiteServer, built: Path, start: Start) -> Iterator[list[Message]]:
    """Run the cells in a fresh kernel, one after the other."""
    with page_kernel(browser, site, built, start) as kernel:
        for cell in CELLS:
            yield json.loads(BY_CHANCE.sub("#", json.dumps(kernel.run(cell))))


@pytest.fixture(scope="module")
def plainly(browser: Browser, built: Path) -> list[list[Message]]:
    """Run the cells in JupyterLite's plain kernel."""
    site = SiteServer(built)
    ended = list(ends(browser, site, built, "plain"))
    site.close()
    return ended


@pytest.mark.parametrize("start", ["archives", "snapshot"])
def test_a_hundred_cells_end_as_in_a_plain_kernel(
    browser: Browser,
    shared_site: SiteServer,
    built: Path,
    plainly: list[list[Message]],
    start: Start,
) -> None:
    assert len(CELLS) >= 100
    got = list(ends(browser, shared_site, built, start))
    assert sum(bool(messages) for messages in got) > 80
    found = zip(CELLS, got, plainly, strict=True)
    different = [cell for cell, messages, expected in found if messages != expected]
    for cell in different:
        number = CELLS.index(cell)
        print(f"--- {cell}\ngot {got[number]}\nexpected {plainly[number]}")
    assert different == []
