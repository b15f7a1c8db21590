"""`python -m assets _site`: makes data, `_site/pyodide/` and `_site/lite/` unless up to date."""

import argparse
from pathlib import Path

from settings import book

from assets import data, jupyterlite, pyodide


def main() -> None:
    """Run the steps of the build that are not up to date."""
    parser = argparse.ArgumentParser(prog="python -m assets", description=__doc__)
    parser.add_argument("site", type=Path, help="the built site's folder, as _site")
    site: Path = parser.parse_args().site
    if book().own.data_sets:
        data.step(data.FOLDER).run(data.make)
    pyodide.step(site / "pyodide").run(pyodide.make)
    jupyterlite.step(site / "lite").run(jupyterlite.make)


main()
