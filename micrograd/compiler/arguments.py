"""Arguments as a shape, which a program is compiled for, and a flat list of numbers.

Numbers are live; everything else (lengths, keys, strings, None) belongs to the shape.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterator, Sequence
from itertools import repeat
from numbers import Real
from typing import Any, NamedTuple

from micrograd.compiler.arrays import numbers_of, rebuild_array
from micrograd.engine import Value


class Number:
    """The shape of a number."""

    def __repr__(self) -> str:
        return "number"


class Constant(NamedTuple):
    """The shape of a string or None: what it is."""

    value: Any

    def __repr__(self) -> str:
        return repr(self.value)


class Items(NamedTuple):
    """The shape of a list or tuple."""

    kind: type
    items: tuple[Any, ...]

    def __repr__(self) -> str:
        first, count = self.items[:1], len(self.items)
        alike = count > 1 and all(item == self.items[0] for item in self.items)
        written = f"{count} x {first[0]!r}" if alike else ", ".join(map(repr, self.items))
        return f"[{written}]" if self.kind is list else f"({written})"


class Entries(NamedTuple):
    """The shape of a dictionary; keys of different kinds may be equal (1, 1.0 and True)."""

    keys: tuple[Any, ...]
    kinds: tuple[type, ...]
    items: tuple[Any, ...]

    def __repr__(self) -> str:
        pairs = zip(self.keys, self.items, strict=True)
        return "{" + ", ".join(f"{key!r}: {item!r}" for key, item in pairs) + "}"


class Array(NamedTuple):
    """The shape of a numpy array."""

    lengths: tuple[int, ...]

    def __repr__(self) -> str:
        return f"array{self.lengths}"


NUMBER = Number()
PLAIN = frozenset({int, float, bool})


def flatten(x: Any, numbers: list[Any], where: str) -> Any:
    """Append the numbers of an argument, and return its shape.

    Raises:
        TypeError: it holds something else; says where.
    """
    kind = type(x)
    if kind in PLAIN:
        numbers.append(x)
        return NUMBER
    if kind is list or kind is tuple:
        if PLAIN.issuperset(map(type, x)):
            numbers.extend(x)
            return Items(kind, (NUMBER,) * len(x))
        return Items(kind, tuple([flatten(each, numbers, where) for each in x]))
    if kind is dict:
        items = tuple([flatten(each, numbers, where) for each in x.values()])
        return Entries(tuple(x), tuple(map(type, x)), items)
    if x is None or kind is str or kind is bytes:
        return Constant(x)
    return flatten_other(x, numbers, where)


def flatten_other(x: Any, numbers: list[Any], where: str) -> Any:
    """`flatten` for what is rare: arrays, ranges, other classes of numbers, and what is refused."""
    if isinstance(x, Value):
        raise TypeError(
            f"{where} is or holds {x!r}, expected numbers: arguments are data. Values that the "
            "function uses need not be given; their numbers are read at each call"
        )
    if hasattr(x, "dtype") and hasattr(x, "tolist"):
        found = numbers_of(x)
        if not all(isinstance(each, Real) or type(each).__name__ == "bool" for each in found):
            raise TypeError(f"{where} is an array of {x.dtype}, expected numbers")
        numbers.extend(found)
        return Array(tuple(x.shape)) if x.shape else NUMBER
    if isinstance(x, Real):
        numbers.append(x)
        return NUMBER
    if isinstance(x, list | tuple | range | array):
        kind = tuple if isinstance(x, tuple) else list
        named = type(x) if hasattr(x, "_fields") else kind
        return Items(named, tuple([flatten(each, numbers, where) for each in x]))
    raise TypeError(
        f"{where} is or holds {x!r}, expected numbers, strings, and lists, tuples or dictionaries "
        "of them"
    )


def rebuild(shape: Any, numbers: Iterator[Any]) -> Any:
    """The argument of a shape, with these numbers."""
    if shape is NUMBER:
        return next(numbers)
    if isinstance(shape, Items):
        items = [rebuild(item, numbers) for item in shape.items]
        if shape.kind is list:
            return items
        return tuple(items) if shape.kind is tuple else shape.kind(*items)
    if isinstance(shape, Entries):
        pairs = zip(shape.keys, shape.items, strict=True)
        return {key: rebuild(item, numbers) for key, item in pairs}
    if isinstance(shape, Array):
        return rebuild_array(shape.lengths, numbers)
    return shape.value


def is_as_rebuilt(shape: Any, x: Any, numbers: Iterator[Any]) -> bool:
    """Whether an argument, which was rebuilt from these numbers, has not been changed since."""
    if shape is NUMBER:
        return x is next(numbers)
    if isinstance(shape, Items):
        if len(x) != len(shape.items):
            return False
        if shape.items.count(NUMBER) == len(x):
            return all(map(operator.is_, x, numbers))
        return all(map(is_as_rebuilt, shape.items, x, repeat(numbers)))
    if isinstance(shape, Entries):
        same = tuple(x) == shape.keys
        return same and all(map(is_as_rebuilt, shape.items, x.values(), repeat(numbers)))
    if isinstance(shape, Array):
        return all(map(operator.is_, x.flat, numbers))
    return bool(x == shape.value)


def flatten_all(arguments: Sequence[Any]) -> tuple[tuple[Any, ...], list[Any]]:
    """Shape and numbers of all arguments of a call."""
    numbers: list[Any] = []
    shapes = tuple([flatten(x, numbers, f"argument {k}") for k, x in enumerate(arguments)])
    return shapes, numbers
