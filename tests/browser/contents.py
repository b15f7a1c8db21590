"""What the book has: its pages, from the folder of their sources."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = "api/"
FENCE = re.compile(r"^ *```python(?! *\.noeval)", re.MULTILINE)


def pages_with_cells() -> list[str]:
    """Return the paths of the pages with live cells, in reading order; the front page is ''."""
    written = [
        path_of(file)
        for file in sorted((ROOT / "content").glob("*.md"))
        if FENCE.search(file.read_text(encoding="utf-8"))
    ]
    return [*written, REFERENCE]


def pages() -> list[str]:
    """Return the paths of all pages written for the book."""
    return [path_of(file) for file in sorted((ROOT / "content").glob("*.md"))]


def path_of(file: Path) -> str:
    """Return a page's path in the site: `content/06-name.md` is `name/`."""
    name = re.sub(r"^\d+-", "", file.stem)
    return "" if name == "index" else f"{name}/"
