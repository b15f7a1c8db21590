"""What we use of packages without their promise is still there, in the very versions we pin.

docs/private-interfaces.md says where each is used and what happens without it. Where a name has
gone from a new version, or the version is another, look at that page before you change the table.
"""

from __future__ import annotations

import json
import re
import zipfile
import zipimport
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "private-interfaces.md").read_text("utf-8")
NODE_MODULES = ROOT / "site" / "node_modules"
PYODIDE_WHEELS = ROOT / ".cache" / "site" / "pyodide"


class Use(NamedTuple):
    """Texts that must stand in a file of a package."""

    package: str
    file: str
    texts: Sequence[str]


VERSIONS = {
    "@jupyterlite/pyodide-kernel": "0.8.6",
    "ipython": "9.12.0",
    "mkdocs-material": "9.8.1",
    "mkdocstrings": "1.0.8",
    "piplite": "0.8.6",
    "pyodide": "314.0.6",
    "pyodide-kernel": "0.8.6",
    "workbox-precaching": "7.4.1",
}

NPM = [
    Use(
        "pyodide",
        "pyodide.mjs",
        [
            "stdLibURL",
            "_loadSnapshot",
            "restoreSnapshot",
            "createPyodideModule",
            "pyodide.asm.wasm",
            "WebAssembly.instantiateStreaming",
        ],
    ),
    Use(
        "pyodide",
        "pyodide.asm.mjs",
        [
            "_makeSnapshot",
            "makeMemorySnapshot",
            "restoreSnapshot",
            "growMemory",
            "API.on_fatal&&API.on_fatal(",
            "setInterruptBuffer",
        ],
    ),
    Use("pyodide", "pyodide.asm.mjs", ["_tanh", "_exp", "_log", "_pow"]),
    Use(
        "@jupyterlite/pyodide-kernel",
        "lib/worker.js",
        [
            "this._sendWorkerMessage(",
            "this._stdout_stream.publish_stream_callback =",
            "this._stderr_stream.publish_stream_callback =",
            "await this.initRuntime(options)",
            "await this.initPackageManager(options)",
            "await this.initKernel(options)",
            "await this.initGlobals(options)",
        ],
    ),
    Use("workbox-precaching", "_types.d.ts", ["PrecacheEntry"]),
    Use("workbox-precaching", "utils/createCacheKey.js", ["__WB_REVISION__"]),
    Use("workbox-precaching", "PrecacheStrategy.js", ["params.integrity"]),
]
MATERIAL = "material/templates"
PYTHON = [
    Use("mkdocs-material", f"{MATERIAL}/base.html", ["<script src="]),
    Use("mkdocs-material", f"{MATERIAL}/partials/search.html", ['role="dialog"']),
    Use("mkdocs-material", f"{MATERIAL}/partials/nav-item.html", ['class="md-nav__link"']),
    Use(
        "mkdocs-material",
        f"{MATERIAL}/partials/javascripts/base.html",
        ["__md_get=", "__md_set="],
    ),
    Use("mkdocs-material", f"{MATERIAL}/partials/palette.html", ["__palette"]),
    Use(
        "mkdocstrings",
        "mkdocstrings/_internal/plugin.py",
        ["assets/_mkdocstrings.css", "extra_css.insert("],
    ),
]
WHEELS = [
    Use(
        "pyodide-kernel",
        "pyodide_kernel/kernel.py",
        ["_load_packages_from_imports", "async def run(self, code", "_last_traceback"],
    ),
    Use("piplite", "piplite/piplite.py", ["_PIPLITE_DISABLE_PYPI"]),
    Use(
        "ipython",
        "IPython/core/interactiveshell.py",
        [
            "def showtraceback(",
            "def _showtraceback(",
            "def user_expressions(",
            "def should_run_async(",
        ],
    ),
    Use("ipython", "IPython/core/ultratb.py", ["skipping similar"]),
    Use("ipython", "IPython/terminal/embed.py", ["InteractiveShellEmbed"]),
]


def names(use: Use) -> str:
    return f"{use.package}/{use.file}"


def check(use: Use, version: str, text: str) -> None:
    known = VERSIONS[use.package]
    assert version == known, f"{use.package} is {version}, and this table knows {known}"
    for expected in use.texts:
        assert expected in text, f"{use.package} {version}: {use.file} has no {expected!r}"


@pytest.mark.parametrize("use", NPM, ids=names)
def test_packages_of_npm(use: Use) -> None:
    folder = NODE_MODULES / use.package
    version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
    check(use, version, (folder / use.file).read_text("utf-8"))


@pytest.mark.parametrize("use", PYTHON, ids=names)
def test_packages_of_the_build(use: Use) -> None:
    distribution = metadata.distribution(use.package)
    text = Path(str(distribution.locate_file(use.file))).read_text("utf-8")
    check(use, distribution.version, text)


@pytest.mark.parametrize("use", WHEELS, ids=names)
def test_wheels_of_the_page(use: Use) -> None:
    wheels = list(PYODIDE_WHEELS.glob(f"{use.package.replace('-', '_')}-*.whl"))
    assert len(wheels) == 1, f"{PYODIDE_WHEELS} has {wheels}; run `make parts`"
    with zipfile.ZipFile(wheels[0]) as archive:
        text = archive.read(use.file).decode()
    check(use, wheels[0].name.split("-")[1], text)


def test_the_page_names_every_package_and_its_version() -> None:
    missing = [name for name, version in VERSIONS.items() if f"`{name}` {version}" not in PAGE]
    assert missing == []


def test_files_that_the_pages_for_developers_name_are_there() -> None:
    for page in (PAGE, (ROOT / "docs" / "architecture.md").read_text("utf-8")):
        paths = re.findall(r"`((?:site|tests|micrograd|docs|requirements)/[\w./-]+)`", page)
        assert len(paths) > 5
        assert [path for path in paths if not (ROOT / path).exists()] == []


def test_zipimport_keeps_the_folders_of_archives() -> None:
    """Of this Python; the page's own is looked at when the fast start is made."""
    assert hasattr(zipimport, "_zip_directory_cache")
