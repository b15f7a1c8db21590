"""Lower the forward pass: chains of `+` become ordered sums, everything else pointwise operations.

A product that only one sum uses is a term of that sum, and a sum that only the next `+` uses is the
beginning of that one, so `w1*x1 + w2*x2 + b` is one definition however it is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from micrograd.compiler.definitions import Definitions, Operand, Segment
from micrograd.compiler.graph import (
    ADD,
    MULTIPLY,
    SUBTRACT,
    Graph,
    Kind,
    Pointwise,
    Vector,
    known,
    vector_of,
)
from micrograd.compiler.symbols import trimmed, where

Slope = int | Vector | None
"""An id or a vector for the lanes; None where the slope is 1 everywhere."""


def operands_of(graph: Graph, node: int) -> list[Operand]:
    """All ids and vectors that a node reads."""
    kind, operands = graph.kinds[node], graph.operands[node]
    if kind is Kind.WEIGHTED_SUM:
        weights, inputs, biases = operands
        return [*weights, inputs, biases]
    if kind is Kind.PICK:
        return [graph.choices[operands[0]].candidates]
    return list(operands)


def unseen_operands(graph: Graph, node: int, seen: set[int]) -> Sequence[Operand]:
    """What a node reads; of vectors, and rows of weights, only those that were not seen before."""
    kind, operands = graph.kinds[node], graph.operands[node]
    if kind is Kind.WEIGHTED_SUM:
        weights, inputs, biases = operands
        if id(weights) in seen:  # the graph keeps them alive
            operands = (inputs, biases)
        else:
            seen.add(id(weights))
            operands = (*weights, inputs, biases)
    elif kind is Kind.PICK:
        operands = (graph.choices[operands[0]].candidates,)
    found = []
    for operand in operands:
        if type(operand) is not int:
            if id(operand) in seen:
                continue
            seen.add(id(operand))
        found.append(operand)
    return found


class Analysis:
    """Which nodes are needed, which ids depend on parameters, and which sums can be absorbed.

    Attributes:
        needed: the nodes that the outputs need, in order.
        depends: for each id whether it depends on a parameter.
        absorbed: for each id whether the one `+` (or `-`) that uses it takes it in.
    """

    def __init__(self, graph: Graph) -> None:
        size = graph.size
        self.node_of = node_of = [-1] * size
        for node, (first, lanes) in enumerate(zip(graph.results, graph.lanes, strict=True)):
            if lanes == 1:
                node_of[first] = node
            else:
                node_of[first : first + lanes] = [node] * lanes
        self.needed = self._needed(graph)
        self.depends = self._depends(graph)
        self.absorbed = self._absorbed(graph)

    def _needed(self, graph: Graph) -> list[int]:
        node_of = self.node_of
        wanted = bytearray(len(graph.kinds) + 1)  # one more for what is no node: -1
        seen: set[int] = set()
        for number in graph.outputs:
            wanted[node_of[number]] = 1
        needed = []
        kinds, all_operands = graph.kinds, graph.operands
        for node in range(len(kinds) - 1, -1, -1):
            if not wanted[node]:
                continue
            needed.append(node)
            operands: Sequence[Any] = all_operands[node]
            if type(kinds[node]) is not Pointwise or graph.lanes[node] > 1:
                operands = unseen_operands(graph, node, seen)
            for operand in operands:
                if type(operand) is int:
                    wanted[node_of[operand]] = 1
                else:
                    for number in operand:
                        wanted[node_of[number]] = 1
        needed.reverse()
        return needed

    def _depends(self, graph: Graph) -> bytearray:
        depends = bytearray(graph.size)
        depends[: graph.parameters] = b"\1" * graph.parameters
        known: dict[int, bool] = {}

        def reads_any(operand: Any) -> bool:
            """Whether an id, a vector or rows of weights depend on a parameter."""
            if type(operand) is int:
                return bool(depends[operand])
            found = known.get(id(operand))
            if found is None:
                if type(operand[0]) is int:
                    found = any_of(depends, operand)
                else:
                    found = any(map(reads_any, operand))
                known[id(operand)] = found
            return found

        for node in self.needed:
            kind = graph.kinds[node]
            operands: Sequence[Any] = graph.operands[node]
            if kind is Kind.STOP:
                continue
            if kind is Kind.PICK:
                operands = operands_of(graph, node)
            for operand in operands:
                if reads_any(operand):
                    first, lanes = graph.results[node], graph.lanes[node]
                    depends[first : first + lanes] = b"\1" * lanes
                    break
        return depends

    def _absorbed(self, graph: Graph) -> bytearray:
        """Find ids of `+`, `-` and `*` that one `+` uses, or one `-` as its left operand."""
        uses = bytearray(graph.size)
        by_sum = bytearray(graph.size)
        for number in graph.outputs:
            uses[number] = 2
        seen: set[int] = set()
        for node in self.needed:
            kind = graph.kinds[node]
            operands: Sequence[Any] = graph.operands[node]
            if type(kind) is not Pointwise or graph.lanes[node] > 1:
                operands = unseen_operands(graph, node, seen)
            elif (kind is ADD or kind is SUBTRACT) and graph.lanes[node] == 1:
                by_sum[operands[0]] = 1
                by_sum[operands[1]] = kind is ADD
            for operand in operands:
                if type(operand) is int:
                    if uses[operand] < 2:
                        uses[operand] += 1
                else:
                    set_all(uses, operand, 2)
        absorbed = bytearray(graph.size)
        for node in self.needed:
            kind, first = graph.kinds[node], graph.results[node]
            if (
                (kind is ADD or kind is MULTIPLY or kind is SUBTRACT)
                and uses[first] == 1
                and by_sum[first]
                and graph.lanes[node] == 1
            ):
                absorbed[first] = 1
        return absorbed


def any_of(flags: bytearray, vector: Vector) -> bool:
    """Whether a flag is set for one of the ids."""
    if type(vector) is range and vector.step > 0:
        return any(flags[vector.start : vector.stop : vector.step])
    return any(flags[number] for number in vector)


def set_all(flags: bytearray, vector: Vector, value: int) -> None:
    """Set the flags of the ids."""
    if type(vector) is range and vector.step > 0:
        flags[vector.start : vector.stop : vector.step] = bytes([value]) * len(vector)
    else:
        for number in vector:
            flags[number] = value


def largest(*xs: Any) -> Any:
    """The largest of some numbers, as `operations.logsumexp` finds it."""
    result = xs[0]
    for x in xs[1:]:
        result = where(x > result, x, result)
    return result, ()


Chain = tuple[Operand | float, list[tuple[int | None, int]]]
"""A sum that has begun: its start, and terms (left or None, right)."""


class Forward:
    """Lowers the nodes of a graph in order.

    Attributes:
        slopes: for each node that depends on parameters the slope for each operand.
    """

    def __init__(self, graph: Graph, analysis: Analysis, definitions: Definitions) -> None:
        self.graph = graph
        self.analysis = analysis
        self.definitions = definitions
        self.slopes: dict[int, tuple[Slope, ...]] = {}
        self.chains: dict[int, Chain] = {}
        self.columns: dict[tuple[int, ...], list[Vector]] = {}
        self.minus_one = definitions.constant(-1.0)
        self.special: dict[Kind, Callable[[int], None]] = {
            Kind.WEIGHTED_SUM: self._weighted_sum,
            Kind.LOGSUMEXP: self._logsumexp,
            Kind.PICK: self._pick,
            Kind.STOP: self._stop,
        }

    def run(self) -> None:
        """Define everything that the outputs need."""
        graph, absorbed = self.graph, self.analysis.absorbed
        for node in self.analysis.needed:
            kind = graph.kinds[node]
            if type(kind) is not Pointwise:
                self.special[kind](node)  # type: ignore[index]
            elif graph.lanes[node] > 1:
                self._pointwise(node, kind)
            elif kind is ADD:
                self._add(node)
            elif kind is SUBTRACT:
                left = graph.operands[node][0]
                if absorbed[graph.results[node]] or absorbed[left]:
                    self._subtract(node)
                else:
                    self._pointwise(node, kind)
            elif kind is not MULTIPLY or not absorbed[graph.results[node]]:
                self._pointwise(node, kind)

    def _product(self, number: int) -> tuple[int, int] | None:
        """The factors of an absorbed product."""
        if self.analysis.absorbed[number]:
            node = self.analysis.node_of[number]
            if self.graph.kinds[node] is MULTIPLY:
                return self.graph.operands[node]
        return None

    def _add(self, node: int) -> None:
        left, right = self.graph.operands[node]
        if left not in self.chains and right in self.chains:
            left, right = right, left  # the same sum to the last bit
        chain = self.chains.pop(left, None)
        if chain is None:
            chain = self._begin(left, right)
        else:
            other = self.chains.pop(right, None)
            if other is not None:
                self._finish(other, right)
            chain[1].append(self._product(right) or (None, right))
        self._keep(node, chain)

    def _begin(self, left: int, right: int) -> Chain:
        one, two = self._product(left), self._product(right)
        if one is not None:
            if two is not None:
                return -0.0, [one, two]  # -0.0 + x is x, whichever x
            left, right, two = right, left, one
        elif two is None and right in self.graph.constants:
            left, right = right, left
        start = self.graph.constants.get(left, left)
        return start, [two or (None, right)]

    def _subtract(self, node: int) -> None:
        left, right = self.graph.operands[node]
        chain = self.chains.pop(left, None)
        if chain is None:
            product = self._product(left)
            chain = (-0.0, [product]) if product is not None else (left, [])
        chain[1].append((right, self.minus_one))  # x - y is x + y * -1
        self._keep(node, chain)

    def _keep(self, node: int, chain: Chain) -> None:
        result = self.graph.results[node]
        if self.analysis.absorbed[result]:
            self.chains[result] = chain
        else:
            self._finish(chain, result)

    def _finish(self, chain: Chain, result: int) -> None:
        start, terms = chain
        self.definitions.sum(start, segments_of(terms), result)

    def _pointwise(self, node: int, kind: Pointwise) -> None:
        graph, depends = self.graph, self.analysis.depends
        operands, lanes = graph.operands[node], graph.lanes[node]
        arithmetic = kind.arithmetic
        stored = [arithmetic.result]
        targets = [graph.results[node]]
        slopes: list[Slope] = []
        for k, operand in enumerate(operands):
            if not (depends[operand] if type(operand) is int else any_of(depends, operand)):
                slopes.append(None)
                continue
            value = arithmetic.slopes[k]
            literal = arithmetic.literal(value)
            if literal is not None:
                slopes.append(None if literal == 1.0 else self.definitions.constant(literal))
            elif value < arithmetic.operands:
                slopes.append(operands[value])
            else:
                if value not in stored:
                    stored.append(value)
                    targets.append(self.definitions.new_ids(lanes))
                first = targets[stored.index(value)]
                slopes.append(first if lanes == 1 else range(first, first + lanes))
        self.slopes[node] = tuple(slopes)
        body, places = trimmed(arithmetic, tuple(stored))
        self.definitions.map(body, places, operands, lanes, tuple(targets))

    def _weighted_sum(self, node: int) -> None:
        graph = self.graph
        weights, inputs, biases = graph.operands[node]
        lanes, result = graph.lanes[node], graph.results[node]
        if lanes == 1:
            segments = (Segment(weights[0], inputs),)
            start = graph.constants.get(biases[0], biases[0])
            self.definitions.sum(start, segments, result)
            return
        key = tuple(map(id, weights))
        columns = self.columns.get(key)
        if columns is None:
            columns = [vector_of(column) for column in zip(*weights, strict=True)]
            self.columns[key] = columns
        self.definitions.sum(biases, (Segment(columns, inputs),), result, lanes)

    def _apply(self, name: str, function: Callable[..., Any], *operands: Operand) -> Operand:
        """Define a pointwise operation that the compiler itself needs; return its result."""
        lanes = max(1 if type(operand) is int else len(operand) for operand in operands)  # type: ignore[arg-type]
        arithmetic = known(name, function, len(operands)).arithmetic
        body, places = trimmed(arithmetic, (arithmetic.result,))
        target = self.definitions.new_ids(lanes)
        self.definitions.map(body, places, operands, lanes, (target,))
        return target if lanes == 1 else range(target, target + lanes)

    def _logsumexp(self, node: int) -> None:
        (xs,) = self.graph.operands[node]
        result = self.graph.results[node]
        alone = len(xs) == 1  # of as many levels as any other, so that what follows is in step
        most = self._apply("largest", largest, *xs)
        terms = xs[0] if alone else xs
        powers: Any = self._apply("exp of difference", exp_of_difference, terms, most)
        total = self.definitions.new_ids(1)
        start = powers if alone else powers[0]
        segments = () if alone else (Segment(None, powers[1:]),)
        self.definitions.sum(start, segments, total)
        arithmetic = known("sum and log", sum_and_log, 2).arithmetic
        body, places = trimmed(arithmetic, (arithmetic.result,))
        self.definitions.map(body, places, (most, total), 1, (result,))
        if self.analysis.depends[result]:
            shares: Any = self._apply("share", share, powers, total)
            self.slopes[node] = ((shares,) if alone else shares,)

    def _pick(self, node: int) -> None:
        self.definitions.gather(self.graph.operands[node][0], self.graph.results[node])

    def _stop(self, node: int) -> None:
        operand = self.graph.operands[node][0]
        self.definitions.map((), (0,), (operand,), 1, (self.graph.results[node],))


def exp_of_difference(x: Any, most: Any) -> Any:
    """exp(x - most)."""
    return math.exp(x - most), ()


def sum_and_log(most: Any, total: Any) -> Any:
    """Most + log total."""
    return most + math.log(total), ()


def share(power: Any, total: Any) -> Any:
    """Power / total."""
    return power / total, ()


def segments_of(terms: Sequence[tuple[int | None, int]]) -> tuple[Segment, ...]:
    """Terms as runs of products and of numbers."""
    segments = []
    begin = 0
    count = len(terms)
    while begin < count:
        plain = terms[begin][0] is None
        end = begin + 1
        while end < count and (terms[end][0] is None) is plain:
            end += 1
        lefts, rights = zip(*terms[begin:end], strict=True)
        segments.append(Segment(None if plain else lefts, rights))
        begin = end
    return tuple(segments)
