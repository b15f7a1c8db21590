"""Ordered sums side by side, in tiles whose sums stay in registers.

The lanes of a vector, and the vectors of a tile, are rounds of the loop, never terms of one sum, so
every sum keeps its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from micrograd.compiler.ir import Address, Sum, Term
from micrograd.compiler.webassembly.assembler import (
    F64X2_ADD,
    F64X2_MUL,
    V128,
    V128_LOAD,
    V128_LOAD64_LANE,
    V128_LOAD64_SPLAT,
    V128_STORE,
    V128_STORE64_LANE,
    Function,
    f64x2,
    get,
    put,
    tee,
)
from micrograd.compiler.webassembly.nests import CELL, Nest, Place

HIGH, WIDE = 4, 2
"""Rows and vectors of a tile: 8 sums in registers; more would be spilled to memory."""
UNROLLED = 4

Lanes = tuple[int, bool]
"""A vector of a tile: its first round along the axis of lanes, and whether it is one round only."""


def permuted(address: Address, order: Sequence[int], axes: int) -> Address:
    """The same address with the nest's axes in another order."""

    def turned(strides: tuple[int, ...]) -> tuple[int, ...]:
        return (*[strides[axis] for axis in order], *strides[axes:])

    steps = turned(address.table_strides) if address.start is not None else ()
    return Address(address.base, turned(address.strides), address.start, steps)


def find_tiling(loop: Sum) -> Tiling | None:
    """A tiling, if there is an axis along which rounds can stand side by side."""
    factors = [each for term in loop.terms for each in (term.left, term.right) if each is not None]
    kept = [loop.target] if isinstance(loop.start, float) else [loop.target, loop.start]
    axes = len(loop.extents)
    costs = {}
    for axis, extent in enumerate(loop.extents):
        if extent < 2 or any(
            each.start is not None and each.table_strides[axis] for each in (*factors, *kept)
        ):
            continue
        scattered = sum(each.strides[axis] not in (0, 1) for each in (*factors, *kept))
        costs[axis] = scattered, -min(extent, 4), -axis
    if not costs:
        return None
    lanes = min(costs, key=costs.__getitem__)
    others = [axis for axis in range(axes) if axis != lanes]
    others.sort(key=lambda axis: (loop.extents[axis] > 1, axis))
    order = [*others, lanes]
    terms = tuple(
        Term(
            term.count,
            permuted(term.left, order, axes),
            None if term.right is None else permuted(term.right, order, axes),
        )
        for term in loop.terms
    )
    start = loop.start if isinstance(loop.start, float) else permuted(loop.start, order, axes)
    extents = tuple([loop.extents[axis] for axis in order])
    if axes == 1:  # an axis of one round, so that there are always rows
        extents = (1, *extents)
        return Tiling(with_rows(Sum(extents, loop.target, start, terms)))
    return Tiling(Sum(extents, permuted(loop.target, order, axes), start, terms))


def with_rows(loop: Sum) -> Sum:
    """A loop whose addresses lack the first axis, with it."""

    def wider(address: Address) -> Address:
        steps = () if address.start is None else (0, *address.table_strides)
        return Address(address.base, (0, *address.strides), address.start, steps)

    terms = tuple(
        Term(term.count, wider(term.left), None if term.right is None else wider(term.right))
        for term in loop.terms
    )
    start = loop.start if isinstance(loop.start, float) else wider(loop.start)
    return Sum(loop.extents, wider(loop.target), start, terms)


def lanes_of(extent: int) -> list[Lanes]:
    """The vectors that cover some rounds."""
    return [(first, first + 1 == extent) for first in range(0, extent, 2)]


@dataclass
class Tiling:
    """Emits a sum; its last axis is that of the lanes, the one before that of a tile's rows."""

    loop: Sum

    def emit(self, function: Function, live: int) -> None:
        """Cover all rounds with tiles."""
        self.function = function
        self.nest = nest = Nest(function, self.loop.extents, live)
        self.rows, self.lanes = nest.axes - 2, nest.axes - 1
        tall, broad = self.loop.extents[-2:]
        vectors = (broad + 1) // 2
        high = min(HIGH, tall)
        wide = min(vectors, max(WIDE, HIGH * WIDE // high))
        size = 2 * wide
        sums = [function.local(V128) for _ in range(high * wide)]
        self.sums = {(i, j): sums[i * wide + j] for i in range(high) for j in range(wide)}
        heights = [high, tall % high]
        rest = lanes_of(broad % size)
        full = lanes_of(size)
        times = broad // size
        kinds = [lanes for lanes in (full if times else [], rest) if lanes]
        tiles = {
            height: [self.tile(height, lanes) for lanes in kinds] for height in heights if height
        }

        def band(height: int) -> bytes:
            code = bytes(nest.begin[self.lanes])
            code += function.repeat(times, tiles[height][0] + nest.advance(self.lanes, size))
            if rest:
                code += tiles[height][-1]
            return code + nest.rewind(self.lanes, times * size)

        bands = tall // high
        code = function.repeat(bands, band(high) + nest.advance(self.rows, high))
        if tall % high:
            code += band(tall % high)
        function.code += nest.around(code + nest.rewind(self.rows, bands * high), self.rows)

    def places(self, address: Address, height: int, term: int | None = None) -> list[Place]:
        """Where an address is in each row of a tile; one place where rows do not matter."""
        table = address.start is not None and address.table_strides[self.rows]
        if not table and not address.strides[self.rows]:
            return [self.nest.place(address, term)]
        return [self.nest.place(address, term, (self.rows, i)) for i in range(height)]

    def load(self, address: Address, place: Place, lanes: Lanes, k: int = 0) -> bytes:
        """Push a vector of two neighbours (or of one twice)."""
        stride = CELL * address.strides[self.lanes]
        first, alone = lanes
        more = first * stride + k
        if not stride or alone:
            return place.push(V128_LOAD64_SPLAT, more)
        if stride == CELL:
            return place.push(V128_LOAD, more)
        both = place.push(V128_LOAD64_SPLAT, more)
        return (
            place.address(more + stride)
            + both
            + V128_LOAD64_LANE
            + place.immediate(more + stride)
            + b"\x01"
        )

    def tile(self, height: int, lanes: Sequence[Lanes]) -> bytes:
        """The code of one tile."""
        loop, code = self.loop, b""
        grid = [(i, j) for i in range(height) for j in range(len(lanes))]
        if isinstance(loop.start, float):
            code += b"".join(f64x2(loop.start) + put(self.sums[place]) for place in grid)
        else:
            starts = self.places(loop.start, height)
            for i, j in grid:
                place = starts[i % len(starts)]
                code += self.load(loop.start, place, lanes[j]) + put(self.sums[i, j])
        for number, term in enumerate(loop.terms):
            code += self.term(term, number, height, lanes)
        targets = self.places(loop.target, height)
        for i, j in grid:
            code += self.store(targets[i % len(targets)], lanes[j], self.sums[i, j])
        return code

    def store(self, place: Place, lanes: Lanes, total: int) -> bytes:
        """Store a sum."""
        stride = CELL * self.loop.target.strides[self.lanes]
        first, alone = lanes
        more = first * stride
        if stride == CELL and not alone:
            return place.address(more) + get(total) + V128_STORE + place.immediate(more)
        code = b""
        for lane in range(1 if alone else 2):
            code += place.address(more) + get(total) + V128_STORE64_LANE
            code += place.immediate(more) + bytes([lane])
            more += stride
        return code

    def term(self, term: Term, number: int, height: int, lanes: Sequence[Lanes]) -> bytes:
        """Add the products of a term to all sums of a tile."""
        nest, axis = self.nest, self.nest.axes
        factors = [term.left] if term.right is None else [term.left, term.right]
        places = [self.places(each, height, number) for each in factors]
        by_table = any(each.start is not None and each.table_strides[axis] for each in factors)
        if term.count <= UNROLLED and not by_table and height * len(lanes) * term.count <= 16:
            return b"".join(self.add(factors, places, height, lanes, k) for k in range(term.count))
        code = self.add(factors, places, height, lanes, 0)
        begin = bytes(nest.begin_of(axis + 1, number))
        code = self.function.repeat(term.count, begin + code + nest.advance(axis, 1, number))
        return code + nest.rewind(axis, term.count, number)

    def add(
        self,
        factors: Sequence[Address],
        places: Sequence[list[Place]],
        height: int,
        lanes: Sequence[Lanes],
        k: int,
    ) -> bytes:
        """Add one product to all sums; what several need is loaded once."""
        code = b""
        held: dict[tuple[int, int, int], int] = {}
        for i in range(height):
            for j in range(len(lanes)):
                code += get(self.sums[i, j])
                for f, address in enumerate(factors):
                    row = i if len(places[f]) > 1 else 0
                    column = j if address.strides[self.lanes] else 0
                    again = len(places[f]) == 1 and height > 1
                    again = again or (not address.strides[self.lanes] and len(lanes) > 1)
                    local = held.get((f, row, column))
                    if local is not None:
                        code += get(local)
                        continue
                    offset = CELL * k * address.strides[self.nest.axes]
                    code += self.load(address, places[f][row], lanes[column], offset)
                    if again:
                        held[f, row, column] = self.function.local(V128)
                        code += tee(held[f, row, column])
                code += (F64X2_MUL if len(factors) > 1 else b"") + F64X2_ADD + put(self.sums[i, j])
        return code
