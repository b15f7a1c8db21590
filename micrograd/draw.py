"""Drawings of the graph of a computation, laid out by Graphviz.

In the browser Graphviz is a WebAssembly file of the site, elsewhere the `dot` command.
"""

from __future__ import annotations

import asyncio
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from micrograd.engine import Value
from micrograd.mime import DRAWING
from micrograd.svg import BACKGROUND, FOREGROUND

MOST_VALUES = 1000
"""Of a larger graph a drawing shows nothing that could be read, and Graphviz may not end."""

MOST_UPRIGHT = 80
"""Graphs of so many Values are drawn from top to bottom too; larger ones fit no narrow screen."""

LETTERS = "Source Code Pro Variable,ui-monospace,Menlo,Consolas,monospace"

NARROW = 300
"""What is no wider fits the narrowest screen, in pixels."""

SMALLEST = 0.72
"""A drawing that is too wide is shrunk to this part of its size, and scrolls then."""

GRAPHVIZ_HINT = "To see the graph as a picture, install Graphviz: https://graphviz.org/download/"

next_display = count(1).__next__


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """Return the nodes and edges of the graph under a root.

    Args:
        root: a Value, or what has `operands` like one, such as a node of a reader's own engine.

    Returns:
        The nodes, operands before what is made of them and the root last, in the same order on
        every run; and for each operand of each node an edge (operand, node), once.

    Examples:
        >>> a = Value(2.0, "a")
        >>> nodes, edges = trace(a * 3 + a)
        >>> [node.operation or node.label for node in nodes], len(edges)
        (['a', '*', '+'], 3)
    """
    nodes: list[Value] = []
    seen = {id(root)}
    path = [(root, iter(operands_of(root)))]
    while path:
        node, rest = path[-1]
        operand = next(rest, None)
        if operand is None:
            nodes.append(node)
            path.pop()
        elif id(operand) not in seen:
            seen.add(id(operand))
            path.append((operand, iter(operands_of(operand))))
    # By their serials, Values stand in the order of `backward` too.
    nodes.sort(key=lambda node: getattr(node, "serial", 0))
    edges = [(operand, node) for node in nodes for operand in dict.fromkeys(operands_of(node))]
    return nodes, edges


def draw_dot(
    root: Value, format: str = "svg", rankdir: str = "LR", slopes: bool = False
) -> Drawing:
    """Draw the graph of a computation.

    Args:
        root: the result whose graph is drawn.
        format: `"svg"`, the only one; for calls written for karpathy's `draw_dot`.
        rankdir: `"LR"` from left to right, on a narrow screen of the book from top to bottom;
            `"TB"` from top to bottom everywhere.
        slopes: whether each local slope stands at its arrow.

    Returns:
        A drawing that a notebook and the page show. Each Value is a box with label, data and
        gradient, each operation an oval, each plain number a box of its own; a value that an
        operation uses twice has two arrows. Numbers have four digits.
        `source` has it in DOT, Graphviz's language.

    Raises:
        ValueError: another format or direction, or a graph of more than 1,000 Values.

    Examples:
        >>> a = Value(2.0, "a")
        >>> draw_dot(a * 3)
        <Graph of 2 Values, data 6 at its root>
    """
    if format != "svg":
        raise ValueError(f"format is {format!r}, expected 'svg': drawings are SVG")
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir is {rankdir!r}, expected 'LR' or 'TB'")
    if (size := len(trace(root)[0])) > MOST_VALUES:
        raise ValueError(
            f"the graph has {size:,} Values, expected at most {MOST_VALUES:,} for a drawing: "
            "draw an earlier result, or the same computation of fewer numbers"
        )
    return Drawing(root, rankdir=rankdir, slopes=slopes)


class Drawing:
    """A graph in DOT that shows itself as a picture where Graphviz is at hand.

    Args:
        root: the result whose graph is drawn.
        rankdir, slopes: as in `draw_dot`.
        grads: what stands as the gradient of each Value, in the order of `trace`, in place of its
            own.
        room: for each Value how many letters its rows have room for.
        height: of a box of three rows, in inches; 0 for that of its letters.

    Attributes:
        source: the graph in DOT.
        upright: the same from top to bottom; empty where the drawing has one direction only.
        description: what it shows, in a few words.
    """

    def __init__(
        self,
        root: Value,
        rankdir: str = "LR",
        slopes: bool = False,
        grads: Sequence[str] = (),
        room: Sequence[int] = (),
        height: float = 0.0,
    ) -> None:
        nodes, _ = trace(root)
        grads = grads or [short(node.grad) for node in nodes]
        room = room or [0] * len(nodes)
        many = "Value" if len(nodes) == 1 else "Values"
        self.description = f"Graph of {len(nodes)} {many}, data {short(root.data)} at its root"

        def dot(direction: str) -> str:
            return dot_of(nodes, self.description, direction, slopes, grads, room, height)

        self.source = dot(rankdir)
        self.upright = dot("TB") if rankdir == "LR" and len(nodes) <= MOST_UPRIGHT else ""

    def __repr__(self) -> str:
        return f"<{self.description}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/vnd.graphviz": self.source}
        if self.upright:
            bundle[DRAWING] = {"version": 1, "upright": "", "upright_source": self.upright}
        if render is None:
            bundle["text/plain"] = f"{self.source}\n{GRAPHVIZ_HINT}"
        else:
            add_pictures(bundle, render)
            bundle["text/plain"] = repr(self)
        return bundle

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if sys.platform != "emscripten" or has_graphviz():
            display(self._repr_mimebundle_(), raw=True)
            return
        # Graphviz is loaded meanwhile: the placeholder is replaced when it is there.
        name = f"micrograd-drawing-{next_display()}"
        placeholder = {
            "text/plain": f"{self!r} is being drawn …",
            DRAWING: {"version": 1, "pending": True},
        }
        display(placeholder, raw=True, display_id=name)
        task = asyncio.ensure_future(self._draw_later(name))
        pending.add(task)
        task.add_done_callback(pending.discard)

    async def _draw_later(self, name: str) -> None:
        from IPython.display import update_display

        try:
            await load_graphviz()
        except Exception as error:
            bundle: dict[str, Any] = {
                "text/vnd.graphviz": self.source,
                "text/plain": f"{self.source}\nGraphviz could not be loaded: {error}",
            }
        else:
            bundle = self._repr_mimebundle_()
        update_display(bundle, raw=True, display_id=name)


pending: set[asyncio.Future[None]] = set()
"""Drawings under way: the event loop itself would not keep them alive."""


def dot_command(source: str) -> str:
    """Return the SVG that the system's `dot` makes of a graph in DOT."""
    return subprocess.run(
        ["dot", "-Tsvg"], input=source, capture_output=True, check=True, encoding="utf-8"
    ).stdout


render: Callable[[str], str] | None = dot_command if shutil.which("dot") else None
"""Graphviz, from DOT to SVG; `None` where there is none, or none yet."""


def has_graphviz() -> bool:
    """Return whether the site's Graphviz is there; a page loads it while Python starts."""
    global render
    if render is None:
        import js

        render = getattr(js, "graphviz", None)
    return render is not None


async def load_graphviz() -> None:
    """Load the site's Graphviz, which lies beside Pyodide's lock."""
    global render
    if render is None:
        import pyodide_js
        from pyodide.code import run_js

        url = pyodide_js.lockfileBaseUrl + "graphviz/graphviz.js"
        module = await run_js("(url) => import(url)")(url)
        render = await module.loadGraphviz()


def dot_of(
    nodes: Sequence[Value],
    description: str,
    rankdir: str,
    slopes: bool,
    grads: Sequence[str],
    room: Sequence[int],
    height: float,
) -> str:
    """Return a graph in DOT; for the arguments see `Drawing`."""
    numbers = {id(node): i for i, node in enumerate(nodes)}
    lines = [
        f'digraph "{description}" {{',
        f'  rankdir={rankdir}; ranksep=0.2; nodesep=0.14; pad=0.06; bgcolor="transparent"',
        # All letters of Courier, and of what the page has for it, are 0.6 of their size wide.
        '  node [fontname="Courier", fontsize=11, width=0.3, height=0.25, margin="0.06,0.03"]',
        '  edge [fontname="Courier", fontsize=10, arrowsize=0.6]',
    ]
    for i, node in enumerate(nodes):
        rows = [record(node.label)] if node.label else []
        rows += [f"data {short(node.data)}", f"grad {record(grads[i])}"]
        # A record's rows lie across the direction of the graph, unless they are in braces.
        label = " | ".join(rows) if rankdir == "LR" else f"{{ {' | '.join(rows)} }}"
        # In inches: letters of 6.6 points, and the margins.
        width = f", width={(6.6 * room[i] + 9) / 72:.3f}" if room[i] else ""
        if height:
            width += f", height={height * len(rows) / 3:.3f}"
        lines.append(f'  value{i} [shape=record, class="value-{i}"{width}, label="{label}"]')
        if not node.operation:
            continue
        name = quoted(node.operation)
        lines.append(f'  operation{i} [class="operation-{i}", label="{name}"]')
        lines.append(f'  operation{i} -> value{i} [class="from-operation-{i}"]')
        for k, operand in enumerate(operands_of(node)):
            j = numbers[id(operand)]
            slope = f', label="{short(node.slopes[k])}"' if slopes and k < len(node.slopes) else ""
            kind = f"from-{j} to-{i} operand-{k}"
            lines.append(f'  value{j} -> operation{i} [class="{kind}"{slope}]')
        numbers_behind = [x for x in node.operands if not hasattr(x, "operands")]
        for k, number in enumerate(numbers_behind):
            lines.append(f'  number{i}_{k} [shape=record, label="{short(number)}"]')
            lines.append(f"  number{i}_{k} -> operation{i}")
    return "\n".join([*lines, "}"])


def short(number: float) -> str:
    """Return a number in at most four digits, without a zero at its end: `0.5`, `-1.5`, `6.881`."""
    if not isinstance(number, (int, float)):
        return format(number, ".4f")  # a Value says what to write in place of it
    if not math.isfinite(number):
        return str(number)
    if number == 0:
        return "0"
    if 1e-3 <= abs(number) < 1e5:
        digits = max(0, 3 - math.floor(math.log10(abs(number))))
        text = f"{number:.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.2e}".replace(".00e", "e").replace("e-0", "e-").replace("e+0", "e")


def nodes_with_slopes(root: Value) -> list[Value]:
    """Return the Values of a graph, operands before results, each with a slope for every operand.

    Raises:
        ValueError: a Value has not as many slopes as operands.
    """
    nodes, _ = trace(root)
    for node in nodes:
        if len(node.slopes) != len(operands_of(node)):
            raise ValueError(
                f"{title(node)} has {len(operands_of(node))} operands and {len(node.slopes)} "
                "slopes, expected as many of both"
            )
    return nodes


def operands_of(node: Value) -> list[Value]:
    """Return the operands of a node that are nodes themselves, not plain numbers."""
    return [operand for operand in node.operands if hasattr(operand, "operands")]


def title(node: Value) -> str:
    """Return how a sentence names a Value: by its label, else by its operation or its data."""
    return node.label or f"the {node.operation or 'leaf'} node of data {node.data:.4g}"


def quoted(text: str) -> str:
    """Return text as it stands between quotes in DOT."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def record(text: str) -> str:
    """Return text for a record's label, where brackets and bars have a meaning."""
    return re.sub(r"([{}|<>])", r"\\\1", quoted(text))


def add_pictures(bundle: dict[str, Any], render: Callable[[str], str]) -> None:
    """Give a bundle with a graph in DOT its pictures: one, and for narrow screens another.

    Args:
        bundle: what a drawing shows, by MIME type.
        render: Graphviz, from DOT to SVG.
    """
    svg = themed(render(bundle["text/vnd.graphviz"]))
    bundle["image/svg+xml"] = svg
    if DRAWING not in bundle:
        return
    source = bundle[DRAWING].get("upright_source")
    if not source or width_of(svg) <= NARROW:
        del bundle[DRAWING]
        return
    upright = themed(render(source))
    if width_of(upright) < width_of(svg):
        bundle[DRAWING] = {"version": 1, "upright": upright}
    else:
        del bundle[DRAWING]


def width_of(svg: str) -> float:
    """Return how wide a picture is, in pixels."""
    width = re.search(r'width="([\d.]+)', svg)
    return float(width.group(1)) if width else 0.0


def _without_hundredths(places: re.Match[str]) -> str:
    return re.sub(
        r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), places[0]
    )


def themed(svg: str) -> str:
    """Return Graphviz's SVG in the colours of the page around it, and described for a reader.

    Args:
        svg: what Graphviz makes of a drawing's `source`.

    Where the page has no colours of its own the picture is dark on light.
    """
    svg = svg[svg.index("<svg") :].strip()
    description = re.search(r"<title>(.*?)</title>", svg)
    svg = re.sub(r"<title>.*?</title>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    # Graphviz's points as the page's pixels: its letters would be larger than the prose.
    svg = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', svg, count=2)
    # Its ids number nodes and edges, and would be those of every other drawing of a page too.
    svg = re.sub(r'(<g|<a) id="[^"]*"', r"\1", svg)
    # A tenth of a pixel is as fine as anyone sees, and a large graph has thousands of places.
    svg = re.sub(r'\b(?:points|d|x|y|cx|cy)="[^"]*"', _without_hundredths, svg)
    svg = svg.replace('"Courier"', f'"{LETTERS}"')
    svg = svg.replace('"white"', f'"{BACKGROUND}"').replace('"black"', '"currentColor"')
    label = description.group(1) if description else "Graph"
    least = f"min-width:{SMALLEST * width_of(svg):.0f}px"
    root = (
        f'<svg role="img" aria-label="{label}" style="{least}" '
        f'color="{FOREGROUND}" fill="currentColor" '
    )
    return svg.replace("<svg ", root, 1)
