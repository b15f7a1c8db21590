"""Trace a function: while it runs, operations of Values are recorded and not computed."""

from __future__ import annotations

import builtins
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from numbers import Real
from operator import attrgetter, is_
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from micrograd import engine
from micrograd.compiler import graph as g
from micrograd.compiler.arrays import array_maker
from micrograd.compiler.detached import Detached, refuse_decision
from micrograd.compiler.errors import CompilationError, readers_line, refusal
from micrograd.compiler.generators import exhaust, factors_of
from micrograd.compiler.graph import (
    LEAST_TERMS,
    Choice,
    Graph,
    Kind,
    Pointwise,
    Vector,
    are_apart,
    vector_of,
)
from micrograd.compiler.tracer import DataFlow, Tracer, refuse_kind
from micrograd.engine import FREED_ON_THE_STACK, Value, next_serial
from micrograd.nn import Neuron

OF_PRODUCTS = "__add__", "__radd__", "__mul__", "__rmul__"
"""Methods of Value by which a sum of products is made."""
id_of, weights_of, bias_of = map(attrgetter, ("id", "w", "b"))
NUMBERS = {float, int, Tracer}
ACTIVATIONS = {"tanh": g.TANH, "relu": g.RELU, "sigmoid": g.SIGMOID, "linear": None}


class Traced(Value):
    """A Value of a traced function; it has an id in the graph, and no number."""

    __slots__ = ("id",)
    id: int

    def __repr__(self) -> str:
        return "Value(data=<known when the compiled program runs>)"

    def __getattr__(self, name: str) -> Any:
        if name not in Value.__slots__:
            raise AttributeError(f"a Value has no attribute {name!r}")
        raise refusal(
            f"reads a Value's {name}, which the compiled program does not keep.",
            "Look at the graph in the engine; a compiled function only computes.",
        )

    def __eq__(self, other: object) -> Any:
        if self is other or not isinstance(other, Value):
            return NotImplemented
        for each in (self, other):
            refuse_picked(each)
        return NotImplemented

    def __hash__(self) -> int:
        refuse_picked(self)
        return object.__hash__(self)

    if FREED_ON_THE_STACK:
        __del__ = object.__init__  # does nothing, in C: it has no operands to free


def refuse_picked(value: Any) -> None:
    """Raise if a Value is one that a number of the arguments picked: it may be any of several."""
    recorder = engine.recorder
    if recorder is not None and type(value) is recorder.traced and value.id in recorder.picked:
        raise refusal(
            "asks whether Values that were picked by numbers of the arguments are the same one (by "
            "`==`, `in`, a set or a dictionary). Compiled, the answer would stay as it is for the "
            "first example.",
            "Compare the numbers before the call, and give the result as an argument.",
        )


Table = tuple[tuple[Vector, ...], Vector]
"""The rows of weights of a layer, and its biases."""


class Row(NamedTuple):
    """A list or tuple of Values or numbers, as it was when it was looked at.

    Attributes:
        values: the list itself, which stays in memory.
        before: what was in it.
        ids: their ids.
        are_values: all are Values.
        are_plain: all are Values or numbers of Python's own or of the arguments.
        differ: no scalar is there twice.
    """

    values: Sequence[Any]
    before: Sequence[Any]
    ids: Vector
    are_values: bool
    are_plain: bool
    differ: bool


class Recorder:
    """Records the graph of a function of Values.

    Attributes:
        graph: what was recorded.
        flow: what Python computed from the arguments.
        leaves: the Values that are neither parameters nor made by the function.
    """

    def __init__(self, parameters: Sequence[Value], flow: DataFlow) -> None:
        count = len(parameters)
        self.graph = Graph(parameters=count, size=count + flow.arguments)
        self.flow = flow
        self.ids: dict[Value, int] = {value: k for k, value in enumerate(parameters)}
        self.leaves: list[Value] = []
        self.inputs: dict[int, int] = {}  # from places to ids
        self.constants: dict[float | str, int] = {}
        self.rows: dict[int, Row] = {}  # by the list's id()
        self.standing_in: dict[tuple[Any, str], Any] = {}  # by frame and source
        self.tables: dict[int, tuple[Any, list[Any], Table]] = {}  # of layers
        self.picked: dict[int, Choice] = {}
        self.methods: dict[str, Callable[..., Any]] = {}
        self.operations: dict[tuple[Callable[..., Any], int], Pointwise] = {}
        self.keys: list[Tracer] = []  # those that stand in a dictionary for a moment
        self.open_node: int | None = None  # a weighted sum that may get more lanes
        self.own_sums: bool | None = None
        self.products = 0  # that the engine would make, and add, and the graph has not
        self.refused: CompilationError | None = None  # the first refusal, also if it is caught
        self.traced: Any = type("Traced", (Traced,), {"__slots__": ()})  # this trace's own Values

    def new_id(self) -> int:
        """The next id."""
        number = self.graph.size
        self.graph.size = number + 1
        return number

    def constant(self, x: float) -> int:
        """The id of a constant."""
        key: float | str = x if x and x == x else repr(x)  # -0.0 is not 0.0, and nan is nan
        found = self.constants.get(key)
        if found is None:
            found = self.constants[key] = self.new_id()
            self.graph.constants[found] = x
        return found

    def input(self, tracer: Tracer) -> int:
        """The id of a number of the data flow."""
        place = self.flow.place_of(tracer)
        if place < self.flow.arguments:
            found = self.graph.parameters + place
            self.graph.inputs[found] = place
            return found
        known = self.inputs.get(place)
        if known is None:
            known = self.inputs[place] = self.new_id()
            self.graph.inputs[known] = place
        return known

    def operand(self, x: Any) -> int | None:
        """The id of a Value or a number; None for anything else."""
        kind = type(x)
        if kind is self.traced or kind is Value:
            return self.id_of(x)
        if kind is Tracer:
            return self.input(x)
        if kind is Detached:
            return self.operand(x.value)
        if kind is not float and isinstance(x, Value):
            return self.id_of(x)
        return self.constant(float(x)) if kind is float or isinstance(x, Real) else None

    def id_of(self, value: Any) -> int:
        """The id of a Value."""
        number: int = value.id if type(value) is self.traced else self.leaf(value)
        return number

    def leaf(self, value: Any) -> int:
        """The id of a Value that this trace did not compute."""
        found = self.ids.get(value)
        if found is not None:
            return found
        if type(value) is self.traced:
            return self.id_of(value)
        if isinstance(value, Traced):
            raise refusal(
                "uses a Value that was kept from when the function was traced for other arguments.",
                "Compute it anew in each call.",
            )
        if value.operands:
            raise refusal(
                f"uses Value(data={DATA.__get__(value)}), which was computed outside of the "
                "function and would keep the number and slopes of that moment.",
                "Compute it inside of the function.",
            )
        found = self.ids[value] = self.new_id()
        self.graph.leaves.append(found)
        self.leaves.append(value)
        return found

    def node(self, kind: Pointwise | Kind, operands: tuple[Any, ...], lanes: int = 1) -> int:
        """Record a node; return the first id of its results."""
        graph = self.graph
        number = graph.size
        graph.size = number + lanes
        graph.kinds.append(kind)
        graph.operands.append(operands)
        graph.results.append(number)
        graph.lanes.append(lanes)
        return number

    def value(self, number: int) -> Traced:
        """A Value with an id."""
        value: Traced = Traced.__new__(self.traced)
        value.id = number
        return value

    def apply(self, kind: Pointwise | Kind, *operands: Any) -> Traced:
        """The Value of a node with one lane."""
        return self.value(self.node(kind, operands))

    def number(self, x: Any) -> Any:
        """`engine.number`: a tracer stays what it is."""
        return x if type(x) is Tracer or type(x) is Detached else float(x)

    def compute(self, function: Callable[..., Any], *numbers: Any) -> Any:
        """`engine.compute`: run a function of plain numbers now, and again for each example."""
        if any(type(x) is Tracer for x in numbers):
            return self.flow.apply(function, *numbers)
        return function(*numbers)

    def vector(self, values: Sequence[Any]) -> Vector:
        """The ids of Values or numbers in a list or tuple."""
        row = self.row(values)
        if row is None:
            wrong = next(value for value in values if self.operand(value) is None)
            raise TypeError(f"got {wrong!r}, expected a Value or a number")
        return row.ids

    def row(self, values: Sequence[Any]) -> Row | None:
        """What is known of a list or tuple; None if not all are Values or numbers."""
        known = self.rows.get(id(values))
        if (
            known is not None
            and len(known.before) == len(values)
            and all(map(is_, known.before, values))
        ):
            return known
        kinds = {*map(type, values)}
        ids: list[Any] = [None]
        if kinds == {self.traced}:
            ids = list(map(id_of, values))
        elif kinds == {Value}:
            ids = list(map(self.ids.get, values))
        if None in ids:
            ids = list(map(self.operand, values))
        if None in ids:
            return None
        vector = vector_of(ids)
        others = kinds - {Value, self.traced}
        row = self.rows[id(values)] = Row(
            values,
            values[:],
            vector,
            not others,
            others <= NUMBERS,
            type(vector) is range or len(set(ids)) == len(ids),
        )
        return row

    def weighted_sum(self, weights: list[Value], inputs: Sequence[Any], bias: Value) -> Traced:
        """`engine.weighted_sum`, recorded with its operand tuples whole."""
        if len(weights) != len(inputs):
            raise ValueError(f"{len(weights)} weights got {len(inputs)} inputs")
        left, right, start = self.vector(weights), self.vector(inputs), self.id_of(bias)
        return self.value(self.sum_of_products(left, right, start))

    def sum_of_products(self, weights: Vector, inputs: Vector, start: int) -> int:
        """Record a weighted sum; as one more lane of the last node, where that has its inputs."""
        graph = self.graph
        node = len(graph.kinds) - 1
        single = start not in graph.constants or not are_apart(weights, inputs)
        if node == self.open_node and not single and graph.operands[node][1] is inputs:
            rows, _, starts = graph.operands[node]
            first, lanes = graph.results[node], graph.lanes[node]
            together = first + lanes == graph.size and len(rows[0]) == len(weights)
            if together and max(weights) < first:
                graph.operands[node] = (*rows, weights), inputs, (*starts, start)
                graph.lanes[node] = lanes + 1
                return self.new_id()
        self.open_node = None if single else node + 1
        return self.node(Kind.WEIGHTED_SUM, ((weights,), inputs, (start,)))

    def sums_are_own(self) -> bool:
        """Whether no method of sums and products is the reader's own."""
        if self.own_sums is None:
            self.own_sums = all(vars(Value).get(n) is self.methods.get(n) for n in OF_PRODUCTS)
        return self.own_sums

    def dot_product(self, left: Sequence[Any], right: Sequence[Any], start: Any) -> Any:
        """`start + left[0] * right[0] + …` as one node; None where that is not the same.

        One node hands the same gradients on in the same order if no scalar is there twice.
        """
        if len(left) < LEAST_TERMS or not self.sums_are_own():
            return None
        weights, inputs = self.row(left), self.row(right)
        if weights is None or inputs is None or not (weights.are_plain and inputs.are_plain):
            return None
        if not (weights.are_values or inputs.are_values) or not weights.differ:
            return None
        begin = None
        if type(start) in NUMBERS or type(start) is Value or type(start) is self.traced:
            begin = self.operand(start)
        if begin is None or begin in weights.ids or begin in inputs.ids:
            return None
        if left is not right and not (inputs.differ and are_apart(weights.ids, inputs.ids)):
            return None
        self.products += len(left)
        return self.value(self.sum_of_products(weights.ids, inputs.ids, begin))

    def layer(self, neurons: Sequence[Neuron], inputs: Sequence[Any]) -> list[Any]:
        """Neurons with the same inputs: one node of many lanes where they are alike."""
        first_neuron = neurons[0]
        alike = {(type(neuron), neuron.activation, len(neuron.w)) for neuron in neurons}
        name = first_neuron.activation
        changed = Neuron.__call__.__module__ != Neuron.__module__
        changed |= name in self.methods and vars(Value).get(name) is not self.methods[name]
        if changed or len(alike) > 1 or type(first_neuron) is not Neuron:
            return [neuron(inputs) for neuron in neurons]
        weights, biases = self.table(neurons)
        lanes = len(neurons)
        first = self.node(Kind.WEIGHTED_SUM, (weights, self.vector(inputs), biases), lanes)
        activation = ACTIVATIONS[name]
        if activation is not None:
            before = range(first, first + lanes) if lanes > 1 else first
            first = self.node(activation, (before,), lanes)
        return [self.value(number) for number in range(first, first + lanes)]

    def table(self, neurons: Sequence[Neuron]) -> Table:
        """The rows of weights, and the biases, of some neurons; the same objects while they are."""
        members = [*chain.from_iterable(map(weights_of, neurons)), *map(bias_of, neurons)]
        known = self.tables.get(id(neurons))
        if known is not None and len(known[1]) == len(members) and all(map(is_, known[1], members)):
            return known[2]
        weights = tuple([self.vector(neuron.w) for neuron in neurons])
        found = weights, vector_of([self.id_of(neuron.b) for neuron in neurons])
        self.tables[id(neurons)] = neurons, members, found
        return found

    def logsumexp(self, xs: Sequence[Value]) -> Traced:
        """`engine.logsumexp`."""
        return self.apply(Kind.LOGSUMEXP, self.vector(xs))

    def operation(self, operation: engine.Operation, operands: Sequence[Value]) -> Traced:
        """An operation of the reader's own."""
        key = operation.function, len(operands)
        kind = self.operations.get(key)
        if kind is None:  # made anew in each trace, for what the function reads may have changed
            kind = self.operations[key] = g.pointwise(operation.name, *key)
        ids = []
        for operand in operands:
            number = self.operand(operand)
            if number is None:
                raise TypeError(f"{operation.name} got {operand!r}, expected a Value")
            ids.append(number)
        return self.apply(kind, *ids)

    def pick(self, tracer: Tracer, values: Sequence[Any]) -> Traced:
        """One of several Values, chosen by a number of the data flow."""
        candidates = self.vector(values)
        inner = [self.picked.get(number) for number in candidates]
        place = tracer.place
        if any(choice is not None for choice in inner):
            place, candidates = self._pick_of_picks(tracer, inner)
        choice = Choice(place, candidates)
        self.graph.choices.append(choice)
        result = self.apply(Kind.PICK, len(self.graph.choices) - 1)
        self.picked[result.id] = choice
        return result

    def _pick_of_picks(self, tracer: Tracer, inner: list[Choice | None]) -> tuple[int, Vector]:
        """One choice for `table[a][b]`: from all that each of the rows may be."""
        first = inner[0]
        alike = {None if each is None else (each.place, len(each.candidates)) for each in inner}
        if first is None or len(alike) > 1:
            raise refusal(
                "picks from a list in which some Values, but not all in one way, were picked by "
                "numbers of the arguments themselves.",
                "Compute with what was picked first (value * 1), and pick from the results.",
            )
        count = len(first.candidates)
        both = self.flow.apply(
            lambda k, row: k * count + row, tracer, Tracer(self.flow, first.place)
        )
        ids = [number for each in inner if each is not None for number in each.candidates]
        return both.place, vector_of(ids)


def make_binary(recorder: Recorder, kind: Pointwise, reflected: bool) -> Callable[..., Any]:
    """A recording operator of two operands; it is called for each node, so it does all itself."""
    graph = recorder.graph
    kinds, operands, results, lanes = graph.kinds, graph.operands, graph.results, graph.lanes
    new, traced = Traced.__new__, recorder.traced

    def method(self: Any, other: Any) -> Any:
        left = self.id if type(self) is traced else recorder.leaf(self)
        right = other.id if type(other) is traced else recorder.operand(other)
        if right is None:
            return NotImplemented
        kinds.append(kind)
        operands.append((right, left) if reflected else (left, right))
        number = graph.size
        graph.size = number + 1
        results.append(number)
        lanes.append(1)
        value: Any = new(traced)
        value.id = number
        return value

    return method


def make_unary(recorder: Recorder, kind: Pointwise) -> Callable[[Value], Traced]:
    """A recording operation of one operand."""
    return lambda self: recorder.apply(kind, recorder.operand(self))


def make_power(recorder: Recorder) -> Callable[..., Any]:
    """`Value.__pow__`: an exponent that is a plain number belongs to the operation."""

    def method(self: Value, other: Any) -> Any:
        base = recorder.operand(self)
        if isinstance(other, Value):
            return recorder.apply(g.GENERAL_POWER, base, recorder.operand(other))
        if type(other) is Tracer or type(other) is Detached:
            raise refusal(
                "raises to a power that is a number of the arguments or a Value's data, which is "
                "known only when the compiled program runs.",
                "Make the exponent a Value, x ** Value(k), here and in the engine.",
            )
        if not isinstance(other, Real):
            return NotImplemented
        return recorder.apply(g.power(repr(float(other))), base)

    return method


DATA, GRAD = Value.__dict__["data"], Value.__dict__["grad"]  # the slots themselves


def make_data(recorder: Recorder) -> property:
    """`Value.data` while tracing: a number without a gradient, that nothing can be decided on."""

    def read(self: Value) -> Any:
        number = recorder.operand(self)
        if number in recorder.graph.constants:
            return recorder.graph.constants[number]
        return Detached(recorder.apply(Kind.STOP, number))

    def write(self: Value, data: Any) -> None:
        raise refusal(
            "changes the data of a Value, which would happen only now.",
            "Change data outside of the function; or compute a new Value.",
        )

    return property(read, write)


def make_init(recorder: Recorder) -> Callable[..., None]:
    """`Value.__init__` while tracing."""

    def init(
        self: Value,
        data: Any,
        label: str = "",
        operation: str = "",
        operands: tuple[Any, ...] = (),
        slopes: Any = (),
    ) -> None:
        if operands:
            raise refusal(
                f"makes a Value of the operation {operation!r}, whose function the compiler does "
                "not know (a name says nothing about it).",
                "Give the function, from numbers to a result and slopes, and call the operation: "
                f"{operation or 'sin'} = Operation({operation or 'sin'!r}, lambda x: (math.sin(x), "
                "(math.cos(x),))); see micrograd.engine.Operation.",
            )
        number = recorder.operand(data if not isinstance(data, Value) else None)
        if number is None:
            raise TypeError(f"Value got {data!r}, expected a real number")
        self.grad = 0.0
        self.label = label
        self.operation = ""
        self.operands = ()
        self.slopes = ()
        self.serial = next_serial()
        recorder.ids[self] = number
        if number in recorder.graph.constants:
            DATA.__set__(self, recorder.graph.constants[number])

    return init


def refuse_comparison(self: Value, other: Any) -> Any:
    """`<` and its like while tracing."""
    raise refuse_decision()


def refuse_backward(self: Value) -> None:
    """`backward` while tracing."""
    raise refusal(
        "asks for gradients inside of the function.",
        "Return the loss: the compiled step finds the gradients.",
    )


def refuse_gradient(self: Value) -> Any:
    """`grad` while tracing."""
    raise refusal(
        "reads a Value's gradient, which would stay as it is now.",
        "Compute with gradients after the step: it sets `grad` of the parameters.",
    )


def refuse_random(*_: Any, **__: Any) -> Any:
    """What draws random numbers while tracing."""
    raise refusal(
        "draws a random number inside of the function. Compiled, it would stay as it is now.",
        "Draw before the call, and give the number (or a list, or a mask of 0 and 1) as an "
        "argument.",
    )


PLAIN_SUM = builtins.sum
COMPENSATED = sys.version_info >= (3, 12)


def make_sum(recorder: Recorder) -> Callable[..., Any]:
    """`sum` while tracing: of plain numbers it is one function (Python 3.12 and newer round once).

    Values are added one by one while the iterable makes them, as in Python's; of products of two
    lists there is one node.
    """

    def traced_sum(iterable: Any, /, start: Any = 0) -> Any:
        factors = factors_of(iterable)
        if factors is not None:
            product = recorder.dot_product(*factors, start)
            if product is not None:
                exhaust(iterable)
                return product
        items = iter(iterable)
        if isinstance(start, Value) or not isinstance(start, Real):
            return PLAIN_SUM(items, start)
        numbers = [start]
        for item in items:
            if isinstance(item, Detached) and COMPENSATED:
                raise refusal(
                    "adds Values' data by `sum`, which rounds once; a program adds one by one.",
                    "Add the Values, and take the data of the result: sum(values).data",
                )
            if isinstance(item, Value | Detached) or not isinstance(item, Real):
                return PLAIN_SUM(chain([item], items), sum_of(numbers))
            numbers.append(item)
        return sum_of(numbers)

    def sum_of(numbers: list[Any]) -> Any:
        if len(numbers) > 1 and any(type(x) is Tracer for x in numbers):
            return recorder.flow.apply(add_up, *numbers)
        return PLAIN_SUM(numbers[1:], numbers[0])

    return traced_sum


PLAIN_ISINSTANCE = builtins.isinstance


def traced_isinstance(x: Any, kinds: Any) -> bool:
    """`isinstance` while tracing: a tracer is what every number is, or the question is refused."""
    if type(x) is Tracer:
        possible = (bool, int, float, type(x.flow.values[x.place]))
        answers = {issubclass(kind, kinds) for kind in possible}
        if len(answers) > 1:
            raise refuse_kind()
        return answers.pop() or issubclass(Tracer, kinds)
    if type(x) is Detached:
        return issubclass(float, kinds) or issubclass(Detached, kinds)
    return PLAIN_ISINSTANCE(x, kinds)


def add_up(start: Any, *numbers: Any) -> Any:
    """`sum` of plain numbers."""
    return PLAIN_SUM(numbers, start)


def replacements(recorder: Recorder) -> list[tuple[Any, str, Any]]:
    """What is another while tracing: object, attribute, and what stands there."""
    binary = [("add", g.ADD), ("sub", g.SUBTRACT), ("mul", g.MULTIPLY), ("truediv", g.DIVIDE)]
    replaced: list[tuple[Any, str, Any]] = [
        (Value, "data", make_data(recorder)),
        (Value, "__init__", make_init(recorder)),
        (Value, "__pow__", make_power(recorder)),
        (Value, "backward", refuse_backward),
        (Value, "zero_grad", refuse_backward),
        (engine, "recorder", recorder),
        (Value, "grad", property(refuse_gradient, GRAD.__set__)),
        (builtins, "sum", make_sum(recorder)),
        (builtins, "isinstance", traced_isinstance),
    ]
    for name, kind in binary:
        # as the engine: `2 + v` is `v + 2`, and `2 - v` is `Value(2) - v`
        turned = name in ("sub", "truediv")
        replaced.append((Value, f"__{name}__", make_binary(recorder, kind, reflected=False)))
        replaced.append((Value, f"__r{name}__", make_binary(recorder, kind, reflected=turned)))
    for name in ("__lt__", "__le__", "__gt__", "__ge__"):
        replaced.append((Value, name, refuse_comparison))
    for name, kind in [("neg", g.NEGATE), ("abs", g.ABSOLUTE)]:
        replaced.append((Value, f"__{name}__", make_unary(recorder, kind)))
    for kind in (g.TANH, g.EXP, g.LOG, g.RELU, g.SIGMOID):
        replaced.append((Value, kind.name, make_unary(recorder, kind)))
    replaced += [made for name in ("array", "asarray") if (made := array_maker(name)) is not None]
    for owner in (random.Random, random):
        for name in ("random", "getrandbits"):
            replaced.append((owner, name, refuse_random))
    return replaced


ORIGINAL = {
    name: method
    for name, method in vars(Value).items()
    if isinstance(method, FunctionType) and method.__module__ == Value.__module__
}
"""The engine's own methods; a reader may have put others in their place."""


@cache
def trampoline(name: str) -> CodeType:
    """The code of a method that asks the recorder, for who has kept `Value.tanh` from before."""
    names: dict[str, Any] = {}
    exec(f"def {name}(*operands): return recorder.methods[{name!r}](*operands)", names)
    code: CodeType = names[name].__code__
    return code


def randomness() -> list[Any]:
    """The states of what draws random numbers, here and in numpy."""
    numpy = sys.modules.get("numpy")
    return [random.getstate(), *([] if numpy is None else map(repr, numpy.random.get_state()[2:]))]


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Record what Values do, instead of doing it."""
    absent = object()
    before: list[tuple[Any, str, Any]] = []
    drawn = randomness()
    try:
        for owner, name, new in replacements(recorder):
            old = vars(owner).get(name, absent)
            if owner is Value and isinstance(old, FunctionType) and name != "__init__":
                recorder.methods[name] = new
                original = ORIGINAL.get(name)
                if original is not None:
                    before.append((original, "__code__", original.__code__))
                    original.__code__ = trampoline(name)
                if old is not original:
                    continue  # the reader's own method runs, and what it calls is recorded
            before.append((owner, name, old))
            setattr(owner, name, new)
        yield
    finally:
        for owner, name, old in reversed(before):
            if old is absent:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
    if randomness() != drawn:
        random.setstate(drawn[0])
        raise CompilationError(
            f"{readers_line()}\n  The function draws a random number. Compiled, it would stay as "
            "it is now.\n  Draw before the call, and give it as an argument."
        )
