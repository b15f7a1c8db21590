"""WebAssembly in the browser: modules, and the memory that they share."""

from __future__ import annotations

import gc
from array import array
from functools import cache, lru_cache
from itertools import count
from typing import Any

from micrograd.compiler.webassembly.bodies import IMPORTS

PAGE = 1 << 16

MEMORIES = 24
"""After so many memories, those that nothing uses are collected.

A browser has room for the addresses of about a hundred; programs stand in cycles, which Python
collects only when many of its own objects have been made.
"""

next_memory = count(1).__next__


@cache
def webassembly() -> Any:
    """The browser's `js` module, or None where there is no WebAssembly to give a module to.

    Pyodide exports the mathematics of its own C library: what Python's `math` calls there.
    """
    try:
        import js
        import pyodide_js
    except ImportError:
        return None
    names = ["_" + each for each in IMPORTS]
    if not hasattr(js, "WebAssembly") or not all(hasattr(pyodide_js._module, n) for n in names):
        return None
    return js


@lru_cache(maxsize=32)
def module_of(code: bytes) -> Any:
    """The module of some bytes: equal ones are compiled, and made fast by the browser, once."""
    from pyodide.ffi import to_js

    return webassembly().WebAssembly.Module.new(to_js(code))


class Host:
    """The memory and the table of functions that the modules of one backend share."""

    def __init__(self) -> None:
        import pyodide_js

        if next_memory() % MEMORIES == 0:
            gc.collect()
        js = self.js = webassembly()
        self.memory = js.WebAssembly.Memory.new(js.JSON.parse('{"initial": 1}'))
        self.table = js.WebAssembly.Table.new(js.JSON.parse('{"initial": 1, "element": "anyfunc"}'))
        self.buffer = self.memory.buffer
        host = js.Object.new()
        for each in IMPORTS:
            setattr(host, each, getattr(pyodide_js._module, "_" + each))
        host.memory = self.memory
        host.table = self.table
        self.imports = js.Object.new()
        self.imports.host = host

    def instance(self, code: bytes) -> Any:
        """The exports of a module."""
        return self.js.WebAssembly.Instance.new(module_of(code), self.imports).exports

    def enter(self, *functions: Any) -> int:
        """Put functions into the table; return the first one's number."""
        first = int(self.table.grow(len(functions)))
        for k, function in enumerate(functions):
            self.table.set(first + k, function)
        return first

    def reserve(self, size: int) -> None:
        """Make sure that there are so many bytes."""
        missing = size - int(self.buffer.byteLength)
        if missing > 0:
            self.memory.grow(missing // PAGE + 1)
            self.buffer = self.memory.buffer

    def write(self, address: int, content: bytes | bytearray | array[Any]) -> None:
        """Put bytes, or an array's, at an address."""
        view = memoryview(content).cast("B")
        if view.nbytes:
            self.js.Uint8Array.new(self.buffer, address, view.nbytes).assign(view)

    def read(self, address: int, count: int) -> array[float]:
        """The floats at an address."""
        numbers = array("d", bytes(8 * count))
        if count:
            self.js.Float64Array.new(self.buffer, address, count).assign_to(numbers)
        return numbers

    def read_singles(self, address: int, count: int) -> array[float]:
        """The floats at an address, in single precision."""
        numbers = array("f", bytes(4 * count))
        if count:
            doubles = self.js.Float64Array.new(self.buffer, address, count)
            self.js.Float32Array.new(doubles).assign_to(numbers)
        return numbers

    def read_integer(self, address: int) -> int:
        """The integer at an address."""
        return int(self.js.Int32Array.new(self.buffer, address, 1).to_py()[0])


def is_trap(error: Exception) -> bool:
    """Whether an error is the modules' own word that the engine would raise."""
    return type(error).__name__ == "JsException" and "unreachable" in str(error)
