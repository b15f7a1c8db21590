"""What a compiled program cannot follow is refused in words, with the line and the way out."""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from micrograd.compiler import CompilationError, compile
from micrograd.engine import Operation, Value
from micrograd.nn import MLP
from micrograd.optim import SGD

W = Value(0.5)
MODEL = MLP(2, [1])
TABLE = [Value(1.0), Value(2.0)]
COMPILED = compile(lambda x: W * x)


def branch(x: Any) -> Any:
    return W * x if x > 0 else -W * x


def far_threshold(x: Any) -> Any:
    return W * x if x < 1e6 else W


def largest(x: Any) -> Any:
    return W * max(x, 0.0)


def mathematics(x: Any) -> Any:
    return W * math.exp(x)


def whole_number(x: Any) -> Any:
    return W * int(x)


def branch_on_data(x: Any) -> Any:
    return W * x if W.data > 0 else W


def branch_on_value(x: Any) -> Any:
    return W * x if W * x > 0 else W


def accuracy_inside(x: Any) -> Any:
    loss = (W * x - 1) ** 2
    return loss, loss.data > 0.5


def random_inside(x: Any) -> Any:
    return W * x * random.random()


def named_operation(x: Any) -> Any:
    v = W * x
    y = math.sin(0.5)
    return Value(y, "", "sigmoid", (v,), (math.cos(0.5),))


def text(x: Any) -> Any:
    print(f"x is {x}")
    return W * x


def power_by_data(x: Any) -> Any:
    return W**x


def backward_inside(x: Any) -> Any:
    loss = W * x
    loss.backward()
    return loss


def caught(x: Any) -> Any:
    try:
        return W * x if x > 0 else -W * x
    except Exception:
        return W * 1


def caught_by_python(n: Any) -> Any:
    return sum(W * x for x in islice([1.0, 2.0], n))


def member(x: Any) -> Any:
    return W * 2 if x in {0.5, 1.5} else W * 3


def counted(x: Any) -> Any:
    return W * len(Counter([x, 1.0]))


def repeated(x: Any) -> Any:
    return sum([W] * x)


def stored(x: Any) -> Any:
    weights = [0.0, 0.0]
    weights[x] = 1.0
    return W * weights[0]


def kind_of_number(x: Any) -> Any:
    return W * x if isinstance(x, float) else W


def kind_by_match(x: Any) -> Any:
    match x:
        case float():
            return W * x
        case _:
            return W * 2


def attribute(x: Any) -> Any:
    return W * x.is_integer()


def picked_twice(x: Any) -> Any:
    return sum({TABLE[x > 1], TABLE[x > 2]}) * W


def changes_its_argument(xs: Any) -> Any:
    xs[0] = 2.0
    return sum(W * x for x in xs)


def gradient_inside(x: Any) -> Any:
    return W * x + W.grad


def graph_inside(x: Any) -> Any:
    return W * len((W * x)._prev)


def compiled_inside(x: Any) -> Any:
    return W * COMPILED(x)


def as_decimal(x: Any) -> Any:
    return W * float(Decimal(x))


REFUSED: dict[Callable[..., Any], str] = {
    branch: "return W \\* x if x > 0.*\n.*decides.*\n.*argument",
    far_threshold: "decides",
    largest: "decides.*\n.*relu",
    mathematics: "math.exp\\(x\\).*\n.*at once.*\n.*exp",
    whole_number: "at once",
    branch_on_data: "decides on the data of a Value",
    branch_on_value: "decides on the data of a Value",
    accuracy_inside: "decides on the data of a Value.*\n.*predictions",
    random_inside: "random.*\n.*argument",
    named_operation: "sigmoid.*\n.*Operation",
    text: "text of a number",
    power_by_data: "power.*\n.*Value",
    backward_inside: "gradients inside",
    caught: "decides",
    caught_by_python: "length.*\n.*len",
    member: "set or dictionary",
    counted: "Counter.*\n.*set or dictionary",
    repeated: "length.*\n.*string",
    stored: "place to store.*\n.*i == k",
    kind_of_number: "int, a float or a bool",
    kind_by_match: "int, a float or a bool",
    attribute: "its is_integer",
    picked_twice: "the same one",
    gradient_inside: "reads a Value's gradient",
    graph_inside: "reads a Value's operands",
    compiled_inside: "compiled function inside",
    as_decimal: "at once.*\n.*Decimal",
}


@pytest.mark.parametrize("function", REFUSED, ids=lambda function: function.__name__)
def test_what_cannot_be_followed_is_refused(function: Callable[..., Any]) -> None:
    before = W.data, random.getstate()
    with pytest.raises(CompilationError, match=REFUSED[function]) as caught:
        compile(function, [W])(0.5)
    assert "test_errors.py" in str(caught.value)
    assert (W.data, random.getstate()) == before
    assert function is not branch or branch(2.0).data == 1.0  # Values are as they were


def test_an_argument_that_is_changed_is_refused() -> None:
    with pytest.raises(CompilationError, match=r"changes a list.*\n.*copy"):
        compile(changes_its_argument, [W])([1.0, 3.0])


KEPT: list[Any] = []


def keeps_a_value(x: Any) -> Any:
    KEPT.append(W * x)
    return sum(KEPT)


def keeps_a_number(x: Any) -> Any:
    KEPT.append(x)
    return sum(W * each for each in KEPT)


@pytest.mark.parametrize("function", [keeps_a_value, keeps_a_number])
def test_what_is_kept_from_tracing_is_refused(function: Callable[..., Any]) -> None:
    KEPT.clear()
    with pytest.raises(CompilationError, match="kept from when"):
        compile(function, [W])(0.5)


def test_a_value_computed_outside_is_refused() -> None:
    """`10_graph_built_once_outside`."""
    penalty = 0.1 * W * W
    with pytest.raises(CompilationError, match="computed outside"):
        compile(lambda: (W - 1) ** 2 + penalty, [W])()


LOSSES: dict[str, tuple[Callable[..., Any], str]] = {
    "a tuple": (lambda: (W * 2, 0.5, 1), "tuple"),
    "a float": (lambda: 0.5, "number that depends on no parameter"),
    "data": (lambda: (W * 2).data, "without `.data`"),
    "None": (lambda: None, "return loss"),
    "no terms": (lambda: sum([]), "no terms"),
    "a parameter": (lambda: W, "parameter 0 itself"),
    "a list": (lambda: [W * 2, W * 3], "sum"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_that_is_none(name: str) -> None:
    function, words = LOSSES[name]
    with pytest.raises(CompilationError, match=words):
        compile(function, [W])()


def loss() -> Any:
    """A loss that is one."""
    return (MODEL([1.0, 2.0]) - 1) ** 2


SLIPS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a model": (lambda: compile(loss, MODEL), TypeError, r"model.parameters\(\)"),  # type: ignore[arg-type]
    "a method": (lambda: compile(loss, MODEL.parameters), TypeError, "call it"),  # type: ignore[arg-type]
    "one Value": (lambda: compile(loss, W), TypeError, "list"),  # type: ignore[arg-type]
    "no leaf": (lambda: compile(loss, [W * 2]), TypeError, "not computed"),
    "twice": (lambda: compile(loss, [W, W]), ValueError, "twice"),
    "no parameters": (lambda: compile(loss, []), ValueError, "empty"),
    "a Value as loss": (lambda: compile(W * 2, [W]), TypeError, "lambda"),  # type: ignore[arg-type]
    "a step": (lambda: compile(compile(loss, [W]), [W]), TypeError, "function itself"),
    "negative steps": (
        lambda: compile(loss, [W]).train(steps=-1, optimizer=SGD([W], 0.1)),
        ValueError,
        "0 or more",
    ),
    "steps for examples": (
        lambda: compile(loss, [W]).train(100, steps=1, optimizer=SGD([W], 0.1)),
        TypeError,
        "steps=1000",
    ),
    "no examples": (
        lambda: compile(loss, [W]).train([], steps=1, optimizer=SGD([W], 0.1)),
        ValueError,
        "at least 1",
    ),
    "slices of nothing": (
        lambda: list(compile(loss, [W]).slices(steps=3, size=0, optimizer=SGD([W], 0.1))),
        ValueError,
        "at least 1",
    ),
    "a rate for an optimizer": (
        lambda: compile(loss, [W]).train(steps=3, optimizer=0.1),
        TypeError,
        "SGD",
    ),
    "an optimizer of other Values": (
        lambda: compile(loss, [W]).train(steps=3, optimizer=SGD([Value(1.0)], 0.1)),
        ValueError,
        "none of the 1 parameters",
    ),
    "a Value as argument": (lambda: compile(lambda x: W * x, [W])(Value(1.0)), TypeError, "data"),
    "a deep copy": (lambda: copy.deepcopy(compile(loss, [W])), TypeError, "deep copy"),
    "pickle": (lambda: pickle.dumps(compile(loss, [W])), TypeError, "pickled"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_gets_a_sentence(name: str) -> None:
    slip, kind, words = SLIPS[name]
    with pytest.raises(kind, match=words):
        slip()


def test_a_copy_has_the_same_function_and_parameters() -> None:
    step = compile(loss, MODEL.parameters())
    assert copy.copy(step)() == step()


def test_the_engines_errors() -> None:
    step = compile(lambda x, y: (W * x).log() + y / (W - x), [W])
    step(1.0, 2.0)
    with pytest.raises(ValueError, match="log"):
        step(-1.0, 2.0)
    with pytest.raises(ZeroDivisionError):
        step(0.5, 2.0)
    with pytest.raises(OverflowError):
        compile(lambda x: (W * x).exp(), [W])(1e6)
    table = [Value(1.0), Value(2.0)]
    pick = compile(lambda k: table[k] * 2, table)
    pick(1)
    with pytest.raises(IndexError, match="out of range"):
        pick(2)


def test_an_operation_of_ones_own() -> None:
    """`compile_custom_operation`: known by its function, not by its name."""
    steep = Operation("sigmoid", lambda x: (1 / (1 + math.exp(-4 * x)), (4 * math.exp(-4 * x),)))
    for x in (0.5, -0.25):
        W.grad = 0.0
        expected = (steep(W * x) - 1) ** 2
        expected.backward()
        gradient = W.grad
        assert compile(lambda x: (steep(W * x) - 1) ** 2, [W])(x) == expected.data
        assert gradient == W.grad


def test_an_error_that_the_function_catches_is_named() -> None:
    def divided(x: Any) -> Any:
        try:
            return W * (1 / x)
        except ZeroDivisionError:
            return W * 2

    step = compile(divided, [W])
    assert step(2.0) == 0.25
    with pytest.raises(CompilationError, match="does it catch"):
        step(0.0)


def test_an_error_that_the_engine_raises_too_is_the_engines() -> None:
    with pytest.raises(TypeError, match="'float' object is not iterable"):
        compile(lambda x: sum(x) * W, [W])(1.0)


def test_it_lists_what_it_has_compiled() -> None:
    step = compile(lambda xs: sum((W * x - 1) ** 2 for x in xs), [W])
    assert repr(step) == "<compiled <lambda>: 1 parameters, 0 shapes of arguments so far>"
    step([1.0, 2.0])
    step([1.0, 2.0, 3])
    assert "2 shapes" in repr(step)
    assert "([3 x number])" in repr(step)
