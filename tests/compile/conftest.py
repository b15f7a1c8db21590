"""What surrounds every test of compiled graphs."""

import sys
from collections.abc import Iterator

import pytest

from micrograd.compile import machine

# where there is no WebAssembly there is nothing for these to run
collect_ignore = [] if sys.platform == "emscripten" else ["test_webassembly.py"]


@pytest.fixture(autouse=True, scope="session")
def modules_are_valid() -> Iterator[None]:
    """Let the browser's validator read every module that a test makes."""
    with pytest.MonkeyPatch.context() as patch:
        instance = machine.instance

        def validated(code: bytes) -> object:
            from pyodide.ffi import to_js

            assert machine.webassembly().WebAssembly.validate(to_js(code)) is True
            return instance(code)

        patch.setattr(machine, "instance", validated)
        yield
