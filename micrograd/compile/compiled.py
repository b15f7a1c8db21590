"""A compiled loss that can be trained, and a compiled model that can be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from micrograd.compile.checking import check_frozen, check_step, engines_error
from micrograd.compile.machine import Descent, StepFailed, best_evaluator, best_machine
from micrograd.compile.program import build, build_model
from micrograd.compile.webassembly.code import LONGEST_RUN
from micrograd.engine import Value
from micrograd.optim import Schedule


class Step:
    """A loss, compiled: one call is a whole forward and backward pass.

    Made by `compile`. The numbers are the engine's, to the last bit.

    Examples:
        >>> from micrograd.compile import compile
        >>> p = Value(0.0)
        >>> step = compile(lambda: (p - 3) ** 2, [p])
        >>> step(), p.grad
        (9.0, -6.0)
    """

    def __init__(self, loss: Value, parameters: Sequence[Value]) -> None:
        self.parameters = list(parameters)
        self.program = build(loss, self.parameters)
        self.machine = best_machine(self.program)
        loop = self.program.data_loop
        self._rows: list[tuple[float, ...]] = [] if loop is None else self.program.loops[loop].rows
        self._choices = {} if loop is None else self.program.loops[loop].choices

    def __repr__(self) -> str:
        return (
            f"<compiled step: {len(self.parameters)} parameters, {len(self._rows)} rows, "
            f"{self.machine.size} bytes of {self.backend}>"
        )

    @property
    def backend(self) -> str:
        """What the program runs as: "WebAssembly" or "Python"."""
        return self.machine.name

    @property
    def rows(self) -> list[tuple[float, ...]]:
        """The numbers in which the terms of the sum differ: a tuple for each term.

        They stand in the order in which a term uses them, so for
        `sum((model(x) - y) ** 2 for x, y in zip(xs, ys))` a row is the numbers of `x` and then `y`.
        Where terms pick one of several Values (the score of the row's class), the number says which
        of those that are picked in any term, counted from 0.
        Assign a list of the same shape to go on with other data. It is empty where no sum of terms
        of one shape was found.

        Raises (on assignment):
            ValueError: the number of rows, or of numbers in a row, is another; a number that picks
                names none.
        """
        return self._rows

    @rows.setter
    def rows(self, rows: Sequence[Sequence[float]]) -> None:
        checked = self._checked(rows)
        if len(checked) != len(self._rows):
            raise ValueError(f"rows got {len(checked)} rows, expected {len(self._rows)}")
        loop = self.program.data_loop
        assert loop is not None
        self._rows = checked
        self.machine.load(loop, checked)

    def _checked(self, rows: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
        if not self._rows:
            raise ValueError(
                "rows got data, but the compiled loss has no sum of terms of one shape"
            )
        width = len(self._rows[0])
        for k, row in enumerate(rows):
            if len(row) != width:
                raise ValueError(
                    f"rows got {len(row)} numbers in row {k}, expected {width}: {self._rows[0]}"
                )
            for column, count in self._choices.items():
                if row[column] not in range(count):
                    raise ValueError(
                        f"rows got {row[column]!r} as number {column} of row {k}, which picks one "
                        f"of {count}: expected a whole number from 0 to {count - 1}"
                    )
        return [tuple(map(float, row)) for row in rows]

    def __call__(self) -> float:
        """Run forward and backward at the parameters' present data.

        Returns:
            the loss. `grad` of the parameters is set, as after `zero_grad` and `backward`.

        Raises:
            ArithmeticError, ValueError: what the engine would raise for these numbers.
        """
        data = [parameter.data for parameter in self.parameters]
        try:
            loss, gradients = self.machine.step(data)
        except StepFailed as failed:
            raise self._engines_error(data, self._rows) from failed.__cause__
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = gradient
        return loss

    def train(
        self,
        steps: int,
        lr: float | Schedule = 0.1,
        *,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        rows: Sequence[Sequence[float]] | None = None,
    ) -> list[float]:
        """Run updates of gradient descent, all inside the compiled program.

        Args:
            steps: how many.
            lr: the learning rate, or a schedule: a function of the step's number, from 0 on.
            momentum: the part of the last update's direction that is kept.
            weight_decay: times the data is added to each gradient.
            rows: data of any length to walk through, in a circle, as many rows at a step as the
                compiled loss has terms (a minibatch).

        Returns:
            the losses, each from before its update. `data` and `grad` of the parameters are those
            after the last step.
        """
        losses: list[float] = []
        options = {"momentum": momentum, "weight_decay": weight_decay, "rows": rows}
        for part in self.slices(steps, lr, size=LONGEST_RUN, **options):  # type: ignore[arg-type]
            losses += part
        return losses

    def slices(
        self,
        steps: int,
        lr: float | Schedule = 0.1,
        *,
        size: int = 100,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        rows: Sequence[Sequence[float]] | None = None,
    ) -> Iterator[list[float]]:
        """Train as `train` does, `size` steps at a time, and yield the losses of each slice.

        Between two slices `data` and `grad` of the parameters are up to date, so a page can redraw,
        and the training can be left.
        """
        rates = [float(lr(k)) if callable(lr) else float(lr) for k in range(steps)]
        batches = None
        loop = self.program.data_loop
        if rows is not None:
            checked = self._checked(rows)
            width = len(self._rows)
            if len(checked) < width or len(checked) % width:
                raise ValueError(
                    f"train got {len(checked)} rows, expected a multiple of {width}, "
                    "the number of terms in the compiled loss"
                )
            batches = [checked[k : k + width] for k in range(0, len(checked), width)]
        velocity = [0.0] * len(self.parameters)
        size = min(size, LONGEST_RUN)
        for first in range(0, steps, size):
            gradients = [parameter.grad for parameter in self.parameters]
            descent = Descent([p.data for p in self.parameters], gradients, velocity)
            turned = None
            if batches is not None and loop is not None:
                shift = first % len(batches)
                turned = loop, batches[shift:] + batches[:shift]
            try:
                self.machine.train(
                    descent, rates[first : first + size], momentum, weight_decay, turned
                )
            except StepFailed as failed:
                self._store(descent)
                table = self._rows
                if turned is not None:
                    table = turned[1][len(descent.losses) % len(turned[1])]
                raise self._engines_error(descent.data, table) from failed.__cause__
            finally:
                if turned is not None:
                    self.machine.load(turned[0], self._rows)
            velocity = descent.velocity
            self._store(descent)
            yield descent.losses

    def _store(self, descent: Descent) -> None:
        pairs = zip(descent.data, descent.gradients, strict=True)
        for parameter, (number, gradient) in zip(self.parameters, pairs, strict=True):
            parameter.data = number
            parameter.grad = gradient

    def _engines_error(self, data: list[float], rows: list[tuple[float, ...]]) -> Exception:
        tables = [loop.rows for loop in self.program.loops]
        if self.program.data_loop is not None:
            for number in self.program.sharing(self.program.data_loop):
                tables[number] = rows
        return engines_error(self.program, data, tables)


class CompiledModel:
    """A model, compiled: one call gives its outputs for many points. Made by `compile_model`."""

    def __init__(self, model: Callable[..., Any], inputs: int, parameters: Sequence[Value]) -> None:
        self.parameters = list(parameters)
        self.inputs = inputs
        self.program, self.single = build_model(model, inputs, self.parameters)
        self.function = best_evaluator(self.program)

    def __call__(self, points: Sequence[Sequence[float]]) -> list[Any]:
        """The outputs at the parameters' present data.

        Args:
            points: as many as you like, each of as many numbers as the model has inputs.

        Returns:
            for each point the output, or the list of outputs where the model has several.
        """
        for k, point in enumerate(points):
            if len(point) != self.inputs:
                raise ValueError(f"point {k} got {len(point)} numbers, expected {self.inputs}")
        data = [parameter.data for parameter in self.parameters]
        outputs = self.function(data, points)
        return [row[0] for row in outputs] if self.single else list(map(list, outputs))


def compile_loss(loss: Value | Callable[[], Value], parameters: Sequence[Value]) -> Step:
    """Compile a loss into a step that can be called and trained.

    Args:
        loss: the loss as a Value, or a function without arguments that computes it.
        parameters: the leaves to train, say `model.parameters()`. Other leaves are constants.

    The first step is compared with the engine's.

    Raises:
        TypeError, ValueError: a parameter is no leaf, or is there twice.
        CompilationError: the graph cannot be frozen, or the compiled step differs.

    The graph is taken as it is: what Python decided while building it (an `if` on data, a number
    read from `.data`) stays as it was decided. Given a function, `compile` builds the graph at
    slightly different parameters too, and refuses one that comes out different.

    Examples:
        >>> from micrograd.compile import compile
        >>> p = Value(0.0)
        >>> step = compile(lambda: (p - 3) ** 2, [p])
        >>> losses = step.train(20, lr=0.1)
        >>> losses[0], round(p.data, 6)
        (9.0, 2.965412)
    """
    leaves = list(parameters)
    for k, leaf in enumerate(leaves):
        if not isinstance(leaf, Value) or leaf.operands:
            raise TypeError(f"parameter {k} is {leaf!r}, expected a Value that was not computed")
    if len(set(leaves)) < len(leaves):
        raise ValueError("parameters has a Value twice")
    if isinstance(loss, Value):
        root = loss
    else:
        build_loss = loss
        root = check_frozen(lambda: [build_loss()], leaves, "the loss")[0]
    step = Step(root, leaves)

    def single(other: Value, wanted: list[Value]) -> tuple[float, list[float]]:
        machine = best_machine(build(other, wanted))
        return machine.step([leaf.data for leaf in wanted])

    def first() -> tuple[float, list[float]]:
        return step.machine.step([leaf.data for leaf in leaves])

    with suppress(StepFailed):  # at data changed since the graph was built; a call will say so
        check_step(first, root, leaves, single)
    return step


def compile_model(
    model: Callable[..., Any], inputs: int, parameters: Sequence[Value] | None = None
) -> CompiledModel:
    """Compile a model for evaluation at many points.

    Args:
        model: takes a list of numbers and gives a Value or a list of Values.
        inputs: how many numbers.
        parameters: the leaves that may change between calls; by default `model.parameters()`.

    Examples:
        >>> from micrograd.nn import MLP
        >>> model = MLP(2, [1], output="linear")
        >>> model.load_parameters([1.0, -1.0, 0.5])
        >>> compile_model(model, 2)([[0.5, 0.5], [2.0, 1.0]])
        [0.5, 1.5]
    """
    if parameters is None:
        parameters = model.parameters()  # type: ignore[attr-defined]
    return CompiledModel(model, inputs, parameters)
