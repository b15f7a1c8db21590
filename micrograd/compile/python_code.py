"""A program printed as Python source.

One function, `step(P, tables)`: parameters and gradients are local variables, a loop over rows is a
`for`, and an instruction whose result is used once stands inside the expression that uses it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from micrograd.compile.program.instructions import Instruction, Loop, Operand, Program
from micrograd.compile.program.symbols import MAY_FAIL
from micrograd.compile.program.tape import write_body

LONGEST_EXPRESSION = 50
"""Instructions in one expression; Pyodide's compiler has a small stack."""

NAMES = {"tanh": math.tanh, "exp": math.exp, "log": math.log, "pow": math.pow}
NAMES |= {"inf": math.inf, "nan": math.nan}  # type: ignore[dict-item]

CHOICE, SUM, PRODUCT, SIGN, ATOM = range(5)
"""How tightly an expression holds together, for the parentheses."""


class Expression(NamedTuple):
    """Python source of a number, and how many instructions are in it."""

    text: str
    strength: int = ATOM
    instructions: int = 0
    may_fail: bool = False

    def at_least(self, strength: int) -> str:
        """The source, in parentheses if it holds together less."""
        return self.text if self.strength >= strength else f"({self.text})"


class Printer:
    """Prints sections; `uses` tells which temporaries may stand inside another expression."""

    def __init__(self, program: Program) -> None:
        self.uses: Counter[float] = Counter()
        self.pending: dict[float, Expression] = {}
        self.lines: list[str] = []
        self.indent = "    "
        for section in program.sections:
            code = section.body if isinstance(section, Loop) else section
            for instruction in code:
                self.uses.update(
                    operand.value for operand in instruction.operands if operand.kind == "temporary"
                )
            # what is used in another section, or is a result, keeps a name of its own
            made = {instruction.target for instruction in code}
            for instruction in code:
                for operand in instruction.operands:
                    if operand.kind == "temporary" and operand.value not in made:
                        self.uses[operand.value] += 2
            if isinstance(section, Loop):
                self.uses.update({output.value: 2 for output in section.outputs})
        self.uses[program.loss.value] += 2

    def write(self, line: str) -> None:
        """Append a line."""
        self.lines.append(self.indent + line)

    def read(self, operand: Operand) -> Expression:
        """An operand as an expression; one that waited to be used is used now."""
        value = operand.value
        match operand.kind:
            case "temporary":
                return self.pending.pop(value, None) or Expression(f"t{value}")
            case "parameter":
                return Expression(f"p{value}")
            case "column":
                return Expression(f"x{value}")
            case "indexed":
                return Expression(f"P[i{value}]")
        text = repr(float(value))
        return Expression(text, SIGN if text.startswith("-") else ATOM)

    def settle(self, operand: Operand) -> None:
        """Give a waiting expression a name, because it must be computed here and whatever."""
        waiting = self.pending.pop(operand.value, None) if operand.kind == "temporary" else None
        if waiting:
            self.write(f"t{operand.value}={waiting.text}")

    def expression(self, instruction: Instruction) -> Expression:
        """An instruction as an expression of what it reads."""
        name = instruction.name
        if name in ("<", "<=", ">", ">=", "==", "!="):
            for arm in instruction.operands[2:]:
                waiting = self.pending.get(arm.value) if arm.kind == "temporary" else None
                if waiting and waiting.may_fail:
                    self.settle(arm)
        parts = [self.read(operand) for operand in instruction.operands]
        if sum(part.instructions for part in parts) > LONGEST_EXPRESSION:
            for k, (part, operand) in enumerate(zip(parts, instruction.operands, strict=True)):
                if part.instructions:
                    self.write(f"t{operand.value}={part.text}")
                    parts[k] = Expression(f"t{operand.value}")
        size = 1 + sum(part.instructions for part in parts)
        may_fail = name in MAY_FAIL or any(part.may_fail for part in parts)
        if name in "+-*/":
            strength = SUM if name in "+-" else PRODUCT
            text = f"{parts[0].at_least(strength)}{name}{parts[1].at_least(strength + 1)}"
            return Expression(text, strength, size, may_fail)
        if name == "neg":
            return Expression(f"-{parts[0].at_least(ATOM)}", SIGN, size, may_fail)
        if name in ("abs", "tanh", "exp", "log", "pow"):
            arguments = ",".join(part.text for part in parts)
            return Expression(f"{name}({arguments})", ATOM, size, may_fail)
        left, right, yes, no = (part.at_least(SUM) for part in parts)
        return Expression(f"{yes} if {left}{name}{right} else {no}", CHOICE, size, may_fail)

    def code(self, instructions: Iterable[Instruction]) -> None:
        """Print straight-line code."""
        for instruction in instructions:
            name, target, operands = instruction
            if name == "gradient":
                place = "G[i{}]" if operands[0].kind == "indexed" else "g{}"
                self.write(f"{place.format(operands[0].value)}+={self.read(operands[1]).text}")
            elif name in ("sum", "difference"):
                terms = f"E{operands[0].value}"
                sign = "+" if name == "sum" else "-"
                start = f"{self.read(operands[1]).at_least(SUM)}{sign}" if operands[1:] else ""
                self.write(f"t{target}={start}{terms}.pop()")
                self.write(f"for e in reversed({terms}): t{target}{sign}=e")
            else:
                expression = self.expression(instruction)
                if self.uses[target] == 1:
                    self.pending[target] = expression
                elif self.uses[target] or expression.may_fail:
                    self.write(f"t{target}={expression.text}")


def names(letter: str, count: int) -> str:
    """Numbered variables, with commas."""
    return "".join(f"{letter}{k}," for k in range(count))


def print_step(program: Program) -> str:
    """The source of `step(P, tables) -> (loss, gradients)`.

    `P` is a list of the parameters' data; `tables` has, for each loop, its rows: tuples of the
    numbers and then of the indices in which the terms differ.
    """
    for loop in program.loops:
        write_body(loop)
    printer = Printer(program)
    write = printer.write
    count = program.parameters
    if count:
        write(f"{names('p', count)}=P")
        for first in range(0, count, 500):
            chunk = range(first, min(first + 500, count))
            write("=".join(f"g{k}" for k in chunk) + "=0.0")
    number = 0
    for section in program.sections:
        if not isinstance(section, Loop):
            printer.code(section)
            continue
        indexed = any(section.indices[0]) or bool(section.indices[0])
        if indexed:
            write(f"G=[{names('g', count)}]")
        write(f"E{number}=[]")
        variables = names("x", len(section.rows[0])) + names("i", len(section.indices[0]))
        write(f"for {variables or '_'} in reversed(tables[{number}]):")
        printer.indent = "        "
        printer.code(section.body)
        write(f"E{number}.append({printer.read(section.outputs[0]).text})")
        printer.indent = "    "
        if indexed:
            write(f"{names('g', count)}=G")
        number += 1
    write(f"return {printer.read(program.loss).text},[{names('g', count)}]")
    return "def step(P, tables):\n" + "\n".join(printer.lines) + "\n"


def print_model(program: Program) -> str:
    """The source of `evaluate(P, points) -> list of tuples of outputs`."""
    printer = Printer(program)
    loop = program.loops[0]
    if program.parameters:
        printer.write(f"{names('p', program.parameters)}=P")
    printer.write("E=[]")
    printer.write(f"for {names('x', len(loop.rows[0]))} in points:")
    printer.indent = "        "
    printer.code(loop.body)
    outputs = ",".join(printer.read(output).text for output in loop.outputs)
    printer.write(f"E.append(({outputs},))")
    printer.indent = "    "
    printer.write("return E")
    return "def evaluate(P, points):\n" + "\n".join(printer.lines) + "\n"


def function(source: str) -> Callable[..., Any]:
    """The function that a printed source defines."""
    namespace: dict[str, Any] = dict(NAMES)
    exec(compile(source, "<compiled graph>", "exec"), namespace)
    return namespace[source[4 : source.index("(")]]  # type: ignore[no-any-return]
