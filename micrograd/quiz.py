"""A graph whose gradients are filled in by a reader, box by box."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from micrograd import operations
from micrograd.draw import Drawing, nodes_with_slopes, operands_of, short, title, trace
from micrograd.engine import Value
from micrograd.mime import QUIZ
from micrograd.svg import for_json

NUDGE = 0.001
MOST_BOXES = 30

FUNCTIONS: dict[str, Any] = {
    "+": operations.add,
    "-": operations.subtract,
    "*": operations.multiply,
    "/": operations.divide,
    "neg": operations.negate,
    "abs": operations.absolute,
    "tanh": operations.tanh,
    "exp": operations.exp,
    "log": operations.log,
    "relu": operations.relu,
    "sigmoid": operations.sigmoid,
}


def quiz(root: Value) -> Quiz:
    """Ask for the gradients of a graph: a drawing whose gradients the reader fills in.

    Args:
        root: the result whose graph is asked about; its own gradient, 1, is given.

    Returns:
        A drawing. On a page of the book each gradient is a field that answers by itself, with a
        nudge of the number as proof; elsewhere it is a picture, and `answers` has the gradients.
        The Values' own gradients stay as they are.

    Raises:
        ValueError: a root that was not computed, a graph of more than 30 Values, or operands
            without slopes.

    Examples:
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> quiz(a * b).answers
        {'a': -3.0, 'b': 2.0}
    """
    if not operands_of(root):
        raise ValueError(
            f"{title(root)} was not computed from any Value, expected a result, such as a * b"
        )
    if (size := len(trace(root)[0])) > MOST_BOXES:
        raise ValueError(
            f"the graph has {size} Values, expected at most {MOST_BOXES} to fill in: "
            "ask about an earlier result"
        )
    return Quiz(root)


class Quiz(Drawing):
    """A drawing that asks for its gradients.

    Attributes:
        answers: the gradient of each Value but the root, by its label, else by its operation and
            data.
    """

    def __init__(self, root: Value) -> None:
        nodes = nodes_with_slopes(root)
        self.nodes = nodes
        asked = ["1" if node is root else "?" for node in nodes]
        super().__init__(root, grads=asked, room=[10] * len(nodes), height=0.95)
        self.description = f"Quiz about the {self.description.lower()}"
        self.grads = {id(node): 0.0 for node in nodes}
        self.grads[id(root)] = 1.0
        self.uses: dict[int, list[tuple[Value, float]]] = {id(node): [] for node in nodes}
        for node in reversed(nodes):
            for operand, slope in zip(operands_of(node), node.slopes, strict=True):
                self.grads[id(operand)] += slope * self.grads[id(node)]
                self.uses[id(operand)].append((node, slope))
        self.answers = {title(node): self.grads[id(node)] for node in nodes[:-1]}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        root = self.nodes[-1]
        boxes = [self.box(i, node) for i, node in enumerate(self.nodes) if node is not root]
        payload = {"version": 1, "root": title(root), "boxes": boxes}
        bundle = super()._repr_mimebundle_() | {QUIZ: for_json(payload)}
        rows = [f"{title(node)}: data {short(node.data)}, grad ?" for node in self.nodes[:-1]]
        hint = "Fill in the gradients; the answers are in quiz(…).answers."
        bundle["text/plain"] = "\n".join([f"{self.description}. {hint}", *rows])
        return bundle

    def box(self, i: int, node: Value) -> dict[str, Any]:
        """Return what the page needs to know to judge the field of a node."""
        grad = self.grads[id(node)]
        slips: list[dict[str, Any]] = []
        for slip, words in self.slips(node):
            known = [grad, *(float(other["value"]) for other in slips)]
            if math.isfinite(slip) and not any(close(slip, value) for value in known):
                slips.append({"value": slip, "words": words})
        return {
            "name": f"value-{i}",
            "title": title(node),
            "grad": grad,
            "slips": slips,
            "hint": self.hint(node),
            "proof": self.proof(i, node),
        }

    def slips(self, node: Value) -> Iterator[tuple[float, str]]:
        """Yield wrong answers that beginners give, each with what went wrong in it."""
        name, grad = title(node), self.grads[id(node)]
        uses = self.uses[id(node)]
        root = title(self.nodes[-1])
        if len(uses) > 1:
            for user, slope in uses:
                yield (
                    slope * self.grads[id(user)],
                    f"That is the share by one way. {name} is used {len(uses)} times: "
                    "add the shares of all its ways.",
                )
            product = math.prod(slope * self.grads[id(user)] for user, slope in uses)
            yield (
                product,
                "Multiply along a way, and add over the ways: do not multiply the shares.",
            )
        for user, slope in uses:
            upstream, above, kind = self.grads[id(user)], title(user), user.operation
            if kind == "tanh":
                out = user.data
                for wrong, words in (
                    (1 - out, "That is with 1 minus the output; the output has to be squared."),
                    (out * out, "That is with the square of the output; the slope is 1 minus it."),
                    (1 - node.data**2, f"It is the output of tanh that is squared, not {name}."),
                    (out, "That is with the output itself; the slope is 1 minus its square."),
                ):
                    yield wrong * upstream, words
            yield (
                slope,
                f"That is the local slope alone: multiply it by the gradient of {above}, "
                f"which is {short(upstream)}.",
            )
            yield (
                upstream,
                f"That is the gradient of {above}, handed on as it is. Multiply it by the slope "
                f"of {kind} for {name}.",
            )
            if kind == "*":
                yield (
                    node.data * upstream,
                    f"You multiplied by {name} itself; the slope of a factor is the other factor.",
                )
            yield slope + upstream, "Along a way, slopes multiply; they do not add."
            if kind == "+":
                yield upstream / 2, "A sum does not share its gradient out: each operand gets all."
                yield node.data * upstream, "A sum does not multiply: its slope is 1 for each."
        yield -grad, "Only the sign is wrong."
        if not node.data:
            yield 0.0, f"{name} is 0, but a nudge of it still moves {root}: a gradient is no size."
        yield 0.0, f"0 would mean that {root} does not move when {name} does."
        yield node.data, f"That is the data of {name}: the gradient says how much {root} changes."
        yield self.nodes[-1].data, f"That is the data of {root}."

    def hint(self, node: Value) -> str:
        """Return what to do about an answer that is wrong in an unknown way."""
        ways = [
            f"the slope of {user.operation} for {title(node)}, {short(slope)}, times the gradient "
            f"of {title(user)}, {short(self.grads[id(user)])}"
            for user, slope in self.uses[id(node)]
        ]
        return f"It is {', plus '.join(ways)}."

    def proof(self, i: int, node: Value) -> str:
        """Return what a nudge of the node does to the root; empty where nothing can be run."""
        root, rest = self.nodes[-1], self.recomputed(i, 0.0)
        nudged = self.recomputed(i, NUDGE)
        if rest is None or nudged is None or not close(rest, root.data):
            return ""
        change = nudged - rest
        return (
            f"A nudge shows it: {title(node)} + {NUDGE} moves {title(root)} by {change:.3g}, "
            f"about {short(float(f'{change / NUDGE:.3g}'))} times as much."
        )

    def recomputed(self, place: int, nudge: float) -> float | None:
        """Return the root's data with one node nudged; None where an operation is not known."""
        data: dict[int, float] = {}
        for i, node in enumerate(self.nodes):
            value = node.data
            if node.operation and i > place:
                function = FUNCTIONS.get(node.operation)
                numbers = [data.get(id(x), getattr(x, "data", x)) for x in node.operands]
                if node.operation.startswith("**"):  # a reader's engine has the exponent in it
                    function = operations.power
                    numbers = [*numbers, *map(float, filter(None, [node.operation[2:]]))]
                if function is None:
                    return None
                value = function(*numbers)[0]
            data[id(node)] = value + nudge if i == place else value
        return data[id(self.nodes[-1])]


def close(a: float, b: float) -> bool:
    """Say whether two answers would count as the same one."""
    return abs(a - b) <= max(5e-4, 0.01 * abs(b))
