"""Losses: one number that says how far predictions are from their targets; smaller is better.

All means are over the examples.
A mean is the sum divided by the number of examples, and so are its gradients: a learning rate that
suits one does not suit the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from micrograd import intact  # noqa: F401 (it checks as it is imported)
from micrograd.engine import Value, compute, logsumexp, weighted_sum


def sum_squared_error(predictions: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the sum of (prediction - target)².

    Args:
        predictions: n Values.
        targets: n numbers.

    Raises:
        ValueError: the numbers of predictions and targets differ, or are 0.

    Examples:
        >>> sum_squared_error([Value(0.5), Value(-1.0)], [1.0, -1.0])
        Value(data=0.25)
    """
    check(predictions, targets)
    return total([(p - target) ** 2 for p, target in zip(predictions, targets, strict=True)])


def mean_squared_error(predictions: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of (prediction - target)²; arguments and errors of `sum_squared_error`.

    Examples:
        >>> mean_squared_error([Value(0.5), Value(-1.0)], [1.0, -1.0])
        Value(data=0.125)
    """
    return sum_squared_error(predictions, targets) / len(targets)


def absolute_error(predictions: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of |prediction - target|; arguments and errors of `sum_squared_error`.

    Examples:
        >>> absolute_error([Value(0.5), Value(-1.0)], [1.0, -1.0])
        Value(data=0.25)
    """
    check(predictions, targets)
    errors = [abs(p - target) for p, target in zip(predictions, targets, strict=True)]
    return total(errors) / len(errors)


def hinge(scores: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of max(0, 1 - target * score), the loss of support-vector machines.

    Args:
        scores: n Values, unbounded; the sign is the predicted class.
        targets: n times 1 or -1.

    Raises:
        ValueError: the numbers of scores and targets differ, or are 0, or a target is neither.

    Examples:
        >>> hinge([Value(2.0), Value(0.5)], [1, -1])
        Value(data=0.75)
    """
    check(scores, targets, (1, -1))
    margins = [(score * -target + 1).relu() for score, target in zip(scores, targets, strict=True)]
    return total(margins) / len(margins)


def binary_cross_entropy(logits: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of -log of the probability that the sigmoid of a logit gives the target.

    That is log(1 + exp(logit)) - target * logit, which overflows for no logit.

    Args:
        logits: n Values, unbounded; above 0 means class 1.
        targets: n numbers from 0 to 1, mostly 0 or 1.

    Raises:
        ValueError: the numbers of logits and targets differ, or are 0, or a target is not in range.

    Examples:
        >>> binary_cross_entropy([Value(0.0)], [1])
        Value(data=0.6931471805599453)
    """
    check(logits, targets)
    for target in targets:
        compute(check_probability, target)
    zero = Value(0.0)
    terms = [logsumexp([z, zero]) - z * y for z, y in zip(logits, targets, strict=True)]
    return total(terms) / len(terms)


def softmax_cross_entropy(logits: Sequence[Sequence[Value]], targets: Sequence[int]) -> Value:
    """Return the mean of -log of the probability that softmax gives the target class.

    That is the logits' log-sum-exp minus the target's logit.

    Args:
        logits: n rows of c Values, unbounded.
        targets: n class numbers, from 0 to c - 1.

    Raises:
        ValueError: the numbers of rows and targets differ, or are 0, or a target is no class.

    Examples:
        >>> softmax_cross_entropy([[Value(0.0), Value(0.0)]], [1])
        Value(data=0.6931471805599453)
    """
    check(logits, targets)
    zero = Value(0.0)
    terms = []
    for row, target in zip(logits, targets, strict=True):
        compute(check_class, target, len(row))
        # A sum with weight 1 for the target's logit and 0 for the others, not the logit itself:
        # so the graph is the same for every target, and a compiled one takes new targets.
        one_hot = tuple([compute(is_class, i, target) for i in range(len(row))])
        terms.append(logsumexp(row) - weighted_sum(list(row), one_hot, zero))
    return total(terms) / len(terms)


def softmax(logits: Iterable[Value]) -> list[Value]:
    """Return the probabilities exp(logit) / Σ exp(logit), which are above 0 and sum to 1.

    Args:
        logits: c Values, unbounded; at least one.

    Raises:
        ValueError: there are no logits.

    Examples:
        >>> softmax([Value(0.0), Value(0.0)])
        [Value(data=0.5), Value(data=0.5)]
    """
    logits = list(logits)
    if not logits:
        raise ValueError("softmax got no logits, expected at least 1")
    normalizer = logsumexp(logits)
    return [(logit - normalizer).exp() for logit in logits]


def check(
    predictions: Sequence[object], targets: Sequence[float], classes: tuple[int, ...] = ()
) -> None:
    """Raise `ValueError` for numbers that differ or are 0, and for a target that is no class."""
    if len(predictions) != len(targets) or len(targets) == 0:
        raise ValueError(
            f"got {len(predictions)} predictions and {len(targets)} targets, "
            "expected as many of both, and at least 1"
        )
    if classes:
        for target in targets:
            compute(check_member, target, *classes)


def check_member(target: float, *classes: float) -> None:
    """Raise `ValueError` for a target that is none of the classes."""
    if target not in classes:
        raise ValueError(f"got the target {target!r}, expected one of {classes}")


def check_class(target: float, count: int) -> None:
    """Raise `ValueError` for a target that is no class number."""
    if target not in range(count):
        raise ValueError(f"got the target {target!r}, expected a class from 0 to {count - 1}")


def check_probability(target: float) -> None:
    """Raise `ValueError` for a target that is not from 0 to 1."""
    if not 0 <= target <= 1:
        raise ValueError(f"got the target {target!r}, expected a number from 0 to 1")


def is_class(number: int, target: float) -> float:
    """Return 1.0 for the target's class, else 0.0."""
    return float(number == target)


def total(values: Sequence[Value]) -> Value:
    """Return the sum of Values, of which there is at least one."""
    return sum(values[1:], start=values[0])
