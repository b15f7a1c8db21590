"""The whole graph: what is straight-line code, what is a loop, and in which order they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from micrograd.compile.program.instructions import ONE, Instruction, Loop, Node, Operand, Program
from micrograd.compile.program.sums import (
    Entangled,
    Prepared,
    Sum,
    check_order,
    columns_of,
    find_sum,
    indices_of,
    nodes_of,
)
from micrograd.compile.program.symbols import Recipe, recipe_of
from micrograd.compile.program.tape import Tape, Traced, backward
from micrograd.compile.program.terms import exponent
from micrograd.engine import Value, by_serial, interior

NAMES = {"+": "sum", "-": "difference"}
"""What a loop's terms make, by the operation that combines them."""


def recipe_of_value(node: Value) -> Recipe:
    """What a node's operation does."""
    return recipe_of(node.operation, len(node.operands), exponent(node))


def build(loss: Value, parameters: Sequence[Value]) -> Program:
    """The program of one step.

    Args:
        loss: the root of the graph.
        parameters: the leaves whose gradients are wanted; other leaves count as constants.
    """
    flat: set[Value] = set()
    numbers = {parameter: k for k, parameter in enumerate(parameters)}
    while True:
        try:
            return Builder(loss, numbers, flat).program()
        except Entangled as entangled:
            flat |= entangled.sums


class Builder:
    """One attempt at a program, with the sums in `flat` not rolled."""

    def __init__(self, loss: Value, parameters: dict[Value, int], flat: set[Value]) -> None:
        self.loss = loss
        self.parameters = parameters
        self.sums: dict[Value, Sum] = {}
        self.outer: list[Value] = []
        self.prepared: dict[Value, Prepared] = {}
        self.tape = Tape()
        self.find_sums(flat)

    def find_sums(self, flat: set[Value]) -> None:
        """Walk the graph from the loss, and stop at the terms of sums that are rolled."""
        parameters = self.parameters
        seen = {self.loss}
        order = [self.loss]
        inside: set[Value] = set()
        count = 0
        for node in order:
            found = None
            if node.operation in ("+", "-") and node not in flat:
                found = find_sum(node, parameters)
            following: Iterable[Value | float] = node.operands[: len(node.slopes)]
            if found is not None:
                self.sums[node] = found
                members = [each for row in found.rows for each in row.nodes]
                members += [each for each in found.additions if each is not node]
                inside.update(members)
                count += len(members)
                if count != len(inside):
                    raise Entangled([node])
                following = [] if found.start is None else [found.start]
            else:
                self.outer.append(node)
            for operand in following:
                if isinstance(operand, Value) and operand not in seen and operand.operands:
                    seen.add(operand)
                    order.append(operand)
        if not inside.isdisjoint(seen):
            raise Entangled(
                top
                for top, found in self.sums.items()
                if any(each in seen for row in found.rows for each in row.nodes)
                or any(each in seen for each in found.additions if each is not top)
            )
        self.outer.sort(key=by_serial)

    def operand(self, operand: Value | float, values: dict[Value, Operand]) -> Operand:
        """What stands for an operand of an outer node."""
        if isinstance(operand, Value):
            if operand in self.parameters:
                return Operand("parameter", self.parameters[operand])
            if operand in values:
                return values[operand]
            return Operand("literal", operand.data)
        return Operand("literal", float(operand))

    def target(self, operand: Value | float) -> object:
        """Where an operand's gradient goes: a parameter, a node, or nowhere."""
        if not isinstance(operand, Value):
            return None
        if operand in self.parameters:
            return Operand("parameter", self.parameters[operand])
        return operand if operand.operands else None

    def program(self) -> Program:
        """Forward what does not need a loop's total, backward with the loops, and the rest."""
        tape = self.tape
        self.prepared = {top: self.prepare(found) for top, found in self.sums.items()}
        early = self.early_sums()
        late = set(self.sums) - early  # what is known only after the loops
        values: dict[Value, Operand] = {top: Operand("late", 0) for top in late}
        traced: dict[Value, Traced] = {}
        sections: list[list[Instruction] | Loop] = [[]]
        for node in sorted([*self.outer, *early], key=by_serial):
            if node in early:
                rows = self.prepared[node]
                sections.append(Loop([], [], rows.rows, rows.indices, rows.nodes, None, tape))
                number = sum(isinstance(section, Loop) for section in sections) - 1
                values[node] = self.total(self.open_section(sections), node, number, values)
                continue
            before = self.open_section(sections)
            operands = node.operands
            made = recipe_of_value(node)
            targets = tuple(map(self.target, operands))
            if any(isinstance(operand, Value) and operand in late for operand in operands):
                late.add(node)
                values[node] = Operand("late", 0)
                known = tuple(self.operand(operand, values) for operand in operands)
                traced[node] = Traced(made, known, targets)
                continue
            known = tuple(self.operand(operand, values) for operand in operands)
            entry = traced[node] = Traced(made, known, targets)
            values[node], entry.done = tape.forward(before, made, known)
        self.backward(sections, traced)
        after: list[Instruction] = []
        numbers = {top: k for k, top in enumerate(self.loop_order, start=len(early))}
        for node in sorted(late, key=by_serial):
            if node in self.sums:
                values[node] = self.total(after, node, numbers[node], values)
            else:
                known = tuple(self.operand(each, values) for each in node.operands)
                values[node], _ = tape.forward(after, traced[node].made, known)
        sections.append(after)
        loss = self.operand(self.loss, values)
        return Program(
            len(self.parameters),
            [part for part in sections if part],
            loss,
            tape,
            self.records(numbers),
        )

    def early_sums(self) -> set[Value]:
        """The sums that the backward pass needs to know, as that of a root of a sum does.

        Their loops run twice: forward only, and again when the gradient is known.
        """
        early: set[Value] = set()
        below: dict[Value, set[Value]] = {}
        for node in sorted([*self.outer, *self.sums], key=by_serial):
            if node in self.sums:
                start = self.sums[node].start
                below[node] = {node}
                if isinstance(start, Value):
                    below[node] |= below.get(start, set())
                continue
            parts = [below.get(each) if isinstance(each, Value) else None for each in node.operands]
            if any(parts):
                below[node] = set().union(*filter(None, parts))
                made = recipe_of_value(node)
                for slope, operand in zip(made.slopes, node.operands, strict=False):
                    if self.target(operand) is not None:
                        early.update(*(parts[k] or () for k in made.operands_of(slope)))
        return early

    def total(
        self, code: list[Instruction], top: Value, number: int, values: dict[Value, Operand]
    ) -> Operand:
        """Append what adds up the terms of a loop."""
        operands = [Operand("terms", number)]
        start = self.sums[top].start
        if start is not None:
            operands.append(self.operand(start, values))
        result = self.tape.temporary()
        name = NAMES[self.sums[top].operation]
        code.append(Instruction(name, int(result.value), tuple(operands)))
        return result

    def records(self, loops: dict[Value, int]) -> list[Node]:
        """The outer nodes and the sums as data, oldest first."""
        order = sorted([*self.outer, *self.sums], key=by_serial)
        place = {node: Operand("node", k) for k, node in enumerate(order)}
        nodes = []
        for node in order:
            if node in self.sums:
                start = self.sums[node].start
                operands: tuple[Operand, ...] = (Operand("terms", loops[node]),)
                if start is not None:
                    operands += (self.operand(start, place),)
                nodes.append(Node(NAMES[self.sums[node].operation], operands))
            else:
                operands = tuple(self.operand(each, place) for each in node.operands)
                nodes.append(Node(node.operation, operands, exponent(node) is not None))
        return nodes

    def backward(
        self, sections: list[list[Instruction] | Loop], traced: dict[Value, Traced]
    ) -> None:
        """The backward pass over outer nodes and loops, newest first."""
        tape = self.tape
        gradients: dict[object, Operand] = {self.loss: ONE}
        seeds: dict[Value, Operand] = {}
        # A sum has three turns: at its top it takes its gradient, at its rows the loop runs, and
        # its first addition hands the gradient on to the start.
        turns = [(node.serial, "node", node) for node in self.outer]
        prepared = self.prepared
        for top, found in self.sums.items():
            turns.append((top.serial, "top", top))
            # the rows may wait for their newest use of a parameter, and no longer
            uses = [last for _, last in prepared[top].spans.values()]
            newest = max(uses, default=found.rows[-1].nodes[-1].serial)
            turns.append((newest, "rows", top))
            turns.append((found.additions[0].serial, "start", top))
        # at one serial (a sum of one addition): top, start
        turns.sort(key=lambda turn: (turn[0], turn[1]), reverse=True)
        self.loop_order: list[Value] = []
        spans: list[tuple[Value, dict[int, tuple[float, float]]]] = []

        def check_after(serial: float, target: object) -> None:
            if isinstance(target, Operand):
                for top, span in spans:
                    if target.value in span and span[int(target.value)][0] < serial:
                        raise Entangled([top])

        for serial, turn, node in turns:
            if turn == "top":
                if node not in gradients:
                    raise Entangled([node])
                seeds[node] = gradients.pop(node)
            elif turn == "rows":
                rows = prepared[node]
                span = rows.spans
                for other, theirs in spans:
                    if any(k in theirs and theirs[k][0] < span[k][1] for k in span):
                        raise Entangled([min(node, other, key=lambda top: self.sums[top].size)])
                spans.append((node, span))
                seed = seeds[node]
                if self.sums[node].operation == "-":
                    code = self.open_section(sections)
                    seed = tape.emit(code, "*", Operand("literal", -1.0), seed)
                sections.append(Loop([], [], rows.rows, rows.indices, rows.nodes, seed, tape))
                self.loop_order.append(node)
            elif turn == "start":
                start = self.sums[node].start
                target = None if start is None else self.target(start)
                check_after(serial, target)
                code = self.open_section(sections)
                if isinstance(target, Operand):
                    code.append(Instruction("gradient", -1, (target, seeds[node])))
                elif target in gradients:
                    gradients[target] = tape.emit(code, "+", gradients[target], seeds[node])
                elif target is not None:
                    gradients[target] = seeds[node]
            elif node in gradients:
                entry = traced[node]
                for target in entry.targets:
                    check_after(serial, target)
                code = self.open_section(sections)
                backward(tape, code, entry, gradients.pop(node), gradients)

    def open_section(self, sections: list[list[Instruction] | Loop]) -> list[Instruction]:
        """The straight-line section to append to: the last, or a new one behind a loop."""
        last = sections[-1]
        if isinstance(last, Loop):
            last = []
            sections.append(last)
        return last

    def prepare(self, found: Sum) -> Prepared:
        """Tell what the terms of a sum share, and which serials use which parameter."""
        constants, rows = columns_of([row.constants for row in found.rows])
        used, indices = indices_of([row.parameters for row in found.rows])
        nodes = nodes_of(found.shape, self.parameters, constants, used)
        return Prepared(rows, indices, nodes, check_order(found, nodes))


def build_model(
    model: Callable[[list[Value]], Any], inputs: int, parameters: Sequence[Value]
) -> tuple[Program, bool]:
    """The program that evaluates a model: a loop over points that stores each output.

    Returns:
        the program, and whether the model gives a single output and no list.
    """
    leaves = [Value(0.1 + k) for k in range(inputs)]
    answer = model(list(leaves))
    single = isinstance(answer, Value)
    outputs = [answer] if single else list(answer)
    numbers = {parameter: k for k, parameter in enumerate(parameters)}
    tape = Tape()
    body: list[Instruction] = []
    values: dict[Value, Operand] = {leaf: Operand("column", k) for k, leaf in enumerate(leaves)}

    def operand(each: Value | float) -> Operand:
        if isinstance(each, Value):
            if each in numbers:
                return Operand("parameter", numbers[each])
            return values.get(each) or Operand("literal", each.data)
        return Operand("literal", float(each))

    order: dict[Value, None] = {}
    for output in outputs:
        if isinstance(output, Value) and output.operands:
            order.update(dict.fromkeys(interior(output)))
    for node in sorted(order, key=lambda node: node.serial):
        known = tuple(map(operand, node.operands))
        values[node], _ = tape.forward(body, recipe_of_value(node), known)
    loop = Loop(body, [operand(output) for output in outputs], [(0.0,) * inputs], [()])
    return Program(len(numbers), [loop], Operand("literal", 0.0), tape), single
