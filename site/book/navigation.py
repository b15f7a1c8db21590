"""The order of the pages and their titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from book.chapter import parse_front_matter

Entry: TypeAlias = "str | dict[str, str] | dict[str, list[Entry]]"

LAST_PAGES = (
    "playground",
    "where-to-go-from-here",
    "how-this-book-works",
    "glossary",
    "api",
    "sources",
    "licences",
)
"""The pages behind the chapters, in this order; others follow by name."""


def navigation(sources: Mapping[str, str]) -> list[Entry]:
    """The pages in `sources`, by file name, below their titles: chapters by number, then the rest.

    A chapter whose front matter has a `part` begins a section of that name.
    """
    chapters: list[Entry] = []
    section = chapters
    rest: list[str] = []
    for name in sorted(sources):
        title, number = title_of(name, sources[name]), re.match(r"0*(\d+)-", name)
        if number:
            if part := parse_front_matter(sources[name]).get("part"):
                section = []
                chapters.append({str(part): section})
            section.append({f"{number[1]} {title}": name})
        elif name != "index.md":
            rest.append(name)
    rest.sort(key=lambda name: (_rank(Path(name).stem), name))
    front: list[Entry] = [{title_of("index.md", sources["index.md"]): "index.md"}]
    more: list[Entry] = [{title_of(name, sources[name]): name} for name in rest]
    return [*front, *chapters, *([{"More": more}] if more else [])]


def _rank(stem: str) -> int:
    return LAST_PAGES.index(stem) if stem in LAST_PAGES else len(LAST_PAGES)


def title_of(name: str, source: str) -> str:
    """The front matter's title, else the first heading, else the file's name."""
    heading = re.search(r"^# (.+?)\s*(?:\{[^}]*\})?$", source, re.M)
    title = parse_front_matter(source, name).get("title")
    return str(title or (heading[1] if heading else Path(name).stem))
