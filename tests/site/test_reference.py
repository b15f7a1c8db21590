"""The docstrings' examples become the cells of the API reference."""

from __future__ import annotations

from html import escape

import pytest
from book import reference
from book.errors import ChapterError
from book.reference import Example, examples_of
from generator.reference import place_examples

import micrograd

SESSION = """\
>>> total = 0
>>> for n in (1, 2):
...     total += n
>>> total
3
>>> total / 0  # doctest: +SKIP
Traceback (most recent call last):
ZeroDivisionError: division by zero
>>> print("end")  # doctest: +SKIP
"""


def test_a_session_is_cut_where_it_shows_something() -> None:
    assert list(examples_of(SESSION)) == [
        Example("total = 0\nfor n in (1, 2):\n    total += n\ntotal"),
        Example("total / 0", raises=True),
        Example('print("end")'),
    ]


def test_every_public_name_of_the_package_is_in_the_reference_with_an_example() -> None:
    shown = {name for _, names in reference.sections().values() for name in names}
    modules = {module.rpartition(".")[2] for module, _ in reference.sections().values()}
    assert set(micrograd.__all__) - modules <= shown
    cells = "\n".join(cell.source for cell in reference.chapter().cells)
    made_by_others = {"Module", "CompilationError", "Evaluator", "Step"}
    for name in shown - made_by_others:
        assert cells.count(name) > 1, f"{name} is imported, and no example uses it"


def shown_on_the_page(*sessions: str) -> str:
    return "".join(
        '<div class="highlight"><pre><span></span><code><span class="gp">&gt;&gt;&gt; </span>'
        f"{escape(session.removeprefix('>>> '))}</code></pre></div>"
        for session in sessions
    )


def test_an_example_that_is_not_the_next_cell_is_named() -> None:
    with pytest.raises(ChapterError, match="the page has the example '1 \\+ 1'"):
        place_examples(shown_on_the_page(">>> 1 + 1\n2\n"))


def test_an_example_that_the_page_lacks_is_named() -> None:
    with pytest.raises(ChapterError, match=r"the page lacks the example 'a, b = Value"):
        place_examples("<p>No examples.</p>")
