"""The terms of a sum: whether they have one shape, and in which numbers they differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from micrograd.engine import Value, by_serial, interior


def exponent(node: Value) -> float | None:
    """The plain number to whose power a node raises; it is part of the program's shape."""
    if node.operation == "**" and not isinstance(node.operands[1], Value):
        return node.operands[1]  # type: ignore[no-any-return]
    return None


def halves(node: Value) -> tuple[tuple[Any, ...], Any, tuple[Any, ...]]:
    """The weights, the bias and the inputs of a weighted sum."""
    count = len(node.operands) // 2
    return node.operands[:count], node.operands[count], node.operands[count + 1 :]


@dataclass(slots=True)
class Row:
    """One term: its nodes, oldest first, the numbers and the parameters it uses, in order."""

    nodes: list[Value]
    constants: list[float]
    parameters: list[int]


@dataclass
class Template:
    """The shape of a term, read off the first one.

    `wiring[k]` has for each operand of node k a node's number, or None for a constant, or -1 for a
    parameter that may differ from term to term; `weights[k]` has the weights and the bias of a
    weighted sum over parameters, which may not, and `like[k]` a later node with the same inputs.
    `choices` has the nodes between which terms choose for operand `position` of node k.
    """

    nodes: list[Value]
    wiring: list[tuple[int | None, ...]]
    weights: dict[int, tuple[tuple[Value, ...], Value]]
    like: dict[int, int]
    exponents: dict[int, float | None]
    choices: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @cached_property
    def differing(self) -> list[int]:
        """The nodes that have operands in which terms may differ; asked for when all are known."""
        differ = {k for k, wires in enumerate(self.wiring) if None in wires or -1 in wires}
        return sorted(differ.union(k for k, _ in self.choices))


def is_number(operand: object, parameters: dict[Value, int]) -> bool:
    """Whether an operand is the same number in every run: no parameter and not computed."""
    return not isinstance(operand, Value) or (operand not in parameters and not operand.operands)


def template_of(term: Value, parameters: dict[Value, int]) -> Template:
    """The shape of a term."""
    nodes = interior(term)
    place = {node: k for k, node in enumerate(nodes)}
    shape = Template(nodes, [], {}, {}, {})
    users: dict[tuple[object, ...], int] = {}
    for k in range(len(nodes) - 1, -1, -1):
        node = nodes[k]
        if node.operation == "weighted sum":
            weights, bias, inputs = halves(node)
            if bias in parameters and all(weight in parameters for weight in weights):
                shape.weights[k] = weights, bias
                if inputs in users:
                    shape.like[k] = users[inputs]
                elif isinstance(inputs[0], Value):
                    users[inputs] = k
    for k, node in enumerate(nodes):
        shape.exponents[k] = exponent(node)
        operands = halves(node)[2] if k in shape.weights else node.operands
        wires: list[int | None] = []
        for operand in operands:
            if isinstance(operand, Value) and operand in place:
                wires.append(place[operand])
            elif isinstance(operand, Value) and operand in parameters:
                wires.append(-1)
            else:
                wires.append(None)
        shape.wiring.append(tuple(wires))
    return shape


def interior_up_to(count: int, root: Value) -> list[Value]:
    """What `interior` returns; [] if that is more than so many nodes."""
    nodes = [root] if root.operands else []
    seen = set(nodes)
    for node in nodes:  # `nodes` grows meanwhile
        if len(nodes) > count:
            return []
        for operand in node.operands[: len(node.slopes)]:
            if operand.operands and operand not in seen:
                seen.add(operand)
                nodes.append(operand)
    return sorted(nodes, key=by_serial)


def alike(node: Value, model: Value) -> bool:
    """Whether two nodes have the same operation, of as many operands and as many Values."""
    return (
        node.operation == model.operation
        and len(node.operands) == len(model.operands)
        and len(node.slopes) == len(model.slopes)
    )


def matched(
    term: Value | float, shape: Template, parameters: dict[Value, int]
) -> list[Value] | None:
    """The term's nodes, if it has the template's shape; walks down from the term."""
    if not isinstance(term, Value):
        return None
    count = len(shape.nodes)
    nodes: list[Value | None] = [None] * count
    nodes[-1] = term
    for k in range(count - 1, -1, -1):
        node = nodes[k]
        model = shape.nodes[k]
        if (
            node is None
            or node.operation != model.operation
            or len(node.operands) != len(model.operands)
            or len(node.slopes) != len(model.slopes)
        ):
            return None
        if k in shape.weights:
            weights, bias, operands = halves(node)
            if (weights, bias) != shape.weights[k]:
                return None
            if len(node.slopes) < len(node.operands):  # inputs are numbers
                continue
            if k in shape.like:
                if halves(nodes[shape.like[k]])[2] != operands:  # type: ignore[arg-type]
                    return None
                continue
        else:
            if exponent(node) != shape.exponents[k]:
                return None
            operands = node.operands
        for wire, operand in zip(shape.wiring[k], operands, strict=True):
            if wire is None:
                if not is_number(operand, parameters):
                    return None
            elif wire == -1:
                if operand not in parameters:
                    return None
            else:
                if not isinstance(operand, Value) or not operand.operands:
                    return None
                known = nodes[wire]
                if known is None:
                    nodes[wire] = operand
                elif known is not operand:
                    return None
    found: list[Value] = nodes  # type: ignore[assignment]
    ages = [node.serial for node in found]
    return found if ages == sorted(set(ages)) else None


def aligned(
    term: Value | float, shape: Template, parameters: dict[Value, int]
) -> list[Value] | None:
    """The term's nodes, if in order of age they are like the template's.

    An operand may be another node than in the template (the probability of the row's class): such
    choices are added to the template.
    """
    if not isinstance(term, Value):
        return None
    nodes = interior_up_to(len(shape.nodes), term)
    if len(nodes) != len(shape.nodes) or not all(map(alike, nodes, shape.nodes)):
        return None
    place = {node: k for k, node in enumerate(nodes)}
    choices: dict[tuple[int, int], list[int]] = {}
    for k, node in enumerate(nodes):
        operands = node.operands
        if k in shape.weights:
            weights, bias, operands = halves(node)
            if (weights, bias) != shape.weights[k]:
                return None
        elif exponent(node) != shape.exponents[k]:
            return None
        wires = shape.wiring[k]
        for position, (wire, operand) in enumerate(zip(wires, operands, strict=True)):
            if wire is None:
                if not is_number(operand, parameters):
                    return None
            elif wire == -1:
                if operand not in parameters:
                    return None
            elif place.get(operand) != wire:
                if operand not in place or k in shape.weights:
                    return None
                known = shape.choices.get((k, position), [wire])
                choices[k, position] = sorted({*known, place[operand]})
    both = shape.choices | choices
    for (k, position), places in both.items():
        # a choice hands its gradient on when its user has handed on all of its own
        later = shape.wiring[k][position + 1 :]
        if not set(later).isdisjoint(places) or sum(k == other for other, _ in both) > 1:
            return None
    shape.choices = both
    return nodes


def row_of(nodes: list[Value], shape: Template, parameters: dict[Value, int]) -> Row:
    """The numbers and the parameters that a term with these nodes uses."""
    row = Row(nodes, [], [])
    constants = row.constants
    for k in shape.differing:
        node = nodes[k]
        wires = shape.wiring[k]
        operands = halves(node)[2] if k in shape.weights else node.operands
        skipped = 1 if shape.exponents[k] is not None else -1
        for position, (wire, operand) in enumerate(zip(wires, operands, strict=True)):
            if wire is None:
                if position != skipped:
                    constants.append(operand.data if isinstance(operand, Value) else operand)
            elif wire == -1:
                row.parameters.append(parameters[operand])
            elif (k, position) in shape.choices:
                chosen = [nodes[place] is operand for place in shape.choices[k, position]]
                constants.append(float(chosen.index(True)))
    return row
