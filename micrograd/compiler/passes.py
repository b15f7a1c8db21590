"""The passes of the compiler, from a function to a program, in their order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from micrograd.compiler import picks
from micrograd.compiler.arguments import is_as_rebuilt, rebuild
from micrograd.compiler.backward import Backward
from micrograd.compiler.definitions import Definitions
from micrograd.compiler.errors import CompilationError, unknown_use
from micrograd.compiler.forward import Analysis, Forward
from micrograd.compiler.fusion import find_used_twice, fuse_products
from micrograd.compiler.graph import Graph
from micrograd.compiler.ir import Program
from micrograd.compiler.lanes import join_lanes
from micrograd.compiler.layout import Encoding, Layout
from micrograd.compiler.record import Recorder, recording
from micrograd.compiler.tracer import DataFlow
from micrograd.engine import Value


@dataclass(slots=True)
class Trace:
    """What a function did with arguments of one shape.

    Attributes:
        graph: the operations of Values.
        flow: what Python computed from the arguments.
        leaves: the Values that are read at each call.
        result: what the function returned.
    """

    graph: Graph
    flow: DataFlow
    leaves: list[Value]
    recorder: Recorder
    result: Any


def trace(
    function: Callable[..., Any],
    parameters: Sequence[Value],
    shapes: Sequence[Any],
    numbers: Sequence[Any],
) -> Trace:
    """Run the function once over tracers."""
    flow = DataFlow(numbers, picks.index, picks.key)
    recorder = Recorder(parameters, flow)
    tracers: Iterator[Any] = iter(flow.tracers)
    arguments = [rebuild(shape, tracers) for shape in shapes]
    try:
        with recording(recorder):
            result = function(*arguments)
    except Exception as error:
        refused = recorder.refused or unknown_use(error)
        if refused is None or refused is error:
            raise
        if recorder.refused is None:
            plain = iter(numbers)
            function(*[rebuild(shape, plain) for shape in shapes])  # may raise without tracers too
        raise refused from error
    if recorder.refused is not None:
        raise recorder.refused
    tracers = iter(flow.tracers)
    if not all(map(is_as_rebuilt, shapes, arguments, repeat(tracers))):
        raise CompilationError(
            f"{getattr(function, '__name__', 'the function')} changes a list or dictionary of its "
            "arguments, which a compiled program would not do.\n  Change a copy: xs = list(xs)."
        )
    return Trace(recorder.graph, flow, recorder.leaves, recorder, result)


def ignore(made: Any) -> None:
    """Do nothing."""


after_pass: Callable[[Any], None] = ignore
"""Called with what each pass made; tests put the verifier here."""


CACHE_SIZE = 16
"""Programs in the cache."""
LARGEST_CACHED = 60_000
"""Scalars of a graph whose program goes into the cache."""

cache: OrderedDict[tuple[Any, ...], tuple[Program, Encoding]] = OrderedDict()


def content_of(graph: Graph, loss: int | None) -> tuple[Any, ...]:
    """All that a program is made from; graphs of equal content have equal programs.

    Constants are text, for -0.0 is not 0.0.
    """
    return (
        loss,
        graph.parameters,
        graph.size,
        tuple(graph.leaves),
        tuple(graph.inputs.items()),
        tuple([(number, repr(value)) for number, value in graph.constants.items()]),
        tuple(graph.kinds),
        tuple(graph.operands),
        tuple(graph.results),
        tuple(graph.lanes),
        tuple([(choice.place, choice.candidates) for choice in graph.choices]),
        tuple(graph.outputs),
    )


def lower(graph: Graph, loss: int | None) -> tuple[Program, Encoding]:
    """Make loops of a graph; with the gradients of the loss, if there is one.

    For a graph of equal content the program is the same object as before.
    """
    after_pass(graph)
    # The live entries of a table are each trace's own.
    if graph.size > LARGEST_CACHED or graph.choices:
        return make_program(graph, loss)
    content = content_of(graph, loss)
    found = cache.get(content)
    if found is None:
        found = cache[content] = make_program(graph, loss)
        if len(cache) > CACHE_SIZE:
            cache.popitem(last=False)
    else:
        cache.move_to_end(content)
    return found


def make_program(graph: Graph, loss: int | None) -> tuple[Program, Encoding]:
    """Make loops of a graph, which changes."""
    used_twice = find_used_twice(graph)
    fuse_products(graph, used_twice)
    after_pass(graph)
    join_lanes(graph, used_twice)
    after_pass(graph)
    analysis = Analysis(graph)
    definitions = Definitions(graph)
    forward = Forward(graph, analysis, definitions)
    forward.run()
    after_pass(definitions)
    gradients: list[int] = []
    if loss is not None:
        gradients = Backward(graph, analysis, forward.slopes, definitions, loss).run()
        after_pass(definitions)
    layout = Layout(graph, definitions, gradients)
    return layout.program(graph.outputs, len(gradients)), layout.encoding
