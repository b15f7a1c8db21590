"""In Pyodide a compiled function is a WebAssembly module, and products of matrices skip zeros."""

from __future__ import annotations

import math
import random
import struct
from typing import Any

import js
import pytest
from pyodide.ffi import to_js

from micrograd.compiler import compile
from micrograd.compiler.webassembly.programs import emit_program
from micrograd.engine import Value
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


def from_high(word: int, lower: int) -> float:
    """The float of these halves."""
    number: float = struct.unpack(">d", struct.pack(">II", word, lower))[0]
    return number


# Where musl's tanh.c and expm1.c change their formula, doubled or halved where they do.
BORDERS = (0x3FE193EA, 0x3FD058AE, 0x40340000, 0x00100000, 0x3FC62E42, 0x3FD62E42, 0x3FE0A2B2)


def test_tanh_has_the_bits_of_pythons() -> None:
    random.seed(0)
    xs = [0.0, -0.0, 5e-324, -2e-308, 1e308, math.inf, -math.inf]
    xs += [random.gauss(0, scale) for scale in (1e-9, 0.1, 0.3, 1, 3, 20) for _ in range(2000)]
    xs += [
        sign * from_high(word + more, random.choice([0, 1, 0xFFFFFFFF, random.getrandbits(32)]))
        for word in BORDERS
        for more in (-1, 0, 1)
        for sign in (-1, 1)
        for _ in range(50)
    ]
    many = compile(lambda x: [each.tanh() for each in map(Value, x)])
    width = 7  # pairs, and one that is left over
    del xs[len(xs) // width * width :]
    rows = [xs[k : k + width] for k in range(0, len(xs), width)]
    found = [number for row in many.map(rows) for number in row]
    assert [bits(x) for x in found] == [bits(math.tanh(x)) for x in xs]
    assert math.isnan(many([math.nan] * width)[0])


def test_the_module_is_small_whatever_the_width() -> None:
    for width, rows in ((16, 100), (32, 100), (64, 100)):
        model = MLP(2, [width, width, 1], "relu", "linear")
        step = step_of(model)
        step.train(
            [([[0.5, -1.0]] * rows, [1] * rows)], steps=1, optimizer=SGD(model.parameters(), 0.1)
        )
        assert step.size < 15_000
