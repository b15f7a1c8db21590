"""What a cell says and shows: the same small programs as in Chromium, in one page."""

from __future__ import annotations

import pytest

from tests.browser.test_cells import ABOVE, ON_TOP
from tests.browser.test_robust import STUBBORN
from tests.browser.test_words import GRADIENT
from tests.browser.words import CANNOT_WAIT, ERRORS, RICH, SHOWN, WAITING
from tests.other_browsers.driver import expect, quoted
from tests.other_browsers.reader import Reader, output_of


@pytest.fixture(scope="module")
def opened(reader: Reader) -> Reader:
    """Open a chapter."""
    reader.open("losses/")
    return reader


def run(reader: Reader, code: str, state: str) -> str:
    """Run code in cell 1, wait until the run has ended in `state`, and return what is shown."""
    reader.paste(1, code)
    reader.run(1)
    reader.expect_states(state, cell=1)
    reader.expect_status("Ready")
    return reader.output(1)


def waits(reader: Reader) -> bool:
    """Say whether the browser's WebAssembly can wait in the midst of a call."""
    able: bool = reader.driver.evaluate("'Suspending' in WebAssembly")
    return able


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_an_error_and_says_what_is_wrong(opened: Reader, kind: str) -> None:
    code, words = ERRORS[kind]
    if kind in WAITING and not waits(opened):
        words = CANNOT_WAIT
    shown = run(opened, code, "error")
    assert shown.count(words) == 1, shown
    assert "site-packages" not in shown


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_written_past_the_usual_way_is_shown_once(opened: Reader, kind: str) -> None:
    code, words = SHOWN[kind]
    if kind in WAITING and not waits(opened):
        assert run(opened, code, "error").count(CANNOT_WAIT) == 1
        return
    run(opened, code, "done")
    opened.expect_output(1, words)
    shown = opened.output(1)
    assert shown.count(words) == 1, shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("kind", RICH)
def test_rich_output_is_shown(opened: Reader, kind: str) -> None:
    code, selector = RICH[kind]
    run(opened, f"from IPython.display import Latex, Markdown, Math\n{code}", "done")
    found = f"{output_of(1)}.querySelector({quoted(f'.out-rich :is({selector})')})"
    expect(opened.driver, found, f"{selector} is in the output")


def test_two_drawings_with_one_id_keep_their_own_gradients(opened: Reader) -> None:
    drawings = [GRADIENT.format(colour) for colour in ("red", "lime")]
    code = f"from IPython.display import SVG, display\ndisplay(*map(SVG, {drawings!r}))"
    run(opened, code, "done")
    colours = opened.driver.evaluate(
        f"""[...{output_of(1)}.querySelectorAll('rect')].map(shape => {{
            const id = /#([^"')]+)/.exec(shape.getAttribute('fill'))[1];
            return document.getElementById(id).querySelector('stop').getAttribute('stop-color');
        }})"""
    )
    assert colours == ["red", "lime"]


def test_html_lies_nowhere_above_the_page(opened: Reader) -> None:
    run(opened, f"from IPython.display import HTML\nHTML({ABOVE!r})", "done")
    for name in "more", "on":
        opened.press(name)
    assert opened.driver.evaluate(f"document.querySelector({quoted(ON_TOP)}) === null")


def test_the_lectures_own_digraph_draws(opened: Reader) -> None:
    run(opened, "from graphviz import Digraph\ng = Digraph()\ng.edge('a', 'b')\ng", "done")
    drawn = f"{output_of(1)}.querySelectorAll('svg g.node').length === 2"
    expect(opened.driver, drawn, "the graph is drawn")


@pytest.mark.parametrize("kind", STUBBORN)
def test_a_loop_that_catches_every_interrupt_is_stopped_and_the_variables_survive(
    opened: Reader, kind: str
) -> None:
    opened.paste(1, f"kept = {kind!r}\n{STUBBORN[kind]}")
    opened.run(1)
    opened.expect_output(1, "at work")
    opened.press("Stop")
    opened.expect_status("Stopped. Variables are kept")
    assert opened.driver.evaluate(f"{output_of(1)}.querySelector('input') === null")
    assert kind in run(opened, "print('kept', kept)", "done")
