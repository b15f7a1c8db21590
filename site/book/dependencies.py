"""What the numbers of the prose, and the cells below an exercise, depend on: read from names."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from book.blocks import FIGURE, INLINE_CODE, Cell, Exercise, Figure, Prose
from book.chapter import Chapter
from book.tokens import outside_code

NO_PLACE_FOR_HTML = (INLINE_CODE, re.compile(r"\$[^$\n]+\$|!\[[^\]]*\]|<[^>]*>|^#.*$", re.M))
WORD = re.compile(r"\b[^\W\d]\w*\b")
# fmt: off
FUNCTIONS = frozenset([
    "abs", "all", "any", "bool", "dict", "float", "int", "len", "list", "max", "mean", "min",
    "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip",
])
# fmt: on
"""What an expression may call and leave everything as it was: in a run of the reader's, too."""
METHODS = frozenset(["count", "get", "index", "items", "keys", "parameters", "values"])
MODULES = frozenset(["math"])


@dataclass(frozen=True)
class Following:
    """A number in the prose that follows the reader's runs."""

    cell: int
    """The last cell above it that has one of its names, or calls a function that has one: with its
    run, the number is new."""
    code: str | None
    """What gives its text; none where the expression would change what the reader has."""


def following_figures(chapter: Chapter) -> list[list[Following | None]]:
    """By block the figures of the prose, in order; none for those that no run can change."""
    cells: list[tuple[int, set[str]]] = []
    within: dict[str, set[str]] = {}
    found: list[list[Following | None]] = []

    def add(number: int, *sources: str) -> None:
        names = set[str]().union(*map(names_used, sources))
        for source in sources:
            within.update(_names_within_functions(source))
        waiting = list(names)
        while waiting:
            reached = within.get(waiting.pop(), set()) - names
            names |= reached
            waiting += reached
        cells.append((number, names))

    for block in chapter.blocks:
        figures: list[Following | None] = []
        if isinstance(block, Prose):
            for figure, may_be_marked in zip(block.figures(), _markable(block), strict=True):
                cell = _last_with(names_of_figure(figure), cells)
                code = _code_of(figure) if changes_nothing(figure) else None
                figures.append(Following(cell, code) if cell and may_be_marked else None)
        elif isinstance(block, Exercise):
            add(block.starter.number, block.starter.source, block.solution.source)
        elif isinstance(block, Cell):
            add(block.number, block.source)
        found.append(figures)
    return found


def _markable(prose: Prose) -> Iterator[bool]:
    """Whether an element may stand in each figure's place; in code and formulas it may not."""
    for piece, is_prose in outside_code(prose.text):
        if not is_prose:
            continue
        taken = [match.span() for kind in NO_PLACE_FOR_HTML for match in kind.finditer(piece)]
        for match in FIGURE.finditer(piece):
            if not match["escape"]:
                yield not any(start <= match.start() and match.end() <= end for start, end in taken)


def _last_with(names: set[str], cells: list[tuple[int, set[str]]]) -> int:
    return next((number for number, used in reversed(cells) if names & used), 0)


def _code_of(figure: Figure) -> str:
    # A method of a string: `format` may be a name of the reader's by now.
    return f'"{{:{figure.spec}}}".format({figure.expression})'


def _tree_of(figure: Figure) -> ast.expr:
    return ast.parse(f"({figure.expression}\n)", mode="eval").body


def names_of_figure(figure: Figure) -> set[str]:
    """The names that a cell has to have made."""
    tree = _tree_of(figure)
    own = {arg.arg for arg in ast.walk(tree) if isinstance(arg, ast.arg)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return {name.id for name in names} - own - MODULES - set(dir(builtins))


def changes_nothing(figure: Figure) -> bool:
    """Whether the expression only calls what leaves the reader's values as they are."""
    tree = _tree_of(figure)
    if any(isinstance(node, ast.NamedExpr | ast.Await | ast.Yield) for node in ast.walk(tree)):
        return False
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return all(
        called.id in FUNCTIONS
        if isinstance(called, ast.Name)
        else isinstance(called, ast.Attribute)
        and (
            called.attr in METHODS
            or (isinstance(called.value, ast.Name) and called.value.id in MODULES)
        )
        for called in calls
    )


def names_used(code: str) -> set[str]:
    """Every name in the code, wherever it stands; of code with magics, every word."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set(WORD.findall(code))
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            used.add(node.name)
        elif isinstance(node, ast.alias):
            used.add((node.asname or node.name).partition(".")[0])
    return used


def _names_within_functions(code: str) -> dict[str, set[str]]:
    """By name the code's own functions, and every name that stands in them."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return {}
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {function.name: names_used(ast.unparse(function)) for function in functions}


def solutions_needed(chapter: Chapter) -> dict[int, list[str]]:
    """By number the cells whose output depends on an exercise's code, and on which exercises."""
    made_by: dict[str, set[str]] = {}
    needed: dict[int, list[str]] = {}
    for block in chapter.blocks:
        if isinstance(block, Exercise):
            code, sources = block.solution.source, {block.name}
        elif isinstance(block, Cell):
            code, sources = block.source, set()
        else:
            continue
        made, changed, used = _names_by_role(code)
        # What a cell makes anew, it does not need from above.
        for name in used:
            sources = sources | made_by.get(name, set())
        for name in made:
            made_by[name] = sources
        for name in changed - made:
            made_by[name] = made_by.get(name, set()) | sources
        if isinstance(block, Cell) and sources:
            needed[block.number] = [name for name in chapter.exercises if name in sources]
    return needed


def _names_by_role(code: str) -> tuple[set[str], set[str], set[str]]:
    """The names that the code binds, those of whose values it sets a part, and those it reads."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set(), set(), set(WORD.findall(code))
    made: set[str] = set()
    changed: set[str] = set()

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
            return
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp):
            return
        if isinstance(node, ast.GeneratorExp):
            return
        if isinstance(node, ast.alias):
            made.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            root: ast.expr = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(root, ast.Name):
                changed.add(root.id)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(tree)
    read = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return made, changed, read | changed
