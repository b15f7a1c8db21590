"""Networks of every width train as the eager engine trains them, whatever backend runs them."""

from __future__ import annotations

import random

import pytest

from micrograd.compile import compile
from micrograd.compile.program import build
from micrograd.compile.webassembly.assembler import signed, unsigned
from micrograd.compile.webassembly.layers import find_layers
from micrograd.compile.webassembly.network import print_step
from micrograd.engine import Value
from micrograd.nn import MLP
from tests.compile.graphs import bits, eager, total

WIDTHS = [[2, 1], [3, 4, 4, 1], [2, 5, 3, 1], [1, 16, 2], [2, 9, 8, 3], [4, 1, 1]]


def network(sizes: list[int], activation: str, output: str) -> MLP:
    random.seed(len(sizes) + sizes[1])
    return MLP(sizes[0], sizes[1:], activation, output)


def loss_of(model: MLP, inputs: int, rows: int) -> Value:
    draw = random.Random(rows)
    data = [[draw.gauss(0, 1) for _ in range(inputs + 1)] for _ in range(rows)]
    outputs = [model(row[:-1]) for row in data]
    terms = []
    for out, row in zip(outputs, data, strict=True):
        each = out if isinstance(out, list) else [out]
        terms.append(total((value - row[-1]) ** 2 * (k + 1.0) for k, value in enumerate(each)))
    penalty = 1e-3 * total(p * p for p in model.parameters())
    return total(terms) * (1.0 / rows) + penalty


@pytest.mark.parametrize("sizes", WIDTHS, ids=str)
@pytest.mark.parametrize("rows", [2, 7, 101, 203])
@pytest.mark.parametrize(("activation", "output"), [("relu", "linear"), ("tanh", "tanh")])
def test_a_network(sizes: list[int], rows: int, activation: str, output: str) -> None:
    model = network(sizes, activation, output)
    parameters = model.parameters()
    step = compile(loss_of(model, sizes[0], rows), parameters)
    for _ in range(2):
        step.train(1, lr=0.1, momentum=0.5)
        expected = eager(loss_of(model, sizes[0], rows), parameters)
        assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


def test_infinite_and_missing_numbers_go_through_layers() -> None:
    model = network([2, 5, 3, 1], "relu", "linear")
    parameters = model.parameters()
    step = compile(loss_of(model, 2, 5), parameters)
    for number in (float("inf"), float("nan"), 1e308):
        parameters[0].data = number
        expected = eager(loss_of(model, 2, 5), parameters)
        assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


def assert_as_eager(model: MLP, rows: int) -> None:
    """Compare a step of the hinge loss, whose slope is zero for some rows."""
    draw = random.Random(rows)
    data = [[draw.gauss(0, 1), draw.gauss(0, 1), draw.choice([-1.0, 1.0])] for _ in range(rows)]
    parameters = model.parameters()

    def loss() -> Value:
        return total((1 + -y * model([a, b])).relu() for a, b, y in data) * (1.0 / rows)

    step = compile(loss(), parameters)
    expected = eager(loss(), parameters)
    assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


@pytest.mark.parametrize("rows", [9, 103])
@pytest.mark.parametrize("scale", [0.01, 3.0])
def test_terms_that_relu_makes_zero_may_be_left_out(rows: int, scale: float) -> None:
    model = network([2, 34, 33, 1], "relu", "linear")
    for k, parameter in enumerate(model.parameters()):
        parameter.data *= scale
        if k % 7 == 0:
            parameter.data = -0.0
    assert_as_eager(model, rows)


def test_terms_that_are_seldom_zero() -> None:
    model = network([2, 34, 33, 1], "relu", "linear")
    for neuron in model.layers[0].neurons + model.layers[1].neurons:
        neuron.b.data = 5.0
    assert_as_eager(model, 9)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 1e308])
@pytest.mark.parametrize("layer", [0, 1])
def test_zero_times_a_number_that_is_not_finite(number: float, layer: int) -> None:
    model = network([2, 34, 33, 1], "relu", "linear")
    model.layers[layer].neurons[3].w[1].data = number
    assert_as_eager(model, 9)


@pytest.mark.parametrize("width", [16, 32, 64])
def test_a_module_of_layers_is_small(width: int) -> None:
    model = network([2, width, width, 1], "relu", "linear")
    program = build(loss_of(model, 2, 100), model.parameters())
    printed = print_step(program)
    assert printed is not None
    assert len(printed[0]) <= 15_000


def test_a_parameter_in_two_neurons_is_no_layer() -> None:
    model = network([2, 5, 3, 1], "relu", "linear")
    model.layers[0].neurons[1].w[0] = model.layers[0].neurons[0].w[0]
    parameters = list(dict.fromkeys(model.parameters()))
    root = loss_of(model, 2, 20)
    program = build(root, parameters)
    assert program.data_loop is not None
    assert find_layers(program.loops[program.data_loop]) is None
    expected = eager(root, parameters)
    step = compile(root, parameters)
    assert [bits(step()), *(bits(parameter.grad) for parameter in parameters)] == expected


@pytest.mark.parametrize(
    ("number", "unsigned_bytes"), [(0, "00"), (127, "7f"), (128, "8001"), (624485, "e58e26")]
)
def test_unsigned_leb128(number: int, unsigned_bytes: str) -> None:
    assert unsigned(number).hex() == unsigned_bytes


@pytest.mark.parametrize(
    ("number", "signed_bytes"), [(-1, "7f"), (63, "3f"), (64, "c000"), (-123456, "c0bb78")]
)
def test_signed_leb128(number: int, signed_bytes: str) -> None:
    assert signed(number).hex() == signed_bytes
