"""Plots of losses and of what a network has learned, as SVG."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import count
from typing import Any

from micrograd import intact  # noqa: F401 (it checks as it is imported)
from micrograd.engine import Value
from micrograd.mime import TRAINING
from micrograd.nn import Module
from micrograd.svg import (
    FAINT,
    LINES,
    NEGATIVE,
    POSITIVE,
    Picture,
    Shade,
    fields,
    for_json,
    picture,
)

WIDTH, HEIGHT = 480, 300
COLUMNS, ROWS = 48, 36
"""The grid on which scores are computed for a decision boundary."""

FRAMES = 64
"""The most moments of a training that a view keeps to look through; then it drops every second."""

UNITS = 64
"""A kept score is a whole number of parts of 1, from -127 to 127 of them."""

Model = Callable[[Sequence[float]], Value | float]
Scores = Callable[[Sequence[Sequence[float]]], Iterable[float]]

next_display = count(1).__next__


def plot_loss(
    losses: Sequence[float] | Mapping[str, Sequence[float]], log: bool = False, every: int = 1
) -> Picture:
    """Plot losses against the number of the step, from 0.

    Args:
        losses: the loss before each step; or several such lists by name.
        log: whether equal distances upwards are equal factors. Losses of 0 and less are left out.
        every: how many steps lie between two losses; if more than 1, the first was taken after
            so many.

    Raises:
        ValueError: there is no finite loss to plot, or `every` is below 1.

    Examples:
        >>> plot_loss([4.0, 2.0, 1.0, 0.5], log=True)
        <Loss curve: loss from 4 to 0.5>
    """
    if every < 1:
        raise ValueError(f"got every={every}, expected 1 or more steps between two losses")
    curves = losses if isinstance(losses, Mapping) else {"loss": losses}
    return picture(WIDTH, HEIGHT, *loss_parts(curves, log, every))


def loss_parts(
    curves: Mapping[str, Sequence[float]], log: bool, every: int = 1
) -> tuple[list[str], str]:
    """Return the parts and the description of a plot of losses."""
    first = every if every > 1 else 0
    kept = {
        name: [
            (first + every * i, y)
            for i, y in enumerate(ys)
            if math.isfinite(y) and (y > 0 or not log)
        ]
        for name, ys in curves.items()
    }
    parts, ends = curve_parts(kept, ("step", "loss"), log, from_zero=True)
    return parts, f"Loss curve: {ends}"


def plot_curves(
    curves: Mapping[str, Sequence[float]],
    xs: Sequence[float] | None = None,
    labels: tuple[str, str] = ("step", "value"),
) -> Picture:
    """Plot lists of numbers against the same places, a curve for each name.

    Args:
        curves: the numbers of each curve by name; those that are not finite are left out.
        xs: their places, from left to right; 0, 1, 2 and so on if not given.
        labels: the names of the two axes.

    Raises:
        ValueError: there is no finite number to plot, or a curve has not as many as there are
            places.

    Examples:
        >>> plot_curves({"square": [4.0, 0.0, 4.0]}, xs=[-2, 0, 2], labels=("x", "result"))
        <Curves: square from 4 to 4>
    """
    kept = {}
    for name, ys in curves.items():
        places = range(len(ys)) if xs is None else xs
        if len(places) != len(ys):
            raise ValueError(f"got {len(ys)} numbers for {name!r} and {len(places)} places")
        kept[name] = [(x, y) for x, y in zip(places, ys, strict=True) if math.isfinite(y)]
    parts, ends = curve_parts(kept, labels)
    return picture(WIDTH, HEIGHT, parts, f"Curves: {ends}")


def curve_parts(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    labels: tuple[str, str],
    log: bool = False,
    from_zero: bool = False,
) -> tuple[list[str], str]:
    """Return the parts of a plot of curves, and where each begins and ends in words.

    Args:
        curves: the places of each curve by name.
        labels: the names of the two axes.
        log: whether equal distances upwards are equal factors.
        from_zero: whether the axes begin at 0 or below, the upward one unless `log`.
    """
    points = [point for curve in curves.values() for point in curve]
    if not points:
        raise ValueError(f"got no finite {labels[1]}, expected at least 1")
    zero = [0.0] if from_zero else []
    across = [*zero, *(x for x, _ in points)]
    upwards = [*([] if log else zero), *(math.log10(y) if log else y for _, y in points)]
    axes = Axes(range_of(across), range_of(upwards))
    names, height = legend(list(curves)) if len(curves) > 1 else ([], 0)
    axes.top += height
    parts = [*axes.grid(*labels, log), *names]
    for i, curve in enumerate(curves.values()):
        path = " ".join(axes.at(x, math.log10(y) if log else y) for x, y in curve)
        colour = LINES[i % len(LINES)]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>')
    ends = ", ".join(
        f"{name} from {curve[0][1]:.4g} to {curve[-1][1]:.4g}"
        for name, curve in curves.items()
        if curve
    )
    return parts, ends


def legend(names: Sequence[str]) -> tuple[list[str], int]:
    """Return names in the colours of their curves, in rows above the plot, and their height."""
    parts, across, down = [], Axes.left, 0
    for i, name in enumerate(names):
        width = sum(13 if letter in "mwMW" else 8 for letter in name) + 14
        if across > Axes.left and across + width > WIDTH:
            across, down = Axes.left, down + 16
        colour = LINES[i % len(LINES)]
        parts.append(f'<text x="{across}" y="{down + 18}" fill="{colour}">{escape(name)}</text>')
        across += width
    return parts, down + 16


def plot_slope(
    function: Callable[[Value], Value],
    x: float,
    nudge: float = 0.5,
    low: float = -3.0,
    high: float = 3.0,
) -> Picture:
    """Plot a function of one number with its tangent at a place, and what a nudge changes.

    Args:
        function: from a Value to a Value.
        x: the place.
        nudge: how far to go from the place; the triangle has this width.
        low: where the curve begins.
        high: where it ends.

    Raises:
        ValueError: `low` is not below `high`, or the curve or its slope is not finite somewhere.

    Examples:
        >>> plot_slope(lambda a: a * a, 1.0, nudge=0.5)
        <Curve with its tangent at 1: slope 2; a nudge of 0.5 changes the result by 1.25>
    """
    if not low < high:
        raise ValueError(f"got low={low} and high={high}, expected low below high")
    at = Value(x)
    result = function(at)
    result.backward()
    y, slope = result.data, at.grad
    change = function(Value(x + nudge)).data - y
    steps = 120
    places = [low + (high - low) * k / steps for k in range(steps + 1)]
    heights = [function(Value(place)).data for place in places]
    if not all(map(math.isfinite, [*heights, y, slope, change])):
        raise ValueError(f"the curve from {low} to {high} or its slope at {x} is not finite")
    ends = [*heights, y, y + change, y + slope * nudge]
    room = 0.08 * (max(ends) - min(ends)) or 1.0
    axes = Axes((low, high), (min(ends) - room, max(ends) + room))
    curve = " ".join(map(axes.at, places, heights))
    description = (
        f"Curve with its tangent at {x:g}: slope {slope:.4g}; "
        f"a nudge of {nudge:g} changes the result by {change:.4g}"
    )
    parts = [
        *axes.grid("the number", "the result"),
        f'<polyline fill="none" stroke="currentColor" stroke-width="2" points="{curve}"/>',
        *slope_parts(axes, (x, y), slope, (nudge, change)),
    ]
    return picture(WIDTH, HEIGHT, parts, description)


def slope_parts(
    axes: Axes, at: tuple[float, float], slope: float, nudge: tuple[float, float]
) -> list[str]:
    """Return tangent, triangle of a nudge and place, coloured by the sign of the slope."""
    (x, y), (across, up) = at, nudge
    colour = POSITIVE if slope > 1e-9 else NEGATIVE if slope < -1e-9 else "currentColor"
    # The tangent ends where it leaves the frame.
    left = max(axes.x[0], edge_at(axes, at, slope, -1))
    right = min(axes.x[1], edge_at(axes, at, slope, 1))
    begin, end = (axes.at(place, y + slope * (place - x)) for place in (left, right))
    corner, tip = axes.at(x + across, y), axes.at(x + across, y + up)
    place_across, place_down = axes.place(x, y)
    words = f"slope {slope:.3g}".replace("-", "\N{MINUS SIGN}")
    return [
        f'<path fill="{colour}" fill-opacity="0.18" d="M{axes.at(x, y)}L{corner}L{tip}z"/>',
        f'<path fill="none" stroke="{colour}" stroke-dasharray="3 3" '
        f'd="M{axes.at(x, y)}L{corner}L{tip}"/>',
        f'<path fill="none" stroke="{colour}" stroke-width="2" d="M{begin}L{end}"/>',
        f'<circle cx="{place_across:.1f}" cy="{place_down:.1f}" r="4.5" fill="{colour}"/>',
        f'<text x="{axes.right - 6}" y="{axes.top + 14}" text-anchor="end" font-size="14" '
        f'fill="{colour}">{words}</text>',
    ]


def edge_at(axes: Axes, at: tuple[float, float], slope: float, side: int) -> float:
    """Return where a line through a place leaves the frame on one side, -1 left or 1 right."""
    x, y = at
    if not slope:
        return axes.x[(side + 1) // 2]
    upwards = slope * side > 0
    return x + (axes.y[int(upwards)] - y) / slope


def plot_points(xs: Sequence[Sequence[float]], ys: Sequence[float]) -> Picture:
    """Plot points of two classes.

    Args:
        xs: n pairs of coordinates.
        ys: n targets; above 0 is a circle, the others are squares.

    Raises:
        ValueError: the numbers of points and targets differ or are 0, or a point is no pair.

    Examples:
        >>> plot_points([[1.0, 0.5], [-1.0, 0.0]], [1.0, -1.0])
        <2 points>
    """
    axes = axes_around(xs, ys)
    return picture(
        WIDTH, HEIGHT, [*axes.grid("x1", "x2"), *markers(axes, xs, ys)], f"{len(xs)} points"
    )


def plot_boundary(
    model: Model,
    xs: Sequence[Sequence[float]],
    ys: Sequence[float],
) -> Picture:
    """Plot points of two classes over what a model says of the plane around them.

    Args:
        model: a network with two inputs and one output, compiled or not, or any function from a
            point to a score. The line is where the score is 0, and colour is the deeper, the
            farther the score is from 0.
        xs: n pairs of coordinates.
        ys: n targets; above 0 is a circle, the others are squares.

    Raises:
        ValueError: the numbers of points and targets differ or are 0, or a point is no pair.

    Examples:
        >>> plot_boundary(lambda x: x[0] + x[1], [[1.0, 0.5], [-1.0, 0.0]], [1.0, -1.0])
        <Decision boundary, 2 of 2 points on their side>
    """
    axes = axes_around(xs, ys)
    scores = scores_of(model)
    grid = [float(score) for score in scores(axes.points())]
    right = sum((s > 0) == (y > 0) for s, y in zip(scores(xs), ys, strict=True))
    description = f"Decision boundary, {right} of {len(xs)} points on their side"
    parts = [*regions(axes, grid), *axes.grid("x1", "x2"), *markers(axes, xs, ys)]
    return picture(WIDTH, HEIGHT, parts, description)


class TrainingView:
    """A display of a training that goes on: loss curve, points and decision boundary.

    When the last step is done, the page can show the boundary at each of the updates again.

    Args:
        xs: n pairs of coordinates; without them only the loss is shown.
        ys: n targets, above 0 or not.
        steps: how many updates there will be, if known.

    Examples:
        The first `update` shows the view, each other one redraws it.

        >>> import random
        >>> from micrograd import compile
        >>> from micrograd.datasets import moons
        >>> from micrograd.losses import hinge
        >>> from micrograd.nn import MLP
        >>> random.seed(0)
        >>> xs, ys = moons(40)
        >>> model = MLP(2, [4, 1], output="linear")
        >>> step = compile(lambda: hinge([model(x) for x in xs], ys), model.parameters())
        >>> view = TrainingView(xs, ys, steps=200)
        >>> for losses in step.slices(steps=200, lr=0.5, size=20):
        ...     view.update(losses, model)  # doctest: +SKIP
    """

    def __init__(
        self,
        xs: Sequence[Sequence[float]] = (),
        ys: Sequence[float] = (),
        steps: int | None = None,
    ) -> None:
        self.xs, self.ys, self.steps = xs, ys, steps
        self.axes = axes_around(xs, ys) if xs else None
        self.losses: list[float] = []
        self.display_id = ""
        self.model: Model | None = None
        self.frames: list[Frame] = []

    def update(
        self,
        losses: Sequence[float],
        model: Model | None = None,
    ) -> None:
        """Add losses, and draw the view again.

        Args:
            losses: those of the updates since the last call.
            model: as in `plot_boundary`; needed where there are points.
        """
        from IPython.display import display, update_display

        self.losses.extend(losses)
        bundle = self.bundle(model)
        if self.display_id:
            update_display(bundle, raw=True, display_id=self.display_id)
        else:
            self.display_id = f"micrograd-training-{next_display()}"
            display(bundle, raw=True, display_id=self.display_id)

    def bundle(self, model: Model | None) -> dict[str, Any]:
        """Return the display's data: a still picture, and numbers for the page's own drawing."""
        size = len(self.losses)
        stride = max(1, math.ceil(size / 500))
        kept = sorted({*range(0, size, stride), size - 1})
        payload: dict[str, Any] = {
            "version": 1,
            "step": size,
            "steps": self.steps,
            "loss": [self.losses[i] for i in kept],
            "loss_steps": kept,
            "points": len(self.xs),
            "accuracy": None,
            "done": self.steps is not None and size >= self.steps,
        }
        parts: list[str] = []
        description = "No finite loss"
        if any(map(math.isfinite, self.losses)):
            parts, description = loss_parts({"loss": self.losses}, log=False)
        width = WIDTH
        if self.axes is not None and model is not None:
            if model is not self.model:  # a network is compiled once, not at every update
                self.model, self.scores = model, scores_of(model)
            scores = self.scores
            grid = [float(score) for score in scores(self.axes.points())]
            right = sum((s > 0) == (y > 0) for s, y in zip(scores(self.xs), self.ys, strict=True))
            payload["accuracy"] = right / len(self.xs)
            self.keep(Frame(size, self.losses[-1] if size else math.nan, right, grid))
            if payload["done"]:
                payload["frames"] = frames_for_json(self.frames)
            parts += [
                f'<g transform="translate({WIDTH} 0)"><g class="micrograd-regions">',
                *regions(self.axes, grid),
                "</g>",
                *markers(self.axes, self.xs, self.ys),
                "</g>",
            ]
            description += f"; {right} of {len(self.xs)} points on their side"
            width *= 2
        shown = picture(width, HEIGHT, parts, description)
        return {**shown._repr_mimebundle_(), TRAINING: for_json(payload)}

    def keep(self, frame: Frame) -> None:
        """Keep a moment of the training, and of too many the first, the last and every second."""
        if self.frames and self.frames[-1].step == frame.step:
            self.frames.pop()
        if len(self.frames) == FRAMES:
            del self.frames[1::2]
        self.frames.append(frame)


class Frame:
    """A moment of a training.

    Attributes:
        step: how many updates came before.
        loss: that of the last of these updates.
        right: how many points are on their side.
        scores: one signed byte for each second point of the grid in both directions.
    """

    def __init__(self, step: int, loss: float, right: int, grid: Sequence[float]) -> None:
        self.step, self.loss, self.right = step, loss, right
        self.scores = bytes(
            whole_units(grid[row * COLUMNS + column]) & 0xFF
            for row in range(0, ROWS, 2)
            for column in range(0, COLUMNS, 2)
        )


def whole_units(score: float) -> int:
    """Return a score in whole units that keep its sign; 0 where it is not a number."""
    if math.isnan(score):
        return 0
    units = max(-127.0, min(127.0, score * UNITS))
    return math.ceil(units) if units > 0 else math.floor(units)


def frames_for_json(frames: Sequence[Frame]) -> dict[str, Any]:
    """Return the moments of a training as numbers for the page's own drawing.

    The scores are bytes in base64: of each frame the differences from the one before, modulo 256,
    which are small and pack well.
    """
    before = bytes(len(frames[0].scores))
    differences = bytearray()
    for frame in frames:
        differences += bytes((a - b) & 0xFF for a, b in zip(frame.scores, before, strict=True))
        before = frame.scores
    return {
        "columns": (COLUMNS + 1) // 2,
        "rows": (ROWS + 1) // 2,
        "units": UNITS,
        "steps": [frame.step for frame in frames],
        "loss": [frame.loss for frame in frames],
        "right": [frame.right for frame in frames],
        "scores": base64.b64encode(differences).decode("ascii"),
    }


class Axes:
    """The place of numbers in a plot: ranges `x` and `y` on a frame with room for its labels."""

    left, right, top, bottom = 56, WIDTH - 10, 10, HEIGHT - 40

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x, self.y = x, y

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return pixels from the left and from the top."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )

    def at(self, x: float, y: float) -> str:
        """Return the place as a pair in SVG."""
        across, down = self.place(x, y)
        return f"{across:.1f},{down:.1f}"

    def points(self) -> list[list[float]]:
        """Return the points of a grid, row by row from the lowest, from left to right."""
        return [
            [
                self.x[0] + (self.x[1] - self.x[0]) * column / (COLUMNS - 1),
                self.y[0] + (self.y[1] - self.y[0]) * row / (ROWS - 1),
            ]
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]

    def grid(self, across: str, upwards: str, log: bool = False) -> list[str]:
        """Return lines at round numbers, with the numbers, and the names of the axes."""
        parts = []
        for x in round_numbers(*self.x):
            place, _ = self.place(x, 0)
            number = f"{x:g}"
            centre = min(place, WIDTH - 5 * len(number))  # the last one may be wide
            parts.append(
                f'<path stroke="{FAINT}" d="M{place:.1f} {self.top}V{self.bottom}"/>'
                f'<text x="{centre:.1f}" y="{self.bottom + 16}" text-anchor="middle">'
                f"{number}</text>"
            )
        for y in round_exponents(*self.y) if log else round_numbers(*self.y):
            _, place = self.place(0, y)
            name = f"{10**y:.3g}" if log else f"{y:g}"
            parts.append(
                f'<path stroke="{FAINT}" d="M{self.left} {place:.1f}H{self.right}"/>'
                f'<text x="{self.left - 6}" y="{place + 4:.1f}" text-anchor="end">{name}</text>'
            )
        middle = (self.top + self.bottom) // 2
        parts.append(
            f'<text x="{(self.left + self.right) // 2}" y="{HEIGHT - 6}" text-anchor="middle">'
            f"{across}</text>"
            f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">'
            f"{upwards}</text>"
        )
        return parts


def range_of(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of some numbers; 1 apart if they are the same."""
    low, high = min(numbers), max(numbers)
    return low, high if high > low else low + 1


def axes_around(xs: Sequence[Sequence[float]], ys: Sequence[float]) -> Axes:
    """Return axes with some room around points, after a check of the points."""
    if len(xs) != len(ys) or not xs:
        raise ValueError(
            f"got {len(xs)} points and {len(ys)} targets, expected as many of both, and at least 1"
        )
    for x in xs:
        if len(x) != 2:
            raise ValueError(f"got the point {x!r}, expected a pair of coordinates")
    ranges = []
    for values in zip(*xs, strict=True):
        low, high = min(values), max(values)
        room = 0.15 * (high - low) or 1.0
        ranges.append((low - room, high + room))
    return Axes(*ranges)


def scores_of(model: Model) -> Scores:
    """Return the function that gives a model's scores for many points at once."""
    from micrograd import compiler

    if isinstance(model, Module):
        model = compiler.compile(model)
    if hasattr(model, "map"):
        compiled: Any = model
        return lambda points: list(compiled.map(points))

    def one_by_one(points: Sequence[Sequence[float]]) -> list[float]:
        results: list[Any] = [model(point) for point in points]
        return [getattr(result, "data", result) for result in results]

    return one_by_one


def markers(axes: Axes, xs: Sequence[Sequence[float]], ys: Sequence[float]) -> list[str]:
    """Return the points: circles for targets above 0, squares for the others."""
    parts = []
    for (x, y), target in zip(xs, ys, strict=True):
        across, down = axes.place(x, y)
        parts.append(
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="{POSITIVE}" '
            'stroke="currentColor" stroke-width="0.7"/>'
            if target > 0
            else f'<rect x="{across - 3.5:.1f}" y="{down - 3.5:.1f}" width="7" height="7" '
            f'fill="{NEGATIVE}" stroke="currentColor" stroke-width="0.7"/>'
        )
    return parts


def regions(axes: Axes, scores: Sequence[float]) -> list[str]:
    """Return the coloured plane and the line between its sides."""
    width = (axes.right - axes.left) / (COLUMNS - 1)
    height = (axes.bottom - axes.top) / (ROWS - 1)
    rows = [
        [shade(mean_of_corners(scores, row, column)) for column in range(COLUMNS - 1)]
        for row in range(ROWS - 1)
    ]
    parts = fields(rows, axes.left, axes.bottom, width, height)
    line = "".join(f"M{axes.at(*a)}L{axes.at(*b)}" for a, b in zero_line(axes.points(), scores))
    if line:
        parts.append(f'<path fill="none" stroke="currentColor" stroke-width="1.5" d="{line}"/>')
    return parts


def mean_of_corners(scores: Sequence[float], row: int, column: int) -> float:
    """Return the mean score of a cell of the grid."""
    i = row * COLUMNS + column
    return (scores[i] + scores[i + 1] + scores[i + COLUMNS] + scores[i + COLUMNS + 1]) / 4


def shade(score: float) -> Shade:
    """Return the shade of a score."""
    size = abs(score)
    return POSITIVE if score > 0 else NEGATIVE, 0.12 if size < 0.5 else 0.2 if size < 1 else 0.3


Point = Sequence[float]


def zero_line(points: Sequence[Point], scores: Sequence[float]) -> list[tuple[Point, Point]]:
    """Return the pieces of the line where the score is 0: one or two in a cell of the grid.

    Source: marching squares; the place on a cell's side is found by linear interpolation.
    """
    pieces: list[tuple[Point, Point]] = []
    for row in range(ROWS - 1):
        for column in range(COLUMNS - 1):
            i = row * COLUMNS + column
            corners = (i, i + 1, i + COLUMNS + 1, i + COLUMNS)
            crossings = []
            for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
                if (scores[a] > 0) != (scores[b] > 0):
                    part = scores[a] / (scores[a] - scores[b])
                    crossings.append(
                        [p + part * (q - p) for p, q in zip(points[a], points[b], strict=True)]
                    )
            pieces += zip(crossings[::2], crossings[1::2], strict=True)
    return pieces


def round_exponents(low: float, high: float) -> list[float]:
    """Return the exponents of three to eight numbers with one digit, of those from 10**low on."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for digits in (1,), (1, 2, 5):
        exponents = [decade + math.log10(digit) for decade in decades for digit in digits]
        found = [x for x in exponents if low - 1e-9 <= x <= high + 1e-9]
        if 3 <= len(found) <= 8:
            return found
    return round_numbers(low, high)


def round_numbers(low: float, high: float) -> list[float]:
    """Return three to seven numbers with few digits at equal distances in a range."""
    size = 10 ** math.floor(math.log10((high - low) / 3))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if (high - low) / (size * k) < 7)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]
