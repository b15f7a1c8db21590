"""Drawings of the book, whose room on the page is known before they are loaded."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

IMAGE = re.compile(r'<img (?P<others>[^>]*?)src="(?P<address>[^":]+\.svg)"')
SIZE = re.compile(r"<svg [^>]*?\bwidth=['\"](?P<width>\d+)['\"] height=['\"](?P<height>\d+)['\"]")


def with_sizes(html: str, folder: Path) -> str:
    """Write the width and height of each SVG file of `folder` at the images that show it.

    Raises ValueError for a file that does not say its size in whole pixels.
    """

    def sized(match: re.Match[str]) -> str:
        file = folder / PurePosixPath(match["address"]).name
        size = SIZE.search(file.read_text(encoding="utf-8"))
        if not size:
            raise ValueError(
                f"{file}: its <svg> has no width and height in whole pixels, in this order"
            )
        return f'<img width="{size["width"]}" height="{size["height"]}" {match[0][5:]}'

    return IMAGE.sub(sized, html)
