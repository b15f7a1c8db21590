"""`python -m book.notebooks CONTENT CACHE OUT`: run the pages' cells and write their notebooks.

Their links lead to `SITE_URL`, where the environment names it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from files import write_whole

from book import reference
from book.chapter import Chapter, check_names, read_chapter
from book.drawing import RenderError
from book.errors import ChapterError
from book.notebook import make_notebook
from book.recording import recorded


def write_notebooks(chapters: Iterable[Chapter], cache: Path, out: Path) -> list[str]:
    """A notebook for each page with cells, and nothing else, in `out`; gives their names."""
    with_cells = [chapter for chapter in chapters if chapter.cells]
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=2) as pool:
        names = list(
            pool.map(
                _write_notebook,
                with_cells,
                [cache] * len(with_cells),
                [out] * len(with_cells),
            )
        )
    for old in out.glob("*.ipynb"):
        if old.name not in names:
            old.unlink()
    return names


def _write_notebook(chapter: Chapter, cache: Path, out: Path) -> str:
    notebook = make_notebook(chapter, recorded(chapter, cache), os.environ.get("SITE_URL", ""))
    # Not by nbformat, which makes lists of lines (JupyterLite shows outputs with commas between
    # them) and takes away that the outputs are trusted (without which it shows no plot).
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path = out / chapter.notebook_name
    # An untouched file keeps its time, so that what is made from it is not made again.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)
    return chapter.notebook_name


def main(arguments: list[str]) -> int:
    """Write the notebooks, or say which chapter fails and where."""
    content, cache, out = map(Path, arguments)
    try:
        paths = sorted(content.rglob("*.md"))
        check_names(path.relative_to(content).as_posix() for path in paths)
        chapters = [read_chapter(path) for path in paths]
        if reference.sections():
            chapters.append(reference.chapter())
        names = write_notebooks(chapters, cache, out)
    except (ChapterError, RenderError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"notebooks: {len(names)} in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
