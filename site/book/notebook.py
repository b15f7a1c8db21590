"""A recorded chapter as a notebook, for JupyterLite or any Jupyter."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from book.blocks import Cell, Exercise, Prediction, Prose, fill_figures, short_hash
from book.chapter import Chapter, page_name
from book.forked_checks import HARNESS
from book.recording import Output, Recording
from book.tokens import outside_code

NOTEBOOK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAGICS = Path(__file__).with_name("notebook_magics.py")
MAY_FAIL = "%%may_fail\n"

LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
OUTSIDE = re.compile(r"[a-z]+:|#")

CHECK_NOTE = "The next cell checks the one above it: run yours, then the check."
SOLUTION_NOTE = (
    "The next cell is the solution, folded away. "
    "It runs with the others, so that the cells below it have what they need; "
    "delete it to run them with your own."
)


def make_notebook(chapter: Chapter, recording: Recording, site_url: str = "") -> NotebookNode:
    """The chapter's prose and cells with the recorded outputs, in nbformat 4.5.

    An exercise's check is a code cell tagged `check`, its solution a folded one tagged `solution`.
    A cell that is meant to fail, or has blanks, begins with `%%may_fail`, so that "Run All Cells"
    reaches the end.
    Pictures travel inside the notebook; links to other pages lead to `site_url`, and are plain text
    where it is not known.
    """
    notebook: NotebookNode = nbformat.v4.new_notebook()
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "name": "python",
                "display_name": "Python (Pyodide)",
                "language": "python",
            },
            "language_info": {"name": "python"},
        }
    )
    prose: list[str] = [] if _has_title(chapter) else [f"# {chapter.title}"]

    def add(cell: NotebookNode, name: str = "") -> None:
        # Not as live cells are named: nbformat gives one of two equal ids a random one instead.
        place = short_hash(chapter.name, "place", str(len(notebook.cells)), length=8)
        cell.id = name if NOTEBOOK_ID.fullmatch(name) else place
        notebook.cells.append(cell)

    def add_live(cell: Cell, is_starter: bool = False) -> None:
        add_prose()
        # By the name that the page has for a cell, its edits find their place.
        add(_live_cell(cell, recording.of(cell), is_starter), cell.id)

    def add_folded(source: str, tag: str) -> None:
        add_prose()
        add(_folded_cell(source, tags=[tag]))

    def add_magics_once() -> None:
        if not any("magics" in cell.metadata.get("tags", []) for cell in notebook.cells):
            add_folded(magics(), "magics")

    def add_prose() -> None:
        if text := "\n\n".join(part for part in prose if part.strip()).strip():
            add(_markdown_cell(text, chapter.path.parent, site_url))
        prose.clear()

    for block, values in zip(chapter.blocks, recording.figures, strict=True):
        if isinstance(block, Prose):
            prose.append(fill_figures(block.text, values))
        elif isinstance(block, Prediction):
            prose.append("\n".join(prediction_markdown(block, recording)))
        elif isinstance(block, Exercise):
            add_magics_once()
            add_live(block.starter, is_starter=True)
            for hint, text in zip(block.hints, block.filled(values), strict=True):
                summary = f"<summary>{hint.summary}</summary>"
                prose.append(f"<details>{summary}\n\n{text}\n\n</details>")
            prose.append(CHECK_NOTE)
            add_folded(f"%%check {block.name}\n{block.check.source}", "check")
            prose.append(SOLUTION_NOTE)
            add_folded(f"# Solution\n{block.solution.source}", "solution")
        else:
            if block.may_fail:
                add_magics_once()
            add_live(block)
    add_prose()
    nbformat.validate(notebook)
    return notebook


def _has_title(chapter: Chapter) -> bool:
    first = chapter.blocks[0] if chapter.blocks else None
    return isinstance(first, Prose) and first.text.lstrip().startswith("# ")


def _markdown_cell(text: str, folder: Path, site_url: str) -> NotebookNode:
    def moved(link: re.Match[str]) -> str:
        target = link["target"]
        if OUTSIDE.match(target):
            return link.group()
        if link["image"]:
            # Not an attachment: JupyterLab shows no SVG that is one.
            kind = mimetypes.guess_type(target)[0] or "application/octet-stream"
            data = base64.b64encode((folder / target).read_bytes()).decode()
            return f"![{link['text']}](data:{kind};base64,{data})"
        if not site_url:
            return link["text"]
        page, hash_mark, anchor = target.partition("#")
        name = page_name(PurePosixPath(page).name)
        path = "" if name == "index" else f"{name}/"
        return f"[{link['text']}]({site_url}{path}{hash_mark}{anchor})"

    pieces = (
        LINK.sub(moved, piece) if is_prose else piece for piece, is_prose in outside_code(text)
    )
    cell: NotebookNode = nbformat.v4.new_markdown_cell("".join(pieces))
    return cell


def magics() -> str:
    """The code of a cell that makes `%%may_fail` and `%%check`, which judges what ran before it."""
    code, _, _ = MAGICS.read_text(encoding="utf-8").partition("HARNESS = ")
    return f"{code}HARNESS = r'''\n{HARNESS.read_text(encoding='utf-8')}'''"


def _folded_cell(source: str, tags: list[str]) -> NotebookNode:
    metadata = {"jupyter": {"source_hidden": True}, "tags": tags, "trusted": True}
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    return cell


def _live_cell(cell: Cell, outputs: list[Output], is_starter: bool) -> NotebookNode:
    source = f"{MAY_FAIL}{cell.source}" if is_starter or cell.may_fail else cell.source
    tags = list(cell.tags)
    metadata: dict[str, object] = {}
    if is_starter:
        # Blanks that nobody has filled in yet do not end "Run all".
        tags += ["exercise", "raises-exception"]
    if cell.fold:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    if tags:
        metadata["tags"] = tags
    # The outputs are the build's own: without this mark, JupyterLite shows no plot among them.
    metadata["trusted"] = True
    node: NotebookNode = nbformat.v4.new_code_cell(
        source, metadata=metadata, outputs=[nbformat.from_dict(o) for o in outputs]
    )
    return node


def prediction_markdown(prediction: Prediction, recording: Recording) -> Iterator[str]:
    """The question, its choices as a list, and the answer folded."""
    yield f"**{prediction.question}**\n"
    for choice in prediction.choices:
        yield f"- {choice.text}"
    answer = recording.answers[prediction.name]
    why = next(choice.why for choice in prediction.choices if choice.text == answer)
    yield f"\n<details><summary>Answer</summary>\n\n{answer}: {why}\n\n</details>"
