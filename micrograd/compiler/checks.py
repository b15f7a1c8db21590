"""What is checked: what a reader gives, and a program's numbers against the engine's."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from micrograd.compiler.backend import are_same
from micrograd.compiler.errors import CompilationError
from micrograd.compiler.results import flat_numbers
from micrograd.engine import Value, topological_order

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
    own = list(getattr(optimizer, "parameters", ()))
    if are_same(own, parameters):
        return
    known = set(map(id, parameters))
    for k, parameter in enumerate(own):
        if id(parameter) not in known:
            raise ValueError(
                f"the optimizer's parameter {k} is none of the {len(parameters)} parameters that "
                "were given to compile"
            )


def is_quick(size: int, runs: int, enough: int = 64) -> bool:
    """Whether the engine can do the same as a graph of some size, after so many runs of it.

    A step of the engine takes as long as a thousand of a compiled training: a larger graph's is
    only done after `enough` runs.
    """
    return size <= SMALL or (size <= LARGE and runs >= enough)


def is_due(runs: int, size: int, new: bool) -> bool:
    """Whether to compare a run with the engine: the first of a shape, then at powers of two."""
    return (new or runs & (runs - 1) == 0) and is_quick(size, runs)


def next_due(runs: int, count: int) -> bool:
    """Whether a power of two is among the next runs."""
    return count > 0 and (runs + count).bit_length() > runs.bit_length()


def same(left: Sequence[float], right: Sequence[float]) -> bool:
    """Whether numbers are the same to the last bit; nan is nan."""
    return len(left) == len(right) and all(
        x != x and y != y if x != x or y != y else struct.pack("d", x) == struct.pack("d", y)
        for x, y in zip(left, right, strict=True)
    )


def check_step(
    function: Callable[..., Any],
    parameters: Sequence[Value],
    arguments: Sequence[Any],
    found: Any,
    gradients: Sequence[float],
) -> None:
    """Compare a step with the engine's, which leaves `grad` as it was.

    Raises:
        CompilationError: they differ.
    """
    result = function(*arguments)
    loss = result[0] if isinstance(result, tuple) else result
    kept = [(value, value.grad) for value in leaves_of(loss)]
    try:
        for value, _ in kept:
            value.grad = 0.0
        loss.backward()
        arrived = dict.fromkeys(parameters, 0.0) | {value: value.grad for value, _ in kept}
    finally:
        for value, grad in kept:
            value.grad = grad
    pairs = zip(gradients, [arrived[parameter] for parameter in parameters], strict=True)
    wrong = [k for k, (x, y) in enumerate(pairs) if not same([x], [y])]
    check_same(flat_numbers(found), flat_numbers(result), wrong)


def check_result(function: Callable[..., Any], arguments: Sequence[Any], found: Any) -> None:
    """Compare what an evaluated function returned with the engine's.

    Raises:
        CompilationError: they differ.
    """
    check_same(flat_numbers(found), flat_numbers(function(*arguments)), [])


def leaves_of(loss: Value) -> list[Value]:
    """The Values that a loss was computed from and that were not computed themselves."""
    used = [loss, *chain.from_iterable(node.operands for node in topological_order(loss))]
    return [value for value in dict.fromkeys(used) if isinstance(value, Value)]


def check_same(found: Sequence[float], expected: Sequence[float], wrong: Sequence[int]) -> None:
    """Raise unless results, and all but no gradients, are the same."""
    if same(found, expected) and not wrong:
        return
    pairs = enumerate(zip(found, expected, strict=False))
    first = next((k for k, (x, y) in pairs if not same([x], [y])), 0)
    raise CompilationError(
        f"the compiled function gives {found[first]!r}, the function itself now "
        f"{expected[first]!r}"
        + (f"; gradients of parameters {list(wrong[:10])} differ" if wrong else "")
        + ".\n  The function computes from something that changed, or that is not known while it "
        "is traced, and that is neither an argument nor a Value: a number or list outside of it, a "
        "counter, a random number, the time, type(x).\n  Give it as an argument, or make it a "
        "Value."
    )
