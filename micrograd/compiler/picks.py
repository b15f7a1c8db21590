"""A list or dictionary indexed by a number of the arguments, `table[token]`, while tracing.

Python asks the tracer for a plain index (`__index__`, or `__hash__` for a dictionary). The frame
that asks knows its own source, and so which container is meant. For that one subscript a stand-in
is put into the container, which picks anew for each example; before the frame's next instruction
the container is as it was (a trace function sees to it).
"""

from __future__ import annotations

import ast
import builtins
import linecache
import operator
import sys
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from itertools import islice
from opcode import opname
from types import CodeType, FrameType
from typing import Any

from micrograd import engine
from micrograd.compiler.detached import Detached
from micrograd.compiler.errors import refusal
from micrograd.compiler.tracer import Tracer
from micrograd.engine import Value

USED_AS_INDEX = (
    "uses a number of the arguments as a length, in a slice, as a place to store at, or as an "
    "index into what the source gives no name.",
    "An index: name the list here in the function's source, scores = model(x), then scores[y]. A "
    "length: take it from a list, or give it as a string, for which the function is compiled anew. "
    "Storing at k: [new * (i == k) + old * (i != k) for i, old in enumerate(olds)].",
)
USED_AS_KEY = (
    "looks up a number of the arguments in a set or dictionary. Compiled, what is found would "
    "stay as it is for the first example.",
    "Look it up before the call, and give what you find as an argument. (A dictionary of Values, "
    "or of numbers, may be read as table[key].)",
)


ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


class Unknown(Exception):
    """The container cannot be told from the source."""


def index(tracer: Tracer) -> int:
    """Python asks for an index: make the subscript that asks a pick."""
    frame = sys._getframe(2)
    container, text = find(frame, USED_AS_INDEX)
    if not isinstance(container, list):
        raise refusal(
            f"picks from a {type(container).__name__} by a number of the arguments, which a "
            "compiled program can only do with lists and dictionaries.",
            "Make it a list.",
        )
    place = tracer.flow.apply(position(len(container)), tracer)
    chosen: int = tracer.flow.values[place.place]
    stand_in = standing_in(frame, text, place, container)
    old = container[chosen]
    container[chosen] = stand_in

    def restore() -> None:
        container[chosen] = old

    before_next_instruction(frame, restore)
    return chosen


def key(tracer: Tracer) -> int:
    """Python asks for a hash: make the subscript of a dictionary a pick."""
    frame = sys._getframe(2)
    recorder = engine.recorder
    assert recorder is not None
    if any(each is tracer for each in recorder.keys):
        return id(tracer)
    container, text = find(frame, USED_AS_KEY)
    if not isinstance(container, dict) or hasattr(type(container), "__missing__"):
        raise refusal(*USED_AS_KEY)
    keys = list(container)
    place = tracer.flow.apply(position_of_key(keys), tracer)
    stand_in = standing_in(frame, text, place, list(container.values()))
    recorder.keys.append(tracer)
    container[tracer] = stand_in

    def restore() -> None:
        del container[tracer]
        recorder.keys.pop()

    before_next_instruction(frame, restore)
    return id(tracer)


def position(count: int) -> Callable[[Any], int]:
    """The function from an index to the position in a list of so many."""

    def find_position(x: Any) -> int:
        k = operator.index(x)
        if not -count <= k < count:
            raise IndexError("list index out of range")
        return k % count

    return find_position


def position_of_key(keys: Sequence[Hashable]) -> Callable[[Any], int]:
    """The function from a key to its position in a dictionary."""
    places = {each: k for k, each in enumerate(keys)}

    def find_position(x: Any) -> int:
        if x not in places:
            raise KeyError(x)
        return places[x]

    return find_position


def choose(place: int, *items: Any) -> Any:
    """One of several numbers."""
    return items[place]


def standing_in(frame: FrameType, text: str, place: Tracer, items: Sequence[Any]) -> Any:
    """What stands for one of the items, whichever the number says; kept for nested subscripts."""
    recorder = engine.recorder
    assert recorder is not None
    result = recorder.standing_in[frame, text] = stand_in(place, items)
    return result


def stand_in(place: Tracer, items: Sequence[Any]) -> Any:
    """What stands for one of the items: of Values a Value, of numbers a number, of lists a list."""
    recorder = engine.recorder
    assert recorder is not None
    if {*map(type, items)} <= {Value, recorder.traced} or all(
        isinstance(item, Value) for item in items
    ):
        return recorder.pick(place, items)
    if all(isinstance(item, int | float | Tracer) for item in items):
        return place.flow.apply(choose, place, *items)
    kinds = {type(item) for item in items}
    if kinds <= {list, tuple}:
        lengths = {len(item) for item in items}
        if len(lengths) == 1:
            columns = [stand_in(place, column) for column in zip(*items, strict=True)]
            return columns if list in kinds else tuple(columns)
        raise refusal(
            f"picks one of several lists of different lengths ({sorted(lengths)}).",
            "Make them of one length.",
        )
    if any(isinstance(item, Value | Detached) for item in items):
        raise refusal(
            "picks from a list of Values and other things by a number of the arguments.",
            "Make all of them Values.",
        )
    names = ", ".join(sorted(kind.__name__ for kind in kinds)) or "nothing"
    raise refusal(
        f"picks by a number of the arguments from a list of {names}; a compiled program can pick "
        "Values, numbers, and lists of them.",
        "Pick before the call, or give it as a string, for which the function is compiled anew.",
    )


def find(frame: FrameType, otherwise: tuple[str, str]) -> tuple[Any, str]:
    """The container of the subscript that the frame executes, and the subscript's text."""
    try:
        node = subscript(frame.f_code, frame.f_lasti)
        return value_of(node.value, frame), ast.unparse(node)
    except Unknown:
        raise refusal(*otherwise) from None


@lru_cache(maxsize=4096)
def subscript(code: CodeType, instruction: int) -> ast.Subscript:
    """The source of a subscript that is read."""
    if opname[code.co_code[instruction]] not in ("BINARY_SUBSCR", "BINARY_OP"):
        raise Unknown
    positions = next(islice(code.co_positions(), instruction // 2, None))
    first, last, begin, end = positions
    if first is None or last is None or begin is None or end is None:
        raise Unknown
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][begin:]
    try:
        parsed = ast.parse(b"(" + b"".join(lines) + b")", mode="eval").body
    except SyntaxError:
        raise Unknown from None
    if not isinstance(parsed, ast.Subscript) or isinstance(parsed.slice, ast.Slice):
        raise Unknown
    return parsed


def value_of(node: ast.expr, frame: FrameType) -> Any:
    """The value of an expression of names, attributes, constants and subscripts of them."""
    match node:
        case ast.Name(id=name):
            for names in (frame.f_locals, frame.f_globals, vars(builtins)):
                if name in names:
                    return names[name]
        case ast.Attribute(value=owner, attr=name):
            return getattr(value_of(owner, frame), name)
        case ast.Constant(value=constant):
            return constant
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -value_of(operand, frame)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in ARITHMETIC:
            return ARITHMETIC[type(operation)](value_of(left, frame), value_of(right, frame))
        case ast.Subscript(value=owner, slice=at):
            place = value_of(at, frame)
            if type(place) is Tracer:  # what was evaluated a moment ago
                recorder = engine.recorder
                assert recorder is not None
                return recorder.standing_in[frame, ast.unparse(node)]
            container = value_of(owner, frame)
            if isinstance(container, list | tuple | dict | str):
                return container[place]
    raise Unknown


def before_next_instruction(frame: FrameType, action: Callable[[], None]) -> None:
    """Run something before the frame executes its next instruction."""
    tracing, function, opcodes = sys.gettrace(), frame.f_trace, frame.f_trace_opcodes

    def act(frame: FrameType, event: str, argument: Any) -> None:
        action()
        frame.f_trace = function
        frame.f_trace_opcodes = opcodes
        sys.settrace(tracing)

    frame.f_trace = act
    frame.f_trace_opcodes = True
    sys.settrace(lambda *_: None)
