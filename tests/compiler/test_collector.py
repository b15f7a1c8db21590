"""Python's garbage collector rests while a function is traced, and is afterwards as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from micrograd.compiler import CompilationError, compile
from micrograd.engine import Value


@pytest.fixture(params=[True, False], ids=["on", "off"])
def on(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Switch the collector on, or off."""
    was_on = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if was_on else gc.disable)()


def test_the_collector_rests_while_a_function_is_traced(on: bool) -> None:
    seen = []
    p = Value(2.0)

    def loss(x: float) -> Value:
        seen.append(gc.isenabled())
        return p * x

    compile(loss, [p])(3.0)
    assert not seen[0]
    assert gc.isenabled() is on


def test_the_collector_is_as_it_was_after_an_error(on: bool) -> None:
    p = Value(2.0)
    with pytest.raises(CompilationError):
        compile(lambda x: p if x > 1 else -p, [p])(3.0)
    assert gc.isenabled() is on
