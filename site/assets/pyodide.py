"""Pyodide as the site serves it: its core, our lock, the wheels; beside them Graphviz and data."""

import json
import shutil
import tempfile
from pathlib import Path

from settings import ROOT, book

from assets import data, lock, wheels
from assets.build_cache import Step, digest, files_below
from assets.bundling import NODE_MODULES, bundle

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
"""The files of the npm package that a start of Pyodide loads."""

WHEEL_FILES = ("pyproject.toml", "hatch_build.py", "README.md", "docs/engine.md", "LICENSE")
"""What goes into the package's wheel beside the package."""

_SOURCES = (NODE_MODULES / "pyodide" / "package.json", NODE_MODULES / "pyodide/pyodide-lock.json")


def step(output: Path) -> Step:
    """Return the step that makes `output`, a folder: `_site/pyodide`."""
    sources = [
        *_SOURCES,
        *files_below(book().package_folder),
        *(path for name in WHEEL_FILES if (path := ROOT / name).is_file()),
        wheels.PINS,
        NODE_MODULES / "@hpcc-js/wasm-graphviz/package.json",
    ]
    return Step("Pyodide", output, digest(sources))


def make(output: Path) -> str:
    """Make the folder; returns what is in it."""
    output.mkdir(parents=True)
    upstream = json.loads((NODE_MODULES / "pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    for name in CORE:
        shutil.copy(NODE_MODULES / "pyodide" / name, output)
    with tempfile.TemporaryDirectory() as temporary:
        built = wheels.build_engine(Path(temporary) / "engine")
        stub = wheels.write_jedi_stub(Path(temporary) / "jedi")
        for wheel in [*wheels.download(), *wheels.kernel_wheels(), built, stub]:
            shutil.copy(wheel, output)
    ours = sorted(output.glob("*.whl"))
    cdn_url = f"https://cdn.jsdelivr.net/pyodide/v{_version()}/full/"
    lock.write(lock.rewrite_lock(upstream, ours, cdn_url), output / "pyodide-lock.json")
    graphviz = Path(__file__).with_name("graphviz.js")
    bundle(graphviz, output / "graphviz" / "graphviz.js", "--format=esm", "--legal-comments=eof")
    if book().own.data_sets:
        shutil.copytree(data.FOLDER, output / "data")
    size = sum(path.stat().st_size for path in files_below(output))
    return f"{_version()}, {len(ours)} wheels, Graphviz, {size / 1e6:.1f} MB"


def _version() -> str:
    package = json.loads((NODE_MODULES / "pyodide" / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])
