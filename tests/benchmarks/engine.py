"""The engine and its compiled form against karpathy's micrograd, and against PyTorch where it is.

karpathy's package has our import name, so it is installed into a folder of its own. PyTorch is used
if the environment variable TORCH_PYTHON names an interpreter that has it.

Each engine runs in an interpreter of its own, and all of them stay: a ratio is the median of the
ratios of neighbours in time, ours and the peer's in turn, so that a machine whose speed drifts
changes both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.benchmarks.table import Figure, report

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PEER = ROOT / ".cache" / "peers" / "karpathy"
PYODIDE = ROOT / "site" / "node_modules" / "pyodide"
ROUNDS = 7

TORCH_BARS = {
    "a": 80.0,
    "b": 20.0,
    "relu 16, 100 rows": 20.0,
    "relu 16, 1000 rows": 3.5,
    "relu 32, 100 rows": 7.0,
    "relu 32, 1000 rows": 1.8,
    "relu 64, 100 rows": 2.3,
    "relu 64, 1000 rows": 1.2,
    "relu 128, 100 rows": 1.15,
    "relu 128, 1000 rows": 1.0,
    "tanh 64, 100 rows": 1.0,
}


def peer() -> Path:
    """The folder of karpathy's micrograd, installed on first use."""
    if not PEER.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*install, "--target", str(PEER), "micrograd==0.1.0"], check=True)
    return PEER


class Engine:
    """An interpreter that has one engine and waits for jobs; see `workloads`."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def ask(self, what: str, job: str) -> Any:
        """The answer to a request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([what, job]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def prepare(self, job: str) -> dict[str, float]:
        """Make a job ready; return facts about it."""
        return self.ask("prepare", job)  # type: ignore[no-any-return]

    def sample(self, job: str) -> float:
        """Milliseconds of a job that was prepared."""
        return self.ask("sample", job)  # type: ignore[no-any-return]


def compared(theirs: tuple[Engine, str], *ours: tuple[Engine, str]) -> list[tuple[float, float]]:
    """How many times faster each of ours is than theirs, and its milliseconds; all are prepared."""
    rows = [[engine.sample(job) for engine, job in (theirs, *ours)] for _ in range(ROUNDS)]
    return [
        (
            statistics.median(row[0] / row[k] for row in rows),
            statistics.median(row[k] for row in rows),
        )
        for k in range(1, len(ours) + 1)
    ]


def figures() -> list[Figure]:
    """All ratios: how many times faster than the peer in the same surroundings."""
    workloads = str(HERE / "workloads.py")
    node = ["node", str(HERE / "engine_pyodide.mjs"), str(PYODIDE)]
    with ExitStack() as stack:
        enter = stack.enter_context
        native = enter(Engine([sys.executable, workloads], PYTHONPATH=str(ROOT)))
        native_peer = enter(Engine([sys.executable, workloads], PYTHONPATH=str(peer())))
        page = enter(Engine([*node, str(ROOT), str(HERE)]))
        page_peer = enter(Engine([*node, str(peer()), str(HERE)]))
        found = against_karpathy("CPython", native, native_peer)
        found += against_karpathy("Pyodide", page, page_peer)
        python = os.environ.get("TORCH_PYTHON")
        if python:
            found += against_torch(page, enter(Engine([python, workloads])))
        page.prepare("boundary")
        boundary = statistics.median(page.sample("boundary") for _ in range(ROUNDS))
        found.append(Figure("100 x 100 predictions, Pyodide", boundary, "ms", 50.0, at_most=True))
        node_bytes = native.prepare("node")["bytes"]
        found.append(Figure("eager multiply node", node_bytes, "bytes", 250.0, at_most=True))
    return found


BARS = {
    ("eager", "Pyodide"): (4.0, 5.5),
    ("eager", "CPython"): (5.0, 35.0),
    ("python", "Pyodide"): (30.0, 30.0),
    ("python", "CPython"): (30.0, 75.0),
    ("train", "Pyodide"): (900.0, 15_000.0),
}
NAMES = {"eager": "eager", "python": "generated Python", "train": "WebAssembly training"}


def against_karpathy(place: str, ours: Engine, theirs: Engine) -> list[Figure]:
    """Ratios to karpathy's eager step in one kind of interpreter."""
    found = []
    for k, workload in enumerate("ab"):
        kinds = [kind for kind, where in BARS if where == place]
        theirs.prepare(f"eager {workload}")
        facts = {kind: ours.prepare(f"{kind} {workload}") for kind in kinds}
        jobs = [(ours, f"{kind} {workload}") for kind in kinds]
        for kind, (ratio, taken) in zip(
            kinds, compared((theirs, f"eager {workload}"), *jobs), strict=True
        ):
            name = f"({workload}) {NAMES[kind]}, {place}"
            bar = BARS[kind, place][k]
            found.append(Figure(f"{name}, against karpathy's", ratio, "times", bar))
            found.append(Figure(f"{name}, a step", taken, "ms"))
        if "train" in facts:
            found += compilation(f"({workload})", facts["train"], 150.0)
    return found


def against_torch(ours: Engine, torch: Engine) -> list[Figure]:
    """Ratios of compiled training in Pyodide to native PyTorch."""
    found = []
    for workload, bar in TORCH_BARS.items():
        torch.prepare(f"torch {workload}")
        facts = ours.prepare(f"train {workload}")
        pair = (torch, f"torch {workload}"), (ours, f"train {workload}")
        ((ratio, taken),) = compared(*pair)
        found.append(Figure(f"{workload}, against native PyTorch", ratio, "times", bar))
        found.append(Figure(f"{workload}, a step", taken, "ms"))
        if workload not in "ab":
            found += compilation(workload, facts)
    return found


def compilation(workload: str, facts: dict[str, float], whole: float | None = None) -> list[Figure]:
    """What it takes to compile: all of `compile`, and in it printing and starting the module."""
    printing = facts["print and instantiate"]
    return [
        Figure(f"{workload}, compile, Pyodide", facts["compile"], "ms", whole, at_most=True),
        Figure(f"{workload}, print and instantiate, Pyodide", printing, "ms", 10.0, at_most=True),
        Figure(f"{workload}, module", facts["bytes"], "bytes", 15_000.0, at_most=True),
    ]


if __name__ == "__main__":
    report("engine", figures())
