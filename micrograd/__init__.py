"""A scalar autograd engine to learn backpropagation with, and small neural networks built on it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# ruff: isort: split
from micrograd import datasets, losses, optim
from micrograd.draw import draw_dot, trace
from micrograd.engine import Value
from micrograd.network import plot_network
from micrograd.nn import MLP, Layer, Module, Neuron
from micrograd.optim import SGD, Adam, AdamW
from micrograd.plot import (
    TrainingView,
    plot_boundary,
    plot_curves,
    plot_loss,
    plot_points,
    plot_slope,
)
from micrograd.pytorch import to_pytorch
from micrograd.quiz import quiz
from micrograd.scrubber import scrub

if TYPE_CHECKING:
    from micrograd.charts import LivePicture, plot_bars, plot_heatmap, plot_labels
    from micrograd.compiler import compile
    from micrograd.contours import plot_contours
    from micrograd.images import plot_images
    from micrograd.playground import Playground

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Layer",
    "LivePicture",
    "Module",
    "Neuron",
    "Playground",
    "TrainingView",
    "Value",
    "compile",
    "datasets",
    "draw_dot",
    "losses",
    "optim",
    "plot_bars",
    "plot_boundary",
    "plot_contours",
    "plot_curves",
    "plot_heatmap",
    "plot_images",
    "plot_labels",
    "plot_loss",
    "plot_network",
    "plot_points",
    "plot_slope",
    "quiz",
    "scrub",
    "to_pytorch",
    "trace",
]


LATER = {
    "compile": "micrograd.compiler",
    "LivePicture": "micrograd.charts",
    "Playground": "micrograd.playground",
    "plot_bars": "micrograd.charts",
    "plot_contours": "micrograd.contours",
    "plot_heatmap": "micrograd.charts",
    "plot_images": "micrograd.images",
    "plot_labels": "micrograd.charts",
}
"""What most chapters do without: its module is read when it is first asked for."""


def __getattr__(name: str) -> Any:
    """Read the module of a name that is first asked for."""
    if name in LATER:
        found = getattr(import_module(LATER[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
