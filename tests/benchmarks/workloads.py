"""The steps that the engine's benchmark times, in whatever engine the interpreter finds.

Run by itself, in an interpreter and with an import path of its own: `python workloads.py NAME`
prints milliseconds a step as JSON. Workload (a): MLP(3, [4, 4, 1]) on the four examples; (b): the
moons, 100 points, MLP(2, [16, 16, 1]) with hinge and L2 penalty. Hidden neurons are relu, the
output is linear, since that is what all of the engines have.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

FOUR = [([2.0, 3.0, -1.0], 1.0), ([3.0, -1.0, 0.5], -1.0)]
FOUR += [([0.5, 1.0, 1.0], -1.0), ([1.0, 1.0, -1.0], 1.0)]
SHAPES: dict[str, tuple[int, list[int]]] = {"a": (3, [4, 4, 1]), "b": (2, [16, 16, 1])}
WIDE = [f"relu {width}, {rows} rows" for width in (16, 32, 64, 128) for rows in (100, 1000)]
WIDE.append("tanh 64, 100 rows")
"""As (b), with two hidden layers of other widths, and with more rows."""


def shape_of(workload: str) -> tuple[int, list[int], str]:
    """How many inputs, the layers' sizes, and the hidden neurons' activation."""
    if workload in SHAPES:
        return (*SHAPES[workload], "relu")
    activation, width = workload.split(",")[0].split()
    return 2, [int(width), int(width), 1], activation


def examples(folder: Path, workload: str) -> list[tuple[list[float], float]]:
    """The inputs and the target of each example."""
    if workload == "a":
        return FOUR
    rows = json.loads((folder / "moons.json").read_text())
    times = int(workload.split()[2]) // 100 if workload in WIDE else 1
    return [([x + 0.01 * k, y], float(target)) for k in range(times) for x, y, target in rows]


def median_of(run: Callable[[], object], times: int = 5, repeat: int = 1) -> float:
    """The median of the milliseconds that one of `repeat` runs takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        taken.append((time.perf_counter() - start) / repeat)
    return statistics.median(taken) * 1e3


def scalar(folder: Path, workload: str) -> tuple[Callable[[], Any], list[Any]]:
    """The function that builds the loss of scalar Values, and the parameters."""
    from micrograd.nn import MLP

    inputs, outputs, activation = shape_of(workload)
    try:
        model = MLP(inputs, outputs, activation, "linear")
    except TypeError:  # karpathy's has relu and a linear output anyway
        model = MLP(inputs, outputs)
    parameters = model.parameters()
    draw = random.Random(1)
    for parameter in parameters:
        parameter.data = draw.uniform(-1, 1) * 4 / max(outputs)
    data = examples(folder, workload)

    def squared() -> Any:
        return sum((model(x) - y) ** 2 for x, y in data)

    def hinge() -> Any:
        scores = [model(x) for x, _ in data]
        terms = [(1 + -y * score).relu() for (_, y), score in zip(data, scores)]  # noqa: B905
        penalty = 1e-4 * sum(p * p for p in parameters)
        return sum(terms) * (1.0 / len(terms)) + penalty

    return squared if workload == "a" else hinge, parameters


def eager(folder: Path, workload: str, times: int) -> float:
    """A step as the chapters write it."""
    build, parameters = scalar(folder, workload)

    def step() -> None:
        for parameter in parameters:
            parameter.grad = 0.0
        build().backward()
        for parameter in parameters:
            parameter.data -= 0.01 * parameter.grad

    step()
    return median_of(step, times, 20 if workload == "a" else 1)


def compiled(folder: Path, workload: str) -> dict[str, float]:
    """A step of compiled training, and the time to compile."""
    from micrograd.compile import compile

    build, parameters = scalar(folder, workload)
    root = build()
    step = compile(root, parameters)
    compiling = 0.0
    if workload not in WIDE:
        compiling = median_of(lambda: compile(root, parameters))
    step.train(10, lr=0.01)
    start = time.perf_counter()
    step.train(10, lr=0.01)
    steps = max(10, min(50_000, int(3 / (time.perf_counter() - start))))
    step.train(3 * steps, lr=0.01)  # until the browser's compiler has made its best of it
    return {
        "train": median_of(lambda: step.train(steps, lr=0.01), 7) / steps,
        "compile": compiling,
        "bytes": step.machine.size,
    }


def torch_step(folder: Path, workload: str) -> float:
    """The same in PyTorch on one thread, as a user would write it."""
    torch = import_module("torch")  # optional, so not known to the type checker
    torch.set_num_threads(1)
    torch.manual_seed(1)
    inputs, outputs, activation = shape_of(workload)
    kind = torch.nn.ReLU if activation == "relu" else torch.nn.Tanh
    sizes = [inputs, *outputs]
    layers: list[Any] = []
    for k in range(len(outputs)):
        layers += [torch.nn.Linear(sizes[k], sizes[k + 1]), kind()]
    model = torch.nn.Sequential(*layers[:-1]).double()
    data = examples(folder, workload)
    xs = torch.tensor([x for x, _ in data], dtype=torch.float64)
    ys = torch.tensor([y for _, y in data], dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        scores = model(xs).squeeze(1)
        if workload == "a":
            loss = ((scores - ys) ** 2).sum()
        else:
            penalty = 1e-4 * sum((p * p).sum() for p in model.parameters())
            loss = (1 - ys * scores).relu().mean() + penalty
        loss.backward()
        optimizer.step()

    for _ in range(50):
        step()
    return median_of(step, 7, 50)


def node_bytes() -> float:
    """Memory of an eager multiply node, averaged over many."""
    import tracemalloc

    from micrograd.engine import Value

    left, right = Value(1.5), Value(2.5)
    tracemalloc.start()
    kept = [left * right for _ in range(10_000)]
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (used - sys.getsizeof(kept)) / len(kept)


def measure(folder: Path, what: str) -> dict[str, float]:
    """The milliseconds of one peer, by name."""
    found: dict[str, float] = {}
    if what == "wide":
        for workload in WIDE:
            for name, value in compiled(folder, workload).items():
                found[f"{name} {workload}"] = value
        return found
    for workload in [*SHAPES, *WIDE] if what == "torch" else SHAPES:
        if what == "torch":
            found[workload] = torch_step(folder, workload)
            continue
        found[f"eager {workload}"] = eager(folder, workload, 5)
        if what == "ours":
            for name, value in compiled(folder, workload).items():
                found[f"{name} {workload}"] = value
    if what == "ours":
        found["node bytes"] = node_bytes()
    return found


if __name__ == "__main__":
    print(json.dumps(measure(Path(__file__).parent, sys.argv[1])))
