"""Products of matrices, every sum added up in its order.

The lanes of a vector are columns of the result, never terms of a sum. The right matrix is packed
into panels of a few columns. Terms are left out where the left factor is zero, if there are many:
to add 0.0 or -0.0 changes no sum but -0.0. (A sum that does not begin with -0.0 never becomes it.)
But zero times an infinite number, or nan, is nan, so all factors on the right must be finite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from micrograd.compiler.ir import Address, Sum
from micrograd.compiler.webassembly.assembler import (
    BR_IF,
    ELSE,
    END,
    F64X2_ADD,
    F64X2_MUL,
    F64X2_SUB,
    I32,
    I32_ADD,
    I32_AND,
    I32_EQZ,
    I32_LOAD,
    I32_LT_U,
    I32_MUL,
    I32_SHL,
    I32_SHR_U,
    I32_STORE,
    I32_SUB,
    I64,
    I64_EQ,
    I64_LOAD,
    I64_NE,
    I64_SHL,
    I64_STORE,
    IF,
    LOOP,
    V128,
    V128_ANY_TRUE,
    V128_LOAD,
    V128_LOAD64_LANE,
    V128_LOAD64_SPLAT,
    V128_OR,
    V128_STORE,
    V128_STORE64_LANE,
    Function,
    add,
    call,
    f64x2,
    get,
    i32,
    i64,
    put,
    tee,
    unsigned,
)
from micrograd.compiler.webassembly.nests import CELL, LISTS, MOST_ROWS, MOST_TERMS, PANEL, Nest
from micrograd.compiler.webassembly.tiles import find_tiling

HIGH, WIDE = 4, 2
PANEL_VECTORS = 8
"""Vectors of a panel: as many sums of one row stay in registers."""
ENTRY = 16
"""Bytes of an entry in a list of a row's factors that are not zero."""
LEAST_LANES, LEAST_ROWS, LEAST_TERMS = 4, 8, 8
SPARSE_LANES = 32
"""Columns of a result for which it pays to look for zeros."""


@dataclass(frozen=True)
class Matrix:
    """Strides in bytes: from row to row, and along a row."""

    down: int
    along: int


@dataclass(frozen=True)
class Product:
    """C[u][v] = start[u][v] + Σ A[u][k] * B[k][v], k in order.

    Attributes:
        rows, lanes, terms: how many u, v and k there are.
        start: a number, or where starts are; zero strides where they are the same.
        sparse: whether it pays to look for zeros in A.
    """

    rows: int
    lanes: int
    terms: int
    a: Matrix
    b: Matrix
    c: Matrix
    start: Matrix | float
    sparse: bool

    @property
    def single_rows(self) -> bool:
        """Whether tiles leave rows over."""
        return bool(self.rows % HIGH or chunk_of(self.rows, MOST_ROWS) % HIGH)


def find_axes(loop: Sum) -> tuple[int, int, bool] | None:
    """The axes of rows and of lanes, and whether A is the left factor; None for no product."""
    if loop.in_order or len(loop.extents) < 2 or len(loop.terms) != 1:
        return None
    (term,) = loop.terms
    addresses = [term.left, term.right, loop.target]
    if not isinstance(loop.start, float):
        addresses.append(loop.start)
    if term.count < LEAST_TERMS or any(each is None or not each.is_affine for each in addresses):
        return None
    left, right, target = term.left, term.right, loop.target
    assert right is not None
    axes = len(loop.extents)
    for lanes in sorted(range(axes), key=lambda axis: (target.strides[axis] != 1, -axis)):
        for rows in range(axes):
            if (
                rows == lanes
                or loop.extents[rows] < LEAST_ROWS
                or loop.extents[lanes] < LEAST_LANES
            ):
                continue
            for a, b in ((left, right), (right, left)):
                if a.strides[rows] and b.strides[lanes] and not a.strides[lanes] | b.strides[rows]:
                    return rows, lanes, a is left
    return None


def chunk_of(count: int, most: int) -> int:
    """A size of chunks: all, or a divisor that is not small, or the most."""
    if count <= most:
        return count
    return next((size for size in range(most, most // 2, -1) if count % size == 0), most)


class Kernel:
    """The function of A, B, C, start (addresses), rows and terms that computes a product."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.function = function = Function([I32] * 6)
        self.a, self.b, self.c, self.start, self.rows, self.terms = range(6)
        vectors = (product.lanes + 1) // 2
        self.broad = min(vectors, PANEL_VECTORS)
        self.pitch = 16 * self.broad
        self.sums = [function.local(V128) for _ in range(max(self.broad, HIGH * WIDE))]
        names = ["left", "count", "source", "target", "place_a", "place_b", "row_a", "row_c"]
        self.left = function.local(V128)
        self.held = [function.local(V128) for _ in range(WIDE)]
        self.found = function.local(V128)
        for name in (*names[1:], "row_start", "entry", "head", "skips", "panel", "tile", "bands"):
            setattr(self, name, function.local(I32))
        self.element = function.local(I64)

    count: int
    source: int
    target: int
    place_a: int
    place_b: int
    row_a: int
    row_c: int
    row_start: int
    entry: int
    head: int
    skips: int
    panel: int
    tile: int
    bands: int

    def emit(self) -> Function:
        """All panels."""
        product, function = self.product, self.function
        if product.sparse:
            function.code += self.list_entries() + self.refuse_negative_zeros()
        full, rest = divmod(product.lanes, 2 * self.broad)
        start = product.start
        sideways = add(self.b, 2 * self.broad * product.b.along)
        sideways += add(self.c, 2 * self.broad * product.c.along)
        if isinstance(start, Matrix):
            sideways += add(self.start, 2 * self.broad * start.along)
        function.code += function.repeat(full, self.panel_of(2 * self.broad) + sideways)
        if rest:
            function.code += self.panel_of(rest)
        return function

    def counted(self, number: bytes, body: bytes) -> bytes:
        """The body's code, run a number of times that some code pushes."""
        left = self.function.local(I32)
        again = get(left) + i32(1) + I32_SUB + tee(left) + BR_IF + b"\x00" + END
        return number + tee(left) + IF + LOOP + body + again + END

    def list_entries(self) -> bytes:
        """For each row: an entry with the end of its entries, then those of A that are not zero.

        An entry is the factor, and how far in a panel the other is.
        """
        step = get(self.entry) + get(self.place_a) + I64_LOAD + b"\x00"
        step += tee(self.element) + I64_STORE + b"\x00"
        step += get(self.entry) + get(self.place_b) + I32_STORE + unsigned(8)
        # shifted to the left, -0.0 is 0 too
        shifted = get(self.element) + i64(1) + I64_SHL + i64(0) + I64_NE
        step += get(self.entry) + shifted + i32(4) + I32_SHL + I32_ADD + put(self.entry)
        step += add(self.place_a, self.product.a.along) + add(self.place_b, self.pitch)
        row = get(self.entry) + put(self.head) + add(self.entry, ENTRY)
        row += get(self.row_a) + put(self.place_a) + i32(PANEL) + put(self.place_b)
        row += self.counted(get(self.terms), step)
        row += get(self.head) + get(self.entry) + I32_STORE + b"\x00"
        row += add(self.row_a, self.product.a.down)
        code = i32(LISTS) + put(self.entry) + get(self.a) + put(self.row_a)
        code += self.counted(get(self.rows), row)
        # whether so few are not zero that it pays: 4 * entries < 3 * all
        entries = get(self.entry) + i32(LISTS) + I32_SUB + i32(2) + I32_SHR_U
        entries += get(self.rows) + i32(2) + I32_SHL + I32_SUB
        everything = get(self.rows) + get(self.terms) + I32_MUL + i32(3) + I32_MUL
        return code + entries + everything + I32_LT_U + put(self.skips)

    def refuse_negative_zeros(self) -> bytes:
        """Skip nothing where a sum begins with -0.0."""
        start = self.product.start
        if not isinstance(start, Matrix):
            return b""
        wrong = get(self.source) + I64_LOAD + b"\x00" + i64(-(1 << 63)) + I64_EQ
        step = get(self.skips) + wrong + I32_EQZ + I32_AND + put(self.skips)
        step += add(self.source, start.along)
        row = get(self.row_start) + put(self.source)
        row += self.function.repeat(self.product.lanes, step) + add(self.row_start, start.down)
        code = get(self.start) + put(self.row_start)
        return code + (self.counted(get(self.rows), row) if start.down else row)

    def panel_of(self, lanes: int) -> bytes:
        """Pack a panel, then go through all rows."""
        code = self.pack(lanes)
        dense = self.dense(lanes)
        if not self.product.sparse:
            return code + dense
        condition = get(self.found) + V128_ANY_TRUE + I32_EQZ + get(self.skips) + I32_AND
        return code + condition + IF + self.sparse(lanes) + ELSE + dense + END

    def pack(self, lanes: int) -> bytes:
        """Copy columns of B side by side, and note whether all are finite."""
        along = self.product.b.along
        step = b""
        for j in range(0, lanes, 2):
            alone = j + 1 == lanes
            value = self.vector(self.source, j * along, along, alone)
            step += get(self.target) + value
            if self.product.sparse:
                step += tee(self.left) + get(self.found) + get(self.left) + get(self.left)
                # x - x is 0 for a finite x, and nan for the others
                step += F64X2_SUB + V128_OR + put(self.found)
            step += V128_STORE + unsigned(8 * j)
        step += add(self.source, self.product.b.down) + add(self.target, self.pitch)
        code = get(self.b) + put(self.source) + i32(PANEL) + put(self.target)
        if self.product.sparse:
            code += f64x2(0.0) + put(self.found)
        return code + self.counted(get(self.terms), step)

    def vector(self, base: int, offset: int, stride: int, alone: bool = False) -> bytes:
        """Push two neighbours with a stride."""

        def at(more: int) -> tuple[bytes, bytes]:
            if more < 0:
                return get(base) + i32(more) + I32_ADD, b"\x00"
            return get(base), unsigned(more)

        address, immediate = at(offset)
        if stride == CELL and not alone:
            return address + V128_LOAD + immediate
        first = address + V128_LOAD64_SPLAT + immediate
        if alone or not stride:
            return first
        address, immediate = at(offset + stride)
        return address + first + V128_LOAD64_LANE + immediate + b"\x01"

    def begin(self, sums: list[int], row: int, lanes: int) -> bytes:
        """Put starts into the sums of one row."""
        start = self.product.start
        code = b""
        for j, local in enumerate(sums):
            if isinstance(start, Matrix):
                offset = row * start.down + 2 * j * start.along
                alone = 2 * j + 1 == lanes
                code += self.vector(self.row_start, offset, start.along, alone)
            else:
                code += f64x2(start)
            code += put(local)
        return code

    def finish(self, sums: list[int], row: int, lanes: int) -> bytes:
        """Store the sums of one row."""
        c = self.product.c
        code = b""
        for j, local in enumerate(sums):
            offset = row * c.down + 2 * j * c.along
            alone = 2 * j + 1 == lanes
            if c.along == CELL and not alone:
                code += self.at(self.row_c, offset, get(local) + V128_STORE)
                continue
            for lane in range(1 if alone else 2):
                store = get(local) + V128_STORE64_LANE
                code += self.at(self.row_c, offset + lane * c.along, store) + bytes([lane])
        return code

    def at(self, base: int, offset: int, instruction: bytes) -> bytes:
        """An instruction at an offset from an address."""
        if offset < 0:
            return get(base) + i32(offset) + I32_ADD + instruction + b"\x00"
        return get(base) + instruction + unsigned(offset)

    def from_first_row(self) -> bytes:
        """Go to the first row of C, A and the starts."""
        code = get(self.c) + put(self.row_c) + get(self.a) + put(self.row_a)
        return code + get(self.start) + put(self.row_start)

    def next_rows(self, count: int) -> bytes:
        """Go some rows further."""
        code = add(self.row_c, count * self.product.c.down)
        code += add(self.row_a, count * self.product.a.down)
        start = self.product.start
        return code + (
            add(self.row_start, count * start.down) if isinstance(start, Matrix) else b""
        )

    def sparse(self, lanes: int) -> bytes:
        """Rows of a panel, from the lists."""
        vectors = (lanes + 1) // 2
        sums = self.sums[:vectors]
        more = get(self.entry) + get(self.head) + I32_LT_U
        step = get(self.entry) + V128_LOAD64_SPLAT + b"\x00" + put(self.left)
        step += get(self.entry) + I32_LOAD + unsigned(8) + put(self.place_b)
        for j, local in enumerate(sums):
            step += get(local) + get(self.left) + get(self.place_b) + V128_LOAD + unsigned(16 * j)
            step += F64X2_MUL + F64X2_ADD + put(local)
        step += add(self.entry, ENTRY)
        row = self.begin(sums, 0, lanes)
        row += get(self.entry) + I32_LOAD + b"\x00" + put(self.head) + add(self.entry, ENTRY)
        row += more + IF + LOOP + step + more + BR_IF + b"\x00" + END + END
        row += self.finish(sums, 0, lanes) + self.next_rows(1)
        code = self.from_first_row() + i32(LISTS) + put(self.entry)
        return code + self.counted(get(self.rows), row)

    def dense(self, lanes: int) -> bytes:
        """Rows of a panel: tiles of four rows, then single rows."""
        wide, rest = divmod(lanes, 2 * WIDE)
        c, start = self.product.c, self.product.start
        sideways = add(self.row_c, 2 * WIDE * c.along) + add(self.panel, 16 * WIDE)
        back = add(self.row_c, -2 * WIDE * wide * c.along)
        if isinstance(start, Matrix):
            sideways += add(self.row_start, 2 * WIDE * start.along)
            back += add(self.row_start, -2 * WIDE * wide * start.along)
        band = i32(PANEL) + put(self.panel)
        band += self.function.repeat(wide, self.tile_of(HIGH, 2 * WIDE) + sideways)
        if rest:
            band += self.tile_of(HIGH, rest)
        band += back + self.next_rows(HIGH)
        code = self.from_first_row()
        code += self.counted(get(self.rows) + i32(2) + I32_SHR_U, band)
        if not self.product.single_rows:
            return code
        single = i32(PANEL) + put(self.panel) + self.tile_of(1, lanes) + self.next_rows(1)
        return code + self.counted(get(self.rows) + i32(3) + I32_AND, single)

    def tile_of(self, height: int, lanes: int) -> bytes:
        """A tile whose sums stay in registers."""
        vectors = (lanes + 1) // 2
        sums = [self.sums[i * vectors : (i + 1) * vectors] for i in range(height)]
        code = b"".join(self.begin(sums[i], i, lanes) for i in range(height))
        code += get(self.row_a) + put(self.place_a) + get(self.panel) + put(self.place_b)
        step = b""
        several = height > 1
        for j in range(vectors if several else 0):
            step += get(self.place_b) + V128_LOAD + unsigned(16 * j) + put(self.held[j])
        for i in range(height):
            step += self.at(self.place_a, i * self.product.a.down, V128_LOAD64_SPLAT)
            step += put(self.left)
            for j in range(vectors):
                loaded = get(self.place_b) + V128_LOAD + unsigned(16 * j)
                right = get(self.held[j]) if several else loaded
                step += get(sums[i][j]) + get(self.left) + right
                step += F64X2_MUL + F64X2_ADD + put(sums[i][j])
        step += add(self.place_a, self.product.a.along) + add(self.place_b, self.pitch)
        code += self.counted(get(self.terms), step)
        return code + b"".join(self.finish(sums[i], i, lanes) for i in range(height))


def emit_product(
    function: Function,
    loop: Sum,
    axes: tuple[int, int, bool],
    is_zero: Callable[[Address], bool],
    live: int,
    number: Callable[[Function], int],
) -> None:
    """Call a kernel, which gets a number, for all of the loop."""
    rows, lanes, left_is_a = axes
    (term,) = loop.terms
    right = term.right
    assert right is not None
    a, b = (term.left, right) if left_is_a else (right, term.left)
    count = len(loop.extents)
    chunk = chunk_of(term.count, MOST_TERMS)
    start: Address | float = loop.start if chunk == term.count else loop.target
    begin = None
    if isinstance(start, Address):
        begin = Matrix(CELL * start.strides[rows], CELL * start.strides[lanes])
    product = Product(
        loop.extents[rows],
        loop.extents[lanes],
        term.count,
        Matrix(CELL * a.strides[rows], CELL * a.strides[count]),
        Matrix(CELL * b.strides[count], CELL * b.strides[lanes]),
        Matrix(CELL * loop.target.strides[rows], CELL * loop.target.strides[lanes]),
        begin if begin is not None else float(start),  # type: ignore[arg-type]
        is_zero(a) and loop.extents[lanes] >= SPARSE_LANES,
    )
    if chunk < term.count and start != loop.start:
        tiling = find_tiling(Sum(loop.extents, loop.target, loop.start, ()))
        assert tiling is not None
        tiling.emit(function, live)
    kernel = call(number(Kernel(product).emit()))
    outer = [axis for axis in range(count) if axis not in (rows, lanes)]
    nest = Nest(function, [loop.extents[axis] for axis in outer], live)

    def address(each: Address | float, row: int, k: int) -> bytes:
        if not isinstance(each, Address):
            return i32(0)
        base = each.base + row * each.strides[rows]
        base += k * each.strides[count] if len(each.strides) > count else 0
        place = nest.place(Address(base, tuple([each.strides[axis] for axis in outer])))
        if place.local is None:
            return i32(place.offset)
        return get(place.local) + i32(place.offset) + I32_ADD

    block = chunk_of(product.rows, MOST_ROWS)
    code = b""
    for k in range(0, term.count, chunk):
        for row in range(0, product.rows, block):
            code += address(a, row, k) + address(b, 0, k)
            code += address(loop.target, row, 0) + address(start, row, 0)
            code += i32(min(block, product.rows - row)) + i32(min(chunk, term.count - k))
            code += kernel
    function.code += nest.around(code, nest.axes)
