"""The arithmetic of each operation, from numbers to a result and its slopes.

A slope is the local derivative of the result with respect to one operand: how much the result
changes for a small change of that operand while the others stand still.
`backward` needs nothing else to apply the chain rule.

Each operation is written once. The engine runs it over floats; `micrograd.compile` runs the same
function over symbols and so writes down what it does. That is why a choice between two numbers is
made by `where` and never by `if`: a symbol has no truth value yet. A power's exponent, and how many
inputs a weighted sum has, are known either way.
"""

import math
from collections.abc import Callable, Sequence

Slopes = tuple[float, ...]


def where(condition: bool, yes: float, no: float) -> float:
    """Return `yes` if the condition holds, else `no`; both are computed by then."""
    return yes if condition else no


def add(left: float, right: float) -> tuple[float, Slopes]:
    """d(a+b)/da = d(a+b)/db = 1."""
    return left + right, (1.0, 1.0)


def subtract(left: float, right: float) -> tuple[float, Slopes]:
    """d(a-b)/da = 1, d(a-b)/db = -1."""
    return left - right, (1.0, -1.0)


def multiply(left: float, right: float) -> tuple[float, Slopes]:
    """d(ab)/da = b, d(ab)/db = a."""
    return left * right, (right, left)


def divide(left: float, right: float) -> tuple[float, Slopes]:
    """d(a/b)/da = 1/b, d(a/b)/db = -(a/b)/b."""
    quotient = left / right
    return quotient, (1.0 / right, -quotient / right)


def power(base: float, exponent: float) -> tuple[float, Slopes]:
    """d(a^k)/da = k a^(k-1), for an exponent k that is a plain number; inf at 0 for a root."""
    if exponent == 2.0:
        return base * base, (2.0 * base,)
    if exponent == 0.0:
        return 1.0, (0.0,)
    if exponent == -1.0:
        inverse = 1.0 / base
        return inverse, (-inverse * inverse,)
    if 0.0 < exponent < 1.0:
        positive = where(base > 0.0, base, 1.0)
        slope = exponent * math.pow(positive, exponent - 1.0)
        return math.pow(base, exponent), (where(base > 0.0, slope, math.inf),)
    return math.pow(base, exponent), (exponent * math.pow(base, exponent - 1.0),)


def general_power(base: float, exponent: float) -> tuple[float, Slopes]:
    """d(a^b)/da = b a^(b-1), d(a^b)/db = a^b log a (nan for a < 0, where it is not real).

    At a = 0 both are PyTorch's: 0 for b = 0 and b > 1, 1 for b = 1, inf for a root; and 0.
    """
    result = math.pow(base, exponent)
    logarithm = math.log(where(base > 0.0, base, 1.0))
    other = where(base > 0.0, base, where(base < 0.0, base, 1.0))
    slope = exponent * math.pow(other, exponent - 1.0)
    steep = where(exponent > 0.0, where(exponent < 1.0, math.inf, 1.0), 0.0)
    at_zero = where(exponent > 1.0, 0.0, steep)
    return result, (
        where(base > 0.0, slope, where(base < 0.0, slope, at_zero)),
        where(base >= 0.0, result * logarithm, math.nan),
    )


def negate(x: float) -> tuple[float, Slopes]:
    """d(-x)/dx = -1."""
    return -x, (-1.0,)


def tanh(x: float) -> tuple[float, Slopes]:
    """d(tanh x)/dx = 1 - tanh^2 x."""
    result = math.tanh(x)
    return result, (1.0 - result * result,)


def exp(x: float) -> tuple[float, Slopes]:
    """d(exp x)/dx = exp x."""
    result = math.exp(x)
    return result, (result,)


def log(x: float) -> tuple[float, Slopes]:
    """d(log x)/dx = 1/x."""
    return math.log(x), (1.0 / x,)


def relu(x: float) -> tuple[float, Slopes]:
    """d(relu x)/dx = 1 above 0, else 0 (at 0 too, as PyTorch has it)."""
    return where(x <= 0.0, 0.0, x), (where(x <= 0.0, 0.0, 1.0),)


def sigmoid(x: float) -> tuple[float, Slopes]:
    """d(s(x))/dx = s(x) (1 - s(x)); from exp(-|x|), which cannot overflow."""
    small = math.exp(-abs(x))
    total = 1.0 + small
    return where(x >= 0.0, 1.0 / total, small / total), (small / (total * total),)


def absolute(x: float) -> tuple[float, Slopes]:
    """d|x|/dx = the sign of x (0 at 0, as PyTorch has it)."""
    return abs(x), (where(x > 0.0, 1.0, where(x < 0.0, -1.0, 0.0)),)


def weighted_sum(
    weights: Sequence[float], inputs: Sequence[float], bias: float
) -> tuple[float, Slopes]:
    """d(b + Σwx)/dw = x, d/db = 1, d/dx = w, in this order; summed from the bias on."""
    total = bias
    k = 0
    for weight in weights:
        total = total + weight * inputs[k]
        k += 1  # noqa: SIM113 (`zip` and `enumerate` are slow in the browser)
    return total, (*inputs, 1.0, *weights)


def logsumexp(*xs: float) -> tuple[float, Slopes]:
    """d(log Σ exp x)/dx = exp x / Σ exp x; the largest x is taken out, so that no exp overflows."""
    largest = xs[0]
    for x in xs[1:]:
        largest = where(x > largest, x, largest)
    powers = [math.exp(x - largest) for x in xs]
    total = powers[0]
    for power_of_x in powers[1:]:
        total = total + power_of_x
    return largest + math.log(total), tuple([power_of_x / total for power_of_x in powers])


ARITHMETIC: dict[str, Callable[..., tuple[float, Slopes]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
    "neg": negate,
    "abs": absolute,
    "tanh": tanh,
    "exp": exp,
    "log": log,
    "relu": relu,
    "sigmoid": sigmoid,
    "weighted sum": weighted_sum,
    "logsumexp": logsumexp,
}
"""Arithmetic by the operation's name; "**" of two Values is `general_power`."""

DOMAIN = {
    "/": "a divisor other than 0",
    "**": "a base above 0, or a whole exponent (with base 0: one of at least 1)",
    "log": "a number above 0",
}
"""What an operation expects of its operands where not every number will do."""


def domain_error(
    error: ArithmeticError | ValueError, operation: str, *operands: float
) -> ArithmeticError | ValueError:
    """Return an error of the same type as `error` that names the operands and what was expected."""
    written = f" {operation} ".join(map(repr, operands))
    if len(operands) == 1:
        written = f"{operation}({written})"
    if isinstance(error, OverflowError):
        return OverflowError(f"{written} is too large for a float")
    return type(error)(f"{written} is not defined, expected {DOMAIN[operation]}")
