"""The verifier, which runs after each pass in all of these tests, finds what breaks a rule."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest

from micrograd.compiler.definitions import Definitions, Segment
from micrograd.compiler.graph import ADD, Graph
from micrograd.compiler.ir import Address, Program, Sum, Term
from micrograd.compiler.verifier import (
    InvalidProgram,
    verify_definitions,
    verify_graph,
    verify_program,
)


def graph_of(operands: tuple[int, int], result: int) -> Graph:
    """Two parameters and one node."""
    graph = Graph(parameters=2, size=3)
    graph.kinds.append(ADD)
    graph.operands.append(operands)
    graph.results.append(result)
    graph.lanes.append(1)
    return graph


def defined(again: int) -> Definitions:
    """Two sums of which the second defines an id that it reads, or one that is there."""
    definitions = Definitions(Graph(parameters=2, size=4))
    definitions.sum(0.0, (Segment(None, (0, 1)),), 2)
    definitions.sum(0.0, (Segment(None, (2,)),), 3)
    definitions.level[3] += again
    return definitions


def program_of(read: int, stored: int) -> Program:
    """One sum: it adds a cell to 0."""
    term = Term(1, Address(read, (0,)), None)
    loop = Sum((), Address(stored, ()), 0.0, (term,))
    return Program(1, 1, 0, 0, [], 3, array("i"), 0, [loop], [2])


def test_what_keeps_the_rules_passes() -> None:
    verify_graph(graph_of((0, 1), 2))
    verify_definitions(defined(0))
    verify_program(program_of(0, 2))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: verify_graph(graph_of((0, 2), 2)), "not there yet"),
        (lambda: verify_graph(graph_of((0, 1), 1)), "again"),
        (lambda: verify_definitions(defined(1)), "not of its level"),
        (lambda: verify_program(program_of(2, 2)), "reads cell 2, undefined"),
        (lambda: verify_program(program_of(1, 0)), "stores cell 0"),
    ],
)
def test_what_breaks_one_is_named(broken: Callable[[], None], words: str) -> None:
    with pytest.raises(InvalidProgram, match=words):
        broken()
