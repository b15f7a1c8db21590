"""What readers answer and write: the right choices, and for each exercise a typical mistake.

A mistake is a change of the solution, and the words that the check is to find for it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """`wrong` in place of `right` in an exercise's solution."""

    right: str
    wrong: str
    words: str


RIGHT_CHOICES = {
    "leaves": "3",
    "nodes": "9",
    "tanh-slope": "0.5",
    "w2": "Because x2 is 0",
    "shared": "4",
    "slip": "It goes down",
    "digits": "about 7",
    "lost-step": "exactly 1",
    "count": "41",
    "right-before-training": "1",
    "bias-direction": "It should grow",
    "no-zeroing": "2 times as large",
    "too-right": "squared",
    "shift": "the largest score",
    "untrained": "the logarithm of the number of letters",
    "rate-one": "It jumps between two places for ever",
    "decay": "The constant rate",
    "straight-cut": "about nine in ten",
    "more-neurons": "worse",
}

MISTAKES = {
    "value": Mistake(
        'return Value(self.data * other.data, operands=(self, other), operation="*")',
        "return self.data * other.data",
        "Value(2.0) * Value(-3.0) gave -6.0, a plain float; expected a Value.",
    ),
    "reflected": Mistake(
        "return self * -1 + other",
        "return self - other",
        "10 - Value(3.0) has data -7.0; expected 7.0. You computed Value - 10",
    ),
    "gradients": Mistake(
        "x1.grad = x1w1.grad * w1.data",
        "x1.grad = x1w1.grad * x1.data",
        "x1.grad is 1, expected -1.5. You multiplied by x1 itself; "
        "the slope of a product is the other factor, w1.",
    ),
    "operators": Mistake(
        "(other.data, self.data)",
        "(self.data, other.data)",
        "Value(2) * Value(-3): the slope for operand 1 is 2, but a nudge finds -3.",
    ),
    "backward": Mistake(
        "operand.grad += slope",
        "operand.grad = slope",
        "c = a + a: a.grad is 1, expected 2. "
        "Both ways from a bring a share: add with +=, since = overwrites the first one.",
    ),
    "softplus": Mistake(
        "math.exp(x) / (1 + math.exp(x))",
        "1 / (1 + math.exp(x))",
        "Multiply by the slope of what is inside the logarithm.",
    ),
    "neuron": Mistake(
        "[*self.w, self.b]",
        "self.w",
        "parameters() of a neuron with two inputs has 2 entries; "
        "expected 3: two weights and the bias.",
    ),
    "layer": Mistake(
        "[Neuron(nin) for _ in range(nout)]",
        "[Neuron(nin)] * nout",
        "Layer(3, 4) holds one and the same neuron four times.",
    ),
    "network": Mistake(
        "[p for layer in self.layers for p in layer.parameters()]",
        "[layer.parameters() for layer in self.layers]",
        "has 3 entries; expected 41, in one flat list.",
    ),
    "one-update": Mistake(
        "p.data - learning_rate",
        "p.data + learning_rate",
        "with the gradient: that is uphill.",
    ),
    "train": Mistake(
        "        for p in model.parameters():\n            p.grad = 0.0\n",
        "",
        "The gradients of earlier iterations are still in there: set them to zero before backward.",
    ),
    "stable-softmax": Mistake(
        "math.exp(s - largest)",
        "math.exp(s)",
        "overflows: take the largest score away from each before math.exp.",
    ),
    "step-decay": Mistake(
        "k // 20",
        "k / 20",
        "It shrinks a little at each iteration; use // to halve only every 20th.",
    ),
    "doubled": Mistake(
        "added = -4.8",
        "added = -10.8",
        "which is what p.grad holds afterwards; expected only what came in, -4.8.",
    ),
    "perfect": Mistake(
        "my_width = 8",
        "my_width = 1",
        "expected 100%. A width of 1 can only cut straight.",
    ),
}
