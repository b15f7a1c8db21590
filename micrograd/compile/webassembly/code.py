"""A program printed as a WebAssembly module.

All numbers lie in the module's memory, at addresses that `Layout` fixes; temporaries are locals
unless they cross from one function into another. A number outside an operation's domain traps, and
leaves the parameters as they were before that step.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from micrograd.compile.program.instructions import Instruction, Loop, Operand, Program
from micrograd.compile.program.tape import write_body
from micrograd.compile.webassembly.assembler import (
    BR_IF,
    CALL,
    ELSE,
    END,
    F64,
    F64_ABS,
    F64_ADD,
    F64_DIV,
    F64_EQ,
    F64_GE,
    F64_GT,
    F64_LE,
    F64_LOAD,
    F64_LT,
    F64_MUL,
    F64_NE,
    F64_NEG,
    F64_STORE,
    F64_SUB,
    F64X2_MUL,
    F64X2_SPLAT,
    F64X2_SUB,
    I32,
    I32_ADD,
    I32_AND,
    I32_GE_S,
    I32_LOAD,
    I32_LT_U,
    I32_MUL,
    I32_REM_U,
    I32_STORE,
    IF,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    MEMORY_COPY,
    MEMORY_FILL,
    SELECT,
    UNREACHABLE,
    V128_LOAD,
    V128_STORE,
    Function,
    f64,
    i32,
    load,
    module,
    unsigned,
)

LONGEST_FUNCTION = 4000
"""Instructions in one function; engines limit the number of locals."""

LONGEST_EXPRESSION = 60
LONGEST_RUN = 1000
"""Updates in one call of `train`, for which there is room for rates and losses."""

IMPORTS = {
    "tanh": Function([F64], F64),
    "exp": Function([F64], F64),
    "log": Function([F64], F64),
    "pow": Function([F64, F64], F64),
}
NUMBER = {each: unsigned(number) for number, each in enumerate(IMPORTS)}
ARITHMETIC = {"+": F64_ADD, "-": F64_SUB, "*": F64_MUL, "/": F64_DIV}
COMPARISONS = {
    "<": F64_LT,
    "<=": F64_LE,
    ">": F64_GT,
    ">=": F64_GE,
    "==": F64_EQ,
    "!=": F64_NE,
}
TRAP = IF + UNREACHABLE + END


class Run(NamedTuple):
    """So many parameters side by side, from a number and an address on."""

    first: int
    address: int
    length: int


@dataclass(slots=True)
class Layout:
    """Addresses in bytes. Parameter k's is `parameters[k]`, its gradient's `gradients` more."""

    runs: list[Run]
    """Where the parameters are."""
    block: int
    """Address of the block of all parameters."""
    numbers: int
    """How many floats the block has; gradients and velocities have as many."""
    size: int = 0
    tables: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    terms: list[int] = field(default_factory=list)
    rates: int = 0
    losses: int = 0
    output_gradients: int = 0
    """How far the gradient of a network's output lies behind the output."""
    momentum: int = 0
    weight_decay: int = 8
    done: int = 16
    """Of an integer: how many updates the running `train` has made."""
    parameters: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = [0] * sum(run.length for run in self.runs)
        for first, address, count in self.runs:
            end = address + 8 * count
            self.parameters[first : first + count] = range(address, end, 8)

    @property
    def gradients(self) -> int:
        """How far a gradient lies behind its parameter."""
        return 8 * self.numbers

    def allot(self, count: int) -> int:
        """Room for floats, at a multiple of 64 bytes; return its address."""
        address = self.size
        self.size += (8 * count + 63) // 64 * 64
        return address


def plain_layout(program: Program) -> Layout:
    """Parameters in their order, and one table for each loop."""
    count = max(program.parameters + program.parameters % 2, 2)
    layout = Layout([Run(0, 64, program.parameters)], 64, count, size=64)
    return allotted(layout, program)


def allotted(layout: Layout, program: Program) -> Layout:
    """The layout with room for parameters and tables behind what it has."""
    layout.allot(3 * layout.numbers)
    for number, loop in enumerate(program.loops):
        first = program.sharing(number)[0]
        if first < number:
            layout.tables.append(layout.tables[first])
            layout.indices.append(layout.indices[first])
        else:
            layout.tables.append(layout.allot(len(loop.rows) * len(loop.rows[0])))
            layout.indices.append(layout.allot((len(loop.rows) * len(loop.indices[0]) + 1) // 2))
        layout.terms.append(layout.allot(len(loop.rows)))
    layout.rates = layout.allot(LONGEST_RUN)
    layout.losses = layout.allot(LONGEST_RUN)
    return layout


class Printer:
    """Prints straight-line code into functions of a row's address and its indices' address.

    A loop whose body is one function runs inside that function, except the loop `row_by_row`.
    """

    def __init__(self, program: Program, layout: Layout, row_by_row: Loop | None = None) -> None:
        self.layout = layout
        self.numbered = program.loops
        self.rows = [len(loop.rows) for loop in program.loops]
        self.functions: list[Function] = []
        self.homes: dict[float, int] = {}
        self.spilled: dict[float, int] = {}
        self.uses: Counter[float] = Counter()
        parts: list[tuple[Loop | None, list[list[Instruction]]]] = []
        for section in program.sections:
            loop = section if isinstance(section, Loop) else None
            code = section.body if isinstance(section, Loop) else section
            cuts = range(0, max(len(code), 1), LONGEST_FUNCTION)
            parts.append((loop, [code[k : k + LONGEST_FUNCTION] for k in cuts]))
        number = 0
        kept = [program.loss] if program.loss.kind == "temporary" else []
        inside: list[Loop] = []
        for loop, pieces in parts:
            for piece in pieces:
                for instruction in piece:
                    self.homes[instruction.target] = number
                    for operand in instruction.operands:
                        if operand.kind == "temporary":
                            self.uses[operand.value] += 1
                            if self.homes[operand.value] != number:
                                self.spill(operand)
                number += 1
            if loop is not None:
                results = [output for output in loop.outputs if output.kind == "temporary"]
                if loop is row_by_row or len(pieces) > 1:
                    kept += results
                else:
                    inside.append(loop)
                    self.uses.update({output.value: 2 for output in results})
        for operand in kept:
            self.spill(operand)
        self.inside: set[int] = set()
        self.parts: list[tuple[Loop | None, list[int]]] = []
        for loop, pieces in parts:
            if any(loop is each for each in inside):
                self.parts.append((loop, [self.function(pieces[0], loop)]))
                self.inside.update(self.parts[-1][1])
            else:
                self.parts.append((loop, [self.function(piece) for piece in pieces]))

    def spill(self, operand: Operand) -> None:
        """Give a temporary an address, since another function reads it."""
        if operand.value not in self.spilled:
            self.spilled[operand.value] = self.layout.allot(1)

    def fixed(self, operand: Operand) -> bytes:
        """Push what is not a local."""
        value = operand.value
        match operand.kind:
            case "literal":
                return f64(value)
            case "temporary":
                return load(self.spilled[value])
            case "parameter":
                return load(self.layout.parameters[int(value)])
            case "column":
                return LOCAL_GET + b"\x00" + F64_LOAD + unsigned(8 * int(value))
            case "output":
                return LOCAL_GET + b"\x01" + F64_LOAD + unsigned(8 * int(value))
        raise ValueError(f"{operand} is no fixed place")

    def index(self, operand: Operand) -> bytes:
        """Push the address of the parameter that the row names."""
        return LOCAL_GET + b"\x01" + I32_LOAD + unsigned(4 * int(operand.value))

    def function(self, code: list[Instruction], loop: Loop | None = None) -> int:
        """Print a piece of code, and a loop over all rows around it; return the function's number.

        With a loop the function has a third parameter: how far the term lies behind the first.
        """
        function = Function([I32, I32] if loop is None else [I32, I32, I32])
        if loop is not None:
            function.emit(LOOP)
        scratch = [LOCAL_GET + unsigned(function.local(F64)) for _ in range(3)]
        keep = [LOCAL_TEE + get[1:] for get in scratch]
        places: dict[float, bytes] = {}
        waiting: dict[float, tuple[bytes, int]] = {}
        addresses: dict[float, bytes] = {}
        loaded: dict[float, bytes] = {}
        held: tuple[Operand, bytes] | None = None

        def address(parameter: Operand) -> bytes:
            """Push the address of the parameter that the row names, which is loaded once."""
            if parameter.value not in addresses:
                local = unsigned(function.local(I32))
                function.emit(self.index(parameter), LOCAL_SET, local)
                addresses[parameter.value] = LOCAL_GET + local
            return addresses[parameter.value]

        def add_up(parameter: Operand, values: bytes) -> None:
            """Add to a gradient in memory what `values` pushes and adds."""
            if parameter.kind == "indexed":
                start = address(parameter)
                place = unsigned(self.layout.gradients)
            else:
                start = i32(0)
                place = unsigned(
                    self.layout.parameters[int(parameter.value)] + self.layout.gradients
                )
            function.emit(start, start, F64_LOAD, place, values, F64_STORE, place)

        def read(operand: Operand) -> tuple[bytes, int]:
            if operand.kind == "temporary":
                if operand.value in waiting:
                    return waiting.pop(operand.value)
                if operand.value in places:
                    return places[operand.value], 0
            if operand.kind == "indexed":
                if operand.value not in loaded:
                    local = unsigned(function.local(F64))
                    function.emit(address(operand), F64_LOAD, b"\x00", LOCAL_SET, local)
                    loaded[operand.value] = LOCAL_GET + local
                return loaded[operand.value], 0
            return self.fixed(operand), 0

        for name, target, operands in code:
            if name == "gradient":
                value = read(operands[1])[0] + F64_ADD
                if held is not None and held[0] == operands[0]:
                    held = held[0], held[1] + value
                else:
                    if held is not None:
                        add_up(*held)
                    held = operands[0], value
                continue
            if name == "store":
                place = unsigned(self.layout.output_gradients + 8 * int(operands[0].value))
                function.emit(LOCAL_GET + b"\x01", read(operands[1])[0], F64_STORE, place)
                continue
            if name in ("sum", "difference"):
                start = read(operands[1])[0] if len(operands) > 1 else b""
                combine = F64_ADD if name == "sum" else F64_SUB
                text = self.total(function, int(operands[0].value), start, combine)
                size = LONGEST_EXPRESSION
            else:
                parts = [read(operand) for operand in operands]
                size = 1 + sum(part[1] for part in parts)
                text = self.instruction(name, [part[0] for part in parts], operands, scratch, keep)
            if target in self.spilled:
                function.emit(i32(0), text, F64_STORE, unsigned(self.spilled[target]))
            elif self.uses[target] == 1 and size < LONGEST_EXPRESSION:
                waiting[target] = text, size
            else:
                local = unsigned(function.local(F64))
                places[target] = LOCAL_GET + local
                function.emit(text, LOCAL_SET, local)
        if held is not None:
            add_up(*held)
        if loop is not None:
            row, index, term = range(3)
            results = read(loop.outputs[0])[0]
            turn = next(k for k, each in enumerate(self.numbered) if each is loop)
            function.get(term)
            function.emit(results, F64_STORE)
            function.emit(unsigned(self.layout.terms[turn]))
            for moving, size in (
                (row, 8 * len(loop.rows[0])),
                (index, 4 * len(loop.indices[0])),
                (term, 8),
            ):
                function.add(moving, -size)
            function.get(term)
            function.emit(i32(0), I32_GE_S, BR_IF, b"\x00", END)
        self.functions.append(function)
        return len(IMPORTS) + len(self.functions) - 1

    def instruction(
        self,
        name: str,
        parts: Sequence[bytes],
        operands: Sequence[Operand],
        scratch: Sequence[bytes],
        keep: Sequence[bytes],
    ) -> bytes:
        """An instruction that leaves its result on the stack, and traps where Python raises."""
        if name == "/":
            if operands[1].kind == "literal" and operands[1].value != 0.0:
                return parts[0] + parts[1] + F64_DIV
            zero = scratch[0] + f64(0.0) + F64_EQ + TRAP
            return parts[0] + parts[1] + keep[0] + F64_DIV + zero
        if name in ARITHMETIC:
            return parts[0] + parts[1] + ARITHMETIC[name]
        if name == "neg":
            return parts[0] + F64_NEG
        if name == "abs":
            return parts[0] + F64_ABS
        if name in COMPARISONS:
            return parts[2] + parts[3] + parts[0] + parts[1] + COMPARISONS[name] + SELECT
        if name == "log":
            domain = scratch[0] + f64(0.0) + F64_LE + TRAP
            return parts[0] + keep[0] + CALL + NUMBER[name] + domain
        if name == "exp":
            overflow = scratch[1] + f64(math.inf) + F64_EQ
            overflow += scratch[0] + f64(math.inf) + F64_NE + I32_AND + TRAP
            return parts[0] + keep[0] + CALL + NUMBER[name] + keep[1] + overflow
        if name == "pow":
            # x - x is 0 for a finite x, and nan for the others
            finite = [get + get + F64_SUB + f64(0.0) for get in scratch]
            wrong = finite[0] + F64_EQ + finite[1] + F64_EQ + I32_AND
            wrong += finite[2] + F64_NE + I32_AND + TRAP
            both = parts[0] + parts[1] + LOCAL_SET + scratch[1][1:] + keep[0] + scratch[1]
            return both + CALL + NUMBER[name] + keep[2] + wrong
        return parts[0] + CALL + NUMBER[name]

    def total(self, function: Function, number: int, start: bytes, combine: bytes) -> bytes:
        """Code that leaves a start, if there is one, and a loop's terms combined on the stack."""
        terms = self.layout.terms[number]
        total, place = function.local(F64), function.local(I32)
        function.emit(start, load(terms), combine if start else b"")
        function.set(total)
        function.emit(i32(0))
        function.set(place)

        def term() -> None:
            function.add(place, 8)
            function.get(total)
            function.get(place)
            function.emit(F64_LOAD, unsigned(terms), combine)
            function.set(total)

        function.repeat(self.rows[number] - 1, term)
        return LOCAL_GET + unsigned(total)


def run_loop(
    step: Function, printer: Printer, loop: Loop, calls: Sequence[int], number: int
) -> None:
    """Call a loop's functions for each row, last row first, and store the terms."""
    layout = printer.layout
    width, names, count = 8 * len(loop.rows[0]), 4 * len(loop.indices[0]), len(loop.rows)
    last = [
        i32(first + size * (count - 1))
        for first, size in (
            (layout.tables[number], width),
            (layout.indices[number], names),
            (0, 8),
        )
    ]
    if calls[0] in printer.inside:
        step.emit(*last, CALL, unsigned(calls[0]))
        return
    term = printer.fixed(loop.outputs[0])
    row, index, place = (step.local(I32) for _ in range(3))
    for local, address in zip((row, index, place), last, strict=True):
        step.emit(address)
        step.set(local)

    def body() -> None:
        for call in calls:
            step.get(row)
            step.get(index)
            step.emit(CALL, unsigned(call))
        step.get(place)
        step.emit(term, F64_STORE, unsigned(layout.terms[number]))
        step.add(row, -width)
        step.add(index, -names)
        step.add(place, -8)

    step.repeat(count, body)


def print_step(program: Program) -> tuple[bytes, Layout]:
    """A module with `step()`, which stores the loss, and `train(updates, options, batches)`."""
    for loop in program.loops:
        write_body(loop)
    layout = plain_layout(program)
    printer = Printer(program, layout)
    step = Function([], F64)
    step.emit(i32(layout.block + layout.gradients), i32(0), i32(layout.gradients), MEMORY_FILL)
    number = 0
    for rolled, calls in printer.parts:
        if rolled is None:
            for call in calls:
                step.emit(i32(0), i32(0), CALL, unsigned(call))
        else:
            run_loop(step, printer, rolled, calls, number)
            number += 1
    step.emit(printer.fixed(program.loss))
    return finished(program, layout, printer.functions, step)


def finished(
    program: Program, layout: Layout, functions: list[Function], step: Function
) -> tuple[bytes, Layout]:
    """The module around a step: training, and the memory's size."""
    functions.append(step)
    call = len(IMPORTS) + len(functions) - 1
    functions.append(train(program, layout, call))
    # a result of -0.0 would come through JavaScript as the integer 0, so the loss is stored
    once = Function()
    once.emit(i32(0), CALL, unsigned(call), F64_STORE, unsigned(layout.losses))
    functions.append(once)
    exports = {"train": call + 1, "step": call + 2}
    return module(IMPORTS, functions, exports, layout.size), layout


def train(program: Program, layout: Layout, step: int) -> Function:
    """`train(updates, options, batches)`: whole updates.

    Rates are read and losses written in the layout's places. Options: 1 for weight decay, 2 for
    momentum. Batches lie behind the layout's end; 0 of them leaves the table alone.
    """
    function = Function([I32, I32, I32])
    updates, options, batches = range(3)
    k, place = function.local(I32), function.local(I32)
    data = program.data_loop
    block, gradients = unsigned(layout.block), unsigned(layout.block + layout.gradients)
    velocity = unsigned(layout.block + 2 * layout.gradients)
    slope = function.local(F64)
    function.emit(i32(0), i32(0), I32_STORE, unsigned(layout.done))
    function.emit(LOOP)
    if data is not None:
        rows = program.loops[data].rows
        size = 8 * len(rows) * len(rows[0])
        function.get(batches)
        function.emit(IF, i32(layout.tables[data]), i32(layout.size))
        function.get(k)
        function.get(batches)
        function.emit(I32_REM_U, i32(size), I32_MUL, I32_ADD, i32(size), MEMORY_COPY, END)
    function.get(k)
    function.emit(i32(8), I32_MUL, CALL, unsigned(step), F64_STORE, unsigned(layout.losses))
    function.emit(i32(0))
    function.set(place)
    function.get(options)
    function.emit(IF, LOOP)
    function.get(place)
    function.emit(F64_LOAD, gradients)
    function.set(slope)
    function.get(options)
    function.emit(i32(1), I32_AND, IF)
    function.get(slope)
    function.emit(load(layout.weight_decay))
    function.get(place)
    function.emit(F64_LOAD, block, F64_MUL, F64_ADD)
    function.set(slope)
    function.emit(END)
    function.get(options)
    function.emit(i32(2), I32_AND, IF)
    function.get(place)
    function.emit(load(layout.momentum))
    function.get(place)
    function.emit(F64_LOAD, velocity, F64_MUL)
    function.get(slope)
    function.emit(F64_ADD)
    function.tee(slope)
    function.emit(F64_STORE, velocity, END)
    function.get(place)
    function.get(place)
    function.emit(F64_LOAD, block)
    function.get(k)
    function.emit(i32(8), I32_MUL, F64_LOAD, unsigned(layout.rates))
    function.get(slope)
    function.emit(F64_MUL, F64_SUB, F64_STORE, block)
    function.add(place, 8)
    function.get(place)
    more = i32(8 * layout.numbers) + I32_LT_U + BR_IF + b"\x00" + END
    function.emit(more, ELSE, LOOP)
    function.get(place)
    function.get(place)
    function.emit(V128_LOAD, block)
    function.get(k)
    function.emit(i32(8), I32_MUL, F64_LOAD, unsigned(layout.rates), F64X2_SPLAT)
    function.get(place)
    function.emit(V128_LOAD, gradients, F64X2_MUL, F64X2_SUB, V128_STORE, block)
    function.add(place, 16)
    function.get(place)
    function.emit(more, END)
    function.add(k, 1)
    function.emit(i32(0))
    function.get(k)
    function.emit(I32_STORE, unsigned(layout.done))
    function.get(k)
    function.get(updates)
    function.emit(I32_LT_U, BR_IF, b"\x00", END)
    return function


def print_model(program: Program) -> tuple[bytes, Layout]:
    """A module with `evaluate(points, outputs, count)`, addresses and a number of points."""
    layout = plain_layout(program)
    printer = Printer(program, layout, program.loops[0])
    loop, calls = printer.parts[0]
    assert loop is not None
    evaluate = Function([I32, I32, I32])
    points, outputs, count = range(3)
    evaluate.emit(LOOP)
    for call in calls:
        evaluate.get(points)
        evaluate.get(points)
        evaluate.emit(CALL, unsigned(call))
    for k, output in enumerate(loop.outputs):
        evaluate.get(outputs)
        evaluate.emit(printer.fixed(output), F64_STORE, unsigned(8 * k))
    evaluate.add(points, 8 * len(loop.rows[0]))
    evaluate.add(outputs, 8 * len(loop.outputs))
    evaluate.add(count, -1)
    evaluate.get(count)
    evaluate.emit(BR_IF, b"\x00", END)
    functions = [*printer.functions, evaluate]
    exports = {"evaluate": len(IMPORTS) + len(functions) - 1}
    return module(IMPORTS, functions, exports, layout.size), layout
