"""The finished book as a project for another generator: `python -m book.project FOLDER`.

`python -m book.project FOLDER check` then looks whether what that made in `FOLDER/site` has every
cell of every page.

Its Markdown needs no hook and no plugin: each page is one block of HTML, which Markdown passes on
as it is, under its title. Beside the pages are the parts that MkDocs does not make, where
`make parts` has made them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from settings import book

from book.assembly import add_parts, bundle
from book.converting import read_converter
from book.pages import RECORDINGS, FinishedPage, finished_pages, read_sources

PARTS = RECORDINGS.parent / "site"
THEME = Path(__file__).parents[1] / "generator" / "theme"
CELL = re.compile(r'<div class="live-cell[^>]*>')
STYLES = ("assets/fonts/fonts.css", "assets/stylesheets/book.css", "assets/katex/katex.min.css")


def markdown_of(page: FinishedPage) -> str:
    """A page's Markdown: its title and description, and its HTML in one block."""
    head = {"title": page.title, "description": page.description}
    front_matter = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return f"---\n{front_matter}---\n\n<div>\n{page.html}\n</div>\n"


def configuration(pages: Iterable[FinishedPage], live: dict[str, str]) -> dict[str, Any]:
    """What `mkdocs.yml` says; `live` has the names of the page's script and style."""
    style = [f"assets/live/{name}" for key, name in live.items() if key.endswith("css")]
    scripts = [f"assets/live/{name}" for key, name in live.items() if key.endswith("js")]
    return {
        "site_name": book().name,
        "site_description": book().description,
        "docs_dir": "docs",
        "nav": [{page.title: file_of(page)} for page in pages],
        "extra_css": [*STYLES, *style],
        "extra_javascript": [{"path": script, "type": "module"} for script in scripts],
    }


def file_of(page: FinishedPage) -> str:
    """The name that gives the page the URL which it has in this book."""
    return f"{page.url.strip('/') or 'index'}.md"


def main(folder: Path) -> None:
    """Write the project into a folder."""
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    pages = list(finished_pages(read_sources(), read_converter()))
    for page in pages:
        (docs / file_of(page)).write_text(markdown_of(page), encoding="utf-8")
    for parts in (THEME / "assets", PARTS):
        if parts.exists():
            add_parts(parts, docs / "assets" if parts.name == "assets" else docs)
    # JSON is YAML too.
    text = json.dumps(configuration(pages, bundle(PARTS)), ensure_ascii=False, indent=1)
    (folder / "mkdocs.yml").write_text(f"{text}\n", encoding="utf-8")
    print(f"{len(pages)} pages in {folder}")


def lost_cells(folder: Path) -> list[str]:
    """Say of each page whose cells are not all in what a generator made of the project."""
    found = []
    for source in sorted((folder / "docs").glob("*.md")):
        path = "index.html" if source.stem == "index" else f"{source.stem}/index.html"
        made = folder / "site" / path
        html = made.read_text(encoding="utf-8") if made.is_file() else ""
        cells = CELL.findall(source.read_text(encoding="utf-8"))
        if missing := [cell for cell in cells if cell not in html]:
            found.append(f"{path} lacks {len(missing)} of {len(cells)} cells")
        elif not html:
            found.append(f"{path} was not made")
    return found


if __name__ == "__main__":
    if sys.argv[2:] == ["check"]:
        sys.exit("\n".join(lost_cells(Path(sys.argv[1]))) or None)
    main(Path(sys.argv[1]))
