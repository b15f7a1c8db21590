"""Join neighbours that do the same, `[x * scale for x in xs]`, into one node of many lanes.

Only where each operand is the same in all, or the next one from lane to lane, and where no scalar
is an operand of two of them: then one node hands the same gradients on in the same order.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from micrograd.compiler.graph import (
    ADD,
    MULTIPLY,
    SUBTRACT,
    Graph,
    Kind,
    Pointwise,
    Vector,
    are_apart,
)

LEAST_LANES = 4
"""Fewer stay as they are."""


def join_lanes(graph: Graph, used_twice: bytearray) -> None:
    """Put nodes of many lanes in place of neighbours; `used_twice` as of `find_used_twice`."""
    kinds, operands = graph.kinds, graph.operands
    results, lanes = graph.results, graph.lanes
    in_sums = find_in_sums(graph, used_twice)
    known: dict[Vector, Vector] = {}
    tables: dict[tuple[int, ...], Any] = {}
    kept: list[tuple[Any, tuple[Any, ...], int, int]] = []
    node, end = 0, len(kinds)
    while node < end:
        kind, columns, stop = kinds[node], operands[node], node + 1
        if kind is Kind.WEIGHTED_SUM:
            columns = one_table(columns, tables)
        elif stop < end and kinds[stop] is kind and type(kind) is Pointwise:
            stop = end_of_run(graph, node, in_sums)
            joined = columns_of(graph, node, stop, known) if stop >= node + LEAST_LANES else None
            if joined is not None:
                kept.append((kind, joined, results[node], stop - node))
                node = stop
                continue
            run = slice(node, stop - 1)
            kept += zip(kinds[run], operands[run], results[run], lanes[run], strict=True)
            node, columns = stop - 1, operands[stop - 1]
        kept.append((kind, columns, results[node], lanes[node]))
        node = stop
    if kept:
        graph.kinds, graph.operands, graph.results, graph.lanes = map(list, zip(*kept, strict=True))


def one_table(operands: tuple[Any, ...], tables: dict[tuple[int, ...], Any]) -> tuple[Any, ...]:
    """Operands of a weighted sum; rows of weights that are the same are one object."""
    rows, inputs, starts = operands
    return tables.setdefault(tuple(map(id, rows)), rows), inputs, starts


def find_in_sums(graph: Graph, used_twice: bytearray) -> bytearray:
    """Flags of sums and products that only one operand names: another sum may take them in."""
    found = bytearray(graph.size)
    for kind, number in zip(graph.kinds, graph.results, strict=True):
        if (kind is ADD or kind is MULTIPLY or kind is SUBTRACT) and not used_twice[number]:
            found[number] = 1
    return found


def end_of_run(graph: Graph, first: int, in_sums: bytearray) -> int:
    """The node behind those that do what a node and the next one do, with the next operands."""
    kinds, operands, results = graph.kinds, graph.operands, graph.results
    kind, number = kinds[first], results[first]
    if graph.lanes[first] > 1:
        return first + 1
    steps = [b - a for a, b in zip(operands[first], operands[first + 1], strict=True)]
    if min(steps, default=-1) < 0:
        return first + 1
    takes_in = kind is ADD or kind is SUBTRACT
    expected = operands[first]
    stop, end = first, len(kinds)
    while (
        stop < end
        and kinds[stop] is kind
        and graph.lanes[stop] == 1
        and results[stop] == number + stop - first
        and operands[stop] == expected
        and max(expected) < number
        and not in_sums[results[stop]]
        and not (takes_in and any([in_sums[each] for each in expected]))
    ):
        stop += 1
        expected = tuple([each + step for each, step in zip(expected, steps, strict=True)])
    return max(stop, first + 1)


def columns_of(
    graph: Graph, first: int, stop: int, known: dict[Vector, Vector]
) -> tuple[Any, ...] | None:
    """The operands of one node in place of some; None where a scalar would occur twice."""
    columns: list[Any] = []
    for begin, second, last in zip(
        graph.operands[first], graph.operands[first + 1], graph.operands[stop - 1], strict=True
    ):
        if begin == second:
            columns.append(begin)
            continue
        column = range(begin, last + 1, second - begin)
        columns.append(known.setdefault(column, column))
    changing = [column for column in columns if type(column) is not int]
    for one, other in combinations(columns, 2):
        if type(one) is int and type(other) is int:
            apart = one != other or one in graph.constants
        elif type(one) is int or type(other) is int:
            apart = not (one in other if type(one) is int else other in one)
        else:
            apart = one == other or are_apart(one, other)
        if not apart:
            return None
    return tuple(columns) if changing else None
