"""What a program is made of: instructions, loops over rows, and the graph's nodes as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from micrograd.compile.program.tape import Tape


class Operand(NamedTuple):
    """What an instruction reads.

    Kinds: `temporary` (number `value`), `parameter` (number), `indexed` (the parameter that the
    row names in its column of indices), `column` (of the row's numbers), `output` (of a network's
    last layer), `literal` (the number itself), `node` (of a list of nodes), `terms` (those that
    loop `value` stored), `late` (not known before the loops have run).
    """

    kind: str
    value: float


class Instruction(NamedTuple):
    """`name` applied to operands gives temporary `target`.

    Names are those of `symbols.Step`, `gradient` (add the second operand to the gradient of the
    first, a parameter), `sum` (a start, if there is one, and the terms of a loop, added up) and
    `difference` (a start without the terms of a loop).
    """

    name: str
    target: int
    operands: tuple[Operand, ...]


ONE = Operand("literal", 1.0)

Numbers = tuple[int, ...] | range


class Node(NamedTuple):
    """A node of the graph as data: its operation, and its operands in the engine's order.

    Operands of the kind `node` are numbers of nodes in the same list; one of operation `sum` or
    `difference` has a `terms` operand, and a start if there is one; a `choice` is the operand that
    its first operand names, counted from 0. Where the weights and the bias of a weighted sum
    are parameters that all rows share, their numbers are `weights`, and `operands` the inputs.
    """

    operation: str
    operands: tuple[Operand, ...]
    plain_exponent: bool = False
    weights: Numbers = ()

    @property
    def all_operands(self) -> tuple[Operand, ...]:
        """The weights as operands too."""
        return (*(Operand("parameter", k) for k in self.weights), *self.operands)


@dataclass(slots=True)
class Loop:
    """One term of a sum, for each row of a table.

    Attributes:
        body: forward and backward of one term.
        outputs: what the body computes for the row; of a sum, the term.
        rows: the numbers in which the terms differ, a tuple for each term, first term first.
        indices: the parameters in which the terms differ, likewise.
        nodes: the term's graph, which `body` was made from.
        seed: the gradient of each term, where there is a backward pass.
    """

    body: list[Instruction]
    outputs: list[Operand]
    rows: list[tuple[float, ...]]
    indices: list[tuple[int, ...]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    seed: Operand | None = None
    tape: Tape | None = None
    """To write the body with, if it is not yet there."""

    @property
    def choices(self) -> dict[int, int]:
        """The columns that name an operand of a choice, and among how many."""
        return {
            int(node.operands[0].value): len(node.operands) - 1
            for node in self.nodes
            if node.operation == "choice" and node.operands[0].kind == "column"
        }


@dataclass(slots=True)
class Program:
    """One step: `sections` in turn. `loss` is then the result, gradients lie with the parameters.

    `nodes` is the part of the graph that no loop has.
    """

    parameters: int
    sections: list[list[Instruction] | Loop]
    loss: Operand
    tape: Tape
    nodes: list[Node] = field(default_factory=list)

    @property
    def loops(self) -> list[Loop]:
        """The sections that are loops, in the order in which they run."""
        return [section for section in self.sections if isinstance(section, Loop)]

    @property
    def data_loop(self) -> int | None:
        """The number of the loop whose rows are the data: the largest table of numbers.

        Of two loops over one table it is the one with a backward pass.
        """
        sizes = [(len(loop.rows) * len(loop.rows[0]), loop.seed is not None) for loop in self.loops]
        largest = max(sizes, default=(0, False))
        return sizes.index(largest) if largest[0] else None

    def sharing(self, number: int) -> list[int]:
        """The numbers of the loops over the same table as this one's, itself among them."""
        loops = self.loops
        return [k for k, loop in enumerate(loops) if loop.rows is loops[number].rows]
