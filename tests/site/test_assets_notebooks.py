"""The listing by which JupyterLite finds the notebooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from assets.notebooks import write_listing


def test_every_notebook_is_listed_in_order(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for name in ("02-b-1.ipynb", "01-a-2.ipynb", "readme.txt"):
        (tmp_path / "files" / name).write_text("{}", encoding="utf-8")
    assert write_listing(tmp_path) == 2
    listing = json.loads((tmp_path / "api/contents/all.json").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in listing["content"]] == ["01-a-2.ipynb", "02-b-1.ipynb"]
    assert {entry["type"] for entry in listing["content"]} == {"notebook"}


def test_no_notebooks_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no notebooks"):
        write_listing(tmp_path)
