"""Programs in the styles that learners write: a loss, its parameters, and new data for each call.

Each is a function of a `random.Random` that makes weights and data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from micrograd import losses
from micrograd.engine import Value, logsumexp, weighted_sum
from micrograd.nn import MLP, Layer, Neuron


class Program(NamedTuple):
    """What a learner would give to `compile`, and arguments for a call."""

    loss: Callable[..., Any]
    parameters: list[Value]
    data: Callable[[], tuple[Any, ...]]


PROGRAMS: dict[str, Callable[[Random], Program]] = {}


def program(function: Callable[[Random], Program]) -> Callable[[Random], Program]:
    """Put a program into the zoo."""
    PROGRAMS[function.__name__] = function
    return function


def values(draw: Random, count: int, scale: float = 0.5) -> list[Value]:
    """Fresh parameters."""
    return [Value(draw.gauss(0, scale)) for _ in range(count)]


def matrix(draw: Random, rows: int, columns: int, scale: float = 0.5) -> list[list[Value]]:
    """A matrix of fresh parameters."""
    return [values(draw, columns, scale) for _ in range(rows)]


def flat(*matrices: list[list[Value]]) -> list[Value]:
    """The parameters of matrices."""
    return [w for each in matrices for row in each for w in row]


def numbers(draw: Random, *lengths: int) -> Any:
    """Nested lists of numbers."""
    if not lengths:
        return draw.gauss(0, 1)
    return [numbers(draw, *lengths[1:]) for _ in range(lengths[0])]


def signs(draw: Random, count: int) -> list[int]:
    """Labels -1 and 1."""
    return [draw.choice([-1, 1]) for _ in range(count)]


def classes(draw: Random, count: int, of: int) -> list[int]:
    """Class numbers."""
    return [draw.randrange(of) for _ in range(count)]


def model(draw: Random, *sizes: int, activation: str = "tanh", output: str = "linear") -> MLP:
    """A network with weights of its own."""
    made = MLP(sizes[0], list(sizes[1:]), activation, output)
    for parameter in made.parameters():
        parameter.data = draw.gauss(0, 0.5)
    return made


def matvec(weights: list[list[Value]], x: list[Any]) -> list[Any]:
    """A matrix times a vector, as karpathy's microgpt writes it."""
    return [sum(w * a for w, a in zip(row, x, strict=True)) for row in weights]


def softmax(logits: list[Any]) -> list[Any]:
    """By hand, without the largest taken off."""
    exps = [x.exp() for x in logits]
    total = sum(exps)
    return [e / total for e in exps]


def rms(x: list[Any]) -> list[Any]:
    """RMS normalisation."""
    scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


# Fits of few parameters


@program
def line_fit(draw: Random) -> Program:
    a, b = values(draw, 2)

    def loss(xs: Any, ys: Any) -> Any:
        return sum((a * x + b - y) ** 2 for x, y in zip(xs, ys, strict=True)) / len(xs)

    return Program(loss, [a, b], lambda: (numbers(draw, 6), numbers(draw, 6)))


@program
def single_numbers(draw: Random) -> Program:
    a, b = values(draw, 2)
    return Program(
        lambda x, y: (a * x + b - y) ** 2, [a, b], lambda: (draw.gauss(0, 1), draw.gauss(0, 1))
    )


@program
def pairs_as_rows(draw: Random) -> Program:
    a, b = values(draw, 2)
    return Program(
        lambda rows: sum((a * x + b - y) ** 2 for x, y in rows),
        [a, b],
        lambda: ([tuple(numbers(draw, 2)) for _ in range(5)],),
    )


@program
def dictionary_of_columns(draw: Random) -> Program:
    a, b = values(draw, 2)

    def loss(data: Any) -> Any:
        return sum((a * x + b - y) ** 2 for x, y in zip(data["x"], data["y"], strict=True))

    return Program(loss, [a, b], lambda: ({"x": numbers(draw, 4), "y": numbers(draw, 4)},))


@program
def polynomial(draw: Random) -> Program:
    w = values(draw, 4)

    def loss(xs: Any, ys: Any) -> Any:
        return sum(
            (sum(c * x**k for k, c in enumerate(w)) - y) ** 2 for x, y in zip(xs, ys, strict=True)
        )

    return Program(loss, w, lambda: (numbers(draw, 7), numbers(draw, 7)))


@program
def exponential_decay(draw: Random) -> Program:
    a, k = Value(1.0), Value(0.3)

    def loss(ts: Any, ys: Any) -> Any:
        return sum((a * (-k * t).exp() - y) ** 2 for t, y in zip(ts, ys, strict=True))

    return Program(loss, [a, k], lambda: ([abs(x) for x in numbers(draw, 5)], numbers(draw, 5)))


@program
def logistic_regression(draw: Random) -> Program:
    w, b = values(draw, 3), Value(0.0)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            p = (sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b).sigmoid()
            t = t - (y * p.log() + (1 - y) * (1 - p).log())
        return t / len(xs)

    return Program(loss, [*w, b], lambda: (numbers(draw, 6, 3), classes(draw, 6, 2)))


@program
def bias_column(draw: Random) -> Program:
    w = values(draw, 2)

    def loss(data: Any) -> Any:
        t: Any = 0
        for b, x, y in data:
            p = (w[0] * b + w[1] * x).sigmoid()
            t = t - (y * p.log() + (1 - y) * (1 - p).log())
        return t / len(data)

    return Program(
        loss, w, lambda: ([(1.0, draw.gauss(0, 1), draw.randrange(2)) for _ in "12345"],)
    )


@program
def huber_by_operations(draw: Random) -> Program:
    a, b = values(draw, 2)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            e = abs(a * x + b - y)
            over = (e - 1).relu()
            t = t + 0.5 * (e - over) ** 2 + over
        return t

    return Program(loss, [a, b], lambda: (numbers(draw, 6), numbers(draw, 6)))


@program
def constants_and_powers(draw: Random) -> Program:
    a, b = Value(0.7), Value(1.3)

    def loss(x: Any, k: Any) -> Any:
        return (2**a - x / 255) ** 2 + (b**a) * x + 3 / b + (1 - k) * a**0.5 - (b - 2 * a) ** -1

    return Program(loss, [a, b], lambda: (draw.random(), draw.randrange(3)))


@program
def python_arithmetic_on_data(draw: Random) -> Program:
    a, b = values(draw, 2)

    def loss(xs: Any, ys: Any) -> Any:
        mean = sum(xs) / len(xs)
        return sum(
            (a * ((x - mean) / 10 % 3) + b * (x // 2) - abs(-y) ** 2) ** 2
            for x, y in zip(xs, ys, strict=True)
        )

    return Program(loss, [a, b], lambda: (numbers(draw, 5), numbers(draw, 5)))


@program
def methods_kept_from_before(draw: Random) -> Program:
    a = Value(0.4)
    shapes: dict[str, Any] = {"tanh": Value.tanh, "times": Value.__mul__}

    def loss(xs: Any) -> Any:
        return sum(shapes["tanh"](shapes["times"](a, x)) ** 2 for x in xs)

    return Program(loss, [a], lambda: (numbers(draw, 4),))


# Networks


@program
def network_squared_error(draw: Random) -> Program:
    m = model(draw, 2, 4, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        return sum((m(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)) / len(xs)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 7, 2), signs(draw, 7)))


@program
def moons_hinge_and_penalty(draw: Random) -> Program:
    m = model(draw, 2, 16, 16, 1, activation="relu")

    def loss(xs: Any, ys: Any) -> Any:
        scores = [m(x) for x in xs]
        terms = [(1 + -y * s).relu() for y, s in zip(ys, scores, strict=True)]
        return sum(terms) * (1.0 / len(terms)) + 1e-4 * sum(p * p for p in m.parameters())

    return Program(loss, m.parameters(), lambda: (numbers(draw, 12, 2), signs(draw, 12)))


@program
def wide_relu_network(draw: Random) -> Program:
    m = model(draw, 3, 34, 33, 1, activation="relu")

    def loss(xs: Any, ys: Any) -> Any:
        return losses.hinge([m(x) for x in xs], ys)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 9, 3), signs(draw, 9)))


@program
def sigmoid_network(draw: Random) -> Program:
    m = model(draw, 3, 5, 1, activation="sigmoid")

    def loss(xs: Any, ys: Any) -> Any:
        return losses.binary_cross_entropy([m(x) for x in xs], ys)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 6, 3), classes(draw, 6, 2)))


@program
def several_outputs(draw: Random) -> Program:
    m = model(draw, 2, 5, 3)

    def loss(xs: Any, ys: Any) -> Any:
        return sum(
            (o - t) ** 2 for x, y in zip(xs, ys, strict=True) for o, t in zip(m(x), y, strict=True)
        )

    return Program(loss, m.parameters(), lambda: (numbers(draw, 5, 2), numbers(draw, 5, 3)))


@program
def classifier_softmax(draw: Random) -> Program:
    m = model(draw, 2, 6, 4)

    def loss(xs: Any, ys: Any) -> Any:
        return losses.softmax_cross_entropy([m(x) for x in xs], ys)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 6, 2), classes(draw, 6, 4)))


@program
def classifier_by_hand(draw: Random) -> Program:
    m = model(draw, 2, 6, 4)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            probabilities = softmax(m(x))
            t = t - probabilities[y].log()
        return t / len(xs)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 5, 2), classes(draw, 5, 4)))


@program
def two_sums_share_predictions(draw: Random) -> Program:
    m = model(draw, 2, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        p = [m(x) for x in xs]
        fit = sum((a - y) ** 2 for a, y in zip(p, ys, strict=True))
        return fit / len(xs) + 0.1 * sum(a * a for a in p)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 8, 2), signs(draw, 8)))


@program
def two_sums_of_calls(draw: Random) -> Program:
    m = model(draw, 2, 4, 1)

    def loss(d: Any) -> Any:
        fit = sum((m([a, b]) - y) ** 2 for a, b, y in d) / len(d)
        return fit + 0.1 * sum(m([a, b]) ** 2 for a, b, _ in d)

    return Program(
        loss, m.parameters(), lambda: ([(*numbers(draw, 2), draw.choice([-1, 1])) for _ in "1234"],)
    )


@program
def accumulated_backwards(draw: Random) -> Program:
    m = model(draw, 2, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            t = (m(x) - y) ** 2 + t
        return t

    return Program(loss, m.parameters(), lambda: (numbers(draw, 6, 2), signs(draw, 6)))


@program
def mean_absolute_error(draw: Random) -> Program:
    m = model(draw, 1, 6, 1)

    def loss(xs: Any, ys: Any) -> Any:
        return losses.absolute_error([m([x]) for x in xs], ys)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 6), numbers(draw, 6)))


@program
def layers_called_one_by_one(draw: Random) -> Program:
    one, two = Layer(3, 4, "relu"), Layer(4, 2, "linear")

    def loss(xs: Any, ys: Any) -> Any:
        return sum(abs(two(one(x))[k] - y) for x, y in zip(xs, ys, strict=True) for k in range(2))

    parameters = one.parameters() + two.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 4, 3), numbers(draw, 4)))


@program
def perceptron(draw: Random) -> Program:
    n = Neuron(3, "linear")

    def loss(xs: Any, ys: Any) -> Any:
        return sum((-y * n(x)).relu() for x, y in zip(xs, ys, strict=True))

    return Program(loss, n.parameters(), lambda: (numbers(draw, 5, 3), signs(draw, 5)))


@program
def residual(draw: Random) -> Program:
    a, b, out = model(draw, 4, 4, activation="relu"), model(draw, 4, 4), model(draw, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            h = [u + v for u, v in zip(a(x), x, strict=True)]
            h = [u + v.tanh() for u, v in zip(h, b(h), strict=True)]
            t += (out(h) - y) ** 2
        return t

    parameters = a.parameters() + b.parameters() + out.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 5, 4), signs(draw, 5)))


@program
def layer_normalisation(draw: Random) -> Program:
    m, out = model(draw, 3, 5), model(draw, 5, 1)
    gain, shift = [Value(1.0) for _ in range(5)], [Value(0.0) for _ in range(5)]

    def norm(h: Any) -> Any:
        mean = sum(h) / len(h)
        variance = sum((a - mean) ** 2 for a in h) / len(h)
        scale = (variance + 1e-5) ** -0.5
        return [g * (a - mean) * scale + s for g, s, a in zip(gain, shift, h, strict=True)]

    def loss(xs: Any, ys: Any) -> Any:
        return sum((out(norm(m(x))) - y) ** 2 for x, y in zip(xs, ys, strict=True))

    parameters = [*m.parameters(), *out.parameters(), *gain, *shift]
    return Program(loss, parameters, lambda: (numbers(draw, 4, 3), signs(draw, 4)))


@program
def batch_normalisation(draw: Random) -> Program:
    m, out = model(draw, 2, 4), model(draw, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        rows = [m(x) for x in xs]
        n = len(rows)
        columns = []
        for column in zip(*rows, strict=True):
            mean = sum(column) / n
            variance = sum((a - mean) ** 2 for a in column) / n
            columns.append([(a - mean) / (variance + 1e-5) ** 0.5 for a in column])
        normed = [list(row) for row in zip(*columns, strict=True)]
        return sum((out(r) - y) ** 2 for r, y in zip(normed, ys, strict=True)) / n

    parameters = m.parameters() + out.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 6, 2), signs(draw, 6)))


@program
def autoencoder(draw: Random) -> Program:
    encode, decode = model(draw, 4, 2), model(draw, 2, 4)

    def loss(xs: Any) -> Any:
        return sum(
            (a - b) ** 2 for x in xs for a, b in zip(decode(encode(x)), x, strict=True)
        ) / len(xs)

    return Program(loss, encode.parameters() + decode.parameters(), lambda: (numbers(draw, 5, 4),))


@program
def variational_autoencoder(draw: Random) -> Program:
    encode, decode = model(draw, 3, 4), model(draw, 2, 3)

    def loss(xs: Any, noise: Any) -> Any:
        t: Any = 0
        for x, e in zip(xs, noise, strict=True):
            h = encode(x)
            mean, log_variance = h[:2], h[2:]
            z = [a + (0.5 * v).exp() * n for a, v, n in zip(mean, log_variance, e, strict=True)]
            t += sum((a - b) ** 2 for a, b in zip(decode(z), x, strict=True))
            t += -0.5 * sum(
                1 + v - a * a - v.exp() for a, v in zip(mean, log_variance, strict=True)
            )
        return t / len(xs)

    parameters = encode.parameters() + decode.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 3, 3), numbers(draw, 3, 2)))


@program
def dropout_by_mask(draw: Random) -> Program:
    m, out = model(draw, 2, 6), model(draw, 6, 1)

    def loss(xs: Any, ys: Any, masks: Any) -> Any:
        t: Any = 0
        for x, y, mask in zip(xs, ys, masks, strict=True):
            h = [a * keep / 0.5 for a, keep in zip(m(x), mask, strict=True)]
            t = t + (out(h) - y) ** 2
        return t / len(xs)

    def data() -> Any:
        masks = [classes(draw, 6, 2) for _ in range(4)]
        return numbers(draw, 4, 2), signs(draw, 4), masks

    return Program(loss, m.parameters() + out.parameters(), data)


@program
def tied_weights(draw: Random) -> Program:
    w = matrix(draw, 2, 4)

    def loss(xs: Any) -> Any:
        t: Any = 0
        for x in xs:
            h = [a.tanh() for a in matvec(w, x)]
            back = [sum(w[i][j] * h[i] for i in range(2)) for j in range(4)]
            t += sum((a - b) ** 2 for a, b in zip(back, x, strict=True))
        return t

    return Program(loss, flat(w), lambda: (numbers(draw, 4, 4),))


@program
def siamese(draw: Random) -> Program:
    m = model(draw, 3, 4, 2)

    def loss(pairs: Any) -> Any:
        t: Any = 0
        for a, b, same in pairs:
            d = sum((u - v) ** 2 for u, v in zip(m(a), m(b), strict=True))
            t = t + same * d + (1 - same) * (1 - d).relu()
        return t / len(pairs)

    def data() -> Any:
        return ([(numbers(draw, 3), numbers(draw, 3), draw.randrange(2)) for _ in range(4)],)

    return Program(loss, m.parameters(), data)


@program
def contrastive_pairs(draw: Random) -> Program:
    m = model(draw, 2, 3)

    def loss(left: Any, right: Any) -> Any:
        a, b = [m(x) for x in left], [m(x) for x in right]
        t: Any = 0
        for i, u in enumerate(a):
            scores = [sum(p * q for p, q in zip(u, v, strict=True)) for v in b]
            t += logsumexp(scores) - scores[i]
        return t / len(a)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 4, 2), numbers(draw, 4, 2)))


@program
def mixture_of_experts(draw: Random) -> Program:
    gate, one, two = model(draw, 2, 2), model(draw, 2, 3, 1), model(draw, 2, 3, 1)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            g = losses.softmax(gate(x))
            t += (g[0] * one(x) + g[1] * two(x) - y) ** 2
        return t

    parameters = gate.parameters() + one.parameters() + two.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 5, 2), signs(draw, 5)))


@program
def radial_basis(draw: Random) -> Program:
    centres, weights = matrix(draw, 4, 2), values(draw, 4)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            out: Any = 0
            for c, w in zip(centres, weights, strict=True):
                out += w * (-sum((a - b) ** 2 for a, b in zip(c, x, strict=True))).exp()
            t += (out - y) ** 2
        return t

    return Program(loss, flat(centres) + weights, lambda: (numbers(draw, 5, 2), signs(draw, 5)))


@program
def highway_gates(draw: Random) -> Program:
    gate, change, out = model(draw, 3, 3), model(draw, 3, 3), model(draw, 3, 1)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            mixed = [
                g.sigmoid() * c.tanh() + (1 - g.sigmoid()) * a
                for g, c, a in zip(gate(x), change(x), x, strict=True)
            ]
            t += (out(mixed) - y) ** 2
        return t

    parameters = gate.parameters() + change.parameters() + out.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 4, 3), signs(draw, 4)))


@program
def gradient_penalty_of_weights(draw: Random) -> Program:
    m = model(draw, 2, 5, 1)

    def loss(xs: Any, ys: Any, strength: Any) -> Any:
        fit = sum((m(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
        return fit + strength * sum(abs(p) for p in m.parameters())

    return Program(
        loss, m.parameters(), lambda: (numbers(draw, 4, 2), signs(draw, 4), draw.random())
    )


@program
def weighted_examples(draw: Random) -> Program:
    m = model(draw, 2, 4, 1)

    def loss(xs: Any, ys: Any, weights: Any) -> Any:
        return sum(w * (m(x) - y) ** 2 for x, y, w in zip(xs, ys, weights, strict=True)) / sum(
            weights
        )

    def data() -> Any:
        return numbers(draw, 5, 2), signs(draw, 5), [draw.random() + 0.1 for _ in range(5)]

    return Program(loss, m.parameters(), data)


@program
def frozen_body_new_head(draw: Random) -> Program:
    body, head = model(draw, 2, 4), model(draw, 4, 1)

    def loss(xs: Any, ys: Any) -> Any:
        for p in body.parameters():  # leaves that are read at each call
            assert isinstance(p, Value)
        return sum((head(body(x)) - y) ** 2 for x, y in zip(xs, ys, strict=True))

    return Program(loss, head.parameters(), lambda: (numbers(draw, 5, 2), signs(draw, 5)))


@program
def distillation(draw: Random) -> Program:
    teacher, student = model(draw, 2, 6, 3), model(draw, 2, 3)

    def loss(xs: Any) -> Any:
        t: Any = 0
        for x in xs:
            p = losses.softmax(teacher(x))
            scores = student(x)
            normalizer = logsumexp(scores)
            t += sum(a * (normalizer - b) for a, b in zip(p, scores, strict=True))
        return t / len(xs)

    return Program(loss, student.parameters(), lambda: (numbers(draw, 4, 2),))


@program
def value_inputs_as_leaves(draw: Random) -> Program:
    w = values(draw, 3)
    scale = Value(2.0)
    return Program(
        lambda x: sum((scale * p - x) ** 2 for p in w) / scale, w, lambda: (draw.gauss(0, 1),)
    )


# Sequences


@program
def recurrent(draw: Random) -> Program:
    w, u, out = matrix(draw, 3, 3), values(draw, 3), values(draw, 3)

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [Value(0.0)] * 3
        for x in xs:
            h = [
                (sum(a * b for a, b in zip(w[i], h, strict=True)) + u[i] * x).tanh()
                for i in range(3)
            ]
        return (sum(a * b for a, b in zip(out, h, strict=True)) - y) ** 2

    return Program(loss, flat(w) + u + out, lambda: (numbers(draw, 8), draw.gauss(0, 1)))


@program
def recurrent_each_step_predicts(draw: Random) -> Program:
    cell, out = model(draw, 4, 3, output="tanh"), model(draw, 3, 1)

    def loss(xs: Any) -> Any:
        h: list[Any] = [0.0, 0.0, 0.0]
        t: Any = 0
        for now, following in pairwise(xs):
            h = cell([now, *h])
            t = t + (out(h) - following) ** 2
        return t / len(xs)

    return Program(loss, cell.parameters() + out.parameters(), lambda: (numbers(draw, 7),))


@program
def gated_recurrent(draw: Random) -> Program:
    z, r, c = (model(draw, 3, 2) for _ in range(3))

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [Value(0.0), Value(0.0)]
        for x in xs:
            update = [a.sigmoid() for a in z([x, *h])]
            reset = [a.sigmoid() for a in r([x, *h])]
            new = [a.tanh() for a in c([x, *[k * b for k, b in zip(reset, h, strict=True)]])]
            h = [(1 - k) * a + k * b for k, a, b in zip(update, h, new, strict=True)]
        return (h[0] - y) ** 2 + h[1] * h[1]

    parameters = z.parameters() + r.parameters() + c.parameters()
    return Program(loss, parameters, lambda: (numbers(draw, 5), draw.gauss(0, 1)))


@program
def long_short_term_memory(draw: Random) -> Program:
    gates = [model(draw, 3, 2) for _ in range(4)]

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [Value(0.0), Value(0.0)]
        c: list[Any] = [Value(0.0), Value(0.0)]
        for x in xs:
            f, i, o, g = ([a for a in gate([x, *h])] for gate in gates)
            c = [
                a.sigmoid() * b + d.sigmoid() * e.tanh()
                for a, b, d, e in zip(f, c, i, g, strict=True)
            ]
            h = [a.sigmoid() * b.tanh() for a, b in zip(o, c, strict=True)]
        return (h[0] + h[1] - y) ** 2

    parameters = [p for gate in gates for p in gate.parameters()]
    return Program(loss, parameters, lambda: (numbers(draw, 4), draw.gauss(0, 1)))


@program
def sequences_of_different_lengths(draw: Random) -> Program:
    cell, out = model(draw, 3, 2, output="tanh"), model(draw, 2, 1)

    def loss(xs: Any, y: Any) -> Any:
        h: list[Any] = [0.0, 0.0]
        for x in xs:
            h = cell([x, *h])
        return (out(h) - y) ** 2

    def data() -> Any:
        return numbers(draw, draw.randrange(2, 6)), draw.gauss(0, 1)

    return Program(loss, cell.parameters() + out.parameters(), data)


@program
def convolution_in_one_dimension(draw: Random) -> Program:
    kernel, bias, out = values(draw, 3), Value(0.1), values(draw, 6)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            h = [
                (sum(kernel[k] * x[i + k] for k in range(3)) + bias).relu()
                for i in range(len(x) - 2)
            ]
            t += (sum(a * b for a, b in zip(out, h, strict=True)) - y) ** 2
        return t

    return Program(loss, [*kernel, bias, *out], lambda: (numbers(draw, 3, 8), signs(draw, 3)))


@program
def convolution_in_two_dimensions(draw: Random) -> Program:
    kernels, out = [matrix(draw, 2, 2) for _ in range(2)], values(draw, 8)

    def loss(image: Any, y: Any) -> Any:
        maps = []
        for kernel in kernels:
            for i in range(0, 4, 2):
                for j in range(0, 4, 2):
                    s = sum(
                        kernel[a][b] * (image[i + a][j + b] / 255)
                        for a in range(2)
                        for b in range(2)
                    )
                    maps.append(s.relu())
        return (sum(a * b for a, b in zip(out, maps, strict=True)) - y) ** 2

    def data() -> Any:
        return [[draw.randrange(256) for _ in range(4)] for _ in range(4)], draw.choice([-1, 1])

    return Program(loss, flat(*kernels) + out, data)


@program
def moving_average_filter(draw: Random) -> Program:
    a = Value(0.3)

    def loss(xs: Any) -> Any:
        s: Any = 0.0
        t: Any = 0
        for x in xs:
            s = a * x + (1 - a) * s
            t = t + (s - x) ** 2
        return t

    return Program(loss, [a], lambda: (numbers(draw, 9),))


# Indices as data


@program
def bigram(draw: Random) -> Program:
    w = matrix(draw, 5, 5)

    def loss(tokens: Any) -> Any:
        t: Any = 0
        for a, b in pairwise(tokens):
            t = t + logsumexp(w[a]) - w[a][b]
        return t / len(tokens)

    return Program(loss, flat(w), lambda: (classes(draw, 8, 5),))


@program
def bigram_softmax_by_hand(draw: Random) -> Program:
    w = matrix(draw, 4, 4)

    def loss(pairs: Any) -> Any:
        t: Any = 0
        for a, b in pairs:
            p = softmax(w[a])
            t -= p[b].log()
        return t / len(pairs)

    return Program(loss, flat(w), lambda: ([classes(draw, 2, 4) for _ in range(6)],))


@program
def embedding_network(draw: Random) -> Program:
    e, m = matrix(draw, 6, 3), model(draw, 6, 5, 6)

    def loss(contexts: Any, targets: Any) -> Any:
        logits = [m(e[a] + e[b]) for a, b in contexts]
        return losses.softmax_cross_entropy(logits, targets)

    return Program(
        loss,
        flat(e) + m.parameters(),
        lambda: ([classes(draw, 2, 6) for _ in range(7)], classes(draw, 7, 6)),
    )


@program
def indexed_and_shared(draw: Random) -> Program:
    e, w = [Value(0.0) for _ in range(3)], Value(0.5)

    def loss(data: Any) -> Any:
        return sum((w * e[i] - y) ** 2 for i, y in data)

    return Program(
        loss, [*e, w], lambda: ([(draw.randrange(3), draw.gauss(0, 1)) for _ in range(5)],)
    )


@program
def matrix_factorisation(draw: Random) -> Program:
    users, items = matrix(draw, 4, 2), matrix(draw, 5, 2)

    def loss(ratings: Any) -> Any:
        t: Any = 0
        for u, i, r in ratings:
            t += (sum(a * b for a, b in zip(users[u], items[i], strict=True)) - r) ** 2
        return t / len(ratings)

    def data() -> Any:
        return ([(draw.randrange(4), draw.randrange(5), draw.gauss(3, 1)) for _ in range(6)],)

    return Program(loss, flat(users, items), data)


@program
def factorisation_with_biases(draw: Random) -> Program:
    users, items = matrix(draw, 3, 2), matrix(draw, 3, 2)
    user_bias, item_bias, mean = values(draw, 3), values(draw, 3), Value(3.0)

    def loss(ratings: Any) -> Any:
        t: Any = 0
        for u, i, r in ratings:
            p = (
                mean
                + user_bias[u]
                + item_bias[i]
                + sum(a * b for a, b in zip(users[u], items[i], strict=True))
            )
            t += (p - r) ** 2 + 0.01 * (user_bias[u] ** 2 + item_bias[i] ** 2)
        return t

    def data() -> Any:
        return ([(draw.randrange(3), draw.randrange(3), draw.randrange(1, 6)) for _ in range(5)],)

    return Program(loss, [*flat(users, items), *user_bias, *item_bias, mean], data)


@program
def tied_embedding(draw: Random) -> Program:
    e = matrix(draw, 5, 3)

    def loss(tokens: Any) -> Any:
        t: Any = 0
        for a, b in pairwise(tokens):
            logits = matvec(e, e[a])
            t += logsumexp(logits) - logits[b]
        return t

    return Program(loss, flat(e), lambda: (classes(draw, 5, 5),))


@program
def skip_gram_negative_samples(draw: Random) -> Program:
    words, contexts = matrix(draw, 6, 2), matrix(draw, 6, 2)

    def loss(samples: Any) -> Any:
        t: Any = 0
        for w, c, label in samples:
            score = sum(a * b for a, b in zip(words[w], contexts[c], strict=True))
            t = t + (1 + (-label * score).exp()).log()
        return t / len(samples)

    def data() -> Any:
        return ([(draw.randrange(6), draw.randrange(6), draw.choice([-1, 1])) for _ in "123456"],)

    return Program(loss, flat(words, contexts), data)


@program
def bag_of_words(draw: Random) -> Program:
    e, out = matrix(draw, 7, 2), model(draw, 2, 1)

    def loss(texts: Any, ys: Any) -> Any:
        t: Any = 0
        for words, y in zip(texts, ys, strict=True):
            mean = [sum(e[w][k] for w in words) / len(words) for k in range(2)]
            t += (out(mean) - y) ** 2
        return t

    return Program(
        loss,
        flat(e) + out.parameters(),
        lambda: ([classes(draw, 3, 7) for _ in range(4)], signs(draw, 4)),
    )


@program
def picked_target_score(draw: Random) -> Program:
    m = model(draw, 2, 4)

    def loss(xs: Any, ys: Any) -> Any:
        t: Any = 0
        for x, y in zip(xs, ys, strict=True):
            scores = m(x)
            t += logsumexp(scores) - scores[y]
        return t / len(xs)

    return Program(loss, m.parameters(), lambda: (numbers(draw, 5, 2), classes(draw, 5, 4)))


@program
def negative_indices(draw: Random) -> Program:
    w = values(draw, 4)
    return Program(
        lambda ks: sum((w[k] - w[k - 1]) ** 2 + w[0] * w[k] for k in ks),
        w,
        lambda: ([draw.randrange(-3, 4) for _ in range(5)],),
    )


@program
def lookup_by_dictionary(draw: Random) -> Program:
    w = {k: Value(draw.gauss(0, 1)) for k in (1, 2, 3)}

    def loss(keys: Any) -> Any:
        t: Any = 0
        for k in keys:
            t = t + (w[k] - k) ** 2
        return t

    return Program(loss, list(w.values()), lambda: ([draw.randrange(1, 4) for _ in range(4)],))


@program
def position_and_token(draw: Random) -> Program:
    token, position, out = matrix(draw, 5, 3), matrix(draw, 4, 3), matrix(draw, 5, 3)

    def loss(tokens: Any, targets: Any) -> Any:
        t: Any = 0
        for k, (a, y) in enumerate(zip(tokens, targets, strict=True)):
            x = rms([u + v for u, v in zip(token[a], position[k], strict=True)])
            logits = matvec(out, x)
            t += logsumexp(logits) - logits[y]
        return t / len(tokens)

    return Program(
        loss,
        flat(token, position, out),
        lambda: (classes(draw, 4, 5), classes(draw, 4, 5)),
    )


# Attention


@program
def attention(draw: Random) -> Program:
    q, k, v = (matrix(draw, 3, 3) for _ in range(3))

    def loss(xs: Any, y: Any) -> Any:
        queries, keys, vs = ([matvec(w, x) for x in xs] for w in (q, k, v))
        t: Any = 0
        for query in queries:
            scores = [sum(a * b for a, b in zip(query, key, strict=True)) / 3**0.5 for key in keys]
            p = losses.softmax(scores)
            out = [sum(p[s] * vs[s][j] for s in range(len(xs))) for j in range(3)]
            t += sum((a - b) ** 2 for a, b in zip(out, y, strict=True))
        return t

    return Program(loss, flat(q, k, v), lambda: (numbers(draw, 4, 3), numbers(draw, 3)))


@program
def causal_attention(draw: Random) -> Program:
    q, k, v = (matrix(draw, 2, 2) for _ in range(3))

    def loss(xs: Any) -> Any:
        keys: list[Any] = []
        vs: list[Any] = []
        t: Any = 0
        for x in xs:
            query = matvec(q, x)
            keys.append(matvec(k, x))
            vs.append(matvec(v, x))
            p = losses.softmax(
                [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
            )
            out = [sum(p[s] * vs[s][j] for s in range(len(vs))) for j in range(2)]
            t = t + out[0] ** 2 - out[1]
        return t / len(xs)

    return Program(loss, flat(q, k, v), lambda: (numbers(draw, 5, 2),))


@program
def small_gpt(draw: Random) -> Program:
    size, heads, width = 4, 2, 2
    token, position = matrix(draw, 5, size, 0.3), matrix(draw, 6, size, 0.3)
    q, k, v, o = (matrix(draw, size, size, 0.3) for _ in range(4))
    up, down, head = matrix(draw, 8, size, 0.3), matrix(draw, size, 8, 0.3), matrix(draw, 5, size)

    def loss(tokens: Any) -> Any:
        keys: list[Any] = []
        vs: list[Any] = []
        t: Any = 0
        for place in range(len(tokens) - 1):
            embedded = zip(token[tokens[place]], position[place], strict=True)
            x = rms([a + b for a, b in embedded])
            before, x = x, rms(x)
            query = matvec(q, x)
            keys.append(matvec(k, x))
            vs.append(matvec(v, x))
            joined: list[Any] = []
            for h in range(heads):
                part = slice(h * width, (h + 1) * width)
                scores = [
                    sum(a * b for a, b in zip(query[part], key[part], strict=True)) / width**0.5
                    for key in keys
                ]
                p = losses.softmax(scores)
                joined += [sum(p[s] * vs[s][part][j] for s in range(len(vs))) for j in range(width)]
            x = [a + b for a, b in zip(matvec(o, joined), before, strict=True)]
            before, x = x, rms(x)
            x = matvec(down, [a.relu() for a in matvec(up, x)])
            x = [a + b for a, b in zip(x, before, strict=True)]
            logits = matvec(head, x)
            target = tokens[place + 1]
            probabilities = losses.softmax(logits)
            t = t - probabilities[target].log()
        return t / (len(tokens) - 1)

    parameters = flat(token, position, q, k, v, o, up, down, head)
    return Program(loss, parameters, lambda: (classes(draw, draw.choice([4, 5]), 5),))


# Physics, probability and other uses


@program
def gaussian_likelihood(draw: Random) -> Program:
    mean, log_scale = Value(0.1), Value(0.0)

    def loss(xs: Any) -> Any:
        return sum(
            log_scale + 0.5 * ((x - mean) / log_scale.exp()) ** 2 + 0.5 * math.log(2 * math.pi)
            for x in xs
        ) / len(xs)

    return Program(loss, [mean, log_scale], lambda: (numbers(draw, 6),))


@program
def mixture_of_gaussians(draw: Random) -> Program:
    means, weights = values(draw, 3), values(draw, 3)

    def loss(xs: Any) -> Any:
        normalizer = logsumexp(weights)
        t: Any = 0
        for x in xs:
            terms = [w - normalizer - (x - m) ** 2 for w, m in zip(weights, means, strict=True)]
            t -= logsumexp(terms)
        return t / len(xs)

    return Program(loss, means + weights, lambda: (numbers(draw, 5),))


@program
def policy_gradient(draw: Random) -> Program:
    m = model(draw, 2, 4, 3)

    def loss(states: Any, actions: Any, returns: Any) -> Any:
        t: Any = 0
        for s, a, r in zip(states, actions, returns, strict=True):
            scores = m(s)
            t = t - (scores[a] - logsumexp(scores)) * r
        return t / len(states)

    return Program(
        loss,
        m.parameters(),
        lambda: (numbers(draw, 5, 2), classes(draw, 5, 3), numbers(draw, 5)),
    )


@program
def actor_and_critic(draw: Random) -> Program:
    actor, critic = model(draw, 2, 3), model(draw, 2, 1)

    def loss(states: Any, actions: Any, rewards: Any) -> Any:
        t: Any = 0
        for s, a, r in zip(states, actions, rewards, strict=True):
            advantage = r - critic(s)
            scores = actor(s)
            t += (logsumexp(scores) - scores[a]) * advantage.data + advantage**2
        return t

    return Program(
        loss,
        actor.parameters() + critic.parameters(),
        lambda: (numbers(draw, 4, 2), classes(draw, 4, 3), numbers(draw, 4)),
    )


@program
def simulated_trajectory(draw: Random) -> Program:
    speed, angle = Value(1.5), Value(0.5)

    def loss(goal: Any) -> Any:
        x, y = Value(0.0), Value(0.0)
        vx, vy = speed * angle, speed * (1 - angle)
        for _ in range(8):
            x, y, vy = x + 0.1 * vx, y + 0.1 * vy, vy - 0.1
        return (x - goal[0]) ** 2 + (y - goal[1]) ** 2

    return Program(loss, [speed, angle], lambda: (numbers(draw, 2),))


@program
def newton_iterations(draw: Random) -> Program:
    a = Value(2.0)

    def loss(x: Any) -> Any:
        root = Value(1.0) * (abs(x) + 1)
        for _ in range(4):
            root = (root + a / root) / 2
        return (root - x) ** 2

    return Program(loss, [a], lambda: (draw.gauss(0, 1),))


@program
def weighted_sum_by_name(draw: Random) -> Program:
    w, b = values(draw, 3), Value(0.0)

    def loss(rows: Any) -> Any:
        return sum(weighted_sum(w, tuple(row), b).tanh() ** 2 for row in rows)

    return Program(loss, [*w, b], lambda: (numbers(draw, 4, 3),))


@program
def kernel_between_points(draw: Random) -> Program:
    points = matrix(draw, 5, 2)

    def loss(distances: Any) -> Any:
        t: Any = 0
        for i in range(5):
            for j in range(i):
                d = sum((a - b) ** 2 for a, b in zip(points[i], points[j], strict=True))
                t += (d - distances[i][j]) ** 2
        return t

    return Program(loss, flat(points), lambda: (numbers(draw, 5, 5),))


@program
def ranking_pairs(draw: Random) -> Program:
    w = values(draw, 3)

    def loss(better: Any, worse: Any) -> Any:
        return sum(
            (1 + (sum(p * (b - a) for p, a, b in zip(w, x, y, strict=True))).exp()).log()
            for x, y in zip(better, worse, strict=True)
        )

    return Program(loss, w, lambda: (numbers(draw, 4, 3), numbers(draw, 4, 3)))


@program
def generator_against_discriminator(draw: Random) -> Program:
    make, judge = model(draw, 1, 3, 1), model(draw, 1, 3, 1)

    def loss(noise: Any) -> Any:
        return sum((judge([make([z])]) - 1) ** 2 for z in noise) / len(noise)

    return Program(loss, make.parameters(), lambda: (numbers(draw, 5),))


@program
def one_parameter_many_uses(draw: Random) -> Program:
    p = Value(0.5)
    return Program(
        lambda xs: sum(p * x * p + p / (p * p + 1) - p for x in xs) + p,
        [p],
        lambda: (numbers(draw, 4),),
    )


@program
def parameter_that_is_not_used(draw: Random) -> Program:
    a, unused = values(draw, 2)
    return Program(lambda x: (a - x) ** 2, [a, unused], lambda: (draw.gauss(0, 1),))


@program
def no_arguments(draw: Random) -> Program:
    m = model(draw, 2, 3, 1)
    rows = [(numbers(draw, 2), draw.gauss(0, 1)) for _ in range(5)]
    return Program(lambda: sum((m(x) - y) ** 2 for x, y in rows), m.parameters(), lambda: ())
