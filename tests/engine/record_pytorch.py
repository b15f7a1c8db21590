"""Write what PyTorch says: pytorch.json for the tests, and of the neuron also for the book.

Run it where PyTorch is installed, from the project's folder: python -m tests.engine.record_pytorch
"""

import json
import random
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from micrograd import MLP, Value, datasets
from micrograd.book.start_values import four_examples_parameters
from micrograd.pytorch import to_pytorch
from tests.engine.small_gpt import HEADS, TOKENS, small_gpt

RECORD = Path(__file__).with_name("pytorch.json")
BOOK = Path(__file__).parents[2] / "micrograd" / "book" / "pytorch_record.py"


def neuron(dtype: torch.dtype) -> dict[str, float]:
    """The neuron of the second chapter: its output, and the gradients of what goes in."""
    numbers = {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8813735870195432}
    v = {name: torch.tensor(x, dtype=dtype, requires_grad=True) for name, x in numbers.items()}
    o = torch.tanh(v["x1"] * v["w1"] + v["x2"] * v["w2"] + v["b"])
    o.backward()
    return {"o": o.item()} | {f"{name}.grad": t.grad.item() for name, t in v.items()}


def twice() -> float:
    """The leaf's gradient after two backward passes through one graph."""
    a = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    b = a * a
    c = b * b
    c.backward(retain_graph=True)
    c.backward()
    return a.grad.item()


def loss(function: Any, predictions: Any, targets: Any) -> dict[str, Any]:
    """A loss with its inputs and its gradients."""
    p = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
    result = function(p, targets)
    result.backward()
    return {
        "predictions": predictions,
        "targets": targets.tolist(),
        "loss": result.item(),
        "grad": p.grad.tolist(),
    }


def losses() -> dict[str, Any]:
    """Every loss of the engine, extreme logits included."""
    predictions = [0.3, -1.2, 2.5, -0.1]
    signs = torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64)
    bits = torch.tensor([1.0, 0.0, 0.0, 1.0], dtype=torch.float64)
    rows = [[0.5, -1.0, 2.0], [1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]]
    return {
        "sum_squared_error": loss(
            lambda p, t: F.mse_loss(p, t, reduction="sum"), predictions, signs
        ),
        "mean_squared_error": loss(F.mse_loss, predictions, signs),
        "absolute_error": loss(F.l1_loss, predictions, signs),
        "hinge": loss(lambda p, t: torch.relu(1 - t * p).mean(), predictions, signs),
        "binary_cross_entropy": loss(
            F.binary_cross_entropy_with_logits, [0.0, 800.0, -800.0, 1.5], bits
        ),
        "softmax_cross_entropy": loss(F.cross_entropy, rows, torch.tensor([2, 1, 0])),
    }


def descent() -> dict[str, Any]:
    """Ten steps of SGD with momentum and weight decay on w⁴ - w."""
    w = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    options = {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}
    optimizer = torch.optim.SGD([w], **options)
    path = []
    for _ in range(10):
        optimizer.zero_grad()
        (w**4 - w).backward()
        optimizer.step()
        path.append(w.item())
    return options | {"start": 1.5, "path": path}


def exported() -> dict[str, Any]:
    """The outputs of networks that were written as PyTorch modules."""
    record = {}
    for activation in ("tanh", "relu", "sigmoid"):
        model = MLP(3, [4, 4, 1], activation=activation, output="linear")
        model.load_parameters(four_examples_parameters())
        source = to_pytorch(model)
        namespace: dict[str, Any] = {}
        exec(source, namespace)
        inputs = torch.tensor(datasets.four_examples()[0], dtype=torch.float64)
        outputs = namespace["model"](inputs).detach().flatten().tolist()
        record[activation] = {"source": source, "outputs": outputs}
    return record


def exported_gpt() -> dict[str, Any]:
    """The scores of a small GPT that was written as a PyTorch module."""
    source = to_pytorch(small_gpt(), heads=HEADS)
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    scores = namespace["model"](torch.tensor(TOKENS)).tolist()
    return {"source": source, "scores": scores}


def head() -> dict[str, Any]:
    """One head of causal attention: its outputs, and gradients of the sum of their squares."""
    numbers = {
        "xs": [[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 1.25, 1.0], [-1.5, -0.5, 0.8]],
        "w_query": [[0.9, -0.4, 0.3], [-0.7, 1.1, 0.6]],
        "w_key": [[0.2, 1.3, -0.8], [1.2, -0.3, 0.5]],
        "w_value": [[1.0, 0.5, -0.6], [-0.9, 0.4, 1.4]],
    }
    t = {name: torch.tensor(x, dtype=torch.float64) for name, x in numbers.items()}
    xs = t["xs"].requires_grad_()
    query, key, value = (xs @ t[name].T for name in ("w_query", "w_key", "w_value"))
    outputs = F.scaled_dot_product_attention(query[None], key[None], value[None], is_causal=True)[0]
    (outputs**2).sum().backward()
    return {**numbers, "outputs": outputs.tolist(), "grad": xs.grad.tolist()}


GPT_SHAPES = {
    "token": (27, 16),
    "position": (16, 16),
    "query": (16, 16),
    "key": (16, 16),
    "value": (16, 16),
    "join": (16, 16),
    "up": (64, 16),
    "down": (16, 64),
    "out": (27, 16),
}


def gpt() -> dict[str, Any]:
    """Two steps of Adam of chapter 14's GPT: losses, the first gradients' sizes, parameters."""
    dice = random.Random(0)
    p = {
        name: torch.tensor(
            [[dice.gauss(0, 0.08) for _ in range(columns)] for _ in range(rows)],
            dtype=torch.float64,
            requires_grad=True,
        )
        for name, (rows, columns) in GPT_SHAPES.items()
    }

    def loss_of(name: str) -> Any:
        tokens = torch.tensor([".abcdefghijklmnopqrstuvwxyz".index(c) for c in f".{name}."])
        size = len(tokens) - 1
        x = F.rms_norm(p["token"][tokens[:-1]] + p["position"][:size], (16,), eps=1e-5)
        normed = F.rms_norm(x, (16,), eps=1e-5)
        query, key, value = (
            (normed @ p[table].T).view(size, 4, 4).transpose(0, 1)
            for table in ("query", "key", "value")
        )
        found = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + found.transpose(0, 1).reshape(size, 16) @ p["join"].T
        x = x + torch.relu(F.rms_norm(x, (16,), eps=1e-5) @ p["up"].T) @ p["down"].T
        return F.cross_entropy(x @ p["out"].T, tokens[1:])

    optimizer = torch.optim.Adam(p.values(), lr=0.01, betas=(0.85, 0.99))
    found: dict[str, Any] = {"losses": []}
    for k, name in enumerate(("anna", "emma")):
        optimizer.param_groups[0]["lr"] = 0.01 * (1 - k / 1000)
        optimizer.zero_grad()
        loss = loss_of(name)
        loss.backward()
        found["losses"].append(loss.item())
        if k == 0:
            found["gradients"] = {table: w.grad.abs().sum().item() for table, w in p.items()}
        optimizer.step()
    found["losses"].append(loss_of("otto").item())
    found["parameters"] = {table: w.detach().flatten()[:20].tolist() for table, w in p.items()}
    return found


def tensors(rows: list[list[Any]]) -> torch.Tensor:
    """Parameters of the engine as a matrix that PyTorch trains."""
    data = [[number.data for number in row] for row in rows]
    return torch.tensor(data, dtype=torch.float64, requires_grad=True)


def layers_of(model: MLP) -> list[torch.Tensor]:
    """Weights and biases of each layer."""
    found = []
    for layer in model.layers:
        found.append(tensors([neuron.w for neuron in layer.neurons]))
        found.append(tensors([[neuron.b for neuron in layer.neurons]]))
    return found


def two_steps(parameters: list[torch.Tensor], optimizer: Any, rates: Any, losses: Any) -> Any:
    """Losses, sums of the first gradients' sizes, and the parameters after two steps."""
    found: dict[str, Any] = {"losses": []}
    for k in range(2):
        optimizer.param_groups[0]["lr"] = rates(k)
        optimizer.zero_grad()
        loss = losses(k)
        loss.backward()
        found["losses"].append(loss.item())
        if k == 0:
            found["gradients"] = [p.grad.abs().sum().item() for p in parameters]
        optimizer.step()
    found["losses"].append(losses(2).item())
    found["parameters"] = [p.detach().flatten()[:20].tolist() for p in parameters]
    return found


def digits() -> dict[str, Any]:
    """Two steps of gradient descent of chapter 10's network, in batches of 50 digits."""
    images, labels = datasets.digits()
    order = list(range(len(images)))
    random.Random(0).shuffle(order)
    random.seed(0)
    model = MLP(64, [32, 10], output="linear")
    for p in model.parameters():
        p.data *= 0.2
    parameters = w1, b1, w2, b2 = layers_of(model)

    def loss_of(batch: int) -> Any:
        places = order[50 * batch : 50 * (batch + 1)]
        x = torch.tensor([images[i] for i in places], dtype=torch.float64)
        scores = torch.tanh(x @ w1.T + b1) @ w2.T + b2
        return F.cross_entropy(scores, torch.tensor([labels[i] for i in places]))

    return two_steps(parameters, torch.optim.SGD(parameters, lr=0.5), lambda k: 0.5, loss_of)


def letters() -> dict[str, Any]:
    """Two steps of Adam of chapter 12's network, which has an embedding, in batches of 32."""
    tokens = ".abcdefghijklmnopqrstuvwxyz"
    names = datasets.names()
    examples = []
    for name in random.Random(0).sample(names, len(names))[:-800]:
        row = [tokens.index(letter) for letter in f"...{name}."]
        examples += [(row[i : i + 3], row[i + 3]) for i in range(len(row) - 3)]
    random.Random(1).shuffle(examples)
    random.seed(0)
    embedding = tensors([[Value(random.gauss(0, 0.5)) for _ in range(2)] for _ in tokens])
    model = MLP(6, [24, 27], output="linear")
    for p in model.parameters():
        p.data *= 0.3
    w1, b1, w2, b2 = layers = layers_of(model)

    def loss_of(batch: int) -> Any:
        contexts, targets = zip(*examples[32 * batch : 32 * (batch + 1)], strict=True)
        x = embedding[torch.tensor(contexts)].flatten(1)
        scores = torch.tanh(x @ w1.T + b1) @ w2.T + b2
        return F.cross_entropy(scores, torch.tensor(targets))

    parameters = [embedding, *layers]
    optimizer = torch.optim.Adam(parameters)
    return two_steps(parameters, optimizer, lambda k: 0.05 * (1 - k / 1500), loss_of)


def for_the_book(record: dict[str, Any]) -> str:
    """A module with what chapters 4 and 13 compare with: a neuron, and a head of attention."""
    lines = [
        f'    "{dtype}": {{\n'
        + "".join(f'        "{name.removesuffix(".grad")}": {x!r},\n' for name, x in values.items())
        + "    },\n"
        for dtype, values in record["neuron"].items()
    ]
    head = "".join(
        f'    "{name}": [\n' + "".join(f"        {row!r},\n" for row in rows) + "    ],\n"
        for name, rows in record["head"].items()
    )
    return (
        '"""What PyTorch says of the neuron of chapter 2: its output `o`, and the gradients.\n\n'
        "And of a head of attention: its outputs, and gradients of the sum of their squares.\n\n"
        'Written by tests/engine/record_pytorch.py.\n"""\n\n'
        f'VERSION = "{record["torch"].partition("+")[0]}"\n\n'
        f"NEURON = {{\n{''.join(lines)}}}\n\n"
        f"HEAD = {{\n{head}}}\n"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    record = {
        "torch": torch.__version__,
        "neuron": {"float32": neuron(torch.float32), "float64": neuron(torch.float64)},
        "twice": twice(),
        "losses": losses(),
        "descent": descent(),
        "exported": exported(),
        "exported_gpt": exported_gpt(),
        "head": head(),
        "gpt": gpt(),
        "digits": digits(),
        "letters": letters(),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    BOOK.write_text(for_the_book(record), encoding="utf-8")
