"""WebAssembly's binary format: opcodes by their names, functions, a module.

The names are those of the specification, https://webassembly.github.io/spec/core/binary/.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence

I32, I64, F64, V128 = b"\x7f", b"\x7e", b"\x7c", b"\x7b"

UNREACHABLE, LOOP, IF, ELSE = b"\x00", b"\x03\x40", b"\x04\x40", b"\x05"
END, BR_IF = b"\x0b", b"\x0d"
CALL, SELECT = b"\x10", b"\x1b"
LOCAL_GET, LOCAL_SET, LOCAL_TEE = b"\x20", b"\x21", b"\x22"
I32_LOAD, I32_STORE = b"\x28\x02", b"\x36\x02"
F64_LOAD, F64_STORE = b"\x2b\x03", b"\x39\x03"
I32_CONST, F64_CONST = b"\x41", b"\x44"
I32_EQZ, I32_LT_S, I32_LT_U, I32_LE_U, I32_GE_S = b"\x45", b"\x48", b"\x49", b"\x4d", b"\x4e"
I32_ADD, I32_SUB, I32_MUL, I32_REM_U = b"\x6a", b"\x6b", b"\x6c", b"\x70"
I32_AND, I32_SHL = b"\x71", b"\x74"
I64_LOAD, I64_STORE, I64_CONST, I64_NE, I64_SHL = (
    b"\x29\x03",
    b"\x37\x03",
    b"\x42",
    b"\x52",
    b"\x86",
)
F64_EQ, F64_NE, F64_LT, F64_GT, F64_LE, F64_GE = (bytes([code]) for code in range(0x61, 0x67))
F64_ABS, F64_NEG = b"\x99", b"\x9a"
F64_ADD, F64_SUB, F64_MUL, F64_DIV = b"\xa0", b"\xa1", b"\xa2", b"\xa3"
MEMORY_COPY, MEMORY_FILL = b"\xfc\x0a\x00\x00", b"\xfc\x0b\x00"


ONE_BYTE = [bytes([number]) for number in range(128)]


def unsigned(number: int) -> bytes:
    """An unsigned integer in LEB128."""
    if number < 128:
        return ONE_BYTE[number]
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def signed(number: int) -> bytes:
    """A signed integer in LEB128."""
    out = bytearray()
    while not -64 <= number < 64:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number & 127)
    return bytes(out)


def simd(code: int) -> bytes:
    """An opcode of the vector instructions."""
    return b"\xfd" + unsigned(code)


V128_LOAD, V128_LOAD64_SPLAT, V128_STORE = simd(0) + b"\x03", simd(10) + b"\x03", simd(11) + b"\x03"
V128_CONST, I8X16_SHUFFLE, F64X2_SPLAT = simd(12), simd(13), simd(20)
F64X2_LE, V128_ANDNOT, V128_OR, V128_ANY_TRUE = simd(0x4B), simd(0x4F), simd(0x50), simd(0x53)
F64X2_ADD, F64X2_SUB, F64X2_MUL = simd(0xF0), simd(0xF1), simd(0xF2)


def i32(number: int) -> bytes:
    """Push an integer."""
    return I32_CONST + signed(number)


def f64(number: float) -> bytes:
    """Push a float."""
    return F64_CONST + struct.pack("<d", number)


def f64x2(number: float) -> bytes:
    """Push a vector of the same float twice."""
    return V128_CONST + struct.pack("<dd", number, number)


def load(address: int) -> bytes:
    """Push the float at a fixed address."""
    return i32(0) + F64_LOAD + unsigned(address)


class Function:
    """A function's code, appended piece by piece.

    Args:
        parameters: the types of its parameters, which are its first locals.
        result: the type of its result, or nothing.
    """

    def __init__(self, parameters: Sequence[bytes] = (), result: bytes = b"") -> None:
        self.parameters = list(parameters)
        self.result = result
        self.locals: list[bytes] = []
        self.code = bytearray()

    def local(self, kind: bytes) -> int:
        """A new local, as its number."""
        self.locals.append(kind)
        return len(self.parameters) + len(self.locals) - 1

    def emit(self, *pieces: bytes) -> None:
        """Append instructions."""
        for piece in pieces:
            self.code += piece

    def get(self, local: int) -> None:
        """Push a local."""
        self.code += LOCAL_GET + unsigned(local)

    def set(self, local: int) -> None:
        """Pop into a local."""
        self.code += LOCAL_SET + unsigned(local)

    def tee(self, local: int) -> None:
        """Copy the top of the stack into a local."""
        self.code += LOCAL_TEE + unsigned(local)

    def add(self, local: int, number: int) -> None:
        """Add to an integer local."""
        if number:
            self.copy(local, local, number)

    def copy(self, target: int, source: int, number: int = 0) -> None:
        """Set an integer local to another plus a number."""
        self.get(source)
        if number:
            self.emit(i32(number), I32_ADD)
        self.set(target)

    def repeat(self, times: int, body: Callable[[], None]) -> None:
        """The body's code, run a known number of times."""
        if times == 1:
            body()
        if times < 2:
            return
        left = self.local(I32)
        self.emit(i32(times))
        self.set(left)
        self.emit(LOOP)
        body()
        self.get(left)
        self.emit(i32(1), I32_SUB)
        self.tee(left)
        self.emit(BR_IF, b"\x00", END)

    def type(self) -> bytes:
        """The function's type."""
        results = vector([self.result] if self.result else [])
        return b"\x60" + vector(self.parameters) + results

    def body(self) -> bytes:
        """Locals and code, with their length."""
        groups: list[tuple[int, bytes]] = []
        for kind in self.locals:
            if groups and groups[-1][1] == kind:
                groups[-1] = groups[-1][0] + 1, kind
            else:
                groups.append((1, kind))
        content = vector([unsigned(count) + kind for count, kind in groups]) + self.code + END
        return unsigned(len(content)) + content


def vector(items: Sequence[bytes]) -> bytes:
    """Items behind their number."""
    return unsigned(len(items)) + b"".join(items)


def section(number: int, content: bytes) -> bytes:
    """A section of a module."""
    return bytes([number]) + unsigned(len(content)) + content


def name(text: str) -> bytes:
    """A name behind its length."""
    return unsigned(len(text)) + text.encode()


def module(
    imports: Mapping[str, Function],
    functions: Sequence[Function],
    exports: Mapping[str, int],
    size: int,
) -> bytes:
    """A module.

    Args:
        imports: functions to import from "math", by name; they have the first numbers.
        functions: the module's own, with the numbers behind.
        exports: numbers of functions by name; the memory is exported as "memory".
        size: of the memory, in bytes.
    """
    types: dict[bytes, int] = {}
    for function in (*imports.values(), *functions):
        types.setdefault(function.type(), len(types))
    imported = [
        name("math") + name(each) + b"\x00" + unsigned(types[function.type()])
        for each, function in imports.items()
    ]
    exported = [name("memory") + b"\x02\x00"]
    exported += [name(each) + b"\x00" + unsigned(number) for each, number in exports.items()]
    return b"".join(
        [
            b"\0asm\1\0\0\0",
            section(1, vector(list(types))),
            section(2, vector(imported)),
            section(3, vector([unsigned(types[function.type()]) for function in functions])),
            section(5, b"\x01\x00" + unsigned((size >> 16) + 1)),
            section(7, vector(exported)),
            section(10, vector([function.body() for function in functions])),
        ]
    )
