"""The topological order of a graph of any depth, for chapter 3's backward pass."""

from __future__ import annotations

from typing import Any


def topological_order(root: Any) -> list[Any]:
    """Return a root and all nodes below it, each behind all of its operands.

    Plain numbers, which stand behind the values among the operands and have no slope, are left out.

    Args:
        root: A value with `operands` and `slopes`; the book's and a reader's own have both.

    Returns:
        The nodes, the leaves first and the root last; each of them once.

    Examples:
        >>> from micrograd import Value
        >>> a = Value(3.0, label="a")
        >>> [node.label or node.operation for node in topological_order(a * a + 1)]
        ['a', '*', '+']
    """
    order: list[Any] = []
    seen: set[Any] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for operand, _ in zip(node.operands, node.slopes, strict=False):
                stack.append((operand, False))
    return order
