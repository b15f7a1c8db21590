"""Every page of the book as plain data, which any generator of sites can take.

`python -m book.pages FOLDER` writes each as JSON: title, url, description, HTML, headings, links.
A page's HTML has its cells, recorded outputs, formulas and definitions; what it needs beside is the
page's script and style (`assets/live/`) and KaTeX's style.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from settings import ROOT

from book import reference
from book.chapter import check_names, parse_chapter, parse_front_matter, read_source
from book.converting import Converter, Heading, read_converter, url_of, way_to_root
from book.glossary import Term, add_definitions, definitions
from book.images import with_sizes
from book.mathematics import render_mathematics
from book.navigation import title_of
from book.page import Page, make_page
from book.recording import recorded
from book.widgets import data_of, with_places

CONTENT = ROOT / "content"
RECORDINGS = ROOT / ".cache" / "recordings"
GLOSSARY = "glossary.md"


@dataclass(frozen=True)
class FinishedPage:
    """A page, whole."""

    source: str
    title: str
    description: str
    url: str
    html: str
    headings: list[Heading]
    links: list[str]


def prepare(source: str, text: str, converter: Converter) -> Page:
    """A file's Markdown with places for its cells, and what goes there; runs what is not recorded.

    Raises `ChapterError` or `RenderError` where the author has slipped.
    """
    chapter = parse_chapter(Path(source), text)
    site = way_to_root(source)
    page = make_page(chapter, recorded(chapter, RECORDINGS), converter.line, site)
    page.markdown, placed = with_places(
        source, page.markdown, site, lambda name: data_of(name, CONTENT, RECORDINGS)
    )
    page.fragments.update(placed)
    return page


def complete(source: str, html: str, page: Page, terms: dict[str, Term], images: Path) -> str:
    """HTML that was made from a page's Markdown, with cells, formulas, sizes and definitions."""
    html = with_sizes(render_mathematics(page.fill(html)), images)
    return html if source == GLOSSARY else add_definitions(html, terms)


def finished_pages(sources: dict[str, str], converter: Converter) -> Iterator[FinishedPage]:
    """The pages of a book's files, by their names below `content/`."""
    check_names(sources)
    terms = definitions(sources.get(GLOSSARY, ""))
    for source, text in sources.items():
        made = prepare(source, text, converter)
        converted = converter.page(made.markdown, source)
        yield FinishedPage(
            source=source,
            title=title_of(source, text),
            description=str(parse_front_matter(text, source).get("description", "")),
            url=url_of(source),
            html=complete(source, converted.html, made, terms, CONTENT / "images"),
            headings=converted.headings,
            links=converted.links,
        )


def read_sources() -> dict[str, str]:
    """The files of `content/`, and the reference where the book has one."""
    sources = {path.name: read_source(path) for path in sorted(CONTENT.glob("*.md"))}
    return sources | ({reference.FILE: reference.source()} if reference.sections() else {})


def main(folder: Path) -> None:
    """Write all pages into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in finished_pages(read_sources(), read_converter()):
        text = json.dumps(asdict(page), ensure_ascii=False, indent=1)
        (folder / Path(page.source).with_suffix(".json")).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
