"""The numbers in which terms differ are found, can be seen, and can be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pytest

from micrograd.compile import CompilationError, compile, compile_model
from micrograd.engine import Value, weighted_sum
from tests.compile.graphs import eager, total


def model(parameters: list[Value], x: list[float]) -> Value:
    w0, w1, b = parameters
    return weighted_sum([w0, w1], tuple(x), b).tanh()


def squared(parameters: list[Value], table: Sequence[tuple[float, ...]]) -> Value:
    return total((model(parameters, [a, b]) - y) ** 2 for a, b, y in table)


TABLE = [(0.5, 2.0, 1.0), (-1.5, 0.25, -1.0), (3.0, 1.25, 1.0), (-2.0, -0.5, -1.0)]
OTHER = [(0.25, 1.0, -1.0), (1.5, 0.5, 1.0), (-3.0, -1.5, 0.5), (2.5, -0.75, 1.0)]


@pytest.fixture
def parameters() -> list[Value]:
    return [Value(0.5), Value(-0.25), Value(0.125)]


def test_rows_are_the_examples(parameters: list[Value]) -> None:
    assert compile(squared(parameters, TABLE), parameters).rows == TABLE


def test_new_rows_of_the_same_shape(parameters: list[Value]) -> None:
    step = compile(squared(parameters, TABLE), parameters)
    step.rows = OTHER
    expected = squared(parameters, OTHER)
    eager(expected, parameters)
    gradients = [parameter.grad for parameter in parameters]
    assert step() == expected.data
    assert [parameter.grad for parameter in parameters] == gradients


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (OTHER[:3], "got 3 rows, expected 4"),
        ([row[:2] for row in OTHER], "got 2 numbers in row 0, expected 3"),
    ],
)
def test_rows_of_another_shape(
    parameters: list[Value], rows: Sequence[tuple[float, ...]], message: str
) -> None:
    step = compile(squared(parameters, TABLE), parameters)
    with pytest.raises(ValueError, match=message):
        step.rows = rows
    assert step.rows == TABLE


def test_minibatches_of_a_loss_that_reads_its_total(parameters: list[Value]) -> None:
    step = compile(squared(parameters, TABLE) ** 0.5, parameters)
    twin = [Value(parameter.data) for parameter in parameters]
    found = step.train(3, lr=0.05, rows=OTHER + TABLE)
    expected = []
    for k in range(3):
        loss = squared(twin, [OTHER, TABLE][k % 2]) ** 0.5
        eager(loss, twin)
        expected.append(loss.data)
        for parameter in twin:
            parameter.data -= 0.05 * parameter.grad
    assert found == expected


def test_rows_pick_by_number(parameters: list[Value]) -> None:
    def loss(picks: list[int]) -> Value:
        scores = [[model(parameters, [a, b * k]) for k in (1, 2, 3)] for a, b, _ in TABLE]
        terms = [total(three) * three[k] for three, k in zip(scores, picks, strict=True)]
        return total(terms)

    step = compile(loss([2, 0, 1, 1]), parameters)
    assert [row[-1] for row in step.rows] == [2.0, 0.0, 1.0, 1.0]
    picks = [0, 1, 1, 2]
    step.rows = [(*row[:-1], pick) for row, pick in zip(step.rows, picks, strict=True)]
    assert step() == loss(picks).data
    with pytest.raises(ValueError, match=r"got 3 as number .* expected a whole number from 0 to 2"):
        step.rows = [(*row[:-1], 3) for row in step.rows]


def test_minibatches_walk_through_the_data(parameters: list[Value]) -> None:
    step = compile(squared(parameters, TABLE), parameters)
    twin = [Value(parameter.data) for parameter in parameters]
    found = step.train(5, lr=0.05, rows=OTHER + TABLE)
    expected = []
    for k in range(5):
        loss = squared(twin, [OTHER, TABLE][k % 2])
        eager(loss, twin)
        expected.append(loss.data)
        for parameter in twin:
            parameter.data -= 0.05 * parameter.grad
    assert found == expected
    assert step.rows == TABLE
    with pytest.raises(ValueError, match="got 6 rows, expected a multiple of 4"):
        step.train(1, rows=OTHER + TABLE[:2])


def test_slices_are_the_same_training(parameters: list[Value]) -> None:
    twin = [Value(parameter.data) for parameter in parameters]
    whole = compile(squared(twin, TABLE), twin).train(10, lr=0.1, momentum=0.5, rows=OTHER + TABLE)
    step = compile(squared(parameters, TABLE), parameters)
    parts = list(step.slices(10, lr=0.1, size=3, momentum=0.5, rows=OTHER + TABLE))
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert list(chain.from_iterable(parts)) == whole
    assert [p.data for p in parameters] == [p.data for p in twin]


def test_a_graph_older_than_the_parameters_compiles(parameters: list[Value]) -> None:
    loss = squared(parameters, TABLE)
    parameters[0].data = 2.0
    assert compile(loss, parameters)() == squared(parameters, TABLE).data


def test_a_branch_on_data_is_refused(parameters: list[Value]) -> None:
    def loss() -> Value:
        score = model(parameters, [1.0, 2.0])
        return score * 2 if score.data > 0 else -score

    with pytest.raises(CompilationError, match="builds another graph when the data changes"):
        compile(loss, parameters)
    assert [parameter.data for parameter in parameters] == [0.5, -0.25, 0.125]


def test_a_number_read_from_data_is_refused(parameters: list[Value]) -> None:
    with pytest.raises(CompilationError, match=r"numbers read from \.data"):
        compile(lambda: model(parameters, [1.0, 2.0]) / parameters[0].data, parameters)


def test_parameters_are_leaves(parameters: list[Value]) -> None:
    loss = squared(parameters, TABLE)
    with pytest.raises(TypeError, match="parameter 0 is Value"):
        compile(loss, [loss])
    with pytest.raises(ValueError, match="has a Value twice"):
        compile(loss, [parameters[0], parameters[0]])


def test_a_model_at_many_points(parameters: list[Value]) -> None:
    predict = compile_model(lambda x: model(parameters, x), 2, parameters)
    points = [(0.1 * k, 1.0 - 0.2 * k) for k in range(50)]
    assert predict(points) == [model(parameters, list(point)).data for point in points]
    parameters[0].data = -3.0
    assert predict(points[:3]) == [model(parameters, list(point)).data for point in points[:3]]
    with pytest.raises(ValueError, match="point 1 got 3 numbers, expected 2"):
        predict([(1.0, 2.0), (1.0, 2.0, 3.0)])


def test_a_model_with_several_outputs(parameters: list[Value]) -> None:
    def two(x: list[float]) -> list[Value]:
        out = model(parameters, x)
        return [out, out * out + 1]

    predict = compile_model(two, 2, parameters)
    points = [(0.5, 1.0), (2.0, -1.0)]
    assert predict(points) == [[each.data for each in two(list(point))] for point in points]
