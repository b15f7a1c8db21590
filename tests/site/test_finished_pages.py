"""The pages as plain data are those of the built site, and no generator is needed for them."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from book.converting import read_converter
from book.pages import FinishedPage, finished_pages, read_sources
from book.project import configuration, file_of, markdown_of
from markdown import markdown

ROOT = Path(__file__).parents[2]


class Article(HTMLParser):
    """What a reader finds in a page: headings, links, cells, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.links: list[str] = []
        self.cells: list[str] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if re.fullmatch("h[1-6]", tag) and "id" in given:
            self.headings.append(given["id"])
        if tag == "a" and "href" in given and not {"headerlink", "md-content__button"} & {*classes}:
            self.links.append(given["href"])
        if "live-cell" in classes:
            self.cells.append(given["data-id"])
        self._hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


def article_of(page: FinishedPage) -> Article:
    html = (ROOT / "_site" / page.url / "index.html").read_text(encoding="utf-8")
    found = re.search(r"<article[^>]*>(.*)</article>", html, re.S)
    assert found, page.url
    return Article(found[1])


@pytest.fixture(scope="module")
def pages() -> list[FinishedPage]:
    return list(finished_pages(read_sources(), read_converter()))


def test_every_page_of_the_content_is_as_the_site_has_it(pages: list[FinishedPage]) -> None:
    compared = 0
    for page in pages:
        site, mine = article_of(page), Article(page.html)
        assert mine.cells == site.cells, page.source
        if page.source == "api.md":  # its text is mkdocstrings', its cells are the book's
            continue
        assert [heading.id for heading in page.headings] == site.headings, page.source
        assert mine.links == site.links, page.source
        assert set(page.links) <= set(mine.links), page.source
        assert mine.words == site.words[: len(mine.words)], page.source
        compared += 1
    assert compared >= 18


def test_titles_are_those_of_the_browsers_window(pages: list[FinishedPage]) -> None:
    for page in pages:
        html = (ROOT / "_site" / page.url / "index.html").read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", html, re.S)
        assert title
        assert page.title.split(" - ")[0] in title[1].replace("&#39;", "'"), page.source


def test_markdown_passes_a_finished_page_on_as_it_is(pages: list[FinishedPage]) -> None:
    for page in pages:
        text = markdown_of(page).split("---\n\n", 1)[1]
        extensions = ["tables", "md_in_html", "attr_list", "abbr", "admonition", "footnotes"]
        assert markdown(text, extensions=extensions) == text.strip(), page.source


def test_a_page_has_the_same_address_from_another_generator(pages: list[FinishedPage]) -> None:
    names = [file_of(page) for page in pages]
    assert names[0] == "values-and-graphs.md"
    assert "index.md" in names
    nav = configuration(pages, {"live.js": "live-1.js", "live.css": "live-2.css"})["nav"]
    assert [name for entry in nav for name in entry.values()] == names


def test_nothing_of_a_generator_is_loaded_for_them() -> None:
    code = (
        "import sys, book.project; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('mkdocs', 'material', 'mkdocstrings', 'generator')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[]"
