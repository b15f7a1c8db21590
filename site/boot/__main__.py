"""`python -m boot PARTS`: makes `PARTS/boot/` from `PARTS/pyodide/` unless it is up to date."""

import argparse
import subprocess
from pathlib import Path

from assets.build_cache import Step, digest, files_below
from settings import book

HERE = Path(__file__).parent
CELLS = HERE.parent / "runtime" / "kernel" / "worker" / "cells.py"


def main() -> None:
    """Run `make.mjs` under Node when Pyodide, a wheel or this folder has changed."""
    parser = argparse.ArgumentParser(prog="python -m boot", description=__doc__)
    parser.add_argument("parts", type=Path, help="the folder with pyodide/, as .cache/site")
    parts: Path = parser.parse_args().parts
    pyodide = (parts / "pyodide").resolve()

    def make(folder: Path) -> str:
        files = (HERE / "make.mjs", pyodide, folder.resolve(), CELLS)
        command = ["node", *map(str, files), book().package]
        made = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False
        )
        if made.returncode:
            raise SystemExit(f"the fast start could not be made: see above\n{made.stdout}")
        return made.stdout.strip()

    sources = [*files_below(pyodide), *files_below(HERE), CELLS]
    Step("fast start", parts / "boot", digest(sources, book().package)).run(make)


main()
