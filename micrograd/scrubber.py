"""The backward pass of a graph, step by step: the right way, and ways that go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from micrograd.draw import Drawing, nodes_with_slopes, operands_of, short, title
from micrograd.engine import Value
from micrograd.mime import SCRUBBER
from micrograd.svg import for_json

MOST_STEPS = 200
"""A walk in a hurry may take exponentially many steps: a longer one is not offered."""


def scrub(root: Value, wrong: bool = False) -> Scrubber:
    """Draw the graph of a computation, with its backward pass to walk through step by step.

    Args:
        root: the result from which the gradients go back.
        wrong: whether there are ways to choose that go wrong: `=` in place of `+=`, a walk that
            does not wait for all shares of a node, and one that begins at the leaves.

    Returns:
        A drawing with all gradients at 0, and the local slopes at the arrows. The page shows it
        with buttons for the next and the last step; elsewhere it is a picture. The Values' own
        gradients stay as they are.

    Raises:
        ValueError: operands without slopes.

    Examples:
        >>> a = Value(3.0, "a")
        >>> scrub(a * a)
        <Graph of 2 Values, data 9 at its root>
    """
    return Scrubber(root, wrong)


class Scrubber(Drawing):
    """A drawing and the steps of its backward pass, one product of the chain rule each.

    Attributes:
        steps: for each step the node whose gradient goes on, the operand where the product is
            added, its place among the node's operands (-1 for the root's own gradient), slope,
            gradient and product, and the operand's gradient before and after.
        values: for each Value of the graph its name, label, operation and data, and which steps
            add to its gradient.
        ways: the ways that go wrong: for each its name and its steps.
    """

    def __init__(self, root: Value, wrong: bool = False) -> None:
        nodes = nodes_with_slopes(root)
        self.steps = steps_of(nodes, shares(reversed(nodes)))
        self.ways: list[dict[str, Any]] = []
        if wrong:
            hurried = in_a_hurry(root)
            self.ways = [
                {"name": name, "steps": steps_of(nodes, way, add)}
                for name, way, add in (
                    ("= in place of +=", shares(reversed(nodes)), False),
                    ("in a hurry", hurried, True),
                    ("leaves first", shares(nodes), True),
                )
                if len(way) <= MOST_STEPS
            ]
        self.values = [
            {
                "name": f"value-{i}",
                "label": node.label,
                "title": title(node),
                "operation": node.operation,
                "data": node.data,
                "steps": [k for k, s in enumerate(self.steps) if s["operand"] == f"value-{i}"],
            }
            for i, node in enumerate(nodes)
        ]
        room = {value["name"]: len("grad 0") for value in self.values}
        for step in (step for way in [self.steps, *self.ways_steps()] for step in way):
            name = step["operand"]
            room[name] = max(room[name], len(f"grad {short(step['after'])}"))
        super().__init__(root, slopes=True, grads=["0"] * len(nodes), room=[*room.values()])

    def ways_steps(self) -> list[list[dict[str, Any]]]:
        """Return the steps of the ways that go wrong."""
        return [way["steps"] for way in self.ways]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        payload = {"version": 2, "values": self.values, "steps": self.steps, "ways": self.ways}
        return super()._repr_mimebundle_() | {SCRUBBER: for_json(payload)}


Share = tuple[Value, int]
"""A node, and at which of its operands a share arrives."""


def shares(order: Iterator[Value] | Sequence[Value]) -> list[Share]:
    """Return the shares that nodes hand on, node by node."""
    return [(node, place) for node in order for place in range(len(node.slopes))]


def in_a_hurry(root: Value) -> list[Share]:
    """Return the shares of a walk in which each node hands on what it has as a share arrives."""
    found: list[Share] = []
    stack: list[Share] = list(reversed(shares([root])))
    while stack and len(found) <= MOST_STEPS:
        node, place = stack.pop()
        found.append((node, place))
        stack += reversed(shares([operands_of(node)[place]]))
    return found


def steps_of(
    nodes: Sequence[Value], way: Sequence[Share], add: bool = True
) -> list[dict[str, Any]]:
    """Return the steps of a walk: what is multiplied, where it goes, and what comes of it."""
    root = nodes[-1]
    names = {id(node): f"value-{i}" for i, node in enumerate(nodes)}
    grads = dict.fromkeys(names.values(), 0.0)
    steps: list[dict[str, Any]] = []

    def step(node: Value, place: int, operand: Value, slope: float, upstream: float) -> None:
        name = names[id(operand)]
        product, before = slope * upstream, grads[name]
        after = grads[name] = before + product if add and place >= 0 else product
        field = f"{operand.label if operand.label.isidentifier() else 'operand'}.grad"
        what = f"slope {short(slope)} times gradient {short(upstream)} is {short(product)}"
        if place < 0:
            text = f"The gradient of {title(node)}, the root, is 1."
            code = f"{field} = 1"
        elif add:
            text = (
                f"From {title(node)} to {title(operand)}: {what}; "
                f"added to {short(before)} that makes {short(after)}."
            )
            code = f"{field} += {short(slope)} * {short(upstream)}"
        else:
            gone = f"; the {short(before)} from before is lost" if before else ""
            text = f"From {title(node)} to {title(operand)}: {what}{gone}."
            code = f"{field} = {short(slope)} * {short(upstream)}"
        steps.append(
            {
                "node": names[id(node)],
                "operand": name,
                "place": place,
                "slope": slope,
                "upstream": upstream,
                "product": product,
                "before": before,
                "after": after,
                "code": f"{code}  # {short(after)}",
                "text": text,
            }
        )

    step(root, -1, root, 1.0, 1.0)
    for node, place in way:
        upstream = grads[names[id(node)]]
        step(node, place, operands_of(node)[place], node.slopes[place], upstream)
    return steps
