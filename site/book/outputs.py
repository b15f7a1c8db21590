"""Recorded outputs as HTML, in the same markup as the page's own outputs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any, Literal

import markdown

from book.blocks import short_hash
from book.drawing import DRAWING, render
from book.mathematics import render_mathematics

DATA_TYPES = (
    "application/vnd.micrograd.playground+json",
    "application/vnd.micrograd.quiz+json",
    "application/vnd.micrograd.scrubber+json",
    "application/vnd.micrograd.training+json",
)
"""What the page's script draws itself, from data beside the still picture."""

IPYTHONS_HEADING = re.compile(
    r"\A(?:\x1b\[[\d;]*m)*-{20,}.*?Traceback \(most recent call last\)\n", re.S
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
PLAIN_LENGTH = 10_000
"""Up to so many characters, text without control characters is shown as it is."""


def outputs_html(outputs: Iterable[dict[str, Any]]) -> str:
    """The outputs of a cell, one element after another."""
    return "\n".join(_output_html(output) for output in outputs)


def _output_html(output: dict[str, Any]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        name = output["name"]
        return f'<pre class="out out-stream out-{name}">{_stream_html(output)}</pre>'
    if kind == "error":
        return f'<pre class="out out-error">{text_html(traceback_text(output))}</pre>'
    return _bundle_html({mime: value for mime, value in output["data"].items()})


def _stream_html(output: dict[str, Any]) -> str:
    return _terminal_html("stream", _text(output["text"]))


def text_html(text: str) -> str:
    """Text with terminal colours as spans with nbconvert's class names; never parsed as HTML."""
    return _terminal_html("text", text)


def _terminal_html(kind: Literal["stream", "text"], text: str) -> str:
    """What the page's own reader of terminal text makes of it, where there is something to read."""
    if len(text) <= PLAIN_LENGTH and not CONTROLS.search(text):
        return escape(text, quote=False)
    return render([{"kind": kind, "source": text}])[0]


def traceback_text(error: dict[str, Any]) -> str:
    """The calls and the message: the page shows no more of a traceback than these."""
    return IPYTHONS_HEADING.sub("", "\n".join(error["traceback"]))


def _bundle_html(data: dict[str, Any]) -> str:
    plain = _text(data.get("text/plain", ""))
    extra = "".join(_data_script(mime, data[mime]) for mime in DATA_TYPES if mime in data)
    if "text/html" in data:
        return f'<div class="out out-html">{_text(data["text/html"])}{extra}</div>'
    if "image/svg+xml" in data:
        pictures = [_text(data["image/svg+xml"])]
        if upright := data.get(DRAWING, {}).get("upright"):
            pictures.append(f'<div class="out-upright">{upright}</div>')
        svg = "".join(map(with_own_ids, pictures))
        return f'<div class="out out-svg" tabindex="0">{svg}{extra}</div>'
    if "image/png" in data:
        # Once decoded and encoded again, nothing but base64 is left to stand in the attribute.
        png = base64.b64encode(base64.b64decode(_text(data["image/png"]))).decode()
        alt = escape(plain, quote=True)
        return f'<img class="out out-png" alt="{alt}" src="data:image/png;base64,{png}">'
    if "text/markdown" in data:
        return f'<div class="out out-html">{_markdown_html(_text(data["text/markdown"]))}</div>'
    if "text/latex" in data:
        return f'<div class="out out-html">{_latex_html(_text(data["text/latex"]))}</div>'
    if "application/json" in data:
        plain = json.dumps(data["application/json"], indent=2, ensure_ascii=False)
    return f'<pre class="out out-text">{text_html(plain)}</pre>'


def _markdown_html(source: str) -> str:
    extensions = ["tables", "fenced_code", "pymdownx.arithmatex"]
    settings = {"pymdownx.arithmatex": {"generic": True}}
    return render_mathematics(
        markdown.markdown(source, extensions=extensions, extension_configs=settings)
    )


def _latex_html(source: str) -> str:
    text = source.strip()
    display = re.fullmatch(r"\$\$(.*)\$\$|\\\[(.*)\\\]", text, re.S)
    inline = re.fullmatch(r"\$(.*)\$|\\\((.*)\\\)", text, re.S)
    match = display or inline
    tex = next(part for part in match.groups() if part is not None) if match else text
    kind: Literal["display", "inline"] = "inline" if inline and not display else "display"
    return render([{"kind": kind, "source": tex}])[0]


SVG_ID = re.compile(r'(?<=\sid=")[^"]+(?=")')
SVG_REFERENCE = re.compile(r"""(?P<before>url\(["']?#|href="#)(?P<id>[^"')]+)""")


def with_own_ids(svg: str) -> str:
    """Name what a drawing refers to by the drawing: two of one page may use the same ids."""
    ids = set(SVG_ID.findall(svg))
    if not any(match["id"] in ids for match in SVG_REFERENCE.finditer(svg)):
        return svg
    end = f"-{short_hash(svg, length=6)}"
    svg = SVG_ID.sub(lambda match: match[0] + end, svg)
    return SVG_REFERENCE.sub(lambda match: match[0] + (end if match["id"] in ids else ""), svg)


def _data_script(mime: str, value: Any) -> str:
    return f'<script type="{mime}">{script_json(value)}</script>'


def script_json(value: Any) -> str:
    """JSON that can stand in a `<script>`: no `<` ends it early."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
