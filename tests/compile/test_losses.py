"""The losses of the library roll into one loop over the examples, beside a penalty."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from micrograd import losses
from micrograd.compile import compile
from micrograd.engine import Value
from micrograd.nn import MLP
from tests.compile.graphs import bits, eager, total

draw = random.Random(3)
XS = [[draw.gauss(0, 1), draw.gauss(0, 1)] for _ in range(12)]
SIGNS = [draw.choice([-1.0, 1.0]) for _ in XS]
CLASSES = [draw.randrange(3) for _ in XS]

CASES: dict[str, Callable[[list[Value], list[list[Value]]], Value]] = {
    "sum of squares": lambda one, _: losses.sum_squared_error(one, SIGNS),
    "mean of squares": lambda one, _: losses.mean_squared_error(one, SIGNS),
    "absolute": lambda one, _: losses.absolute_error(one, SIGNS),
    "hinge": lambda one, _: losses.hinge(one, SIGNS),
    "binary cross-entropy": lambda one, _: losses.binary_cross_entropy(
        one, [(sign + 1) / 2 for sign in SIGNS]
    ),
    "softmax cross-entropy": lambda _, three: losses.softmax_cross_entropy(three, CLASSES),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_loss_of_the_library(name: str, activation: str) -> None:
    random.seed(5)
    model = MLP(2, [5, 4, 3], activation=activation)
    parameters = model.parameters()

    def loss() -> Value:
        outputs = [model(x) for x in XS]
        penalty = 0.01 * total(p * p for p in parameters)
        return CASES[name]([out[0] for out in outputs], outputs) + penalty

    step = compile(loss, parameters)
    assert len(step.rows) == len(XS)
    for _ in range(3):
        expected = eager(loss(), parameters)
        assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected
        step.train(2, lr=0.05)
