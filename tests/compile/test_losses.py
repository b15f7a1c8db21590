"""Losses roll into one loop over the examples, beside a penalty: the library's and a learner's."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from micrograd import losses
from micrograd.compile import compile
from micrograd.engine import Value, logsumexp
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


def softmax(logits: list[Value]) -> list[Value]:
    powers = [logit.exp() for logit in logits]
    return [power / total(powers) for power in powers]


def chances(one: list[Value]) -> list[Value]:
    return [score.sigmoid() for score in one]


def subtracted(logs: list[Value]) -> Value:
    loss = Value(0.0)
    for each in logs:
        loss -= each
    return loss


BITS = [(sign + 1) / 2 for sign in SIGNS]
WEIGHTS = [draw.random() for _ in XS]

CASES |= {
    "negative logarithm of the class's softmax": lambda _, three: (
        total(-softmax(row)[k].log() for row, k in zip(three, CLASSES, strict=True)) / len(XS)
    ),
    "class's score in a log-sum-exp": lambda _, three: total(
        logsumexp(row) - row[k] for row, k in zip(three, CLASSES, strict=True)
    ),
    "logarithms subtracted": lambda _, three: subtracted(
        [losses.softmax(row)[k].log() for row, k in zip(three, CLASSES, strict=True)]
    ),
    "margins between classes": lambda _, three: total(
        total((score - row[k] + 1).relu() for score in row)
        for row, k in zip(three, CLASSES, strict=True)
    ),
    "cross-entropy of probabilities": lambda one, _: total(
        -(p.log() * y + (1 - p).log() * (1 - y)) for p, y in zip(chances(one), BITS, strict=True)
    ),
    "weighted rows": lambda one, _: (
        total(w * (p - y) ** 2 for p, y, w in zip(one, SIGNS, WEIGHTS, strict=True)) / sum(WEIGHTS)
    ),
    "root of the mean of squares": lambda one, _: losses.mean_squared_error(one, SIGNS) ** 0.5,
    "mean of means": lambda _, three: (
        total(total((p - y) ** 2 for p in row) / 3 for row, y in zip(three, SIGNS, strict=True))
        / len(XS)
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_loss_rolls(name: str, activation: str) -> None:
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
