"""What a chapter's own cells may import: only what the page has, on every reader's machine."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from settings import ROOT, book

LOCK = ROOT / ".cache" / "site" / "pyodide" / "pyodide-lock.json"
ALWAYS = ("IPython", "js", "pyodide", "pyodide_js")


def not_in_the_page(source: str) -> tuple[int, str] | None:
    """The line, from 0, and the name of a module that a cell imports and the page has not."""
    known = {*sys.stdlib_module_names, *ALWAYS, book().package, *shipped_modules(LOCK)}
    for line, name in imported(source):
        if name.partition(".")[0] not in known:
            return line - 1, name
    return None


def imported(source: str) -> Iterator[tuple[int, str]]:
    """The lines and modules of a cell's import statements; none where it is no plain Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


@cache
def shipped_modules(lock: Path) -> frozenset[str]:
    """The modules of the wheels that lie beside a lock."""
    if not lock.exists():
        return frozenset()
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"].values()
    return frozenset(
        module
        for package in packages
        if "://" not in package["file_name"]
        for module in package["imports"]
    )
