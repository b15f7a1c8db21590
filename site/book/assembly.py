"""The built site from its parts: what is not made by MkDocs is put beside its pages."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path


def bundle(parts: Path) -> dict[str, str]:
    """The hashed names of the page's script and style, by `live.js` and `live.css`."""
    manifest = parts / "assets" / "live" / "manifest.json"
    if not manifest.exists():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return names


def add_parts(parts: Path, site: Path) -> None:
    """Link (or where that is not possible, copy) every file of `parts` into `site`."""
    for folder, _, names in os.walk(parts):
        target = site / Path(folder).relative_to(parts)
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            _link(Path(folder) / name, target / name)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
