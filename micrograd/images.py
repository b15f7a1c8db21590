"""Small pictures of pixels: inputs as a network gets them, and weights as pictures, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from micrograd.svg import FAINT, NEGATIVE, POSITIVE, Picture, picture

SHADES = 16
"""How many depths of a colour there are."""


def plot_images(
    images: Sequence[Sequence[float]],
    captions: Sequence[object] = (),
    *,
    columns: int = 10,
    width: int | None = None,
) -> Picture:
    """Plot images of pixels, row by row from the top.

    The deeper the colour, the farther a pixel is from 0; the largest of all images is the deepest.
    Where numbers are below 0, these have another colour.

    Args:
        images: lists of numbers, all of one length.
        captions: a text under each image.
        columns: how many images stand side by side.
        width: how many pixels a row of an image has; without it an image is a square.

    Raises:
        ValueError: there is no image, or they differ in length, or no rows can be made of one, or
            captions are missing, or a pixel is not finite, or `columns` is below 1.

    Examples:
        >>> from micrograd import datasets
        >>> images, labels = datasets.digits()
        >>> plot_images(images[:3], labels[:3])
        <3 images of 8 by 8 pixels: 0, 1, 2>
    """
    sizes = sorted({len(image) for image in images})
    if len(sizes) != 1 or sizes == [0]:
        raise ValueError(
            f"got {len(images)} images of the lengths {sizes}, expected at least 1, all of the same"
        )
    across = width or math.isqrt(sizes[0])
    if across < 1 or sizes[0] % across or (width is None and across**2 != sizes[0]):
        raise ValueError(
            f"got images of {sizes[0]} pixels and width={width}, expected a width that divides them"
        )
    if captions and len(captions) != len(images):
        raise ValueError(
            f"got {len(captions)} captions, expected one for each of {len(images)} images"
        )
    if columns < 1:
        raise ValueError(f"got columns={columns}, expected 1 or more")
    numbers = [pixel for image in images for pixel in image]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("got a pixel that is not finite")
    most = max(map(abs, numbers)) or 1.0
    down = sizes[0] // across
    side = max(1, min(96, 480 // min(columns, len(images)) - 10) // max(across, down))
    wide, high = side * across + 10, side * down + (26 if captions else 10)
    signed = min(numbers) < 0
    parts = []
    for k, image in enumerate(images):
        left, top = wide * (k % columns) + 5, high * (k // columns) + 5
        caption = str(captions[k]) if captions else ""
        parts.append(
            f'<g transform="translate({left} {top})">'
            f'<rect width="{side * across}" height="{side * down}" fill="none" stroke="{FAINT}"/>'
            f"{''.join(pixels(image, across, side, most, signed))}"
        )
        if caption:
            parts.append(
                f'<text x="{side * across / 2:g}" y="{side * down + 14}" text-anchor="middle">'
                f"{escape(caption)}</text>"
            )
        parts.append("</g>")
    many = "image" if len(images) == 1 else "images"
    told = f": {', '.join(map(str, captions))}" if captions else ""
    return picture(
        wide * min(columns, len(images)),
        high * math.ceil(len(images) / columns),
        parts,
        f"{len(images)} {many} of {across} by {down} pixels{told}",
    )


def pixels(image: Sequence[float], across: int, side: int, most: float, signed: bool) -> list[str]:
    """Return a path for each colour and depth that an image has."""
    paths: dict[tuple[str, int], list[str]] = {}
    for k, pixel in enumerate(image):
        depth = math.ceil(SHADES * abs(pixel) / most - 1e-9)
        if depth:
            colour = (POSITIVE if pixel > 0 else NEGATIVE) if signed else "currentColor"
            square = f"M{side * (k % across)} {side * (k // across)}h{side}v{side}h-{side}z"
            paths.setdefault((colour, depth), []).append(square)
    return [
        f'<path fill="{colour}" fill-opacity="{depth / SHADES:g}" d="{"".join(path)}"/>'
        for (colour, depth), path in sorted(paths.items())
    ]
