"""Optimizers, and schedules for their learning rate.

A schedule is a function from the number of the step, counted from 0, to the learning rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any

from micrograd import intact  # noqa: F401 (it checks as it is imported)
from micrograd.engine import Value

Schedule = Callable[[int], float]


class Optimizer:
    """What all optimizers have in common.

    Args:
        parameters: the Values to change.
        lr: the learning rate: a number, or a schedule.
        max_norm: where the gradients, as one vector, are longer than this, they count as if they
            were scaled down to it. `None`: they are never scaled.

    Attributes:
        parameters: the Values.
        lr: the rate of the next step; may be set, to a number or a schedule.
        max_norm: see above; may be set, as every other setting.
        steps: how many steps were made.
        state: what is kept from step to step: lists with a number for each parameter.

    A step computes, in this order and in no other, so that a compiled training has the same bits:

    1. If `max_norm` is given: `total = 0.0`, for each parameter in turn
       `total = total + grad * grad`, `scale = max_norm / (sqrt(total) + 1e-6)` and, if
       `scale > 1.0`, `scale = 1.0`. Each gradient then counts as `grad * scale`; the Values' own
       `grad` stays. (As `torch.nn.utils.clip_grad_norm_`, whose `grad` changes.)
    2. `coefficients(steps)`, once: the numbers that are the same for all parameters.
    3. `update`, for each parameter: its new data and state from its data, gradient and state.

    Whoever writes another optimizer gives it a list in `state` for each number to keep, and these
    two methods.
    """

    __slots__ = ("max_norm", "parameters", "schedule", "state", "steps")

    def __init__(
        self, parameters: Iterable[Value], lr: float | Schedule, max_norm: float | None, kept: int
    ) -> None:
        self.lr = lr
        self.max_norm = max_norm
        self.parameters = checked_parameters(type(self).__name__, parameters)
        self.state = [[0.0] * len(self.parameters) for _ in range(kept)]
        self.steps = 0

    def __setattr__(self, name: str, value: Any) -> None:
        if name in SETTINGS:
            check, expected = SETTINGS[name]
            value = check(name, value, expected)
        super().__setattr__(name, value)

    @property
    def lr(self) -> float:
        """The learning rate of the next step."""
        return self.rate(self.steps)

    @lr.setter
    def lr(self, lr: float | Schedule) -> None:
        self.schedule = lr if callable(lr) else in_range("lr", lr, "0 or more")

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        if not callable(self.schedule):
            return self.schedule
        rate = self.schedule(step)
        if isinstance(rate, Real):
            return float(rate)
        raise TypeError(f"the schedule gave {rate!r} for step {step}, expected a number")

    def coefficients(self, step: int) -> tuple[float, ...]:
        """Return the numbers of a step, counted from 0, that are the same for all parameters."""
        raise NotImplementedError

    def update(
        self, data: float, grad: float, state: tuple[float, ...], coefficients: tuple[float, ...]
    ) -> tuple[float, tuple[float, ...]]:
        """Return new data and new state of one parameter; only `+ - * /` and `math.sqrt` in it."""
        raise NotImplementedError

    def step(self) -> None:
        """Change the data of every parameter once.

        Raises:
            TypeError: a gradient, or data, is no number. Nothing is changed then.
        """
        gradients = gradients_of(self.parameters)
        if self.max_norm is not None:
            scale = clipping_scale(gradients, self.max_norm)
            gradients = [grad * scale for grad in gradients]
        coefficients = self.coefficients(self.steps)
        update = self.update
        states = zip(*self.state, strict=True) if self.state else [()] * len(gradients)
        updated = [
            update(number_in(p, "data"), grad, state, coefficients)
            for p, grad, state in zip(self.parameters, gradients, states, strict=True)
        ]
        for parameter, (data, _) in zip(self.parameters, updated, strict=True):
            parameter.data = data
        for k, kept in enumerate(self.state):
            kept[:] = [state[k] for _, state in updated]
        self.steps += 1

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


class SGD(Optimizer):
    """Stochastic gradient descent: move each parameter a step against its gradient.

    Args:
        parameters, lr, max_norm: see `Optimizer`, also for its attributes.
        momentum: the share of the last step's velocity that is kept, from 0 to below 1.
        weight_decay: what share of a parameter is added to its gradient, 0 or more.

    The state is one list, the velocities (0 at first, and always without momentum). `update`:

    1. with weight decay: `grad = grad + weight_decay * data`
    2. with momentum: `velocity = momentum * velocity + grad`, and `grad = velocity`
    3. `data = data - lr * grad`

    as PyTorch's `torch.optim.SGD`. The only coefficient is `lr`.

    Raises:
        ValueError: a setting is outside its range, or there are no parameters, or one twice.
        TypeError: a setting is no number, or what should be a parameter is no Value.

    Examples:
        >>> w = Value(1.0)
        >>> optimizer = SGD([w], lr=0.1)
        >>> (w * w).backward()
        >>> optimizer.step()
        >>> w
        Value(data=0.8)
    """

    __slots__ = ("momentum", "weight_decay")

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        *,
        max_norm: float | None = None,
    ) -> None:
        self.momentum = momentum
        self.weight_decay = weight_decay
        super().__init__(parameters, lr, max_norm, kept=1)

    def coefficients(self, step: int) -> tuple[float, ...]:
        """Return the learning rate."""
        return (self.rate(step),)

    def update(
        self, data: float, grad: float, state: tuple[float, ...], coefficients: tuple[float, ...]
    ) -> tuple[float, tuple[float, ...]]:
        """Return new data and the new velocity of one parameter."""
        (lr,) = coefficients
        if self.weight_decay:
            grad = grad + self.weight_decay * data
        if self.momentum:
            (velocity,) = state
            grad = self.momentum * velocity + grad
            state = (grad,)
        return data - lr * grad, state


class Adam(Optimizer):
    """Adam: each parameter has a step size of its own, from its gradients so far.

    Args:
        parameters, lr, max_norm: see `Optimizer`, also for its attributes.
        betas: how much of the mean of the gradients, and of that of their squares, is kept at each
            step; both from 0 to below 1.
        eps: is added to the divisor; above 0.
        weight_decay: what share of a parameter is added to its gradient, 0 or more.

    The state is two lists, the means of gradients and of their squares (0 at first).
    The coefficients of step t, counted from 1 (`step + 1`), are
    `step_size = lr / (1.0 - beta1**t)` and `root = math.sqrt(1.0 - beta2**t)`: they correct the
    means, which begin at 0. `update`:

    1. with weight decay: `grad = grad + weight_decay * data`
    2. `mean = beta1 * mean + (1.0 - beta1) * grad`
    3. `square = beta2 * square + (1.0 - beta2) * (grad * grad)`
    4. `data = data - step_size * mean / (sqrt(square) / root + eps)`

    where `a * b / c` is `(a * b) / c`; as PyTorch's `torch.optim.Adam`.

    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015.

    Raises:
        ValueError, TypeError: see `SGD`.

    Examples:
        >>> w = Value(1.0)
        >>> optimizer = Adam([w], lr=0.1)
        >>> (w * w).backward()
        >>> optimizer.step()
        >>> round(w.data, 6)
        0.9
    """

    __slots__ = ("betas", "eps", "weight_decay")

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        max_norm: float | None = None,
    ) -> None:
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        super().__init__(parameters, lr, max_norm, kept=2)

    def coefficients(self, step: int) -> tuple[float, ...]:
        """Return the size of the step, and the root that corrects the mean of the squares."""
        beta1, beta2 = self.betas
        t = step + 1
        return self.rate(step) / (1.0 - beta1**t), math.sqrt(1.0 - beta2**t)

    def update(
        self, data: float, grad: float, state: tuple[float, ...], coefficients: tuple[float, ...]
    ) -> tuple[float, tuple[float, ...]]:
        """Return new data and new means of one parameter."""
        step_size, root = coefficients
        beta1, beta2 = self.betas
        mean, square = state
        if self.weight_decay:
            grad = grad + self.weight_decay * data
        mean = beta1 * mean + (1.0 - beta1) * grad
        square = beta2 * square + (1.0 - beta2) * (grad * grad)
        return data - step_size * mean / (math.sqrt(square) / root + self.eps), (mean, square)


class AdamW(Adam):
    """Adam with weight decay that does not pass through the means.

    Args:
        parameters, lr, betas, eps, max_norm: see `Adam`.
        weight_decay: what share of a parameter, times the learning rate, each step takes off it;
            0 or more.

    Its coefficients are Adam's and a third, `keep = 1.0 - lr * weight_decay`. `update` is Adam's,
    but in place of its first line, and always: `data = data * keep`; as PyTorch's
    `torch.optim.AdamW`.

    Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019.

    Raises:
        ValueError, TypeError: see `SGD`.

    Examples:
        >>> w = Value(1.0)
        >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
        >>> (w * w).backward()
        >>> optimizer.step()
        >>> round(w.data, 6)
        0.85
    """

    __slots__ = ()

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        *,
        max_norm: float | None = None,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay, max_norm=max_norm)

    def coefficients(self, step: int) -> tuple[float, ...]:
        """Return Adam's, and the share of a parameter that is kept."""
        return *super().coefficients(step), 1.0 - self.rate(step) * self.weight_decay

    def update(
        self, data: float, grad: float, state: tuple[float, ...], coefficients: tuple[float, ...]
    ) -> tuple[float, tuple[float, ...]]:
        """Return new data and new means of one parameter."""
        step_size, root, keep = coefficients
        beta1, beta2 = self.betas
        mean, square = state
        data = data * keep
        mean = beta1 * mean + (1.0 - beta1) * grad
        square = beta2 * square + (1.0 - beta2) * (grad * grad)
        return data - step_size * mean / (math.sqrt(square) / root + self.eps), (mean, square)


def clip_grad_norm(parameters: Iterable[Value], max_norm: float) -> float:
    """Scale the gradients down so that, as one vector, they are at most so long.

    Args:
        parameters: the Values whose `grad` is scaled.
        max_norm: the greatest length, above 0.

    Returns:
        the length before; as PyTorch's `torch.nn.utils.clip_grad_norm_`. An optimizer that is given
        `max_norm` does the same in each step, but leaves `grad` as it is.

    Raises:
        ValueError, TypeError: see `SGD`.

    Examples:
        >>> a, b = Value(3.0), Value(4.0)
        >>> (a * a / 2 + b * b / 2).backward()
        >>> clip_grad_norm([a, b], max_norm=1.0)
        5.0
        >>> round(a.grad, 3), round(b.grad, 3)
        (0.6, 0.8)
    """
    in_range("max_norm", max_norm, "above 0")
    parameters = checked_parameters("clip_grad_norm", parameters)
    gradients = gradients_of(parameters)
    scale = clipping_scale(gradients, max_norm)
    for parameter, grad in zip(parameters, gradients, strict=True):
        parameter.grad = grad * scale
    return norm(gradients)


def norm(gradients: Iterable[float]) -> float:
    """Return the length of a vector."""
    total = 0.0
    for grad in gradients:
        total = total + grad * grad
    return math.sqrt(total)


def clipping_scale(gradients: Iterable[float], max_norm: float) -> float:
    """Return what to multiply each gradient with; nan where one of them is nan, as in PyTorch."""
    scale = max_norm / (norm(gradients) + 1e-6)
    return 1.0 if scale > 1.0 else scale


def constant(lr: float) -> Schedule:
    """Return the same rate for every step.

    Examples:
        >>> rate = constant(0.1)
        >>> rate(0), rate(1000)
        (0.1, 0.1)
    """
    in_range("lr", lr, "0 or more")
    return lambda step: lr


def inverse(lr: float, decay: float = 1.0) -> Schedule:
    """Return a schedule that falls as 1/k: `lr / (1 + decay * step)`.

    Examples:
        >>> rate = inverse(0.5)
        >>> rate(0), rate(1), rate(4)
        (0.5, 0.25, 0.1)
    """
    in_range("lr", lr, "0 or more")
    in_range("decay", decay, "0 or more")
    return lambda step: lr / (1 + decay * step)


def step(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Return a schedule that falls by a factor after every so many steps.

    Examples:
        >>> rate = step(0.5, every=10, factor=0.5)
        >>> rate(0), rate(9), rate(10), rate(20)
        (0.5, 0.5, 0.25, 0.125)
    """
    in_range("lr", lr, "0 or more")
    in_range("every", every, "at least 1")
    in_range("factor", factor, "0 or more")
    return lambda step: lr * factor ** (step // every)


def cosine(lr: float, steps: int, final: float = 0.0) -> Schedule:
    """Return a schedule that falls along half a cosine, from `lr` to `final` after `steps` steps.

    Source: Loshchilov and Hutter, SGDR, 2017, without restarts.

    Examples:
        >>> rate = cosine(0.5, steps=100)
        >>> rate(0), round(rate(50), 3), rate(100), rate(200)
        (0.5, 0.25, 0.0, 0.0)
    """
    in_range("lr", lr, "0 or more")
    in_range("steps", steps, "at least 1")
    in_range("final", final, "0 or more")
    return lambda step: final + (lr - final) * (1 + math.cos(math.pi * min(step / steps, 1))) / 2


def linear(lr: float, steps: int, final: float = 0.0) -> Schedule:
    """Return a schedule that falls in a straight line, from `lr` to `final` after `steps` steps.

    Examples:
        >>> rate = linear(0.5, steps=100)
        >>> rate(0), rate(50), rate(100), rate(200)
        (0.5, 0.25, 0.0, 0.0)
    """
    in_range("lr", lr, "0 or more")
    in_range("steps", steps, "at least 1")
    in_range("final", final, "0 or more")
    return lambda step: final + (lr - final) * (1 - min(step / steps, 1))


def checked_parameters(receiver: str, parameters: Iterable[Value]) -> list[Value]:
    """Return the parameters as a list; an error says what else was given."""
    if callable(getattr(parameters, "parameters", None)):
        raise TypeError(
            f"{receiver} got {parameters!r}, expected its parameters: write .parameters()"
        )
    if isinstance(parameters, Value) or not isinstance(parameters, Iterable):
        call = "call it: write .parameters()" if callable(parameters) else "in a list"
        raise TypeError(f"{receiver} got {parameters!r}, expected Values; {call}")
    values = list(parameters)
    for value in values:
        # A class of a reader's own will do.
        if not (hasattr(value, "data") and hasattr(value, "grad")):
            raise TypeError(f"{receiver} got {value!r} among the parameters, expected only Values")
    if not values:
        raise ValueError(f"{receiver} got no parameters, expected at least one Value")
    if len(set(values)) < len(values):
        twice = next(i for i, value in enumerate(values) if value in values[:i])
        raise ValueError(
            f"{receiver} got one Value twice, as parameters {values.index(values[twice])} and "
            f"{twice}, expected each once: it would move twice in a step"
        )
    return values


def gradients_of(parameters: list[Value]) -> list[float]:
    """Return the gradient of each parameter as a float."""
    return [number_in(parameter, "grad") for parameter in parameters]


def number_in(parameter: Value, name: str) -> float:
    """Return the data or the gradient of a parameter as a float; `TypeError` if it is no number."""
    given = getattr(parameter, name)
    if type(given) is float:
        return given
    if isinstance(given, Real):
        return float(given)
    way_out = ": zero_grad() sets it to 0.0" if name == "grad" else ""
    raise TypeError(f"a parameter's {name} is {given!r}, expected a number{way_out}")


RANGES: dict[str, Callable[[float], bool]] = {
    "0 or more": lambda x: x >= 0,
    "above 0": lambda x: x > 0,
    "at least 1": lambda x: x >= 1,
    "from 0 to below 1": lambda x: 0 <= x < 1,
}


def in_range(name: str, given: float, expected: str) -> float:
    """Return the number as a float; an error where it is none, or outside its range."""
    if not isinstance(given, Real):
        raise TypeError(f"{name} is {given!r}, expected a number, {expected}")
    if not RANGES[expected](float(given)):
        raise ValueError(f"{name} is {given!r}, expected {expected}")
    return float(given)


def in_range_or_none(name: str, given: float | None, expected: str) -> float | None:
    """Return the number as `in_range` does, and None as it is."""
    return None if given is None else in_range(name, given, expected)


def both_in_range(name: str, given: tuple[float, float], expected: str) -> tuple[float, float]:
    """Return two numbers as `in_range` does."""
    if not isinstance(given, Sequence) or len(given) != 2:
        raise TypeError(f"{name} is {given!r}, expected two numbers, both {expected}")
    first, second = given
    return in_range(f"{name}[0]", first, expected), in_range(f"{name}[1]", second, expected)


SETTINGS: dict[str, tuple[Callable[..., Any], str]] = {
    "betas": (both_in_range, "from 0 to below 1"),
    "eps": (in_range, "above 0"),
    "max_norm": (in_range_or_none, "above 0"),
    "momentum": (in_range, "from 0 to below 1"),
    "weight_decay": (in_range, "0 or more"),
}
"""How a setting of an optimizer is checked, whenever it is set, and what is expected of it."""
