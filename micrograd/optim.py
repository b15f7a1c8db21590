"""Gradient descent, and schedules for its learning rate.

A schedule is a function from the number of the step, counted from 0, to the learning rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from micrograd.engine import Value

Schedule = Callable[[int], float]


class SGD:
    """Move each parameter a step against its gradient.

    Args:
        parameters: the Values to change.
        lr: the learning rate: a number, or a schedule.
        momentum: the share of the last step's velocity that is kept, from 0 to below 1.
        weight_decay: what share of a parameter is added to its gradient, 0 or more.

    Attributes:
        steps: how many steps were made.

    Each step: `velocity = momentum * velocity + (grad + weight_decay * data)`, then
    `data -= lr * velocity`; as PyTorch's `torch.optim.SGD`.

    Raises:
        ValueError: a number is outside its range.

    Examples:
        >>> w = Value(1.0)
        >>> optimizer = SGD([w], lr=0.1)
        >>> (w * w).backward()
        >>> optimizer.step()
        >>> w
        Value(data=0.8)
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        self.parameters = list(parameters)
        self.schedule = lr if callable(lr) else constant(lr)
        self.momentum = in_range("momentum", momentum, 0 <= momentum < 1, "from 0 to below 1")
        self.weight_decay = in_range("weight_decay", weight_decay, weight_decay >= 0, "0 or more")
        self.velocities = [0.0] * len(self.parameters)
        self.steps = 0

    def step(self) -> None:
        """Change the data of every parameter once."""
        lr = self.schedule(self.steps)
        for i, parameter in enumerate(self.parameters):
            velocity = parameter.grad
            if self.weight_decay:
                velocity = velocity + self.weight_decay * parameter.data
            if self.momentum:
                velocity = self.momentum * self.velocities[i] + velocity
                self.velocities[i] = velocity
            parameter.data -= lr * velocity
        self.steps += 1

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def constant(lr: float) -> Schedule:
    """Return the same rate for every step.

    Examples:
        >>> rate = constant(0.1)
        >>> rate(0), rate(1000)
        (0.1, 0.1)
    """
    in_range("lr", lr, lr >= 0, "0 or more")
    return lambda step: lr


def inverse(lr: float, decay: float = 1.0) -> Schedule:
    """Return a schedule that falls as 1/k: `lr / (1 + decay * step)`.

    Examples:
        >>> rate = inverse(0.5)
        >>> rate(0), rate(1), rate(4)
        (0.5, 0.25, 0.1)
    """
    in_range("lr", lr, lr >= 0, "0 or more")
    in_range("decay", decay, decay >= 0, "0 or more")
    return lambda step: lr / (1 + decay * step)


def step(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Return a schedule that falls by a factor after every so many steps.

    Examples:
        >>> rate = step(0.5, every=10, factor=0.5)
        >>> rate(0), rate(9), rate(10), rate(20)
        (0.5, 0.5, 0.25, 0.125)
    """
    in_range("lr", lr, lr >= 0, "0 or more")
    in_range("every", every, every >= 1, "at least 1")
    in_range("factor", factor, factor >= 0, "0 or more")
    return lambda step: lr * factor ** (step // every)


def cosine(lr: float, steps: int, final: float = 0.0) -> Schedule:
    """Return a schedule that falls along half a cosine, from `lr` to `final` after `steps` steps.

    Source: Loshchilov and Hutter, SGDR, 2017, without restarts.

    Examples:
        >>> rate = cosine(0.5, steps=100)
        >>> rate(0), round(rate(50), 3), rate(100), rate(200)
        (0.5, 0.25, 0.0, 0.0)
    """
    in_range("lr", lr, lr >= 0, "0 or more")
    in_range("steps", steps, steps >= 1, "at least 1")
    in_range("final", final, final >= 0, "0 or more")
    return lambda step: final + (lr - final) * (1 + math.cos(math.pi * min(step / steps, 1))) / 2


def in_range(name: str, given: float, condition: bool, expected: str) -> float:
    """Return the number; `ValueError` where the condition does not hold."""
    if not condition:
        raise ValueError(f"{name} is {given!r}, expected {expected}")
    return given
