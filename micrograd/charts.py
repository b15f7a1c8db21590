"""Charts of numbers that have names: heat maps, bars and points with labels, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import count

from micrograd.plot import HEIGHT, WIDTH, axes_around
from micrograd.svg import FAINT, NEGATIVE, POSITIVE, Picture, picture

next_display = count(1).__next__

READ_ALOUD = 40
"""So many cells of a heat map are read out one by one; of more, the largest of each row."""


def plot_heatmap(
    rows: Sequence[Sequence[float | None]],
    row_names: Sequence[str],
    column_names: Sequence[str],
    *,
    across: str = "",
    down: str = "",
    spec: str = ".2f",
) -> Picture:
    """Plot a table of numbers: the deeper the colour, the farther a number is from 0.

    A pointer that rests on a cell is told its names and its number. Where there is room, the number
    stands in the cell.

    Args:
        rows: the table; a `None` stays empty.
        row_names: a name for each row.
        column_names: a name for each column.
        across: what the columns are.
        down: what the rows are.
        spec: the format of the numbers.

    Raises:
        ValueError: there is no cell, or names are missing, or rows differ in length.

    Examples:
        >>> plot_heatmap([[1.0, None], [0.25, 0.75]], ["a", "b"], ["a", "b"])
        <Heat map of 2 rows and 2 columns. a: a 1.00. b: a 0.25, b 0.75>
    """
    lengths = sorted({len(row) for row in rows})
    if not rows or lengths != [len(column_names)] or lengths[0] == 0 or len(rows) != len(row_names):
        raise ValueError(
            f"got {len(rows)} rows of the lengths {lengths}, {len(row_names)} names of rows and "
            f"{len(column_names)} of columns, expected a name for each, and at least 1"
        )
    most = max(
        (abs(x) for row in rows for x in row if x is not None and math.isfinite(x)), default=0
    )
    side = max(14, min(52, 420 // len(column_names)))
    letter = 8 * max(map(len, row_names))
    left, top = 14 + letter + (18 if down else 0), 24 + (18 if across else 0)
    width, height = left + side * len(column_names) + 10, top + side * len(rows) + 10
    small = 11 if side < 20 else 13
    parts = [f'<g font-size="{small}">']
    for k, name in enumerate(column_names):
        parts.append(
            f'<text x="{left + side * (k + 0.5):g}" y="{top - 6}" text-anchor="middle">'
            f"{escape(name)}</text>"
        )
    for i, (name, row) in enumerate(zip(row_names, rows, strict=True)):
        y = top + side * i
        parts.append(
            f'<text x="{left - 6}" y="{y + side / 2 + 4:g}" text-anchor="end">{escape(name)}</text>'
        )
        for k, x in enumerate(row):
            parts += heat_cell(
                (left + side * k, y, side), f"{name}, {column_names[k]}", x, most, spec
            )
    parts.append("</g>")
    if across:
        middle = left + side * len(column_names) / 2
        parts.append(f'<text x="{middle:g}" y="16" text-anchor="middle">{escape(across)}</text>')
    if down:
        parts.append(
            f'<text transform="translate(14 {top + side * len(rows) / 2:g}) rotate(-90)" '
            f'text-anchor="middle">{escape(down)}</text>'
        )
    words = f"Heat map of {len(rows)} rows and {len(column_names)} columns."
    return picture(
        width, height, parts, f"{words} {heat_words(rows, row_names, column_names, spec)}"
    )


def heat_cell(
    place: tuple[int, int, int], names: str, x: float | None, most: float, spec: str
) -> list[str]:
    """Return a cell: its square, with its names and number on hover, and the number if it fits."""
    across, down, side = place
    square = f'<rect x="{across}" y="{down}" width="{side - 1}" height="{side - 1}"'
    if x is None:
        return [
            f'{square} fill="none" stroke="{FAINT}"><title>{escape(names)}: none</title></rect>'
        ]
    share = abs(x) / most if most and math.isfinite(x) else 0.0
    number = format(x, spec)
    colour, depth = POSITIVE if x >= 0 else NEGATIVE, f"{0.04 + 0.66 * share:.2f}"
    parts = [
        f'{square} fill="{colour}" fill-opacity="{depth}">'
        f"<title>{escape(names)}: {number}</title></rect>"
    ]
    if side >= 34:
        parts.append(
            f'<text x="{across + (side - 1) / 2:g}" y="{down + side / 2 + 4:g}" '
            f'text-anchor="middle" pointer-events="none">{number}</text>'
        )
    return parts


def heat_words(
    rows: Sequence[Sequence[float | None]],
    row_names: Sequence[str],
    column_names: Sequence[str],
    spec: str,
) -> str:
    """Return what a heat map shows, in words."""
    told = []
    all_of_them = sum(map(len, rows)) <= READ_ALOUD
    for name, row in zip(row_names, rows, strict=True):
        cells = [(k, x) for k, x in enumerate(row) if x is not None]
        if not all_of_them:
            cells = [max(cells, key=lambda cell: cell[1])] if cells else []
        told.append(f"{name}: " + ", ".join(f"{column_names[k]} {x:{spec}}" for k, x in cells))
    return ("" if all_of_them else "The largest of each row: ") + ". ".join(told)


def plot_bars(
    values: Mapping[str, float],
    *,
    name: str = "probability",
    top: float | None = None,
    spec: str = ".2f",
) -> Picture:
    """Plot a bar for each name.

    A pointer that rests on a bar is told its name and its number.

    Args:
        values: the numbers by name, 0 or more.
        name: what they are.
        top: the number at the upper end; the largest, if not given.
        spec: the format of the numbers.

    Raises:
        ValueError: there are no bars, or a number is below 0 or not finite.

    Examples:
        >>> plot_bars({"a": 0.75, "b": 0.25})
        <Bars of the probability, the largest first: a 0.75, b 0.25>
    """
    if not values or not all(math.isfinite(x) and x >= 0 for x in values.values()):
        raise ValueError(f"got {values!r}, expected at least one bar, and numbers from 0 on")
    end = top or max(values.values()) or 1.0
    height, left, right = 180, 12, 6
    floor, ceiling = height - 26, 24
    each = (WIDTH - left - right) / len(values)
    parts = [f'<path stroke="{FAINT}" d="M{left} {floor}H{WIDTH - right}"/>']
    for k, (label, x) in enumerate(values.items()):
        tall = (floor - ceiling) * min(x, end) / end
        across = left + each * k
        middle = across + each / 2
        number = format(x, spec)
        parts.append(
            f'<rect x="{across + each * 0.1:.1f}" y="{floor - tall:.1f}" width="{each * 0.8:.1f}" '
            f'height="{tall:.1f}" fill="{POSITIVE}"><title>{escape(label)}: {number}</title></rect>'
            f'<text x="{middle:.1f}" y="{floor + 17}" text-anchor="middle">{escape(label)}</text>'
        )
        if each >= 34:
            parts.append(
                f'<text x="{middle:.1f}" y="{floor - tall - 5:.1f}" text-anchor="middle">'
                f"{number}</text>"
            )
    largest = sorted(values.items(), key=lambda item: -item[1])[:5]
    told = ", ".join(f"{label} {x:{spec}}" for label, x in largest)
    parts.append(f'<text x="{left}" y="14">{escape(name)}</text>')
    return picture(WIDTH, height, parts, f"Bars of the {name}, the largest first: {told}")


def plot_labels(
    places: Mapping[str, Sequence[float]], emphasis: str | Sequence[str] = (), words: str = ""
) -> Picture:
    """Plot names at their places in the plane.

    Args:
        places: a pair of coordinates by name.
        emphasis: the names that get another colour; of a string, each letter.
        words: what the picture shows, for those who cannot see it.

    Raises:
        ValueError: there is no name, or a place is no pair.

    Examples:
        >>> plot_labels({"a": (0.0, 1.0), "b": (1.0, 0.0)}, emphasis="a")
        <2 names in the plane: a, b>
    """
    points = list(places.values())
    axes = axes_around(points, [1.0] * len(points))
    parts = axes.grid("first number", "second number")
    for name, (x, y) in places.items():
        across, down = axes.place(x, y)
        colour = NEGATIVE if name in emphasis else POSITIVE
        parts.append(
            f'<g><title>{escape(name)}: {x:.2f}, {y:.2f}</title><circle cx="{across:.1f}" '
            f'cy="{down:.1f}" r="10" fill="{colour}" fill-opacity="0.25"/><text '
            f'x="{across:.1f}" y="{down + 5:.1f}" text-anchor="middle" font-size="15">'
            f"{escape(name)}</text></g>"
        )
    told = words or f"{len(places)} names in the plane: {', '.join(places)}"
    return picture(WIDTH, HEIGHT, parts, told)


class LivePicture:
    """A display whose picture is replaced: the first `update` shows it, each other one redraws it.

    Examples:
        >>> live = LivePicture()
        >>> for share in 0.25, 0.5:
        ...     live.update(plot_bars({"a": share, "b": 1 - share}))  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self.display_id = ""

    def update(self, shown: Picture) -> None:
        """Show a picture in the place of the one before."""
        from IPython.display import display, update_display

        bundle = shown._repr_mimebundle_()
        if self.display_id:
            update_display(bundle, raw=True, display_id=self.display_id)
        else:
            self.display_id = f"micrograd-picture-{next_display()}"
            display(bundle, raw=True, display_id=self.display_id)
