"""Figures that a benchmark measured: printed as a table, and kept as JSON.

A benchmark is a module with a function `figures()` that lists or yields figures; `python -m
tests.benchmarks` runs all of them, and `python -m tests.benchmarks.NAME` one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
WIDTH = 60


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


def report(name: str, figures: Iterable[Figure]) -> None:
    """Print figures as they are measured, and write them to `results/NAME.json`.

    A benchmark that fails half-way has by then told what it measured.
    """
    print(f"\n{name}\n{'':{WIDTH}}  {'value':>12} {'unit':8} {'bar':>12}  met")
    RESULTS.mkdir(exist_ok=True)
    written = []
    for figure in figures:
        sign = "≤" if figure.at_most else "≥"
        bar = "" if figure.bar is None else f"{sign} {figure.bar:,.6g}"
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        value = f"{figure.value:12,.4g} {figure.unit:8}"
        print(f"{figure.name:{WIDTH}}  {value} {bar:>12}  {met}", flush=True)
        written.append({**asdict(figure), "met": figure.met})
        text = json.dumps(written, indent=2, ensure_ascii=False)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
