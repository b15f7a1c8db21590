"""Programs that were once compiled to something else, with the engine's numbers for new data."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from micrograd import losses
from micrograd.compiler import compile
from micrograd.engine import Value, logsumexp
from micrograd.nn import MLP
from micrograd.optim import SGD
from tests.compiler.test_training import train_with_engine
from tests.compiler.zoo import Program


def test_indexed_and_shared() -> None:
    data = [(0, 1.0), (1, -1.0), (2, 2.0), (0, 1.5), (1, -0.5)]
    found = []
    for compiled in (True, False):
        e, w = [Value(0.0) for _ in range(3)], Value(0.5)

        def loss(rows: Any, e: Any = e, w: Any = w) -> Any:
            return sum((w * e[i] - y) ** 2 for i, y in rows)

        p = [*e, w]
        if compiled:
            compile(loss, p).train([(data,)], steps=50, optimizer=SGD(p, lr=0.1))
        else:
            train_with_engine(Program(loss, p, tuple), [(data,)], 50, SGD(p, lr=0.1))
        found.append([each.data for each in p])
    assert found[0] == found[1]
    assert found[0][-1] != 0.5


def test_labels_keep_their_sign() -> None:
    draw = Random(0)
    points = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(100)]
    data = [(a, b, 1 if a + b > 0 else -1) for a, b in points]
    model = MLP(2, [8, 1], "relu", "linear")

    def loss(rows: Any) -> Any:
        scores = [model([a, b]) for a, b, _ in rows]
        terms = [(1 + -y * s).relu() for (_, _, y), s in zip(rows, scores, strict=True)]
        return sum(terms) * (1 / len(rows))

    step = compile(loss, model.parameters())
    batches = [(data[k : k + 20],) for k in range(0, 100, 20)]
    step.train(batches, steps=500, optimizer=SGD(model.parameters(), lr=0.1))
    right = sum((model([a, b]).data > 0) == (y > 0) for a, b, y in data)
    assert right >= 95


def test_data_changed_in_place_counts() -> None:
    p = Value(1.0)
    rows = [(1.0, 2.0), (2.0, 1.0)]
    step = compile(lambda rows: sum((p * x - y) ** 2 for x, y in rows), [p])
    assert step(rows) == 2.0
    rows[0] = (10.0, 20.0)
    assert step(rows) == 101.0


@pytest.mark.parametrize("way", ["one expression", "losses"])
def test_embedding_with_losses_is_loops(way: str) -> None:
    draw = Random(1)
    e = [[Value(draw.gauss(0, 1)) for _ in range(3)] for _ in range(8)]
    m = MLP(6, [8, 8], output="linear")
    parameters = [p for row in e for p in row] + m.parameters()

    def one(data: Any) -> Any:
        t: Any = 0
        for a, b, y in data:
            logits = m(e[a] + e[b])
            t += logsumexp(logits) - logits[y]
        return t / len(data)

    def two(data: Any) -> Any:
        logits = [m(e[a] + e[b]) for a, b, _ in data]
        return losses.softmax_cross_entropy(logits, [y for *_, y in data])

    step = compile(one if way == "one expression" else two, parameters)
    sizes = []
    for count in (60, 300):
        data = [(draw.randrange(8), draw.randrange(8), draw.randrange(8)) for _ in range(count)]
        step(data)
        sizes.append(len(step.programs[-1].loops))
    assert sizes[1] == sizes[0] < 60
