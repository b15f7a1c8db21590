"""Pieces of SVG pictures that read on a light and on a dark page.

Colours are those of the page around; where it has none, dark on light.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from micrograd import intact  # noqa: F401 (it checks as it is imported)

FOREGROUND = "var(--figure-foreground, #222)"
BACKGROUND = "var(--figure-background, #fff)"
FAINT = "var(--figure-faint, #ddd)"
POSITIVE = "var(--figure-positive, #1f7fb0)"
NEGATIVE = "var(--figure-negative, #d0581e)"
LINES = (POSITIVE, NEGATIVE, "#2e9466", "#a35fc4", "#9a7d0a", "#c2477f")


class Picture:
    """An SVG picture with a description, which a notebook and the page show.

    Attributes:
        svg: the picture.
        description: what it shows, in a few words.
    """

    def __init__(self, svg: str, description: str) -> None:
        self.svg = svg
        self.description = description

    def __repr__(self) -> str:
        return f"<{self.description}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}


def picture(width: int, height: int, parts: Iterable[str], description: str) -> Picture:
    """Return a picture of so many pixels, made of its parts."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(description)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'color="{FOREGROUND}" fill="currentColor" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="{BACKGROUND}"/>'
    )
    return Picture(svg + "".join(parts) + "</svg>", description)


Shade = tuple[str, float]
"""A colour and its opacity."""


def fields(
    rows: Iterable[Sequence[Shade]], left: float, bottom: float, width: float, height: float
) -> list[str]:
    """Return the coloured fields of a grid: a path for each shade.

    Args:
        rows: the shades of each row, from the lowest row and from the left.
        left: where the grid begins.
        bottom: where its lowest row ends.
        width: of one field.
        height: of one field.
    """
    paths: dict[Shade, list[str]] = {}
    for row, shades in enumerate(rows):
        start = 0
        for column in range(1, len(shades) + 1):
            if column < len(shades) and shades[column] == shades[start]:
                continue
            across = (column - start) * width
            paths.setdefault(shades[start], []).append(
                f"M{left + start * width:.1f} {bottom - (row + 1) * height:.1f}"
                f"h{across:.1f}v{height:.1f}h{-across:.1f}z"
            )
            start = column
    return [
        f'<path fill="{colour}" fill-opacity="{opacity}" d="{"".join(path)}"/>'
        for (colour, opacity), path in sorted(paths.items())
    ]


def for_json(value: Any) -> Any:
    """Return a payload in which nan and infinities, which JSON does not have, are strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: for_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [for_json(item) for item in value]
    return value
