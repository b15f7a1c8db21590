"""A theme that has changed stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest
from book.search import ThemeError, defer


@pytest.mark.parametrize(
    ("scripts", "words"),
    [
        ({}, "0 scripts"),
        ({"bundle.1.min.js": "fetch('search_index.json')"}, "another way"),
        ({"bundle.1.min.js": 'var a=document.forms.namedItem("search")?b():c;'}, "has 0 of"),
    ],
)
def test_an_unknown_theme_is_refused(tmp_path: Path, scripts: dict[str, str], words: str) -> None:
    folder = tmp_path / "assets" / "javascripts"
    folder.mkdir(parents=True)
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ThemeError, match=words):
        defer(tmp_path)
