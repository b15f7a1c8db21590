"""What is looked for in the HTML of the theme; the build stops where it is not found."""

from __future__ import annotations

import re

LINK = re.compile(r'<a href="[^"]*" class="md-nav__link[^"]*">')
SCRIPT = re.compile(r"<script (?P<attributes>[^>]*\bsrc=[^>]*)>")
SEARCH = re.compile(r'<div [^>]*\bdata-md-component="search"[^>]*>')


class ThemeError(Exception):
    """The theme's HTML or script is not the one that this folder knows."""


def check_theme(html: str) -> None:
    """Raise `ThemeError` where what the templates replace in the theme's HTML was not there."""
    if not LINK.search(html):
        raise ThemeError('the navigation has no <a href="…" class="md-nav__link…">')
    if not (search := SEARCH.search(html)) or " aria-label=" not in search[0]:
        raise ThemeError('the search has no role="dialog" to name')
    for script in SCRIPT.finditer(html):
        if "defer" not in script["attributes"] and 'type="module"' not in script["attributes"]:
            raise ThemeError(f"{script[0]} holds up the text, expected <script src= to defer")
