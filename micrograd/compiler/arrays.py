"""Arrays of numpy as arguments: numbers of their own kind, whose sums round in numpy's own way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from micrograd import engine
from micrograd.compiler.errors import refusal
from micrograd.compiler.tracer import Tracer

SUMS = frozenset({"convolve", "correlate", "dot", "einsum", "inner", "tensordot", "vdot"})


def numbers_of(x: Any) -> list[Any]:
    """The numbers of an array or a scalar of numpy, each of numpy's own class."""
    return list(x.flat)


def rebuild_array(lengths: tuple[int, ...], numbers: Iterator[Any]) -> Any:
    """An array of so many numbers."""
    import numpy

    result = numpy.empty(lengths, dtype=object)
    for place in numpy.ndindex(*lengths):
        result[place] = next(numbers)
    return result.view(array_class())


@cache
def array_class() -> Any:
    """The class of an array of tracers: it computes element by element, and does not add up."""
    import numpy

    def plain(x: Any) -> Any:
        return x.view(numpy.ndarray) if type(x) is TracedArray else x

    def has_values(operands: Any) -> bool:
        return any(type(x) is numpy.ndarray and x.dtype == object for x in operands)

    def check(name: str, operands: Any) -> None:
        if not has_values(operands):
            raise refusal(
                f"computes {name} of an array of numbers of the arguments by numpy, which rounds "
                "in an order of its own.",
                "Compute it before the call, and give it as an argument; or add with `sum`.",
            )

    class TracedArray(numpy.ndarray):  # type: ignore[misc]
        """See `array_class`."""

        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
            if method != "__call__" or ufunc.signature is not None:
                check(f"{ufunc.__name__}.{method}".removesuffix(".__call__"), inputs)
            if "out" in more:
                more["out"] = tuple(map(plain, more["out"]))
            result = getattr(ufunc, method)(*map(plain, inputs), **more)
            more_numbers = type(result) is numpy.ndarray and not has_values(inputs)
            return result.view(TracedArray) if more_numbers else result

        def __array_function__(self, function: Any, types: Any, operands: Any, more: Any) -> Any:
            if function.__name__ in SUMS:
                check(function.__name__, operands)
            return super().__array_function__(function, types, operands, more)

        def dot(self, other: Any) -> Any:
            return self @ other

    return TracedArray


def array_maker(name: str) -> tuple[Any, str, Any] | None:
    """For `numpy.array` and its like: what makes arrays of tracers while a function is traced."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    make = getattr(numpy, name)

    def make_array(*operands: Any, **more: Any) -> Any:
        result = make(*operands, **more)
        traced = engine.recorder is not None and result.dtype == object
        if traced and any(type(x) is Tracer for x in result.flat):
            return result.view(array_class())
        return result

    return numpy, name, make_array
