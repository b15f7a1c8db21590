"""Training: the source chapter's run, and what PyTorch says."""

import importlib.util
import json
import math
from pathlib import Path

import pytest

from micrograd import MLP, SGD, Value, datasets, losses, optim
from micrograd.book import pytorch_record
from micrograd.book.start_values import four_examples_parameters
from micrograd.pytorch import to_pytorch
from tests.engine.small_gpt import small_gpt

HERE = Path(__file__).parent
FIGURES = json.loads((HERE / "figures.json").read_text(encoding="utf-8"))
PYTORCH = json.loads((HERE / "pytorch.json").read_text(encoding="utf-8"))

close = {"rel": 1e-13, "abs": 1e-13}


@pytest.fixture
def model():
    model = MLP(3, [4, 4, 1])
    model.load_parameters(FIGURES["initial_parameters"])
    return model


def test_the_data_set_and_its_parameters_are_the_source_s():
    assert (FIGURES["xs"], FIGURES["ys"]) == datasets.four_examples()
    assert four_examples_parameters() == FIGURES["initial_parameters"]


def test_predictions_and_errors_before_training(model):
    predictions = [model(x) for x in FIGURES["xs"]]
    errors = [(p - y) ** 2 for p, y in zip(predictions, FIGURES["ys"], strict=True)]
    assert [p.data for p in predictions] == pytest.approx(FIGURES["initial_predictions"], **close)
    assert [e.data for e in errors] == pytest.approx(FIGURES["initial_squared_errors"], **close)


def test_the_whole_trajectory(model):
    optimizer = SGD(model.parameters(), lr=FIGURES["learning_rate"])
    neuron = model.layers[0].neurons[0]
    seen = []
    for update in FIGURES["updates"] + [{"loss": x} for x in FIGURES["next_twenty_losses"]]:
        predictions = [model(x) for x in FIGURES["xs"]]
        loss = losses.sum_squared_error(predictions, FIGURES["ys"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        now = {
            "loss": loss.data,
            "bias_grad": neuron.b.grad,
            "weight_grad": neuron.w[0].grad,
            "bias_after": neuron.b.data,
            "weight_after": neuron.w[0].data,
            "predictions": [p.data for p in predictions],
        }
        for name, expected in update.items():
            assert now[name] == pytest.approx(expected, **close), name
        seen.append(loss.data)
    assert len(seen) == 24
    assert seen[-1] == pytest.approx(0.015060754626918213, **close)


@pytest.mark.parametrize("name", PYTORCH["losses"])
def test_losses_and_their_gradients_are_pytorch_s(name):
    expected = PYTORCH["losses"][name]
    rows = expected["predictions"]
    values = [[Value(x) for x in row] if isinstance(row, list) else Value(row) for row in rows]
    loss = getattr(losses, name)(values, expected["targets"])
    loss.backward()
    gradients = [[v.grad for v in row] if isinstance(row, list) else row.grad for row in values]
    assert loss.data == pytest.approx(expected["loss"], **close)
    for ours, theirs in zip(gradients, expected["grad"], strict=True):
        assert ours == pytest.approx(theirs, **close)


def test_softmax_is_stable_and_sums_to_one():
    small, large = losses.softmax([Value(-1000.0), Value(1000.0)])
    assert (small.data, large.data) == (0.0, 1.0)
    assert sum(p.data for p in losses.softmax([Value(0.1 * k) for k in range(9)])) == pytest.approx(
        1.0
    )


@pytest.mark.parametrize(
    ("loss", "targets", "message"),
    [
        (losses.sum_squared_error, [1.0, 2.0], "1 predictions and 2 targets"),
        (losses.hinge, [0], r"target 0, expected one of \(1, -1\)"),
        (losses.binary_cross_entropy, [2], "target 2, expected a number from 0 to 1"),
    ],
)
def test_targets_are_checked(loss, targets, message):
    with pytest.raises(ValueError, match=message):
        loss([Value(1.0)], targets)


def test_a_class_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="target 2, expected a class from 0 to 1"):
        losses.softmax_cross_entropy([[Value(0.0), Value(0.0)]], [2])


def test_sgd_with_momentum_and_weight_decay_is_pytorch_s():
    expected = PYTORCH["descent"]
    w = Value(expected["start"])
    optimizer = SGD([w], *(expected[name] for name in ("lr", "momentum", "weight_decay")))
    path = []
    for _ in expected["path"]:
        optimizer.zero_grad()
        (w**4 - w).backward()
        optimizer.step()
        path.append(w.data)
    assert path == pytest.approx(expected["path"], **close)


def test_a_schedule_gives_the_rate_of_each_step():
    w = Value(0.0)
    optimizer = SGD([w], lr=optim.step(1.0, every=2, factor=0.5))
    w.grad = -1.0
    path = []
    for _ in range(4):
        optimizer.step()
        path.append(w.data)
    assert path == [1.0, 2.0, 2.5, 3.0]
    assert optimizer.steps == 4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD([], lr=-1.0), "lr is -1.0, expected 0 or more"),
        (lambda: SGD([], lr=0.1, momentum=1.0), "momentum is 1.0, expected from 0 to below 1"),
        (lambda: SGD([], lr=0.1, weight_decay=-1.0), "weight_decay is -1.0"),
        (lambda: optim.step(0.1, every=0), "every is 0, expected at least 1"),
        (lambda: optim.cosine(0.1, steps=0), "steps is 0, expected at least 1"),
    ],
)
def test_settings_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_two_backward_passes_are_pytorch_s():
    a = Value(3.0)
    b = a * a
    c = b * b
    c.backward()
    c.backward()
    assert PYTORCH["twice"] == a.grad


def test_the_neuron_of_the_second_chapter_is_pytorch_s_in_float64():
    v = {name: Value(x) for name, x in {"x1": 2, "x2": 0, "w1": -3, "w2": 1}.items()}
    v["b"] = Value(6.8813735870195432)
    o = (v["x1"] * v["w1"] + v["x2"] * v["w2"] + v["b"]).tanh()
    o.backward()
    ours = {"o": o.data} | {f"{name}.grad": value.grad for name, value in v.items()}
    assert ours == pytest.approx(PYTORCH["neuron"]["float64"], **close)


@pytest.mark.parametrize("activation", PYTORCH["exported"])
def test_a_network_as_a_pytorch_module_gives_the_same_outputs(activation):
    """The outputs were recorded by running the very source in PyTorch."""
    expected = PYTORCH["exported"][activation]
    model = MLP(3, [4, 4, 1], activation=activation, output="linear")
    model.load_parameters(FIGURES["initial_parameters"])
    outputs = [model(x).data for x in FIGURES["xs"]]
    assert to_pytorch(model) == expected["source"]
    assert outputs == pytest.approx(expected["outputs"], rel=1e-12)


@pytest.mark.parametrize(
    ("change", "heads", "message"),
    [
        (lambda model: model, None, "got heads=None, expected the number of the GPT's heads"),
        (lambda model: model, 3, "got heads=3, expected .* divides its width 4"),
        (lambda model: {"token": model["token"]}, 2, "got tables token, expected also position"),
        (
            lambda model: {**model, "join": model["join"][:3]},
            2,
            "got a table join of another shape than 4 rows of 4",
        ),
        (lambda model: MLP(2, [1]), 2, "got heads=2 for an MLP, which has none"),
    ],
)
def test_what_is_no_gpt_is_refused_in_words(change, heads, message):
    with pytest.raises(ValueError, match=message):
        to_pytorch(change(small_gpt()), heads=heads)


def test_the_book_shows_what_was_recorded():
    recorded = {
        dtype: {name.removesuffix(".grad"): x for name, x in values.items()}
        for dtype, values in PYTORCH["neuron"].items()
    }
    assert recorded == pytorch_record.NEURON
    assert PYTORCH["head"] == pytorch_record.HEAD
    assert PYTORCH["torch"].partition("+")[0] == pytorch_record.VERSION


if importlib.util.find_spec("torch"):

    @pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
    def test_a_network_runs_in_the_pytorch_that_is_installed(activation):
        import torch

        model = MLP(3, [4, 4, 2], activation=activation)
        namespace = {}
        exec(to_pytorch(model), namespace)
        xs = [[math.sin(k + place) for place in range(3)] for k in range(50)]
        ours = [[value.data for value in model(x)] for x in xs]
        theirs = namespace["model"](torch.tensor(xs, dtype=torch.float64)).tolist()
        for one, other in zip(ours, theirs, strict=True):
            assert one == pytest.approx(other, rel=1e-12, abs=1e-12)


def test_values_of_a_class_of_ones_own_are_trained():
    class Own:
        data, grad = 1.0, 0.5

    value = Own()
    SGD([value], lr=0.1).step()
    assert value.data == 0.95
