"""What surrounds every test of the compiler."""

import sys
from collections.abc import Iterator

import pytest

from micrograd.compiler import passes
from micrograd.compiler.definitions import Definitions
from micrograd.compiler.graph import Graph
from micrograd.compiler.verifier import verify_definitions, verify_graph, verify_program

# where there is no WebAssembly there is nothing for these to run
collect_ignore = [] if sys.platform == "emscripten" else ["test_webassembly.py"]


def verify(made: object) -> None:
    """Check what a pass made."""
    if isinstance(made, Graph):
        verify_graph(made)
    elif isinstance(made, Definitions):
        verify_definitions(made)
    else:
        verify_program(made)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def passes_are_verified() -> Iterator[None]:
    """Check after each pass, in every test, what it made; once, for it is slow in Pyodide."""
    if sys.platform == "emscripten":
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passes, "after_pass", verify)
        yield


@pytest.fixture(autouse=True, scope="session")
def modules_are_valid() -> Iterator[None]:
    """Let the browser's validator read every module that a test makes."""
    if sys.platform != "emscripten":
        yield
        return
    import js
    from pyodide.ffi import to_js

    from micrograd.compiler.webassembly.runtime import Host

    with pytest.MonkeyPatch.context() as patch:
        instance = Host.instance

        def validated(host: Host, code: bytes) -> object:
            assert js.WebAssembly.validate(to_js(code)) is True
            return instance(host, code)

        patch.setattr(Host, "instance", validated)
        yield
