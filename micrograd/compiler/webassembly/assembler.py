"""WebAssembly's binary format: opcodes by their names, functions, a module.

The names are those of the specification, https://webassembly.github.io/spec/core/binary/.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import cache

I32, I64, F64, V128 = b"\x7f", b"\x7e", b"\x7c", b"\x7b"

UNREACHABLE, LOOP, IF, ELSE = b"\x00", b"\x03\x40", b"\x04\x40", b"\x05"
END, BR_IF = b"\x0b", b"\x0d"
CALL, CALL_INDIRECT, SELECT = b"\x10", b"\x11", b"\x1b"
LOCAL_GET, LOCAL_SET, LOCAL_TEE = b"\x20", b"\x21", b"\x22"
I32_LOAD, I32_STORE = b"\x28\x02", b"\x36\x02"
F64_LOAD, F64_STORE = b"\x2b\x03", b"\x39\x03"
I32_CONST, F64_CONST = b"\x41", b"\x44"
I32_EQZ, I32_NE, I32_LT_U = b"\x45", b"\x47", b"\x49"
I32_ADD, I32_SUB, I32_MUL = b"\x6a", b"\x6b", b"\x6c"
I32_AND, I32_OR, I32_SHL, I32_SHR_U = b"\x71", b"\x72", b"\x74", b"\x76"
I64_LOAD, I64_STORE, I64_CONST = b"\x29\x03", b"\x37\x03", b"\x42"
I64_EQ, I64_NE, I64_SHL = b"\x51", b"\x52", b"\x86"
F64_EQ, F64_NE, F64_LT, F64_GT, F64_LE, F64_GE = (bytes([code]) for code in range(0x61, 0x67))
F64_ABS, F64_NEG, F64_SQRT = b"\x99", b"\x9a", b"\x9f"
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
V128_LOAD64_LANE, V128_STORE64_LANE = simd(0x57) + b"\x03", simd(0x5B) + b"\x03"
V128_CONST, F64X2_SPLAT = simd(12), simd(20)
F64X2_EXTRACT_LANE, F64X2_REPLACE_LANE = simd(0x21), simd(0x22)
F64X2_EQ, F64X2_NE, F64X2_LT, F64X2_GT, F64X2_LE, F64X2_GE = (simd(c) for c in range(0x47, 0x4D))
V128_AND, V128_OR, V128_BITSELECT, V128_ANY_TRUE = (simd(code) for code in (0x4E, 0x50, 0x52, 0x53))
F64X2_ABS, F64X2_NEG, F64X2_SQRT = simd(0xEC), simd(0xED), simd(0xEF)
F64X2_TRUNC, F64X2_PMIN, I64X2_SHL = simd(0x7A), simd(0xF6), simd(0xCB)
F64X2_ADD, F64X2_SUB, F64X2_MUL, F64X2_DIV = (simd(c) for c in range(0xF0, 0xF4))


def i32(number: int) -> bytes:
    """Push an integer."""
    return I32_CONST + signed(number)


def i64(number: int) -> bytes:
    """Push a long integer."""
    return I64_CONST + signed(number)


def f64(number: float) -> bytes:
    """Push a float."""
    return F64_CONST + struct.pack("<d", number)


def f64x2(number: float) -> bytes:
    """Push a vector of the same float twice."""
    return V128_CONST + struct.pack("<dd", number, number)


@cache
def get(local: int) -> bytes:
    """Push a local."""
    return LOCAL_GET + unsigned(local)


@cache
def put(local: int) -> bytes:
    """Pop into a local."""
    return LOCAL_SET + unsigned(local)


@cache
def tee(local: int) -> bytes:
    """Copy the top of the stack into a local."""
    return LOCAL_TEE + unsigned(local)


def call(function: int) -> bytes:
    """Call a function."""
    return CALL + unsigned(function)


def add(local: int, number: int) -> bytes:
    """Add to an integer local."""
    return get(local) + i32(number) + I32_ADD + put(local) if number else b""


class Function:
    """A function: its type, its locals and its code.

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

    def repeat(self, times: int, body: bytes) -> bytes:
        """The body's code, run a known number of times."""
        if times < 2:
            return body * times
        left = self.local(I32)
        count_down = get(left) + i32(1) + I32_SUB + tee(left)
        return i32(times) + put(left) + LOOP + body + count_down + BR_IF + b"\x00" + END

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
    """Items with their number in front."""
    return unsigned(len(items)) + b"".join(items)


def section(number: int, content: bytes) -> bytes:
    """A section of a module."""
    return bytes([number]) + unsigned(len(content)) + content


def name(text: str) -> bytes:
    """A name with its length in front."""
    return unsigned(len(text)) + text.encode()


def module(
    imports: Mapping[str, Function],
    functions: Sequence[Function],
    exports: Mapping[str, int],
    called: Sequence[Function] = (),
) -> bytes:
    """A module that imports its memory and a table of functions.

    Args:
        imports: functions to import, by name; they have the first numbers.
        functions: the module's own, with the next numbers.
        exports: numbers of functions by name.
        called: functions of the types that are called through the table; their types come first.
    """
    types: dict[bytes, int] = {}
    for function in (*called, *imports.values(), *functions):
        types.setdefault(function.type(), len(types))
    source = name("host")
    imported = [
        source + name(each) + b"\x00" + unsigned(types[function.type()])
        for each, function in imports.items()
    ]
    imported.append(source + name("memory") + b"\x02\x00\x01")
    imported.append(source + name("table") + b"\x01\x70\x00\x01")
    exported = [name(each) + b"\x00" + unsigned(number) for each, number in exports.items()]
    return b"".join(
        [
            b"\0asm\1\0\0\0",
            section(1, vector(list(types))),
            section(2, vector(imported)),
            section(3, vector([unsigned(types[function.type()]) for function in functions])),
            section(7, vector(exported)),
            section(10, vector([function.body() for function in functions])),
        ]
    )
