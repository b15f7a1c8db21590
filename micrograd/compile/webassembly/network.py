"""A network's layers as loops over tiles of registers.

The three products of a layer (forward, gradients of the weights, gradients of the inputs) add up
every sum in the engine's order: forward from the bias on, backward newest neuron first and last row
first. What is no layer is left to `code`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress

from micrograd.compile.program.instructions import Instruction, Loop, Numbers, Operand, Program
from micrograd.compile.program.tape import roll, write_body
from micrograd.compile.webassembly.assembler import (
    CALL,
    ELSE,
    END,
    F64,
    F64_LOAD,
    F64_STORE,
    I8X16_SHUFFLE,
    I32,
    I32_AND,
    I32_LE_U,
    IF,
    MEMORY_FILL,
    V128,
    V128_LOAD,
    V128_STORE,
    Function,
    f64,
    f64x2,
    i32,
    unsigned,
)
from micrograd.compile.webassembly.code import (
    IMPORTS,
    NUMBER,
    Layout,
    Printer,
    Run,
    allotted,
    finished,
    run_loop,
)
from micrograd.compile.webassembly.layers import Layer, find_layers
from micrograd.compile.webassembly.products import Product, finite

ROWS_AT_ONCE = 100
"""Rows whose activations stay in the processor's cache."""
LEAST_VECTORS = 16
"""Of a result for which it pays to look for zeros."""
MOST_NONZERO = 0.75
"""Share of elements that are not zero, from which on it is faster to multiply all."""


def even(number: int) -> int:
    """The next even number."""
    return number + number % 2


def padded(number: int) -> int:
    """A stride in floats that does not put rows on the same lines of the cache."""
    return number + 2 if number % 16 == 0 else number


@dataclass(slots=True)
class Matrices:
    """Where the matrices of a network lie: sizes, strides in floats, addresses."""

    sizes: list[int]
    strides: list[int]
    """Of the activations of each layer, and of the weights that read them; with the bias."""
    turned_strides: list[int]
    weights: list[int]
    turned: list[int]
    activations: list[int]
    gradients: list[int]
    nonzeros: int
    """Of the list of a matrix's nonzero elements."""

    def forward(self, k: int, rows: int, activation: str) -> Product:
        """The sums of layer k, from its inputs and its weights turned round."""
        own, inputs = 8 * self.strides[k + 1], 8 * self.strides[k]
        return Product(
            rows=rows,
            vectors=even(self.sizes[k + 1]) // 2,
            depth=self.sizes[k],
            strides=(own, inputs, 8, 8 * self.turned_strides[k]),
            start="row",
            after="relu" if activation == "relu" else "",
        )

    def weight_gradients(self, k: int, rows: int) -> Product:
        """What rows add to the gradients of layer k's weights, from its errors and its inputs."""
        own, inputs = 8 * self.strides[k + 1], 8 * self.strides[k]
        return Product(
            rows=self.sizes[k + 1],
            vectors=even(self.sizes[k]) // 2 + 1,
            depth=rows,
            strides=(inputs, 8, own, inputs),
            start="own",
            newest_first=True,
        )

    def input_gradients(self, k: int, rows: int, activation: str) -> Product:
        """The errors of the layer before, from those of layer k and its weights."""
        own, inputs = 8 * self.strides[k + 1], 8 * self.strides[k]
        return Product(
            rows=rows,
            vectors=even(self.sizes[k]) // 2,
            depth=self.sizes[k + 1],
            strides=(inputs, own, 8, inputs),
            start="zero",
            newest_first=True,
            after=f"{activation} slope" if activation else "",
        )


def sparse(product: Product, *layers: Layer) -> bool:
    """Whether it pays to look for the zeros that layers' relu makes."""
    return product.vectors >= LEAST_VECTORS and all(each.activation == "relu" for each in layers)


def transposed(matrices: Matrices, layer: int) -> Function:
    """Copy a layer's weights, turned round, so that a vector has one weight of two neurons."""
    function = Function()
    stride, turned = 8 * matrices.strides[layer], 8 * matrices.turned_strides[layer]
    source, target, row, column = (function.local(I32) for _ in range(4))
    one, two = function.local(V128), function.local(V128)
    low = I8X16_SHUFFLE + bytes([*range(8), *range(16, 24)])
    high = I8X16_SHUFFLE + bytes([*range(8, 16), *range(24, 32)])
    function.emit(i32(matrices.weights[layer]))
    function.set(row)
    function.emit(i32(matrices.turned[layer]))
    function.set(column)
    outputs = matrices.sizes[layer + 1]

    def neurons(both: bool) -> None:
        function.copy(source, row)
        function.copy(target, column)

        def cell() -> None:
            function.get(source)
            function.emit(V128_LOAD, b"\x00")
            function.set(one)
            if both:
                function.get(source)
                function.emit(V128_LOAD, unsigned(stride))
            else:
                function.emit(f64x2(0.0))
            function.set(two)
            for shuffle, offset in ((low, 0), (high, turned)):
                function.get(target)
                function.get(one)
                function.get(two)
                function.emit(shuffle, V128_STORE, unsigned(offset))
            function.add(source, 16)
            function.add(target, 2 * turned)

        function.repeat(even(matrices.sizes[layer]) // 2 + 1, cell)
        function.add(row, 2 * stride)
        function.add(column, 16)

    function.repeat(outputs // 2, lambda: neurons(True))
    if outputs % 2:
        neurons(False)
    return function


def gathered(matrices: Matrices, inputs: tuple[Operand, ...], width: int, rows: int) -> Function:
    """Spread rows of the table, from an address on, into the first matrix, and put the ones."""
    function = Function([I32])
    source = 0
    places = [function.local(I32) for _ in matrices.sizes[:-1]]
    for place, address in zip(places, matrices.activations, strict=False):
        function.emit(i32(address))
        function.set(place)

    def row() -> None:
        for j, operand in enumerate(inputs):
            function.get(places[0])
            if operand.kind == "column":
                function.get(source)
                function.emit(F64_LOAD, unsigned(8 * int(operand.value)))
            else:
                function.emit(f64(operand.value))
            function.emit(F64_STORE, unsigned(8 * j))
        for layer, place in enumerate(places):
            function.get(place)
            function.emit(f64(1.0), F64_STORE, unsigned(8 * even(matrices.sizes[layer])))
            function.add(place, 8 * matrices.strides[layer])
        function.add(source, width)

    function.repeat(rows, row)
    return function


def squashed(matrices: Matrices, layer: int, rows: int) -> Function:
    """The tanh of a whole layer's sums, in place."""
    function = Function()
    row, place = function.local(I32), function.local(I32)
    function.emit(i32(matrices.activations[layer]))
    function.set(row)

    def one() -> None:
        function.get(place)
        function.get(place)
        function.emit(F64_LOAD, b"\x00", CALL, NUMBER["tanh"], F64_STORE, b"\x00")
        function.add(place, 8)

    def line() -> None:
        function.copy(place, row)
        function.repeat(matrices.sizes[layer], one)
        function.add(row, 8 * matrices.strides[layer])

    function.repeat(rows, line)
    return function


def runs_of(parameters: Numbers, address: int) -> list[Run]:
    """The runs of parameters that lie side by side from an address on."""
    if isinstance(parameters, range):
        return [Run(parameters.start, address, len(parameters))]
    return [Run(each, address + 8 * k, 1) for k, each in enumerate(parameters)]


def laid_out(program: Program, loop: Loop, layers: list[Layer]) -> tuple[Layout, Matrices]:
    """Weights as matrices with padded rows, each row's bias behind; then everything else."""
    sizes = [len(layers[0].inputs), *(len(layer.weights) for layer in layers)]
    strides = [padded(even(size) + 2) for size in sizes[:-1]] + [even(sizes[-1])]
    runs: list[Run] = []
    weights: list[int] = []
    address = 64
    for k, layer in enumerate(layers):
        weights.append(address)
        for row in layer.weights:
            if sizes[k] % 2:
                runs += runs_of(row[:-1], address)
                runs += runs_of(row[-1:], address + 8 * even(sizes[k]))
            else:
                runs += runs_of(row, address)
            address += 8 * strides[k]
    left = bytearray(b"\1" * program.parameters)
    for first, _, count in runs:
        left[first : first + count] = bytes(count)
    others = tuple(compress(range(program.parameters), left))
    runs += runs_of(others, address)
    number = address // 8 - 8 + len(others)
    layout = allotted(Layout(runs, 64, even(number), size=64), program)
    count = min(ROWS_AT_ONCE, len(loop.rows))
    turned_strides = [padded(even(size)) for size in sizes[1:]]
    turned = [
        layout.allot(stride * turned_stride)
        for stride, turned_stride in zip(strides, turned_strides, strict=False)
    ]
    activations = [layout.allot(count * stride) for stride in strides]
    gradients = [layout.allot(count * stride) for stride in strides]
    layout.output_gradients = gradients[-1] - activations[-1]
    matrices = Matrices(sizes, strides, turned_strides, weights, turned, activations, gradients, 0)
    matrices.nonzeros = layout.allot(
        max(
            product.list_size() // 8
            for k in range(len(layers))
            for product in (matrices.forward(k, count, ""), matrices.weight_gradients(k, count))
        )
    )
    return layout, matrices


def print_step(program: Program) -> tuple[bytes, Layout] | None:
    """A module as `code.print_step` makes it, with the data's loop in layers if it has any."""
    number = program.data_loop
    if number is None:
        return None
    loop = program.loops[number]
    found = find_layers(loop)
    if found is None or loop.seed is None:
        return None
    layers, rest = found
    body: list[Instruction] = []
    term, slopes = roll(program.tape, body, rest, loop.seed)
    for k in range(len(layers[-1].outputs)):
        slope = slopes.get(("output", k), Operand("literal", 0.0))
        body.append(Instruction("store", -1, (Operand("output", k), slope)))
    behind = Loop(body, [term], loop.rows, loop.indices)
    sections: list[list[Instruction] | Loop] = []
    for section in program.sections:
        if isinstance(section, Loop) and section is not loop:
            write_body(section)
        sections.append(behind if section is loop else section)
    changed = Program(program.parameters, sections, program.loss, program.tape)
    layout, matrices = laid_out(program, loop, layers)
    printer = Printer(changed, layout, behind)
    step = Function([], F64)
    step.emit(i32(layout.block + layout.gradients), i32(0), i32(layout.gradients), MEMORY_FILL)
    turn = 0
    for part, calls in printer.parts:
        if part is None:
            for call in calls:
                step.emit(i32(0), i32(0), CALL, unsigned(call))
            continue
        if part is behind:
            run_layers(step, printer, layers, loop, matrices, turn, calls, printer.fixed(term))
        else:
            run_loop(step, printer, part, calls, turn)
        turn += 1
    step.emit(printer.fixed(program.loss))
    return finished(program, layout, printer.functions, step)


def run_layers(
    step: Function,
    printer: Printer,
    layers: list[Layer],
    loop: Loop,
    matrices: Matrices,
    number: int,
    calls: list[int],
    term: bytes,
) -> None:
    """All rows forward and backward, some at a time, last rows first."""
    layout = printer.layout
    width = 8 * len(loop.rows[0])
    known: dict[object, bytes] = {}

    def call(key: object, make: Callable[[], Function]) -> None:
        """Call a function, which is made at its first use."""
        if key not in known:
            printer.functions.append(make())
            known[key] = CALL + unsigned(len(IMPORTS) + len(printer.functions) - 1)
        step.emit(known[key])

    weights_finite, inputs_finite = step.local(I32), step.local(I32)

    def check(result: int, address: int, numbers: int) -> None:
        """Find out whether so many numbers are finite."""
        step.emit(i32(address))
        call(("finite", numbers), lambda: finite(numbers // 2))
        step.set(result)

    def multiply(product: Product, c: int, a: int, b: int, other: int) -> None:
        step.emit(i32(c), i32(a), i32(b), i32(other))
        call(product, product.dense)

    def multiply_sparse(product: Product, c: int, a: int, b: int, other: int, right: int) -> None:
        """Multiply without the zeros of A if there are many, and the local `right` says it may."""
        nonzeros = matrices.nonzeros
        step.emit(i32(a), i32(nonzeros))
        call((product, "nonzeros"), product.nonzeros)
        step.emit(i32(nonzeros + product.list_size(MOST_NONZERO)), I32_LE_U)
        step.get(right)
        step.emit(I32_AND, IF, i32(c), i32(nonzeros), i32(b), i32(other))
        call((product, "sparse"), product.sparse)
        step.emit(ELSE)
        multiply(product, c, a, b, other)
        step.emit(END)

    if max(matrices.sizes) >= 2 * LEAST_VECTORS:
        check(weights_finite, layout.block, layout.numbers)
    for k in range(len(layers)):
        call(("transposed", k), lambda k=k: transposed(matrices, k))  # type: ignore[misc]
    table, place, row, output, cell = (step.local(I32) for _ in range(5))
    strides = matrices.strides
    inputs, errors = matrices.activations, matrices.gradients

    def block(rows: int) -> None:
        step.get(table)
        call(("gathered", rows), lambda: gathered(matrices, layers[0].inputs, width, rows))
        for k, layer in enumerate(layers):
            turned = matrices.turned[k]
            bias = turned + 8 * matrices.turned_strides[k] * even(matrices.sizes[k])
            forward = matrices.forward(k, rows, layer.activation)
            places = inputs[k + 1], inputs[k], turned, bias
            if k and sparse(forward, layers[k - 1], layer):
                multiply_sparse(forward, *places, weights_finite)
            else:
                multiply(forward, *places)
            if layer.activation == "tanh":
                call(("tanh", k, rows), lambda k=k: squashed(matrices, k + 1, rows))  # type: ignore[misc]
        step.copy(row, table, width * (rows - 1))
        step.copy(cell, place, 8 * (rows - 1))
        step.emit(i32(inputs[-1] + 8 * strides[-1] * (rows - 1)))
        step.set(output)

        def one() -> None:
            for each in calls:
                step.get(row)
                step.get(output)
                step.emit(CALL, unsigned(each))
            step.get(cell)
            step.emit(term, F64_STORE, unsigned(layout.terms[number]))
            step.add(row, -width)
            step.add(output, -8 * strides[-1])
            step.add(cell, -8)

        step.repeat(rows, one)
        for k in range(len(layers) - 1, -1, -1):
            gradients = matrices.weights[k] + layout.gradients
            weights = matrices.weight_gradients(k, rows)
            places = gradients, errors[k + 1], inputs[k], 0
            if sparse(weights, layers[k]):
                check(inputs_finite, inputs[k], rows * strides[k])
                multiply_sparse(weights, *places, inputs_finite)
            else:
                multiply(weights, *places)
            if not k:
                continue
            back = matrices.input_gradients(k, rows, layers[k - 1].activation)
            places = errors[k], errors[k + 1], matrices.weights[k], inputs[k]
            if sparse(back, layers[k]):
                multiply_sparse(back, *places, weights_finite)
            else:
                multiply(back, *places)

    count = len(loop.rows)
    size = min(ROWS_AT_ONCE, count)
    blocks, remainder = divmod(count, size)
    first = layout.tables[number]

    def begin(at: int) -> None:
        step.emit(i32(first + width * at))
        step.set(table)
        step.emit(i32(8 * at))
        step.set(place)

    if remainder:
        begin(blocks * size)
        block(remainder)
    begin((blocks - 1) * size)

    def full() -> None:
        block(size)
        step.add(table, -width * size)
        step.add(place, -8 * size)

    step.repeat(blocks, full)
