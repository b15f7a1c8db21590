"""A network or a GPT as a PyTorch module, for whoever has outgrown scalars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from micrograd.engine import Value
from micrograd.nn import MLP

ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU", "sigmoid": "Sigmoid"}
Table = Sequence[Sequence[Value]]

EMBEDDINGS = ("token", "position")
LAYERS = ("query", "key", "value", "join", "up", "down", "out")


def to_pytorch(model: MLP | Mapping[str, Table], *, heads: int | None = None) -> str:
    """Return Python source that makes the same model in PyTorch, with its present weights.

    Args:
        model: the network, or the nine tables of a GPT as chapter 14 has it, by name: token,
            position, query, key, value, join, up, down and out.
        heads: of a GPT, how many heads it has.

    Returns:
        A program that defines `model`, of float64. A network is a `torch.nn.Sequential`: for
        inputs of the shape (n, nin) it gives outputs of the shape (n, nout). A GPT is a module of
        its own: for whole numbers of the shape (n, length), its tokens, it gives the scores of the
        next one, of the shape (n, length, tokens). All are equal to this model's but for rounding.

    Raises:
        ValueError: a GPT without the number of its heads, without one of its tables, or with one of
            another shape; or a network with heads.

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
    if not isinstance(model, MLP):
        return _gpt(model, heads)
    if heads is not None:
        raise ValueError(f"got heads={heads} for an MLP, which has none")
    layers: list[str] = []
    weights: list[str] = []
    for layer in model.layers:
        first = layer.neurons[0]
        place = len(layers)
        layers.append(f"    torch.nn.Linear({len(first.w)}, {len(layer.neurons)}),\n")
        if first.activation != "linear":
            layers.append(f"    torch.nn.{ACTIVATIONS[first.activation]}(),\n")
        biases = [float(neuron.b.data) for neuron in layer.neurons]
        weights.append(
            f"{_copied(f'model[{place}].weight', [neuron.w for neuron in layer.neurons])}"
            f"    model[{place}].bias.copy_(torch.tensor({biases}, dtype=torch.float64))\n"
        )
    return (
        "import torch\n\n"
        f"model = torch.nn.Sequential(\n{''.join(layers)}).double()\n"
        f"with torch.no_grad():\n{''.join(weights)}"
    )


def _copied(place: str, table: Table) -> str:
    """Return the statement that puts a table's numbers into a tensor."""
    lines = "".join(f"        {[float(weight.data) for weight in row]},\n" for row in table)
    return f"    {place}.copy_(torch.tensor([\n{lines}    ], dtype=torch.float64))\n"


def _gpt(model: Mapping[str, Table], heads: int | None) -> str:
    names = (*EMBEDDINGS, *LAYERS)
    if missing := [name for name in names if name not in model]:
        raise ValueError(
            f"got tables {', '.join(model) or 'of no name'}, expected also {', '.join(missing)}"
        )
    tokens, width = len(model["token"]), len(model["token"][0])
    hidden = len(model["up"])
    if heads is None or heads < 1 or width % heads:
        raise ValueError(
            f"got heads={heads}, expected the number of the GPT's heads, which divides its "
            f"width {width}"
        )
    shapes = dict.fromkeys(("query", "key", "value", "join"), (width, width)) | {
        "token": (tokens, width),
        "position": (len(model["position"]), width),
        "up": (hidden, width),
        "down": (width, hidden),
        "out": (tokens, width),
    }
    for name in names:
        rows, columns = shapes[name]
        if len(model[name]) != rows or any(len(row) != columns for row in model[name]):
            raise ValueError(f"got a table {name} of another shape than {rows} rows of {columns}")
    embeddings = "".join(
        f"        self.{name} = torch.nn.Embedding({shapes[name][0]}, {width})\n"
        for name in EMBEDDINGS
    )
    layers = "".join(
        f"        self.{name} = torch.nn.Linear({columns}, {rows}, bias=False)\n"
        for name, (rows, columns) in ((name, shapes[name]) for name in LAYERS)
    )
    weights = "".join(_copied(f"model.{name}.weight", model[name]) for name in names)
    return f"""\
import torch
import torch.nn.functional as F


def norm(x):
    return F.rms_norm(x, ({width},), eps=1e-5)


class GPT(torch.nn.Module):
    def __init__(self):
        super().__init__()
{embeddings}{layers}
    def forward(self, tokens):
        x = norm(self.token(tokens) + self.position(torch.arange(tokens.shape[-1])))
        query, key, value = (
            layer(norm(x)).view(*tokens.shape, {heads}, {width // heads}).transpose(-3, -2)
            for layer in (self.query, self.key, self.value)
        )
        found = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.join(found.transpose(-3, -2).flatten(-2))
        x = x + self.down(torch.relu(self.up(norm(x))))
        return self.out(x)


model = GPT().double()
with torch.no_grad():
{weights}"""
