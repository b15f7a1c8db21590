"""A scalar autograd engine to learn backpropagation with, and small neural networks built on it."""

from micrograd import datasets, losses, optim
from micrograd.draw import draw_dot, scrub, trace
from micrograd.engine import Value
from micrograd.nn import MLP, Layer, Module, Neuron
from micrograd.optim import SGD, Adam, AdamW
from micrograd.plot import TrainingView, plot_boundary, plot_loss, plot_points, plot_slope
from micrograd.pytorch import to_pytorch

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
