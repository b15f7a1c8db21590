"""The theme's search, deferred until a reader opens it.

The theme fetches the index with each page and works through it in a worker: a seventh of what a
chapter weighs, and a tenth of a second in which Python may be starting. Where pages are opened
from a disk it waits until the search is opened; its script is changed here to go that way always,
and to look for words to mark only where an address brings some. The script is a fixed version's:
where its text is another, the build fails.
"""

import re
from pathlib import Path

from generator.theme_html import ThemeError

# The index where there is a search, else what never comes.
INDEX = re.compile(r'\b(\w+)=document\.forms\.namedItem\("search"\)\?\w+\(\):(\w+)[,;]')
WHEN = 'location.protocol!=="file:"),'
MARKS = "{{index$:{index},location$:"


def defer(site: Path) -> None:
    """Change the theme's script in a built site."""
    scripts = sorted((site / "assets" / "javascripts").glob("bundle.*.min.js"))
    if len(scripts) != 1:
        raise ThemeError(f"the theme has {len(scripts)} scripts named bundle.*.min.js, expected 1")
    [script] = scripts
    script.write_text(_changed(script.read_text(encoding="utf-8")), encoding="utf-8")


def _changed(text: str) -> str:
    found = INDEX.search(text)
    if not found:
        raise ThemeError("the theme's script makes the index of the search in another way")
    index, never = found.groups()
    marks = MARKS.format(index=index)
    asked = f'new URLSearchParams(location.search).has("h")?{index}:{never}'
    for part, instead in {WHEN: "!1),", marks: f"{{index$:{asked},location$:"}.items():
        if text.count(part) != 1:
            raise ThemeError(f"the theme's script has {text.count(part)} of {part!r}, expected 1")
        text = text.replace(part, instead)
    return text
