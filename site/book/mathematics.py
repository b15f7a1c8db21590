"""Formulas that Markdown has marked, as static HTML with MathML."""

from __future__ import annotations

import re
from html import unescape

from book.drawing import Job, render

FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">'
    r"\\(?:\((?P<inline>.*?)\\\)|\[(?P<display>.*?)\\\])</(?P=tag)>",
    re.S,
)


def render_mathematics(html: str) -> str:
    """`html` with each formula of the arithmatex extension rendered by KaTeX."""
    jobs: list[Job] = [_job(match) for match in FORMULA.finditer(html)]
    rendered = iter(render(jobs))
    return FORMULA.sub(lambda match: next(rendered), html)


def _job(match: re.Match[str]) -> Job:
    if match["inline"] is not None:
        return {"kind": "inline", "source": unescape(match["inline"]).strip()}
    return {"kind": "display", "source": unescape(match["display"]).strip()}
