"""The steps that the engine's benchmark times, in whatever engine the interpreter finds.

Run by itself, in an interpreter and with an import path of its own, it answers requests, a line of
JSON each: `["prepare", NAME]` gives facts about a job, `["sample", NAME]` the milliseconds that one
of its runs takes now. So the benchmark can let peers alternate.

Workload (a): MLP(3, [4, 4, 1]) on the four examples; (b): the moons, 100 points, MLP(2, [16, 16,
1]) with hinge and L2 penalty. Hidden neurons are relu, the output is linear, since that is what all
of the engines have. The wide ones are as (b), with other hidden layers and perhaps more rows.
Every engine trains on from its random weights while it is timed; compiled, a wide network leaves
out what relu makes zero, so that its steps become faster while the hinge is done with more rows.
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
SAMPLE = 0.25
"""Seconds that a sample takes, at least."""

Run = Callable[[int], object]
"""Does a job so many times."""


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
    rows = json.loads((folder / "moons.json").read_text(encoding="utf-8"))
    times = 1 if workload in SHAPES else int(workload.split()[2]) // 100
    return [([x + 0.01 * k, y], float(target)) for k in range(times) for x, y, target in rows]


def milliseconds(run: Run, times: int = 1) -> float:
    """What one of so many runs takes."""
    start = time.perf_counter()
    run(times)
    return (time.perf_counter() - start) / times * 1e3


def scalar(folder: Path, workload: str) -> tuple[Any, Callable[[], Any]]:
    """The model of scalar Values, and the function that builds its loss of all examples."""
    model, loss, example = functional(folder, workload)
    return model, lambda: loss(*example)


def functional(folder: Path, workload: str) -> tuple[Any, Callable[..., Any], tuple[Any, Any]]:
    """The model of scalar Values, its loss as a function of data, and the data."""
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

    def squared(xs: Any, ys: Any) -> Any:
        return sum((model(x) - y) ** 2 for x, y in zip(xs, ys))  # noqa: B905

    def hinge(xs: Any, ys: Any) -> Any:
        scores = [model(x) for x in xs]
        terms = [(1 + -y * score).relu() for y, score in zip(ys, scores)]  # noqa: B905
        penalty = 1e-4 * sum(p * p for p in parameters)
        return sum(terms) * (1.0 / len(terms)) + penalty

    example = [x for x, _ in data], [y for _, y in data]
    return model, squared if workload == "a" else hinge, example


def eager(folder: Path, workload: str) -> Run:
    """A step as the chapters write it."""
    model, build = scalar(folder, workload)
    parameters = model.parameters()

    def run(times: int) -> None:
        for _ in range(times):
            for parameter in parameters:
                parameter.grad = 0.0
            build().backward()
            for parameter in parameters:
                parameter.data -= 0.01 * parameter.grad

    return run


def compiled(folder: Path, workload: str) -> tuple[Callable[[], Any], list[Any]]:
    """A function that compiles a step anew and runs it once, and the example."""
    from micrograd import compile

    model, loss, example = functional(folder, workload)

    def make() -> Any:
        step = compile(loss, model.parameters())
        step(*example)
        return step

    return make, [example]


def trained(folder: Path, workload: str, facts: dict[str, float]) -> Run:
    """A step of compiled training on the best backend that there is."""
    from micrograd.compiler.api import best_backend
    from micrograd.optim import SGD

    make, examples = compiled(folder, workload)
    compiling, printing = [], []
    for _ in range(5 if workload in SHAPES else 1):
        start = time.perf_counter()
        step = make()
        compiling.append(time.perf_counter() - start)
    for _ in range(5):
        start = time.perf_counter()
        best_backend().load(step.programs[0])
        printing.append(time.perf_counter() - start)
    facts["compile"] = statistics.median(compiling) * 1e3
    facts["print and instantiate"] = statistics.median(printing) * 1e3
    facts["bytes"] = step.size
    optimizer = SGD(step.parameters, lr=0.01)
    return lambda times: step.train(examples, steps=times, optimizer=optimizer)


def generated_python(folder: Path, workload: str) -> Run:
    """A step of compiled training as generated Python, whatever else there is."""
    from micrograd.compiler import api
    from micrograd.compiler.python_code import PythonBackend

    make, examples = compiled(folder, workload)
    best = api.best_backend
    api.best_backend = PythonBackend
    step = make()
    api.best_backend = best
    return lambda times: step.train(examples, steps=times, lr=0.01)


def boundary(folder: Path) -> Run:
    """The outputs of (b)'s compiled model at 100 times 100 points."""
    from micrograd import compile

    model, _ = scalar(folder, "b")
    predict = compile(model)
    points = [
        (0.05 * column - 2.5, 0.05 * row - 2.5) for row in range(100) for column in range(100)
    ]

    def run(times: int) -> None:
        for _ in range(times):
            list(predict.map(points))

    return run


def in_torch(folder: Path, workload: str) -> Run:
    """A step in PyTorch on one thread, as a user would write it."""
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

    def run(times: int) -> None:
        for _ in range(times):
            optimizer.zero_grad()
            scores = model(xs).squeeze(1)
            if workload == "a":
                loss = ((scores - ys) ** 2).sum()
            else:
                penalty = 1e-4 * sum((p * p).sum() for p in model.parameters())
                loss = (1 - ys * scores).relu().mean() + penalty
            loss.backward()
            optimizer.step()

    return run


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


class Jobs:
    """The jobs of this interpreter: a way to run a workload, a space, and the workload's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prepared: dict[str, tuple[Run, int]] = {}

    def prepare(self, name: str) -> dict[str, float]:
        """Make a job ready and warm; return what is known about it beside its time."""
        facts: dict[str, float] = {}
        kind, _, workload = name.partition(" ")
        match kind:
            case "eager":
                run = eager(self.folder, workload)
            case "train":
                run = trained(self.folder, workload, facts)
            case "python":
                run = generated_python(self.folder, workload)
            case "torch":
                run = in_torch(self.folder, workload)
            case "boundary":
                run = boundary(self.folder)
            case "style":
                from tests.benchmarks.styles import JOBS

                return JOBS[workload]()
            case _:
                return {"bytes": node_bytes()}
        run(5)
        times = max(1, int(SAMPLE * 1e3 / milliseconds(run, 5)))
        for _ in range(3):  # until the browser's compiler has made its best of it
            times = max(1, int(SAMPLE * 1e3 / milliseconds(run, times)))
        self.prepared[name] = run, times
        return facts

    def sample(self, name: str) -> float:
        """Milliseconds of one run of a job that was prepared."""
        return milliseconds(*self.prepared[name])

    def answer(self, request: str) -> str:
        """The JSON that answers a request."""
        what, name = json.loads(request)
        return json.dumps(self.prepare(name) if what == "prepare" else self.sample(name))


if __name__ == "__main__":
    jobs = Jobs(Path(__file__).parent)
    for line in sys.stdin:
        print(jobs.answer(line), flush=True)
