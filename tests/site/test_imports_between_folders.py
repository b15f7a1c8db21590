"""What may import what: no circle, and nothing that lies lower imports what lies higher."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
RUNTIME = SITE / "runtime"

Imports = dict[str, set[str]]

# A row may import rows above it, and its own row where that makes no circle.
PYTHON = [
    ["micrograd.intact"],
    [
        "micrograd.operations",
        "micrograd.datasets",
        "micrograd.svg",
        "micrograd.mime",
        "micrograd.book",
    ],
    ["micrograd.engine"],
    ["micrograd.nn", "micrograd.optim", "micrograd.losses"],
    ["micrograd.draw", "micrograd.pytorch"],
    ["micrograd.compiler"],
    ["micrograd.plot", "micrograd.playground"],
    ["micrograd"],
    ["files", "settings"],
    ["assets", "boot", "csp"],
    ["book", "offline"],
    ["generator"],
]
COMPILER = [
    ["errors", "ir", "generators"],
    ["symbols", "tracer"],
    ["graph", "detached", "picks", "arrays"],
    ["record", "results", "arguments"],
    ["fusion", "lanes", "definitions", "forward", "backward", "addresses", "layout"],
    ["verifier"],
    ["passes"],
    ["backend"],
    ["python_code", "webassembly"],
    ["checks", "collector"],
    ["api"],
]
TYPESCRIPT = [
    ["dom"],
    ["output", "kernel"],
    ["editor"],
    ["cell"],
    ["edits", "run", "blocks", "playground"],
    ["page"],
    ["live"],
]


def python_modules() -> dict[str, Path]:
    files = [*(ROOT / "micrograd").rglob("*.py"), *SITE.glob("*.py")]
    for package in ("assets", "book", "boot", "generator", "offline"):
        files += (SITE / package).rglob("*.py")
    modules = {}
    for file in files:
        path = file.relative_to(ROOT if file.is_relative_to(ROOT / "micrograd") else SITE)
        modules[".".join(path.with_suffix("").parts).removesuffix(".__init__")] = file
    return modules


def python_imports(modules: dict[str, Path]) -> Imports:
    """Who imports whom, also within functions: a late import is an import."""
    found: Imports = {}
    for module, file in modules.items():
        asked: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno}: a relative import"
                assert node.module is not None
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                asked |= whole & modules.keys()
                asked |= {node.module} if whole - modules.keys() else set()
        found[module] = (asked & modules.keys()) - {module}
    return found


def typescript_imports() -> Imports:
    """Who imports whom, types and files that are loaded later included."""
    found: Imports = {}
    for file in RUNTIME.rglob("*.ts"):
        name = file.relative_to(RUNTIME).as_posix().removesuffix(".ts")
        text = file.read_text("utf-8")
        found[name] = set()
        for given in re.findall(
            r"""(?:\bfrom|\bimport)\s*\(?\s*['"](?:separate:)?(\.[^'"]*)['"]""", text
        ):
            target = Path(os.path.normpath(file.parent / given))
            if target.with_name(f"{target.name}.ts").exists():
                found[name].add(target.relative_to(RUNTIME).as_posix())
            else:
                assert target.exists(), f"{file}: cannot find {given}"
    return found


def layer_of(module: str, layers: list[list[str]], separator: str) -> int:
    """The row whose longest name begins the module's."""
    rows = {name: row for row, names in enumerate(layers) for name in names}
    parts = module.split(separator)
    for length in range(len(parts), 0, -1):
        if (name := separator.join(parts[:length])) in rows:
            return rows[name]
    raise AssertionError(f"{module} is in no row of this test's tables: add it where it belongs")


def upward(imports: Imports, layers: list[list[str]], separator: str) -> Iterator[str]:
    for module, others in sorted(imports.items()):
        for other in sorted(others):
            if layer_of(other, layers, separator) > layer_of(module, layers, separator):
                yield f"{module} imports {other}, which lies higher"


def check_no_circle(imports: Imports) -> None:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_python_modules_import_nothing_from_above() -> None:
    imports = python_imports(python_modules())
    assert len(imports) > 80
    assert list(upward(imports, PYTHON, ".")) == []


def modules_asked_for(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports, or imports from; none of other statements."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []


def test_only_one_folder_knows_the_generator() -> None:
    for module, file in python_modules().items():
        if module.split(".")[0] in ("micrograd", "generator"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for name in modules_asked_for(node):
                generators = {"mkdocs", "material", "mkdocstrings", "mkdocstrings_handlers"}
                assert name.split(".")[0] not in generators, f"{module} imports {name}"


def test_modules_of_the_compiler_import_nothing_from_above() -> None:
    prefix = "micrograd.compiler."
    imports = {
        module.removeprefix(prefix): {
            other.removeprefix(prefix) for other in others if other.startswith(prefix)
        }
        for module, others in python_imports(python_modules()).items()
        if module.startswith(prefix)
    }
    assert len(imports) > 20
    assert list(upward(imports, COMPILER, ".")) == []


def test_python_modules_make_no_circle() -> None:
    check_no_circle(python_imports(python_modules()))


def test_folders_of_the_pages_script_import_nothing_from_above() -> None:
    imports = typescript_imports()
    assert len(imports) > 80
    assert list(upward(imports, TYPESCRIPT, "/")) == []


def test_files_of_the_pages_script_make_no_circle() -> None:
    check_no_circle(typescript_imports())


def test_the_worker_takes_nothing_that_needs_a_document() -> None:
    checked = 0
    for module, others in typescript_imports().items():
        if module.startswith("kernel/worker/") or module.endswith(".worker"):
            checked += 1
            outside = {other for other in others if not other.startswith("kernel/")}
            assert outside <= {"dom/saves-data"}, module
            assert not [other for other in others if other.endswith(".page")], module
    assert checked > 15


def test_the_page_takes_nothing_that_needs_a_worker() -> None:
    for module, others in typescript_imports().items():
        if not (module.startswith("kernel/worker/") or module.endswith(".worker")):
            assert not [other for other in others if other.endswith(".worker")], module


def test_the_engine_is_imported_with_the_standard_library_only() -> None:
    """Within functions it may ask for more: for IPython or Pyodide, where they run it."""
    for module, file in python_modules().items():
        if not module.startswith("micrograd"):
            continue
        for node in ast.parse(file.read_text("utf-8")).body:
            for name in modules_asked_for(node):
                known = {*sys.stdlib_module_names, "micrograd"}
                assert name.split(".")[0] in known, f"{module} imports {name}"
