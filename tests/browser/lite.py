"""A notebook in JupyterLite: run all of it and take it away as a file, as a reader would."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from playwright.sync_api import Locator, Page, expect

from tests.browser.book_page import RUN, SOON, START
from tests.browser.outputs import Output, Tree

Notebook = dict[str, Any]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def wait_for_kernel(page: Page) -> Locator:
    """Wait until the notebook that is open can run; return what shows that its kernel is idle.

    JupyterLab also shows "idle" at first, with at most one cell and no kernel: whoever runs a cell
    then is asked for a kernel, and whoever takes the last cell gets one that is not the last.
    """
    file = page.evaluate(
        """async () => {
            const name = new URLSearchParams(location.search).get("path");
            return (await fetch(`../files/${name}`)).json();
        }"""
    )
    name = page.locator(".jp-Toolbar-kernelName")
    expect(name).to_have_text("Python (Pyodide)", timeout=START)
    cells = len(code_cells(file))
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(cells, timeout=START)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    expect(idle).to_be_visible(timeout=START)
    return idle


def run_all(page: Page) -> Notebook:
    """Run the notebook that is open by "Run All Cells"; return it as it is downloaded."""
    idle = wait_for_kernel(page)
    choose(page, "Run", "Run All Cells")
    end = time.monotonic() + 2 * START / 1000
    while True:
        # Between two cells the kernel is idle as well. The page shows no number of a cell that
        # ran out of sight: what is downloaded has it.
        expect(idle).to_be_visible(timeout=2 * START)
        being_drawn = page.locator(".jp-OutputArea-output", has_text="is being drawn …")
        expect(being_drawn).to_have_count(0, timeout=RUN)
        notebook = download(page)
        ran = [cell["execution_count"] is not None for cell in code_cells(notebook)]
        if all(ran):
            return notebook
        assert time.monotonic() < end, f"cells that have not run: {ran.count(False)}"


def download(page: Page) -> Notebook:
    """Return the notebook that is open as its file."""
    with page.expect_download() as coming:
        choose(page, "File", "Download")
    notebook: Notebook = json.loads(Path(coming.value.path()).read_text(encoding="utf-8"))
    return notebook


def choose(page: Page, menu: str, item: str) -> None:
    """Choose an item from JupyterLite's menu bar."""
    page.get_by_role("menuitem", name=menu, exact=True).click(timeout=SOON)
    page.get_by_role("menuitem", name=item, exact=True).click(timeout=SOON)


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    """Return a notebook's code cells, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tags(cell: dict[str, Any]) -> list[str]:
    """Return a cell's tags."""
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def outputs(cell: dict[str, Any]) -> list[Output]:
    """Return a cell's outputs in the form in which a page's are compared."""
    found: list[Output] = []
    for output in cell["outputs"]:
        kind = output["output_type"]
        if kind == "stream":
            text = join(output["text"])
            if output["name"] == "stderr" and join(cell["source"]).startswith("%%may_fail\n"):
                last = ANSI.sub("", text).rstrip().splitlines()[-1]
                found.append(Output("out-error", last, []))
                continue
            if found and found[-1].kind == output["name"]:
                text = found.pop().text + text
            found.append(Output(output["name"], text, []))
        elif kind == "error":
            name = re.sub(r"<class '(?:.*\.)?(\w+)'>", r"\1", output["ename"])
            found.append(Output("out-error", f"{name}: {output['evalue']}", []))
        elif output[
            "data"
        ]:  # what displays itself leaves an empty result, of which nothing is seen
            found.append(shown(output["data"]))
    return found


def shown(data: dict[str, Any]) -> Output:
    """Return the richest form of a display that the page shows as well."""
    if "image/svg+xml" in data:
        return Output("svg", "", [tree(ElementTree.fromstring(join(data["image/svg+xml"])))])
    if "text/html" in data:
        return Output("html", join(data["text/html"]), [])
    if "image/png" in data:
        return Output("png", "", [])
    return Output("text", join(data.get("text/plain", "")), [])


def tree(element: ElementTree.Element) -> Tree:
    """Return a drawing's elements as `outputs.drawing_differences` takes them."""
    attributes = {
        name: value
        for name, value in element.attrib.items()
        if name != "id" and not name.startswith("aria-") and not value.startswith("url(#")
    }
    words = " ".join(
        part.strip() for part in [element.text, *(c.tail for c in element)] if part and part.strip()
    )
    return [element.tag.split("}")[-1], attributes, words, [tree(child) for child in element]]


def join(text: str | list[str]) -> str:
    """Return text that a notebook may hold as a list of lines."""
    return text if isinstance(text, str) else "".join(text)
