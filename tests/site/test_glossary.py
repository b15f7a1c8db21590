"""Links to the glossary explain their terms."""

import re
from pathlib import Path

import pytest
from book.glossary import UnknownTermError, add_tooltips, definitions, plain

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
        "leaf": "A node without operands, see root. It is an input or a parameter.",
        "root": "Where backward begins.",
    }


def test_a_formula_in_a_definition_becomes_words() -> None:
    assert plain(r"The distance $|\hat{y} - y|$.") == "The distance |ŷ - y|."
    with pytest.raises(ValueError, match="a tooltip cannot show"):
        plain(r"The mean $\frac{a}{b}$.")


def test_a_link_to_a_term_has_its_definition() -> None:
    html = '<p><a href="../glossary/#leaf">leaf</a> and <a href="../other/#leaf">no</a></p>'
    assert add_tooltips(html, {"leaf": 'a "node"'}) == (
        '<p><a href="../glossary/#leaf" class="term" title="a &quot;node&quot;">leaf</a> '
        'and <a href="../other/#leaf">no</a></p>'
    )


def test_a_link_to_an_unknown_term_is_named() -> None:
    with pytest.raises(UnknownTermError, match="no term #stem; it has leaf"):
        add_tooltips('<a href="../glossary/#stem">stem</a>', {"leaf": "x"})


def test_the_books_terms_stand_in_order_and_each_is_met_in_the_text() -> None:
    source = (CONTENT / "glossary.md").read_text(encoding="utf-8")
    names = [name.casefold() for name in re.findall(r"^## (.+?) \{#", source, re.MULTILINE)]
    assert names == sorted(names)
    pages = "".join(path.read_text(encoding="utf-8") for path in CONTENT.glob("*.md"))
    assert [term for term in definitions(source) if f"glossary.md#{term})" not in pages] == []
