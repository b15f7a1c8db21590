"""Lower the backward pass: each gradient becomes one ordered sum of what its users hand on.

Nodes are walked in the engine's order, last first, and each hands slope and gradient on to its
operands; so every sum has its terms in the order in which `Value.backward` adds them. Scalars that
are only ever used together (the inputs of a layer, the weights of a neuron) get one sum of many
lanes. What data can pick gets its gradient by a `Scatter`, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from micrograd.compiler.definitions import Definitions, Operand, Scatter, Segment
from micrograd.compiler.forward import (
    Analysis,
    Slope,
    any_of,
    operands_of,
    set_all,
    unseen_operands,
)
from micrograd.compiler.graph import Graph, Kind, Pointwise, Vector, vector_of

NONE = -1
"""In place of an id: no gradient has arrived."""


class Cluster:
    """Scalars that are picked from, and their picks: gradients are added in one order.

    Attributes:
        cells: ids of the gradients, by the id of the scalar.
        waiting: target (scalar or pick), slope and gradient of what was not yet added.
    """

    def __init__(self) -> None:
        self.members: list[int] = []
        self.cells: dict[int, int] = {}
        self.waiting: list[tuple[int, int | None, int]] = []


class Backward:
    """Lowers the gradients of one output.

    Attributes:
        entries: for each id what was handed on to it and is not yet added.
        vector_entries: the same for ranges that were handed something as a whole.
        partial: for each id the sum so far.
        whole: the same for all scalars of a range at once.
        split: ranges of which some scalars have sums of their own.
        tables: rows of weights (by the id() of all), and the inputs and gradients that were handed
            on to them and stand in no entries yet.
        table_of: for each such row the table.
        choice_of: the number of the choice that made an id, for picks.
    """

    def __init__(
        self,
        graph: Graph,
        analysis: Analysis,
        slopes: dict[int, tuple[Slope, ...]],
        definitions: Definitions,
        loss: int,
    ) -> None:
        self.graph = graph
        self.loss = loss
        self.analysis = analysis
        self.slopes = slopes
        self.definitions = definitions
        self.entries: dict[int, list[tuple[int | None, int]]] = {}
        self.vector_entries: dict[Vector, list[tuple[Slope, Operand]]] = {}
        self.partial: dict[int, int] = {}
        self.whole: dict[Vector, Vector] = {}
        self.split: set[Vector] = set()
        self.tables: dict[int, tuple[Sequence[Vector], list[tuple[Vector, Vector]]]] = {}
        self.table_of: dict[Vector, int] = {}
        self.columns: dict[tuple[int, ...], list[Any]] = {}
        self.touched: dict[Vector, dict[int, None]] = {}
        self.vector_at: list[Vector | None] = [None] * graph.size
        self.clusters: dict[int, Cluster] = {}
        self.choice_of: dict[int, int] = {}
        self.one = definitions.constant(1.0)
        self._find_clusters()
        self.reached = bytearray(graph.size)
        self.alone = bytearray(graph.size)
        self._find_reached()
        self._find_vectors()

    def run(self) -> list[int]:
        """Define all gradients.

        Returns:
            for each parameter the id of its gradient, or `NONE` where the loss does not use it.
        """
        graph, depends = self.graph, self.analysis.depends
        self._give(self.loss, None, self.one)
        for node in reversed(self.analysis.needed):
            first = graph.results[node]
            kind = graph.kinds[node]
            if not depends[first] or kind is Kind.PICK:
                continue
            lanes = graph.lanes[node]
            if lanes == 1:
                gradient = self._find(first)
                if gradient == NONE:
                    continue
                if type(kind) is Pointwise:
                    self._hand_on(node, gradient)
                elif kind is Kind.WEIGHTED_SUM:
                    self._weighted_sum(node, (gradient,))
                else:
                    self._to(graph.operands[node][0], self.slopes[node][0], gradient, False)
                continue
            if not any(self.reached[first : first + lanes]):
                continue
            gradients = self._find_all(first, lanes)
            if kind is Kind.WEIGHTED_SUM:
                self._weighted_sum(node, gradients)
            else:
                self._hand_on_lanes(node, gradients)
        return self._parameters()

    def _find_clusters(self) -> None:
        """Join what one choice picks from, and its pick, into clusters."""
        graph, depends = self.graph, self.analysis.depends
        for node in self.analysis.needed:
            if graph.kinds[node] is not Kind.PICK or not depends[graph.results[node]]:
                continue
            number = graph.operands[node][0]
            self.choice_of[graph.results[node]] = number
            candidates = graph.choices[number].candidates
            found = {id(c): c for c in map(self.clusters.get, candidates) if c is not None}
            cluster, *others = list(found.values()) or [Cluster()]
            for other in others:
                cluster.members += other.members
                for member in other.members:
                    self.clusters[member] = cluster
            for member in (*candidates, graph.results[node]):
                if member not in self.clusters:
                    self.clusters[member] = cluster
                    cluster.members.append(member)

    def _find_reached(self) -> None:
        """Find the ids that the loss uses; where only some lanes are used, operands stay alone."""
        graph, reached = self.graph, self.reached
        reached[self.loss] = 1
        seen: set[int] = set()
        for node in reversed(self.analysis.needed):
            first, lanes, kind = graph.results[node], graph.lanes[node], graph.kinds[node]
            results = reached[first : first + lanes]
            if not any(results) or kind is Kind.STOP:
                continue
            partly = not all(results)
            whole = unseen_operands(graph, node, seen) if not partly else operands_of(graph, node)
            for operand in whole:
                if isinstance(operand, int):
                    reached[operand] = 1
                elif not partly:
                    set_all(reached, operand, 1)
                else:
                    set_all(self.alone, operand, 1)
                    many = kind is Kind.WEIGHTED_SUM or len(operand) != lanes
                    for k, number in enumerate(operand):
                        if many or results[k]:
                            reached[number] = 1

    def _find_vectors(self) -> None:
        """Find ranges that are only used as a whole: those get gradients of many lanes."""
        graph, depends, alone = self.graph, self.analysis.depends, self.alone
        for member in self.clusters:
            alone[member] = 1
        layered: dict[Vector, None] = {}  # of nodes with lanes: these come first
        ranges: dict[Vector, None] = {}
        seen: set[int] = set()
        for node in self.analysis.needed:
            first, lanes = graph.results[node], graph.lanes[node]
            kind = graph.kinds[node]
            operands: Sequence[Any] = graph.operands[node]
            if not any(self.reached[first : first + lanes]) or kind is Kind.STOP:
                continue
            if type(kind) is not Pointwise or lanes > 1:
                operands = unseen_operands(graph, node, seen)
            for operand in operands:
                if type(operand) is not int:
                    if type(operand) is range and len(operand) > 1 and operand.step > 0:
                        (layered if lanes > 1 else ranges)[operand] = None
                    else:
                        set_all(alone, operand, 1)
        claimed = bytearray(graph.size)
        for each in (*layered, *ranges):
            where = slice(each.start, each.stop, each.step)  # type: ignore[union-attr]
            if all(depends[where]) and not any_of(alone, each) and not any_of(claimed, each):
                claimed[where] = b"\1" * len(each)
                self.vector_at[where] = [each] * len(each)

    def _find(self, number: int) -> int:
        """The id of a scalar's gradient, defined now that all its users have had their turn."""
        cluster = self.clusters.get(number)
        if cluster is not None:
            self._flush(cluster)
            return cluster.cells.get(number, NONE)
        vector = self.vector_at[number]
        if vector is not None:
            self._settle(vector)
            self._spread(vector)
        if number in self.entries:
            self._add_scalar(number)
        return self.partial.pop(number, NONE)

    def _find_all(self, first: int, lanes: int) -> Vector:
        """The ids of the gradients of a node with lanes."""
        vector = self.vector_at[first]
        if vector == range(first, first + lanes) and vector not in self.touched:
            self._settle(vector)
            ids = self.whole.pop(vector, None)
            if ids is not None:
                return ids
        return vector_of([self._find(number) for number in range(first, first + lanes)])

    def _settle(self, vector: Vector) -> None:
        """Add to a range what was handed on to it as a whole."""
        if vector in self.table_of:
            self._flush_table(self.table_of[vector])
        if vector in self.vector_entries:
            self._add_vector(vector)

    def _spread(self, vector: Vector) -> None:
        """Give each scalar of a range its own sum so far."""
        ids = self.whole.pop(vector, None)
        if ids is not None:
            self.partial.update(zip(vector, ids, strict=True))
            self.split.add(vector)

    def _add_vector(self, vector: Vector, fixed: bool = False) -> None:
        """Add what was handed on to a vector as a whole to the sums of its scalars."""
        terms = self.vector_entries.pop(vector)
        lanes = len(vector)
        start: Operand | float = self.whole.pop(vector, 0.0)
        if vector in self.split:
            self.split.remove(vector)
            begun = [self.partial.pop(number, None) for number in vector]
            zero = self.definitions.constant(0.0)
            start = vector_of([zero if each is None else each for each in begun])
        ids: Vector
        if start == 0.0 and len(terms) == 1 and terms[0][0] is None and not fixed:
            ids = terms[0][1]  # type: ignore[assignment]
        else:
            first = self.definitions.new_ids(lanes)
            ids = range(first, first + lanes)
            self.definitions.sum(start, self._segments(terms), first, lanes, fixed)
        self.whole[vector] = ids

    def _add_scalar(self, number: int, fixed: bool = False) -> None:
        """Add what was handed on to one scalar to its sum."""
        vector = self.vector_at[number]
        if vector is not None:
            self._spread(vector)
            self.split.add(vector)
        terms = self.entries.pop(number, [])
        start = self.partial.get(number)
        if start is None and len(terms) == 1 and terms[0][0] is None and not fixed:
            self.partial[number] = terms[0][1]
            return
        target = self.partial[number] = self.definitions.new_ids(1)
        begin = 0.0 if start is None else start
        self.definitions.sum(begin, self._segments(terms), target, fixed=fixed)

    def _segments(self, terms: Sequence[tuple[Slope, Operand]]) -> tuple[Segment, ...]:
        """Terms as runs of one kind: with or without left factor, one id or a vector in each."""
        if not terms:
            return ()
        lefts, rights = zip(*terms, strict=True)
        if are_alike(lefts) and are_alike(rights):
            left = None if lefts[0] is None else self._column(lefts)
            return (Segment(left, self._column(rights)),)
        return tuple(
            [
                segment
                for _, run in groupby(terms, kind_of_term)
                for segment in self._segments(list(run))
            ]
        )

    def _column(self, operands: tuple[Any, ...]) -> Any:
        """Ids as a tuple, vectors as a list (see `kind_of` of the definitions), equal ones once."""
        if type(operands[0]) is int:
            return operands
        key = tuple(map(id, operands))  # the list keeps them alive
        found = self.columns.get(key)
        if found is None:
            found = self.columns[key] = list(operands)
        return found

    def _give(self, number: int, slope: int | None, gradient: int) -> None:
        """Hand slope and gradient on to a scalar."""
        cluster = self.clusters.get(number) if self.clusters else None
        if cluster is not None:
            cluster.waiting.append((number, slope, gradient))
            return
        vector = self.vector_at[number]
        if vector is not None:
            self._settle(vector)
            self.touched.setdefault(vector, {})[number] = None
        terms = self.entries.get(number)
        if terms is None:
            self.entries[number] = [(slope, gradient)]
        else:
            terms.append((slope, gradient))

    def _entries_of(self, vector: Vector) -> list[tuple[Slope, Operand]]:
        """What was handed on to a vector as a whole, since one of its scalars got something."""
        if vector in self.table_of:
            self._flush_table(self.table_of[vector])
        found = self.vector_entries.get(vector)
        if found is None:
            for number in self.touched.pop(vector, ()):
                self._add_scalar(number)
            found = self.vector_entries[vector] = []
        return found

    def _hand_on(self, node: int, gradient: int) -> None:
        depends = self.analysis.depends
        for operand, slope in zip(self.graph.operands[node], self._slopes(node), strict=True):
            if depends[operand]:
                self._give(operand, slope, gradient)  # type: ignore[arg-type]

    def _slopes(self, node: int) -> tuple[Slope, ...]:
        """The slopes of a pointwise node; a sum or product that was absorbed has none stored."""
        found = self.slopes.get(node)
        if found is not None:
            return found
        operands = self.graph.operands[node]
        kind = self.graph.kinds[node]
        assert isinstance(kind, Pointwise)
        slopes: list[Slope] = []
        for value in kind.arithmetic.slopes:
            literal = kind.arithmetic.literal(value)
            if literal is None:
                slopes.append(operands[value])
            else:
                slopes.append(None if literal == 1.0 else self.definitions.constant(literal))
        return tuple(slopes)

    def _hand_on_lanes(self, node: int, gradients: Vector) -> None:
        for operand, slope in zip(self.graph.operands[node], self._slopes(node), strict=True):
            self._to(operand, slope, gradients, True)

    def _to(self, operand: Operand, slope: Slope, gradient: Operand, lanes: bool) -> None:
        """Hand on to each scalar of a vector, or from each lane to one scalar."""
        depends = self.analysis.depends
        if type(operand) is int:
            if depends[operand]:
                count = len(gradient) if lanes else 1  # type: ignore[arg-type]
                for k in range(count - 1, -1, -1):
                    if at(gradient, k) != NONE:
                        self._give(operand, at(slope, k), at(gradient, k))  # type: ignore[arg-type]
            return
        if self.vector_at[operand[0]] == operand:  # type: ignore[index]
            self._entries_of(operand).append((slope, gradient))  # type: ignore[arg-type]
            return
        for k, number in enumerate(operand):  # type: ignore[arg-type]
            if depends[number] and at(gradient, k) != NONE:
                self._give(number, at(slope, k), at(gradient, k))  # type: ignore[arg-type]

    def _weighted_sum(self, node: int, gradients: Sequence[int]) -> None:
        weights, inputs, biases = self.graph.operands[node]
        depends, vector_at = self.analysis.depends, self.vector_at
        to_inputs = any_of(depends, inputs)
        whole = to_inputs and vector_at[inputs[0]] == inputs
        if whole:
            pairs = zip(reversed(weights), reversed(gradients), strict=True)
            self._entries_of(inputs).extend([pair for pair in pairs if pair[1] != NONE])
        whole_biases = len(biases) > 1 and vector_at[biases[0]] == biases
        if whole_biases:
            self._entries_of(biases).append((None, gradients))  # type: ignore[arg-type]
        deferred = len(weights) > 1 and (whole or not to_inputs) and self._defer(node, gradients)
        if deferred and whole_biases:
            return
        for lane in range(len(weights) - 1, -1, -1):
            vector, bias, gradient = weights[lane], biases[lane], gradients[lane]
            if gradient == NONE:
                continue
            if deferred:
                pass
            elif vector_at[vector[0]] == vector:
                self._entries_of(vector).append((inputs, gradient))
            else:
                self._to(vector, inputs, gradient, False)
            if not whole_biases and depends[bias]:
                self._give(bias, None, gradient)
            if to_inputs and not whole:
                self._to(inputs, vector, gradient, False)

    def _defer(self, node: int, gradients: Sequence[int]) -> bool:
        """Keep what a node of many lanes hands on to its weights, if to each row as a whole."""
        weights, inputs, _ = self.graph.operands[node]
        key = id(weights)  # the graph keeps them alive
        if NONE in gradients:
            return False
        if key not in self.tables:
            if len(set(weights)) < len(weights) or any(
                self.vector_at[row[0]] != row for row in weights
            ):
                return False
            for row in weights:
                if row in self.table_of:
                    self._flush_table(self.table_of[row])
            self.tables[key] = weights, []
            self.table_of.update(dict.fromkeys(weights, key))
        self.tables[key][1].append((inputs, gradients))  # type: ignore[arg-type]
        return True

    def _flush_table(self, key: int) -> None:
        """Hand on what was kept for the rows of a table."""
        weights, kept = self.tables.pop(key)
        for row in weights:
            del self.table_of[row]
        for lane, row in enumerate(weights):
            terms = [(inputs, gradients[lane]) for inputs, gradients in kept]
            self._entries_of(row).extend(terms)

    def _add_table(self, key: int, found: list[int]) -> None:
        """Define the gradients of the rows of a table that are parameters and got nothing else."""
        weights, kept = self.tables[key]
        inputs = [each for each, _ in kept]
        columns = zip(*[gradients for _, gradients in kept], strict=True)
        for row, gradients in zip(weights, columns, strict=True):
            first = self.definitions.new_ids(len(row))
            segments = (Segment(inputs, gradients),)
            self.definitions.sum(0.0, segments, first, len(row), fixed=True)
            for number, gradient in zip(row, range(first, first + len(row)), strict=True):
                found[number] = gradient
        del self.tables[key]
        for row in weights:
            del self.table_of[row]

    def _is_alone(self, key: int) -> bool:
        """Whether rows of a table are parameters that were handed on nothing else."""
        last = self.graph.parameters
        return all(
            row[-1] < last
            and len(row) > 1
            and row not in self.whole
            and row not in self.split
            and row not in self.touched
            and row not in self.vector_entries
            for row in self.tables[key][0]
        )

    def _flush(self, cluster: Cluster) -> None:
        """Add what a cluster's scalars have been handed so far."""
        if not cluster.waiting:
            return
        if not cluster.cells:
            members = [m for m in cluster.members if m not in self.choice_of]
            first = self.definitions.new_ids(len(members))
            cluster.cells = dict(zip(members, range(first, first + len(members)), strict=True))
            self.definitions.sum(0.0, (), first, len(members))
        cells = tuple(cluster.cells.values())
        waiting, cluster.waiting = cluster.waiting, []
        begin = 0
        while begin < len(waiting):
            live = waiting[begin][0] in self.choice_of
            end = begin + 1
            while end < len(waiting) and (waiting[end][0] in self.choice_of) is live:
                end += 1
            run = waiting[begin:end]
            targets = [self.choice_of[each] if live else cluster.cells[each] for each, _, _ in run]
            left = vector_of([self.one if slope is None else slope for _, slope, _ in run])
            right = vector_of([gradient for _, _, gradient in run])
            self.definitions.scatter(Scatter(targets, left, right, live, cluster.cells), cells)
            begin = end

    def _parameters(self) -> list[int]:
        """Define the parameters' gradients, which have cells of their own."""
        found = [NONE] * self.graph.parameters
        for key in list(self.tables):
            if self._is_alone(key):
                self._add_table(key, found)
            else:
                self._flush_table(key)
        for number in range(self.graph.parameters):
            cluster = self.clusters.get(number)
            vector = self.vector_at[number]
            if cluster is not None:
                self._flush(cluster)
                found[number] = cluster.cells.get(number, NONE)
                continue
            if vector is not None and vector in self.vector_entries:
                self._add_vector(vector, fixed=True)
                for each, gradient in zip(vector, self.whole.pop(vector), strict=True):
                    found[each] = gradient
                continue
            if vector is not None:
                self._spread(vector)
            if number in self.entries or number in self.partial:
                self._add_scalar(number, fixed=True)
                found[number] = self.partial[number]
        return found


def at(operand: Slope | Operand, lane: int) -> int | None:
    """The id for a lane."""
    return operand if operand is None or type(operand) is int else operand[lane]  # type: ignore[index]


def are_alike(operands: tuple[Any, ...]) -> bool:
    """Whether all are ids, all are vectors, or all are None."""
    kinds = set(map(type, operands))
    return len(kinds) == 1 or kinds == {range, tuple}


def kind_of_term(term: tuple[Slope, Operand]) -> tuple[bool, bool, bool]:
    """What terms of one segment have in common."""
    left, right = term
    return left is None, type(left) is int, type(right) is int
