"""The backend that runs anywhere: a program as generated Python."""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from micrograd.compiler.backend import Example, StepFailed, are_same, data_of, set_all
from micrograd.compiler.ir import Address, Instruction, Loop, Map, Op, Program, Sum, Term
from micrograd.optim import SGD

COUNTERS = "ijklmn"
UNROLLED = 4
"""Up to so many products are written out."""
MOST_FLAT = 3000
"""Up to so many products and instructions, a program is written without loops."""

INFIX = {Op.ADD: "+", Op.SUBTRACT: "-", Op.MULTIPLY: "*", Op.DIVIDE: "/"}
FUNCTIONS = {Op.TANH, Op.EXP, Op.LOG, Op.POW, Op.SQRT, Op.SIN, Op.COS}


class Emitter:
    """Lines of Python; what does not change in an inner loop stands before it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names = 0

    def name(self) -> str:
        """A new name."""
        self.names += 1
        return f"t{self.names}"

    def print(self, program: Program) -> str:
        """The source of `run(m, T)`, which works on the cells `m` and the table `T`."""
        self.lines = ["def run(m, T):"]
        for loop in program.loops:
            self.names = 0
            nest = Nest(loop.extents)
            if isinstance(loop, Map):
                self.map(loop, nest)
            else:
                self.sum(loop, nest)
            self.lines += nest.lines()
        self.lines.append(" return m")
        return "\n".join(self.lines)

    def map(self, loop: Map, nest: Nest) -> None:
        """Print a pointwise loop."""
        names = []
        for operand in loop.operands:
            names.append(self.name())
            nest.add(names[-1], f"m[{index(operand)}]", axes_of(operand))
        body = nest.body
        for instruction in loop.body:
            names.append(self.name())
            body.append(f"{names[-1]} = {expression(instruction, names)}")
        for store in loop.stores:
            body.append(f"m[{index(store.target)}] = {names[store.value]}")

    def sum(self, loop: Sum, nest: Nest) -> None:
        """Print an ordered sum."""
        axes = len(loop.extents)
        body = nest.body
        target = index(loop.target)
        start = repr(loop.start) if isinstance(loop.start, float) else f"m[{index(loop.start)}]"
        body.append(f"s = {start}")
        for term in loop.terms:
            right = term.right
            if term.count <= UNROLLED:
                for k in range(term.count):
                    product = f"m[{index(term.left, axes, k)}]"
                    if right is not None:
                        product += f" * m[{index(right, axes, k)}]"
                    body.append(f"s += {product}")
                continue
            left = self.cells(term, term.left, axes, nest)
            if right is None:
                body += [f"for a in {left}:", " s += a"]
            else:
                body += [
                    f"for a, b in zip({left}, {self.cells(term, right, axes, nest)}):",
                    " s += a * b",
                ]
        body.append(f"m[{target}] = s")

    def cells(self, term: Term, place: Address, axes: int, nest: Nest) -> str:
        """The name of the list of a term's factors."""
        name = self.name()
        nest.add(name, factors(term, place, axes), axes_of(place, axes))
        return name


class Nest:
    """The loops over a loop's axes, with what is computed once for each round of an axis."""

    def __init__(self, extents: tuple[int, ...]) -> None:
        self.extents = extents
        self.hoisted: list[list[str]] = [[] for _ in range(len(extents) + 1)]
        self.body: list[str] = []

    def add(self, name: str, value: str, axes: int) -> None:
        """Compute a value in the loop over the innermost axis that it depends on."""
        self.hoisted[axes].append(f"{name} = {value}")

    def lines(self) -> list[str]:
        """The lines, indented."""
        lines = [f" {line}" for line in self.hoisted[0]]
        depth = 1
        for axis, extent in enumerate(self.extents):
            lines.append(" " * depth + f"for {COUNTERS[axis]} in range({extent}):")
            depth += 1
            lines += [" " * depth + line for line in self.hoisted[axis + 1]]
        return lines + [" " * depth + line for line in self.body]


def work_of(loop: Loop) -> int:
    """How many products or instructions a loop computes."""
    each = len(loop.body) if isinstance(loop, Map) else sum(term.count for term in loop.terms)
    return math.prod(loop.extents) * (each + 1)


def print_flat(program: Program) -> str:
    """The source of a small program without loops: every cell is a local variable."""
    lines = ["def run(m, T):"]
    known = (0, program.parameters), (program.first_leaf, program.first_stored)
    for first, end in known:
        for k in range(first, end, 50):
            names = "".join(f"c{cell}, " for cell in range(k, min(k + 50, end)))
            lines.append(f" {names}= m[{k}:{min(k + 50, end)}]")
    stored: dict[int, None] = {}
    for loop in program.loops:
        for counters in itertools.product(*map(range, loop.extents)):
            if isinstance(loop, Sum):
                target, text = flat_sum(loop, program, counters)
                lines.append(f" c{target} = {text}")
                stored[target] = None
                continue
            values = [f"c{each.cell(program.table, counters)}" for each in loop.operands]
            for number, instruction in enumerate(loop.body):
                lines.append(f" v{number} = {expression(instruction, values)}")
                values.append(f"v{number}")
            for store in loop.stores:
                target = store.target.cell(program.table, counters)
                lines.append(f" c{target} = {values[store.value]}")
                stored[target] = None
    for cell in stored:
        if cell < program.first_leaf or cell in program.outputs:
            lines.append(f" m[{cell}] = c{cell}")
    return "\n".join(lines)


def flat_sum(loop: Sum, program: Program, counters: tuple[int, ...]) -> tuple[int, str]:
    """The target and the expression of one round of a sum."""
    table = program.table
    if isinstance(loop.start, float):
        parts = [expression(Instruction(Op.LITERAL, (), loop.start), ())]
    else:
        parts = [f"c{loop.start.cell(table, counters)}"]
    for term in loop.terms:
        for k in range(term.count):
            factors = [term.left] if term.right is None else [term.left, term.right]
            parts.append(" * ".join(f"c{each.cell(table, (*counters, k))}" for each in factors))
    return loop.target.cell(table, counters), " + ".join(parts)


def axes_of(place: Address, axes: int | None = None) -> int:
    """How many axes, from the outermost, an address depends on."""
    strides = place.strides[:axes]
    steps = place.table_strides[:axes]
    return max(
        [axis + 1 for axis, stride in enumerate(strides) if stride]
        + [axis + 1 for axis, step in enumerate(steps) if step],
        default=0,
    )


def affine(base: int, strides: Sequence[int]) -> str:
    """`base + 3*i + j` as text."""
    parts = [
        COUNTERS[axis] if stride == 1 else f"{stride}*{COUNTERS[axis]}"
        for axis, stride in enumerate(strides)
        if stride
    ]
    if base or not parts:
        parts.insert(0, str(base))
    return " + ".join(parts)


def index(place: Address, axes: int | None = None, k: int = 0) -> str:
    """The number of a cell as text; in a term, of its factor `k`."""
    base, strides = place.base, place.strides
    if axes is not None:
        base += strides[axes] * k
        strides = strides[:axes]
    text = affine(base, strides)
    if place.start is None:
        return text
    start, steps = place.start, place.table_strides
    if axes is not None:
        start += steps[axes] * k
        steps = steps[:axes]
    entry = f"T[{affine(start, steps)}]"
    return entry if text == "0" else f"{entry} + {text}"


def factors(term: Term, place: Address, axes: int) -> str:
    """The list of a term's factors as text."""
    stride = place.strides[axes]
    step = place.table_strides[axes] if place.start is not None else 0
    if step:
        assert place.start is not None
        last = step * (term.count - 1) + 1
        entries = affine(place.start, place.table_strides[:axes])
        by = f":{step}" if step > 1 else ""
        offset = affine(place.base, place.strides[:axes])
        plus = "" if offset == "0" else f" + {offset}"
        if stride:
            counted = f"enumerate(T[{entries}:{entries} + {last}{by}])"
            return f"[m[e + {stride}*c{plus}] for c, e in {counted}]"
        return f"[m[e{plus}] for e in T[{entries}:{entries} + {last}{by}]]"
    first = index(place, axes, 0)
    if stride == 0:
        return f"[m[{first}]] * {term.count}"
    final = index(place, axes, term.count - 1)
    if stride > 0:
        by = f":{stride}" if stride > 1 else ""
        return f"m[{first}:{final} + 1{by}]"
    by = f":{-stride}" if stride < -1 else ""
    return f"m[{final}:{first} + 1{by}][::-1]"


def expression(instruction: Instruction, names: Sequence[str]) -> str:
    """An instruction as text."""
    op, arguments, value = instruction
    given = [names[argument] for argument in arguments]
    if op is Op.LITERAL:
        if math.isfinite(value):
            return f"({value!r})"
        return "nan" if value != value else f"({'-' if value < 0 else ''}inf)"
    if op in INFIX:
        return f"{given[0]} {INFIX[op]} {given[1]}"
    if op.is_choice:
        return f"{given[2]} if {given[0]} {op.value} {given[1]} else {given[3]}"
    if op is Op.NEGATE:
        return f"-{given[0]}"
    name = "abs" if op is Op.ABSOLUTE else op.value
    return f"{name}({', '.join(given)})"


NAMES = {
    **{op.value: getattr(math, op.value) for op in FUNCTIONS},
    "nan": math.nan,
    "inf": math.inf,
}


class PythonExecutable:
    """A program as a Python function, with cells of its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        flat = not program.live and sum(map(work_of, program.loops)) <= MOST_FLAT
        source = print_flat(program) if flat else Emitter().print(program)
        self.size = len(source)
        names: dict[str, Any] = dict(NAMES)
        exec(compile(source, "<compiled by micrograd>", "exec"), names)
        self.function: Callable[[list[float], list[int]], object] = names["run"]
        self.cells = [0.0] * program.cells
        first = program.first_constant
        self.cells[first : first + len(program.constants)] = program.constants
        self.table = list(program.table)

    def _run(self, example: Example) -> list[float]:
        program, cells = self.program, self.cells
        first = program.first_input
        cells[first : first + program.inputs] = example.inputs
        if program.live:
            self.table[: program.live] = example.picks
        try:
            self.function(cells, self.table)
        except (ArithmeticError, ValueError) as error:
            raise StepFailed from error
        return [cells[k] for k in program.outputs]

    def _put(self, parameters: Sequence[float], leaves: Sequence[float]) -> None:
        program, cells = self.program, self.cells
        cells[: program.parameters] = parameters
        first = program.first_leaf
        cells[first : first + program.leaves] = leaves

    def run(
        self, parameters: Sequence[float], leaves: Sequence[float], example: Example
    ) -> tuple[list[float], list[float]]:
        """Run once."""
        self._put(parameters, leaves)
        outputs = self._run(example)
        first = self.program.first_gradient
        return outputs, self.cells[first : first + self.program.gradients]

    def sweep(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
    ) -> Iterator[list[float]]:
        """Run once for each example."""
        self._put(parameters, leaves)
        width = self.program.inputs
        nothing = array("i")
        for k in range(count):
            yield self._run(Example(inputs[k * width : (k + 1) * width], nothing))

    def sweep_flat(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
        singles: bool = False,
    ) -> array[float]:
        """Run once for each example; the outputs of all, one after another."""
        outputs = self.sweep(parameters, leaves, inputs, count)
        return array("f" if singles else "d", itertools.chain.from_iterable(outputs))


class PythonBackend:
    """Runs programs as generated Python."""

    name = "Python"

    def load(self, program: Program) -> PythonExecutable:
        """Print and compile a program."""
        return PythonExecutable(program)

    def train(
        self,
        parameters: Sequence[Any],
        steps: Sequence[tuple[PythonExecutable, Sequence[float], Example]],
        optimizer: Any,
    ) -> list[float]:
        """Alternate steps and updates."""
        if is_plain_descent(optimizer, parameters):
            return descend(parameters, steps, optimizer)
        losses: list[float] = []
        for executable, leaves, example in steps:
            data = list(map(data_of, parameters))
            try:
                outputs, gradients = executable.run(data, leaves, example)
            except StepFailed as failed:
                raise StepFailed(losses) from failed.__cause__
            set_all(parameters, "grad", gradients)
            optimizer.step()
            losses.append(outputs[0])
        return losses


def is_plain_descent(optimizer: Any, parameters: Sequence[Any]) -> bool:
    """Whether an optimizer does nothing but `data - lr * grad`, for all parameters."""
    return (
        type(optimizer) is SGD
        and not optimizer.momentum
        and not optimizer.weight_decay
        and optimizer.max_norm is None
        and are_same(optimizer.parameters, parameters)
    )


def descend(
    parameters: Sequence[Any],
    steps: Sequence[tuple[PythonExecutable, Sequence[float], Example]],
    optimizer: SGD,
) -> list[float]:
    """Train by plain gradient descent; data and gradients are lists until the end."""
    losses: list[float] = []
    data = list(map(data_of, parameters))
    gradients = [parameter.grad for parameter in parameters]
    try:
        for executable, leaves, example in steps:
            outputs, gradients = executable.run(data, leaves, example)
            lr = optimizer.rate(optimizer.steps)
            data = [p - lr * g for p, g in zip(data, gradients, strict=True)]
            optimizer.steps += 1
            losses.append(outputs[0])
    except StepFailed as failed:
        raise StepFailed(losses) from failed.__cause__
    finally:
        set_all(parameters, "data", data)
        set_all(parameters, "grad", gradients)
    return losses
