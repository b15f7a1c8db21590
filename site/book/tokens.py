"""Markdown as a stream of tokens, each with its lines: fences, and HTML that opens and closes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from book.errors import Place

# Tables, so that a bar in a cell is one; the page itself is made by Python-Markdown.
_PARSER = MarkdownIt("commonmark").enable("table")

DETAILS_TAG = re.compile(r"<(?P<slash>/?)details\b[^>]*>")
SUMMARY = re.compile(r"\s*<summary>(?P<text>.*?)</summary>", re.S)
INDENT = re.compile(r" {0,3}")


@dataclass(frozen=True)
class FencedCode:
    """A fence from line `start` to before line `end`, counted from 0."""

    start: int
    end: int
    info: str
    code: str
    nested: bool
    """Whether it stands in a list or a quotation."""


@dataclass
class Details:
    """A `<details>` element from line `start` to before line `end`, counted from 0."""

    start: int
    end: int = 0
    inner: list[Details] = field(default_factory=list)


def fences_of(lines: list[str], file: str) -> list[FencedCode]:
    """The fences of a text in order; raises `ChapterError` where one is not closed."""
    found = []
    for token in _PARSER.parse("\n".join(lines)):
        if token.type == "html_block":
            _check_html(token, file)
        if token.type != "fence" or not token.map:
            continue
        start, end = token.map
        last = lines[end - 1].strip(" \t>") if end - 1 > start else ""
        if not last.startswith(token.markup) or last.strip(token.markup[0]):
            raise Place(file, start + 1).error(
                f"the fence {token.markup}{token.info} is not closed by {token.markup}"
            )
        found.append(FencedCode(start, end, token.info, token.content, token.level > 0))
    return found


def _check_html(token: Token, file: str) -> None:
    """A fence right below a line of HTML is no fence, but text of the HTML."""
    assert token.map
    if token.content.lstrip().startswith("<!--"):
        return
    for index, line in enumerate(token.content.split("\n")):
        if line.startswith(("```", "~~~")):
            raise Place(file, token.map[0] + index + 1).error(
                f"the fence {line.strip()} stands right below HTML and is no fence there; "
                "leave an empty line above it"
            )


def details_of(lines: list[str], file: str) -> list[Details]:
    """The outermost `<details>` of a text; raises `ChapterError` where one is not closed."""
    outermost: list[Details] = []
    opened: list[Details] = []
    for line, tag in _tags(lines):
        if not tag["slash"]:
            element = Details(line)
            (opened[-1].inner if opened else outermost).append(element)
            opened.append(element)
        elif opened:
            opened.pop().end = line + 1
        else:
            raise Place(file, line + 1).error("</details> closes no <details>")
    if opened:
        raise Place(file, opened[0].start + 1).error(
            f"{lines[opened[0].start].strip()} is not closed by </details>"
        )
    return outermost


def _tags(lines: list[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for token in _PARSER.parse("\n".join(lines)):
        if token.type == "html_block" and token.map:
            if not token.content.lstrip().startswith("<!--"):
                for tag in DETAILS_TAG.finditer(token.content):
                    yield token.map[0] + token.content.count("\n", 0, tag.start()), tag
        elif token.type == "inline" and token.map:
            line = token.map[0]
            for child in token.children or []:
                if child.type in ("softbreak", "hardbreak"):
                    line += 1
                if child.type == "html_inline":
                    yield from ((line, tag) for tag in DETAILS_TAG.finditer(child.content))


def outside_code(text: str) -> Iterator[tuple[str, bool]]:
    """`text` in pieces, each with whether it is prose: fenced code is not."""
    lines = text.splitlines(keepends=True)
    end = 0
    for token in _PARSER.parse(text):
        if token.type == "fence" and token.map:
            yield "".join(lines[end : token.map[0]]), True
            yield "".join(lines[token.map[0] : token.map[1]]), False
            end = token.map[1]
    yield "".join(lines[end:]), True
