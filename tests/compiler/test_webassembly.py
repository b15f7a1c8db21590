"""In Pyodide a compiled function is a WebAssembly module, and products of matrices skip zeros."""

from __future__ import annotations

import math
import random
from typing import Any

import js
import pytest
from pyodide.ffi import to_js

from micrograd.compiler import compile
from micrograd.compiler.webassembly.programs import emit_program
from micrograd.nn import MLP
from micrograd.optim import SGD
from tests.compiler.graphs import bits, eager


def step_of(model: MLP) -> Any:
    """A compiled hinge loss."""

    def loss(xs: Any, ys: Any) -> Any:
        terms = [(1 + -y * model(x)).relu() for x, y in zip(xs, ys, strict=True)]
        return sum(terms) / len(terms)

    return compile(loss, model.parameters())


def test_a_module_is_valid_and_cut_short_it_is_not() -> None:
    step = step_of(MLP(2, [4, 1], output="linear"))
    step([[0.5, 1.0]], [1])
    assert step.backend == "WebAssembly"
    code = emit_program(step.programs[0])
    assert js.WebAssembly.validate(to_js(code)) is True
    assert js.WebAssembly.validate(to_js(code[:-1])) is False


@pytest.mark.parametrize("wrong", [1.0, -0.0, math.inf, math.nan])
@pytest.mark.parametrize("rows", [9, 140, 270])
def test_zeros_are_skipped_where_that_changes_nothing(rows: int, wrong: float) -> None:
    """Infinite weights, -0.0 as a bias, rows in several blocks, and odd widths."""
    random.seed(rows)
    model = MLP(3, [35, 37, 1], "relu", "linear")
    parameters = model.parameters()
    step = step_of(model)
    for place in (150, 176, 1500):
        parameters[place].data = wrong
    xs = [[random.gauss(0, 1) for _ in range(3)] for _ in range(rows)]
    ys = [random.choice([-1, 1]) for _ in range(rows)]
    expected = eager(step.function(xs, ys), parameters)
    found = step(xs, ys)
    assert [bits(found), *(bits(p.grad) for p in parameters)] == expected


def test_the_module_is_small_whatever_the_width() -> None:
    for width, rows in ((16, 100), (32, 100), (64, 100)):
        model = MLP(2, [width, width, 1], "relu", "linear")
        step = step_of(model)
        step.train(
            [([[0.5, -1.0]] * rows, [1] * rows)], steps=1, optimizer=SGD(model.parameters(), 0.1)
        )
        assert step.size < 15_000
