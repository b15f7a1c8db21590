"""The engine's word on a compiled program: the same numbers, and the same errors.

Everything here runs the functions of `micrograd.operations` over plain numbers, one node at a time.
It is slow and asked for rarely: once for each compilation, and when a step fails.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from micrograd import operations
from micrograd.compile.program.instructions import Node, Operand, Program
from micrograd.compile.program.terms import exponent
from micrograd.engine import Value, interior
from micrograd.operations import ARITHMETIC, domain_error


class CompilationError(Exception):
    """The compiled program would not do what the engine does."""


Rows = Sequence[tuple[float, ...]]


def applied(
    operation: str, numbers: Sequence[float], plain_exponent: bool
) -> tuple[float, tuple[float, ...]]:
    """An operation's result and slopes.

    Raises:
        ArithmeticError, ValueError: as the engine does.
    """
    try:
        if operation == "weighted sum":
            count = len(numbers) // 2
            weights, inputs = list(numbers[:count]), list(numbers[count + 1 :])
            return operations.weighted_sum(weights, inputs, numbers[count])
        if operation == "**" and not plain_exponent:
            return operations.general_power(*numbers)
        return ARITHMETIC[operation](*numbers)
    except (ArithmeticError, ValueError) as error:
        raise domain_error(error, operation, *numbers) from None


def engines_error(program: Program, data: Sequence[float], tables: Sequence[Rows]) -> Exception:
    """The error that the engine raises while it builds the graph for these numbers.

    Args:
        program: the program that failed.
        data: of the parameters.
        tables: for each loop its rows.

    Returns:
        the error, which names the row; to be raised.
    """
    sums = []
    for loop, rows in zip(program.loops, tables, strict=True):
        terms = []
        for number, (row, indices) in enumerate(zip(rows, loop.indices, strict=True)):
            try:
                terms.append(values_of(loop.nodes, data, row, indices, [])[-1])
            except (ArithmeticError, ValueError) as error:
                return type(error)(f"{error}; in row {number} of the compiled loss")
        sums.append(terms)
    try:
        values_of(program.nodes, data, (), (), sums)
    except (ArithmeticError, ValueError) as error:
        return type(error)(f"{error}; in the compiled loss")
    return CompilationError("a compiled step failed where the engine does not; please report it")


def values_of(
    nodes: Sequence[Node],
    data: Sequence[float],
    row: Sequence[float],
    indices: Sequence[int],
    sums: Sequence[Sequence[float]],
) -> list[float]:
    """The results of nodes, given parameters and a row."""
    values: list[float] = []

    def read(operand: Operand) -> float:
        place = int(operand.value) if operand.kind != "literal" else 0
        match operand.kind:
            case "node":
                return values[place]
            case "parameter":
                return data[place]
            case "indexed":
                return data[indices[place]]
            case "column":
                return row[place]
        return operand.value

    for node in nodes:
        operands = node.all_operands
        if node.operation in ("sum", "difference"):
            terms = list(sums[int(operands[0].value)])
            total = read(operands[1]) if len(operands) > 1 else terms.pop(0)
            for term in terms:
                total = total + term if node.operation == "sum" else total - term
            values.append(total)
            continue
        numbers = [read(operand) for operand in operands]
        if node.operation == "choice":
            values.append(numbers[1 + int(numbers[0])])
            continue
        values.append(applied(node.operation, numbers, node.plain_exponent)[0])
    return values


def replayed(loss: Value, parameters: Sequence[Value]) -> tuple[float, list[float]]:
    """The loss and the gradients that building the graph again would give now."""
    nodes = interior(loss)
    data: dict[Value, float] = {}
    slopes: list[tuple[float, ...]] = []
    for node in nodes:
        numbers = [
            data.get(operand, operand.data) if isinstance(operand, Value) else operand
            for operand in node.operands
        ]
        result, local = applied(node.operation, numbers, exponent(node) is not None)
        data[node] = result
        slopes.append(local[: len(node.slopes)])
    gradients = dict.fromkeys([*nodes, *parameters], 0.0)
    gradients[loss] = 1.0
    for node, local in zip(reversed(nodes), reversed(slopes), strict=True):
        gradient = gradients[node]
        for operand, slope in zip(node.operands, local, strict=False):
            if operand in gradients:
                gradients[operand] += slope * gradient
    return data.get(loss, loss.data), [gradients[parameter] for parameter in parameters]


def backward_of(loss: Value, parameters: Sequence[Value]) -> tuple[float, list[float]]:
    """The loss and the gradients as the engine's `backward` finds them; leaves no trace."""
    touched = {loss, *parameters}
    for node in interior(loss):
        touched.update(node.operands[: len(node.slopes)])
    grads = [(value, value.grad) for value in touched]
    for parameter in parameters:
        parameter.grad = 0.0
    loss.backward()
    gradients = [parameter.grad for parameter in parameters]
    for value, grad in grads:
        value.grad = grad
    return loss.data, gradients


def same(left: float, right: float) -> bool:
    """Whether two numbers are the same to the last bit; nan is nan."""
    if left != left or right != right:
        return left != left and right != right
    return struct.pack("d", left) == struct.pack("d", right)


def agree(left: tuple[float, list[float]], right: tuple[float, list[float]]) -> bool:
    """Whether loss and gradients are the same to the last bit."""
    return same(left[0], right[0]) and all(map(same, left[1], right[1]))


def check_step(
    step: Callable[[], tuple[float, list[float]]],
    loss: Value,
    parameters: Sequence[Value],
    single: Callable[[Value, list[Value]], tuple[float, list[float]]],
) -> None:
    """Compare a program's first step with the engine.

    Args:
        step: runs the program at the parameters' present data.
        loss: the graph it was compiled from.
        parameters: its parameters.
        single: compiles another loss and runs it; used to find the operation at fault.

    Raises:
        CompilationError: they differ; names the operation.
    """
    found = step()
    if agree(found, backward_of(loss, parameters)):
        return
    # the parameters may have changed since the graph was built
    expected = replayed(loss, parameters)
    if agree(found, expected):
        return
    for node in interior(loss):
        leaves = [Value(each.data) if isinstance(each, Value) else each for each in node.operands]
        numbers = [each.data if isinstance(each, Value) else each for each in leaves]
        result, slopes = applied(node.operation, numbers, exponent(node) is not None)
        slopes = slopes[: len(node.slopes)]
        alone = Value(result, "", node.operation, tuple(leaves), slopes)
        wanted = [each for each in leaves if isinstance(each, Value)]
        if not agree(single(alone, wanted), backward_of(alone, wanted)):
            raise CompilationError(
                f"compiled, the operation {node.operation!r} of {numbers} differs from the engine's"
                f" {result!r} with slopes {slopes}"
            )
    where = [k for k, pair in enumerate(zip(found[1], expected[1], strict=True)) if not same(*pair)]
    raise CompilationError(
        f"the compiled loss is {found[0]!r}, the engine's {expected[0]!r}; "
        f"gradients of parameters {where[:10]} differ"
    )


def shape_of(
    roots: Sequence[Value], known: Sequence[Value]
) -> list[tuple[str, tuple[tuple[str, object], ...]]]:
    """A graph as data: operations, and operands by their place, or by their bits if constant."""
    names: dict[Value, tuple[str, object]] = {value: ("leaf", k) for k, value in enumerate(known)}
    seen: dict[Value, None] = {}
    for root in roots:
        seen.update(dict.fromkeys(interior(root)))
    shape = []
    for k, node in enumerate(sorted(seen, key=lambda node: node.serial)):
        written: list[tuple[str, object]] = []
        for operand in node.operands:
            if isinstance(operand, Value) and operand in names:
                written.append(names[operand])
            else:
                number = operand.data if isinstance(operand, Value) else operand
                written.append(("number", struct.pack("d", number)))
        shape.append((node.operation, tuple(written)))
        names[node] = ("node", k)
    return shape


def check_frozen(
    build: Callable[[], Sequence[Value]], leaves: Sequence[Value], what: str
) -> Sequence[Value]:
    """Build a graph three times, with different numbers in the leaves, and compare the shapes.

    Returns:
        the roots that the first call of `build` gave, with the leaves as they were.

    Raises:
        CompilationError: what was built depends on the leaves' data.
    """
    first = build()
    shape = shape_of(first, leaves)
    data = [leaf.data for leaf in leaves]
    for turn in range(2):
        try:
            for k, leaf in enumerate(leaves):
                leaf.data = -data[k] if turn else data[k] * (1.001 if k % 2 else 0.999) + 1e-6
            other = shape_of(build(), leaves)
        except (ArithmeticError, ValueError):
            continue  # these numbers say nothing
        finally:
            for leaf, number in zip(leaves, data, strict=True):
                leaf.data = number
        if other != shape:
            pairs = zip(shape, other, strict=False)
            place = next((k for k, (a, b) in enumerate(pairs) if a != b), None)
            if place is None:
                detail = f"{len(shape)} operations, then {len(other)}"
            elif shape[place][0] != other[place][0]:
                detail = f"operation {place} is {shape[place][0]!r}, then {other[place][0]!r}"
            else:
                detail = f"operation {place}, {shape[place][0]!r}, has other operands"
            raise CompilationError(
                f"{what} builds another graph when the data changes ({detail}). A compiled graph "
                "is frozen: use operations of Values in place of `if`, `max`, random numbers and "
                "numbers read from .data"
            )
    return first
