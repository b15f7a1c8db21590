"""The playground's side in Python: a program's network, as numbers that the page draws."""

from __future__ import annotations

import base64
import builtins
import json
import math
import random
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from micrograd.compiler.api import compile, inputs_together
from micrograd.engine import Value
from micrograd.mime import PLAYGROUND
from micrograd.nn import Module
from micrograd.plot import axes_around, plot_boundary
from micrograd.pytorch import to_pytorch
from micrograd.svg import for_json

SIDE = 50
"""The pictures have so many points in both directions."""

Point = Sequence[float]

newest: Playground | None = None
"""The one that the page draws."""

page_draws = False
"""Whether a page has asked for the numbers: it has then no need of a picture."""

beside: SecondRun | None = None
"""What is trained with the newest one, to compare."""


class Sweep:
    """A function of a list of numbers, evaluated at the same points again and again.

    Args:
        function: returns a Value or a list of Values.
        points: its arguments, all of one length.
    """

    def __init__(self, function: Callable[[Any], Any], points: Sequence[Point]) -> None:
        self.points = [[float(number) for number in point] for point in points]
        self.evaluator = compile(function)
        self.inputs: array[float] | None = None
        if self.points:
            next(self.evaluator.map(self.points[:1]))
            traced, _ = self.evaluator._prepare(self.points[:1])
            rows = [(point,) for point in self.points]
            self.traced, self.inputs = traced, inputs_together(traced, (self.points,), rows)

    def __call__(self) -> array[float]:
        """Return the numbers of all results, one after another."""
        if self.inputs is None:
            results = self.evaluator.map(self.points)
            flat = chain.from_iterable(r if isinstance(r, list) else [r] for r in results)
            return array("d", flat)
        leaves, size = self.traced.leaf_data(), len(self.points)
        found: array[float] = self.traced.executable.sweep_flat([], leaves, self.inputs, size)
        return found

    def singles(self) -> array[float]:
        """Return the numbers of all results in single precision."""
        if self.inputs is None:
            return array("f", self())
        leaves, size = self.traced.leaf_data(), len(self.points)
        found: array[float] = self.traced.executable.sweep_flat(
            [], leaves, self.inputs, size, singles=True
        )
        return found


class Playground:
    """A network in training, as the page's playground draws it.

    Args:
        model: a network; with `layers` of `neurons`, as `MLP`, each neuron is drawn.
        loss: a function of a list of examples, each `(inputs, target)`.
        features: a function from a point's two coordinates to the network's inputs.
        xs: the points.
        ys: their targets.
        training: how many of the points are for training; the others are for testing.

    Attributes:
        epoch: how many epochs `update` has counted.

    Raises:
        ValueError: the numbers of points and targets differ or are 0, or `training` is not from 1
            to the number of points.

    Examples:
        >>> from micrograd import MLP, datasets
        >>> from micrograd.losses import mean_squared_error
        >>> model = MLP(2, [3, 1])
        >>> def loss(examples):
        ...     predictions = [model(x) for x, _ in examples]
        ...     return mean_squared_error(predictions, [y for _, y in examples])
        >>> view = Playground(model, loss, lambda x1, x2: [x1, x2], *datasets.xor(20), 10)
        >>> view.epoch
        0
    """

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Callable[[Any], Any],
        features: Callable[[float, float], Sequence[float]],
        xs: Sequence[Point],
        ys: Sequence[float],
        training: int,
    ) -> None:
        global newest, beside
        self.axes = axes_around(xs, ys)
        if not 1 <= training <= len(xs):
            raise ValueError(
                f"Playground got {training!r} points for training, expected 1 to {len(xs)}: all "
                "the points that there are"
            )
        self.model: Any = model
        self.loss, self.features = loss, features
        self.xs, self.ys, self.training = xs, ys, training
        self.epoch = self.steps = 0
        self.parameters: list[Value] = model.parameters() if isinstance(model, Module) else []
        examples = [[*features(*x), y] for x, y in zip(xs, ys, strict=True)]

        def loss_of_one(row: Any) -> Any:
            return loss([(row[:-1], row[-1])])

        self.losses = Sweep(loss_of_one, examples)
        low, high = self.square()
        side = [low + (high - low) * k / (SIDE - 1) for k in range(SIDE)]
        self.inputs = [list(features(x, y)) for y in side for x in side]
        self.outputs = Sweep(self.all_outputs, self.inputs)
        newest, beside = self, None

    def square(self) -> tuple[float, float]:
        """Return the range of both coordinates in the pictures."""
        ends = [*self.axes.x, *self.axes.y]
        reach = max(max(map(abs, ends)), 1.0)
        return -reach, reach

    def all_outputs(self, x: Any) -> list[Any]:
        """Return the output of every neuron for one list of inputs, layer by layer."""
        if not hasattr(self.model, "layers"):
            found = self.model(x)
            return list(found) if isinstance(found, list) else [found]
        outputs = []
        for layer in self.model.layers:
            found = layer(x)
            x = found if isinstance(found, list) else [found]
            outputs += x
        return outputs

    def update(self, losses: Iterable[float], epochs: int = 1) -> None:
        """Count epochs; `losses` are those of their steps."""
        self.steps += len(list(losses))
        self.epoch += epochs

    def means(self) -> tuple[float, float]:
        """Return the mean loss of the points for training, and of those for testing."""
        losses = self.losses()
        parts = losses[: self.training], losses[self.training :]
        train, test = (sum(part) / len(part) if part else math.nan for part in parts)
        return train, test

    def layout(self) -> dict[str, Any]:
        """Return what stays the same while the network is trained."""
        layers = getattr(self.model, "layers", [])
        return {
            "version": 1,
            "inputs": len(self.inputs[0]),
            "layers": [[neuron.activation for neuron in layer.neurons] for layer in layers],
            "points": [[*x, y] for x, y in zip(self.xs, self.ys, strict=True)],
            "training": self.training,
            "range": self.square(),
            "side": SIDE,
            "features": array("f", chain.from_iterable(self.inputs)),
        }

    def frame(self) -> dict[str, Any]:
        """Return the numbers of this moment."""
        train, test = self.means()
        return {
            "epoch": self.epoch,
            "steps": self.steps,
            "train": train,
            "test": test,
            "parameters": array("d", [parameter.data for parameter in self.parameters]),
            "gradients": array("d", [parameter.grad for parameter in self.parameters]),
            "pictures": self.outputs.singles(),
        }

    def map(self, points: Iterable[Point]) -> Iterable[float]:
        """Return the network's scores for points of the plane."""
        found: Iterable[float] = compile(self.model).map([self.features(*x) for x in points])
        return found

    def show(self) -> None:
        """Display the network as it is; a page that draws it has its numbers already."""
        if page_draws:
            return
        from IPython.display import display

        # Not as a cell's last value, of which IPython keeps every one.
        display(self)

    def __repr__(self) -> str:
        train, test = self.means()
        return f"<Playground: epoch {self.epoch}, training loss {train:.4f}, test loss {test:.4f}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        picture = plot_boundary(self, self.xs, self.ys)  # type: ignore[arg-type]
        # A page that was built needs no more than colours.
        frame = {**self.frame(), "pictures": coarse(self.outputs()), "bytes": True}
        frame |= {name: packed(frame[name]) for name in ("parameters", "gradients")}
        features = coarse(chain.from_iterable(self.inputs))
        payload = {**self.layout(), "features": features, "frame": frame}
        return {
            "image/svg+xml": picture.svg,
            "text/plain": repr(self),
            PLAYGROUND: for_json(payload),
        }


class SecondRun:
    """A second program, trained in step with the first, with random numbers of its own.

    Args:
        code: a program that makes a `Playground` and a function `train`.

    Raises:
        LookupError: the program makes no `Playground`, or no `train`.
    """

    def __init__(self, code: str) -> None:
        global newest
        first, newest = newest, None
        names: dict[str, Any] = {"__name__": "__main__"}
        kept = random.getstate()
        try:
            # Python must not take this module's own future statements for the program's.
            exec(builtins.compile(code, "<second run>", "exec", dont_inherit=True), names)
            view: Playground | None = newest
        finally:
            newest = first
            self.random = random.getstate()
            random.setstate(kept)
        if view is None or "train" not in names:
            raise LookupError("the second program makes no Playground(…) or no train(…)")
        self.view = view
        self.trainer: Callable[[int], Any] = names["train"]

    def train(self, epochs: int) -> None:
        """Train the second network."""
        kept = random.getstate()
        random.setstate(self.random)
        try:
            self.trainer(epochs)
        finally:
            self.random = random.getstate()
            random.setstate(kept)

    def frame(self) -> dict[str, Any]:
        """Return the numbers of this moment: the losses, and the network's picture."""
        train, test = self.view.means()
        outputs = self.view.outputs.singles()
        width = len(outputs) // len(self.view.inputs)
        return {
            "epoch": self.view.epoch,
            "train": train,
            "test": test,
            "picture": outputs[width - 1 :: width],
        }


BYTES = "application/octet-stream"


class Answer:
    """What the page asks for: JSON, and bytes beside it for its arrays.

    Args:
        payload: in JSON each array is `[kind, first byte, how many numbers]`; the kind as in
            `array`.
    """

    def __init__(self, payload: dict[str, Any]) -> None:
        self.bytes = bytearray()
        self.payload = self._without_arrays(payload)

    def _without_arrays(self, payload: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in payload.items():
            if isinstance(value, dict):
                found[name] = self._without_arrays(value)
            elif isinstance(value, array):
                # The page reads numbers of 8 bytes at addresses that 8 divides.
                self.bytes += bytes(-len(self.bytes) % 8)
                found[name] = [value.typecode, len(self.bytes), len(value)]
                self.bytes += memoryview(value).cast("B")
            else:
                found[name] = value
        return found

    def __repr__(self) -> str:
        return json.dumps(for_json(self.payload))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), BYTES: bytes(self.bytes)}


SLOPES: dict[str, Callable[[float], float]] = {
    "tanh": lambda output: 1 - output * output,
    "relu": lambda output: 1.0 if output > 0 else 0.0,
    "sigmoid": lambda output: output * (1 - output),
    "linear": lambda output: 1.0,
}
"""The slope of each activation, from its output."""


def why(layer: int, neuron: int, weight: int | None, example: int = 0) -> Answer:
    """Return the factors of one weight's gradient for one example, or of a bias's.

    Raises:
        LookupError: the newest playground's model has no layers of neurons.
    """
    if newest is None or not hasattr(newest.model, "layers"):
        raise LookupError("the program's model has no layers of neurons to look into")
    inputs, target = newest.features(*newest.xs[example]), newest.ys[example]
    kept = [parameter.grad for parameter in newest.parameters]
    for parameter in newest.parameters:
        parameter.grad = 0.0
    newest.loss([(inputs, target)]).backward()
    chosen = newest.model.layers[layer].neurons[neuron]
    of_sum = chosen.b.grad
    gradient = of_sum if weight is None else chosen.w[weight].grad
    for parameter, grad in zip(newest.parameters, kept, strict=True):
        parameter.grad = grad
    x: Any = inputs
    for before in newest.model.layers[:layer]:
        found = before(x)
        x = found if isinstance(found, list) else [found]
    given = 1.0 if weight is None else getattr(x[weight], "data", x[weight])
    slope = SLOPES[chosen.activation](chosen(x).data)
    return Answer(
        {
            "point": list(newest.xs[example]),
            "target": target,
            "input": given,
            "activation": chosen.activation,
            "slope": slope,
            "sum": of_sum,
            "gradient": gradient,
        }
    )


def pytorch() -> Answer:
    """Return the newest playground's network as PyTorch's code."""
    if newest is None:
        return begun()
    return Answer({"text": to_pytorch(newest.model)})


def packed(numbers: array[float]) -> str:
    """Return the bytes of numbers in base64."""
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def coarse(numbers: Iterable[float]) -> str:
    """Return a signed byte for each number from -1 to 1, in base64; 0 where it is not a number."""
    scaled = (127 * max(-1.0, min(1.0, number)) if number == number else 0.0 for number in numbers)
    return base64.b64encode(bytes(round(number) & 255 for number in scaled)).decode("ascii")


def begun() -> Answer:
    """Return all that the page needs to draw the newest playground.

    Raises:
        LookupError: the program made none.
    """
    global page_draws
    if newest is None:
        raise LookupError("the program makes no Playground(…): the page has nothing to draw")
    page_draws = True
    return Answer({**newest.layout(), "frame": newest.frame()})


def advanced(train: Callable[[int], Any], epochs: int) -> Answer:
    """Train, and return the numbers after it."""
    if newest is None:
        return begun()
    if epochs:
        train(epochs)
        if beside is not None:
            beside.train(epochs)
    second = {} if beside is None else {"second": beside.frame()}
    return Answer({**newest.frame(), **second})


def run_beside(code: str) -> Answer:
    """Run a second program, which `advanced` from now on trains too; return its numbers."""
    global beside
    beside = None
    beside = SecondRun(code)
    return Answer(beside.frame())
