"""The machines that run a program: one in generated Python, one in WebAssembly.

A machine keeps the tables of rows; the parameters' data comes and goes with each call.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Protocol

from micrograd.compile import python_code
from micrograd.compile.program.instructions import Program
from micrograd.compile.webassembly import network
from micrograd.compile.webassembly.code import IMPORTS, print_model, print_step

Rows = Sequence[tuple[float, ...]]


@dataclass(slots=True)
class Descent:
    """Where a training stands: the parameters' data, gradients and velocities, losses so far."""

    data: list[float]
    gradients: list[float]
    velocity: list[float]
    losses: list[float] = field(default_factory=list)


class StepFailed(Exception):
    """A step met a number outside an operation's domain; the descent stands before that step."""


class Machine(Protocol):
    """What a backend does with a program."""

    name: str
    size: int
    """Of the generated program, in bytes."""

    def load(self, loop: int, rows: Rows) -> None:
        """Put other numbers into a loop's table."""

    def step(self, data: Sequence[float]) -> tuple[float, list[float]]:
        """The loss and the gradients at these parameters."""

    def train(
        self,
        descent: Descent,
        rates: Sequence[float],
        momentum: float,
        weight_decay: float,
        batches: tuple[int, Sequence[Rows]] | None,
    ) -> None:
        """One update for each rate, in place; step k uses batch k of the loop's, in a circle."""


class PythonMachine:
    """A program as a generated Python function."""

    name = "Python"

    def __init__(self, program: Program) -> None:
        source = python_code.print_step(program)
        self.size = len(source)
        self.function = python_code.function(source)
        self.indices = [loop.indices for loop in program.loops]
        self.sharing = [program.sharing(number) for number in range(len(program.loops))]
        self.tables: list[list[tuple[float, ...]]] = [[] for _ in program.loops]
        for number, loop in enumerate(program.loops):
            self.load(number, loop.rows)

    def load(self, loop: int, rows: Rows) -> None:
        """Join the rows with the loop's indices."""
        pairs = zip(rows, self.indices[loop], strict=True)
        table = [(*row, *indices) for row, indices in pairs]
        for number in self.sharing[loop]:
            self.tables[number] = table

    def step(self, data: Sequence[float]) -> tuple[float, list[float]]:
        """Call the function."""
        try:
            return self.function(data, self.tables)  # type: ignore[no-any-return]
        except (ArithmeticError, ValueError) as error:
            raise StepFailed from error

    def train(
        self,
        descent: Descent,
        rates: Sequence[float],
        momentum: float,
        weight_decay: float,
        batches: tuple[int, Sequence[Rows]] | None,
    ) -> None:
        """Call the function and update, as `micrograd.optim.SGD` does."""
        for k, rate in enumerate(rates):
            if batches is not None:
                self.load(batches[0], batches[1][k % len(batches[1])])
            loss, gradients = self.step(descent.data)
            descent.losses.append(loss)
            descent.gradients = slopes = gradients
            if weight_decay:
                pairs = zip(descent.data, slopes, strict=True)
                slopes = [g + weight_decay * p for p, g in pairs]
            if momentum:
                pairs = zip(descent.velocity, slopes, strict=True)
                slopes = descent.velocity = [momentum * v + g for v, g in pairs]
            descent.data = [p - rate * g for p, g in zip(descent.data, slopes, strict=True)]


@cache
def webassembly() -> Any:
    """The browser's `js` module, or None where there is no WebAssembly to give a module to.

    Pyodide exports the mathematics of its own C library: what Python's `math` calls there.
    """
    try:
        import js
        import pyodide_js
    except ImportError:
        return None
    if not hasattr(js, "WebAssembly") or not hasattr(pyodide_js._module, "_tanh"):
        return None
    return js


def instance(code: bytes) -> Any:
    """The exports of a module."""
    import pyodide_js
    from pyodide.ffi import to_js

    js = webassembly()
    functions = js.Object.new()
    for each in IMPORTS:
        setattr(functions, each, getattr(pyodide_js._module, "_" + each))
    imports = js.Object.new()
    imports.math = functions
    module = js.WebAssembly.Module.new(to_js(code))
    return js.WebAssembly.Instance.new(module, imports).exports


class Memory:
    """The memory of a module, read and written as floats."""

    def __init__(self, memory: Any) -> None:
        self.memory = memory
        self.buffer = memory.buffer

    def reserve(self, size: int) -> None:
        """Make sure that there are so many bytes."""
        missing = size - self.buffer.byteLength
        if missing > 0:
            self.memory.grow((missing >> 16) + 1)
            self.buffer = self.memory.buffer

    def write(self, address: int, numbers: Sequence[float]) -> None:
        """Put floats at an address."""
        if numbers:
            view = webassembly().Float64Array.new(self.buffer, address, len(numbers))
            view.assign(numbers if isinstance(numbers, array) else array("d", numbers))

    def read(self, address: int, count: int) -> list[float]:
        """The floats at an address."""
        numbers = array("d", bytes(8 * count))
        if count:
            webassembly().Float64Array.new(self.buffer, address, count).assign_to(numbers)
        return numbers.tolist()


def flat(rows: Rows) -> array[float]:
    """A table, row after row."""
    return array("d", chain.from_iterable(rows))


class WebAssemblyMachine:
    """A program as a WebAssembly module."""

    name = "WebAssembly"

    def __init__(self, program: Program) -> None:
        code, self.layout = network.print_step(program) or print_step(program)
        self.size = len(code)
        self.exports = instance(code)
        self.memory = Memory(self.exports.memory)
        places = self.layout.parameters
        js = webassembly()
        for number, loop in enumerate(program.loops):
            self.load(number, loop.rows)
            named = chain.from_iterable(loop.indices)
            addresses = array("i", [places[k] for k in named])
            if addresses:
                view = js.Int32Array.new(
                    self.memory.buffer, self.layout.indices[number], len(addresses)
                )
                view.assign(addresses)

    def load(self, loop: int, rows: Rows) -> None:
        """Write the table into the module's memory."""
        self.memory.write(self.layout.tables[loop], flat(rows))

    def put(self, block: int, numbers: Sequence[float]) -> None:
        """Write the parameters' data, or their velocities (block 2)."""
        address = self.layout.block + block * self.layout.gradients
        ordered = array("d", numbers)
        spread = array("d", bytes(8 * self.layout.numbers))
        for first, place, count in self.layout.runs:
            slot = (place - self.layout.block) // 8
            spread[slot : slot + count] = ordered[first : first + count]
        self.memory.write(address, spread)

    def take(self, block: int) -> list[float]:
        """Read the parameters' data (block 0), gradients (1), or velocities (2)."""
        address = self.layout.block + block * self.layout.gradients
        numbers = self.memory.read(address, self.layout.numbers)
        ordered = [0.0] * len(self.layout.parameters)
        for first, place, count in self.layout.runs:
            slot = (place - self.layout.block) // 8
            ordered[first : first + count] = numbers[slot : slot + count]
        return ordered

    def step(self, data: Sequence[float]) -> tuple[float, list[float]]:
        """Run the module's `step`."""
        self.put(0, data)
        try:
            self.exports.step()
        except Exception as error:
            raise StepFailed from self.trap(error)
        return self.memory.read(self.layout.losses, 1)[0], self.take(1)

    def trap(self, error: Exception) -> Exception:
        """The error, if it is the module's own trap; anything else is raised."""
        if type(error).__name__ == "JsException" and "unreachable" in str(error):
            return error
        raise error

    def train(
        self,
        descent: Descent,
        rates: Sequence[float],
        momentum: float,
        weight_decay: float,
        batches: tuple[int, Sequence[Rows]] | None,
    ) -> None:
        """Run the module's `train`."""
        layout, memory = self.layout, self.memory
        count = 0
        if batches is not None:
            count = len(batches[1])
            numbers = flat([row for rows in batches[1] for row in rows])
            memory.reserve(layout.size + 8 * len(numbers))
            memory.write(layout.size, numbers)
        self.put(0, descent.data)
        self.put(2, descent.velocity)
        memory.write(layout.rates, rates)
        memory.write(layout.momentum, [momentum, weight_decay])
        options = (1 if weight_decay else 0) + (2 if momentum else 0)
        failed = None
        done = len(rates)
        try:
            self.exports.train(len(rates), options, count)
        except Exception as error:
            failed = self.trap(error)
            js = webassembly()
            done = int(js.Int32Array.new(memory.buffer, layout.done, 1).to_py()[0])
        descent.losses += memory.read(layout.losses, done)
        descent.data = self.take(0)
        if momentum:
            descent.velocity = self.take(2)
        if failed is not None:
            raise StepFailed from failed
        descent.gradients = self.take(1)


def best_machine(program: Program) -> Machine:
    """WebAssembly where it is there, else generated Python."""
    return PythonMachine(program) if webassembly() is None else WebAssemblyMachine(program)


Evaluator = Callable[[Sequence[float], Sequence[Sequence[float]]], list[tuple[float, ...]]]


def best_evaluator(program: Program) -> Evaluator:
    """The function from parameters and points to outputs, likewise."""
    if webassembly() is None:
        return python_code.function(python_code.print_model(program))
    code, layout = print_model(program)
    exports = instance(code)
    memory = Memory(exports.memory)
    outputs = len(program.loops[0].outputs)

    def evaluate(
        data: Sequence[float], points: Sequence[Sequence[float]]
    ) -> list[tuple[float, ...]]:
        if not points:
            return []
        numbers = flat(points)  # type: ignore[arg-type]
        target = layout.size + 8 * len(numbers)
        memory.reserve(target + 8 * outputs * len(points))
        memory.write(layout.block, data)
        memory.write(layout.size, numbers)
        try:
            exports.evaluate(layout.size, target, len(points))
        except Exception as error:
            if "unreachable" not in str(error):
                raise
            raise ArithmeticError("the model is not defined at one of the points") from error
        found = memory.read(target, outputs * len(points))
        return [tuple(found[k : k + outputs]) for k in range(0, len(found), outputs)]

    return evaluate
