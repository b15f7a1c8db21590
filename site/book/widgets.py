"""Widgets: what a page has beside cells, with a script of the book's own and without Python.

`widgets` in `extra.book` of mkdocs.yml names for each a folder with three files and a chapter.
`widget.py` has `data`, which is called with the names of the chapter's cells once they have run and
returns what JSON can write, and `html`, which makes of it what stands on the page; `widget.css` is
its style; and the `open` of `widget.ts` is called with the element and the data at the first touch.
A page has it where `<div data-widget="name"></div>` stands.

`python -m book.widgets CONTENT CACHE OUT` writes each widget's data.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

from files import write_whole
from settings import ROOT, Widget, book

from book.blocks import short_hash
from book.chapter import read_chapter
from book.errors import ChapterError, one_of
from book.recording import recorded

FOLDER = "assets/widgets"
"""Where the site has the data."""

PLACE = re.compile(r'<div data-widget="(?P<name>[^"]*)"></div>')


def data_of(name: str, content: Path, cache: Path) -> str:
    """A widget's data, as JSON, by the recording of its chapter."""
    chapter = read_chapter(content / book().own.widgets[name].chapter)
    return recorded(chapter, cache).widgets[name]


def file_name(name: str, data: str) -> str:
    """The file of a widget's data: with a hash, as its page belongs to this very data."""
    return f"{name}-{short_hash(data, length=8)}.json"


def widget_html(name: str, widget: Widget, data: str, site: str) -> str:
    """What stands on the page, whole without a script; `site` is the way to the site's root."""
    folder = ROOT / widget.folder
    inside = runpy.run_path(str(folder / "widget.py"))["html"](json.loads(data))
    style = (folder / "widget.css").read_text(encoding="utf-8")
    return (
        f'<div class="live-widget {escape(name)}" data-widget="{escape(name)}" '
        f'data-file="{escape(f"{site}{FOLDER}/{file_name(name, data)}")}" data-search-exclude>'
        f"<style>{style}</style>\n{inside}\n</div>"
    )


def with_places(
    source: str, markdown: str, site: str, data: Callable[[str], str]
) -> tuple[str, Mapping[str, str]]:
    """A page's Markdown with places for its widgets, and what goes there, by place.

    Raises `ChapterError` for a widget that the settings do not know.
    """
    widgets = book().own.widgets
    fragments = {}

    def place(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in widgets:
            expected = f"expected {one_of(list(widgets), name)}" if widgets else "and there is none"
            raise ChapterError(
                f'{source}: data-widget="{name}" is no widget of extra.book in mkdocs.yml, '
                f"{expected}"
            )
        key = f"widget-{name}"
        fragments[key] = widget_html(name, widgets[name], data(name), site)
        return f'<div data-place="{key}"></div>'

    return PLACE.sub(place, markdown), fragments


def main(content: Path, cache: Path, out: Path) -> None:
    """Write the data of all widgets, and nothing else, into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    made = {}
    for name in book().own.widgets:
        data = data_of(name, content, cache)
        made[file_name(name, data)] = data
    for old in out.iterdir():
        if old.name not in made:
            old.unlink()
    for file, data in made.items():
        write_whole(out / file, data)
    print(f"widgets: {', '.join(made) or 'none'}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
