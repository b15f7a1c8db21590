"""The picture that a link to a page shows where links are previewed."""

from __future__ import annotations

import io
import math
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from settings import book

from book.chapter import page_name, parse_front_matter
from book.navigation import title_of

FONTS = Path(__file__).parent.parent / "node_modules" / "@fontsource-variable"
SERIF = FONTS / "source-serif-4" / "files" / "source-serif-4-latin-wght-normal.woff2"

SIZE = (1200, 630)
MARGIN = 80
PAPER, INK, PENCIL, TEAL = "#fffdf9", "#211f1c", "#5f5b54", "#0b5f66"

LAYERS = (3, 4, 4, 1)
"""The network of the training chapter, drawn at the right."""


def preview_path(file_name: str) -> str:
    """Where the picture of a page is in the site."""
    return f"assets/previews/{page_name(file_name)}.png"


def preview_of(file_name: str, source: str) -> bytes:
    """The picture of the page whose Markdown is `source`."""
    chapter = re.match(r"0*(\d+)-", file_name)
    above = f"{book().name}, chapter {chapter[1]}" if chapter else book().name
    description = parse_front_matter(source, file_name).get("description", "")
    return preview(title_of(file_name, source), str(description), above)


def preview(title: str, description: str, above: str) -> bytes:
    """A PNG of 1200 by 630 pixels with a page's title and description below the line `above`."""
    # Twice the pixels, halved at the end: Pillow draws lines without smoothing.
    picture = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]), PAPER)
    draw = ImageDraw.Draw(picture)
    if book().own.preview == "network":
        _network(draw, left=830, top=120, width=280, height=390)
    draw.rectangle((0, 0, 36, 2 * SIZE[1]), fill=TEAL)
    _write(draw, above, 76, 34, 500, TEAL)
    y = 140
    for line in _lines(title, _font(84, 650), 690):
        _write(draw, line, y, 84, 650, INK)
        y += 96
    y += 24
    for line in _lines(description, _font(36, 400), 690)[:4]:
        _write(draw, line, y, 36, 400, PENCIL)
        y += 50
    buffer = io.BytesIO()
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    small.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(SERIF, 2 * size)
    font.set_variation_by_axes([weight])
    return font


def _write(
    draw: ImageDraw.ImageDraw, text: str, y: int, size: int, weight: int, colour: str
) -> None:
    draw.text((2 * MARGIN, 2 * y), text, font=_font(size, weight), fill=colour)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that are at most `width` wide, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= 2 * width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _network(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, height: int) -> None:
    columns = []
    for index, count in enumerate(LAYERS):
        x = left + width * index / (len(LAYERS) - 1)
        step = height / max(LAYERS)
        start = top + (height - step * (count - 1)) / 2
        columns.append([(2 * x, 2 * (start + step * row)) for row in range(count)])
    for before, after in pairwise(columns):
        for i, start_point in enumerate(before):
            for j, end_point in enumerate(after):
                strength = 0.5 + 0.5 * math.sin(3 * i + 5 * j + len(before))
                draw.line((start_point, end_point), fill="#b9d3d2", width=round(2 + 5 * strength))
    for column in columns:
        for x, y in column:
            draw.ellipse((x - 32, y - 32, x + 32, y + 32), fill=PAPER, outline=TEAL, width=6)
