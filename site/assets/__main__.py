"""`python -m assets _site`: makes `_site/pyodide/` and `_site/lite/` unless they are up to date."""

import argparse
from pathlib import Path

from assets import jupyterlite, pyodide


def main() -> None:
    """Run the steps of the build that are not up to date."""
    parser = argparse.ArgumentParser(prog="python -m assets", description=__doc__)
    parser.add_argument("site", type=Path, help="the built site's folder, as _site")
    site: Path = parser.parse_args().site
    pyodide.step(site / "pyodide").run(pyodide.make)
    jupyterlite.step(site / "lite").run(jupyterlite.make)


main()
