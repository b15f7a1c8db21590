"""The models of part two compute what PyTorch computes, and so do two of their training steps."""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import json
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from book.chapter import read_chapter

from micrograd import SGD, Value, compile
from micrograd.optim import Adam
from micrograd.pytorch import to_pytorch
from tests.engine import small_gpt

PROJECT = Path(__file__).parents[2]
RECORD = json.loads((PROJECT / "tests/engine/pytorch.json").read_text(encoding="utf-8"))
Rows = list[list[Value]]


def names_of(chapter: str, end: str) -> dict[str, Any]:
    """What a chapter's cells define, up to the one with `end`, without trainings on the way."""
    read = read_chapter(PROJECT / "content" / chapter)
    solutions = {made.starter.source: made.solution.source for made in read.exercises.values()}
    names: dict[str, Any] = {}
    for cell in read.cells:
        if end in cell.source:
            return names
        source = solutions.get(cell.source, cell.source)
        if ".train(" in source:
            continue
        file = f"<{chapter} {cell.number}>"  # `compile` reads the source that it traces
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        exec(builtins.compile(source, file, "exec"), names)
    raise AssertionError(f"{chapter} has no cell with {end!r}")


def layers_of(model: Any) -> list[Rows]:
    """Weights and biases of each layer."""
    found: list[Rows] = []
    for layer in model.layers:
        found += [[neuron.w for neuron in layer.neurons], [[neuron.b for neuron in layer.neurons]]]
    return found


@pytest.fixture(scope="module")
def gpt() -> dict[str, Any]:
    """Chapter 14, up to its training."""
    return names_of("14-a-gpt.md", "step = compile")


@pytest.fixture(scope="module")
def digits() -> dict[str, Any]:
    """Chapter 10, up to its training."""
    return names_of("10-digits.md", "losses = step.train")


@pytest.fixture(scope="module")
def letters() -> dict[str, Any]:
    """Chapter 12, up to the training of its network."""
    return names_of("12-one-letter-after-another.md", "step = compile(loss_of, parameters)")


def check(
    way: str,
    loss_of: Callable[..., Value],
    parts: list[Rows],
    optimizer: Any,
    batches: list[Any],
    record: Any,
) -> None:
    """Take a step for each batch but the last, and compare with what PyTorch computed."""
    parameters = [number for rows in parts for row in rows for number in row]
    before = [p.data for p in parameters]
    step = compile(loss_of, parameters)
    for k, batch in enumerate(batches[:-1]):
        if way == "eager":
            optimizer.zero_grad()
            loss = loss_of(*batch)
            loss.backward()
            found = loss.data
        else:
            found = step(*batch)
        assert found == pytest.approx(record["losses"][k], rel=1e-10)
        if k == 0:
            sizes = [sum(abs(w.grad) for row in rows for w in row) for rows in parts]
            assert sizes == pytest.approx(record["gradients"], rel=1e-10)
        optimizer.step()
    for rows, numbers in zip(parts, record["parameters"], strict=True):
        assert [w.data for row in rows for w in row][: len(numbers)] == pytest.approx(
            numbers, rel=1e-8, abs=1e-12
        )
    assert loss_of(*batches[-1]).data == pytest.approx(record["losses"][-1], rel=1e-8)
    for p, data in zip(parameters, before, strict=True):
        p.data = data


@pytest.mark.parametrize("way", ["eager", "compiled"])
def test_two_steps_of_the_gpt_are_pytorch_s(gpt: dict[str, Any], way: str) -> None:
    model = gpt["new_model"](seed=0)
    optimizer = Adam(
        gpt["parameters_of"](model), lr=lambda k: 0.01 * (1 - k / 1000), betas=(0.85, 0.99)
    )
    batches = [(gpt["tokens_of"](name),) for name in ("anna", "emma", "otto")]
    record = RECORD["gpt"]
    in_order = {
        part: [record[part][table] for table in model] for part in ("gradients", "parameters")
    }
    check(way, gpt["loss_of"](model), [*model.values()], optimizer, batches, record | in_order)


@pytest.mark.parametrize("way", ["eager", "compiled"])
def test_two_steps_of_the_digits_are_pytorch_s(digits: dict[str, Any], way: str) -> None:
    model, batches = digits["model"], digits["minibatches"](digits["training"])[:3]

    def loss_of(images: Any, labels: Any) -> Any:
        return digits["softmax_cross_entropy"]([model(image) for image in images], labels)

    optimizer = SGD(model.parameters(), lr=0.5)
    check(way, loss_of, layers_of(model), optimizer, batches, RECORD["digits"])


@pytest.mark.parametrize("way", ["eager", "compiled"])
def test_two_steps_of_the_letters_are_pytorch_s(letters: dict[str, Any], way: str) -> None:
    parts = [letters["embedding"], *layers_of(letters["network"])]
    optimizer = Adam(letters["parameters"], lr=lambda k: 0.05 * (1 - k / 1500))
    check(way, letters["loss_of"], parts, optimizer, letters["batches"][:3], RECORD["letters"])


def test_a_gpt_as_a_pytorch_module_gives_the_same_scores() -> None:
    """The scores were recorded by running the very source in PyTorch."""
    expected = RECORD["exported_gpt"]
    names = names_of("14-a-gpt.md", "step = compile")
    width, heads = small_gpt.WIDTH, small_gpt.HEADS
    names.update(WIDTH=width, HEADS=heads, SIZE=width // heads)
    model = small_gpt.small_gpt()
    assert to_pytorch(model, heads=heads) == expected["source"]
    scores = [[score.data for score in row] for row in names["gpt"](small_gpt.TOKENS, model)]
    assert scores == [pytest.approx(row, rel=1e-10, abs=1e-10) for row in expected["scores"]]


if importlib.util.find_spec("torch"):

    def test_chapter_14s_gpt_runs_in_the_pytorch_that_is_installed(gpt: dict[str, Any]) -> None:
        torch: Any = importlib.import_module("torch")
        model = gpt["new_model"](seed=3)
        namespace: dict[str, Any] = {}
        exec(to_pytorch(model, heads=gpt["HEADS"]), namespace)
        tokens = [gpt["tokens_of"](name)[:-1] for name in ("anna", "emma", "otto")]
        theirs = namespace["model"](torch.tensor(tokens)).tolist()
        for one, scores in zip(tokens, theirs, strict=True):
            ours = [[score.data for score in row] for row in gpt["gpt"](one, model)]
            assert ours == [pytest.approx(row, rel=1e-10, abs=1e-10) for row in scores]
