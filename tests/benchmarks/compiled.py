"""Compiled functions in learners' styles: a small GPT, a recurrent network, and others.

The GPT is one of scalars; its peers are the same one over plain values with closures, in the same
Pyodide, and PyTorch, if the environment variable TORCH_PYTHON names an interpreter that has it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from tests.benchmarks.engine import HERE, PYODIDE, ROOT, Engine
from tests.benchmarks.table import Figure, report

FLAT = ["batch normalisation", "shared predictions", "flat sum", "embeddings"]


def figures() -> Iterator[Figure]:
    """All figures."""
    node = ["node", str(HERE / "engine_pyodide.mjs"), str(PYODIDE), str(ROOT), str(HERE)]
    with ExitStack() as stack:
        page = stack.enter_context(Engine(node))
        yield from small_gpt(page)
        workloads = str(HERE / "workloads.py")
        native = Engine([sys.executable, workloads], PYTHONPATH=str(ROOT))
        yield from others(page, stack.enter_context(native))
        python = os.environ.get("TORCH_PYTHON")
        if python:
            torch = stack.enter_context(Engine([python, workloads], PYTHONPATH=str(ROOT)))
            peer, ours = torch.prepare("style gpt in PyTorch"), page.prepare("style gpt")
            ratio = peer["step"] / ours["step"]
            yield Figure("GPT, a step, against native PyTorch", ratio, "times", 8.0)


def small_gpt(page: Engine) -> list[Figure]:
    """The GPT in Pyodide."""
    by_hand, ours = page.prepare("style gpt by hand"), page.prepare("style gpt")
    fused, names = page.prepare("style fused gpt"), page.prepare("style generation")
    ratio = by_hand["step"] / ours["step"]
    return [
        Figure("GPT, a step, against closures, Pyodide", ratio, "times", 1500.0),
        Figure("GPT, compiled, and 1000 steps", ours["whole"], "ms", 6000.0, at_most=True),
        Figure("GPT of layers, the same", fused["whole"], "ms", 2000.0, at_most=True),
        Figure("GPT, first 1000 steps to later ones", ours["first"], "times", 1.5, at_most=True),
        Figure("GPT, step() of 4192 parameters", ours["call"], "ms", 1.5, at_most=True),
        Figure("GPT, 20 names", names["warm"], "ms", 100.0, at_most=True),
    ]


def others(page: Engine, native: Engine) -> Iterator[Figure]:
    """Graphs of other forms, in Pyodide and CPython."""
    sequence = native.prepare("style recurrent")
    yield Figure("RNN, compile, CPython", sequence["compile"], "ms", 1000.0, at_most=True)
    sequence = page.prepare("style recurrent")
    ratio = sequence["eager"] / sequence["step"]
    yield Figure("RNN, a step, against eager, Pyodide", ratio, "times", 300.0)
    for name in FLAT:
        facts = page.prepare(f"style {name}")
        yield Figure(f"{name}, compile, Pyodide", facts["compile"], "ms", 500.0, at_most=True)
        yield Figure(f"{name}, module", facts["bytes"], "bytes", 30_000.0, at_most=True)
    facts = page.prepare("style Adam around calls")
    ratio = facts["hand"] / facts["train"]
    yield Figure("train with Adam, against Adam around calls", ratio, "times", 20.0)


if __name__ == "__main__":
    report("compiled", figures())
