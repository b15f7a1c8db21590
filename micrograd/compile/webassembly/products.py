"""Products of matrices as WebAssembly functions, every sum added up in a given order.

The lanes of a vector are columns of the result, never terms of a sum, so no sum is split. Terms may
be left out where a factor is zero: to add 0.0 or -0.0 changes no sum but -0.0. (A sum that begins
with 0.0 never becomes -0.0; one that begins with a bias might, and relu makes both 0.0.) But zero
times an infinite number, or nan, is nan, so the other factors must be finite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from micrograd.compile.webassembly.assembler import (
    BR_IF,
    END,
    F64X2_ADD,
    F64X2_LE,
    F64X2_MUL,
    F64X2_SUB,
    I32,
    I32_ADD,
    I32_EQZ,
    I32_LOAD,
    I32_LT_U,
    I32_SHL,
    I32_STORE,
    I64,
    I64_CONST,
    I64_LOAD,
    I64_NE,
    I64_SHL,
    I64_STORE,
    IF,
    LOOP,
    V128,
    V128_ANDNOT,
    V128_ANY_TRUE,
    V128_LOAD,
    V128_LOAD64_SPLAT,
    V128_OR,
    V128_STORE,
    Function,
    f64x2,
    i32,
    unsigned,
)

TILE_ROWS, TILE_VECTORS = 4, 2
"""8 sums in registers; more would be spilled to memory, and so would those of an unrolled loop."""
SPARSE_VECTORS = 6
"""As many sums of one row."""
ENTRY = 16
"""Bytes of an entry in a list of a matrix's nonzero elements."""


@dataclass(frozen=True, slots=True)
class Product:
    """C[m][n] = start + sum over k of A[m][k] * B[k][n], n in vectors of two floats.

    Attributes:
        rows: how many m there are.
        vectors: how many vectors of n.
        depth: how many k.
        strides: in bytes: C's of a row, A's of m and of k, B's of k.
        start: "row" (a row of numbers), "zero", or "own" (what C has).
        newest_first: k runs downward.
        after: what the results go through: "relu"; or "relu slope", "tanh slope": times the slope
            of the activation whose result is at the same place of a fourth matrix.
    """

    rows: int
    vectors: int
    depth: int
    strides: tuple[int, int, int, int]
    start: str
    newest_first: bool = False
    after: str = ""

    @property
    def first(self) -> int:
        """The k that comes first."""
        return self.depth - 1 if self.newest_first else 0

    @property
    def move(self) -> int:
        """From one k to the next."""
        return -1 if self.newest_first else 1

    def list_size(self, share: float = 1.0) -> int:
        """Bytes of the list of A's nonzero elements if these are such a share; `nonzeros`."""
        # the entry behind the last one is overwritten too
        return ENTRY * (self.rows + int(share * self.rows * self.depth) + 1)

    def dense(self) -> Function:
        """The function of the addresses of C, A, B and of the row or the fourth matrix."""
        _, across, along, down = self.strides
        high, wide = min(TILE_ROWS, self.rows), min(TILE_VECTORS, self.vectors)
        if high < TILE_ROWS:
            wide = min(max(wide, 8 // high), self.vectors)
        if self.vectors == 1:
            high, wide = min(8, self.rows), 1
        tiles = Tiles(self, high, wide)
        function = tiles.function

        def add_up(tall: int, broad: int) -> None:
            function.copy(tiles.place_a, tiles.row_a, self.first * along)
            function.copy(tiles.place_b, tiles.column_b, self.first * down)

            def step() -> None:
                tiles.multiply_and_add(tall, broad, across)
                function.add(tiles.place_a, self.move * along)
                function.add(tiles.place_b, self.move * down)

            function.repeat(self.depth, step)
            function.add(tiles.row_a, tall * across)

        heights = [(self.rows // high, high), (1, self.rows % high)]
        widths = [(self.vectors // wide, wide), (1, self.vectors % wide)]
        tiles.cover(heights, widths, add_up)
        return function

    def sparse(self) -> Function:
        """The same of A's nonzero elements, as `nonzeros` lists them, in place of A's address."""
        count = -(-self.vectors // SPARSE_VECTORS)
        wide, wider = divmod(self.vectors, count)
        tiles = Tiles(self, 1, wide + (wider > 0))
        function = tiles.function
        end = function.local(I32)

        def more() -> None:
            function.get(tiles.place_a)
            function.get(end)
            function.emit(I32_LT_U)

        def add_up(_: int, broad: int) -> None:
            function.get(tiles.row_a)
            function.emit(I32_LOAD, b"\x00")
            function.set(end)
            function.copy(tiles.place_a, tiles.row_a, ENTRY)
            more()
            function.emit(IF, LOOP)
            function.get(tiles.place_a)
            function.emit(I32_LOAD, unsigned(8))
            function.get(tiles.column_b)
            function.emit(I32_ADD)
            function.set(tiles.place_b)
            tiles.multiply_and_add(1, broad, 0)
            function.add(tiles.place_a, ENTRY)
            more()
            function.emit(BR_IF, b"\x00", END, END)
            function.copy(tiles.row_a, end)

        tiles.cover([(self.rows, 1)], [(wider, wide + 1), (count - wider, wide)], add_up)
        return function

    def nonzeros(self) -> Function:
        """The function of the addresses of A and of a list: write the list, return its end.

        For each m it has an entry with the address of the entries' end, and then for each k whose
        element is not zero an entry of the element and of B's place, in the order of the sum.
        """
        _, across, along, down = self.strides
        function = Function([I32, I32], I32)
        row_a, entry = range(2)
        place_a, place_b, head = (function.local(I32) for _ in range(3))
        element = function.local(I64)

        def row() -> None:
            function.copy(head, entry)
            function.add(entry, ENTRY)
            function.copy(place_a, row_a, self.first * along)
            function.emit(i32(self.first * down))
            function.set(place_b)

            def step() -> None:
                function.get(entry)
                function.get(place_a)
                function.emit(I64_LOAD, b"\x00")
                function.tee(element)
                function.emit(I64_STORE, b"\x00")
                function.get(entry)
                function.get(place_b)
                function.emit(I32_STORE, unsigned(8))
                function.get(entry)
                # shifted to the left, -0.0 is 0 too
                function.get(element)
                function.emit(I64_CONST, b"\x01", I64_SHL, I64_CONST, b"\x00", I64_NE)
                function.emit(i32(4), I32_SHL, I32_ADD)
                function.set(entry)
                function.add(place_a, self.move * along)
                function.add(place_b, self.move * down)

            function.repeat(self.depth, step)
            function.get(head)
            function.get(entry)
            function.emit(I32_STORE, b"\x00")
            function.add(row_a, across)

        function.repeat(self.rows, row)
        function.get(entry)
        return function


class Tiles:
    """Runs over a product's result in tiles whose sums are kept in registers."""

    def __init__(self, product: Product, high: int, wide: int) -> None:
        self.product = product
        self.function = function = Function([I32] * 4)
        self.place_a, self.place_b = function.local(I32), function.local(I32)
        self.row_c, self.row_a, self.row_other = (function.local(I32) for _ in range(3))
        self.column_b, self.column_other, self.column_c = (function.local(I32) for _ in range(3))
        self.sums = {(i, j): function.local(V128) for i in range(high) for j in range(wide)}
        self.right = [function.local(V128) for _ in range(wide if high > 1 else 0)]
        self.left = function.local(V128)

    def vector(self, local: int, offset: int) -> None:
        """Push a vector."""
        self.function.get(local)
        self.function.emit(V128_LOAD, unsigned(offset))

    def multiply_and_add(self, tall: int, broad: int, across: int) -> None:
        """One k of a tile: elements of A, `across` bytes apart, times vectors of B."""
        function = self.function
        held = bool(self.right)
        for j in range(broad if held else 0):
            self.vector(self.place_b, 16 * j)
            function.set(self.right[j])
        for i in range(tall):
            function.get(self.place_a)
            function.emit(V128_LOAD64_SPLAT, unsigned(i * across))
            function.set(self.left)
            for j in range(broad):
                function.get(self.sums[i, j])
                function.get(self.left)
                if held:
                    function.get(self.right[j])
                else:
                    self.vector(self.place_b, 16 * j)
                function.emit(F64X2_MUL, F64X2_ADD)
                function.set(self.sums[i, j])

    def begin(self, tall: int, broad: int) -> None:
        """Put the start into a tile's sums."""
        function = self.function
        for i in range(tall):
            for j in range(broad):
                if self.product.start == "zero":
                    function.emit(f64x2(0.0))
                elif self.product.start == "row":
                    self.vector(self.column_other, 16 * j)
                else:
                    self.vector(self.row_c, i * self.product.strides[0] + 16 * j)
                function.set(self.sums[i, j])

    def finish(self, tall: int, broad: int) -> None:
        """Store a tile's sums, after what they go through."""
        function = self.function
        for i in range(tall):
            for j in range(broad):
                offset = i * self.product.strides[0] + 16 * j
                function.get(self.row_c)
                function.get(self.sums[i, j])
                match self.product.after:
                    case "relu":
                        function.get(self.sums[i, j])
                        function.emit(f64x2(0.0), F64X2_LE, V128_ANDNOT)
                    case "relu slope":
                        function.emit(f64x2(1.0))
                        self.vector(self.row_other, offset)
                        function.emit(f64x2(0.0), F64X2_LE, V128_ANDNOT, F64X2_MUL)
                    case "tanh slope":
                        function.emit(f64x2(1.0))
                        self.vector(self.row_other, offset)
                        self.vector(self.row_other, offset)
                        function.emit(F64X2_MUL, F64X2_SUB, F64X2_MUL)
                function.emit(V128_STORE, unsigned(offset))

    def cover(
        self,
        heights: list[tuple[int, int]],
        widths: list[tuple[int, int]],
        add_up: Callable[[int, int], None],
    ) -> None:
        """Columns of tiles: so many of so many vectors, and in each so many of so many rows."""
        function = self.function
        c, a, b, other = range(4)
        stride = self.product.strides[0]

        def column(broad: int) -> None:
            function.copy(self.row_c, self.column_c)
            function.copy(self.row_a, a)
            function.copy(self.row_other, self.column_other)

            def band(tall: int) -> None:
                self.begin(tall, broad)
                add_up(tall, broad)
                self.finish(tall, broad)
                function.add(self.row_c, tall * stride)
                function.add(self.row_other, tall * stride)

            for times, tall in heights:
                if tall:
                    function.repeat(times, lambda tall=tall: band(tall))  # type: ignore[misc]
            for local in (self.column_b, self.column_other, self.column_c):
                function.add(local, 16 * broad)

        function.copy(self.column_b, b)
        function.copy(self.column_other, other)
        function.copy(self.column_c, c)
        for times, broad in widths:
            if broad:
                function.repeat(times, lambda broad=broad: column(broad))  # type: ignore[misc]


def finite(vectors: int) -> Function:
    """The function of an address: whether so many vectors from there on are finite numbers."""
    function = Function([I32], I32)
    found = function.local(V128)
    vector = function.local(V128)

    def step() -> None:
        function.get(0)
        function.emit(V128_LOAD, b"\x00")
        function.tee(vector)
        function.get(vector)
        # x - x is 0 for a finite x, and nan for the others
        function.emit(F64X2_SUB)
        function.get(found)
        function.emit(V128_OR)
        function.set(found)
        function.add(0, 16)

    function.repeat(vectors, step)
    function.get(found)
    function.emit(V128_ANY_TRUE, I32_EQZ)
    return function
