"""No file is read or written in whatever encoding a machine's locale has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("micrograd", "site")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]
TEXT_METHODS = {"read_text", "write_text"}


def names(call: ast.Call) -> set[str | None]:
    """The names of a call's keyword arguments."""
    return {keyword.arg for keyword in call.keywords}


def unnamed(call: ast.Call) -> bool:
    """Whether a call reads or writes text and does not name its encoding."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if "encoding" in names(call):
        return False
    if name in TEXT_METHODS:
        # `distribution.read_text("METADATA")` is not of a path.
        metadata = name == "read_text" and bool(call.args)
        return not metadata
    if name == "open" and isinstance(function, ast.Name):
        modes = [a.value for a in call.args[1:2] if isinstance(a, ast.Constant)]
        return not any("b" in str(mode) for mode in modes)
    return "text" in names(call) and name in {"run", "Popen", "check_output"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_has_its_encoding_named(path: Path) -> None:
    calls = [n for n in ast.walk(ast.parse(path.read_bytes())) if isinstance(n, ast.Call)]
    found = [f"line {call.lineno}" for call in calls if unnamed(call)]
    assert found == []
