"""What a Value is: its data, its comparisons, and what bad input gets."""

import re
from fractions import Fraction

import pytest

from micrograd import Value


def test_repr_shows_the_data():
    assert repr(Value(2)) == "Value(data=2.0)"


@pytest.mark.parametrize("number", [2, 2.0, Fraction(2), True + 1])
def test_data_is_a_float(number):
    assert type(Value(number).data) is float
    assert Value(number).data == 2.0


def test_a_leaf_has_no_operation_and_no_operands():
    leaf = Value(2.0, "a")
    assert (leaf.label, leaf.operation, leaf.operands, leaf.slopes) == ("a", "", (), ())


def test_operands_are_values_first_with_a_slope_each():
    v = Value(3.0)
    node = 2.0 * v
    assert (node.operation, node.operands, node.slopes) == ("*", (v, 2.0), (2.0,))


@pytest.mark.parametrize("data", ["3", None, 1j, [1.0], Value(1.0)])
def test_data_that_is_no_number_is_refused_by_name(data):
    with pytest.raises(TypeError, match=re.escape(f"got {data!r}, expected a real number")):
        Value(data)


def test_a_value_without_data_is_refused():
    with pytest.raises(TypeError, match="data"):
        Value()


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda v: v / 0, ZeroDivisionError, "-8.0 / 0.0 is not defined, expected a divisor"),
        (lambda v: 1 / (v + 8), ZeroDivisionError, "1.0 / 0.0 is not defined"),
        (lambda v: v ** (1 / 3), ValueError, "-8.0 ** 0.333"),
        (lambda v: (v + 8) ** -1, ZeroDivisionError, "0.0 ** -1.0 is not defined"),
        (lambda v: (v + 8) ** -2, ValueError, "0.0 ** -2.0 is not defined"),
        (lambda v: (v + 8).log(), ValueError, "log(0.0) is not defined, expected a number"),
        (lambda v: v.log(), ValueError, "log(-8.0)"),
        (lambda v: (v * -100).exp(), OverflowError, "exp(800.0) is too large"),
        (lambda v: (v * 1e200) ** 3, OverflowError, "is too large"),
        (lambda v: v + "1", TypeError, "'Value' and 'str'"),
        (lambda v: None - v, TypeError, "'NoneType' and 'Value'"),
        (lambda v: v * 1j, TypeError, "'Value' and 'complex'"),
        (lambda v: v < "1", TypeError, "got '1', expected a real number"),
    ],
)
def test_what_cannot_be_computed_names_the_numbers_and_changes_nothing(compute, error, message):
    v = Value(-8.0)
    v.grad = 5.0
    with pytest.raises(error, match=re.escape(message)):
        compute(v)
    assert (v.data, v.grad, v.operands) == (-8.0, 5.0, ())


def test_values_and_numbers_are_ordered_by_data():
    small, large = Value(1.0), Value(2.0)
    assert small < large
    assert small <= 1
    assert large > 1.5
    assert large <= 2
    assert max([small, large]) is large
    assert sorted([large, small], key=lambda v: v) == [small, large]


def test_equality_and_hash_are_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert len({a, b, a}) == 2
    a.data = 7.0
    assert a in {a}
