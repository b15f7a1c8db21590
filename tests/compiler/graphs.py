"""Graphs for the tests: plans that Hypothesis draws, and that build a loss from any numbers."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from micrograd.engine import Value, weighted_sum

UNARY: dict[str, Callable[[Value], Value]] = {
    "neg": lambda a: -a,
    "tanh": lambda a: a.tanh(),
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "relu": lambda a: a.relu(),
    "sigmoid": lambda a: a.sigmoid(),
    "abs": lambda a: abs(a),
    "square": lambda a: a**2,
    "cube": lambda a: a**3,
    "inverse": lambda a: a**-1,
    "root": lambda a: a**0.5,
    "constant": lambda a: a**0,
    "2 - a": lambda a: 2 - a,
    "3 / a": lambda a: 3 / a,
    "2 ** a": lambda a: 2**a,
}
BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a ** (b if isinstance(b, Value) else Value(b)),
}


@dataclass(frozen=True)
class Plan:
    """Steps that turn parameters and a row of numbers into a term."""

    parameters: int
    columns: int
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def term(self, parameters: Sequence[Value], row: Sequence[float]) -> Value:
        pool: list[Value | float] = [*parameters, *row]
        result = parameters[0] * 1.0
        for name, picks in self.steps:
            chosen = [pool[pick % len(pool)] for pick in picks]
            first = chosen[0] if isinstance(chosen[0], Value) else result
            if name in UNARY:
                result = UNARY[name](first)
            elif name in BINARY:
                result = BINARY[name](first, chosen[1])  # type: ignore[arg-type]
            else:
                weights = [parameters[pick % len(parameters)] for pick in picks[:2]]
                bias = parameters[picks[2] % len(parameters)]
                inputs = chosen[:2]
                if all(isinstance(x, Value) for x in inputs) or not any(
                    isinstance(x, Value) for x in inputs
                ):
                    result = weighted_sum(weights, tuple(inputs), bias)  # type: ignore[arg-type]
                else:
                    result = bias + weights[0] * inputs[0] + weights[1] * inputs[1]
            pool.append(result)
        # every step is used: one that is not could raise while nothing compiled is there to
        for each in pool[self.parameters + self.columns : -1]:
            result = result + each
        return result


numbers = st.floats(-3, 3, allow_subnormal=False)
wild = st.one_of(
    numbers,
    st.sampled_from([0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324, 710.0]),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan with up to 4 parameters, 3 columns and 12 steps."""
    names = st.sampled_from([*UNARY, *BINARY, "weighted sum"])
    picks = st.tuples(*[st.integers(0, 30)] * 3)
    steps = draw(st.lists(st.tuples(names, picks), min_size=1, max_size=12))
    return Plan(draw(st.integers(1, 4)), draw(st.integers(0, 3)), tuple(steps))


def tables(
    plan: Plan, entries: st.SearchStrategy[float] = numbers
) -> st.SearchStrategy[list[list[float]]]:
    """From 1 to 5 rows of numbers for a plan."""
    row = st.lists(entries, min_size=plan.columns, max_size=plan.columns)
    return st.lists(row, min_size=1, max_size=5)


def bits(number: float) -> bytes | str:
    """A number to the last bit; every nan is the same."""
    return "nan" if number != number else struct.pack("d", number)


def eager(loss: Value, parameters: Sequence[Value]) -> list[bytes | str]:
    """The bits of the loss and of the gradients that the engine finds."""
    for parameter in parameters:
        parameter.grad = 0.0
    loss.backward()
    return [bits(loss.data), *(bits(parameter.grad) for parameter in parameters)]


def total(terms: Iterable[Value], start: Value | float = 0) -> Value:
    """What `sum` gives, which is a Value unless there are no terms."""
    result = sum(terms, start)
    assert isinstance(result, Value)
    return result
