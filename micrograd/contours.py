"""The ground of a loss of two parameters, with the paths that walk over it, as SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from micrograd.engine import Value
from micrograd.plot import HEIGHT, WIDTH, Axes, zero_line
from micrograd.svg import BACKGROUND, LINES, Picture, picture

LEVELS = 12
DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""Paths differ in these too, for those to whom colours say little."""

Place = Sequence[float]


def plot_contours(
    function: Callable[[float, float], Value | float],
    paths: Mapping[str, Sequence[Place]] | None = None,
    *,
    x: tuple[float, float] = (-1.0, 1.0),
    y: tuple[float, float] = (-1.0, 1.0),
    names: tuple[str, str] = ("x", "y"),
) -> Picture:
    """Plot lines of equal height of a function of two numbers, and paths over them.

    Lines are the closer, the steeper it is. A path begins with a ring and ends with a dot; it stops
    where it leaves the picture.

    Args:
        function: gives the height, a number or a Value, at two numbers.
        paths: lists of pairs of numbers, by name.
        x: from where to where the first number goes, from left to right.
        y: from where to where the second number goes, from below upwards.
        names: those of the two numbers.

    Raises:
        ValueError: a range has no length, the function is not finite or the same everywhere, or a
            path has no place or a place that is no pair.

    Examples:
        >>> walk = {"walk": [(0.8, 0.8), (0.4, 0.2), (0.1, 0.0)]}
        >>> plot_contours(lambda x, y: x * x + 4 * y * y, walk)
        <Contours from 0.00372 to 5: walk from (0.8, 0.8) to (0.1, 0), height 0.01>
    """
    for low, high in (x, y):
        if not low < high:
            raise ValueError(f"got a range from {low} to {high}, expected the first to be less")
    axes = Axes(x, y)
    points = axes.points()
    heights = [height_of(function, point) for point in points]
    if not all(map(math.isfinite, heights)):
        raise ValueError("got a function that is not finite everywhere in the picture")
    low, high = min(heights), max(heights)
    if not low < high:
        raise ValueError(f"got a function that is {low} everywhere, expected one with heights")
    parts = [plane(axes), *axes.grid(escape(names[0]), escape(names[1]))]
    for k in range(1, LEVELS):
        # Of a bowl, squares of equal distances are lines of equal distances.
        level = low + (high - low) * (k / LEVELS) ** 2
        pieces = zero_line(points, [height - level for height in heights])
        line = "".join(f"M{axes.at(*a)}L{axes.at(*b)}" for a, b in pieces)
        parts.append(f'<path fill="none" stroke="currentColor" stroke-opacity="0.35" d="{line}"/>')
    told = []
    for k, (name, path) in enumerate((paths or {}).items()):
        if not path or any(len(place) != 2 for place in path):
            raise ValueError(f"got {path!r} for {name}, expected pairs of numbers, at least 1")
        parts += path_parts(axes, name, path, k)
        (from_x, from_y), (to_x, to_y) = path[0], path[-1]
        height = height_of(function, path[-1])
        told.append(
            f"{name} from ({from_x:.3g}, {from_y:.3g}) to ({to_x:.3g}, {to_y:.3g}), "
            f"height {height:.3g}"
        )
    words = f"Contours from {low:.3g} to {high:.3g}"
    return picture(WIDTH, HEIGHT, parts, ": ".join([words, *(["; ".join(told)] if told else [])]))


def plane(axes: Axes) -> str:
    """Return the ground, with the numbers at its edges: a pointer finds its place there."""
    return (
        f'<rect class="micrograd-plane" x="{axes.left}" y="{axes.top}" '
        f'width="{axes.right - axes.left}" height="{axes.bottom - axes.top}" fill="none" '
        f'data-x="{axes.x[0]} {axes.x[1]}" data-y="{axes.y[0]} {axes.y[1]}"/>'
    )


def height_of(function: Callable[[float, float], Value | float], place: Place) -> float:
    """Return the function's height at a place, as a number."""
    height = function(place[0], place[1])
    return float(getattr(height, "data", height))


def path_parts(axes: Axes, name: str, path: Sequence[Place], number: int) -> list[str]:
    """Return a path, its two ends and its name in the corner."""
    colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
    (left, right), (low, high) = axes.x, axes.y
    inside = []
    for x, y in path:
        if not (left <= x <= right and low <= y <= high):
            break
        inside.append((x, y))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    style = f'fill="none" stroke="{colour}" stroke-width="2"'
    row = axes.top + 14 + 17 * number
    across = axes.right - 8
    parts = [
        f'<rect x="{across - 34 - 7 * len(name)}" y="{row - 12}" width="{40 + 7 * len(name)}" '
        f'height="17" fill="{BACKGROUND}" fill-opacity="0.8"/>'
        f'<path {style}{dashes} d="M{across - 24} {row - 4}H{across}"/>'
        f'<text x="{across - 30}" y="{row}" text-anchor="end" fill="{colour}">{escape(name)}</text>'
    ]
    if inside:
        line = " ".join(axes.at(*place) for place in inside)
        first, last = axes.place(*inside[0]), axes.place(*inside[-1])
        parts.append(
            f'<polyline {style}{dashes} points="{line}"/>'
            f'<circle cx="{first[0]:.1f}" cy="{first[1]:.1f}" r="5" {style}/>'
            f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="4" fill="{colour}">'
            f"<title>{escape(name)}</title></circle>"
        )
    return parts
