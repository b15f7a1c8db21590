"""A printed chapter is for reading: no buttons, dark letters on white, nothing cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.book_page import BookPage

DARK = {"color_scheme": "dark"}

# Relative luminance of a colour as the browser computes it: 0 is black, 1 is white.
LUMINANCES = """() => {
  const of = (colour) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d');
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return a === 0 ? 1 : (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const look = (selector, property) => of(style(selector)[property]);
  return {
    paper: look('body', 'backgroundColor'),
    code: look('.live-source', 'backgroundColor'),
    text: look('.md-typeset p', 'color'),
    letters: look('.live-code span, .cm-content', 'color'),
    output: look('.live-output .out', 'color'),
  };
}"""


@pytest.mark.parametrize("visit_with", [{}, DARK], ids=["light", "dark"], indirect=True)
def test_paper_has_no_buttons_and_dark_letters(chapter: BookPage) -> None:
    page = chapter.page
    page.emulate_media(media="print")
    for control in (chapter.run_all, chapter.cell(1).run_button, page.locator(".md-header")):
        expect(control).to_be_hidden()
    expect(page.get_by_role("navigation").locator("visible=true")).to_have_count(0)
    expect(chapter.cell(1).code).to_be_visible()
    luminances = page.evaluate(LUMINANCES)
    light = {name: luminances[name] > 0.9 for name in ("paper", "code")}
    dark = {name: luminances[name] < 0.45 for name in ("text", "letters", "output")}
    assert all(light.values()), luminances
    assert all(dark.values()), luminances


def test_long_lines_and_long_outputs_are_not_cut_off_on_paper(chapter: BookPage) -> None:
    chapter.page.set_viewport_size({"width": 720, "height": 1000})  # a page of A4
    chapter.page.emulate_media(media="print")
    cut = """elements => elements.filter(e => e.checkVisibility()
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
      .map(e => e.outerHTML.slice(0, 100))"""
    found = chapter.page.locator(".live-source pre, .live-output").evaluate_all(cut)
    assert found == []


def test_a_table_that_is_wider_than_the_paper_is_printed_whole(chapter: BookPage) -> None:
    page, cell = chapter.page, chapter.cell(1)
    cell.edit(
        "from IPython.display import HTML, Markdown, display\n"
        "names = [f'column {i}' for i in range(24)]\n"
        "cells = ''.join(f'<td>{name} is wide</td>' for name in names)\n"
        "display(HTML(f'<table><tr>{cells}</tr></table>'))\n"
        "row = '| ' + ' | '.join(names) + ' |'\n"
        "display(Markdown('\\n'.join([row, '| - ' * 24 + '|', row])))"
    )
    cell.run()
    chapter.expect_done(1)
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    tables = cell.output.locator("table")
    expect(tables).to_have_count(2)
    for table in tables.all():
        wide = table.evaluate("t => t.getBoundingClientRect().right")
        assert wide <= 720
        columns = table.locator("tr").first.locator("th, td").all()
        assert (
            max(column.evaluate("c => c.getBoundingClientRect().right") for column in columns)
            <= 720
        )
        cut = "c => c.scrollWidth > c.clientWidth + 1"
        assert not any(column.evaluate(cut) for column in columns)
