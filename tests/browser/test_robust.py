"""No cell takes the page down: what runs away is stopped, what dies is said and started again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import site_server
from tests.browser.book_page import RUN, START, BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.floods import FLOODS
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch


@pytest.fixture(scope="module")
def bench(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open the chapter and start its Python, for readers who write bad code into cell 1."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, watch):
        # A dying Python writes down why; that is what these tests want.
        watch.allow(r"Pyodide|pyodide|RangeError|RuntimeError|memory|Python|stack")
        watch.allow(r"Program terminated with exit\(1\)")
        book.open(CHAPTER)
        book.cell(1).edit("kept = 41")
        book.cell(1).run()
        book.expect_done(1)
        yield book


def run(book: BookPage, code: str) -> None:
    """Run code in cell 1."""
    book.cell(1).edit(code)
    book.cell(1).run()


def expect_answer(book: BookPage, code: str, answer: str) -> None:
    """Run code in cell 1 and wait for what it prints."""
    run(book, code)
    book.cell(1).expect_output(answer)
    book.expect_status("Ready")


def expect_responsive(book: BookPage) -> None:
    """The page answers a reader while Python is at work."""
    more = book.page.locator("#live-controls summary")
    item = book.page.get_by_role("button", name="Reset page")
    more.click()
    expect(item).to_be_visible()
    more.click()
    expect(item).to_be_hidden()


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        pass",
        "import time\ntime.sleep(1e6)",
        "import asyncio\nawait asyncio.sleep(1e6)",
    ],
    ids=["loop", "busy loop", "sleep", "await"],
)
def test_stop_interrupts_and_the_variables_survive(bench: BookPage, code: str) -> None:
    run(bench, f"kept = 41\nprint('at', 'work')\n{code}")
    bench.cell(1).expect_output("at work")
    bench.expect_status("Running")
    bench.stop.click()
    bench.expect_status("Stopped. Variables are kept")
    expect_answer(bench, "print(kept + 1)", "42")


ENDLESS = """
import functools, json
class Value:
    def __init__(self, data):
        self.data = data
    def __add__(self, other):
        return Value(self + other)
    def __radd__(self, other):
        return other + self
    def __pow__(self, k):
        return k * self ** (k - 1)
    def __repr__(self):
        return f"{self}"
    def __hash__(self):
        return hash(self)
@functools.lru_cache
def cached(n):
    return cached(n + 1)
def ordered(n):
    return sorted([n, n], key=ordered)
def partial(n):
    return functools.partial(partial, n)()
def written(n):
    return json.dumps(object(), default=written)
v = Value(1.0)
"""
ENDLESS_CALLS = ["v + v", "1 + v", "v**3", "v", "[v]", "hash(v)", "cached(1)", "ordered(1)"]
ENDLESS_CALLS += ["partial(1)", "written(1)"]


def test_calls_without_end_are_an_error_and_the_variables_survive(chapter: BookPage) -> None:
    """At once after a start, when the browser has not optimized Python yet, and again."""
    for call in [*ENDLESS_CALLS, *ENDLESS_CALLS[:4]]:
        run(chapter, f"{ENDLESS}kept = 41\n{call}")
        cell = chapter.cell(1)
        expect(cell.group).to_have_attribute("data-state", "error", timeout=START)
        cell.expect_output("RecursionError")
        assert len(cell.output.inner_text().splitlines()) < 50, call
        chapter.expect_status("Ready")
    expect_answer(chapter, "print(kept + 1)", "42")
    chain = "from micrograd import Value\nv = w = Value(1.0)\nfor _ in range(100_000): v = v * 1.0"
    expect_answer(chapter, f"{chain}\nv.backward()\nprint('slope', w.grad)", "slope 1.0")


def test_what_cannot_be_interrupted_is_restarted_and_can_be_run_again(
    chapter: BookPage,
) -> None:
    chapter.cell(1).edit("kept = 41")
    chapter.cell(2).edit("print(kept + 1)")
    chapter.cell(2).run()
    chapter.cell(2).expect_output("42")
    # One call into C, which never looks whether it should stop.
    chapter.cell(3).edit("print('at work')\nsum(range(10**18))")
    chapter.cell(3).run()
    chapter.cell(3).expect_output("at work")
    chapter.stop.click()
    expect(chapter.status).to_contain_text(
        "Python could not be interrupted and was restarted", timeout=RUN
    )
    again = chapter.page.get_by_role("button", name="Run the same cells again")
    expect(again).to_be_visible()
    expect(chapter.cell(2).output).to_contain_text("42")
    expect(chapter.cell(3).output).to_contain_text("Stopped before it had ended")
    chapter.cell(2).edit("print(kept + 2)")
    again.click()
    chapter.cell(2).expect_output("43")
    expect(again).to_be_hidden()


def test_python_asks_in_the_page(bench: BookPage) -> None:
    run(bench, "print('Hello', input('Who are you? '))")
    question = bench.cell(1).output.get_by_role("textbox", name="Who are you?")
    question.fill("Ada <b>")
    question.press("Enter")
    bench.cell(1).expect_output("Hello Ada <b>")
    bench.expect_status("Ready")


def test_a_question_can_be_stopped(bench: BookPage) -> None:
    run(bench, "kept = 41\ninput('Who are you? ')")
    expect(bench.cell(1).output.get_by_role("textbox")).to_be_visible()
    bench.stop.click()
    bench.expect_status("Stopped")
    expect(bench.cell(1).output.get_by_role("textbox")).to_have_count(0)
    expect_answer(bench, "print(kept + 1)", "42")


CATCHES = """print('at', 'work', flush=True)
import time

while True:
    try:
        {}
    except{}:
        pass"""
STUBBORN = {
    "bare except": CATCHES.format("sum(range(1000))", ""),
    "input": CATCHES.format("input('Who?')", " BaseException"),
    "sleep": CATCHES.format("time.sleep(0.2)", ""),
}


@pytest.mark.parametrize("kind", STUBBORN)
def test_a_loop_that_catches_every_interrupt_is_stopped_and_the_variables_survive(
    bench: BookPage, kind: str
) -> None:
    expect_answer(bench, "kept = 41\nprint('ready')", "ready")
    run(bench, STUBBORN[kind])
    bench.cell(1).expect_output("at work")
    bench.stop.click()
    bench.expect_status("Stopped")
    expect(bench.status).to_contain_text("Variables are kept")
    expect(bench.cell(1).output.get_by_role("textbox")).to_have_count(0)
    expect_answer(bench, "print(kept + 1)", "42")


def test_a_million_prints_leave_the_page_responsive(bench: BookPage) -> None:
    run(bench, "for i in range(1_000_000):\n    print('line', i)\nfinished = True")
    bench.cell(1).expect_output("line 0")
    expect_responsive(bench)
    bench.expect_done(1)
    assert len(bench.cell(1).output.inner_text()) < 200_000
    expect_answer(bench, "print('finished' in globals())", "True")


def test_no_block_of_a_long_stream_is_long_for_a_browser_to_lay_out(bench: BookPage) -> None:
    run(bench, "for i in range(9_000):\n    print('line', i)")
    bench.expect_done(1)
    stream = bench.cell(1).output.locator("pre")
    printed = [f"line {i}" for i in range(9_000)]
    assert stream.inner_text().splitlines() == printed
    assert (stream.text_content() or "").splitlines() == printed
    longest = stream.evaluate(
        """stream => {
            const isBlock = element => getComputedStyle(element).display === 'block';
            const blocks = [...stream.children].filter(isBlock);
            const lengths = blocks.map(block => block.textContent.length);
            const inBlocks = lengths.reduce((sum, length) => sum + length, 0);
            return Math.max(stream.textContent.length - inBlocks, ...lengths);
        }"""
    )
    assert longest < 20_000


@pytest.mark.parametrize(
    "shown",
    [
        "HTML('<p>x</p>' * 6_500_000)",
        "HTML('<p>' + 'x' * 50_000_000)",
        "print('x' * 50_000_000)",
        "['x' * 50_000_000]",
    ],
    ids=["paragraphs", "one paragraph", "text", "repr"],
)
def test_fifty_megabytes_leave_the_page_responsive(bench: BookPage, shown: str) -> None:
    run(bench, f"from IPython.display import HTML\n{shown}")
    expect_responsive(bench)
    bench.expect_done(1)
    expect(bench.cell(1).output).to_contain_text(re.compile("not shown|more characters"))
    assert len(bench.cell(1).output.inner_html()) < 2_000_000
    expect_answer(bench, "print(6 * 7)", "42")


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_of_any_kind_leaves_the_page_responsive_and_can_be_stopped(
    bench: BookPage, kind: str
) -> None:
    expect_answer(bench, "kept = 41\nprint('ready')", "ready")
    run(bench, FLOODS[kind])
    bench.cell(1).expect_output("line")
    expect_responsive(bench)
    bench.stop.click()
    bench.expect_status("Stopped")
    expect_answer(bench, "print('still', kept, n > 0)", "still 41 True")


def test_recursion_without_end_is_an_error(bench: BookPage) -> None:
    run(bench, "def f(n):\n    return f(n + 1)\n\nf(0)")
    bench.cell(1).expect_output("RecursionError")
    bench.expect_status("Ready")
    expect_answer(bench, "print(6 * 7)", "42")


def test_memory_without_end_is_an_error(bench: BookPage) -> None:
    run(bench, "hoard = []\nwhile True:\n    hoard.append(bytes(300_000_000))")
    expect_responsive(bench)
    bench.cell(1).expect_output("MemoryError")
    bench.cell(1).expect_output("Delete what is large, as `del name`, or press Restart.")
    bench.expect_status("Ready")
    expect_answer(bench, "del hoard\nprint(6 * 7)", "42")


DEATHS = {
    "exit": "import os\nos._exit(1)",
    "closed": "from js import self\nself.close()",
    "stack": "nest = []\nfor _ in range(2_000_000):\n    nest = [nest]\ndel nest",
}


@pytest.mark.parametrize("code", DEATHS.values(), ids=DEATHS.keys())
def test_a_python_that_dies_is_started_again_at_a_button(bench: BookPage, code: str) -> None:
    expect_answer(bench, "kept = 41\nprint('alive')", "alive")
    bench.cell(2).edit("print('stays ' 'here')")
    bench.cell(2).run()
    bench.cell(2).expect_output("stays here")
    run(bench, code)
    bench.expect_status("Failed")
    expect_responsive(bench)
    expect(bench.cell(2).output).to_contain_text("stays here")
    expect(bench.cell(2).code).to_have_text("print('stays ' 'here')")
    bench.restart.click()
    bench.expect_status("Ready")
    expect_answer(bench, "print('kept' in globals())", "False")


def test_a_start_that_failed_can_be_tried_again(
    book: BookPage, watch: Watch, site: SiteServer
) -> None:
    watch.allow(r"Failed to load resource|ERR_|Failed to fetch|Python|standard library")
    watch.allow(r"\(\S+/(pyodide|assets/live)/\S+\)$")
    book.open(CHAPTER)
    with site.broken(r"^lite/jupyter-lite\.json$", site_server.drop):
        book.cell(1).run()
        expect(book.status).to_contain_text(re.compile("^Failed: .*try again"), timeout=START)
    book.page.get_by_role("button", name="Retry").click()
    # What the reader wanted to run, runs.
    book.expect_done(1)
    book.expect_status("Ready")
