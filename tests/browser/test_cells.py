"""What a reader does with a cell: run it, change it, take the change back, stop it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import site_server
from tests.browser.book_page import RUN, START, BookPage
from tests.browser.conftest import CHAPTER, ONLINE, visit
from tests.browser.outside import Outside
from tests.browser.site_server import SiteServer
from tests.browser.watch import Watch

# What would lie in the top layer, and a selector of what does.
ABOVE = (
    "<button popovertarget=fake>more</button><p popover id=fake>in a popover</p>"
    "<dialog open id=d>in a dialog</dialog><button commandfor=d command=show-modal>on</button>"
)
ON_TOP = ":popover-open, dialog, :modal"


@pytest.fixture(scope="module")
def started(browser: Browser, shared_site: SiteServer, outside: Outside) -> Iterator[BookPage]:
    """Open the chapter and start its Python, once for the tests below."""
    with visit(browser, shared_site, outside) as (book, _):
        book.open(CHAPTER)
        book.cell(1).run()
        book.expect_status("Ready")
        yield book


@pytest.fixture
def bench(started: BookPage) -> Iterator[BookPage]:
    """Lend the started page to one test; put its first cell back as it was."""
    yield started
    started.expect_status("Ready|Stopped")
    if started.cell(1).reset_button.is_visible():
        started.cell(1).reset_button.click()


def test_a_page_says_that_nothing_is_started(chapter: BookPage) -> None:
    chapter.expect_status("Not started")


def test_a_cell_is_run_where_it_stands(bench: BookPage) -> None:
    bench.cell(1).edit("print(6 * 7)")
    bench.cell(1).run()
    bench.cell(1).expect_output("42")


def test_an_edit_changes_what_later_cells_see(bench: BookPage) -> None:
    bench.cell(1).edit("whose = 'the reader'")
    bench.cell(1).run()
    bench.expect_done(1)
    bench.cell(2).edit("print(f'{whose} was here')")
    bench.cell(2).run()
    bench.cell(2).expect_output("the reader was here")
    bench.cell(2).reset_button.click()


def test_reset_brings_the_books_code_back(bench: BookPage) -> None:
    cell = bench.cell(1)
    original = cell.source()
    expect(cell.reset_button).to_be_hidden()
    cell.edit("print('mine')")
    expect(cell.code).to_have_text("print('mine')")
    cell.reset_button.click()
    assert cell.source().rstrip() == original.rstrip()
    expect(cell.reset_button).to_be_hidden()


def test_control_enter_runs_a_cell_in_place(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("print('in ' 'place')")
    cell.editor.press("Control+Enter")
    cell.expect_output("in place")
    expect(cell.editor).to_be_focused()


def test_shift_enter_runs_a_cell_and_goes_to_the_next(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("print('and ' 'on')")
    cell.editor.press("Shift+Enter")
    cell.expect_output("and on")
    expect(bench.cell(2).code).to_be_focused()


def test_output_streams_while_a_cell_runs(bench: BookPage) -> None:
    bench.cell(1).edit(
        "import time\nprint('be' 'fore', flush=True)\nwhile True:\n    time.sleep(0.01)"
    )
    bench.cell(1).run()
    bench.cell(1).expect_output("before")
    bench.expect_status("Running")
    bench.stop.click()
    bench.expect_status("Ready|Stopped")


def test_an_error_shows_its_traceback_in_colour(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("def f(x):\n    return 1 / x\n\nf(0)")
    cell.run()
    error = cell.output.locator(".out-error")
    expect(error).to_contain_text("ZeroDivisionError: division by zero")
    expect(error).to_contain_text("return 1 / x")
    expect(error.locator("[class*=ansi-]").first).to_be_visible()
    assert "\x1b" not in error.inner_text()
    bench.expect_status("Ready")


def test_text_is_never_read_as_html(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("print('<b id=injected>&amp;</b>')\n'<b id=injected>'")
    cell.run()
    cell.expect_output("<b id=injected>&amp;</b>")
    expect(bench.page.locator("#injected")).to_have_count(0)


def test_html_svg_and_pictures_are_shown(bench: BookPage) -> None:
    cell = bench.cell(1)
    dot = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
        "AAAADUlEQVR4nGP4z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
    )
    cell.edit(
        "import base64\n"
        "from IPython.display import HTML, SVG, Image, display\n"
        "display(HTML('<table><tr><td>cell of a table</td></tr></table>'))\n"
        'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\'\n'
        "            '<circle r=\"4\"/></svg>'))\n"
        f"display(Image(base64.b64decode('{dot}')))"
    )
    cell.run()
    expect(cell.output.get_by_role("cell", name="cell of a table")).to_be_visible()
    expect(cell.output.locator("svg circle")).to_be_attached()
    expect(cell.output.locator("img")).to_have_js_property("naturalWidth", 1)


def test_html_cannot_run_a_script(chapter: BookPage, watch: Watch) -> None:
    # the browser's own word that the page's policy refused the handler
    watch.allow("inline event handler violates")
    cell = chapter.cell(1)
    cell.edit(
        "from IPython.display import HTML\n"
        "HTML('<p>shown</p><img src=x: onerror=\"window.injected = 1\">'\n"
        "     '<script>window.injected = 2</script>')"
    )
    cell.run()
    cell.expect_output("shown")
    chapter.expect_status("Ready")
    assert chapter.page.evaluate("window.injected") is None


def test_html_lies_nowhere_above_the_page(bench: BookPage) -> None:
    """Not in the top layer, where a browser shows popovers and dialogs, nor by its style."""
    cell = bench.cell(1)
    html = "from IPython.display import HTML\nHTML"
    cell.edit(f"{html}({ABOVE!r})")
    cell.run()
    for name in "more", "on":
        cell.output.get_by_role("button", name=name).click()
    assert bench.page.evaluate(f"document.querySelector({ON_TOP!r})") is None
    cover = "<div style='position: fixed; inset: 0; z-index: 99'>in front</div>"
    cell.edit(f"{html}({cover!r})")
    cell.run()
    cell.expect_output("in front")
    covers = "r => r.contains(document.elementFromPoint(innerWidth / 2, 2))"
    assert cell.output.evaluate(covers) is False


def test_a_display_is_updated_in_place(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit(
        "from IPython.display import display\n"
        "handle = display('first', display_id=True)\n"
        "display('between')\n"
        "handle.update('second')\n"
    )
    cell.run()
    cell.expect_output(re.compile(r"'second'\s*'between'"))
    expect(cell.output).not_to_contain_text("first")


def test_clear_output_takes_away_what_was_shown(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit(
        "from IPython.display import clear_output\n"
        "print('gone ' 'soon')\nclear_output(wait=True)\nprint('what ' 'stays')"
    )
    cell.run()
    cell.expect_output("what stays")
    expect(cell.output).not_to_contain_text("gone soon")


def test_running_a_late_cell_first_runs_those_above(chapter: BookPage) -> None:
    chapter.cell(1).edit("whose = 'the reader'")
    chapter.cell(2).edit("print(f'{whose} was here')")
    chapter.cell(2).run()
    chapter.cell(2).expect_output("the reader was here")
    chapter.expect_done(1)
    expect(chapter.cell(3).group).to_have_attribute("data-state", "recorded")


def test_the_page_says_which_cells_it_runs_first(chapter: BookPage) -> None:
    chapter.cell(1).edit("while True:\n    pass")
    chapter.cell(2).run()
    expect(chapter.status).to_contain_text("cell 1 first, which cell 2 needs", timeout=START)
    chapter.stop.click()
    chapter.expect_status("Ready|Stopped")
    expect(chapter.cell(2).group).not_to_have_attribute("data-state", "done")


def test_an_endless_loop_is_stopped_and_the_page_goes_on(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("while True:\n    pass")
    cell.run()
    bench.expect_status("Running")
    bench.stop.click()
    bench.expect_status("Ready|Stopped")
    cell.edit("print('alive ' 'again')")
    cell.run()
    cell.expect_output("alive again")


def test_restart_forgets_every_variable(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("remembered = 1")
    cell.run()
    bench.expect_done(1)
    bench.restart.click()
    bench.expect_status("Ready|Not started")
    cell.edit("print('remembered' in globals())")
    cell.run()
    cell.expect_output("False")


def test_a_flood_of_output_is_cut_short(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("for i in range(20_000):\n    print('line', i)")
    cell.run()
    bench.expect_done(1)
    expect(cell.output).to_contain_text("line 0")
    assert len(cell.output.inner_text()) < 2_000_000


@pytest.mark.parametrize("visit_with", [ONLINE], indirect=True, ids=[""])
def test_what_is_typed_before_the_editor_is_there_is_kept(book: BookPage, site: SiteServer) -> None:
    stall = site_server.Stall()
    site.break_(r"/editor-", stall)
    book.open(CHAPTER)
    cell = book.cell(4)
    cell.code.click()
    # "n", "p" and "s" would turn the theme's page and open its search.
    book.page.keyboard.press("Control+a")
    book.page.keyboard.type("name = 'sip'\nprint(name)x")
    book.page.keyboard.press("Backspace")
    cell.run_button.click()
    assert stall.reached.wait(timeout=START / 1000)
    stall.release()
    cell.expect_output("sip")
    assert cell.source().strip() == "name = 'sip'\nprint(name)"
    expect(cell.run_button).to_be_focused()
    expect(book.page).to_have_url(site.url(CHAPTER))


@pytest.mark.parametrize("visit_with", [ONLINE], indirect=True, ids=[""])
def test_what_is_pasted_before_the_editor_is_there_is_kept(
    book: BookPage, site: SiteServer
) -> None:
    book.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stall = site_server.Stall()
    site.break_(r"/editor-", stall)
    book.open(CHAPTER)
    book.page.evaluate("navigator.clipboard.writeText('# pasted\\nprint(6 * 7)')")
    cell = book.cell(1)
    cell.code.click()
    book.page.keyboard.press("Control+a")
    book.page.keyboard.press("Control+v")
    assert stall.reached.wait(timeout=START / 1000)
    stall.release()
    expect(cell.editor).to_have_text(re.compile(r"# pasted\s*print\(6 \* 7\)"))
    assert cell.source().strip() == "# pasted\nprint(6 * 7)"


def test_the_editor_says_how_the_keyboard_leaves_it(bench: BookPage) -> None:
    bench.cell(1).code.click()
    expect(bench.cell(1).editor).to_have_accessible_description(re.compile("Escape and then Tab"))


def test_a_question_takes_an_answer_as_it_is_typed(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit("answer = input('Name? ')")
    cell.run()
    field = cell.output.get_by_role("textbox")
    # Below 16 pixels a phone magnifies the page; it must not mend names either.
    assert float(field.evaluate("e => getComputedStyle(e).fontSize").removesuffix("px")) >= 16
    expect(field).to_have_attribute("autocapitalize", "off")
    expect(field).to_have_attribute("autocorrect", "off")
    field.fill("ada")
    field.press("Enter")
    bench.expect_done(1)


def test_disabled_buttons_and_states_are_told_apart_in_forced_colours(bench: BookPage) -> None:
    bench.page.emulate_media(forced_colors="active")
    disabled = bench.stop.evaluate("e => getComputedStyle(e).color")
    enabled = bench.run_all.evaluate("e => getComputedStyle(e).color")
    assert disabled != enabled
    dot = bench.page.locator(".live-dot")
    look = """e => {
      const { backgroundColor, borderRadius, rotate } = getComputedStyle(e);
      return [backgroundColor, borderRadius, rotate];
    }"""
    place = bench.page.locator("#live-controls")
    before = place.get_attribute("data-state")
    looks = []
    for state in ("not-started", "ready", "running", "stopped", "failed"):
        place.evaluate("(e, state) => { e.dataset.state = state }", state)
        looks.append(dot.evaluate(look))
    place.evaluate("(e, state) => { e.dataset.state = state }", before)
    bench.page.emulate_media(forced_colors="none")
    assert len({str(one) for one in looks}) == 5


def test_sound_and_film_are_played(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit(
        "import io, wave\nfrom IPython.display import Audio\nsound = io.BytesIO()\n"
        "with wave.open(sound, 'wb') as file:\n    file.setparams((1, 1, 8000, 0, 'NONE', ''))\n"
        "    file.writeframes(bytes(range(256)) * 8)\n"
        "Audio(sound.getvalue())"
    )
    cell.run()
    bench.expect_done(1)
    audio = cell.output.locator("audio")
    expect(audio).to_be_visible()
    length = """e => new Promise((done) => {
      e.onloadedmetadata = () => done(e.duration);
      e.onerror = e.querySelector('source').onerror = () => done(-1);
      e.preload = 'metadata';
      e.load();
    })"""
    assert audio.evaluate(length) == pytest.approx(0.256)


def test_the_lectures_own_digraph_draws(bench: BookPage) -> None:
    cell = bench.cell(1)
    cell.edit(
        "from graphviz import Digraph\n"
        "dot = Digraph(format='svg', graph_attr={'rankdir': 'LR'})\n"
        "dot.node(name='a', label='{ a | data 2.0 }', shape='record')\n"
        "dot.node('b')\ndot.edge('a', 'b')\ndot"
    )
    cell.run()
    expect(cell.output.locator("svg g.node")).to_have_count(2, timeout=RUN)
    expect(cell.output.locator("svg g.edge")).to_have_count(1)
