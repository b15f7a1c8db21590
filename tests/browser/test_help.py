"""The editor helps: names and docstrings of live objects, brackets, undo, the lines of errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.book_page import BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer

CLASS = '''class Kettle:
    """Boils water for tea."""

    def __init__(self):
        self.whistles_loudly = True

    def whip_up(self, cups):
        """Make that many cups."""

kettle = Kettle()'''


# CodeMirror's `interactionDelay`: a list that has only just opened takes no keys, lest a reader who
# types on should choose from it. Nothing on the page tells when it is over.
INTERACTION_DELAY = 100


@pytest.fixture(scope="module")
def bench(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open the chapter and define a kettle in its Python."""
    with visit(browser, shared_site, outside, **ONLINE) as (book, _):
        book.open(CHAPTER)
        book.cell(1).edit(CLASS)
        book.cell(1).run()
        book.expect_done(1)
        yield book


def test_attributes_of_a_live_object_are_offered(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("")
    cell.editor.press_sequentially("kettle.wh")
    options = bench.page.get_by_role("option")
    expect(options).to_have_text(["whip_up", "whistles_loudly"])
    bench.page.wait_for_timeout(INTERACTION_DELAY)
    cell.editor.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    cell.editor.press("Tab")
    expect(cell.editor).to_have_text("kettle.whistles_loudly")


def test_names_are_offered_and_escape_puts_them_away(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("")
    cell.editor.press_sequentially("print(kett")
    expect(bench.page.get_by_role("option")).to_have_text(["kettle"])
    cell.editor.press("Escape")
    expect(bench.page.get_by_role("option")).to_have_count(0)


def test_nothing_is_offered_to_a_reader_who_has_gone_on(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("")
    cell.editor.press_sequentially("kettle")
    cell.run()
    bench.expect_done(2)
    expect(bench.page.get_by_role("option")).to_have_count(0)


def test_shift_tab_shows_a_docstring(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("kettle.whip_up")
    cell.editor.press("Shift+Tab")
    documentation = bench.page.locator(".live-documentation")
    expect(documentation).to_contain_text("Make that many cups.")
    expect(documentation).to_contain_text("cups")
    cell.editor.press("Escape")
    expect(documentation).to_have_count(0)


def test_a_pointer_that_rests_on_a_name_shows_its_docstring(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("Kettle")
    cell.editor.locator(".cm-line").hover(position={"x": 30, "y": 8})  # on the word
    expect(bench.page.locator(".live-documentation")).to_contain_text("Boils water for tea.")
    bench.page.mouse.move(0, 0)
    expect(bench.page.locator(".live-documentation")).to_have_count(0)


def test_brackets_close_and_match(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("")
    cell.editor.press_sequentially("sum([1, 2")
    expect(cell.editor).to_have_text("sum([1, 2])")
    cell.editor.press("End")
    expect(cell.editor.locator(".cm-matchingBracket")).to_have_text(["(", ")"])


def test_undo_reaches_back_over_runs(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("print('fir' 'st')")
    cell.editor.press("Control+Enter")
    cell.expect_output("first")
    cell.edit("print('sec' 'ond')")
    cell.editor.press("Control+Enter")
    cell.expect_output("second")
    cell.editor.press("Control+z")
    expect(cell.editor).to_have_text("print('fir' 'st')")
    cell.editor.press("Control+y")
    expect(cell.editor).to_have_text("print('sec' 'ond')")
    cell.reset_button.click()
    cell.editor.press("Control+z")
    expect(cell.editor).to_have_text("print('sec' 'ond')")


def test_the_line_of_an_error_is_marked_until_the_next_run(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("import json\n\ndef read(text):\n    return json.loads(text)\n\nread('{')")
    cell.run()
    cell.expect_output("JSONDecodeError")
    expect(cell.editor.locator(".cm-error-line")).to_have_text("    return json.loads(text)")
    cell.edit("print('mend' 'ed')")
    cell.run()
    cell.expect_output("mended")
    expect(cell.editor.locator(".cm-error-line")).to_have_count(0)


def test_a_syntax_error_marks_its_line(bench: BookPage) -> None:
    cell = bench.cell(2)
    cell.edit("x = 1\nx = = 2")
    cell.run()
    cell.expect_output("SyntaxError")
    expect(cell.editor.locator(".cm-error-line")).to_have_text("x = = 2")


def test_a_traceback_shows_the_readers_cells_and_folds_the_rest(bench: BookPage) -> None:
    bench.cell(1).edit(CLASS + "\n\ndef read(text):\n    import json\n    return json.loads(text)")
    bench.cell(1).run()
    bench.expect_done(1)
    cell = bench.cell(2)
    cell.edit("read('{')")
    cell.run()
    error = cell.output.locator(".out-error")
    expect(error).to_contain_text("Cell 2, line 1")
    expect(error).to_contain_text("Cell 1, line 14")
    expect(error).to_contain_text("JSONDecodeError: Expecting property name")
    fold = error.locator("details")
    expect(fold.locator("summary")).to_contain_text("calls inside json/__init__.py")
    expect(fold.locator("code")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("code")).to_contain_text("raw_decode")


MARKUP = "<img src=x: onerror=alert(1)>"


@pytest.mark.parametrize(
    "code",
    [
        f"print({MARKUP!r})",
        f"import sys\nprint({MARKUP!r}, file=sys.stderr)",
        f"{MARKUP!r}",
        f"raise ValueError({MARKUP!r})",
        f"def f(x):\n    1 / 0  # {MARKUP}\n\nf({MARKUP!r})",
        f"class T:\n    def __repr__(self):\n        return {MARKUP!r}\n\nT()",
        f"shown = display({MARKUP!r}, display_id=True)\nshown.update({MARKUP!r} + ' again')",
        f"import sys\nprint('\\x1b[31m' + {MARKUP!r} + '\\x1b[0m')",
        f"type({MARKUP!r}, (Exception,), {{}})\nraise type({MARKUP!r}, (Exception,), {{}})()",
    ],
    ids=["stdout", "stderr", "value", "error", "traceback", "repr", "update", "coloured", "name"],
)
def test_text_is_text_wherever_it_comes_out(bench: BookPage, code: str) -> None:
    cell = bench.cell(2)
    cell.edit("")
    cell.run()
    bench.expect_done(2)
    cell.edit(code)
    cell.run()
    cell.expect_output(MARKUP)
    bench.expect_status("Ready")
    expect(cell.output.locator("img")).to_have_count(0)
    expect(bench.page.locator("#live-controls img")).to_have_count(0)
