"""A cell of a reader's: compiled graphs against the engine, in the page's own kernel.

The source below this docstring is put into a cell; `test_compiled` reads what it prints.
"""

import random
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import js
from pyodide.ffi import to_js

from micrograd import Value
from micrograd.compiler import compile
from micrograd.compiler.webassembly.runtime import Host

instance = Host.instance
valid: list[bool] = []


def validated(host: Host, code: bytes) -> Any:
    valid.append(js.WebAssembly.validate(to_js(code)))
    return instance(host, code)


Host.instance = validated  # type: ignore[assignment, method-assign]

UNARY: dict[str, Callable[[Value], Value]] = {
    "neg": lambda a: -a,
    "tanh": Value.tanh,
    "exp": Value.exp,
    "log": lambda a: (a * a + 0.5).log(),
    "relu": Value.relu,
    "sigmoid": Value.sigmoid,
    "abs": abs,
    "square": lambda a: a**2,
    "root": lambda a: (a * a + 0.25) ** 0.5,
    "inverse": lambda a: (a * a + 1) ** -1,
    "2 ** a": lambda a: 2 ** a.tanh(),
}
BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (b * b + 1),
    "**": lambda a, b: (a * a + 0.5) ** b.tanh(),
}


def bits(loss: float, leaves: list[Value]) -> bytes:
    return struct.pack(f"{len(leaves) + 1}d", loss, *(leaf.grad for leaf in leaves))


def agrees(build: Callable[[], Value], leaves: list[Value]) -> bool:
    """Compile, go to other numbers, and compare with the engine there."""
    step = compile(build, leaves)
    for leaf in leaves:
        leaf.data = draw.uniform(-2, 2)
        leaf.grad = 0.0
    root = build()
    root.backward()
    expected = bits(root.data, leaves)
    return step.backend == "WebAssembly" and bits(step(), leaves) == expected


def random_graph(seed: int, leaves: list[Value]) -> Callable[[], Value]:
    """The mean of four terms of one random shape."""
    pick = random.Random(seed)
    names = [pick.choice([*UNARY, *BINARY]) for _ in range(8)]
    plan = [(name, pick.randrange(99), pick.randrange(99)) for name in names]
    rows = [[pick.uniform(-1, 1) for _ in leaves] for _ in range(4)]

    def term(row: list[float]) -> Value:
        pool = [*leaves, *(leaf * x for leaf, x in zip(leaves, row, strict=True))]
        for name, i, j in plan:
            one, two = pool[i % len(pool)], pool[j % len(pool)]
            result = UNARY[name](one) if name in UNARY else BINARY[name](one, two)
            pool.append(result.tanh())
        return sum(pool[1:], start=pool[0])

    return lambda: sum((term(row) for row in rows[1:]), start=term(rows[0])) / len(rows)


draw = random.Random(11)
a, b, c = leaves = [Value(0.5), Value(-0.75), Value(1.25)]
builds: dict[str, Callable[[], Value]] = {name: partial(f, a) for name, f in UNARY.items()}
builds |= {name: partial(f, a, b) for name, f in BINARY.items()}
wrong = [name for name, build in builds.items() if not agrees(build, leaves)]
graphs = [agrees(random_graph(seed, leaves), leaves) for seed in range(36)]
Host.instance = instance  # type: ignore[method-assign]
print("operations that differ:", wrong)
print("graphs that agree:", sum(graphs), "of", len(graphs))
print("modules that validate:", sum(valid), "of", len(valid))
