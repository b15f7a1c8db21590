"""Numbers that stand for the arguments' numbers while a function is traced.

What Python computes from them is kept, and computed again by Python for each new example. What
cannot be kept (a decision, a float that C asks for) is refused, with the reader's line.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from numbers import Real
from operator import itemgetter
from typing import Any

from micrograd import engine
from micrograd.compiler.errors import refusal

Function = Callable[..., Any]


class DataFlow:
    """What Python computes from an example's numbers.

    Attributes:
        values: the numbers of the traced example, then constants and results as they come.
        arguments: how many numbers an example has.
        index: answers Python's question for a tracer as an index; called by its `__index__`.
        key: the same for a key, by its `__hash__`.
    """

    def __init__(
        self,
        numbers: Sequence[Any],
        index: Callable[[Tracer], int],
        key: Callable[[Tracer], int],
    ) -> None:
        self.index, self.key = index, key
        self.values = list(numbers)
        self.arguments = len(self.values)
        self.rules: list[tuple[int, Function, Callable[[Any], tuple[Any, ...]]]] = []
        self.tracers = [Tracer(self, k) for k in range(self.arguments)]
        self.constants: dict[int | str, int] = {}

    def number(self, x: Any) -> int:
        """The place of a tracer's number, or of a constant."""
        if type(x) is Tracer:
            return self.place_of(x)
        if type(x) is not int and type(x) is not float:
            return self._append(x)
        key = x if type(x) is int else repr(x)
        place = self.constants.get(key)
        if place is None:
            place = self.constants[key] = self._append(x)
        return place

    def place_of(self, tracer: Tracer) -> int:
        """The place of a tracer's number."""
        if tracer.flow is not self:
            raise refusal(
                "uses a number that was kept from when the function was traced for others.",
                "Give it as an argument.",
            )
        return tracer.place

    def apply(self, function: Function, *operands: Any) -> Tracer:
        """Compute a number now, and again for each example."""
        places = [self.number(x) for x in operands]
        place = self._append(function(*[self.values[place] for place in places]))
        several = places if len(places) > 1 else [slice(places[0], places[0] + 1)]
        self.rules.append((place, function, itemgetter(*several)))
        return Tracer(self, place)

    def _append(self, x: Any) -> int:
        self.values.append(x)
        return len(self.values) - 1

    def evaluate(self, numbers: Sequence[Any]) -> list[Any]:
        """All numbers for another example."""
        values = self.values.copy()
        values[: self.arguments] = numbers
        for place, function, operands in self.rules:
            values[place] = function(*operands(values))
        return values


def binary(function: Function) -> tuple[Function, Function]:
    """The method of an operator, and the reflected one."""

    def method(self: Tracer, other: Any) -> Any:
        if type(other) is Tracer or isinstance(other, Real):
            return self.flow.apply(function, self, other)
        return NotImplemented

    def reflected(self: Tracer, other: Any) -> Any:
        if isinstance(other, Real):
            return self.flow.apply(function, other, self)
        return NotImplemented

    return method, reflected


def unary(function: Function) -> Function:
    """The method of an operation with one operand."""
    return lambda self, *others: self.flow.apply(function, self, *others)


INSTEAD = (
    "Write it with operations of Values (`relu`, `abs`, `logsumexp`, micrograd.losses), or decide "
    "before the call and give the result as an argument: a number to multiply by, or an index."
)


def refuse_kind() -> Exception:
    """The error for a decision on the class of a number."""
    return refusal(
        "decides on whether a number of the arguments is an int, a float or a bool. Compiled, the "
        "decision would stay as it is for the first example.",
        "Convert before the call; or ask for isinstance(x, (int, float)), which all numbers are.",
    )


class Tracer:
    """A number of the arguments, or one that Python computed from them."""

    __slots__ = ("flow", "place")

    def __init__(self, flow: DataFlow, place: int) -> None:
        self.flow = flow
        self.place = place

    def __repr__(self) -> str:
        return "<a number of the arguments>"

    __add__, __radd__ = binary(operator.add)
    __sub__, __rsub__ = binary(operator.sub)
    __mul__, __rmul__ = binary(operator.mul)
    __truediv__, __rtruediv__ = binary(operator.truediv)
    __floordiv__, __rfloordiv__ = binary(operator.floordiv)
    __mod__, __rmod__ = binary(operator.mod)
    __lshift__, __rlshift__ = binary(operator.lshift)
    __rshift__, __rrshift__ = binary(operator.rshift)
    __and__, __rand__ = binary(operator.and_)
    __or__, __ror__ = binary(operator.or_)
    __xor__, __rxor__ = binary(operator.xor)
    __rpow__ = binary(operator.pow)[1]
    __neg__ = unary(operator.neg)
    __pos__ = unary(operator.pos)
    __abs__ = unary(operator.abs)
    __invert__ = unary(operator.invert)
    __round__ = unary(round)
    __trunc__ = unary(math.trunc)
    __floor__ = unary(math.floor)
    __ceil__ = unary(math.ceil)
    __lt__ = binary(operator.lt)[0]
    __le__ = binary(operator.le)[0]
    __gt__ = binary(operator.gt)[0]
    __ge__ = binary(operator.ge)[0]
    __eq__ = binary(operator.eq)[0]
    __ne__ = binary(operator.ne)[0]

    def __pow__(self, other: Any, modulus: Any = None) -> Any:
        if not isinstance(other, Real):
            return NotImplemented
        return self.flow.apply(pow, self, other, *([] if modulus is None else [modulus]))

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def item(self) -> Tracer:
        """The number itself, as numpy's scalars have it."""
        return self

    def __getattr__(self, name: str) -> Any:
        if hasattr(int, name) or hasattr(float, name) or hasattr(math, name):
            raise refusal(
                f"asks a number of the arguments for its {name}, which is known only when the "
                "compiled program runs.",
                "Compute it before the call, and give it as an argument.",
            )
        raise AttributeError(f"a number has no attribute {name!r}")

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """Asked by what compares classes without `isinstance`: `case int():`, `singledispatch`."""
        if engine.recorder is None:
            return Tracer
        raise refuse_kind()

    def __bool__(self) -> bool:
        raise refusal(
            "decides on a number of the arguments. Compiled, the decision would stay as it is for "
            "the first example.",
            INSTEAD,
        )

    def __float__(self) -> float:
        raise refusal(
            "gives a number of the arguments to a function that needs it at once. Compiled, the "
            "result would stay as it is for the first example.",
            "Use operations of Values (`Value(x).exp()` for math.exp(x)), or compute it before "
            "the call and give it as an argument.",
        )

    __int__ = __complex__ = __float__

    def __str__(self) -> str:
        raise refusal(
            "makes text of a number of the arguments, which is known only when the compiled "
            "program runs.",
            "Print outside of the function; what it returns beside the loss comes back as numbers.",
        )

    def __format__(self, specification: str) -> str:
        return str(self)

    def __index__(self) -> int:
        return self.flow.index(self)

    def __hash__(self) -> int:
        return self.flow.key(self)

    def __copy__(self) -> Tracer:
        return self

    def __deepcopy__(self, memo: Any) -> Tracer:
        return self


Real.register(Tracer)
