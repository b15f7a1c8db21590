"""Run an operation's arithmetic over symbols, and keep what it does.

`micrograd.operations` states the arithmetic of each operation once, as a function from numbers to a
result and its slopes. Called with symbols in place of numbers, the same function leaves a body of
elementary instructions. So the compiled program cannot drift from the engine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

from micrograd import operations
from micrograd.compiler.errors import CompilationError
from micrograd.compiler.ir import Instruction, Op


class ConcretizationError(Exception):
    """An operation's function asked which way a comparison of symbols goes."""


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    """What an operation computes.

    Attributes:
        operands: how many it has; they are the values 0, 1, … of the body.
        body: the instructions.
        result: the number of the value that is its result.
        slopes: for each operand the number of the value that is the slope.
    """

    operands: int
    body: tuple[Instruction, ...]
    result: int
    slopes: tuple[int, ...]

    def literal(self, value: int) -> float | None:
        """The number that a value of the body is in every run, or None."""
        if value < self.operands:
            return None
        instruction = self.body[value - self.operands]
        return instruction.value if instruction.op is Op.LITERAL else None


class Body:
    """The instructions so far; equal ones are one."""

    def __init__(self, operands: int) -> None:
        self.operands = operands
        self.instructions: list[Instruction] = []
        self.numbers: dict[tuple[Op, tuple[int, ...], str], int] = {}

    def append(self, op: Op, *arguments: int, value: float = 0.0) -> Symbol:
        """The symbol of an instruction, which is appended unless it is there."""
        key = (op, arguments, repr(value))  # repr tells -0.0 from 0.0
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = self.operands + len(self.instructions)
            self.instructions.append(Instruction(op, arguments, value))
        return Symbol(self, number)

    def symbol(self, number: Symbol | float) -> Symbol:
        """A symbol as it is, and a number as a literal."""
        if isinstance(number, Symbol):
            return number
        return self.append(Op.LITERAL, value=float(number))

    def arithmetic(self, result: Symbol, slopes: list[Symbol]) -> Arithmetic:
        """The finished body."""
        places = tuple([slope.number for slope in slopes])
        return Arithmetic(self.operands, tuple(self.instructions), result.number, places)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison that only `where` may use."""

    op: Op
    left: Symbol
    right: Symbol

    def __bool__(self) -> bool:
        raise ConcretizationError(
            f"it asks whether an operand is {self.op.value} another; use `where`"
        )


class Symbol:
    """A number that is not known yet; what is done with it becomes instructions."""

    __slots__ = ("body", "number")

    def __init__(self, body: Body, number: int) -> None:
        self.body = body
        self.number = number

    def then(self, op: Op, *others: Symbol | float) -> Symbol:
        """An instruction whose first argument is this symbol."""
        body = self.body
        return body.append(op, self.number, *(body.symbol(other).number for other in others))

    def reflected(self, op: Op, other: float) -> Symbol:
        """An instruction of two arguments of which a number comes first."""
        return self.body.symbol(other).then(op, self)

    def compared(self, op: Op, other: Symbol | float) -> Comparison:
        """A comparison, for `where`."""
        return Comparison(op, self, self.body.symbol(other))

    def __float__(self) -> float:
        raise ConcretizationError(
            "it asks for an operand's number; call `math.NAME` in the function itself"
        )

    def __add__(self, other: Symbol | float) -> Symbol:
        return self.then(Op.ADD, other)

    def __sub__(self, other: Symbol | float) -> Symbol:
        return self.then(Op.SUBTRACT, other)

    def __mul__(self, other: Symbol | float) -> Symbol:
        return self.then(Op.MULTIPLY, other)

    def __truediv__(self, other: Symbol | float) -> Symbol:
        return self.then(Op.DIVIDE, other)

    def __radd__(self, other: float) -> Symbol:
        return self.reflected(Op.ADD, other)

    def __rsub__(self, other: float) -> Symbol:
        return self.reflected(Op.SUBTRACT, other)

    def __rmul__(self, other: float) -> Symbol:
        return self.reflected(Op.MULTIPLY, other)

    def __rtruediv__(self, other: float) -> Symbol:
        return self.reflected(Op.DIVIDE, other)

    def __neg__(self) -> Symbol:
        return self.then(Op.NEGATE)

    def __abs__(self) -> Symbol:
        return self.then(Op.ABSOLUTE)

    def __lt__(self, other: Symbol | float) -> Comparison:
        return self.compared(Op.LESS, other)

    def __le__(self, other: Symbol | float) -> Comparison:
        return self.compared(Op.LESS_EQUAL, other)

    def __gt__(self, other: Symbol | float) -> Comparison:
        return self.compared(Op.GREATER, other)

    def __ge__(self, other: Symbol | float) -> Comparison:
        return self.compared(Op.GREATER_EQUAL, other)

    def __eq__(self, other: object) -> Any:
        return self.compared(Op.EQUAL, other) if isinstance(other, int | float | Symbol) else False

    def __ne__(self, other: object) -> Any:
        if isinstance(other, int | float | Symbol):
            return self.compared(Op.NOT_EQUAL, other)
        return True

    __hash__ = None  # type: ignore[assignment]


def where(condition: Comparison | bool, yes: Symbol | float, no: Symbol | float) -> Symbol | float:
    """`operations.where` over symbols: a comparison that chooses."""
    if not isinstance(condition, Comparison):
        return yes if condition else no
    return condition.left.then(condition.op, condition.right, yes, no)


def over_math(op: Op) -> Callable[..., Any]:
    """The function of `math` that an operation is, over symbols; over numbers what it was."""
    plain = getattr(math, op.value)

    def function(*arguments: Symbol | float) -> Any:
        for argument in arguments:
            if isinstance(argument, Symbol):
                symbols = [argument.body.symbol(each) for each in arguments]
                return symbols[0].then(op, *symbols[1:])
        return plain(*arguments)

    return function


FUNCTIONS = {
    op.value: over_math(op) for op in (Op.TANH, Op.EXP, Op.LOG, Op.POW, Op.SQRT, Op.SIN, Op.COS)
}
CONSTANTS = {name: getattr(math, name) for name in ("nan", "inf", "pi", "e", "tau")}
REPLACED = {getattr(math, name): function for name, function in FUNCTIONS.items()}


class SymbolicMath(SimpleNamespace):
    """`math` over symbols; of its other functions it says that they are not known."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = ", ".join(f"math.{each}" for each in FUNCTIONS)
        raise ConcretizationError(
            f"it uses math.{name}; known are {known}, + - * / abs and `where`"
        )


SYMBOLIC_MATH = SymbolicMath(**FUNCTIONS, **CONSTANTS)


def trace_arithmetic(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same code with a `math` and a `where` that take symbols."""
    if not isinstance(function, FunctionType):
        raise ConcretizationError("it is no function written in Python")
    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        value = names.get(name)
        if value is math:
            names[name] = SYMBOLIC_MATH
        elif value is operations.where:
            names[name] = where
        elif callable(value) and value in REPLACED:
            names[name] = REPLACED[value]
    return FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )


def arithmetic_of(
    function: Callable[..., Any], known: tuple[float | None, ...], name: str = ""
) -> Arithmetic:
    """The arithmetic of an operation's function.

    Args:
        function: as those of `micrograd.operations`, from numbers to a result and slopes.
        known: for each operand None, or the number that it is in every run (a power's exponent).
        name: of the operation, for the error.

    Raises:
        CompilationError: the function needs a number where it was given a symbol.
    """
    body = Body(len(known))
    try:
        result, slopes = trace_arithmetic(function)(
            *(Symbol(body, k) if number is None else number for k, number in enumerate(known))
        )
    except (ConcretizationError, TypeError) as error:
        raise CompilationError(
            f"the function of the operation {name!r} cannot be compiled: {error}. "
            "Write it as those in micrograd/operations.py: from numbers to a result and a tuple of "
            "slopes, choices by `where`"
        ) from error
    wanted = [body.symbol(slope) for slope in slopes]
    return body.arithmetic(body.symbol(result), wanted)


@cache
def trimmed(
    arithmetic: Arithmetic, wanted: tuple[int, ...]
) -> tuple[tuple[Instruction, ...], tuple[int, ...]]:
    """The instructions that some values need, and those where the engine may raise.

    Returns:
        the body, and where in it the wanted values are.
    """
    first = arithmetic.operands
    needed = set(wanted)
    checked: set[int] = set()  # what was divided by, or is above 0: dividing by it cannot fail
    for k, (op, arguments, _) in enumerate(arithmetic.body, first):
        if op is Op.DIVIDE and arguments[1] in checked:
            continue
        if op.may_fail:
            needed.add(k)
            if op in (Op.DIVIDE, Op.LOG):
                checked.add(arguments[-1])
    for k in range(first + len(arithmetic.body) - 1, first - 1, -1):
        if k in needed:
            needed.update(arithmetic.body[k - first].arguments)
    kept = sorted(number for number in needed if number >= first)
    place = dict(zip([*range(first), *kept], range(first + len(kept)), strict=True))
    body = tuple(
        Instruction(op, tuple(place[a] for a in arguments), value)
        for op, arguments, value in (arithmetic.body[number - first] for number in kept)
    )
    return body, tuple(place[value] for value in wanted)
