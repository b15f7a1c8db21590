"""Derivatives from finite differences: the outside view on every gradient."""

from collections.abc import Callable, Sequence

import pytest

from micrograd import Value


def central_differences(
    function: Callable[..., Value], numbers: Sequence[float], step: float = 1e-5
) -> list[float]:
    """The slope of a function of Values along each of its arguments, to about 1e-8."""
    slopes = []
    for i, number in enumerate(numbers):
        distance = step * max(1.0, abs(number))
        ends = [list(numbers), list(numbers)]
        ends[0][i] = number - distance
        ends[1][i] = number + distance
        low, high = (function(*map(Value, end)).data for end in ends)
        slopes.append((high - low) / (ends[1][i] - ends[0][i]))
    return slopes


def assert_gradients(
    function: Callable[..., Value], numbers: Sequence[float], tolerance: float = 1e-5
) -> None:
    """Compare the gradients that `backward` finds with finite differences."""
    values = [Value(number) for number in numbers]
    result = function(*values)
    result.backward()
    expected = central_differences(function, numbers)
    scale = max(1.0, abs(result.data))
    assert expected == pytest.approx(
        [value.grad for value in values], rel=tolerance, abs=tolerance * scale
    )
