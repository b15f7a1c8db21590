"""The GPT of chapter 14 computes what PyTorch computes, and so do two of its training steps."""

from __future__ import annotations

import builtins
import json
import linecache
from pathlib import Path
from typing import Any

import pytest
from book.chapter import read_chapter

from micrograd import compile
from micrograd.optim import Adam

PROJECT = Path(__file__).parents[2]
RECORD = json.loads((PROJECT / "tests/engine/pytorch.json").read_text(encoding="utf-8"))["gpt"]


@pytest.fixture(scope="module")
def chapter() -> dict[str, Any]:
    """What the chapter's cells define, up to its training."""
    read = read_chapter(PROJECT / "content" / "14-a-gpt.md")
    solutions = {made.starter.source: made.solution.source for made in read.exercises.values()}
    names: dict[str, Any] = {}
    for cell in read.cells:
        if "step = compile" in cell.source:
            break
        source = solutions.get(cell.source, cell.source)
        file = f"<cell {cell.number}>"  # `compile` reads the source that it traces
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        exec(builtins.compile(source, file, "exec"), names)
    return names


@pytest.mark.parametrize("way", ["eager", "compiled"])
def test_two_steps_of_the_gpt_are_pytorch_s(chapter: dict[str, Any], way: str) -> None:
    model = chapter["new_model"](seed=0)
    parameters = chapter["parameters_of"](model)
    loss_of = chapter["loss_of"](model)
    optimizer = Adam(parameters, lr=lambda k: 0.01 * (1 - k / 1000), betas=(0.85, 0.99))
    step = compile(loss_of, parameters)
    for k, name in enumerate(("anna", "emma")):
        tokens = chapter["tokens_of"](name)
        if way == "eager":
            optimizer.zero_grad()
            loss = loss_of(tokens)
            loss.backward()
            found = loss.data
        else:
            found = step(tokens)
        assert found == pytest.approx(RECORD["losses"][k], rel=1e-10)
        if k == 0:
            sizes = {
                table: sum(abs(w.grad) for row in rows for w in row)
                for table, rows in model.items()
            }
            assert sizes == pytest.approx(RECORD["gradients"], rel=1e-10)
        optimizer.step()
    after = {table: [w.data for row in rows for w in row][:20] for table, rows in model.items()}
    for table, numbers in RECORD["parameters"].items():
        assert after[table] == pytest.approx(numbers, rel=1e-8, abs=1e-12)
    last = loss_of(chapter["tokens_of"]("otto")).data
    assert last == pytest.approx(RECORD["losses"][2], rel=1e-8)
