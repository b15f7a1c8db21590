"""Drawings in DOT, formulas in TeX and terminal text, rendered under Node as the page does it."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

from settings import book

RENDERER = Path(__file__).with_name("render.mjs")
DOT = "text/vnd.graphviz"
SVG = "image/svg+xml"
DRAWING = "application/vnd.micrograd.drawing+json"
"""What a drawing says beside its source, as the page's script knows it."""


class Job(TypedDict):
    """One thing to render.

    A graph in DOT, a formula in the line or on a line of its own, or terminal text: what a stream
    was given, or a text that came whole.
    """

    kind: Literal["dot", "inline", "display", "stream", "text"]
    source: str


class RenderError(Exception):
    """A source that Graphviz or KaTeX refuses."""


_rendered: dict[tuple[str, str], str] = {}


def render(jobs: Sequence[Job]) -> list[str]:
    """SVG for DOT, HTML for the others; raises `RenderError` with the source that is wrong."""
    missing = [job for job in jobs if (job["kind"], job["source"]) not in _rendered]
    if missing:
        run = subprocess.run(
            ["node", str(RENDERER)],
            input=json.dumps(missing),
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if run.returncode:
            raise RenderError(f"{RENDERER.name} failed:\n{run.stderr}")
        for job, result in zip(missing, json.loads(run.stdout), strict=True):
            if "error" in result:
                raise RenderError(f"{job['source']!r}: {result['error']}")
            _rendered[job["kind"], job["source"]] = result["text"]
    return [_rendered[job["kind"], job["source"]] for job in jobs]


def add_drawings(outputs: Iterable[dict[str, Any]]) -> None:
    """Give each output that has DOT the SVGs that the page's own Graphviz makes of it."""
    bundles = [output["data"] for output in outputs if DOT in output.get("data", {})]
    for bundle in bundles:
        bundle[DOT] = _text(bundle[DOT])
    sources = [bundle[DOT] for bundle in bundles]
    sources += [
        bundle[DRAWING].get("upright_source", "") for bundle in bundles if DRAWING in bundle
    ]
    jobs: list[Job] = [{"kind": "dot", "source": source} for source in sources if source]
    pictures = dict(zip([job["source"] for job in jobs], render(jobs), strict=True))
    for bundle in bundles:
        if module := book().own.drawings:
            importlib.import_module(module).add_pictures(bundle, pictures.__getitem__)
        else:
            svg = pictures[bundle[DOT]]
            bundle[SVG] = svg[svg.index("<svg") :]


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
