"""Nests of loops, with a pointer for each way in which addresses run through the rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from micrograd.compiler.ir import Address
from micrograd.compiler.webassembly.assembler import (
    I32,
    I32_ADD,
    I32_LOAD,
    I32_SHL,
    Function,
    add,
    get,
    i32,
    put,
    unsigned,
)

MOST_ROWS, MOST_TERMS = 128, 128
"""Of a product at once, so that it stays in the processor's cache."""
PANEL = 1024
"""The address of packed columns; what stands before is the driver's."""
LISTS = PANEL + 128 * MOST_TERMS
"""The address of lists of factors that are not zero."""
CELLS = LISTS + 16 * (MOST_ROWS * (MOST_TERMS + 1) + 4)
"""The address of the first cell."""
CELL, ENTRY = 8, 4
"""Bytes of a cell, and of an entry of the table."""
TABLE = 0
"""The parameter of a loop's function that holds the address of the table."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address in memory: a local (or none) and a number of bytes."""

    local: int | None
    offset: int

    def push(self, instruction: bytes, more: int = 0, lane: bytes = b"") -> bytes:
        """Code that loads from here, or from some bytes further on."""
        return self.address(more) + instruction + self.immediate(more) + lane

    def address(self, more: int = 0) -> bytes:
        """Push what `immediate` is added to."""
        if self.local is None:
            return i32(0)
        offset = self.offset + more
        return get(self.local) + (i32(offset) + I32_ADD if offset < 0 else b"")

    def immediate(self, more: int = 0) -> bytes:
        """The offset in the instruction itself."""
        return unsigned(max(self.offset + more, 0))


@dataclass(frozen=True, slots=True)
class Pointer:
    """A local that runs with the rounds.

    Attributes:
        depth: it is set anew in each round of the axes before this one.
        steps: bytes along each axis from `depth` on.
        term: the number of the term whose axis moves it, or None.
    """

    local: int
    depth: int
    steps: tuple[int, ...]
    base: int
    term: int | None


class Nest:
    """The loops over the axes of a Map or a Sum; in a Sum, each term has one more axis inside.

    Args:
        function: has the locals.
        extents: how many rounds along each axis.
        live: how many entries at the beginning of the table are cells, not bytes.
    """

    def __init__(self, function: Function, extents: Sequence[int], live: int) -> None:
        self.function = function
        self.extents = tuple(extents)
        self.axes = len(self.extents)
        self.live = live
        self.begin = [bytearray() for _ in range(self.axes + 1)]
        self.begin_term: dict[int | None, bytearray] = {}
        self.pointers: dict[object, Pointer] = {}

    def place(
        self, address: Address, term: int | None = None, shift: tuple[int, int] = (0, 0)
    ) -> Place:
        """Where an address is in each round.

        Args:
            address: with one stride more than the nest has axes where it is a term's.
            term: which term.
            shift: an axis, and how many rounds further along it.
        """
        axis, further = shift
        base = CELLS + CELL * address.base
        strides = tuple([CELL * stride for stride in address.strides])
        if strides:
            base += further * strides[axis]
        if address.start is not None:
            return self._table_place(address, strides, base, term, shift)
        if not any(strides):
            return Place(None, base)
        pointer = self._affine("cell", strides, base, term)
        return Place(pointer.local, base - pointer.base)

    def _affine(
        self, kind: str, steps: tuple[int, ...], base: int, term: int | None, code: bytes = b""
    ) -> Pointer:
        """The pointer that runs so through all rounds, from some code's result plus a base."""
        if len(steps) <= self.axes or not steps[self.axes]:
            term = None
        key = kind, steps[: self.axes] if term is None else steps, term
        pointer = self.pointers.get(key)
        if pointer is None:
            local = self.function.local(I32)
            pointer = self.pointers[key] = Pointer(local, 0, steps, base, term)
            self.begin[0] += code + i32(base) + (I32_ADD if code else b"") + put(local)
        return pointer

    def _table_place(
        self,
        address: Address,
        strides: tuple[int, ...],
        base: int,
        term: int | None,
        shift: tuple[int, int],
    ) -> Place:
        """Where an address is that the table helps to find."""
        assert address.start is not None
        steps = tuple([ENTRY * step for step in address.table_strides])
        entry = ENTRY * address.start + (shift[1] * steps[shift[0]] if steps else 0)
        depth = max([axis + 1 for axis, step in enumerate(steps) if step], default=0)
        inside = any(steps[self.axes :]) or any(strides[self.axes :])
        key = "table", entry, steps, strides, term if inside else None
        pointer = self.pointers.get(key)
        if pointer is None:
            where = Place(TABLE, entry)
            if any(steps):
                moving = self._affine("entry", steps, 0, term, get(TABLE))
                where = Place(moving.local, entry)
            code = where.push(I32_LOAD)
            if address.start < self.live:
                code += i32(3) + I32_SHL
            so_far = (*strides[:depth], *(0,) * (len(strides) - depth))
            if any(so_far):
                code += get(self._affine("offset", so_far, 0, term).local) + I32_ADD
            local = self.function.local(I32)
            pointer = Pointer(local, depth, strides, base, term if inside else None)
            self.pointers[key] = pointer
            begin = self.begin_of(depth, term)
            begin += code + i32(base) + I32_ADD + put(local)
        return Place(pointer.local, base - pointer.base)

    def begin_of(self, depth: int, term: int | None) -> bytearray:
        """The code that runs first in each round of the axes before a depth."""
        if depth <= self.axes:
            return self.begin[depth]
        return self.begin_term.setdefault(term, bytearray())

    def advance(self, axis: int, rounds: int = 1, term: int | None = None) -> bytes:
        """Code that goes some rounds further along an axis."""
        return self._moved(axis, rounds, axis, term)

    def rewind(self, axis: int, rounds: int, term: int | None = None) -> bytes:
        """Code that goes back along an axis, with the pointers that are not set anew then."""
        return self._moved(axis, -rounds, axis - 1, term)

    def _moved(self, axis: int, rounds: int, depth: int, term: int | None) -> bytes:
        code = b""
        for each in self.pointers.values():
            outside = axis < self.axes or each.term == term
            if outside and each.depth <= depth and axis < len(each.steps):
                code += add(each.local, rounds * each.steps[axis])
        return code

    def around(self, body: bytes, axes: int) -> bytes:
        """The loops over the first axes, around the code of the others."""
        code = bytes(self.begin[axes]) + body
        for axis in range(axes - 1, -1, -1):
            extent = self.extents[axis]
            if extent > 1:
                code = self.function.repeat(extent, code + self.advance(axis))
                code += self.rewind(axis, extent)
            code = bytes(self.begin[axis]) + code
        return code
