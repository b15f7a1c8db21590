"""Neurons, layers of them, and networks of layers.

Names and call signatures are those of karpathy's micrograd, where the two agree.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from micrograd import engine
from micrograd.engine import Value, number, weighted_sum

ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    # Looked up at each call: a method that is replaced counts here too.
    "tanh": lambda total: total.tanh(),
    "relu": lambda total: total.relu(),
    "sigmoid": lambda total: total.sigmoid(),
    "linear": lambda total: total,
}


class Module:
    """What has parameters: a neuron, a layer, a network."""

    def parameters(self) -> list[Value]:
        """Return all weights and biases: layer by layer, neuron by neuron, the bias last."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def load_parameters(self, numbers: Iterable[float]) -> None:
        """Give every parameter its number, in the order of `parameters()`.

        Raises:
            ValueError: there are more or fewer numbers than parameters. Nothing is changed then.
            TypeError: one of them is not a real number. Nothing is changed then.
        """
        data = [number(x) for x in numbers]
        parameters = self.parameters()
        if len(data) != len(parameters):
            raise ValueError(f"{self} got {len(data)} numbers for its {len(parameters)} parameters")
        for parameter, x in zip(parameters, data, strict=True):
            parameter.data = x


class Inputs(tuple[Any, ...]):
    """Inputs that were checked once for all neurons of a layer: all Values, or all floats."""


def inputs_of(x: Iterable[Value | float], expected: int, receiver: Module) -> Inputs:
    """Check what `receiver` got, which expects so many inputs."""
    if not isinstance(x, Iterable):
        raise TypeError(f"{receiver} got {x!r}, expected a list of {expected} inputs, as [{x!r}]")
    inputs = x if isinstance(x, Inputs) else Inputs(x)
    if len(inputs) != expected:
        raise ValueError(f"{receiver} got {len(inputs)} inputs, expected {expected}")
    if inputs is x:
        return inputs
    kinds = set(map(type, inputs))
    if kinds in ({float}, {Value}):
        return inputs
    if any(issubclass(kind, Value) for kind in kinds):
        return Inputs([value if isinstance(value, Value) else Value(value) for value in inputs])
    return Inputs(map(number, inputs))


class Neuron(Module):
    """The activation of a weighted sum of the inputs, plus a bias.

    Args:
        nin: how many inputs it has.
        activation: `"tanh"`, `"relu"`, `"sigmoid"` or `"linear"` (none).
        nonlin: `True` for relu, `False` for linear, as in karpathy's micrograd.

    Attributes:
        w: the weights, one for each input.
        b: the bias.

    Weights, then the bias, are drawn by `random.uniform(-1, 1)`.

    Raises:
        ValueError: no inputs, an unknown activation or, when called, a wrong number of inputs.

    Examples:
        >>> neuron = Neuron(2)
        >>> neuron.load_parameters([-3.0, 1.0, 6.8813735870195432])
        >>> neuron([2.0, 0.0])
        Value(data=0.7071067811865477)
    """

    def __init__(self, nin: int, activation: str = "tanh", *, nonlin: bool | None = None) -> None:
        if nonlin is not None:
            activation = "relu" if nonlin else "linear"
        if nin < 1:
            raise ValueError(f"{type(self).__name__} got {nin} inputs, expected at least 1")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}, expected {', '.join(ACTIVATIONS)}")
        self.w = [Value(random.uniform(-1, 1), f"w{i + 1}") for i in range(nin)]
        self.b = Value(random.uniform(-1, 1), "b")
        self.activation = activation

    def __call__(self, x: Iterable[Value | float]) -> Value:
        """Return the neuron's output for `nin` inputs."""
        if type(x) is not Inputs or len(x) != len(self.w):
            x = inputs_of(x, len(self.w), self)
        return ACTIVATIONS[self.activation](weighted_sum(self.w, x, self.b))

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}{keyword('activation', self.activation, 'tanh')})"


def outputs_of(neurons: Sequence[Neuron], inputs: Inputs) -> list[Value]:
    """Return the output of each neuron; a graph that is recorded gets them as one node."""
    if engine.recorder is None:
        return [neuron(inputs) for neuron in neurons]
    return engine.recorder.layer(neurons, inputs)  # type: ignore[no-any-return]


class Layer(Module):
    """Neurons that all get the same inputs.

    Args:
        nin: how many inputs.
        nout: how many neurons, and so outputs.
        activation, nonlin: of every neuron; see `Neuron`.

    Attributes:
        neurons: the neurons.

    Raises:
        ValueError: no neurons or no inputs, or, when called, a wrong number of inputs.

    Examples:
        >>> layer = Layer(2, 3)
        >>> len(layer([1.0, -1.0])), len(layer.parameters())
        (3, 9)
    """

    def __init__(
        self, nin: int, nout: int, activation: str = "tanh", *, nonlin: bool | None = None
    ) -> None:
        if nout < 1:
            raise ValueError(f"Layer got {nout} neurons, expected at least 1")
        self.neurons = [Neuron(nin, activation, nonlin=nonlin) for _ in range(nout)]

    def __call__(self, x: Iterable[Value | float]) -> Any:
        """Return a list of the neurons' outputs, or the output itself of a single neuron."""
        inputs = inputs_of(x, len(self.neurons[0].w), self)
        outputs = outputs_of(self.neurons, inputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        """Return the parameters of every neuron."""
        return once(parameter for neuron in self.neurons for parameter in neuron.parameters())

    def __repr__(self) -> str:
        first = self.neurons[0]
        activation = keyword("activation", first.activation, "tanh")
        return f"Layer({len(first.w)}, {len(self.neurons)}{activation})"


class MLP(Module):
    """A multilayer perceptron: layers, each fed with the outputs of the one before.

    Args:
        nin: how many inputs.
        nouts: how many neurons each layer has.
        activation: of every layer; see `Neuron`.
        output: of the last layer where it differs, such as `"linear"` for scores.

    Attributes:
        layers: the layers.

    Raises:
        ValueError: a size below 1, no layer, or, when called, a wrong number of inputs.

    Examples:
        >>> model = MLP(3, [4, 4, 1])
        >>> len(model.parameters())
        41
        >>> model([1.0, 2.0])
        Traceback (most recent call last):
        ValueError: MLP(3, [4, 4, 1]) got 2 inputs, expected 3
    """

    def __init__(
        self, nin: int, nouts: Sequence[int], activation: str = "tanh", output: str | None = None
    ) -> None:
        if not isinstance(nouts, Iterable):
            raise TypeError(f"MLP got {nouts!r} for its layers, expected a list, as [{nouts!r}]")
        nouts = list(nouts)
        if not nouts:
            raise ValueError("MLP got no layers, expected the size of at least one")
        sizes = [nin, *nouts]
        activations = [activation] * (len(nouts) - 1) + [output or activation]
        self.layers = [
            Layer(sizes[i], sizes[i + 1], activations[i]) for i in range(len(activations))
        ]

    def __call__(self, x: Iterable[Value | float]) -> Any:
        """Return the outputs of the last layer: a list, or the output itself of a single one."""
        x = inputs_of(x, len(self.layers[0].neurons[0].w), self)
        for layer in self.layers[:-1]:
            x = Inputs(outputs_of(layer.neurons, x))
        return self.layers[-1](x)

    def inspect(self, layer: int = 0, neuron: int = 0, weight: int | None = None) -> Inspection:
        """Look at the data and gradients of one neuron as they are now.

        Args:
            layer: which layer, from 0.
            neuron: which of its neurons, from 0.
            weight: which of its weights, from 0; all of them if not given.

        Raises:
            IndexError: there is no such layer, neuron or weight.
        """
        chosen = pick(pick(self.layers, layer, "layers", self).neurons, neuron, "neurons", self)
        place = f"layers[{layer}].neurons[{neuron}]"
        weights = range(len(chosen.w)) if weight is None else [weight]
        rows = [(f"{place}.w[{i}]", pick(chosen.w, i, "weights", chosen)) for i in weights]
        return Inspection((name, v.data, v.grad) for name, v in [*rows, (f"{place}.b", chosen.b)])

    def parameters(self) -> list[Value]:
        """Return the parameters of every layer."""
        return once(parameter for layer in self.layers for parameter in layer.parameters())

    def __repr__(self) -> str:
        sizes = [len(layer.neurons) for layer in self.layers]
        hidden, last = (self.layers[i].neurons[0].activation for i in (0, -1))
        options = keyword("activation", hidden, "tanh") + keyword("output", last, hidden)
        return f"MLP({len(self.layers[0].neurons[0].w)}, {sizes}{options})"


def once(parameters: Iterable[Value]) -> list[Value]:
    """Return parameters without repeats: layers that are shared have theirs once."""
    return list(dict.fromkeys(parameters))


class Inspection(list[tuple[str, float, float]]):
    """Name, data and gradient of some parameters, at the moment of looking."""

    def __repr__(self) -> str:
        return "\n".join(f"{name}  data {data!r}  grad {grad!r}" for name, data, grad in self)


def keyword(name: str, value: str, default: str) -> str:
    """Return a keyword argument as `repr` shows it: only where it is not the default."""
    return "" if value == default else f", {name}={value!r}"


def pick(items: Sequence[Any], index: int, name: str, owner: Module) -> Any:
    """Return an item; `IndexError` says how many there are."""
    try:
        return items[index]
    except IndexError:
        raise IndexError(f"{owner} has {len(items)} {name}, there is no number {index}") from None
