"""The data of a Value while a function of it is traced."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

from micrograd.compiler.errors import refusal
from micrograd.compiler.tracer import INSTEAD
from micrograd.engine import Value


def detached(method: str) -> Callable[..., Any]:
    """An operator of `Detached`."""

    def apply(self: Detached, *others: Any) -> Any:
        plain = [other.value if type(other) is Detached else other for other in others]
        if any(isinstance(other, Value) for other in others):
            return NotImplemented
        result = getattr(Value, method)(self.value, *plain)
        return result if result is NotImplemented else Detached(result)

    return apply


class Detached:
    """What `.data` of a Value gives while tracing: its number, without its gradient."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<a Value's data>"

    __add__ = detached("__add__")
    __radd__ = detached("__radd__")
    __sub__ = detached("__sub__")
    __rsub__ = detached("__rsub__")
    __mul__ = detached("__mul__")
    __rmul__ = detached("__rmul__")
    __truediv__ = detached("__truediv__")
    __rtruediv__ = detached("__rtruediv__")
    __neg__ = detached("__neg__")
    __abs__ = detached("__abs__")

    def _refuse(self, *others: Any) -> Any:
        raise refuse_decision()

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __hash__ = _refuse

    def _refuse_number(self, *others: Any) -> Any:
        raise refusal(
            "computes with a Value's data in a way that a compiled program cannot follow; the "
            "result would stay as it is now.",
            "Use operations of Values. An operation of your own is given by its function: "
            'sin = Operation("sin", lambda x: (math.sin(x), (math.cos(x),))), then sin(value); '
            "see micrograd.engine.Operation.",
        )

    __float__ = __int__ = __index__ = __pow__ = __rpow__ = __floordiv__ = __mod__ = _refuse_number
    __round__ = __trunc__ = __floor__ = __ceil__ = __str__ = __format__ = _refuse_number


Real.register(Detached)


def refuse_decision(*_: Any) -> Exception:
    """The error for a comparison of Values."""
    return refusal(
        "decides on the data of a Value. Compiled, the decision would stay as it is now, whatever "
        "the parameters become.",
        f"{INSTEAD} For an accuracy, return the predictions beside the loss and compare outside.",
    )
