"""Run an operation's arithmetic over symbols, and write down what it does.

`micrograd.operations` states the arithmetic of each operation once, as a function from numbers to a
result and its slopes. Called with symbols in place of numbers, the same function leaves a recipe:
the list of elementary steps (`+`, `tanh`, …) that both backends print. So the compiled program
cannot drift from the engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

from micrograd import operations

MAY_FAIL = frozenset({"/", "exp", "log", "pow"})
"""The steps that raise for some numbers; they are kept even where nothing uses their result."""


class Undecided(Exception):
    """An operation's function asked which way a comparison of symbols goes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One elementary step: `name` applied to earlier steps, or a literal's `value`.

    Names: `operand`, `literal`, `+ - * /`, `neg abs tanh exp log pow`, and the comparisons
    `< <= > >= == !=` of two numbers, which choose between two more.
    """

    name: str
    arguments: tuple[int, ...] = ()
    value: float = 0.0


@dataclass(slots=True)
class Recipe:
    """What an operation computes: steps, the step that is its result, those that are its slopes."""

    steps: list[Step]
    result: int
    slopes: tuple[int, ...]
    needed: list[int] = field(default_factory=list)
    """The steps that the result needs, and those that may fail, in order."""

    def __post_init__(self) -> None:
        wanted = {self.result}
        wanted.update(k for k, step in enumerate(self.steps) if step.name in MAY_FAIL)
        for k in range(len(self.steps) - 1, -1, -1):
            if k in wanted:
                wanted.update(self.steps[k].arguments)
        self.needed = sorted(wanted)

    def operands_of(self, step: int) -> set[int]:
        """The operands that a step depends on."""
        wanted = {step}
        for k in range(step, -1, -1):
            if k in wanted:
                wanted.update(self.steps[k].arguments)
        return {int(self.steps[k].value) for k in wanted if self.steps[k].name == "operand"}


class Notebook:
    """The steps written down so far; equal steps are one."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.numbers: dict[tuple[str, tuple[int, ...], str], int] = {}

    def write(self, name: str, *arguments: int, value: float = 0.0) -> Symbol:
        """The symbol of a step, which is written down unless it already is."""
        key = (name, arguments, repr(value))  # repr tells -0.0 from 0.0
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.steps)
            self.steps.append(Step(name, arguments, value))
        return Symbol(self, number)

    def symbol(self, number: Symbol | float) -> Symbol:
        """A symbol as it is, and a number as a literal."""
        return number if isinstance(number, Symbol) else self.write("literal", value=float(number))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison that only `where` may use."""

    name: str
    left: Symbol
    right: Symbol

    def __bool__(self) -> bool:
        raise Undecided(f"a symbol was asked whether it is {self.name} another")


class Symbol:
    """A number that is not known yet; what is done with it is written into the notebook."""

    __slots__ = ("notebook", "number")

    def __init__(self, notebook: Notebook, number: int) -> None:
        self.notebook = notebook
        self.number = number

    def then(self, name: str, *others: Symbol | float) -> Symbol:
        """A step that begins with this symbol."""
        book = self.notebook
        return book.write(name, self.number, *(book.symbol(other).number for other in others))

    def turned(self, name: str, other: float) -> Symbol:
        """A step of two in which a number comes first."""
        return self.notebook.symbol(other).then(name, self)

    def compared(self, name: str, other: Symbol | float) -> Comparison:
        """A comparison, for `where`."""
        return Comparison(name, self, self.notebook.symbol(other))

    def __add__(self, other: Symbol | float) -> Symbol:
        return self.then("+", other)

    def __sub__(self, other: Symbol | float) -> Symbol:
        return self.then("-", other)

    def __mul__(self, other: Symbol | float) -> Symbol:
        return self.then("*", other)

    def __truediv__(self, other: Symbol | float) -> Symbol:
        return self.then("/", other)

    def __radd__(self, other: float) -> Symbol:
        return self.turned("+", other)

    def __rsub__(self, other: float) -> Symbol:
        return self.turned("-", other)

    def __rmul__(self, other: float) -> Symbol:
        return self.turned("*", other)

    def __rtruediv__(self, other: float) -> Symbol:
        return self.turned("/", other)

    def __neg__(self) -> Symbol:
        return self.then("neg")

    def __abs__(self) -> Symbol:
        return self.then("abs")

    def __lt__(self, other: Symbol | float) -> Comparison:
        return self.compared("<", other)

    def __le__(self, other: Symbol | float) -> Comparison:
        return self.compared("<=", other)

    def __gt__(self, other: Symbol | float) -> Comparison:
        return self.compared(">", other)

    def __ge__(self, other: Symbol | float) -> Comparison:
        return self.compared(">=", other)

    def __eq__(self, other: object) -> Any:
        return self.compared("==", other) if isinstance(other, int | float | Symbol) else False

    def __ne__(self, other: object) -> Any:
        return self.compared("!=", other) if isinstance(other, int | float | Symbol) else True

    __hash__ = None  # type: ignore[assignment]


def where(condition: Comparison | bool, yes: Symbol | float, no: Symbol | float) -> Symbol | float:
    """`operations.where` over symbols: a comparison's step that chooses."""
    if not isinstance(condition, Comparison):
        return yes if condition else no
    return condition.left.then(condition.name, condition.right, yes, no)


def by_name(name: str) -> Callable[..., Any]:
    """The function `math.NAME` over symbols; over numbers it stays what it is."""
    plain = getattr(math, name)

    def function(*arguments: Symbol | float) -> Any:
        for argument in arguments:
            if isinstance(argument, Symbol):
                symbols = [argument.notebook.symbol(each) for each in arguments]
                return symbols[0].then(name, *symbols[1:])
        return plain(*arguments)

    return function


SYMBOLIC_MATH = SimpleNamespace(
    **{name: by_name(name) for name in ("tanh", "exp", "log", "pow")},
    nan=math.nan,
    inf=math.inf,
)


def over_symbols(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same code with a `math` and a `where` that take symbols."""
    assert isinstance(function, FunctionType)
    names = {**function.__globals__, "math": SYMBOLIC_MATH, "where": where}
    return FunctionType(function.__code__, names, function.__name__, function.__defaults__)


def written_down(function: Callable[..., Any], known: tuple[float | None, ...]) -> Recipe:
    """Run a function over a symbol for each None in `known`, and over the numbers in it."""
    book = Notebook()
    operands = [book.write("operand", value=float(k)) for k in range(len(known))]
    result, slopes = function(
        *(
            symbol if number is None else number
            for symbol, number in zip(operands, known, strict=True)
        )
    )
    numbers = [book.symbol(slope).number for slope in slopes]
    return Recipe(book.steps, book.symbol(result).number, tuple(numbers))


@cache
def recipe(function: Callable[..., Any], known: tuple[float | None, ...]) -> Recipe:
    """The recipe of an operation's function.

    Args:
        function: one of `micrograd.operations`, from numbers to a result and slopes.
        known: for each operand None, or the number that it is in every run (a power's exponent).

    Raises:
        Undecided: the function needs a number where it was given a symbol.
    """
    return written_down(over_symbols(function), known)


@cache
def choice_recipe(count: int) -> Recipe:
    """The recipe of one of so many operands, which the first operand names.

    A choice hands its gradient on by comparisons, not by slopes: 0 times an infinite gradient would
    be nan.
    """

    def chosen(which: Any, *candidates: Any) -> Any:
        result = candidates[-1]
        for k in range(count - 2, -1, -1):
            result = where(which == k, candidates[k], result)
        return result, (0.0,) * (count + 1)

    return written_down(chosen, (None,) * (count + 1))


@cache
def weighted_sum_recipe(inputs: int) -> Recipe:
    """The recipe of a weighted sum: operands are weights, the bias, inputs."""

    def flat(*operands: Any) -> Any:
        return over_symbols(operations.weighted_sum)(
            operands[:inputs], operands[inputs + 1 :], operands[inputs]
        )

    return written_down(flat, (None,) * (2 * inputs + 1))


def recipe_of(operation: str, count: int, power: float | None = None) -> Recipe:
    """The recipe of an operation of so many operands; of a power, with its plain exponent."""
    if operation == "weighted sum":
        return weighted_sum_recipe(count // 2)
    if operation == "choice":
        return choice_recipe(count - 1)
    if power is not None:
        return recipe(operations.power, (None, power))
    function = operations.general_power if operation == "**" else operations.ARITHMETIC[operation]
    return recipe(function, (None,) * count)
