"""A network as a PyTorch module, for whoever has outgrown scalars."""

from __future__ import annotations

from micrograd.nn import MLP

ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU", "sigmoid": "Sigmoid"}


def to_pytorch(model: MLP) -> str:
    """Return Python source that makes the same network in PyTorch, with its present weights.

    Args:
        model: the network.

    Returns:
        A program that defines `model`, a `torch.nn.Sequential` of float64. For inputs of the shape
        (n, nin) it gives outputs of the shape (n, nout), equal to this network's but for rounding.

    Examples:
        >>> model = MLP(2, [1])
        >>> model.load_parameters([-3.0, 1.0, 6.5])
        >>> print(to_pytorch(model))
        import torch
        <BLANKLINE>
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 1),
            torch.nn.Tanh(),
        ).double()
        with torch.no_grad():
            model[0].weight.copy_(torch.tensor([
                [-3.0, 1.0],
            ], dtype=torch.float64))
            model[0].bias.copy_(torch.tensor([6.5], dtype=torch.float64))
        <BLANKLINE>
    """
    layers: list[str] = []
    weights: list[str] = []
    for layer in model.layers:
        first = layer.neurons[0]
        place = len(layers)
        layers.append(f"    torch.nn.Linear({len(first.w)}, {len(layer.neurons)}),\n")
        if first.activation != "linear":
            layers.append(f"    torch.nn.{ACTIVATIONS[first.activation]}(),\n")
        rows = [[float(weight.data) for weight in neuron.w] for neuron in layer.neurons]
        biases = [float(neuron.b.data) for neuron in layer.neurons]
        lines = "".join(f"        {row},\n" for row in rows)
        weights.append(
            f"    model[{place}].weight.copy_(torch.tensor([\n{lines}    ], dtype=torch.float64))\n"
            f"    model[{place}].bias.copy_(torch.tensor({biases}, dtype=torch.float64))\n"
        )
    return (
        "import torch\n\n"
        f"model = torch.nn.Sequential(\n{''.join(layers)}).double()\n"
        f"with torch.no_grad():\n{''.join(weights)}"
    )
