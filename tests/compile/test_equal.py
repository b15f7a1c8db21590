"""A compiled loss gives the engine's numbers to the last bit, and the engine's errors."""

from __future__ import annotations

import math
import random
from functools import reduce
from operator import add, sub

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from micrograd.compile import compile
from micrograd.engine import Value, weighted_sum
from tests.compile.graphs import (
    BINARY,
    UNARY,
    Plan,
    bits,
    eager,
    numbers,
    plans,
    tables,
    total,
    wild,
)


def losses(plan: Plan, parameters: list[Value], table: list[list[float]], kind: str) -> Value:
    """One of the ways in which people add up terms."""
    terms = [plan.term(parameters, row) for row in table]
    match kind:
        case "sum":
            return total(terms)
        case "mean":
            return total(terms) / len(terms)
        case "regularised":
            return total(terms) * 0.25 + 0.01 * total(p * p for p in parameters)
        case "regularised first":
            penalty = 0.01 * total(p * p for p in parameters)
            return penalty + total(plan.term(parameters, row) for row in table)
        case "on top":
            return sum(terms, start=parameters[0] * 3)
        case "without start":
            return reduce(add, terms)
        case "subtracted":
            return reduce(sub, terms, parameters[0] * 3)
        case "subtracted from the first":
            return reduce(sub, terms)
        case "product of sums":
            more = total((plan.term(parameters, row) for row in table), parameters[0] * 1.0)
            return (total(terms) * more).tanh()
        case "chosen":
            three = [[term, term * 2, term.tanh()] for term in terms]
            return total(total(each) * each[k % 3] for k, each in enumerate(three))
        case "in phases":
            first = [term * parameters[-1] for term in terms]
            return total([(term - 0.5).tanh() * parameters[0] for term in first])
    return (total(terms) ** 2 + 1).log()


KINDS = [
    "sum",
    "mean",
    "regularised",
    "regularised first",
    "on top",
    "without start",
    "subtracted",
    "subtracted from the first",
    "chosen",
    "product of sums",
    "in phases",
    "inside a function",
]


@given(st.data(), plans(), st.sampled_from(KINDS))
def test_loss_and_gradients_of_any_graph(data: st.DataObject, plan: Plan, kind: str) -> None:
    table = data.draw(tables(plan))
    parameters = [Value(data.draw(numbers)) for _ in range(plan.parameters)]
    try:
        loss = losses(plan, parameters, table, kind)
        assume(loss.operands)
        step = compile(loss, parameters)
    except (ArithmeticError, ValueError):
        assume(False)
    for parameter in parameters:
        parameter.data = data.draw(wild)
    try:
        expected = eager(losses(plan, parameters, table, kind), parameters)
    except (ArithmeticError, ValueError) as error:
        with pytest.raises(type(error)):
            step()
    else:
        assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


@given(st.data(), st.sampled_from([*UNARY, *BINARY, "weighted sum"]))
def test_each_operation_at_any_number(data: st.DataObject, name: str) -> None:
    def result(a: Value, b: Value) -> Value:
        if name in UNARY:
            return UNARY[name](a)
        if name in BINARY:
            return BINARY[name](a, b)
        return weighted_sum([a, b], (b, a), a)

    parameters = [Value(0.5), Value(0.75)]
    step = compile(result(*parameters), parameters)
    for parameter in parameters:
        parameter.data = data.draw(st.one_of(st.floats(), wild))
    try:
        expected = eager(result(*parameters), parameters)
    except (ArithmeticError, ValueError) as error:
        with pytest.raises(type(error), match=r"in the compiled loss"):
            step()
    else:
        assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


def hinge(parameters: list[Value], table: list[list[float]]) -> Value:
    w0, w1, b = parameters
    scores = [weighted_sum([w0, w1], (x0, x1), b) for x0, x1, _ in table]
    terms = [(1 + -y * score).relu() for score, (_, _, y) in zip(scores, table, strict=True)]
    return total(terms) * (1.0 / len(terms)) + 1e-2 * total(p * p for p in parameters)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_training_is_the_eager_loop(momentum: float, weight_decay: float) -> None:
    draw = random.Random(7)
    table = [[draw.gauss(0, 1), draw.gauss(0, 1), draw.choice([-1.0, 1.0])] for _ in range(20)]
    start = [draw.uniform(-1, 1) for _ in range(3)]
    parameters = [Value(number) for number in start]
    step = compile(hinge(parameters, table), parameters)
    found = step.train(25, lambda k: 1.0 / (k + 1), momentum=momentum, weight_decay=weight_decay)

    eager_parameters = [Value(number) for number in start]
    velocity = [0.0] * 3
    expected = []
    for k in range(25):
        loss = hinge(eager_parameters, table)
        eager(loss, eager_parameters)
        expected.append(loss.data)
        for j, parameter in enumerate(eager_parameters):
            slope = parameter.grad
            if weight_decay:
                slope += weight_decay * parameter.data
            if momentum:
                slope = velocity[j] = momentum * velocity[j] + slope
            parameter.data -= 1.0 / (k + 1) * slope
    assert found == expected
    assert [p.data for p in parameters] == [p.data for p in eager_parameters]
    assert [p.grad for p in parameters] == [p.grad for p in eager_parameters]


def test_an_error_names_the_row_and_leaves_the_parameters() -> None:
    w = Value(1.0)
    step = compile(total((w * x + 2).log() * y for x, y in [(1, 1.5), (2, 1.25), (3, 1.75)]), [w])
    w.data = -0.9
    w.grad = 7.0
    with pytest.raises(ValueError, match=r"log\(-0\.7.*\) is not defined.*in row 2"):
        step()
    assert (w.data, w.grad) == (-0.9, 7.0)


def test_training_stops_before_the_step_that_fails() -> None:
    w = Value(1.0)
    step = compile(total((w * x).log() * y for x, y in [(1, 1.5), (2, 1.25), (3, 1.75)]), [w])
    with pytest.raises(ValueError, match="log"):
        step.train(10, lr=0.3)
    assert w.data == 1.0 - 0.3 * (1.5 + 1.25 + 1.75)


def test_nan_goes_through() -> None:
    a, b = Value(1.0), Value(2.0)
    step = compile((a * b - a).relu() + (a + b).tanh(), [a, b])
    a.data = math.nan
    assert math.isnan(step())
    assert math.isnan(b.grad)
