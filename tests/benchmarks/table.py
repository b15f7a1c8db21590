"""Figures that a benchmark measured: printed as a table, and kept as JSON.

A benchmark is a module with a function `figures() -> list[Figure]`; `python -m tests.benchmarks`
runs all of them, and `python -m tests.benchmarks.NAME` one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """What was measured, and the bar it is held against.

    A bar is a lower limit, or an upper one where `at_most` says so; without a bar the figure is for
    information.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the figure is on the right side of its bar."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def report(name: str, figures: Sequence[Figure]) -> None:
    """Print a table of figures, and write them to `results/NAME.json`."""
    width = max(len(figure.name) for figure in figures)
    print(f"\n{name}\n{'':{width}}  {'value':>12} {'unit':8} {'bar':>12}  met")
    for figure in figures:
        sign = "≤" if figure.at_most else "≥"
        bar = "" if figure.bar is None else f"{sign} {figure.bar:,.6g}"
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        print(f"{figure.name:{width}}  {figure.value:12,.4g} {figure.unit:8} {bar:>12}  {met}")
    RESULTS.mkdir(exist_ok=True)
    written = [{**asdict(figure), "met": figure.met} for figure in figures]
    text = json.dumps(written, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
