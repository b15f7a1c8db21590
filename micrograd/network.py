"""A picture of a network in which each neuron has its own picture of the plane."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from micrograd.draw import short
from micrograd.plot import axes_around
from micrograd.svg import BACKGROUND, FAINT, NEGATIVE, POSITIVE, Picture, Shade, fields, picture

WIDTH = 480
SIDE = 20
"""The small pictures have so many fields in both directions."""

MOST_NEURONS = 24
"""So many neurons side by side can still be told apart."""

THICKEST = 6.0


def plot_network(model: Any, xs: Sequence[Sequence[float]], ys: Sequence[float]) -> Picture:
    """Plot a network of two inputs, each neuron as its own picture of the plane around points.

    The colour of a place says what the neuron puts out there: blue above 0, orange below. Each line
    is a weight: the thicker, the larger, in the same two colours; a pointer that rests on a line or
    a neuron is told its numbers. After the pictures of TensorFlow Playground (Smilkov and Carter).

    Args:
        model: a network with `layers` of `neurons`, each with weights `w` and a bias `b`, as `MLP`
            has them.
        xs: n pairs of coordinates.
        ys: n targets; above 0 is a circle, the others are squares.

    Raises:
        TypeError: a model without layers of neurons.
        ValueError: a model that has not two inputs, or a layer of more than 24 neurons; the numbers
            of points and targets differ or are 0.

    Examples:
        >>> from micrograd import MLP
        >>> plot_network(MLP(2, [3, 1]), [[0.0, 1.0], [1.0, 0.0]], [1.0, -1.0])
        <Network of 2 inputs and layers of 3 and 1 neurons>
    """
    layers: list[Any] = [getattr(layer, "neurons", None) for layer in getattr(model, "layers", [])]
    if not layers or not all(layers):
        raise TypeError(
            f"plot_network got {model!r}, expected a network with layers of neurons, such as "
            "MLP(2, [4, 1])"
        )
    if (inputs := len(layers[0][0].w)) != 2:
        raise ValueError(f"the network has {inputs} inputs, expected 2: the plane has as many")
    if (most := max(map(len, layers))) > MOST_NEURONS:
        raise ValueError(f"a layer has {most} neurons, expected at most {MOST_NEURONS} to draw")
    axes = axes_around(xs, ys)
    size = 52 if most <= 5 else 38 if most <= 10 else 24
    height = most * (size + 8) + 30
    columns: list[Any] = [["x1", "x2"], *layers]
    gap = (WIDTH - size - 8) / len(layers)

    def place(column: int, row: int) -> tuple[float, float]:
        top = 26 + (most - len(columns[column])) * (size + 8) / 2
        return 4 + column * gap, top + row * (size + 8)

    side = [(k + 0.5) / SIDE for k in range(SIDE)]
    points = [[axes.x[0] + u * (axes.x[1] - axes.x[0]), v] for v in side for u in side]
    points = [[x, axes.y[0] + v * (axes.y[1] - axes.y[0])] for x, v in points]
    maps = maps_of(model, points)
    largest = max(abs(w.data) for layer in layers for neuron in layer for w in neuron.w) or 1.0
    lines, boxes = [], []
    for column, layer in enumerate(layers, 1):
        for row, neuron in enumerate(layer):
            for source, weight in enumerate(neuron.w):
                ends = place(column - 1, source), place(column, row)
                lines.append(link(*ends, size, weight.data, thickness(weight.data, largest)))
    for column, pictures in enumerate(maps):
        for row, outputs in enumerate(pictures):
            x, y = place(column, row)
            words = words_of(columns, column, row)
            marks = small_markers(axes, xs, ys, size) if column == len(layers) else []
            boxes.append(
                f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(words)}</title>'
                f'<rect width="{size}" height="{size}" fill="{BACKGROUND}"/>'
                f"{''.join(small_picture(outputs, size))}{''.join(marks)}"
                f'<rect width="{size}" height="{size}" fill="none" stroke="currentColor"/></g>'
            )
    names = ["inputs", *(f"layer {k}" for k in range(1, len(layers))), "output"]
    heads = [
        f'<text x="{place(column, 0)[0] + size / 2:.1f}" y="16" text-anchor="middle">{name}</text>'
        for column, name in enumerate(names)
    ]
    sizes = [str(len(layer)) for layer in layers]
    described = f"Network of 2 inputs and layers of {' and '.join(sizes)} neurons"
    return picture(WIDTH, height, [*lines, *boxes, *heads], described)


def maps_of(model: Any, points: Iterable[Sequence[float]]) -> list[list[list[float]]]:
    """Return for the inputs and for each layer, neuron by neuron, the outputs at all points."""
    sizes = [2, *(len(layer.neurons) for layer in model.layers)]
    found: list[list[list[float]]] = [[[] for _ in range(size)] for size in sizes]
    for point in points:
        outputs: Any = list(point)
        for number, column in zip(outputs, found[0], strict=True):
            column.append(number)
        for layer, columns in zip(model.layers, found[1:], strict=True):
            outputs = layer(outputs)
            outputs = outputs if isinstance(outputs, list) else [outputs]
            outputs = [getattr(output, "data", output) for output in outputs]
            for number, column in zip(outputs, columns, strict=True):
                column.append(number)
    return found


def thickness(weight: float, largest: float) -> float:
    """Return how thick the line of a weight is."""
    return 0.6 + (THICKEST - 0.6) * abs(weight) / largest


def link(
    start: tuple[float, float], end: tuple[float, float], size: int, weight: float, thick: float
) -> str:
    """Return the line of a weight, from the right side of one picture to the left of another."""
    (x, y), (u, v) = (start[0] + size, start[1] + size / 2), (end[0], end[1] + size / 2)
    middle = (x + u) / 2
    colour = POSITIVE if weight > 0 else NEGATIVE
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{thick:.1f}" '
        f'stroke-opacity="0.8" d="M{x:.1f},{y:.1f}C{middle:.1f},{y:.1f} {middle:.1f},{v:.1f} '
        f'{u:.1f},{v:.1f}"><title>weight {short(weight)}</title></path>'
    )


def words_of(columns: Sequence[Sequence[Any]], column: int, row: int) -> str:
    """Return what is told of a picture: an input's name, or a neuron's numbers."""
    if not column:
        return f"input {columns[0][row]}"
    neuron = columns[column][row]
    weights = ", ".join(short(weight.data) for weight in neuron.w)
    return f"neuron {row + 1} of layer {column}: weights {weights}, bias {short(neuron.b.data)}"


def small_picture(outputs: Sequence[float], size: int) -> list[str]:
    """Return the coloured fields of a neuron's picture."""
    reach = max((abs(x) for x in outputs if math.isfinite(x)), default=1.0)
    scale = reach if reach > 1.0 else 1.0
    shades = [shade(x / scale) for x in outputs]
    rows = [shades[row * SIDE : (row + 1) * SIDE] for row in range(SIDE)]
    return fields(rows, 0, size, size / SIDE, size / SIDE)


def shade(output: float) -> Shade:
    """Return the shade of an output from -1 to 1."""
    part = abs(output)
    opacity = 0.08 if not part > 0.1 else 0.25 if part < 0.4 else 0.45 if part < 0.8 else 0.65
    return POSITIVE if output > 0 else NEGATIVE if output < 0 else FAINT, opacity


def small_markers(axes: Any, xs: Any, ys: Any, size: int) -> list[str]:
    """Return the points, for a small picture."""
    parts = []
    for (x, y), target in zip(xs, ys, strict=True):
        across = size * (x - axes.x[0]) / (axes.x[1] - axes.x[0])
        down = size - size * (y - axes.y[0]) / (axes.y[1] - axes.y[0])
        parts.append(
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="1.6" fill="{POSITIVE}"/>'
            if target > 0
            else f'<rect x="{across - 1.4:.1f}" y="{down - 1.4:.1f}" width="2.8" height="2.8" '
            f'fill="{NEGATIVE}"/>'
        )
    return parts
