"""The engine and its compiled form against karpathy's micrograd, and against PyTorch where it is.

karpathy's package has our import name, so it is installed into a folder of its own. PyTorch is used
if the environment variable TORCH_PYTHON names an interpreter that has it. All run in turn on this
machine, so the ratios are of one run; each figure is the median of at least 5.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.table import Figure, report

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PEER = ROOT / ".cache" / "peers" / "karpathy"
PYODIDE = ROOT / "site" / "node_modules" / "pyodide"

WIDE_BARS = {
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


def ran(command: list[str], **environment: str) -> dict[str, float]:
    """The JSON that a command prints last."""
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **environment}
    )
    return json.loads(done.stdout.strip().splitlines()[-1])  # type: ignore[no-any-return]


def figures() -> list[Figure]:
    """All ratios: how many times faster than the peer in the same surroundings."""
    workloads = str(HERE / "workloads.py")
    node = ["node", str(HERE / "engine_pyodide.mjs"), str(PYODIDE)]
    native = ran([sys.executable, workloads, "ours"], PYTHONPATH=str(ROOT))
    native_peer = ran([sys.executable, workloads, "karpathy"], PYTHONPATH=str(peer()))
    page = ran([*node, str(ROOT), str(HERE), "ours"])
    page_peer = ran([*node, str(peer()), str(HERE), "karpathy"])
    bars = {
        "eager, Pyodide": (4.0, 5.5),
        "eager, CPython": (5.0, 35.0),
        "generated Python, CPython": (30.0, 75.0),
        "WebAssembly training, Pyodide": (900.0, 15_000.0),
    }
    found = []
    for k, workload in enumerate("ab"):
        theirs, ours = f"eager {workload}", f"train {workload}"
        ratios = {
            "eager, Pyodide": page_peer[theirs] / page[theirs],
            "eager, CPython": native_peer[theirs] / native[theirs],
            "generated Python, CPython": native_peer[theirs] / native[ours],
            "WebAssembly training, Pyodide": page_peer[theirs] / page[ours],
        }
        found += [
            Figure(f"({workload}) {name}, against karpathy's", ratio, "times", bars[name][k])
            for name, ratio in ratios.items()
        ]
    python = os.environ.get("TORCH_PYTHON")
    if python:
        torch = ran([python, workloads, "torch"])
        for workload, bar in (("a", 80.0), ("b", 20.0)):
            ratio = torch[workload] / page[f"train {workload}"]
            name = f"({workload}) WebAssembly training, Pyodide, against native PyTorch"
            found.append(Figure(name, ratio, "times", bar))
        wide = ran([*node, str(ROOT), str(HERE), "wide"])
        for workload, bar in WIDE_BARS.items():
            ratio = torch[workload] / wide[f"train {workload}"]
            found.append(Figure(f"{workload}, against native PyTorch", ratio, "times", bar))
        largest = max(value for name, value in wide.items() if name.startswith("bytes"))
        found.append(Figure("largest module", largest, "bytes", 15_000.0, at_most=True))
    found.append(Figure("(b) compile, Pyodide", page["compile b"], "ms", 150.0, at_most=True))
    found.append(Figure("(b) module", page["bytes b"], "bytes", 15_000.0, at_most=True))
    found.append(Figure("eager multiply node", native["node bytes"], "bytes", 250.0, at_most=True))
    for workload in "ab":
        found.append(Figure(f"({workload}) training step", page[f"train {workload}"], "ms"))
    return found


if __name__ == "__main__":
    report("engine", figures())
