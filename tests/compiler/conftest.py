"""What surrounds every test of the compiler."""

import sys
from collections.abc import Iterator

import pytest

# where there is no WebAssembly there is nothing for these to run
collect_ignore = [] if sys.platform == "emscripten" else ["test_webassembly.py"]


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
