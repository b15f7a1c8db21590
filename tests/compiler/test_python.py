"""What Python does with numbers and Values around the engine's operations, compiled."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NamedTuple

import pytest

from micrograd.compiler import CompilationError, compile
from micrograd.engine import Operation, Value
from micrograd.nn import MLP, Neuron
from tests.compiler.test_zoo import bits, engine
from tests.compiler.zoo import Program

A, B, C = Value(0.5), Value(-1.25), Value(2.0)
TABLE = [A, B, C]


class Point(NamedTuple):
    x: float
    y: float


def copied(xs: Any) -> Any:
    xs = sorted([A * xs[0], B * xs[1]], key=lambda value: id(value) * 0)
    xs[0] += 1
    xs.append(C * xs.pop())
    return sum(xs)


def defaults(x: Any, scale: Any = 2.0, *more: Any) -> Any:
    return A * x * scale + sum(more)


def quotients(x: Any) -> Any:
    whole, rest = divmod(x, 3)
    return A * whole + B * rest + C * pow(x, 2, 5)


def bit_by_bit(k: Any) -> Any:
    return sum(w * ((k >> i) & 1) for i, w in enumerate(TABLE)) + A * (1 << k)


def flags(x: Any) -> Any:
    return A * (x > 1) + B * (x == 2) * True + C * (x + x) * -x


def whole_numbers(x: Any) -> Any:
    return A * round(x) + B * math.floor(x) + C * round(x, 1) + A * math.ceil(x) * abs(x)


def scaled(x: Any) -> Any:
    return A * x * A.data + (B - C.data).exp()


def kinds(x: Any) -> Any:
    return A * (x if isinstance(x, int | float) else B) + (B if isinstance(x, Value) else C * x)


def folded(xs: Any) -> Any:
    return sum((A * x for x in accumulate(xs)), start=B) + sum(xs, B) + sum(xs, 1.0) * C


def nested(data: Any) -> Any:
    return sum(A * x for x in data["a"]["b"]) * data["c"] + B * len(data["a"]["name"])


def text(name: str) -> Any:
    return sum(TABLE[ord(letter) % 3] * k for k, letter in enumerate(name, 1))


def by_rank(table: Any) -> Any:
    return sum(A * x * (3 // k if isinstance(k, int) else 3 / k) for k, x in table.items())


def one_picked(k: Any) -> Any:
    return TABLE[k]


def indices(order: Any, k: Any) -> Any:
    return TABLE[order[order[k]]] * TABLE[k - 1] + TABLE[k % 2] * TABLE[-k]


def point(p: Any) -> Any:
    return (A * p.x - p.y) ** 2


def nothing(a: Any, b: Any) -> Any:
    return sum((A * x for x in a), B * 1) if b is None else A * b


CALLS: dict[Callable[..., Any], list[tuple[Any, ...]]] = {
    copied: [([1.0, 2.0],), ([3.0, 4.0],)],
    defaults: [(1.0,), (1.0, 3.0), (2.0,), (2.0, 4.0, 1.0, 2.0)],
    quotients: [(7,), (5,), (-4,)],
    bit_by_bit: [(3,), (4,)],
    flags: [(1.5,), (2,), (True,), (False,), (-0.0,)],
    whole_numbers: [(1.26,), (-2.74,), (2.5,)],
    scaled: [(1.0,), (2.0,)],
    kinds: [(1,), (2.5,), (True,)],
    folded: [([0.1, 0.2, 0.3, 1e16, -1e16],), ([1.0, 2, 3, 4, 5],)],
    nested: [
        ({"a": {"b": [1.0, 2.0], "name": "x"}, "c": 3},),
        ({"c": 4, "a": {"b": [5.0, 2.0], "name": "x"}},),
        ({"a": {"b": [], "name": "long"}, "c": 3},),
    ],
    text: [("ab",), ("ba",), ("zzz",)],
    by_rank: [({2: 1.0},), ({2.0: 1.0},), ({2: 3.0},)],
    one_picked: [(1,), (0,), (-1,)],
    indices: [([1, 2, 0], 1), ([2, 0, 1], 0), ([0, 0, 0], 2)],
    point: [(Point(1.0, 2.0),), (Point(3.0, -1.0),)],
    nothing: [([], None), ([1.0], None), ([], 2.0), ([3.0], None), ((), None)],
}


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_it_is_the_engines(function: Callable[..., Any]) -> None:
    for parameter, number in zip(TABLE, (0.5, -1.25, 2.0), strict=True):
        parameter.data = number
    program = Program(function, TABLE, tuple)
    step = compile(function, TABLE)
    for arguments in CALLS[function] * 2:
        loss, gradients = engine(program, arguments)
        assert bits([step(*arguments)]) == bits([loss])
        assert bits([parameter.grad for parameter in TABLE]) == bits(gradients)
        for parameter in TABLE:
            parameter.data -= 0.01 * parameter.grad


def test_some_parameters_of_a_model() -> None:
    model = MLP(2, [3, 1])
    for chosen in (model.parameters()[:4], model.parameters()[2::3]):
        program = Program(lambda x: (model(x) - 1) ** 2, chosen, tuple)
        step = compile(program.loss, chosen)
        for x in ([1.0, 2.0], [-1.0, 0.5]):
            loss, gradients = engine(program, (x,))
            assert step(x) == loss
            assert [parameter.grad for parameter in chosen] == gradients


def test_a_change_is_noticed_at_the_end_of_a_training() -> None:
    w, target = Value(0.0), [1.0]
    step = compile(lambda x: (w * x - target[0]) ** 2, [w])
    step.train([1.0, 2.0], steps=3, lr=0.1)
    target[0] = 2.0
    with pytest.raises(CompilationError, match="changed"):
        step.train([1.0, 2.0], steps=100, lr=0.1)


def test_a_change_is_noticed_when_it_is_evaluated() -> None:
    w, scale = Value(2.0), [1.0]
    double = compile(lambda x: w * x * scale[0])
    assert double(3.0) == 6.0
    scale[0] = 2.0
    with pytest.raises(CompilationError, match="changed"):
        [double(3.0) for _ in range(4)]


def test_numbers_beside_the_loss_are_checked_too() -> None:
    w, count = Value(2.0), [0]

    def loss(x: Any) -> Any:
        count[0] += 1
        return w * x, {"calls": count[0]}

    with pytest.raises(CompilationError, match=r"gives 1.0, .* 2"):
        compile(loss, [w])(1.0)


def test_a_failing_example_stops_the_training_before_its_step() -> None:
    w = Value(1.0)
    step = compile(lambda x: w * (1 / x), [w])
    with pytest.raises(ZeroDivisionError):
        step.train([1.0, 2.0, 0.0, 4.0], steps=4, lr=0.5)
    assert w.data == 0.25


def test_data_that_is_changed_between_slices_counts() -> None:
    w, x = Value(1.0), [1.0]
    losses = []
    for part in compile(lambda x: w * x[0], [w]).slices([x], steps=4, size=2, lr=0.0):
        losses += part
        x[0] = 3.0
    assert losses == [1.0, 1.0, 3.0, 3.0]


class Single(float):
    """A number whose arithmetic rounds to 4 bytes, as numpy's float32."""

    dtype = "float32"
    shape = ()

    @property
    def flat(self) -> list[Single]:
        return [self]

    def __mul__(self, other: float) -> Single:
        return Single(struct.unpack("f", struct.pack("f", float(self) * other))[0])


def test_arithmetic_is_of_the_numbers_own_class() -> None:
    w = Value(1.0)
    step = compile(lambda x: w * (x * x), [w])
    for x in (Single(0.1), Single(0.3)):
        assert step(x) == x * x != 0.1 * 0.1


OWN: dict[str, tuple[str, Callable[..., Any]]] = {
    "an activation": ("relu", lambda self: self * self.sigmoid() + self.tanh()),
    "an operator": ("__mul__", lambda self, other: self + other),
    "another method": ("cube", lambda self: self**3),
}


@pytest.mark.parametrize("name", OWN)
def test_a_method_of_ones_own_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    method, function = OWN[name]
    monkeypatch.setattr(Value, method, function, raising=False)
    model = MLP(2, [3, 1], "relu", "linear")

    def loss(x: Any) -> Any:
        score = model(x)
        return (score * 2 + score.relu()).cube() if method == "cube" else score * 2 + score.relu()

    expected = engine(Program(loss, model.parameters(), tuple), ([1.0, -2.0],))
    step = compile(loss, model.parameters())
    assert (step([1.0, -2.0]), [p.grad for p in model.parameters()]) == expected


def test_a_neuron_of_ones_own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Neuron.__call__
    monkeypatch.setattr(Neuron, "__call__", lambda self, x: plain(self, x) * 2)
    model = MLP(2, [3, 1])
    assert compile(model)([1.0, -2.0]) == model([1.0, -2.0]).data


def test_what_an_operation_reads_is_read_when_it_is_compiled() -> None:
    w, factor = Value(2.0), [3.0]
    scale = Operation("scale", lambda x: (factor[0] * x, (factor[0],)))
    for factor[0] in (3.0, 5.0):
        assert compile(lambda: scale(w), [w])() == 2.0 * factor[0]
