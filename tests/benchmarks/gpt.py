"""A small GPT of scalars: one layer, 16 wide, 4 heads, 16 positions, 27 letters, RMSNorm, relu.

It is written for any class of values; `Closure` is the plain one, with a closure for each node.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

WIDTH, HEADS, POSITIONS, LETTERS = 16, 4, 16, 27
END = 26
NAMES = [
    "emma",
    "olivia",
    "ava",
    "isabella",
    "sophia",
    "charlotte",
    "mia",
    "amelia",
    "harper",
    "evelyn",
    "abigail",
    "emily",
    "elizabeth",
    "mila",
    "ella",
    "avery",
    "sofia",
    "camila",
    "aria",
    "scarlett",
    "victoria",
    "madison",
    "luna",
    "grace",
    "chloe",
    "penelope",
    "layla",
    "riley",
    "zoey",
    "nora",
    "lily",
    "eleanor",
    "hannah",
    "lillian",
    "addison",
    "aubrey",
    "ellie",
    "stella",
    "natalie",
    "zoe",
    "leah",
    "hazel",
    "violet",
    "aurora",
    "savannah",
    "audrey",
    "brooklyn",
    "bella",
    "claire",
    "skylar",
    "lucy",
    "paisley",
    "everly",
    "anna",
    "caroline",
    "nova",
    "genesis",
    "emilia",
    "kennedy",
    "samantha",
    "maya",
    "willow",
    "kinsley",
    "naomi",
    "aaliyah",
    "elena",
    "sarah",
    "ariana",
    "allison",
    "gabriella",
    "alice",
    "madelyn",
    "cora",
    "ruby",
    "eva",
    "serenity",
    "autumn",
    "adeline",
    "hailey",
    "gianna",
    "valentina",
    "isla",
    "eliana",
    "quinn",
    "nevaeh",
    "ivy",
    "sadie",
    "piper",
    "lydia",
    "alexa",
    "josephine",
    "emery",
    "julia",
    "delilah",
    "arianna",
    "vivian",
    "kaylee",
    "sophie",
    "brielle",
    "madeline",
    "jo",
    "al",
    "bernadettes",
]


class Closure:
    """A value with a closure that hands its gradient on, as in the lecture."""

    def __init__(self, data: float, children: tuple[Closure, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._previous = set(children)
        self._backward: Callable[[], None] = lambda: None

    def __add__(self, other: Any) -> Closure:
        other = other if isinstance(other, Closure) else Closure(other)
        out = Closure(self.data + other.data, (self, other))

        def backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = backward
        return out

    def __mul__(self, other: Any) -> Closure:
        other = other if isinstance(other, Closure) else Closure(other)
        out = Closure(self.data * other.data, (self, other))

        def backward() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = backward
        return out

    def __pow__(self, other: float) -> Closure:
        out = Closure(self.data**other, (self,))

        def backward() -> None:
            self.grad += other * self.data ** (other - 1) * out.grad

        out._backward = backward
        return out

    def log(self) -> Closure:
        out = Closure(math.log(self.data), (self,))

        def backward() -> None:
            self.grad += out.grad / self.data

        out._backward = backward
        return out

    def exp(self) -> Closure:
        out = Closure(math.exp(self.data), (self,))

        def backward() -> None:
            self.grad += out.data * out.grad

        out._backward = backward
        return out

    def relu(self) -> Closure:
        out = Closure(self.data if self.data > 0 else 0.0, (self,))

        def backward() -> None:
            self.grad += (out.data > 0) * out.grad

        out._backward = backward
        return out

    def backward(self) -> None:
        order: list[Closure] = []
        seen: set[Closure] = set()
        stack: list[tuple[Closure, bool]] = [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack += [(child, False) for child in value._previous]
        self.grad = 1.0
        for value in reversed(order):
            value._backward()

    def __neg__(self) -> Any:
        return self * -1

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1


def softmax_reading_data(logits: Sequence[Any]) -> list[Any]:
    """Softmax of the plain way: the largest is read from the data."""
    most = max(value.data for value in logits)
    exps = [(value - most).exp() for value in logits]
    total = sum(exps)
    return [e / total for e in exps]


def rms_norm(x: list[Any]) -> list[Any]:
    """Divide by the root of the mean square."""
    scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


class Gpt:
    """The model, of a class of values."""

    def __init__(self, value: Callable[[float], Any], softmax: Callable[..., list[Any]]) -> None:
        draw = random.Random(42)
        self.softmax = softmax
        self.value = value

        def matrix(rows: int, columns: int) -> list[list[Any]]:
            return [[value(draw.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]

        self.token, self.position = matrix(LETTERS, WIDTH), matrix(POSITIONS, WIDTH)
        self.head = matrix(LETTERS, WIDTH)
        self.query, self.key, self.values, self.out = (matrix(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = matrix(4 * WIDTH, WIDTH), matrix(WIDTH, 4 * WIDTH)

    def parameters(self) -> list[Any]:
        """All weights."""
        matrices = [self.token, self.position, self.head, self.query, self.key, self.values]
        matrices += [self.out, self.up, self.down]
        return [w for matrix in matrices for row in matrix for w in row]

    def linear(self, x: list[Any], weights: list[list[Any]]) -> list[Any]:
        """A matrix times a vector."""
        return [sum(w * a for w, a in zip(row, x)) for row in weights]  # noqa: B905

    def logits(self, token: Any, place: int, keys: list[Any], values: list[Any]) -> list[Any]:
        """The scores of the next letter; keys and values of the positions so far are kept."""
        embedded = self.token[token]
        x = rms_norm([t + p for t, p in zip(embedded, self.position[place])])  # noqa: B905
        before, x = x, rms_norm(x)
        query = self.linear(x, self.query)
        keys.append(self.linear(x, self.key))
        values.append(self.linear(x, self.values))
        joined: list[Any] = []
        size = WIDTH // HEADS
        for h in range(0, WIDTH, size):
            scores = [
                sum(query[h + j] * key[h + j] for j in range(size)) / size**0.5 for key in keys
            ]
            weights = self.softmax(scores)
            joined += [
                sum(weights[t] * values[t][h + j] for t in range(len(values))) for j in range(size)
            ]
        x = [a + b for a, b in zip(self.linear(joined, self.out), before)]  # noqa: B905
        before, x = x, rms_norm(x)
        x = self.linear([a.relu() for a in self.linear(x, self.up)], self.down)
        return self.linear([a + b for a, b in zip(x, before)], self.head)  # noqa: B905

    def loss(self, tokens: list[Any]) -> Any:
        """The mean of -log of the probability of each next letter."""
        keys: list[Any] = []
        values: list[Any] = []
        losses = []
        for place in range(len(tokens) - 1):
            probabilities = self.softmax(self.logits(tokens[place], place, keys, values))
            target = tokens[place + 1]
            losses.append(-probabilities[target].log())
        return (1 / len(losses)) * sum(losses)

    def probabilities(
        self, token: int, keys: list[list[float]], values: list[list[float]]
    ) -> tuple[Any, Any, Any]:
        """The next letter's probabilities, and the position's key and value, from those so far."""
        made = [[self.value(x) for x in key] for key in keys]
        kept = [[self.value(x) for x in value] for value in values]
        scores = self.logits(token, len(keys), made, kept)
        return self.softmax([score / 0.5 for score in scores]), made[-1], kept[-1]


def documents() -> list[list[int]]:
    """The names as numbers of letters, with an end before and behind."""
    found = [[END, *(ord(letter) - ord("a") for letter in name), END] for name in NAMES]
    return [tokens[: POSITIONS + 1] for tokens in found]


def adam_by_hand(parameters: list[Any], steps: int) -> Callable[[int], None]:
    """The update of the plain way, for a number of a step."""
    mean, square = [0.0] * len(parameters), [0.0] * len(parameters)
    lr, beta1, beta2, eps = 0.01, 0.85, 0.99, 1e-8

    def update(step: int) -> None:
        rate = lr * (1 - step / steps)
        for i, p in enumerate(parameters):
            mean[i] = beta1 * mean[i] + (1 - beta1) * p.grad
            square[i] = beta2 * square[i] + (1 - beta2) * p.grad**2
            corrected = mean[i] / (1 - beta1 ** (step + 1))
            root = (square[i] / (1 - beta2 ** (step + 1))) ** 0.5
            p.data -= rate * corrected / (root + eps)
            p.grad = 0.0

    return update
