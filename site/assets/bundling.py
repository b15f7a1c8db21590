"""Bundling of scripts by esbuild."""

import subprocess
from pathlib import Path

from settings import ROOT

NODE_MODULES = ROOT / "site" / "node_modules"

_OPTIONS = ["--bundle", "--minify", "--target=es2022", "--log-level=error"]
_OPTIONS += ["--define:process.env.NODE_ENV='production'"]


def bundle(source: Path, output: Path, *options: str) -> None:
    """Bundle a script with all that it imports into one file."""
    esbuild = NODE_MODULES / ".bin" / "esbuild"
    command = [str(esbuild), str(source), *_OPTIONS, *options, f"--outfile={output}"]
    subprocess.run(command, check=True)
