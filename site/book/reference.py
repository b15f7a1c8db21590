"""The page of the API reference: mkdocstrings fills it from the docstrings."""

from __future__ import annotations

MODULES = {
    "Values": ("micrograd.engine", ["Value", "logsumexp"]),
    "Networks": ("micrograd.nn", ["Module", "Neuron", "Layer", "MLP"]),
    "Losses": ("micrograd.losses", None),
    "Gradient descent": ("micrograd.optim", None),
    "Data sets": ("micrograd.datasets", None),
    "Drawings": ("micrograd.draw", ["trace", "draw_dot", "scrub"]),
    "Plots": ("micrograd.plot", ["plot_loss", "plot_points", "plot_boundary", "TrainingView"]),
    "Compiled losses and models": ("micrograd.compile", None),
}
"""Heading, module, and its members where not all that are public."""

INTRODUCTION = """\
---
title: API reference
description: Every public name of the micrograd engine, from its docstrings, with examples that run.
---

# API reference

Made from the docstrings; the examples are run by the tests.
What a learner needs comes from one place: `from micrograd import Value, MLP, draw_dot`.
"""


def page() -> str:
    """The page's Markdown, in mkdocstrings' syntax."""
    parts = [INTRODUCTION]
    for heading, (module, members) in MODULES.items():
        parts.append(f"## {heading}\n\n::: {module}")
        if members:
            parts.append(f"    options:\n      members: [{', '.join(members)}]")
        parts.append("")
    return "\n".join(parts)
