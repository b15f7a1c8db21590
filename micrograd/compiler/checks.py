"""What is checked: what a reader gives, and a program's numbers against the engine's."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from micrograd.compiler.errors import CompilationError
from micrograd.compiler.results import flat_numbers
from micrograd.engine import Value

SMALL = 5_000
"""Scalars of a graph that the engine builds in a moment."""
LARGE = 60_000
"""Scalars of a graph that the engine is not asked to build."""


def check_function(function: Any) -> None:
    """Raise for what is no function of data."""
    if isinstance(function, Value):
        raise TypeError(
            f"compile got {function!r}, expected a function that computes the loss: "
            "compile(lambda: …, parameters)"
        )
    if hasattr(function, "_with_gradients"):
        raise TypeError("compile got a compiled function, expected the function itself")
    if not callable(function):
        raise TypeError(f"compile got {function!r}, expected a function")


def check_parameters(parameters: Iterable[Value]) -> list[Value]:
    """The parameters as a list; raise for what is none."""
    if isinstance(parameters, Value):
        raise TypeError(f"parameters is {parameters!r}, expected a list of Values: [w]")
    if callable(getattr(parameters, "parameters", None)):
        raise TypeError(
            f"parameters is the {type(parameters).__name__} itself, expected its list: "
            "model.parameters()"
        )
    if callable(parameters):
        raise TypeError("parameters is a function, expected a list: call it, model.parameters()")
    leaves = list(parameters)
    for k, leaf in enumerate(leaves):
        if not isinstance(leaf, Value) or leaf.operands:
            raise TypeError(f"parameter {k} is {leaf!r}, expected a Value that was not computed")
    if len(set(leaves)) < len(leaves):
        raise ValueError("parameters has a Value twice")
    if not leaves:
        raise ValueError("parameters is empty, expected at least one Value")
    return leaves


def check_training(steps: Any, size: Any, optimizer: Any, parameters: Sequence[Value]) -> None:
    """Raise for numbers of steps that are none, and for an optimizer of other Values."""
    if not isinstance(steps, int) or isinstance(steps, bool):
        raise TypeError(f"steps is {steps!r}, expected a whole number")
    if steps < 0:
        raise ValueError(f"steps is {steps}, expected 0 or more")
    if not isinstance(size, int) or size < 1:
        raise ValueError(f"size is {size!r}, expected a whole number, at least 1")
    if not callable(getattr(optimizer, "step", None)):
        raise TypeError(
            f"optimizer is {optimizer!r}, expected an optimizer of micrograd.optim, say "
            "SGD(model.parameters(), lr=0.1); for plain gradient descent give lr=0.1 in its place"
        )
    known = set(map(id, parameters))
    for k, parameter in enumerate(getattr(optimizer, "parameters", ())):
        if id(parameter) not in known:
            raise ValueError(
                f"the optimizer's parameter {k} is none of the {len(parameters)} parameters that "
                "were given to compile"
            )


def is_due(steps: int, size: int, new: bool) -> bool:
    """Whether to compare with the engine, after some steps, a graph of some size."""
    power_of_two = steps & (steps - 1) == 0
    if size <= SMALL:
        return new or power_of_two
    return size <= LARGE and power_of_two and steps >= 64


def next_due(steps: int, count: int) -> bool:
    """Whether a power of two is among the next steps."""
    return count > 0 and (steps + count).bit_length() > steps.bit_length()


def same(left: float, right: float) -> bool:
    """Whether two numbers are the same to the last bit; nan is nan."""
    if left != left or right != right:
        return left != left and right != right
    return struct.pack("d", left) == struct.pack("d", right)


def engine_step(
    function: Callable[..., Any],
    parameters: Sequence[Value],
    leaves: Sequence[Value],
    arguments: Sequence[Any],
) -> tuple[float, list[float]]:
    """Loss and gradients as the engine finds them; leaves `grad` as it was."""
    kept = [(value, value.grad) for value in (*parameters, *leaves)]
    try:
        for parameter in parameters:
            parameter.grad = 0.0
        result = function(*arguments)
        loss = result[0] if isinstance(result, tuple) else result
        loss.backward()
        return loss.data, [parameter.grad for parameter in parameters]
    finally:
        for value, grad in kept:
            value.grad = grad


def check_step(
    function: Callable[..., Any],
    parameters: Sequence[Value],
    leaves: Sequence[Value],
    arguments: Sequence[Any],
    found: tuple[float, list[float]],
) -> None:
    """Compare a step with the engine's.

    Raises:
        CompilationError: they differ.
    """
    expected = engine_step(function, parameters, leaves, arguments)
    wrong = [k for k, pair in enumerate(zip(found[1], expected[1], strict=True)) if not same(*pair)]
    if same(found[0], expected[0]) and not wrong:
        return
    raise CompilationError(
        f"the compiled loss is {found[0]!r}, the function's now {expected[0]!r}"
        + (f"; gradients of parameters {wrong[:10]} differ" if wrong else "")
        + ".\n  The function computes from something that changed and is neither an argument nor a "
        "Value: a number or list outside of it, a counter, a random number.\n  Give it as an "
        "argument, or make it a Value."
    )


def check_result(function: Callable[..., Any], arguments: Sequence[Any], found: Any) -> None:
    """Compare what an evaluated function returned with the engine's.

    Raises:
        CompilationError: they differ.
    """
    result = function(*arguments)
    numbers: list[float] = []

    def collect(left: Any, right: Any) -> None:
        if isinstance(left, list | tuple):
            for pair in zip(left, right, strict=True):
                collect(*pair)
        elif isinstance(left, dict):
            for key in left:
                collect(left[key], right[key])
        elif isinstance(left, Value):
            numbers.append(right)

    collect(result, found)
    if not all(map(same, numbers, flat_numbers(result))):
        raise CompilationError(f"compiled, the function gives {found!r}, and now {result!r}")
