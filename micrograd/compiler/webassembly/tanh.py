"""The hyperbolic tangent of two numbers at once, to the last bit that of Pyodide's C library.

Source: musl's `tanh.c` and `expm1.c`, whose branches are chosen here lane by lane. Beyond 20 it is
1; so numbers are taken as 20 at most, and no power of two leaves its range.
"""

from __future__ import annotations

import struct

from micrograd.compiler.webassembly.assembler import (
    F64X2_ABS,
    F64X2_ADD,
    F64X2_DIV,
    F64X2_GE,
    F64X2_LT,
    F64X2_MUL,
    F64X2_NEG,
    F64X2_PMIN,
    F64X2_SUB,
    F64X2_TRUNC,
    I64X2_SHL,
    V128,
    V128_AND,
    V128_BITSELECT,
    V128_OR,
    Function,
    f64x2,
    get,
    i32,
    put,
)


def from_high(word: int) -> float:
    """The float whose upper half is so, and whose lower half is 0."""
    number: float = struct.unpack(">d", struct.pack(">II", word, 0))[0]
    return number


# Where the formula changes: the C code compares the upper halves.
LARGE, MIDDLE = from_high(0x3FE193EB), from_high(0x3FD058AF)
ONE_LOG, SEVERAL_LOGS = from_high(0x3FD62E43), from_high(0x3FF0A2B2)
LOG_HIGH, LOG_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ONE_BY_LOG = 1.44269504088896338700e00
Q = (
    -3.33333333333331316428e-02,
    1.58730158725481460165e-03,
    -7.93650757867487942473e-05,
    4.00821782732936239552e-06,
    -2.01099218183624371326e-07,
)
BIASED = 2.0**52 + 1023
"""Added to a small whole number k, its lowest bits are the exponent of 2**k."""


class Emitter:
    """Code that defines one local after the other."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.code = bytearray()

    def define(self, code: bytes) -> bytes:
        """Keep what some code leaves on the stack; return what pushes it."""
        local = self.function.local(V128)
        self.code += code + put(local)
        return get(local)


def emit_tanh(function: Function, x: bytes) -> tuple[bytes, bytes]:
    """Return code, and what pushes its result: the tangents of the two numbers that `x` pushes."""
    emitter = Emitter(function)
    define = emitter.define
    size = define(x + F64X2_ABS + f64x2(20.0) + F64X2_PMIN)
    large = define(size + f64x2(LARGE) + F64X2_GE)
    middle = define(size + f64x2(MIDDLE) + F64X2_GE)
    twice = define(size + size + F64X2_ADD)
    exponential = expm1(emitter, twice, middle)
    # 1 - 2 / (e + 2), e / (e + 2) and -e / (e + 2), from the largest numbers to the smallest
    negated = exponential + F64X2_NEG
    above = f64x2(2.0) + exponential + negated + middle + V128_BITSELECT + large + V128_BITSELECT
    quotient = define(above + exponential + f64x2(2.0) + F64X2_ADD + F64X2_DIV)
    outer = f64x2(1.0) + quotient + F64X2_SUB
    found = outer + quotient + large + V128_BITSELECT + F64X2_ABS
    sign = x + f64x2(-0.0) + V128_AND
    result = define(found + sign + V128_OR)
    return bytes(emitter.code), result


def expm1(emitter: Emitter, size: bytes, positive: bytes) -> bytes:
    """Define exp(y) - 1; y is `size` in positive lanes, and -`size` in the others, all small."""
    define = emitter.define
    y = define(size + size + F64X2_NEG + positive + V128_BITSELECT)
    # y = k log(2) + r, and c is what r is rounded by
    several = size + f64x2(ONE_BY_LOG) + F64X2_MUL + f64x2(0.5) + F64X2_ADD + F64X2_TRUNC
    above = several + f64x2(1.0) + size + f64x2(SEVERAL_LOGS) + F64X2_GE + V128_BITSELECT
    below = f64x2(-1.0) + size + f64x2(ONE_LOG) + F64X2_GE + V128_AND
    k = define(above + below + positive + V128_BITSELECT)
    high = define(y + k + f64x2(LOG_HIGH) + F64X2_MUL + F64X2_SUB)
    low = define(k + f64x2(LOG_LOW) + F64X2_MUL)
    r = define(high + low + F64X2_SUB)
    c = define(high + r + F64X2_SUB + low + F64X2_SUB)
    half = define(r + f64x2(0.5) + F64X2_MUL)
    square = define(r + half + F64X2_MUL)
    sum_ = f64x2(Q[-1])
    for factor in (*Q[-2::-1], 1.0):
        sum_ = f64x2(factor) + square + sum_ + F64X2_MUL + F64X2_ADD
    polynomial = define(sum_)
    t = define(f64x2(3.0) + polynomial + half + F64X2_MUL + F64X2_SUB)
    divisor = f64x2(6.0) + r + t + F64X2_MUL + F64X2_SUB
    e = define(square + polynomial + t + F64X2_SUB + divisor + F64X2_DIV + F64X2_MUL)
    e = define(r + e + c + F64X2_SUB + F64X2_MUL + c + F64X2_SUB + square + F64X2_SUB)
    power = define(f64x2(BIASED) + k + F64X2_ADD + i32(52) + I64X2_SHL)
    inverse = define(f64x2(BIASED) + k + F64X2_SUB + i32(52) + I64X2_SHL)
    few = r + e + F64X2_SUB + f64x2(1.0) + inverse + F64X2_SUB + F64X2_ADD
    many = r + e + inverse + F64X2_ADD + F64X2_SUB + f64x2(1.0) + F64X2_ADD
    chosen = few + many + k + f64x2(20.0) + F64X2_LT + V128_BITSELECT
    return define(chosen + power + F64X2_MUL)
