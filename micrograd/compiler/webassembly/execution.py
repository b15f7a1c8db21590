"""The backend: executables of one memory, and training with them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from micrograd.compiler.backend import Example, StepFailed, are_same, data_of, set_all
from micrograd.compiler.ir import Program
from micrograd.compiler.webassembly.driver import (
    DONE,
    LOADED,
    RECORD,
    RUNNING,
    Record,
    Update,
    emit_driver,
    rounded,
    trace_update,
)
from micrograd.compiler.webassembly.nests import CELL, CELLS, ENTRY
from micrograd.compiler.webassembly.programs import emit_program
from micrograd.compiler.webassembly.runtime import Host, is_trap
from micrograd.optim import SGD

AT_ONCE = 1000
"""Steps, or examples, in one call of a module; in between, Python can be interrupted."""

Steps = Sequence[tuple["WebAssemblyExecutable", Sequence[float], Example]]


class WebAssemblyExecutable:
    """A program as a module."""

    def __init__(self, backend: WebAssemblyBackend, program: Program) -> None:
        self.backend = backend
        self.program = program
        code = program.code.get(backend.name)
        if code is None:
            code = program.code[backend.name] = emit_program(program)
        self.size = len(code)
        exports = backend.host.instance(code)
        self.first_function = backend.host.enter(exports.run, exports.outputs)
        self.constants = array("d", program.constants)
        live, table = program.live, program.table
        self.table = table[:live] + array("i", [CELL * entry for entry in table[live:]])
        self.table_address = 0
        self.output_bytes = CELL * len(program.outputs)

    @property
    def table_room(self) -> int:
        """Bytes of the table, and of what loops over tiles may read behind it."""
        return rounded(2 * ENTRY * len(self.table) + 64)

    def run(
        self, parameters: Sequence[float], leaves: Sequence[float], example: Example
    ) -> tuple[list[float], list[float]]:
        """Run once."""
        host, program = self.backend.host, self.program
        arena = self.backend.arena()
        record = arena.records([(self, leaves, example)])
        outputs = arena.room(self.output_bytes)
        arena.write()
        host.write(CELLS, array("d", parameters))
        call(self.backend.driver(None).sweep, record, 1, outputs)
        gradients = host.read(CELLS + CELL * program.first_gradient, program.gradients)
        return host.read(outputs, len(program.outputs)).tolist(), gradients.tolist()

    def sweep(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
    ) -> Iterator[list[float]]:
        """Run once for each example."""
        width = len(self.program.outputs)
        for outputs, some in self.sweep_in_parts(parameters, leaves, inputs, count):
            numbers = self.backend.host.read(outputs, width * some).tolist()
            yield from [numbers[k * width : (k + 1) * width] for k in range(some)]

    def sweep_flat(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
        singles: bool = False,
    ) -> array[float]:
        """Run once for each example; the outputs of all, one after another."""
        host, width = self.backend.host, len(self.program.outputs)
        read = host.read_singles if singles else host.read
        flat = array("f" if singles else "d")
        for outputs, some in self.sweep_in_parts(parameters, leaves, inputs, count):
            flat += read(outputs, width * some)
        return flat

    def sweep_in_parts(
        self,
        parameters: Sequence[float],
        leaves: Sequence[float],
        inputs: array[float],
        count: int,
    ) -> Iterator[tuple[int, int]]:
        """Run once for each example; yield where outputs stand, and of how many examples."""
        host, program = self.backend.host, self.program
        for first in range(0, count, AT_ONCE):
            some = min(count - first, AT_ONCE)
            arena = self.backend.arena()
            part = inputs[first * program.inputs : (first + some) * program.inputs]
            record = arena.put(arena.together(self, part))
            outputs = arena.room(self.output_bytes * some)
            arena.write()
            host.write(CELLS, array("d", parameters))
            host.write(CELLS + CELL * program.first_leaf, array("d", leaves))
            host.write(CELLS + CELL * program.first_constant, self.constants)
            call(self.backend.driver(None).sweep, record, some, outputs)
            yield outputs, some


def call(function: Any, *arguments: int) -> None:
    """Call a module's function; `StepFailed` where it traps."""
    try:
        function(*arguments)
    except Exception as error:
        if not is_trap(error):
            raise
        raise StepFailed from error


class Arena:
    """What is written into memory for one call of a module, behind what stays there."""

    def __init__(self, backend: WebAssemblyBackend) -> None:
        self.host = backend.host
        self.first = self.end = backend.end
        self.pieces: list[tuple[int, bytes | array[Any]]] = []
        self.known: dict[tuple[int, int, int], bytes] = {}

    def room(self, size: int) -> int:
        """The address of room for so many bytes."""
        address = self.end
        self.end += rounded(size)
        return address

    def put(self, content: bytes | array[Any]) -> int:
        """The address of some content."""
        size = memoryview(content).nbytes
        address = self.room(size)
        self.pieces.append((address, content))
        return address

    def records(self, steps: Steps) -> int:
        """The address of the steps' records; examples stand there once."""
        known = self.known
        packed = []
        for executable, leaves, example in steps:
            key = id(executable), id(leaves), id(example)
            record = known.get(key)
            if record is None:
                record = known[key] = self._record(executable, leaves, example).pack()
            packed.append(record)
        return self.put(b"".join(packed))

    def together(self, executable: WebAssemblyExecutable, inputs: array[float]) -> bytes:
        """The record of the first of many examples, whose leaves and constants are in the cells."""
        program = executable.program
        record = self._record(executable, (), Example(inputs, array("i")))
        first = CELLS + CELL * program.first_input
        return record._replace(cells=first, example_bytes=CELL * program.inputs).pack()

    def _record(
        self, executable: WebAssemblyExecutable, leaves: Sequence[float], example: Example
    ) -> Record:
        program = executable.program
        numbers = array("d", leaves) + example.inputs + executable.constants
        return Record(
            run=executable.first_function,
            outputs=executable.first_function + 1,
            table=executable.table_address,
            example=self.put(numbers),
            cells=CELLS + CELL * program.first_leaf,
            example_bytes=CELL * len(numbers),
            picks=self.put(example.picks),
            picks_bytes=ENTRY * len(example.picks),
            gradient_bytes=CELL * program.gradients,
            loss=CELLS + CELL * program.outputs[0] if program.outputs else 0,
            output_bytes=executable.output_bytes,
        )

    def write(self) -> None:
        """Write everything into memory, and forget which example is in the cells."""
        content = bytearray(self.end - self.first)
        for address, piece in self.pieces:
            view = memoryview(piece).cast("B")
            at = address - self.first
            content[at : at + view.nbytes] = view
        self.host.reserve(self.end + 64)
        self.host.write(self.first, content)
        self.host.write(RUNNING, bytes(LOADED + 4 - RUNNING))


class Course:
    """Steps of a training in memory, and where their coefficients, losses and states are."""

    def __init__(self, arena: Arena, update: Update, steps: Steps) -> None:
        self.update, self.steps = update, steps
        self.host = arena.host
        self.records = arena.records(steps)
        self.losses = arena.room(CELL * len(steps))
        self.coefficients = arena.room(CELL * len(steps) * update.coefficients)
        self.states = arena.room(0)
        for _ in update.states:
            arena.room(update.state_bytes)
        arena.write()

    def fits(self, update: Update, steps: Steps) -> bool:
        """Whether it is of the same steps and of an update like this."""
        return steps is self.steps and update == self.update

    def begin(self, data: array[float], coefficients: array[float], states: Any) -> None:
        """Write what is another each time, and forget which example is in the cells."""
        host, size = self.host, self.update.state_bytes
        host.write(RUNNING, bytes(LOADED + 4 - RUNNING))
        host.write(CELLS, data)
        host.write(self.coefficients, coefficients)
        host.write(self.states, b"".join([padded(array("d", state), size) for state in states]))


class WebAssemblyBackend:
    """Runs programs as WebAssembly modules that share their cells.

    Attributes:
        end: the address behind the cells and the programs' tables.
    """

    name = "WebAssembly"

    def __init__(self) -> None:
        self.host = Host()
        self.executables: list[WebAssemblyExecutable] = []
        self.drivers: dict[Update | None, Any] = {}
        self.cells = 0
        self.end = 0
        self.course: Course | None = None

    def load(self, program: Program) -> WebAssemblyExecutable:
        """Emit and start a module."""
        executable = WebAssemblyExecutable(self, program)
        self.executables.append(executable)
        self.course = None
        if program.cells > self.cells:
            self.cells = program.cells + program.cells // 2
            self.end = rounded(CELLS + CELL * self.cells)
            placed = self.executables
        else:
            placed = [executable]
        for each in placed:
            each.table_address = self.end
            self.end += each.table_room
            self.host.reserve(self.end)
            self.host.write(each.table_address, each.table)
        return executable

    def arena(self) -> Arena:
        """Room for one call, where what the last one wrote is."""
        self.course = None
        return Arena(self)

    def course_of(self, update: Update, steps: Steps) -> Course:
        """The steps in memory: where they are the same list as before, they are there."""
        if self.course is None or not self.course.fits(update, steps):
            course = Course(self.arena(), update, steps)
            self.course = course
        return self.course

    def driver(self, update: Update | None) -> Any:
        """The exports of the module for an optimizer's update, or of that which only runs."""
        if update not in self.drivers:
            self.drivers[update] = self.host.instance(emit_driver(update))
        return self.drivers[update]

    def train(self, parameters: Sequence[Any], steps: Steps, optimizer: Any) -> list[float]:
        """Run and update, many steps in one call of a module."""
        training = Training(self, parameters, optimizer)
        return training.train(steps)


class Training:
    """Steps of one optimizer: where parameters and states stand, outside of the Values."""

    def __init__(self, backend: WebAssemblyBackend, parameters: Sequence[Any], optimizer: Any):
        self.backend = backend
        self.parameters = parameters
        self.optimizer = optimizer
        self.losses: list[float] = []

    def train(self, steps: Steps) -> list[float]:
        """Train, then write back what changed."""
        coefficients = self.coefficients(1)
        update = None if coefficients is None else self.update(len(coefficients))
        if update is None:
            return self.train_slowly(steps)
        if len(steps) <= AT_ONCE:
            self.run(update, steps)  # the list itself, which may be in memory
            return self.losses
        for first in range(0, len(steps), AT_ONCE):
            self.run(update, steps[first : first + AT_ONCE])
        return self.losses

    def update(self, coefficients: int) -> Update | None:
        """The optimizer's update, where it is arithmetic on parameters that are side by side."""
        own = getattr(self.optimizer, "parameters", ())
        if not own:
            return None
        first = next((k for k, p in enumerate(self.parameters) if p is own[0]), -1)
        if first < 0 or not are_same(self.parameters[first : first + len(own)], own):
            return None
        return trace_update(self.optimizer, coefficients, first, len(self.parameters))

    def coefficients(self, count: int) -> array[float] | None:
        """The optimizer's coefficients of its next steps; None for another kind of object."""
        optimizer = self.optimizer
        if not all(hasattr(optimizer, name) for name in ("coefficients", "state", "max_norm")):
            return None
        if type(optimizer) is SGD and not callable(optimizer.schedule):
            return array("d", optimizer.coefficients(optimizer.steps)) * count
        numbers = array("d")
        for k in range(optimizer.steps, optimizer.steps + count):
            numbers.extend(optimizer.coefficients(k))
        return numbers

    def run(self, update: Update, steps: Steps) -> None:
        """Run some steps in one call, and write back; up to the one that failed, if one does."""
        host = self.backend.host
        coefficients = self.coefficients(len(steps))
        assert coefficients is not None
        course = self.backend.course_of(update, steps)
        data = array("d", list(map(data_of, self.parameters)))
        train = self.backend.driver(update).train

        def attempt(count: int) -> None:
            course.begin(data, coefficients, self.optimizer.state)
            first = course.records
            end = first + RECORD * count
            call(train, first, end, course.coefficients, course.losses, course.states)
            self.write_back(course, count)

        try:
            attempt(len(steps))
        except StepFailed as failed:
            # the steps before the one that failed, again
            done = host.read_integer(DONE)
            if done:
                attempt(done)
            raise StepFailed(self.losses) from failed.__cause__

    def write_back(self, course: Course, done: int) -> None:
        """Give Values and optimizer what the module computed."""
        host, optimizer, update = self.backend.host, self.optimizer, course.update
        count = len(self.parameters)
        numbers = host.read(CELLS, 2 * count).tolist()
        set_all(self.parameters, "data", numbers[:count])
        set_all(self.parameters, "grad", numbers[count:])
        for k, state in enumerate(optimizer.state):
            if update.states[k] is not None:
                address = course.states + k * update.state_bytes
                state[:] = host.read(address, update.count).tolist()
        optimizer.steps += done
        self.losses += host.read(course.losses, done).tolist()

    def train_slowly(self, steps: Steps) -> list[float]:
        """Run each step by itself, for an optimizer that only Python knows."""
        for executable, leaves, example in steps:
            data = list(map(data_of, self.parameters))
            try:
                outputs, gradients = executable.run(data, leaves, example)
            except StepFailed as failed:
                raise StepFailed(self.losses) from failed.__cause__
            set_all(self.parameters, "grad", gradients)
            self.optimizer.step()
            self.losses.append(outputs[0])
        return self.losses


def padded(numbers: array[float], size: int) -> bytes:
    """Numbers as bytes, and zeros behind them."""
    return numbers.tobytes().ljust(size, b"\0")
