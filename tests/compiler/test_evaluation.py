"""A function compiled without parameters is evaluated, at one point or at many."""

from __future__ import annotations

from typing import Any

import pytest

from micrograd.compiler import CompilationError, compile
from micrograd.engine import Value
from micrograd.nn import MLP


def test_at_many_points() -> None:
    model = MLP(2, [4, 1])
    predict = compile(model)
    points = [[0.1 * k, 1.0 - 0.2 * k] for k in range(2100)]
    assert list(predict.map(points)) == [model(point).data for point in points]
    model.parameters()[0].data += 1.0
    assert predict(points[3]) == model(points[3]).data
    assert list(predict.map([])) == []


def test_several_outputs_and_arguments() -> None:
    w = Value(2.0)
    both = compile(lambda x, k: {"product": w * x, "all": [w + k, x], "name": "w"})
    assert both(3.0, 1) == {"product": 6.0, "all": [3.0, 3.0], "name": "w"}
    assert [each["product"] for each in both.map([1.0, 2.0], [0, 0])] == [2.0, 4.0]


def test_points_of_different_lengths_and_kinds() -> None:
    w = Value(2.0)
    total = compile(lambda xs: sum(w * x for x in xs))
    assert list(total.map([[1.0], [1.0, 2.0], (1, True), [3]])) == [2.0, 6.0, 4.0, 6.0]


def test_a_point_outside_of_the_domain() -> None:
    w = Value(1.0)
    model = compile(lambda x: (w * x[0]).log() + x[1])
    with pytest.raises(ValueError, match="log"):
        list(model.map([[1.0, 0.0], [-1.0, 0.0]]))


def test_a_branch_is_refused() -> None:
    """`12_compile_model_branch`."""
    model = MLP(2, [3, 1])

    def folded(x: Any) -> Any:
        return model(x) if x[0] > 0 else -model(x)

    with pytest.raises(CompilationError, match="decides"):
        compile(folded)([1.0, 2.0])
