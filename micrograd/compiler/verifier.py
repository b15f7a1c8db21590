"""Rules of what the passes hand on: graphs, definitions, programs. Slow; tests run it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from micrograd.compiler.definitions import (
    Definitions,
    Gather,
    MapDefinition,
    Operand,
    Scatter,
    SumDefinition,
    SumForm,
)
from micrograd.compiler.forward import operands_of
from micrograd.compiler.graph import Graph
from micrograd.compiler.ir import Address, Loop, Map, Program, Sum


class InvalidProgram(Exception):
    """What a pass made breaks a rule: a mistake in the compiler."""


def verify_program(program: Program) -> None:
    """Check every rule that a backend relies on, round by round.

    Raises:
        InvalidProgram: says which loop breaks which rule.
    """
    defined = bytearray(program.cells)
    for cell in range(program.first_stored):
        defined[cell] = 1
    for number, loop in enumerate(program.loops):
        try:
            verify_form(loop)
            verify_rounds(program, loop, defined)
        except InvalidProgram as error:
            raise InvalidProgram(f"loop {number}: {error}") from None
    for cell in program.outputs:
        expect(0 <= cell < program.cells, f"output {cell} is no cell")
        expect(bool(defined[cell]), f"output {cell} is never stored")


def expect(condition: bool, what: str) -> None:
    """Raise `InvalidProgram` unless the condition holds."""
    if not condition:
        raise InvalidProgram(what)


def verify_form(loop: Loop) -> None:
    """Check numbers of axes, strides and arguments."""
    axes = len(loop.extents)
    expect(all(extent > 0 for extent in loop.extents), f"extents {loop.extents}")

    def check(address: Address, axes: int) -> None:
        expect(len(address.strides) == axes, f"{address} has not {axes} strides")
        wanted = 0 if address.start is None else axes
        expect(len(address.table_strides) == wanted, f"{address} has not {wanted} table strides")

    if isinstance(loop, Sum):
        check(loop.target, axes)
        if isinstance(loop.start, Address):
            check(loop.start, axes)
        for term in loop.terms:
            expect(term.count > 0, "a term of no products")
            check(term.left, axes + 1)
            if term.right is not None:
                check(term.right, axes + 1)
        return
    for address in loop.operands:
        check(address, axes)
    known = len(loop.operands)
    for op, arguments, _ in loop.body:
        expect(len(arguments) == op.arity, f"{op} has {len(arguments)} arguments")
        expect(all(0 <= a < known for a in arguments), f"{op} of {arguments}, known {known}")
        known += 1
    for value, target in loop.stores:
        expect(0 <= value < known, f"store of value {value}, known {known}")
        check(target, axes)


def verify_rounds(program: Program, loop: Loop, defined: bytearray) -> None:
    """Check that each round reads defined cells and stores cells of its own."""
    table = program.table
    read: set[int] = set()
    stored: set[int] = set()

    def note_read(address: Address, counters: tuple[int, ...]) -> None:
        cell = address.cell(table, counters)
        expect(0 <= cell < program.cells and bool(defined[cell]), f"reads cell {cell}, undefined")
        read.add(cell)

    def note_store(address: Address, counters: tuple[int, ...], once: bool) -> None:
        cell = address.cell(table, counters)
        writable = program.first_stored <= cell < program.cells
        writable = writable or program.first_gradient <= cell < program.first_leaf
        expect(writable, f"stores cell {cell}")
        expect(not (once and cell in stored), f"stores cell {cell} twice")
        stored.add(cell)

    for counters in product(*map(range, loop.extents)):
        if isinstance(loop, Map):
            for operand in loop.operands:
                note_read(operand, counters)
            for store in loop.stores:
                note_store(store.target, counters, True)
            continue
        for term in loop.terms:
            for k in range(term.count):
                note_read(term.left, (*counters, k))
                if term.right is not None:
                    note_read(term.right, (*counters, k))
        if loop.start == loop.target:
            cell = loop.target.cell(table, counters)
            expect(bool(defined[cell]), f"adds to cell {cell}, undefined")
        elif isinstance(loop.start, Address):
            note_read(loop.start, counters)
        note_store(loop.target, counters, not loop.in_order)
    expect(not (read & stored), f"stores {sorted(read & stored)[:3]}, which it reads")
    for cell in stored:
        defined[cell] = 1


def ids_of(operand: Any) -> Iterator[int]:
    """The ids in an operand, or in a list of operands."""
    if isinstance(operand, int):
        yield operand
    elif operand is not None:
        for each in operand:
            yield from ids_of(each)


def verify_graph(graph: Graph) -> None:
    """Check that each node reads what was there before it, and that ids are given once.

    Raises:
        InvalidProgram: says which node breaks which rule.
    """
    known = {*range(graph.parameters), *graph.leaves, *graph.inputs, *graph.constants}
    counts = {len(graph.kinds), len(graph.operands), len(graph.results), len(graph.lanes)}
    expect(len(counts) == 1, "columns of different lengths")
    for node, (kind, first, lanes) in enumerate(
        zip(graph.kinds, graph.results, graph.lanes, strict=True)
    ):
        if not known.issuperset(ids_of(operands_of(graph, node))):
            raise InvalidProgram(f"node {node}, {kind}, reads what is not there yet")
        results = set(range(first, first + lanes))
        expect(lanes > 0 and not results & known, f"node {node}, {kind}, gives {first} again")
        expect(first + lanes <= graph.size, f"node {node}, {kind}, gives {first}: too high")
        known |= results
    expect(known.issuperset(graph.outputs), "an output is not there")


def verify_definitions(definitions: Definitions) -> None:
    """Check that each definition reads lower levels only, and that ids are defined once.

    Ids that a `Scatter` adds to have a new level each time, so those are not compared.

    Raises:
        InvalidProgram: says which definition breaks which rule.
    """
    level = definitions.level
    defined: set[int] = set()
    added: set[int] = set()
    for group in definitions.groups.values():
        for each in group:
            if isinstance(each, Scatter):
                added.update(each.cells.values())

    for (own, form), group in definitions.groups.items():
        for each in group:
            reads, first, lanes = parts_of(definitions, form, each)
            for number in ids_of(reads):
                if level[number] >= own and number not in added:
                    raise InvalidProgram(f"{each} of level {own} reads {number}, which is no lower")
            for target in first:
                numbers = range(target, target + lanes)
                if any(level[number] != own and number not in added for number in numbers):
                    raise InvalidProgram(f"{each} defines ids that are not of its level {own}")
                if not defined.isdisjoint(numbers):
                    raise InvalidProgram(f"{each} defines an id again")
                defined.update(numbers)


def parts_of(
    definitions: Definitions, form: Any, definition: Any
) -> tuple[list[Operand | None], tuple[int, ...], int]:
    """What a definition reads, the first ids that it defines, and how many in a row."""
    if isinstance(definition, MapDefinition):
        return list(definition.operands), definition.targets, form.lanes
    if isinstance(definition, Gather):
        choice = definitions.graph.choices[definition.choice]
        return [choice.candidates], (definition.target,), 1
    if isinstance(definition, SumDefinition):
        assert isinstance(form, SumForm)
        reads: list[Any] = [None if isinstance(definition.start, float) else definition.start]
        for left, right in definition.segments:
            reads += [left, right]
        return reads, (definition.target,), form.lanes
    return [definition.left, definition.right], (), 0
