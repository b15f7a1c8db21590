"""Instructions as WebAssembly code, for one round or for two at once.

Where the engine would raise, the code traps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from micrograd.compiler.ir import Instruction, Op
from micrograd.compiler.webassembly.assembler import (
    END,
    F64,
    F64_ABS,
    F64_ADD,
    F64_DIV,
    F64_EQ,
    F64_GE,
    F64_GT,
    F64_LE,
    F64_LT,
    F64_MUL,
    F64_NE,
    F64_NEG,
    F64_SQRT,
    F64_SUB,
    F64X2_ABS,
    F64X2_ADD,
    F64X2_DIV,
    F64X2_EQ,
    F64X2_EXTRACT_LANE,
    F64X2_GE,
    F64X2_GT,
    F64X2_LE,
    F64X2_LT,
    F64X2_MUL,
    F64X2_NE,
    F64X2_NEG,
    F64X2_REPLACE_LANE,
    F64X2_SPLAT,
    F64X2_SQRT,
    F64X2_SUB,
    I32_AND,
    IF,
    SELECT,
    UNREACHABLE,
    V128,
    V128_ANY_TRUE,
    V128_BITSELECT,
    Function,
    call,
    f64,
    f64x2,
    get,
    put,
)
from micrograd.compiler.webassembly.tanh import emit_tanh

IMPORTS = {
    "exp": Function([F64], F64),
    "log": Function([F64], F64),
    "sin": Function([F64], F64),
    "cos": Function([F64], F64),
    "pow": Function([F64, F64], F64),
}
"""Functions of the C library that Python itself calls."""

NUMBER = {each: number for number, each in enumerate(IMPORTS)}

SIMPLE = {
    Op.ADD: (F64_ADD, F64X2_ADD),
    Op.SUBTRACT: (F64_SUB, F64X2_SUB),
    Op.MULTIPLY: (F64_MUL, F64X2_MUL),
    Op.DIVIDE: (F64_DIV, F64X2_DIV),
    Op.NEGATE: (F64_NEG, F64X2_NEG),
    Op.ABSOLUTE: (F64_ABS, F64X2_ABS),
    Op.SQRT: (F64_SQRT, F64X2_SQRT),
}
COMPARISONS = {
    Op.LESS: (F64_LT, F64X2_LT),
    Op.LESS_EQUAL: (F64_LE, F64X2_LE),
    Op.GREATER: (F64_GT, F64X2_GT),
    Op.GREATER_EQUAL: (F64_GE, F64X2_GE),
    Op.EQUAL: (F64_EQ, F64X2_EQ),
    Op.NOT_EQUAL: (F64_NE, F64X2_NE),
}
TRAP = IF + UNREACHABLE + END


class Body:
    """The code of a body's instructions; values are locals.

    Args:
        function: has the locals.
        wide: whether values are vectors of two rounds.
    """

    def __init__(self, function: Function, wide: bool) -> None:
        self.function = function
        self.wide = wide
        self.kind = V128 if wide else F64
        self.code = bytearray()
        self.values: list[bytes] = []
        self.literals: dict[int, float] = {}

    def define(self, code: bytes) -> None:
        """Make the value that some code leaves on the stack the next value."""
        local = self.function.local(self.kind)
        self.code += code + put(local)
        self.values.append(get(local))

    def run(self, instructions: Sequence[Instruction]) -> None:
        """Append the code of instructions whose operands are defined."""
        for op, arguments, value in instructions:
            if op is Op.LITERAL:
                self.literals[len(self.values)] = value
                self.values.append(f64x2(value) if self.wide else f64(value))
                continue
            given = [self.values[a] for a in arguments]
            safe = op is Op.DIVIDE and self.literals.get(arguments[1], 0.0) != 0.0
            if op in SIMPLE:
                self._simple(op, given, safe)
            elif op in COMPARISONS:
                compare = COMPARISONS[op][self.wide]
                choose = V128_BITSELECT if self.wide else SELECT
                self.define(given[2] + given[3] + given[0] + given[1] + compare + choose)
            elif op is Op.TANH:
                self._tanh(given[0])
            elif self.wide:
                self._lane_by_lane(op, given)
            else:
                self._call(op, given)

    def _simple(self, op: Op, given: list[bytes], safe: bool) -> None:
        wrong = b""
        if op is Op.DIVIDE and not safe:
            wrong = self._test(given[1], F64_EQ, F64X2_EQ)
        elif op is Op.SQRT:
            wrong = self._test(given[0], F64_LT, F64X2_LT)
        self.code += wrong
        self.define(b"".join(given) + SIMPLE[op][self.wide])

    def _test(self, value: bytes, single: bytes, double: bytes) -> bytes:
        """Trap where a value compares so with 0."""
        if self.wide:
            return value + f64x2(0.0) + double + V128_ANY_TRUE + TRAP
        return value + f64(0.0) + single + TRAP

    def _tanh(self, value: bytes) -> None:
        code, result = emit_tanh(self.function, value if self.wide else value + F64X2_SPLAT)
        self.code += code
        self.define(result if self.wide else result + F64X2_EXTRACT_LANE + b"\x00")

    def _call(self, op: Op, given: list[bytes]) -> None:
        """Call a function of the C library, and trap where `math` raises."""
        if op is Op.LOG:
            self.code += given[0] + f64(0.0) + F64_LE + TRAP
        self.define(b"".join(given) + call(NUMBER[op.value]))
        result = self.values[-1]
        if op is Op.EXP:
            overflow = result + f64(math.inf) + F64_EQ + given[0] + f64(math.inf) + F64_NE
            self.code += overflow + I32_AND + TRAP
        elif op in (Op.SIN, Op.COS):
            self.code += given[0] + F64_ABS + f64(math.inf) + F64_EQ + TRAP
        elif op is Op.POW:
            # x - x is 0 for a finite x, and nan for the others
            finite = [each + each + F64_SUB + f64(0.0) for each in (*given, result)]
            wrong = finite[0] + F64_EQ + finite[1] + F64_EQ + I32_AND
            self.code += wrong + finite[2] + F64_NE + I32_AND + TRAP

    def _lane_by_lane(self, op: Op, given: list[bytes]) -> None:
        lanes = []
        for lane in (b"\x00", b"\x01"):
            single = Body(self.function, False)
            for value in given:
                single.define(value + F64X2_EXTRACT_LANE + lane)
            single._call(op, single.values[:])
            self.code += single.code
            lanes.append(single.values[-1])
        self.define(lanes[0] + F64X2_SPLAT + lanes[1] + F64X2_REPLACE_LANE + b"\x01")
