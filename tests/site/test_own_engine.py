"""The reader's own engine: made of the exercises' pieces, compared with the book's, and trained."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from book.chapter import read_chapter
from settings import book

import micrograd
from micrograd import MLP, datasets
from micrograd.book.start_values import four_examples_parameters

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "content" / "own_engine.py"
# The source chapter's loss before the first update and at the twenty-fourth.
FIRST_LOSS, LAST_LOSS = 5.528238732749994, 0.015060754626918213


@pytest.fixture
def engines() -> dict[str, Any]:
    """The page's code for the reader's engine, not yet put in place."""
    names: dict[str, Any] = {"__name__": "tried"}
    exec(compile(SOURCE.read_text(encoding="utf-8"), str(SOURCE), "exec"), names)
    return names


@pytest.fixture(scope="module")
def solved() -> dict[str, str]:
    """The solutions of the exercises that are pieces, by piece."""
    return {
        exercise.piece: exercise.solution.source
        for chapter in map(read_chapter, sorted((ROOT / "content").glob("0*.md")))
        for exercise in chapter.exercises.values()
        if exercise.piece
    }


def test_the_chapters_make_every_piece_in_order(solved: dict[str, str]) -> None:
    assert tuple(solved) == book().own.pieces


def test_the_solutions_are_an_engine_that_trains_as_the_source_did(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    own = engines["made_of"](solved.items())
    model = own.MLP(3, [4, 4, 1])
    for parameter, number in zip(model.parameters(), four_examples_parameters(), strict=True):
        parameter.data = number
    losses = []
    for _ in range(24):
        loss = sum((model(x) - y) ** 2 for x, y in zip(*datasets.four_examples(), strict=True))
        losses.append(loss.data)
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= 0.1 * parameter.grad
    assert losses[0] == pytest.approx(FIRST_LOSS, rel=1e-12)
    assert losses[-1] == pytest.approx(LAST_LOSS, rel=1e-9)


BROKEN = [
    ("value", "self.data * other.data, operands", "self.data + other.data, operands", "a * b with"),
    ("operators", "(1 - t * t,)", "(1 - t,)", "a.tanh() with a = 0.7, b = -1.3: slope 1"),
    ("operators", "return -self + other", "return self - other", "3 - a with a = 0.7"),
    ("operators", "def relu", "def rectified", "a.relu() with a = 0.7, b = -1.3 raised Attribute"),
    (
        "backward",
        "operand.grad += slope",
        "operand.grad = slope",
        "after backward: a.grad is 1.0, expected 2.0",
    ),
    ("backward", "if node.operands:", "if False:", "after a second backward: "),
    ("neuron", "return [*self.w, self.b]", "return self.w", "Neuron(2) has 2 entries, expected 3"),
    ("neuron", "[*self.w, self.b]", "[self.b, *self.w]", "Neuron(2), its parameters set to"),
    ("neuron", "total.tanh()", "total", "output 1 is"),
    ("layer", "for _ in range(nout)", "for _ in range(nin)", "Layer(3, 2) has 12 entries"),
    (
        "network",
        "for layer in self.layers for",
        "for layer in self.layers[:2] for",
        "has 36 entries",
    ),
    ("network", "x = layer(x)", "x = self.layers[0](x)", "raised"),
    ("value", "class Value:", "class Value", "does not run: SyntaxError"),
]


@pytest.mark.parametrize(("piece", "right", "wrong", "words"), BROKEN)
def test_a_broken_piece_is_named(
    engines: dict[str, Any], solved: dict[str, str], piece: str, right: str, wrong: str, words: str
) -> None:
    assert right in solved[piece]
    broken = {**solved, piece: solved[piece].replace(right, wrong)}
    if words == "raised":  # layers do not fit: any difference will do
        words = f"piece '{piece}'"
    with pytest.raises(RuntimeError) as raised:
        engines["made_of"](broken.items())
    assert f"your piece '{piece}'" in str(raised.value)
    assert words in str(raised.value)


def test_the_books_compiler_takes_over_the_readers_graph(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    own = engines["made_of"](solved.items())
    model = own.MLP(3, [4, 4, 1])
    for parameter, number in zip(model.parameters(), four_examples_parameters(), strict=True):
        parameter.data = number
    xs, ys = datasets.four_examples()
    step = engines["Step"](
        lambda: sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)), model.parameters()
    )
    losses = step.train(steps=24, lr=0.1)
    assert losses[0] == pytest.approx(FIRST_LOSS, rel=1e-12)
    assert losses[-1] == pytest.approx(LAST_LOSS, rel=1e-9)
    assert step() == pytest.approx(
        sum((model(x).data - y) ** 2 for x, y in zip(xs, ys, strict=True)), rel=1e-12
    )


def test_every_operation_is_taken_over(engines: dict[str, Any], solved: dict[str, str]) -> None:
    own = engines["made_of"](solved.items())
    a, b = own.Value(0.7), own.Value(-1.3)
    step = engines["Step"](
        lambda: ((a * b + 3).tanh() - a / b).exp() + (a * a).log() + abs(b) + a.relu(), [a, b]
    )
    expected = math.exp(math.tanh(0.7 * -1.3 + 3) + 0.7 / 1.3) + math.log(0.49) + 1.3 + 0.7
    assert step() == pytest.approx(expected, rel=1e-12)
    assert micrograd.compile is engines["book"].compile, "nothing was put in place"


def test_a_network_that_ends_in_scores_is_the_readers_and_its_terms_are_found(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    """Without them a training on a hundred points is a program of 30,000 operations."""
    own = engines["made_of"](solved.items())
    xs, ys = datasets.moons(100)

    def losses(network: Any, compiled: Any) -> list[float]:
        random.seed(0)
        model = network(2, [4, 4, 1], activation="relu", output="linear")
        step = compiled(
            lambda: sum((1 - y * model(x)).relu() for x, y in zip(xs, ys, strict=True)) / 100,
            model.parameters(),
        )
        found: list[float] = step.train(steps=50, lr=0.3)
        assert len(getattr(step, "step", step).programs[0].loops) < 100
        return found

    readers = losses(
        lambda *sizes, **options: engines["Network"](own, *sizes, **options), engines["Step"]
    )
    assert readers == pytest.approx(losses(MLP, micrograd.compile), rel=1e-9)


def test_scores_of_the_readers_network_follow_its_parameters(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    own = engines["made_of"](solved.items())
    model = engines["Network"](own, 2, [3, 1], output="sigmoid")
    scores = engines["Scores"](model)
    point = [0.5, -1.0]
    for parameter in model.parameters():
        parameter.data = 0.25
    assert scores(point) == pytest.approx(model(point).data, rel=1e-12)


def letters_model(value: Any, softmax: Any) -> tuple[Any, list[Any]]:
    """A loss of pairs of letters by embeddings, of Values of a class; and its parameters."""
    draw = random.Random(1)
    table = [[value(draw.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
    out = [[value(draw.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]

    def scores(letter: Any) -> list[Any]:
        return [sum(w * x for w, x in zip(row, table[letter], strict=True)) for row in out]

    def loss(letters: Any) -> tuple[Any, list[Any]]:
        rows = [scores(letter) for letter in letters[:-1]]
        return softmax(rows, letters[1:]), rows[0]

    return loss, [p for row in table + out for p in row]


def test_a_loss_of_data_is_trained_as_the_readers_code_runs_it(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    own = engines["made_of"](solved.items())
    words = [[0, 1, 2, 3], [3, 2], [1, 1, 1]]

    def trained(value: Any, cross_entropy: Any, compiled: Any) -> list[Any]:
        loss, parameters = letters_model(value, cross_entropy)
        step = compiled(loss, parameters)
        adam = micrograd.optim.Adam(parameters, lr=0.05)
        found = [step(words[0])]
        found += step.train(words, steps=4, optimizer=adam)
        # The walk goes on where it was.
        for part in step.slices(words, steps=5, optimizer=adam, size=2):
            found += part
        found += step.train(words, steps=2, lr=0.1)
        first, row = found.pop(0)
        return [first, *row, *found, *(p.data for p in parameters), *(p.grad for p in parameters)]

    ours = trained(own.Value, engines["softmax_cross_entropy"], engines["EagerStep"])
    book = trained(micrograd.Value, micrograd.losses.softmax_cross_entropy, micrograd.compile)
    assert ours == pytest.approx(book, rel=1e-9)


def test_softmax_of_the_readers_values_is_the_books(
    engines: dict[str, Any], solved: dict[str, str]
) -> None:
    own = engines["made_of"](solved.items())
    numbers = [1000.0, 999.0, -1000.0]
    ours, books = map(own.Value, numbers), list(map(micrograd.Value, numbers))
    wanted = [p.data for p in micrograd.losses.softmax(books)]
    assert engines["EagerFunction"](engines["softmax"])(ours) == pytest.approx(wanted, rel=1e-12)
    assert [p.data for p in engines["softmax"](books)] == wanted
    for softmax in (engines["softmax"], micrograd.losses.softmax):
        with pytest.raises(ValueError, match="softmax got no logits"):
            softmax([])
    with pytest.raises(ValueError, match="expected a class from 0 to 0"):
        engines["softmax_cross_entropy"]([[own.Value(1.0)]], [1])


@pytest.fixture
def weight(
    engines: dict[str, Any], solved: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> Any:
    """Return a value of 3 of the reader's engine; nothing is printed yet."""
    value = engines["made_of"](solved.items()).Value(3.0)
    capsys.readouterr()  # what the pieces print
    return value


def test_a_long_training_says_how_long_it_takes_and_a_short_one_nothing(
    engines: dict[str, Any],
    weight: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = engines["EagerStep"](lambda x: (weight * x) ** 2, [weight])
    step.train([1.0, 2.0], steps=4, lr=0.1)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(engines["Progress"], "SHORT", 0.0)
    step.train([1.0, 2.0], steps=4, lr=0.1)
    assert "A step takes about" in capsys.readouterr().out


def test_calls_that_take_long_have_a_bar_and_a_few_none(
    engines: dict[str, Any],
    weight: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    function = engines["EagerFunction"](lambda x: weight * x)
    assert function(2.0) == 6.0
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(engines["Progress"], "SHORT", 0.0)
    assert function(4.0) == 12.0
    assert "HTML object" in capsys.readouterr().out
