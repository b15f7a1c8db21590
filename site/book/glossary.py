"""The glossary's terms, on the links that lead to them, where the page's script opens them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from markdown.extensions.toc import slugify

TERM = re.compile(
    r"^#{2,}\s+(?P<name>.+?)\s*(?:\{[^}]*#(?P<id>[\w-]+)[^}]*\})?\s*\n+(?P<text>(?:(?!#).+\n?)+)",
    re.M,
)
LINK_TEXT = re.compile(r"\[([^\]]*)\]\([^)]*\)")
FORMULA = re.compile(r"\$([^$]+)\$")
WORDS = {r"\hat{y}": "ŷ", r"\max": "max", r"\log": "log", r"\cdot": "·"}
MARKS = re.compile(r"[*_`$]|\\(?=[^\w\s])")
LINK = re.compile(r'<a href="(?P<href>(?:\.\./)*(?:\./)?glossary/#(?P<id>[^"]+))">')


class UnknownTermError(Exception):
    """A link to a term that the glossary has not."""


@dataclass(frozen=True)
class Term:
    """A word of the glossary and what it means, in plain text."""

    name: str
    meaning: str


def definitions(source: str) -> dict[str, Term]:
    """Each heading of the glossary with the first paragraph below it, by anchor."""
    return {
        term["id"] or slugify(term["name"], "-"): Term(plain(term["name"]), plain(term["text"]))
        for term in TERM.finditer(source)
    }


def plain(markdown: str) -> str:
    """A paragraph without the marks of Markdown, on one line."""
    text = FORMULA.sub(in_words, LINK_TEXT.sub(r"\1", markdown))
    return " ".join(MARKS.sub("", text).split())


def in_words(formula: re.Match[str]) -> str:
    """A small formula as a line of text: an attribute cannot hold more.

    Raises:
        ValueError: there is TeX in it that has no word here.
    """
    text = formula[1]
    for tex, word in WORDS.items():
        text = text.replace(tex, word)
    if "\\" in text:
        raise ValueError(f"a definition cannot show ${formula[1]}$; it knows {', '.join(WORDS)}")
    return text


def add_definitions(html: str, terms: Mapping[str, Term]) -> str:
    """Give each link to the glossary its term's definition; raises `UnknownTermError`."""

    def explain(link: re.Match[str]) -> str:
        if link["id"] not in terms:
            raise UnknownTermError(
                f"the glossary has no term #{link['id']}; it has {', '.join(sorted(terms))}"
            )
        term = terms[link["id"]]
        return (
            f'<a href="{link["href"]}" class="term" data-term="{escape(term.name)}" '
            f'data-definition="{escape(term.meaning)}">'
        )

    return LINK.sub(explain, html)
