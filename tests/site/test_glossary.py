"""Links to the glossary explain their terms."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from book.glossary import Term, UnknownTermError, add_definitions, definitions, plain
from book.tokens import outside_code

CONTENT = Path(__file__).parents[2] / "content"

SOURCE = """\
# Glossary

## Leaf

A *node* without `operands`, see [root](#root).
It is an input or a parameter.

A second paragraph.

## The root {#root}

Where backward begins.
"""


def test_a_term_is_its_first_paragraph_in_plain_text() -> None:
    assert definitions(SOURCE) == {
        "leaf": Term("Leaf", "A node without operands, see root. It is an input or a parameter."),
        "root": Term("The root", "Where backward begins."),
    }


def test_a_formula_in_a_definition_becomes_words() -> None:
    assert plain(r"The distance $|\hat{y} - y|$.") == "The distance |ŷ - y|."
    with pytest.raises(ValueError, match="a definition cannot show"):
        plain(r"The mean $\frac{a}{b}$.")


def test_a_link_to_a_term_has_its_definition() -> None:
    html = '<p><a href="../glossary/#leaf">leaf</a> and <a href="../other/#leaf">no</a></p>'
    assert add_definitions(html, {"leaf": Term("Leaf", 'a "node"')}) == (
        '<p><a href="../glossary/#leaf" class="term" data-term="Leaf" '
        'data-definition="a &quot;node&quot;">leaf</a> '
        'and <a href="../other/#leaf">no</a></p>'
    )


def test_a_link_to_an_unknown_term_is_named() -> None:
    with pytest.raises(UnknownTermError, match="no term #stem; it has leaf"):
        add_definitions('<a href="../glossary/#stem">stem</a>', {"leaf": Term("Leaf", "x")})


def test_the_books_terms_stand_in_order_and_each_is_met_in_the_text() -> None:
    source = (CONTENT / "glossary.md").read_text(encoding="utf-8")
    names = [name.casefold() for name in re.findall(r"^## (.+?) \{#", source, re.MULTILINE)]
    assert names == sorted(names)
    pages = "".join(path.read_text(encoding="utf-8") for path in CONTENT.glob("*.md"))
    assert [term for term in definitions(source) if f"glossary.md#{term})" not in pages] == []


# Words of everyday English and mathematics, which the text needs beside their special meaning.
EVERYDAY = {"direction", "value", "vector"}
# No sentences: what is not shown, headings, tables, and the aims at a chapter's top, which name
# what will be taught.
NO_SENTENCE = re.compile(
    r"\A---\n.*?^---$|<!--.*?-->|<[^>]*>|`[^`\n]*`|\$[^$]+\$|!\[[^\]]*\]\([^)]*\)"
    r"|\{\{.*?\}\}|^#[^\n]*|^\|[^\n]*|^\*About \d+ minutes\..*?\*$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)]*)\)")


def sentences() -> Iterator[tuple[str, str]]:
    """Give each line of the book's prose in reading order, with its file's name."""
    for path in [CONTENT / "index.md", *sorted(CONTENT.glob("[0-9]*.md"))]:
        source = path.read_text(encoding="utf-8")
        prose = "".join(piece for piece, is_prose in outside_code(source) if is_prose)
        for line in NO_SENTENCE.sub("", prose).splitlines():
            yield path.name, line


def test_no_term_is_used_before_the_sentence_that_links_or_defines_it() -> None:
    source = (CONTENT / "glossary.md").read_text(encoding="utf-8")
    lines = list(sentences())
    early = []
    for anchor, term in definitions(source).items():
        if anchor in EVERYDAY:
            continue
        word = re.escape(term.name).replace(r"\ ", "[ -]")
        used = re.compile(rf"\b{word}(?:s|es)?\b", re.IGNORECASE)
        defined = re.compile(rf"glossary\.md#{anchor}\)|\*\*{word}\*\*", re.IGNORECASE)
        for name, line in lines:
            if defined.search(line):
                break
            if used.search(LINK.sub(r"\g<text>", line)):
                early.append(f"{name}: {term.name!r} has no link to the glossary in: {line}")
                break
    assert early == []
