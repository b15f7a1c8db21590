"""What a function returns: Values and numbers in lists, tuples and dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

from micrograd.compiler.detached import Detached
from micrograd.compiler.errors import CompilationError
from micrograd.compiler.tracer import Tracer
from micrograd.engine import Value


class Output(NamedTuple):
    """Stands in a result for a number that the program computes."""

    number: int


def replace(result: Any, use: Callable[[Any], Any]) -> Any:
    """The same lists, tuples and dictionaries, with what is in them replaced."""
    if type(result) is Output or not isinstance(result, (list, tuple, dict)):
        return use(result)
    if isinstance(result, dict):
        return {key: replace(each, use) for key, each in result.items()}
    items = [replace(each, use) for each in result]
    if isinstance(result, list):
        return items
    return type(result)(*items) if hasattr(result, "_fields") else tuple(items)


def collect(result: Any, found: list[Any]) -> Any:
    """A result with an `Output` for each Value or number of the arguments, which are collected."""

    def use(each: Any) -> Any:
        if isinstance(each, Value | Tracer | Detached):
            found.append(each)
            return Output(len(found) - 1)
        if each is None or isinstance(each, Real | str | bytes):
            return each
        raise CompilationError(
            f"the function returns {each!r} beside the loss; expected Values, numbers, and lists, "
            "tuples or dictionaries of them"
        )

    return replace(result, use)


def fill(template: Any, numbers: list[float]) -> Any:
    """A result with the numbers in place of its outputs."""
    return replace(template, lambda each: numbers[each[0]] if type(each) is Output else each)


def split_loss(result: Any, parameters: list[Value]) -> Value:
    """The loss in what a function returned.

    Raises:
        CompilationError: there is no loss; says what there is, and what to write.
    """
    loss = result
    if isinstance(result, tuple):
        if len(result) != 2 or not isinstance(result[0], Value):
            kinds = ", ".join(type(each).__name__ for each in result)
            raise CompilationError(
                f"the loss is a tuple ({kinds}), expected a Value, or a pair (loss, anything) "
                "whose first is a Value"
            )
        loss = result[0]
    if isinstance(loss, Value):
        for k, parameter in enumerate(parameters):
            if loss is parameter:
                raise CompilationError(
                    f"the loss is parameter {k} itself, expected a Value that is computed from "
                    "the parameters, say (p - 3) ** 2"
                )
        return loss
    raise CompilationError(f"the loss is {describe(loss)}")


def describe(loss: Any) -> str:
    """What a loss is that is no Value, and what to write."""
    if loss is None:
        return "None, expected a Value: does the function end with `return loss`?"
    if isinstance(loss, Real) and not isinstance(loss, Tracer | Detached) and loss == 0:
        return "0, expected a Value: a sum of no terms is 0. Give at least one example"
    if isinstance(loss, Detached):
        return "a Value's data, expected the Value: return it without `.data`"
    if isinstance(loss, Real):
        return "a number that depends on no parameter, expected a Value"
    if isinstance(loss, list):
        return f"a list of {len(loss)}, expected one Value: add them up with `sum`"
    return f"a {type(loss).__name__}, expected a Value"


def flat_numbers(result: Any) -> list[float]:
    """All numbers in a result, of the engine or of a program."""
    found: list[float] = []

    def use(each: Any) -> Any:
        if isinstance(each, Value | Real):
            found.append(each.data if isinstance(each, Value) else float(each))
        return each

    replace(result, use)
    return found
