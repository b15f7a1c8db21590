"""In Pyodide a compiled graph is a WebAssembly module, and a valid one."""

from __future__ import annotations

import pytest

from micrograd.compile import compile, machine
from micrograd.compile.program import build
from micrograd.compile.webassembly import code, network
from micrograd.engine import Value
from micrograd.nn import MLP
from tests.compile.graphs import total


def loss_of_network() -> tuple[Value, list[Value]]:
    model = MLP(2, [4, 4, 1])
    rows = [(0.5, -1.0, 1.0), (1.5, 2.0, -1.0), (-0.25, 0.75, 1.0)]
    return total((model([a, b]) - y) ** 2 for a, b, y in rows), model.parameters()


@pytest.mark.parametrize("print_step", [network.print_step, code.print_step])
def test_a_module_is_valid_and_cut_short_it_is_not(print_step) -> None:  # type: ignore[no-untyped-def]
    from pyodide.ffi import to_js

    printed = print_step(build(*loss_of_network()))
    assert printed is not None
    validate = machine.webassembly().WebAssembly.validate
    assert validate(to_js(printed[0])) is True
    assert validate(to_js(printed[0][:-1])) is False


def test_the_backend_is_webassembly() -> None:
    assert compile(*loss_of_network()).backend == "WebAssembly"
