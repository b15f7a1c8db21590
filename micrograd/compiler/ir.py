"""Programs: loops over cells of memory, which any backend can print.

A program works on one row of cells, each a float, and on a table of whole numbers. Its first cells
are the parameters, then their gradients, then other leaves, arguments and constants; every loop
writes cells that later loops read. Whatever the graph was (rows, layers, positions, heads), it is
loops of two kinds: `Map`, the same elementary operations in each round, and `Sum`, an ordered sum
of products in each round.

`verifier.verify_program` says whether a program keeps the rules below, and `str(program)` is the
program as text.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Op(Enum):
    """An elementary operation on floats; the value is how it is written."""

    LITERAL = "literal"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    """Fails for a divisor of 0."""
    NEGATE = "neg"
    ABSOLUTE = "abs"
    TANH = "tanh"
    EXP = "exp"
    """Fails where a finite operand gives infinity."""
    LOG = "log"
    """Fails for an operand of 0 or less."""
    POW = "pow"
    """Fails where `math.pow` raises: finite operands that give infinity or nan."""
    SQRT = "sqrt"
    """Fails for an operand below 0."""
    SIN = "sin"
    """Fails for an infinite operand."""
    COS = "cos"
    """Fails for an infinite operand."""
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    EQUAL = "=="
    NOT_EQUAL = "!="

    @property
    def is_choice(self) -> bool:
        """Whether it compares two operands and then is its third (true) or its fourth (false)."""
        return self in CHOICES

    @property
    def arity(self) -> int:
        """How many operands it has."""
        return ARITY[self]

    @property
    def may_fail(self) -> bool:
        """Whether the engine raises for some operands; then the program must fail too."""
        return self in MAY_FAIL


CHOICES = frozenset({Op.LESS, Op.LESS_EQUAL, Op.GREATER, Op.GREATER_EQUAL, Op.EQUAL, Op.NOT_EQUAL})
MAY_FAIL = frozenset({Op.DIVIDE, Op.EXP, Op.LOG, Op.POW, Op.SQRT, Op.SIN, Op.COS})
BINARY = frozenset({Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE, Op.POW})
ARITY = {
    op: 0 if op is Op.LITERAL else 4 if op in CHOICES else 2 if op in BINARY else 1 for op in Op
}


class Instruction(NamedTuple):
    """One elementary operation in a body.

    Arguments are numbers of values: first the loop's operands, then the results of the
    instructions in order. A literal has no arguments but a `value`.
    """

    op: Op
    arguments: tuple[int, ...] = ()
    value: float = 0.0


class Address(NamedTuple):
    """Which cell an operand is in each round: affine, or read from the table.

    In the round with the counters `i`, the cell is
    `base + Σ strides[d] * i[d]`, plus `table[start + Σ table_strides[d] * i[d]]` where `start` is
    not None. There is one stride for each axis of the loop (and, in a term, one more at the end
    for the axis that it sums over).
    """

    base: int
    strides: tuple[int, ...]
    start: int | None = None
    table_strides: tuple[int, ...] = ()

    @property
    def is_affine(self) -> bool:
        """Whether the table is not needed."""
        return self.start is None

    def cell(self, table: array[int], counters: tuple[int, ...]) -> int:
        """The cell in one round."""
        place = self.base
        for stride, i in zip(self.strides, counters, strict=True):
            place += stride * i
        if self.start is not None:
            entry = self.start
            for stride, i in zip(self.table_strides, counters, strict=True):
                entry += stride * i
            place += table[entry]
        return place

    def __str__(self) -> str:
        names = "ijklmn"
        parts = [
            f"{stride}*{names[d]}" if stride != 1 else names[d]
            for d, stride in enumerate(self.strides)
            if stride
        ]
        if self.start is not None:
            entries = [
                f"{stride}*{names[d]}" if stride != 1 else names[d]
                for d, stride in enumerate(self.table_strides)
                if stride
            ]
            parts.append(f"T[{' + '.join([str(self.start), *entries])}]")
        return f"m[{' + '.join([*([str(self.base)] if self.base or not parts else []), *parts])}]"


class Store(NamedTuple):
    """A result of a body that is kept: which value, and in which cell."""

    value: int
    target: Address


@dataclass(slots=True)
class Map:
    """The same instructions in each round, rounds in any order.

    Attributes:
        extents: how many rounds along each axis; the last axis is the innermost.
        operands: what the body reads; values 0 to len(operands) - 1.
        body: the instructions.
        stores: what is kept. No cell is stored twice, and none is one that the loop reads.
    """

    extents: tuple[int, ...]
    operands: tuple[Address, ...]
    body: tuple[Instruction, ...]
    stores: tuple[Store, ...]


class Term(NamedTuple):
    """`count` products (or numbers, where `right` is None) that a sum adds, in order.

    The addresses have one stride more than the loop has axes: the last is along the term.
    """

    count: int  # type: ignore[assignment]
    left: Address
    right: Address | None


@dataclass(slots=True)
class Sum:
    """In each round `target = start + left * right + left * right + …`, added one by one, in order.

    Each product is rounded before it is added (no fused multiply-add).

    Attributes:
        extents: how many rounds along each axis.
        target: the cell that the sum is stored to.
        start: what it begins with: a cell, or a number. Where it is the target itself (`start ==
            target`) the sum is added to what stands there.
        terms: what is added, one after the other.
        in_order: the rounds must run in order, for several may have the same target (which then is
            also the start). Where it is False, rounds may run in any order or side by side: targets
            differ and are read by no term.
    """

    extents: tuple[int, ...]
    target: Address
    start: Address | float
    terms: tuple[Term, ...]
    in_order: bool = False


Loop = Map | Sum


@dataclass(slots=True)
class Program:
    """Forward and backward pass of one traced function, for arguments of one shape.

    The cells, in this order: parameters, their gradients (none where the program only evaluates),
    leaves, inputs, constants, and what the loops store. The table's first `live` entries are
    written anew for each example (cells picked by data), the others never change.

    Attributes:
        parameters: how many.
        gradients: as many, or 0.
        leaves: how many other Values, whose data are read at each call.
        inputs: how many numbers an example has, after Python's arithmetic on the arguments.
        constants: the numbers that stand behind the inputs.
        cells: how many cells in all.
        table: the table; the live entries stand first and hold the traced example's.
        live: how many entries of the table change from example to example.
        loops: what to run, in order.
        outputs: the cells of the results; the loss is the first. May be any cells.
        code: what backends made of it, by their names: a program may be loaded again and again.

    All cells are 0.0 before the first run, and a gradient that no loop stores stays so.
    """

    parameters: int
    gradients: int
    leaves: int
    inputs: int
    constants: list[float]
    cells: int
    table: array[int]
    live: int
    loops: list[Loop]
    outputs: list[int]
    code: dict[str, bytes] = field(default_factory=dict, compare=False)

    @property
    def first_gradient(self) -> int:
        """The cell of the first gradient."""
        return self.parameters

    @property
    def first_leaf(self) -> int:
        """The cell of the first leaf."""
        return self.parameters + self.gradients

    @property
    def first_input(self) -> int:
        """The cell of the first input."""
        return self.first_leaf + self.leaves

    @property
    def first_constant(self) -> int:
        """The cell of the first constant."""
        return self.first_input + self.inputs

    @property
    def first_stored(self) -> int:
        """The first cell behind the constants."""
        return self.first_constant + len(self.constants)

    def __str__(self) -> str:
        lines = [
            f"program: {self.cells} cells = {self.parameters} parameters, {self.gradients} "
            f"gradients, {self.leaves} leaves, {self.inputs} inputs, {len(self.constants)} "
            f"constants, {self.cells - self.first_stored} stored; table {len(self.table)}, "
            f"live {self.live}"
        ]
        for loop in self.loops:
            rounds = " ".join(
                f"{name} in {extent}" for name, extent in zip("ijklmn", loop.extents, strict=False)
            )
            lines.append(f"for {rounds or 'once'}:")
            lines += [f"    {line}" for line in lines_of(loop)]
        lines.append(f"outputs: {self.outputs}")
        return "\n".join(lines)


def lines_of(loop: Loop) -> Iterator[str]:
    """The text of a loop's body."""
    if isinstance(loop, Sum):
        yield f"{loop.target} = {loop.start}{' in order' if loop.in_order else ''}"
        inner = "ijklmn"[len(loop.extents)]
        for term in loop.terms:
            product_text = f"{term.left}" + ("" if term.right is None else f" * {term.right}")
            yield f"  + Σ {inner} in {term.count}: {product_text}"
        return
    for k, operand in enumerate(loop.operands):
        yield f"v{k} = {operand}"
    for k, (op, arguments, value) in enumerate(loop.body, len(loop.operands)):
        names = [f"v{a}" for a in arguments]
        if op is Op.LITERAL:
            yield f"v{k} = {value!r}"
        elif op.is_choice:
            yield f"v{k} = {names[2]} if {names[0]} {op.value} {names[1]} else {names[3]}"
        else:
            yield f"v{k} = {op.value}({', '.join(names)})"
    for store in loop.stores:
        yield f"{store.target} = v{store.value}"
