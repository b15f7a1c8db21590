"""The tools of these tests see what they are there to see."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import outputs, site_server
from tests.browser.outputs import Output
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

TEXT = "the quick brown fox jumps over the lazy dog " * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(
        "<!doctype html><link rel=icon href=data:,><p>old", encoding="utf-8"
    )
    (tmp_path / "file.bin").write_text(TEXT, encoding="utf-8")
    (tmp_path / "file.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def small_site(folder: Path) -> Iterator[SiteServer]:
    server = SiteServer(folder)
    yield server
    server.close()


@pytest.fixture
def watched(
    browser: Browser, small_site: SiteServer, outside: Outside
) -> Iterator[tuple[Page, Watch]]:
    context = browser.new_context()
    yield context.new_page(), Watch(context, small_site, outside)
    context.close()


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def test_the_site_is_served_below_a_path_only(small_site: SiteServer) -> None:
    assert b"old" in fetch(small_site.url())
    with pytest.raises(urllib.error.HTTPError, match="404") as raised:
        fetch(f"{small_site.origin}/index.html")
    raised.value.close()


def test_text_is_gzipped_and_no_header_isolates_the_page(small_site: SiteServer) -> None:
    asked = urllib.request.Request(small_site.url("file.txt"), headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < len(TEXT) / 5
        assert not [name for name in answer.headers if name.lower().startswith("cross-origin")]


def test_each_fault_is_what_a_client_meets(small_site: SiteServer) -> None:
    url = small_site.url("file.bin")
    with small_site.broken("file", site_server.drop), pytest.raises(ConnectionError):
        fetch(url)
    with small_site.broken("file", site_server.cut), pytest.raises(http.client.IncompleteRead):
        fetch(url)
    with small_site.broken("file", site_server.truncate):
        assert fetch(url) == TEXT[: len(TEXT) // 2].encode()
    with small_site.broken("file", site_server.alter):
        altered = fetch(url)
        assert len(altered) == len(TEXT)
        assert altered != TEXT.encode()
    with small_site.broken("file", site_server.missing, times=1):
        with pytest.raises(urllib.error.HTTPError, match="404") as raised:
            fetch(url)
        raised.value.close()
        assert fetch(url) == TEXT.encode()
    assert fetch(url) == TEXT.encode()


def test_a_call_to_the_outside_is_noticed(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.goto(watch.site.url())
    assert watch.problems == []
    page.evaluate("fetch('http://stranger.example/a').catch(() => 0)")
    assert "a request left the origin: http://stranger.example/a" in watch.problems
    assert "a call reached the outside: GET http://stranger.example/a" in watch.problems


def test_a_workers_call_to_the_outside_is_noticed(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.goto(watch.site.url())
    page.evaluate(
        """() => new Promise(resolve => {
          const call = 'fetch("http://stranger.example/w").catch(() => 0)';
          const code = new Blob([call + '.then(() => postMessage(0))']);
          const worker = new Worker(URL.createObjectURL(code));
          worker.onmessage = resolve;
        })"""
    )
    assert "a call reached the outside: GET http://stranger.example/w" in watch.problems


def test_errors_in_the_console_are_noticed(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.goto(watch.site.url())
    with page.expect_console_message():
        page.evaluate("console.error('broken', 1)")
    with watch.context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('nobody caught this') })")
    assert any("broken 1" in problem for problem in watch.problems)
    assert any("nobody caught this" in problem for problem in watch.problems)
    watch.allow("broken 1")
    assert not any("broken 1" in problem for problem in watch.problems)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ("loss 5.528238732749994", "loss 5.528238732749995", True),
        ("loss 5.528238732749994", "loss 5.528238742749994", False),
        ("41 parameters", "42 parameters", False),
        ("a = 1", "b = 1", False),
        ("layer1 x", "layer2 x", False),
        ("tail  \n", "tail", True),
    ],
)
def test_outputs_are_compared_number_by_number(expected: str, got: str, same: bool) -> None:
    def one(text: str) -> list[Output]:
        return [Output("out-text", text, [])]

    assert (outputs.differences(one(expected), one(got)) == []) is same


def test_outputs_of_another_kind_or_number_differ() -> None:
    text, stream = Output("out-text", "1", []), Output("out-stdout out-stream", "1", [])
    assert outputs.differences([text], [stream])
    assert outputs.differences([text], [])
    assert outputs.differences([], [text])


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ('<svg id="b"><path d="M1,2.0000000000001"/><text>grad 1.0</text></svg>', True),
        ('<svg id="a"><path d="M1,2.1"/><text>grad 1.0</text></svg>', False),
        ('<svg id="a"><path d="M1,2"/><text>grad 2.0</text></svg>', False),
        ('<svg id="a"><path d="M1,2.0"/></svg>', False),
        ('<svg id="a"><text>grad 1.0</text><path d="M1,2.0"/></svg>', False),
    ],
)
def test_drawings_are_compared_element_by_element(
    watched: tuple[Page, Watch], other: str, same: bool
) -> None:
    page, _ = watched
    drawing = '<svg id="a"><path d="M1,2.0"/><text>grad 1.0</text></svg>'
    page.set_content(
        f'<div id="one"><div class="out out-svg">{drawing}</div></div>'
        f'<div id="two"><div class="out out-svg">{other}</div></div>'
    )
    one, two = outputs.read(page.locator("#one")), outputs.read(page.locator("#two"))
    assert one[0].drawings
    assert (outputs.differences(one, two) == []) is same
