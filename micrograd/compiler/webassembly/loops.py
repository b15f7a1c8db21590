"""The loops of a program as WebAssembly functions of the table's address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from micrograd.compiler.ir import Address, Loop, Map, Op, Program, Sum, Term
from micrograd.compiler.webassembly.assembler import (
    F64,
    F64_ADD,
    F64_LOAD,
    F64_MUL,
    F64_STORE,
    F64X2_EXTRACT_LANE,
    I32,
    V128,
    V128_LOAD,
    V128_LOAD64_SPLAT,
    V128_STORE,
    Function,
    f64,
    get,
    put,
)
from micrograd.compiler.webassembly.bodies import Body
from micrograd.compiler.webassembly.nests import Nest
from micrograd.compiler.webassembly.products import emit_product, find_axes
from micrograd.compiler.webassembly.tiles import find_tiling

UNROLLED = 4
"""Up to so many products are written out."""


class Zeros:
    """Which cells are often zero: what relu makes, and products with it."""

    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []

    def holds(self, address: Address) -> bool:
        """Whether an address is among them."""
        return any(low <= address.base <= high for low, high in self.ranges)

    def note(self, loop: Loop) -> None:
        """Note what a loop stores."""
        if isinstance(loop, Sum):
            (*others, last) = loop.terms or (None,)
            if others or last is None or last.count > 1 or last.right is None or loop.start:
                return
            if self.holds(last.left) or self.holds(last.right):
                self._add(loop.extents, loop.target)
            return
        first = len(loop.operands)
        literals = {
            first + k
            for k, each in enumerate(loop.body)
            if each.op is Op.LITERAL and each.value == 0.0
        }
        for value, target in loop.stores:
            chosen = value >= first and loop.body[value - first]
            if chosen and chosen.op.is_choice and literals & set(chosen.arguments[2:]):
                self._add(loop.extents, target)

    def _add(self, extents: Sequence[int], target: Address) -> None:
        ways = [(n - 1) * stride for n, stride in zip(extents, target.strides, strict=True)]
        low = target.base + sum(way for way in ways if way < 0)
        self.ranges.append((low, target.base + sum(way for way in ways if way > 0)))


def emit_loop(loop: Loop, program: Program, number: Callable[[Function], int], zeros: Zeros) -> int:
    """Emit the function of a loop; return the number that it is given."""
    function = Function([I32])
    live = program.live
    if isinstance(loop, Map):
        emit_map(function, loop, live)
        return number(function)
    axes = find_axes(loop)
    tiling = None if loop.in_order or axes is not None else find_tiling(loop)
    if axes is not None:
        emit_product(function, loop, axes, zeros.holds, live, number)
    elif tiling is not None:
        tiling.emit(function, live)
    else:
        emit_sum(function, loop, live)
    return number(function)


def depth_of(address: Address) -> int:
    """The innermost axis, counted from 1, along which an address moves."""
    moves = zip(address.strides, address.table_strides or (0,) * len(address.strides), strict=True)
    return max([axis + 1 for axis, move in enumerate(moves) if any(move)], default=0)


def even_along_last(address: Address, strides: Sequence[int]) -> bool:
    """Whether the last axis moves an address by one of these strides, without the table."""
    if address.start is not None and address.table_strides[-1]:
        return False
    return address.strides[-1] in strides


def emit_map(function: Function, loop: Map, live: int) -> None:
    """Two rounds at once, where neighbours along the last axis stand side by side."""
    nest = Nest(function, loop.extents, live)
    axes = nest.axes
    wide = (
        axes > 0
        and loop.extents[-1] > 1
        and all(even_along_last(each, (0, 1)) for each in loop.operands)
        and all(even_along_last(each.target, (1,)) for each in loop.stores)
    )
    places = [nest.place(each) for each in loop.operands]
    targets = [nest.place(each.target) for each in loop.stores]
    held: dict[int, int] = {}
    for k, (operand, place) in enumerate(zip(loop.operands, places, strict=True)):
        depth = depth_of(operand)
        if depth < axes:
            held[k] = function.local(V128 if wide else F64)
            nest.begin[depth] += place.push(V128_LOAD64_SPLAT if wide else F64_LOAD)
            nest.begin[depth] += put(held[k])

    def rounds(double: bool) -> bytes:
        body = Body(function, double)
        for k, place in enumerate(places):
            if k in held:
                lane = b"" if double or not wide else F64X2_EXTRACT_LANE + b"\x00"
                body.values.append(get(held[k]) + lane)
            else:
                body.define(place.push(V128_LOAD if double else F64_LOAD))
        body.run(loop.body)
        for store, target in zip(loop.stores, targets, strict=True):
            value = body.values[store.value]
            body.code += target.address() + value + (V128_STORE if double else F64_STORE)
            body.code += target.immediate()
        return bytes(body.code)

    if not wide:
        function.code += nest.around(rounds(False), axes)
        return
    extent = loop.extents[-1]
    last = axes - 1
    code = function.repeat(extent // 2, rounds(True) + nest.advance(last, 2))
    if extent % 2:
        code += rounds(False)
    code += nest.rewind(last, extent - extent % 2)
    function.code += nest.around(code, last)


def emit_sum(function: Function, loop: Sum, live: int) -> None:
    """One round after the other."""
    nest = Nest(function, loop.extents, live)
    total = function.local(F64)
    target = nest.place(loop.target)
    if isinstance(loop.start, float):
        begin = f64(loop.start) + put(total)
    else:
        begin = nest.place(loop.start).push(F64_LOAD) + put(total)
    terms = [
        emit_term(function, nest, term, number, total) for number, term in enumerate(loop.terms)
    ]
    code = begin + b"".join(terms)
    code += target.address() + get(total) + F64_STORE + target.immediate()
    function.code += nest.around(code, nest.axes)


def emit_term(function: Function, nest: Nest, term: Term, number: int, total: int) -> bytes:
    """Add one product after the other."""
    axis = nest.axes
    factors = [term.left] if term.right is None else [term.left, term.right]
    unrolled = term.count <= UNROLLED and not any(
        each.start is not None and each.table_strides[axis] for each in factors
    )
    places = [nest.place(each, number) for each in factors]

    def add(k: int) -> bytes:
        code = get(total)
        for each, place in zip(factors, places, strict=True):
            code += place.push(F64_LOAD, 8 * k * each.strides[axis])
        return code + (F64_MUL if len(factors) > 1 else b"") + F64_ADD + put(total)

    if unrolled:
        return b"".join(add(k) for k in range(term.count))
    begin = bytes(nest.begin_of(axis + 1, number))
    code = function.repeat(term.count, begin + add(0) + nest.advance(axis, 1, number))
    return code + nest.rewind(axis, term.count, number)
