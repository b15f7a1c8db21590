"""The page of the API reference: mkdocstrings makes it, and the examples become cells."""

from __future__ import annotations

import re
from html import unescape

from book.blocks import Cell
from book.errors import ChapterError
from book.reference import FILE, chapter, examples_of, imports, introduction, sections

EXAMPLE = re.compile(
    r'<div class="highlight"><pre><span></span><code>(<span class="gp">.*?)</code></pre></div>',
    re.S,
)
TAG = re.compile(r"<[^>]+>")


def page() -> str:
    """The page's Markdown in mkdocstrings' syntax, with places for the cells that import."""
    parts = [introduction(), '<div data-place="page"></div>\n']
    importing = (cell for cell in chapter().cells if imports(cell))
    for heading, (module, names) in sections().items():
        parts.append(
            f"## {heading}\n\n{place(next(importing))}\n\n"
            f"::: {module}\n    options:\n      members: [{', '.join(names)}]\n"
        )
    return "\n".join(parts)


def place(cell: Cell) -> str:
    """The place of a cell, for the page that fills it."""
    return f'<div data-place="cell-{cell.number}"></div>'


def place_examples(html: str) -> str:
    """`html`, made from `page()`, with a cell's place for each piece of each example.

    Raises:
        ChapterError: the examples stand in another order than their cells.
    """
    waiting = iter([cell for cell in chapter().cells if not imports(cell)])

    def places(block: re.Match[str]) -> str:
        found = []
        for example in examples_of(unescape(TAG.sub("", block[1]))):
            cell = next(waiting, None)
            if cell is None or cell.source != example.source:
                raise ChapterError(
                    f"{FILE}: the page has the example {example.source!r}, "
                    f"expected {cell.source if cell else None!r}"
                )
            found.append(place(cell))
        return "\n".join(found)

    html = EXAMPLE.sub(places, html)
    if (left := next(waiting, None)) is not None:
        raise ChapterError(f"{FILE}: the page lacks the example {left.source!r}")
    return html
