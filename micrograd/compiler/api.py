"""`compile`: a function of data and Values becomes a program that runs and trains at once."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from micrograd import engine
from micrograd.compiler import checks, collector, passes
from micrograd.compiler.arguments import PLAIN, flatten_all
from micrograd.compiler.backend import Backend, Example, StepFailed, data_of, set_all
from micrograd.compiler.errors import CompilationError, refusal
from micrograd.compiler.python_code import PythonBackend
from micrograd.compiler.results import Output, collect, fill, split_loss
from micrograd.compiler.webassembly.execution import WebAssemblyBackend
from micrograd.compiler.webassembly.runtime import webassembly
from micrograd.engine import Value
from micrograd.optim import SGD, Schedule


def best_backend() -> Backend[Any]:
    """WebAssembly where it is there, else generated Python."""
    return PythonBackend() if webassembly() is None else WebAssemblyBackend()


class Traced:
    """A function traced for arguments of one shape, and its program."""

    def __init__(
        self,
        function: Callable[..., Any],
        parameters: list[Value],
        shapes: tuple[Any, ...],
        numbers: Sequence[Any],
        backend: Backend[Any],
        with_gradients: bool,
    ) -> None:
        trace = passes.trace(function, parameters, shapes, numbers)
        self.shapes = shapes
        self.flow = trace.flow
        self.leaves = trace.leaves
        self.checked = False
        found: list[Any] = []
        loss = None
        if with_gradients:
            loss = trace.recorder.id_of(split_loss(trace.result, parameters))
        self.template = collect(trace.result, found)
        operands = [trace.recorder.operand(each) for each in found]
        trace.graph.outputs = [number for number in operands if number is not None]
        self.size = sum(trace.graph.lanes) + 2 * trace.recorder.products
        program, self.encoding = passes.lower(trace.graph, loss)
        program.table[: program.live] = self.encode(numbers).picks
        passes.after_pass(program)
        self.executable = backend.load(program)

    def encode(self, numbers: Sequence[Any]) -> Example:
        """The example of a call's numbers.

        Raises:
            StepFailed: what Python computes from the numbers raises.
        """
        try:
            values = self.flow.evaluate(numbers)
            inputs = array("d", [values[place] for place in self.encoding.inputs])
        except Exception as error:
            raise StepFailed from error
        picks = array("i", [cells[values[place]] for place, cells in self.encoding.picks])
        return Example(inputs, picks)

    def leaf_data(self) -> array[float]:
        """The data of Values that are no parameters, now."""
        return array("d", list(map(data_of, self.leaves)))


class Compiled:
    """What `compile` makes: the function's programs, one for each shape of arguments."""

    def __init__(
        self, function: Callable[..., Any], parameters: list[Value], with_gradients: bool
    ) -> None:
        self.function = function
        self.parameters = parameters
        self._with_gradients = with_gradients
        self._backend = best_backend()
        self._runs = 0
        self._traced: dict[tuple[Any, ...], Traced] = {}

    @property
    def backend(self) -> str:
        """What the programs run as: "WebAssembly" or "Python"."""
        return self._backend.name

    @property
    def programs(self) -> list[Any]:
        """The programs so far; `print(step.programs[0])` shows one as text."""
        return [traced.executable.program for traced in self._traced.values()]

    @property
    def size(self) -> int:
        """Bytes of all programs."""
        return sum(traced.executable.size for traced in self._traced.values())

    def __repr__(self) -> str:
        lines = [f"<compiled {getattr(self.function, '__name__', 'function')}: {self._summary()}"]
        for traced in self._traced.values():
            shapes = ", ".join(map(repr, traced.shapes))
            lines.append(f"  ({shapes}): {traced.executable.size} bytes of {self.backend}")
        return "\n".join(lines) + ">"

    def _summary(self) -> str:
        count = len(self._traced)
        made = f"{count} shape{'' if count == 1 else 's'} of arguments so far"
        return f"{len(self.parameters)} parameters, {made}"

    def __copy__(self) -> Any:
        return type(self)(self.function, self.parameters, self._with_gradients)

    def __deepcopy__(self, memo: Any) -> Any:
        raise TypeError(
            "a deep copy of a compiled function would compute with the first one's Values; copy "
            "the model, and compile a function that uses the copy"
        )

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(
            "a compiled function cannot be pickled: its programs live in this process. Pickle the "
            "parameters' data, and compile again"
        )

    def _prepare(self, arguments: Sequence[Any]) -> tuple[Traced, Sequence[Any]]:
        """The program for some arguments, which is made on first use, and their numbers."""
        if engine.recorder is not None:
            raise refusal(
                "calls a compiled function inside of one that is being compiled.",
                "Call the function itself.",
            )
        shapes, numbers = flatten_all(arguments)
        traced = self._traced.get(shapes)
        if traced is None:
            with collector.paused():
                traced = self._trace(shapes, numbers)
            self._traced[shapes] = traced
        return traced, numbers

    def _trace(self, shapes: tuple[Any, ...], numbers: Sequence[Any]) -> Traced:
        return Traced(
            self.function, self.parameters, shapes, numbers, self._backend, self._with_gradients
        )

    def _error(self, arguments: Sequence[Any], failed: StepFailed) -> Exception:
        """What the engine raises for arguments for which a program failed."""
        try:
            self.function(*arguments)
        except Exception as error:
            return error
        return CompilationError(
            f"the compiled function meets {failed.__cause__!r}, and the function itself does not: "
            "does it catch the error? Compiled, it cannot do something else then.\n  Decide before "
            "the call, and give the result as an argument."
        )


class Evaluator(Compiled):
    """A compiled function that is only evaluated. Made by `compile` without parameters.

    Examples:
        >>> from micrograd import compile
        >>> w = Value(2.0)
        >>> double = compile(lambda x: w * x)
        >>> double(3.0), list(double.map([1.0, 2.0]))
        (6.0, [2.0, 4.0])
    """

    def __init__(
        self,
        function: Callable[..., Any],
        parameters: list[Value] | None = None,
        with_gradients: bool = False,
    ) -> None:
        super().__init__(function, parameters or [], False)

    def _summary(self) -> str:
        return super()._summary().partition(", ")[2]

    def __call__(self, *arguments: Any) -> Any:
        """What the function returns for these arguments, with numbers in place of Values.

        Raises:
            CompilationError: see `compile`.
            ArithmeticError, ValueError: what the engine would raise for these numbers.
        """
        return next(self.map(*[[argument] for argument in arguments]), None)

    def map(self, *columns: Iterable[Any]) -> Iterator[Any]:
        """The results for many arguments, as the builtin `map` takes them."""
        rows = list(zip(*columns, strict=False)) if columns else [()]
        if not rows:
            return iter(())
        prepared = self._prepare(rows[0])
        traced = prepared[0]
        self._runs += 1
        due = checks.is_due(self._runs, traced.size, not traced.checked)
        traced.checked = True
        together = inputs_together(traced, columns, rows)
        if together is not None:
            results = self._sweep(traced, rows, together)
        else:
            results = self._one_by_one(rows, prepared)
        if due:
            first = next(results, None)
            checks.check_result(self.function, rows[0], first)
            return chain([first], results)
        return results

    def _sweep(self, traced: Traced, rows: list[Any], inputs: array[float]) -> Iterator[Any]:
        """Results of arguments of one shape, that the program takes as they are."""
        outputs = traced.executable.sweep([], traced.leaf_data(), inputs, len(rows))
        template = traced.template
        try:
            if type(template) is Output:
                yield from chain.from_iterable(outputs)
            else:
                yield from (fill(template, numbers) for numbers in outputs)
        except StepFailed as failed:
            raise self._first_error(rows, failed) from failed.__cause__

    def _first_error(self, rows: list[Any], failed: StepFailed) -> Exception:
        for row in rows:
            error = self._error(row, failed)
            if not isinstance(error, CompilationError):
                break
        return error

    def _one_by_one(self, rows: list[Any], first: tuple[Traced, Sequence[Any]]) -> Iterator[Any]:
        """Results of any arguments, of which the first are prepared."""
        for k, row in enumerate(rows):
            traced, numbers = self._prepare(row) if k else first
            try:
                example = traced.encode(numbers)
                outputs, _ = traced.executable.run([], traced.leaf_data(), example)
            except StepFailed as failed:
                raise self._error(row, failed) from failed.__cause__
            yield fill(traced.template, outputs)


def inputs_together(
    traced: Traced, columns: tuple[Iterable[Any], ...], rows: list[Any]
) -> array[float] | None:
    """The inputs of all rows, where each is a list of numbers, taken as they are."""
    if len(rows) < 2 or len(columns) != 1 or traced.flow.rules or traced.encoding.picks:
        return None
    first = rows[0][0]
    if traced.encoding.inputs != list(range(traced.flow.arguments)):
        return None
    if type(first) not in (list, tuple):
        return None
    kind, count = type(first), len(first)
    points = [row[0] for row in rows]
    if {kind} != set(map(type, points)) or {count} != set(map(len, points)):
        return None
    numbers = list(chain.from_iterable(points))
    return array("d", numbers) if PLAIN.issuperset(map(type, numbers)) else None


Plan = list[tuple[Any, Sequence[float], Example]]
"""For each step: which executable, the leaves' data, the example."""

SCALARS = frozenset({int, float, bool, str, type(None)})


def bytes_of(examples: Any) -> bytes | None:
    """All that examples hold, as bytes; None where there is more in them than plain data.

    Plain data of equal bytes are equal to the sign of a zero. `is_plain` has what else there is.
    """
    try:
        return marshal.dumps(examples, 2)  # later versions tell apart what is shared
    except ValueError:
        return None


def is_plain(examples: Any) -> bool:
    """Whether examples are lists, tuples and dictionaries of numbers and strings.

    Arrays are bytes too for `marshal`, without their shape.
    """
    kind = type(examples)
    if kind is dict:
        return is_plain(list(examples)) and is_plain(list(examples.values()))
    if kind is list or kind is tuple:
        return SCALARS.issuperset(map(type, examples)) or all(map(is_plain, examples))
    return kind in SCALARS


class Step(Compiled):
    """A compiled loss: one call is a whole forward and backward pass. Made by `compile`.

    The numbers are the engine's, to the last bit.

    Examples:
        >>> from micrograd import compile
        >>> p = Value(0.0)
        >>> step = compile(lambda target: (p - target) ** 2, [p])
        >>> step(3.0), p.grad
        (9.0, -6.0)
    """

    def __init__(
        self, function: Callable[..., Any], parameters: list[Value], with_gradients: bool = True
    ) -> None:
        super().__init__(function, parameters, True)
        self._descent = SGD(parameters, lr=0.0)
        self._planned: tuple[bytes, Plan | None] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Run forward and backward at the parameters' present data.

        Args:
            arguments: the function's. For a new shape of arguments the function is traced first.

        Returns:
            the loss; or, where the function returns `(loss, anything)`, that pair with numbers in
            place of Values. `grad` of the parameters is set, as after `zero_grad` and `backward`.

        Raises:
            CompilationError: see `compile`.
            ArithmeticError, ValueError: what the engine would raise for these numbers.
        """
        traced, numbers = self._prepare(arguments)
        data = list(map(data_of, self.parameters))
        try:
            outputs, gradients = traced.executable.run(
                data, traced.leaf_data(), traced.encode(numbers)
            )
        except StepFailed as failed:
            raise self._error(arguments, failed) from failed.__cause__
        result = fill(traced.template, outputs)
        due = checks.is_due(self._runs, traced.size, not traced.checked)
        traced.checked = True
        if due:
            checks.check_step(self.function, self.parameters, arguments, result, gradients)
        set_all(self.parameters, "grad", gradients)
        self._runs += 1
        return result

    def train(
        self,
        examples: Sequence[Any] | None = None,
        *,
        steps: int,
        optimizer: Any = None,
        lr: float | Schedule | None = None,
    ) -> list[float]:
        """Run updates of the parameters, all inside the compiled program.

        Args:
            examples: a list of examples or minibatches, each the tuple of the function's
                arguments (or its only argument), to walk through in a circle. None where the
                function has no arguments.
            steps: how many.
            optimizer: of `micrograd.optim`; keeps its state from call to call, and so the walk
                goes on where it was. Any other object with a method `step()` works too, slower.
            lr: in place of an optimizer: the learning rate of plain gradient descent.

        Returns:
            the losses, each from before its update. `data` and `grad` of the parameters are those
            after the last step.

        Raises:
            CompilationError: see `compile`.
            ArithmeticError, ValueError: what the engine would raise; the parameters stand as
                before the step that failed.
        """
        losses: list[float] = []
        for part in self.slices(examples, steps=steps, optimizer=optimizer, lr=lr, size=steps or 1):
            losses += part
        return losses

    def slices(
        self,
        examples: Sequence[Any] | None = None,
        *,
        steps: int,
        optimizer: Any = None,
        lr: float | Schedule | None = None,
        size: int = 100,
    ) -> Iterator[list[float]]:
        """Train as `train` does, `size` steps at a time, and yield the losses of each slice.

        Between two slices `data` and `grad` of the parameters are up to date, so a page can redraw,
        settings of the optimizer can be changed, and the training can be left.
        """
        walk = self._examples(examples)
        if lr is not None and optimizer is None:
            self._descent.lr = lr
            optimizer = self._descent
        elif lr is not None:
            raise TypeError("train got an optimizer and lr; the optimizer has a rate of its own")
        checks.check_training(steps, size, optimizer, self.parameters)

        def run() -> Iterator[list[float]]:
            for first in range(0, steps, size):
                yield self._slice(walk, min(size, steps - first), optimizer)

        return run()

    def _examples(self, examples: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        """The arguments of each example."""
        if examples is None:
            return [()]
        if isinstance(examples, int | float) or not hasattr(examples, "__iter__"):
            raise TypeError(
                f"train got {examples!r} as examples, expected a list of examples, each the tuple "
                "of the function's arguments; the number of steps is given by name: steps=1000"
            )
        walk = [each if isinstance(each, tuple) else (each,) for each in examples]
        if not walk:
            raise ValueError("train got no examples, expected at least 1")
        return walk

    def _plan(
        self, walk: list[tuple[Any, ...]], first: int, count: int
    ) -> tuple[Plan, StepFailed | None]:
        """What to run for some steps, up to one whose numbers fail; the last plan if it fits."""
        start = first % len(walk)
        some = walk[start : start + count]
        some += walk[: min(start, count - len(some))]
        key = bytes_of((count, some))
        if key is None:
            return self._encoded(walk, first, count)
        if self._planned is None or self._planned[0] != key:
            # Examples that come only once are not worth the second look.
            self._planned = key, None
            return self._encoded(walk, first, count)
        if self._planned[1] is not None:
            return self._planned[1], None
        plan, failed = self._encoded(walk, first, count)
        if failed is None and is_plain(some) and not any(len(leaves) for _, leaves, _ in plan):
            self._planned = key, plan
        return plan, failed

    def _encoded(
        self, walk: list[tuple[Any, ...]], first: int, count: int
    ) -> tuple[Plan, StepFailed | None]:
        """What to run for some steps, up to one whose numbers fail."""
        encoded: dict[int, tuple[Any, Sequence[float], Example]] = {}
        leaves: dict[int, array[float]] = {}
        plan: Plan = []
        for k in range(first, first + count):
            place = k % len(walk)
            if place not in encoded:
                traced, numbers = self._prepare(walk[place])
                if not traced.checked:
                    self._compare(walk[place])
                data = leaves.get(id(traced))
                if data is None:
                    data = leaves[id(traced)] = traced.leaf_data()
                try:
                    encoded[place] = traced.executable, data, traced.encode(numbers)
                except StepFailed as failed:
                    return plan, failed
            plan.append(encoded[place])
        return plan, None

    def _slice(self, walk: list[tuple[Any, ...]], count: int, optimizer: Any) -> list[float]:
        """Some steps of a training, and a check against the engine if one is due."""
        first = getattr(optimizer, "steps", self._runs)
        plan, failed = self._plan(walk, first, count)
        try:
            losses = self._backend.train(self.parameters, plan, optimizer)
        except StepFailed as error:
            losses, failed = error.losses, error
        due = checks.next_due(self._runs, len(losses))
        self._runs += len(losses)
        place = (first + len(losses)) % len(walk)
        if failed is not None:
            raise self._error(walk[place], failed) from failed.__cause__
        if due:
            self._compare(walk[place - 1])
        return losses

    def _compare(self, arguments: tuple[Any, ...]) -> None:
        """Compare a step that changes nothing with the engine's, where that is not too slow."""
        traced, numbers = self._prepare(arguments)
        if not checks.is_quick(traced.size, self._runs, enough=4096):
            return
        data = list(map(data_of, self.parameters))
        try:
            outputs, gradients = traced.executable.run(
                data, traced.leaf_data(), traced.encode(numbers)
            )
        except StepFailed:
            return  # the training will say so
        traced.checked = True
        result = fill(traced.template, outputs)
        checks.check_step(self.function, self.parameters, arguments, result, gradients)


def compile(function: Callable[..., Any], parameters: Iterable[Value] | None = None) -> Any:
    """Compile a function of data and Values.

    Args:
        function: computes a loss (or `(loss, anything)`) from its arguments, which are numbers,
            strings, None, or lists, tuples, dictionaries and numpy arrays of them. Every number of
            the arguments may be another in the next call. Values that the function uses are read
            at each call.
        parameters: the Values to train, say `model.parameters()`. Without them the function may
            return anything made of Values, and is only evaluated.

    Returns:
        a `Step`, or without parameters an `Evaluator`.

    For each new shape of arguments the function runs once to be traced. It runs again to be
    compared with the engine: after the first step of a shape, after 2, 4, 8, … steps, and at the
    end of `train`, if that takes no longer than a moment. Its prints and counters run only then.

    Raises:
        TypeError, ValueError: a parameter is no leaf, or is there twice.
        CompilationError: (when the compiled function is called) it does what a compiled program
            cannot follow, say decide on data; or it computes from something else that changed. The
            error says where, and what to write.

    Examples:
        >>> from micrograd import compile
                >>> p = Value(0.0)
        >>> step = compile(lambda: (p - 3) ** 2, [p])
        >>> losses = step.train(steps=20, lr=0.1)
        >>> losses[0], round(p.data, 6)
        (9.0, 2.965412)
    """
    checks.check_function(function)
    if parameters is None:
        return Evaluator(function)
    return Step(function, checks.check_parameters(parameters))
