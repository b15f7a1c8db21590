"""The graph that tracing records: columns of numbers, not objects.

Every scalar has a number, its id: parameters first, then everything else in the order in which it
was made, which is the order of the engine's serials. A node has one lane, or as many as a layer has
neurons; its results are consecutive ids. Many ids at once are a `Vector`: a range where they are
evenly spaced, else a tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from micrograd import operations
from micrograd.compiler.ir import Instruction
from micrograd.compiler.symbols import Arithmetic, arithmetic_of

Vector = range | tuple[int, ...]

LEAST_TERMS = 3
"""A sum of fewer products stays as it is written."""


class Kind(Enum):
    """A node that is no pointwise operation."""

    WEIGHTED_SUM = "weighted sum"
    """Operands: a vector of weights for each lane, the vector of inputs, one of biases."""
    LOGSUMEXP = "logsumexp"
    """Operands: one vector."""
    PICK = "pick"
    """A scalar chosen by data. Operands: the number of the choice."""
    STOP = "stop"
    """A number without its gradient. Operands: an id."""


@dataclass(frozen=True, slots=True, eq=False)
class Pointwise:
    """An operation with the same few operands in each lane."""

    name: str
    arithmetic: Arithmetic


def pointwise(name: str, function: Callable[..., Any], operands: int) -> Pointwise:
    """The operation of a function as those of `micrograd.operations`."""
    return Pointwise(name, arithmetic_of(function, (None,) * operands, name))


known = cache(pointwise)


@cache
def power(exponent: str) -> Pointwise:
    """The operation of a power with a plain exponent, which is given as text (-0.0 is not 0.0)."""
    both = arithmetic_of(operations.power, (None, float(exponent)), "**")
    body = tuple(
        Instruction(op, tuple(a - 1 if a else a for a in arguments), value)
        for op, arguments, value in both.body
    )
    slope = both.slopes[0]
    return Pointwise(f"**{exponent}", Arithmetic(1, body, both.result - 1, (slope - 1,)))


ADD = known("+", operations.add, 2)
SUBTRACT = known("-", operations.subtract, 2)
MULTIPLY = known("*", operations.multiply, 2)
DIVIDE = known("/", operations.divide, 2)
GENERAL_POWER = known("**", operations.general_power, 2)
NEGATE = known("neg", operations.negate, 1)
ABSOLUTE = known("abs", operations.absolute, 1)
TANH = known("tanh", operations.tanh, 1)
EXP = known("exp", operations.exp, 1)
LOG = known("log", operations.log, 1)
RELU = known("relu", operations.relu, 1)
SIGMOID = known("sigmoid", operations.sigmoid, 1)


@dataclass(slots=True)
class Choice:
    """A scalar picked by data.

    Attributes:
        place: the place in the data flow of the number that says which.
        candidates: the ids to choose from.
    """

    place: int
    candidates: Vector


@dataclass(slots=True)
class Graph:
    """What tracing recorded.

    Attributes:
        parameters: how many; their ids are 0, 1, …
        leaves: ids of other Values that are read at each call.
        inputs: for each id that is an argument's number its place in the data flow.
        constants: for each id that is a constant the number.
        size: how many ids there are.
        kinds, operands, results, lanes: of each node, in order: what it is; ids or vectors of its
            operands; the first id of its results; how many lanes.
        choices: see `Choice`.
        outputs: ids of the results.
    """

    parameters: int
    size: int
    leaves: list[int] = field(default_factory=list)
    inputs: dict[int, int] = field(default_factory=dict)
    constants: dict[int, float] = field(default_factory=dict)
    kinds: list[Pointwise | Kind] = field(default_factory=list)
    operands: list[tuple[Any, ...]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


def vector_of(ids: Sequence[int]) -> Vector:
    """The ids as a range where they are evenly spaced, else as a tuple."""
    count = len(ids)
    if count > 1:
        step = ids[1] - ids[0]
        if step:
            evenly = range(ids[0], ids[0] + step * count, step)
            if tuple(evenly) == tuple(ids):
                return evenly
    elif count == 1:
        return range(ids[0], ids[0] + 1)
    return tuple(ids)


def are_apart(left: Vector, right: Vector) -> bool:
    """Whether no scalar is in both."""
    ranges = type(left) is range and type(right) is range and left.step > 0 < right.step
    if ranges and (left[-1] < right[0] or right[-1] < left[0]):
        return True
    return set(left).isdisjoint(right)
