"""Sums of terms of one shape, and what a loop over them needs."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from micrograd.compile.program.instructions import Node, Numbers, Operand
from micrograd.compile.program.terms import Row, Template, aligned, matched, row_of, template_of
from micrograd.engine import Value

SMALLEST_LOOP = 12
"""Fewer nodes than this in all terms of a sum are not worth a loop."""


class Entangled(Exception):
    """These sums cannot be loops: their terms share nodes, or gradients would add up otherwise."""

    def __init__(self, sums: Iterable[Value]) -> None:
        super().__init__("terms share nodes")
        self.sums = set(sums)


@dataclass(slots=True)
class Sum:
    """Terms of one shape, added to `start` or subtracted; `top` is the node of the last."""

    operation: str
    top: Value
    start: Value | float | None
    shape: Template
    rows: list[Row]
    additions: list[Value]

    @property
    def size(self) -> int:
        """How many nodes all terms have together."""
        return len(self.rows) * len(self.shape.nodes)


@dataclass(slots=True)
class Prepared:
    """What the terms of a sum share (`nodes`), in what they differ, and uses of parameters."""

    rows: list[tuple[float, ...]]
    indices: list[tuple[int, ...]]
    nodes: list[Node]
    spans: dict[int, tuple[float, float]]


def find_sum(top: Value, parameters: dict[Value, int]) -> Sum | None:
    """Read `top` as ((start + t) + t) + … or with `-`; as many terms of one shape as can be."""
    operation = top.operation
    spine = [top]
    while True:
        first = spine[-1].operands[0]
        if (
            not isinstance(spine[-1].operands[1], Value)
            or not isinstance(first, Value)
            or first.operation != operation
        ):
            break
        spine.append(first)
    spine.reverse()
    last = top.operands[1]
    if not isinstance(last, Value) or not last.operands or (operation == "-" and len(spine) == 1):
        return None
    shape = template_of(last, parameters)
    terms = [shape.nodes]

    def is_term(term: Value | float) -> bool:
        nodes = matched(term, shape, parameters) or aligned(term, shape, parameters)
        if nodes is not None:
            terms.append(nodes)
        return nodes is not None

    k = len(spine) - 2
    while k >= 0 and is_term(spine[k].operands[1]):
        k -= 1
    # spine[k + 1] is the first addition of a term; what stands on its left is a start, or a term.
    start: Value | float | None = spine[k + 1].operands[0]
    additions = spine[k + 1 :]
    if operation == "+" and isinstance(start, Value) and start.operands:
        if is_term(start):
            start = None
        elif (
            start.operation == "+"
            and not isinstance(start.operands[1], Value)
            and is_term(start.operands[0])
        ):
            additions.insert(0, start)
            start = start.operands[1]
    if len(terms) * len(shape.nodes) < SMALLEST_LOOP or len(terms) == 1:
        return None
    rows = [row_of(nodes, shape, parameters) for nodes in reversed(terms)]
    return Sum(operation, top, start, shape, rows, additions)


def columns_of(table: list[list[float]]) -> tuple[list[Operand], list[tuple[float, ...]]]:
    """Tell the numbers in which rows differ from those they share.

    Returns:
        for each position a `column` or a `literal`, and the table of the columns that differ;
        positions that are equal in every row are one column.
    """
    numbers: dict[bytes, int] = {}
    operands: list[Operand] = []
    kept: list[tuple[float, ...]] = []
    for values in zip(*table, strict=True):
        key = array("d", values).tobytes()  # tells -0.0 from 0.0, and finds nan equal to itself
        if key == key[:8] * len(values):
            operands.append(Operand("literal", float(values[0])))
            continue
        if key not in numbers:
            numbers[key] = len(kept)
            kept.append(tuple(map(float, values)))
        operands.append(Operand("column", numbers[key]))
    return operands, list(zip(*kept, strict=True)) if kept else [()] * len(table)


def indices_of(table: list[list[int]]) -> tuple[list[Operand], list[tuple[int, ...]]]:
    """Likewise for parameters: a `parameter` where all rows use one, else `indexed`."""
    kept: dict[tuple[int, ...], int] = {}
    operands: list[Operand] = []
    for values in zip(*table, strict=True):
        if len(set(values)) == 1:
            operands.append(Operand("parameter", values[0]))
        else:
            operands.append(Operand("indexed", kept.setdefault(values, len(kept))))
    return operands, list(zip(*kept, strict=True)) if kept else [()] * len(table)


def shortest(numbers: tuple[int, ...]) -> Numbers:
    """Numbers as a range, if they follow each other."""
    span = range(numbers[0], numbers[0] + len(numbers))
    return span if numbers == tuple(span) else numbers


def nodes_of(
    shape: Template,
    parameters: dict[Value, int],
    constants: Sequence[Operand],
    used: Sequence[Operand],
) -> list[Node]:
    """A template's nodes as data; those of one layer have one tuple of inputs."""
    numbers = iter(constants)
    names = iter(used)
    places: list[Operand] = []
    inputs: dict[tuple[int | None, ...], tuple[Operand, ...]] = {}
    nodes: list[Node] = []
    for k, wires in enumerate(shape.wiring):
        operation = shape.nodes[k].operation
        known = inputs.get(wires) if k in shape.weights else None
        if known is None:
            operands = []
            for position, wire in enumerate(wires):
                power = shape.exponents[k]
                if wire is None:
                    literal = position == 1 and power is not None
                    operands.append(Operand("literal", power) if literal else next(numbers))  # type: ignore[arg-type]
                elif wire == -1:
                    operands.append(next(names))
                elif (k, position) in shape.choices:
                    candidates = [places[place] for place in shape.choices[k, position]]
                    operands.append(Operand("node", len(nodes)))
                    nodes.append(Node("choice", (next(numbers), *candidates)))
                else:
                    operands.append(places[wire])
            known = tuple(operands)
            if k in shape.weights and None not in wires and -1 not in wires:
                inputs[wires] = known
        places.append(Operand("node", len(nodes)))
        if k in shape.weights:
            weights, bias = shape.weights[k]
            own = *map(parameters.__getitem__, weights), parameters[bias]
            nodes.append(Node(operation, known, weights=shortest(own)))
        else:
            nodes.append(Node(operation, known, shape.exponents[k] is not None))
    return nodes


def check_order(found: Sum, nodes: list[Node]) -> dict[int, tuple[float, float]]:
    """Make sure that rows, last first, meet each parameter in the order of the serials.

    Returns:
        for each parameter that the rows use the serials of its first and last use.

    Raises:
        Entangled: two rows are interleaved.
    """
    rows = found.rows
    apart = all(
        earlier.nodes[-1].serial < later.nodes[0].serial for earlier, later in pairwise(rows)
    )
    users: dict[int, list[int]] = {}
    for k, node in enumerate(node for node in nodes if node.operation != "choice"):
        for parameter in node.weights:
            users.setdefault(parameter, []).append(k)
        for operand in node.operands:
            if operand.kind == "parameter":
                users.setdefault(int(operand.value), []).append(k)
            elif operand.kind == "indexed" and not apart:
                raise Entangled([found.top])
    spans: dict[int, tuple[float, float]] = {}
    seen: dict[tuple[int, int], tuple[float, float]] = {}
    for parameter, places in users.items():
        ends = places[0], places[-1]
        if ends not in seen:
            lows = [row.nodes[ends[0]].serial for row in rows]
            highs = [row.nodes[ends[1]].serial for row in rows]
            if not apart and any(high >= low for high, low in zip(highs, lows[1:], strict=False)):
                raise Entangled([found.top])
            seen[ends] = lows[0], highs[-1]
        spans[parameter] = seen[ends]
    whole = rows[0].nodes[0].serial, rows[-1].nodes[-1].serial
    for row in rows:
        for parameter in row.parameters:
            spans.setdefault(parameter, whole)
    return spans
