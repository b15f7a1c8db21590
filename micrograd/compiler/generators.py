"""`w * x for w, x in zip(ws, xs)`: a generator of products, known by its instructions.

While a function is traced, a sum of such products need not make them one by one: what it would
multiply stands in two lists.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from types import GeneratorType
from typing import Any

NOTHING: Any = ()


def code_of(generator: Any) -> bytes:
    """The instructions of a generator."""
    code: bytes = generator.gi_code.co_code
    return code


PAIRS = code_of(a * b for a, b in NOTHING)
TURNED = code_of(b * a for a, b in NOTHING)
SQUARES = code_of(a * a for a in NOTHING)
ITERATORS: tuple[type, ...] = type(iter([])), type(iter(()))

Values = Sequence[Any]


def factors_of(generator: Any) -> tuple[Values, Values] | None:
    """What a generator that has not begun will multiply: its left and its right factors."""
    if type(generator) is not GeneratorType or generator.gi_frame is None:
        return None
    code, source = code_of(generator), generator.gi_frame.f_locals.get(".0")
    if code == SQUARES:
        whole = whole_of(source)
        return None if whole is None else (whole, whole)
    if (code != PAIRS and code != TURNED) or type(source) is not zip:
        return None
    lists = [whole_of(iterator) for iterator in source.__reduce__()[1]]
    if len(lists) != 2:
        return None
    left, right = lists if code == PAIRS else reversed(lists)
    return None if left is None or right is None or len(left) != len(right) else (left, right)


def whole_of(iterator: Any) -> Values | None:
    """The list or tuple that an iterator is about to go through, from its beginning."""
    if type(iterator) not in ITERATORS:
        return None
    _, (whole,), *position = iterator.__reduce__()
    return whole if position == [0] and type(whole) in (list, tuple) else None


def exhaust(generator: Any) -> None:
    """Leave nothing for a generator, and nothing of what it goes through, without running it."""
    source: Iterator[Any] = generator.gi_frame.f_locals[".0"]
    deque(source, maxlen=0)
    generator.close()
