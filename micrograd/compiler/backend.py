"""What a backend is to the rest of the compiler."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, NamedTuple, Protocol, TypeVar

from micrograd.compiler.ir import Program


class Example(NamedTuple):
    """The arguments of one call, as a program takes them.

    Attributes:
        inputs: the numbers for the input cells.
        picks: the whole numbers for the live entries of the table.
    """

    inputs: array[float]
    picks: array[int]


class StepFailed(Exception):
    """A run met operands for which the engine raises (`Op.may_fail`).

    Attributes:
        losses: in a training, those of the steps that were finished before.
    """

    def __init__(self, losses: Sequence[float] = ()) -> None:
        super().__init__(f"failed after {len(losses)} steps")
        self.losses = list(losses)


class Executable(Protocol):
    """A program that a backend has made ready to run.

    Executables of one backend object share the parameters (and gradients): the first cells.
    """

    program: Program
    size: int
    """Of the generated code, in bytes."""

    def run(
        self, parameters: Sequence[float], leaves: Sequence[float], example: Example
    ) -> tuple[list[float], list[float]]:
        """Run once; return outputs and gradients.

        Raises:
            StepFailed: see there.
        """

    def sweep(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
    ) -> Iterator[list[float]]:
        """Run for many examples without picks; yield the outputs of each.

        Args:
            parameters: their data.
            leaves: their data.
            inputs: of all examples, one after the other.
            count: how many examples.

        Raises:
            StepFailed: see there.
        """

    def sweep_flat(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
        singles: bool = False,
    ) -> array[float]:
        """Run as `sweep` does; return the outputs of all examples, one after another.

        Args:
            parameters: see `sweep`.
            leaves: see `sweep`.
            inputs: see `sweep`.
            count: see `sweep`.
            singles: in single precision.
        """


E = TypeVar("E", bound=Executable)


class Backend(Protocol[E]):
    """Makes executables of programs, and trains with them."""

    name: str

    def load(self, program: Program) -> E:
        """Make a program ready to run."""

    def train(
        self,
        parameters: Sequence[Any],
        steps: Sequence[tuple[E, Sequence[float], Example]],
        optimizer: Any,
    ) -> list[float]:
        """Run a step of the program and an update of the optimizer for each of `steps`.

        Args:
            parameters: the Values. Their data is read first and written last, also where a step
                fails; grad is written last.
            steps: for each step which executable, the leaves' data and the example.
            optimizer: an object of `micrograd.optim`, or any other with a method `step()` that
                reads `grad` and changes `data` of the parameters. Its state (moments, count of
                steps) is read first and written last.

        Returns:
            the losses (output 0), each from before its update.

        Raises:
            StepFailed: parameters, gradients and optimizer stand as before the step that failed;
                `losses` of the error are those of the steps before.
        """


data_of = attrgetter("data")


def set_all(parameters: Sequence[Any], name: str, numbers: Sequence[float]) -> None:
    """Set an attribute of each parameter: `data` or `grad`."""
    if len(parameters) != len(numbers):
        raise ValueError(f"{len(parameters)} parameters got {len(numbers)} numbers")
    deque(map(setattr, parameters, repeat(name), numbers), maxlen=0)  # no loop in Python: many


def are_same(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether two lists have the same objects."""
    return len(values) == len(others) and all(map(is_, values, others))
