"""The API reference as a chapter: its cells are the docstrings' examples."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import griffe
from settings import ROOT, book

from book.blocks import Cell
from book.chapter import Chapter, parse_chapter
from book.errors import ChapterError

FILE = "api.md"

FRONT_MATTER = """\
---
title: API reference
description: Every public name of {package}, from its docstrings, with examples that run.
---
"""
INTRODUCTION = """\
# API reference

Made from the docstrings; each example is a cell that runs here.
{introduction}
"""

DIRECTIVE = re.compile(r"[ \t]*# doctest:.*$", re.M)


@dataclass(frozen=True)
class Example:
    """A piece of a docstring's example that shows something at its end."""

    source: str
    raises: bool = False


def examples_of(text: str) -> Iterator[Example]:
    """The cells that an interactive session is: each ends where the session shows something."""
    lines: list[str] = []
    for step in doctest.DocTestParser().get_examples(text):
        lines.append(DIRECTIVE.sub("", step.source.rstrip("\n")))
        if step.want:
            yield Example("\n".join(lines), raises=step.exc_msg is not None)
            lines.clear()
    if lines:
        yield Example("\n".join(lines))


def examples_in(docstring: griffe.Docstring) -> Iterator[Example]:
    """The cells of all examples in a docstring."""
    for section in docstring.parse("google", warnings=False):
        if isinstance(section, griffe.DocstringSectionExamples):
            for kind, text in section.value:
                if kind is griffe.DocstringSectionKind.examples:
                    yield from examples_of(text)


def import_of(module: str, names: list[str]) -> str:
    """The line that brings a section's names, or lines where one would be too long."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) < 80:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def sections() -> dict[str, tuple[str, list[str]]]:
    """By heading a module and its names, classes before functions; none where no page is wanted."""
    reference = book().own.reference
    return reference.modules if reference else {}


def introduction() -> str:
    """The top of the page."""
    reference = book().own.reference
    return INTRODUCTION.format(introduction=reference.introduction if reference else "")


def source() -> str:
    """The examples as a chapter: what its notebook has, and what the build runs."""
    package = griffe.load(book().package, search_paths=[ROOT])
    parts = [FRONT_MATTER.format(package=book().package), introduction()]
    for heading, (module, names) in sections().items():
        parts.append(f"## {heading}\n\n{fenced(Example(import_of(module, names)))}")
        for name in names:
            docstring = docstring_of(package, f"{module}.{name}")
            summary = docstring.value.partition("\n\n")[0]
            parts.append(f"### `{name}`\n\n{summary}\n")
            parts += map(fenced, examples_in(docstring))
    return "\n".join(parts)


def docstring_of(package: griffe.Object | griffe.Alias, name: str) -> griffe.Docstring:
    """The docstring of a public name.

    Raises:
        ChapterError: there is no such name, or it has no docstring.
    """
    try:
        docstring: griffe.Docstring | None = package[name.partition(".")[2]].docstring
    except KeyError:
        raise ChapterError(f"mkdocs.yml: the reference has {name}, which does not exist") from None
    if docstring is None:
        raise ChapterError(f"mkdocs.yml: the reference has {name}, which has no docstring")
    return docstring


def fenced(example: Example) -> str:
    """An example as a chapter's cell."""
    options = ' tags=["raises-exception"]' if example.raises else ""
    return f"```python{options}\n{example.source}\n```\n"


def chapter() -> Chapter:
    """The examples, read as every chapter is."""
    return parse_chapter(Path(FILE), source())


def imports(cell: Cell) -> bool:
    """Whether a cell brings a section's names, and is no docstring's example."""
    return any(cell.source == import_of(*section) for section in sections().values())
