"""What the playground's page is sent is what the engine computes, neuron by neuron."""

from __future__ import annotations

import base64
import json
import math
import random
import sys
from array import array
from types import ModuleType
from typing import Any

import pytest

from micrograd import MLP, Playground, Value, datasets, optim, playground, to_pytorch
from micrograd import compile as compiled
from micrograd.losses import hinge, mean_squared_error
from micrograd.mime import PLAYGROUND
from micrograd.playground import SIDE

XS, YS = datasets.moons(12, noise=0.1, seed=0)


def features(x1: float, x2: float) -> list[float]:
    return [x1, x2, x1 * x2]


def network(**options: Any) -> MLP:
    random.seed(0)
    return MLP(3, [2, 1], **options)


def loss_of(model: Any) -> Any:
    def loss(examples: Any) -> Any:
        predictions = [model(x) for x, _ in examples]
        return mean_squared_error(predictions, [y for _, y in examples])

    return loss


def numbers(packed: str, kind: str) -> array[float]:
    return array(kind, base64.b64decode(packed))


def sent(answer: playground.Answer) -> dict[str, Any]:
    """What the page makes of an answer."""
    bundle = answer._repr_mimebundle_()
    sent_bytes: bytes = bundle[playground.BYTES]

    def with_arrays(payload: dict[str, Any]) -> dict[str, Any]:
        return {name: found(name, value) for name, value in payload.items()}

    def found(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return with_arrays(value)
        if name not in ("features", "parameters", "gradients", "pictures", "picture"):
            return value
        kind, first, count = value
        made = array(kind)
        assert first % 8 == 0
        made.frombytes(sent_bytes[first : first + count * made.itemsize])
        return made

    return with_arrays(json.loads(bundle["text/plain"]))


def test_a_frame_has_the_outputs_of_every_neuron() -> None:
    model = network()
    view = Playground(model, loss_of(model), features, XS, YS, 8)
    start = sent(playground.begun())
    low, high = start["range"]
    assert (start["inputs"], start["side"], start["training"]) == (3, SIDE, 8)
    assert start["layers"] == [["tanh", "tanh"], ["tanh"]]
    pictures = start["frame"]["pictures"]
    assert len(pictures) == SIDE * SIDE * 3
    for row, column in (0, 0), (3, 49), (49, 20):
        point = [low + (high - low) * k / (SIDE - 1) for k in (column, row)]
        hidden = [neuron(features(*point)) for neuron in model.layers[0].neurons]
        expected = [value.data for value in (*hidden, model(features(*point)))]
        place = 3 * (row * SIDE + column)
        assert list(pictures[place : place + 3]) == pytest.approx(expected, abs=1e-6)
    assert list(start["frame"]["parameters"]) == [p.data for p in model.parameters()]
    assert view.epoch == 0


def test_losses_are_the_programs_own_over_both_parts() -> None:
    model = network(output="linear")

    def loss(examples: Any) -> Any:
        return hinge([model(x) for x, _ in examples], [y for _, y in examples])

    view = Playground(model, loss, features, XS, YS, 8)
    examples = [(features(*x), y) for x, y in zip(XS, YS, strict=True)]
    train, test = view.means()
    assert train == pytest.approx(loss(examples[:8]).data, rel=1e-12)
    assert test == pytest.approx(loss(examples[8:]).data, rel=1e-12)
    assert math.isnan(Playground(model, loss, features, XS, YS, 12).means()[1])


def test_training_moves_the_next_frame() -> None:
    model = network()
    loss = loss_of(model)
    step = compiled(loss, model.parameters())
    view = Playground(model, loss, features, XS, YS, 8)
    batches = [[(features(*x), y)] for x, y in zip(XS[:8], YS[:8], strict=True)]
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    def train(epochs: int) -> None:
        for losses in step.slices(batches, steps=8 * epochs, optimizer=optimizer, size=8):
            view.update(losses)

    before = view.means()[0]
    frame = sent(playground.advanced(train, 5))
    assert (frame["epoch"], frame["steps"]) == (5, 40)
    assert frame["train"] < before
    assert list(frame["parameters"]) == [p.data for p in model.parameters()]
    assert list(frame["gradients"]) == [p.grad for p in model.parameters()]


def test_a_model_of_the_readers_own_shows_its_output() -> None:
    w = Value(0.5)

    def model(x: Any) -> Any:
        return (w * x[0]).tanh()

    view = Playground(model, loss_of(model), lambda x1, x2: [x1, x2], XS, YS, 8)
    start = sent(playground.begun())
    assert start["layers"] == []
    assert len(start["frame"]["pictures"]) == SIDE * SIDE
    assert "epoch 0" in repr(view)


def test_the_still_picture_carries_colours_for_the_page() -> None:
    model = network()
    bundle = Playground(model, loss_of(model), features, XS, YS, 8)._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    payload = bundle[PLAYGROUND]
    assert payload["frame"]["bytes"]
    exact = Playground(model, loss_of(model), features, XS, YS, 8).frame()
    coarse = numbers(payload["frame"]["pictures"], "b")
    assert [c / 127 for c in coarse] == pytest.approx(list(exact["pictures"]), abs=0.5 / 127 + 1e-6)


def test_where_a_page_draws_show_makes_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    module: Any = ModuleType("IPython.display")
    module.display = shown.append
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr(playground, "page_draws", False)
    model = network()
    view = Playground(model, loss_of(model), features, XS, YS, 8)
    view.show()
    assert shown == [view]
    playground.begun()
    view.show()
    assert shown == [view]


def test_a_weights_gradient_is_the_product_of_its_factors() -> None:
    model = network()
    loss = loss_of(model)
    Playground(model, loss, features, XS, YS, 8)
    model.layers[0].neurons[1].w[2].grad = 7.0
    told = sent(playground.why(0, 1, 2))
    assert model.layers[0].neurons[1].w[2].grad == 7.0
    for parameter in model.parameters():
        parameter.grad = 0.0
    loss([(features(*XS[0]), YS[0])]).backward()
    expected = model.layers[0].neurons[1].w[2].grad
    assert told["gradient"] == expected
    assert told["input"] * told["sum"] == pytest.approx(expected, rel=1e-12)
    assert told["input"] == pytest.approx(XS[0][0] * XS[0][1], rel=1e-12)
    output = model.layers[0].neurons[1](features(*XS[0])).data
    assert told["slope"] == pytest.approx(1 - math.tanh(math.atanh(output)) ** 2, rel=1e-9)
    assert sent(playground.why(1, 0, None))["input"] == 1.0


def test_the_network_is_written_for_pytorch() -> None:
    model = network()
    Playground(model, loss_of(model), features, XS, YS, 8)
    assert sent(playground.pytorch())["text"] == to_pytorch(model)


PROGRAM = """
import random
from micrograd import MLP, Playground, compile, datasets, optim
from micrograd.losses import mean_squared_error

xs, ys = datasets.moons(20, noise=0.1, seed=0)
random.seed(SEED)
model = MLP(2, [2, 1])

def loss(examples):
    predictions = [model(x) for x, _ in examples]
    return mean_squared_error(predictions, [y for _, y in examples])

examples = list(zip(xs, ys))
optimizer = optim.SGD(model.parameters(), lr=0.1)
step = compile(loss, model.parameters())
view = Playground(model, loss, lambda x1, x2: [x1, x2], xs, ys, 15)

def train(epochs):
    for _ in range(epochs):
        view.update(step.train([(random.sample(examples, 5),)], steps=1, optimizer=optimizer))
"""


def alone(seed: int, epochs: int) -> tuple[list[float], tuple[float, float]]:
    names: dict[str, Any] = {}
    exec(PROGRAM.replace("SEED", str(seed)), names)
    names["train"](epochs)
    return [p.data for p in names["model"].parameters()], names["view"].means()


def test_two_runs_side_by_side_are_each_as_if_alone() -> None:
    first, second = alone(1, 3), alone(2, 3)
    assert first != second
    names: dict[str, Any] = {}
    exec(PROGRAM.replace("SEED", "1"), names)
    began = sent(playground.run_beside(PROGRAM.replace("SEED", "2")))
    assert began["epoch"] == 0
    assert "second" not in began
    for _ in range(3):
        frame = sent(playground.advanced(names["train"], 1))
    # Both draw random minibatches: neither takes the other's random numbers.
    assert list(frame["parameters"]) == first[0]
    assert (frame["train"], frame["test"]) == first[1]
    assert (frame["second"]["train"], frame["second"]["test"]) == second[1]
    assert frame["second"]["epoch"] == 3
    picture = frame["second"]["picture"]
    assert len(picture) == SIDE * SIDE
    exec(PROGRAM.replace("SEED", "1"), names)
    assert "second" not in sent(playground.advanced(names["train"], 1))


def test_a_second_program_that_shows_nothing_is_named_and_leaves_the_first() -> None:
    model = network()
    view = Playground(model, loss_of(model), features, XS, YS, 8)
    with pytest.raises(LookupError, match="second program"):
        playground.run_beside("x = 1")
    assert playground.newest is view
    assert sent(playground.advanced(lambda epochs: None, 1))["epoch"] == 0


@pytest.mark.parametrize("training", [0, 13])
def test_a_wrong_number_of_points_for_training_is_named(training: int) -> None:
    model = network()
    with pytest.raises(ValueError, match="expected 1 to 12"):
        Playground(model, loss_of(model), features, XS, YS, training)
