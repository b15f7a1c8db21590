"""Layers found in the scalar graph: weighted sums that share their inputs.

What does not fit (a parameter used twice, another activation, a layer read from two places) is no
layer.
"""

from __future__ import annotations

from dataclasses import dataclass

from micrograd.compile.program.instructions import Loop, Node, Numbers, Operand

MOST_INPUTS = 64
"""Each input is some bytes of code."""
ACTIVATIONS = ("relu", "tanh")


@dataclass(slots=True)
class Layer:
    """A layer of the graph: its neurons' parameters, what they read, what follows them."""

    weights: list[Numbers]
    """Of each neuron, and its bias behind."""
    inputs: tuple[Operand, ...]
    outputs: tuple[Operand, ...]
    activation: str


def find_layers(loop: Loop) -> tuple[list[Layer], list[Node]] | None:
    """The layers in a loop's term, and the nodes behind them; None where they are no chain.

    The nodes behind read outputs of the last layer as operands of kind `output`.
    """
    users: dict[int, list[int]] = {}
    groups: dict[tuple[Operand, ...], list[int]] = {}
    for k, node in enumerate(loop.nodes):
        if node.weights:
            groups.setdefault(node.operands, []).append(k)
        else:
            for operand in node.operands:
                if operand.kind == "node":
                    users.setdefault(int(operand.value), []).append(k)
    for inputs, places in groups.items():
        for operand in inputs:
            if operand.kind == "node":
                users.setdefault(int(operand.value), []).extend(places)
    if not groups:
        return None
    inputs = next(iter(groups))
    if any(each.kind not in ("column", "literal") for each in inputs):
        return None
    layers: list[Layer] = []
    used: set[int] = set()
    while inputs in groups:
        places = groups.pop(inputs)
        weights = [loop.nodes[k].weights for k in places]
        used.update(places)
        after = [users.get(k, []) for k in places]
        outputs = tuple(Operand("node", k) for k in places)
        layer = Layer(weights, inputs, outputs, "")
        layers.append(layer)
        if outputs not in groups and all(len(each) == 1 for each in after):
            following = [each[0] for each in after]
            operations = {loop.nodes[k].operation for k in following}
            activated = tuple(Operand("node", k) for k in following)
            if activated in groups:
                if len(operations) > 1 or not operations <= set(ACTIVATIONS):
                    return None
                layer.activation = operations.pop()
                layer.outputs = activated
                used.update(following)
        inputs = layer.outputs
        if inputs in groups:
            readers = groups[inputs]
            if any(users[int(each.value)] != readers for each in inputs):
                return None
    own = [k for layer in layers for row in layer.weights for k in row]
    others: list[int] = []
    results = {each.value: n for n, each in enumerate(layers[-1].outputs)}
    rest: list[Node] = []
    numbers: dict[int, int] = {}
    for k, node in enumerate(loop.nodes):
        if k in used:
            continue
        operands = []
        for operand in node.operands:
            if operand.kind == "node":
                if operand.value in results:
                    operand = Operand("output", results[operand.value])
                elif operand.value in numbers:
                    operand = Operand("node", numbers[int(operand.value)])
                else:
                    return None  # a hidden neuron is read from behind
            if operand.kind == "parameter":
                others.append(int(operand.value))
            operands.append(operand)
        others += node.weights
        numbers[k] = len(rest)
        rest.append(node._replace(operands=tuple(operands)))
    once = set(own)
    if len(once) < len(own) or not once.isdisjoint(others):
        return None
    if not rest or loop.indices[0] or len(layers[0].inputs) > MOST_INPUTS:
        return None
    return layers, rest
