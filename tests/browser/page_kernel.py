"""The page's kernel without its cells: code goes in, what it shows comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.sync_api import Browser, Page

from tests.browser import site_server
from tests.browser.book_page import START
from tests.browser.site_server import SiteServer

Message: TypeAlias = tuple[str, dict[str, Any]]

WITHOUT_CELLS = "sources/"
BEGIN = """async (bundle) => {
  const { PageKernel, saveSnapshotWhenIdle } = await import(bundle);
  window.kernel = new PageKernel();
  saveSnapshotWhenIdle(window.kernel);
  await window.kernel.start();
}"""
SNAPSHOT_SAVED = "html[data-python-snapshot=saved]"
RUN = """async (code) => {
  const messages = [];
  const publish = ({ type, bundle }) => messages.push([type, bundle]);
  await window.kernel.execute(code, publish);
  return messages;
}"""
BUNDLE = re.compile(r"kernel-(?!main)[^.]+\.js")
ESCAPE = re.compile(r"\x1b\[[\d;]*m")
HASH = "async () => (await kernel.evaluate({ hash: 'hash(\"text\")' })).hash"


@dataclass
class PageKernel:
    """A kernel that has been started in a page."""

    page: Page

    def run(self, code: str) -> list[Message]:
        """Run code; return what it published, neighbouring pieces of one stream joined."""
        found: list[Message] = []
        for kind, content in self.page.evaluate(RUN, code):
            if kind == "stream" and found and same_stream(found[-1], content):
                found[-1][1]["text"] += content["text"]
            elif kind == "update_display_data":
                # A drawing comes when Graphviz has made it, in this run or in a later one.
                continue
            else:
                found.append((kind, content))
        return found

    def printed(self, code: str) -> str:
        """Run code that only prints; return what it printed."""
        messages = self.run(code)
        assert [kind for kind, _ in messages] == ["stream"], messages
        return str(messages[0][1]["text"])

    def error(self, code: str) -> str:
        """Run code that raises; return its traceback without colours."""
        kind, content = self.run(code)[-1]
        assert kind == "execute_error", content
        return ESCAPE.sub("", "\n".join(content["traceback"]))


def same_stream(message: Message, content: dict[str, Any]) -> bool:
    """Say whether a stream's text goes on."""
    kind, before = message
    return kind == "stream" and before["name"] == content["name"]


Start: TypeAlias = Literal["archives", "snapshot", "plain"]
"""From the archives of the fast start, from the snapshot of such a start, or as Pyodide comes."""


@contextmanager
def page_kernel(
    browser: Browser, site: SiteServer, folder: Path, start: Start = "archives"
) -> Iterator[PageKernel]:
    """Start a kernel in a fresh profile."""
    bundle = next(f.name for f in (folder / "assets/live").iterdir() if BUNDLE.fullmatch(f.name))
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(START)
    page = context.new_page()
    page.goto(site.url(WITHOUT_CELLS))
    address = site.url(f"assets/live/{bundle}")
    if start == "plain":
        with site.broken("^boot/start-", site_server.missing) as rule:
            page.evaluate(BEGIN, address)
        assert rule.hits
    else:
        page.evaluate(BEGIN, address)
    if start == "snapshot":
        page.wait_for_selector(SNAPSHOT_SAVED, state="attached")
        first = page.evaluate(HASH)
        later = [started_again(page, address) for _ in range(2)]
        # Of one text the hash differs from start to start, and is the same in one snapshot.
        assert later[0] == later[1] != first
    yield PageKernel(page)
    context.close()


def started_again(page: Page, address: str) -> str:
    """Start the kernel on the page, loaded anew; return the hash of a text there."""
    page.reload()
    page.evaluate(BEGIN, address)
    return str(page.evaluate(HASH))
