"""A GPT of chapter 14's form that is small enough for its PyTorch module to be recorded."""

import random

from micrograd import Value

WIDTH, HEADS, LETTERS, POSITIONS = 4, 2, 5, 6
TOKENS = [0, 3, 1, 1, 4, 2]

Tables = dict[str, list[list[Value]]]


def small_gpt() -> Tables:
    """Its nine tables, the same at each call."""
    dice = random.Random(0)
    shapes = {
        "token": (LETTERS, WIDTH),
        "position": (POSITIONS, WIDTH),
        **dict.fromkeys(("query", "key", "value", "join"), (WIDTH, WIDTH)),
        "up": (4 * WIDTH, WIDTH),
        "down": (WIDTH, 4 * WIDTH),
        "out": (LETTERS, WIDTH),
    }
    return {
        name: [[Value(dice.gauss(0, 0.5)) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }
