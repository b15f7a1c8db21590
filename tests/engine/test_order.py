"""The topological order that chapter 3's backward pass is given."""

from __future__ import annotations

from micrograd import Value
from micrograd.book.order import topological_order


def test_each_node_stands_once_and_behind_all_of_its_operands() -> None:
    a, b = Value(2.0), Value(3.0)
    product = a * b
    root = (product + a) * product + 4.0
    order = topological_order(root)
    assert order[-1] is root
    assert len(order) == 6  # two leaves, product, first sum, second product, root
    place = {id(node): k for k, node in enumerate(order)}
    for node in order:
        for operand, _ in zip(node.operands, node.slopes, strict=False):
            assert place[id(operand)] < place[id(node)]


def test_a_chain_may_be_longer_than_calls_may_be_deep() -> None:
    total = Value(0.0)
    for _ in range(5000):
        total = total + 1.0
    order = topological_order(total)
    assert len(order) == 5001
    assert order[-1] is total
