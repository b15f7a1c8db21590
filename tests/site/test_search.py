"""A theme that has changed stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest
from generator.search import defer
from generator.theme_html import ThemeError, check_theme

PAGE = """<script defer src="a.js"></script><a href="x/" class="md-nav__link">X</a>
<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">"""


@pytest.mark.parametrize(
    ("known", "other", "words"),
    [
        ("md-nav__link", "nav-link", "the navigation has no"),
        (' aria-label="Search"', "", "the search has no role"),
        ("md-component", "part", "the search has no role"),
        ("defer ", "", 'src="a.js"> holds up the text'),
    ],
)
def test_html_of_another_theme_is_refused(known: str, other: str, words: str) -> None:
    check_theme(PAGE)
    with pytest.raises(ThemeError, match=words):
        check_theme(PAGE.replace(known, other))


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
