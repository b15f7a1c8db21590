"""Graphs in the styles that learners write, timed in whatever interpreter runs this.

Each job is a function that returns facts: milliseconds, bytes, ratios.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.benchmarks import gpt

STEPS = 1000


def milliseconds(run: Callable[[], object], rounds: int = 5) -> float:
    """The median of what some runs take."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1e3


def adam(parameters: list[Any], steps: int) -> Any:
    """The optimizer of the small GPT."""
    from micrograd import optim

    return optim.Adam(parameters, optim.linear(0.01, steps), betas=(0.85, 0.99))


def small_gpt(kind: type[gpt.Gpt]) -> gpt.Gpt:
    """The model over the book's Values."""
    from micrograd import Value, losses

    return kind(Value, losses.softmax)


class Fused(gpt.Gpt):
    """The same model with the book's own operations: sums of products are one node."""

    def linear(self, x: list[Any], weights: list[list[Any]]) -> list[Any]:
        from micrograd.engine import Value, weighted_sum

        zero = Value(0.0)
        inputs = tuple(x)
        return [weighted_sum(row, inputs, zero) for row in weights]


def training(kind: type[gpt.Gpt]) -> dict[str, float]:
    """Compile and train on names: the whole first time, and steps when all is warm."""
    from micrograd import compile

    documents = gpt.documents()
    model = small_gpt(kind)
    step = compile(model.loss, model.parameters())
    optimizer = adam(step.parameters, 20 * STEPS)

    def run(trained: Any = step) -> None:
        trained.train([(each,) for each in documents], steps=STEPS, optimizer=optimizer)

    whole, steady = milliseconds(run, 1), milliseconds(run)
    again = compile(model.loss, model.parameters())
    for length in {len(each) for each in documents}:
        again(next(each for each in documents if len(each) == length))
    first = milliseconds(lambda: run(again), 1)
    return {
        "whole": whole,
        "step": steady / STEPS,
        "first": first / steady,
        "call": milliseconds(lambda: step(documents[0]), 51),
    }


def by_hand() -> dict[str, float]:
    """A step of the plain way."""
    documents = gpt.documents()
    model = gpt.Gpt(gpt.Closure, gpt.softmax_reading_data)
    update = gpt.adam_by_hand(model.parameters(), STEPS)
    walk = iter(range(STEPS))

    def run() -> None:
        for _ in range(3):
            k = next(walk)
            model.loss(documents[k % len(documents)]).backward()
            update(k)

    return {"step": milliseconds(run) / 3}


def generation() -> dict[str, float]:
    """20 names, letter by letter, with the keys and values of the letters before."""
    from micrograd import compile

    model = small_gpt(gpt.Gpt)
    predict = compile(model.probabilities)
    draw = random.Random(1)

    def name() -> None:
        keys: list[Any] = []
        values: list[Any] = []
        token = gpt.END
        while len(keys) < gpt.POSITIONS:
            probabilities, key, value = predict(token, keys, values)
            keys, values = [*keys, key], [*values, value]
            (token,) = draw.choices(range(gpt.LETTERS), probabilities)
            if token == gpt.END:
                return

    def names() -> None:
        for _ in range(20):
            name()

    return {"cold": milliseconds(names, 1), "warm": milliseconds(names)}


def network(inputs: int, *sizes: int, activation: str = "tanh") -> Any:
    """A network with a linear output."""
    from micrograd.nn import MLP

    random.seed(1)
    return MLP(inputs, list(sizes), activation, "linear")


def points(count: int) -> tuple[list[list[float]], list[int]]:
    """Points in the plane with classes 0 to 7."""
    draw = random.Random(2)
    return [[draw.gauss(0, 1), draw.gauss(0, 1)] for _ in range(count)], [
        draw.randrange(8) for _ in range(count)
    ]


def batch_normalisation() -> tuple[Any, list[Any], tuple[Any, ...]]:
    """Hidden values are normalised over the rows, by hand."""
    first, last = network(2, 8), network(8, 1)

    def loss(xs: Any, ys: Any) -> Any:
        hidden = [first(x) for x in xs]
        columns = []
        for column in zip(*hidden):  # noqa: B905
            mean = sum(column) / len(column)
            variance = sum((h - mean) ** 2 for h in column) / len(column)
            scale = (variance + 1e-5) ** -0.5
            columns.append([(h - mean) * scale for h in column])
        outputs = [last([h.tanh() for h in row]) for row in zip(*columns)]  # noqa: B905
        return sum((o - y) ** 2 for o, y in zip(outputs, ys)) / len(ys)  # noqa: B905

    return loss, first.parameters() + last.parameters(), points(300)


def shared_predictions() -> tuple[Any, list[Any], tuple[Any, ...]]:
    """Two sums use the same predictions."""
    model = network(2, 16, 1)

    def loss(xs: Any, ys: Any) -> Any:
        predictions = [model(x) for x in xs]
        fit = sum((p - y) ** 2 for p, y in zip(predictions, ys))  # noqa: B905
        return fit / len(ys) + 0.1 * sum(p * p for p in predictions)

    return loss, model.parameters(), points(300)


def flat_sum() -> tuple[Any, list[Any], tuple[Any, ...]]:
    """One sum over rows and outputs."""
    model = network(2, 16, 3)

    def loss(xs: Any, ys: Any) -> Any:
        return sum((o - y) ** 2 for x, y in zip(xs, ys) for o in model(x))  # noqa: B905

    return loss, model.parameters(), points(300)


def embeddings() -> tuple[Any, list[Any], tuple[Any, ...]]:
    """Losses of the library over picked parameters."""
    from micrograd import Value, losses

    draw = random.Random(3)
    table = [[Value(draw.gauss(0, 1)) for _ in range(3)] for _ in range(8)]
    model = network(6, 8, 8)

    def loss(pairs: Any, targets: Any) -> Any:
        logits = [model(table[a] + table[b]) for a, b in pairs]
        return losses.softmax_cross_entropy(logits, targets)

    pairs = [(draw.randrange(8), draw.randrange(8)) for _ in range(300)]
    parameters = [p for row in table for p in row] + model.parameters()
    return loss, parameters, (pairs, points(300)[1])


def recurrent() -> tuple[Any, list[Any], tuple[Any, ...]]:
    """One sequence of 60, a hidden state of 8, by hand."""
    from micrograd import Value

    draw = random.Random(4)
    size = 8
    weights = [[Value(draw.gauss(0, 0.3)) for _ in range(size + 1)] for _ in range(size)]
    out = [Value(draw.gauss(0, 0.3)) for _ in range(size)]

    def loss(xs: Any, ys: Any) -> Any:
        state: list[Any] = [0.0] * size
        total: Any = 0
        for x, y in zip(xs, ys):  # noqa: B905
            state = [
                (row[-1] * x + sum(w * h for w, h in zip(row, state))).tanh()  # noqa: B905
                for row in weights
            ]
            total = total + (sum(w * h for w, h in zip(out, state)) - y) ** 2  # noqa: B905
        return total / len(xs)

    xs = [draw.gauss(0, 1) for _ in range(61)]
    return loss, [w for row in weights for w in row] + out, (xs[:-1], xs[1:])


def compilation(make: Callable[[], Any]) -> dict[str, float]:
    """What it takes to compile a loss, and its steps against the engine's."""
    from micrograd import compile
    from micrograd.optim import SGD

    loss, parameters, example = make()
    made: list[Any] = []

    def run() -> None:
        made.append(compile(loss, parameters))
        made[-1].train([example], steps=1, optimizer=SGD(parameters, lr=0.0))

    compiling = milliseconds(run)
    step, optimizer = made[-1], SGD(parameters, lr=0.001)
    many = 500
    step.train([example], steps=many, optimizer=optimizer)
    trained = milliseconds(lambda: step.train([example], steps=many, optimizer=optimizer)) / many

    def eager() -> None:
        for parameter in parameters:
            parameter.grad = 0.0
        loss(*example).backward()
        optimizer.step()

    taken = milliseconds(eager, 3)
    return {"compile": compiling, "bytes": step.size, "step": trained, "eager": taken}


def adam_around_calls() -> dict[str, float]:
    """Adam by hand around `step()`, and `train` with Adam, for the moons' network."""
    from micrograd import compile, optim

    model = network(2, 16, 16, 1, activation="relu")
    xs, ys = points(100)
    parameters = model.parameters()

    def loss(xs: Any, ys: Any) -> Any:
        return sum((model(x) - y) ** 2 for x, y in zip(xs, ys)) / len(xs)  # noqa: B905

    step = compile(loss, parameters)
    update = gpt.adam_by_hand(parameters, 10**6)

    def hand() -> None:
        for k in range(50):
            step(xs, ys)
            update(k)

    hand()
    optimizer = optim.Adam(parameters, lr=0.01)
    step.train([(xs, ys)], steps=STEPS, optimizer=optimizer)
    return {
        "hand": milliseconds(hand) / 50,
        "train": milliseconds(lambda: step.train([(xs, ys)], steps=STEPS, optimizer=optimizer))
        / STEPS,
    }


def in_torch() -> dict[str, float]:
    """A step of the small GPT in PyTorch, as a user would write it, on one thread."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(1)
    functional = torch.nn.functional

    def matrix(rows: int, columns: int) -> Any:
        return (torch.randn(rows, columns, dtype=torch.float64) * 0.08).requires_grad_()

    wide, heads = gpt.WIDTH, gpt.HEADS
    token, position = matrix(gpt.LETTERS, wide), matrix(gpt.POSITIONS, wide)
    head, up, down = matrix(gpt.LETTERS, wide), matrix(4 * wide, wide), matrix(wide, 4 * wide)
    query, key, value, out = (matrix(wide, wide) for _ in range(4))
    parameters = [token, position, head, up, down, query, key, value, out]
    optimizer = torch.optim.Adam(parameters, lr=0.01, betas=(0.85, 0.99))
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, 10**6)
    documents = [torch.tensor(each) for each in gpt.documents()]

    def norm(x: Any) -> Any:
        return x * (x.pow(2).mean(-1, keepdim=True) + 1e-5).rsqrt()

    def loss(tokens: Any) -> Any:
        count = len(tokens) - 1
        x = norm(token[tokens[:-1]] + position[:count])
        before, x = x, norm(x)
        split = [
            (x @ w.T).view(count, heads, wide // heads).transpose(0, 1) for w in (query, key, value)
        ]
        joined = functional.scaled_dot_product_attention(*split, is_causal=True)
        x = joined.transpose(0, 1).reshape(count, wide) @ out.T + before
        before, x = x, norm(x)
        x = (x @ up.T).relu() @ down.T + before
        return functional.cross_entropy(x @ head.T, tokens[1:])

    def run() -> None:
        for tokens in documents:
            optimizer.zero_grad()
            loss(tokens).backward()
            optimizer.step()
            schedule.step()

    run()
    return {"step": milliseconds(run) / len(documents)}


JOBS: dict[str, Callable[[], dict[str, float]]] = {
    "gpt": lambda: training(gpt.Gpt),
    "fused gpt": lambda: training(Fused),
    "gpt by hand": by_hand,
    "gpt in PyTorch": in_torch,
    "generation": generation,
    "recurrent": lambda: compilation(recurrent),
    "batch normalisation": lambda: compilation(batch_normalisation),
    "shared predictions": lambda: compilation(shared_predictions),
    "flat sum": lambda: compilation(flat_sum),
    "embeddings": lambda: compilation(embeddings),
    "Adam around calls": adam_around_calls,
}
