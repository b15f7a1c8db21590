"""Sums of products and neighbours that do the same: joined into one node, or not, the same bits."""

# ruff: noqa: B905, RUF007 (as learners write it)

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from micrograd.compiler import compile
from micrograd.compiler.generators import factors_of
from micrograd.engine import Value
from tests.compiler.graphs import bits, eager

Loss = Callable[[list[Value], list[float]], Any]


def dot(left: Any, right: Any, start: Any = 0) -> Any:
    return sum((a * b for a, b in zip(left, right)), start)


def used_up(p: list[Value], xs: list[float]) -> Any:
    pairs = zip(p[:4], xs[:4])
    total = sum(a * b for a, b in pairs)
    return total + len(list(pairs))


def begun(p: list[Value], xs: list[float]) -> Any:
    products = (a * b for a, b in zip(p[:5], p[5:]))
    first = next(products)
    return first * sum(products)


def twice(p: list[Value], xs: list[float]) -> Any:
    products = (a * b for a, b in zip(p[:5], p[5:]))
    return sum(products) + sum(products) + p[0] * p[5]


SUMS: dict[str, Loss] = {
    "weights and numbers": lambda p, xs: dot(p[:4], xs),
    "numbers and weights": lambda p, xs: dot(xs, p[:4]),
    "from a bias": lambda p, xs: dot(p[:4], xs, p[4]),
    "from one of the factors": lambda p, xs: dot(p[:4], p[4:8], p[1]),
    "from a number of the data": lambda p, xs: dot(p[:4], p[4:8], xs[0]),
    "turned": lambda p, xs: sum(b * a for a, b in zip(p[:4], p[4:8])),
    "of squares": lambda p, xs: sum(a * a for a in p),
    "of squares of the same ones": lambda p, xs: sum(a * a for a in p[:3] * 2),
    "of a list and itself": lambda p, xs: dot(p, p),
    "of scalars that occur twice": lambda p, xs: dot(p[:4], p[2:6]) + dot(p[:3] + p[:1], p[4:8]),
    "of lists of different lengths": lambda p, xs: dot(p, xs) + dot(xs, p),
    "of iterators": lambda p, xs: sum(a * b for a, b in zip(iter(p), reversed(p))),
    "of two": lambda p, xs: dot(p[:2], xs),
    "of numbers of the data": lambda p, xs: p[0] * dot(xs, xs),
    "of mixed numbers": lambda p, xs: dot([1, p[0], 2.5, True], p[4:8]),
    "of three lists": lambda p, xs: sum(a * b * x for a, b, x in zip(p, p[4:], xs)),
    "of pairs that are used up": used_up,
    "of a generator that has begun": begun,
    "of a generator that is at its end": twice,
}


def matrix(p: list[Value], rows: int, width: int) -> list[list[Value]]:
    return [p[k * width : (k + 1) * width] for k in range(rows)]


def rows_of_themselves(p: list[Value], xs: list[float]) -> Any:
    """Rows that are inputs of one sum and weights of another."""
    table = matrix(p, 2, 4)
    return dot([dot(row, table[0]) for row in table], [dot(row, table[1]) for row in table])


def running(p: list[Value], xs: list[float]) -> Any:
    """Each sum is a weight of the next one, with the same inputs."""
    row = p[:4]
    for _ in range(3):
        row = [*row[1:], dot(row, p[4:])]
    return row[-1]


def neighbours(p: list[Value], xs: list[float]) -> Any:
    """Products and quotients of scalars that overlap."""
    shifted = [a * b for a, b in zip(p[:7], p[1:])]
    turned = [b / (a * a + 1) for a, b in zip(p[:7], p[1:])]
    return dot(shifted, turned) + sum(shifted) * sum(turned)


def partly_used(p: list[Value], xs: list[float]) -> Any:
    """Of many alike only some reach the loss."""
    hidden = [dot(row, xs).tanh() for row in matrix(p, 2, 4)] + [(a * p[0]).exp() for a in p]
    scaled = [h * p[7] for h in hidden]
    return dot(scaled[2:7:2], p[:3]) + scaled[1] * scaled[1]


LANES: dict[str, Loss] = {
    "rows of themselves": rows_of_themselves,
    "running": running,
    "neighbours": neighbours,
    "partly used": partly_used,
    "scaled": lambda p, xs: dot([a * p[0] for a in p], p),
    "scaled by a number": lambda p, xs: dot([a * 2 for a in p], [a + x for a, x in zip(p, xs * 2)]),
    "doubled": lambda p, xs: dot([a + a for a in p], [a / b for a, b in zip(p, p)]),
    "with the same everywhere": lambda p, xs: dot([p[0] * p[1] for _ in p], p),
    "with the same twice": lambda p, xs: dot([p[3] - p[3] for _ in p], [p[0] / p[0] for _ in p]),
    "turned round": lambda p, xs: dot([a - b for a, b in zip(p, p[::-1])], p),
    "in steps of two": lambda p, xs: dot([a - b for a, b in zip(p[::2], p[1::2])], p[:4]),
    "powers": lambda p, xs: sum([a**3 for a in p]) + dot([abs(a) for a in p], [-a for a in p]),
}


@pytest.mark.parametrize("name", [*SUMS, *LANES])
def test_joined_nodes_give_the_engines_bits(name: str) -> None:
    loss = (SUMS | LANES)[name]
    draw = random.Random(name)
    p = [Value(draw.uniform(-1, 1)) for _ in range(8)]
    step = compile(lambda xs: loss(p, xs), p)
    for _ in range(3):
        xs = [draw.uniform(-1, 1) for _ in range(4)]
        found = [bits(step(xs)), *[bits(parameter.grad) for parameter in p]]
        assert found == eager(loss(p, xs), p)


def test_readers_own_methods_are_asked_for_each_product(monkeypatch: pytest.MonkeyPatch) -> None:
    multiply = Value.__mul__
    monkeypatch.setattr(Value, "__mul__", lambda self, other: multiply(multiply(self, other), 2.0))
    p = [Value(0.5 + k) for k in range(4)]
    assert compile(lambda xs: dot(p, xs), p)([1.0, 2.0, 3.0, 4.0]) == 50.0


def test_other_generators_are_none_of_products() -> None:
    p = [1.0, 2.0]
    assert factors_of(a * b for a, b in zip(p, p)) == (p, p)
    assert factors_of(a * a for a in p) == (p, p)
    assert factors_of(a + b for a, b in zip(p, p)) is None
    assert factors_of(a * b for a, b in [(1, 2)]) is None
    assert factors_of(a * b for a, b in zip(p, p, p[:1]) if a) is None  # type: ignore[misc]
    assert factors_of(p) is None


def test_a_layer_by_hand_is_few_definitions() -> None:
    """Compiled programs of layers that are written by hand are as short as those of `MLP`."""
    draw = random.Random(0)
    width = 16
    tables = [
        [[Value(draw.gauss(0, 0.3)) for _ in range(width)] for _ in range(width)] for _ in range(2)
    ]
    parameters = [value for table in tables for row in table for value in row]

    def loss(rows: list[list[float]]) -> Any:
        total: Any = 0.0
        for x in rows:
            hidden: Any = x
            for table in tables:
                hidden = [dot(row, hidden) for row in table]
                hidden = [h.tanh() for h in hidden]
            total = total + sum(hidden)
        return total

    step = compile(loss, parameters)
    step([[draw.random() for _ in range(width)] for _ in range(3)])
    assert len(step.programs[0].loops) <= 16
