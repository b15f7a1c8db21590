"""Which cell a number of the prose follows, and which outputs depend on an exercise's code."""

from __future__ import annotations

import ast
from pathlib import Path

import markdown
import pytest
from book.blocks import Cell, Exercise, Figure, Prose
from book.chapter import Chapter, parse_chapter, read_chapter
from book.dependencies import (
    Following,
    changes_nothing,
    following_figures,
    names_of_figure,
    names_used,
    solutions_needed,
)
from book.page import make_page
from book.recording import Recording

CONTENT = Path(__file__).parents[2] / "content"


def chapter(source: str) -> Chapter:
    return parse_chapter(Path("01-numbers.md"), source)


def test_a_number_follows_the_last_cell_above_that_has_its_names() -> None:
    source = """```python
x = 2
```

```python
y = 3
```

x is {{ x }}, both are {{ [x, y] | }}, {{ 1 + 1 }}, {{ sum(n for n in [x]) | .2f }}.

```python
x, y
```
"""
    one = Following(1, '"{:}".format(x)')
    summed = Following(1, '"{:.2f}".format(sum(n for n in [x]))')
    assert following_figures(chapter(source))[2][0] == one
    assert following_figures(chapter(source))[2][2:] == [None, summed]
    both = following_figures(chapter(source))[2][1]
    assert both
    assert both.cell == 2


def test_a_number_follows_a_cell_that_calls_a_function_with_its_names() -> None:
    source = """```python
x = [2]


def twice():
    x[0] *= 2


def look():
    twice()
```

```python
look()
```

```python
y = 1
```

x is {{ x[0] }}.
"""
    assert following_figures(chapter(source))[3] == [Following(2, '"{:}".format(x[0])')]


def test_code_and_formulas_keep_the_books_number() -> None:
    source = "```python\nx = 2\n```\n\n`{{ x }}`, $x^{{ x }}$ and {{ x }}\n"
    found = following_figures(chapter(source))[1]
    assert [figure is not None for figure in found] == [False, False, True]


@pytest.mark.parametrize(
    "expression",
    ["x.grad", "len(model.parameters())", "max(abs(p - 1) for p in ps)", "-math.log(x)", "x**2"],
)
def test_what_leaves_everything_as_it_was_is_evaluated(expression: str) -> None:
    assert changes_nothing(Figure(expression))


@pytest.mark.parametrize(
    "expression", ["train(model)", "x.backward()", "names.pop()", "(y := x)", "f(x)(1)"]
)
def test_what_could_change_something_is_not(expression: str) -> None:
    assert not changes_nothing(Figure(expression))


def test_the_page_says_what_a_number_follows() -> None:
    read = chapter("```python\nx = 2\n```\n\nx is {{ x | .1f }}, always {{ 1 + 1 }}.\n")
    page = make_page(read, Recording(figures=[[], ["2.0", "2"]]), str, site="../")
    html = page.fill(markdown.markdown(page.markdown, extensions=["md_in_html"]))
    assert 'x is <span class="live-figure" data-figure="0">2.0</span>, always 2.' in html
    assert 'id="live-figures">[{"cell": 1, "code": "\\"{:.1f}\\".format(x)"}]<' in html


EXERCISE = """```python exercise="double"
def double(x):
    return ____
```

<details><summary>Solution</summary>

```python solution="double"
def double(x):
    return 2 * x
```

</details>

<details><summary>Check</summary>

```python check="double"
assert answer
```

</details>
"""


def test_outputs_depend_on_an_exercise_by_name_until_the_name_is_made_anew() -> None:
    cells = [
        "four = double(2)",
        "print(1)",
        "print(four)",
        "box.size = four",
        "print(box)",
        "four = 4",
        "print(four)",
        "def double(x):\n    return x + x",
        "double(3)",
    ]
    source = EXERCISE + "".join(f"\n```python\n{cell}\n```\n" for cell in cells)
    needed = solutions_needed(chapter(source))
    assert needed == {number: ["double"] for number in (2, 4, 5, 6)}


def names_set(code: str) -> set[str]:
    """The names to which a cell gives a value."""
    names = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.stem)
def test_no_number_that_stays_depends_on_a_control(path: Path) -> None:
    """In hints and formulas a number stays the book's, so no slider may change what it counts."""
    book = read_chapter(path)
    controlled: set[str] = set()
    staying: list[Figure] = []
    for block, following in zip(book.blocks, following_figures(book), strict=True):
        if isinstance(block, Cell):
            depends = block.parameters or controlled & names_used(block.source)
            set_here = names_set(block.source)
            controlled = controlled | set_here if depends else controlled - set_here
        elif isinstance(block, Exercise):
            staying += [f for f in block.figures() if names_of_figure(f) & controlled]
        elif isinstance(block, Prose):
            staying += [
                figure
                for figure, follows in zip(block.figures(), following, strict=True)
                if follows is None and names_of_figure(figure) & controlled
            ]
    assert [figure.expression for figure in staying] == []
