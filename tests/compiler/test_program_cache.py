"""Graphs of equal content have one program; anything else in them makes another."""

from __future__ import annotations

import random
from typing import Any

from micrograd import MLP, Value, compile
from micrograd.losses import mean_squared_error


def trained(seed: int, points: list[tuple[list[float], float]]) -> tuple[Any, list[float]]:
    """A program's second run: another seed, other points; the same shape."""
    random.seed(seed)
    model = MLP(2, [3, 1], activation="tanh")

    def loss(examples: Any) -> Value:
        return mean_squared_error([model(x) for x, _ in examples], [y for _, y in examples])

    step = compile(loss, model.parameters())
    step.train([points], steps=3, lr=0.1)
    compiled = [parameter.data for parameter in model.parameters()]

    random.seed(seed)
    other = MLP(2, [3, 1], activation="tanh")
    for _ in range(3):
        for parameter in other.parameters():
            parameter.grad = 0.0
        mean_squared_error([other(x) for x, _ in points], [y for _, y in points]).backward()
        for parameter in other.parameters():
            parameter.data -= 0.1 * parameter.grad
    assert compiled == [parameter.data for parameter in other.parameters()]
    return step.programs[0], compiled


def test_another_seed_and_other_points_are_the_same_program() -> None:
    first, before = trained(1, [([0.5, -1.0], 1.0), ([2.0, 0.25], -1.0)])
    second, after = trained(2, [([0.1, 0.2], -1.0), ([-3.0, 1.5], 1.0)])
    assert second is first
    assert after != before


def test_another_constant_is_another_program_also_where_it_is_equal() -> None:
    w = Value(3.0)

    def of(constant: float) -> Any:
        step = compile(lambda: w * constant, [w])
        step()
        return step.programs[0]

    assert of(0.0) is of(0.0)
    assert of(0.0) is not of(-0.0)
    assert of(2.0) is not of(2.5)


def test_with_and_without_gradients_are_two_programs() -> None:
    w = Value(3.0)
    step, evaluator = compile(lambda: w * w, [w]), compile(lambda: w * w)
    assert (step(), evaluator()) == (9.0, 9.0)
    assert step.programs[0] is not evaluator.programs[0]


def test_a_choice_by_data_keeps_its_own_program() -> None:
    table = [Value(1.0), Value(2.0), Value(3.0)]
    first, second = (compile(lambda k: table[k] * 2.0, table) for _ in range(2))
    assert (first(0), second(2), first(1)) == (2.0, 6.0, 4.0)
    assert first.programs[0] is not second.programs[0]
