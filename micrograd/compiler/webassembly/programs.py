"""A program as a module, which exports `run(table)` and `outputs(address)`."""

from __future__ import annotations

from micrograd.compiler.ir import Program
from micrograd.compiler.webassembly.assembler import (
    F64_LOAD,
    F64_STORE,
    I32,
    I32_ADD,
    MEMORY_COPY,
    Function,
    call,
    get,
    i32,
    module,
    unsigned,
)
from micrograd.compiler.webassembly.bodies import IMPORTS
from micrograd.compiler.webassembly.loops import Zeros, emit_loop
from micrograd.compiler.webassembly.nests import CELL, CELLS, TABLE


def emit_program(program: Program) -> bytes:
    """The module of a program."""
    functions: list[Function] = []
    numbers: dict[bytes, int] = {}
    run = Function([I32])

    def number(function: Function) -> int:
        """The number of a function; equal ones are one."""
        body = function.type() + function.body()
        if body not in numbers:
            numbers[body] = len(IMPORTS) + len(functions)
            functions.append(function)
        return numbers[body]

    run = Function([I32])
    zeros = Zeros()
    for loop in program.loops:
        run.code += get(TABLE) + call(emit_loop(loop, program, number, zeros))
        zeros.note(loop)
    functions += [run, emit_outputs(program.outputs)]
    last = len(IMPORTS) + len(functions) - 1
    return module(IMPORTS, functions, {"run": last - 1, "outputs": last})


def emit_outputs(cells: list[int]) -> Function:
    """`outputs(address)`: copy the outputs, neighbours at once."""
    function = Function([I32])
    runs: list[list[int]] = []
    for cell in cells:
        if runs and runs[-1][0] + runs[-1][1] == cell:
            runs[-1][1] += 1
        else:
            runs.append([cell, 1])
    place = 0
    for first, count in runs:
        source = CELLS + CELL * first
        if count == 1:
            function.code += get(0) + i32(0) + F64_LOAD + unsigned(source)
            function.code += F64_STORE + unsigned(place)
        else:
            function.code += get(0) + i32(place) + I32_ADD + i32(source) + i32(CELL * count)
            function.code += MEMORY_COPY
        place += CELL * count
    return function
