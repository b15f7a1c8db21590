"""Values that remember where they came from, and the backward pass through them.

An expression of Values is a graph: each result keeps its operands and, computed at the same moment,
its slope with respect to each of them. `backward` walks that graph once, from the result to the
leaves, and adds up the chain rule's products in `grad`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from itertools import count
from numbers import Real
from operator import attrgetter
from typing import Any

from micrograd import operations
from micrograd.operations import Slopes, domain_error

Arithmetic = Callable[..., tuple[float, Slopes]]

next_serial = count(0.0).__next__  # floats, which are 4 bytes smaller than integers in each node
by_serial = attrgetter("serial")

FREED_ON_THE_STACK = sys.platform == "emscripten" and sys.version_info >= (3, 14)
"""Whether Python frees a chain link by link, each inside the one before.

Elsewhere Python notices how deep it is. Since 3.14 it looks at its stack for that, and WebAssembly
hides the stack, which ends after some 2,000 links. There a Value that nobody holds waits in
`unfreed`, and the next Value that is made frees all that wait, one after the other. `__del__` must
be a function written in C, which a partial of `append` is: an interrupt that falls into a `__del__`
written in Python is lost.
"""

unfreed: list[Value] = []


class Value:
    """A number, the way it was computed, and the gradient that `backward` finds for it.

    Args:
        data: the number; kept as a float.
        label: a name for drawings.
        operation, operands, slopes: see below; operations pass them.

    Attributes:
        data: the number.
        grad: the derivative of the root that `backward` was called on with respect to this Value.
            In a leaf it adds up from call to call, until `zero_grad`.
        label: the name for drawings.
        operation: what made this Value, as drawn (`+`, `tanh`); empty in a leaf.
        operands: what it was made of: Values first, plain numbers behind them.
        slopes: the local derivative with respect to each operand that is a Value.
        serial: the number of its creation. Operands are older than what is made of them, so
            serials are in topological order.

    Raises:
        TypeError: `data` is not a real number.

    `<`, `<=`, `>` and `>=` compare data. `==` and `hash` go by identity, so that a Value is found
    in a set or a dictionary whatever its data.

    Examples:
        >>> a, b = Value(2.0), Value(-3.0)
        >>> c = a * b + 10
        >>> c
        Value(data=4.0)
        >>> c.backward()
        >>> a.grad, b.grad
        (-3.0, 2.0)
    """

    __slots__ = ("data", "grad", "label", "operands", "operation", "serial", "slopes")

    def __init__(
        self,
        data: float,
        label: str = "",
        operation: str = "",
        operands: tuple[Any, ...] = (),
        slopes: Slopes = (),
    ) -> None:
        while unfreed:
            unfreed.pop()
        self.operands = operands
        self.data: float = data if type(data) is float else number(data)
        if label and not isinstance(label, str):
            raise TypeError(f"the label is {label!r}, expected a string. {OWN_OPERATION}")
        self.grad = 0.0
        self.label = label
        self.operation = operation
        self.slopes = slopes
        self.serial = next_serial()

    def __repr__(self) -> str:
        return f"Value(data={self.data})"

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(f"a Value has no format {spec!r}: format its number, v.data")
        return str(self)

    def __float__(self) -> float:
        raise TypeError(
            f"{self} is no plain number, and a float would lose its graph: write v.data for the "
            "number, or a method of Value, such as v.exp(), for an operation"
        )

    __int__ = __index__ = __float__

    @property
    def item(self) -> Any:
        """Not there: the number is in `data`. A `__getattr__` would slow down every attribute."""
        raise AttributeError("Value has no attribute 'item': write v.data for the number")

    # A graph that is loaded goes on in this interpreter's order of creation: `pickle` and `copy`
    # restore operands before what is made of them.

    def __getstate__(self) -> tuple[Any, ...]:
        kept = (self.data, self.grad, self.label, self.operation, self.operands, self.slopes)
        return *kept, getattr(self, "__dict__", None)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.data, self.grad, self.label, self.operation, self.operands, self.slopes = state[:6]
        self.serial = next_serial()
        if state[6]:
            self.__dict__.update(state[6])

    # The names of karpathy's micrograd.

    @property
    def _prev(self) -> set[Value]:
        """The operands that are Values."""
        return {operand for operand in self.operands if isinstance(operand, Value)}

    @property
    def _op(self) -> str:
        """The operation that made this Value."""
        return self.operation

    @property
    def _backward(self) -> Any:
        raise AttributeError(f"a Value has no _backward. {OWN_OPERATION}")

    @_backward.setter
    def _backward(self, function: Any) -> None:
        raise AttributeError(f"a Value has no _backward. {OWN_OPERATION}")

    def __add__(self, other: Value | float) -> Value:
        return binary("+", operations.add, self, other)

    def __sub__(self, other: Value | float) -> Value:
        return binary("-", operations.subtract, self, other)

    def __mul__(self, other: Value | float) -> Value:
        return binary("*", operations.multiply, self, other)

    def __truediv__(self, other: Value | float) -> Value:
        return binary("/", operations.divide, self, other)

    def __pow__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return binary("**", operations.general_power, self, other)
        return binary("**", operations.power, self, other)

    # Python comes here for `2 + v`, when the number in front cannot add a Value.

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rsub__(self, other: float) -> Value:
        if not isinstance(other, Real):
            return NotImplemented
        return Value(other) - self

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rtruediv__(self, other: float) -> Value:
        if not isinstance(other, Real):
            return NotImplemented
        return Value(other) / self

    def __rpow__(self, other: float) -> Value:
        if not isinstance(other, Real):
            return NotImplemented
        return Value(other) ** self

    def __neg__(self) -> Value:
        result, slopes = operations.negate(self.data)
        return Value(result, "", "neg", (self,), slopes)

    def __abs__(self) -> Value:
        result, slopes = operations.absolute(self.data)
        return Value(result, "", "abs", (self,), slopes)

    def tanh(self) -> Value:
        """Return the hyperbolic tangent, which squeezes all numbers into -1 to 1."""
        result, slopes = operations.tanh(self.data)
        return Value(result, "", "tanh", (self,), slopes)

    def exp(self) -> Value:
        """Return e to the power of this Value; `OverflowError` above about 709.78."""
        return unary("exp", operations.exp, self)

    def log(self) -> Value:
        """Return the natural logarithm; `ValueError` unless this Value is above 0."""
        return unary("log", operations.log, self)

    def relu(self) -> Value:
        """Return this Value where it is above 0, else 0."""
        result, slopes = operations.relu(self.data)
        return Value(result, "", "relu", (self,), slopes)

    def sigmoid(self) -> Value:
        """Return 1 / (1 + exp(-x)), which squeezes all numbers into 0 to 1."""
        result, slopes = operations.sigmoid(self.data)
        return Value(result, "", "sigmoid", (self,), slopes)

    def __lt__(self, other: Value | float) -> bool:
        return self.data < data_of(other)

    def __le__(self, other: Value | float) -> bool:
        return self.data <= data_of(other)

    def __gt__(self, other: Value | float) -> bool:
        return self.data > data_of(other)

    def __ge__(self, other: Value | float) -> bool:
        return self.data >= data_of(other)

    def backward(self) -> None:
        """Find the gradient of this Value with respect to every Value it was computed from.

        The chain rule: what has arrived at a node as its `grad` goes on to each operand, times the
        slope, and is added there, for an operand may be used in several places. A node's turn comes
        after everything that was made of it.

        Called again, the leaves add up the gradients of all calls, as in PyTorch; the nodes between
        keep those of the last call. Slopes are of the moment when a node was computed: data that is
        changed afterwards counts from the next computation on.
        """
        nodes = topological_order(self)
        for node in nodes:
            node.grad = 0.0
        try:
            self.grad += 1.0
            for node in reversed(nodes):
                grad = node.grad
                operands = node.operands
                k = 0
                for slope in node.slopes:
                    operands[k].grad += slope * grad
                    k += 1
                if k < len(operands) and isinstance(operands[k], Value):
                    raise missing_slopes(node)
        except TypeError as error:
            raise no_number(self, nodes) or error from None

    def zero_grad(self) -> None:
        """Set the gradient of this Value, and of every Value it was computed from, to 0."""
        self.grad = 0.0
        for node in topological_order(self):
            node.grad = 0.0
            for operand in node.operands[: len(node.slopes)]:
                operand.grad = 0.0

    if FREED_ON_THE_STACK:
        __del__: Any = partial(unfreed.append)


OWN_OPERATION = (
    "An operation of your own is written Value(result, operation=name, operands=(a, b), "
    "slopes=(slope for a, slope for b)), or as an Operation, which compile understands too"
)


def missing_slopes(node: Value) -> ValueError:
    """Return the error for a node that has fewer slopes than operands."""
    name = node.label or node.operation or repr(node)
    operands = sum(isinstance(operand, Value) for operand in node.operands)
    return ValueError(
        f"{name} has {operands} operands that are Values and {len(node.slopes)} slopes, expected "
        f"as many of both. {OWN_OPERATION}"
    )


def no_number(root: Value, nodes: list[Value]) -> TypeError | None:
    """Return the error for a gradient that is no number, if there is one in a graph."""
    for node in [root, *nodes]:
        for value in (node, *node.operands):
            if isinstance(value, Value) and not isinstance(value.grad, Real):
                name = value.label or repr(value)
                return TypeError(
                    f"the gradient of {name} is {value.grad!r}, expected a number: "
                    "set it to 0.0 to begin anew"
                )
    return None


def topological_order(root: Value) -> list[Value]:
    """Return the computed Values that `root` was made of, and `root`, operands before results."""
    nodes = [root] if root.operands else []
    seen = set(nodes)
    for node in nodes:  # `nodes` grows meanwhile
        for operand in node.operands[: len(node.slopes)]:
            if operand.operands and operand not in seen:
                seen.add(operand)
                nodes.append(operand)
    nodes.sort(key=by_serial)
    return nodes


recorder: Any = None
"""While `micrograd.compile` traces a function: what records its operations."""


def compute(function: Callable[..., Any], *numbers: Any) -> Any:
    """Run a function of plain numbers; a compiled program runs it again for each example."""
    return function(*numbers) if recorder is None else recorder.compute(function, *numbers)


def number(x: object) -> float:
    """Return a real number as a float; `TypeError` for everything else."""
    if isinstance(x, Real):
        return float(x) if recorder is None else recorder.number(x)
    hint = f": write float({x})" if isinstance(x, Decimal) else ""
    raise TypeError(f"Value got {x!r}, expected a real number{hint}")


def data_of(x: Value | float) -> float:
    """Return the data of a Value, and a number as it is."""
    return x.data if isinstance(x, Value) else number(x)


def unary(operation: str, arithmetic: Arithmetic, operand: Value) -> Value:
    """Return the node of an operation that some numbers are outside of, such as `log`."""
    try:
        result, slopes = arithmetic(operand.data)
    except (ArithmeticError, ValueError) as error:
        raise domain_error(error, operation, operand.data) from None
    return Value(result, "", operation, (operand,), slopes)


def binary(operation: str, arithmetic: Arithmetic, left: Value, right: Value | float) -> Value:
    """Return the node of an operation with two operands; a plain number gets no slope."""
    if isinstance(right, Value):
        data = right.data
    elif isinstance(right, (float, int, Real)):
        right = data = right if type(right) is float else float(right)
    else:
        return NotImplemented
    try:
        result, slopes = arithmetic(left.data, data)
    except (ArithmeticError, ValueError) as error:
        raise domain_error(error, operation, left.data, data) from None
    if right is data:
        slopes = slopes[:1]
    return Value(result, "", operation, (left, right), slopes)


def weighted_sum(
    weights: list[Value], inputs: tuple[Value, ...] | tuple[float, ...], bias: Value
) -> Value:
    """Return `bias + weights[0] * inputs[0] + …` as one node.

    Args:
        weights: n Values.
        inputs: n Values, or n floats.
        bias: a Value.

    The node's operands are the weights, the bias and the inputs. Sum and slopes are, to the last
    bit, those of the same sum written with `+` and `*`.
    """
    if recorder is not None:
        traced: Value = recorder.weighted_sum(weights, inputs, bias)
        return traced
    numbers = [weight.data for weight in weights]
    if isinstance(inputs[0], Value):
        data = [x.data for x in inputs]
        total, slopes = operations.weighted_sum(numbers, data, bias.data)
    else:
        total, slopes = operations.weighted_sum(numbers, inputs, bias.data)
        slopes = slopes[: len(weights) + 1]
    return Value(total, "", "weighted sum", (*weights, bias, *inputs), slopes)


def logsumexp(xs: Sequence[Value]) -> Value:
    """Return the logarithm of `exp(xs[0]) + exp(xs[1]) + …` as one node that cannot overflow.

    Examples:
        >>> logsumexp([Value(1000.0), Value(1000.0)])
        Value(data=1000.6931471805599)
    """
    if recorder is not None:
        traced: Value = recorder.logsumexp(xs)
        return traced
    result, slopes = operations.logsumexp(*[x.data for x in xs])
    return Value(result, "", "logsumexp", tuple(xs), slopes)


class Operation:
    """An operation of your own, which `micrograd.compile` understands too.

    Args:
        name: what drawings call it.
        function: from as many numbers as it has operands to the result and a tuple of the slopes,
            written as those in `micrograd/operations.py`: with `math`, and with
            `operations.where` in place of `if`.

    Examples:
        >>> import math
        >>> sin = Operation("sin", lambda x: (math.sin(x), (math.cos(x),)))
        >>> x = Value(0.0)
        >>> y = sin(x)
        >>> y.backward()
        >>> y, x.grad
        (Value(data=0.0), 1.0)
    """

    def __init__(self, name: str, function: Callable[..., tuple[float, Slopes]]) -> None:
        self.name = name
        self.function = function

    def __repr__(self) -> str:
        return f"Operation({self.name!r})"

    def __call__(self, *operands: Value) -> Value:
        """Return the Value of the operation."""
        if recorder is not None:
            traced: Value = recorder.operation(self, operands)
            return traced
        for operand in operands:
            if not isinstance(operand, Value):
                raise TypeError(f"{self.name} got {operand!r}, expected a Value")
        result, slopes = self.function(*[operand.data for operand in operands])
        return Value(result, "", self.name, operands, slopes)
