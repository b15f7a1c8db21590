"""Join `s + w1*x1 + w2*x2 + …`, written with operators, into one weighted sum, as a neuron is.

Only where nothing else was computed in between, nothing else uses the parts, and no scalar occurs
twice: then one node hands the same gradients on in the same order.
"""

from __future__ import annotations

from typing import Any

from micrograd.compiler.graph import ADD, LEAST_TERMS, MULTIPLY, Graph, Kind, Vector, vector_of


def fuse_products(graph: Graph, used_twice: bytearray) -> None:
    """Put weighted sums in place of chains of `*` and `+`; `used_twice` as found before."""
    kinds, operands = graph.kinds, graph.operands
    results, lanes = graph.results, graph.lanes
    vectors: dict[Vector, Vector] = {}
    kept_kinds: list[Any] = []
    kept_operands: list[tuple[Any, ...]] = []
    kept_results: list[int] = []
    kept_lanes: list[int] = []
    node, end = 0, len(kinds)
    while node < end:
        if kinds[node] is MULTIPLY and lanes[node] == 1:
            stop = find_chain(graph, node, used_twice)
            fused = None if stop < node + 2 * LEAST_TERMS else join(graph, node, stop, vectors)
            if fused is not None:
                kept_kinds.append(Kind.WEIGHTED_SUM)
                kept_operands.append(fused)
                kept_results.append(results[stop - 1])
                kept_lanes.append(1)
                node = stop
                continue
        else:
            stop = node + 1
        kept_kinds += kinds[node:stop]
        kept_operands += operands[node:stop]
        kept_results += results[node:stop]
        kept_lanes += lanes[node:stop]
        node = stop
    graph.kinds, graph.operands = kept_kinds, kept_operands
    graph.results, graph.lanes = kept_results, kept_lanes


def find_used_twice(graph: Graph) -> bytearray:
    """Flags of the ids that more than one operand names, or a vector, or an output."""
    once, twice = bytearray(graph.size), bytearray(graph.size)
    seen: set[int] = set()

    def use(vector: Any) -> None:
        if id(vector) in seen:  # the graph keeps them alive
            return
        seen.add(id(vector))
        for each in vector:
            if type(each) is int:
                twice[each] = 1
            else:
                use(each)

    use(graph.outputs)
    for choice in graph.choices:
        use(choice.candidates)
    for kind, operands in zip(graph.kinds, graph.operands, strict=True):
        if kind is Kind.PICK:
            continue
        for operand in operands:
            if type(operand) is int:
                if once[operand]:
                    twice[operand] = 1
                once[operand] = 1
            else:
                use(operand)
    return twice


def find_chain(graph: Graph, first: int, used_twice: bytearray) -> int:
    """The node behind a chain of `*`, `+`, `*`, `+`, … that begins with a node."""
    kinds, operands, results, lanes = graph.kinds, graph.operands, graph.results, graph.lanes
    node, end = first, len(kinds) - 1
    before = None
    while node < end and kinds[node] is MULTIPLY and kinds[node + 1] is ADD:
        product = results[node]
        left, right = operands[node + 1]
        if used_twice[product] or lanes[node] != 1 or lanes[node + 1] != 1:
            break
        if before is None:
            if product != right and product != left:
                break
        elif (left, right) != (before, product) and (left, right) != (product, before):
            break
        before = results[node + 1]
        node += 2
        if used_twice[before]:
            break
    return max(node, first + 1)


def join(
    graph: Graph, first: int, stop: int, vectors: dict[Vector, Vector]
) -> tuple[Any, ...] | None:
    """The operands of a weighted sum in place of a chain; None where a scalar occurs twice."""
    operands = graph.operands
    pairs = operands[first:stop:2]
    left = [pair[0] for pair in pairs]
    right = [pair[1] for pair in pairs]
    start, other = operands[first + 1]
    if start == graph.results[first]:
        start = other
    count = len(pairs)
    squares = left == right
    different = {*left, *right, start}
    if len(different) != (count if squares else 2 * count) + 1 or start == graph.results[first]:
        return None
    weights, inputs = vector_of(left), vector_of(right)
    weights = vectors.setdefault(weights, weights)
    inputs = vectors.setdefault(inputs, inputs)
    return (weights,), inputs, (start,)
