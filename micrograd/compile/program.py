"""From a graph of Values to a program: straight-line code and loops over rows.

The program does what building the graph again and calling `backward` would do, step by step in the
same order, so its numbers are the engine's to the last bit. A sum of terms of one shape becomes a
`Loop`: its body is one term, forward and backward, and the numbers in which the terms differ become
the columns of a table. Rows run last first, as `backward` meets them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from micrograd import operations
from micrograd.compile.symbols import Recipe, choice_recipe, recipe, weighted_sum_recipe
from micrograd.engine import Value, interior
from micrograd.operations import ARITHMETIC

NAMES = {"+": "sum", "-": "difference"}
SMALLEST_LOOP = 12
"""Fewer nodes than this in all terms of a sum are not worth a loop."""


class Operand(NamedTuple):
    """What an instruction reads.

    Kinds: `temporary` (number `value`), `parameter` (number), `indexed` (the parameter that the
    row names in its column of indices), `column` (of the row's numbers), `output` (of a network's
    last layer), `literal` (the number itself), `node` (of a list of nodes), `terms` (those that
    loop `value` stored), `late` (not known before the loops have run).
    """

    kind: str
    value: float


class Instruction(NamedTuple):
    """`name` applied to operands gives temporary `target`.

    Names are those of `symbols.Step`, `gradient` (add the second operand to the gradient of the
    first, a parameter), `sum` (a start, if there is one, and the terms of a loop, added up) and
    `difference` (a start without the terms of a loop).
    """

    name: str
    target: int
    operands: tuple[Operand, ...]


ONE = Operand("literal", 1.0)

Numbers = tuple[int, ...] | range


class Node(NamedTuple):
    """A node of the graph as data: its operation, and its operands in the engine's order.

    Operands of the kind `node` are numbers of nodes in the same list; one of operation `sum` or
    `difference` has a `terms` operand, and a start if there is one; a `choice` is the operand that
    its first operand names, counted from 0. Where the weights and the bias of a weighted sum
    are parameters that all rows share, their numbers are `weights`, and `operands` the inputs.
    """

    operation: str
    operands: tuple[Operand, ...]
    plain_exponent: bool = False
    weights: Numbers = ()

    @property
    def all_operands(self) -> tuple[Operand, ...]:
        """The weights as operands too."""
        return (*(Operand("parameter", k) for k in self.weights), *self.operands)


@dataclass(slots=True)
class Loop:
    """One term of a sum, for each row of a table.

    Attributes:
        body: forward and backward of one term.
        outputs: what the body computes for the row; of a sum, the term.
        rows: the numbers in which the terms differ, a tuple for each term, first term first.
        indices: the parameters in which the terms differ, likewise.
        nodes: the term's graph, which `body` was made from.
        seed: the gradient of each term, where there is a backward pass.
    """

    body: list[Instruction]
    outputs: list[Operand]
    rows: list[tuple[float, ...]]
    indices: list[tuple[int, ...]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    seed: Operand | None = None
    tape: Tape | None = None

    def roll(self) -> None:
        """Write the body, if it is not yet there: a backend with a loop of its own needs none."""
        if self.tape is not None:
            term, _ = roll(self.tape, self.body, self.nodes, self.seed)
            self.outputs = [term]
            self.tape = None


@dataclass(slots=True)
class Program:
    """One step: `sections` in turn. `loss` is then the result, gradients lie with the parameters.

    `nodes` is the part of the graph that no loop has.
    """

    parameters: int
    sections: list[list[Instruction] | Loop]
    loss: Operand
    tape: Tape
    nodes: list[Node] = field(default_factory=list)

    @property
    def loops(self) -> list[Loop]:
        """The sections that are loops, in the order in which they run."""
        return [section for section in self.sections if isinstance(section, Loop)]

    @property
    def data_loop(self) -> int | None:
        """The number of the loop whose rows are the data: the largest table of numbers."""
        sizes = [len(loop.rows) * len(loop.rows[0]) for loop in self.loops]
        return sizes.index(max(sizes)) if any(sizes) else None


class Entangled(Exception):
    """These sums cannot be loops: their terms share nodes, or gradients would add up otherwise."""

    def __init__(self, sums: Iterable[Value]) -> None:
        super().__init__("terms share nodes")
        self.sums = set(sums)


# Reading a node -----------------------------------------------------------------------------------


def exponent(node: Value) -> float | None:
    """The plain number to whose power a node raises; it is part of the program's shape."""
    if node.operation == "**" and not isinstance(node.operands[1], Value):
        return node.operands[1]  # type: ignore[no-any-return]
    return None


def recipe_of(node: Value) -> Recipe:
    """What a node's operation does."""
    if node.operation == "weighted sum":
        return weighted_sum_recipe(len(node.operands) // 2)
    power = exponent(node)
    if power is not None:
        return recipe(operations.power, (None, power))
    function = operations.general_power if node.operation == "**" else ARITHMETIC[node.operation]
    return recipe(function, (None,) * len(node.operands))


def recipe_again(node: Node) -> Recipe:
    """What the operation of a node, as data, does."""
    if node.operation == "weighted sum":
        return weighted_sum_recipe((len(node.weights) + len(node.operands)) // 2)
    if node.operation == "choice":
        return choice_recipe(len(node.operands) - 1)
    if node.plain_exponent:
        return recipe(operations.power, (None, node.operands[1].value))
    function = operations.general_power if node.operation == "**" else ARITHMETIC[node.operation]
    return recipe(function, (None,) * len(node.operands))


def halves(node: Value) -> tuple[tuple[Any, ...], Any, tuple[Any, ...]]:
    """The weights, the bias and the inputs of a weighted sum."""
    count = len(node.operands) // 2
    return node.operands[:count], node.operands[count], node.operands[count + 1 :]


# Straight-line code -------------------------------------------------------------------------------


class Tape:
    """Turns recipes into instructions, forward and backward, over fresh temporaries."""

    def __init__(self) -> None:
        self.temporaries = 0
        self.late: dict[int, Value] = {}

    def temporary(self) -> Operand:
        """A fresh temporary."""
        self.temporaries += 1
        return Operand("temporary", self.temporaries - 1)

    def emit(self, code: list[Instruction], name: str, *operands: Operand) -> Operand:
        """Append an instruction, unless its result is known."""
        if name == "*":
            if operands[0] == ONE:
                return operands[1]
            if operands[1] == ONE:
                return operands[0]
        if all(operand.kind == "literal" for operand in operands):
            known = folded(name, [operand.value for operand in operands])
            if known is not None:
                return Operand("literal", known)
        target = self.temporary()
        code.append(Instruction(name, int(target.value), operands))
        return target

    def run(
        self,
        code: list[Instruction],
        made: Recipe,
        operands: Sequence[Operand],
        done: dict[int, Operand],
        number: int,
    ) -> Operand:
        """Emit the step `number` of a recipe with what it needs; `done` remembers the steps."""
        pending = [number]
        while pending:
            k = pending[-1]
            if k in done:
                pending.pop()
                continue
            step = made.steps[k]
            if step.name == "operand":
                done[k] = operands[int(step.value)]
            elif step.name == "literal":
                done[k] = Operand("literal", step.value)
            else:
                missing = [argument for argument in step.arguments if argument not in done]
                if missing:
                    pending += reversed(missing)
                    continue
                done[k] = self.emit(code, step.name, *(done[a] for a in step.arguments))
        return done[number]

    def forward(
        self, code: list[Instruction], made: Recipe, operands: Sequence[Operand]
    ) -> tuple[Operand, dict[int, Operand]]:
        """Emit a recipe's result; return it and the steps that are done."""
        done: dict[int, Operand] = {}
        for k in made.needed:
            self.run(code, made, operands, done, k)
        return done[made.result], done


def folded(name: str, numbers: list[float]) -> float | None:
    """The result of a step on known numbers, where it cannot fail."""
    match name:
        case "+":
            return numbers[0] + numbers[1]
        case "-":
            return numbers[0] - numbers[1]
        case "*":
            return numbers[0] * numbers[1]
        case "/" if numbers[1] != 0.0:
            return numbers[0] / numbers[1]
        case "neg":
            return -numbers[0]
    return None


@dataclass(slots=True)
class Traced:
    """A node on the tape: its recipe, its operands, where each operand's gradient goes."""

    made: Recipe
    operands: tuple[Operand, ...]
    targets: tuple[object, ...]
    done: dict[int, Operand] = field(default_factory=dict)
    is_choice: bool = False


def backward(
    tape: Tape,
    code: list[Instruction],
    traced: Traced,
    gradient: Operand,
    gradients: dict[object, Operand],
) -> None:
    """Hand a node's gradient on to its operands, in the engine's order."""
    for k, slope in enumerate(traced.made.slopes):
        target = traced.targets[k]
        if target is None:
            continue
        if traced.is_choice:
            case = traced.operands[0], Operand("literal", k - 1.0)
            product = tape.emit(code, "==", *case, gradient, Operand("literal", 0.0))
        else:
            factor = tape.run(code, traced.made, traced.operands, traced.done, slope)
            product = tape.emit(code, "*", factor, gradient)
        if isinstance(target, Operand):
            code.append(Instruction("gradient", -1, (target, product)))
        elif target in gradients:
            gradients[target] = tape.emit(code, "+", gradients[target], product)
        else:
            gradients[target] = product


# Terms of one shape -------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One term: its nodes, oldest first, the numbers and the parameters it uses, in order."""

    nodes: list[Value]
    constants: list[float]
    parameters: list[int]


@dataclass(slots=True)
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
        if node is None or not alike(node, shape.nodes[k]):
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
    if any(older.serial >= newer.serial for older, newer in pairwise(found)):
        return None
    return found


def aligned(
    term: Value | float, shape: Template, parameters: dict[Value, int]
) -> list[Value] | None:
    """The term's nodes, if in order of age they are like the template's.

    An operand may be another node than in the template (the probability of the row's class): such
    choices are added to the template.
    """
    if not isinstance(term, Value):
        return None
    nodes = interior(term)
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
    for k, node in enumerate(nodes):
        wires = shape.wiring[k]
        operands = node.operands
        if k in shape.weights:
            operands = halves(node)[2]
            if len(node.slopes) < len(node.operands):
                constants += [each.data if isinstance(each, Value) else each for each in operands]
                continue
            if None not in wires and -1 not in wires:
                continue
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


@dataclass(slots=True)
class Sum:
    """Terms of one shape, added to `start` or subtracted; `top` is the node of the last."""

    operation: str
    top: Value
    start: Value | float | None
    shape: Template
    rows: list[Row]
    additions: list[Value]

    @property
    def size(self) -> int:
        """How many nodes all terms have together."""
        return len(self.rows) * len(self.shape.nodes)


@dataclass(slots=True)
class Prepared:
    """What the terms of a sum share (`nodes`), in what they differ, and uses of parameters."""

    rows: list[tuple[float, ...]]
    indices: list[tuple[int, ...]]
    nodes: list[Node]
    spans: dict[int, tuple[float, float]]


def find_sum(top: Value, parameters: dict[Value, int]) -> Sum | None:
    """Read `top` as ((start + t) + t) + … or with `-`; as many terms of one shape as can be."""
    operation = top.operation
    spine = [top]
    while True:
        first = spine[-1].operands[0]
        if (
            not isinstance(spine[-1].operands[1], Value)
            or not isinstance(first, Value)
            or first.operation != operation
        ):
            break
        spine.append(first)
    spine.reverse()
    last = top.operands[1]
    if not isinstance(last, Value) or not last.operands or (operation == "-" and len(spine) == 1):
        return None
    shape = template_of(last, parameters)
    terms = [shape.nodes]

    def is_term(term: Value | float) -> bool:
        nodes = matched(term, shape, parameters) or aligned(term, shape, parameters)
        if nodes is not None:
            terms.append(nodes)
        return nodes is not None

    k = len(spine) - 2
    while k >= 0 and is_term(spine[k].operands[1]):
        k -= 1
    # spine[k + 1] is the first addition of a term; what stands on its left is a start, or a term.
    start: Value | float | None = spine[k + 1].operands[0]
    additions = spine[k + 1 :]
    if operation == "+" and isinstance(start, Value) and start.operands:
        if is_term(start):
            start = None
        elif (
            start.operation == "+"
            and not isinstance(start.operands[1], Value)
            and is_term(start.operands[0])
        ):
            additions.insert(0, start)
            start = start.operands[1]
    if len(terms) * len(shape.nodes) < SMALLEST_LOOP or len(terms) == 1:
        return None
    rows = [row_of(nodes, shape, parameters) for nodes in reversed(terms)]
    return Sum(operation, top, start, shape, rows, additions)


def columns_of(table: list[list[float]]) -> tuple[list[Operand], list[tuple[float, ...]]]:
    """Tell the numbers in which rows differ from those they share.

    Returns:
        for each position a `column` or a `literal`, and the table of the columns that differ;
        positions that are equal in every row are one column.
    """
    numbers: dict[bytes, int] = {}
    operands: list[Operand] = []
    kept: list[tuple[float, ...]] = []
    for values in zip(*table, strict=True):
        key = array("d", values).tobytes()  # tells -0.0 from 0.0, and finds nan equal to itself
        if key == key[:8] * len(values):
            operands.append(Operand("literal", float(values[0])))
            continue
        if key not in numbers:
            numbers[key] = len(kept)
            kept.append(tuple(map(float, values)))
        operands.append(Operand("column", numbers[key]))
    return operands, list(zip(*kept, strict=True)) if kept else [()] * len(table)


def indices_of(table: list[list[int]]) -> tuple[list[Operand], list[tuple[int, ...]]]:
    """Likewise for parameters: a `parameter` where all rows use one, else `indexed`."""
    kept: dict[tuple[int, ...], int] = {}
    operands: list[Operand] = []
    for values in zip(*table, strict=True):
        if len(set(values)) == 1:
            operands.append(Operand("parameter", values[0]))
        else:
            operands.append(Operand("indexed", kept.setdefault(values, len(kept))))
    return operands, list(zip(*kept, strict=True)) if kept else [()] * len(table)


def shortest(numbers: tuple[int, ...]) -> Numbers:
    """Numbers as a range, if they follow each other."""
    span = range(numbers[0], numbers[0] + len(numbers))
    return span if numbers == tuple(span) else numbers


def nodes_of(
    shape: Template,
    parameters: dict[Value, int],
    constants: Sequence[Operand],
    used: Sequence[Operand],
) -> list[Node]:
    """A template's nodes as data; those of one layer have one tuple of inputs."""
    numbers = iter(constants)
    names = iter(used)
    places: list[Operand] = []
    inputs: dict[tuple[int | None, ...], tuple[Operand, ...]] = {}
    nodes: list[Node] = []
    for k, wires in enumerate(shape.wiring):
        operation = shape.nodes[k].operation
        known = inputs.get(wires) if k in shape.weights else None
        if known is None:
            operands = []
            for position, wire in enumerate(wires):
                power = shape.exponents[k]
                if wire is None:
                    literal = position == 1 and power is not None
                    operands.append(Operand("literal", power) if literal else next(numbers))  # type: ignore[arg-type]
                elif wire == -1:
                    operands.append(next(names))
                elif (k, position) in shape.choices:
                    candidates = [places[place] for place in shape.choices[k, position]]
                    operands.append(Operand("node", len(nodes)))
                    nodes.append(Node("choice", (next(numbers), *candidates)))
                else:
                    operands.append(places[wire])
            known = tuple(operands)
            if k in shape.weights and None not in wires and -1 not in wires:
                inputs[wires] = known
        places.append(Operand("node", len(nodes)))
        if k in shape.weights:
            weights, bias = shape.weights[k]
            own = *map(parameters.__getitem__, weights), parameters[bias]
            nodes.append(Node(operation, known, weights=shortest(own)))
        else:
            nodes.append(Node(operation, known, shape.exponents[k] is not None))
    return nodes


def check_order(found: Sum, nodes: list[Node]) -> dict[int, tuple[float, float]]:
    """Make sure that rows, last first, meet each parameter in the order of the serials.

    Returns:
        for each parameter that the rows use the serials of its first and last use.

    Raises:
        Entangled: two rows are interleaved.
    """
    rows = found.rows
    apart = all(
        earlier.nodes[-1].serial < later.nodes[0].serial for earlier, later in pairwise(rows)
    )
    users: dict[int, list[int]] = {}
    for k, node in enumerate(node for node in nodes if node.operation != "choice"):
        for parameter in node.weights:
            users.setdefault(parameter, []).append(k)
        for operand in node.operands:
            if operand.kind == "parameter":
                users.setdefault(int(operand.value), []).append(k)
            elif operand.kind == "indexed" and not apart:
                raise Entangled([found.top])
    spans: dict[int, tuple[float, float]] = {}
    seen: dict[tuple[int, int], tuple[float, float]] = {}
    for parameter, places in users.items():
        ends = places[0], places[-1]
        if ends not in seen:
            lows = [row.nodes[ends[0]].serial for row in rows]
            highs = [row.nodes[ends[1]].serial for row in rows]
            if not apart and any(high >= low for high, low in zip(highs, lows[1:], strict=False)):
                raise Entangled([found.top])
            seen[ends] = lows[0], highs[-1]
        spans[parameter] = seen[ends]
    whole = rows[0].nodes[0].serial, rows[-1].nodes[-1].serial
    for row in rows:
        for parameter in row.parameters:
            spans.setdefault(parameter, whole)
    return spans


# The whole graph ----------------------------------------------------------------------------------


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
        self.outer.sort(key=lambda node: node.serial)

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
        late = set(self.sums)  # what is known only after the loops
        values: dict[Value, Operand] = {top: Operand("late", 0) for top in late}
        traced: dict[Value, Traced] = {}
        before: list[Instruction] = []
        for node in self.outer:
            operands = node.operands
            made = recipe_of(node)
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
        sections: list[list[Instruction] | Loop] = [before]
        self.backward(sections, traced)
        after: list[Instruction] = []
        numbers = {top: k for k, top in enumerate(self.loop_order)}
        for node in sorted(late, key=lambda node: node.serial):
            if node in self.sums:
                start = self.sums[node].start
                operands = (Operand("terms", numbers[node]),)
                if start is not None:
                    operands += (self.operand(start, values),)
                values[node] = tape.temporary()
                name = NAMES[self.sums[node].operation]
                after.append(Instruction(name, int(values[node].value), operands))
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

    def records(self, loops: dict[Value, int]) -> list[Node]:
        """The outer nodes and the sums as data, oldest first."""
        order = sorted([*self.outer, *self.sums], key=lambda node: node.serial)
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
        prepared: dict[Value, Prepared] = {}
        for top, found in self.sums.items():
            turns.append((top.serial, "top", top))
            # the rows may wait for their newest use of a parameter, and no longer
            prepared[top] = shared = self.prepare(found)
            uses = [last for _, last in shared.spans.values()]
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
                if node not in gradients or gradients[node].kind == "late":
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
                first = len(code)
                backward(tape, code, entry, gradients.pop(node), gradients)
                for instruction in code[first:]:
                    if any(operand.kind == "late" for operand in instruction.operands):
                        raise Entangled(self.sums)

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


def roll(
    tape: Tape, body: list[Instruction], nodes: Sequence[Node], seed: Operand | None
) -> tuple[Operand, dict[object, Operand]]:
    """Append a term's code to `body`, forward and, from the seed, backward.

    Returns:
        the term, and the gradients of the operands of kind `output`, by operand number.
    """
    results: list[Operand] = []
    traced: list[Traced] = []
    for node in nodes:
        operands, made = node.all_operands, recipe_again(node)
        known = tuple(
            results[int(operand.value)] if operand.kind == "node" else operand
            for operand in operands
        )
        targets: tuple[object, ...] = tuple(
            int(operand.value)
            if operand.kind == "node"
            else tuple(operand)
            if operand.kind == "output"
            else operand
            if operand.kind in ("parameter", "indexed")
            else None
            for operand in operands
        )
        entry = Traced(made, known, targets, is_choice=node.operation == "choice")
        result, entry.done = tape.forward(body, made, known)
        results.append(result)
        traced.append(entry)
    gradients: dict[object, Operand] = {}
    if seed is not None:
        gradients[len(nodes) - 1] = seed
        for k in range(len(nodes) - 1, -1, -1):
            gradient = gradients.pop(k, None)
            if gradient is not None:
                backward(tape, body, traced[k], gradient, gradients)
    return results[-1], gradients


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
        values[node], _ = tape.forward(body, recipe_of(node), known)
    loop = Loop(body, [operand(output) for output in outputs], [(0.0,) * inputs], [()])
    return Program(len(numbers), [loop], Operand("literal", 0.0), tape), single
