"""The JupyterLite site: its apps, settings, and the listing of the chapters' notebooks."""

import json
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from settings import ROOT, book

from assets import lock
from assets.build_cache import Step, digest, files_below
from assets.bundling import bundle

SETTINGS = ROOT / "site" / "lite"
CONFIG = ROOT / "jupyter_lite_config.json"


def step(output: Path) -> Step:
    """Return the step that makes `output`, a folder: `_site/lite`, without notebooks."""
    versions = [
        metadata.version(name) for name in ("jupyterlite-core", "jupyterlite-pyodide-kernel")
    ]
    return Step(
        "JupyterLite", output, digest([CONFIG, *files_below(SETTINGS)], *versions, str(book()))
    )


def make(output: Path) -> str:
    """Build JupyterLite from nothing: built over an old one, it drops settings."""
    settings = own_settings(json.loads((SETTINGS / "jupyter-lite.json").read_text("utf-8")))
    check_preloads(settings)
    labextensions = Path(sys.prefix) / "share/jupyter/labextensions"
    extension = labextensions / "@jupyterlite/pyodide-kernel-extension"
    with tempfile.TemporaryDirectory() as temporary:
        lite_dir = Path(temporary)
        shutil.copytree(SETTINGS, lite_dir, dirs_exist_ok=True)
        (lite_dir / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
        config = json.loads(CONFIG.read_text(encoding="utf-8"))
        config["LiteBuildConfig"]["federated_extensions"] = [str(extension)]
        (lite_dir / CONFIG.name).write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlite_core", "build"]
        command += ["--output-dir", str(output.resolve())]
        done = subprocess.run(
            command, cwd=lite_dir, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise RuntimeError(f"`jupyter lite build` failed:\n{done.stdout.decode()}")
    for leftover in [*output.glob("rspack.config*.js"), *output.glob(".jupyterlite.doit.db")]:
        leftover.unlink()
    add_icons(output)
    add_bootstrap(output)
    add_settings(output)
    files = files_below(output)
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB"


def add_icons(lite: Path) -> None:
    """Put the icons where the apps look for them, so that no request of theirs fails."""
    for name in ("favicon-notebook.ico", "favicon-busy-1.ico"):
        (lite / "static" / "favicons").mkdir(parents=True, exist_ok=True)
        shutil.copy(lite / "notebooks" / "favicon.ico", lite / "static" / "favicons" / name)


def add_bootstrap(lite: Path) -> None:
    """Put the script that joins JupyterLite to the book in front of its own, and name an icon.

    Until its script has run, a page of JupyterLite has no icon, and the browser asks the host's
    root for one.
    """
    bundle(
        Path(__file__).with_name("lite-bootstrap.ts"), lite / "lite-bootstrap.js", "--format=iife"
    )
    version = metadata.version("jupyterlite-core")
    encoding = '<meta charset="utf-8">'
    additions = (
        f'<head>\n    {encoding}\n    <link rel="icon" href="favicon.ico">'
        f'\n    <script src="../lite-bootstrap.js" data-version="{version}"></script>'
    )
    for page in lite.glob("*/index.html"):
        html = page.read_text(encoding="utf-8").replace(encoding, "", 1)
        page.write_text(html.replace("<head>", additions, 1), encoding="utf-8")


def add_settings(lite: Path) -> None:
    """Put our registry of settings in the place of JupyterLab's, which makes code from text."""
    name = "book-settings"
    script = lite / "extensions" / name / "static" / "remoteEntry.js"
    bundle(Path(__file__).with_name("setting-registry.ts"), script, "--format=iife")
    file = lite / "jupyter-lite.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    config = written["jupyter-config-data"]
    config["federated_extensions"].append(
        {"name": name, "load": f"static/{script.name}", "extension": "./extension"}
    )
    config["disabledExtensions"].append("@jupyterlab/apputils-extension:settings")
    file.write_text(json.dumps(written, indent=2), encoding="utf-8")


def own_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """JupyterLite's settings with the book's name and packages."""
    settings["jupyter-config-data"]["appName"] = book().name
    _preloaded(settings).extend([*book().own.preload, book().distribution])
    return settings


def _preloaded(settings: dict[str, Any]) -> list[str]:
    plugin = "@jupyterlite/pyodide-kernel-extension:kernel"
    options = settings["jupyter-config-data"]["litePluginSettings"][plugin]["loadPyodideOptions"]
    packages: list[str] = options["packages"]
    return packages


def check_preloads(settings: dict[str, Any]) -> None:
    """Raise unless everything that the kernel needs is preloaded, so that it installs nothing."""
    missing = set(lock.KERNEL_PACKAGES) - set(_preloaded(settings))
    if missing:
        raise ValueError(
            f"site/lite/jupyter-lite.json does not preload {sorted(missing)}: "
            f"the kernel would install them at every start"
        )
