"""Give every scalar a cell, and make a loop of each group of definitions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.compiler.addresses import (
    MAX_AXES,
    Access,
    Table,
    address,
    find_nest,
    in_rows,
    stride_of,
)
from micrograd.compiler.backward import NONE
from micrograd.compiler.definitions import (
    Definitions,
    Gather,
    MapDefinition,
    MapForm,
    Operand,
    Scatter,
    ScatterForm,
    SumDefinition,
    SumForm,
)
from micrograd.compiler.graph import Graph
from micrograd.compiler.ir import Address, Loop, Map, Program, Store, Sum, Term

UNKNOWN = -1


@dataclass(slots=True)
class Encoding:
    """How an example's numbers become inputs and live entries.

    Attributes:
        inputs: for each input its place in the data flow.
        picks: for each live entry the place of the number that chooses, and the cells.
    """

    inputs: list[int]
    picks: list[tuple[int, list[int]]] = field(default_factory=list)


class Layout:
    """The cells of all ids; then the loops.

    Attributes:
        cells: for each id its cell.
    """

    def __init__(self, graph: Graph, definitions: Definitions, gradients: list[int]) -> None:
        self.graph = graph
        self.groups = sorted(definitions.groups.items(), key=lambda item: item[0].level)
        self.cells = cells = [UNKNOWN] * len(definitions.level)
        count = graph.parameters
        cells[:count] = range(count)
        for number, gradient in enumerate(gradients):
            if gradient != NONE:
                cells[gradient] = count + number
        self.size = count + len(gradients)
        inputs = sorted(graph.inputs)
        for number in (*graph.leaves, *inputs, *graph.constants):
            cells[number] = self.size
            self.size += 1
        self.encoding = Encoding([graph.inputs[number] for number in inputs])
        for (_, form), group in self.groups:
            self._place(form, group)
        live = sum(
            len(group) if form is Gather else sum(len(each.targets) for each in group)
            for (_, form), group in self.groups
            if form is Gather or is_live(form)
        )
        self.table = Table(live)
        self.bases: dict[int, tuple[Any, list[int]]] = {}
        self.loops: list[Loop] = []

    def _place(self, form: Hashable, group: Sequence[Any]) -> None:
        """Put what a group stores side by side: first results of all definitions, then slopes."""
        if isinstance(form, MapForm):
            lanes = form.lanes
            for k in range(len(form.stored)):
                for definition in group:
                    self._place_lanes(definition.targets[k], lanes)
        elif form is Gather:
            for definition in group:
                self._place_lanes(definition.target, 1)
        elif isinstance(form, SumForm):
            for definition in group:
                self._place_lanes(definition.target, form.lanes)

    def _place_lanes(self, first: int, lanes: int) -> None:
        size, cells = self.size, self.cells
        if lanes == 1:
            if cells[first] == UNKNOWN:
                cells[first] = size
                self.size = size + 1
        elif cells[first] == UNKNOWN and max(cells[first : first + lanes]) == UNKNOWN:
            cells[first : first + lanes] = range(size, size + lanes)
            self.size = size + lanes + 2 * (lanes % 32 == 0)  # so that rows share no cache lines
        else:
            for number in range(first, first + lanes):
                self._place_lanes(number, 1)

    def make_loops(self) -> None:
        """Make a loop of each group."""
        for (_, form), group in self.groups:
            if isinstance(form, MapForm):
                self._map(form, group)
            elif form is Gather:
                self._gather(group)
            elif isinstance(form, ScatterForm):
                self._scatter(group)
            elif isinstance(form, SumForm):
                self._sum(form, group)

    def row(self, operand: Operand) -> Sequence[int]:
        """The cells of an id or of a vector."""
        if type(operand) is int:
            return (self.cells[operand],)
        known = self.bases.get(id(operand))
        if known is not None:
            return known[1]
        if type(operand) is range and operand.step > 0:
            row = self.cells[operand.start : operand.stop : operand.step]
        else:
            row = [self.cells[number] for number in operand]  # type: ignore[union-attr]
        self.bases[id(operand)] = operand, row
        return row

    def _nested(self, accesses: Sequence[Access], axes: int) -> tuple[int, ...]:
        sequences = {tuple(access.bases): None for access in accesses}
        count = len(accesses[0].bases)
        return find_nest(count, list(sequences), axes)

    def _map(self, form: MapForm, group: Sequence[MapDefinition]) -> None:
        lanes = form.lanes
        accesses = []
        for k, vector in enumerate(form.vectors):
            operands = [definition.operands[k] for definition in group]
            accesses.append(self._lane_access(operands, lanes, vector))
        for k in range(len(form.stored)):
            targets: list[Operand] = [definition.targets[k] for definition in group]
            if lanes > 1:
                targets = [range(first, first + lanes) for first in targets]  # type: ignore[arg-type, operator]
            accesses.append(self._lane_access(targets, lanes, lanes > 1))
        inner = () if lanes == 1 else (lanes,)
        nest = self._nested(accesses, MAX_AXES - len(inner))
        addresses = [address(access, nest, self.table) for access in accesses]
        count = len(form.vectors)
        stores = tuple(map(Store, form.stored, addresses[count:]))
        loop = Map((*nest, *inner), tuple(addresses[:count]), form.body, stores)
        self.loops.append(loop)

    def _lane_access(self, operands: Sequence[Operand], lanes: int, vector: bool) -> Access:
        """The access to one cell in each lane of each member."""
        rows = [self.row(operand) for operand in operands]
        if lanes == 1:
            return Access([row[0] for row in rows], (), ())
        if not vector:
            return Access([row[0] for row in rows], (0,), ())
        return in_rows(rows)

    def _gather(self, group: Sequence[Gather]) -> None:
        entry = len(self.encoding.picks)
        for definition in group:
            self._pick(definition.choice, None)
        target = Access([self.cells[each.target] for each in group], (), ())
        nest = (len(group),)
        source = Address(0, (0,), entry, (1,))
        stores = (Store(0, address(target, nest, self.table)),)
        self.loops.append(Map(nest, (source,), (), stores))

    def _pick(self, number: int, gradients: dict[int, int] | None) -> None:
        """Add a live entry: the cell of what a choice picks, or of its gradient."""
        choice = self.graph.choices[number]
        ids = choice.candidates
        cells = self.cells
        if gradients is None:
            picked = [cells[each] for each in ids]
        else:
            picked = [cells[gradients[each]] for each in ids]
        self.encoding.picks.append((choice.place, picked))

    def _scatter(self, group: Sequence[Scatter]) -> None:
        count = len(group[0].targets)
        entry = len(self.encoding.picks)
        left = in_rows([self.row(each.left) for each in group])
        right = in_rows([self.row(each.right) for each in group])
        if group[0].live:
            for each in group:
                for number in each.targets:
                    self._pick(number, each.cells)
            nest = self._nested((left, right), MAX_AXES - 1)
            strides = (0,) * len(nest)
            steps = [count]
            for extent in reversed(nest[1:]):
                steps.insert(0, steps[0] * extent)
            target = Address(0, (*strides, 0), entry, (*steps, 1))
        else:
            rows = [[self.cells[number] for number in each.targets] for each in group]
            access = in_rows(rows)
            nest = self._nested((left, right, access), MAX_AXES - 1)
            target = address(access, nest, self.table)
        term = Term(
            1,
            with_axis(address(left, nest, self.table)),
            with_axis(address(right, nest, self.table)),
        )
        self.loops.append(Sum((*nest, count), target, target, (term,), in_order=True))

    def _sum(self, form: SumForm, group: Sequence[SumDefinition]) -> None:
        lanes = form.lanes
        vector = lanes > 1
        targets: list[Operand] = [
            range(each.target, each.target + lanes) if vector else each.target for each in group
        ]
        accesses = [self._lane_access(targets, lanes, vector)]
        start: float | None = None
        first = group[0].start
        if type(first) is float:
            start = first
        else:
            starts: Any = [each.start for each in group]
            accesses.append(self._lane_access(starts, lanes, type(first) is not int))
        columns = len(accesses)
        shapes = []
        for k, segment in enumerate(group[0].segments):
            if segment.left is not None:
                accesses.append(self._column([each.segments[k].left for each in group], lanes))
            accesses.append(self._column([each.segments[k].right for each in group], lanes))
            shapes.append((len(segment.right), segment.left is not None))
        inner = (lanes,) if vector else ()
        nest = self._nested(accesses, MAX_AXES - len(inner))
        addresses = [address(access, nest, self.table) for access in accesses]
        terms = []
        at = columns
        for count, has_left in shapes:
            right = addresses[at + has_left]
            left = addresses[at] if has_left else right
            terms.append(Term(count, left, right if has_left else None))
            at += 1 + has_left
        begin = start if start is not None else addresses[1]
        self.loops.append(Sum((*nest, *inner), addresses[0], begin, tuple(terms)))

    def _column(self, columns: Sequence[Any], lanes: int) -> Access:
        """The access to the factors of a term: axes of a row are lanes (if any) and the term."""
        leading = (0,) if lanes > 1 else ()
        if type(columns[0]) is not list:
            return in_rows([self.row(column) for column in columns], leading)
        rows = []
        known: dict[int, list[int]] = {}
        strides: set[int | None] = set()
        seen: set[int] = set()
        for column in columns:
            row = known.get(id(column))
            if row is None:
                cells = [self.row(vector) for vector in column]
                for vector, lane_cells in zip(column, cells, strict=True):
                    if id(vector) not in seen:
                        seen.add(id(vector))
                        strides.add(stride_of(lane_cells))
                row = known[id(column)] = [lane_cells[0] for lane_cells in cells]
            rows.append(row)
        if len(strides) == 1 and None not in strides:
            (stride,) = strides
            return in_rows(rows, (stride or 0,))
        full = []
        for column in columns:
            cells = [self.row(vector) for vector in column]
            full.append([lane_cells[lane] for lane in range(lanes) for lane_cells in cells])
        lengths = (lanes, len(columns[0]))
        return Access([row[0] for row in full], (), lengths, rows=full)

    def program(self, outputs: Sequence[int], gradients: int) -> Program:
        """The finished program."""
        self.make_loops()
        graph = self.graph
        return Program(
            parameters=graph.parameters,
            gradients=gradients,
            leaves=len(graph.leaves),
            inputs=len(self.encoding.inputs),
            constants=list(graph.constants.values()),
            cells=self.size,
            table=self.table.entries,
            live=self.table.live,
            loops=self.loops,
            outputs=[self.cells[number] for number in outputs],
        )


def with_axis(place: Address) -> Address:
    """An address with one more axis, along which it stays."""
    steps = (*place.table_strides, 0) if place.start is not None else ()
    return Address(place.base, (*place.strides, 0), place.start, steps)


def is_live(form: Hashable) -> bool:
    """Whether definitions of a form have live targets."""
    return isinstance(form, ScatterForm) and form.live
