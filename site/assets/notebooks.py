"""The listing of the notebooks in JupyterLite's file browser, as its static contents API has it.

JupyterLite's own build makes it with jupyter-server; for a flat folder of notebooks this is all.
`python -m assets.notebooks _site/lite`, after the notebooks were written to `_site/lite/files/`.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from files import write_whole

_EPOCH = "1980-01-01T00:00:00Z"


def write_listing(lite: Path) -> int:
    """List the notebooks in `lite/files/` in `lite/api/contents/all.json`; returns their number.

    Raises FileNotFoundError if there is none, since a notebook that is not listed is not found.
    """
    notebooks = sorted((lite / "files").glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"no notebooks in {lite / 'files'}: the book's build writes them")
    listing = {**_model("", "directory"), "content": [_notebook(path) for path in notebooks]}
    target = lite / "api" / "contents" / "all.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, json.dumps({**listing, "format": "json"}, indent=1))
    return len(notebooks)


def _notebook(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    return {
        **_model(path.name, "notebook"),
        "size": len(raw),
        "hash": hashlib.sha256(raw).hexdigest(),
        "hash_algorithm": "sha256",
    }


def _model(path: str, kind: str) -> dict[str, Any]:
    """Describe one file or folder; its times are fixed, so that equal books give equal bytes."""
    return {
        "name": path,
        "path": path,
        "type": kind,
        "content": None,
        "format": None,
        "mimetype": None,
        "size": None,
        "writable": True,
        "created": _EPOCH,
        "last_modified": _EPOCH,
    }


if __name__ == "__main__":
    print(f"Notebooks: {write_listing(Path(sys.argv[1]))} listed")
