"""Definitions: what every scalar of forward and backward pass is, with a level for each.

A definition is a pointwise operation (`Pointwise`) or an ordered sum of products (`OrderedSum`) in
one or several lanes. Its level is one more than the highest level that it reads, so definitions of
one level do not depend on each other, and those of one form can become one loop.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from micrograd.compiler.graph import Graph, Vector
from micrograd.compiler.ir import Instruction

Operand = int | Vector
"""An id, the same in each lane, or a vector of as many ids as there are lanes."""


class MapForm(NamedTuple):
    """What pointwise definitions of one loop have in common."""

    body: tuple[Instruction, ...]
    stored: tuple[int, ...]
    lanes: int
    vectors: tuple[bool, ...]
    """For each operand whether it differs from lane to lane."""


class MapDefinition(NamedTuple):
    """`targets` (first ids of what is stored) from operands."""

    operands: tuple[Operand, ...]
    targets: tuple[int, ...]


class Gather(NamedTuple):
    """The scalar that a choice picks."""

    choice: int
    target: int


class Segment(NamedTuple):
    """A run of terms of one kind: `right[k]`, or `left[k] * right[k]` where there are lefts."""

    left: Sequence[Operand] | None
    right: Sequence[Operand]


class SumDefinition(NamedTuple):
    """`target` = start + … in each lane."""

    start: Operand | float
    segments: tuple[Segment, ...]
    target: int


class Scatter(NamedTuple):
    """Gradients that are added in order.

    Targets are ids of gradients, or where `live` numbers of choices; then the gradient of the
    scalar that the choice picks, `cells` of its id, is meant.
    """

    targets: Sequence[int]
    left: Vector
    right: Vector
    live: bool
    cells: dict[int, int]


class SumForm(NamedTuple):
    """What ordered sums of one loop have in common."""

    lanes: int
    fixed: bool
    """Whether the targets are parameters' gradients, which have cells of their own."""
    start: str | bool
    """The number that they begin with; or whether it is one id, and not one for each lane."""
    segments: tuple[tuple[int, int, int], ...]
    """For each segment the kinds of its columns, and how many terms it has."""


class ScatterForm(NamedTuple):
    """What scatters of one loop have in common."""

    targets: int
    live: bool


class Form(NamedTuple):
    """The key of a loop: definitions of one level and form."""

    level: int
    form: Hashable


class Definitions:
    """All definitions, in an order in which they can be computed.

    Attributes:
        level: for each id its level; 0 for what is there before the program runs.
        groups: for each form the definitions.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.level = [0] * graph.size
        self.groups: dict[Form, list[Any]] = {}
        self.vector_levels: dict[int, tuple[Any, int]] = {}
        self.constants: dict[str, int] = {repr(x): k for k, x in graph.constants.items()}

    def new_ids(self, count: int) -> int:
        """The first of so many new ids in a row."""
        first = len(self.level)
        self.level.extend([0] * count)
        return first

    def constant(self, x: float) -> int:
        """The id of a constant."""
        found = self.constants.get(repr(x))
        if found is None:
            found = self.constants[repr(x)] = self.new_ids(1)
            self.graph.constants[found] = x
        return found

    def level_of(self, operand: Operand | list[Vector]) -> int:
        """The highest level of the ids."""
        level = self.level
        if type(operand) is int:
            return level[operand]
        known = self.vector_levels.get(id(operand))
        if known is not None:
            return known[1]
        if type(operand) is list:  # a column of vectors
            highest = max(map(self.level_of, operand))
        elif type(operand) is range and operand.step > 0:
            highest = max(level[operand.start : operand.stop : operand.step])
        else:
            highest = max([level[k] for k in operand])  # type: ignore[union-attr, index]
        self.vector_levels[id(operand)] = operand, highest
        return highest

    def append(self, level: int, form: Hashable, definition: Any) -> None:
        """Put a definition into its group."""
        key = Form(level, form)
        group = self.groups.get(key)
        if group is None:
            self.groups[key] = [definition]
        else:
            group.append(definition)

    def map(
        self,
        body: tuple[Instruction, ...],
        stored: tuple[int, ...],
        operands: tuple[Operand, ...],
        lanes: int,
        targets: tuple[int, ...],
    ) -> None:
        """Define pointwise results."""
        level = 0
        for operand in operands:
            level = max(level, self.level_of(operand))
        level += 1
        for target in targets:
            if lanes == 1:
                self.level[target] = level
            else:
                self.level[target : target + lanes] = [level] * lanes
        vectors = tuple([type(operand) is not int for operand in operands])
        form = MapForm(body, stored, lanes, vectors)
        self.append(level, form, MapDefinition(operands, targets))

    def gather(self, choice: int, target: int) -> None:
        """Define what a choice picks."""
        level = 1 + self.level_of(self.graph.choices[choice].candidates)
        self.level[target] = level
        self.append(level, Gather, Gather(choice, target))

    def sum(
        self,
        start: Operand | float,
        segments: tuple[Segment, ...],
        target: int,
        lanes: int = 1,
        fixed: bool = False,
    ) -> None:
        """Define an ordered sum; `fixed` where the target is a parameter's gradient."""
        level_of = self.level_of
        level = 0 if isinstance(start, float) else level_of(start)
        kinds = []
        for left, right in segments:
            for column in (left, right):
                if column is None:
                    continue
                level = max(level, level_of(column))  # type: ignore[arg-type]
            kinds.append((kind_of(left), kind_of(right), len(right)))
        level += 1
        if lanes == 1:
            self.level[target] = level
        else:
            self.level[target : target + lanes] = [level] * lanes
        begins = repr(start) if type(start) is float else type(start) is int
        form = SumForm(lanes, fixed, begins, tuple(kinds))
        self.append(level, form, SumDefinition(start, segments, target))

    def scatter(self, scatter: Scatter, cells: Sequence[int]) -> None:
        """Add in order to cells, of which some or all may be picked."""
        level = 1 + max(
            self.level_of(scatter.left),
            self.level_of(scatter.right),
            max(self.level[cell] for cell in cells),
        )
        for cell in cells:
            self.level[cell] = level
        self.append(level, ScatterForm(len(scatter.targets), scatter.live), scatter)


def kind_of(column: Sequence[Operand] | None) -> int:
    """0 for no factors, 1 for one id in each term, 2 for a vector in each term."""
    if column is None:
        return 0
    return 2 if type(column) is list else 1
