"""Each challenge of the playground's page can be met with the page's own program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PROGRAM = re.search(
    r"```python\n(.*?)```",
    (Path(__file__).parents[2] / "content/playground.md").read_text("utf-8"),
    re.S,
)


# The bounds are those of site/runtime/playground/challenges.ts.
@pytest.mark.parametrize(
    ("changes", "epochs", "part", "bound"),
    [
        ({"[4, 2, 1]": "[3, 1]", "seed(1)": "seed(2)"}, 300, 1, 0.2),
        (
            {
                "circles": "xor",
                "[4, 2, 1]": "[1]",
                "[x1, x2]": "[x1, x2, x1 * x2]",
                "MLP(2": "MLP(3",
            },
            100,
            1,
            0.6,
        ),
        ({"circles": "moons", "[4, 2, 1]": "[4, 1]", "seed(1)": "seed(2)"}, 300, 1, 0.05),
        (
            {
                "circles(200, noise=0.1": "spiral(200, noise=0",
                "[4, 2, 1]": "[6, 6, 1]",
                "[x1, x2]": "[x1, x2, math.sin(4 * x1), math.sin(4 * x2)]",
                "MLP(2": "MLP(4",
                "optim.SGD": "optim.Adam",
            },
            300,
            1,
            0.05,
        ),
        (
            {"circles": "plane", "[4, 2, 1]": "[1]", 'output="tanh"': 'output="linear"'},
            100,
            1,
            0.01,
        ),
    ],
)
def test_each_challenge_can_be_met(
    changes: dict[str, str], epochs: int, part: int, bound: float
) -> None:
    assert PROGRAM
    code = PROGRAM[1].replace("view.show()", "")
    for before, after in changes.items():
        assert before in code
        code = code.replace(before, after)
    names: dict[str, Any] = {}
    exec(compile(code, "playground", "exec"), names)
    names["train"](epochs)
    assert names["view"].means()[part] < bound
