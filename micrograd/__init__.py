"""A scalar autograd engine to learn backpropagation with, and small neural networks built on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from micrograd import datasets, losses, optim
from micrograd.draw import draw_dot, scrub, trace
from micrograd.engine import Value
from micrograd.nn import MLP, Layer, Module, Neuron
from micrograd.optim import SGD, Adam, AdamW
from micrograd.plot import TrainingView, plot_boundary, plot_loss, plot_points, plot_slope
from micrograd.pytorch import to_pytorch

if TYPE_CHECKING:
    from micrograd.compiler import compile

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Layer",
    "Module",
    "Neuron",
    "TrainingView",
    "Value",
    "compile",
    "datasets",
    "draw_dot",
    "losses",
    "optim",
    "plot_boundary",
    "plot_loss",
    "plot_points",
    "plot_slope",
    "scrub",
    "to_pytorch",
    "trace",
]


def __getattr__(name: str) -> Any:
    """The compiler is read when it is first asked for."""
    if name == "compile":
        from micrograd import compiler

        globals()["compile"] = compiler.compile
        return compiler.compile
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
