"""Find how addresses run: evenly along an axis, in a nest of axes, or by a table."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from micrograd.compiler.ir import Address

MAX_AXES = 3


def stride_of(cells: Sequence[int]) -> int | None:
    """The distance of neighbours, where it is the same for all."""
    count = len(cells)
    if count < 2:
        return 0
    first = cells[0]
    stride = cells[1] - first
    if cells[-1] - first != stride * (count - 1):
        return None
    evenly = range(first, first + stride * count, stride) if stride else [first] * count
    return stride if list(cells) == list(evenly) else None


@dataclass(slots=True)
class Access:
    """Where an operand of a group is: a row of cells for each member.

    Attributes:
        bases: the first cell of each member's row.
        strides: along the axes of a row, where all rows run evenly.
        offsets: along a row's last axis, where it does not run evenly but alike in all rows.
        rows: all cells, where there is no such order; then along all axes of a row.
        lengths: of the axes of a row.
    """

    bases: list[int]
    strides: tuple[int, ...]
    lengths: tuple[int, ...]
    offsets: list[int] | None = None
    rows: list[list[int]] | None = None


def in_rows(rows: Sequence[Sequence[int]], leading: tuple[int, ...] = ()) -> Access:
    """The access to rows of cells, with strides along axes before the row's own.

    Each row is the same sequence object where members share it.
    """
    bases = [row[0] for row in rows]
    length = len(rows[0])
    strides: set[int | None] = set()
    seen: set[int] = set()
    for row in rows:
        if id(row) not in seen:
            seen.add(id(row))
            strides.add(stride_of(row))
    if len(strides) == 1 and None not in strides:
        (stride,) = strides
        return Access(bases, (*leading, stride or 0), ())
    pattern = [cell - bases[0] for cell in rows[0]]
    if all([cell - base for cell in row] == pattern for row, base in zip(rows, bases, strict=True)):
        return Access(bases, (*leading, 0), (), offsets=pattern)
    return Access(bases, leading, (length,), rows=[list(row) for row in rows])


def chunks_of(cells: Sequence[int], length: int) -> list[int] | None:
    """The first cell of each chunk, where all chunks run alike and evenly."""
    stride = stride_of(cells[:length])
    if stride is None:
        return None
    starts = list(cells[::length])
    for k, start in enumerate(starts):
        chunk = cells[k * length : (k + 1) * length]
        if chunk[-1] - start != stride * (length - 1) or stride_of(chunk) != stride:
            return None
    return starts


def first_run(cells: Sequence[int]) -> int:
    """How many cells at the beginning run evenly."""
    stride = cells[1] - cells[0]
    count = 2
    while count < len(cells) and cells[count] - cells[count - 1] == stride:
        count += 1
    return count


def find_nest(count: int, sequences: Sequence[Sequence[int]], axes: int) -> tuple[int, ...]:
    """Split an axis of `count` rounds so that as many sequences as possible run evenly."""
    uneven = [cells for cells in sequences if stride_of(cells) is None]
    if not uneven or axes < 2:
        return (count,)
    lengths = {run for run in map(first_run, uneven) if run > 1 and count % run == 0}
    lengths.update({2 * run for run in lengths if count % (2 * run) == 0})
    best: tuple[int, int, list[list[int]]] = (0, count, [])
    for length in sorted(lengths):
        if length == count:
            continue
        found = [chunks for cells in sequences if (chunks := chunks_of(cells, length)) is not None]
        evenly = sum(stride_of(chunks) is not None for chunks in found)
        score = 2 * evenly + len(found)
        if score > best[0]:
            best = score, length, found
    even = 3 * (len(sequences) - len(uneven))
    if best[0] <= even:
        return (count,)
    _, length, found = best
    return (*find_nest(count // length, found, axes - 1), length)


class Table:
    """The table of a program: live entries, then what addresses need; equal pieces are one."""

    def __init__(self, live: int) -> None:
        self.entries = array("i", [0] * live)
        self.live = live
        self.pieces: dict[bytes, int] = {}

    def start_of(self, cells: Sequence[int]) -> int:
        """Where these cells stand in the table."""
        piece = array("i", cells)
        key = piece.tobytes()
        found = self.pieces.get(key)
        if found is None:
            found = self.pieces[key] = len(self.entries)
            self.entries.extend(piece)
        return found


def steps_of(nest: tuple[int, ...]) -> tuple[int, ...]:
    """How far apart rounds are along each axis, counted in the order in which they run."""
    steps = []
    step = 1
    for extent in reversed(nest):
        steps.append(step)
        step *= extent
    return tuple(reversed(steps))


def strides_in(cells: Sequence[int], nest: tuple[int, ...]) -> tuple[int, ...] | None:
    """The stride along each axis of a nest, where they describe the cells."""
    strides: list[int] = []
    rest: list[int] | None = list(cells)
    for extent in reversed(nest):
        assert rest is not None
        stride = stride_of(rest[:extent])
        if stride is None:
            return None
        rest = chunks_of(rest, extent) if extent > 1 else rest
        if rest is None:
            return None
        strides.append(stride)
    return tuple(reversed(strides))


def address(access: Access, nest: tuple[int, ...], table: Table) -> Address:
    """The address of an access in a nest of loops over the members."""
    if access.rows is not None:
        return address_of_rows(access, nest, table)
    row = access.strides
    strides = strides_in(access.bases, nest)
    if strides is not None:
        first = access.bases[0]
        if access.offsets is None:
            return Address(first, (*strides, *row))
        start = table.start_of(access.offsets)
        still = (0,) * (len(nest) + len(row) - 1)
        return Address(first, (*strides, *row), start, (*still, 1))
    if access.offsets is not None:
        rows = [[base + offset for offset in access.offsets] for base in access.bases]
        uneven = Access(access.bases, row[:-1], (len(access.offsets),), rows=rows)
        return address_of_rows(uneven, nest, table)
    still = (0,) * len(row)
    inner = nest[-1]
    starts = chunks_of(access.bases, inner) if len(nest) > 1 else None
    if starts is not None:
        stride = stride_of(access.bases[:inner]) or 0
        outer = steps_of(nest[:-1])
        return Address(
            0,
            (*(0,) * len(outer), stride, *row),
            table.start_of(starts),
            (*outer, 0, *still),
        )
    return Address(
        0, (*(0,) * len(nest), *row), table.start_of(access.bases), (*steps_of(nest), *still)
    )


def address_of_rows(access: Access, nest: tuple[int, ...], table: Table) -> Address:
    """The address where the table holds rows; rows that repeat along an axis stand there once."""
    rows = access.rows
    assert rows is not None
    size = len(rows[0])
    outer, inner = nest[:-1], nest[-1]
    steps = tuple([step * size for step in steps_of(nest)])
    if len(nest) > 1:
        if all(rows[k] == rows[k - k % inner] for k in range(len(rows))):
            rows = rows[::inner]
            steps = (*[step * size for step in steps_of(outer)], 0)
        elif all(rows[k] == rows[k % inner] for k in range(len(rows))):
            rows = rows[:inner]
            steps = (*(0,) * len(outer), size)
    start = table.start_of([cell for row in rows for cell in row])
    leading = access.strides
    axes = len(nest) + len(leading) + len(access.lengths)
    still = (0,) * len(leading)
    return Address(
        0,
        (*(0,) * len(nest), *leading, *(0,) * (axes - len(nest) - len(leading))),
        start,
        (*steps, *still, *steps_of(access.lengths)),
    )
