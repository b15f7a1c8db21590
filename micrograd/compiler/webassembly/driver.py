"""The module that runs programs one after the other and updates the parameters in between."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any, NamedTuple

from micrograd.compiler.ir import Instruction
from micrograd.compiler.symbols import Body as Symbols
from micrograd.compiler.symbols import Symbol, trace_arithmetic
from micrograd.compiler.webassembly.assembler import (
    BR_IF,
    CALL_INDIRECT,
    END,
    F64,
    F64_ADD,
    F64_DIV,
    F64_GT,
    F64_LOAD,
    F64_MUL,
    F64_SQRT,
    F64_STORE,
    F64X2_EXTRACT_LANE,
    F64X2_MUL,
    F64X2_SPLAT,
    I32,
    I32_ADD,
    I32_LOAD,
    I32_LT_U,
    I32_NE,
    I32_OR,
    I32_STORE,
    I32_SUB,
    IF,
    LOOP,
    MEMORY_COPY,
    MEMORY_FILL,
    SELECT,
    V128,
    V128_LOAD,
    V128_LOAD64_SPLAT,
    V128_STORE,
    Function,
    add,
    call,
    f64,
    get,
    i32,
    module,
    put,
    tee,
    unsigned,
)
from micrograd.compiler.webassembly.bodies import IMPORTS, Body
from micrograd.compiler.webassembly.nests import CELL, CELLS

DONE, RUNNING, LOADED = 0, 8, 16
"""Addresses: steps that are finished; the function that ran last, and its example."""


class Record(NamedTuple):
    """What the driver reads for each step, as addresses, numbers of functions, and bytes."""

    run: int
    outputs: int
    table: int
    example: int
    cells: int
    example_bytes: int
    picks: int
    picks_bytes: int
    gradient_bytes: int
    loss: int
    output_bytes: int
    unused: int = 0

    def pack(self) -> bytes:
        """The record in memory."""
        return array("i", self).tobytes()


RECORD = 4 * len(Record._fields)
FIELD = {name: 4 * k for k, name in enumerate(Record._fields)}
CALLED = Function([I32])
"""The type of what is called through the table."""


def rounded(size: int) -> int:
    """The next multiple of 64 bytes."""
    return (size + 63) // 64 * 64


def field(record: int, name: str) -> bytes:
    """Push a field of the record that a local points to."""
    return get(record) + I32_LOAD + unsigned(FIELD[name])


@dataclass(frozen=True)
class Update:
    """What an optimizer does with a parameter, as instructions.

    Attributes:
        body: its operands are data, gradient, states, coefficients.
        data: the value that is the new data.
        states: for each state the value that is its new one, or None where it stays.
        coefficients: how many.
        first, count: which parameters.
        parameters: how many there are in all.
        max_norm: see `micrograd.optim.Optimizer`.
    """

    body: tuple[Instruction, ...]
    data: int
    states: tuple[int | None, ...]
    coefficients: int
    first: int
    count: int
    parameters: int
    max_norm: float | None

    @property
    def state_bytes(self) -> int:
        """Of one state in memory."""
        return rounded(CELL * self.count)


def trace_update(optimizer: Any, coefficients: int, first: int, parameters: int) -> Update | None:
    """An optimizer's update over symbols; None where it does something else than arithmetic."""
    kept = len(optimizer.state)
    symbols = Symbols(2 + kept + coefficients)
    data, grad, *rest = [Symbol(symbols, k) for k in range(symbols.operands)]
    try:
        update = trace_arithmetic(type(optimizer).update)
        new, states = update(optimizer, data, grad, tuple(rest[:kept]), tuple(rest[kept:]))
        number = symbols.symbol(new).number
        numbers = [symbols.symbol(state).number for state in states]
    except Exception:  # whatever it is that cannot be done with symbols
        return None
    if len(numbers) != kept:
        return None
    changed = tuple([None if number == 2 + k else number for k, number in enumerate(numbers)])
    return Update(
        tuple(symbols.instructions),
        number,
        changed,
        coefficients,
        first,
        len(optimizer.parameters),
        parameters,
        optimizer.max_norm,
    )


def emit_enter() -> Function:
    """`enter(record)`: put an example into its program's cells and run it.

    An example that is there is not copied again.
    """
    function = Function([I32])
    record = 0
    other = field(record, "run") + i32(0) + I32_LOAD + unsigned(RUNNING) + I32_NE
    function.code += other
    function.code += field(record, "example") + i32(0) + I32_LOAD + unsigned(LOADED) + I32_NE
    function.code += I32_OR + IF
    for target, source, size in (
        ("cells", "example", "example_bytes"),
        ("table", "picks", "picks_bytes"),
    ):
        function.code += b"".join(field(record, name) for name in (target, source, size))
        function.code += MEMORY_COPY
    function.code += other + IF + field(record, "cells") + field(record, "gradient_bytes") + I32_SUB
    function.code += i32(0) + field(record, "gradient_bytes") + MEMORY_FILL + END
    for name, place in (("run", RUNNING), ("example", LOADED)):
        function.code += i32(0) + field(record, name) + I32_STORE + unsigned(place)
    function.code += END
    function.code += field(record, "table") + field(record, "run") + CALL_INDIRECT + b"\x00\x00"
    return function


def emit_sweep(enter: int) -> Function:
    """`sweep(record, count, outputs)`: run examples that stand side by side; store the outputs."""
    function = Function([I32, I32, I32])
    record, count, outputs = range(3)
    function.code += LOOP + get(record) + call(enter)
    function.code += get(outputs) + field(record, "outputs") + CALL_INDIRECT + b"\x00\x00"
    function.code += get(outputs) + field(record, "output_bytes") + I32_ADD + put(outputs)
    following = field(record, "example") + field(record, "example_bytes") + I32_ADD
    function.code += get(record) + following + I32_STORE + unsigned(FIELD["example"])
    function.code += get(count) + i32(1) + I32_SUB + tee(count) + BR_IF + b"\x00" + END
    return function


def emit_train(enter: int, update: int, coefficients: int) -> Function:
    """`train(records, end, coefficients, losses, states)`: a step and an update for each record."""
    function = Function([I32] * 5)
    record, end, numbers, losses, states = range(5)
    done = function.local(I32)
    function.code += i32(0) + i32(0) + I32_STORE + unsigned(DONE) + LOOP
    function.code += get(record) + call(enter)
    function.code += get(losses) + field(record, "loss") + F64_LOAD + b"\x00"
    function.code += F64_STORE + b"\x00"
    function.code += get(numbers) + get(states) + call(update)
    for local, size in ((record, RECORD), (losses, 8), (numbers, 8 * coefficients)):
        function.code += add(local, size)
    function.code += add(done, 1) + i32(0) + get(done) + I32_STORE + unsigned(DONE)
    function.code += get(record) + get(end) + I32_LT_U + BR_IF + b"\x00" + END
    return function


def emit_scale(function: Function, update: Update) -> int:
    """Compute what gradients are multiplied with, for their length; return the local."""
    total, place = function.local(F64), function.local(I32)
    gradients = unsigned(CELLS + CELL * (update.parameters + update.first))
    element = get(place) + F64_LOAD + gradients
    body = get(total) + element + element + F64_MUL + F64_ADD + put(total) + add(place, CELL)
    function.code += function.repeat(update.count, body)
    assert update.max_norm is not None
    function.code += f64(update.max_norm) + get(total) + F64_SQRT + f64(1e-6) + F64_ADD + F64_DIV
    function.code += put(total)
    function.code += f64(1.0) + get(total) + get(total) + f64(1.0) + F64_GT + SELECT + put(total)
    return total


def emit_update(update: Update) -> Function:
    """`update(coefficients, states)`: change all parameters, two at once."""
    function = Function([I32, I32])
    scale = None if update.max_norm is None else emit_scale(function, update)
    place, state = function.local(I32), function.local(I32)
    function.code += get(1) + put(state)
    held = []
    for k in range(update.coefficients):
        held.append(function.local(V128))
        function.code += get(0) + V128_LOAD64_SPLAT + unsigned(CELL * k) + put(held[-1])
    cells = CELLS + CELL * update.first
    gradients = cells + CELL * update.parameters

    def change(wide: bool) -> bytes:
        load, store = (V128_LOAD, V128_STORE) if wide else (F64_LOAD, F64_STORE)
        body = Body(function, wide)
        body.define(get(place) + load + unsigned(cells))
        scaling = b""
        if scale is not None:
            scaling = get(scale) + (F64X2_SPLAT + F64X2_MUL if wide else F64_MUL)
        body.define(get(place) + load + unsigned(gradients) + scaling)
        for k in range(len(update.states)):
            body.define(get(state) + load + unsigned(k * update.state_bytes))
        lane = b"" if wide else F64X2_EXTRACT_LANE + b"\x00"
        body.values += [get(local) + lane for local in held]
        body.run(update.body)
        body.code += get(place) + body.values[update.data] + store + unsigned(cells)
        for k, value in enumerate(update.states):
            if value is not None:
                body.code += get(state) + body.values[value] + store
                body.code += unsigned(k * update.state_bytes)
        step = 2 * CELL
        return bytes(body.code) + add(place, step) + add(state, step)

    function.code += i32(0) + put(place) + function.repeat(update.count // 2, change(True))
    if update.count % 2:
        function.code += change(False)
    return function


def emit_driver(update: Update | None) -> bytes:
    """The module, which exports `sweep`, or `train` for an optimizer."""
    first = len(IMPORTS)
    if update is None:
        functions = [emit_enter(), emit_sweep(first)]
        return module(IMPORTS, functions, {"sweep": first + 1}, [CALLED])
    train = emit_train(first, first + 1, update.coefficients)
    functions = [emit_enter(), emit_update(update), train]
    return module(IMPORTS, functions, {"train": first + 2}, [CALLED])
