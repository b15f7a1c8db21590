"""Training inside the program: the same bits as steps and updates one by one."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from micrograd import optim
from micrograd.compiler import CompilationError, compile
from micrograd.engine import Value
from micrograd.nn import MLP
from tests.compiler.zoo import PROGRAMS, Program

OPTIMIZERS: dict[str, Callable[[list[Value]], optim.Optimizer]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.05),
    "SGD with all": lambda p: optim.SGD(
        p, optim.inverse(0.05), momentum=0.9, weight_decay=0.01, max_norm=0.5
    ),
    "Adam": lambda p: optim.Adam(p, optim.cosine(0.01, 30), betas=(0.85, 0.99)),
    "Adam with all": lambda p: optim.Adam(p, 0.01, weight_decay=0.1, max_norm=1.0),
    "AdamW": lambda p: optim.AdamW(p, 0.01),
}
TRAINED = [
    "moons_hinge_and_penalty",
    "embedding_network",
    "sequences_of_different_lengths",
    "no_arguments",
    "parameter_that_is_not_used",
    "small_gpt",
]


class Scaled(optim.SGD):
    """An optimizer of a reader's own: it takes the square root of each gradient's size."""

    def update(
        self, data: float, grad: float, state: tuple[float, ...], coefficients: tuple[float, ...]
    ) -> tuple[float, tuple[float, ...]]:
        (lr,) = coefficients
        return data - lr * grad / (1.0 + abs(grad)), state


class Signs:
    """An optimizer that has nothing but `step`."""

    def __init__(self, parameters: list[Value]) -> None:
        self.parameters = parameters

    def step(self) -> None:
        for parameter in self.parameters:
            parameter.data -= 0.01 if parameter.grad > 0 else -0.01


def bits(numbers: Any) -> list[bytes]:
    """What two equal lists of floats have in common."""
    return [struct.pack("d", x) for x in numbers]


def made(name: str) -> Program:
    """A program of the zoo."""
    random.seed(name)
    return PROGRAMS[name](random.Random(name))


def train_with_engine(program: Program, examples: list[Any], steps: int, optimizer: Any) -> Any:
    """Losses of a training by the engine."""
    found = []
    for k in range(steps):
        for parameter in program.parameters:
            parameter.grad = 0.0
        loss = program.loss(*examples[k % len(examples)])
        loss.backward()
        optimizer.step()
        found.append(loss.data)
    return found


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("name", TRAINED)
def test_training_has_the_engines_bits(name: str, kind: str) -> None:
    eager, compiled = made(name), made(name)
    examples = [eager.data() for _ in range(4)]
    optimizers = [OPTIMIZERS[kind](program.parameters) for program in (eager, compiled)]
    expected = train_with_engine(eager, examples, 21, optimizers[0])
    step = compile(compiled.loss, compiled.parameters)
    found = step.train(examples, steps=6, optimizer=optimizers[1])
    for part in step.slices(examples, steps=15, optimizer=optimizers[1], size=4):
        found += part
    assert bits(found) == bits(expected)
    for attribute in ("data", "grad"):
        assert bits([getattr(p, attribute) for p in compiled.parameters]) == bits(
            [getattr(p, attribute) for p in eager.parameters]
        )
    assert optimizers[1].steps == 21
    for ours, theirs in zip(optimizers[1].state, optimizers[0].state, strict=True):
        assert bits(ours) == bits(theirs)


@pytest.mark.parametrize("kind", [Scaled, Signs])
def test_an_optimizer_of_ones_own(kind: Any) -> None:
    eager, compiled = made("network_squared_error"), made("network_squared_error")
    examples = [eager.data() for _ in range(3)]
    settings = {"lr": 0.1} if kind is Scaled else {}
    expected = train_with_engine(eager, examples, 9, kind(eager.parameters, **settings))
    step = compile(compiled.loss, compiled.parameters)
    found = step.train(examples, steps=9, optimizer=kind(compiled.parameters, **settings))
    assert bits(found) == bits(expected)
    assert [p.data for p in compiled.parameters] == [p.data for p in eager.parameters]


def test_an_optimizer_of_some_parameters() -> None:
    for chosen in (slice(3, 9), slice(None, None, 2)):
        eager, compiled = made("network_squared_error"), made("network_squared_error")
        example = eager.data()
        optimizer = optim.Adam(eager.parameters[chosen], lr=0.1)
        expected = train_with_engine(eager, [example], 5, optimizer)
        step = compile(compiled.loss, compiled.parameters)
        optimizer = optim.Adam(compiled.parameters[chosen], lr=0.1)
        assert step.train([example], steps=5, optimizer=optimizer) == expected
        assert [p.data for p in compiled.parameters] == [p.data for p in eager.parameters]


def test_many_steps_in_one_call() -> None:
    w = Value(0.0)
    step = compile(lambda x, y: (w * x - y) ** 2, [w])
    examples = [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]
    losses = step.train(examples, steps=2500, optimizer=optim.SGD([w], lr=0.01))
    assert len(losses) == 2500
    assert w.data == pytest.approx(2.0)


def test_two_models_in_turn() -> None:
    """`08_other_models_are_frozen`: the other model's parameters are read at each call."""
    found = []
    for compiled in (True, False):
        g, d = Value(0.5), Value(0.1)
        steps: list[tuple[Any, Value]] = []
        for function, p in (
            (lambda g=g, d=d: (d * g + 1) ** 2 + d * d, d),
            (lambda g=g, d=d: (d * g - 1) ** 2, g),
        ):
            steps.append((compile(function, [p]) if compiled else function, p))
        optimizers = [optim.SGD([p], lr=0.1) for _, p in steps]
        for _ in range(20):
            for (function, p), optimizer in zip(steps, optimizers, strict=True):
                if compiled:
                    function.train(steps=1, optimizer=optimizer)
                else:
                    p.grad = 0.0
                    function().backward()
                    optimizer.step()
        found.append((g.data, d.data))
    assert found[0] == found[1]


def test_training_goes_on_where_it_was() -> None:
    """`11_train_starts_over`: velocity, schedule and place in the examples are kept."""
    data = [([1.0, 2.0], [2.0, 4.0]), ([1.0, 3.0], [-1.0, -3.0]), ([5.0], [2.0])]
    found = []
    for calls in (1, 40):
        w = Value(0.0)
        step = compile(
            lambda xs, ys, w=w: sum((w * x - y) ** 2 for x, y in zip(xs, ys, strict=True)), [w]
        )
        optimizer = optim.SGD([w], optim.inverse(0.01), momentum=0.5)
        for _ in range(calls):
            step.train(data, steps=40 // calls, optimizer=optimizer)
        found.append(w.data)
    assert found[0] == found[1]


def test_a_step_that_fails_changes_nothing() -> None:
    w = Value(1.0)
    step = compile(lambda x: (w * x).log(), [w])
    optimizer = optim.Adam([w], lr=0.1)
    with pytest.raises(ValueError, match="log"):
        step.train([1.0, 2.0, -1.0], steps=5, optimizer=optimizer)
    eager, other = Value(1.0), None
    other = optim.Adam([eager], lr=0.1)
    train_with_engine(
        Program(lambda x: (eager * x).log(), [eager], tuple), [(1.0,), (2.0,)], 2, other
    )
    assert (w.data, w.grad, optimizer.steps) == (eager.data, eager.grad, 2)
    assert optimizer.state == other.state


def test_a_number_from_outside_that_changes_is_noticed() -> None:
    w, rate = Value(1.0), [1.0]
    step = compile(lambda: (w * rate[0] - 2) ** 2, [w])
    step()
    rate[0] = 2.0
    with pytest.raises(CompilationError, match="something that changed"):
        [step() for _ in range(4)]


def test_examples_that_change_between_slices_are_seen() -> None:
    examples: list[Any] = [([1.0, 0.0], 2.0), ([0.5, 3.0], 1.0), ([2.0, 0.25], -1.0)]

    def change(k: int) -> None:
        if k == 3:
            examples[1][0][1] = -0.75
        elif k == 6:
            examples[0][0][1] = -0.0
        elif k == 9:
            examples[2] = ([True, 4], 7)

    def trained(by_slices: bool) -> tuple[list[float], list[bytes]]:
        nonlocal examples
        examples = [([1.0, 0.0], 2.0), ([0.5, 3.0], 1.0), ([2.0, 0.25], -1.0)]
        w = [Value(0.5), Value(-0.25), Value(0.0)]

        def loss(x: Any, y: Any) -> Any:
            return (w[0] * x[0] + w[1] * x[1] + w[2] - y) ** 2

        optimizer = optim.SGD(w, lr=0.01, momentum=0.9)
        losses: list[float] = []
        if by_slices:
            step = compile(loss, w)
            for k in range(12):
                change(k)
                losses += step.train(examples, steps=3, optimizer=optimizer)
        else:
            for k in range(12):
                change(k)
                for example in examples:
                    found = loss(*example)
                    optimizer.zero_grad()
                    found.backward()
                    optimizer.step()
                    losses.append(found.data)
        return losses, bits(p.data for p in w)

    assert trained(True) == trained(False)


def test_the_examples_own_lists_may_begin_anywhere() -> None:
    def trained(parts: list[int]) -> list[bytes]:
        w = Value(0.5)
        step = compile(lambda x: (w * x - 1) ** 2, [w])
        optimizer = optim.Adam([w], lr=0.01)
        for steps in parts:
            step.train([1.0, 2.0, 3.0, 4.0, 5.0], steps=steps, optimizer=optimizer)
        return bits([w.data])

    assert trained([48]) == trained([3] * 16) == trained([5, 5, 5, 5, 5, 5, 7, 7, 2, 2])


def test_predictions_come_back() -> None:
    model = MLP(2, [3, 1])

    def loss(xs: Any, ys: Any) -> Any:
        predictions = [model(x) for x in xs]
        terms = [(p - y) ** 2 for p, y in zip(predictions, ys, strict=True)]
        return sum(terms), {"predictions": predictions, "size": len(xs)}

    step = compile(loss, model.parameters())
    xs, ys = [[0.5, -1.0], [2.0, 0.25]], [1, -1]
    found, beside = step(xs, ys)
    expected, other = loss(xs, ys)
    assert found == expected.data
    assert beside == {"predictions": [p.data for p in other["predictions"]], "size": 2}
