"""Each operation's result and slopes, against the math module and finite differences."""

import math
import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd import Value
from micrograd.engine import logsumexp, weighted_sum
from micrograd.operations import ARITHMETIC
from tests.engine.differences import assert_gradients

number = st.floats(-20, 20)
positive = st.floats(0.1, 20)
away_from_zero = number.filter(lambda x: abs(x) > 0.05)

UNARY: dict[str, tuple[Callable[[Value], Value], st.SearchStrategy[float]]] = {
    "neg": (operator.neg, number),
    "abs": (abs, away_from_zero),
    "tanh": (Value.tanh, number),
    "exp": (Value.exp, number),
    "log": (Value.log, positive),
    "relu": (Value.relu, away_from_zero),
    "sigmoid": (Value.sigmoid, number),
}
BINARY: dict[str, tuple[Callable[[Value, Value], Value], st.SearchStrategy[float]]] = {
    "+": (operator.add, number),
    "-": (operator.sub, number),
    "*": (operator.mul, number),
    "/": (operator.truediv, away_from_zero),
    "**": (operator.pow, st.floats(-3, 3)),
}


def test_every_operation_is_tested_here():
    assert {*UNARY, *BINARY, "weighted sum", "logsumexp"} == set(ARITHMETIC)


@pytest.mark.parametrize("name", UNARY)
@given(st.data())
def test_slope_of_one_operand(name, data):
    function, domain = UNARY[name]
    x = data.draw(domain)
    assert function(Value(x)).operation == name
    assert_gradients(function, [x])


@pytest.mark.parametrize("name", BINARY)
@given(st.data())
def test_slopes_of_two_operands(name, data):
    function, domain = BINARY[name]
    left = data.draw(positive if name == "**" else number)
    right = data.draw(domain)
    assert function(Value(left), Value(right)).operation == name
    assert_gradients(function, [left, right])


@pytest.mark.parametrize("name", BINARY)
@given(st.data())
def test_slope_with_a_number_behind(name, data):
    function, domain = BINARY[name]
    left = data.draw(positive if name == "**" else number)
    right = data.draw(domain)
    assert_gradients(lambda x: function(x, right), [left])


@pytest.mark.parametrize("name", BINARY)
@given(st.data())
def test_slope_with_a_number_in_front(name, data):
    function, domain = BINARY[name]
    left = data.draw(positive if name == "**" else number)
    right = data.draw(domain)
    assert function(left, Value(right)).data == function(Value(left), Value(right)).data
    assert_gradients(lambda x: function(left, x), [right])


@given(away_from_zero, st.sampled_from([-3, -2, -1, 0, 1, 2, 3]))
def test_whole_powers_of_negative_bases(base, exponent):
    assert (Value(base) ** exponent).data == pytest.approx(base**exponent)
    assert_gradients(lambda x: x**exponent, [base])


@given(st.lists(number, min_size=7, max_size=7))
def test_weighted_sum(numbers):
    def function(*values):
        return weighted_sum(list(values[:3]), values[3:6], values[6])

    assert_gradients(function, numbers)


@given(st.lists(number, min_size=7, max_size=7))
def test_weighted_sum_is_the_sum_of_products_to_the_last_bit(numbers):
    results = []
    for fused in (True, False):
        w1, w2, w3, x1, x2, x3, b = values = [Value(x) for x in numbers]
        root = (
            weighted_sum([w1, w2, w3], (x1, x2, x3), b)
            if fused
            else b + w1 * x1 + w2 * x2 + w3 * x3
        )
        root.backward()
        results.append((root.data, [value.grad for value in values]))
    assert results[0] == results[1]


@given(st.lists(number, min_size=1, max_size=5))
def test_logsumexp(numbers):
    expected = math.log(math.fsum(math.exp(x) for x in numbers))
    assert logsumexp([Value(x) for x in numbers]).data == pytest.approx(expected)
    assert_gradients(lambda *xs: logsumexp(xs), numbers)


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (Value(1000).tanh(), 1.0),
        (Value(-1000).tanh(), -1.0),
        (Value(1000).sigmoid(), 1.0),
        (Value(-1000).sigmoid(), 0.0),
        (logsumexp([Value(1000), Value(0)]), 1000.0),
        (Value(0.5).tanh(), math.tanh(0.5)),
        (Value(0.5).exp(), math.exp(0.5)),
        (Value(0.5).log(), math.log(0.5)),
        (2 ** Value(3), 8.0),
        (2 - Value(3), -1.0),
        (2 / Value(4), 0.5),
    ],
)
def test_results(given_value, expected):
    assert expected == given_value.data


@pytest.mark.parametrize("function", [Value.relu, abs])
def test_slope_at_a_kink_is_zero_as_in_pytorch(function):
    x = Value(0.0)
    function(x).backward()
    assert x.grad == 0.0


def test_relu_passes_nan_on():
    assert math.isnan(Value(math.nan).relu().data)


def test_a_power_of_a_negative_base_has_no_slope_along_its_exponent():
    base, exponent = Value(-2.0), Value(3.0)
    (base**exponent).backward()
    assert base.grad == 12.0
    assert math.isnan(exponent.grad)
