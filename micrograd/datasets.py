"""Examples to learn from: points and the class of each, handwritten digits, names.

Functions that make points return `(xs, ys)`: a list of inputs and a list of targets, 1.0 or -1.0;
those of `plane` and `hills`, which are for regression, lie between.
Random ones are the same again for the same seed.
Digits and names are files of the book's site, read when they are first asked for.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from micrograd import intact  # noqa: F401 (it checks as it is imported)

Dataset = tuple[list[list[float]], list[float]]


def four_examples() -> Dataset:
    """Return four examples with three inputs each, small enough to follow every number.

    Source: Karpathy, "The spelled-out intro to neural networks and backpropagation", 2022.

    Examples:
        >>> xs, ys = four_examples()
        >>> xs[0], ys[0]
        ([2.0, 3.0, -1.0], 1.0)
    """
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    return xs, [1.0, -1.0, -1.0, 1.0]


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return two half circles that reach into each other.

    Args:
        n: how many points; half of them, rounded up, on the upper moon (class 1).
        noise: the standard deviation of what is added to each coordinate.
        seed: of the noise and of the order.

    Raises:
        ValueError: `n` is below 2, or `noise` below 0.

    The same shape as scikit-learn's `make_moons`: the upper moon is the unit circle's upper half,
    the lower one its lower half, moved by (1, 0.5).

    Examples:
        >>> from micrograd.plot import plot_points
        >>> plot_points(*moons(100))
        <100 points>
    """
    upper, lower = halves(n, noise)
    points = [(math.cos(t), math.sin(t), 1.0) for t in spread(math.pi, upper)]
    points += [(1 - math.cos(t), 0.5 - math.sin(t), -1.0) for t in spread(math.pi, lower)]
    return shuffled(points, noise, seed)


def circles(n: int = 100, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Return a circle of radius 0.5 (class 1) inside one of radius 1.

    Args and errors are those of `moons`.

    Examples:
        >>> from micrograd.plot import plot_points
        >>> plot_points(*circles(100))
        <100 points>
    """
    inner, outer = halves(n, noise)
    turn = 2 * math.pi
    points = [
        (0.5 * math.cos(turn * i / inner), 0.5 * math.sin(turn * i / inner), 1.0)
        for i in range(inner)
    ]
    points += [(math.cos(turn * i / outer), math.sin(turn * i / outer), -1.0) for i in range(outer)]
    return shuffled(points, noise, seed)


def spiral(n: int = 100, noise: float = 0.02, seed: int = 0) -> Dataset:
    """Return two arms that wind once around each other, from the middle out to radius 1.

    Args and errors are those of `moons`.

    Examples:
        >>> from micrograd.plot import plot_points
        >>> plot_points(*spiral(100))
        <100 points>
    """
    first, second = halves(n, noise)
    points = []
    for arm, count, target in ((0.0, first, 1.0), (math.pi, second, -1.0)):
        for t in spread(1.0, count):
            radius, angle = 0.1 + 0.9 * t, arm + 2 * math.pi * t
            points.append((radius * math.cos(angle), radius * math.sin(angle), target))
    return shuffled(points, noise, seed)


def xor(n: int = 100, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return points of the square from -1 to 1; class 1 where one coordinate is above 0, not both.

    Args and errors are those of `moons`.

    Examples:
        >>> from micrograd.plot import plot_points
        >>> plot_points(*xor(100))
        <100 points>
    """
    halves(n, noise)
    random = Random(seed)
    pairs = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(n)]
    return shuffled([(x, y, 1.0 if x * y < 0 else -1.0) for x, y in pairs], noise, seed)


def digits() -> tuple[list[list[float]], list[int]]:
    """Return 1,797 handwritten digits as images of 8 by 8 pixels, and which digit each is.

    Returns:
        images: 64 numbers each, row by row from the top, from 0.0 (paper) to 1.0 (ink) in steps
            of 1/16.
        labels: the digit of each image, 0 to 9.

    Raises:
        FileNotFoundError: the file is not where this Python looks for it.

    The order is the file's: 13 writers, one after another.
    A pixel says how much of a field of 4 by 4 finer pixels is ink.
    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998 (the part for testing), CC BY 4.0.

    Examples:
        >>> images, labels = digits()
        >>> len(images), len(images[0]), labels[:10]
        (1797, 64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    images, labels = [], []
    for line in file_of("digits.txt").splitlines():
        label, pixels = line.split()
        images.append([int(pixel, 17) / 16 for pixel in pixels])
        labels.append(int(label))
    return images, labels


def names() -> list[str]:
    """Return 8,403 first names of the English-speaking world, in small letters from a to z.

    Returns:
        Each name once, in the order of the alphabet.

    Raises:
        FileNotFoundError: the file is not where this Python looks for it.

    Source: Grady Ward, Moby Word II, in the public domain; names with a hyphen are left out.

    Examples:
        >>> from micrograd.datasets import names
        >>> names()[:3]
        ['aaren', 'aarika', 'aaron']
    """
    return file_of("names.txt").split()


@cache
def file_of(name: str) -> str:
    """Return the text of a data set's file: beside this module, or else from the book's site.

    Raises:
        FileNotFoundError: it is not there.
    """
    path = Path(__file__).parent / "data" / name
    if path.is_file():
        return path.read_text(encoding="utf-8")
    if sys.platform != "emscripten":
        raise FileNotFoundError(
            f"there is no {path}: copy {name} there from pyodide/data/ of the book's site, "
            "or run `make parts` in the book's project, which makes it"
        )
    import js
    import pyodide_js

    # A cell does not wait: the answer has to be there when this returns.
    try:
        request = js.XMLHttpRequest.new()
        request.open("GET", f"{pyodide_js.lockfileBaseUrl}data/{name}", False)
        request.send()
        status = request.status
    except Exception:
        status = 0
    if status != 200:
        raise FileNotFoundError(
            f"{name} could not be loaded from the book's site (status {status}): "
            "is there a connection? Run the cell again once there is"
        )
    return str(request.responseText)


def gauss(n: int = 100, noise: float = 0.25, seed: int = 0) -> Dataset:
    """Return two clouds of normally distributed points, around (0.5, 0.5) and (-0.5, -0.5).

    Args and errors are those of `moons`.

    Examples:
        >>> from micrograd.plot import plot_points
        >>> plot_points(*gauss(100))
        <100 points>
    """
    first, second = halves(n, noise)
    return shuffled([(0.5, 0.5, 1.0)] * first + [(-0.5, -0.5, -1.0)] * second, noise, seed)


def plane(n: int = 100, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return points of the square from -1 to 1, whose target is the mean of the coordinates.

    Args and errors are those of `moons`.

    Examples:
        >>> xs, ys = plane(3)
        >>> ys[0] == sum(xs[0]) / 2
        True
    """
    return surface(lambda x, y: (x + y) / 2, n, noise, seed)


HILLS = [
    (-2 / 3, 0.4, 1.0),
    (0.0, 0.4, -1.0),
    (2 / 3, 0.4, 1.0),
    (-2 / 3, -0.4, -1.0),
    (0.0, -0.4, 1.0),
    (2 / 3, -0.4, -1.0),
]
"""Where the tops and the bottoms of `hills` are, and how high."""


def hills(n: int = 100, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return points of the square from -1 to 1, whose target is the height among six cones.

    Three cones rise to 1 and three fall to -1; each is 0 at a distance of 1/3 from its middle.
    Args and errors are those of `moons`.

    Examples:
        >>> xs, ys = hills(50)
        >>> min(ys) >= -1 and max(ys) <= 1
        True
    """

    def height(x: float, y: float) -> float:
        heights = [top * max(0.0, 1 - 3 * math.dist((x, y), (a, b))) for a, b, top in HILLS]
        return max(heights, key=abs)

    return surface(height, n, noise, seed)


def surface(height: Callable[[float, float], float], n: int, noise: float, seed: int) -> Dataset:
    """Return points of the square from -1 to 1 with a height as target."""
    halves(n, noise)
    random = Random(seed)
    pairs = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(n)]
    return shuffled([(x, y, height(x, y)) for x, y in pairs], noise, seed)


def halves(n: int, noise: float) -> tuple[int, int]:
    """Check the arguments of a data set; return how many points each class has."""
    if n < 2:
        raise ValueError(f"n is {n!r}, expected at least 2 points")
    if noise < 0:
        raise ValueError(f"noise is {noise!r}, expected 0 or more")
    return (n + 1) // 2, n // 2


def spread(end: float, count: int) -> list[float]:
    """Return so many numbers at equal distances from 0 to `end`."""
    return [end * i / max(count - 1, 1) for i in range(count)]


def shuffled(points: list[tuple[float, float, float]], noise: float, seed: int) -> Dataset:
    """Return points in random order, moved by normally distributed noise."""
    random = Random(seed)
    random.shuffle(points)
    xs = [[x + random.gauss(0, noise), y + random.gauss(0, noise)] for x, y, _ in points]
    return xs, [target for _, _, target in points]
